//! The learners of the rows before, found by what two lines of one person seldom disagree on: the
//! birth date and the initials, in any order.
//!
//! A long list does not fit in the memory near the processor, where to look elsewhere costs as much as
//! to judge a cell. So what most namesakes are told apart by lies together, in the order of the lines.

use std::hash::{BuildHasher, Hash};
use std::hint::black_box;
use std::num::NonZeroU32;

use foldhash::fast::FixedState;

use crate::vocabulary::Day;

/// How many namesakes of one row are looked at: a list where more share a birth date and initials is
/// no list of learners, and must not cost the square of its rows.
const MOST_LOOKED_AT: usize = 64;
/// How many learners are met on the way to them: of a million lines, some thirty.
const MOST_MET: usize = 1024;

/// Learners lie together by so many bits of a hash of their birth date and initials.
const PLACE_BITS: u32 = 15;

/// The learners of the rows before.
#[derive(Debug, Default)]
pub(super) struct Namesakes {
    /// Those who lie together, by some bits of that hash; the last one last.
    traces: Vec<Vec<Trace>>,
    /// Where the learner who joined them last lies.
    last: usize,
    known: Vec<Known>,
    names: String,
}

/// A learner who has not joined those before yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Learner {
    lies: usize,
    trace: Trace,
}

/// What a learner is told from others by, before anything is looked up. Small: those who lie together
/// are gone through for each row.
#[derive(Debug, Clone, Copy)]
struct Trace {
    /// Other bits of that hash.
    check: u32,
    /// Hashes of their surname and of their first name.
    names: [u16; 2],
    /// The letters of both, one bit each.
    letters: u32,
    /// Their place among the known.
    place: u32,
}

/// A learner of a row before. Small: there is one for each row.
#[derive(Debug, Clone, Copy)]
struct Known {
    line: u32,
    /// Where their surname ends, and their first name after it; the surname starts where the names
    /// of the one before end.
    surname_end: u32,
    end: u32,
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
    /// Their first name, folded.
    pub(super) first_name: &'a str,
    /// A hash of the person, the training and the year.
    pub(super) enrolment: u32,
    /// A hash of their INE.
    pub(super) ine: Option<NonZeroU32>,
}

impl Namesakes {
    /// Remembers a learner born on a day, who joins the others later.
    pub(super) fn remember(&mut self, birth: Day, learner: Namesake<'_>) -> Learner {
        let mut initials = [learner.surname, learner.first_name].map(|name| name.bytes().next());
        initials.sort_unstable();
        self.remember_under(hash((birth, initials)), learner)
    }

    fn remember_under(&mut self, key: u64, learner: Namesake<'_>) -> Learner {
        let Namesake { line, surname, first_name, enrolment, ine } = learner;
        self.names.push_str(surname);
        let surname_end = self.names.len() as u32;
        self.names.push_str(first_name);
        let end = self.names.len() as u32;
        let names = [surname, first_name].map(|name| hash(name) as u16);
        let letters = letters(surname) | letters(first_name);
        let (check, place) = (key as u32, self.known.len() as u32);
        self.known.push(Known { line, surname_end, end, enrolment, ine });
        let lies = (key >> (u64::BITS - PLACE_BITS)) as usize;
        Learner { lies, trace: Trace { check, names, letters, place } }
    }

    /// Goes where learners will join the others. Each place is far from the last one: to go to all of
    /// them at once costs little more than to go to one.
    pub(super) fn approach(&mut self, learners: impl Iterator<Item = Learner> + Clone) {
        self.traces.resize_with(1 << PLACE_BITS, Vec::new);
        let found = |traces: &Vec<Trace>| traces.len();
        black_box(learners.clone().map(|it| found(&self.traces[it.lies])).fold(0, usize::max));
        let ends = |traces: &Vec<Trace>| {
            let (first, last) = traces.first().zip(traces.last())?;
            Some(first.place.max(last.place))
        };
        black_box(learners.map(|it| ends(&self.traces[it.lies])).max());
    }

    /// Puts a learner among those before, and says whether some of them may be the same person.
    pub(super) fn join(&mut self, learner: Learner) -> bool {
        self.traces.resize_with(1 << PLACE_BITS, Vec::new);
        self.last = learner.lies;
        self.traces[self.last].push(learner.trace);
        self.alike().is_some_and(|(_, mut before)| before.next().is_some())
    }

    /// The first line with the same enrolment as the learner who joined last.
    pub(super) fn enrolled_before(&self) -> Option<u32> {
        let (last, before) = self.alike()?;
        let known = |trace: &Trace| self.known[trace.place as usize];
        let enrolled = before.map(known).filter(|it| it.enrolment == known(last).enrolment);
        enrolled.last().map(|first| first.line)
    }

    /// The learner who joined last and their namesakes, the nearest first.
    pub(super) fn last(&self) -> Option<(Namesake<'_>, impl Iterator<Item = Namesake<'_>>)> {
        let (last, before) = self.alike()?;
        Some((self.namesake(last), before.map(|trace| self.namesake(trace))))
    }

    /// The learner who joined last, and those before with the same birth date and initials who share
    /// a name with them, in its column or in the other, and all letters but two.
    fn alike(&self) -> Option<(&Trace, impl Iterator<Item = &Trace>)> {
        let (last, before) = self.traces.get(self.last)?.split_last()?;
        let met = before.iter().rev().take(MOST_MET);
        let same = met.filter(|trace| trace.check == last.check).take(MOST_LOOKED_AT);
        let shares = |[surname, first_name]: [u16; 2]| {
            surname == last.names[0]
                || first_name == last.names[1]
                || [first_name, surname] == last.names
        };
        let alike = move |trace: &&Trace| {
            shares(trace.names) && (trace.letters ^ last.letters).count_ones() <= 2
        };
        Some((last, same.filter(alike)))
    }

    fn namesake(&self, trace: &Trace) -> Namesake<'_> {
        let place = trace.place as usize;
        let Known { line, surname_end, end, enrolment, ine } = self.known[place];
        let start = place.checked_sub(1).map_or(0, |before| self.known[before].end);
        let (start, surname_end, end) = (start as usize, surname_end as usize, end as usize);
        let (surname, first_name) =
            (&self.names[start..surname_end], &self.names[surname_end..end]);
        Namesake { line, surname, first_name, enrolment, ine }
    }
}

/// The letters of a name, one bit each: one slip changes two at most.
fn letters(name: &str) -> u32 {
    name.bytes().fold(0, |letters, byte| letters | 1 << (byte % 32))
}

/// A hash that is the same in every run. Whoever chooses the words can make hashes agree, and gains
/// nothing: how many namesakes are looked at is bounded.
pub(super) fn hash(value: impl Hash) -> u64 {
    FixedState::default().hash_one(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn met(namesakes: &Namesakes) -> Vec<(u32, &str, &str)> {
        let Some((learner, others)) = namesakes.last() else { return Vec::new() };
        let all = std::iter::once(learner).chain(others);
        all.map(|it| (it.line, it.surname, it.first_name)).collect()
    }

    #[test]
    fn namesakes_are_met_again_the_nearest_first() {
        let mut namesakes = Namesakes::default();
        let mut alike = Vec::new();
        assert_eq!(met(&namesakes), []);
        for (line, day, surname, first_name) in [
            (2, 1, "RIOUX", "ANNE"),
            (3, 2, "RIOUX", "ANNE"),
            (4, 1, "ANNA", "RIOUX"),
            (5, 1, "ROUX", "ANNE"),
            (6, 1, "ROUX", "ANNE"),
            (7, 1, "RIOUX", "ANNA"),
        ] {
            let birth = Day::from_epoch_days(day).unwrap();
            let enrolment = u32::from(surname == "ROUX");
            let learner = Namesake { line, surname, first_name, enrolment, ine: None };
            let learner = namesakes.remember(birth, learner);
            namesakes.approach([learner].into_iter());
            alike.push((namesakes.join(learner), namesakes.enrolled_before()));
        }
        let found = [(7, "RIOUX", "ANNA"), (4, "ANNA", "RIOUX"), (2, "RIOUX", "ANNE")];
        assert_eq!(met(&namesakes), found, "two only have their initials");
        let expected = [
            (false, None),
            (false, None),
            (false, None),
            (true, None),
            (true, Some(5)),
            (true, Some(2)),
        ];
        assert_eq!(alike, expected);
    }

    #[test]
    fn part_of_a_hash_makes_no_namesake() {
        let mut namesakes = Namesakes::default();
        for (line, key) in [(2, 1), (3, 2)] {
            let ine = None;
            let learner = Namesake { line, surname: "", first_name: "", enrolment: 0, ine };
            let learner = namesakes.remember_under(key, learner);
            assert!(!namesakes.join(learner));
        }
        assert_eq!(met(&namesakes), [(3, "", "")]);
    }
}
