//! The surname and the first name are names: text with a letter, not a number or `#N/A`.

use super::{About, Case};
use crate::validate::{Cell, Column, Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Row,
    frictionless: Frictionless::TypeError,
    says: "Le nom ou le prénom n’est pas un nom.",
};

pub(super) fn check(case: &mut Case<'_>) {
    for column in [Column::Nom, Column::Prenom] {
        let is_name = match case.cell(column) {
            Cell::Empty => true,
            Cell::Text(text) => !text.starts_with('#') && text.chars().any(char::is_alphabetic),
            _ => false,
        };
        if !is_name {
            let message = "La valeur de cette cellule n’est pas un nom.";
            case.fault(column, message, "Écrivez le nom ou le prénom de l’apprenant.");
        }
    }
}
