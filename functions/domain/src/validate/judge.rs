//! Judges the rows of one sheet, one after the other, with what it remembers of those before.

use std::collections::BTreeSet;

use super::draft::Draft;
use super::hidden::{Hidden, hidden};
use super::namesakes::Namesakes;
use super::rules::{Case, RULES};
use super::seen::Seen;
use super::{Cell, Column, Finding, Layout, Level, Tally};
use crate::record::{Identity, Record};
use crate::vocabulary::{Day, KeySecret, Organisation, Reference, SchoolYear};

/// What is known before a file is read.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// Today's date: the domain has no clock.
    pub today: Day,
    /// Who sends; `None` offline, where nobody sends.
    pub sender: Option<Organisation>,
    /// The school year that was declared; rows of another are set aside.
    pub school_year: Option<SchoolYear>,
    /// Makes the learner keys.
    pub secret: &'a KeySecret,
    /// The organisations that exist; without it every couple is believed.
    pub reference: Option<&'a Reference>,
}

/// One row of the sheet.
#[derive(Debug)]
pub struct Row<'a> {
    /// The line a person sees, from 1.
    pub line: u32,
    /// Its cells, in the order of the sheet.
    pub cells: &'a [Cell<'a>],
    /// Which cell is which.
    pub layout: &'a Layout,
    /// Whether serial dates count from 1904.
    pub from_1904: bool,
    /// The cells in the order of [`Column::ALL`], trimmed: rules look at some of them many times.
    by_column: [Cell<'a>; Column::ALL.len()],
    /// Whether some cell that is not empty counts as empty.
    blanks: bool,
    /// Whether some cell holds something.
    full: bool,
}

impl<'a> Row<'a> {
    /// The row of this line.
    pub fn new(line: u32, cells: &'a [Cell<'a>], layout: &'a Layout, from_1904: bool) -> Self {
        let by_column = [Cell::Empty; Column::ALL.len()];
        let mut row =
            Self { line, cells, layout, from_1904, by_column, blanks: false, full: false };
        for recognised in &layout.recognised {
            let of_column = &mut row.by_column[recognised.column as usize];
            match cells.get(usize::from(recognised.place)) {
                None | Some(Cell::Empty) => {}
                Some(cell) if cell.is_tidy() => (*of_column, row.full) = (*cell, true),
                Some(cell) => match cell.trimmed() {
                    Cell::Empty => row.blanks = true,
                    cell => (*of_column, row.full) = (cell, true),
                },
            }
        }
        row
    }

    /// The cell of a column, trimmed; empty when the sheet has no such column.
    pub fn cell(&self, column: Column) -> Cell<'a> {
        self.by_column[column as usize]
    }

    /// Whether the cells of some columns may say that their values must be emptied.
    pub(super) fn may_erase(&self) -> bool {
        self.blanks
    }

    /// Whether the cell of a column says that the value must be emptied.
    pub(super) fn erases(&self, column: Column) -> bool {
        let cell = self.layout.place(column).and_then(|place| self.cells.get(usize::from(place)));
        cell.is_some_and(|cell| cell.is_erasure())
    }

    /// The organisation that two columns name, when both codes are well formed.
    pub fn organisation(&self, uai: Column, siret: Column) -> Option<Organisation> {
        let uai = self.cell(uai).code().bytes().try_into().ok()?;
        let siret = self.cell(siret).code().padded(14).bytes().try_into().ok()?;
        Some(Organisation { uai, siret })
    }

    /// The school year of the row, when it is written as one.
    pub fn school_year(&self) -> Option<SchoolYear> {
        match self.cell(Column::AnneeScolaire) {
            Cell::Text(text) => text.trim().replace('/', "-").parse().ok(),
            _ => None,
        }
    }

    /// Whether it is the example that the template comes with: invented codes that no row has.
    fn is_example(&self) -> bool {
        const UAI: &[u8] = b"0123456A";
        const SIRET: &[u8] = b"12345678901235";
        let holds = |column, code: &[u8]| match self.cell(column) {
            // As nearly every one is written: nothing to leave out.
            Cell::Text(text) if text.len() == code.len() => {
                text.as_bytes().eq_ignore_ascii_case(code)
            }
            cell => cell.code().bytes() == code,
        };
        holds(Column::FormateurUai, UAI) && holds(Column::FormateurSiret, SIRET)
    }
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing in it: not counted.
    Blank,
    /// Counted among the set aside; the tally says why.
    SetAside,
    /// Goes in, as [`Judge::kept`] says.
    Accepted,
}

/// Judges the rows of one sheet.
#[derive(Debug)]
pub struct Judge<'a> {
    circumstances: Circumstances<'a>,
    namesakes: Namesakes,
    seen: Seen,
    findings: Vec<Finding>,
    kept: Option<(Record, Identity)>,
    /// The places, already said, of columns that hold something and have no header.
    unnamed: BTreeSet<u16>,
}

impl<'a> Judge<'a> {
    /// Before the first row.
    pub fn new(circumstances: Circumstances<'a>) -> Self {
        Self {
            circumstances,
            namesakes: Namesakes::default(),
            seen: Seen::default(),
            findings: Vec::new(),
            kept: None,
            unnamed: BTreeSet::new(),
        }
    }

    /// What was found in the row judged last, in the order of the rules.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// What the row accepted last became.
    pub fn kept(&self) -> Option<&(Record, Identity)> {
        self.kept.as_ref()
    }

    /// Judges one row and adds it to the tally.
    pub fn judge(&mut self, row: &Row<'_>, tally: &mut Tally) -> Outcome {
        self.findings.clear();
        for place in row.layout.unnamed(row.cells) {
            if self.unnamed.insert(place) {
                tally.note_unnamed(row.line, place);
            }
        }
        if !row.full {
            return Outcome::Blank;
        }
        if row.is_example() {
            tally.note_example(row.line, self.circumstances.sender.is_none());
            return Outcome::Blank;
        }
        let hidden = hidden(row.cells, row.layout);
        let (read, without_them);
        let row = if hidden.is_empty() {
            row
        } else {
            read = without(&hidden, row.cells);
            without_them = Row::new(row.line, &read, row.layout, row.from_1904);
            &without_them
        };
        let mut draft = Draft::default();
        let mut case = Case {
            rule: &RULES[0],
            row,
            circumstances: &self.circumstances,
            draft: &mut draft,
            namesakes: &mut self.namesakes,
            seen: &mut self.seen,
            hidden: &hidden,
            findings: &mut self.findings,
        };
        for rule in RULES {
            case.rule = rule;
            (rule.check)(&mut case);
        }
        let set_aside = self.findings.iter().any(|finding| finding.level == Level::Row);
        let before = self.kept.take();
        let secret = self.circumstances.secret;
        self.kept = if set_aside { None } else { draft.finish(row, secret, before) };
        tally.add_row(&self.findings, self.kept.is_some());
        if self.kept.is_some() { Outcome::Accepted } else { Outcome::SetAside }
    }
}

/// The cells of a row, of which some are not read.
fn without<'a>(hidden: &[Hidden], cells: &[Cell<'a>]) -> Vec<Cell<'a>> {
    let mut read = cells.to_vec();
    for hidden in hidden {
        read[hidden.place as usize] = Cell::Empty;
    }
    read
}
