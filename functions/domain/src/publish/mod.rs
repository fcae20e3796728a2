//! Twin of the Lambda `publish`: exact indicators become what may be shown to everyone.
//!
//! A withheld figure is a variant of [`Value`], never 0 or a blank. Not here: the words and the
//! files of the open data, which the Lambda writes.

mod broken_down;
mod complement;
mod coverage;
mod hold;
pub mod kernel;
pub mod movements;
mod relations;
mod withhold;

pub use broken_down::{keep_given, leave_whole};
pub use complement::{POSSIBLE_VALUES, Protection, protect};
pub use coverage::{Coverage, FRESH_MONTHS, RECENT_DAYS, coverage};
pub use hold::{Held, Shown, Told, ToldCell, hold};
pub use withhold::{is_secret, withhold};

use crate::aggregate::{Counts, Dimension, Level};
use crate::vocabulary::Day;

/// Counts from 1 to this are withheld: so few people could be recognised.
pub const LARGEST_SECRET: u32 = 4;

/// A past figure is said to be revised from this many learners on. A smaller revision would tell
/// of few people; it is not told from none.
pub const LEAST_REVISION: u32 = LARGEST_SECRET + 1;

/// How many indicators a cell has at each date.
pub const INDICATORS: usize = 5;
/// The place of the learners in training among them.
const LEARNERS: usize = 1;

/// A figure, or the reason why it is not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Value {
    /// A count of learners.
    Known(u32),
    /// Not given.
    Withheld(Reason),
}

impl Value {
    /// The count, when it is given.
    pub fn known(self) -> Option<u32> {
        match self {
            Self::Known(count) => Some(count),
            Self::Withheld(_) => None,
        }
    }
}

/// Why a figure is not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Not counted yet when its date was first shown.
    NotCounted,
    /// Statistical confidentiality: few people, or the figure would give away few people.
    Secret,
}

/// What may be shown of one run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Published {
    /// Month-ends, then the day of the run; oldest first.
    pub dates: Vec<Day>,
    /// Sorted by level, code, dimension, modality.
    pub cells: Vec<PublishedCell>,
}

/// The figures of one place and one breakdown, at every date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedCell {
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
    /// One for each date: abandons, apprenants, apprentis, inscrits sans contrat, rupturants.
    pub values: Vec<[Value; INDICATORS]>,
}

impl PublishedCell {
    /// What the published files are sorted by.
    pub fn key(&self) -> (Level, &str, Dimension, &str) {
        (self.level, &self.code, self.dimension, &self.modality)
    }
}

/// The indicators of a cell at one date, in the order of the published files.
pub fn indicators(counts: Counts) -> [u32; INDICATORS] {
    [counts.abandons, counts.apprenants(), counts.apprentis, counts.inscrits, counts.rupturants]
}
