//! Small countries whose figures are known by hand, and relations that any country keeps.

mod dimensions;
mod flows;
mod ranges;
mod why;

use std::collections::{BTreeMap, BTreeSet};

use super::person::{Keys, Linked, Range};
use super::status::{Status, parcours_of};
use super::*;
use crate::record::{Contract, Record, Sex};
use crate::vocabulary::organisation::Listed;
use crate::vocabulary::references::{
    Certification, Certifications, Code, Networks, ZoneLine, Zones, network, opco,
};
use crate::vocabulary::{Cfd, LearnerKey, Organisation, Reference, References, Rncp, SchoolYear};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn organisation(number: usize) -> Organisation {
    let uai = ('A'..='Z').find_map(|key| format!("{number:07}{key}").parse().ok()).unwrap();
    let siret = (0..10).find_map(|key| format!("{:013}{key}", number + 1).parse().ok()).unwrap();
    Organisation { uai, siret }
}

const PLACES: [&str; 14] =
    ["01", "35", "2A", "971", "977", "94", "", "35", "22", "29", "77", "93", "13", "84"];

/// Fourteen listed organisations; the numbers after them are not.
pub(crate) fn reference() -> Reference {
    Reference::new(PLACES.iter().enumerate().map(|(number, department)| Listed {
        organisation: organisation(number),
        name: format!("CFA {number}"),
        nature: "formateur".to_owned(),
        department: (*department).to_owned(),
        commune: String::new(),
        commune_code: None,
    }))
}

/// An apprentice of the whole year 2025-2026.
fn apprentice(civil: u8, ine: u8, number: usize) -> Record {
    let key = |byte| LearnerKey([byte; 16]);
    Record {
        civil_key: key(civil),
        ine_key: (ine > 0).then(|| key(ine)),
        responsable: organisation(number),
        formateur: organisation(number),
        lieu_uai: None,
        school_year: "2025-2026".parse().unwrap(),
        training_year: 1,
        rncp: Rncp::parse("RNCP35316"),
        cfd: Cfd::parse("50022137"),
        months: Some(24),
        inscription: day("2025-08-20"),
        entry: day("2025-09-01"),
        end: day("2026-08-31"),
        exclusion: None,
        contracts: vec![Contract {
            start: day("2025-09-01"),
            end: Some(day("2026-08-31")),
            rupture: None,
            employer: None,
        }],
        birth_month: day("2007-06-01"),
        sex: Sex::Female,
        rqth: Some(false),
        commune: None,
        postal_code: *b"35000",
        erased: crate::record::Erased::default(),
        line: 2,
    }
}

fn without_contract(record: &Record) -> Record {
    Record { contracts: Vec::new(), ..record.clone() }
}

const TODAY: &str = "2025-11-15";
/// How many dates a run of that day has: from August 2023.
const DATES: usize = 28;

pub(crate) fn count(records: &[(u32, Record)]) -> (Indicators, Ledger) {
    let references = References { organisations: reference(), ..References::default() };
    let figures = figures(records, &references);
    (figures.indicators, figures.ledger)
}

fn figures(records: &[(u32, Record)], references: &References) -> Figures {
    let mut aggregator = Aggregator::new(day(TODAY), references);
    for (rank, record) in records {
        aggregator.add(*rank, record);
    }
    aggregator.finish()
}

/// Counts today, as `apprentis inscrits rupturants abandons`; empty when there is no such cell.
fn today(indicators: &Indicators, level: Level, code: &str, modality: &str) -> String {
    let cell = indicators
        .cells
        .iter()
        .find(|cell| cell.level == level && cell.code == code && cell.modality == modality);
    cell.and_then(|cell| cell.counts.last()).map_or_else(String::new, |counts| {
        let Counts { apprentis, inscrits, rupturants, abandons } = counts;
        format!("{apprentis} {inscrits} {rupturants} {abandons}")
    })
}

fn france(indicators: &Indicators) -> String {
    today(indicators, Level::France, "FR", "")
}

#[test]
fn a_learner_is_counted_in_every_place_of_the_formateur() {
    let mut record = apprentice(1, 1, 1);
    record.responsable = organisation(0);
    let (figures, ledger) = count(&[(0, record)]);
    let code = organisation(1).uai.to_string();
    for (level, code) in [
        (Level::France, "FR"),
        (Level::Region, "53"),
        (Level::Academie, "14"),
        (Level::Departement, "35"),
        (Level::Organisme, &code),
    ] {
        assert_eq!(today(&figures, level, code, ""), "1 0 0 0", "{code}");
        assert_eq!(today(&figures, level, code, "18-20 ans"), "1 0 0 0", "{code}");
        assert_eq!(today(&figures, level, code, "3"), "1 0 0 0", "{code}");
        assert_eq!(today(&figures, level, code, "RNCP35316"), "1 0 0 0", "{code}");
    }
    // France, region, academy, department, organisation: eleven breakdowns; age 18 all along.
    assert_eq!(figures.cells.len(), 5 * 11);
    assert_eq!((ledger.records, ledger.learners, ledger.repeated), (1, 1, 0));
}

#[test]
fn what_the_reference_does_not_list_counts_in_france_and_on_its_own_line() {
    let (figures, ledger) = count(&[(0, apprentice(1, 1, 90)), (0, apprentice(2, 2, 6))]);
    assert_eq!(france(&figures), "2 0 0 0");
    assert_eq!(today(&figures, Level::Organisme, &organisation(90).to_string(), ""), "1 0 0 0");
    let levels: BTreeSet<Level> = figures.cells.iter().map(|cell| cell.level).collect();
    assert_eq!(levels, BTreeSet::from([Level::France, Level::Organisme]));
    assert_eq!(
        (ledger.unlisted_organisations.len(), ledger.organisations_without_department.len()),
        (1, 1)
    );
}

#[test]
fn two_keys_make_a_person_and_two_ine_never_do() {
    let joined = |records: &[(u8, u8)]| {
        let records: Vec<(u32, Record)> = records
            .iter()
            .zip([1, 2, 3, 4])
            .map(|(&(civil, ine), number)| (0, apprentice(civil, ine, number)))
            .collect();
        let (figures, ledger) = count(&records);
        let counts = figures.cells.iter().find(|cell| cell.level == Level::France).unwrap();
        assert_eq!(counts.level, Level::France);
        let told = france(&figures);
        assert_eq!(told, format!("{} 0 0 0", ledger.learners));
        (ledger.learners, ledger.joined_by_civil_key, ledger.joined_by_ine, ledger.homonyms)
    };
    assert_eq!(joined(&[(1, 0), (1, 0)]), (1, 1, 0, 0), "the same name");
    assert_eq!(joined(&[(1, 7), (2, 7)]), (1, 0, 1, 0), "a mistyped name");
    assert_eq!(joined(&[(1, 7), (1, 0)]), (1, 1, 0, 0), "an INE that one file lacks");
    assert_eq!(joined(&[(1, 7), (1, 8)]), (2, 0, 0, 1), "homonyms");
    assert_eq!(joined(&[(1, 7), (1, 0), (1, 8)]), (3, 0, 0, 1), "a third joins no two homonyms");
    assert_eq!(joined(&[(1, 7), (2, 7), (2, 0), (1, 0)]), (1, 2, 1, 0), "a chain over one INE");
    assert_eq!(joined(&[(1, 0), (7, 1)]), (2, 0, 0, 0), "an INE is not a civil identity");
}

#[test]
fn the_latest_record_of_a_unit_counts() {
    let earlier = apprentice(1, 1, 1);
    let later = without_contract(&Record { line: 1, ..earlier.clone() });
    let (figures, ledger) = count(&[(2, later.clone()), (1, earlier.clone())]);
    assert_eq!(france(&figures), "0 1 0 0", "the later deposit");
    assert_eq!(ledger.repeated, 1);
    let (figures, _) = count(&[(1, earlier.clone()), (1, later)]);
    assert_eq!(france(&figures), "1 0 0 0", "the later line");
    let other = Record { rncp: Rncp::parse("RNCP1234"), ..earlier.clone() };
    assert_eq!(france(&count(&[(1, earlier), (1, other)]).0), "2 0 0 0", "two trainings");
}

#[test]
fn a_learner_in_two_organisations_is_one_above_them() {
    // Both are in the department 35; the second has no contract and came later.
    let kept = apprentice(1, 1, 1);
    let other = without_contract(&Record { entry: day("2025-10-01"), ..apprentice(1, 1, 7) });
    let (figures, ledger) = count(&[(0, kept.clone()), (1, other.clone())]);
    let on_line = |figures: &Indicators, number: usize| {
        today(figures, Level::Organisme, organisation(number).uai.as_str(), "")
    };
    assert_eq!((on_line(&figures, 1), on_line(&figures, 7)), ("1 0 0 0".into(), "0 1 0 0".into()));
    assert_eq!(today(&figures, Level::Departement, "35", ""), "1 0 0 0");
    assert_eq!(today(&figures, Level::Departement, "35", "femmes"), "1 0 0 0");
    assert_eq!(ledger.in_several_organisations, 1);
    // Both are told.
    assert_eq!(
        ledger.also_elsewhere,
        [(organisation(1), 1), (organisation(7), 1)].into_iter().collect()
    );

    let (figures, _) = count(&[(0, without_contract(&kept)), (1, other)]);
    assert_eq!(france(&figures), "0 1 0 0", "the latest entry");
    let (figures, _) = count(&[(0, apprentice(1, 1, 5)), (0, kept)]);
    assert_eq!(today(&figures, Level::Departement, "35", ""), "1 0 0 0", "the first code");
    assert_eq!(today(&figures, Level::Departement, "94", ""), "");
}

#[test]
fn a_school_year_is_counted_while_it_lasts() {
    let calendar = Record { school_year: "2025-2025".parse().unwrap(), ..apprentice(1, 1, 1) };
    let past = Record { school_year: "2022-2023".parse().unwrap(), ..apprentice(2, 2, 1) };
    let (figures, ledger) = count(&[(0, apprentice(3, 3, 1)), (0, calendar), (0, past)]);
    let france = figures.cells.iter().find(|cell| cell.level == Level::France).unwrap();
    assert_eq!(france.dimension, Dimension::Age);
    assert_eq!(self::france(&figures), "2 0 0 0");
    assert_eq!(ledger.outside_the_dates, 1);
}

/// A country drawn from a seed, with learners seen twice, homonyms and missing INE.
pub(crate) fn country(seed: u64, size: i32, first_person: i32) -> Vec<(u32, Record)> {
    let mut state = seed;
    let mut below = move |bound: i32| -> i32 {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % u64::from(bound.unsigned_abs())) as i32
    };
    let key = |purpose: u8, number: i32| {
        let mut bytes = [purpose; 16];
        bytes[..4].copy_from_slice(&number.to_be_bytes());
        LearnerKey(bytes)
    };
    let mut records = Vec::new();
    for line in 0..size {
        let person = first_person + below(size * 4 / 5);
        let year = 2023 + below(3) as i16;
        let entry = Day::from_ymd(year, 9, 1).unwrap() + below(60);
        let mut contracts = Vec::new();
        for _ in 0..below(3) {
            let start = entry + below(300) - 30;
            let end = Some(start + below(400));
            let rupture = (below(3) == 0).then(|| start + below(200));
            contracts.push(Contract { start, end, rupture, employer: None });
        }
        let school_year: SchoolYear = if below(6) == 0 {
            format!("{year}-{year}").parse().unwrap()
        } else {
            SchoolYear::containing(entry)
        };
        records.push((
            below(3) as u32,
            Record {
                civil_key: key(1, if below(20) == 0 { first_person } else { person }),
                ine_key: (below(3) > 0).then(|| key(2, person)),
                formateur: organisation(below(16) as usize),
                school_year,
                training_year: below(4) as u8,
                rncp: Rncp::from_number(30_000 + below(3) as u32),
                cfd: [Cfd::parse("50022137"), Cfd::parse("32022137"), None][below(3) as usize],
                entry,
                end: entry + 200 + below(200),
                exclusion: (below(9) == 0).then(|| entry + below(300)),
                contracts,
                birth_month: Day::from_ymd(1996 + below(13) as i16, 1 + below(12) as i8, 1)
                    .unwrap(),
                sex: if below(2) == 0 { Sex::Female } else { Sex::Male },
                rqth: [None, Some(true), Some(false)][below(3) as usize],
                line: line as u32,
                ..apprentice(0, 0, 0)
            },
        ));
    }
    records
}

/// The rule as it is told, without trajectories, packing or sums: France and organisations.
fn told(records: &[(u32, Record)]) -> BTreeMap<(Level, String, usize), Counts> {
    let mut ine_of_civil: BTreeMap<LearnerKey, BTreeSet<LearnerKey>> = BTreeMap::new();
    for (_, record) in records {
        ine_of_civil.entry(record.civil_key).or_default().extend(record.ine_key);
    }
    let mut people: BTreeMap<_, BTreeMap<_, (u32, &Record)>> = BTreeMap::new();
    for (rank, record) in records {
        let known = &ine_of_civil[&record.civil_key];
        let alone = (known.len() == 1).then(|| known.first().copied()).flatten();
        let person = match record.ine_key.or(alone) {
            Some(ine) => (true, ine),
            None => (false, record.civil_key),
        };
        let unit = (record.school_year, record.rncp, record.cfd, record.formateur);
        let kept = people.entry(person).or_default().entry(unit).or_insert((*rank, record));
        if (*rank, record.line) >= (kept.0, kept.1.line) {
            *kept = (*rank, record);
        }
    }
    let reference = reference();
    let mut counts: BTreeMap<(Level, String, usize), Counts> = BTreeMap::new();
    for (place, date) in dates(day(TODAY)).into_iter().enumerate() {
        for units in people.values() {
            let present: Vec<(&Record, Status)> = units
                .values()
                .filter(|(_, record)| SchoolYear::counted_at(date).contains(&record.school_year))
                .filter_map(|(_, record)| Some((*record, parcours_of(record).status_at(date)?)))
                .collect();
            let keeper = present.iter().max_by_key(|(record, status)| {
                (*status == Status::Apprenti, record.entry, std::cmp::Reverse(record.formateur))
            });
            for (record, status) in &present {
                let couple = &record.formateur;
                let code = match reference.get(couple) {
                    Some(_) => reference.public_code(couple),
                    None => couple.to_string(),
                };
                let mut lines = vec![(Level::Organisme, code)];
                if keeper.is_some_and(|(keeper, _)| keeper.formateur == *couple) {
                    lines.push((Level::France, "FR".to_owned()));
                }
                for (level, code) in lines {
                    let counts = counts.entry((level, code, place)).or_default();
                    match status {
                        Status::Apprenti | Status::FinDeFormation => counts.apprentis += 1,
                        Status::Inscrit => counts.inscrits += 1,
                        Status::Rupturant => counts.rupturants += 1,
                        Status::Abandon => counts.abandons += 1,
                    }
                }
            }
        }
    }
    counts
}

#[test]
fn counts_agree_with_the_rule_as_it_is_told() {
    for seed in 0..8 {
        let records = country(seed, 600, 0);
        let (figures, ledger) = count(&records);
        let mut counted = BTreeMap::new();
        for cell in &figures.cells {
            let whole = cell.dimension == Dimension::Ensemble;
            if whole && matches!(cell.level, Level::France | Level::Organisme) {
                for (place, counts) in cell.counts.iter().enumerate() {
                    if *counts != Counts::default() {
                        counted.insert((cell.level, cell.code.clone(), place), *counts);
                    }
                }
            }
        }
        assert_eq!(counted, told(&records), "seed {seed}");
        assert!(ledger.joined_by_ine > 0 && ledger.joined_by_civil_key > 0);
        assert!(ledger.homonyms > 0 && ledger.in_several_organisations > 0, "{ledger:?}");
    }
}

#[test]
fn the_order_of_records_changes_nothing() {
    let mut records = country(11, 800, 0);
    let expected = count(&records);
    for turn in 1..5 {
        records.rotate_left(137 * turn);
        records.reverse();
        let half = records.len() / 2;
        let (left, right) = records.split_at_mut(half);
        left.iter_mut().zip(right).step_by(3).for_each(|(one, other)| std::mem::swap(one, other));
        assert_eq!(count(&records), expected);
    }
}

#[test]
fn a_file_split_in_two_counts_the_same() {
    let whole: Vec<(u32, Record)> =
        country(12, 800, 0).into_iter().map(|(_, record)| (0, record)).collect();
    let split: Vec<(u32, Record)> =
        whole.iter().map(|(_, record)| (u32::from(record.line >= 400), record.clone())).collect();
    assert_eq!(count(&split), count(&whole));
}

fn by_name(figures: &Indicators) -> BTreeMap<(Level, String, Dimension, String), Vec<Counts>> {
    let named = figures.cells.iter().map(|cell| {
        let key = (cell.level, cell.code.clone(), cell.dimension, cell.modality.clone());
        (key, cell.counts.clone())
    });
    named.collect()
}

fn plus(sums: &mut [Counts], more: &[Counts]) {
    for (sum, more) in sums.iter_mut().zip(more) {
        sum.apprentis += more.apprentis;
        sum.inscrits += more.inscrits;
        sum.rupturants += more.rupturants;
        sum.abandons += more.abandons;
    }
}

#[test]
fn two_disjoint_countries_add_up() {
    let (one, other) = (country(13, 500, 0), country(14, 500, 1_000_000));
    let mut sum = by_name(&count(&one).0);
    for (key, counts) in by_name(&count(&other).0) {
        plus(sum.entry(key).or_insert_with(|| vec![Counts::default(); DATES]), &counts);
    }
    let union: Vec<(u32, Record)> = one.into_iter().chain(other).collect();
    assert_eq!(by_name(&count(&union).0), sum);
}

#[test]
fn the_modalities_of_a_dimension_add_up() {
    let (figures, _) = count(&country(15, 900, 0));
    let all = by_name(&figures);
    let mut sums: BTreeMap<(Level, String, Dimension), Vec<Counts>> = BTreeMap::new();
    for ((level, code, dimension, _), counts) in &all {
        let key = (*level, code.clone(), *dimension);
        plus(sums.entry(key).or_insert_with(|| vec![Counts::default(); DATES]), counts);
    }
    let mut dimensions = BTreeSet::new();
    for ((level, code, dimension), sum) in sums {
        let mut whole = all[&(level, code.clone(), Dimension::Ensemble, String::new())].clone();
        if dimension == Dimension::AncienneteRupture {
            for counts in &mut whole {
                *counts = Counts { rupturants: counts.rupturants, ..Counts::default() };
            }
        }
        assert_eq!(sum, whole, "{level:?} {code} {dimension:?}");
        dimensions.insert(dimension);
    }
    assert_eq!(dimensions.len(), Dimension::ALL.len());
}

#[test]
fn cells_are_sorted_and_never_empty() {
    let (figures, _) = count(&country(16, 500, 0));
    assert!(figures.cells.is_sorted_by(|one, next| one.key() < next.key()));
    assert!(figures.cells.iter().all(|cell| cell.counts.len() == figures.dates.len()));
    let empty = |cell: &Cell| cell.counts.iter().all(|counts| *counts == Counts::default());
    assert!(!figures.cells.iter().any(empty));
}
