//! The INE has one of its three forms (`domain.md` §2.1).

use super::{About, Case};
use crate::validate::{Cell, Column, Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Advice,
    frictionless: Frictionless::TypeError,
    says: "L’INE n’a aucune de ses trois formes.",
};

pub(super) fn check(case: &mut Case<'_>) {
    let cell = case.cell(Column::Ine);
    if cell == Cell::Empty {
        return;
    }
    let code = cell.code();
    if is_ine(code.bytes()) {
        case.draft.ine = Some(code);
        return;
    }
    case.unreadable(
        Column::Ine,
        "n’est pas un INE",
        "Recopiez les 11 caractères de l’INE, par exemple 9 chiffres et 2 lettres, ou laissez la cellule vide.",
    );
}

fn is_ine(code: &[u8]) -> bool {
    let [first @ .., tenth, last] = code else { return false };
    if code.len() != 11 || !last.is_ascii_uppercase() {
        return false;
    }
    let rnie = first.iter().all(u8::is_ascii_digit) && tenth.is_ascii_uppercase();
    let bea = code[..10].iter().all(|byte| byte.is_ascii_digit() || *byte == b'_');
    let apprenticeship = code[..4].iter().all(u8::is_ascii_digit)
        && code[4] == b'A'
        && code[5..10].iter().all(u8::is_ascii_digit);
    // The example of the template, or one character throughout.
    let placeholder = code[..9].iter().all(|byte| *byte == code[0])
        || matches!(&code[..9], b"123456789" | b"012345678");
    (rnie || bea || apprenticeship) && !placeholder
}

#[cfg(test)]
mod tests {
    use super::is_ine;

    #[test]
    fn there_are_three_forms() {
        for ine in ["070654321HB", "0706543210A", "12345_7890A", "2406A12345B"] {
            assert!(is_ine(ine.as_bytes()), "{ine}");
        }
        for not in ["", "070654321H", "12345678901", "000000000AA", "1234567890A", "ABCDEFGHIJK"] {
            assert!(!is_ine(not.as_bytes()), "{not}");
        }
    }
}
