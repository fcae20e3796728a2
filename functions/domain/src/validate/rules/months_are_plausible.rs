//! The theoretical length is 1 to 48 months.

use super::{About, Case};
use crate::validate::{Cell, Column, Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Advice,
    frictionless: Frictionless::ConstraintError,
    says: "La durée théorique de la formation n’est pas un nombre de mois.",
};

pub(super) fn check(case: &mut Case<'_>) {
    let cell = case.cell(Column::DureeMois);
    if cell == Cell::Empty {
        return;
    }
    let months = cell.small_number().filter(|months| (1..=48).contains(months));
    case.draft.months = months.map(|months| months as u8);
    if months.is_none() {
        case.unreadable(
            Column::DureeMois,
            "n’est pas un nombre de mois entre 1 et 48",
            "Écrivez la durée en mois, par exemple 24, ou laissez la cellule vide.",
        );
    }
}
