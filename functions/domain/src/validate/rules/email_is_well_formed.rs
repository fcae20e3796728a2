//! The e-mail address of the learner has the form of one.

use super::{About, Case, is_email};
use crate::validate::{Cell, Column, Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Row,
    frictionless: Frictionless::TypeError,
    says: "L’adresse électronique de l’apprenant n’a pas la forme attendue.",
};

pub(super) fn check(case: &mut Case<'_>) {
    let cell = case.cell(Column::EmailContact);
    let well_formed = match cell {
        Cell::Empty => return,
        Cell::Text(text) => is_email(text),
        _ => false,
    };
    if !well_formed {
        let message = "La valeur de cette cellule n’est pas une adresse électronique.";
        case.fault(
            Column::EmailContact,
            message,
            "Écrivez une seule adresse, par exemple prenom.nom@domaine.fr.",
        );
    }
}
