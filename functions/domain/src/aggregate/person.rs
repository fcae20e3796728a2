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
//! One machine that holds every record resolves them there. A country cut into ranges is resolved
//! first, over the two keys alone ([`Keys`]), so that all records of a person fall into one range.

use super::trajectory::Trajectory;
use crate::vocabulary::LearnerKey;

/// The keys of every record of the country: a first pass, over two columns.
#[derive(Debug, Clone, Default)]
pub struct Keys {
    pairs: Vec<(LearnerKey, Option<LearnerKey>)>,
    /// Pairs at the last cleaning.
    cleaned: usize,
}

impl Keys {
    /// Takes the keys of one record, in any order.
    pub fn add(&mut self, civil: LearnerKey, ine: Option<LearnerKey>) {
        self.pairs.push((civil, ine));
        // A learner is met once a year: memory follows persons, not records.
        if self.pairs.len() > 2 * self.cleaned + 1_000_000 {
            self.clean();
        }
    }

    /// Who is who.
    pub fn people(mut self) -> People {
        self.clean();
        let mut people = People::default();
        for same_civil in self.pairs.chunk_by(|one, next| one.0 == next.0) {
            // Sorted, each once: the pair without an INE comes first.
            match same_civil {
                [(_, _)] | [] => {}
                [(civil, None), (_, Some(ine))] => people.ine_of.push((*civil, *ine)),
                [(civil, _), ..] => people.homonyms.push(*civil),
            }
        }
        people
    }

    fn clean(&mut self) {
        self.pairs.sort_unstable();
        self.pairs.dedup();
        self.cleaned = self.pairs.len();
    }
}

/// Who is who in the whole country: what a range needs to know of the others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct People {
    /// The INE of those civil identities that some records bear without it. Sorted.
    ine_of: Vec<(LearnerKey, LearnerKey)>,
    /// Civil identities that several INE share. Sorted.
    homonyms: Vec<LearnerKey>,
}

/// One of several ranges of persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// From 0.
    pub index: u32,
    /// How many there are.
    pub of: u32,
}

impl Range {
    fn holds(self, person: LearnerKey) -> bool {
        // Keys are hashes already; folding their halves uses all of them.
        let key = u128::from_be_bytes(person.0);
        let folded = (key >> 64) as u64 ^ (key as u64).rotate_left(23);
        let spread = folded.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        (spread * u64::from(self.of)) >> 32 == u64::from(self.index)
    }
}

impl People {
    /// The INE of the person of a record, when one is known.
    pub(super) fn ine(&self, civil: LearnerKey, ine: Option<LearnerKey>) -> Option<LearnerKey> {
        ine.or_else(|| {
            let place = self.ine_of.binary_search_by_key(&civil, |(civil, _)| *civil).ok()?;
            Some(self.ine_of[place].1)
        })
    }

    /// Whether the person of a record is in a range.
    pub fn is_in(&self, range: Range, civil: LearnerKey, ine: Option<LearnerKey>) -> bool {
        range.holds(self.ine(civil, ine).unwrap_or(civil))
    }

    /// How many civil identities of a range are shared by several INE.
    pub(super) fn homonyms_in(&self, range: Range) -> u64 {
        self.homonyms.iter().filter(|civil| range.holds(**civil)).count() as u64
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
