//! The RNCP code is two to five digits, with or without its prefix.

use super::{About, Case, is_made_up};
use crate::validate::{Cell, Column, Frictionless, Level};
use crate::vocabulary::Rncp;

pub(super) const ABOUT: About = About {
    level: Level::Advice,
    frictionless: Frictionless::TypeError,
    says: "Le code RNCP n’est pas lisible.",
};

pub(super) fn check(case: &mut Case<'_>) {
    let cell = case.cell(Column::Rncp);
    if cell == Cell::Empty {
        return;
    }
    let rncp = |text: &str| {
        let digits = text.strip_prefix("RNCP").unwrap_or(text);
        Rncp::parse(digits).filter(|_| !is_made_up(digits.as_bytes()))
    };
    // As nearly every one is written.
    if let Cell::Text(text) = cell
        && let Some(rncp) = rncp(text)
    {
        case.draft.rncp = Some(rncp);
        return;
    }
    let code = cell.code();
    case.draft.rncp = rncp(code.as_str());
    if case.draft.rncp.is_none() {
        case.unreadable(
            Column::Rncp,
            "n’est pas un code RNCP",
            "Écrivez le code ainsi : RNCP35316.",
        );
    } else {
        case.say_separators(Column::Rncp, code);
    }
}
