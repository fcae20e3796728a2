//! An INSEE code of a commune is five characters: digits, or `2A` and `2B` for Corsica.

use super::{About, Case};
use crate::validate::{Cell, Column, Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Advice,
    frictionless: Frictionless::TypeError,
    says: "Un code INSEE de commune n’est pas lisible.",
};

pub(super) fn check(case: &mut Case<'_>) {
    case.draft.commune = commune(case, Column::Commune);
    case.draft.birth_commune = commune(case, Column::CommuneDeNaissance);
}

fn commune(case: &mut Case<'_>, column: Column) -> Option<[u8; 5]> {
    let cell = case.cell(column);
    if cell == Cell::Empty {
        return None;
    }
    let well_formed = |five: &[u8; 5]| {
        let corsica = five[0] == b'2' && matches!(five[1], b'A' | b'B');
        let department = corsica || five[..2].iter().all(u8::is_ascii_digit);
        department && five[2..].iter().all(u8::is_ascii_digit)
    };
    let read = |code: &[u8]| code.try_into().ok().filter(well_formed);
    // As nearly every one is written.
    if let Cell::Text(text) = cell
        && let Some(commune) = read(text.as_bytes())
    {
        return Some(commune);
    }
    let commune = read(case.repaired(column, cell, cell.code(), 5).bytes());
    if commune.is_none() {
        case.unreadable(
            column,
            "n’est pas un code INSEE de commune : il a 5 caractères",
            "Écrivez le code INSEE, par exemple 44109 ou 2A004, ou laissez la cellule vide.",
        );
    }
    commune
}
