//! The other dates, when there are, are real days.

use super::{About, Case};
use crate::validate::{Column, Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Advice,
    frictionless: Frictionless::TypeError,
    says: "Une date facultative n’est pas lisible : elle est considérée comme vide.",
};

pub(super) fn check(case: &mut Case<'_>) {
    case.day(Column::DateRqth);
    case.day(Column::DateObtention);
    case.draft.exclusion = case.day(Column::DateExclusion);
    for (place, columns) in case.row.contracts() {
        let (start, end, rupture) =
            (case.day(columns.start), case.day(columns.end), case.day(columns.rupture));
        let contract = &mut case.draft.contracts[place];
        (contract.start, contract.end, contract.rupture) = (start, end, rupture);
    }
}
