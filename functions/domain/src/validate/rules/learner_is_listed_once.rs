//! A learner is listed once for a training in a school year.

use super::{About, Case};
use crate::validate::{Cell, Column, Frictionless, Level};
use std::hash::{DefaultHasher, Hash, Hasher};

pub(super) const ABOUT: About = About {
    level: Level::Advice,
    frictionless: Frictionless::DuplicateRow,
    says: "Un apprenant figure plusieurs fois pour la même formation.",
};

pub(super) fn check(case: &mut Case<'_>) {
    let Some(birth) = case.draft.birth else { return };
    let (Cell::Text(surname), Cell::Text(first_name)) =
        (case.cell(Column::Nom), case.cell(Column::Prenom))
    else {
        return;
    };
    let civil_key = case.circumstances.secret.of_civil_identity(surname, first_name, birth);
    case.draft.civil_key = Some(civil_key);

    let draft = &*case.draft;
    let mut hasher = DefaultHasher::new();
    (civil_key, draft.formateur(), draft.school_year, draft.rncp, draft.cfd, draft.entry)
        .hash(&mut hasher);
    let line = case.row.line;
    let first = *case.memory.enrolments.entry(hasher.finish()).or_insert(line);
    if first != line {
        let message =
            format!("Cette personne figure déjà à la ligne {first} pour la même formation.");
        case.fault(
            None,
            message,
            "Gardez une seule des deux lignes : la personne n’est comptée qu’une fois.",
        );
    }
}
