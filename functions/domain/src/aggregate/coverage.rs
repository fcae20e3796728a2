//! How much of a territory its figures describe: of the organisations of the reference, those that
//! transmitted, ever and lately, and what part of the learners they train.
//!
//! Counts of organisations may be published. Those of learners may not: they are exact.
//!
//! Example. A department has four organisations. One never transmitted; one did fourteen months
//! ago, when it had 30 learners; one two months ago, with 100; one last week, with 70. Ever: three
//! of four. Within three months: two of four, who train 170 of the 200 learners last known. Within
//! thirty days: one. The department is covered at 50 %: its figures say so in words.

use std::collections::{BTreeMap, HashMap};

use super::places::{self, Territories};
use super::{Counts, Dimension, Indicators, Level};
use crate::vocabulary::{Day, Organisation, References};

/// Below this part of the organisations, a figure describes them and not their territory.
pub const ENOUGH_PERCENT: u32 = 80;
/// What *within thirty days* means.
pub const RECENT_DAYS: i32 = 30;
/// What *within three months* means.
pub const FRESH_MONTHS: i32 = 3;

/// The days an organisation's learners were first and last transmitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transmitted {
    /// The first day.
    pub first: Day,
    /// The last day.
    pub last: Day,
}

/// Organisations and their learners, by how lately they transmitted. Each is among the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Coverage {
    /// Organisations that the reference lists.
    pub organisations: u32,
    /// Those that ever transmitted.
    pub ever: u32,
    /// Those that did within three months.
    pub within_three_months: u32,
    /// Those that did within thirty days.
    pub within_thirty_days: u32,
    /// Learners in training, as last known in each organisation that ever transmitted.
    pub learners: u32,
    /// Those of the organisations that transmitted within three months.
    pub learners_within_three_months: u32,
    /// Those of the organisations that transmitted within thirty days.
    pub learners_within_thirty_days: u32,
}

impl Coverage {
    /// The part of the organisations that transmitted within three months, rounded down; none where
    /// there is no organisation.
    pub fn percent(self) -> Option<u32> {
        (100 * self.within_three_months).checked_div(self.organisations)
    }

    /// The part of the learners last known whose organisation transmitted within three months,
    /// rounded down; none where none is known.
    pub fn learners_percent(self) -> Option<u32> {
        let learners = u64::from(self.learners_within_three_months);
        (100 * learners).checked_div(self.learners.into()).map(|percent| percent as u32)
    }

    /// Whether figures describe the whole.
    pub fn is_enough(self) -> bool {
        self.percent().is_some_and(|percent| percent >= ENOUGH_PERCENT)
    }
}

/// The coverage of one territory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverageCell {
    /// Level of the place.
    pub level: Level,
    /// Its public code.
    pub code: String,
    /// Its name.
    pub label: String,
    /// How much of it is known.
    pub coverage: Coverage,
}

/// The coverage of every territory that has an organisation, sorted by level and code.
pub fn coverage(
    today: Day,
    references: &References,
    transmitted: &BTreeMap<Organisation, Transmitted>,
    indicators: &Indicators,
) -> Vec<CoverageCell> {
    let known = last_known(indicators);
    let territories = Territories::new(&references.zones);
    let mut sums = vec![Coverage::default(); territories.places.len()];
    for listed in references.organisations.iter() {
        let (place, location) = places::organisation(references, &listed.organisation);
        let learners = known.get(place.code.as_str()).copied().unwrap_or_default();
        let one = of_one(today, transmitted.get(&listed.organisation).copied(), learners);
        for row in territories.rows_above(location) {
            sums[row as usize].plus(one);
        }
    }
    let mut cells: Vec<CoverageCell> = territories
        .places
        .into_iter()
        .zip(sums)
        .filter(|(_, coverage)| coverage.organisations > 0)
        .map(|(place, coverage)| CoverageCell {
            level: place.level,
            code: place.code,
            label: place.label,
            coverage,
        })
        .collect();
    cells.sort_unstable_by(|one, other| (one.level, &one.code).cmp(&(other.level, &other.code)));
    cells
}

fn of_one(today: Day, transmitted: Option<Transmitted>, learners: u32) -> Coverage {
    let Some(Transmitted { last, .. }) = transmitted else {
        return Coverage { organisations: 1, ..Coverage::default() };
    };
    let within_three_months = u32::from(last >= today.plus_months(-FRESH_MONTHS));
    let within_thirty_days = u32::from(last >= today - RECENT_DAYS);
    Coverage {
        organisations: 1,
        ever: 1,
        within_three_months,
        within_thirty_days,
        learners,
        learners_within_three_months: learners * within_three_months,
        learners_within_thirty_days: learners * within_thirty_days,
    }
}

impl Coverage {
    fn plus(&mut self, more: Self) {
        self.organisations += more.organisations;
        self.ever += more.ever;
        self.within_three_months += more.within_three_months;
        self.within_thirty_days += more.within_thirty_days;
        self.learners += more.learners;
        self.learners_within_three_months += more.learners_within_three_months;
        self.learners_within_thirty_days += more.learners_within_thirty_days;
    }
}

/// The learners in training of each organisation, at the last date where it has any.
fn last_known(indicators: &Indicators) -> HashMap<&str, u32> {
    let whole = indicators
        .cells
        .iter()
        .filter(|cell| cell.level == Level::Organisme && cell.dimension == Dimension::Ensemble);
    let last = |counts: &[Counts]| {
        counts.iter().rev().map(|counts| counts.apprenants()).find(|learners| *learners > 0)
    };
    whole.map(|cell| (cell.code.as_str(), last(&cell.counts).unwrap_or_default())).collect()
}
