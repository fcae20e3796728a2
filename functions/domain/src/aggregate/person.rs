//! Which records are of one person, by their two keys (`design.md` §4).
//!
//! - Records with the same INE are one person, whatever their civil identities: names are mistyped.
//! - Records with the same civil identity are one person when at most one INE appears among them.
//! - When several do, they are homonyms: each INE is a person, and the records without one, which
//!   could be of any, are one more.
//!
//! So a person never has two INE, no third record can bring two together, and the order in which
//! records come changes nothing.
//!
//! A country too large for one machine is cut by civil key: what one civil identity bears is in one
//! range. Persons whom an INE joins over several are set aside ([`Linked`]) and counted together.

use std::fmt;

use super::trajectory::Trajectory;
use crate::vocabulary::LearnerKey;

/// One of several ranges of civil keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Range {
    /// From 0.
    pub index: u32,
    /// How many there are.
    pub of: u32,
}

impl Range {
    /// The only one of a country that is not cut.
    pub const WHOLE: Self = Self { index: 0, of: 1 };

    /// Whether the records of this civil identity are in it.
    pub fn holds(self, civil: LearnerKey) -> bool {
        // Keys are hashes already; folding their halves uses all of them.
        let key = u128::from_be_bytes(civil.0);
        let folded = (key >> 64) as u64 ^ (key as u64).rotate_left(23);
        let spread = folded.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        (spread * u64::from(self.of)) >> 32 == u64::from(self.index)
    }
}

/// `3-of-64`.
impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-of-{}", self.index, self.of)
    }
}

/// The keys of every record of the country: a first pass, over two columns.
#[derive(Debug, Clone, Default)]
pub struct Keys {
    /// INE, then civil identity.
    pairs: Vec<(LearnerKey, LearnerKey)>,
    /// Pairs at the last cleaning.
    cleaned: usize,
}

impl Keys {
    /// Takes the keys of one record, in any order.
    pub fn add(&mut self, civil: LearnerKey, ine: Option<LearnerKey>) {
        let Some(ine) = ine else { return };
        self.pairs.push((ine, civil));
        // A learner is met once a year: memory follows persons, not records.
        if self.pairs.len() > 2 * self.cleaned + 1_000_000 {
            self.clean();
        }
    }

    /// The civil identities that an INE joins to another.
    pub fn linked(mut self) -> Linked {
        self.clean();
        let persons = self.pairs.chunk_by(|one, next| one.0 == next.0);
        let several = persons.filter(|person| person.len() > 1).flatten();
        several.map(|(_, civil)| *civil).collect()
    }

    fn clean(&mut self) {
        self.pairs.sort_unstable();
        self.pairs.dedup();
        self.cleaned = self.pairs.len();
    }
}

/// The civil identities that an INE joins to another. All the records of one are set aside, those of
/// its homonyms too: so the records of any person are all in one range, or all set aside.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Linked(Vec<LearnerKey>);

impl FromIterator<LearnerKey> for Linked {
    fn from_iter<T: IntoIterator<Item = LearnerKey>>(civil_keys: T) -> Self {
        let mut sorted: Vec<LearnerKey> = civil_keys.into_iter().collect();
        sorted.sort_unstable();
        sorted.dedup();
        Self(sorted)
    }
}

impl Linked {
    /// Whether the records of this civil identity are set aside.
    pub fn holds(&self, civil: LearnerKey) -> bool {
        self.0.binary_search(&civil).is_ok()
    }

    /// Each of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = LearnerKey> {
        self.0.iter().copied()
    }
}

/// Gives the INE of the person to each record that lacks it.
///
/// Returns how many civil identities are shared by several INE.
pub(super) fn resolve(trajectories: &mut [Trajectory]) -> u64 {
    let mut homonyms = 0;
    trajectories.sort_unstable_by_key(|one| (one.civil, one.ine));
    for same_civil in trajectories.chunk_by_mut(|one, next| one.civil == next.civil) {
        // Those without an INE come first.
        let without = same_civil.partition_point(|one| one.ine.is_none());
        let (without, with) = same_civil.split_at_mut(without);
        let (Some(first), Some(last)) = (with.first(), with.last()) else { continue };
        if first.ine == last.ine {
            for one in without {
                one.ine = first.ine;
            }
        } else {
            homonyms += 1;
        }
    }
    homonyms
}

/// Puts the records of each person side by side, once resolved.
pub(super) fn bring_together(trajectories: &mut [Trajectory]) {
    trajectories.sort_unstable_by_key(|one| (one.ine, one.civil));
}

/// Whether two records, once brought together, are of one person.
pub(super) fn same(one: &Trajectory, other: &Trajectory) -> bool {
    one.ine == other.ine && (one.ine.is_some() || one.civil == other.civil)
}
