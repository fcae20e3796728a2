//! A contract starts before it ends.

use super::{About, Case};
use crate::validate::{CONTRACTS, Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Advice,
    frictionless: Frictionless::RowConstraint,
    says: "Un contrat se termine avant d’avoir commencé.",
};

pub(super) fn check(case: &mut Case<'_>) {
    for (place, columns) in CONTRACTS.iter().enumerate() {
        let contract = case.draft.contracts[place];
        let Some((start, end)) = contract.start.zip(contract.end) else { continue };
        if end < start {
            let message = format!(
                "Le contrat se termine le {} et commence le {}.",
                end.french(),
                start.french()
            );
            case.fault(columns.end, message, "Vérifiez les deux dates de ce contrat.");
        }
    }
}
