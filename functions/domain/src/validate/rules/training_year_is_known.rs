//! The year within the training is a whole number from 0 to 6.

use super::{About, Case};
use crate::validate::{Cell, Column, Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Row,
    frictionless: Frictionless::ConstraintError,
    says: "L’année de formation n’est pas un nombre de 0 à 6.",
};

/// The original gives three ranges (0 to 5, 1 to 5, 1 to 6): the widest is accepted, since a
/// learner is counted whatever the year.
pub(super) fn check(case: &mut Case<'_>) {
    let column = Column::AnneeFormation;
    let cell = case.cell(column);
    if cell == Cell::Empty {
        return;
    }
    let year = cell.small_number().filter(|year| *year <= 6);
    case.draft.training_year = year.map(|year| year as u8);
    if year.is_none() {
        let message = format!("{} n’est pas une année de formation.", case.subject(column));
        case.fault(
            column,
            message,
            "Écrivez un nombre entier : 1 pour la première année, 2 pour la deuxième.",
        );
    }
}
