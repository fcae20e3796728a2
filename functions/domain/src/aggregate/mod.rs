//! Twin of the Lambda `aggregate`: records and a date become exact indicators.
//!
//! Nothing is withheld here: these figures are private until [`crate::publish`] has seen them.

pub mod status;

use crate::vocabulary::Day;

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

/// The exact figures of one run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Indicators {
    /// Month-ends, then the day of the run; oldest first.
    pub dates: Vec<Day>,
    /// Sorted by level, code, dimension, modality.
    pub cells: Vec<Cell>,
}
