//! The moves that leave every statement true: a basis of them, by elimination, and where they lead.
//!
//! A *move* adds to some unknowns and takes from others, so that everything that is known of their
//! sums stays true. One complete set of figures being known, moves lead from it to others: an unknown
//! that takes two values in them is not pinned down, and one that takes five is well hidden.

use std::collections::{BTreeMap, BTreeSet};

/// How far from the complete set values are looked for.
pub const FAR: i64 = 8;

/// The values that an unknown took, up to [`FAR`] less and more than in the complete set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Values(u32);

impl Values {
    /// The one of the complete set.
    pub const ITS_OWN: Self = Self(1 << FAR);

    /// How many.
    pub fn count(self) -> u32 {
        self.0.count_ones()
    }

    /// Whether it was once so much more.
    pub fn has(self, moved: i64) -> bool {
        moved.abs() <= FAR && self.0 >> (FAR + moved) & 1 == 1
    }

    /// It is so much more.
    fn add(&mut self, moved: i64) {
        if moved.abs() <= FAR {
            self.0 |= 1 << (FAR + moved);
        }
    }
}

/// A weighted sum of unknowns that does not move.
pub type Equation = BTreeMap<u32, i64>;

/// Unknowns and how much each moves.
pub type Move = Vec<(u32, i64)>;

/// A basis of the moves of so many unknowns that satisfy these equations: one for each unknown
/// that the others leave free. Weights are whole numbers.
pub fn moves(unknowns: usize, equations: Vec<Equation>) -> Vec<Move> {
    let mut moves = vec![Vec::new(); unknowns];
    for (unknown, parts) in (0..).zip(&by_free(unknowns, equations)) {
        match parts {
            None => moves[unknown as usize].push((unknown, 1.0)),
            Some(parts) => {
                for (free, factor) in parts {
                    moves[*free as usize].push((unknown, *factor));
                }
            }
        }
    }
    moves.into_iter().filter_map(whole).collect()
}

/// The unknowns that these equations do not let move.
pub fn pinned(unknowns: usize, equations: Vec<Equation>) -> Vec<u32> {
    let by_free = by_free(unknowns, equations);
    let is_pinned = |parts: &Option<Vec<_>>| parts.as_ref().is_some_and(Vec::is_empty);
    (0..).zip(&by_free).filter(|(_, parts)| is_pinned(parts)).map(|(unknown, _)| unknown).collect()
}

/// Each unknown by the free ones; none for those that are free.
fn by_free(unknowns: usize, equations: Vec<Equation>) -> Vec<Option<Vec<(u32, f64)>>> {
    let mut elimination = Elimination::new(unknowns, equations);
    let mut solved = Vec::new();
    while let Some((pivot, equation)) = elimination.next() {
        solved.push((pivot, equation));
    }
    // The last solved holds free ones alone.
    let mut by_free: Vec<Option<Vec<(u32, f64)>>> = vec![None; unknowns];
    for (pivot, equation) in solved.into_iter().rev() {
        let weight = -(equation[&pivot] as f64);
        let mut sum = BTreeMap::<u32, f64>::new();
        for (unknown, factor) in equation.iter().filter(|(unknown, _)| **unknown != pivot) {
            let factor = *factor as f64 / weight;
            match &by_free[*unknown as usize] {
                None => *sum.entry(*unknown).or_default() += factor,
                Some(parts) => {
                    for (free, part) in parts {
                        *sum.entry(*free).or_default() += factor * part;
                    }
                }
            }
        }
        sum.retain(|_, factor| factor.abs() > 1e-9);
        by_free[pivot as usize] = Some(sum.into_iter().collect());
    }
    by_free
}

/// A move in whole numbers, the smallest. None where there is none.
fn whole(parts: Vec<(u32, f64)>) -> Option<Move> {
    if parts.is_empty() {
        return None;
    }
    let is_whole = |factor: f64| (factor - factor.round()).abs() < 1e-6;
    let scale = (1..=24).map(f64::from).find(|by| parts.iter().all(|one| is_whole(one.1 * by)))?;
    Some(
        parts
            .into_iter()
            .map(|(unknown, factor)| (unknown, (factor * scale).round() as i64))
            .collect(),
    )
}

/// Equations not yet solved, the shortest first.
struct Elimination {
    equations: Vec<Equation>,
    /// Those that hold each unknown.
    of_unknown: Vec<BTreeSet<u32>>,
    by_length: BTreeSet<(usize, u32)>,
}

impl Elimination {
    fn new(unknowns: usize, equations: Vec<Equation>) -> Self {
        let mut of_unknown = vec![BTreeSet::new(); unknowns];
        let mut by_length = BTreeSet::new();
        for (number, equation) in (0..).zip(&equations) {
            for unknown in equation.keys() {
                of_unknown[*unknown as usize].insert(number);
            }
            by_length.insert((equation.len(), number));
        }
        Self { equations, of_unknown, by_length }
    }

    /// Solves the shortest equation for the unknown that is in fewest others, and takes it out of
    /// them.
    fn next(&mut self) -> Option<(u32, Equation)> {
        loop {
            let (length, number) = self.by_length.pop_first()?;
            let solved = std::mem::take(&mut self.equations[number as usize]);
            if length == 0 {
                continue;
            }
            for unknown in solved.keys() {
                self.of_unknown[*unknown as usize].remove(&number);
            }
            let held = |unknown: &u32| self.of_unknown[*unknown as usize].len();
            let (pivot, weight) = solved
                .iter()
                .min_by_key(|(unknown, weight)| (weight.abs(), held(unknown)))
                .map(|(unknown, weight)| (*unknown, *weight))?;
            for other in std::mem::take(&mut self.of_unknown[pivot as usize]) {
                self.take_out(other, pivot, weight, &solved);
            }
            return Some((pivot, solved));
        }
    }

    fn take_out(&mut self, number: u32, pivot: u32, weight: i64, solved: &Equation) {
        let equation = &mut self.equations[number as usize];
        self.by_length.remove(&(equation.len(), number));
        let factor = equation[&pivot];
        if weight.abs() != 1 {
            for one in equation.values_mut() {
                *one *= weight.abs();
            }
        }
        let factor = factor * weight.signum();
        for (unknown, one) in solved {
            let sum = equation.entry(*unknown).or_default();
            *sum -= factor * one;
            if *sum == 0 {
                equation.remove(unknown);
                self.of_unknown[*unknown as usize].remove(&number);
            } else {
                self.of_unknown[*unknown as usize].insert(number);
            }
        }
        self.by_length.insert((equation.len(), number));
    }
}

/// A walk from one complete set to others.
#[derive(Debug)]
pub struct Walk {
    /// How much each unknown has moved.
    moved: Vec<i64>,
    /// How much each may be less than in the complete set.
    slack: Vec<i64>,
    taken: Vec<Values>,
    /// How many values each must take.
    wanted: Vec<u32>,
    unproven: usize,
    draw: Draw,
}

/// Numbers drawn by chance, the same ones in every run (xorshift, Marsaglia 2003).
#[derive(Debug, Clone, Copy, Default)]
pub struct Draw(u64);

impl Draw {
    /// The numbers of a seed, which is not zero.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next one.
    pub fn next_number(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 11
    }
}

impl Walk {
    /// From a complete set. `slack` says of each unknown how much less it could be; of the first
    /// ones, `wanted` how many values they must be able to take, and `taken` those that they did.
    pub fn new(slack: Vec<i64>, wanted: Vec<u32>, mut taken: Vec<Values>) -> Self {
        taken.resize(slack.len(), Values::ITS_OWN);
        let left = taken.iter().zip(&wanted).filter(|(taken, wanted)| taken.count() < **wanted);
        let (moved, unproven) = (vec![0; slack.len()], left.count());
        Self { moved, unproven, taken, wanted, slack, draw: Draw::default() }
    }

    /// Starts again from the complete set and makes every move so many times over, until each unknown
    /// has taken the values it must. The same seed, from 1, the same walk.
    pub fn go(&mut self, moves: &[Move], rounds: usize, seed: u64) {
        self.moved.fill(0);
        self.draw = Draw::new(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        self.go_on(moves, rounds);
    }

    fn go_on(&mut self, moves: &[Move], rounds: usize) {
        for _ in 0..rounds {
            if self.unproven == 0 {
                break;
            }
            for one in moves {
                self.step(one);
            }
        }
    }

    /// Goes to another complete set, of which these unknowns alone are not those of the first, and makes
    /// every move so many times over from there.
    pub fn go_from(&mut self, there: &[(u32, i64)], moves: &[Move], rounds: usize) {
        self.moved.fill(0);
        for (unknown, moved) in there {
            self.moved[*unknown as usize] = *moved;
            self.see(*unknown as usize);
        }
        self.go_on(moves, rounds);
    }

    /// Notes the value that an unknown has now.
    fn see(&mut self, unknown: usize) {
        let Some(wanted) = self.wanted.get(unknown) else { return };
        let taken = &mut self.taken[unknown];
        let before = taken.count();
        taken.add(self.moved[unknown]);
        self.unproven -= usize::from(before < *wanted && taken.count() >= *wanted);
    }

    /// The values that an unknown took.
    pub fn taken(&self, unknown: usize) -> Values {
        self.taken[unknown]
    }

    /// Moves, as many times as chance says of those that are possible.
    fn step(&mut self, one: &Move) {
        let (mut least, mut most) = (i64::MIN / 2, i64::MAX / 2);
        for (unknown, step) in one {
            let unknown = *unknown as usize;
            let is_figure = unknown < self.wanted.len();
            let down = if is_figure { self.slack[unknown].min(FAR) } else { self.slack[unknown] };
            let low = -down - self.moved[unknown];
            let high = if is_figure { FAR - self.moved[unknown] } else { i64::MAX / 4 };
            let (from, to) = if *step > 0 { (low, high) } else { (-high, -low) };
            let step = step.abs();
            least = least.max(-((-from).div_euclid(step)));
            most = most.min(to.div_euclid(step));
        }
        if least >= most {
            return;
        }
        let times = least + (self.draw.next_number() % (most - least + 1) as u64) as i64;
        if times == 0 {
            return;
        }
        for (unknown, step) in one {
            let unknown = *unknown as usize;
            self.moved[unknown] += times * step;
            self.see(unknown);
        }
    }

    /// The unknowns that took fewer values than they must.
    pub fn left(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.wanted.len()).filter(|unknown| !self.has_enough(*unknown))
    }

    /// Whether an unknown took as many values as it must.
    pub fn has_enough(&self, unknown: usize) -> bool {
        self.taken[unknown].count() >= self.wanted[unknown]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table of two rows and two columns whose sums are known, numbered row by row.
    fn table() -> Vec<Equation> {
        let sums = [[0, 1], [2, 3], [0, 2], [1, 3]];
        sums.iter().map(|sum| sum.iter().map(|unknown| (*unknown, 1)).collect()).collect()
    }

    #[test]
    fn what_a_row_gives_a_column_takes() {
        let moves = moves(4, table());
        let [only] = moves.as_slice() else { panic!("{moves:?}") };
        let mut steps = [0; 4];
        for (unknown, step) in only {
            steps[*unknown as usize] = *step;
        }
        assert!(steps == [1, -1, -1, 1] || steps == [-1, 1, 1, -1], "{steps:?}");
        assert_eq!(pinned(4, table()), []);
    }

    #[test]
    fn one_more_known_cell_pins_the_others() {
        let mut equations = table();
        equations.push(Equation::from([(0, 1)]));
        assert!(moves(4, equations.clone()).is_empty());
        assert_eq!(pinned(4, equations), [0, 1, 2, 3]);
        // Three equations that no one of them settles: a + b, b + c, a + c.
        let pairs = [[0, 1], [1, 2], [0, 2]];
        let equations = pairs.iter().map(|pair| pair.iter().map(|one| (*one, 1)).collect());
        assert_eq!(pinned(3, equations.collect()), [0, 1, 2]);
    }

    #[test]
    fn moves_are_whole_and_leave_every_equation_true() {
        // 2a = b + c and b = d: half a step of one is a whole one of another.
        let equations =
            vec![Equation::from([(0, -2), (1, 1), (2, 1)]), Equation::from([(1, 1), (3, -1)])];
        let moves = moves(4, equations.clone());
        assert_eq!(moves.len(), 2);
        for one in &moves {
            for equation in &equations {
                let of = |unknown: &u32| equation.get(unknown).copied().unwrap_or_default();
                assert_eq!(one.iter().map(|(unknown, step)| of(unknown) * step).sum::<i64>(), 0);
            }
        }
    }

    #[test]
    fn a_walk_finds_the_values_there_are_room_for() {
        let left = |slack: [i64; 4]| {
            let mut walk = Walk::new(slack.to_vec(), vec![5; 4], Vec::new());
            walk.go(&moves(4, table()), 100, 1);
            walk.left().map(|unknown| (unknown, walk.taken(unknown).count())).collect::<Vec<_>>()
        };
        assert_eq!(left([2, 2, 2, 2]), []);
        // The corners that fall can fall once, and so can the others.
        assert_eq!(left([1, 1, 1, 1]), [(0, 3), (1, 3), (2, 3), (3, 3)]);
        assert_eq!(left([0, 0, 9, 9]), [(0, 1), (1, 1), (2, 1), (3, 1)]);
    }
}
