//! The cheapest move that moves one unknown, by linear programming among its neighbours.
//!
//! What it finds is looked at again in whole numbers before it is given: a move is a proof, whoever
//! found it. What it does not find may exist.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap, HashSet};

use super::Move;
use super::simplex::{self, Unknown};

/// Unknowns, and what is known of their sums.
pub trait System {
    /// The equations that hold an unknown.
    fn equations_of(&self, unknown: u32) -> &[u32];
    /// The unknowns of an equation, with their weights.
    fn terms(&self, equation: u32) -> impl Iterator<Item = (u32, i64)>;
    /// How much less an unknown could be.
    fn slack(&self, unknown: u32) -> i64;
    /// What it costs that an unknown moves; none where it cannot. At most [`FREE`], it costs nothing.
    fn cost(&self, unknown: u32) -> Option<f64>;
}

/// What moves an unknown that costs nothing: the shorter of two moves is better.
pub const FREE: f64 = 0.01;

/// Of one equation, how many unknowns that cost nothing are looked at, and how many that cost.
const MOST_FREE: usize = 48;
const MOST_COSTLY: usize = 8;
/// How much further than its neighbour the dearest unknown is.
const FARTHEST: f64 = 12.0;
/// The cheapest move found among so many neighbours which moves an unknown by so much and can be
/// made so many times over.
pub fn closest(
    system: &impl System,
    (unknown, by): (u32, i64),
    times: i64,
    neighbours: usize,
) -> Option<Move> {
    let (unknowns, equations) = neighbourhood(system, unknown, neighbours)?;
    let place = |one: u32| unknowns.binary_search(&one).ok();
    let program: Option<Vec<Unknown>> = unknowns
        .iter()
        .map(|one| {
            let less = (system.slack(*one) / times) as f64;
            Some(Unknown { less, cost: system.cost(*one)? })
        })
        .collect();
    let mut rows = vec![(vec![(place(unknown)?, 1.0)], by as f64)];
    for equation in &equations {
        let terms = equation.iter().map(|(one, weight)| Some((place(*one)?, *weight as f64)));
        rows.push((terms.collect::<Option<_>>()?, 0.0));
    }
    let values = simplex::cheapest(&program?, &rows)?;
    let parts = unknowns.iter().copied().zip(values).filter(|(_, value)| value.abs() > 1e-6);
    let found = super::whole(parts.collect())?;
    is_move(system, &found, times).then_some(found)
}

/// Whether every sum stays what it is, and no unknown falls lower than it can.
fn is_move(system: &impl System, found: &Move, times: i64) -> bool {
    let mut sums = BTreeMap::<u32, i64>::new();
    for (unknown, step) in found {
        if system.cost(*unknown).is_none() || step * times < -system.slack(*unknown) {
            return false;
        }
        for equation in system.equations_of(*unknown) {
            let weights = system.terms(*equation).filter(|(one, _)| one == unknown);
            let weight: i64 = weights.map(|(_, weight)| weight).sum();
            *sums.entry(*equation).or_default() += weight * step;
        }
    }
    sums.values().all(|sum| *sum == 0)
}

/// What is left of an equation.
type Terms = Vec<(u32, i64)>;

/// An unknown and how far it is; the nearest is the greatest.
struct Near(f64, u32);

impl Ord for Near {
    fn cmp(&self, other: &Self) -> Ordering {
        other.0.total_cmp(&self.0).then(other.1.cmp(&self.1))
    }
}

impl PartialOrd for Near {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Near {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Near {}

/// The nearest unknowns that can move when no other does, and the equations between them. None
/// where the first cannot.
fn neighbourhood(
    system: &impl System,
    unknown: u32,
    most: usize,
) -> Option<(Vec<u32>, Vec<Terms>)> {
    let mut near = BinaryHeap::from([Near(0.0, unknown)]);
    let mut unknowns = HashSet::new();
    let mut seen = HashSet::new();
    while let Some(Near(distance, one)) = near.pop().filter(|_| unknowns.len() < most) {
        if !unknowns.insert(one) {
            continue;
        }
        for equation in system.equations_of(one) {
            if !seen.insert(*equation) {
                continue;
            }
            let costs =
                system.terms(*equation).filter_map(|(one, _)| Some((system.cost(one)?, one)));
            let (mut free, mut costly): (Vec<_>, Vec<_>) =
                costs.partition(|(cost, _)| *cost <= FREE);
            costly.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
            free.truncate(MOST_FREE);
            costly.truncate(MOST_COSTLY);
            for (cost, next) in free.into_iter().chain(costly) {
                near.push(Near(distance + 1.0 + cost.min(FARTHEST), next));
            }
        }
    }
    // An unknown that is alone in an equation cannot move: nor can another that is left alone then.
    let mut held = BTreeMap::<u32, usize>::new();
    for equation in unknowns.iter().flat_map(|one| system.equations_of(*one)) {
        *held.entry(*equation).or_default() += 1;
    }
    let mut alone: Vec<u32> =
        held.iter().filter(|(_, held)| **held == 1).map(|(equation, _)| *equation).collect();
    while let Some(equation) = alone.pop() {
        let Some((still, _)) = system.terms(equation).find(|(one, _)| unknowns.contains(one))
        else {
            continue;
        };
        unknowns.remove(&still);
        for other in system.equations_of(still) {
            if let Some(held) = held.get_mut(other) {
                *held -= 1;
                if *held == 1 {
                    alone.push(*other);
                }
            }
        }
    }
    if !unknowns.contains(&unknown) {
        return None;
    }
    let equations = held.iter().filter(|(_, held)| **held > 0).map(|(equation, _)| {
        system.terms(*equation).filter(|(one, _)| unknowns.contains(one)).collect()
    });
    let equations = equations.collect();
    let mut unknowns: Vec<u32> = unknowns.into_iter().collect();
    unknowns.sort_unstable();
    Some((unknowns, equations))
}
