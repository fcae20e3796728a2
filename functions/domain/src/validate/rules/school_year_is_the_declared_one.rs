//! The row is about the school year that was declared.

use super::{About, Case};
use crate::validate::{Column, Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Row,
    frictionless: Frictionless::ConstraintError,
    says: "La ligne concerne une autre année scolaire que celle du dépôt.",
};

pub(super) fn check(case: &mut Case<'_>) {
    let Some((declared, read)) = case.circumstances.school_year.zip(case.draft.school_year) else {
        return;
    };
    let calendar = read.start() == read.end();
    let within = calendar && (read.start() == declared.start() || read.start() == declared.end());
    if read != declared && !within {
        let message =
            format!("Cette ligne concerne l’année {read}, et ce dépôt l’année {declared}.");
        case.fault(
            Column::AnneeScolaire,
            message,
            "Envoyez cette ligne dans un dépôt de son année scolaire, ou corrigez l’année.",
        );
    }
}
