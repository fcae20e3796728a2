//! The values that the withheld figures of one date could have.

use domain::publish::kernel::{self, Equation, Walk};

use super::sums::{Figure, Is, Row};

/// How many values a figure of one to four must be able to take.
const SECRET_VALUES: u32 = 5;
/// How many another withheld figure must.
const LEAST_VALUES: u32 = 2;
/// Walks from the complete set, and how far each goes.
const WALKS: u64 = 8;
const ROUNDS: usize = 500;

/// What a reader sees of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hidden {
    /// Its value.
    Shown,
    /// That it is secret: one at least, for zeros are shown.
    Withheld,
    /// Nothing: it is not among what is published.
    Apart,
}

/// A withheld figure that can be known too well: how many values were found for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) figure: Figure,
    pub(super) values: u32,
}

/// The rows that a complete set of figures breaks.
pub(super) fn broken<'a>(rows: &'a [Row], complete: &[u32]) -> impl Iterator<Item = &'a Row> {
    rows.iter().filter(|row| {
        let sum = sum(row, complete);
        match row.is {
            Is::Zero => sum != 0,
            Is::Overlap | Is::Positive => sum < 0,
        }
    })
}

/// The withheld figures that can be known too well.
pub(super) fn search(rows: &[Row], hidden: &[Hidden], complete: &[u32]) -> Vec<Found> {
    let figures: Vec<Figure> = (0..)
        .zip(hidden)
        .filter(|(_, it)| **it != Hidden::Shown)
        .map(|(figure, _)| figure)
        .collect();
    let mut number = vec![0; hidden.len()];
    for (place, figure) in (0..).zip(&figures) {
        number[*figure as usize] = place;
    }
    let count = |figure: &Figure| i64::from(complete[*figure as usize]);
    let is_apart = |figure: &Figure| hidden[*figure as usize] == Hidden::Apart;
    let mut slack: Vec<i64> =
        figures.iter().map(|figure| count(figure) - i64::from(!is_apart(figure))).collect();
    let mut equations = Vec::new();
    for row in rows {
        let withheld =
            row.terms.iter().filter(|(figure, _)| hidden[*figure as usize] != Hidden::Shown);
        let mut equation: Equation =
            withheld.map(|(figure, sign)| (number[*figure as usize], i64::from(*sign))).collect();
        if equation.is_empty() {
            continue;
        }
        if row.is == Is::Positive {
            // How much more than zero it is may move too.
            equation.insert(slack.len() as u32, -1);
            slack.push(sum(row, complete));
        }
        equations.push(equation);
    }
    let moves = kernel::moves(slack.len(), equations);
    let wanted = |figure: &Figure| {
        match count(figure) {
            1..=4 => SECRET_VALUES,
            // What is not published may be worked out, where it is not secret.
            _ if is_apart(figure) => 1,
            _ => LEAST_VALUES,
        }
    };
    let wanted: Vec<u32> = figures.iter().map(wanted).collect();
    let mut walk = Walk::new(slack, wanted);
    for seed in 1..=WALKS {
        walk.go(&moves, ROUNDS, seed);
    }
    walk.left().map(|(place, values)| Found { figure: figures[place], values }).collect()
}

fn sum(row: &Row, complete: &[u32]) -> i64 {
    let terms = row.terms.iter();
    terms.map(|(figure, sign)| i64::from(complete[*figure as usize]) * i64::from(*sign)).sum()
}
