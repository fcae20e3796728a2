//! Twin of the Lambda `publish`: exact indicators become what may be shown to everyone.
//!
//! A withheld figure is a variant of [`Value`], never 0 or a blank. Not here: the words and the
//! files of the open data, which the Lambda writes.

mod complement;
mod coverage;
mod hold;
pub mod kernel;
mod relations;
mod withhold;

pub use complement::{POSSIBLE_VALUES, protect};
pub use coverage::{Coverage, FRESH_MONTHS, RECENT_DAYS, coverage};
pub use hold::{Held, Shown, Told, ToldCell, hold};
pub use withhold::withhold;

use std::collections::BTreeMap;

use crate::aggregate::{Cell, Counts, Dimension, Indicators, Level};
use crate::vocabulary::Day;

/// Counts from 1 to this are withheld: so few people could be recognised.
pub const LARGEST_SECRET: u32 = 4;

/// A past figure is said to be revised from this many learners on. A smaller revision would tell
/// of few people; it is not told from none.
pub const LEAST_REVISION: u32 = LARGEST_SECRET + 1;

/// From this many learners on, the breakdowns of a place are mostly figures that can be given.
const LEAST_BROKEN_DOWN: u32 = 1_000;

/// Keeps what is for the public at all.
///
/// An organisation is shown as a whole: broken down by age or level, nearly all its figures would be
/// withheld, and many others with them. So is an employment zone, which cuts departments: what two
/// breakdowns have in common could not be told. Regions where few organisations transmit are whole
/// too: a level of places is broken down once three in four of those that have learners, on the last
/// day, have a thousand. Levels are kept or left whole, for sums would otherwise be unknown.
///
/// Example. Sixty organisations transmit, 9,600 learners in all: the country is broken down, its
/// regions are not yet. Three thousand transmit: departments are.
pub fn keep_public(indicators: &mut Indicators) {
    keep_given(indicators);
    let mut large: BTreeMap<Level, [usize; 2]> = BTreeMap::new();
    for cell in indicators.cells.iter().filter(|cell| cell.dimension == Dimension::Ensemble) {
        let learners = cell.counts.last().map_or(0, |counts| counts.apprenants());
        let [places, large] = large.entry(cell.level).or_default();
        *places += usize::from(learners > 0);
        *large += usize::from(learners >= LEAST_BROKEN_DOWN);
    }
    let is_broken_down = |level: Level| {
        let [places, large] = large.get(&level).copied().unwrap_or_default();
        level == Level::France || 4 * large >= 3 * places
    };
    let whole = |cell: &Cell| cell.dimension == Dimension::Ensemble;
    indicators.cells.retain(|cell| whole(cell) || is_broken_down(cell.level));
}

/// Keeps what is for the public, or would be if its place were larger. Zones cut departments;
/// networks, OPCO, domains and kinds of organisation cut each other: to protect their sums too would
/// cost more figures than they give.
pub fn keep_given(indicators: &mut Indicators) {
    indicators.cells.retain(|cell| match cell.dimension {
        Dimension::Ensemble => cell.level != Level::ZoneEmploi,
        Dimension::Domaine | Dimension::Nature | Dimension::Opco | Dimension::Reseau => false,
        _ => ![Level::Organisme, Level::ZoneEmploi].contains(&cell.level),
    });
}

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

#[cfg(test)]
mod tests {
    use super::*;

    /// Two regions of so many learners, whole and by sex, and the country.
    fn country(learners: [u32; 2]) -> Indicators {
        let cell = |level, code: &str, dimension, modality: &str, apprentis| Cell {
            level,
            code: code.to_owned(),
            label: String::new(),
            dimension,
            modality: modality.to_owned(),
            counts: vec![Counts { apprentis, ..Counts::default() }],
        };
        let mut cells = Vec::new();
        let regions = [("53", learners[0]), ("76", learners[1])].map(|it| (Level::Region, it));
        for (level, (code, apprentis)) in regions.into_iter().chain([(Level::France, ("FR", 99))]) {
            cells.push(cell(level, code, Dimension::Ensemble, "", apprentis));
            cells.push(cell(level, code, Dimension::Sexe, "F", apprentis));
        }
        Indicators { dates: vec!["2026-11-24".parse().unwrap()], cells }
    }

    #[test]
    fn a_level_is_broken_down_once_its_places_are_large() {
        let kept = |learners| {
            let mut indicators = country(learners);
            keep_public(&mut indicators);
            let kept = indicators.cells.iter().map(|cell| (cell.code.clone(), cell.dimension));
            kept.collect::<Vec<_>>()
        };
        let (whole, sex) = (Dimension::Ensemble, Dimension::Sexe);
        let of = |code: &str, dimension| (code.to_owned(), dimension);
        let small = [of("53", whole), of("76", whole), of("FR", whole), of("FR", sex)];
        let large = [
            of("53", whole),
            of("53", sex),
            of("76", whole),
            of("76", sex),
            of("FR", whole),
            of("FR", sex),
        ];
        assert_eq!(kept([1_000, 999]), small);
        assert_eq!(kept([1_000, 1_000]), large);
        // Where nobody learns, nothing is told.
        assert_eq!(kept([1_000, 0]), large);
        assert_eq!(kept([0, 0]), large);
    }
}
