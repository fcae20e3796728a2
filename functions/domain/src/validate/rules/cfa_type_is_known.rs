//! The kind of CFA is one of the ten codes of the SIFA survey.

use super::{About, Case};
use crate::validate::{Cell, Column, Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Advice,
    frictionless: Frictionless::ConstraintError,
    says: "Le type de CFA n’est pas l’un des codes de 01 à 10.",
};

pub(super) fn check(case: &mut Case<'_>) {
    let cell = case.cell(Column::TypeCfa);
    if cell == Cell::Empty {
        return;
    }
    if !cell.small_number().is_some_and(|code| (1..=10).contains(&code)) {
        case.unreadable(
            Column::TypeCfa,
            "n’est pas un type de CFA",
            "Écrivez un code de 01 à 10, ou laissez la cellule vide.",
        );
    }
}
