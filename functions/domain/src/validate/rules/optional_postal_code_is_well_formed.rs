//! The postal codes of the birth place and of the site are five digits.

use super::{About, Case};
use crate::validate::{Column, Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Advice,
    frictionless: Frictionless::TypeError,
    says: "Un code postal facultatif n’est pas lisible.",
};

pub(super) fn check(case: &mut Case<'_>) {
    case.draft.birth_postal_code = case.postal_code(Column::CodePostalDeNaissance);
    case.draft.site_postal_code = case.postal_code(Column::LieuCodePostal);
}
