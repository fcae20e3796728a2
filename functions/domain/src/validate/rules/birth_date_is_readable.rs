//! The birth date is a real day, and not in the future.

use super::{About, Case};
use crate::validate::{Column, Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Row,
    frictionless: Frictionless::TypeError,
    says: "La date de naissance n’est pas lisible, ou elle est dans le futur.",
};

pub(super) fn check(case: &mut Case<'_>) {
    let Some(birth) = case.day(Column::DateDeNaissance) else { return };
    if birth > case.circumstances.today {
        let message = "La date de naissance est dans le futur.";
        case.fault(Column::DateDeNaissance, message, "Vérifiez l’année de naissance.");
        return;
    }
    case.draft.birth = Some(birth);
}
