//! The sender is the responsable or the formateur of the row.

use super::{About, Case};
use crate::validate::{Column, Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Row,
    frictionless: Frictionless::ForeignKey,
    says: "La ligne ne nomme pas votre organisme comme responsable ou formateur.",
};

pub(super) fn check(case: &mut Case<'_>) {
    let Some(sender) = case.circumstances.sender else { return };
    let Some((responsable, formateur)) = case.draft.responsable().zip(case.draft.formateur())
    else {
        return;
    };
    if responsable != sender && formateur != sender {
        let message = format!(
            "Cette ligne concerne un autre organisme : ni le responsable ({responsable}) ni le formateur ({formateur}) n’est le vôtre."
        );
        case.fault(
            Column::ResponsableUai,
            message,
            "Vérifiez l’UAI et le SIRET, ou laissez l’organisme concerné envoyer cette ligne.",
        );
    }
}
