//! The third rule of secrecy: two publications held against each other tell of no group of one to
//! four.
//!
//! A date that was shown stays as it was shown. In the first publication of a month it may be counted
//! anew, a department at a time: where each figure of the whole moved by five learners or not at all,
//! the department and its organisations are taken as they are counted now, and its region, its academy
//! and the country move by as much. Elsewhere they keep what was shown, until more has moved. So every
//! sum holds within a publication, and the differences of territories, whole, are never of one to four.
//! A breakdown or an organisation of a department that is counted anew may move by so few: that figure
//! is then withheld like a count of one to four, and what would give it away with it
//! ([`super::protect`]). What was once withheld of a date stays withheld.
//!
//! Example. On 1 December a centre of 60 learners has sent its first list: the October of its
//! department moves by 50 apprentis and 10 inscrits, and is counted anew. Had the list held 2
//! rupturants, October would stay as it was until three more are known; November, which nobody has
//! seen yet, counts them at once.
//!
//! What was not counted when a date was shown (the organisation itself, until then) is not given for
//! it: [`super::Reason::NotCounted`].

use std::collections::{BTreeSet, HashMap};

use super::relations::{find, locate};
use super::withhold::is_secret;
use super::{INDICATORS, LEARNERS, Published, Reason, Value, indicators};
use crate::aggregate::{Cell, Counts, Dimension, Indicators, Level};
use crate::vocabulary::{Day, References, territory};

/// What the public was shown before, of the dates of a former publication.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shown {
    /// What it was made of, before anything was withheld: departments broken down, organisations whole.
    pub counted: Indicators,
    /// What was told of each public figure, at the same dates; sorted by key.
    pub told: Vec<ToldCell>,
}

/// What was told of a place and a breakdown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldCell {
    /// Level of the place.
    pub level: Level,
    /// Its public code.
    pub code: String,
    /// How it is broken down.
    pub dimension: Dimension,
    /// The value of the breakdown; empty for `ensemble`.
    pub modality: String,
    /// One for each date, indicators in the order of the published files.
    pub values: Vec<[Told; INDICATORS]>,
}

impl ToldCell {
    /// What told cells are sorted by.
    pub fn key(&self) -> (Level, &str, Dimension, &str) {
        (self.level, &self.code, self.dimension, &self.modality)
    }

    fn is_of_something(&self) -> bool {
        self.values.iter().flatten().any(|told| *told != Told::Nothing)
    }
}

/// What was told of one figure, by every publication that showed its date.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Told {
    /// Nothing.
    #[default]
    Nothing,
    /// That it was not counted then.
    NotCounted,
    /// That it is secret.
    Secret,
    /// Its value.
    Value {
        /// As it was last told.
        last: u32,
        /// What else it was ever told to be.
        before: Vec<u32>,
    },
}

impl Told {
    /// Whether a new value would tell, beside a former one, of a group of one to four.
    fn is_close(&self, count: u32) -> bool {
        let Self::Value { last, before } = self else { return false };
        before.iter().chain([last]).any(|told| is_secret(told.abs_diff(count)))
    }

    /// Whether it tells more than that nobody was there.
    fn is_of_somebody(&self) -> bool {
        match self {
            Self::Nothing => false,
            Self::NotCounted | Self::Secret => true,
            Self::Value { last, before } => *last > 0 || !before.is_empty(),
        }
    }

    /// What is told once this value is too.
    fn then(self, value: Value) -> Self {
        match (self, value) {
            (Self::Value { last: former, mut before }, Value::Known(last)) => {
                before.retain(|told| *told != last);
                if former != last {
                    before.push(former);
                }
                Self::Value { last, before }
            }
            (_, Value::Known(last)) => Self::Value { last, before: Vec::new() },
            (_, Value::Withheld(Reason::Secret)) => Self::Secret,
            (_, Value::Withheld(Reason::NotCounted)) => Self::NotCounted,
        }
    }
}

/// What must be withheld of a figure because of what was told before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Mark {
    /// Nothing.
    #[default]
    Free,
    /// It was withheld: it stays so.
    Kept,
    /// Its difference is of one to four, or it would tell of another secret: it is one like a count of
    /// so few.
    Secret,
    /// To withhold it for another would hide nothing.
    Given,
}

/// What readers know of the sum of the three statuses of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Headline {
    /// It is published, or withheld.
    #[default]
    Published,
    /// It is published, and would be known by other means where it was not: withheld, it hides nothing.
    Given,
    /// Nothing: it means nothing, and is not published.
    Unpublished,
    /// It alone may be withheld for another: what it is the sum of is told elsewhere.
    Alone,
}

/// The figures to publish, the dates that were shown held, and what was told of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Held {
    /// Every figure, before anything is withheld.
    pub counted: Indicators,
    /// At the dates of `counted`; sorted by key.
    pub(super) told: Vec<ToldCell>,
    /// Of each cell, whether its place is left whole, so that it is not published
    /// ([`super::leave_whole`]); empty where none is.
    pub(super) left_whole: Vec<bool>,
    /// For each date, the figures that would tell of another one, which is withheld: they are withheld
    /// too, zeros with them, and must keep several possible values. Empty where none is.
    pub(super) linked: Vec<Vec<bool>>,
    /// What readers know of the sums of statuses.
    pub(super) headline: Headline,
}

impl From<Indicators> for Held {
    /// Nothing was shown before.
    fn from(counted: Indicators) -> Self {
        Self { counted, ..Self::default() }
    }
}

impl Held {
    /// What was told of each figure of a cell: nothing, of what was never shown.
    pub(super) fn told(
        &self,
        key: (Level, &str, Dimension, &str),
        date: usize,
    ) -> [Told; INDICATORS] {
        let place = self.told.binary_search_by(|told| told.key().cmp(&key));
        place.map(|place| self.told[place].values[date].clone()).unwrap_or_default()
    }

    /// The places that a former publication broke down.
    pub(super) fn broken_down_before(&self) -> BTreeSet<(Level, &str)> {
        let is_shown = |told: &Told| matches!(told, Told::Secret | Told::Value { .. });
        let told = self.told.iter().filter(|told| {
            told.dimension != Dimension::Ensemble && told.values.iter().flatten().any(is_shown)
        });
        told.map(|told| (told.level, told.code.as_str())).collect()
    }

    /// Which figures of a date differ from what was told of them by so few that the difference is a secret:
    /// the indicators of the counted cells, in their order.
    pub fn close_to_told(&self, date: usize) -> Vec<bool> {
        self.marks(date).into_iter().map(|mark| mark == Mark::Secret).collect()
    }

    /// Whether a figure is not told to be zero where it is: the indicators of the counted cells, in their
    /// order.
    pub fn is_linked(&self, date: usize, figure: usize) -> bool {
        self.linked.get(date).is_some_and(|linked| linked[figure])
    }

    /// Whether to withhold an indicator for another would hide nothing.
    fn is_given(&self, indicator: usize) -> bool {
        match self.headline {
            Headline::Given => indicator == LEARNERS,
            Headline::Alone => indicator != LEARNERS,
            Headline::Published | Headline::Unpublished => false,
        }
    }

    /// What must be withheld at one date, figure by figure.
    pub(super) fn marks(&self, date: usize) -> Vec<Mark> {
        let marks = self.counted.cells.iter().enumerate().flat_map(|(number, cell)| {
            let told = self.told(cell.key(), date).into_iter();
            let figures = told.zip(indicators(cell.counts[date])).enumerate();
            figures.map(move |(indicator, (told, count))| match told {
                _ if self.is_linked(date, number * INDICATORS + indicator) => Mark::Secret,
                Told::Secret if count > 0 => Mark::Kept,
                told if told.is_close(count) => Mark::Secret,
                _ if self.is_given(indicator) => Mark::Given,
                _ => Mark::Free,
            })
        });
        marks.collect()
    }

    /// What the public has been told, once this is published: what is not published now was told all the
    /// same, and may be published again.
    pub fn then_told(&self, published: &Published) -> Vec<ToldCell> {
        let now = published.cells.iter().map(|cell| {
            let values = cell.values.iter().enumerate().map(|(date, values)| {
                let mut values = values.iter().enumerate();
                self.told(cell.key(), date).map(|told| match values.next() {
                    Some((LEARNERS, _)) if self.headline == Headline::Unpublished => told,
                    Some((_, value)) => told.then(*value),
                    None => told,
                })
            });
            ToldCell {
                level: cell.level,
                code: cell.code.clone(),
                dimension: cell.dimension,
                modality: cell.modality.clone(),
                values: values.collect(),
            }
        });
        let is_published = |told: &&ToldCell| {
            published.cells.binary_search_by(|cell| cell.key().cmp(&told.key())).is_ok()
        };
        let before = self.told.iter().filter(|told| !is_published(told) && told.is_of_something());
        let mut told: Vec<ToldCell> = now.chain(before.cloned()).collect();
        told.sort_by(|one, other| one.key().cmp(&other.key()));
        told
    }
}

/// Holds the dates that were shown. `anew`: they may be counted anew, a department at a time.
pub fn hold(now: Indicators, shown: Shown, references: &References, anew: bool) -> Held {
    let Shown { counted: then, told } = shown;
    let place_then = |date: &Day| then.dates.iter().position(|known| known == date);
    let places: Vec<Option<usize>> = now.dates.iter().map(place_then).collect();
    let (cells, former) = together(now.cells, then.cells, now.dates.len());
    let mut counted = Indicators { dates: now.dates, cells };
    let mut told = of_cells(&counted.cells, told, &places);
    let country = Country::new(&counted.cells, references);
    let mut dates = Vec::new();
    for (date, place) in places.iter().enumerate() {
        let Some(place) = *place else { continue };
        let then: Vec<Counts> = former.iter().map(|cell| cell.at(place)).collect();
        let now: Vec<Counts> = counted.cells.iter().map(|cell| cell.counts[date]).collect();
        let kept = if anew {
            country.kept(&told, date, &now, &then)
        } else {
            vec![true; country.departments.len()]
        };
        dates.push((date, country.mix(&kept, &now, &then)));
    }
    for (date, mixed) in dates {
        for (number, counts) in mixed.into_iter().enumerate() {
            let cell = &mut counted.cells[number];
            let now = std::mem::replace(&mut cell.counts[date], counts);
            if counts == Counts::default() && now != counts {
                let told =
                    told[number].get_or_insert_with(|| vec![Default::default(); places.len()]);
                for told in told[date].iter_mut().filter(|told| **told == Told::Nothing) {
                    *told = Told::NotCounted;
                }
            }
        }
    }
    let mut held = Held::from(Indicators { dates: counted.dates, cells: Vec::new() });
    for ((cell, values), former) in counted.cells.into_iter().zip(told).zip(former) {
        // One that is gone is kept while the public remembers somebody there.
        let somebody = |counts: &Counts| *counts != Counts::default();
        let is_told = || values.iter().flatten().flatten().any(Told::is_of_somebody);
        if matches!(former, Former::Gone(_)) && !cell.counts.iter().any(somebody) && !is_told() {
            continue;
        }
        held.told.extend(values.map(|values| ToldCell {
            level: cell.level,
            code: cell.code.clone(),
            dimension: cell.dimension,
            modality: cell.modality.clone(),
            values,
        }));
        held.counted.cells.push(cell);
    }
    held
}

/// How a cell was counted then.
enum Former {
    /// It was not.
    New,
    /// As now.
    Same(Vec<Counts>),
    /// It is counted no more.
    Gone(Vec<Counts>),
}

impl Former {
    fn at(&self, place: usize) -> Counts {
        match self {
            Self::New => Counts::default(),
            Self::Same(counts) | Self::Gone(counts) => counts[place],
        }
    }
}

/// What was told, cell by cell, at dates that were shown at these places.
fn of_cells(
    cells: &[Cell],
    told: Vec<ToldCell>,
    places: &[Option<usize>],
) -> Vec<Option<Vec<[Told; INDICATORS]>>> {
    let mut told = told.into_iter().peekable();
    let of_cell = |cell: &Cell| {
        while told.next_if(|told| told.key() < cell.key()).is_some() {}
        let values = told.next_if(|told| told.key() == cell.key())?.values;
        let at =
            |place: &Option<usize>| place.map(|place| values[place].clone()).unwrap_or_default();
        Some(places.iter().map(at).collect())
    };
    cells.iter().map(of_cell).collect()
}

/// The cells of now and of then, by key, with nobody where they are no longer counted; and how each was
/// counted then.
fn together(now: Vec<Cell>, then: Vec<Cell>, dates: usize) -> (Vec<Cell>, Vec<Former>) {
    let (mut cells, mut former) = (Vec::with_capacity(now.len()), Vec::with_capacity(now.len()));
    let mut then = then.into_iter().peekable();
    let gone = |cell: Cell| Cell { counts: vec![Counts::default(); dates], ..cell };
    for cell in now {
        while let Some(mut before) = then.next_if(|before| before.key() < cell.key()) {
            former.push(Former::Gone(std::mem::take(&mut before.counts)));
            cells.push(gone(before));
        }
        former.push(match then.next_if(|before| before.key() == cell.key()) {
            Some(before) => Former::Same(before.counts),
            None => Former::New,
        });
        cells.push(cell);
    }
    for mut before in then {
        former.push(Former::Gone(std::mem::take(&mut before.counts)));
        cells.push(gone(before));
    }
    (cells, former)
}

/// How cells are made of departments.
struct Country<'a> {
    cells: &'a [Cell],
    /// Their codes; the last one, without a code, is of the organisations whose department is unknown.
    departments: Vec<String>,
    /// The department of each cell of a department or of an organisation.
    department_of: Vec<Option<usize>>,
    /// The cells of its region, its academy and the country, for each cell of a department.
    above: Vec<Vec<usize>>,
    /// The cell of the country, for each cell of a region.
    total_of: Vec<Option<usize>>,
}

/// Learners by status: apprentis, inscrits, rupturants, abandons. They may be of a difference.
type Sum = [i64; 4];

fn sum(counts: Counts) -> Sum {
    [counts.apprentis, counts.inscrits, counts.rupturants, counts.abandons].map(i64::from)
}

fn add(to: &mut Sum, more: Sum, sign: i64) {
    to.iter_mut().zip(more).for_each(|(to, more)| *to += sign * more);
}

fn counts(sum: Sum) -> Counts {
    let [apprentis, inscrits, rupturants, abandons] =
        sum.map(|count| u32::try_from(count).unwrap_or_default());
    Counts { apprentis, inscrits, rupturants, abandons }
}

impl<'a> Country<'a> {
    fn new(cells: &'a [Cell], references: &References) -> Self {
        let located = locate(cells, references);
        let code = |(number, cell): (usize, &'a Cell)| match cell.level {
            Level::Departement => Some(cell.code.as_str()),
            Level::Organisme => {
                let department = located.get(&number).and_then(|(_, place)| place.department);
                Some(department.map_or("", |it| it.code))
            }
            _ => None,
        };
        let codes: Vec<Option<&str>> = cells.iter().enumerate().map(code).collect();
        let known = codes.iter().flatten().filter(|code| !code.is_empty());
        let mut departments: Vec<String> =
            known.map(|code| (*code).to_owned()).collect::<BTreeSet<_>>().into_iter().collect();
        departments.push(String::new());
        let department_of = codes.iter().map(|code| {
            let code = (*code)?;
            departments.iter().position(|known| known == code)
        });
        let cell =
            |level, code, cell: &Cell| find(cells, (level, code, cell.dimension, &cell.modality));
        let above =
            cells.iter().map(|part| match (part.level, territory::department(&part.code)) {
                (Level::Departement, Some(it)) => {
                    let region = cell(Level::Region, it.region().code, part);
                    let academy = cell(Level::Academie, it.academy().code, part);
                    [region, academy, cell(Level::France, "FR", part)]
                        .into_iter()
                        .flatten()
                        .collect()
                }
                _ => Vec::new(),
            });
        let total_of = cells.iter().map(|part| match part.level {
            Level::Region => cell(Level::France, "FR", part),
            _ => None,
        });
        Self {
            cells,
            department_of: department_of.collect(),
            above: above.collect(),
            total_of: total_of.collect(),
            departments,
        }
    }

    /// The figures where some departments keep what was shown.
    fn mix(&self, kept: &[bool], now: &[Counts], then: &[Counts]) -> Vec<Counts> {
        let mut mixed: Vec<Sum> = now.iter().map(|counts| sum(*counts)).collect();
        // Of those whose department is unknown, the country has what its regions have not.
        let mut nowhere: HashMap<usize, Sum> = HashMap::new();
        for (number, cell) in self.cells.iter().enumerate() {
            let mut difference = sum(then[number]);
            add(&mut difference, sum(now[number]), -1);
            match cell.level {
                Level::France => add(nowhere.entry(number).or_default(), difference, 1),
                Level::Region => {
                    if let Some(country) = self.total_of[number] {
                        add(nowhere.entry(country).or_default(), difference, -1);
                    }
                }
                Level::Departement | Level::Organisme => {
                    if self.department_of[number].is_some_and(|department| kept[department]) {
                        add(&mut mixed[number], difference, 1);
                        self.above[number]
                            .iter()
                            .for_each(|above| add(&mut mixed[*above], difference, 1));
                    }
                }
                Level::Academie | Level::ZoneEmploi => {}
            }
        }
        if kept.last() == Some(&true) {
            for (country, more) in nowhere {
                add(&mut mixed[country], more, 1);
            }
        }
        mixed.into_iter().map(counts).collect()
    }

    /// The departments that keep what was shown at a date, though it may be counted anew.
    fn kept(
        &self,
        told: &[Option<Vec<[Told; INDICATORS]>>],
        date: usize,
        now: &[Counts],
        then: &[Counts],
    ) -> Vec<bool> {
        let torn = self.torn(then);
        // Where nothing of the whole moved, nothing does.
        let mut kept: Vec<bool> = torn.iter().map(|torn| !torn).collect();
        for (number, cell) in self.cells.iter().enumerate() {
            let whole = cell.level == Level::Departement && cell.dimension == Dimension::Ensemble;
            if let Some(department) = self.department_of[number].filter(|_| whole)
                && now[number] != then[number]
            {
                kept[department] = false;
            }
        }
        if let Some(nowhere) = kept.last_mut() {
            *nowhere = self.of_nowhere().all(|number| now[number] == then[number]);
        }
        loop {
            let mixed = self.mix(&kept, now, then);
            let mut more = BTreeSet::new();
            for (number, cell) in self.cells.iter().enumerate() {
                let whole = cell.dimension == Dimension::Ensemble && cell.level != Level::Organisme;
                let Some(told) = &told[number] else { continue };
                let figures = indicators(then[number]).into_iter().zip(indicators(mixed[number]));
                let mut figures = figures.zip(&told[date]);
                let tells = figures.any(|((then, count), told)| {
                    let of_few = is_secret(then.abs_diff(count)) || told.is_close(count);
                    match told {
                        Told::Nothing | Told::NotCounted => false,
                        // A zero is shown: the secret it was would be.
                        Told::Secret => then > 0 && count == 0 || whole && of_few,
                        Told::Value { .. } => whole && of_few,
                    }
                });
                if tells {
                    more.extend(self.under(number).filter(|it| !kept[*it] && !torn[*it]));
                }
            }
            if more.is_empty() {
                return kept;
            }
            for department in more {
                kept[department] = true;
            }
        }
    }

    /// The organisations whose department is unknown.
    fn of_nowhere(&self) -> impl Iterator<Item = usize> {
        let nowhere = self.departments.len() - 1;
        (0..self.cells.len()).filter(move |number| self.department_of[*number] == Some(nowhere))
    }

    /// The departments whose organisations no longer make what was shown of them: one of them is now
    /// said to be elsewhere. They are counted anew, whatever it costs. Of figures without organisations
    /// none is.
    fn torn(&self, then: &[Counts]) -> Vec<bool> {
        if self.cells.iter().all(|cell| cell.level != Level::Organisme) {
            return vec![false; self.departments.len()];
        }
        let mut left = vec![Sum::default(); self.departments.len()];
        for (number, cell) in self.cells.iter().enumerate() {
            let Some(department) = self.department_of[number] else { continue };
            match (cell.level, cell.dimension) {
                (Level::Organisme, _) => add(&mut left[department], sum(then[number]), 1),
                (_, Dimension::Ensemble) => add(&mut left[department], sum(then[number]), -1),
                _ => {}
            }
        }
        left.into_iter().map(|left| left.iter().any(|count| *count < 0)).collect()
    }

    /// The departments that a cell is made of.
    fn under(&self, number: usize) -> impl Iterator<Item = usize> {
        let cell = &self.cells[number];
        let own = self.department_of[number];
        let is_under = move |code: &str| match (cell.level, territory::department(code)) {
            (Level::France, _) => true,
            (Level::Region, Some(it)) => it.region().code == cell.code,
            (Level::Academie, Some(it)) => it.academy().code == cell.code,
            _ => false,
        };
        let all = self.departments.iter().enumerate();
        all.filter(move |(place, code)| own == Some(*place) || is_under(code))
            .map(|(place, _)| place)
    }
}

#[cfg(test)]
mod tests;
