//! XLSX → rows, streamed cell by cell behind the [door](super::zip_door) that bounds what the
//! workbook may unpack to. Never the dense-range reader: two cells far apart would kill it.

use std::io::Cursor;
use std::ops::ControlFlow;

use calamine::{CellErrorType, DataRef, Reader, SheetType, Xlsx, XlsxError};
use domain::validate::{Cell, Refusal, day_of_serial};

use super::EachRow;
use super::row::MOST_COLUMNS;
use super::zip_door::{self, MOST_CELLS, MOST_SHEETS, bounds};

/// An open workbook.
pub struct Workbook<'a> {
    book: Xlsx<Cursor<&'a [u8]>>,
    sheets: Vec<String>,
    from_1904: bool,
}

impl<'a> Workbook<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Refusal> {
        zip_door::pass(bytes)?;
        let book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| match error {
            XlsxError::Password => Refusal::Encrypted,
            _ => Refusal::Damaged,
        })?;
        let worksheets =
            book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
        let sheets = worksheets.map(|sheet| sheet.name.clone()).take(MOST_SHEETS).collect();
        let from_1904 = book.has_1904_epoch();
        Ok(Self { book, sheets, from_1904 })
    }

    /// The names of the sheets.
    pub(super) fn sheets(&self) -> &[String] {
        &self.sheets
    }

    /// Whether serial dates count from 1904.
    pub(super) fn counts_from_1904(&self) -> bool {
        self.from_1904
    }

    pub(super) fn rows(&mut self, sheet: usize, each: &mut EachRow<'_>) -> Result<(), Refusal> {
        let from_1904 = self.from_1904;
        let Some(name) = self.sheets.get(sheet) else { return Ok(()) };
        let mut reader = match self.book.worksheet_cells_reader(name) {
            Ok(reader) => reader,
            Err(XlsxError::NotAWorksheet(_)) => return Ok(()),
            Err(_) => return Err(Refusal::Damaged),
        };
        let mut hand_over = |line: u32, row: &[DataRef<'_>]| -> ControlFlow<()> {
            if row.is_empty() {
                return ControlFlow::Continue(());
            }
            let cells: Vec<Cell<'_>> = row.iter().map(|value| cell(value, from_1904)).collect();
            each(line, &cells)
        };
        let mut row: Vec<DataRef<'_>> = Vec::new();
        let mut line = 0;
        let mut cells_read = 0;
        while let Some(read) = reader.next_cell().map_err(|_| Refusal::Damaged)? {
            cells_read += 1;
            if cells_read > MOST_CELLS {
                return Err(bounds("plusieurs millions de cellules"));
            }
            let (above, left) = read.get_position();
            if above + 1 != line {
                if hand_over(line, &row).is_break() {
                    return Ok(());
                }
                row.clear();
                line = above + 1;
            }
            let place = left as usize;
            if place < MOST_COLUMNS {
                if row.len() <= place {
                    row.resize(place + 1, DataRef::Empty);
                }
                row[place] = read.get_value().clone();
            }
        }
        // Whether the receiver wanted more or not, this was the last row.
        let _ = hand_over(line, &row);
        Ok(())
    }
}

fn cell<'a>(value: &'a DataRef<'a>, from_1904: bool) -> Cell<'a> {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::Int(number) => Cell::Number(*number as f64),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::Bool(value) => Cell::Bool(*value),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            Cell::Text(text)
        }
        DataRef::SharedString(text) => Cell::Text(text),
        DataRef::DateTime(date) => match day_of_serial(date.as_f64(), from_1904) {
            Some(day) => Cell::Date(day),
            None => Cell::Number(date.as_f64()),
        },
        DataRef::Error(error) => Cell::Text(shown(error)),
    }
}

/// What a cell in error shows.
fn shown(error: &CellErrorType) -> &'static str {
    match error {
        CellErrorType::Null => "#NULL!",
        CellErrorType::Div0 => "#DIV/0!",
        CellErrorType::Value => "#VALUE!",
        CellErrorType::Ref => "#REF!",
        CellErrorType::Name => "#NAME?",
        CellErrorType::Num => "#NUM!",
        CellErrorType::NA | CellErrorType::GettingData => "#N/A",
    }
}
