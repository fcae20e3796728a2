//! The learners of the rows before, found by what two lines of one person seldom disagree on: the
//! birth date and the initials, in any order.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash};
use std::num::NonZeroU32;

use foldhash::fast::FixedState;

use crate::vocabulary::Day;

/// How many namesakes of one row are looked at: a list where more share a birth date and initials is
/// no list of learners, and must not cost the square of its rows.
const MOST_LOOKED_AT: usize = 64;

/// The learners of the rows before.
#[derive(Debug, Default)]
pub(super) struct Namesakes {
    /// The last learner of each birth date and initials, by half of a hash of them.
    last: HashMap<u32, u32, FixedState>,
    known: Vec<Known>,
    names: String,
}

/// A learner of a row before. Small: there is one for each row.
#[derive(Debug, Clone, Copy)]
struct Known {
    line: u32,
    /// Where their surname ends, and their first name after it; the surname starts where the names
    /// of the one before end.
    surname_end: u32,
    end: u32,
    /// The other half of that hash.
    check: u32,
    /// The namesake before, counted from 1, if there is one.
    before: Option<NonZeroU32>,
    enrolment: u32,
    ine: Option<NonZeroU32>,
    /// Hashes of their surname and of their first name: the names lie far away.
    names: [u16; 2],
}

/// A learner, as the rules compare them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Namesake<'a> {
    /// The line where they are.
    pub(super) line: u32,
    /// Their surname, folded.
    pub(super) surname: &'a str,
    /// Their first name, folded.
    pub(super) first_name: &'a str,
    /// A hash of the person, the training and the year.
    pub(super) enrolment: u32,
    /// A hash of their INE.
    pub(super) ine: Option<NonZeroU32>,
}

impl Namesakes {
    /// Remembers a learner born on a day.
    pub(super) fn remember(&mut self, birth: Day, learner: Namesake<'_>) {
        let Namesake { line, surname, first_name, enrolment, ine } = learner;
        let mut initials = [surname, first_name].map(|name| name.bytes().next());
        initials.sort_unstable();
        self.remember_under(hash((birth, initials)), line, [surname, first_name], enrolment, ine);
    }

    fn remember_under(
        &mut self,
        key: u64,
        line: u32,
        [surname, first_name]: [&str; 2],
        enrolment: u32,
        ine: Option<NonZeroU32>,
    ) {
        self.names.push_str(surname);
        let surname_end = self.names.len() as u32;
        self.names.push_str(first_name);
        let end = self.names.len() as u32;
        let (half, check) = (key as u32, (key >> 32) as u32);
        let place = self.known.len() as u32 + 1;
        let before = self.last.insert(half, place).and_then(NonZeroU32::new);
        let names = [surname, first_name].map(|name| hash(name) as u16);
        self.known.push(Known { line, surname_end, end, check, before, enrolment, ine, names });
    }

    /// The first line before this one, if it was the last remembered, with the same enrolment.
    pub(super) fn enrolled_before(&self, line: u32) -> Option<u32> {
        let mut places = self.places(line);
        let enrolment = self.known[places.next()?].enrolment;
        places
            .map(|place| self.known[place])
            .filter(|it| it.enrolment == enrolment)
            .last()
            .map(|first| first.line)
    }

    /// The learner of this line, if it was the last remembered, then their namesakes before that
    /// share a name with them, in its column or in the other; the nearest first.
    pub(super) fn of(&self, line: u32) -> impl Iterator<Item = Namesake<'_>> {
        let last = self.known.last().map_or([0; 2], |last| last.names);
        let shares = move |[surname, first_name]: [u16; 2]| {
            surname == last[0] || first_name == last[1] || [first_name, surname] == last
        };
        self.places(line)
            .filter(move |place| shares(self.known[*place].names))
            .map(|place| self.namesake(place))
    }

    /// Where the learner of this line is, if it was the last remembered, then their namesakes.
    fn places(&self, line: u32) -> impl Iterator<Item = usize> {
        let last = self.known.len().checked_sub(1).filter(|last| self.known[*last].line == line);
        let before = |place: &usize| {
            let before = self.known[*place].before?;
            Some(before.get() as usize - 1)
        };
        let check = last.map(|last| self.known[last].check);
        std::iter::successors(last, before)
            .take(1 + MOST_LOOKED_AT)
            .filter(move |place| Some(self.known[*place].check) == check)
    }

    fn namesake(&self, place: usize) -> Namesake<'_> {
        let Known { line, surname_end, end, enrolment, ine, .. } = self.known[place];
        let start = place.checked_sub(1).map_or(0, |before| self.known[before].end);
        let (start, surname_end, end) = (start as usize, surname_end as usize, end as usize);
        let (surname, first_name) =
            (&self.names[start..surname_end], &self.names[surname_end..end]);
        Namesake { line, surname, first_name, enrolment, ine }
    }
}

/// A hash that is the same in every run. Whoever chooses the words can make hashes agree, and gains
/// nothing: how many namesakes are looked at is bounded.
pub(super) fn hash(value: impl Hash) -> u64 {
    FixedState::default().hash_one(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn met(namesakes: &Namesakes, line: u32) -> Vec<(u32, &str, &str)> {
        let met = namesakes.of(line);
        met.map(|learner| (learner.line, learner.surname, learner.first_name)).collect()
    }

    #[test]
    fn namesakes_are_met_again_the_nearest_first() {
        let mut namesakes = Namesakes::default();
        for (line, day, surname, first_name) in [
            (2, 1, "RIOUX", "ANNE"),
            (3, 2, "RIOUX", "ANNE"),
            (4, 1, "ANNA", "RIOUX"),
            (5, 1, "ROY", "ALIX"),
            (6, 1, "RIOUX", "ANNA"),
        ] {
            let birth = Day::from_epoch_days(day).unwrap();
            let learner = Namesake { line, surname, first_name, enrolment: line % 4, ine: None };
            namesakes.remember(birth, learner);
        }
        let found = [(6, "RIOUX", "ANNA"), (4, "ANNA", "RIOUX"), (2, "RIOUX", "ANNE")];
        assert_eq!(met(&namesakes, 6), found, "one only has their initials");
        assert_eq!(namesakes.enrolled_before(6), Some(2));
        assert_eq!(namesakes.enrolled_before(5), None);
        assert_eq!(met(&namesakes, 5), []);
        assert_eq!(met(&namesakes, 7), []);
    }

    #[test]
    fn half_of_a_hash_makes_no_namesake() {
        let mut namesakes = Namesakes::default();
        for (line, key) in [(2, 1), (3, 1 << 32 | 1)] {
            namesakes.remember_under(key, line, ["", ""], 0, None);
        }
        assert_eq!(met(&namesakes, 3), [(3, "", "")]);
    }
}
