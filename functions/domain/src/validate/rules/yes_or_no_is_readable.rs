//! Yes-or-no cells say yes or no.

use super::{About, Case, yes_or_no};
use crate::validate::{Cell, Column, Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Advice,
    frictionless: Frictionless::TypeError,
    says: "Une réponse par oui ou non n’est pas lisible.",
};

pub(super) fn check(case: &mut Case<'_>) {
    case.draft.rqth = read(case, Column::Rqth);
    read(case, Column::Obtention);
    read(case, Column::Presentielle);
}

fn read(case: &mut Case<'_>, column: Column) -> Option<bool> {
    let cell = case.cell(column);
    if cell == Cell::Empty {
        return None;
    }
    let read = yes_or_no(cell);
    if read.is_none() {
        case.unreadable(
            column,
            "ne dit ni oui ni non",
            "Écrivez OUI ou NON, ou laissez la cellule vide.",
        );
    }
    read
}
