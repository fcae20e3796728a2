//! A linear program, solved by the simplex method in its dense form: a few hundred unknowns whose
//! sums do not move.
//!
//! Nobody has to trust it: what it finds is a move, and a move is checked in whole numbers.

/// What is surely not zero.
const EPSILON: f64 = 1e-7;
/// What an artificial unknown costs: more than any move.
const FORBIDDEN: f64 = 1e6;

/// One unknown: how much less it can be, and what each step of it costs either way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unknown {
    pub(super) less: f64,
    pub(super) cost: f64,
}

/// The cheapest values of unknowns of which these weighted sums are these; none where there are none.
pub(super) fn cheapest(
    unknowns: &[Unknown],
    rows: &[(Vec<(usize, f64)>, f64)],
) -> Option<Vec<f64>> {
    let mut simplex = Simplex::new(unknowns, rows);
    for step in 0..40 * (rows.len() + unknowns.len()) {
        // The steepest first; then, lest it turns in circles, the first that falls.
        let steepest = step < 10 * (rows.len() + unknowns.len());
        let Some(entering) = simplex.entering(steepest) else { return simplex.values() };
        simplex.enter(entering);
    }
    None
}

/// An unknown is what it is more less what it is less, one of the two being nothing. The columns of
/// the second are those of the first with the other sign.
struct Simplex<'a> {
    unknowns: &'a [Unknown],
    /// A row for each basic variable, a column for each unknown.
    table: Vec<Vec<f64>>,
    /// What a step more of each unknown adds to the costs of the basic ones, and saves.
    saved: Vec<f64>,
    basis: Vec<Variable>,
    value: Vec<f64>,
    is_basic: Vec<[bool; 2]>,
    /// Those that are as much less as they can.
    is_lowest: Vec<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Variable {
    More(usize),
    Less(usize),
    Artificial,
}

/// A variable, the sign of its column, and whether it grows.
#[derive(Clone, Copy)]
struct Entering {
    unknown: usize,
    sign: f64,
    grows: bool,
    reduced: f64,
}

impl<'a> Simplex<'a> {
    fn new(unknowns: &'a [Unknown], rows: &[(Vec<(usize, f64)>, f64)]) -> Self {
        let mut table = vec![vec![0.0; unknowns.len()]; rows.len()];
        let mut saved = vec![0.0; unknowns.len()];
        let mut value = Vec::with_capacity(rows.len());
        for (row, (terms, sum)) in table.iter_mut().zip(rows) {
            let sign = if *sum < 0.0 { -1.0 } else { 1.0 };
            for (unknown, weight) in terms {
                row[*unknown] += sign * weight;
                saved[*unknown] += FORBIDDEN * sign * weight;
            }
            value.push(sign * sum);
        }
        Self {
            unknowns,
            table,
            saved,
            basis: vec![Variable::Artificial; rows.len()],
            value,
            is_basic: vec![[false; 2]; unknowns.len()],
            is_lowest: vec![false; unknowns.len()],
        }
    }

    /// What would make the whole cheaper.
    fn entering(&self, steepest: bool) -> Option<Entering> {
        let mut best: Option<Entering> = None;
        for (unknown, Unknown { less, cost }) in self.unknowns.iter().enumerate() {
            let [more_is_basic, less_is_basic] = self.is_basic[unknown];
            let up = cost - self.saved[unknown];
            let down = cost + self.saved[unknown];
            let candidate = if !more_is_basic && up < -EPSILON {
                Entering { unknown, sign: 1.0, grows: true, reduced: up }
            } else if !less_is_basic && self.is_lowest[unknown] && down > EPSILON {
                Entering { unknown, sign: -1.0, grows: false, reduced: down }
            } else if !less_is_basic && !self.is_lowest[unknown] && *less > 0.0 && down < -EPSILON {
                Entering { unknown, sign: -1.0, grows: true, reduced: down }
            } else {
                continue;
            };
            if !steepest {
                return Some(candidate);
            }
            if best.is_none_or(|best| candidate.reduced.abs() > best.reduced.abs()) {
                best = Some(candidate);
            }
        }
        best
    }

    /// The most that a variable can be.
    fn most(&self, variable: Variable) -> f64 {
        match variable {
            Variable::Less(unknown) => self.unknowns[unknown].less,
            _ => f64::INFINITY,
        }
    }

    /// Lets a variable grow, or fall, until another stops it.
    fn enter(&mut self, entering: Entering) {
        let Entering { unknown, sign, grows, reduced } = entering;
        let way = if grows { sign } else { -sign };
        let own = if sign > 0.0 { Variable::More(unknown) } else { Variable::Less(unknown) };
        let mut length = self.most(own);
        let mut leaving: Option<(usize, bool)> = None;
        for (row, terms) in self.table.iter().enumerate() {
            let slope = way * terms[unknown];
            let (room, falls) = if slope > EPSILON {
                (self.value[row] / slope, true)
            } else if slope < -EPSILON {
                ((self.most(self.basis[row]) - self.value[row]) / -slope, false)
            } else {
                continue;
            };
            let is_firmer = |(other, _): (usize, bool)| {
                terms[unknown].abs() > self.table[other][unknown].abs() + EPSILON
            };
            let is_tie = (room - length).abs() <= EPSILON && leaving.is_some_and(is_firmer);
            if room < length - EPSILON || is_tie {
                (length, leaving) = (room.max(0.0), Some((row, falls)));
            }
        }
        for (value, terms) in self.value.iter_mut().zip(&self.table) {
            *value -= way * terms[unknown] * length;
        }
        let Some((row, falls)) = leaving else {
            // It goes from one of its ends to the other.
            self.is_lowest[unknown] = grows;
            return;
        };
        let start = if grows { 0.0 } else { self.most(own) };
        self.value[row] = if grows { length } else { start - length };
        self.set_basic(self.basis[row], false);
        if let Variable::Less(left) = self.basis[row] {
            self.is_lowest[left] = !falls;
        }
        self.basis[row] = own;
        self.set_basic(own, true);
        if sign < 0.0 {
            self.is_lowest[unknown] = false;
        }
        self.pivot(row, unknown, sign, reduced);
    }

    fn set_basic(&mut self, variable: Variable, is_basic: bool) {
        match variable {
            Variable::More(unknown) => self.is_basic[unknown][0] = is_basic,
            Variable::Less(unknown) => self.is_basic[unknown][1] = is_basic,
            Variable::Artificial => {}
        }
    }

    fn pivot(&mut self, row: usize, unknown: usize, sign: f64, reduced: f64) {
        let by = sign * self.table[row][unknown];
        let mut solved = std::mem::take(&mut self.table[row]);
        let mut places = Vec::new();
        for (place, term) in solved.iter_mut().enumerate() {
            *term /= by;
            if term.abs() < 1e-11 {
                *term = 0.0;
            } else {
                places.push(place);
            }
        }
        for terms in self.table.iter_mut().filter(|terms| !terms.is_empty()) {
            let factor = sign * terms[unknown];
            if factor != 0.0 {
                for place in &places {
                    terms[*place] -= factor * solved[*place];
                }
            }
        }
        for place in &places {
            self.saved[*place] += reduced * solved[*place];
        }
        self.table[row] = solved;
    }

    /// What the unknowns are; none where an artificial one is still needed.
    fn values(&self) -> Option<Vec<f64>> {
        let lowest = self.is_lowest.iter().zip(self.unknowns);
        let lowest =
            lowest.map(|(is_lowest, unknown)| if *is_lowest { -unknown.less } else { 0.0 });
        let mut values: Vec<f64> = lowest.collect();
        for (variable, value) in self.basis.iter().zip(&self.value) {
            match variable {
                Variable::More(unknown) => values[*unknown] += value,
                Variable::Less(unknown) => values[*unknown] -= value,
                Variable::Artificial if *value > 1e-6 => return None,
                Variable::Artificial => {}
            }
        }
        Some(values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknowns(of: &[(f64, f64)]) -> Vec<Unknown> {
        of.iter().map(|(less, cost)| Unknown { less: *less, cost: *cost }).collect()
    }

    #[test]
    fn the_cheapest_of_two_ways_is_taken_as_far_as_it_goes() {
        // Five less are to be shared between three: the cheapest has room for two, the next for four.
        let three = unknowns(&[(2.0, 1.0), (4.0, 2.0), (9.0, 3.0)]);
        let sum = vec![(vec![(0, 1.0), (1, 1.0), (2, 1.0)], -5.0)];
        assert_eq!(cheapest(&three, &sum), Some(vec![-2.0, -3.0, 0.0]));
        let more = vec![(vec![(0, 1.0), (1, 1.0), (2, 1.0)], 5.0)];
        assert_eq!(cheapest(&three, &more), Some(vec![5.0, 0.0, 0.0]));
    }

    #[test]
    fn what_cannot_be_is_found_to_be_so() {
        let two = unknowns(&[(1.0, 1.0), (1.0, 1.0)]);
        let sum = vec![(vec![(0, 1.0), (1, 1.0)], -3.0)];
        assert_eq!(cheapest(&two, &sum), None);
        let both = vec![(vec![(0, 1.0)], 1.0), (vec![(0, 1.0)], 2.0)];
        assert_eq!(cheapest(&two, &both), None);
    }

    #[test]
    fn a_sum_said_twice_is_no_matter() {
        let two = unknowns(&[(9.0, 1.0), (9.0, 5.0)]);
        let row = (vec![(0, 1.0), (1, -1.0)], 0.0);
        let rows = vec![row.clone(), row, (vec![(0, 1.0)], -4.0)];
        assert_eq!(cheapest(&two, &rows), Some(vec![-4.0, -4.0]));
    }
}
