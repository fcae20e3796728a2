//! A country cut into ranges of persons, counted apart and summed, is the same country.

use super::dimensions::references;
use super::*;

/// Who is in several civil identities, from a first pass over the keys.
fn linked(records: &[(u32, Record)]) -> Linked {
    let mut keys = Keys::default();
    for (_, record) in records {
        keys.add(record.civil_key, record.ine_key);
    }
    keys.linked()
}

fn in_ranges(records: &[(u32, Record)], references: &References, of: u32) -> Figures {
    let linked = linked(records);
    let count = |holds: &dyn Fn(LearnerKey) -> bool| {
        let mut aggregator = Aggregator::new(day(TODAY), references);
        for (rank, record) in records.iter().filter(|(_, record)| holds(record.civil_key)) {
            aggregator.add(*rank, record);
        }
        aggregator.finish()
    };
    let ranges = (0..of).map(|index| Range { index, of });
    ranges.fold(count(&|civil| linked.holds(civil)), |merged, range| {
        merged.merge(count(&|civil| range.holds(civil) && !linked.holds(civil)))
    })
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
fn a_civil_identity_that_an_ine_joins_to_another_is_set_aside_whole() {
    let key = |byte| LearnerKey([byte; 16]);
    // The INE 1 joins 7 and 9. The INE 2 is of 9 alone: a homonym. 8 is of two INE, 6 of one.
    let pairs =
        [(7, Some(1)), (9, Some(1)), (9, Some(2)), (8, Some(3)), (8, Some(4)), (6, Some(5))];
    let mut keys = Keys::default();
    for (civil, ine) in pairs.into_iter().chain([(6, None), (5, None)]) {
        keys.add(key(civil), ine.map(key));
    }
    assert!(keys.linked().iter().eq([key(7), key(9)]));
}

#[test]
fn a_civil_identity_is_in_one_range_and_ranges_are_about_equal() {
    let records = country(32, 4_000, 0);
    let held = |index| {
        let range = Range { index, of: 8 };
        records.iter().filter(move |(_, it)| range.holds(it.civil_key)).count()
    };
    let shares: Vec<usize> = (0..8).map(held).collect();
    assert_eq!(shares.iter().sum::<usize>(), records.len());
    assert!(shares.iter().all(|share| (350..650).contains(share)), "{shares:?}");
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
