//! The sex is one of the codes in use: `M`, `H`, `1`; `F`, `2`.

use super::{About, Case};
use crate::record::Sex;
use crate::validate::{Cell, Column, Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Row,
    frictionless: Frictionless::ConstraintError,
    says: "Le sexe n’est pas l’un des codes attendus.",
};

pub(super) fn check(case: &mut Case<'_>) {
    let cell = case.cell(Column::Sexe);
    if cell == Cell::Empty {
        return;
    }
    case.draft.sex = match cell {
        Cell::Number(1.0) | Cell::Text("M" | "H" | "1" | "m" | "h") => Some(Sex::Male),
        Cell::Number(2.0) | Cell::Text("F" | "2" | "f") => Some(Sex::Female),
        Cell::Text(text) => by_word(text),
        _ => None,
    };
    if case.draft.sex.is_none() {
        let message = "La valeur de cette cellule n’est pas un code de sexe connu.";
        case.fault(Column::Sexe, message, "Écrivez M ou F (H, 1 et 2 sont acceptés).");
    }
}

fn by_word(word: &str) -> Option<Sex> {
    let is = |words: &[&str]| words.iter().any(|known| word.eq_ignore_ascii_case(known));
    if is(&["masculin", "homme"]) {
        return Some(Sex::Male);
    }
    (is(&["feminin", "femme"]) || word.to_lowercase() == "féminin").then_some(Sex::Female)
}
