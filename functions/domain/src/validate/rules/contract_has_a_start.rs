//! The parts of a contract come with its first day: without it the contract is not counted.

use super::{About, Case};
use crate::validate::{Cell, Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Advice,
    frictionless: Frictionless::RowConstraint,
    says: "Un contrat n’a pas de date de début : il n’est pas compté.",
};

pub(super) fn check(case: &mut Case<'_>) {
    for (place, columns) in case.row.contracts() {
        if case.draft.contracts[place].start.is_some() {
            continue;
        }
        let parts = [columns.end, columns.employer, columns.rupture, columns.cause];
        if parts.into_iter().any(|column| case.cell(column) != Cell::Empty) {
            let message = format!(
                "Ce contrat a des informations mais pas de {} : il n’est pas compté.",
                columns.start
            );
            case.fault(columns.start, message, "Ajoutez la date de début du contrat.");
        }
    }
}
