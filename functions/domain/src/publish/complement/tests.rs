//! A reader who subtracts and bounds, written apart from the rule: it knows only what is published,
//! and finds the sums by the names of places and modalities.

use std::collections::BTreeMap;

use super::*;
use crate::aggregate::tests::{count, country, reference};
use crate::aggregate::{Cell, Counts, Dimension, Indicators, Level};
use crate::publish::{PublishedCell, keep_given};
use crate::record::Record;
use crate::vocabulary::references::{Certification, Certifications, Code};
use crate::vocabulary::{LearnerKey, References, territory};

/// Level, code, dimension, modality, indicator.
type Name = (Level, String, Dimension, String, usize);

/// A country of learners who are each in one place, so that every sum is exact.
fn exact_country(seed: u64, size: i32) -> Indicators {
    let alone = |(number, (_, record)): (usize, (u32, Record))| {
        let mut key = [0; 16];
        key[..8].copy_from_slice(&number.to_be_bytes());
        (0, Record { civil_key: LearnerKey(key), ine_key: None, ..record })
    };
    let records: Vec<(u32, Record)> =
        country(seed, size, 0).into_iter().enumerate().map(alone).collect();
    let mut exact = count(&records).0;
    keep_whole_organisations(&mut exact);
    exact
}

/// As they are published, at [`DATES`].
fn keep_whole_organisations(exact: &mut Indicators) {
    // Of 28: a month-end of the year before, and today.
    let dates = [19, 27];
    exact.dates = dates.map(|date| exact.dates[date]).to_vec();
    for cell in &mut exact.cells {
        cell.counts = dates.map(|date| cell.counts[date]).to_vec();
    }
    let whole = |cell: &Cell| cell.dimension == Dimension::Ensemble;
    exact.cells.retain(|cell| cell.level != Level::Organisme || whole(cell));
}

fn references() -> References {
    References { organisations: reference(), ..References::default() }
}

/// The figures that the sums of a figure lead to: its name in each total it is a part of. A code
/// without a place stands for the sum under another division.
fn totals(name: &Name, departments: &BTreeMap<String, String>) -> Vec<(Name, String)> {
    let (level, code, dimension, modality, indicator) = name;
    let at = |level, code: &str| (level, code.to_owned(), *dimension, modality.clone(), *indicator);
    let mut found = Vec::new();
    let department = match level {
        Level::Departement => territory::department(code),
        _ => departments.get(code).and_then(|code| territory::department(code)),
    };
    match (level, department) {
        (Level::Organisme, Some(it)) => {
            found.push((at(Level::Departement, it.code), "organismes".to_owned()));
        }
        (Level::Departement, Some(it)) => {
            found.push((at(Level::Region, it.region().code), "départements".to_owned()));
            found.push((at(Level::Academie, it.academy().code), "départements".to_owned()));
        }
        // Those of an organisation that is nowhere are in no region: a reader sees it as a whole.
        (Level::Region | Level::Academie, _) if *dimension != Dimension::Ensemble => {}
        (Level::Region, _) => found.push((at(Level::France, "FR"), "régions".to_owned())),
        (Level::Academie, _) => found.push((at(Level::France, "FR"), "académies".to_owned())),
        (Level::Organisme, None) => {
            found.push((at(Level::France, "FR"), "régions".to_owned()));
            found.push((at(Level::France, "FR"), "académies".to_owned()));
        }
        _ => {}
    }
    if *indicator >= 2 {
        let apprenants = (*level, code.clone(), *dimension, modality.clone(), 1);
        found.push((apprenants, "statuts".to_owned()));
    }
    let overlap = dimension.is_multivalued();
    let by_break = *dimension == Dimension::AncienneteRupture;
    if *dimension != Dimension::Ensemble && !overlap && (!by_break || *indicator == 4) {
        let whole = (*level, code.clone(), Dimension::Ensemble, String::new(), *indicator);
        found.push((whole, format!("{dimension:?}")));
    }
    found
}

/// The least and most that the reader knows each withheld figure to be, and each of the breakdowns that
/// are not published of small places.
fn attack(exact: &Indicators, published: &Published, date: usize) -> BTreeMap<Name, (i64, i64)> {
    let departments: BTreeMap<String, String> = reference()
        .iter()
        .map(|it| (reference().public_code(&it.organisation), it.department.clone()))
        .collect();
    let mut known = BTreeMap::new();
    for cell in &exact.cells {
        for indicator in 0..INDICATORS {
            let modality = cell.modality.clone();
            let name = (cell.level, cell.code.clone(), cell.dimension, modality, indicator);
            let bounds = match shown(published, cell).map(|cell| cell.values[date][indicator]) {
                Some(Value::Known(count)) => (count.into(), count.into()),
                Some(Value::Withheld(_)) => (1, 1 << 40),
                None => (0, 1 << 40),
            };
            known.insert(name, bounds);
        }
    }
    let mut sums: BTreeMap<(Name, String), Vec<Name>> = BTreeMap::new();
    for name in known.keys() {
        for sum in totals(name, &departments) {
            assert!(known.contains_key(&sum.0), "{sum:?}");
            sums.entry(sum).or_default().push(name.clone());
        }
    }
    loop {
        let before = known.clone();
        for ((total, _), parts) in &sums {
            let low: i64 = parts.iter().map(|part| known[part].0).sum();
            let high: i64 = parts.iter().map(|part| known[part].1).sum();
            let whole = known[total];
            let whole = (whole.0.max(low), whole.1.min(high));
            known.insert(total.clone(), whole);
            for part in parts {
                let own = known[part];
                let within =
                    (own.0.max(whole.0 - (high - own.1)), own.1.min(whole.1 - (low - own.0)));
                known.insert(part.clone(), within);
            }
        }
        if known == before {
            return known;
        }
    }
}

fn shown<'a>(published: &'a Published, cell: &Cell) -> Option<&'a PublishedCell> {
    let place = published.cells.binary_search_by(|one| one.key().cmp(&cell.key()));
    Some(&published.cells[place.ok()?])
}

/// What an attack of one date finds: secrets with too few values, and withheld figures known exactly.
fn found(exact: &Indicators, published: &Published, date: usize) -> (usize, usize) {
    let known = attack(exact, published, date);
    let (mut secrets, mut pinned) = (0, 0);
    for cell in &exact.cells {
        let shown = shown(published, cell);
        for (indicator, count) in indicators(cell.counts[date]).into_iter().enumerate() {
            if shown.is_some_and(|shown| shown.values[date][indicator].known().is_some()) {
                continue;
            }
            let modality = cell.modality.clone();
            let name = (cell.level, cell.code.clone(), cell.dimension, modality, indicator);
            let (low, high) = known[&name];
            assert!((low..=high).contains(&i64::from(count)), "{name:?}");
            secrets += usize::from(is_secret(count) && high - low < 4);
            pinned += usize::from(low == high && (shown.is_some() || is_secret(count)));
        }
    }
    (secrets, pinned)
}

const DATES: [usize; 2] = [0, TODAY];
const TODAY: usize = 1;

/// A relation that is not true would pin down what nothing pins down, and everything be withheld in vain.
#[test]
fn every_relation_is_true() {
    let all = exact_country(3, 400);
    let mut given = all.clone();
    keep_given(&mut given);
    for exact in [all, given] {
        let relations = Relations::new(&exact.cells, &references());
        for date in DATES {
            let counts = exact.cells.iter().flat_map(|cell| indicators(cell.counts[date]));
            let counts = relations.counts(counts.collect());
            for relation in &relations.all {
                let count = |variable: &Variable| counts[*variable as usize];
                let sum: u32 = relation[1..].iter().map(count).sum();
                assert_eq!(sum, count(&relation[0]), "{relation:?}");
            }
        }
    }
}

#[test]
fn nothing_withheld_can_be_found_again() {
    for (seed, size) in [(1, 40), (2, 150), (3, 400), (4, 900)] {
        let exact = exact_country(seed, size);
        let published = protect(&exact.clone().into(), &references());
        for date in DATES {
            assert_eq!(found(&exact, &published, date), (0, 0), "seed {seed}, date {date}");
        }
    }
}

#[test]
fn a_place_that_is_left_whole_is_not_given_away_by_the_others() {
    let mut held = Held::from(exact_country(3, 400));
    for whole in [["35", ""], ["29", "53"], ["14", "35"]] {
        let left_whole = held.counted.cells.iter().map(|cell| {
            cell.dimension != Dimension::Ensemble && whole.contains(&cell.code.as_str())
        });
        held.left_whole = left_whole.collect();
        let published = protect(&held, &references());
        assert!(published.cells.len() < held.counted.cells.len());
        assert_eq!(found(&held.counted, &published, TODAY), (0, 0), "{whole:?}");
    }
}

#[test]
fn the_reader_of_these_tests_is_able() {
    let exact = exact_country(3, 400);
    let (secrets, pinned) = found(&exact, &withhold(&exact), TODAY);
    assert!(secrets > 50 && pinned > 50, "{secrets} {pinned}");
}

#[test]
fn most_complements_are_needed() {
    let exact = exact_country(3, 400);
    let published = protect(&exact.clone().into(), &references());
    let mut caught = 0;
    let mut tried = 0;
    for (place, cell) in exact.cells.iter().enumerate() {
        for (indicator, count) in indicators(cell.counts[TODAY]).into_iter().enumerate() {
            if published.cells[place].values[TODAY][indicator].known().is_some() || is_secret(count)
            {
                continue;
            }
            if tried == 10 {
                continue;
            }
            let mut careless = published.clone();
            careless.cells[place].values[TODAY][indicator] = Value::Known(count);
            tried += 1;
            caught += usize::from(found(&exact, &careless, TODAY) != (0, 0));
        }
    }
    assert!(caught * 2 > tried, "{caught} of {tried}");
}

#[test]
fn what_is_known_too_well_is_hidden_among_more_and_nothing_is_shown_again() {
    let (held, references) = (Held::from(exact_country(3, 400)), references());
    let counts: Vec<u32> =
        held.counted.cells.iter().flat_map(|cell| indicators(cell.counts[TODAY])).collect();
    let secrets = (0..).zip(&counts).filter(|(_, count)| is_secret(**count));
    let secrets: Vec<u32> = secrets.map(|(variable, _)| variable).collect();
    let mut protection = Protection::new(&held, &references);
    let first = protection.hidden.clone();
    let much = |hidden: &[bool]| hidden.iter().filter(|hidden| **hidden).count();
    for _ in 0..3 {
        let before = protection.hidden[TODAY].clone();
        protection.widen(TODAY, &secrets);
        let now = &protection.hidden;
        assert_eq!(now[0], first[0], "of the other date, nothing is asked");
        assert!(before.iter().zip(&now[TODAY]).all(|(before, now)| before <= now));
    }
    assert!(much(&protection.hidden[TODAY]) > much(&first[TODAY]));
    // Zero is always shown, and what stays shown gives nothing away.
    let mut zeros = counts.iter().zip(&protection.hidden[TODAY]).filter(|(count, _)| **count == 0);
    assert!(zeros.all(|(_, hidden)| !hidden));
    assert_eq!(found(&held.counted, &protection.published(), TODAY), (0, 0));
}

#[test]
fn what_is_shown_is_exact_and_zero_is_always_shown() {
    // Learners in two organisations, whose sums are inexact, are in this country.
    let (mut exact, _) = count(&country(6, 900, 0));
    keep_whole_organisations(&mut exact);
    let published = protect(&exact.clone().into(), &references());
    assert_eq!(published, protect(&exact.clone().into(), &references()));
    for (cell, shown) in exact.cells.iter().zip(&published.cells) {
        for (counts, values) in cell.counts.iter().zip(&shown.values) {
            for (count, value) in indicators(*counts).into_iter().zip(values) {
                assert!(value.known().is_none_or(|shown| shown == count));
                assert!(count > 0 || value.known() == Some(0));
                assert!(!is_secret(count) || value.known().is_none());
            }
        }
    }
}

#[test]
fn a_level_does_not_give_away_its_certifications() {
    let references = References {
        certifications: Certifications::new(
            [("RNCP1001", 3), ("RNCP1002", 3), ("RNCP1003", 5)].map(|(code, level)| {
                Certification {
                    code: Code::parse(code).unwrap(),
                    label: String::new(),
                    level: Some(level),
                    domain: String::new(),
                    opcos: Vec::new(),
                }
            }),
        ),
        ..references()
    };
    let cell = |dimension, modality: &str, apprentis| Cell {
        level: Level::France,
        code: "FR".to_owned(),
        label: String::new(),
        dimension,
        modality: modality.to_owned(),
        counts: vec![Counts { apprentis, ..Counts::default() }],
    };
    let exact = Indicators {
        dates: vec!["2026-10-31".parse().unwrap()],
        cells: vec![
            cell(Dimension::Certification, "RNCP1001", 3),
            cell(Dimension::Certification, "RNCP1002", 60),
            cell(Dimension::Certification, "RNCP1003", 50),
            cell(Dimension::Ensemble, "", 113),
            cell(Dimension::Niveau, "3", 63),
            cell(Dimension::Niveau, "5", 50),
        ],
    };
    let published = protect(&exact.clone().into(), &references);
    let shown: Vec<bool> =
        published.cells.iter().map(|cell| cell.values[0][2].known().is_some()).collect();
    // The least certification would do for the sum of all three; of the level, only the other will.
    assert_eq!(shown, [false, false, true, true, true, true]);
}
