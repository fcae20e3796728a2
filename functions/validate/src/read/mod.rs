//! From the bytes of a file to rows of cells, streamed with the line that a person sees.
//!
//! What the bytes are is decided by the bytes; the name only has to agree. Nothing here knows what
//! a learner is. A file that cannot be read is a [`Refusal`], never an error, and costs bounded
//! time and memory whatever it holds.

mod archive;
mod csv;
mod encoding;
mod formats;
mod ods;
mod ole;
mod pieces;
mod row;
mod xls;
mod xlsx;
mod xml;
mod zip_door;

use std::borrow::Cow;
use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::ControlFlow;

pub(crate) use self::encoding::Seen;
use domain::upload::Format;
use domain::validate::{self, Cell, Holds, Refusal};

/// Receives the rows: the line, from 1, and the cells, in the order of the sheet.
pub type EachRow<'a> = dyn FnMut(u32, &[Cell<'_>]) -> ControlFlow<()> + 'a;

/// Receives the rows of all sheets: the sheet, from 0, the line and the cells.
pub type EachSheet<'a> = dyn FnMut(usize, u32, &[Cell<'_>]) -> ControlFlow<()> + 'a;

/// Most bytes of text in all the cells that are read at once. A workbook holds a text once however many cells
/// point to it: what is small in the file may be endless in the cells.
const MOST_TEXT: usize = 64 * 1024 * 1024;

/// How much of the name of a list in an archive is shown, in characters.
const LONGEST_NAME: usize = 200;

/// The content of a file: in memory, or on disk, where a text of any length is left.
#[derive(Debug, Clone, Copy)]
pub enum Content<'a> {
    /// Its bytes.
    Memory(&'a [u8]),
    /// Read as often as needed, from wherever it stands.
    Disk(&'a Disk<'a>),
}

/// A file on disk, which remembers that the disk failed: that says nothing of the file.
#[derive(Debug)]
pub struct Disk<'a> {
    file: &'a File,
    failure: RefCell<Option<io::Error>>,
}

impl<'a> Disk<'a> {
    /// Not read yet.
    pub(crate) fn new(file: &'a File) -> Self {
        Self { file, failure: RefCell::default() }
    }

    /// Why the disk failed, if it did.
    pub(crate) fn failure(self) -> Option<io::Error> {
        self.failure.into_inner()
    }

    /// What an answer of the disk is, once a failure was written down.
    fn note<T>(&self, answer: io::Result<T>) -> io::Result<T> {
        answer.map_err(|error| {
            let kind = error.kind();
            if kind != io::ErrorKind::Interrupted {
                self.failure.replace(Some(error));
            }
            kind.into()
        })
    }

    /// Stands at a place.
    fn seek(&self, from: u64) -> io::Result<()> {
        let mut file = self.file;
        self.note(file.seek(SeekFrom::Start(from))).map(drop)
    }
}

impl Read for &Disk<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let mut file = self.file;
        self.note(file.read(to))
    }
}

impl<'a> From<&'a [u8]> for Content<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Memory(bytes)
    }
}

impl<'a> From<&'a Vec<u8>> for Content<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Self::Memory(bytes)
    }
}

impl<'a> Content<'a> {
    /// Its size, in bytes.
    pub(crate) fn size(self) -> io::Result<u64> {
        match self {
            Self::Memory(bytes) => Ok(bytes.len() as u64),
            Self::Disk(disk) => Ok(disk.note(disk.file.metadata())?.len()),
        }
    }

    /// Reads it, from a place.
    fn reader(self, from: u64) -> io::Result<Box<dyn Read + 'a>> {
        Ok(match self {
            Self::Memory(bytes) => Box::new(bytes.get(from as usize..).unwrap_or_default()),
            Self::Disk(disk) => {
                disk.seek(from)?;
                Box::new(disk)
            }
        })
    }

    /// Hands it over in pieces, from a place.
    pub(crate) fn pieces(self, from: u64, mut each: impl FnMut(&[u8])) -> io::Result<()> {
        if let Self::Memory(bytes) = self {
            each(bytes.get(from as usize..).unwrap_or_default());
            return Ok(());
        }
        let mut reader = self.reader(from)?;
        let mut piece = vec![0; PIECE];
        loop {
            match reader.read(&mut piece)? {
                0 => return Ok(()),
                read => each(&piece[..read]),
            }
        }
    }

    /// How it begins.
    fn head(self) -> io::Result<Cow<'a, [u8]>> {
        match self {
            Self::Memory(bytes) => Ok(bytes[..bytes.len().min(HEAD)].into()),
            Self::Disk(_) => {
                let mut head = Vec::new();
                self.reader(0)?.take(HEAD as u64).read_to_end(&mut head)?;
                Ok(head.into())
            }
        }
    }

    /// All of it in memory, unless it is a text on disk.
    fn held(self) -> io::Result<Held<'a>> {
        let Self::Disk(mut disk) = self else { return Ok(Held::Lent(self)) };
        let head = self.head()?;
        if !head.trim_ascii_start().is_empty() && sniff(&head) == Ok(Format::Csv) {
            return Ok(Held::Lent(self));
        }
        let mut bytes = Vec::new();
        disk.seek(0)?;
        disk.read_to_end(&mut bytes)?;
        Ok(Held::Ours(bytes))
    }
}

/// How much of a file is read at once, in bytes: what stays near the processor until it is read again.
const PIECE: usize = 64 * 1024;
/// How much of it is looked at to know what it is.
const HEAD: usize = 64 * 1024;

/// What a disk does not give is missing from the file, for who reads on; who asked is told that the
/// disk failed.
fn unreadable(_: io::Error) -> Refusal {
    Refusal::Damaged
}

/// A content, wherever it is.
#[derive(Debug)]
enum Held<'a> {
    Lent(Content<'a>),
    Ours(Vec<u8>),
}

impl Held<'_> {
    fn content(&self) -> Content<'_> {
        match self {
            Self::Lent(content) => *content,
            Self::Ours(bytes) => Content::Memory(bytes),
        }
    }

    /// All of it, but of a text on disk only how it begins.
    fn bytes(&self) -> io::Result<Cow<'_, [u8]>> {
        match self.content() {
            Content::Memory(bytes) => Ok(bytes.into()),
            disk @ Content::Disk(_) => disk.head(),
        }
    }
}

/// The list that a file is, or that an archive holds.
#[derive(Debug)]
pub struct List<'a> {
    content: Held<'a>,
    format: Format,
    member: Option<String>,
    /// What was seen of its bytes on their way to somebody else.
    seen: Option<Seen>,
}

impl<'a> List<'a> {
    /// Recognises the content of a file, and takes the list out of an archive.
    pub fn find(name: &str, content: impl Into<Content<'a>>) -> Result<Self, Refusal> {
        let content = content.into().held().map_err(unreadable)?;
        let bytes = content.bytes().map_err(unreadable)?;
        match recognise(name, &bytes)? {
            Format::Zip => {
                let archive::Member { name, bytes } = archive::only_list(&bytes)?;
                let format = recognise(&name, &bytes)?;
                let member = Some(name.chars().take(LONGEST_NAME).collect());
                Ok(Self { content: Held::Ours(bytes), format, member, seen: None })
            }
            format => {
                drop(bytes);
                Ok(Self { content, format, member: None, seen: None })
            }
        }
    }

    /// Spares it from looking at the file, which somebody has seen all the bytes of. A list in an
    /// archive was not seen so.
    #[must_use]
    pub(crate) fn already_seen(self, seen: Seen) -> Self {
        let seen = self.member.is_none().then_some(seen);
        Self { seen, ..self }
    }

    /// Opens it, and says what was recognised.
    pub fn open(&self, file: &mut validate::File) -> Result<Source<'_>, Refusal> {
        file.member.clone_from(&self.member);
        file.format = Some(self.format.as_str());
        let content = self.content.content();
        let bytes = match content {
            Content::Memory(bytes) => bytes,
            // Only a text is left there.
            Content::Disk(_) => &[],
        };
        Ok(match self.format {
            Format::Csv => {
                let seen = self.seen.map_or_else(|| see(content), Ok).map_err(unreadable)?;
                let text = csv::Text::open(content, &seen)?;
                file.encoding = Some(text.encoding());
                file.separator = Some(text.separator());
                Source::Csv(text)
            }
            Format::Xlsx => Source::Xlsx(Box::new(xlsx::Workbook::open(bytes)?)),
            Format::Xls => Source::Xls(xls::Workbook::open(bytes)?),
            Format::Ods => Source::Ods(Box::new(ods::Workbook::open(bytes)?)),
            Format::Zip => return Err(Refusal::Archive { holds: Holds::Archive }),
        })
    }
}

fn see(content: Content<'_>) -> io::Result<Seen> {
    let mut seen = Seen::default();
    content.pieces(0, |piece| seen.look(piece))?;
    Ok(seen)
}

/// A list whose rows can be read, as many times as needed.
pub enum Source<'a> {
    /// A text with separators.
    Csv(csv::Text<'a>),
    /// A workbook of Excel.
    Xlsx(Box<xlsx::Workbook<'a>>),
    /// A workbook of Excel 97 to 2003.
    Xls(xls::Workbook),
    /// An `OpenDocument` workbook.
    Ods(Box<ods::Workbook<'a>>),
}

impl Source<'_> {
    /// Whether serial dates count from 1904. Known once the sheets were seen.
    pub fn counts_from_1904(&self) -> bool {
        match self {
            Self::Csv(_) => false,
            Self::Xlsx(book) => book.counts_from_1904(),
            Self::Xls(book) => book.counts_from_1904(),
            Self::Ods(book) => book.counts_from_1904(),
        }
    }

    /// Hands over the rows of every sheet, one sheet after the other; a break leaves the sheet.
    pub fn sheets(&mut self, each: &mut EachSheet<'_>) -> Result<(), Refusal> {
        let mut text = Text::default();
        let mut bounded = |sheet: usize, line: u32, cells: &[Cell<'_>]| {
            text.within(line, cells)?;
            each(sheet, line, cells)
        };
        let sheets = match self {
            Self::Csv(text) => return text.rows(&mut |line, cells| each(0, line, cells)),
            // Its sheets lie one after the other in one part: read once, not once for each.
            Self::Ods(book) => {
                let read = book.sheets(&mut bounded);
                return text.or(read);
            }
            Self::Xlsx(book) => book.sheets().len(),
            Self::Xls(book) => book.sheets().len(),
        };
        for sheet in 0..sheets {
            self.all_rows(sheet, &mut |line, cells| bounded(sheet, line, cells))?;
        }
        text.or(Ok(()))
    }

    /// Hands over the rows of a sheet until the end, or until the receiver breaks.
    pub fn rows(&mut self, sheet: usize, each: &mut EachRow<'_>) -> Result<(), Refusal> {
        // The cells of a text hold what the file holds, no more.
        if let Self::Csv(text) = self {
            return text.rows(each);
        }
        let mut text = Text::default();
        let read = self.all_rows(sheet, &mut |line, cells| {
            text.within(line, cells)?;
            each(line, cells)
        });
        text.or(read)
    }

    fn all_rows(&mut self, sheet: usize, each: &mut EachRow<'_>) -> Result<(), Refusal> {
        match self {
            Self::Csv(text) => text.rows(each),
            Self::Xlsx(book) => book.rows(sheet, each),
            Self::Xls(book) => book.rows(sheet, each),
            Self::Ods(book) => book.rows(sheet, each),
        }
    }

    /// The name of a sheet that was seen.
    pub fn sheet(&self, sheet: usize) -> Option<&str> {
        match self {
            Self::Csv(_) => None,
            Self::Xlsx(book) => book.sheets().get(sheet).map(String::as_str),
            Self::Xls(book) => book.sheets().get(sheet).map(String::as_str),
            Self::Ods(book) => book.sheet(sheet),
        }
    }
}

/// How much text the cells held so far.
#[derive(Default)]
struct Text {
    bytes: usize,
    /// Where it became too much.
    excess: Option<u32>,
}

impl Text {
    fn within(&mut self, line: u32, cells: &[Cell<'_>]) -> ControlFlow<()> {
        let bytes = |cell: &Cell<'_>| match cell {
            Cell::Text(text) => text.len(),
            _ => 0,
        };
        self.bytes += cells.iter().map(bytes).sum::<usize>();
        if self.bytes > MOST_TEXT {
            self.excess = Some(line);
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    fn or(self, read: Result<(), Refusal>) -> Result<(), Refusal> {
        match self.excess {
            None => read,
            line => Err(Refusal::OutOfBounds { what: "des textes démesurés", line }),
        }
    }
}

/// What the bytes are. The name has to say the same.
fn recognise(name: &str, bytes: &[u8]) -> Result<Format, Refusal> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Refusal::Empty);
    }
    let format = sniff(bytes)?;
    if Format::of_name(name) == Some(format) {
        Ok(format)
    } else {
        Err(Refusal::WrongExtension { found: format.as_str() })
    }
}

/// How files that are no lists begin.
const FOREIGN: [&[u8]; 9] =
    [b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"{\\rtf", b"<", b"{", b"[", b"PK"];

/// What the bytes are, by their first ones.
fn sniff(bytes: &[u8]) -> Result<Format, Refusal> {
    // An archive without a file in it begins as it ends.
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return zip_door::format(bytes);
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return if is_under_a_password(bytes) { Err(Refusal::Encrypted) } else { Ok(Format::Xls) };
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    if let Some(format) = page_of(text) {
        return Err(Refusal::OtherFormat { format });
    }
    if FOREIGN.iter().any(|magic| text.starts_with(magic)) {
        return Err(Refusal::NotASpreadsheet);
    }
    Ok(Format::Csv)
}

/// Whether a compound file is a workbook of after 2007 under a password: its directory names the
/// package where it is hidden. Entries of the directory lie at multiples of their size.
fn is_under_a_password(bytes: &[u8]) -> bool {
    const ENTRY: usize = 128;
    let name: Vec<u8> = "EncryptedPackage".bytes().flat_map(|byte| [byte, 0]).collect();
    memchr::memmem::find_iter(bytes, &name).any(|place| place % ENTRY == 0)
}

/// The tables that software writes as pages and that spreadsheets open all the same.
fn page_of(text: &[u8]) -> Option<&'static str> {
    const LOOKED_AT: usize = 1024;
    const PAGES: [(&[u8], &str); 5] = [
        (b"<html", "HTML : une page web sous un nom de tableur"),
        (b"<!doctype html", "HTML : une page web sous un nom de tableur"),
        (b"<table", "HTML : une page web sous un nom de tableur"),
        (b"urn:schemas-microsoft-com:office:spreadsheet", "XML de Excel 2003"),
        (b"urn:oasis:names:tc:opendocument", "OpenDocument à plat (.fods)"),
    ];
    if !text.starts_with(b"<") {
        return None;
    }
    let start = text[..text.len().min(LOOKED_AT)].to_ascii_lowercase();
    let is_there = |mark: &[u8]| memchr::memmem::find(&start, mark).is_some();
    PAGES.iter().find(|(mark, _)| is_there(mark)).map(|(_, format)| *format)
}
