//! What became of each entry class: of those who entered a training in the first three months of a
//! school year, how many had a contract 1, 3, 6, 9 and 12 months later. Most enter then; those who
//! enter later are in the flows, and in no class: their year is another one, and a class is whole,
//! and can be told, on 30 November already ([`complete_on`]).
//!
//! A class is read from the lists of its own school year (or of the three months before): whoever
//! appears only in a later list entered before, and those who entered with them and left are not
//! there to be seen. The day of a horizon is read from the list of the school year that holds it,
//! when the learner is in one, else from the list of the entry.
//!
//! A learner is observed at a horizon when that day is past and their training still lasts: one who
//! entered two months ago is no failure at three months, nor at twelve one whose training took
//! nine. Those who left in between are observed, without a contract. Naturally at the end of the
//! training counts as with a contract, as in the indicators.
//!
//! A learner of two organisations is in the class of each; the totals above keep, at each horizon,
//! the organisation where they have a contract, else that of the latest entry, else of the first
//! code.
//!
//! Example. Two learners enter on 1 September 2025, for two years. One has a contract from 15
//! October; the other has one from the start, broken on 20 December. On 15 January 2026 the class
//! 2025-2026 has two learners observed at one month (1 October), of whom one with a contract; two at
//! three months (1 December), both with a contract; none yet at six.

use super::Level;
use super::calendar::Calendar;
use super::figures::merge_sorted;
use super::status::{Parcours, Status};
use super::trajectory::Trajectory;
use crate::record::Record;
use crate::vocabulary::{Day, Organisation, SchoolYear};

/// Months after the entry at which a class is looked at.
pub const HORIZONS: [i32; 5] = [1, 3, 6, 9, 12];

/// Months of a school year in which its class enters: August to October.
const ENTRY_MONTHS: i32 = 3;

/// The last day on which learners enter a class.
pub fn last_entry(class: SchoolYear) -> Day {
    class.first_day().plus_months(ENTRY_MONTHS) - 1
}

/// The day on which a horizon has come for everyone of a class.
///
/// Example. The class 2026-2027 is looked at one month after the entry on 30 November 2026, and
/// twelve months after on 31 October 2027.
pub fn complete_on(class: SchoolYear, months: i32) -> Day {
    last_entry(class).plus_months(months)
}

/// A class at one horizon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Observed {
    /// Learners observed: the day is past, the training lasts.
    pub learners: u32,
    /// Of them, those with a contract.
    pub with_contract: u32,
}

/// An entry class in one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CohortCell {
    /// Level of the place.
    pub level: Level,
    /// Its public code.
    pub code: String,
    /// Its name.
    pub label: String,
    /// The school year in the first months of which they entered.
    pub class: SchoolYear,
    /// Learners of the class.
    pub entered: u32,
    /// One for each of [`HORIZONS`].
    pub horizons: [Observed; HORIZONS.len()],
}

/// Every entry class in every place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cohorts {
    /// Sorted by level, code and class.
    pub cells: Vec<CohortCell>,
}

impl Cohorts {
    pub(super) fn merge(self, other: Self) -> Self {
        let order = |one: &CohortCell, other: &CohortCell| {
            (one.level, &one.code, one.class).cmp(&(other.level, &other.code, other.class))
        };
        let cells = merge_sorted(self.cells, other.cells, order, |sum, more| {
            sum.entered += more.entered;
            for (sum, more) in sum.horizons.iter_mut().zip(more.horizons) {
                sum.learners += more.learners;
                sum.with_contract += more.with_contract;
            }
        });
        Self { cells }
    }
}

/// How a learner of a class fares, as one record tells it: a bit for each horizon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Progress {
    /// The place of the class among the school years counted, from 1; 0 for none of them.
    class: u8,
    /// Whether the record is of the school year of the entry.
    is_of_entry: bool,
    observed: u8,
    with_contract: u8,
    /// The horizons that the school year of the record holds.
    own: u8,
}

impl Progress {
    pub(super) fn of(record: &Record, path: &Parcours, calendar: &Calendar) -> Self {
        let year = record.school_year;
        let (first_day, last_day) = (year.first_day(), year.last_day());
        let class = SchoolYear::containing(record.entry);
        let oldest = SchoolYear::containing(calendar.first_day).start();
        let is_of_a_class = calendar.first_day <= record.entry
            && record.entry <= calendar.today().min(last_entry(class));
        if !is_of_a_class {
            return Self::default();
        }
        let mut progress = Self {
            class: (class.start() - oldest + 1) as u8,
            is_of_entry: first_day.plus_months(-3) <= record.entry && record.entry <= last_day,
            ..Self::default()
        };
        for (place, months) in HORIZONS.into_iter().enumerate() {
            let day = record.entry.plus_months(months);
            if day > calendar.today() {
                break;
            }
            progress.own |= u8::from(first_day <= day && day <= last_day) << place;
            progress.observed |= u8::from(day <= record.end) << place;
            let status = path.status_at(day);
            let with_contract = matches!(status, Some(Status::Apprenti | Status::FinDeFormation))
                && day <= record.end;
            progress.with_contract |= u8::from(with_contract) << place;
        }
        progress
    }

    /// What another record of the same learner, training and entry knows better.
    fn told_by(&mut self, other: Self) {
        self.observed = self.observed & !other.own | other.observed & other.own;
        self.with_contract = self.with_contract & !other.own | other.with_contract & other.own;
    }
}

/// A class of one organisation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Class {
    pub(super) entered: u32,
    pub(super) horizons: [Observed; HORIZONS.len()],
}

impl Class {
    pub(super) fn plus(&mut self, more: Self) {
        self.entered += more.entered;
        for (sum, more) in self.horizons.iter_mut().zip(more.horizons) {
            sum.learners += more.learners;
            sum.with_contract += more.with_contract;
        }
    }
}

/// Classes by organisation.
#[derive(Debug)]
pub(super) struct CohortCounts {
    classes: usize,
    counts: Vec<Class>,
    /// What of them counts in the totals above.
    kept: Vec<Class>,
}

impl CohortCounts {
    pub(super) fn new(classes: usize, organisations: usize) -> Self {
        let counts = vec![Class::default(); organisations * classes];
        Self { classes, kept: counts.clone(), counts }
    }

    /// Counts a person, all of whose records are here.
    pub(super) fn count(&mut self, learner: &[Trajectory], code_of: impl Fn(u32) -> Organisation) {
        if let [one] = learner {
            if one.progress.class > 0 && one.progress.is_of_entry {
                let place = self.place(one.organisation, one.progress.class);
                let class = of_one(one.progress, |_| true);
                self.counts[place].plus(class);
                self.kept[place].plus(class);
            }
            return;
        }
        let members = members(learner);
        for one in &members {
            let place = self.place(one.organisation, one.progress.class);
            self.counts[place].plus(of_one(one.progress, |_| true));
            let classmates = || members.iter().filter(|it| it.progress.class == one.progress.class);
            let rank = |it: &Trajectory, with_contract: bool| {
                (with_contract, it.entry, std::cmp::Reverse(code_of(it.organisation)))
            };
            let keeps = |horizon: usize| {
                let bit = |bits: u8| bits >> horizon & 1 == 1;
                let observed = classmates().filter(|it| bit(it.progress.observed));
                let keeper = observed.max_by_key(|it| rank(it, bit(it.progress.with_contract)));
                keeper.is_some_and(|keeper| keeper.organisation == one.organisation)
            };
            let latest = classmates().max_by_key(|it| rank(it, false));
            let mut kept = of_one(one.progress, keeps);
            kept.entered =
                u32::from(latest.is_some_and(|latest| latest.organisation == one.organisation));
            self.kept[place].plus(kept);
        }
    }

    fn place(&self, organisation: u32, class: u8) -> usize {
        organisation as usize * self.classes + usize::from(class - 1)
    }

    /// The classes of an organisation, and what of them counts in the places above.
    pub(super) fn of(&self, organisation: u32) -> (&[Class], &[Class]) {
        let start = organisation as usize * self.classes;
        let classes = start..start + self.classes;
        (&self.counts[classes.clone()], &self.kept[classes])
    }
}

fn of_one(progress: Progress, counts_at: impl Fn(usize) -> bool) -> Class {
    let horizons = std::array::from_fn(|horizon| {
        let bit = |bits: u8| u32::from(bits >> horizon & 1 == 1 && counts_at(horizon));
        Observed { learners: bit(progress.observed), with_contract: bit(progress.with_contract) }
    });
    Class { entered: 1, horizons }
}

/// One for each training that a person entered in an organisation, as all its lists tell it.
fn members(learner: &[Trajectory]) -> Vec<Trajectory> {
    let entered = |one: &Trajectory| (one.organisation, one.training, one.entry);
    let mut lists: Vec<Trajectory> =
        learner.iter().filter(|one| one.progress.class > 0).copied().collect();
    lists.sort_unstable_by_key(|one| (entered(one), one.school_year));
    let mut members = Vec::new();
    for same in lists.chunk_by(|one, next| entered(one) == entered(next)) {
        let Some(mut member) = same.iter().find(|one| one.progress.is_of_entry).copied() else {
            continue;
        };
        for list in same {
            member.progress.told_by(list.progress);
        }
        members.push(member);
    }
    members
}
