//! A country cut into ranges of persons, counted apart and summed, is the same country.

use super::dimensions::references;
use super::*;

/// Who is who, from a first pass over the keys.
fn people(records: &[(u32, Record)]) -> People {
    let mut keys = Keys::default();
    for (_, record) in records {
        keys.add(record.civil_key, record.ine_key);
    }
    keys.people()
}

fn in_ranges(records: &[(u32, Record)], references: &References, of: u32) -> Figures {
    let people = people(records);
    let mut merged = Figures::default();
    for index in 0..of {
        let range = Range { index, of };
        let mut aggregator = Aggregator::of_range(day(TODAY), references, &people, range);
        for (rank, record) in records {
            aggregator.add(*rank, record);
        }
        merged = merged.merge(aggregator.finish());
    }
    merged
}

#[test]
fn any_number_of_ranges_gives_the_same_figures() {
    let references = references();
    let records = country(31, 1_200, 0);
    let whole = figures(&records, &references);
    assert!(whole.ledger.homonyms > 0 && whole.ledger.joined_by_ine > 0);
    assert!(whole.ledger.in_several_organisations > 0);
    for of in [1, 2, 7, 64] {
        assert_eq!(in_ranges(&records, &references, of), whole, "{of} ranges");
    }
}

#[test]
fn each_person_is_in_one_range_whatever_key_their_records_bear() {
    let key = |byte| LearnerKey([byte; 16]);
    // 7 bears the INE 1 in one record and none in another; 8 is shared by two INE.
    let pairs = [(7, Some(1)), (7, None), (9, Some(1)), (8, Some(2)), (8, Some(3)), (8, None)];
    let mut keys = Keys::default();
    for (civil, ine) in pairs {
        keys.add(key(civil), ine.map(key));
    }
    let people = keys.people();
    let range_of = |civil, ine: Option<u8>| {
        let ranges = (0..1_000).map(|index| Range { index, of: 1_000 });
        let mut holding = ranges.filter(|range| people.is_in(*range, key(civil), ine.map(key)));
        let found = holding.next().unwrap();
        assert_eq!(holding.next(), None);
        found.index
    };
    assert_eq!(range_of(7, None), range_of(7, Some(1)));
    assert_eq!(range_of(9, Some(1)), range_of(7, Some(1)));
    let homonyms = [range_of(8, None), range_of(8, Some(2)), range_of(8, Some(3))];
    assert_eq!(BTreeSet::from(homonyms).len(), 3);
}

#[test]
fn ranges_are_about_equal() {
    let records = country(32, 4_000, 0);
    let people = people(&records);
    let shares = (0..8).map(|index| {
        let range = Range { index, of: 8 };
        let held = records.iter().filter(|(_, it)| people.is_in(range, it.civil_key, it.ine_key));
        held.count()
    });
    assert!(shares.into_iter().all(|share| (350..650).contains(&share)));
}

#[test]
fn a_file_added_then_withdrawn_leaves_the_same_figures() {
    let references = references();
    let before = country(33, 600, 0);
    let mut records = before.clone();
    records.extend(country(34, 200, 100).into_iter().map(|(_, record)| (9, record)));
    let with = figures(&records, &references);
    records.retain(|(rank, _)| *rank != 9);
    let without = figures(&records, &references);
    assert_ne!(with, without);
    assert_eq!(without, figures(&before, &references));
}

#[test]
fn a_learner_no_longer_listed_leaves_the_counts_with_the_list_that_omits_them() {
    let references = references();
    let listed: Vec<(u32, Record)> =
        (1..=3).map(|person| (1, apprentice(person, person, 1))).collect();
    assert_eq!(france(&figures(&listed, &references).indicators), "3 0 0 0");
    // The next complete list takes the place of the first: its records alone are read.
    let next: Vec<(u32, Record)> =
        (1..=2).map(|person| (2, apprentice(person, person, 1))).collect();
    assert_eq!(france(&figures(&next, &references).indicators), "2 0 0 0");
}
