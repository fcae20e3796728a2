//! The SIRET of the site, which not every site has.

use super::{About, Case};
use crate::validate::{Column, Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Advice,
    frictionless: Frictionless::TypeError,
    says: "Le SIRET du lieu de formation n’est pas valide.",
};

pub(super) fn check(case: &mut Case<'_>) {
    case.siret(Column::LieuSiret);
}
