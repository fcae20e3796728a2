//! The other e-mail addresses have the form of one.

use super::{About, Case, is_email};
use crate::validate::{Cell, Column, Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Advice,
    frictionless: Frictionless::TypeError,
    says: "Une adresse électronique facultative n’a pas la forme attendue.",
};

pub(super) fn check(case: &mut Case<'_>) {
    for column in
        [Column::ResponsableMail1, Column::ResponsableMail2, Column::EmailReferentHandicap]
    {
        let well_formed = match case.cell(column) {
            Cell::Empty => true,
            Cell::Text(text) => is_email(text),
            _ => false,
        };
        if !well_formed {
            let message = "La valeur de cette cellule n’est pas une adresse électronique ; elle est gardée telle quelle.";
            case.fault(column, message, "Écrivez une seule adresse, ou laissez la cellule vide.");
        }
    }
}
