//! A learner is listed once for a training in a school year.

use super::{About, Case};
use crate::validate::{Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Advice,
    frictionless: Frictionless::DuplicateRow,
    says: "Un apprenant figure plusieurs fois pour la même formation.",
};

pub(super) fn check(case: &mut Case<'_>) {
    if let Some(first) = case.namesakes.enrolled_before() {
        let message =
            format!("Cette personne figure déjà à la ligne {first} pour la même formation.");
        case.fault(
            None,
            message,
            "Gardez une seule des deux lignes : la personne n’est comptée qu’une fois.",
        );
    }
}
