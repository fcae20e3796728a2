//! Why a figure is what it is: how many learners of which deposits make it.
//!
//! The learners are resolved, joined and placed by the code that counts them ([`Aggregator`]), then
//! counted by the same tally, in a row for each deposit and organisation instead of one for each
//! place. So the shares of a figure sum to it. Codes and counts only: never a person. Counts are
//! exact, small ones too: what is said here is for the operator alone.
//!
//! Example. Bretagne has 31 apprentis. The list of a CFA of Rennes makes 30 of them; that of a CFA of
//! Brest makes 1, and tells 2 more whose contract is with the CFA of Rennes, which keeps them.
//!
//! [`Aggregator`]: super::Aggregator

use std::collections::BTreeMap;

use super::aggregator::{Numbers, given};
use super::catalogue::Catalogue;
use super::places::{Place, Territories};
use super::tally::Tally;
use super::trajectory::{Standing, Trajectory};
use super::{Counts, Dimension, Level, person};
use crate::vocabulary::{Day, Organisation};

/// The figures of one place and one breakdown, at one date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figure<'f> {
    /// One of the dates of the run.
    pub date: Day,
    /// Level of the place.
    pub level: Level,
    /// Its public code.
    pub code: &'f str,
    /// How it is broken down.
    pub dimension: Dimension,
    /// The value of the breakdown; empty for `ensemble`.
    pub modality: &'f str,
}

/// What the records of one deposit and one organisation are in a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// The rank that the deposit was given when its records were added.
    pub rank: u32,
    /// Where the learners are trained.
    pub organisation: Organisation,
    /// Those that the figure counts. In that of an organisation: all it tells.
    pub counts: Counts,
    /// Those that another organisation tells too and keeps: in the totals above the organisation
    /// they are counted there, not here.
    pub kept_by: BTreeMap<Organisation, Counts>,
    /// Those that this organisation keeps, by the other organisations that tell them too.
    pub also_told_by: BTreeMap<Organisation, Counts>,
}

/// Every learner of a run, resolved and placed, so that any of its figures can be asked about.
#[derive(Debug)]
pub struct Explanation {
    pub(super) dates: Vec<Day>,
    /// Number of the month of each date.
    pub(super) months: Vec<i16>,
    /// Those of one person side by side.
    pub(super) trajectories: Vec<Trajectory>,
    pub(super) organisations: Vec<Organisation>,
    /// What each organisation is named, and the rows above it.
    pub(super) placed: Vec<(Place, Vec<u32>)>,
    pub(super) catalogue: Catalogue,
    pub(super) territories: Territories,
}

/// What a record is in a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Told {
    Counted,
    KeptBy(u32),
    AlsoToldBy(u32),
}

impl Explanation {
    /// What makes a figure, by deposit then organisation; none when the run has no such date.
    pub fn why(&self, figure: &Figure<'_>) -> Option<Vec<Share>> {
        let date = self.dates.iter().position(|date| *date == figure.date)?;
        let within: Vec<bool> =
            self.placed.iter().map(|placed| self.is_within(placed, figure)).collect();
        let mut tally = Tally::new(vec![self.months[date]]);
        let mut rows = Numbers::default();
        let mut count = |one: &Trajectory, told: Told| {
            let row = rows.of((one.rank, one.organisation, told));
            tally.count(row, one, one.standings.alone(date), given(&self.catalogue, one));
        };
        for learner in self.trajectories.chunk_by(person::same) {
            let present =
                || learner.iter().filter(|one| one.standings.at(date) != Standing::Absent);
            let is_kept = |one: &Trajectory| one.elsewhere >> date & 1 == 0;
            let keeper = present().find(|one| is_kept(one)).map(|one| one.organisation);
            let mut others: Vec<u32> = present().map(|one| one.organisation).collect();
            others.sort_unstable();
            others.dedup();
            for one in present().filter(|one| within[one.organisation as usize]) {
                if is_kept(one) || figure.level == Level::Organisme {
                    count(one, Told::Counted);
                }
                match keeper {
                    Some(keeper) if !is_kept(one) => count(one, Told::KeptBy(keeper)),
                    _ => others
                        .iter()
                        .filter(|other| **other != one.organisation)
                        .for_each(|other| count(one, Told::AlsoToldBy(*other))),
                }
            }
        }
        let mut shares = BTreeMap::new();
        for (row, breakdown, counts) in tally.lines() {
            if self.catalogue.name(breakdown) != (figure.dimension, figure.modality) {
                continue;
            }
            let (rank, organisation, told) = rows.values[row as usize];
            let named = |number: u32| self.organisations[number as usize];
            let organisation = named(organisation);
            let share = shares.entry((rank, organisation)).or_insert_with(|| Share {
                rank,
                organisation,
                counts: Counts::default(),
                kept_by: BTreeMap::new(),
                also_told_by: BTreeMap::new(),
            });
            match told {
                Told::Counted => share.counts = counts[0],
                Told::KeptBy(other) => *share.kept_by.entry(named(other)).or_default() = counts[0],
                Told::AlsoToldBy(other) => {
                    *share.also_told_by.entry(named(other)).or_default() = counts[0];
                }
            }
        }
        Some(shares.into_values().collect())
    }

    /// Whether what an organisation tells is in the perimeter of a figure.
    fn is_within(&self, (place, above): &(Place, Vec<u32>), figure: &Figure<'_>) -> bool {
        let is = |place: &Place| place.level == figure.level && place.code == figure.code;
        is(place) || above.iter().any(|row| is(&self.territories.places[*row as usize]))
    }
}
