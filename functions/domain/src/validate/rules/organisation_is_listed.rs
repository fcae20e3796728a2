//! Both organisations are in the reference, as couples of UAI and SIRET.

use std::borrow::Cow;

use super::{About, Case};
use crate::validate::{Column, Frictionless, Level};
use crate::vocabulary::Organisation;

pub(super) const ABOUT: About = About {
    level: Level::Row,
    frictionless: Frictionless::ForeignKey,
    says: "Le couple UAI et SIRET n’est pas dans le référentiel des organismes.",
};

pub(super) fn check(case: &mut Case<'_>) {
    let Some(reference) = case.circumstances.reference else { return };
    let (responsable, formateur) = (case.draft.responsable(), case.draft.formateur());
    if let Some(unknown) = responsable.filter(|couple| reference.get(couple).is_none()) {
        fault(case, Column::ResponsableUai, unknown);
    }
    if let Some(unknown) = formateur.filter(|couple| reference.get(couple).is_none()) {
        fault(case, Column::FormateurUai, unknown);
    }
}

fn fault(case: &mut Case<'_>, column: Column, couple: Organisation) {
    let message = format!(
        "L’UAI {} et le SIRET {} ne désignent pas ensemble un organisme du référentiel.",
        couple.uai, couple.siret
    );
    let mut known = case.circumstances.reference.into_iter().flat_map(|all| all.of_uai(couple.uai));
    let fix = match (known.next(), known.next()) {
        (Some(known), None) => format!(
            "Dans le référentiel, l’UAI {} va avec le SIRET {} : écrivez ce SIRET, ou vérifiez l’UAI.",
            known.uai, known.siret
        )
        .into(),
        _ => Cow::Borrowed("Vérifiez que l’UAI et le SIRET sont bien ceux du même établissement."),
    };
    case.fault(column, message, fix);
}
