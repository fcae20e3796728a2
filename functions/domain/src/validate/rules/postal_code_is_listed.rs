//! A postal code is on the official list; abroad, a place of birth is `99` and the code of its
//! country.
//!
//! Advice: the list changes, and it lacks the CEDEX codes that letters to a company bear.

use super::{About, Case};
use crate::validate::{Column, Frictionless, Level};
use crate::vocabulary::place::{is_country, is_postal_code};

pub(super) const ABOUT: About = About {
    level: Level::Advice,
    frictionless: Frictionless::ConstraintError,
    says: "Un code postal ne figure pas dans la liste officielle.",
};

pub(super) fn check(case: &mut Case<'_>) {
    let draft = &*case.draft;
    let birth = draft.birth_postal_code.filter(|code| !is_country(*code));
    for (column, code) in [
        (Column::CodePostal, draft.postal_code),
        (Column::CodePostalDeNaissance, birth),
        (Column::LieuCodePostal, draft.site_postal_code),
    ] {
        if code.is_some_and(|code| !is_postal_code(code)) {
            let message =
                format!("{} n’est pas dans la liste des codes postaux.", case.subject(column));
            let fix = match column {
                Column::CodePostalDeNaissance => {
                    "Vérifiez ce code ; pour une naissance à l’étranger, écrivez 99 puis les 3 chiffres du pays."
                }
                _ => "Vérifiez ce code ; s’il est tout récent, ou si c’est un CEDEX, il n’y a rien à faire.",
            };
            case.fault(column, message, fix);
        }
    }
}
