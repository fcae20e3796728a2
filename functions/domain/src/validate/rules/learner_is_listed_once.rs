//! A learner is listed once for a training in a school year.

use std::num::NonZeroU32;

use super::{About, Case};
use crate::validate::namesakes::{Namesake, hash};
use crate::validate::{Cell, Column, Frictionless, Level};
use crate::vocabulary::learner::fold;

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
    let (surname, first_name) = (fold(surname), fold(first_name));
    let civil_key = case.circumstances.secret.of_folded_identity(&surname, &first_name, birth);
    case.draft.civil_key = Some(civil_key);

    let draft = &*case.draft;
    let training = (draft.formateur(), draft.school_year, draft.rncp, draft.cfd, draft.entry);
    let enrolment = hash((civil_key, training)) as u32;
    let ine_hash = draft.ine.and_then(|ine| NonZeroU32::new(hash(ine.bytes()) as u32));
    let line = case.row.line;
    let (surname, first_name) = (&*surname, &*first_name);
    let namesake = Namesake { line, surname, first_name, enrolment, ine: ine_hash };
    case.namesakes.remember(birth, namesake);

    if let Some(first) = case.namesakes.enrolled_before(line) {
        let message =
            format!("Cette personne figure déjà à la ligne {first} pour la même formation.");
        case.fault(
            None,
            message,
            "Gardez une seule des deux lignes : la personne n’est comptée qu’une fois.",
        );
    }
}
