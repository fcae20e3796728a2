//! A row while it is read: the readers of XLS and ODS fill it cell by cell, then hand it over.

use std::ops::{ControlFlow, Range};

use domain::validate::Cell;
use domain::vocabulary::Day;

/// Columns looked at; what lies further right is no list of learners.
pub(super) const MOST_COLUMNS: usize = 256;

/// The cells of one row, whose texts lie end to end in one place.
#[derive(Debug, Default)]
pub(super) struct Draft {
    texts: String,
    cells: Vec<Kept>,
}

/// A cell, as it is kept until its row is whole.
#[derive(Debug, Clone)]
pub(super) enum Kept {
    Empty,
    Text(Range<usize>),
    Number(f64),
    Date(Day),
    Bool(bool),
}

impl Draft {
    /// Whether no cell holds anything.
    pub(super) fn is_blank(&self) -> bool {
        self.cells.is_empty()
    }

    /// How many cells it has, from the first column to the last that holds something.
    pub(super) fn width(&self) -> usize {
        self.cells.len()
    }

    /// Empties it for the next row.
    pub(super) fn clear(&mut self) {
        self.texts.clear();
        self.cells.clear();
    }

    /// Adds a text to be kept by a cell.
    pub(super) fn text(&mut self, text: &str) -> Kept {
        let from = self.texts.len();
        self.texts.push_str(text);
        Kept::Text(from..self.texts.len())
    }

    /// Puts the cell at its place, from 0. Places too far right are left out.
    pub(super) fn put(&mut self, place: usize, cell: Kept) {
        if place >= MOST_COLUMNS || matches!(cell, Kept::Empty) {
            return;
        }
        if self.cells.len() <= place {
            self.cells.resize(place + 1, Kept::Empty);
        }
        self.cells[place] = cell;
    }

    /// Lends the row to a receiver.
    pub(super) fn hand_over(
        &self,
        receive: impl FnOnce(&[Cell<'_>]) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let cell = |kept: &Kept| match kept {
            Kept::Empty => Cell::Empty,
            Kept::Text(range) => Cell::Text(&self.texts[range.clone()]),
            Kept::Number(number) => Cell::Number(*number),
            Kept::Date(day) => Cell::Date(*day),
            Kept::Bool(value) => Cell::Bool(*value),
        };
        let cells: Vec<Cell<'_>> = self.cells.iter().map(cell).collect();
        receive(&cells)
    }
}
