//! The three dates of the training are real days.

use super::{About, Case};
use crate::validate::{Column, Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Row,
    frictionless: Frictionless::TypeError,
    says: "Une date de la formation n’est pas lisible.",
};

pub(super) fn check(case: &mut Case<'_>) {
    case.draft.inscription = case.day(Column::DateInscription);
    case.draft.entry = case.day(Column::DateEntree);
    case.draft.end = case.day(Column::DateFin);
}
