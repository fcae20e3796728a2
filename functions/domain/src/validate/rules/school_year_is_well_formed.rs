//! The school year is two years, the same or one after the other.

use super::{About, Case};
use crate::validate::{Cell, Column, Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Row,
    frictionless: Frictionless::TypeError,
    says: "L’année scolaire n’est pas lisible.",
};

pub(super) fn check(case: &mut Case<'_>) {
    let column = Column::AnneeScolaire;
    let text = match case.cell(column) {
        Cell::Empty => return,
        Cell::Text(text) => text,
        _ => "",
    };
    if let Ok(year) = text.parse() {
        case.draft.school_year = Some(year);
        return;
    }
    let tidy: String = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| if matches!(c, '/' | '–' | '_') { '-' } else { c })
        .collect();
    // `2026-27` says the same year.
    let tidy = match tidy.split_once('-') {
        Some((start, end)) if start.len() == 4 && end.len() == 2 && start.is_ascii() => {
            format!("{start}-{}{end}", &start[..2])
        }
        _ => tidy,
    };
    if let Ok(year) = tidy.parse() {
        case.correct(column, &tidy);
        case.draft.school_year = Some(year);
        return;
    }
    let message = format!("{} n’est pas une année scolaire.", case.subject(column));
    case.fault(column, message, "Écrivez deux années qui se suivent, par exemple 2026-2027.");
}
