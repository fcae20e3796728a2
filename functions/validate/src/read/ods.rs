//! ODS → rows, streamed: the cells are read while `content.xml` is inflated and watched.
//!
//! Ours rather than calamine's reader, which holds every sheet in memory and writes a repeated row
//! as many times as it says. Here a blank row costs one addition however often it is repeated, a
//! full one is handed over again until the receiver has enough.
//!
//! Not read: formulas (their stored values are), notes, drawings, changes kept for review.

use std::io::{BufReader, Cursor, Read};

use domain::validate::Refusal;
use domain::vocabulary::Day;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::row::{Draft, Kept, MOST_COLUMNS};
use super::xml::{BadTag, attribute};
use super::zip_door::{self, MOST_CELLS, MOST_SHEETS, Watched, bounds, unreadable};
use super::{EachRow, EachSheet};

/// The part that holds the sheets.
const CONTENT: &str = "content.xml";
/// The part that says how each other is packed.
const MANIFEST: &str = "META-INF/manifest.xml";
/// Most bytes of the manifest looked at.
const MOST_MANIFEST: u64 = 1024 * 1024;
/// How deep elements may lie in each other.
const DEEPEST: u32 = 100;

/// An open workbook.
#[derive(Debug)]
pub struct Workbook<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// The names of the sheets seen so far.
    names: Vec<String>,
    from_1904: bool,
}

impl<'a> Workbook<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Refusal> {
        let mut archive = zip_door::open(bytes)?;
        let mut manifest = Vec::new();
        if let Ok(part) = archive.by_name(MANIFEST) {
            // A manifest that cannot be read says nothing.
            let _ = part.take(MOST_MANIFEST).read_to_end(&mut manifest);
        }
        let encrypted = memchr::memmem::find(&manifest, b"encryption-data").is_some();
        if encrypted || archive.index_for_name("encrypted-package").is_some() {
            return Err(Refusal::Encrypted);
        }
        Ok(Self { archive, names: Vec::new(), from_1904: false })
    }

    /// The name of a sheet that was seen.
    pub(super) fn sheet(&self, sheet: usize) -> Option<&str> {
        self.names.get(sheet).map(String::as_str)
    }

    /// Whether numbers that are days count from 1904. Known once the sheets were seen.
    pub(super) fn counts_from_1904(&self) -> bool {
        self.from_1904
    }

    /// Hands over the rows of one sheet.
    pub(super) fn rows(&mut self, sheet: usize, each: &mut EachRow<'_>) -> Result<(), Refusal> {
        self.walk(Some(sheet), &mut |_, line, cells| each(line, cells))
    }

    /// Hands over the rows of every sheet in one reading; a break leaves the sheet.
    pub(super) fn sheets(&mut self, each: &mut EachSheet<'_>) -> Result<(), Refusal> {
        self.names.clear();
        self.walk(None, each)
    }

    fn walk(&mut self, only: Option<usize>, each: &mut EachSheet<'_>) -> Result<(), Refusal> {
        let part = self.archive.by_name(CONTENT).map_err(|error| unreadable(&error))?;
        let packed = part.compressed_size();
        let mut parser = Parser::new(Watched::new(part, packed));
        let walked = parser.sheets(only, &mut self.names, each);
        self.from_1904 = parser.from_1904;
        walked.map_err(|fault| match fault {
            Fault::Bounds(refusal) => refusal,
            // The watch stops the parser, which only knows that it was stopped.
            Fault::Xml => parser.xml.into_inner().into_inner().refusal(),
        })
    }
}

/// Why the reading stopped.
enum Fault {
    /// Not the XML that was expected, or no more of it.
    Xml,
    /// Something far too large.
    Bounds(Refusal),
}

impl From<BadTag> for Fault {
    fn from(_: BadTag) -> Self {
        Self::Xml
    }
}

/// What the parser meets.
enum Token {
    Opens(Element),
    Closes,
    /// Text, kept in [`Parser::said`].
    Says,
}

/// An element that opens.
enum Element {
    Spreadsheet,
    /// The day on which serial dates count zero.
    NullDate {
        is_1904: bool,
    },
    Settings,
    Table {
        name: String,
    },
    /// A group of rows.
    Rows,
    Row {
        repeated: u32,
    },
    Cell(CellStart),
    Paragraph,
    /// A part of a paragraph.
    Run,
    Spaces {
        count: usize,
    },
    Tab,
    LineBreak,
    Other,
}

/// What the tag of a cell says of it.
#[derive(Default)]
struct CellStart {
    repeated: usize,
    value: Value,
}

/// The value of a cell, where its tag gives it.
#[derive(Default)]
enum Value {
    /// What its paragraphs say.
    #[default]
    Said,
    Text(String),
    Number(f64),
    Date(Day),
    Bool(bool),
}

struct Parser<R> {
    xml: quick_xml::Reader<BufReader<R>>,
    buffer: Vec<u8>,
    /// The last text met.
    said: String,
    depth: u32,
    draft: Draft,
    /// The text of a cell, its paragraphs on lines of their own.
    text: String,
    cells: u32,
    elements: u32,
    from_1904: bool,
}

impl<R: Read> Parser<R> {
    fn new(content: R) -> Self {
        let mut xml = quick_xml::Reader::from_reader(BufReader::with_capacity(64 * 1024, content));
        xml.config_mut().expand_empty_elements = true;
        Self {
            xml,
            buffer: Vec::new(),
            said: String::new(),
            depth: 0,
            draft: Draft::default(),
            text: String::new(),
            cells: 0,
            elements: 0,
            from_1904: false,
        }
    }

    /// The next token. The end of the document, where none is expected, is a fault.
    fn next(&mut self) -> Result<Token, Fault> {
        loop {
            self.buffer.clear();
            let event = self.xml.read_event_into(&mut self.buffer).map_err(|_| Fault::Xml)?;
            match event {
                Event::Start(tag) => {
                    self.depth += 1;
                    if self.depth > DEEPEST {
                        return Err(Fault::Xml);
                    }
                    self.elements += 1;
                    if self.elements > MOST_CELLS {
                        return Err(Fault::Bounds(bounds("plusieurs millions d’éléments")));
                    }
                    return Ok(Token::Opens(element(&tag)?));
                }
                Event::End(_) => {
                    self.depth -= 1;
                    return Ok(Token::Closes);
                }
                Event::Text(text) => {
                    self.said.clear();
                    self.said.push_str(&text);
                    return Ok(Token::Says);
                }
                Event::GeneralRef(name) => {
                    let letter = match &*name {
                        "amp" => '&',
                        "lt" => '<',
                        "gt" => '>',
                        "quot" => '"',
                        "apos" => '\'',
                        _ => name.resolve_char_ref().ok().flatten().ok_or(Fault::Xml)?,
                    };
                    // A letter that is written so is meant, be it a space.
                    self.text.push(letter);
                }
                Event::Decl(_) => {}
                _ => return Err(Fault::Xml),
            }
        }
    }

    /// Passes over the rest of the elements that are open deeper than this.
    fn leave(&mut self, depth: u32) -> Result<(), Fault> {
        while self.depth > depth {
            self.next()?;
        }
        Ok(())
    }

    fn sheets(
        &mut self,
        only: Option<usize>,
        names: &mut Vec<String>,
        each: &mut EachSheet<'_>,
    ) -> Result<(), Fault> {
        while !matches!(self.next()?, Token::Opens(Element::Spreadsheet)) {}
        let depth = self.depth;
        let mut sheet = 0;
        while self.depth >= depth && sheet < MOST_SHEETS {
            match self.next()? {
                Token::Opens(Element::Table { name }) => {
                    if names.len() == sheet {
                        names.push(name);
                    }
                    if only.is_none_or(|only| only == sheet) {
                        self.table(&mut |line, cells| each(sheet, line, cells))?;
                    }
                    if only == Some(sheet) {
                        return Ok(());
                    }
                    sheet += 1;
                }
                Token::Opens(Element::Settings) => continue,
                Token::Opens(Element::NullDate { is_1904 }) => self.from_1904 = is_1904,
                _ => {}
            }
            // Whatever else lies here, or is left of a sheet, is passed over.
            self.leave(depth)?;
        }
        Ok(())
    }

    /// Reads the rows of a table until it closes or the receiver breaks.
    fn table(&mut self, each: &mut EachRow<'_>) -> Result<(), Fault> {
        let depth = self.depth;
        let mut line: u32 = 0;
        while self.depth >= depth {
            match self.next()? {
                Token::Opens(Element::Row { repeated }) => {
                    self.row()?;
                    if self.draft.is_blank() {
                        line = line.saturating_add(repeated);
                        continue;
                    }
                    for _ in 0..repeated {
                        line = line.saturating_add(1);
                        self.count(self.draft.width())?;
                        if self.draft.hand_over(|cells| each(line, cells)).is_break() {
                            return Ok(());
                        }
                    }
                }
                Token::Opens(Element::Rows) | Token::Closes | Token::Says => {}
                Token::Opens(_) => self.leave(self.depth - 1)?,
            }
        }
        Ok(())
    }

    fn row(&mut self) -> Result<(), Fault> {
        let depth = self.depth;
        let mut place: usize = 0;
        self.draft.clear();
        while self.depth >= depth {
            match self.next()? {
                Token::Opens(Element::Cell(start)) => {
                    self.count(1)?;
                    self.paragraphs()?;
                    let cell = match start.value {
                        Value::Said if self.text.is_empty() => Kept::Empty,
                        Value::Said => self.draft.text(&self.text),
                        Value::Text(text) => self.draft.text(&text),
                        Value::Number(number) => Kept::Number(number),
                        Value::Date(day) => Kept::Date(day),
                        Value::Bool(value) => Kept::Bool(value),
                    };
                    let after = place.saturating_add(start.repeated);
                    for place in place..after.min(MOST_COLUMNS) {
                        self.draft.put(place, cell.clone());
                    }
                    place = after;
                }
                Token::Closes | Token::Says => {}
                Token::Opens(_) => self.leave(self.depth - 1)?,
            }
        }
        Ok(())
    }

    /// Reads what a cell says until it closes.
    fn paragraphs(&mut self) -> Result<(), Fault> {
        let depth = self.depth;
        let mut first = true;
        self.text.clear();
        while self.depth >= depth {
            match self.next()? {
                Token::Opens(Element::Paragraph) => {
                    if !std::mem::take(&mut first) {
                        self.text.push('\n');
                    }
                    self.paragraph()?;
                }
                // A note, a drawing.
                Token::Opens(_) => {
                    let length = self.text.len();
                    self.leave(self.depth - 1)?;
                    self.text.truncate(length);
                }
                Token::Closes | Token::Says => {}
            }
        }
        Ok(())
    }

    fn paragraph(&mut self) -> Result<(), Fault> {
        let depth = self.depth;
        let from = self.text.len();
        while self.depth >= depth {
            match self.next()? {
                Token::Says => {
                    for letter in self.said.chars() {
                        match letter {
                            // Blanks count for one, and for none where a line begins.
                            ' ' | '\t' | '\r' | '\n' => {
                                if !matches!(
                                    self.text[from..].chars().next_back(),
                                    None | Some(' ')
                                ) {
                                    self.text.push(' ');
                                }
                            }
                            letter => self.text.push(letter),
                        }
                    }
                }
                Token::Opens(Element::Spaces { count }) => {
                    self.text.extend(std::iter::repeat_n(' ', count));
                }
                Token::Opens(Element::Tab) => self.text.push('\t'),
                Token::Opens(Element::LineBreak) => self.text.push('\n'),
                Token::Opens(Element::Run) | Token::Closes => {}
                Token::Opens(_) => {
                    let length = self.text.len();
                    self.leave(self.depth - 1)?;
                    self.text.truncate(length);
                }
            }
        }
        Ok(())
    }

    fn count(&mut self, cells: usize) -> Result<(), Fault> {
        self.cells = self.cells.saturating_add(cells as u32);
        if self.cells > MOST_CELLS {
            return Err(Fault::Bounds(bounds("plusieurs millions de cellules")));
        }
        Ok(())
    }
}

/// Most spaces that one element may stand for.
const MOST_SPACES: usize = 1_000;

fn element(tag: &BytesStart<'_>) -> Result<Element, Fault> {
    Ok(match tag.local_name().as_ref() {
        "spreadsheet" => Element::Spreadsheet,
        "calculation-settings" => Element::Settings,
        "null-date" => {
            Element::NullDate { is_1904: attribute(tag, "date-value")?.starts_with("1904") }
        }
        "table" => Element::Table { name: attribute(tag, "name")? },
        "table-rows" | "table-header-rows" | "table-row-group" => Element::Rows,
        "table-row" => Element::Row { repeated: count(&attribute(tag, "number-rows-repeated")?) },
        "table-cell" | "covered-table-cell" => Element::Cell(cell(tag)?),
        "p" | "h" => Element::Paragraph,
        "span" | "a" => Element::Run,
        "s" => {
            let spaces = count(&attribute(tag, "c")?) as usize;
            Element::Spaces { count: spaces.min(MOST_SPACES) }
        }
        "tab" => Element::Tab,
        "line-break" => Element::LineBreak,
        _ => Element::Other,
    })
}

/// How many times something is there: once, unless it is said.
fn count(written: &str) -> u32 {
    match written {
        "" => 1,
        written => written.parse().unwrap_or(u32::MAX),
    }
}

fn cell(tag: &BytesStart<'_>) -> Result<CellStart, Fault> {
    let mut start = CellStart { repeated: 1, ..CellStart::default() };
    let mut kind = String::new();
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|_| Fault::Xml)?;
        let written = &*attribute.value;
        match attribute.key.local_name().as_ref() {
            "number-columns-repeated" => start.repeated = count(written) as usize,
            // Said twice, in two dialects: the second one also knows errors.
            "value-type" => written.clone_into(&mut kind),
            "value" => start.value = written.parse().map_or(Value::Said, Value::Number),
            "date-value" => {
                let day = written.get(..10).and_then(|day| day.parse().ok());
                start.value = day.map_or(Value::Said, Value::Date);
            }
            "boolean-value" => start.value = Value::Bool(written == "true"),
            "string-value" if !written.is_empty() => {
                let text = attribute.normalized_value(XmlVersion::Explicit1_0);
                start.value = Value::Text(text.map_err(|_| Fault::Xml)?.into_owned());
            }
            _ => {}
        }
    }
    // What shows is what was meant: an error, a length of time.
    if matches!(kind.as_str(), "error" | "time") {
        start.value = Value::Said;
    }
    Ok(start)
}
