//! What happened each month, by territory and organisation.
//!
//! An event is counted in the month of its day, once it is past, as told by the list of the school
//! year that holds it; a list also tells the three months before its year, when contracts of the
//! autumn start (Code du travail, L6222-12). Events of one kind, on one day, of one learner in one
//! training and organisation are one, however many lists tell it.
//!
//! A learner seen in two organisations has each event on the line of the organisation that tells
//! it; where both tell one of the same kind on the same day, the totals above keep that of the
//! latest entry, else of the first code.
//!
//! Example. Entered on 1 September 2025; a contract from 15 October, broken on 3 December; another
//! from 10 January 2026, 38 days later, broken on 25 January; nothing since. In the flows:
//! September, an entry; October, a signature; December, a break; January, a signature, a return
//! within 90 days (so within 180 too), and a break; July, a leaving, on the 24th.

use super::Level;
use super::calendar::Calendar;
use super::figures::merge_sorted;
use super::status::{Status, Tracer};
use super::trajectory::Trajectory;
use crate::record::Record;
use crate::vocabulary::{Day, Organisation};

/// What can happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Entry,
    Signature,
    Break,
    Return30,
    Return90,
    Return180,
    Leaving,
}

pub(super) const EVENTS: usize = 7;

/// What happened in one month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flow {
    /// Learners whose training started.
    pub entries: u32,
    /// Contracts that started.
    pub signatures: u32,
    /// Contracts in force that were broken.
    pub breaks: u32,
    /// Contracts that started within 30 days of the day another was broken or had ended.
    pub returns_30_days: u32,
    /// Within 90 days: those of 30 included.
    pub returns_90_days: u32,
    /// Within 180 days, while the learner was still a rupturant: those of 90 included.
    pub returns_180_days: u32,
    /// Learners who left: declared so, or too long without a contract.
    pub leavings: u32,
}

/// What happened in one place, each month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowCell {
    /// Level of the place.
    pub level: Level,
    /// Its public code.
    pub code: String,
    /// Its name.
    pub label: String,
    /// One for each month.
    pub months: Vec<Flow>,
}

/// What happened each month in each place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Flows {
    /// The last day of each month; today for the current one, which is not over.
    pub dates: Vec<Day>,
    /// Sorted by level and code.
    pub cells: Vec<FlowCell>,
}

impl Flows {
    pub(super) fn merge(self, other: Self) -> Self {
        let order = |one: &FlowCell, other: &FlowCell| {
            (one.level, &one.code).cmp(&(other.level, &other.code))
        };
        let cells = merge_sorted(self.cells, other.cells, order, |sum, more| {
            for (sum, more) in sum.months.iter_mut().zip(more.months) {
                sum.entries += more.entries;
                sum.signatures += more.signatures;
                sum.breaks += more.breaks;
                sum.returns_30_days += more.returns_30_days;
                sum.returns_90_days += more.returns_90_days;
                sum.returns_180_days += more.returns_180_days;
                sum.leavings += more.leavings;
            }
        });
        let dates = if self.dates.is_empty() { other.dates } else { self.dates };
        Self { dates, cells }
    }
}

/// An event and its day, in two bytes: days since the first one counted, then the kind.
type Packed = u16;

const DAY_BITS: u32 = 11;

fn pack(day: i32, event: Event) -> Packed {
    (event as Packed) << DAY_BITS | day as Packed
}

/// Appends the events of a record to the list of all; tells where they are and how many.
pub(super) fn record(
    record: &Record,
    traced: &Tracer,
    calendar: &Calendar,
    all: &mut Vec<Packed>,
) -> (u32, u8) {
    let first_day = calendar.first_day.max(record.school_year.first_day().plus_months(-3));
    let last_day = calendar.today().min(record.school_year.last_day());
    let start = all.len();
    each_event(record, traced, |day, event| {
        if first_day <= day && day <= last_day {
            all.push(pack(day - calendar.first_day, event));
        }
    });
    all[start..].sort_unstable();
    let mut kept = start;
    for place in start..all.len() {
        if place == start || all[place] != all[kept - 1] {
            all[kept] = all[place];
            kept += 1;
        }
    }
    all.truncate(kept);
    (start as u32, (kept - start) as u8)
}

fn each_event(record: &Record, traced: &Tracer, mut tell: impl FnMut(Day, Event)) {
    let path = traced.path();
    if path.changes().len() == 0 {
        return;
    }
    tell(record.entry, Event::Entry);
    for (day, status) in path.changes() {
        if status == Status::Abandon {
            tell(day, Event::Leaving);
        }
    }
    let last_day = record.exclusion.map_or(record.end, |day| record.end.min(day - 1));
    // The first day without a contract, after the contracts seen so far, and whether it is one's break.
    let mut stopped: Option<(Day, bool)> = None;
    for term in traced.terms().iter().filter(|term| term.first_day <= term.last_day.min(last_day)) {
        tell(term.first_day, Event::Signature);
        if let Some((stop, broken)) = stopped
            && (term.first_day > stop || (term.first_day == stop && broken))
        {
            match term.first_day - stop {
                ..=30 => tell(term.first_day, Event::Return30),
                31..=90 => tell(term.first_day, Event::Return90),
                91..=180 => tell(term.first_day, Event::Return180),
                _ => {}
            }
        }
        if let Some(rupture) = term.rupture
            && rupture <= record.end
            && record.exclusion.is_none_or(|exclusion| rupture <= exclusion)
        {
            tell(rupture, Event::Break);
        }
        stopped = stopped.max(Some((term.last_day + 1, term.rupture.is_some())));
    }
}

/// Events by organisation, month and kind.
#[derive(Debug)]
pub(super) struct FlowCounts {
    /// The month of each day since the first one counted.
    month_of_day: Vec<u8>,
    months: usize,
    counts: Vec<[u32; EVENTS]>,
    /// What of them counts in the totals above.
    kept: Vec<[u32; EVENTS]>,
}

impl FlowCounts {
    pub(super) fn new(calendar: &Calendar, organisations: usize) -> Self {
        let days = 0..=calendar.today() - calendar.first_day;
        let month = |day| calendar.month_of(calendar.first_day + day).unwrap_or_default() as u8;
        let months = calendar.dates.len();
        let counts = vec![[0; EVENTS]; organisations * months];
        Self { month_of_day: days.map(month).collect(), months, kept: counts.clone(), counts }
    }

    /// Counts the events of a person, all of whose records are here.
    pub(super) fn count(
        &mut self,
        learner: &[Trajectory],
        all: &[Packed],
        code_of: impl Fn(u32) -> Organisation,
    ) {
        let events = |one: &Trajectory| {
            let start = one.events.0 as usize;
            all[start..start + usize::from(one.events.1)].iter()
        };
        if let [one] = learner {
            for event in events(one) {
                let (place, kind) = self.place(one.organisation, *event);
                self.counts[place][kind] += 1;
                self.kept[place][kind] += 1;
            }
            return;
        }
        let mut told: Vec<(Packed, u32, u32, Day)> = learner
            .iter()
            .flat_map(|one| {
                events(one).map(|event| (*event, one.organisation, one.training, one.entry))
            })
            .collect();
        // Of the same event told twice, the latest entry is the one to keep it by.
        told.sort_unstable_by_key(|(event, organisation, training, entry)| {
            (*event, *organisation, *training, std::cmp::Reverse(*entry))
        });
        told.dedup_by_key(|(event, organisation, training, _)| (*event, *organisation, *training));
        for same in told.chunk_by(|one, next| one.0 == next.0) {
            let keeper = same
                .iter()
                .max_by_key(|(_, organisation, _, entry)| {
                    (*entry, std::cmp::Reverse(code_of(*organisation)))
                })
                .map(|(_, organisation, ..)| *organisation);
            for (event, organisation, ..) in same {
                let (place, kind) = self.place(*organisation, *event);
                self.counts[place][kind] += 1;
                self.kept[place][kind] += u32::from(keeper == Some(*organisation));
            }
        }
    }

    fn place(&self, organisation: u32, event: Packed) -> (usize, usize) {
        let month = self.month_of_day[usize::from(event & ((1 << DAY_BITS) - 1))];
        let place = organisation as usize * self.months + usize::from(month);
        (place, usize::from(event >> DAY_BITS))
    }

    /// What happened in an organisation, and what of it counts in the places above.
    pub(super) fn of(&self, organisation: u32) -> (&[[u32; EVENTS]], &[[u32; EVENTS]]) {
        let start = organisation as usize * self.months;
        let months = start..start + self.months;
        (&self.counts[months.clone()], &self.kept[months])
    }
}

/// The flow of one month, from its events.
pub(super) fn flow(events: [u32; EVENTS]) -> Flow {
    let of = |event: Event| events[event as usize];
    let within_30 = of(Event::Return30);
    let within_90 = within_30 + of(Event::Return90);
    Flow {
        entries: of(Event::Entry),
        signatures: of(Event::Signature),
        breaks: of(Event::Break),
        returns_30_days: within_30,
        returns_90_days: within_90,
        returns_180_days: within_90 + of(Event::Return180),
        leavings: of(Event::Leaving),
    }
}
