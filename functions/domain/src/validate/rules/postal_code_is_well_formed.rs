//! The postal code of the learner is five digits.

use super::{About, Case};
use crate::validate::{Column, Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Row,
    frictionless: Frictionless::TypeError,
    says: "Le code postal de l’apprenant n’est pas lisible.",
};

pub(super) fn check(case: &mut Case<'_>) {
    case.draft.postal_code = case.postal_code(Column::CodePostal);
}
