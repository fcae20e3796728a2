//! Their own sheet back, with what to correct: cells coloured by level, two columns at the end.
//!
//! Lines and columns stay where they were, so that the report, the workbook and the sender's own
//! file speak of the same cells, and the workbook can be corrected and sent as it is. The sheet is
//! read and judged again while it is written, one row in memory at a time.
//!
//! Nothing written here can be a formula: what looks like one is text behind an apostrophe, which
//! the reader takes off. The social security number is never copied.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

use domain::validate::{
    self, Cell, Column, File, Finding, Judge, Kind, Layout, Level, Outcome, Row, Tally,
    column_letters, day_of_serial, holds_nir, looks_like_formula,
};
use domain::vocabulary::Day;
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError,
};

use super::asks;
use crate::check::{Circumstances, Found, LIMITS, find_header};
use crate::read::{List, Source};

/// Header of the column that says what is wrong.
pub const PROBLEM: &str = "Problème";
/// Header of the column that says what to do.
pub const FIX: &str = "Correction proposée";
/// Header of the column that says where a row comes from.
const LINE: &str = "Ligne du fichier";
/// What stands in place of the header of a social security number.
const NIR_REMOVED: &str = "Colonne retirée : ces numéros ne doivent pas être envoyés";
/// Most characters that a spreadsheet holds in one cell.
const LONGEST_CELL: usize = 32_767;

/// The sheet of a sender, annotated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workbooks {
    /// Every row, where it was.
    pub annotated: Vec<u8>,
    /// The rows set aside alone, one below the other; none when there are none.
    pub set_aside: Option<Vec<u8>>,
}

/// Reads a file again and writes what was found beside each row. `None` when no row can be judged.
pub fn workbooks(
    bytes: &[u8],
    circumstances: &Circumstances<'_>,
) -> Result<Option<Workbooks>, XlsxError> {
    let Ok(list) = List::find(circumstances.file_name, bytes) else { return Ok(None) };
    let Ok(mut source) = list.open(&mut File::default()) else { return Ok(None) };
    let Ok(Found { sheet, layout }) = find_header(&mut source) else { return Ok(None) };
    if layout.missing().next().is_some() {
        return Ok(None);
    }
    let Some(width) = used_columns(&mut source, sheet) else { return Ok(None) };

    let styles = Styles::new();
    let (mut annotated, mut set_aside) = (new_workbook()?, new_workbook()?);
    let from_1904 = source.counts_from_1904();
    let copy = |book| Copy { sheet: book, styles: &styles, layout: &layout, width, from_1904 };
    let mut all = copy(list_sheet(&mut annotated)?);
    let mut aside = copy(list_sheet(&mut set_aside)?);
    let mut written = Written::default();
    let mut judge = Judge::new(validate::Circumstances {
        today: circumstances.today,
        sender: circumstances.sender,
        school_year: circumstances.school_year,
        secret: circumstances.secret,
        reference: circumstances.reference,
    });
    let mut tally = Tally::default();
    let mut failed = None;
    let read = source.rows(sheet, &mut |line, cells| {
        let row = Row::new(line, cells, &layout, from_1904);
        let write = write_row(&mut judge, &mut tally, &row, (&mut all, &mut aside), &mut written);
        match write {
            Ok(()) if tally.rows().read < LIMITS.rows => ControlFlow::Continue(()),
            Ok(()) => ControlFlow::Break(()),
            Err(error) => {
                failed = Some(error);
                ControlFlow::Break(())
            }
        }
    });
    if let Some(error) = failed {
        return Err(error);
    }
    if read.is_err() {
        return Ok(None);
    }
    all.finish(layout.line - 1, written.last_line)?;
    aside.finish(0, written.set_aside)?;
    legend(&mut annotated, &styles)?;
    legend(&mut set_aside, &styles)?;
    Ok(Some(Workbooks {
        annotated: annotated.save_to_buffer()?,
        set_aside: match written.set_aside {
            0 => None,
            _ => Some(set_aside.save_to_buffer()?),
        },
    }))
}

/// How far each workbook has got.
#[derive(Default)]
struct Written {
    last_line: u32,
    set_aside: u32,
}

fn write_row(
    judge: &mut Judge<'_>,
    tally: &mut Tally,
    row: &Row<'_>,
    (all, aside): (&mut Copy<'_>, &mut Copy<'_>),
    written: &mut Written,
) -> Result<(), XlsxError> {
    let place = row.line - 1;
    written.last_line = place;
    if row.line < row.layout.line {
        return all.cells(place, row.cells, None);
    }
    if row.line == row.layout.line {
        all.header(place, row.cells, &[PROBLEM, FIX])?;
        return aside.header(0, row.cells, &[PROBLEM, FIX, LINE]);
    }
    let outcome = judge.judge(row, tally);
    let findings = judge.findings();
    let levels = levels(findings);
    all.cells(place, row.cells, Some(&levels))?;
    all.notes(place, findings)?;
    if matches!(outcome, Outcome::SetAside) {
        written.set_aside += 1;
        aside.cells(written.set_aside, row.cells, Some(&levels))?;
        aside.notes(written.set_aside, findings)?;
        let line = f64::from(row.line);
        aside.sheet.write_number(written.set_aside, aside.width + 2, line)?;
    }
    Ok(())
}

/// How many columns are used; none when the sheet cannot be read to its end.
fn used_columns(source: &mut Source<'_>, sheet: usize) -> Option<u16> {
    let mut width = 0;
    let read = source.rows(sheet, &mut |_, cells| {
        let used = cells.iter().rposition(|cell| *cell != Cell::Empty);
        width = width.max(used.map_or(0, |last| last + 1));
        ControlFlow::Continue(())
    });
    read.ok().map(|()| width as u16)
}

/// The gravest level of each cell, by its column.
fn levels(findings: &[Finding]) -> BTreeMap<u16, Level> {
    let mut levels = BTreeMap::new();
    for finding in findings {
        let Some(index) = finding.column_index else { continue };
        let level = levels.entry(index as u16).or_insert(finding.level);
        *level = finding.level.min(*level);
    }
    levels
}

/// A workbook whose bytes depend on what is written in it, not on the day.
pub(super) fn new_workbook() -> Result<Workbook, XlsxError> {
    let created = ExcelDateTime::from_ymd(2026, 1, 1)?;
    let mut workbook = Workbook::new();
    let properties = DocProperties::new()
        .set_author("Tableau de bord de l’apprentissage")
        .set_creation_datetime(&created);
    workbook.set_properties(&properties);
    Ok(workbook)
}

fn list_sheet(workbook: &mut Workbook) -> Result<&mut Worksheet, XlsxError> {
    workbook.add_worksheet_with_constant_memory()?.set_name("Liste")
}

/// A text that no spreadsheet takes for a formula, and that fits in a cell.
pub(super) fn harmless(text: &str) -> Cow<'_, str> {
    let text = match text.char_indices().nth(LONGEST_CELL - 1) {
        Some((cut, _)) => &text[..cut],
        None => text,
    };
    if looks_like_formula(text) { format!("'{text}").into() } else { text.into() }
}

/// One sheet, written row after row.
struct Copy<'a> {
    sheet: &'a mut Worksheet,
    styles: &'a Styles,
    layout: &'a Layout,
    /// The first column after those of the sender.
    width: u16,
    from_1904: bool,
}

impl Copy<'_> {
    fn header(&mut self, at: u32, cells: &[Cell<'_>], added: &[&str]) -> Result<(), XlsxError> {
        for (place, cell) in (0..self.width).zip(cells) {
            let header = match cell {
                _ if self.layout.nir.contains(&place) => NIR_REMOVED.to_owned(),
                Cell::Text(text) => harmless(text).into_owned(),
                cell => cell.shown(),
            };
            if !header.is_empty() {
                self.sheet.write_string_with_format(at, place, header, &self.styles.header)?;
            }
        }
        for (place, header) in (self.width..).zip(added) {
            self.sheet.write_string_with_format(at, place, *header, &self.styles.added)?;
        }
        Ok(())
    }

    /// The cells of a row as they were sent; without levels, the row is a title above the header.
    fn cells(
        &mut self,
        at: u32,
        cells: &[Cell<'_>],
        levels: Option<&BTreeMap<u16, Level>>,
    ) -> Result<(), XlsxError> {
        for (place, cell) in (0..self.width).zip(cells) {
            if self.layout.nir.contains(&place) || holds_nir(*cell, self.column(place)) {
                continue;
            }
            let level = levels.and_then(|levels| levels.get(&place).copied());
            let format = |look| self.styles.of(look, level);
            match *cell {
                Cell::Empty => {}
                Cell::Text(text) => {
                    let text = harmless(text);
                    self.sheet.write_string_with_format(at, place, text, format(Look::Text))?;
                }
                Cell::Bool(value) => {
                    self.sheet.write_boolean_with_format(at, place, value, format(Look::Text))?;
                }
                Cell::Date(day) => self.day(at, place, day, format(Look::Date))?,
                Cell::Number(number) => {
                    let day = levels.and_then(|_| self.day_of(place, number));
                    if let Some(day) = day {
                        self.day(at, place, day, format(Look::Date))?;
                    } else {
                        let look = if number.fract() == 0.0 { Look::Whole } else { Look::Number };
                        self.sheet.write_number_with_format(at, place, number, format(look))?;
                    }
                }
            }
        }
        // A mandatory cell that is empty has a colour too.
        for (place, level) in levels.into_iter().flatten() {
            if cells.get(usize::from(*place)).is_none_or(|cell| *cell == Cell::Empty) {
                let format = self.styles.of(Look::Text, Some(*level));
                self.sheet.write_blank(at, *place, format)?;
            }
        }
        Ok(())
    }

    fn column(&self, place: u16) -> Option<Column> {
        let recognised = &self.layout.recognised;
        recognised.iter().find(|known| known.place == place).map(|known| known.column)
    }

    /// The day that a number means, where it means one: their calendar may not be ours.
    fn day_of(&self, place: u16, number: f64) -> Option<Day> {
        let is_date = self.column(place)?.kind() == Kind::Date;
        is_date.then(|| day_of_serial(number, self.from_1904)).flatten()
    }

    fn day(&mut self, at: u32, place: u16, day: Day, format: &Format) -> Result<(), XlsxError> {
        // Before March 1900 the calendar of Excel has a day too many.
        const MARCH_1900: i32 = 61;
        let serial = day.epoch_days() + 25_569;
        if serial < MARCH_1900 {
            self.sheet.write_string_with_format(at, place, day.french(), format)?;
        } else {
            self.sheet.write_number_with_format(at, place, serial, format)?;
        }
        Ok(())
    }

    /// What was found in a row, and what to do about it, numbered alike.
    fn notes(&mut self, at: u32, findings: &[Finding]) -> Result<(), XlsxError> {
        let Some(gravest) = findings.iter().map(|finding| finding.level).min() else {
            return Ok(());
        };
        let number = |rank: usize| match findings.len() {
            1 => String::new(),
            _ => format!("{}. ", rank + 1),
        };
        let mut problems = Vec::with_capacity(findings.len());
        let mut fixes = Vec::with_capacity(findings.len());
        for (rank, finding) in findings.iter().enumerate() {
            let (number, asks) = (number(rank), asks(finding.level));
            let message = &finding.message;
            problems.push(match place_of(finding.column, finding.column_index) {
                Some(place) => format!("{number}{asks}, {place} : {message}"),
                None => format!("{number}{asks} : {message}"),
            });
            fixes.push(format!("{number}{}", finding.fix));
        }
        let format = self.styles.of(Look::Note, Some(gravest));
        let (problem, fix) = (problems.join("\n"), fixes.join("\n"));
        self.sheet.write_string_with_format(at, self.width, harmless(&problem), format)?;
        self.sheet.write_string_with_format(at, self.width + 1, harmless(&fix), format)?;
        Ok(())
    }

    fn finish(&mut self, header: u32, last: u32) -> Result<(), XlsxError> {
        let width = self.width;
        for place in 0..width {
            self.sheet.set_column_width(place, 18)?;
        }
        self.sheet.set_column_width(width, 60)?;
        self.sheet.set_column_width(width + 1, 50)?;
        self.sheet.set_column_width(width + 2, 14)?;
        self.sheet.set_freeze_panes(header + 1, 0)?;
        self.sheet.autofilter(header, 0, last.max(header), width + 1)?;
        Ok(())
    }
}

/// « colonne F (`sexe_apprenant`) », as far as it is known.
pub(super) fn place_of(column: Option<Column>, index: Option<u32>) -> Option<String> {
    match (index.map(column_letters), column) {
        (Some(letters), Some(column)) => Some(format!("colonne {letters} ({column})")),
        (Some(letters), None) => Some(format!("colonne {letters}")),
        (None, Some(column)) => Some(format!("colonne {column}")),
        (None, None) => None,
    }
}

/// What a cell holds, as far as its format goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    /// Kept as text when it is edited: codes keep their zeros.
    Text,
    Date,
    /// Without an exponent, however long.
    Whole,
    Number,
    /// Several lines.
    Note,
}

/// The formats in use: one for each look and level.
struct Styles {
    header: Format,
    added: Format,
    title: Format,
    formats: Vec<Format>,
}

impl Styles {
    const LOOKS: [Look; 5] = [Look::Text, Look::Date, Look::Whole, Look::Number, Look::Note];
    const LEVELS: [Option<Level>; 4] =
        [None, Some(Level::Row), Some(Level::Correction), Some(Level::Advice)];

    fn new() -> Self {
        let mut formats = Vec::new();
        for look in Self::LOOKS {
            for level in Self::LEVELS {
                formats.push(format(look, level));
            }
        }
        let header = Format::new().set_bold().set_num_format("@").set_background_color(0xF3_F0_E9);
        Self {
            added: header.clone().set_background_color(0xDC_D7_CC),
            header,
            title: Format::new().set_bold().set_font_size(14),
            formats,
        }
    }

    fn of(&self, look: Look, level: Option<Level>) -> &Format {
        let level = Self::LEVELS.iter().position(|known| *known == level).unwrap_or(1);
        &self.formats[look as usize * Self::LEVELS.len() + level]
    }
}

fn format(look: Look, level: Option<Level>) -> Format {
    let format = match look {
        Look::Text => Format::new().set_num_format("@"),
        Look::Date => Format::new().set_num_format("dd/mm/yyyy"),
        Look::Whole => Format::new().set_num_format("0"),
        Look::Number => Format::new(),
        Look::Note => Format::new().set_text_wrap().set_align(FormatAlign::Top),
    };
    let Some(level) = level else { return format };
    let format = format.set_background_color(colour(level));
    match level {
        // A colour is never alone.
        Level::Row | Level::File if look != Look::Note => format.set_bold(),
        Level::Correction if look != Look::Note => format.set_italic(),
        _ => format,
    }
}

fn colour(level: Level) -> Color {
    Color::RGB(match level {
        Level::File | Level::Row => 0xF4_CF_C4,
        Level::Correction => 0xD3_E3_F0,
        Level::Advice => 0xF7_E3_B5,
    })
}

fn legend(workbook: &mut Workbook, styles: &Styles) -> Result<(), XlsxError> {
    const LEVELS: [(Level, &str); 3] = [
        (
            Level::Row,
            "En gras sur fond rosé. La ligne a été mise de côté : elle n’est pas comptée tant que cette cellule n’est pas corrigée.",
        ),
        (Level::Advice, "Sur fond jaune. La ligne est comptée ; la valeur est peut-être à revoir."),
        (
            Level::Correction,
            "En italique sur fond bleu. La valeur a été remise en forme ; il n’y a rien à faire.",
        ),
    ];
    const STEPS: [&str; 5] = [
        "Filtrez la colonne « Problème » pour ne voir que les lignes concernées.",
        "Corrigez dans ce classeur, ou dans votre logiciel avant d’en refaire un export.",
        "Enregistrez-le en .xlsx et déposez-le : les colonnes ajoutées à la fin sont ignorées.",
        "Ce classeur contient les données de vos apprenants : gardez-le pour vous.",
        "Une apostrophe devant = + - ou @ empêche qu’un texte devienne une formule ; elle est ignorée à la lecture.",
    ];
    let sheet = workbook.add_worksheet().set_name("Légende")?;
    sheet.set_column_width(0, 24)?.set_column_width(1, 90)?;
    sheet.write_string_with_format(0, 0, "Lire ce classeur", &styles.title)?;
    let mut at = 2;
    for (level, says) in LEVELS {
        sheet.write_string_with_format(at, 0, asks(level), styles.of(Look::Text, Some(level)))?;
        sheet.write_string_with_format(at, 1, says, styles.of(Look::Note, None))?;
        at += 1;
    }
    for step in STEPS {
        at += 1;
        sheet.write_string_with_format(at, 1, step, styles.of(Look::Note, None))?;
    }
    Ok(())
}
