//! How much of a territory its figures describe: of the organisations of the reference, those that
//! transmitted, ever and lately, and what part of the learners they train.
//!
//! Who transmitted and when is public. The part of the learners is worked out from what is
//! published of each organisation, and from nothing else: so it tells nothing that a reader could
//! not find alone. Where more than one organisation in ten withholds its learners the part is
//! withheld, for it would say little; unless all transmitted lately, or none did.
//!
//! Example. A department has four organisations. One never transmitted; one did fourteen months
//! ago, when it had 30 learners; one two months ago, with 100; one last week, with 70. Ever: three
//! of four. Within three months: two of four, who train 170 of the 200 learners last known, 85 %.
//! Within thirty days: one, 35 %. The department is covered at 50 %: its figures say so in words.

use std::collections::{BTreeMap, HashMap};

use super::{Published, PublishedCell, Reason, Value};
use crate::aggregate::places::{self, Territories};
use crate::aggregate::{Dimension, Level};
use crate::vocabulary::{Day, Organisation, References};

/// What *within thirty days* means.
pub const RECENT_DAYS: i32 = 30;
/// What *within three months* means.
pub const FRESH_MONTHS: i32 = 3;

/// How much of one territory is known. Each number of organisations is among the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// Level of the place.
    pub level: Level,
    /// Its public code.
    pub code: String,
    /// Its name.
    pub label: String,
    /// Organisations that the reference lists.
    pub organisations: u32,
    /// Those that ever transmitted.
    pub ever: u32,
    /// Those that did within three months.
    pub within_three_months: u32,
    /// Those that did within thirty days.
    pub within_thirty_days: u32,
    /// Of the learners last published, the part of those of the last two: whole percentages,
    /// rounded down. None where there never was a learner.
    pub learners_percent: Option<[Value; 2]>,
}

/// The coverage of every territory that has an organisation, sorted by level and code. `last` is
/// the day each organisation's learners were last transmitted.
pub fn coverage(
    today: Day,
    references: &References,
    last: &BTreeMap<Organisation, Day>,
    published: &Published,
) -> Vec<Coverage> {
    let known = last_known(published);
    let territories = Territories::new(&references.zones);
    let mut sums = vec![Sum::default(); territories.places.len()];
    for listed in references.organisations.iter() {
        let (place, location) = places::organisation(references, &listed.organisation);
        let last = last.get(&listed.organisation).copied();
        let one = Sum::of_one(today, last, known.get(place.code.as_str()).copied());
        for row in territories.rows_above(location) {
            sums[row as usize].plus(one);
        }
    }
    let mut coverage: Vec<Coverage> = territories
        .places
        .into_iter()
        .zip(sums)
        .filter(|(_, sum)| sum.organisations > 0)
        .map(|(place, sum)| sum.of(place))
        .collect();
    coverage.sort_unstable_by(|one, other| (one.level, &one.code).cmp(&(other.level, &other.code)));
    coverage
}

/// Organisations and the learners published of them.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    organisations: u32,
    ever: u32,
    /// Within three months, within thirty days.
    lately: [u32; 2],
    /// Those whose learners are withheld.
    withheld: u32,
    learners: u32,
    learners_lately: [u32; 2],
}

impl Sum {
    fn of_one(today: Day, last: Option<Day>, learners: Option<Value>) -> Self {
        let Some(last) = last else { return Self { organisations: 1, ..Self::default() } };
        let since = [today.plus_months(-FRESH_MONTHS), today - RECENT_DAYS];
        let lately = since.map(|since| u32::from(last >= since));
        let (learners, withheld) = match learners {
            Some(Value::Known(learners)) => (learners, 0),
            Some(Value::Withheld(_)) => (0, 1),
            None => (0, 0),
        };
        let learners_lately = lately.map(|is| is * learners);
        Self { organisations: 1, ever: 1, lately, withheld, learners, learners_lately }
    }

    fn plus(&mut self, more: Self) {
        self.organisations += more.organisations;
        self.ever += more.ever;
        self.withheld += more.withheld;
        self.learners += more.learners;
        for place in 0..2 {
            self.lately[place] += more.lately[place];
            self.learners_lately[place] += more.learners_lately[place];
        }
    }

    fn of(self, place: places::Place) -> Coverage {
        let percent = |lately: usize| match self.lately[lately] {
            0 => Value::Known(0),
            all if all == self.ever => Value::Known(100),
            _ if 10 * self.withheld > self.ever => Value::Withheld(Reason::Secret),
            _ => {
                let part = 100 * u64::from(self.learners_lately[lately]);
                let whole = u64::from(self.learners.max(1));
                Value::Known((part / whole) as u32)
            }
        };
        let is_told = self.learners > 0 || self.withheld > 0;
        let learners_percent = is_told.then(|| [percent(0), percent(1)]);
        Coverage {
            level: place.level,
            code: place.code,
            label: place.label,
            organisations: self.organisations,
            ever: self.ever,
            within_three_months: self.lately[0],
            within_thirty_days: self.lately[1],
            learners_percent,
        }
    }
}

/// The learners in training of each organisation, as published at the last date where it is not
/// said to have none.
fn last_known(published: &Published) -> HashMap<&str, Value> {
    let whole = |cell: &&PublishedCell| {
        cell.level == Level::Organisme && cell.dimension == Dimension::Ensemble
    };
    let last = |cell: &PublishedCell| {
        let mut learners = cell.values.iter().rev().map(|values| values[super::LEARNERS]);
        learners.find(|learners| *learners != Value::Known(0))
    };
    let cells = published.cells.iter().filter(whole);
    cells.filter_map(|cell| Some((cell.code.as_str(), last(cell)?))).collect()
}

#[cfg(test)]
mod tests;
