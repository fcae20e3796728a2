//! From records to indicators: who is counted, where, and once.
//!
//! A learner seen in two organisations is counted on the line of each, and once in any total above
//! them: at each date by the organisation where they have a contract, else by that of the latest
//! entry, else by the first code. Two trainings in one organisation are two (`domain.md` §4.1).

use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::Hash;

use super::breakdown::Breakdown;
use super::calendar::{Calendar, month_number};
use super::catalogue::{Catalogue, Training};
use super::cohorts::{Class, CohortCell, CohortCounts, Cohorts, Progress};
use super::figures::{Figures, Ledger};
use super::flows::{self, EVENTS, FlowCell, FlowCounts, Flows};
use super::person;
use super::places::{self, Location, Place, Territories};
use super::status::Tracer;
use super::tally::Tally;
use super::trajectory::{Standing, Standings, Trajectory};
use super::why::Explanation;
use super::{Cell, Counts, Indicators, home};
use crate::record::Record;
use crate::vocabulary::territory::Department;
use crate::vocabulary::{Day, Organisation, References};

/// Takes records in any order, then counts them.
#[derive(Debug)]
pub struct Aggregator<'a> {
    references: &'a References,
    calendar: Calendar,
    organisations: Numbers<Organisation>,
    trainings: Numbers<Training>,
    homes: Numbers<Home>,
    locations: Vec<Location<'a>>,
    trajectories: Vec<Trajectory>,
    events: Vec<u16>,
    tracer: Tracer,
    ledger: Ledger,
}

/// Names a [`Location`]: the codes of its department and of its zone.
type Home = (Option<&'static str>, Option<[u8; 4]>);

impl<'a> Aggregator<'a> {
    /// Nothing yet, as of this day.
    pub fn new(today: Day, references: &'a References) -> Self {
        let calendar = Calendar::new(today);
        debug_assert!(calendar.dates.len() <= Standings::CAPACITY);
        Self {
            references,
            calendar,
            organisations: Numbers::default(),
            trainings: Numbers::default(),
            homes: Numbers::default(),
            locations: Vec::new(),
            trajectories: Vec::new(),
            events: Vec::new(),
            tracer: Tracer::default(),
            ledger: Ledger::default(),
        }
    }

    /// Takes one record. The rank orders the deposits: the later one wins.
    pub fn add(&mut self, deposit_rank: u32, record: &Record) {
        self.ledger.records += 1;
        let Some(counted) = self.calendar.counting(record.school_year) else {
            self.ledger.outside_the_dates += 1;
            return;
        };
        let Record { entry, end, contracts, exclusion, .. } = record;
        let path = self.tracer.trace(*entry, *end, contracts, *exclusion);
        let standings = Standings::of(path, &self.calendar.dates, counted);
        let progress = Progress::of(record, path, &self.calendar);
        let events = flows::record(record, &self.tracer, &self.calendar, &mut self.events);
        let training = Training { rncp: record.rncp, cfd: record.cfd };
        let home = self.home(record);
        self.trajectories.push(Trajectory {
            rank: deposit_rank,
            line: record.line,
            ine: record.ine_key,
            civil: record.civil_key,
            school_year: record.school_year,
            organisation: self.organisations.of(record.formateur),
            training: self.trainings.of(training),
            entry: record.entry,
            birth_month: month_number(record.birth_month),
            training_year: record.training_year,
            sex: record.sex,
            rqth: record.rqth,
            standings,
            elsewhere: 0,
            progress,
            home,
            events,
        });
    }

    /// The number of the place where the learner of a record lives.
    fn home(&mut self, record: &Record) -> u32 {
        let location = home::of(record, self.references);
        let zone = location.zone.and_then(|zone| zone.code.as_bytes().try_into().ok());
        let name = (location.department.map(|department: &Department| department.code), zone);
        let number = self.homes.of(name);
        if self.locations.len() <= number as usize {
            self.locations.push(location);
        }
        self.ledger.without_home += u64::from(location.department.is_none());
        number
    }

    /// The exact figures, and how they were made.
    pub fn finish(mut self) -> Figures {
        let mut trajectories = self.learners();
        let organisations = self.organisations.values.len();
        let classes = self.calendar.school_years().len();
        let mut flows = FlowCounts::new(&self.calendar, organisations);
        let mut cohorts = CohortCounts::new(classes, organisations);
        for learner in trajectories.chunk_by_mut(person::same) {
            self.note(learner);
            self.ledger.repeated += keep_latest(learner);
            let code_of = |number: u32| self.organisations.values[number as usize];
            flows.count(learner, &self.events, code_of);
            cohorts.count(learner, code_of);
            if learner.iter().any(|one| one.organisation != learner[0].organisation) {
                self.share(learner);
            }
        }
        self.events = Vec::new();
        trajectories.retain(|one| !one.standings.is_empty());

        let territories = Territories::new(&self.references.zones);
        let catalogue =
            Catalogue::new(self.references, &self.trainings.values, &self.organisations.values);
        let placed = self.place_organisations(&territories);
        let indicators = self.indicators(&mut trajectories, &catalogue, &territories, &placed);
        let home = self.at_home(trajectories, &catalogue, &territories);
        let flows = self.flows(&flows, &territories, &placed);
        let cohorts = self.cohorts(&cohorts, &territories, &placed);
        Figures { indicators, home, flows, cohorts, ledger: self.ledger }
    }

    /// The same learners, joined and placed, so that any of the figures can be asked about.
    pub fn explain(mut self) -> Explanation {
        let mut trajectories = self.learners();
        for learner in trajectories.chunk_by_mut(person::same) {
            keep_latest(learner);
            self.share(learner);
        }
        trajectories.retain(|one| !one.standings.is_empty());
        let territories = Territories::new(&self.references.zones);
        let organisations = self.organisations.values.clone();
        Explanation {
            placed: self.place_organisations(&territories),
            catalogue: Catalogue::new(self.references, &self.trainings.values, &organisations),
            dates: self.calendar.dates,
            months: self.calendar.months,
            trajectories,
            organisations,
            territories,
        }
    }

    /// The records of each person side by side.
    fn learners(&mut self) -> Vec<Trajectory> {
        let mut trajectories = std::mem::take(&mut self.trajectories);
        self.ledger.homonyms = person::resolve(&mut trajectories);
        person::bring_together(&mut trajectories);
        trajectories
    }

    /// Writes a person, all of whose records are here, into the ledger.
    fn note(&mut self, learner: &[Trajectory]) {
        let civil_keys = learner.chunk_by(|one, next| one.civil == next.civil).count();
        self.ledger.learners += 1;
        self.ledger.joined_by_ine += (civil_keys - 1) as u64;
        self.ledger.joined_by_civil_key += (learner.len() - civil_keys) as u64;
    }

    /// Says at which dates a learner of several organisations is kept by another, in the totals
    /// above them.
    fn share(&mut self, learner: &mut [Trajectory]) {
        let mut shared = 0;
        for date in 0..self.calendar.dates.len() {
            let present =
                || learner.iter().filter(|one| one.standings.at(date) != Standing::Absent);
            let keeper = present().max_by_key(|one| {
                let has_contract = one.standings.at(date) == Standing::Apprenti;
                let code = self.organisations.values[one.organisation as usize];
                (has_contract, one.entry, Reverse(code))
            });
            let Some(keeper) = keeper.map(|one| one.organisation) else { continue };
            if present().any(|one| one.organisation != keeper) {
                shared |= 1_u64 << date;
                for one in learner.iter_mut().filter(|one| one.organisation != keeper) {
                    one.elsewhere |= 1 << date;
                }
            }
        }
        if shared == 0 {
            return;
        }
        self.ledger.in_several_organisations += 1;
        let mut told: Vec<u32> = learner
            .iter()
            .filter(|one| !one.standings.only(shared).is_empty())
            .map(|one| one.organisation)
            .collect();
        told.sort_unstable();
        told.dedup();
        for organisation in told {
            let code = self.organisations.values[organisation as usize];
            *self.ledger.also_elsewhere.entry(code).or_default() += 1;
        }
    }

    /// Names every organisation, and says where it is counted above.
    fn place_organisations(&mut self, territories: &Territories) -> Vec<(Place, Vec<u32>)> {
        let mut placed = Vec::with_capacity(self.organisations.values.len());
        for couple in &self.organisations.values {
            let (place, location) = places::organisation(self.references, couple);
            if self.references.organisations.get(couple).is_none() {
                self.ledger.unlisted_organisations.insert(*couple);
            } else if location.department.is_none() {
                self.ledger.organisations_without_department.insert(*couple);
            }
            placed.push((place, territories.rows_above(location)));
        }
        placed
    }

    /// Counts each organisation, then sums organisations into territories.
    fn indicators(
        &self,
        trajectories: &mut [Trajectory],
        catalogue: &Catalogue,
        territories: &Territories,
        placed: &[(Place, Vec<u32>)],
    ) -> Indicators {
        let mut sums = Tally::new(self.calendar.months.clone());
        let mut own = Tally::new(self.calendar.months.clone());
        let mut kept_elsewhere = Tally::new(self.calendar.months.clone());
        let mut cells = Vec::new();
        // Counters of one organisation stay in the processor's cache while it is counted.
        trajectories.sort_unstable_by_key(|one| one.organisation);
        for learners in trajectories.chunk_by(|one, next| one.organisation == next.organisation) {
            let organisation = learners[0].organisation;
            let (place, above) = &placed[organisation as usize];
            own.clear();
            kept_elsewhere.clear();
            for one in learners {
                let given = || given(catalogue, one);
                own.count(0, one, one.standings, given());
                kept_elsewhere.count(0, one, one.standings.only(one.elsewhere), given());
            }
            for (_, breakdown, counts) in own.lines() {
                sums.plus(above, breakdown, counts);
                cells.push(cell(place, catalogue, breakdown, counts));
            }
            for (_, breakdown, counts) in kept_elsewhere.lines() {
                sums.minus(above, breakdown, counts);
            }
        }
        cells.extend(territory_cells(&sums, catalogue, territories));
        self.sorted(cells)
    }

    /// The same learners, once each, by the place where they live.
    fn at_home(
        &self,
        mut trajectories: Vec<Trajectory>,
        catalogue: &Catalogue,
        territories: &Territories,
    ) -> Indicators {
        let mut sums = Tally::new(self.calendar.months.clone());
        let mut own = Tally::new(self.calendar.months.clone());
        trajectories.sort_unstable_by_key(|one| one.home);
        for neighbours in trajectories.chunk_by(|one, next| one.home == next.home) {
            own.clear();
            for one in neighbours {
                own.count(0, one, one.standings.only(!one.elsewhere), given(catalogue, one));
            }
            let location = self.locations[neighbours[0].home as usize];
            let above = territories.rows_of_home(location);
            for (_, breakdown, counts) in own.lines() {
                sums.plus(&above, breakdown, counts);
            }
        }
        // The cells take the place of the trajectories.
        drop(trajectories);
        self.sorted(territory_cells(&sums, catalogue, territories).collect())
    }

    fn sorted(&self, mut cells: Vec<Cell>) -> Indicators {
        cells.sort_unstable_by(|one, other| one.key().cmp(&other.key()));
        Indicators { dates: self.calendar.dates.clone(), cells }
    }

    fn flows(
        &self,
        counts: &FlowCounts,
        territories: &Territories,
        placed: &[(Place, Vec<u32>)],
    ) -> Flows {
        let months = self.calendar.dates.len();
        let mut sums = vec![vec![[0; EVENTS]; months]; territories.places.len()];
        let mut cells = Vec::new();
        let mut tell = |place: &Place, events: &[[u32; EVENTS]]| {
            if events.iter().flatten().any(|count| *count > 0) {
                cells.push(FlowCell {
                    level: place.level,
                    code: place.code.clone(),
                    label: place.label.clone(),
                    months: events.iter().map(|events| flows::flow(*events)).collect(),
                });
            }
        };
        for (organisation, (place, above)) in (0..).zip(placed) {
            let (events, kept) = counts.of(organisation);
            for row in above {
                let sum = sums[*row as usize].iter_mut().flatten();
                sum.zip(kept.iter().flatten()).for_each(|(sum, more)| *sum += more);
            }
            tell(place, events);
        }
        territories.places.iter().zip(&sums).for_each(|(place, events)| tell(place, events));
        cells
            .sort_unstable_by(|one, other| (one.level, &one.code).cmp(&(other.level, &other.code)));
        Flows { dates: self.calendar.dates.clone(), cells }
    }

    fn cohorts(
        &self,
        counts: &CohortCounts,
        territories: &Territories,
        placed: &[(Place, Vec<u32>)],
    ) -> Cohorts {
        let years = self.calendar.school_years();
        let mut sums = vec![vec![Class::default(); years.len()]; territories.places.len()];
        let mut cells = Vec::new();
        let mut tell = |place: &Place, classes: &[Class]| {
            for (year, class) in years.iter().zip(classes) {
                if *class != Class::default() {
                    cells.push(CohortCell {
                        level: place.level,
                        code: place.code.clone(),
                        label: place.label.clone(),
                        class: *year,
                        entered: class.entered,
                        horizons: class.horizons,
                    });
                }
            }
        };
        for (organisation, (place, above)) in (0..).zip(placed) {
            let (classes, kept) = counts.of(organisation);
            for row in above {
                let sum = sums[*row as usize].iter_mut();
                sum.zip(kept).for_each(|(sum, more)| sum.plus(*more));
            }
            tell(place, classes);
        }
        territories.places.iter().zip(&sums).for_each(|(place, classes)| tell(place, classes));
        cells.sort_unstable_by(|one, other| {
            (one.level, &one.code, one.class).cmp(&(other.level, &other.code, other.class))
        });
        Cohorts { cells }
    }
}

/// The breakdowns that the training and the organisation of a record give it.
pub(super) fn given<'a>(
    catalogue: &'a Catalogue,
    one: &Trajectory,
) -> impl Iterator<Item = Breakdown> + use<'a> {
    let of_training = catalogue.of_training(one.training);
    of_training.iter().chain(catalogue.of_organisation(one.organisation)).copied()
}

fn cell(place: &Place, catalogue: &Catalogue, breakdown: Breakdown, counts: &[Counts]) -> Cell {
    let (dimension, modality) = catalogue.name(breakdown);
    Cell {
        level: place.level,
        code: place.code.clone(),
        label: place.label.clone(),
        dimension,
        modality: modality.to_owned(),
        counts: counts.to_vec(),
    }
}

fn territory_cells(
    sums: &Tally,
    catalogue: &Catalogue,
    territories: &Territories,
) -> impl Iterator<Item = Cell> {
    let counted = sums
        .lines()
        .filter(|(_, _, counts)| counts.iter().any(|counts| *counts != Counts::default()));
    counted.map(|(row, breakdown, counts)| {
        cell(&territories.places[row as usize], catalogue, breakdown, counts)
    })
}

/// Of the records of one unit, only the latest counts. Returns how many do not.
fn keep_latest(learner: &mut [Trajectory]) -> u64 {
    if learner.len() == 1 {
        return 0;
    }
    learner.sort_unstable_by(|one, other| one.unit().cmp(&other.unit()).then(one.cmp(other)));
    let mut repeated = 0;
    for unit in learner.chunk_by_mut(|one, next| one.unit() == next.unit()) {
        let earlier = unit.len() - 1;
        unit[..earlier].iter_mut().for_each(Trajectory::forget);
        repeated += earlier as u64;
    }
    repeated
}

/// Values in the order in which they first came; a value's place is its number.
#[derive(Debug)]
pub(super) struct Numbers<T> {
    of_value: HashMap<T, u32>,
    pub(super) values: Vec<T>,
    /// The last one asked: records of one list come together.
    last: u32,
}

impl<T> Default for Numbers<T> {
    fn default() -> Self {
        Self { of_value: HashMap::new(), values: Vec::new(), last: 0 }
    }
}

impl<T: Copy + Eq + Hash> Numbers<T> {
    pub(super) fn of(&mut self, value: T) -> u32 {
        if self.values.get(self.last as usize) != Some(&value) {
            self.last = *self.of_value.entry(value).or_insert_with(|| {
                self.values.push(value);
                (self.values.len() - 1) as u32
            });
        }
        self.last
    }
}
