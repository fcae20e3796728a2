//! The training starts before it ends.

use super::{About, Case};
use crate::validate::{Column, Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Row,
    frictionless: Frictionless::RowConstraint,
    says: "La formation se termine avant d’avoir commencé.",
};

pub(super) fn check(case: &mut Case<'_>) {
    let Some((entry, end)) = case.draft.entry.zip(case.draft.end) else { return };
    if end < entry {
        let message = format!(
            "La formation se termine le {} et commence le {} : la fin est avant le début.",
            end.french(),
            entry.french()
        );
        case.fault(
            Column::DateFin,
            message,
            "Vérifiez date_entree_formation et date_fin_formation.",
        );
    }
}
