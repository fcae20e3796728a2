//! Twin of the Lambda `aggregate`: records and a date become exact indicators.
//!
//! [`Aggregator`] takes the records one by one and keeps of each a trajectory of some hundred bytes
//! (`trajectory`); at the end it joins those of one person (`person`), counts them in each
//! organisation (`tally`), then sums organisations into territories (`aggregator`). Beside the
//! counts at each date ([`Indicators`]) it counts what happened each month ([`flows`]) and what
//! became of each entry class ([`cohorts`]).
//!
//! A country too large for one machine is cut: each [`person::Range`] is counted alone, those whom an
//! INE joins across ranges together ([`person::Linked`]), and [`Figures::merge`] sums them: the same
//! figures, whatever the number of ranges. [`why`] says of any figure how many learners of which
//! deposits make it.
//!
//! Nothing is withheld here: these figures are private until [`crate::publish`] has seen them.

mod aggregator;
mod breakdown;
mod calendar;
mod catalogue;
pub mod cohorts;
mod figures;
pub mod flows;
mod home;
pub mod person;
pub(crate) mod places;
pub mod status;
mod tally;
mod trajectory;
pub mod why;

pub use aggregator::Aggregator;
pub use calendar::{SCHOOL_YEARS_BEFORE, dates};
pub(crate) use catalogue::classes_of_organisation;
pub use catalogue::{certification_label, classes_of_certification};
pub use figures::{Figures, Ledger};

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
    /// An employment zone, when the reference tells them.
    ZoneEmploi,
}

impl Level {
    /// Every level, in the order of the published files.
    pub const ALL: [Self; 6] = [
        Self::Academie,
        Self::Departement,
        Self::France,
        Self::Organisme,
        Self::Region,
        Self::ZoneEmploi,
    ];
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
    /// The professional domain of the certification.
    Domaine,
    /// Not broken down.
    Ensemble,
    /// What the organisation does: responsable, formateur, both.
    Nature,
    /// European level of the certification.
    Niveau,
    /// The OPCO that may pay for the certification: several for some.
    Opco,
    /// The networks of the organisation: several for some.
    Reseau,
    /// Recognised as disabled workers.
    Rqth,
    /// Sex.
    Sexe,
}

impl Dimension {
    /// Every dimension, in the order of the published files.
    pub const ALL: [Self; 12] = [
        Self::Age,
        Self::AncienneteRupture,
        Self::AnneeFormation,
        Self::Certification,
        Self::Domaine,
        Self::Ensemble,
        Self::Nature,
        Self::Niveau,
        Self::Opco,
        Self::Reseau,
        Self::Rqth,
        Self::Sexe,
    ];

    /// Whether a learner may be under several modalities at once, so that these sum to more than
    /// the whole: what withholds figures must not take them for its parts.
    pub fn is_multivalued(self) -> bool {
        matches!(self, Self::Opco | Self::Reseau)
    }
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

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, more: Self) {
        self.apprentis += more.apprentis;
        self.inscrits += more.inscrits;
        self.rupturants += more.rupturants;
        self.abandons += more.abandons;
    }
}

impl std::ops::SubAssign for Counts {
    fn sub_assign(&mut self, less: Self) {
        self.apprentis -= less.apprentis;
        self.inscrits -= less.inscrits;
        self.rupturants -= less.rupturants;
        self.abandons -= less.abandons;
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

/// The counts of one run, at every date.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Indicators {
    /// Month-ends, then the day of the run; oldest first.
    pub dates: Vec<Day>,
    /// Sorted by level, code, dimension, modality.
    pub cells: Vec<Cell>,
}

#[cfg(test)]
pub(crate) mod tests;
