//! The UAI of both organisations are seven digits and the letter that these give.

use super::{About, Case};
use crate::validate::{Column, Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Row,
    frictionless: Frictionless::TypeError,
    says: "L’UAI n’est pas valide.",
};

pub(super) fn check(case: &mut Case<'_>) {
    case.draft.responsable_uai = case.uai(Column::ResponsableUai);
    case.draft.formateur_uai = case.uai(Column::FormateurUai);
}
