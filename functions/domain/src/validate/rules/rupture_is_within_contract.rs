//! A contract is broken between its first and its last day.

use super::{About, Case};
use crate::validate::{CONTRACTS, Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Advice,
    frictionless: Frictionless::RowConstraint,
    says: "La date de rupture est hors du contrat.",
};

pub(super) fn check(case: &mut Case<'_>) {
    for (place, columns) in CONTRACTS.iter().enumerate() {
        let contract = case.draft.contracts[place];
        let Some((start, rupture)) = contract.start.zip(contract.rupture) else { continue };
        if rupture < start || contract.end.is_some_and(|end| rupture > end && end >= start) {
            let message = format!(
                "La rupture ({}) est hors du contrat commencé le {}.",
                rupture.french(),
                start.french()
            );
            case.fault(
                columns.rupture,
                message,
                "Vérifiez la date de rupture et les dates de ce contrat.",
            );
        }
    }
}
