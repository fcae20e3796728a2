//! The flows and the classes of learners known by hand.

use super::*;
use crate::aggregate::cohorts::{HORIZONS, Observed, complete_on};
use crate::aggregate::flows::Flow;

fn contract(start: &str, end: &str, rupture: &str) -> Contract {
    Contract {
        start: day(start),
        end: Some(day(end)),
        rupture: (!rupture.is_empty()).then(|| day(rupture)),
        employer: None,
    }
}

fn with_contracts(record: &Record, contracts: &[Contract]) -> Record {
    Record { contracts: contracts.to_vec(), ..record.clone() }
}

fn as_of(today: &str, records: &[(u32, Record)]) -> Figures {
    let references = References { organisations: reference(), ..References::default() };
    let mut aggregator = Aggregator::new(day(today), &references);
    for (rank, record) in records {
        aggregator.add(*rank, record);
    }
    aggregator.finish()
}

/// What happened in a place, month by month: `09/2025 1 entry · 10/2025 1 signature`.
fn told(figures: &Figures, level: Level, code: &str) -> String {
    let Some(cell) =
        figures.flows.cells.iter().find(|cell| cell.level == level && cell.code == code)
    else {
        return String::new();
    };
    let words = |flow: &Flow| -> Vec<String> {
        let counts = [
            (flow.entries, "entry"),
            (flow.signatures, "signature"),
            (flow.breaks, "break"),
            (flow.returns_30_days, "return 30"),
            (flow.returns_90_days, "return 90"),
            (flow.returns_180_days, "return 180"),
            (flow.leavings, "leaving"),
        ];
        let some = counts.iter().filter(|(count, _)| *count > 0);
        some.map(|(count, word)| format!("{count} {word}")).collect()
    };
    let months = figures.flows.dates.iter().zip(&cell.months).filter_map(|(date, flow)| {
        let words = words(flow);
        let (year, month, _) = date.ymd();
        (!words.is_empty()).then(|| format!("{month:02}/{year} {}", words.join(", ")))
    });
    months.collect::<Vec<_>>().join(" · ")
}

fn france_told(figures: &Figures) -> String {
    told(figures, Level::France, "FR")
}

#[test]
fn the_example_of_the_flows() {
    let record = with_contracts(
        &apprentice(1, 1, 1),
        &[
            contract("2025-10-15", "2026-08-31", "2025-12-03"),
            contract("2026-01-10", "2026-08-31", "2026-01-25"),
        ],
    );
    let figures = as_of("2026-07-25", &[(0, record.clone())]);
    let expected = "09/2025 1 entry · 10/2025 1 signature · 12/2025 1 break · \
                    01/2026 1 signature, 1 break, 1 return 90, 1 return 180 · 07/2026 1 leaving";
    assert_eq!(france_told(&figures), expected);
    let uai = organisation(1).uai;
    for (level, code) in [
        (Level::Organisme, uai.as_str()),
        (Level::Departement, "35"),
        (Level::Academie, "14"),
        (Level::Region, "53"),
    ] {
        assert_eq!(told(&figures, level, code), expected);
    }
    // What is to come is not counted yet.
    assert_eq!(
        france_told(&as_of("2025-12-02", &[(0, record)])),
        "09/2025 1 entry · 10/2025 1 signature"
    );
}

#[test]
fn a_return_is_counted_by_the_days_without_a_contract() {
    let after = |days: i32| {
        let mut next = contract("2025-10-01", "2026-08-31", "");
        next.start = day("2025-10-01") + days;
        let broken = contract("2025-09-01", "2026-08-31", "2025-10-01");
        let figures =
            as_of("2026-07-31", &[(0, with_contracts(&apprentice(1, 1, 1), &[broken, next]))]);
        let cell = figures.flows.cells.iter().find(|cell| cell.level == Level::France).unwrap();
        let sum = |of: fn(&Flow) -> u32| cell.months.iter().map(of).sum::<u32>();
        [
            sum(|flow| flow.returns_30_days),
            sum(|flow| flow.returns_90_days),
            sum(|flow| flow.returns_180_days),
        ]
    };
    assert_eq!([0, 30, 31].map(after), [[1, 1, 1], [1, 1, 1], [0, 1, 1]]);
    assert_eq!([90, 91, 180, 181].map(after), [[0, 1, 1], [0, 0, 1], [0, 0, 1], [0, 0, 0]]);
}

#[test]
fn one_contract_after_another_is_no_return_and_no_break() {
    let record = with_contracts(
        &apprentice(1, 1, 1),
        &[
            contract("2025-09-01", "2025-10-31", ""),
            contract("2025-11-01", "2026-08-31", ""),
            // Broken before it started: it never was.
            contract("2025-11-05", "2026-08-31", "2025-11-05"),
        ],
    );
    let figures = as_of("2026-07-31", &[(0, record)]);
    assert_eq!(france_told(&figures), "09/2025 1 entry, 1 signature · 11/2025 1 signature");
}

#[test]
fn an_event_is_told_once_by_the_lists_of_two_years() {
    let first = Record { end: day("2027-08-31"), ..apprentice(1, 1, 1) };
    let contracts = [
        contract("2025-09-01", "2026-07-10", ""),
        // Signed in the summer: the list of the first year may not know it.
        contract("2026-07-15", "2027-08-31", "2026-10-02"),
    ];
    let first = with_contracts(&first, &contracts[..1]);
    let second =
        Record { school_year: "2026-2027".parse().unwrap(), ..with_contracts(&first, &contracts) };
    let expected = "09/2025 1 entry, 1 signature · \
                    07/2026 1 signature, 1 return 30, 1 return 90, 1 return 180 · 10/2026 1 break";
    let both = as_of("2026-11-01", &[(0, first.clone()), (1, second.clone())]);
    assert_eq!(france_told(&both), expected);
    // Known by both, it is one.
    let knows_both = with_contracts(&first, &contracts);
    assert_eq!(france_told(&as_of("2026-11-01", &[(0, knows_both), (1, second)])), expected);
}

#[test]
fn the_same_event_in_two_organisations_is_one_above_them() {
    let one = apprentice(1, 1, 1);
    let other = Record { entry: day("2025-09-08"), ..apprentice(1, 1, 7) };
    let figures = as_of("2025-11-15", &[(0, one), (0, other)]);
    let on_line = |number| told(&figures, Level::Organisme, organisation(number).uai.as_str());
    assert_eq!([1, 7].map(on_line), ["09/2025 1 entry, 1 signature"; 2]);
    // Two entries on two days; one contract.
    assert_eq!(france_told(&figures), "09/2025 2 entry, 1 signature");
}

/// `entered: learners/with a contract` at each horizon.
fn class(figures: &Figures, level: Level, code: &str, class: &str) -> String {
    let mut cells = figures.cohorts.cells.iter();
    let cell = cells.find(|cell| {
        cell.level == level && cell.code == code && cell.class == class.parse().unwrap()
    });
    let Some(cell) = cell else { return String::new() };
    let said = |(months, seen): (i32, Observed)| {
        format!(" {months}m {}/{}", seen.with_contract, seen.learners)
    };
    let horizons = HORIZONS.into_iter().zip(cell.horizons).map(said);
    format!("{}:{}", cell.entered, horizons.collect::<String>())
}

#[test]
fn the_example_of_the_classes() {
    let two_years = |person| Record { end: day("2027-08-31"), ..apprentice(person, person, 1) };
    let late = with_contracts(&two_years(1), &[contract("2025-10-15", "2027-08-31", "")]);
    let broken =
        with_contracts(&two_years(2), &[contract("2025-09-01", "2027-08-31", "2025-12-20")]);
    let figures = as_of("2026-01-15", &[(0, late), (0, broken)]);
    for (level, code) in [(Level::France, "FR"), (Level::Departement, "35")] {
        let expected = "2: 1m 1/2 3m 2/2 6m 0/0 9m 0/0 12m 0/0";
        assert_eq!(class(&figures, level, code, "2025-2026"), expected);
    }
}

#[test]
fn those_whose_training_is_over_are_no_longer_observed_and_those_who_left_are() {
    let short = Record {
        end: day("2026-02-28"),
        ..with_contracts(&apprentice(1, 1, 1), &[contract("2025-09-01", "2026-02-28", "")])
    };
    let left = Record { exclusion: Some(day("2025-10-20")), ..apprentice(2, 2, 1) };
    let figures = as_of("2026-07-20", &[(0, short), (0, left)]);
    // The one who left: with a contract on 1 October, not after; observed until the planned end.
    let expected = "2: 1m 2/2 3m 1/2 6m 0/1 9m 0/1 12m 0/0";
    assert_eq!(class(&figures, Level::France, "FR", "2025-2026"), expected);
}

#[test]
fn the_list_of_the_next_year_tells_what_became_of_a_class_and_makes_none() {
    let entered = Record { end: day("2027-08-31"), ..apprentice(1, 1, 1) };
    let still_here = with_contracts(&entered, &[contract("2025-09-01", "2027-08-31", "")]);
    let broken = with_contracts(&entered, &[contract("2025-09-01", "2027-08-31", "2026-08-20")]);
    let next = Record { school_year: "2026-2027".parse().unwrap(), ..broken };
    let both = as_of("2026-11-01", &[(0, still_here), (1, next.clone())]);
    let expected = "1: 1m 1/1 3m 1/1 6m 1/1 9m 1/1 12m 0/1";
    assert_eq!(class(&both, Level::France, "FR", "2025-2026"), expected);
    // Those of the class who left before the second list are not there: it cannot speak for it.
    assert_eq!(class(&as_of("2026-11-01", &[(1, next)]), Level::France, "FR", "2025-2026"), "");
}

#[test]
fn a_learner_of_two_organisations_is_one_of_the_class_above_them() {
    let kept = apprentice(1, 1, 1);
    let other = with_contracts(&Record { entry: day("2025-09-20"), ..apprentice(1, 1, 7) }, &[]);
    let figures = as_of("2025-12-25", &[(0, kept), (0, other)]);
    let on_line =
        |number| class(&figures, Level::Organisme, organisation(number).uai.as_str(), "2025-2026");
    assert_eq!(on_line(1), "1: 1m 1/1 3m 1/1 6m 0/0 9m 0/0 12m 0/0");
    assert_eq!(on_line(7), "1: 1m 0/1 3m 0/1 6m 0/0 9m 0/0 12m 0/0");
    let france = class(&figures, Level::France, "FR", "2025-2026");
    assert_eq!(france, "1: 1m 1/1 3m 1/1 6m 0/0 9m 0/0 12m 0/0");
}

#[test]
fn flows_and_stocks_tell_one_story() {
    // Of learners seen once, whoever is in training entered, and whoever left has left.
    let records: Vec<(u32, Record)> = country(41, 600, 0)
        .into_iter()
        .enumerate()
        .map(|(number, (rank, record))| {
            let key = LearnerKey((number as u128).to_be_bytes());
            (rank, Record { civil_key: key, ine_key: None, ..record })
        })
        .collect();
    let figures = as_of("2025-11-15", &records);
    let cell = figures.flows.cells.iter().find(|cell| cell.level == Level::France).unwrap();
    let entries: u32 = cell.months.iter().map(|flow| flow.entries).sum();
    let in_period = records.iter().filter(|(_, it)| {
        let year = it.school_year;
        day("2023-08-01") <= it.entry
            && it.entry <= day("2025-11-15")
            && year.first_day().plus_months(-3) <= it.entry
            && it.entry <= year.last_day()
    });
    assert_eq!(entries as usize, in_period.count());
    for flow in &cell.months {
        assert!(flow.returns_30_days <= flow.returns_90_days);
        assert!(flow.returns_90_days <= flow.returns_180_days);
        assert!(flow.returns_180_days <= flow.signatures);
    }
    let entered: u32 = figures
        .cohorts
        .cells
        .iter()
        .filter(|cell| cell.level == Level::France)
        .map(|cell| cell.entered)
        .sum();
    let months = figures.flows.dates.iter().zip(&cell.months);
    let of_autumn = months.filter(|(date, _)| (8..=10).contains(&date.ymd().1));
    let entries: u32 = of_autumn.map(|(_, flow)| flow.entries).sum();
    assert_eq!(entered, entries, "a class is its entries");
}

#[test]
fn who_enters_after_october_is_in_no_class() {
    let entered = |entry: &str| Record { entry: day(entry), ..apprentice(1, 1, 1) };
    for (entry, expected) in
        [("2025-10-31", "1: 1m 1/1 3m 0/0 6m 0/0 9m 0/0 12m 0/0"), ("2025-11-01", "")]
    {
        let figures = as_of("2025-12-25", &[(0, entered(entry))]);
        assert_eq!(class(&figures, Level::France, "FR", "2025-2026"), expected);
    }
}

#[test]
fn a_class_is_whole_when_a_horizon_has_come_for_who_entered_last() {
    let days = HORIZONS.map(|months| complete_on("2026-2027".parse().unwrap(), months).to_string());
    assert_eq!(days, ["2026-11-30", "2027-01-31", "2027-04-30", "2027-07-31", "2027-10-31"]);
}
