//! A formula gave a value, not an error: `#N/A` in a cell of text would be taken for a text.

use super::{About, Case};
use crate::validate::hidden::Why;
use crate::validate::{Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Advice,
    frictionless: Frictionless::TypeError,
    says: "Une formule n’a pas de résultat : sa cellule est considérée comme vide.",
};

pub(super) fn check(case: &mut Case<'_>) {
    for hidden in case.hidden.iter().filter(|hidden| hidden.why == Why::FormulaError) {
        case.fault_at(
            *hidden,
            "Cette cellule contient une erreur de formule, comme #N/A ; elle est considérée comme vide.",
            "Écrivez la valeur à la place de la formule, ou laissez la cellule vide.",
        );
    }
}
