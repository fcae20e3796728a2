//! The SIRET of both organisations are fourteen digits closed by their key.

use super::{About, Case};
use crate::validate::{Column, Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Row,
    frictionless: Frictionless::TypeError,
    says: "Le SIRET n’est pas valide.",
};

pub(super) fn check(case: &mut Case<'_>) {
    case.draft.responsable_siret = case.siret(Column::ResponsableSiret);
    case.draft.formateur_siret = case.siret(Column::FormateurSiret);
}
