//! Which places are broken down: those of a thousand learners, where nearly every figure of a breakdown
//! can be given; in levels of territories where three places in four are so large, for the others could
//! not be told from each other by many.
//!
//! Smaller ones are shown whole. What is left is not to be worked out either: where one place alone is
//! left whole among those that make another, the next smallest is left whole with it.
//!
//! Example. Corse has 800 learners and Mayotte 600; every other region has more than a thousand. By sex
//! and by age, a reader knows of the two together what the country has more than the others, and of
//! neither what it has. Were there Corse alone, Centre-Val de Loire, the next smallest, would be left
//! whole too.

use std::collections::{BTreeMap, BTreeSet};

use super::hold::Held;
use super::relations::Places;
use crate::aggregate::{Cell, Dimension, Indicators, Level};

/// From this many learners on, at one date at least, a place is broken down.
const LEAST_BROKEN_DOWN: u32 = 1_000;

/// One that was broken down stays so while it has this many: from one night to the next, pages do not
/// come and go.
const STILL_BROKEN_DOWN: u32 = 750;

/// A place: its level and its code.
type Place<'a> = (Level, &'a str);

/// Keeps what is for the public, or would be if its place were larger.
///
/// An organisation is shown as a whole: broken down by age or level, nearly all its figures would be
/// withheld, and many others with them. So is an employment zone, which cuts departments: what two
/// breakdowns have in common could not be told. Networks, OPCO, domains and kinds of organisation cut
/// each other: to protect their sums too would cost more figures than they give.
pub fn keep_given(indicators: &mut Indicators) {
    indicators.cells.retain(|cell| match cell.dimension {
        Dimension::Ensemble => cell.level != Level::ZoneEmploi,
        Dimension::Domaine | Dimension::Nature | Dimension::Opco | Dimension::Reseau => false,
        _ => ![Level::Organisme, Level::ZoneEmploi].contains(&cell.level),
    });
}

/// Leaves whole the places that are not broken down.
pub fn leave_whole(held: &mut Held) {
    let broken_down = broken_down(held);
    // Of a level that is never broken down, nobody reasons on breakdowns.
    let levels: BTreeSet<Level> = broken_down.iter().map(|(level, _)| *level).collect();
    let is_whole = |cell: &Cell| cell.dimension == Dimension::Ensemble;
    held.counted.cells.retain(|cell| is_whole(cell) || levels.contains(&cell.level));
    let left = held
        .counted
        .cells
        .iter()
        .map(|cell| !is_whole(cell) && !broken_down.contains(&(cell.level, cell.code.clone())));
    held.left_whole = left.collect();
}

/// The places that are broken down.
fn broken_down(held: &Held) -> BTreeSet<(Level, String)> {
    let places = held.counted.cells.iter().enumerate().filter(|(_, cell)| {
        let is_place = !matches!(cell.level, Level::Organisme | Level::ZoneEmploi);
        is_place && cell.dimension == Dimension::Ensemble
    });
    let divided = Places::of(&held.counted.cells);
    let mut learners: BTreeMap<Place<'_>, u32> = BTreeMap::new();
    let mut divisions: BTreeMap<(Place<'_>, Level), Vec<Place<'_>>> = BTreeMap::new();
    for (number, cell) in places {
        let place = (cell.level, cell.code.as_str());
        let most = cell.counts.iter().map(|counts| counts.apprenants()).max();
        learners.insert(place, most.unwrap_or_default());
        for (level, code, division) in divided.above(number, cell, &BTreeMap::new()) {
            divisions.entry(((level, code), division)).or_default().push(place);
        }
    }
    let mut open = large(&learners, &held.broken_down_before());
    // What can be worked out of a place that is not broken down closes another.
    while let Some(place) = divisions.iter().find_map(|((total, _), parts)| {
        let closed = parts.iter().filter(|part| !open.contains(*part)).count();
        let is_worked_out = if open.contains(total) { closed == 1 } else { closed == 0 };
        let parts = parts.iter().filter(|part| open.contains(*part));
        let smallest = parts.min_by_key(|part| learners[*part]);
        let alone = Some(total).filter(|total| open.contains(*total) && total.0 != Level::France);
        smallest.or(alone).filter(|_| is_worked_out).copied()
    }) {
        open.remove(&place);
    }
    open.into_iter().map(|(level, code)| (level, code.to_owned())).collect()
}

/// The country, and the large places of each level most of whose places are large.
fn large<'a>(
    learners: &BTreeMap<Place<'a>, u32>,
    before: &BTreeSet<Place<'_>>,
) -> BTreeSet<Place<'a>> {
    let is_large = |place: &Place<'_>| {
        let least = if before.contains(place) { STILL_BROKEN_DOWN } else { LEAST_BROKEN_DOWN };
        learners[place] >= least
    };
    let mut of_level: BTreeMap<Level, [usize; 2]> = BTreeMap::new();
    for place in learners.keys() {
        let [all, large] = of_level.entry(place.0).or_default();
        *all += 1;
        *large += usize::from(is_large(place));
    }
    let is_open = |place: &&Place<'_>| {
        let [all, large] = of_level[&place.0];
        place.0 == Level::France || 4 * large >= 3 * all && is_large(place)
    };
    learners.keys().filter(is_open).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregate::Counts;
    use crate::publish::{Told, ToldCell};

    /// Regions of so many learners, whole and by sex, and the country.
    fn country(regions: &[(&str, u32)]) -> Held {
        let cell = |level, code: &str, dimension, modality: &str, apprentis| Cell {
            level,
            code: code.to_owned(),
            label: String::new(),
            dimension,
            modality: modality.to_owned(),
            counts: vec![Counts { apprentis, ..Counts::default() }, Counts::default()],
        };
        let mut cells = Vec::new();
        let places = regions.iter().map(|(code, apprentis)| (Level::Region, *code, *apprentis));
        for (level, code, apprentis) in [(Level::France, "FR", 99)].into_iter().chain(places) {
            cells.push(cell(level, code, Dimension::Ensemble, "", apprentis));
            cells.push(cell(level, code, Dimension::Sexe, "F", apprentis));
        }
        cells.sort_by(|one, other| one.key().cmp(&other.key()));
        let dates = ["2026-10-31", "2026-11-30"].map(|date| date.parse().unwrap()).to_vec();
        Indicators { dates, cells }.into()
    }

    fn left_whole(regions: &[(&str, u32)]) -> Vec<String> {
        left_whole_of(country(regions))
    }

    fn left_whole_of(mut held: Held) -> Vec<String> {
        leave_whole(&mut held);
        let left = held.counted.cells.iter().zip(&held.left_whole).filter(|(_, left)| **left);
        left.map(|(cell, _)| cell.code.clone()).collect()
    }

    #[test]
    fn places_of_a_thousand_learners_are_broken_down() {
        let large = ["11", "24", "27", "28", "32", "44"].map(|code| (code, 1_000));
        assert_eq!(left_whole(&large), [""; 0]);
        let two_small = [&large[..], &[("52", 999), ("53", 30)]].concat();
        assert_eq!(left_whole(&two_small), ["52", "53"]);
    }

    #[test]
    fn who_was_broken_down_stays_so_while_three_quarters_are_left() {
        let large =
            ["11", "24", "27", "28", "32", "44", "75", "76", "84"].map(|code| (code, 1_000));
        let smaller = [&large[..], &[("52", 749), ("53", 750), ("93", 999)]].concat();
        assert_eq!(left_whole(&smaller), ["52", "53", "93"]);
        let mut held = country(&smaller);
        let told = ["52", "53"].map(|code| ToldCell {
            level: Level::Region,
            code: code.to_owned(),
            dimension: Dimension::Sexe,
            modality: "F".to_owned(),
            values: vec![std::array::from_fn(|_| Told::Secret); 2],
        });
        held.told = told.to_vec();
        assert_eq!(left_whole_of(held), ["52", "93"]);
    }

    #[test]
    fn one_alone_takes_the_next_smallest_with_it() {
        let places = [("11", 9_000), ("53", 30), ("76", 2_000), ("84", 5_000)];
        assert_eq!(left_whole(&places), ["53", "76"]);
    }

    #[test]
    fn of_a_level_of_few_large_places_nothing_is_kept() {
        let mut held = country(&[("53", 30), ("76", 900), ("84", 1_000)]);
        leave_whole(&mut held);
        let by_sex = held.counted.cells.iter().filter(|it| it.dimension == Dimension::Sexe);
        assert_eq!(by_sex.map(|it| it.code.as_str()).collect::<Vec<_>>(), ["FR"]);
        assert!(!held.left_whole.contains(&true));
    }
}
