//! Two contracts do not run on the same days.

use super::{About, Case};
use crate::validate::{CONTRACTS, Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Advice,
    frictionless: Frictionless::RowConstraint,
    says: "Deux contrats se chevauchent.",
};

pub(super) fn check(case: &mut Case<'_>) {
    for (place, columns) in CONTRACTS.iter().enumerate().skip(1) {
        let Some(start) = case.draft.contracts[place].start else { continue };
        for before in &case.draft.contracts[..place] {
            let Some(other) = before.start else { continue };
            let stops = before.rupture.or(before.end);
            // Two contracts of one day are another rule's.
            if start > other && stops.is_some_and(|stops| start < stops) {
                let message = format!(
                    "Ce contrat commence le {}, alors que celui du {} court encore.",
                    start.french(),
                    other.french()
                );
                case.fault(
                    columns.start,
                    message,
                    "Vérifiez la fin ou la rupture du contrat précédent.",
                );
                break;
            }
        }
    }
}
