//! The situation of the year before is a code of the SIFA survey (`domain.md` §2.3).

use super::{About, Case};
use crate::validate::{Cell, Column, Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Advice,
    frictionless: Frictionless::ConstraintError,
    says: "La dernière situation n’est pas un code de l’enquête SIFA.",
};

/// The 65 codes of `SIT_N_1`, sorted. `0` means nothing was said.
pub(in crate::validate) const SITUATIONS: [u32; 65] = [
    1003, 1005, 1009, 1017, 1019, 1021, 1023, 2001, 2003, 2005, 2007, 3001, 3003, 3009, 3011, 3021,
    3023, 3031, 3032, 3033, 3101, 3103, 3109, 3111, 3117, 3119, 3121, 3123, 3131, 3132, 3133, 4001,
    4003, 4005, 4007, 4009, 4011, 4013, 4015, 4017, 4019, 4021, 4023, 4025, 4027, 4101, 4103, 4105,
    4107, 4111, 4113, 4115, 4117, 4119, 4121, 4123, 4125, 4127, 5901, 5903, 5905, 5907, 5909, 9900,
    9999,
];

pub(super) fn check(case: &mut Case<'_>) {
    let column = Column::DerniereSituation;
    let cell = case.cell(column);
    if cell == Cell::Empty {
        return;
    }
    let known = cell
        .small_number()
        .is_some_and(|code| code == 0 || SITUATIONS.binary_search(&code).is_ok());
    if !known {
        case.unreadable(
            column,
            "n’est pas un code de situation",
            "Écrivez l’un des codes SIFA, par exemple 4001, ou laissez la cellule vide.",
        );
    }
}
