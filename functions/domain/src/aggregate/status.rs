//! The status of a learner, day by day, from a session, contracts and an exclusion
//! (`domain.md` §3.2), as interval algebra: the work depends on the contracts, not on the days.
//!
//! Nothing here knows today: the path holds its future changes, and a date reads it.

use std::fmt;

use crate::record::{Contract, Record};
use crate::vocabulary::Day;

/// Days without a contract, from the entry, before a learner is counted as having left.
pub const DAYS_TO_FIND_A_CONTRACT: i32 = 90;
/// Days without a contract, after a first one, before a learner is counted as having left.
pub const DAYS_TO_FIND_ANOTHER: i32 = 180;
/// Days between the natural end of the last contract and the end of the training that still count
/// as the end of the training: many contracts end on 31 July, many trainings on 31 August.
pub const END_TOLERANCE_DAYS: i32 = 60;

/// Where a learner stands on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Enrolled, never had a contract.
    Inscrit,
    /// A contract is in force.
    Apprenti,
    /// Had a contract, has none.
    Rupturant,
    /// Left.
    Abandon,
    /// Reached the end of the training.
    FinDeFormation,
}

impl Status {
    /// Its code in the exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inscrit => "INSCRIT",
            Self::Apprenti => "APPRENTI",
            Self::Rupturant => "RUPTURANT",
            Self::Abandon => "ABANDON",
            Self::FinDeFormation => "FIN_DE_FORMATION",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A status from a day on, and what brought it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Step {
    day: Day,
    status: Status,
    cause: Cause,
}

/// What brought a change of status; a day is that of the event itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    Entry,
    Contract,
    Stopped(LastContract),
    NeverFound(Day),
    NotFoundAfter(LastContract),
    Exclusion(Day),
    TrainingOver,
}

/// How the last contract stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LastContract {
    Broken(Day),
    Ended(Day),
}

impl fmt::Display for LastContract {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken(day) => write!(f, "rompu le {}", day.french()),
            Self::Ended(day) => write!(f, "terminé le {}", day.french()),
        }
    }
}

/// The changes of status of a learner, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parcours {
    steps: Vec<Step>,
}

impl Parcours {
    /// Each day on which the status changes, and the status from that day on.
    pub fn changes(&self) -> impl ExactSizeIterator<Item = (Day, Status)> + '_ {
        self.steps.iter().map(|step| (step.day, step.status))
    }

    /// The status on a day; none before the first change.
    pub fn status_at(&self, day: Day) -> Option<Status> {
        self.position_at(day).map(|position| self.steps[position].status)
    }

    fn position_at(&self, day: Day) -> Option<usize> {
        self.steps.partition_point(|step| step.day <= day).checked_sub(1)
    }

    /// From `day` on. A change on the same day is replaced; a change to the same status is none.
    fn push(&mut self, day: Day, status: Status, cause: Cause) {
        self.steps.pop_if(|last| last.day == day);
        if self.steps.last().is_none_or(|last| last.status != status) {
            self.steps.push(Step { day, status, cause });
        }
    }

    /// Days from `from` to `to` without a contract.
    fn push_gap(&mut self, from: Day, to: Day, last: Option<LastContract>) {
        if from > to {
            return;
        }
        let (status, cause, allowed, too_long) = match last {
            None => {
                (Status::Inscrit, Cause::Entry, DAYS_TO_FIND_A_CONTRACT, Cause::NeverFound(from))
            }
            Some(last) => (
                Status::Rupturant,
                Cause::Stopped(last),
                DAYS_TO_FIND_ANOTHER,
                Cause::NotFoundAfter(last),
            ),
        };
        self.push(from, status, cause);
        if to - from >= allowed {
            self.push(from + allowed, Status::Abandon, too_long);
        }
    }

    /// From `from` on, those still waiting for a contract are at the end of their training.
    fn end_naturally_from(&mut self, from: Day) {
        let Some(first) = self.position_at(from) else { return };
        for step in self.steps.split_off(first) {
            if matches!(step.status, Status::Inscrit | Status::Rupturant) {
                if step.day < from {
                    self.steps.push(step);
                }
                self.push(step.day.max(from), Status::FinDeFormation, Cause::TrainingOver);
            } else {
                self.push(step.day, step.status, step.cause);
            }
        }
    }
}

/// The path of a record.
pub fn parcours_of(record: &Record) -> Parcours {
    parcours(record.entry, record.end, &record.contracts, record.exclusion)
}

/// The path of a learner: empty when the training ends before anything starts.
///
/// Of two contracts that start the same day, the last given counts.
pub fn parcours(entry: Day, end: Day, contracts: &[Contract], exclusion: Option<Day>) -> Parcours {
    let mut tracer = Tracer::default();
    tracer.trace(entry, end, contracts, exclusion);
    tracer.path
}

/// Traces one path after another in the same memory: there are millions.
#[derive(Debug, Clone, Default)]
pub struct Tracer {
    terms: Vec<Term>,
    path: Parcours,
}

impl Tracer {
    /// The path of a learner, as [`parcours`] says it.
    pub fn trace(
        &mut self,
        entry: Day,
        end: Day,
        contracts: &[Contract],
        exclusion: Option<Day>,
    ) -> &Parcours {
        self.terms.clear();
        for contract in contracts {
            let last_day = match contract.rupture {
                Some(rupture) => rupture - 1,
                None => contract.end.unwrap_or(end),
            };
            let term = Term { first_day: contract.start, last_day, rupture: contract.rupture };
            match self.terms.binary_search_by_key(&term.first_day, |term| term.first_day) {
                Ok(same_start) => self.terms[same_start] = term,
                Err(place) => self.terms.insert(place, term),
            }
        }
        self.path.steps.clear();
        trace(entry, end, &self.terms, exclusion, &mut self.path);
        &self.path
    }

    /// The last path.
    pub(super) fn path(&self) -> &Parcours {
        &self.path
    }

    /// The terms of the contracts of the last path, one for each start day, in order.
    pub(super) fn terms(&self) -> &[Term] {
        &self.terms
    }
}

fn trace(entry: Day, end: Day, terms: &[Term], exclusion: Option<Day>, path: &mut Parcours) {
    let start = terms.first().map_or(entry, |first| first.first_day.min(entry));
    if start > end {
        return;
    }

    let last_day = exclusion.map_or(end, |day| end.min(day - 1));
    let mut free_from = start;
    let mut last: Option<LastContract> = None;
    for term in terms.iter().filter(|term| term.first_day <= term.last_day.min(last_day)) {
        path.push_gap(free_from, term.first_day - 1, last);
        path.push(term.first_day.max(free_from), Status::Apprenti, Cause::Contract);
        if term.last_day >= free_from || (term.last_day + 1 == free_from && term.rupture.is_some())
        {
            last = Some(term.stop());
        }
        free_from = free_from.max(term.last_day + 1);
    }
    path.push_gap(free_from, last_day, last);
    if let Some(day) = exclusion.filter(|day| *day <= end) {
        path.push(day.max(start), Status::Abandon, Cause::Exclusion(day));
    }

    let unfinished = path.steps.last().map(|step| step.status);
    let natural_end = natural_end(terms).filter(|_| exclusion.is_none());
    if let Some(day) = natural_end.filter(|day| end - *day <= END_TOLERANCE_DAYS && *day < end) {
        path.end_naturally_from((day + 1).max(start));
    }
    let ends_well = matches!(unfinished, Some(Status::Apprenti | Status::Inscrit));
    if ends_well || natural_end.is_some() {
        path.push(end, Status::FinDeFormation, Cause::TrainingOver);
    }
}

/// The days a contract is in force; none when the last comes before the first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Term {
    pub(super) first_day: Day,
    pub(super) last_day: Day,
    pub(super) rupture: Option<Day>,
}

impl Term {
    fn stop(&self) -> LastContract {
        match self.rupture {
            Some(day) => LastContract::Broken(day),
            None => LastContract::Ended(self.last_day),
        }
    }
}

/// The day the contract with the latest end ended, unless it was broken. On a tie, broken wins.
fn natural_end(terms: &[Term]) -> Option<Day> {
    let terminal = terms.iter().max_by_key(|term| (term.last_day, term.rupture.is_some()))?;
    terminal.rupture.is_none().then_some(terminal.last_day)
}

/// Why a learner has the status they have on a day, as a French sentence.
///
/// The day after *jusqu'au* is that of the next change.
pub fn explain(path: &Parcours, day: Day) -> String {
    let Some(position) = path.position_at(day) else {
        return match path.steps.first() {
            Some(first) => format!(
                "le parcours commence le {}\u{a0}: pas encore de statut",
                first.day.french()
            ),
            None => "la formation se termine avant de commencer\u{a0}: pas de statut".to_owned(),
        };
    };
    let step = path.steps[position];
    let until = path
        .steps
        .get(position + 1)
        .map(|next| format!(" jusqu'au {}", next.day.french()))
        .unwrap_or_default();
    let since = step.day.french();
    let waited = days(day - step.day);
    match step.cause {
        Cause::Entry => format!(
            "en formation depuis le {since}, sans contrat depuis {waited}\u{a0}: inscrit sans contrat{until}"
        ),
        Cause::Contract => format!("en contrat depuis le {since}\u{a0}: apprenti{until}"),
        Cause::Stopped(last) => {
            format!("dernier contrat {last}, sans contrat depuis {waited}\u{a0}: rupturant{until}")
        }
        Cause::NeverFound(entry) => format!(
            "en formation depuis le {}, aucun contrat en {DAYS_TO_FIND_A_CONTRACT} jours\u{a0}: abandon depuis le {since}{until}",
            entry.french()
        ),
        Cause::NotFoundAfter(last) => format!(
            "dernier contrat {last}, aucun autre en {DAYS_TO_FIND_ANOTHER} jours\u{a0}: abandon depuis le {since}{until}"
        ),
        Cause::Exclusion(day) => {
            format!("sortie de la formation déclarée le {}\u{a0}: abandon{until}", day.french())
        }
        Cause::TrainingOver => {
            format!("formation menée à son terme\u{a0}: fin de formation depuis le {since}")
        }
    }
}

fn days(count: i32) -> String {
    if count < 2 { format!("{count} jour") } else { format!("{count} jours") }
}

#[cfg(test)]
mod tests;
