//! XLS → rows: the records of Excel 97 to 2003 (MS-XLS, BIFF8), read where they lie.
//!
//! Ours rather than calamine's reader, which reserves the rectangle that a sheet announces, clones
//! a shared string into each cell that points to it, and keeps every sheet in memory. Here nothing
//! that the file announces is believed: the cells of a sheet are listed by their place (writers do
//! not always write them in order), sorted, and decoded one row at a time.

use std::collections::BTreeMap;

use domain::validate::{Refusal, day_of_serial};

use super::EachRow;
use super::formats::{is_date, shows_a_date};
use super::ole::{Compound, u16_at, u32_at};
use super::row::{Draft, Kept};
use super::zip_door::{MOST_SHEETS, MOST_STRINGS, bounds};

// The records that matter, by their number.
const FORMULA: u16 = 0x0006;
const END: u16 = 0x000a;
const DATE_MODE: u16 = 0x0022;
const FILE_PASS: u16 = 0x002f;
const CONTINUE: u16 = 0x003c;
const BOUND_SHEET: u16 = 0x0085;
const MUL_RK: u16 = 0x00bd;
const RICH_STRING: u16 = 0x00d6;
const XF: u16 = 0x00e0;
const SHARED_STRINGS: u16 = 0x00fc;
const LABEL_SST: u16 = 0x00fd;
const NUMBER: u16 = 0x0203;
const LABEL: u16 = 0x0204;
const BOOL_OR_ERROR: u16 = 0x0205;
const STRING: u16 = 0x0207;
const RK: u16 = 0x027e;
const FORMAT: u16 = 0x041e;
const BEGIN: u16 = 0x0809;
/// The version that [`BEGIN`] says since Excel 97.
const BIFF8: u16 = 0x0600;

/// An open workbook.
#[derive(Debug)]
pub struct Workbook {
    stream: Vec<u8>,
    globals: Globals,
}

/// What the sheets have in common, said before the first one.
#[derive(Debug, Default)]
struct Globals {
    /// The names of the sheets.
    names: Vec<String>,
    /// Where each sheet begins.
    begins: Vec<usize>,
    /// Where each shared string lies.
    strings: Vec<Span>,
    /// Whether each format of cells shows a date.
    dates: Vec<bool>,
    from_1904: bool,
}

/// One record.
#[derive(Debug, Clone, Copy)]
struct Record<'a> {
    kind: u16,
    data: &'a [u8],
    /// Where the data begins.
    at: usize,
}

impl Record<'_> {
    fn end(&self) -> usize {
        self.at + self.data.len()
    }
}

/// The rest of a record, and what continues it.
#[derive(Debug, Clone, Copy)]
struct Span {
    at: u32,
    end: u32,
}

impl Workbook {
    pub(super) fn open(bytes: &[u8]) -> Result<Self, Refusal> {
        let file = Compound::open(bytes).ok_or(Refusal::Damaged)?;
        if !file.has("Workbook") {
            return Err(if file.has("Book") {
                Refusal::OtherFormat { format: OLDER }
            } else {
                Refusal::NotASpreadsheet
            });
        }
        let stream = file.stream("Workbook").ok_or(Refusal::Damaged)?;
        let globals = Globals::read(&stream)?;
        Ok(Self { stream, globals })
    }

    /// The names of the sheets.
    pub(super) fn sheets(&self) -> &[String] {
        &self.globals.names
    }

    /// Whether serial dates count from 1904.
    pub(super) fn counts_from_1904(&self) -> bool {
        self.globals.from_1904
    }

    pub(super) fn rows(&self, sheet: usize, each: &mut EachRow<'_>) -> Result<(), Refusal> {
        let Some(begin) = self.globals.begins.get(sheet) else { return Ok(()) };
        let mut draft = Draft::default();
        let cells = self.cells(*begin)?;
        for row in cells.chunk_by(|one, next| one.row() == next.row()) {
            draft.clear();
            for cell in row {
                self.read_cell(*cell, &mut draft).ok_or(Refusal::Damaged)?;
            }
            let line = row.first().map_or(0, |cell| u32::from(cell.row())) + 1;
            if !draft.is_blank() && draft.hand_over(|cells| each(line, cells)).is_break() {
                break;
            }
        }
        Ok(())
    }

    /// Where the records of a sheet that hold cells lie, in the order of the sheet.
    fn cells(&self, begin: usize) -> Result<Vec<Place>, Refusal> {
        let mut places = Vec::new();
        let mut depth = 0;
        let mut records = records(&self.stream, begin);
        loop {
            let record = records.next().ok_or(Refusal::Damaged)?;
            match record.kind {
                BEGIN => depth += 1,
                END if depth <= 1 => break,
                END => depth -= 1,
                // What lies deeper is a chart.
                FORMULA | MUL_RK | RICH_STRING | LABEL_SST | NUMBER | LABEL | BOOL_OR_ERROR
                | RK if depth == 1 => {
                    let place = |at| u16_at(record.data, at).ok_or(Refusal::Damaged);
                    places.push(Place::new(place(0)?, place(2)?, record.at));
                }
                _ if depth == 0 => return Err(Refusal::Damaged),
                _ => {}
            }
        }
        places.sort_unstable();
        Ok(places)
    }

    fn read_cell(&self, place: Place, draft: &mut Draft) -> Option<()> {
        let record = record(&self.stream, place.at() - HEAD)?;
        let data = record.data;
        let column = usize::from(u16_at(data, 2)?);
        let format = |at| u16_at(data, at);
        let cell = match record.kind {
            NUMBER => self.globals.number(f64_at(data, 6)?, format(4)?),
            RK => self.globals.number(rk(u32_at(data, 6)?), format(4)?),
            MUL_RK => {
                // Each has a format and a number; the last column ends the record.
                let each = data.get(4..data.len().checked_sub(2)?)?.chunks_exact(6);
                for (place, one) in (column..).zip(each) {
                    draft.put(place, self.globals.number(rk(u32_at(one, 2)?), u16_at(one, 0)?));
                }
                return Some(());
            }
            LABEL_SST => {
                // A string that is not there is damage; what does not fit here is not looked at.
                let span = *self.globals.strings.get(u32_at(data, 6)? as usize)?;
                draft.text(&Characters { stream: &self.stream, span }.text()?)
            }
            LABEL | RICH_STRING => draft.text(&Characters::of(&self.stream, record, 6).text()?),
            BOOL_OR_ERROR => match *data.get(6..8)? {
                [value, 0] => Kept::Bool(value != 0),
                [code, _] => draft.text(error(code)),
                _ => return None,
            },
            FORMULA => match *data.get(6..14)? {
                [0, .., 0xff, 0xff] => self.string_of_formula(record, draft)?,
                [1, _, value, .., 0xff, 0xff] => Kept::Bool(value != 0),
                [2, _, code, .., 0xff, 0xff] => draft.text(error(code)),
                [_, .., 0xff, 0xff] => Kept::Empty,
                _ => self.globals.number(f64_at(data, 6)?, format(4)?),
            },
            _ => return None,
        };
        draft.put(column, cell);
        Some(())
    }

    /// The text that a formula gave, in a record of its own a little further.
    fn string_of_formula(&self, formula: Record<'_>, draft: &mut Draft) -> Option<Kept> {
        /// A shared formula, an array or a table may come between, and what continues them.
        const AT_MOST: usize = 8;
        let mut after = records(&self.stream, formula.end()).take(AT_MOST);
        match after.find(|record| record.kind == STRING) {
            Some(string) => Some(draft.text(&Characters::of(&self.stream, string, 0).text()?)),
            None => Some(Kept::Empty),
        }
    }
}

impl Globals {
    fn read(stream: &[u8]) -> Result<Self, Refusal> {
        let mut globals = Self::default();
        let mut formats = BTreeMap::new();
        let mut shown_as = Vec::new();
        let mut records = records(stream, 0);
        match records.next() {
            Some(first) if first.kind != BEGIN => return Err(Refusal::Damaged),
            Some(first) if u16_at(first.data, 0) != Some(BIFF8) => {
                return Err(Refusal::OtherFormat { format: OLDER });
            }
            Some(_) => {}
            None => return Err(Refusal::Damaged),
        }
        loop {
            let record = records.next().ok_or(Refusal::Damaged)?;
            match record.kind {
                FILE_PASS => return Err(Refusal::Encrypted),
                DATE_MODE => globals.from_1904 = u16_at(record.data, 0) == Some(1),
                FORMAT => {
                    let text = Characters::of(stream, record, 2).text();
                    let number = u16_at(record.data, 0).ok_or(Refusal::Damaged)?;
                    formats.insert(number, shows_a_date(&text.ok_or(Refusal::Damaged)?));
                }
                XF => shown_as.push(u16_at(record.data, 2).ok_or(Refusal::Damaged)?),
                BOUND_SHEET => globals.add_sheet(record).ok_or(Refusal::Damaged)?,
                SHARED_STRINGS => globals.strings = strings(stream, record)?,
                END => break,
                _ => {}
            }
        }
        let date = |format| formats.get(&format).copied().unwrap_or_else(|| is_date(format));
        globals.dates = shown_as.into_iter().map(date).collect();
        Ok(globals)
    }

    /// Notes a sheet of cells; charts and macros are left out.
    fn add_sheet(&mut self, record: Record<'_>) -> Option<()> {
        const OF_CELLS: u8 = 0;
        let [_, kind, letters, wide, name @ ..] = record.data.get(4..)? else { return None };
        let begin = u32_at(record.data, 0)? as usize;
        // Several names for one sheet would have it read as many times.
        let known = self.begins.contains(&begin) || self.begins.len() == MOST_SHEETS;
        if *kind == OF_CELLS && !known {
            self.begins.push(begin);
            self.names.push(decode(&units(name, wide & 1 == 1, usize::from(*letters))));
        }
        Some(())
    }

    fn number(&self, number: f64, format: u16) -> Kept {
        let is_date = self.dates.get(usize::from(format)).copied().unwrap_or_default();
        match day_of_serial(number, self.from_1904) {
            Some(day) if is_date => Kept::Date(day),
            _ => Kept::Number(number),
        }
    }
}

const OLDER: &str = "Excel 5.0 ou 95 (.xls)";

/// The size of the head of a record: its number and the length of its data.
const HEAD: usize = 4;

/// The record whose head is at this place, unless it is cut.
fn record(stream: &[u8], head: usize) -> Option<Record<'_>> {
    let length = usize::from(u16_at(stream, head + 2)?);
    let at = head + HEAD;
    Some(Record { kind: u16_at(stream, head)?, data: stream.get(at..at + length)?, at })
}

/// The records from this place on.
fn records(stream: &[u8], mut head: usize) -> impl Iterator<Item = Record<'_>> {
    std::iter::from_fn(move || {
        let record = record(stream, head)?;
        head = record.end();
        Some(record)
    })
}

/// Row, column and where the record lies, in one number that sorts as the sheet reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place(u64);

impl Place {
    fn new(row: u16, column: u16, at: usize) -> Self {
        Self((u64::from(row) << 48) | (u64::from(column) << 32) | at as u64)
    }

    fn row(self) -> u16 {
        (self.0 >> 48) as u16
    }

    fn at(self) -> usize {
        self.0 as u32 as usize
    }
}

/// Where each shared string begins, found by reading them all once.
fn strings(stream: &[u8], record: Record<'_>) -> Result<Vec<Span>, Refusal> {
    let announced = u32_at(record.data, 4).ok_or(Refusal::Damaged)?;
    let mut strings = Vec::new();
    let mut characters = Characters::of(stream, record, 8);
    for _ in 0..announced {
        if characters.step_if_at_end().is_none() {
            // Fewer than announced: those that are there are enough, or a cell will say so.
            break;
        }
        if strings.len() as u64 == MOST_STRINGS {
            return Err(bounds("des millions de textes"));
        }
        strings.push(characters.span);
        characters.units().ok_or(Refusal::Damaged)?;
    }
    Ok(strings)
}

/// Reads strings of characters that may go on in the next records.
#[derive(Debug)]
struct Characters<'a> {
    stream: &'a [u8],
    span: Span,
}

impl<'a> Characters<'a> {
    /// From this place of a record on.
    fn of(stream: &'a [u8], record: Record<'_>, skipped: usize) -> Self {
        let (at, end) = (record.at + skipped.min(record.data.len()), record.end());
        Self { stream, span: Span { at: at as u32, end: end as u32 } }
    }

    /// The next string.
    fn text(mut self) -> Option<String> {
        Some(decode(&self.units()?))
    }

    /// The units of the next string; what formats it is passed over.
    fn units(&mut self) -> Option<Vec<u16>> {
        let [low, high, flags] = *self.take(3)?.first_chunk()?;
        let mut left = usize::from(u16::from_le_bytes([low, high]));
        let runs = if flags & 8 == 0 { 0 } else { usize::from(u16_at(self.take(2)?, 0)?) };
        let phonetic = if flags & 4 == 0 { 0 } else { u32_at(self.take(4)?, 0)? as usize };
        let mut wide = flags & 1 == 1;
        let mut read = Vec::new();
        while left > 0 {
            if self.span.at == self.span.end {
                // What continues a string says again how wide its characters are.
                self.step()?;
                wide = self.take(1)?.first()? & 1 == 1;
            }
            let here = (self.span.end - self.span.at) as usize;
            let characters = left.min(if wide { here / 2 } else { here });
            if characters == 0 && here > 0 {
                return None;
            }
            let bytes = self.take(if wide { 2 * characters } else { characters })?;
            read.extend(units(bytes, wide, characters));
            left -= characters;
        }
        let mut passed = 4 * runs + phonetic;
        while passed > 0 {
            self.step_if_at_end()?;
            let here = passed.min((self.span.end - self.span.at) as usize);
            self.span.at += here as u32;
            passed -= here;
        }
        Some(read)
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (at, end) = (self.span.at as usize, self.span.end as usize);
        let taken = self.stream.get(at..end)?.get(..length)?;
        self.span.at += length as u32;
        Some(taken)
    }

    fn step_if_at_end(&mut self) -> Option<()> {
        if self.span.at == self.span.end { self.step() } else { Some(()) }
    }

    /// Goes on in the next record, if it continues this one.
    fn step(&mut self) -> Option<()> {
        let next = record(self.stream, self.span.end as usize)?;
        self.span = Span { at: next.at as u32, end: next.end() as u32 };
        (next.kind == CONTINUE).then_some(())
    }
}

/// Characters as units of UTF-16: narrow ones are the first of Unicode.
fn units(bytes: &[u8], wide: bool, most: usize) -> Vec<u16> {
    if wide {
        let pairs = bytes.chunks_exact(2).take(most);
        pairs.map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect()
    } else {
        bytes.iter().take(most).map(|byte| u16::from(*byte)).collect()
    }
}

fn decode(units: &[u16]) -> String {
    String::from_utf16_lossy(units)
}

fn f64_at(data: &[u8], at: usize) -> Option<f64> {
    Some(f64::from_le_bytes(*data.get(at..)?.first_chunk()?))
}

/// A number in four bytes: whole or not, in hundredths or not.
fn rk(bits: u32) -> f64 {
    let number = if bits & 2 == 0 {
        f64::from_bits(u64::from(bits & !3) << 32)
    } else {
        f64::from(bits.cast_signed() >> 2)
    };
    if bits & 1 == 0 { number } else { number / 100.0 }
}

/// What a cell in error shows.
fn error(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0f => "#VALUE!",
        0x17 => "#REF!",
        0x1d => "#NAME?",
        0x24 => "#NUM!",
        _ => "#N/A",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_numbers_are_read() {
        let shown = |bits| rk(bits).to_string();
        assert_eq!(shown(0x4158_0000), "6291456");
        assert_eq!(shown((7 << 2) | 2), "7");
        assert_eq!(shown(((-7_i32) << 2).cast_unsigned() | 2), "-7");
        assert_eq!(shown((1234 << 2) | 3), "12.34");
    }
}
