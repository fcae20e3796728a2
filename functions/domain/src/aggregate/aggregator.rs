//! From records to indicators: who is counted, where, and once.
//!
//! A learner seen in two organisations is counted on the line of each, and once in any total above
//! them: at each date by the organisation where they have a contract, else by that of the latest
//! entry, else by the first code. Two trainings in one organisation are two (`domain.md` §4.1).

use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::Hash;

use super::breakdown::{self, Breakdown, CERTIFICATIONS, MODALITIES, UNKNOWN};
use super::person;
use super::places::{self, Place};
use super::tally::Tally;
use super::trajectory::{Standing, Standings, Trajectory, month_number};
use super::{Cell, Counts, Dimension, Indicators, dates};
use crate::record::Record;
use crate::vocabulary::{Cfd, Day, Organisation, Reference, Rncp, SchoolYear};

/// Takes records in any order, then counts them.
#[derive(Debug)]
pub struct Aggregator<'a> {
    reference: &'a Reference,
    dates: Vec<Day>,
    years: HashMap<SchoolYear, u32>,
    organisations: Numbers<Organisation>,
    trainings: Numbers<Training>,
    trajectories: Vec<Trajectory>,
    ledger: Ledger,
}

/// What a learner prepares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Training {
    rncp: Option<Rncp>,
    cfd: Option<Cfd>,
}

impl Training {
    /// The code under which it is published.
    fn certification(self) -> String {
        let cfd = || self.cfd.map(|cfd| cfd.to_string());
        let rncp = self.rncp.map(|rncp| rncp.to_string());
        rncp.or_else(cfd).unwrap_or_else(|| UNKNOWN.to_owned())
    }
}

/// How the records became counts, in numbers and without a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ledger {
    /// Records received.
    pub records: u64,
    /// Of a school year that no date counts.
    pub outside_the_dates: u64,
    /// Replaced by a later record of the same learner, training, school year and organisation.
    pub repeated: u64,
    /// Persons.
    pub learners: u64,
    /// Joined to another record of the same person by their civil key.
    pub joined_by_civil_key: u64,
    /// Joined by the INE alone: the civil keys differ.
    pub joined_by_ine: u64,
    /// Civil keys that several INE share: homonyms, who are not joined.
    pub homonyms: u64,
    /// Persons present in several organisations on one date at least.
    pub in_several_organisations: u64,
    /// Organisations that the reference does not list: counted in France only.
    pub unlisted_organisations: u64,
    /// Organisations whose department the reference does not tell: counted in France only.
    pub organisations_without_department: u64,
}

impl<'a> Aggregator<'a> {
    /// Nothing yet, as of this day.
    pub fn new(today: Day, reference: &'a Reference) -> Self {
        let dates = dates(today);
        debug_assert!(dates.len() <= Standings::CAPACITY);
        let mut years = HashMap::new();
        for (place, date) in dates.iter().enumerate() {
            for year in SchoolYear::counted_at(*date) {
                *years.entry(year).or_insert(0) |= 1 << place;
            }
        }
        Self {
            reference,
            dates,
            years,
            organisations: Numbers::default(),
            trainings: Numbers::default(),
            trajectories: Vec::new(),
            ledger: Ledger::default(),
        }
    }

    /// Takes one record. The rank orders the deposits: the later one wins.
    pub fn add(&mut self, deposit_rank: u32, record: &Record) {
        self.ledger.records += 1;
        let Some(counted) = self.years.get(&record.school_year) else {
            self.ledger.outside_the_dates += 1;
            return;
        };
        let training = Training { rncp: record.rncp, cfd: record.cfd };
        let organisation = self.organisations.of(record.formateur);
        self.trajectories.push(Trajectory {
            rank: deposit_rank,
            line: record.line,
            ine: record.ine_key,
            civil: record.civil_key,
            school_year: record.school_year,
            organisation,
            training: self.trainings.of(training),
            entry: record.entry,
            birth_month: month_number(record.birth_month),
            training_year: record.training_year,
            sex: record.sex,
            rqth: record.rqth,
            standings: Standings::of(record, &self.dates, *counted),
        });
    }

    /// The exact figures, and how they were made.
    pub fn finish(mut self) -> (Indicators, Ledger) {
        let months: Vec<i16> = self.dates.iter().map(|date| month_number(*date)).collect();
        let catalogue = Catalogue::new(&self.trainings.values);
        let mut counted = Tally::new(months.clone());
        let mut kept_elsewhere = Tally::new(months.clone());

        let mut trajectories = std::mem::take(&mut self.trajectories);
        self.ledger.homonyms = person::bring_together(&mut trajectories);
        for learner in trajectories.chunk_by_mut(person::same) {
            self.note(learner);
            self.ledger.repeated += keep_latest(learner);
            if learner.iter().all(|one| one.organisation == learner[0].organisation) {
                continue;
            }
            self.ledger.in_several_organisations += u64::from(self.is_in_several(learner));
            let keepers = self.keepers(learner);
            for one in learner.iter() {
                let elsewhere = keepers
                    .iter()
                    .enumerate()
                    .filter(|(_, keeper)| keeper.is_some_and(|keeper| keeper != one.organisation))
                    .fold(0, |dates, (place, _)| dates | 1 << place);
                let hidden = Trajectory { standings: one.standings.only(elsewhere), ..*one };
                kept_elsewhere.count(&hidden, catalogue.breakdowns(one.training));
            }
        }
        // Counters of one organisation stay in the processor's cache while it is counted.
        trajectories.sort_unstable_by_key(|one| one.organisation);
        for one in &trajectories {
            counted.count(one, catalogue.breakdowns(one.training));
        }
        drop(trajectories);

        let cells = self.cells(&catalogue, &counted, &kept_elsewhere, months);
        (Indicators { dates: self.dates, cells }, self.ledger)
    }

    /// Writes a person, all of whose records are here, into the ledger.
    fn note(&mut self, learner: &[Trajectory]) {
        let civil_keys = learner.chunk_by(|one, next| one.civil == next.civil).count();
        self.ledger.learners += 1;
        self.ledger.joined_by_ine += (civil_keys - 1) as u64;
        self.ledger.joined_by_civil_key += (learner.len() - civil_keys) as u64;
    }

    /// The organisation that keeps a learner at each date, in the totals above organisations.
    fn keepers(&self, units: &[Trajectory]) -> Vec<Option<u32>> {
        let keeper = |date| {
            let present = units.iter().filter(|one| one.standings.at(date) != Standing::Absent);
            let best = present.max_by_key(|one| {
                let has_contract = one.standings.at(date) == Standing::Apprenti;
                let code = self.organisations.values[one.organisation as usize];
                (has_contract, one.entry, Reverse(code))
            });
            best.map(|one| one.organisation)
        };
        (0..self.dates.len()).map(keeper).collect()
    }

    /// Whether a learner is in two organisations on one date.
    fn is_in_several(&self, units: &[Trajectory]) -> bool {
        (0..self.dates.len()).any(|date| {
            let mut present = units.iter().filter(|one| one.standings.at(date) != Standing::Absent);
            let first = present.next();
            present.any(|one| Some(one.organisation) != first.map(|first| first.organisation))
        })
    }

    /// Sums organisations into territories, and names everything.
    fn cells(
        &mut self,
        catalogue: &Catalogue,
        counted: &Tally,
        kept_elsewhere: &Tally,
        months: Vec<i16>,
    ) -> Vec<Cell> {
        let organisations: Vec<(Place, Vec<u32>)> = self
            .organisations
            .values
            .iter()
            .map(|couple| {
                let (place, department) = places::organisation(self.reference, couple);
                let unlisted = self.reference.get(couple).is_none();
                self.ledger.unlisted_organisations += u64::from(unlisted);
                self.ledger.organisations_without_department +=
                    u64::from(!unlisted && department.is_none());
                (place, places::rows_above(department))
            })
            .collect();
        let mut territories = Tally::new(months);
        for (row, breakdown, counts) in counted.lines() {
            for above in &organisations[row as usize].1 {
                territories.plus(*above, breakdown, counts);
            }
        }
        for (row, breakdown, counts) in kept_elsewhere.lines() {
            for above in &organisations[row as usize].1 {
                territories.minus(*above, breakdown, counts);
            }
        }

        let names = places::territories();
        let above = territories.lines().map(|line| (&names[line.0 as usize], line));
        let below = counted.lines().map(|line| (&organisations[line.0 as usize].0, line));
        let mut cells: Vec<Cell> = above
            .chain(below)
            .filter(|(_, (_, _, counts))| counts.iter().any(|counts| *counts != Counts::default()))
            .map(|(place, (_, breakdown, counts))| {
                let (dimension, modality) = catalogue.name(breakdown);
                Cell {
                    level: place.level,
                    code: place.code.clone(),
                    label: place.label.clone(),
                    dimension,
                    modality: modality.to_owned(),
                    counts: counts.to_vec(),
                }
            })
            .collect();
        cells.sort_unstable_by(|one, other| one.key().cmp(&other.key()));
        cells
    }
}

/// Of the records of one unit, only the latest keeps its standings. Returns how many lost theirs.
fn keep_latest(learner: &mut [Trajectory]) -> u64 {
    if learner.len() == 1 {
        return 0;
    }
    learner.sort_unstable_by(|one, other| one.unit().cmp(&other.unit()).then(one.cmp(other)));
    let mut repeated = 0;
    for unit in learner.chunk_by_mut(|one, next| one.unit() == next.unit()) {
        let earlier = unit.len() - 1;
        for one in &mut unit[..earlier] {
            one.standings = Standings::default();
        }
        repeated += earlier as u64;
    }
    repeated
}

/// Values in the order in which they first came; a value's place is its number.
#[derive(Debug)]
struct Numbers<T> {
    numbers: HashMap<T, u32>,
    values: Vec<T>,
}

impl<T> Default for Numbers<T> {
    fn default() -> Self {
        Self { numbers: HashMap::new(), values: Vec::new() }
    }
}

impl<T: Copy + Eq + Hash> Numbers<T> {
    fn of(&mut self, value: T) -> u32 {
        *self.numbers.entry(value).or_insert_with(|| {
            self.values.push(value);
            (self.values.len() - 1) as u32
        })
    }
}

/// The certifications met, and the breakdowns of each training.
struct Catalogue {
    certifications: Vec<String>,
    breakdowns: Vec<[Breakdown; 2]>,
}

impl Catalogue {
    /// Trainings of the same code are one certification.
    fn new(trainings: &[Training]) -> Self {
        let mut certifications: Vec<String> =
            trainings.iter().map(|training| training.certification()).collect();
        certifications.sort_unstable();
        certifications.dedup();
        let breakdowns = trainings.iter().map(|training| {
            let code = training.certification();
            let place = certifications.partition_point(|known| *known < code);
            [breakdown::level(training.cfd), CERTIFICATIONS + place]
        });
        Self { breakdowns: breakdowns.collect(), certifications }
    }

    /// Level and certification of a training.
    fn breakdowns(&self, training: u32) -> [Breakdown; 2] {
        self.breakdowns[training as usize]
    }

    /// Dimension and modality.
    fn name(&self, breakdown: Breakdown) -> (Dimension, &str) {
        match breakdown.checked_sub(CERTIFICATIONS) {
            Some(place) => (Dimension::Certification, &self.certifications[place]),
            None => MODALITIES[breakdown],
        }
    }
}
