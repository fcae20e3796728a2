//! Other complete sets of figures, found by linear programming where walks found too few: all the
//! unknowns that took too few values are pushed together, up or down, each as far as is looked for.
//!
//! A value is counted only where whole numbers were found for every figure: it is really possible, and
//! not only within bounds.

use std::collections::{BTreeMap, BTreeSet};

use domain::publish::kernel::{Equation, Move, Walk};
use microlp::{ComparisonOp, OptimizationDirection, Problem};

use super::search::SECRET_VALUES;

/// How far an unknown is pushed, at first; less and less, then again.
const FARTHEST: u32 = SECRET_VALUES - 1;
/// How many programs are solved, and after how many that found nothing no more are.
const PROGRAMS: u32 = 24;
const IDLE: u32 = 5;
/// Walks from each complete set that is found.
const ROUNDS: usize = 200;

/// What is known of the unknowns of one date.
pub(super) struct Programs<'a> {
    /// How much less each could be.
    slack: &'a [i64],
    equations: &'a [Equation],
    of_unknown: Vec<Vec<u32>>,
}

impl<'a> Programs<'a> {
    pub(super) fn new(slack: &'a [i64], equations: &'a [Equation]) -> Self {
        let mut of_unknown = vec![Vec::new(); slack.len()];
        for (number, equation) in (0..).zip(equations) {
            for unknown in equation.keys() {
                of_unknown[*unknown as usize].push(number);
            }
        }
        Self { slack, equations, of_unknown }
    }

    /// Looks for values of the unknowns that took too few.
    pub(super) fn look(&self, moves: &[Move], walk: &mut Walk) {
        let mut idle = 0;
        for program in 0..PROGRAMS {
            let left: BTreeSet<u32> = walk.left().map(|(place, _)| place as u32).collect();
            if left.is_empty() || idle == IDLE {
                return;
            }
            let far = i64::from(FARTHEST - program / 2 % FARTHEST);
            if let Some(there) = self.push(&left, far, |unknown| is_up(unknown, program)) {
                walk.go_from(&there, moves, ROUNDS);
            }
            idle = if walk.left().count() < left.len() { 0 } else { idle + 1 };
        }
    }

    /// A complete set in which these unknowns are more or less than they are, each at most so far: as
    /// many as can be, as far as they can.
    fn push(
        &self,
        pushed: &BTreeSet<u32>,
        far: i64,
        is_up: impl Fn(u32) -> bool,
    ) -> Option<Vec<(u32, i64)>> {
        let (unknowns, rows) = self.around(pushed);
        let mut problem = Problem::new(OptimizationDirection::Maximize);
        let variables: BTreeMap<u32, _> = unknowns
            .into_iter()
            .map(|it| {
                let slack = self.slack[it as usize];
                let variable = if pushed.contains(&it) {
                    let way = if is_up(it) { 1.0 } else { -1.0 };
                    problem.add_var(way, (-slack.min(far) as f64, far as f64))
                } else {
                    problem.add_var(0.0, (-slack as f64, f64::INFINITY))
                };
                (it, variable)
            })
            .collect();
        let equations = || rows.iter().map(|number| &self.equations[*number as usize]);
        for equation in equations() {
            let terms = equation.iter().map(|(it, weight)| (variables[it], *weight as f64));
            problem.add_constraint(terms.collect::<Vec<_>>().as_slice(), ComparisonOp::Eq, 0.0);
        }
        let solution = problem.solve().ok()?.into_solution().ok()?;
        // The solver is not believed: what it found is rounded, and added up.
        let moved: BTreeMap<u32, i64> = variables
            .iter()
            .map(|(it, variable)| (*it, solution.var_value(*variable).round() as i64))
            .collect();
        let is_within = moved.iter().all(|(it, moved)| -moved <= self.slack[*it as usize]);
        let sum = |equation: &Equation| -> i64 {
            equation.iter().map(|(it, weight)| moved[it] * weight).sum()
        };
        let is_complete = is_within && equations().all(|equation| sum(equation) == 0);
        is_complete.then(|| moved.into_iter().filter(|(_, moved)| *moved != 0).collect())
    }

    /// Every unknown that may have to move with these, and what is known of them.
    fn around(&self, some: &BTreeSet<u32>) -> (BTreeSet<u32>, BTreeSet<u32>) {
        let (mut unknowns, mut rows) = (some.clone(), BTreeSet::new());
        let mut queue: Vec<u32> = some.iter().copied().collect();
        while let Some(unknown) = queue.pop() {
            for number in &self.of_unknown[unknown as usize] {
                if rows.insert(*number) {
                    let equation = self.equations[*number as usize].keys().copied();
                    queue.extend(equation.filter(|other| unknowns.insert(*other)));
                }
            }
        }
        (unknowns, rows)
    }
}

/// Which way an unknown is pushed: all up, all down, then as if drawn.
fn is_up(unknown: u32, program: u32) -> bool {
    match program {
        0 | 1 => program == 0,
        _ => (unknown + 1).wrapping_mul(0x9E37_79B1) >> (program + 4) & 1 == 0,
    }
}

#[cfg(test)]
mod tests {
    use domain::publish::kernel;

    use super::*;

    /// A table of two rows and two columns whose sums are known, numbered row by row.
    fn table() -> Vec<Equation> {
        let sums = [[0, 1], [2, 3], [0, 2], [1, 3]];
        sums.iter().map(|sum| sum.iter().map(|unknown| (*unknown, 1)).collect()).collect()
    }

    #[test]
    fn what_is_pushed_goes_as_far_as_there_is_room() {
        let equations = table();
        let push = |slack: [i64; 4], far, up| {
            Programs::new(&slack, &equations).push(&BTreeSet::from([0]), far, |_| up)
        };
        let moved = |by: i64| Some(vec![(0, by), (1, -by), (2, -by), (3, by)]);
        assert_eq!(push([9, 3, 9, 2], 4, true), moved(3));
        assert_eq!(push([9, 3, 9, 2], 4, false), moved(-2));
        assert_eq!(push([9, 3, 9, 2], 1, true), moved(1));
        assert_eq!(push([0, 0, 9, 9], 4, true), Some(Vec::new()));
    }

    #[test]
    fn as_many_values_are_found_as_there_is_room_for() {
        let values = |slack: [i64; 4]| {
            let mut walk = Walk::new(slack.to_vec(), vec![5; 4]);
            walk.go(&[], 0, 1);
            Programs::new(&slack, &table()).look(&kernel::moves(4, table()), &mut walk);
            let left: BTreeMap<usize, u32> = walk.left().collect();
            [0, 1, 2, 3].map(|unknown| left.get(&unknown).copied().unwrap_or(5))
        };
        assert_eq!(values([2, 2, 2, 2]), [5; 4]);
        assert_eq!(values([1, 1, 1, 1]), [3; 4]);
        assert_eq!(values([0, 0, 9, 9]), [1; 4]);
    }

    #[test]
    fn half_a_learner_is_no_value() {
        let equations = [Equation::from([(0, 2), (1, 3)])];
        let push = |far| {
            let slack = [3, 1];
            Programs::new(&slack, &equations).push(&BTreeSet::from([0]), far, |_| true)
        };
        // The most the first can be is one and a half more.
        assert_eq!(push(4), None);
    }
}
