//! The learners of the rows before, found by what two lines of one person seldom disagree on: the
//! first name and the birth date.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::num::NonZeroU32;

/// How many namesakes of one row are looked at: a list where more share a first name and a birth
/// date is no list of learners, and must not cost the square of its rows.
const MOST_LOOKED_AT: usize = 64;

/// The learners of the rows before.
#[derive(Debug, Default)]
pub(super) struct Namesakes {
    /// The last learner of each first name and birth date, by half of a hash of both.
    last: HashMap<u32, u32, BuildHasherDefault<Mixer>>,
    known: Vec<Known>,
    surnames: String,
}

/// A learner of a row before. Small: there is one for each row.
#[derive(Debug, Clone, Copy)]
struct Known {
    line: u32,
    /// Where their surname ends; it starts where that of the one before ends.
    surname_end: u32,
    /// The other half of that hash.
    check: u32,
    /// The namesake before, counted from 1, if there is one.
    before: Option<NonZeroU32>,
    enrolment: u32,
    ine: Option<NonZeroU32>,
}

/// A learner, as the rules compare them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Namesake<'a> {
    /// The line where they are.
    pub(super) line: u32,
    /// Their surname, folded.
    pub(super) surname: &'a str,
    /// A hash of the person, the training and the year.
    pub(super) enrolment: u32,
    /// A hash of their INE.
    pub(super) ine: Option<NonZeroU32>,
}

impl Namesakes {
    /// Remembers a learner under a hash of their first name and birth date.
    pub(super) fn remember(&mut self, key: u64, learner: Namesake<'_>) {
        let Namesake { line, surname, enrolment, ine } = learner;
        self.surnames.push_str(surname);
        let surname_end = self.surnames.len() as u32;
        let (half, check) = (key as u32, (key >> 32) as u32);
        let place = self.known.len() as u32 + 1;
        let before = self.last.insert(half, place).and_then(NonZeroU32::new);
        self.known.push(Known { line, surname_end, check, before, enrolment, ine });
    }

    /// The learner of this line, if it was the last remembered, then their namesakes before, the
    /// nearest first.
    pub(super) fn of(&self, line: u32) -> impl Iterator<Item = Namesake<'_>> {
        let last = self.known.len().checked_sub(1).filter(|last| self.known[*last].line == line);
        let before = |place: &usize| {
            let before = self.known[*place].before?;
            Some(before.get() as usize - 1)
        };
        let check = last.map(|last| self.known[last].check);
        std::iter::successors(last, before)
            .take(1 + MOST_LOOKED_AT)
            .filter(move |place| Some(self.known[*place].check) == check)
            .map(|place| self.namesake(place))
    }

    fn namesake(&self, place: usize) -> Namesake<'_> {
        let Known { line, surname_end, enrolment, ine, .. } = self.known[place];
        let start = place.checked_sub(1).map_or(0, |before| self.known[before].surname_end);
        let surname = &self.surnames[start as usize..surname_end as usize];
        Namesake { line, surname, enrolment, ine }
    }
}

/// A hash that is the same in every run, of what a few words say.
pub(super) fn hash(value: impl Hash) -> u64 {
    let mut hasher = Mixer::default();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Multiplies word after word. Whoever chooses the words can make hashes agree, and gains nothing:
/// how many namesakes are looked at is bounded.
#[derive(Default)]
struct Mixer(u64);

impl Hasher for Mixer {
    fn write(&mut self, bytes: &[u8]) {
        let (eights, rest) = bytes.as_chunks();
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        for eight in eights.iter().chain([&last]) {
            self.write_u64(u64::from_le_bytes(*eight));
        }
    }

    fn write_u64(&mut self, word: u64) {
        // The golden ratio, and both halves of the product.
        let product = u128::from(self.0 ^ word) * 0x9e37_79b9_7f4a_7c15;
        self.0 = (product as u64) ^ (product >> 64) as u64;
        self.0 = self.0.rotate_left(23) ^ 0x2545_f491_4f6c_dd1d;
    }

    fn write_u8(&mut self, word: u8) {
        self.write_u64(word.into());
    }

    fn write_u32(&mut self, word: u32) {
        self.write_u64(word.into());
    }

    fn write_i32(&mut self, word: i32) {
        self.write_u64(word.cast_unsigned().into());
    }

    fn write_usize(&mut self, word: usize) {
        self.write_u64(word as u64);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn namesakes_are_met_again_the_nearest_first() {
        let mut namesakes = Namesakes::default();
        for (line, key, surname) in [(2, 1, "ROUX"), (3, 2, "PETIT"), (4, 1, "LEROUX"), (5, 1, "")]
        {
            namesakes.remember(key, Namesake { line, surname, enrolment: line, ine: None });
        }
        let met = |line| {
            let met = namesakes.of(line);
            met.map(|learner| (learner.line, learner.surname)).collect::<Vec<_>>()
        };
        assert_eq!(met(5), [(5, ""), (4, "LEROUX"), (2, "ROUX")]);
        assert_eq!(met(4), []);
        assert_eq!(met(6), []);
    }

    #[test]
    fn half_of_a_hash_makes_no_namesake() {
        let mut namesakes = Namesakes::default();
        for (line, key) in [(2, 1), (3, 1 << 32 | 1)] {
            namesakes.remember(key, Namesake { line, surname: "", enrolment: 0, ine: None });
        }
        assert_eq!(namesakes.of(3).map(|learner| learner.line).collect::<Vec<_>>(), [3]);
    }
}
