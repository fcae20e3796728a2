//! What a list changes beside the one before it: who is new, who is gone, what moved.
//!
//! Nobody is named. Persons of the new list are known by its lines; those who left it, by their
//! number only. Both lists are of one organisation and one school year.

use std::collections::BTreeMap;

use super::refusal::thousands;
use crate::aggregate::status::{Status, parcours_of};
use crate::merge::{Person, Persons};
use crate::record::{Contract, Record};
use crate::vocabulary::Day;

/// Of the learners that counted, the share in percent beyond whose removal a sender must confirm.
const REMOVED_WITHOUT_CONFIRMATION: u64 = 40;

/// What moved from one list to the next, by persons.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Lines of those who were not in the list before.
    pub new: Vec<u32>,
    /// Lines of those whose contracts are not the same.
    pub contracts: Vec<u32>,
    /// Lines of those who do not stand where they stood, at the date of the comparison.
    pub status: Vec<u32>,
    /// How many are no longer in the list.
    pub gone: u32,
    /// How many of those gone were enrolled, apprenti or rupturant.
    pub gone_current: u32,
    /// How many were enrolled, apprenti or rupturant in the list before.
    pub current: u32,
}

impl Changes {
    /// The share of the current learners that the list removes, from 0 to 1.
    pub fn removed_share(&self) -> f64 {
        match self.current {
            0 => 0.0,
            current => f64::from(self.gone_current) / f64::from(current),
        }
    }

    /// Whether so many are removed that the sender must say it is meant.
    pub fn needs_confirmation(&self) -> bool {
        u64::from(self.gone_current) * 100 > u64::from(self.current) * REMOVED_WITHOUT_CONFIRMATION
    }

    /// What is asked of the sender when so many are removed, in French.
    pub fn question(&self) -> String {
        format!(
            "Cette liste retire {} de vos {} apprenants en cours de formation : confirmez que c’est voulu.",
            thousands(self.gone_current),
            thousands(self.current)
        )
    }

    /// What changed, in French.
    pub fn sentence(&self) -> String {
        let part = |count: usize, one: &str, many: &str| {
            let said = if count < 2 { one } else { many };
            (count > 0).then(|| format!("{} {said}", thousands(count as u32)))
        };
        let parts: Vec<String> = [
            part(
                self.new.len(),
                "apprenant de plus que dans votre dernier envoi",
                "apprenants de plus que dans votre dernier envoi",
            ),
            part(self.gone as usize, "n’est plus transmis", "ne sont plus transmis"),
            part(
                self.contracts.len(),
                "a un contrat nouveau ou modifié",
                "ont un contrat nouveau ou modifié",
            ),
            part(self.status.len(), "a changé de situation", "ont changé de situation"),
        ]
        .into_iter()
        .flatten()
        .collect();
        match (parts.is_empty(), self.new.is_empty()) {
            (true, _) => "Rien n’a changé depuis votre dernier envoi.".to_owned(),
            (false, false) => format!("{}.", parts.join(", ")),
            (false, true) => format!("Depuis votre dernier envoi : {}.", parts.join(", ")),
        }
    }
}

/// Marks a record of the comparison that does not come from the new file: it has no line there.
pub const ELSEWHERE: u32 = u32::MAX;

/// Compares the records that count before a new file and after it, both brought together
/// ([`crate::merge`]).
pub fn what_changed(before: &[Record], after: &[Record], today: Day) -> Changes {
    let persons = Persons::among(before.iter().chain(after));
    let mut old = group(&persons, before, today);
    let mut changes = Changes {
        current: old.values().filter(|learner| learner.is_current()).count() as u32,
        ..Changes::default()
    };
    for (person, learner) in group(&persons, after, today) {
        match old.remove(&person) {
            None => changes.new.push(learner.line),
            Some(former) => {
                if former.contracts != learner.contracts {
                    changes.contracts.push(learner.line);
                }
                if former.statuses != learner.statuses {
                    changes.status.push(learner.line);
                }
            }
        }
    }
    changes.gone = old.len() as u32;
    changes.gone_current = old.values().filter(|gone| gone.is_current()).count() as u32;
    for lines in [&mut changes.new, &mut changes.contracts, &mut changes.status] {
        lines.sort_unstable();
    }
    changes
}

/// What the records say of each person.
fn group(persons: &Persons, records: &[Record], today: Day) -> BTreeMap<Person, Learner> {
    let mut learners: BTreeMap<Person, Learner> = BTreeMap::new();
    for record in records {
        let learner = learners
            .entry(persons.of(record))
            .or_insert_with(|| Learner { line: record.line, ..Learner::default() });
        learner.line = learner.line.min(record.line);
        learner.contracts.extend_from_slice(&record.contracts);
        learner.statuses.push(parcours_of(record).status_at(today));
    }
    for learner in learners.values_mut() {
        learner.contracts.sort_by_key(|contract| {
            (contract.start, contract.end, contract.rupture, contract.employer)
        });
        learner.statuses.sort_unstable();
    }
    learners
}

/// What a list says of one person, whatever the order of its rows.
#[derive(Default)]
struct Learner {
    line: u32,
    contracts: Vec<Contract>,
    statuses: Vec<Option<Status>>,
}

impl Learner {
    /// Whether the person is counted among the apprenants.
    fn is_current(&self) -> bool {
        let counted = [Status::Inscrit, Status::Apprenti, Status::Rupturant];
        self.statuses.iter().flatten().any(|status| counted.contains(status))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Erased, Sex};
    use crate::vocabulary::LearnerKey;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    /// `a1`: civil identity `a`, INE `1`; `a-`: no INE.
    fn record(line: u32, who: &str) -> Record {
        let key = |byte| LearnerKey([byte; 16]);
        let [civil, number] = who.as_bytes() else { unreachable!("two letters") };
        let cfa = "0022189U-39504180900041".parse().unwrap();
        Record {
            civil_key: key(*civil),
            ine_key: (*number != b'-').then(|| key(*number)),
            responsable: cfa,
            formateur: cfa,
            lieu_uai: None,
            school_year: "2026-2027".parse().unwrap(),
            training_year: 1,
            rncp: None,
            cfd: None,
            months: None,
            inscription: day("2026-06-15"),
            entry: day("2026-09-01"),
            end: day("2028-08-31"),
            exclusion: None,
            contracts: vec![Contract {
                start: day("2026-09-01"),
                end: Some(day("2028-08-31")),
                rupture: None,
                employer: None,
            }],
            birth_month: day("2006-03-01"),
            sex: Sex::Female,
            rqth: None,
            commune: None,
            postal_code: *b"02100",
            erased: Erased::default(),
            line,
        }
    }

    fn list(whos: &[&str]) -> Vec<Record> {
        (2..).zip(whos).map(|(line, who)| record(line, who)).collect()
    }

    fn check(before: &[Record], after: &[Record]) -> String {
        what_changed(before, after, day("2026-11-22")).sentence()
    }

    #[test]
    fn the_same_list_in_another_order_changes_nothing() {
        let before = list(&["a1", "b-", "c3"]);
        let after = list(&["c3", "a1", "b-"]);
        assert_eq!(check(&before, &after), "Rien n’a changé depuis votre dernier envoi.");
    }

    #[test]
    fn those_who_come_and_go_are_counted() {
        let before = list(&["a1", "b2", "c3"]);
        let after = list(&["a1", "d4", "e-"]);
        let changes = what_changed(&before, &after, day("2026-11-22"));
        assert_eq!((changes.new, changes.gone), (vec![3, 4], 2));
        assert_eq!(
            check(&before, &after),
            "2 apprenants de plus que dans votre dernier envoi, 2 ne sont plus transmis."
        );
        assert_eq!(
            check(&before, &before[..2]),
            "Depuis votre dernier envoi : 1 n’est plus transmis."
        );
    }

    #[test]
    fn a_person_is_known_by_either_key() {
        // An INE given late, a name spelled better, then homonyms that only the INE tells apart.
        assert!(check(&list(&["a-"]), &list(&["a1"])).starts_with("Rien"));
        assert!(check(&list(&["a1"]), &list(&["b1"])).starts_with("Rien"));
        assert!(check(&list(&["a1"]), &list(&["a2"])).starts_with("1 apprenant de plus"));
    }

    #[test]
    fn contracts_and_status_are_compared() {
        let before = list(&["a1", "b2"]);
        let mut after = before.clone();
        after[1].contracts[0].rupture = Some(day("2026-10-15"));
        let changes = what_changed(&before, &after, day("2026-11-22"));
        assert_eq!((&changes.contracts[..], &changes.status[..]), (&[3][..], &[3][..]));
        assert_eq!(
            changes.sentence(),
            "Depuis votre dernier envoi : 1 a un contrat nouveau ou modifié, 1 a changé de situation."
        );
    }

    #[test]
    fn removing_many_must_be_confirmed() {
        let before = list(&["a1", "b2", "c3", "d4", "e5"]);
        let removed = |kept: &[&str]| what_changed(&before, &list(kept), day("2026-11-22"));
        let two = removed(&["a1", "b2", "c3"]);
        assert!((two.removed_share() - 0.4).abs() < 1e-9);
        assert!(!two.needs_confirmation());
        assert!(removed(&["a1", "b2"]).needs_confirmation());
        // Those whose training is over may go unnoticed.
        let later = what_changed(&before, &[], day("2029-01-01"));
        assert_eq!((later.gone, later.current, later.needs_confirmation()), (5, 0, false));
        assert!(what_changed(&[], &before, day("2026-11-22")).removed_share() < 1e-9);
    }
}
