//! The learners of the rows before, found by what two lines of one person seldom disagree on: the
//! birth date and the initials, in any order.
//!
//! A long list does not fit in the memory near the processor, where to look elsewhere costs as much as
//! to judge a cell. So what most namesakes are told apart by lies together, and so does the rest of each.

use std::hash::{BuildHasher, Hash};
use std::iter;
use std::num::NonZeroU32;

use foldhash::fast::FixedState;

use crate::vocabulary::Day;

/// How many namesakes of one row are looked at: a list where more share a birth date and initials is
/// no list of learners, and must not cost the square of its rows.
const MOST_LOOKED_AT: usize = 64;
/// How many learners are met on the way to them: of a million lines, some four.
const MOST_MET: usize = 1024;

/// Learners lie together by so many bits of a hash of their birth date and initials.
const PLACE_BITS: u32 = 18;
/// How many lie in one group at most. Where the last one lies is the place of the group times
/// [`STEP`], and how many are in it: what joins need not look at the group.
const IN_GROUP: u32 = STEP - 1;
const STEP: u32 = 8;

/// The learners of the rows before.
#[derive(Debug)]
pub(super) struct Namesakes {
    /// Where the last one of those who lie together lies, by some bits of that hash; 0 when nobody
    /// does.
    last: Vec<u32>,
    groups: Vec<Group>,
    /// The learner whose namesakes are asked for.
    met: Option<Learner>,
    known: Vec<u8>,
}

/// Some learners who lie together, in the order of the lines.
#[derive(Debug)]
struct Group {
    traces: [Trace; IN_GROUP as usize],
    /// Where the last one of the group before lies; 0 when this is the first.
    before: u32,
}

/// A learner who was remembered.
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

/// A learner, as the rules compare them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Namesake<'a> {
    /// The line where they are.
    pub(super) line: u32,
    /// Their surname, folded, as bytes.
    pub(super) surname: &'a [u8],
    /// Their first name, folded, as bytes.
    pub(super) first_name: &'a [u8],
    /// A hash of the person, the training and the year.
    pub(super) enrolment: u32,
    /// A hash of their INE.
    pub(super) ine: Option<NonZeroU32>,
}

impl Default for Namesakes {
    fn default() -> Self {
        let last = vec![0; 1 << PLACE_BITS];
        Self { last, groups: Vec::new(), met: None, known: Vec::new() }
    }
}

impl Namesakes {
    /// Remembers a learner born on a day, who joins the others later.
    pub(super) fn remember(&mut self, birth: Day, learner: Namesake<'_>) -> Learner {
        let mut initials = [learner.surname, learner.first_name].map(|name| name.first());
        initials.sort_unstable();
        self.remember_under(hash((birth, initials)), learner)
    }

    fn remember_under(&mut self, key: u64, learner: Namesake<'_>) -> Learner {
        let Namesake { surname, first_name, .. } = learner;
        let trace = Trace {
            check: key as u32,
            names: [surname, first_name].map(|name| hash(name) as u16),
            letters: letters(surname) | letters(first_name),
            place: self.known.len() as u32,
        };
        learner.write(&mut self.known);
        Learner { lies: (key >> (u64::BITS - PLACE_BITS)) as usize, trace }
    }

    /// Puts a learner among those before. Each goes far from where the last one went: that many go at
    /// once, before any of them is met, costs little more than that one does.
    pub(super) fn join(&mut self, Learner { lies, trace }: Learner) {
        let last = &mut self.last[lies];
        match *last % STEP {
            0 | IN_GROUP => {
                let place = self.groups.len() as u32;
                self.groups.push(Group { traces: [trace; _], before: *last });
                *last = place * STEP + 1;
            }
            length => {
                self.groups[(*last / STEP) as usize].traces[length as usize] = trace;
                *last += 1;
            }
        }
    }

    /// Meets a learner who joined, and says whether some of those before may be the same person.
    pub(super) fn meet(&mut self, learner: Learner) -> bool {
        self.met = Some(learner);
        self.alike().is_some_and(|(_, mut before)| before.next().is_some())
    }

    /// The first line with the same enrolment as the learner who was met.
    pub(super) fn enrolled_before(&self) -> Option<u32> {
        let (met, before) = self.last()?;
        let enrolled = before.filter(|it| it.enrolment == met.enrolment);
        enrolled.last().map(|first| first.line)
    }

    /// The learner who was met and their namesakes, the nearest first.
    pub(super) fn last(&self) -> Option<(Namesake<'_>, impl Iterator<Item = Namesake<'_>>)> {
        let (met, before) = self.alike()?;
        Some((self.namesake(met), before.map(|trace| self.namesake(trace))))
    }

    /// The learner who was met, and those before with the same birth date and initials who share a
    /// name with them, in its column or in the other, and all letters but two.
    fn alike(&self) -> Option<(&Trace, impl Iterator<Item = &Trace>)> {
        let Learner { lies, trace: met } = self.met.as_ref()?;
        let after = |trace: &&Trace| trace.place >= met.place;
        let before = self.lying(*lies).skip_while(after).take(MOST_MET);
        let same = before.filter(|trace| trace.check == met.check).take(MOST_LOOKED_AT);
        let shares = |[surname, first_name]: [u16; 2]| {
            surname == met.names[0]
                || first_name == met.names[1]
                || [first_name, surname] == met.names
        };
        let alike = move |trace: &&Trace| {
            shares(trace.names) && (trace.letters ^ met.letters).count_ones() <= 2
        };
        Some((met, same.filter(alike)))
    }

    /// Those who lie together, the last one first.
    fn lying(&self, place: usize) -> impl Iterator<Item = &Trace> {
        let group = |last: &u32| &self.groups[(last / STEP) as usize];
        let is_one = |last: &u32| *last > 0;
        let first = Some(self.last[place]).filter(is_one);
        let lasts = iter::successors(first, move |last| Some(group(last).before).filter(is_one));
        lasts.flat_map(move |last| group(&last).traces[..(last % STEP) as usize].iter().rev())
    }

    fn namesake(&self, trace: &Trace) -> Namesake<'_> {
        Namesake::read(&self.known[trace.place as usize..])
    }
}

impl<'a> Namesake<'a> {
    /// How many numbers come before the names.
    const NUMBERS: usize = 5;

    fn write(self, to: &mut Vec<u8>) {
        let Self { line, surname, first_name, enrolment, ine } = self;
        let lengths = [surname, first_name].map(|name| name.len() as u32);
        let ine = ine.map_or(0, NonZeroU32::get);
        let numbers = [line, enrolment, ine, lengths[0], lengths[1]];
        to.extend_from_slice(numbers.map(u32::to_le_bytes).as_flattened());
        to.extend_from_slice(surname);
        to.extend_from_slice(first_name);
    }

    /// What was written where these bytes begin.
    fn read(bytes: &'a [u8]) -> Self {
        let (numbers, names) = bytes.split_at(4 * Self::NUMBERS);
        let (numbers, _) = numbers.as_chunks();
        let number = |place: usize| u32::from_le_bytes(numbers[place]);
        let (surname, after) = names.split_at(number(3) as usize);
        Self {
            line: number(0),
            surname,
            first_name: &after[..number(4) as usize],
            enrolment: number(1),
            ine: NonZeroU32::new(number(2)),
        }
    }
}

/// The letters of a name, one bit each: one slip changes two at most.
fn letters(name: &[u8]) -> u32 {
    name.iter().fold(0, |letters, byte| letters | 1 << (byte % 32))
}

/// A hash that is the same in every run. Whoever chooses the words can make hashes agree, and gains
/// nothing: how many namesakes are looked at is bounded.
pub(super) fn hash(value: impl Hash) -> u64 {
    FixedState::default().hash_one(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn met(namesakes: &Namesakes) -> Vec<(u32, &[u8], &[u8])> {
        let Some((learner, others)) = namesakes.last() else { return Vec::new() };
        let all = std::iter::once(learner).chain(others);
        all.map(|it| (it.line, it.surname, it.first_name)).collect()
    }

    #[test]
    fn namesakes_are_met_again_the_nearest_first() {
        let mut namesakes = Namesakes::default();
        assert_eq!(met(&namesakes), []);
        let rows: [(_, _, &[u8], &[u8]); 6] = [
            (2, 1, b"RIOUX", b"ANNE"),
            (3, 2, b"RIOUX", b"ANNE"),
            (4, 1, b"ANNA", b"RIOUX"),
            (5, 1, b"ROUX", b"ANNE"),
            (6, 1, b"ROUX", b"ANNE"),
            (7, 1, b"RIOUX", b"ANNA"),
        ];
        let learners = rows.map(|(line, day, surname, first_name)| {
            let birth = Day::from_epoch_days(day).unwrap();
            let enrolment = u32::from(surname == b"ROUX");
            let learner = Namesake { line, surname, first_name, enrolment, ine: None };
            namesakes.remember(birth, learner)
        });
        // However many join at once.
        for (first, rest) in [learners.split_at(0), learners.split_at(4)] {
            let mut alike = Vec::new();
            for learners in [first, rest] {
                for learner in learners {
                    namesakes.join(*learner);
                }
                for learner in learners {
                    alike.push((namesakes.meet(*learner), namesakes.enrolled_before()));
                }
            }
            let expected = [
                (false, None),
                (false, None),
                (false, None),
                (true, None),
                (true, Some(5)),
                (true, Some(2)),
            ];
            assert_eq!(alike, expected);
            let found: [(_, &[u8], &[u8]); 3] =
                [(7, b"RIOUX", b"ANNA"), (4, b"ANNA", b"RIOUX"), (2, b"RIOUX", b"ANNE")];
            assert_eq!(met(&namesakes), found, "two only have their initials");
            namesakes.groups.clear();
            namesakes.last.fill(0);
        }
    }

    #[test]
    fn those_who_lie_together_are_met_from_the_last_to_the_first() {
        let mut namesakes = Namesakes::default();
        for line in 1..=3 * IN_GROUP {
            let (surname, first_name): (&[u8], &[u8]) = (b"ROUX", b"ANNE");
            let learner = Namesake { line, surname, first_name, enrolment: line, ine: None };
            let learner = namesakes.remember_under(1, learner);
            namesakes.join(learner);
            namesakes.meet(learner);
            let lines: Vec<u32> = met(&namesakes).into_iter().map(|(line, ..)| line).collect();
            assert!(lines.into_iter().eq((1..=line).rev()));
        }
    }

    #[test]
    fn part_of_a_hash_makes_no_namesake() {
        let mut namesakes = Namesakes::default();
        for (line, key) in [(2, 1), (3, 2)] {
            let learner = Namesake { line, surname: b"", first_name: b"", enrolment: 0, ine: None };
            let learner = namesakes.remember_under(key, learner);
            namesakes.join(learner);
            assert!(!namesakes.meet(learner));
        }
        let nobody: &[u8] = b"";
        assert_eq!(met(&namesakes), [(3, nobody, nobody)]);
    }
}
