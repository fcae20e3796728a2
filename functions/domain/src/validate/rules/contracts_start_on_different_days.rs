//! Two contracts do not start on the same day: the path of the learner keeps the last one only.

use super::{About, Case};
use crate::validate::{CONTRACTS, Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Advice,
    frictionless: Frictionless::RowConstraint,
    says: "Deux contrats commencent le même jour : seul le dernier compte.",
};

pub(super) fn check(case: &mut Case<'_>) {
    for (place, columns) in CONTRACTS.iter().enumerate().skip(1) {
        let Some(start) = case.draft.contracts[place].start else { continue };
        let twin = case.draft.contracts[..place].iter().any(|other| other.start == Some(start));
        if twin {
            let message = format!(
                "Ce contrat commence le {}, comme un autre de la même ligne : seul le dernier compte.",
                start.french()
            );
            case.fault(
                columns.start,
                message,
                "Vérifiez les deux dates de début, ou ne gardez que le bon contrat.",
            );
        }
    }
}
