use super::*;
use crate::aggregate::tests::{count, country, reference};
use crate::publish::{LARGEST_SECRET, protect};
use crate::record::Record;
use crate::vocabulary::LearnerKey;

fn references() -> References {
    References { organisations: reference(), ..References::default() }
}

/// What a publication leaves for the next one, and what it shows.
struct Publication {
    shown: Shown,
    published: Published,
}

fn publish(now: Indicators, before: Option<&Publication>, anew: bool) -> Publication {
    let held = match before {
        Some(before) => hold(now, before.shown.clone(), &references(), anew),
        None => Held::from(now),
    };
    let published = protect(&held, &references());
    let told = held.then_told(&published);
    Publication { shown: Shown { counted: held.counted, told }, published }
}

/// Of the 28 dates of a run.
const DATES: [usize; 3] = [16, 21, 27];

/// Six publications of a country where centres arrive one after the other, and lists are completed and
/// corrected. Figures are counted anew in the third, the fourth and the sixth.
fn publications(seed: u64) -> Vec<(bool, Publication)> {
    let learners: Vec<Record> = country(seed, 4_000, 0)
        .into_iter()
        .enumerate()
        .map(|(number, (_, record))| {
            let mut key = [0; 16];
            key[..8].copy_from_slice(&number.to_be_bytes());
            Record { civil_key: LearnerKey(key), ine_key: None, ..record }
        })
        .collect();
    let mut publications: Vec<(bool, Publication)> = Vec::new();
    for (step, anew) in [false, false, true, true, false, true].into_iter().enumerate() {
        let known = learners.iter().enumerate().filter(|(number, record)| {
            let arrival = record.formateur.to_string().bytes().map(usize::from).sum::<usize>() % 4;
            let draw = number * 7_919 % 1_000;
            arrival <= step && draw < 960 + 8 * step && draw >= 3 * step
        });
        let known: Vec<(u32, Record)> = known.map(|(_, record)| (0, record.clone())).collect();
        let mut now = count(&known).0;
        super::super::keep_given(&mut now);
        now.dates = DATES.map(|date| now.dates[date]).to_vec();
        for cell in &mut now.cells {
            cell.counts = DATES.map(|date| cell.counts[date]).to_vec();
        }
        let former = publications.last().map(|(_, former)| former);
        let publication = publish(now, former, anew);
        publications.push((anew, publication));
    }
    publications
}

fn value(publication: &Publication, cell: &super::super::PublishedCell, date: usize) -> [Value; 5] {
    let cells = &publication.published.cells;
    let place = cells.binary_search_by(|one| one.key().cmp(&cell.key()));
    place.map_or([Value::Withheld(Reason::NotCounted); 5], |place| cells[place].values[date])
}

#[test]
fn two_publications_of_a_date_tell_of_no_group_of_one_to_four() {
    let (mut moved, mut secrets) = (0, 0);
    for seed in [1] {
        let publications = publications(seed);
        for (later, (_, now)) in publications.iter().enumerate() {
            for (_, before) in &publications[..later] {
                for cell in &now.published.cells {
                    for date in 0..now.published.dates.len() {
                        let then = value(before, cell, date);
                        for (then, now) in then.into_iter().zip(cell.values[date]) {
                            match (then, now) {
                                (Value::Known(then), Value::Known(now)) => {
                                    let difference = then.abs_diff(now);
                                    let tells = (1..=LARGEST_SECRET).contains(&difference);
                                    assert!(!tells, "{:?} {date}: {then}, {now}", cell.key());
                                    moved += usize::from(difference > 0);
                                }
                                (Value::Withheld(Reason::Secret), now) => {
                                    assert_eq!(now, then, "{:?} {date}", cell.key());
                                }
                                (Value::Known(_), Value::Withheld(_)) => secrets += 1,
                                _ => {}
                            }
                        }
                    }
                }
            }
        }
    }
    assert!(moved > 100 && secrets > 50, "{moved} moved, {secrets} withheld since");
}

#[test]
fn a_date_that_was_shown_stays_as_it_was() {
    let mut held = 0;
    for pair in publications(3).windows(2) {
        let [(_, before), (false, now)] = pair else { continue };
        held += 1;
        for cell in &before.published.cells {
            for date in 0..before.published.dates.len() {
                assert_eq!(value(now, cell, date), cell.values[date], "{:?} {date}", cell.key());
            }
        }
    }
    assert_eq!(held, 2);
}

#[test]
fn every_sum_holds_whatever_is_kept() {
    let publications = publications(4);
    let mut kept = 0;
    for (_, Publication { shown, .. }) in &publications {
        let cells = &shown.counted.cells;
        let country = Country::new(cells, &references());
        for date in 0..shown.counted.dates.len() {
            let mut above = vec![Sum::default(); cells.len()];
            let mut by_modality = HashMap::<Name, Sum>::new();
            for (number, cell) in cells.iter().enumerate() {
                let counts = sum(cell.counts[date]);
                country.above[number].iter().for_each(|total| add(&mut above[*total], counts, 1));
                if !matches!(cell.dimension, Dimension::Ensemble | Dimension::AncienneteRupture) {
                    let name = (cell.level, cell.code.clone(), cell.dimension);
                    add(by_modality.entry(name).or_default(), counts, 1);
                }
            }
            for (number, cell) in cells.iter().enumerate() {
                let counts = sum(cell.counts[date]);
                if [Level::Region, Level::Academie].contains(&cell.level) {
                    assert_eq!(above[number], counts, "{:?} {date}", cell.key());
                }
                if cell.dimension == Dimension::Sexe {
                    let name = (cell.level, cell.code.clone(), cell.dimension);
                    let whole = find(cells, (cell.level, &cell.code, Dimension::Ensemble, ""));
                    let whole = sum(cells[whole.expect("the whole")].counts[date]);
                    assert_eq!(by_modality[&name], whole, "{:?} {date}", cell.key());
                    kept += 1;
                }
            }
        }
    }
    assert!(kept > 0);
}

type Name = (Level, String, Dimension);

/// One department of the country with so many learners by status in two centres.
fn october(centres: [[u32; 3]; 2]) -> Indicators {
    let mut cells = Vec::new();
    let whole: [u32; 3] = std::array::from_fn(|status| centres[0][status] + centres[1][status]);
    let mut cell = |level, code: String, [apprentis, inscrits, rupturants]: [u32; 3]| {
        let counts = Counts { apprentis, inscrits, rupturants, abandons: 0 };
        if counts != Counts::default() {
            cells.push(Cell {
                level,
                code,
                label: String::new(),
                dimension: Dimension::Ensemble,
                modality: String::new(),
                counts: vec![counts],
            });
        }
    };
    cell(Level::Academie, "14".to_owned(), whole);
    cell(Level::Departement, "35".to_owned(), whole);
    cell(Level::France, "FR".to_owned(), whole);
    let reference = reference();
    let codes = reference.iter().filter(|listed| listed.department == "35");
    let codes: Vec<String> =
        codes.map(|listed| reference.public_code(&listed.organisation)).collect();
    for (code, counts) in codes.into_iter().zip(centres) {
        cell(Level::Organisme, code, counts);
    }
    cell(Level::Region, "53".to_owned(), whole);
    Indicators { dates: vec!["2026-10-31".parse().unwrap()], cells }
}

fn whole(publication: &Publication, level: Level) -> Vec<[Value; INDICATORS]> {
    let cells = publication.published.cells.iter();
    cells.filter(|cell| cell.level == level).map(|cell| cell.values[0]).collect()
}

#[test]
fn the_list_of_a_new_centre_waits_until_each_status_moves_by_five() {
    let apprentis = |values: &[Value; INDICATORS]| values[2];
    let not_counted = [Value::Withheld(Reason::NotCounted); INDICATORS];
    let first = publish(october([[100, 10, 10], [0, 0, 0]]), None, false);

    // The same month: nothing of October moves, and the new centre is not counted there.
    let next = publish(october([[100, 10, 10], [50, 10, 0]]), Some(&first), false);
    assert_eq!(whole(&next, Level::Departement), whole(&first, Level::Departement));
    assert_eq!(whole(&next, Level::Organisme)[1], not_counted);

    // On the first of the next month it is counted, and with it all that is above.
    let month = publish(october([[100, 10, 10], [50, 10, 0]]), Some(&next), true);
    for level in [Level::Departement, Level::Region, Level::Academie, Level::France] {
        assert_eq!(apprentis(&whole(&month, level)[0]), Value::Known(150));
    }
    assert_eq!(apprentis(&whole(&month, Level::Organisme)[1]), Value::Known(50));

    // Two rupturants with them: October waits.
    let small = publish(october([[100, 10, 10], [50, 10, 2]]), Some(&next), true);
    assert_eq!(whole(&small, Level::Departement), whole(&first, Level::Departement));
    assert_eq!(whole(&small, Level::Organisme)[1], not_counted);
    let enough = publish(october([[100, 10, 13], [50, 10, 2]]), Some(&small), true);
    assert_eq!(whole(&enough, Level::Departement)[0][4], Value::Known(15));
    // Of the first centre three more are known: that is not told, and cannot be worked out.
    assert_eq!(whole(&enough, Level::Organisme)[0][4], Value::Withheld(Reason::Secret));
}

#[test]
fn an_organisation_that_is_said_to_be_elsewhere_moves_its_department() {
    let before = publish(october([[100, 10, 10], [50, 10, 0]]), None, false);
    // The second centre is no longer among those of the department: it is nowhere.
    let mut now = october([[100, 10, 10], [0, 0, 0]]);
    let gone = Cell { code: "0999999Z-99999999900014".to_owned(), ..now.cells[3].clone() };
    now.cells.insert(
        4,
        Cell { counts: vec![Counts { apprentis: 50, inscrits: 10, ..Counts::default() }], ..gone },
    );
    now.cells[2].counts[0] = Counts { apprentis: 150, inscrits: 20, rupturants: 10, abandons: 0 };
    let mut shown = before.shown.clone();
    shown
        .counted
        .cells
        .retain(|cell| cell.level != Level::Organisme || cell.counts[0].apprentis == 100);
    let held = hold(now, shown, &references(), true);
    let department = find(&held.counted.cells, (Level::Departement, "35", Dimension::Ensemble, ""));
    assert_eq!(held.counted.cells[department.expect("35")].counts[0].apprentis, 100);
}

#[test]
fn a_centre_that_leaves_is_kept_while_the_public_remembers_it() {
    let both = publish(october([[100, 10, 10], [50, 10, 0]]), None, false);
    let left = publish(october([[100, 10, 10], [0, 0, 0]]), Some(&both), true);
    assert_eq!(whole(&left, Level::Organisme)[1], [Value::Known(0); INDICATORS]);
    // It comes back with nearly as many: that would tell of three.
    let back = publish(october([[100, 10, 10], [53, 10, 0]]), Some(&left), true);
    assert_eq!(whole(&back, Level::Departement), whole(&left, Level::Departement));
    assert_eq!(whole(&back, Level::Organisme), whole(&left, Level::Organisme));
    // Of a month that nobody was shown, nothing is kept.
    let november = Indicators {
        dates: vec!["2026-11-30".parse().unwrap()],
        ..october([[100, 10, 10], [0, 0, 0]])
    };
    assert_eq!(whole(&publish(november, Some(&back), true), Level::Organisme).len(), 1);
}

/// One department, by sex: so many women.
fn by_sex(centres: [[u32; 3]; 2], women: u32) -> Indicators {
    let mut counted = october(centres);
    let whole = counted.cells.iter().find(|cell| cell.level == Level::Departement).unwrap();
    let apprentis = whole.counts[0].apprentis;
    let sexes = [("F", women), ("M", apprentis - women)].map(|(modality, apprentis)| Cell {
        dimension: Dimension::Sexe,
        modality: modality.to_owned(),
        counts: vec![Counts { apprentis, ..Counts::default() }],
        ..whole.clone()
    });
    counted.cells.extend(sexes);
    counted.cells.sort_by(|one, other| one.key().cmp(&other.key()));
    counted
}

#[test]
fn what_is_published_no_more_was_told_all_the_same() {
    let women = |publication: &Publication| {
        let cells = publication.published.cells.iter();
        cells.filter(|cell| cell.modality == "F").map(|cell| cell.values[0][2]).next()
    };
    let first = publish(by_sex([[100, 0, 0], [0, 0, 0]], 40), None, false);
    assert_eq!(women(&first), Some(Value::Known(40)));

    // The department becomes too small to be broken down, then is large again.
    let now = by_sex([[100, 0, 0], [0, 0, 0]], 40);
    let mut held = hold(now, first.shown.clone(), &references(), false);
    let breakdowns = held.counted.cells.iter().map(|cell| cell.dimension == Dimension::Sexe);
    held.left_whole = breakdowns.collect();
    let published = protect(&held, &references());
    let told = held.then_told(&published);
    let whole = Publication { shown: Shown { counted: held.counted, told }, published };
    assert_eq!(women(&whole), None);
    let again = publish(by_sex([[100, 0, 0], [50, 0, 0]], 42), Some(&whole), true);
    assert_eq!(women(&again), Some(Value::Withheld(Reason::Secret)));
    let more = publish(by_sex([[100, 0, 0], [50, 0, 0]], 45), Some(&whole), true);
    assert_eq!(women(&more), Some(Value::Known(45)));
}
