//! Twin of the Lambda `upload`: which files may be sent, by whom, and what a deposit is.
//!
//! Not here: the signature itself (storage) and the deposit number (made at the edge).

use std::fmt;
use std::str::FromStr;

use crate::vocabulary::{Organisation, SchoolYear};

/// Largest CSV, in bytes.
pub const MAX_CSV_BYTES: u64 = 100 * 1024 * 1024;
/// Largest XLSX, in bytes.
pub const MAX_XLSX_BYTES: u64 = 30 * 1024 * 1024;
/// Most rows in one file.
pub const MAX_ROWS: u32 = 60_000;
/// How long a signed upload lives, in seconds.
pub const UPLOAD_SECONDS: u64 = 15 * 60;

/// What a deposit holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dataset {
    /// The list of a CFA's learners.
    Effectifs,
}

impl Dataset {
    /// Its name in keys and messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Effectifs => "effectifs",
        }
    }
}

impl FromStr for Dataset {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "effectifs" => Ok(Self::Effectifs),
            _ => Err(()),
        }
    }
}

impl fmt::Display for Dataset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a file says about the learners it does not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// The whole list of the year: whoever is absent from it is no longer transmitted.
    Complete,
    /// More learners, beside those already sent.
    Additions,
}

impl Mode {
    /// Its name in the interface.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Additions => "additions",
        }
    }
}

impl FromStr for Mode {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "complete" => Ok(Self::Complete),
            "additions" => Ok(Self::Additions),
            _ => Err(()),
        }
    }
}

/// The format that the name of a file announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Comma, semicolon or tab separated text.
    Csv,
    /// An Excel workbook.
    Xlsx,
}

impl Format {
    /// By the extension of the name, whatever its case.
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        match extension.to_ascii_lowercase().as_str() {
            "csv" | "txt" | "tsv" => Some(Self::Csv),
            "xlsx" => Some(Self::Xlsx),
            _ => None,
        }
    }

    /// Largest file of this format, in bytes.
    pub fn max_bytes(self) -> u64 {
        match self {
            Self::Csv => MAX_CSV_BYTES,
            Self::Xlsx => MAX_XLSX_BYTES,
        }
    }
}

/// What a sender declares before sending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// The organisation that sends.
    pub organisation: Organisation,
    /// What the file holds.
    pub dataset: Dataset,
    /// The school year it is about.
    pub school_year: SchoolYear,
    /// Whether it is the whole list.
    pub mode: Mode,
    /// The name of the file on the sender's computer.
    pub file_name: String,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// Its SHA-256.
    pub sha256: [u8; 32],
}

/// A file announced, perhaps received, perhaps judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deposit {
    /// ULID.
    pub id: String,
    /// What was declared.
    pub declaration: Declaration,
    /// Where it stands.
    pub state: State,
    /// When it was opened, RFC 3339 in UTC.
    pub opened_at: String,
}

/// Where a deposit stands (`design.md` §4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// A signed upload was given; nothing has come.
    Opened,
    /// The file was judged and its records count.
    Validated,
    /// The file was judged and nothing was kept.
    Refused,
    /// A newer complete list took its place.
    Superseded,
}

impl State {
    /// Its name in the interface.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Validated => "validated",
            Self::Refused => "refused",
            Self::Superseded => "superseded",
        }
    }
}

impl FromStr for State {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Opened, Self::Validated, Self::Refused, Self::Superseded]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or(())
    }
}

/// A deposit that counts, in the list of an organisation's year.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Counting {
    /// Deposit number: ULIDs sort by the moment they were opened.
    pub id: String,
    /// Whether it is the whole list of the year.
    pub complete: bool,
}

/// The deposits that count once `arrived` is judged good: from the last complete list on, in the
/// order they were opened. Whatever the order in which files are judged, the list is the same.
pub fn counting_after(current: &[Counting], arrived: &Counting) -> Vec<Counting> {
    let mut all = current.to_vec();
    if !all.contains(arrived) {
        all.push(arrived.clone());
    }
    all.sort();
    let from = all.iter().rposition(|deposit| deposit.complete).unwrap_or(0);
    all.split_off(from)
}

/// Bytes in hexadecimal, lower case.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A SHA-256 written in 64 hexadecimal digits, whatever their case.
pub fn sha256_from_hex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut digest = [0; 32];
    for (place, byte) in digest.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * place..2 * place + 2], 16).ok()?;
    }
    Some(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deposit(text: &str) -> Counting {
        Counting { id: text.to_lowercase(), complete: text.chars().all(char::is_uppercase) }
    }

    fn judged_in_order(order: &str) -> String {
        let current = order.chars().fold(Vec::new(), |current, arrived| {
            counting_after(&current, &deposit(&arrived.to_string()))
        });
        current.iter().map(|deposit| deposit.id.clone()).collect()
    }

    /// Capitals are complete lists, small letters additions.
    #[test]
    fn a_complete_list_takes_the_place_of_what_came_before_it() {
        assert_eq!(judged_in_order("ab"), "ab");
        assert_eq!(judged_in_order("aB"), "b");
        assert_eq!(judged_in_order("Abc"), "abc");
        assert_eq!(judged_in_order("AbCd"), "cd");
    }

    #[test]
    fn a_late_worker_changes_nothing() {
        for order in ["AbCd", "dCbA", "CAdb", "bdAC"] {
            assert_eq!(judged_in_order(order), "cd", "{order}");
        }
        assert_eq!(judged_in_order("AA"), "a");
    }
}
