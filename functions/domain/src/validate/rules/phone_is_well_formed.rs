//! The telephone number follows the French numbering plan, or is international.

use super::{About, Case};
use crate::validate::{Cell, Column, Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Advice,
    frictionless: Frictionless::TypeError,
    says: "Le numéro de téléphone n’est pas lisible.",
};

pub(super) fn check(case: &mut Case<'_>) {
    let well_formed = match case.cell(Column::Tel) {
        Cell::Empty => return,
        Cell::Text(text) => is_phone(text),
        number @ Cell::Number(_) => is_phone(number.code().as_str()),
        _ => false,
    };
    if !well_formed {
        let message = "La valeur de cette cellule n’est pas un numéro de téléphone.";
        case.fault(
            Column::Tel,
            message,
            "Écrivez 10 chiffres, par exemple 06 12 34 56 78, ou laissez la cellule vide.",
        );
    }
}

/// French: nine significant digits after `0`, `+33` or nothing, premium numbers left out.
/// International: `+` or `00`, then 8 to 15 digits.
fn is_phone(text: &str) -> bool {
    let mut digits = [0_u8; 18];
    let mut length = 0;
    let international = text.starts_with('+') || text.starts_with("(+") || text.starts_with("00");
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' if length < digits.len() => {
                digits[length] = byte;
                length += 1;
            }
            b' ' | b'.' | b'-' | b'/' | b'(' | b')' | b'+' | 0xc2 | 0xa0 => {}
            _ => return false,
        }
    }
    let digits = &digits[..length];
    let digits = if international { digits.strip_prefix(b"00").unwrap_or(digits) } else { digits };
    if international && !digits.starts_with(b"33") {
        return (8..=15).contains(&digits.len()) && digits[0] != b'0';
    }
    let national = digits.strip_prefix(b"33").filter(|rest| rest.len() >= 9).unwrap_or(digits);
    let significant = national.strip_prefix(b"0").unwrap_or(national);
    significant.len() == 9
        && significant[0] != b'0'
        && (significant[0] != b'8' || significant[1] == b'0')
        && significant.iter().any(|digit| *digit != significant[0])
}

#[cfg(test)]
mod tests {
    use super::is_phone;

    #[test]
    fn numbers_are_known_however_they_are_written() {
        for good in [
            "0612345678",
            "06 12 34 56 78",
            "06.12.34.56.78",
            "(+)33612345678",
            "+33 (0)6 12 34 56 78",
            "0033612345678",
            "612345678",
            "+262 692 12 34 56",
            "+44 20 7946 0958",
        ] {
            assert!(is_phone(good), "{good}");
        }
        for bad in [
            "",
            "06123456",
            "061234567899",
            "0612345678 ou 07",
            "0892123456",
            "0000000000",
            "+",
            "abc",
            "0666666666",
        ] {
            assert!(!is_phone(bad), "{bad}");
        }
    }
}
