//! The door of a workbook: what the archive unpacks to is measured while it is read.
//!
//! The readers behind hold a text or a tag in memory, so that a file of a few kilobytes may ask for
//! gigabytes. Bytes are counted as they come out: declared sizes are not believed.

use std::io::{self, Cursor, Read};

use domain::upload::Format;
use domain::validate::{self, Refusal};
use zip::ZipArchive;
use zip::result::ZipError;

/// Most files in the archive.
const MOST_ENTRIES: usize = 200;
/// Most bytes that a sheet inflates to.
pub(super) const MOST_INFLATED: u64 = 300 * 1024 * 1024;
/// Most shared strings.
pub(super) const MOST_STRINGS: u64 = 2_000_000;
/// Most tags in a part: twice a full list.
const MOST_TAGS: u64 = 32_000_000;
/// Beyond a megabyte, a part that inflates more than this is a bomb: honest sheets stay under 20.
const MOST_RATIO: u64 = 100;
const FREE: u64 = 1024 * 1024;
/// Most cells in one sheet, empty ones included: 78,000 rows of every column.
pub(super) const MOST_CELLS: u32 = 5_000_000;
/// Sheets looked at.
pub(super) const MOST_SHEETS: usize = 20;
/// Longest tag.
const LONGEST_TAG: usize = 8 * 1024;
/// Longest text of one cell: what spreadsheets allow, escaped.
const LONGEST_TEXT: usize = 256 * 1024;

/// The parts by which workbooks that we do not open are known.
const FOREIGN: [(&str, &str); 4] = [
    ("xl/vbaProject.bin", "classeur avec macros (.xlsm)"),
    ("xl/workbook.bin", "classeur binaire (.xlsb)"),
    ("Index/Document.iwa", "Numbers (.numbers)"),
    ("Index.zip", "Numbers (.numbers)"),
];

/// What an archive is, by the parts that it holds.
pub(super) fn format(bytes: &[u8]) -> Result<Format, Refusal> {
    let archive = open(bytes)?;
    let names: Vec<_> =
        archive.file_names().collect::<Result<_, _>>().map_err(|_| Refusal::Damaged)?;
    if names.iter().any(|name| climbs(name)) {
        return Err(bounds("des noms de fichiers interdits"));
    }
    let has = |part: &str| names.iter().any(|name| name.eq_ignore_ascii_case(part));
    if let Some((_, format)) = FOREIGN.iter().find(|(part, _)| has(part)) {
        return Err(Refusal::OtherFormat { format });
    }
    if has("xl/workbook.xml") {
        return Ok(Format::Xlsx);
    }
    if has("word/document.xml") || has("ppt/presentation.xml") {
        return Err(Refusal::NotASpreadsheet);
    }
    if has("META-INF/manifest.xml") && (has("content.xml") || has("encrypted-package")) {
        return match open_document(bytes) {
            Some(false) => Err(Refusal::NotASpreadsheet),
            _ => Ok(Format::Ods),
        };
    }
    Ok(Format::Zip)
}

/// Whether an `OpenDocument` says that it is a workbook: its first part must say what it is.
fn open_document(bytes: &[u8]) -> Option<bool> {
    const FIRST: &[u8] = b"mimetypeapplication/vnd.oasis.opendocument.";
    Some(bytes.get(30..)?.strip_prefix(FIRST)?.starts_with(b"spreadsheet"))
}

/// Whether a name would lead out of the folder where it is unpacked. Nothing is unpacked here, but
/// no honest archive has such names.
fn climbs(name: &str) -> bool {
    name.starts_with(['/', '\\']) || name.split(['/', '\\']).any(|part| part == "..")
}

/// Refuses what inflates far more than honest data do.
pub(super) fn weigh(inflated: u64, packed: u64) -> Result<(), Refusal> {
    if inflated > FREE && inflated > packed.saturating_mul(MOST_RATIO) {
        return Err(bounds("des données démesurément compressées"));
    }
    Ok(())
}

/// A part of XML that is scanned and counted while it is read.
pub(super) struct Watched<R> {
    part: R,
    packed: u64,
    inflated: u64,
    scan: Scan,
    refusal: Option<Refusal>,
}

impl<R> Watched<R> {
    /// A part that takes this many bytes in its archive.
    pub(super) fn new(part: R, packed: u64) -> Self {
        Self { part, packed, inflated: 0, scan: Scan::default(), refusal: None }
    }

    /// Why the reading was stopped; by damage, unless the watch stopped it.
    pub(super) fn refusal(self) -> Refusal {
        self.refusal.unwrap_or(Refusal::Damaged)
    }

    fn look(&mut self, piece: &[u8]) -> Result<(), Refusal> {
        self.inflated += piece.len() as u64;
        self.scan.read(piece)?;
        if self.inflated > MOST_INFLATED {
            return Err(bounds("bien plus de données qu’une liste d’apprenants"));
        }
        weigh(self.inflated, self.packed)
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.part.read(buffer)?;
        if let Err(refusal) = self.look(&buffer[..read]) {
            self.refusal = Some(refusal);
            return Err(io::Error::other("out of bounds"));
        }
        Ok(read)
    }
}

/// Why a part cannot be unpacked.
pub(super) fn unreadable(error: &ZipError) -> Refusal {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => Refusal::Encrypted,
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => {
            Refusal::Archive { holds: validate::Holds::Unreadable }
        }
        _ => Refusal::Damaged,
    }
}

/// Opens an archive of a bearable number of parts.
pub(super) fn open(bytes: &[u8]) -> Result<ZipArchive<Cursor<&[u8]>>, Refusal> {
    // Counted before the archive is: its own reader keeps the whole directory in memory.
    let directory = memchr::memmem::find_iter(bytes, b"PK\x01\x02");
    if directory.take(MOST_ENTRIES + 1).count() > MOST_ENTRIES {
        return Err(bounds("des centaines de fichiers"));
    }
    ZipArchive::new(Cursor::new(bytes)).map_err(|_| Refusal::Damaged)
}

pub(super) fn bounds(what: &'static str) -> Refusal {
    Refusal::OutOfBounds { what, line: None }
}

/// A scan of XML, piece by piece, that knows only tags, quotes and text.
#[derive(Default)]
struct Scan {
    state: State,
    tag: Vec<u8>,
    text: usize,
    tags: u64,
}

#[derive(Default, Clone, Copy)]
enum State {
    #[default]
    Text,
    Tag,
    Quoted(u8),
}

impl Scan {
    fn read(&mut self, mut piece: &[u8]) -> Result<(), Refusal> {
        while !piece.is_empty() {
            // Texts and tags of a sheet are a few letters long: a search that is faster on long
            // ones would take longer to begin than to end.
            let stop = match self.state {
                State::Text => piece.iter().position(|byte| *byte == b'<'),
                State::Tag => piece.iter().position(|byte| matches!(byte, b'>' | b'"' | b'\'')),
                State::Quoted(quote) => piece.iter().position(|byte| *byte == quote),
            };
            let (run, rest) = piece.split_at(stop.unwrap_or(piece.len()));
            match self.state {
                State::Text => {
                    self.text += run.len();
                    if self.text > LONGEST_TEXT {
                        return Err(bounds("une cellule démesurée"));
                    }
                }
                State::Tag | State::Quoted(_) => {
                    if self.tag.len() + run.len() > LONGEST_TAG {
                        return Err(bounds("une balise démesurée"));
                    }
                    self.tag.extend_from_slice(run);
                }
            }
            let Some(mark) = rest.first() else { return Ok(()) };
            piece = &rest[1..];
            self.state = match (self.state, mark) {
                (State::Tag, b'>') => {
                    self.end_tag()?;
                    State::Text
                }
                (State::Tag, quote) => State::Quoted(*quote),
                (State::Text | State::Quoted(_), _) => State::Tag,
            };
        }
        Ok(())
    }

    fn end_tag(&mut self) -> Result<(), Refusal> {
        self.tags += 1;
        let tag = &self.tag[..];
        if tag.starts_with(b"!") {
            return Err(bounds("une définition de document, un commentaire ou un bloc brut"));
        }
        if tag.starts_with(b"?")
            && !(self.tags == 1 && tag.starts_with(b"?xml") && tag.ends_with(b"?"))
        {
            return Err(bounds("une instruction de traitement"));
        }
        if matches!(local_name(tag), b"table-cell" | b"covered-table-cell") {
            self.text = 0;
        }
        if self.tags > MOST_TAGS {
            return Err(bounds("des millions de cellules"));
        }
        self.tag.clear();
        Ok(())
    }
}

/// `p` for `p style="a"`, `text:p style="a"` and `p/`.
fn local_name(tag: &[u8]) -> &[u8] {
    let end = tag.iter().position(|byte| byte.is_ascii_whitespace() || *byte == b'/');
    let name = &tag[..end.unwrap_or(tag.len())];
    name.iter().rposition(|byte| *byte == b':').map_or(name, |colon| &name[colon + 1..])
}
