//! The cells that are not read, whatever their column: they count as empty, and a rule says why.
//!
//! Social security numbers, because nobody here may have them: known by their form and their key.
//! Errors of formulas, because they are no text.

use super::{Cell, Column, Layout};

/// A cell that is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hidden {
    /// Its place in the sheet, from 0.
    pub(super) place: u32,
    /// What its column is, if it is known.
    pub(super) column: Option<Column>,
    pub(super) why: Why,
}

/// Why a cell is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    Nir,
    FormulaError,
}

/// The cells of a row that are not read. The columns of social security numbers are not even
/// looked at.
pub(super) fn hidden(cells: &[Cell<'_>], layout: &Layout) -> Vec<Hidden> {
    let mut hidden = Vec::new();
    for (place, cell) in cells.iter().enumerate().filter(|(_, cell)| is_suspect(cell)) {
        let column = layout.columns.get(place).copied().flatten();
        let why = match cell.trimmed() {
            _ if layout.nir.iter().any(|nir| usize::from(*nir) == place) => continue,
            Cell::Text(text) if is_formula_error(text) && column.is_some() => Why::FormulaError,
            cell if holds_nir(cell, column) => Why::Nir,
            _ => continue,
        };
        hidden.push(Hidden { place: place as u32, column, why });
    }
    hidden
}

/// Whether a cell is worth a closer look: every cell of every row is asked.
#[inline]
pub(super) fn is_suspect(cell: &Cell<'_>) -> bool {
    match cell {
        Cell::Text(text) if text.len() < 13 => text.as_bytes().first() == Some(&b'#'),
        Cell::Empty => false,
        cell => holds_many_digits(cell),
    }
}

fn holds_many_digits(cell: &Cell<'_>) -> bool {
    match cell {
        // Fourteen digits and nothing else are a SIRET.
        Cell::Text(text) => match <&[u8; 14]>::try_from(text.as_bytes()) {
            Ok(code) if code.map(|byte| byte.wrapping_sub(b'0')).iter().all(|it| *it < 10) => false,
            _ => count_digits(text.as_bytes()) >= 12,
        },
        Cell::Number(number) => (1e12..1e13).contains(number) || (1e14..1e15).contains(number),
        Cell::Empty | Cell::Date(_) | Cell::Bool(_) => false,
    }
}

/// How many digits there are in a text of eight bytes at least, counted eight at a time.
fn count_digits(text: &[u8]) -> u32 {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let (eights, rest) = text.as_chunks();
    // What the eights leave, and then zeros.
    let last = text.last_chunk().map_or(0, |last| u64::from_le_bytes(*last));
    let last = last.checked_shr(64 - 8 * rest.len() as u32).unwrap_or(0);
    let digits = |eight: u64| {
        // A digit is below ten once `0` is taken off; adding 118 to ten reaches the high bit.
        let from_zero = eight ^ u64::from_le_bytes([b'0'; 8]);
        let beyond_nine = ((from_zero & !HIGH) + u64::from_le_bytes([128 - 10; 8])) | from_zero;
        // The product adds up the bytes, each 0 or 1: not every processor counts bits.
        ((!beyond_nine & HIGH) >> 7).wrapping_mul(0x0101_0101_0101_0101) >> 56
    };
    let eights = eights.iter().map(|eight| digits(u64::from_le_bytes(*eight)));
    (eights.sum::<u64>() + digits(last)) as u32
}

/// What spreadsheets show for a formula without a result, in English and in French.
fn is_formula_error(text: &str) -> bool {
    const ERRORS: [&str; 12] = [
        "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#VALEUR!", "#NOM?",
        "#NOMBRE!", "#NUL!", "#CALC!",
    ];
    ERRORS.contains(&text)
}

/// Whether a cell holds a social security number: thirteen digits closed by their key wherever
/// they stand, or thirteen without a key that fill the cell.
///
/// A SIRET that lost a digit may look like the second, and so is not taken for one.
pub fn holds_nir(cell: Cell<'_>, column: Option<Column>) -> bool {
    if !is_suspect(&cell) {
        return false;
    }
    let cell = cell.trimmed();
    let mut number = String::new();
    let text = match cell {
        Cell::Text(text) => text,
        Cell::Number(_) => {
            cell.show(&mut number);
            &number
        }
        Cell::Empty | Cell::Date(_) | Cell::Bool(_) => return false,
    };
    let siret = column.is_some_and(|column| column.name().contains("siret"));
    let mut runs = Runs { text };
    let mut found = false;
    while let Some((run, fills)) = runs.next() {
        let without_key = fills && !siret && matches!(run.as_bytes()[0], b'1' | b'2');
        found |= is_nir(run.as_bytes()) && (run.len() == 15 || without_key);
    }
    found
}

/// The runs of digits of a text, without the separators that people put between them.
struct Runs<'a> {
    text: &'a str,
}

impl Runs<'_> {
    /// The next run, and whether it is the whole text.
    fn next(&mut self) -> Option<(String, bool)> {
        let separator = |letter: char| {
            letter.is_whitespace() || matches!(letter, '.' | '-' | '/' | '\u{2011}' | '_')
        };
        let start = self.text.find(|letter: char| letter.is_ascii_digit())?;
        let mut run = String::new();
        let mut end = self.text.len();
        for (place, letter) in self.text[start..].char_indices() {
            let corsica = run.len() == 6 && run.ends_with('2') && "ABab".contains(letter);
            if letter.is_ascii_digit() || corsica {
                run.push(letter.to_ascii_uppercase());
            } else if !separator(letter) {
                end = start + place;
                break;
            }
        }
        let fills = start == 0 && end == self.text.len();
        self.text = &self.text[end..];
        Some((run, fills))
    }
}

/// The form of a NIR: sex, year, month, department, commune, order, and the key if there is one.
fn is_nir(run: &[u8]) -> bool {
    if run.len() != 13 && run.len() != 15 {
        return false;
    }
    let number = |digits: &[u8]| -> Option<u64> {
        std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok())
    };
    let sex = matches!(run[0], b'1'..=b'4' | b'7' | b'8');
    let month = number(&run[3..5]).is_some_and(|month| matches!(month, 1..=12 | 20..=42 | 50..=99));
    let corsica = match &run[5..7] {
        b"2A" => Some("19"),
        b"2B" => Some("18"),
        _ => None,
    };
    let department = corsica.is_some()
        || number(&run[5..7]).is_some_and(|department| matches!(department, 1..=95 | 97..=99));
    if !sex || !month || !department || &run[10..13] == b"000" {
        return false;
    }
    if run.len() == 13 {
        return true;
    }
    let mut digits = run[..13].to_vec();
    if let Some(department) = corsica {
        digits[5..7].copy_from_slice(department.as_bytes());
    }
    let key = number(&run[13..]);
    number(&digits).is_some_and(|number| key == Some(97 - number % 97))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> bool {
        holds_nir(Cell::Text(text), Some(Column::Tel))
    }

    #[test]
    fn digits_are_counted() {
        for byte in 0..=u8::MAX {
            let text = [byte, b'0', b'9', b'/', b':', byte, b'x', b'5', byte, b'1', byte].repeat(2);
            for length in 8..text.len() {
                let text = &text[..length];
                let digits = text.iter().filter(|byte| byte.is_ascii_digit()).count();
                assert_eq!(count_digits(text), digits as u32, "{byte} {length}");
            }
        }
    }

    #[test]
    fn a_social_security_number_is_known_by_its_form_and_its_key() {
        for text in [
            "206037512345679",
            "2 06 03 75 123 456 79",
            "2060375123456",
            "2 060375123456",
            "1 05 12 2A 004 012 28",
            "NIR 206037512345679, à jour",
        ] {
            assert!(check(text), "{text}");
        }
        for text in [
            "206037512345678",
            "20603751234",
            "0033612345678",
            "+225 07 12 34 56 78",
            "39504180900041",
            "12 rue de l’Exemple 75015 Paris",
            "2 06 03 75 123 456 77 8",
        ] {
            assert!(!check(text), "{text}");
        }
        assert!(holds_nir(Cell::Number(206_037_512_345_679.0), None));
        assert!(!holds_nir(Cell::Text("3950418090004"), Some(Column::FormateurSiret)));
    }
}
