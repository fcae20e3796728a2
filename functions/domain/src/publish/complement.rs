//! The second rule of secrecy: what a subtraction would give away is withheld too.
//!
//! A reader who knows every published figure and every relation between them must be left with at
//! least [`POSSIBLE_VALUES`] values for each count of one to four. Figures are added to the withheld
//! ones until no relation has a single unknown, until the bounds that relations put on each other leave
//! room, and until all relations together pin none down. Only figures of five and more are added: a
//! reader may know that a zero is always shown, and the bounds here suppose it.
//!
//! Not here: the proof that it is enough, which an auditor looks for and asks for more where it finds
//! none ([`Protection::widen`]), and what two publications tell together (`hold`).

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::iter::{once, repeat};

use super::hold::{Headline, Held, Mark, Told};
use super::kernel;
use super::relations::{MOST_WANTED, Relation, Relations, Variable, is_headline};
use super::withhold::is_secret;
use super::{INDICATORS, LEARNERS, Published, Reason, Value, indicators, withhold};
use crate::vocabulary::References;

/// How many values a withheld count of one to four must keep.
pub const POSSIBLE_VALUES: u32 = 5;

/// More than any count of learners.
const UNBOUNDED: i64 = 1 << 40;

/// Looks at each relation, on average, after which bounds are taken as they are.
const MOST_LOOKS: usize = 64;

/// Every figure, but those of one to four learners, those that differ by so few from what was told
/// before, and those that would give them away.
///
/// The references tell where each organisation is, and what each certification and organisation is.
pub fn protect(held: &Held, references: &References) -> Published {
    Protection::new(held, references).published()
}

/// Which figures are withheld at each date, and what it takes to withhold more.
pub struct Protection<'a> {
    held: &'a Held,
    relations: Relations,
    /// Those that are not published at all, at any date.
    apart: Vec<bool>,
    /// For each date, which figures are withheld.
    hidden: Vec<Vec<bool>>,
    /// How often each figure of a date was said to be known too well.
    asked: BTreeMap<(usize, Variable), u32>,
}

impl<'a> Protection<'a> {
    /// Withholds what [`protect`] does.
    pub fn new(held: &'a Held, references: &References) -> Self {
        let exact = &held.counted;
        let relations = Relations::new(&exact.cells, references);
        let mut apart: Vec<bool> =
            held.left_whole.iter().flat_map(|left| [*left; INDICATORS]).collect();
        apart.resize(exact.cells.len() * INDICATORS, false);
        if held.headline == Headline::Unpublished {
            apart.iter_mut().skip(LEARNERS).step_by(INDICATORS).for_each(|apart| *apart = true);
        }
        apart.resize(relations.of_variable.len(), true);
        let (hidden, asked) = (Vec::new(), BTreeMap::new());
        let mut protection = Self { held, relations, apart, hidden, asked };
        for date in 0..exact.dates.len() {
            let hidden = protection.at(date, |_| ());
            protection.hidden.push(hidden);
        }
        protection
    }

    /// Withholds more at a date, so that these figures, which are known too well, can have more values:
    /// the indicators of the counted cells, numbered in their order. What is asked again takes more.
    /// Nothing is shown again.
    pub fn widen(&mut self, date: usize, known: &[u32]) {
        let before = std::mem::take(&mut self.hidden[date]);
        let asked = |variable: u32| self.asked.get(&(date, variable)).copied().unwrap_or_default();
        let known: Vec<(u32, u32)> = known.iter().map(|it| (*it, asked(*it))).collect();
        let mut widened = Vec::new();
        self.hidden[date] = self.at(date, |mask| {
            for (variable, _) in (0..).zip(&before).filter(|(_, hidden)| **hidden) {
                mask.hide(variable);
            }
            widened = mask.widen(&known);
        });
        for variable in widened {
            *self.asked.entry((date, variable)).or_default() += 1;
        }
    }

    /// What is withheld at a date, with what must be and these.
    fn at(&self, date: usize, and: impl FnOnce(&mut Mask<'_>)) -> Vec<bool> {
        let cells = self.held.counted.cells.iter();
        let counts = cells.flat_map(|cell| indicators(cell.counts[date])).collect();
        let counts = self.relations.counts(counts);
        let marks = self.held.marks(date);
        let linked = self.held.linked.get(date).into_iter().flatten().chain(repeat(&false));
        let apart: Vec<bool> =
            self.apart.iter().zip(linked).map(|(apart, linked)| *apart || *linked).collect();
        let mut mask = Mask::new(&self.relations, &counts, &marks, &apart);
        and(&mut mask);
        mask.close()
    }

    /// What is shown of it.
    pub fn published(&self) -> Published {
        let mut published = withhold(&self.held.counted);
        for (date, hidden) in self.hidden.iter().enumerate() {
            let mut hidden = hidden.iter();
            for cell in &mut published.cells {
                let told = self.held.told(cell.key(), date);
                for (value, told) in cell.values[date].iter_mut().zip(told) {
                    if hidden.next() == Some(&true) {
                        *value = Value::Withheld(Reason::Secret);
                    } else if told == Told::NotCounted && *value == Value::Known(0) {
                        *value = Value::Withheld(Reason::NotCounted);
                    }
                }
            }
        }
        let mut left_whole = self.held.left_whole.iter();
        published.cells.retain(|_| left_whole.next() != Some(&true));
        published
    }
}

/// Which figures of one date are withheld.
struct Mask<'a> {
    relations: &'a Relations,
    counts: &'a [u32],
    marks: &'a [Mark],
    /// Those of which readers are not told whether they are zero.
    apart: &'a [bool],
    hidden: Vec<bool>,
    /// For each relation, how many of its parts are hidden, and their sum.
    parts: Vec<(u32, u32)>,
    /// Relations to look at again.
    queue: VecDeque<u32>,
}

/// What the relations leave of each figure.
struct Bounds {
    /// The least and most that it can be.
    within: Vec<(i64, i64)>,
    /// The relation that says the most; none says it of those that are shown.
    above: Vec<Option<u32>>,
}

impl<'a> Mask<'a> {
    /// Hides the secrets, what was hidden before and what is not published.
    fn new(
        relations: &'a Relations,
        counts: &'a [u32],
        marks: &'a [Mark],
        apart: &'a [bool],
    ) -> Self {
        let mut mask = Self {
            relations,
            counts,
            marks,
            apart,
            hidden: vec![false; counts.len()],
            parts: vec![(0, 0); relations.all.len()],
            queue: VecDeque::new(),
        };
        for variable in 0..counts.len() as Variable {
            let kept = marks.get(variable as usize) == Some(&Mark::Kept);
            if kept || mask.is_secret(variable) || apart[variable as usize] {
                mask.hide(variable);
            }
        }
        mask
    }

    /// Hides what must be hidden with them.
    fn close(mut self) -> Vec<bool> {
        loop {
            while let Some(relation) = self.queue.pop_front() {
                if !self.is_safe(relation)
                    && let Some(complement) = self.complement(&[relation])
                {
                    self.hide(complement);
                }
            }
            for complement in self.widening() {
                self.hide(complement);
            }
            if self.queue.is_empty() && !self.loosen() {
                return self.hidden;
            }
        }
    }

    /// Hides a twin of each figure that all relations together pin down; tells whether there was one.
    fn loosen(&mut self) -> bool {
        let pinned: Vec<_> = self.pinned().into_iter().map(|variable| (variable, 0)).collect();
        self.widen(&pinned);
        !self.queue.is_empty()
    }

    /// Hides figures near each of these, the more of them the more often that was done; but none where what
    /// was hidden for another may do. Tells for which it was done.
    fn widen(&mut self, variables: &[(Variable, u32)]) -> Vec<Variable> {
        let mut touched = vec![false; self.relations.all.len()];
        let mut widened = Vec::new();
        for &(variable, before) in variables {
            if self.of(variable).iter().any(|number| touched[*number as usize]) {
                continue;
            }
            let hidden = match before {
                0 => self.hide_twin(variable).into_iter().collect(),
                far => self.hide_around(variable, far),
            };
            for number in hidden.iter().chain([&variable]).flat_map(|one| self.of(*one)) {
                touched[*number as usize] = true;
            }
            widened.push(variable);
        }
        widened
    }

    fn hide_twin(&mut self, variable: Variable) -> Option<Variable> {
        let twin = self.twin(variable).or_else(|| self.complement_near(variable))?;
        self.hide(twin);
        Some(twin)
    }

    /// Hides a figure of each relation of this one. Where all of them are, the largest has to leave it room:
    /// hides some of its relations too, and so on so far.
    fn hide_around(&mut self, variable: Variable, far: u32) -> Vec<Variable> {
        let (mut seen, mut around) = (BTreeSet::from([variable]), vec![variable]);
        let mut hidden = Vec::new();
        for _ in 0..far {
            let mut next = Vec::new();
            let relations = self.relations;
            let of = |one: Variable| &relations.of_variable[one as usize];
            for &number in around.into_iter().flat_map(of) {
                if let Some(complement) = self.complement(&[number]) {
                    self.hide(complement);
                    hidden.push(complement);
                    continue;
                }
                let others = self.relation(number).iter().filter(|it| !seen.contains(it));
                let largest = others.copied().max_by_key(|it| self.count(*it));
                next.extend(largest.filter(|it| seen.insert(*it)));
            }
            around = next;
        }
        hidden
    }

    /// The withheld figures to which all relations together leave a single value.
    fn pinned(&self) -> Vec<Variable> {
        let hidden: Vec<Variable> =
            (0..self.hidden.len() as Variable).filter(|it| self.is_hidden(*it)).collect();
        let mut number = vec![0; self.hidden.len()];
        for (place, variable) in (0..).zip(&hidden) {
            number[*variable as usize] = place;
        }
        let live = (0..self.relations.all.len() as u32).filter(|it| !self.is_clear(*it));
        let equations = live.map(|relation| {
            let signed = self.relation(relation).iter().zip(once(-1).chain(repeat(1)));
            let hidden = signed.filter(|(variable, _)| self.is_hidden(**variable));
            hidden.map(|(variable, sign)| (number[*variable as usize], sign)).collect()
        });
        let pinned = kernel::pinned(hidden.len(), equations.collect());
        let pinned = pinned.into_iter().map(|place| hidden[place as usize]);
        pinned.filter(|variable| self.is_sensitive(*variable)).collect()
    }

    /// The figure, of those a variable is summed with, that leaves fewest relations with a single
    /// unknown; then the one that costs readers least.
    fn twin(&self, variable: Variable) -> Option<Variable> {
        let own: BTreeSet<u32> = self.of(variable).iter().copied().collect();
        let candidates: BTreeSet<Variable> =
            own.iter().flat_map(|number| self.relation(*number)).copied().collect();
        candidates.into_iter().filter(|it| self.may_hide(*it)).min_by_key(|it| {
            let its: BTreeSet<u32> = self.of(*it).iter().copied().collect();
            let left = own.difference(&its).filter(|number| self.hidden_in(**number) == 1).count();
            let new = its.difference(&own).filter(|number| self.hidden_in(**number) == 0).count();
            // The country and its regions, whole, are the last to be withheld for another.
            let spared = self.wanted(*it).saturating_sub(MOST_WANTED - 1);
            let few = self.count(*it) <= 2 * POSSIBLE_VALUES;
            (
                spared,
                left + new,
                few,
                self.relations.wanted(*it),
                is_headline(*it),
                self.count(*it),
                *it,
            )
        })
    }

    fn relation(&self, number: u32) -> &'a Relation {
        &self.relations.all[number as usize]
    }

    fn of(&self, variable: Variable) -> &'a [u32] {
        &self.relations.of_variable[variable as usize]
    }

    fn is_hidden(&self, variable: Variable) -> bool {
        self.hidden[variable as usize]
    }

    /// Whether a figure must keep several possible values: it is of one to four, or differs by so few
    /// from what was told.
    fn is_secret(&self, variable: Variable) -> bool {
        is_secret(self.count(variable)) || self.marks.get(variable as usize) == Some(&Mark::Secret)
    }

    /// Whether a withheld figure must not be pinned down: what is not published may be, when it is not
    /// secret.
    fn is_sensitive(&self, variable: Variable) -> bool {
        let is_unseen = self.relations.is_unseen(variable);
        !is_unseen && (!self.apart[variable as usize] || self.is_secret(variable))
    }

    /// Whether a figure may be withheld for another.
    fn may_hide(&self, variable: Variable) -> bool {
        let is_given = self.marks.get(variable as usize) == Some(&Mark::Given);
        !self.is_hidden(variable) && self.count(variable) > 0 && !is_given
    }

    fn count(&self, variable: Variable) -> u32 {
        self.counts[variable as usize]
    }

    fn hide(&mut self, variable: Variable) {
        if std::mem::replace(&mut self.hidden[variable as usize], true) {
            return;
        }
        for &number in self.of(variable) {
            if self.relation(number)[0] != variable {
                let count = self.count(variable);
                let (hidden, sum) = &mut self.parts[number as usize];
                *hidden += 1;
                *sum += count;
            }
            self.queue.push_back(number);
        }
    }

    /// Whether one relation, alone, leaves enough possible values.
    fn is_safe(&self, number: u32) -> bool {
        if self.relations.has_unseen[number as usize] {
            // What is unseen may be nothing, and need not be kept secret: bounds say more.
            return true;
        }
        let (hidden, sum) = self.parts[number as usize];
        let relation = self.relation(number);
        if self.is_hidden(relation[0]) {
            return hidden > 0 || !self.is_sensitive(relation[0]);
        }
        let mut parts = relation[1..].iter().filter(|part| self.is_hidden(**part));
        match hidden {
            0 => true,
            1 => parts.all(|part| !self.is_sensitive(*part)),
            // Each hidden part is at least one, so none is more than the sum less the others. One that
            // is not published may be nothing: bounds say more.
            _ => {
                parts.any(|part| self.apart[*part as usize]) || sum - hidden + 1 >= POSSIBLE_VALUES
            }
        }
    }

    /// The figure of these relations that costs readers least.
    fn complement(&self, relations: &[u32]) -> Option<Variable> {
        relations
            .iter()
            .flat_map(|number| self.relation(*number))
            .copied()
            .filter(|variable| self.may_hide(*variable))
            .min_by_key(|variable| {
                let with = |hidden| {
                    let relations = self.of(*variable).iter();
                    relations.filter(|number| self.hidden_in(**number) == hidden).count() as i64
                };
                // Where it is the first, it calls for another; where one is alone, no longer.
                let calls = 2 * with(0) - with(1);
                let wanted = self.wanted(*variable);
                (wanted, calls, is_headline(*variable), self.count(*variable), *variable)
            })
    }

    /// How much readers want a figure, or a total that would have to be hidden with it: one whose
    /// other parts are all zero.
    fn wanted(&self, variable: Variable) -> u8 {
        let totals = self.of(variable).iter().map(|number| self.relation(*number)[0]);
        let same = totals.filter(|total| {
            self.count(*total) == self.count(variable) && !self.apart[*total as usize]
        });
        same.chain([variable]).map(|it| self.relations.wanted(it)).max().unwrap_or_default()
    }

    /// Whether nothing of a relation is hidden yet: a first hidden figure would call for another.
    fn is_clear(&self, number: u32) -> bool {
        self.hidden_in(number) == 0
    }

    /// How many figures of a relation are hidden, its total among them.
    fn hidden_in(&self, number: u32) -> u32 {
        self.parts[number as usize].0 + u32::from(self.is_hidden(self.relation(number)[0]))
    }

    /// The least costly figure among the relations of a variable, or those next to them.
    fn complement_near(&self, variable: Variable) -> Option<Variable> {
        let near = self.of(variable);
        self.complement(near).or_else(|| {
            let neighbours = near.iter().flat_map(|number| self.relation(*number));
            let further: Vec<u32> =
                neighbours.flat_map(|neighbour| self.of(*neighbour)).copied().collect();
            self.complement(&further)
        })
    }

    /// Figures to hide so that each secret count to which all relations together leave too few values is
    /// left more.
    fn widening(&self) -> BTreeSet<Variable> {
        let Bounds { within, above } = self.bounds();
        let secrets = (0..self.counts.len() as Variable)
            .filter(|variable| self.is_secret(*variable) && !self.relations.is_unseen(*variable));
        let narrow = secrets.filter(|variable| {
            let (low, high) = within[*variable as usize];
            high - low + 1 < i64::from(POSSIBLE_VALUES)
        });
        narrow.filter_map(|variable| self.complement_above(variable, &above)).collect()
    }

    /// The least costly figure of the relation that bounds a variable from above, or else of those that
    /// bound the others of this relation, and so on.
    fn complement_above(&self, variable: Variable, above: &[Option<u32>]) -> Option<Variable> {
        let mut seen = BTreeSet::from([variable]);
        let mut queue = VecDeque::from([variable]);
        while let Some(variable) = queue.pop_front() {
            let Some(number) = above[variable as usize] else { continue };
            if let Some(complement) = self.complement(&[number]) {
                return Some(complement);
            }
            let hidden = self.relation(number).iter().filter(|it| self.is_hidden(**it));
            queue.extend(hidden.copied().filter(|it| seen.insert(*it)));
        }
        None
    }

    /// The least and most that each figure can be, as relations bound each other.
    fn bounds(&self) -> Bounds {
        let mut above = vec![None; self.hidden.len()];
        let mut bounds: Vec<(i64, i64)> = self
            .hidden
            .iter()
            .zip(self.counts)
            .zip(0..)
            .map(|((hidden, count), variable)| match hidden {
                true => (i64::from(!self.apart[variable as usize]), UNBOUNDED),
                false => (i64::from(*count), i64::from(*count)),
            })
            .collect();
        let live = (0..self.relations.all.len() as u32).filter(|number| !self.is_clear(*number));
        let mut queue: VecDeque<u32> = live.collect();
        let mut waiting = vec![false; self.relations.all.len()];
        for number in &queue {
            waiting[*number as usize] = true;
        }
        let mut left = MOST_LOOKS * queue.len();
        while let Some(number) = queue.pop_front().filter(|_| left > 0) {
            left -= 1;
            waiting[number as usize] = false;
            self.tighten(number, &mut bounds, |moved, is_less| {
                if is_less {
                    above[moved as usize] = Some(number);
                }
                for &next in self.of(moved) {
                    if next != number && !std::mem::replace(&mut waiting[next as usize], true) {
                        queue.push_back(next);
                    }
                }
            });
        }
        Bounds { within: bounds, above }
    }

    /// What one relation says of the bounds of its hidden figures; tells those that moved, and whether
    /// the most they can be is less.
    fn tighten(
        &self,
        number: u32,
        bounds: &mut [(i64, i64)],
        mut moved: impl FnMut(Variable, bool),
    ) {
        let relation = self.relation(number);
        let (total, parts) = (relation[0], &relation[1..]);
        let (mut low, mut high, mut sum) = (0, 0, 0);
        for part in parts {
            let (part_low, part_high) = bounds[*part as usize];
            low += part_low;
            high += part_high;
            sum += i64::from(self.count(*part));
        }
        // Of an inexact sum, the reader is granted the difference.
        let excess = sum - i64::from(self.count(total));
        let mut narrow = |bounds: &mut [(i64, i64)], variable: Variable, low: i64, high: i64| {
            let known = bounds[variable as usize];
            let most = if high > UNBOUNDED / 2 { known.1 } else { known.1.min(high) };
            let within = (known.0.max(low), most);
            if within != known {
                bounds[variable as usize] = within;
                moved(variable, within.1 < known.1);
            }
            within
        };
        let (total_low, total_high) = narrow(bounds, total, low - excess, high - excess);
        if low == high {
            return;
        }
        for part in parts.iter().filter(|part| self.is_hidden(**part)) {
            let (part_low, part_high) = bounds[*part as usize];
            let (least, most) =
                (total_low + excess - (high - part_high), total_high + excess - (low - part_low));
            let within = narrow(bounds, *part, least, most);
            low += within.0 - part_low;
            high += within.1 - part_high;
        }
    }
}

#[cfg(test)]
mod tests;
