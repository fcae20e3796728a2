//! An INSEE code is that of a commune, of today or of yesterday; abroad, a place of birth is `99`
//! and the code of its country.
//!
//! Advice: communes merge every year, and the list forgets some of those of long ago.

use super::{About, Case};
use crate::validate::{Column, Frictionless, Level};
use crate::vocabulary::place::{is_commune, is_country};

pub(super) const ABOUT: About = About {
    level: Level::Advice,
    frictionless: Frictionless::ConstraintError,
    says: "Un code INSEE n’est celui d’aucune commune.",
};

pub(super) fn check(case: &mut Case<'_>) {
    let draft = &*case.draft;
    let birth = draft.birth_commune.filter(|code| !is_country(*code));
    for (column, code) in [(Column::Commune, draft.commune), (Column::CommuneDeNaissance, birth)] {
        if code.is_some_and(|code| !is_commune(code)) {
            let message = format!("{} n’est le code d’aucune commune.", case.subject(column));
            case.fault(
                column,
                message,
                "Écrivez le code INSEE, qui n’est pas le code postal ; si la commune est toute récente, il n’y a rien à faire.",
            );
        }
    }
}
