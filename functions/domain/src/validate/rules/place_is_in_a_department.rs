//! A postal code and an INSEE code begin with a department that exists.
//!
//! Only the department is looked at: the full lists change every year, and a code that is one too
//! recent must not be called wrong. Abroad, a place of birth is `99` and the number of its country.

use super::{About, Case};
use crate::validate::{Cell, Column, Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Advice,
    frictionless: Frictionless::ConstraintError,
    says: "Un code postal ou un code INSEE ne commence par aucun département connu.",
};

pub(super) fn check(case: &mut Case<'_>) {
    for column in [Column::CodePostal, Column::CodePostalDeNaissance, Column::LieuCodePostal] {
        look(case, column, is_postal);
    }
    for column in [Column::Commune, Column::CommuneDeNaissance] {
        look(case, column, is_insee);
    }
}

fn look(case: &mut Case<'_>, column: Column, exists: fn(&[u8]) -> bool) {
    let cell = case.cell(column);
    if cell == Cell::Empty {
        return;
    }
    let read = cell.code();
    let padded = if read.is_digits() && read.as_str().len() == 4 { read.padded(5) } else { read };
    let code = padded.as_str().as_bytes();
    let of_birth = matches!(column, Column::CodePostalDeNaissance | Column::CommuneDeNaissance);
    let abroad = of_birth && code.starts_with(b"99");
    // Other rules speak of codes that are not well formed.
    if code.len() == 5
        && code[2..].iter().all(u8::is_ascii_digit)
        && code != b"00000"
        && !abroad
        && !exists(code)
    {
        let message = format!("{} ne commence par aucun département connu.", case.subject(column));
        case.fault(column, message, "Vérifiez les deux ou trois premiers chiffres de ce code.");
    }
}

/// Overseas departments and territories, by the third character.
fn is_overseas(code: &[u8]) -> bool {
    matches!(code, [b'9', b'7', b'1'..=b'8', ..] | [b'9', b'8', b'4' | b'6'..=b'8', ..])
}

fn is_postal(code: &[u8]) -> bool {
    let letters = !code[..2].iter().all(u8::is_ascii_digit);
    let mainland =
        matches!(code, [b'0', b'1'..=b'9', ..] | [b'1'..=b'8', ..] | [b'9', b'0'..=b'5', ..]);
    let monaco = code.starts_with(b"980");
    letters || mainland || monaco || is_overseas(code)
}

fn is_insee(code: &[u8]) -> bool {
    let corsica = matches!(code, [b'2', b'A' | b'B', ..]);
    let old_corsica = code.starts_with(b"20");
    corsica || (is_postal(code) && !old_corsica) || code.starts_with(b"989")
}

#[cfg(test)]
mod tests {
    use super::{is_insee, is_postal};

    #[test]
    fn departments_are_known() {
        for code in ["01000", "20090", "75001", "95999", "97400", "98000", "98800"] {
            assert!(is_postal(code.as_bytes()), "{code}");
        }
        for code in ["00100", "96000", "97000", "97900", "98300", "99109"] {
            assert!(!is_postal(code.as_bytes()), "{code}");
        }
        for code in ["2A004", "2B033", "97411", "01004"] {
            assert!(is_insee(code.as_bytes()), "{code}");
        }
        for code in ["20004", "96001", "00001"] {
            assert!(!is_insee(code.as_bytes()), "{code}");
        }
    }
}
