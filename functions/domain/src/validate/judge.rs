//! Judges the rows of one sheet, one after the other, with what it remembers of those before.

use std::collections::BTreeSet;

use super::cell::is_tidy;
use super::columns::{CONTRACTS, ColumnSet, ContractColumns, OF_CONTRACTS};
use super::draft::Draft;
use super::hidden::{Hidden, hidden, is_suspect};
use super::namesakes::{Learner, Namesakes};
use super::rules::{ALONE, Case, RULES};
use super::seen::Seen;
use super::{Cell, Column, Finding, Layout, Level, Tally};
use crate::record::{Identity, Record};
use crate::vocabulary::learner::FoldedIdentity;
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
    /// The columns whose cell holds something.
    filled: ColumnSet,
    /// Whether some cell, of any column, may be one that is not read.
    suspect: bool,
}

impl<'a> Row<'a> {
    /// The row of this line.
    pub fn new(line: u32, cells: &'a [Cell<'a>], layout: &'a Layout, from_1904: bool) -> Self {
        let mut row = Self {
            line,
            cells,
            layout,
            from_1904,
            by_column: [Cell::Empty; Column::ALL.len()],
            blanks: false,
            filled: ColumnSet::default(),
            suspect: false,
        };
        let (named, beyond) = cells.split_at(cells.len().min(layout.columns.len()));
        for (cell, column) in named.iter().zip(&layout.columns) {
            if let Cell::Empty = cell {
                continue;
            }
            row.suspect |= is_suspect(cell);
            let Some(column) = column else { continue };
            match *cell {
                // As nearly every one is.
                Cell::Text(text) if is_tidy(text) => row.put(*column, Cell::Text(text)),
                cell => match cell.trimmed() {
                    Cell::Empty => row.blanks = true,
                    cell => row.put(*column, cell),
                },
            }
        }
        row.suspect |= beyond.iter().any(is_suspect);
        row
    }

    fn put(&mut self, column: Column, cell: Cell<'a>) {
        self.by_column[column as usize] = cell;
        self.filled.insert(column);
    }

    /// The cell of a column, trimmed; empty when the sheet has no such column.
    pub fn cell(&self, column: Column) -> Cell<'a> {
        self.by_column[column as usize]
    }

    /// The columns whose cell holds something.
    pub(super) fn filled(&self) -> ColumnSet {
        self.filled
    }

    /// The contracts of which some column holds something, by their place.
    pub(super) fn contracts(
        &self,
    ) -> impl Iterator<Item = (usize, &'static ContractColumns)> + use<> {
        let filled = self.filled;
        let is_filled = move |(place, _): &(usize, _)| filled.meets(OF_CONTRACTS[*place]);
        CONTRACTS.iter().enumerate().filter(is_filled)
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

/// How many rows are judged before their learners are looked for among those before.
const AHEAD: usize = 64;

/// A row that was judged alone: its learner was not looked for among those before.
#[derive(Debug)]
struct Waiting {
    line: u32,
    accepted: bool,
    learner: Option<Learner>,
    findings: Vec<Finding>,
}

/// Judges the rows of one sheet.
#[derive(Debug)]
pub struct Judge<'a> {
    circumstances: Circumstances<'a>,
    namesakes: Namesakes,
    seen: Seen,
    /// Of the row judged last.
    identity: FoldedIdentity,
    findings: Vec<Finding>,
    kept: Option<(Record, Identity)>,
    /// The rows judged last, in their order.
    waiting: Vec<Waiting>,
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
            identity: FoldedIdentity::default(),
            findings: Vec::new(),
            kept: None,
            waiting: Vec::new(),
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
        let outcome = self.judge_ahead(row, tally);
        self.settle(row.layout, tally);
        outcome
    }

    /// [`Judge::judge`], for rows of which nothing is asked before all are judged: what their learners
    /// have in common is found for many at once. [`Judge::settle`] comes after the last one.
    pub fn judge_ahead(&mut self, row: &Row<'_>, tally: &mut Tally) -> Outcome {
        if self.waiting.len() >= AHEAD {
            self.settle(row.layout, tally);
        }
        for place in row.layout.unnamed(row.cells) {
            if self.unnamed.insert(place) {
                self.settle(row.layout, tally);
                tally.note_unnamed(row.line, place);
            }
        }
        self.findings.clear();
        if row.filled.is_empty() {
            return Outcome::Blank;
        }
        if row.is_example() {
            self.settle(row.layout, tally);
            self.findings.clear();
            tally.note_example(row.line, self.circumstances.sender.is_none());
            return Outcome::Blank;
        }
        // In nearly every row there is none.
        let hidden = if row.suspect { hidden(row.cells, row.layout) } else { Vec::new() };
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
        for rule in &RULES[..ALONE] {
            case.rule = rule;
            (rule.check)(&mut case);
        }
        let secret = self.circumstances.secret;
        let learner = draft.learner(row, secret, &mut self.identity, &mut self.namesakes);
        let set_aside = self.findings.iter().any(|finding| finding.level == Level::Row);
        let (contracts, texts) = match self.kept.take() {
            Some((record, identity)) => (record.contracts, identity.texts),
            None => Default::default(),
        };
        if !set_aside {
            self.kept = draft.finish(row, secret, contracts, texts);
        }
        let accepted = self.kept.is_some();
        tally.read_row();
        let findings = std::mem::take(&mut self.findings);
        self.waiting.push(Waiting { line: row.line, accepted, learner, findings });
        if accepted { Outcome::Accepted } else { Outcome::SetAside }
    }

    /// Looks for the learners of the rows that wait for it among those before.
    pub fn settle(&mut self, layout: &Layout, tally: &mut Tally) {
        for learner in self.waiting.iter().filter_map(|row| row.learner) {
            self.namesakes.join(learner);
        }
        for Waiting { line, accepted, learner, findings } in self.waiting.drain(..) {
            self.findings = findings;
            if learner.is_some_and(|learner| self.namesakes.meet(learner)) {
                let mut case = Case {
                    rule: &RULES[0],
                    row: &Row::new(line, &[], layout, false),
                    circumstances: &self.circumstances,
                    draft: &mut Draft::default(),
                    namesakes: &mut self.namesakes,
                    seen: &mut self.seen,
                    hidden: &[],
                    findings: &mut self.findings,
                };
                for rule in &RULES[ALONE..] {
                    case.rule = rule;
                    (rule.check)(&mut case);
                }
            }
            tally.add_row(&self.findings, accepted);
        }
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
