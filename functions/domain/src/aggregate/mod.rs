//! Twin of the Lambda `aggregate`: records and a date become exact indicators.
//!
//! [`Aggregator`] takes the records one by one and keeps of each a trajectory of some eighty bytes
//! (`trajectory`); at the end it joins those of one person (`person`), counts them in each
//! organisation (`tally`), then sums organisations into territories (`aggregator`).
//!
//! Nothing is withheld here: these figures are private until [`crate::publish`] has seen them.

mod aggregator;
mod breakdown;
mod person;
mod places;
pub mod status;
mod tally;
mod trajectory;

pub use aggregator::{Aggregator, Ledger};

use crate::vocabulary::Day;

/// How many month-ends are counted before today.
pub const MONTH_ENDS: i32 = 24;

/// The dates of a run: the last month-ends before today, then today. Oldest first.
pub fn dates(today: Day) -> Vec<Day> {
    let this_month = today.month_start();
    let month_ends = (0..MONTH_ENDS).rev().map(|ago| this_month.plus_months(-ago) - 1);
    month_ends.chain([today]).collect()
}

/// A level of territory, or one organisation. Declared in the order of the published files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// An academy.
    Academie,
    /// A department.
    Departement,
    /// The whole country.
    France,
    /// One organisation, by its public code.
    Organisme,
    /// A region.
    Region,
}

/// How a count is broken down. Declared in the order of the published files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// Age at the date of the count.
    Age,
    /// Days since the last contract, for rupturants only.
    AncienneteRupture,
    /// Year within the training.
    AnneeFormation,
    /// The certification prepared.
    Certification,
    /// Not broken down.
    Ensemble,
    /// European level of the certification.
    Niveau,
    /// Recognised as disabled workers.
    Rqth,
    /// Sex.
    Sexe,
}

/// Learners by status, at one date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// With a contract, or naturally at the end of the training (`domain.md` §4.1).
    pub apprentis: u32,
    /// Enrolled, never had a contract, for 90 days at most.
    pub inscrits: u32,
    /// Had a contract, has none, for 180 days at most.
    pub rupturants: u32,
    /// Left.
    pub abandons: u32,
}

impl Counts {
    /// Those in training: all but those who left.
    pub fn apprenants(self) -> u32 {
        self.apprentis + self.inscrits + self.rupturants
    }
}

/// The counts of one place and one breakdown, at every date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Level of the place.
    pub level: Level,
    /// Its public code.
    pub code: String,
    /// Its name.
    pub label: String,
    /// How it is broken down.
    pub dimension: Dimension,
    /// The value of the breakdown; empty for `ensemble`.
    pub modality: String,
    /// One for each date.
    pub counts: Vec<Counts>,
}

impl Cell {
    /// What the published files are sorted by.
    pub fn key(&self) -> (Level, &str, Dimension, &str) {
        (self.level, &self.code, self.dimension, &self.modality)
    }
}

/// The exact figures of one run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Indicators {
    /// Month-ends, then the day of the run; oldest first.
    pub dates: Vec<Day>,
    /// Sorted by level, code, dimension, modality.
    pub cells: Vec<Cell>,
}

#[cfg(test)]
pub(crate) mod tests;
