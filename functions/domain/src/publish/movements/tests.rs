//! A country of two regions, each of one department.

use super::*;
use crate::aggregate::cohorts::CohortCell;
use crate::aggregate::flows::FlowCell;
use crate::publish::relations::FRANCE;
use crate::publish::{Reason, Shown, Value, hold, protect};
use crate::vocabulary::References;

const PLACES: [(Level, &str); 7] = [
    (Level::Academie, "14"),
    (Level::Academie, "17"),
    (Level::Departement, "35"),
    (Level::Departement, "44"),
    (Level::France, FRANCE),
    (Level::Region, "52"),
    (Level::Region, "53"),
];

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// What each place has, from what its department has: Ille-et-Vilaine, then Loire-Atlantique.
fn place<T: Copy>(code: &str, [here, there]: [T; 2], sum: impl Fn(T, T) -> T) -> T {
    match code {
        FRANCE => sum(here, there),
        "53" | "14" | "35" => here,
        _ => there,
    }
}

/// So many entries, breaks and leavings in September, October and the current month.
fn months(entries: [[u32; 2]; 3], breaks: [u32; 2]) -> Flows {
    let cells = PLACES.map(|(level, code)| {
        let of = |two| place(code, two, |here, there| here + there);
        let month = |two| Flow { entries: of(two), breaks: of(breaks), ..Flow::default() };
        let (code, label) = (code.to_owned(), String::new());
        FlowCell { level, code, label, months: entries.map(month).to_vec() }
    });
    let dates = ["2026-09-30", "2026-10-31", "2026-11-22"].map(day).to_vec();
    Flows { dates, cells: cells.to_vec() }
}

/// Stocks of the same dates, shown but for one figure of a department and of its region, at a date.
fn stocks(withheld: Option<usize>) -> Published {
    let cells = PLACES.iter().map(|(level, code)| {
        let of = |date| {
            let is_withheld = withheld == Some(date) && ["53", "35"].contains(code);
            let broken =
                if is_withheld { Value::Withheld(Reason::Secret) } else { Value::Known(9) };
            [Value::Known(90), Value::Known(99), Value::Known(90), Value::Known(0), broken]
        };
        crate::publish::PublishedCell {
            level: *level,
            code: (*code).to_owned(),
            label: String::new(),
            dimension: Dimension::Ensemble,
            modality: String::new(),
            values: (0..3).map(of).collect(),
        }
    });
    let dates = ["2026-09-30", "2026-10-31", "2026-11-22"].map(day).to_vec();
    Published { dates, cells: cells.collect() }
}

/// The places whose entries, or breaks, are withheld in each month.
fn withheld(published: &Published, figure: usize) -> Vec<Vec<&str>> {
    let months = 0..published.dates.len();
    let at = |month: usize| {
        let cells = published.cells.iter();
        let cells = cells.filter(|cell| cell.values[month][figure].known().is_none());
        cells.map(|cell| cell.code.as_str()).collect()
    };
    months.map(at).collect()
}

fn shown(flows: &Flows, stocks: &Published) -> Published {
    let mut held = Held::from(super::flows(flows));
    link_flows(&mut held, stocks);
    protect(&held, &References::default())
}

const BREAKS: usize = 4;

/// What of a class is known of its months.
fn entries_of(flows: &Flows, points: &[Point]) -> Published {
    let mut held = Held::from(super::flows(flows));
    link_flows(&mut held, &stocks(None));
    let told = protect(&held, &References::default());
    protect(&entered(&held, &told, points), &References::default())
}

#[test]
fn months_that_are_over_are_told_of_territories_and_the_country_is_their_sum() {
    let mut told = months([[40, 50], [6, 7], [1, 1]], [0, 0]);
    // A centre whose department is not known: its entries are in the country alone.
    told.cells[4].months[0].entries += 3;
    let own = FlowCell { level: Level::Organisme, ..told.cells[0].clone() };
    told.cells.insert(5, own);
    let figures = flows(&told);
    assert_eq!(figures.dates, ["2026-09-30", "2026-10-31"].map(day));
    assert_eq!(figures.cells.len(), PLACES.len());
    let entries: Vec<u32> = figures.cells[4].counts.iter().map(|counts| counts.inscrits).collect();
    assert_eq!(entries, [90, 13]);
}

#[test]
fn a_month_is_withheld_where_a_figure_of_one_of_its_ends_is() {
    let told = || months([[40, 50], [6, 7], [1, 1]], [0, 8]);
    let nowhere: [Vec<&str>; 2] = Default::default();
    assert_eq!(withheld(&shown(&told(), &stocks(None)), ENTRIES), nowhere);
    // At the end of September: that month, and October which it begins. Brittany is withheld with its
    // department; the other region, with them, for the country would tell.
    let published = shown(&told(), &stocks(Some(0)));
    for month in withheld(&published, ENTRIES) {
        assert!(["53", "14", "35"].iter().all(|code| month.contains(code)), "{month:?}");
        assert!(month.len() > 3, "{month:?}");
    }
    // Nobody broke a contract there, and it is not told.
    assert!(withheld(&published, BREAKS).iter().all(|month| month.contains(&"35")));
    // On the day of the publication, and at the end of October: the current month is not told at all.
    assert_eq!(withheld(&shown(&told(), &stocks(Some(2))), ENTRIES), nowhere);
}

#[test]
fn a_zero_that_was_withheld_stays_so() {
    let figures = || flows(&months([[40, 50], [6, 7], [1, 1]], [0, 8]));
    let mut held = Held::from(figures());
    link_flows(&mut held, &stocks(Some(0)));
    let told = held.then_told(&protect(&held, &References::default()));
    let sums = told.iter().flat_map(|cell| &cell.values).map(|values| &values[LEARNERS]);
    assert!(sums.clone().all(|told| *told == Told::Nothing), "nothing is told of sums");
    let before = Shown { counted: held.counted, told };
    let mut held = hold(figures(), before, &References::default(), true);
    link_flows(&mut held, &stocks(None));
    let published = protect(&held, &References::default());
    assert!(withheld(&published, BREAKS).iter().all(|month| month.contains(&"35")));
}

#[test]
fn a_month_that_was_shown_is_counted_anew_by_five() {
    let before = |now: [u32; 2]| {
        let then = flows(&months([[40, 50], [6, 7], [1, 1]], [0, 8]));
        let mut held = Held::from(then);
        link_flows(&mut held, &stocks(None));
        let told = held.then_told(&protect(&held, &References::default()));
        let before = Shown { counted: held.counted, told };
        let now = flows(&months([now, [6, 7], [1, 1]], [0, 8]));
        let held = hold(now, before, &References::default(), true);
        let country = held.counted.cells.iter().find(|cell| cell.code == FRANCE);
        country.map(|cell| cell.counts[0].inscrits)
    };
    assert_eq!(before([43, 50]), Some(90), "three more are not told");
    assert_eq!(before([45, 50]), Some(95));
}

/// The class of 2026 one month after the entry: learners, and those with a contract.
fn class_of(learners: [u32; 2], with_contract: [u32; 2]) -> Cohorts {
    let cells = PLACES.map(|(level, code)| {
        let of = |two| place(code, two, |here, there| here + there);
        let mut horizons = <[Observed; HORIZONS.len()]>::default();
        horizons[0] = Observed { learners: of(learners), with_contract: of(with_contract) };
        CohortCell {
            level,
            code: code.to_owned(),
            label: String::new(),
            class: "2026-2027".parse().unwrap(),
            entered: of(learners),
            horizons,
        }
    });
    Cohorts { cells: cells.to_vec() }
}

#[test]
fn a_class_is_told_the_day_after_it_is_whole() {
    let told = class_of([40, 50], [30, 45]);
    assert_eq!(classes(&told, day("2026-11-30")).1, []);
    let (figures, points) = classes(&told, day("2026-12-01"));
    assert_eq!(points, [("2026-2027".parse().unwrap(), 1)]);
    assert_eq!(figures.dates, [day("2026-11-30")]);
    let country = figures.cells[4].counts[0];
    assert_eq!([country.apprentis, country.inscrits], [75, 15]);
}

#[test]
fn of_a_class_with_few_without_a_contract_how_many_they_are_in_all_is_told() {
    let (figures, points) = classes(&class_of([40, 50], [37, 40]), day("2026-12-01"));
    let entries = entries_of(&months([[20, 30], [20, 20], [1, 1]], [0, 0]), &points);
    let mut held = Held::from(figures);
    link_classes(&mut held, &points, &entries);
    let published = protect(&held, &References::default());
    let nobody: [Vec<&str>; 1] = Default::default();
    assert_eq!(withheld(&published, LEARNERS), nobody);
    // Three without one, of the forty: those with one are withheld too, and all that would tell.
    let hidden = [2, 3].map(|figure| withheld(&published, figure).concat());
    assert!(hidden.iter().all(|places| places.contains(&"35")), "{hidden:?}");
    assert!(hidden[0].contains(&"44") || hidden[0].contains(&"FR"), "{hidden:?}");
}

/// The places of which the class is withheld, where these entered.
fn withheld_classes(learners: [u32; 2], entries: [[u32; 2]; 3]) -> Vec<&'static str> {
    let with_contract = learners.map(|learners| learners - 5);
    let told = class_of(learners, with_contract);
    let (figures, points) = classes(&told, day("2026-12-01"));
    let mut held = Held::from(figures);
    link_classes(&mut held, &points, &entries_of(&months(entries, [0, 0]), &points));
    let published = protect(&held, &References::default());
    let withheld = withheld(&published, LEARNERS).concat();
    PLACES.iter().map(|place| place.1).filter(|code| withheld.contains(code)).collect()
}

#[test]
fn a_class_is_withheld_where_it_would_tell_of_a_month() {
    assert_eq!(withheld_classes([57, 50], [[37, 30], [20, 20], [1, 1]]), [""; 0]);
    // Three enter in October, which is withheld in both departments; September is told.
    let one = withheld_classes([40, 50], [[37, 30], [3, 20], [1, 1]]);
    assert!(["35", "44"].iter().all(|code| one.contains(code)), "{one:?}");
    // Four in September too: how many there are of the two months tells neither.
    assert_eq!(withheld_classes([7, 50], [[3, 30], [4, 20], [1, 1]]), [""; 0]);
}
