//! What the deposits of one organisation's year say together, in the order they were opened.
//!
//! A later list adds learners and trainings, and completes those that are known: a value it gives
//! takes the place of the former one, a blank cell says nothing, `#EFFACER` empties. Contracts are
//! told apart by their first day. Rows of one file never complete each other.
//!
//! A learner is known as the indicators know him: by the INE, else by the civil identity; a
//! training by who trains and by its two codes, of which one may be missing.

use std::collections::BTreeMap;

use crate::record::{Contract, Erasable, Record};
use crate::vocabulary::{LearnerKey, Organisation};

/// Brings the records of several deposits together. Each deposit comes with its rank, in order; each
/// record that results, with the rank of the last deposit that spoke of it.
pub fn merge(deposits: Vec<(u32, Vec<Record>)>) -> Vec<(u32, Record)> {
    let persons = Persons::among(deposits.iter().flat_map(|(_, records)| records));
    let mut merged: Vec<(u32, Record)> = Vec::new();
    let mut places: BTreeMap<(Person, Organisation), Vec<usize>> = BTreeMap::new();
    for (rank, records) in deposits {
        for record in records {
            let known = places.entry((persons.of(&record), record.formateur)).or_default();
            let former = known.iter().copied().filter(|place| merged[*place].0 != rank);
            let former: Vec<(usize, &Record)> =
                former.map(|place| (place, &merged[place].1)).collect();
            if let Some(place) = same_training(&former, &record) {
                merged[place] = (rank, completed(&merged[place].1, &record));
            } else {
                known.push(merged.len());
                merged.push((rank, record));
            }
        }
    }
    merged
}

/// Which of the records of a learner is about the training of this one: the same codes; else the
/// only one that shares a code and contradicts none.
fn same_training(former: &[(usize, &Record)], record: &Record) -> Option<usize> {
    let codes = |one: &Record| (one.rncp, one.cfd);
    let exact = former.iter().rfind(|(_, one)| codes(one) == codes(record));
    if let Some((place, _)) = exact {
        return Some(*place);
    }
    let mut near = former.iter().filter(|(_, one)| {
        let shares = |same: Option<bool>| same == Some(true);
        let rncp = one.rncp.zip(record.rncp).map(|(one, other)| one == other);
        let cfd = one.cfd.zip(record.cfd).map(|(one, other)| one == other);
        rncp != Some(false) && cfd != Some(false) && (shares(rncp) || shares(cfd))
    });
    let first = near.next()?;
    near.next().is_none().then_some(first.0)
}

/// The record as it stands once a later row has spoken.
fn completed(former: &Record, later: &Record) -> Record {
    let erased = |value| later.erased.contains(value);
    Record {
        ine_key: said(later.ine_key, former.ine_key, erased(Erasable::Ine)),
        lieu_uai: said(later.lieu_uai, former.lieu_uai, erased(Erasable::LieuUai)),
        rncp: said(later.rncp, former.rncp, erased(Erasable::Rncp)),
        cfd: said(later.cfd, former.cfd, erased(Erasable::Cfd)),
        months: said(later.months, former.months, erased(Erasable::Months)),
        exclusion: said(later.exclusion, former.exclusion, erased(Erasable::Exclusion)),
        rqth: said(later.rqth, former.rqth, erased(Erasable::Rqth)),
        commune: said(later.commune, former.commune, erased(Erasable::Commune)),
        contracts: contracts(&former.contracts, later),
        ..later.clone()
    }
}

fn said<T>(later: Option<T>, former: Option<T>, erased: bool) -> Option<T> {
    if erased { later } else { later.or(former) }
}

fn contracts(former: &[Contract], later: &Record) -> Vec<Contract> {
    let erased = |value| later.erased.contains(value);
    let kept = (0..).zip(former).filter(|(place, _)| !erased(Erasable::Contract(*place)));
    let mut contracts: Vec<Contract> = kept.map(|(_, contract)| *contract).collect();
    for (place, new) in (0..).zip(&later.contracts) {
        match contracts.iter_mut().rfind(|known| known.start == new.start) {
            None => contracts.push(*new),
            Some(known) => {
                *known = Contract {
                    start: new.start,
                    end: said(new.end, known.end, erased(Erasable::ContractEnd(place))),
                    rupture: said(
                        new.rupture,
                        known.rupture,
                        erased(Erasable::ContractRupture(place)),
                    ),
                    employer: said(
                        new.employer,
                        known.employer,
                        erased(Erasable::ContractEmployer(place)),
                    ),
                };
            }
        }
    }
    contracts.sort_by_key(|contract| contract.start);
    contracts
}

/// One person of several lists: the INE where there is one, the civil identity otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Person {
    /// Known by the INE.
    Ine(LearnerKey),
    /// Known by the civil identity.
    Civil(LearnerKey),
}

/// The INE of each civil identity; none when homonyms have several.
pub(crate) struct Persons(BTreeMap<LearnerKey, Option<LearnerKey>>);

impl Persons {
    /// Those of these records.
    pub(crate) fn among<'a>(records: impl Iterator<Item = &'a Record>) -> Self {
        let mut ines: BTreeMap<LearnerKey, Option<LearnerKey>> = BTreeMap::new();
        for record in records {
            let Some(ine) = record.ine_key else { continue };
            let known = ines.entry(record.civil_key).or_insert(Some(ine));
            if *known != Some(ine) {
                *known = None;
            }
        }
        Self(ines)
    }

    /// The person of a record.
    pub(crate) fn of(&self, record: &Record) -> Person {
        let shared = || self.0.get(&record.civil_key).copied().flatten();
        match record.ine_key.or_else(shared) {
            Some(ine) => Person::Ine(ine),
            None => Person::Civil(record.civil_key),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Erased, Sex};
    use crate::vocabulary::{Cfd, Day, Rncp};

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn contract(start: &str, end: &str, rupture: &str) -> Contract {
        let some = |text: &str| text.parse().ok();
        Contract { start: day(start), end: some(end), rupture: some(rupture), employer: None }
    }

    fn record(who: u8) -> Record {
        let cfa = "0022189U-39504180900041".parse().unwrap();
        Record {
            civil_key: LearnerKey([who; 16]),
            ine_key: None,
            responsable: cfa,
            formateur: cfa,
            lieu_uai: None,
            school_year: "2026-2027".parse().unwrap(),
            training_year: 1,
            rncp: Rncp::parse("RNCP35316"),
            cfd: Cfd::parse("50022145"),
            months: Some(24),
            inscription: day("2026-06-15"),
            entry: day("2026-09-01"),
            end: day("2028-08-31"),
            exclusion: None,
            contracts: vec![contract("2026-09-01", "2028-08-31", "")],
            birth_month: day("2006-03-01"),
            sex: Sex::Female,
            rqth: Some(true),
            commune: Some(*b"02103"),
            postal_code: *b"02100",
            erased: Erased::default(),
            line: 2,
        }
    }

    /// A row that gives only what a list must give.
    fn bare(who: u8) -> Record {
        Record {
            rncp: None,
            months: None,
            contracts: Vec::new(),
            rqth: None,
            commune: None,
            line: 9,
            ..record(who)
        }
    }

    fn erasing(mut record: Record, values: &[Erasable]) -> Record {
        for value in values {
            record.erased.insert(*value);
        }
        record
    }

    fn together(lists: &[&[Record]]) -> Vec<(u32, Record)> {
        merge((0..).zip(lists).map(|(rank, list)| (rank, list.to_vec())).collect())
    }

    /// What becomes of the first learner once this row has spoken.
    fn then(row: Record) -> Record {
        let former = Record { exclusion: Some(day("2026-12-01")), ..record(1) };
        let merged = together(&[&[former], &[row]]);
        assert_eq!((merged.len(), merged[0].0), (1, 1), "one record, of the last deposit");
        merged[0].1.clone()
    }

    #[test]
    fn a_blank_says_nothing_and_a_value_takes_the_place_of_the_former() {
        let expected = Record { exclusion: Some(day("2026-12-01")), line: 9, ..record(1) };
        assert_eq!(then(bare(1)), expected);
        let moved = then(Record { rqth: Some(false), postal_code: *b"02200", ..bare(1) });
        assert_eq!(moved, Record { rqth: Some(false), postal_code: *b"02200", ..expected });
    }

    #[test]
    fn what_is_erased_is_empty() {
        use Erasable::{Commune, Exclusion, Ine, LieuUai, Months, Rncp, Rqth};
        let values = [Exclusion, Commune, Rqth, Months, Rncp, Ine, LieuUai];
        let row = erasing(bare(1), &values);
        assert_eq!(then(row.clone()), Record { contracts: record(1).contracts, ..row });
    }

    #[test]
    fn contracts_are_told_apart_by_their_first_day() {
        let row = |contracts: &[Contract]| Record { contracts: contracts.to_vec(), ..bare(1) };
        let broken = then(row(&[contract("2026-09-01", "", "2026-10-15")])).contracts;
        assert_eq!(broken, [contract("2026-09-01", "2028-08-31", "2026-10-15")]);
        let second = contract("2026-11-02", "2028-08-31", "");
        let first = contract("2026-09-01", "2028-08-31", "");
        assert_eq!(then(row(&[second])).contracts, [first, second]);
        let earlier = contract("2026-07-01", "", "");
        assert_eq!(then(row(&[earlier])).contracts, [earlier, first]);

        let ended = erasing(row(&[contract("2026-09-01", "", "")]), &[Erasable::ContractEnd(0)]);
        assert_eq!(then(ended).contracts, [contract("2026-09-01", "", "")]);
        assert_eq!(then(erasing(bare(1), &[Erasable::Contract(0)])).contracts, []);
    }

    #[test]
    fn a_second_training_is_a_second_record() {
        let other = Record { rncp: Rncp::parse("RNCP1234"), cfd: None, ..record(1) };
        let elsewhere =
            Record { formateur: "0031133R-30540504500991".parse().unwrap(), ..record(1) };
        for second in [&other, &elsewhere, &record(2)] {
            let merged = together(&[&[record(1)], std::slice::from_ref(second)]);
            assert_eq!(merged, [(0, record(1)), (1, second.clone())]);
        }
        // One code is enough to recognise a training, unless it could be either of two.
        let sibling = Record { rncp: Rncp::parse("RNCP1234"), ..record(1) };
        assert_eq!(together(&[&[record(1)], &[bare(1)]]).len(), 1);
        assert_eq!(together(&[&[record(1), sibling], &[bare(1)]]).len(), 3);
    }

    #[test]
    fn a_learner_is_known_by_either_key() {
        let key = LearnerKey([7; 16]);
        let with_ine = |who| Record { ine_key: Some(key), ..record(who) };
        assert_eq!(together(&[&[record(1)], &[with_ine(1)]]).len(), 1, "an INE given late");
        assert_eq!(together(&[&[with_ine(1)], &[with_ine(2)]]).len(), 1, "a name spelled better");
        let namesake = Record { ine_key: Some(LearnerKey([8; 16])), ..record(1) };
        assert_eq!(together(&[&[with_ine(1)], &[namesake]]).len(), 2, "homonyms");
    }

    #[test]
    fn rows_of_one_file_do_not_complete_each_other() {
        let alone = [record(1), bare(1)];
        assert_eq!(together(&[&alone]).len(), 2);
        let merged = together(&[&[record(1)], &[bare(1), bare(1)]]);
        assert_eq!(merged.len(), 2, "the first completes what stood, the second stands alone");
    }

    #[test]
    fn three_lists_speak_in_order() {
        let erased = erasing(bare(1), &[Erasable::Rqth]);
        let again = Record { rqth: Some(false), ..bare(1) };
        let merged = together(&[&[record(1)], &[erased], &[again]]);
        assert_eq!((merged[0].0, merged[0].1.rqth), (2, Some(false)));
    }
}
