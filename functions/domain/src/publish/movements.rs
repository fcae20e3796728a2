//! What happened each month, and what became of each entry class, as figures: what holds, withholds
//! and proves the learners of each date does the same for them.
//!
//! An event is what brings a learner to a status: who enters is *inscrit*, who signs *apprenti*; a
//! break makes a *rupturant*, a leaving an *abandon*. So a month of a place is a cell at one date, the
//! last day of the month. Of a class, at one horizon, those with a contract are the *apprentis*, those
//! without the *inscrits*: its date is the day on which the horizon has come for everyone.
//!
//! Only what will not grow by itself is shown: months that are over, classes that are whole. Else two
//! nights held against each other would tell of the few whom one of them added. Organisations and
//! employment zones have neither. A centre whose department is not known is in none of them, for what
//! the country had more than its regions would be its own.
//!
//! No sum links these figures to those of a date, but nearly: those who left by the end of a month,
//! less those who had by its beginning, are the leavings of the month. So
//!
//! - a month of a place is shown where all its figures of both ends are ([`link_flows`]);
//! - a class of a place is shown where how many they are does not tell of the entries of its months
//!   ([`entered`], [`link_classes`]), and where there are five learners or none.
//!
//! What is not shown so is withheld whole, zeros with it, and keeps several possible values.

use std::collections::{BTreeMap, BTreeSet};

use super::hold::{Headline, Held, Told, ToldCell};
use super::relations::{Places, find};
use super::withhold::is_secret;
use super::{INDICATORS, LEARNERS, Published, PublishedCell, indicators};
use crate::aggregate::cohorts::{Cohorts, HORIZONS, Observed, complete_on, last_entry};
use crate::aggregate::flows::{Flow, Flows};
use crate::aggregate::{Cell, Counts, Dimension, Indicators, Level};
use crate::vocabulary::{Day, SchoolYear};

/// The place of the entries in [`indicators`].
const ENTRIES: usize = 3;
/// The places of the statuses, which the three months of a class are told as ([`entered`]).
const MONTHS: [usize; 3] = [2, 3, 4];

/// A class, and the months after the entry at which it is looked at.
pub type Point = (SchoolYear, i32);

/// The months that are over, place by place.
pub fn flows(flows: &Flows) -> Indicators {
    // The last one is the current month.
    let dates = flows.dates.split_last().map_or(&[][..], |(_, over)| over);
    let counts = |flow: &Flow| Counts {
        apprentis: flow.signatures,
        inscrits: flow.entries,
        rupturants: flow.breaks,
        abandons: flow.leavings,
    };
    let cells = flows.cells.iter().map(|cell| {
        let months = cell.months[..dates.len()].iter().map(counts).collect();
        (cell.level, cell.code.as_str(), cell.label.as_str(), months)
    });
    territories(dates.to_vec(), cells)
}

/// The classes that are whole on a day, place by place; and what each date is.
pub fn classes(cohorts: &Cohorts, today: Day) -> (Indicators, Vec<Point>) {
    let mut points = BTreeMap::<Day, Point>::new();
    let mut places = BTreeMap::<(Level, &str, &str), BTreeMap<Day, Counts>>::new();
    for cell in &cohorts.cells {
        let place = places.entry((cell.level, &cell.code, &cell.label)).or_default();
        for (months, seen) in HORIZONS.into_iter().zip(cell.horizons) {
            let day = complete_on(cell.class, months);
            if day < today {
                points.insert(day, (cell.class, months));
                place.insert(day, of_class(seen));
            }
        }
    }
    let dates: Vec<Day> = points.keys().copied().collect();
    let cells = places.iter().map(|((level, code, label), counts)| {
        let at = |day: &Day| counts.get(day).copied().unwrap_or_default();
        (*level, *code, *label, dates.iter().map(at).collect())
    });
    (territories(dates.clone(), cells), points.into_values().collect())
}

fn of_class(seen: Observed) -> Counts {
    let without_contract = seen.learners - seen.with_contract;
    Counts { apprentis: seen.with_contract, inscrits: without_contract, ..Counts::default() }
}

/// The cells of territories, where the country is the sum of its regions.
fn territories<'a>(
    dates: Vec<Day>,
    places: impl Iterator<Item = (Level, &'a str, &'a str, Vec<Counts>)>,
) -> Indicators {
    let mut country = vec![Counts::default(); dates.len()];
    let mut cells: Vec<Cell> = Vec::new();
    for (level, code, label, counts) in places {
        if matches!(level, Level::Organisme | Level::ZoneEmploi) || dates.is_empty() {
            continue;
        }
        if level == Level::Region {
            country.iter_mut().zip(&counts).for_each(|(sum, more)| *sum += *more);
        }
        cells.push(Cell {
            level,
            code: code.to_owned(),
            label: label.to_owned(),
            dimension: Dimension::Ensemble,
            modality: String::new(),
            counts,
        });
    }
    for cell in cells.iter_mut().filter(|cell| cell.level == Level::France) {
        cell.counts.clone_from(&country);
    }
    Indicators { dates, cells }
}

/// Withholds the months of a place of which a figure is withheld at one end or the other; nobody adds
/// up entries, signatures and breaks.
pub fn link_flows(held: &mut Held, stocks: &Published) {
    held.headline = Headline::Unpublished;
    let whole = stocks.cells.iter().filter(|cell| cell.dimension == Dimension::Ensemble);
    let places: BTreeMap<(Level, &str), _> =
        whole.map(|cell| ((cell.level, cell.code.as_str()), &cell.values)).collect();
    let dates = held.counted.dates.clone();
    let is_withheld = |cell: &Cell, end: Option<usize>| {
        let values = places.get(&(cell.level, cell.code.as_str())).zip(end);
        values.is_some_and(|(values, end)| values[end].iter().any(|it| it.known().is_none()))
    };
    link(held, |cell, date| {
        let end = stocks.dates.iter().position(|day| *day == dates[date]);
        let start = end.and_then(|end| end.checked_sub(1));
        is_withheld(cell, end) || is_withheld(cell, start)
    });
}

/// The entries of the months of each class, withheld as they are told, and how many they are in all:
/// what a reader knows of a class before it is told. That sum may be withheld, and nothing else.
///
/// Example. Of August, September and October one month is withheld in a department: how many entered in
/// all would tell it. Of two, it tells their sum, and not what each is.
pub fn entered(flows: &Held, told: &Published, points: &[Point]) -> Held {
    let mut years: Vec<SchoolYear> = points.iter().map(|(class, _)| *class).collect();
    years.sort_unstable();
    years.dedup();
    let dates = &flows.counted.dates;
    // The places of the months of each class, as far as they are counted.
    let months: Vec<[Option<usize>; MONTHS.len()]> = years
        .iter()
        .map(|class| {
            let ends = [1, 2, 3].map(|months| class.first_day().plus_months(months) - 1);
            ends.map(|end| dates.iter().position(|date| *date == end))
        })
        .collect();
    let entries = |counts: &[Counts], months: &[Option<usize>; MONTHS.len()]| {
        months.map(|month| month.map_or(0, |month| counts[month].inscrits))
    };
    let mut held = Held { headline: Headline::Alone, ..Held::default() };
    held.counted.dates = years.iter().map(|class| last_entry(*class)).collect();
    for (cell, shown) in flows.counted.cells.iter().zip(&told.cells) {
        let counts = months.iter().map(|months| {
            let [apprentis, inscrits, rupturants] = entries(&cell.counts, months);
            Counts { apprentis, inscrits, rupturants, abandons: 0 }
        });
        held.counted.cells.push(Cell { counts: counts.collect(), ..cell.clone() });
        let values = months.iter().map(|months| {
            let mut told = <[Told; INDICATORS]>::default();
            for (month, indicator) in months.iter().zip(MONTHS) {
                let is_withheld = |month: &usize| shown.values[*month][ENTRIES].known().is_none();
                if month.as_ref().is_some_and(is_withheld) {
                    told[indicator] = Told::Secret;
                }
            }
            told
        });
        held.told.push(ToldCell {
            level: cell.level,
            code: cell.code.clone(),
            dimension: cell.dimension,
            modality: cell.modality.clone(),
            values: values.collect(),
        });
    }
    let linked = |date: usize, number: usize| {
        let mut linked = [false; INDICATORS];
        for (month, indicator) in months[date].iter().zip(MONTHS) {
            let figure = number * INDICATORS + ENTRIES;
            linked[indicator] = month.is_some_and(|month| flows.is_linked(month, figure));
        }
        // Where nobody entered, and a month of it is not told, how many entered would tell.
        linked[LEARNERS] = held.counted.cells[number].counts[date].apprenants() == 0
            && held.told[number].values[date].contains(&Told::Secret);
        linked
    };
    let cells = held.counted.cells.len();
    held.linked = (0..years.len())
        .map(|date| (0..cells).flat_map(|number| linked(date, number)).collect())
        .collect();
    link(&mut held, |_, _| false);
    held
}

/// Withholds the classes of a place where how many entered is, and those of one to four learners; else
/// readers know how many there are, for the entries say it.
pub fn link_classes(held: &mut Held, points: &[Point], entered: &Published) {
    held.headline = Headline::Given;
    let known: BTreeMap<(Level, &str), &PublishedCell> =
        entered.cells.iter().map(|cell| ((cell.level, cell.code.as_str()), cell)).collect();
    link(held, |cell, date| {
        let (class, _) = points[date];
        let year = entered.dates.iter().position(|day| *day == last_entry(class));
        let place = known.get(&(cell.level, cell.code.as_str())).zip(year);
        let is_withheld =
            place.is_some_and(|(place, year)| place.values[year][LEARNERS].known().is_none());
        is_withheld || is_secret(cell.counts[date].apprenants())
    });
}

/// Withholds everything at a date.
pub fn link_all(held: &mut Held, date: usize) {
    link(held, |_, at| at == date);
}

/// Withholds cells at dates, and the zeros that were withheld before; and where there is nothing of a
/// figure in a place above, which would tell that there is nothing of it, that one with it.
fn link(held: &mut Held, is_linked: impl Fn(&Cell, usize) -> bool) {
    let cells = &held.counted.cells;
    let is_published = |indicator| indicator != LEARNERS || held.headline != Headline::Unpublished;
    let places = Places::of(cells);
    let above: Vec<_> = (0..cells.len()).map(|number| above(&places, cells, number)).collect();
    let dates = 0..held.counted.dates.len();
    let linked = dates.map(|date| {
        let mut linked = vec![false; cells.len() * INDICATORS];
        for (number, cell) in cells.iter().enumerate() {
            let told = held.told(cell.key(), date);
            let all = is_linked(cell, date);
            let counts = indicators(cell.counts[date]);
            for indicator in (0..INDICATORS).filter(|it| is_published(*it)) {
                let figure = number * INDICATORS + indicator;
                let is_zero = counts[indicator] == 0;
                let was = is_zero && told[indicator] == Told::Secret;
                if !all && !was && !held.is_linked(date, figure) {
                    continue;
                }
                linked[figure] = true;
                let zeros = above[number].iter().filter(|place| {
                    is_zero && indicators(cells[**place].counts[date])[indicator] == 0
                });
                zeros.for_each(|place| linked[place * INDICATORS + indicator] = true);
            }
        }
        linked
    });
    held.linked = linked.collect();
}

/// The places that a place is a part of: an academy is of a region, or holds several.
fn above(places: &Places, cells: &[Cell], number: usize) -> BTreeSet<usize> {
    let (mut found, mut next) = (BTreeSet::new(), vec![number]);
    while let Some(part) = next.pop() {
        let divided = places.above(part, &cells[part], &BTreeMap::new());
        let of = |(level, code, _)| find(cells, (level, code, Dimension::Ensemble, ""));
        next.extend(divided.into_iter().filter_map(of).filter(|place| found.insert(*place)));
    }
    found
}

#[cfg(test)]
mod tests;
