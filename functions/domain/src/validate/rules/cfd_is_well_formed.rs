//! The CFD code is eight letters or digits.

use super::{About, Case, is_made_up};
use crate::validate::{Cell, Column, Frictionless, Level};
use crate::vocabulary::Cfd;

pub(super) const ABOUT: About = About {
    level: Level::Advice,
    frictionless: Frictionless::TypeError,
    says: "Le code formation diplôme (CFD) n’est pas lisible.",
};

pub(super) fn check(case: &mut Case<'_>) {
    let cell = case.cell(Column::Cfd);
    if cell == Cell::Empty {
        return;
    }
    let cfd = |text: &str| Cfd::parse(text).filter(|cfd| !is_made_up(cfd.as_bytes()));
    // As nearly every one is written.
    if let Cell::Text(text) = cell
        && let Some(cfd) = cfd(text)
    {
        case.draft.cfd = Some(cfd);
        return;
    }
    let code = case.repaired(Column::Cfd, cell, cell.code(), 8);
    case.draft.cfd = cfd(code.as_str());
    if case.draft.cfd.is_none() {
        case.unreadable(
            Column::Cfd,
            "n’est pas un code formation diplôme : il a 8 caractères",
            "Écrivez le code ainsi : 50022145, ou laissez la cellule vide.",
        );
    } else {
        case.say_separators(Column::Cfd, code);
    }
}
