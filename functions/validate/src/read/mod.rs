//! From the bytes of a file to rows of cells, streamed with the line that a person sees.
//!
//! What the bytes are is decided by the bytes; the name only has to agree. Nothing here knows what
//! a learner is. A file that cannot be read is a [`Refusal`], never an error, and costs bounded
//! time and memory whatever it holds.

mod csv;
mod encoding;
mod xlsx;
mod zip_door;

use std::ops::ControlFlow;

use domain::upload::Format;
use domain::validate::{Cell, File, Refusal};

/// Receives the rows: the line, from 1, and the cells, in the order of the sheet.
pub type EachRow<'a> = dyn FnMut(u32, &[Cell<'_>]) -> ControlFlow<()> + 'a;

/// A file whose rows can be read, as many times as needed.
pub enum Source<'a> {
    /// A text with separators.
    Csv(csv::Text<'a>),
    /// A workbook.
    Xlsx(Box<xlsx::Workbook<'a>>),
}

impl<'a> Source<'a> {
    /// Recognises the bytes of a file.
    pub fn open(name: &str, bytes: &'a [u8]) -> Result<Self, Refusal> {
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Err(Refusal::Empty);
        }
        let named = Format::of_name(name);
        match sniff(bytes)? {
            Format::Xlsx if named == Some(Format::Xlsx) => {
                Ok(Self::Xlsx(Box::new(xlsx::Workbook::open(bytes)?)))
            }
            Format::Xlsx => Err(Refusal::WrongExtension { found: ".xlsx" }),
            Format::Csv if named == Some(Format::Csv) => Ok(Self::Csv(csv::Text::open(bytes)?)),
            Format::Csv => Err(Refusal::WrongExtension { found: ".csv" }),
        }
    }

    /// How many sheets may hold the list.
    pub fn sheets(&self) -> usize {
        match self {
            Self::Csv(_) => 1,
            Self::Xlsx(book) => book.sheets().len(),
        }
    }

    /// Whether serial dates count from 1904.
    pub fn counts_from_1904(&self) -> bool {
        match self {
            Self::Csv(_) => false,
            Self::Xlsx(book) => book.counts_from_1904(),
        }
    }

    /// Hands over the rows of a sheet until the end, or until the receiver breaks.
    pub fn rows(&mut self, sheet: usize, each: &mut EachRow<'_>) -> Result<(), Refusal> {
        match self {
            Self::Csv(text) => text.rows(each),
            Self::Xlsx(book) => book.rows(sheet, each),
        }
    }

    /// Says what was recognised.
    pub fn describe(&self, sheet: Option<usize>, file: &mut File) {
        match self {
            Self::Csv(text) => {
                file.format = Some("csv");
                file.encoding = Some(text.encoding());
                file.separator = Some(text.separator());
            }
            Self::Xlsx(book) => {
                file.format = Some("xlsx");
                file.sheet = sheet.and_then(|sheet| book.sheets().get(sheet).cloned());
            }
        }
    }
}

/// What the bytes are, by their first ones.
fn sniff(bytes: &[u8]) -> Result<Format, Refusal> {
    if bytes.starts_with(b"PK\x03\x04") {
        return zip_door::kind(bytes).map(|()| Format::Xlsx);
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        // An OLE container: either a workbook of before 2007, or any workbook under a password.
        let encrypted: Vec<u8> = "EncryptedPackage".bytes().flat_map(|byte| [byte, 0]).collect();
        return Err(match memchr::memmem::find(bytes, &encrypted) {
            Some(_) => Refusal::Encrypted,
            None => Refusal::OtherFormat { format: "Excel 97-2003 (.xls)" },
        });
    }
    let foreign: [&[u8]; 9] =
        [b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"{\\rtf", b"<", b"{", b"[", b"PK"];
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    if foreign.iter().any(|magic| text.starts_with(magic)) {
        return Err(Refusal::NotASpreadsheet);
    }
    Ok(Format::Csv)
}
