//! Which further figures, withheld, let one take more values: the cheapest move that moves it.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::{once, repeat};

use super::{Mask, POSSIBLE_VALUES};
use crate::publish::hold::Held;
use crate::publish::kernel::{self, System};
use crate::publish::relations::{MOST_WANTED, Relations, Variable, is_headline};
use crate::publish::{INDICATORS, Published, Reason, Value, indicators};
use crate::vocabulary::References;

/// What it costs readers that a figure is withheld, by how much they want it; and so many times as
/// much when it is the learners in training.
const COSTS: [f64; 6] = [1.0, 1.3, 2.0, 4.0, 100.0, 400.0];
const HEADLINE: f64 = 1.2;

/// Among how many neighbours of a figure others are looked for to be withheld with it; and when the
/// figure is known to need some.
const NEAR: usize = 120;
const FAR: [usize; 2] = [NEAR, 600];

/// One published figure, by its places in [`Published`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Figure {
    /// The place of its date.
    pub date: usize,
    /// The place of its cell.
    pub cell: usize,
    /// The place of its indicator.
    pub indicator: usize,
}

/// Withholds more, so that each of these withheld figures can take more values than it could.
pub fn withhold_more(
    published: &mut Published,
    held: &Held,
    references: &References,
    figures: &[Figure],
) {
    let exact = &held.counted;
    let relations = Relations::new(&exact.cells, references);
    let mut by_date = BTreeMap::<usize, Vec<Variable>>::new();
    for Figure { date, cell, indicator } in figures {
        let variable = (cell * INDICATORS + indicator) as Variable;
        by_date.entry(*date).or_default().push(variable);
    }
    for (date, narrow) in by_date {
        let counts = exact.cells.iter().map(|cell| indicators(cell.counts[date]));
        let counts = relations.counts(counts.flatten().collect());
        let marks = held.marks(date);
        let mut mask = Mask::new(&relations, &counts, &marks);
        let shown = published.cells.iter().flat_map(|cell| cell.values[date]);
        for (variable, value) in (0..).zip(shown) {
            if value == Value::Withheld(Reason::Secret) && !mask.is_hidden(variable) {
                mask.hide(variable);
            }
        }
        for variable in narrow {
            if !FAR.iter().any(|neighbours| mask.widen(variable, *neighbours)) {
                mask.surround(variable);
            }
        }
        let mut hidden = mask.close().into_iter();
        for cell in &mut published.cells {
            for value in &mut cell.values[date] {
                if hidden.next() == Some(true) {
                    *value = Value::Withheld(Reason::Secret);
                }
            }
        }
    }
}

impl Mask<'_> {
    /// Hides a complement of these figures. Before the country or a region, whole, others are looked
    /// for that give one of them room.
    pub(super) fn hide_for(&mut self, figures: &[Variable], complement: Option<Variable>) {
        let Some(complement) = complement else { return };
        let is_wanted = self.wanted(complement) >= MOST_WANTED;
        if !is_wanted || !figures.iter().any(|figure| self.widen(*figure, NEAR)) {
            self.hide(complement);
        }
    }

    /// Hides every figure that is summed with a withheld one: at first those that readers want least.
    fn surround(&mut self, variable: Variable) {
        let near = self.of(variable).iter().flat_map(|number| self.relation(*number)).copied();
        let near = near.filter(|it| !self.is_hidden(*it) && self.count(*it) > 0);
        let near: BTreeSet<Variable> = near.collect();
        let least = near.iter().map(|it| self.wanted(*it) >= MOST_WANTED).min();
        for figure in near {
            if Some(self.wanted(figure) >= MOST_WANTED) == least {
                self.hide(figure);
            }
        }
    }

    /// Hides the cheapest figures with which a withheld one can take enough values, looked for among
    /// so many neighbours; tells whether there were some.
    pub(super) fn widen(&mut self, variable: Variable, neighbours: usize) -> bool {
        let values = if self.is_secret(variable) { POSSIBLE_VALUES } else { 2 };
        let times = i64::from(values - 1);
        let Some(found) = kernel::closest(self, (variable, 1), times, neighbours) else {
            return false;
        };
        let mut is_new = false;
        for (variable, _) in found {
            if !self.is_hidden(variable) {
                self.hide(variable);
                is_new = true;
            }
        }
        is_new
    }
}

impl System for Mask<'_> {
    fn equations_of(&self, unknown: u32) -> &[u32] {
        self.of(unknown)
    }

    fn terms(&self, equation: u32) -> impl Iterator<Item = (u32, i64)> {
        self.relation(equation).iter().copied().zip(once(-1).chain(repeat(1)))
    }

    fn slack(&self, unknown: u32) -> i64 {
        // Zero is always shown, so what is withheld is one at least.
        i64::from(self.count(unknown)) - i64::from(!self.relations.is_unseen(unknown))
    }

    fn cost(&self, unknown: u32) -> Option<f64> {
        if self.is_hidden(unknown) {
            return Some(kernel::FREE);
        }
        let cost = COSTS[usize::from(self.relations.wanted(unknown))];
        let cost = if is_headline(unknown) { cost * HEADLINE } else { cost };
        (self.count(unknown) > 0).then_some(cost)
    }
}
