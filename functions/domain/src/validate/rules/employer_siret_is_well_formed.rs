//! The SIRET of the employer, when it is given.

use super::{About, Case};
use crate::validate::{Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Advice,
    frictionless: Frictionless::TypeError,
    says: "Le SIRET de l’employeur n’est pas valide : il est considéré comme vide.",
};

pub(super) fn check(case: &mut Case<'_>) {
    for (place, columns) in case.row.contracts() {
        case.draft.contracts[place].employer = case.siret(columns.employer);
    }
}
