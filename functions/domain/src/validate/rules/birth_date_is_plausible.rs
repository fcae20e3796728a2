//! A learner is between 14 and 65 years old.

use super::{About, Case};
use crate::validate::{Column, Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Advice,
    frictionless: Frictionless::ConstraintError,
    says: "L’âge est inhabituel pour un apprenant.",
};

pub(super) fn check(case: &mut Case<'_>) {
    let Some(birth) = case.draft.birth else { return };
    // As nearly every one is: so many days make so many years, however many are leap years.
    if (14 * 366..65 * 365).contains(&(case.circumstances.today - birth)) {
        return;
    }
    let age = birth.years_until(case.circumstances.today);
    if !(14..=65).contains(&age) {
        let message = "L’âge de cette personne est inférieur à 14 ans ou supérieur à 65 ans.";
        case.fault(Column::DateDeNaissance, message, "Vérifiez l’année de naissance.");
    }
}
