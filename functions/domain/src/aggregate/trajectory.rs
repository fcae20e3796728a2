//! What is kept of a record until all have come: who, where, what, and a standing at each date.

use super::breakdown;
use super::cohorts::Progress;
use super::status::{Parcours, Status};
use crate::record::Sex;
use crate::vocabulary::{Day, LearnerKey, SchoolYear};

/// A record, reduced. Organisation and training are numbers given by the aggregator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Trajectory {
    /// The order of its deposit, then its line: of two records of one unit, the later counts.
    pub(super) rank: u32,
    pub(super) line: u32,
    pub(super) ine: Option<LearnerKey>,
    pub(super) civil: LearnerKey,
    pub(super) school_year: SchoolYear,
    pub(super) organisation: u32,
    pub(super) training: u32,
    pub(super) entry: Day,
    pub(super) birth_month: i16,
    pub(super) training_year: u8,
    pub(super) sex: Sex,
    pub(super) rqth: Option<bool>,
    pub(super) standings: Standings,
    /// The dates at which another organisation keeps the learner in the totals above, one bit each.
    pub(super) elsewhere: u64,
    pub(super) progress: Progress,
    /// The number of the place where the learner lives.
    pub(super) home: u32,
    /// Where its events are in the list of all, and how many there are.
    pub(super) events: (u32, u8),
}

impl Trajectory {
    /// One unit is one learner in one training, one school year and one organisation.
    pub(super) fn unit(&self) -> (SchoolYear, u32, u32) {
        (self.school_year, self.training, self.organisation)
    }

    /// Another record of the unit replaces this one: nothing of it counts.
    pub(super) fn forget(&mut self) {
        self.standings = Standings::default();
        self.progress = Progress::default();
        self.events.1 = 0;
    }
}

/// A status, with what the breakdowns need to know of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Absent,
    Inscrit,
    Apprenti,
    FinDeFormation,
    Abandon,
    /// With the band of [`breakdown::band_since_contract`].
    Rupturant(u8),
}

impl Standing {
    fn of(status: Status, days: i32) -> Self {
        match status {
            Status::Inscrit => Self::Inscrit,
            Status::Apprenti => Self::Apprenti,
            Status::FinDeFormation => Self::FinDeFormation,
            Status::Abandon => Self::Abandon,
            Status::Rupturant => Self::Rupturant(breakdown::band_since_contract(days)),
        }
    }

    fn pack(self) -> u64 {
        match self {
            Self::Absent => 0,
            Self::Inscrit => 1,
            Self::Apprenti => 2,
            Self::FinDeFormation => 3,
            Self::Abandon => 4,
            Self::Rupturant(band) => 5 + u64::from(band),
        }
    }

    fn unpack(packed: u64) -> Self {
        match packed {
            0 => Self::Absent,
            1 => Self::Inscrit,
            2 => Self::Apprenti,
            3 => Self::FinDeFormation,
            4 => Self::Abandon,
            band => Self::Rupturant((band - 5) as u8),
        }
    }
}

/// The standing at each date, four bits each: 48 dates at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Standings([u64; 3]);

impl Standings {
    /// How many dates fit.
    pub(super) const CAPACITY: usize = 48;

    /// The standing along a path at the dates that count.
    pub(super) fn of(path: &Parcours, dates: &[Day], counted: u64) -> Self {
        let mut changes = path.changes().peekable();
        let mut current: Option<(Day, Status)> = None;
        let mut standings = Self::default();
        for (place, date) in dates.iter().enumerate() {
            while let Some(change) = changes.next_if(|(day, _)| day <= date) {
                current = Some(change);
            }
            if let Some((since, status)) = current
                && counted >> place & 1 == 1
            {
                let packed = Standing::of(status, *date - since).pack();
                standings.0[place / 16] |= packed << (place % 16 * 4);
            }
        }
        standings
    }

    pub(super) fn at(self, place: usize) -> Standing {
        Standing::unpack(self.0[place / 16] >> (place % 16 * 4) & 0xF)
    }

    /// That of one date, as if it were the only one.
    pub(super) fn alone(self, place: usize) -> Self {
        Self([self.at(place).pack(), 0, 0])
    }

    /// Never counted.
    pub(super) fn is_empty(self) -> bool {
        self.0 == [0; 3]
    }

    /// Only the dates whose bit is set.
    pub(super) fn only(self, dates: u64) -> Self {
        let mut kept = Self::default();
        for place in (0..Self::CAPACITY).filter(|place| dates >> place & 1 == 1) {
            kept.0[place / 16] |= self.0[place / 16] & 0xF << (place % 16 * 4);
        }
        kept
    }

    /// The dates at which there is one, and each of them.
    pub(super) fn iter(self) -> impl Iterator<Item = (usize, Standing)> {
        let words = self.0.into_iter().zip((0..).step_by(16));
        words.flat_map(|(mut word, mut place)| {
            std::iter::from_fn(move || {
                let skipped = word.trailing_zeros() / 4;
                if word == 0 {
                    return None;
                }
                word >>= skipped * 4;
                place += skipped as usize;
                let found = (place, Standing::unpack(word & 0xF));
                word >>= 4;
                place += 1;
                Some(found)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trajectory_is_small() {
        assert!(size_of::<Trajectory>() <= 128, "{}", size_of::<Trajectory>());
    }

    #[test]
    fn standings_survive_packing() {
        let others = [
            Standing::Absent,
            Standing::Inscrit,
            Standing::Apprenti,
            Standing::FinDeFormation,
            Standing::Abandon,
        ];
        for standing in (0..4).map(Standing::Rupturant).chain(others) {
            assert_eq!(Standing::unpack(standing.pack()), standing);
        }
    }

    #[test]
    fn only_the_dates_with_a_standing_are_walked() {
        let mut standings = Standings::default();
        for (place, standing) in [(0, 1), (15, 4), (16, 2), (31, 5), (47, 8)] {
            standings.0[place / 16] |= standing << (place % 16 * 4);
        }
        let walked: Vec<_> = standings.iter().collect();
        let expected = [
            (0, Standing::Inscrit),
            (15, Standing::Abandon),
            (16, Standing::Apprenti),
            (31, Standing::Rupturant(0)),
            (47, Standing::Rupturant(3)),
        ];
        assert_eq!(walked, expected);
        assert_eq!(
            standings.only(1 << 15 | 1 << 47).iter().collect::<Vec<_>>(),
            [expected[1], expected[4]]
        );
    }
}
