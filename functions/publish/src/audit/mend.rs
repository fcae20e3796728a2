//! Other complete sets of figures, where walks found too few: a figure is forced to a value, and what
//! that breaks is mended.
//!
//! A move gives the figure its value; others bring back to their least those that it took too much from,
//! and so on until nothing is broken. What stays broken counts more and more, so that the search leaves
//! where it goes round in circles. It goes by chance: it proves a value possible, never impossible.

use domain::publish::kernel::{Draw, FAR, Move, Walk};

/// How many moves are made after a value was forced.
const MOST_MOVES: usize = 2_000;
/// How often a value is forced, each time with other luck.
const TRIES: u64 = 3;
/// How many moves are weighed to mend one unknown.
const WEIGHED: usize = 24;
/// Walks from each complete set that is found.
const ROUNDS: usize = 2;

/// The place of what is not broken.
const WHOLE: u32 = u32::MAX;

/// A set of whole numbers that adds up, in which some unknowns are less than they can be, and one is not
/// yet what it is forced to.
pub(super) struct Mender<'a> {
    /// How much less each unknown could be.
    slack: &'a [i64],
    moves: &'a [Move],
    /// The moves of each unknown, and how much they move it.
    of_unknown: Vec<Vec<(u32, i64)>>,
    /// How much each is more than in the complete set.
    moved: Vec<i64>,
    /// How much it counts that an unknown is broken.
    weights: Vec<i64>,
    broken: Vec<u32>,
    /// The place of each unknown among those.
    places: Vec<u32>,
    touched: Vec<u32>,
    forced: u32,
    target: i64,
    draw: Draw,
}

impl<'a> Mender<'a> {
    /// From the complete set, of which each unknown could be so much less.
    pub(super) fn new(slack: &'a [i64], moves: &'a [Move]) -> Self {
        let mut of_unknown = vec![Vec::new(); slack.len()];
        for (number, one) in (0..).zip(moves) {
            for (unknown, step) in one {
                of_unknown[*unknown as usize].push((number, *step));
            }
        }
        Self {
            slack,
            moves,
            of_unknown,
            moved: vec![0; slack.len()],
            weights: vec![1; slack.len()],
            broken: Vec::new(),
            places: vec![WHOLE; slack.len()],
            touched: Vec::new(),
            forced: 0,
            target: 0,
            draw: Draw::default(),
        }
    }

    /// Looks for values of the unknowns that took too few.
    pub(super) fn look(&mut self, walk: &mut Walk) {
        for seed in 1..=TRIES {
            let left: Vec<usize> = walk.left().collect();
            for unknown in left {
                for target in (1..=FAR).flat_map(|by| [by, -by]) {
                    if walk.has_enough(unknown) {
                        break;
                    }
                    let is_new = -target <= self.slack[unknown]
                        && !walk.taken(unknown).has(target)
                        && self.force(unknown as u32, target, seed);
                    if is_new {
                        walk.go_from(&self.found(), self.moves, ROUNDS);
                    }
                }
            }
        }
    }

    /// From the complete set, gives an unknown this much more and mends the others; tells whether all could
    /// be.
    fn force(&mut self, unknown: u32, target: i64, seed: u64) -> bool {
        for touched in self.touched.drain(..) {
            let touched = touched as usize;
            (self.moved[touched], self.weights[touched], self.places[touched]) = (0, 1, WHOLE);
        }
        self.broken.clear();
        (self.forced, self.target) = (unknown, target);
        // Another for each value, and never zero.
        self.draw =
            Draw::new((seed << 40 | u64::from(unknown) << 8 | target as u64 & 0xff) + (1 << 60));
        self.note(unknown);
        for _ in 0..MOST_MOVES {
            if self.broken.is_empty() {
                return true;
            }
            let drawn = self.draw.next_number() as usize;
            let broken = self.broken[drawn % self.broken.len()];
            let Some((number, times)) = self.best(broken) else { return false };
            for (unknown, step) in &self.moves[number as usize] {
                self.moved[*unknown as usize] += times * step;
                self.note(*unknown);
            }
            if self.places[broken as usize] != WHOLE || self.draw.next_number().is_multiple_of(4) {
                for broken in &self.broken {
                    self.weights[*broken as usize] += 1;
                }
            }
        }
        false
    }

    /// How much an unknown that moved so much would have to move to be whole.
    fn lack(&self, unknown: u32, moved: i64) -> i64 {
        if unknown == self.forced {
            self.target - moved
        } else {
            (-self.slack[unknown as usize] - moved).max(0)
        }
    }

    /// Keeps the list of those that are broken.
    fn note(&mut self, unknown: u32) {
        self.touched.push(unknown);
        let is_broken = self.lack(unknown, self.moved[unknown as usize]) != 0;
        let place = self.places[unknown as usize];
        if is_broken == (place != WHOLE) {
            return;
        }
        if is_broken {
            self.places[unknown as usize] = self.broken.len() as u32;
            self.broken.push(unknown);
        } else {
            self.places[unknown as usize] = WHOLE;
            self.broken.swap_remove(place as usize);
            if let Some(last) = self.broken.get(place as usize) {
                self.places[*last as usize] = place;
            }
        }
    }

    /// Of some moves that mend an unknown, the one that breaks least, and how many times it is made.
    fn best(&mut self, unknown: u32) -> Option<(u32, i64)> {
        let first = self.draw.next_number() as usize;
        let lack = self.lack(unknown, self.moved[unknown as usize]);
        let moves = &self.of_unknown[unknown as usize];
        let weighed = (0..moves.len().min(WEIGHED)).map(|turn| {
            let (number, step) = moves[(first + turn) % moves.len()];
            let rest = if lack % step == 0 { 0 } else { lack.signum() * step.signum() };
            (number, lack / step + rest)
        });
        weighed.min_by_key(|(number, times)| self.cost(&self.moves[*number as usize], *times))
    }

    /// How much more is broken after this move than before.
    fn cost(&self, one: &Move, times: i64) -> i64 {
        let costs = one.iter().map(|(unknown, step)| {
            let moved = self.moved[*unknown as usize];
            let lack = |moved| self.lack(*unknown, moved).abs();
            self.weights[*unknown as usize] * (lack(moved + times * step) - lack(moved))
        });
        costs.sum()
    }

    /// What moved.
    fn found(&self) -> Vec<(u32, i64)> {
        let all = (0..).zip(&self.moved).map(|(unknown, moved)| (unknown, *moved));
        all.filter(|(_, moved)| *moved != 0).collect()
    }
}

#[cfg(test)]
mod tests {
    use domain::publish::kernel::{self, Equation};

    use super::*;

    /// A table of three rows and three columns whose sums are known, numbered row by row.
    fn moves() -> Vec<Move> {
        let sums = (0..3).flat_map(|line| {
            let row: Equation = (0..3).map(|column| (3 * line + column, 1)).collect();
            let column: Equation = (0..3).map(|row| (3 * row + line, 1)).collect();
            [row, column]
        });
        kernel::moves(9, sums.collect())
    }

    /// How many values each figure is found to take, with as much less as it could be.
    fn values(slack: [i64; 9]) -> [u32; 9] {
        let mut walk = Walk::new(slack.to_vec(), vec![5; 9], Vec::new());
        Mender::new(&slack, &moves()).look(&mut walk);
        std::array::from_fn(|unknown| walk.taken(unknown).count().min(5))
    }

    #[test]
    fn every_value_there_is_room_for_is_found() {
        assert_eq!(values([9; 9]), [5; 9]);
        // Nothing in the first row and column can fall, so nothing there can rise.
        assert_eq!(values([0, 0, 0, 0, 4, 4, 0, 4, 4]), [1, 1, 1, 1, 5, 5, 1, 5, 5]);
        assert_eq!(values([0, 0, 1, 0, 0, 0, 0, 0, 1]), [1; 9]);
        assert_eq!(values([1, 0, 0, 0, 1, 0, 0, 0, 0]), [2, 2, 1, 2, 2, 1, 1, 1, 1]);
    }

    #[test]
    fn what_is_found_adds_up_and_is_forced_as_asked() {
        let (slack, moves) = ([2; 9], moves());
        let mut mender = Mender::new(&slack, &moves);
        assert!(mender.force(4, 3, 1));
        let mut moved = [0; 9];
        for (unknown, by) in mender.found() {
            moved[unknown as usize] = by;
        }
        assert_eq!(moved[4], 3);
        assert!(moved.iter().all(|by| *by >= -2), "{moved:?}");
        for line in 0..3 {
            assert_eq!(moved[3 * line..][..3].iter().sum::<i64>(), 0);
            assert_eq!((0..3).map(|row| moved[3 * row + line]).sum::<i64>(), 0);
        }
        assert!(!mender.force(4, 5, 1), "the others can give four");
    }
}
