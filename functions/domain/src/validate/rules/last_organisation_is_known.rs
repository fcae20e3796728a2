//! The school of the year before is a UAI, or a department (`domain.md` §2.1).

use super::{About, Case};
use crate::validate::{Cell, Column, Frictionless, Level};
use crate::vocabulary::Uai;

pub(super) const ABOUT: About = About {
    level: Level::Advice,
    frictionless: Frictionless::ConstraintError,
    says: "Le dernier établissement n’est ni un UAI ni un département.",
};

pub(super) fn check(case: &mut Case<'_>) {
    let column = Column::DernierOrganismeUai;
    let cell = case.cell(column);
    if cell == Cell::Empty {
        return;
    }
    let code = cell.code();
    if Uai::try_from(code.bytes()).is_err() && !is_department(code.as_str()) {
        case.unreadable(
            column,
            "n’est ni un UAI ni un numéro de département",
            "Écrivez l’UAI (0751234J), le département (075), 993 si inconnu ou 995 si non concerné.",
        );
    }
}

fn is_department(code: &str) -> bool {
    let code = if code.len() == 3 { code.strip_prefix('0').unwrap_or(code) } else { code };
    match code.as_bytes() {
        [tens, units] => {
            tens.is_ascii_digit() && units.is_ascii_digit()
                || matches!([*tens, *units], [b'2', b'A' | b'B'])
        }
        [b'9', b'7', b'1' | b'2' | b'3' | b'4' | b'6' | b'7' | b'8']
        | [b'9', b'8', b'6' | b'7' | b'8']
        | [b'9', b'9', b'0' | b'1' | b'3' | b'5'] => true,
        _ => false,
    }
}
