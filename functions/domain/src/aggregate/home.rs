//! Where a learner lives, when that is sure: the department and the employment zone of the commune,
//! else the department of the postal code.

use super::places::Location;
use crate::record::Record;
use crate::vocabulary::territory::{self, Department};
use crate::vocabulary::{References, commune};

/// Postal codes that serve communes of two departments (national address base, 2026): the
/// neighbour's post office is nearer. 75015 and 75016, which end on a few buildings of Issy and
/// Boulogne, are left to Paris.
const OF_TWO_DEPARTMENTS: [&[u8; 5]; 30] = [
    b"01200", b"01410", b"01590", b"05110", b"05130", b"05160", b"05700", b"06260", b"12210",
    b"13780", b"15230", b"21340", b"27370", b"30750", b"33220", b"34260", b"37120", b"37160",
    b"42620", b"43300", b"43450", b"48250", b"48500", b"52100", b"55120", b"57410", b"57412",
    b"62760", b"82160", b"82330",
];

/// Where the learner of a record lives.
pub(super) fn of<'a>(record: &Record, references: &'a References) -> Location<'a> {
    match record.commune {
        Some(code) => {
            let department = commune::department_of(code);
            Location { department, zone: references.zone_of_commune(code) }
        }
        None => Location { department: of_postal_code(record.postal_code), zone: None },
    }
}

/// The department of a postal code: its first characters, but where the post office of one
/// department serves communes of another.
fn of_postal_code(code: [u8; 5]) -> Option<&'static Department> {
    match &code {
        code if OF_TWO_DEPARTMENTS.contains(&code) => None,
        // Two collectivities that were communes of Guadeloupe kept their postal codes.
        b"97133" => department(b"977"),
        b"97150" => department(b"978"),
        [b'2', b'0', b'0' | b'1', ..] => department(b"2A"),
        [b'2', b'0', b'2' | b'6', ..] => department(b"2B"),
        [b'9', b'7' | b'8', ..] => department(&code[..3]),
        _ => department(&code[..2]),
    }
}

fn department(code: &[u8]) -> Option<&'static Department> {
    territory::department(std::str::from_utf8(code).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(found: Option<&Department>) -> &str {
        found.map_or("", |department| department.code)
    }

    #[test]
    fn a_postal_code_tells_a_department_only_when_it_is_sure() {
        let of = |code: &[u8; 5]| said(of_postal_code(*code));
        let codes = [b"35000", b"01000", b"20000", b"20137", b"20200", b"20620", b"75016"];
        assert_eq!(codes.map(of), ["35", "01", "2A", "2A", "2B", "2B", "75"]);
        let overseas = [b"97110", b"97133", b"97150", b"97410", b"97600", b"98800", b"97500"];
        assert_eq!(overseas.map(of), ["971", "977", "978", "974", "976", "988", "975"]);
        // Shared by two departments, of Monaco, abroad, unknown.
        assert_eq!([b"42620", b"33220", b"98000", b"99109", b"20900", b"00000"].map(of), [""; 6]);
        assert!(OF_TWO_DEPARTMENTS.is_sorted());
    }
}
