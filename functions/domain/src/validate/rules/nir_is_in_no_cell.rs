//! No cell holds a social security number (NIR): nobody here may have it.
//!
//! Found by its form, whatever the column, and never read further, kept nor quoted. A whole column
//! of them is known by its header and said once.

use super::{About, Case};
use crate::validate::hidden::Why;
use crate::validate::{Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Advice,
    frictionless: Frictionless::ForbiddenValue,
    says: "Des cellules contiennent un numéro de sécurité sociale (NIR) : elles n’ont pas été lues.",
};

pub(super) fn check(case: &mut Case<'_>) {
    for hidden in case.hidden.iter().filter(|hidden| hidden.why == Why::Nir) {
        case.fault_at(
            *hidden,
            "Cette cellule contient un numéro de sécurité sociale (NIR) : elle n’a pas été lue.",
            "Retirez ce numéro de votre fichier : il ne doit pas nous être envoyé.",
        );
    }
}
