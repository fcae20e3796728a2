//! A learner enrols at most three months after the first day.

use super::{About, Case};
use crate::validate::{Column, Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Advice,
    frictionless: Frictionless::RowConstraint,
    says: "L’inscription est plus de trois mois après l’entrée en formation.",
};

pub(super) fn check(case: &mut Case<'_>) {
    let Some((inscription, entry)) = case.draft.inscription.zip(case.draft.entry) else { return };
    if inscription > entry && inscription > entry.plus_months(3) {
        let message = format!(
            "L’inscription ({}) est plus de trois mois après l’entrée en formation ({}).",
            inscription.french(),
            entry.french()
        );
        case.fault(Column::DateInscription, message, "Vérifiez ces deux dates.");
    }
}
