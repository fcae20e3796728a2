//! The values that the withheld figures of one date could have.

use std::collections::HashMap;

use domain::publish::kernel::{self, Equation, Values, Walk};

use super::mend::Mender;
use super::sums::{Figure, Is, Row};

/// How many values a figure of one to four must be able to take.
const SECRET_VALUES: u32 = 5;
/// How many another withheld figure must.
const LEAST_VALUES: u32 = 2;
/// Walks from the complete set, and how far each goes.
const WALKS: u64 = 2;
const ROUNDS: usize = 200;

/// What a reader sees of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hidden {
    /// Its value.
    Shown,
    /// That it is secret: one at least, for zeros are shown.
    Withheld,
    /// That it is withheld, were it zero, for it would tell of another figure.
    Linked,
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

/// What a reader does not see of one date, and what is known of it.
pub(super) struct Unknowns<'a> {
    figures: Vec<Figure>,
    hidden: &'a [Hidden],
    complete: &'a [u32],
    /// Those that differ by few from what was published before.
    close: &'a [bool],
    /// How much less each could be, then how much more than zero each positive sum is.
    slack: Vec<i64>,
    equations: Vec<Equation>,
}

impl<'a> Unknowns<'a> {
    pub(super) fn of(
        rows: &[Row],
        hidden: &'a [Hidden],
        complete: &'a [u32],
        close: &'a [bool],
    ) -> Self {
        let is_hidden = |figure: Figure| hidden[figure as usize] != Hidden::Shown;
        let figures: Vec<Figure> =
            (0..hidden.len() as Figure).filter(|figure| is_hidden(*figure)).collect();
        let mut number = vec![0; hidden.len()];
        for (place, figure) in (0..).zip(&figures) {
            number[*figure as usize] = place;
        }
        let slack = figures.iter().map(|figure| {
            // Zero is always shown, so a withheld figure is one at least.
            let least = hidden[*figure as usize] == Hidden::Withheld;
            i64::from(complete[*figure as usize]) - i64::from(least)
        });
        let mut slack: Vec<i64> = slack.collect();
        let mut equations = Vec::new();
        for row in rows {
            let withheld = row.terms.iter().filter(|(figure, _)| is_hidden(*figure));
            let mut equation: Equation = withheld
                .map(|(figure, sign)| (number[*figure as usize], i64::from(*sign)))
                .collect();
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
        Self { figures, hidden, complete, close, slack, equations }
    }

    /// How many values a figure must be able to take: those that are not published may be worked out,
    /// where they are not secret.
    fn wanted(&self, figure: Figure) -> u32 {
        match self.complete[figure as usize] {
            1..=4 => SECRET_VALUES,
            _ if self.close[figure as usize] => SECRET_VALUES,
            _ => match self.hidden[figure as usize] {
                Hidden::Linked => SECRET_VALUES,
                Hidden::Apart => 1,
                Hidden::Shown | Hidden::Withheld => LEAST_VALUES,
            },
        }
    }

    /// The figures of which too few values were found, beside those that they took already.
    pub(super) fn search(self, taken: &mut HashMap<Figure, Values>) -> Vec<Found> {
        let wanted = self.figures.iter().map(|figure| self.wanted(*figure)).collect();
        let Self { figures, slack, equations, .. } = self;
        let known = figures.iter().map(|it| taken.get(it).copied().unwrap_or(Values::ITS_OWN));
        let mut walk = Walk::new(slack.clone(), wanted, known.collect());
        let moves = kernel::moves(slack.len(), equations);
        for seed in 1..=WALKS {
            walk.go(&moves, ROUNDS, seed);
        }
        Mender::new(&slack, &moves).look(&mut walk);
        taken.extend(figures.iter().zip(0..).map(|(figure, place)| (*figure, walk.taken(place))));
        let found = |place: usize| {
            let values = walk.taken(place).count();
            Found { figure: figures[place], values }
        };
        walk.left().map(found).collect()
    }
}

fn sum(row: &Row, complete: &[u32]) -> i64 {
    let terms = row.terms.iter();
    terms.map(|(figure, sign)| i64::from(complete[*figure as usize]) * i64::from(*sign)).sum()
}
