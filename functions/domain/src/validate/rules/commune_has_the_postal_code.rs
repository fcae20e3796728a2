//! The commune of the learner has the postal code of the learner.
//!
//! Only what the list knows of both is compared: a commune that has merged, a CEDEX code, say
//! nothing.

use super::{About, Case};
use crate::validate::{Column, Frictionless, Level};
use crate::vocabulary::place::is_postal_code_of;

pub(super) const ABOUT: About = About {
    level: Level::Advice,
    frictionless: Frictionless::RowConstraint,
    says: "Le code postal et le code INSEE ne sont pas ceux d’une même commune.",
};

pub(super) fn check(case: &mut Case<'_>) {
    let Some((postal_code, commune)) = case.draft.postal_code.zip(case.draft.commune) else {
        return;
    };
    if is_postal_code_of(postal_code, commune) == Some(false) {
        let message = "Le code postal de cette personne n’est pas celui de la commune que dit le code INSEE.";
        case.fault(Column::Commune, message, "Vérifiez les deux codes de cette adresse.");
    }
}
