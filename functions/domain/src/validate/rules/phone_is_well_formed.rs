//! The telephone number is one at which a person can be reached, by the numbering plan.
//!
//! It is kept as it was typed when it is not: someone may still read it.

use super::{About, Case};
use crate::validate::{Cell, Column, Frictionless, Level};
use crate::vocabulary::phone::NotAPhone;

pub(super) const ABOUT: About = About {
    level: Level::Advice,
    frictionless: Frictionless::TypeError,
    says: "Le numéro de téléphone n’est pas celui d’une personne, ou n’est pas lisible.",
};

pub(super) fn check(case: &mut Case<'_>) {
    let cell = case.cell(Column::Tel);
    if cell == Cell::Empty {
        return;
    }
    let message = match cell.phone() {
        Ok(phone) => {
            case.draft.phone = Some(phone);
            let lost_zero = phone.is_french() && cell.code_length() == 9;
            if lost_zero {
                case.correct(Column::Tel, "");
            }
            return;
        }
        Err(NotAPhone::Form) => {
            "La valeur de cette cellule n’est pas un numéro de téléphone ; elle est gardée telle quelle."
        }
        Err(NotAPhone::Unassigned) => {
            "Aucun numéro de téléphone ne commence comme celui-ci ; il est gardé tel quel."
        }
        Err(NotAPhone::Service) => {
            "Ce numéro est surtaxé ou à coût partagé : ce n’est pas celui d’une personne ; il est gardé tel quel."
        }
        Err(NotAPhone::Placeholder) => {
            "Ce numéro remplit la case et n’est celui de personne ; il est gardé tel quel."
        }
    };
    case.fault(
        Column::Tel,
        message,
        "Écrivez 10 chiffres, par exemple 06 12 34 56 78, ou + et le code du pays ; sinon, laissez la cellule vide.",
    );
}
