//! A contract starts at most six months before or after the training.

use super::{About, Case};
use crate::validate::{CONTRACTS, Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Advice,
    frictionless: Frictionless::RowConstraint,
    says: "Un contrat est loin des dates de la formation.",
};

pub(super) fn check(case: &mut Case<'_>) {
    let Some((entry, end)) = case.draft.entry.zip(case.draft.end) else { return };
    for (place, columns) in CONTRACTS.iter().enumerate() {
        let Some(start) = case.draft.contracts[place].start else { continue };
        if start >= entry && start <= end {
            continue;
        }
        if start < entry.plus_months(-6) || start > end.plus_months(6) {
            let message = format!(
                "Le contrat commence le {}, à plus de six mois de la formation (du {} au {}).",
                start.french(),
                entry.french(),
                end.french()
            );
            case.fault(
                columns.start,
                message,
                "Vérifiez la date de début du contrat et les dates de la formation.",
            );
        }
    }
}
