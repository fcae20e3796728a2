//! Everything that one run counts, and how the figures of several ranges of persons are one.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::cohorts::Cohorts;
use super::flows::Flows;
use super::{Cell, Indicators};
use crate::vocabulary::Organisation;

/// The exact figures of a country, or of one range of its persons.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figures {
    /// Counts at each date, by the place where the learner is trained.
    pub indicators: Indicators,
    /// Counts at each date, by the place where the learner lives: territories only. Where the home
    /// is not known the code is empty, so that the places of a level sum to France.
    pub home: Indicators,
    /// What happened each month.
    pub flows: Flows,
    /// What became of each entry class.
    pub cohorts: Cohorts,
    /// How the records became counts.
    pub ledger: Ledger,
}

impl Figures {
    /// These figures and those of other persons, as of the same day with the same references.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        Self {
            indicators: self.indicators.merge(other.indicators),
            home: self.home.merge(other.home),
            flows: self.flows.merge(other.flows),
            cohorts: self.cohorts.merge(other.cohorts),
            ledger: self.ledger.merge(other.ledger),
        }
    }
}

fn in_order(one: &Cell, other: &Cell) -> Ordering {
    one.key().cmp(&other.key())
}

impl Indicators {
    fn merge(self, other: Self) -> Self {
        let cells = merge_sorted(self.cells, other.cells, in_order, |sum, more| {
            for (sum, more) in sum.counts.iter_mut().zip(more.counts) {
                *sum += more;
            }
        });
        let dates = if self.dates.is_empty() { other.dates } else { self.dates };
        Self { dates, cells }
    }
}

/// Two sorted lists as one; what has the same place in both is added up.
pub(super) fn merge_sorted<T>(
    one: Vec<T>,
    other: Vec<T>,
    order: impl Fn(&T, &T) -> Ordering,
    add: impl Fn(&mut T, T),
) -> Vec<T> {
    let mut merged = Vec::with_capacity(one.len().max(other.len()));
    let (mut one, mut other) = (one.into_iter().peekable(), other.into_iter().peekable());
    while let (Some(left), Some(right)) = (one.peek(), other.peek()) {
        let first = order(left, right);
        let left = if first.is_le() { one.next() } else { None };
        let right = if first.is_ge() { other.next() } else { None };
        merged.extend(match (left, right) {
            (Some(mut sum), Some(more)) => {
                add(&mut sum, more);
                Some(sum)
            }
            (alone, None) | (None, alone) => alone,
        });
    }
    merged.extend(one);
    merged.extend(other);
    merged
}

/// How the records became counts, in numbers and codes, without a name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ledger {
    /// Records received.
    pub records: u64,
    /// Of a school year that no date counts.
    pub outside_the_dates: u64,
    /// Replaced by a later record of the same learner, training, school year and organisation.
    pub repeated: u64,
    /// Persons.
    pub learners: u64,
    /// Joined to another record of the same person by their civil key.
    pub joined_by_civil_key: u64,
    /// Joined by the INE alone: the civil keys differ.
    pub joined_by_ine: u64,
    /// Civil keys that several INE share: homonyms, who are not joined.
    pub homonyms: u64,
    /// Persons present in several organisations on one date at least.
    pub in_several_organisations: u64,
    /// For each organisation, those of its learners who are also in another on one date at least:
    /// each is told of what the totals above count once.
    pub also_elsewhere: BTreeMap<Organisation, u64>,
    /// Records whose home is in no department for sure.
    pub without_home: u64,
    /// Organisations that the reference does not list: counted in France only.
    pub unlisted_organisations: BTreeSet<Organisation>,
    /// Organisations whose department the reference does not tell: counted in France only.
    pub organisations_without_department: BTreeSet<Organisation>,
}

impl Ledger {
    fn merge(mut self, other: Self) -> Self {
        self.records += other.records;
        self.outside_the_dates += other.outside_the_dates;
        self.repeated += other.repeated;
        self.learners += other.learners;
        self.joined_by_civil_key += other.joined_by_civil_key;
        self.joined_by_ine += other.joined_by_ine;
        self.homonyms += other.homonyms;
        self.in_several_organisations += other.in_several_organisations;
        for (organisation, learners) in other.also_elsewhere {
            *self.also_elsewhere.entry(organisation).or_default() += learners;
        }
        self.without_home += other.without_home;
        self.unlisted_organisations.extend(other.unlisted_organisations);
        self.organisations_without_department.extend(other.organisations_without_department);
        self
    }
}
