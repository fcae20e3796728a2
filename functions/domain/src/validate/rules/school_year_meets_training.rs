//! The school year has a day in common with the training.

use super::{About, Case};
use crate::validate::{Column, Frictionless, Level};
use crate::vocabulary::Day;

pub(super) const ABOUT: About = About {
    level: Level::Advice,
    frictionless: Frictionless::RowConstraint,
    says: "L’année scolaire ne recoupe pas les dates de la formation.",
};

pub(super) fn check(case: &mut Case<'_>) {
    let draft = &*case.draft;
    let Some((year, (entry, end))) = draft.school_year.zip(draft.entry.zip(draft.end)) else {
        return;
    };
    let calendar = year.start() == year.end();
    let first = Day::from_ymd(year.start(), if calendar { 1 } else { 8 }, 1);
    let last = Day::from_ymd(year.end(), if calendar { 12 } else { 7 }, 31);
    let Some((first, last)) = first.zip(last) else { return };
    if entry > last || end < first {
        let message = format!(
            "La formation va du {} au {} : l’année {year} n’en fait pas partie.",
            entry.french(),
            end.french()
        );
        case.fault(
            Column::AnneeScolaire,
            message,
            "Vérifiez l’année scolaire et les dates de la formation.",
        );
    }
}
