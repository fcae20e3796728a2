//! An exclusion falls within the training.

use super::{About, Case};
use crate::validate::{Column, Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Advice,
    frictionless: Frictionless::RowConstraint,
    says: "La date d’exclusion ou d’abandon est hors de la formation.",
};

pub(super) fn check(case: &mut Case<'_>) {
    let draft = &*case.draft;
    let Some((exclusion, (entry, end))) = draft.exclusion.zip(draft.entry.zip(draft.end)) else {
        return;
    };
    let first = draft.inscription.map_or(entry, |inscription| inscription.min(entry));
    if exclusion < first || exclusion > end {
        let message = format!(
            "La date d’exclusion ou d’abandon ({}) est hors de la formation, du {} au {}.",
            exclusion.french(),
            entry.french(),
            end.french()
        );
        case.fault(
            Column::DateExclusion,
            message,
            "Vérifiez la date d’exclusion et les dates de la formation.",
        );
    }
}
