//! The label of the training is at least two characters.

use super::{About, Case};
use crate::validate::{Cell, Column, Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Advice,
    frictionless: Frictionless::ConstraintError,
    says: "Le libellé de la formation est trop court.",
};

pub(super) fn check(case: &mut Case<'_>) {
    if let Cell::Text(label) = case.cell(Column::LibelleCourt)
        && label.chars().nth(1).is_none()
    {
        let message = "Ce libellé ne compte qu’un caractère.";
        case.fault(Column::LibelleCourt, message, "Écrivez le libellé, par exemple CAP PATISSIER.");
    }
}
