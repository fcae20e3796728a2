//! The learners of the rows before, found by what two lines of one person seldom disagree on: the
//! first name and the birth date.

use std::collections::HashMap;

/// How many namesakes of one row are looked at: a list where more share a first name and a birth
/// date is no list of learners, and must not cost the square of its rows.
const MOST_LOOKED_AT: usize = 64;

/// The learners of the rows before.
#[derive(Debug, Default)]
pub(super) struct Namesakes {
    /// The last learner of each first name and birth date, by a hash of both.
    last: HashMap<u64, u32>,
    known: Vec<Known>,
    surnames: String,
}

/// A learner of a row before. Small: there is one for each row.
#[derive(Debug, Clone, Copy)]
struct Known {
    line: u32,
    /// Where their surname ends; it starts where that of the one before ends.
    surname_end: u32,
    /// The namesake before, if there is one.
    before: Option<u32>,
    enrolment: u32,
    ine: Option<u32>,
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
    pub(super) ine: Option<u32>,
}

impl Namesakes {
    /// Remembers a learner under a hash of their first name and birth date.
    pub(super) fn remember(&mut self, key: u64, learner: Namesake<'_>) {
        let Namesake { line, surname, enrolment, ine } = learner;
        self.surnames.push_str(surname);
        let surname_end = self.surnames.len() as u32;
        let before = self.last.insert(key, self.known.len() as u32);
        self.known.push(Known { line, surname_end, before, enrolment, ine });
    }

    /// The learner of this line, if it was the last remembered, then their namesakes before, the
    /// nearest first.
    pub(super) fn of(&self, line: u32) -> impl Iterator<Item = Namesake<'_>> {
        let last = self.known.len().checked_sub(1).filter(|last| self.known[*last].line == line);
        let before = |place: &usize| self.known[*place].before.map(|place| place as usize);
        std::iter::successors(last, before)
            .map(|place| self.namesake(place))
            .take(1 + MOST_LOOKED_AT)
    }

    fn namesake(&self, place: usize) -> Namesake<'_> {
        let Known { line, surname_end, enrolment, ine, .. } = self.known[place];
        let start = place.checked_sub(1).map_or(0, |before| self.known[before].surname_end);
        let surname = &self.surnames[start as usize..surname_end as usize];
        Namesake { line, surname, enrolment, ine }
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
}
