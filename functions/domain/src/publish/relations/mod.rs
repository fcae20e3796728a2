//! The sums that a reader can do with published figures.
//!
//! A variable is one indicator of one cell. Each relation says that a total is the sum of parts:
//! apprenants by status, a place by the places below it, the whole by its modalities, a breakdown by
//! another it follows from (`classes`). Learners seen in two organisations make some of these sums
//! inexact; they are taken as exact, as a reader would.

mod classes;

use std::collections::{BTreeMap, HashMap};

use super::INDICATORS;
use crate::aggregate::{Cell, Dimension, Level, places};
use crate::vocabulary::References;
use crate::vocabulary::territory::{self, DEPARTMENTS};

/// Positions in [`super::indicators`].
const APPRENANTS: usize = 1;
const RUPTURANTS: usize = 4;
pub(super) const FRANCE: &str = "FR";

/// One indicator of one cell: the number of the cell times [`INDICATORS`], plus the indicator's;
/// past those, what a reader can reason on and is never published.
pub(super) type Variable = u32;

/// A total, then its parts.
pub(super) type Relation = Box<[Variable]>;

/// Every relation, and those of each variable.
pub(super) struct Relations {
    pub(super) all: Vec<Relation>,
    pub(super) of_variable: Vec<Vec<u32>>,
    /// Whether a relation holds something unseen.
    pub(super) has_unseen: Vec<bool>,
    /// How much readers want each cell: the most wanted is the last to be withheld for another.
    wanted: Vec<u8>,
    published: usize,
    unseen: Vec<Unseen>,
}

/// A count that is never published: what it is the sum of, less something.
struct Unseen {
    plus: Vec<Variable>,
    less: Vec<Variable>,
}

/// Relations as they are found.
struct Sums {
    all: Vec<Relation>,
    published: usize,
    unseen: Vec<Unseen>,
}

impl Sums {
    fn push(&mut self, total: Variable, parts: Vec<Variable>) {
        self.all.push(std::iter::once(total).chain(parts).collect());
    }

    fn unseen(&mut self, plus: Vec<Variable>, less: Vec<Variable>) -> Variable {
        self.unseen.push(Unseen { plus, less });
        (self.published + self.unseen.len() - 1) as Variable
    }
}

/// Whether a variable is the count of all apprenants, the figure readers want most.
pub(super) fn is_headline(variable: Variable) -> bool {
    variable as usize % INDICATORS == APPRENANTS
}

impl Relations {
    /// The relations between these cells, which are sorted by their keys.
    pub(super) fn new(cells: &[Cell], references: &References) -> Self {
        let published = cells.len() * INDICATORS;
        let all = (0..cells.len()).map(by_status).collect();
        let mut sums = Sums { all, published, unseen: Vec::new() };
        by_modality(cells, &mut sums.all);
        by_place(cells, references, &mut sums);
        classes::by_certification(cells, references, &mut sums);
        let Sums { all, unseen, .. } = sums;
        let mut of_variable = vec![Vec::new(); published + unseen.len()];
        for (number, relation) in (0..).zip(&all) {
            for variable in relation {
                of_variable[*variable as usize].push(number);
            }
        }
        let is_unseen = |variable: &Variable| *variable as usize >= published;
        let has_unseen = all.iter().map(|relation| relation.iter().any(is_unseen)).collect();
        let wanted = cells.iter().map(wanted).collect();
        Self { all, of_variable, has_unseen, wanted, published, unseen }
    }

    /// The counts of every variable, from those of the cells.
    pub(super) fn counts(&self, mut counts: Vec<u32>) -> Vec<u32> {
        for Unseen { plus, less } in &self.unseen {
            let of = |variables: &[Variable]| -> u32 {
                variables.iter().map(|variable| counts[*variable as usize]).sum()
            };
            counts.push(of(plus).saturating_sub(of(less)));
        }
        counts
    }

    /// Whether a variable is never published.
    pub(super) fn is_unseen(&self, variable: Variable) -> bool {
        variable as usize >= self.published
    }

    /// How much readers want a variable.
    pub(super) fn wanted(&self, variable: Variable) -> u8 {
        self.wanted[variable as usize / INDICATORS]
    }
}

/// From this on, readers want a cell more than any other: the country and its regions, whole.
pub(super) const MOST_WANTED: u8 = 4;

/// The whole before its breakdowns, the country before its regions, regions before departments.
fn wanted(cell: &Cell) -> u8 {
    match (cell.level, cell.dimension) {
        (Level::France, Dimension::Ensemble) => MOST_WANTED + 1,
        (Level::Region | Level::Academie, Dimension::Ensemble) => MOST_WANTED,
        (Level::France, _) => 3,
        (Level::Departement | Level::ZoneEmploi, Dimension::Ensemble) => 2,
        (Level::Region | Level::Academie | Level::Organisme, _) => 1,
        (Level::Departement | Level::ZoneEmploi, _) => 0,
    }
}

fn variable(cell: usize, indicator: usize) -> Variable {
    (cell * INDICATORS + indicator) as Variable
}

fn sum_of(total: usize, parts: &[usize], indicator: usize) -> Relation {
    let cells = std::iter::once(&total).chain(parts);
    cells.map(|cell| variable(*cell, indicator)).collect()
}

fn by_status(cell: usize) -> Relation {
    (APPRENANTS..INDICATORS).map(|indicator| variable(cell, indicator)).collect()
}

pub(super) fn find(cells: &[Cell], key: (Level, &str, Dimension, &str)) -> Option<usize> {
    cells.binary_search_by(|cell| cell.key().cmp(&key)).ok()
}

fn by_modality(cells: &[Cell], all: &mut Vec<Relation>) {
    let group = |cell: &Cell| (cell.level, cell.code.clone(), cell.dimension);
    let mut first = 0;
    for modalities in cells.chunk_by(|one, next| group(one) == group(next)) {
        let parts: Vec<usize> = (first..first + modalities.len()).collect();
        first += modalities.len();
        let (level, code, dimension) = group(&modalities[0]);
        let indicators = match dimension {
            Dimension::Ensemble | Dimension::Opco | Dimension::Reseau => continue,
            Dimension::AncienneteRupture => RUPTURANTS..INDICATORS,
            _ => 0..INDICATORS,
        };
        if let Some(total) = find(cells, (level, &code, Dimension::Ensemble, "")) {
            all.extend(indicators.map(|indicator| sum_of(total, &parts, indicator)));
        }
    }
}

fn by_place(cells: &[Cell], references: &References, sums: &mut Sums) {
    let organisations = locate(cells, references);
    let places = Places::of(cells);
    // By total and by level of the parts: the same total is the sum of several divisions.
    let mut divisions: BTreeMap<(usize, Level), Vec<usize>> = BTreeMap::new();
    for (part, cell) in cells.iter().enumerate() {
        for (level, code, division) in places.above(part, cell, &organisations) {
            let total = find(cells, (level, code, cell.dimension, &cell.modality));
            if let Some(total) = total {
                divisions.entry((total, division)).or_default().push(part);
            }
        }
    }
    // An organisation that is in no place is a part of the country, of which it has no breakdown.
    let is_nowhere = |location: &places::Location<'_>| location.department.is_none();
    let some_are_nowhere = organisations.values().any(|(_, location)| is_nowhere(location));
    for ((total, division), parts) in divisions {
        let cell = &cells[total];
        let is_open = some_are_nowhere
            && cell.level == Level::France
            && cell.dimension != Dimension::Ensemble
            && division != Level::Organisme;
        for indicator in 0..INDICATORS {
            if is_open {
                let of = |cell: &usize| variable(*cell, indicator);
                let (total, mut parts) = (of(&total), parts.iter().map(of).collect::<Vec<_>>());
                parts.push(sums.unseen(vec![total], parts.clone()));
                sums.push(total, parts);
            } else {
                sums.all.push(sum_of(total, &parts, indicator));
            }
        }
    }
    classes::by_organisation(cells, references, &organisations, sums);
}

/// The organisations that have a cell, and their departments.
pub(super) fn locate<'a>(cells: &[Cell], references: &'a References) -> classes::Located<'a> {
    let reference = &references.organisations;
    let listed: HashMap<String, _> = reference
        .iter()
        .map(|listed| (reference.public_code(&listed.organisation), listed.organisation))
        .collect();
    let organisations = cells.iter().enumerate().filter(|(_, cell)| cell.level == Level::Organisme);
    organisations
        .filter_map(|(number, cell)| {
            // One that is not listed is named by its couple.
            let organisation =
                listed.get(&cell.code).copied().or_else(|| cell.code.parse().ok())?;
            Some((number, (organisation, places::organisation(references, &organisation).1)))
        })
        .collect()
}

/// How the places that have cells divide each other.
///
/// A sum that follows from others is not written down: where each academy is in one region, the country
/// is the sum of its academies because it is the sum of its regions. Two partitions of the country would
/// each call for a figure to hide a secret behind, and the two figures be given away by each other.
///
/// The academy of Guadeloupe holds three regions, when centres of Saint-Barthélemy or of Saint-Martin
/// transmit: it is their sum, and they are of their departments.
pub(super) struct Places {
    /// Employment zones are among them.
    zones: bool,
    /// The region of each academy that is within one; none for one that holds several.
    region_of_academy: BTreeMap<&'static str, Option<&'static str>>,
}

impl Places {
    pub(super) fn of(cells: &[Cell]) -> Self {
        let zones = cells.iter().any(|cell| cell.level == Level::ZoneEmploi);
        let departments = cells.iter().filter(|cell| {
            cell.level == Level::Departement && cell.dimension == Dimension::Ensemble
        });
        let mut region_of_academy = BTreeMap::new();
        for department in departments.filter_map(|cell| territory::department(&cell.code)) {
            let region = department.region().code;
            let known = region_of_academy.entry(department.academy().code).or_insert(Some(region));
            *known = known.filter(|known| *known == region);
        }
        Self { zones, region_of_academy }
    }

    /// Whether an academy holds several regions.
    fn spans(&self, academy: &str) -> bool {
        self.region_of_academy.get(academy) == Some(&None)
    }

    /// The academy that holds a region and others.
    fn academy_of(&self, region: &str) -> Option<&'static str> {
        let here = DEPARTMENTS.iter().filter(|it| it.region().code == region);
        here.map(|it| it.academy().code).find(|academy| self.spans(academy))
    }

    /// The places that a cell is a part of, each with the division in which it is one.
    pub(super) fn above<'a>(
        &self,
        number: usize,
        cell: &Cell,
        organisations: &classes::Located<'a>,
    ) -> Vec<(Level, &'a str, Level)> {
        let whole = |division| (Level::France, FRANCE, division);
        match cell.level {
            Level::France => Vec::new(),
            Level::Region => {
                let academy = self.academy_of(&cell.code);
                let academy = academy.map(|code| (Level::Academie, code, Level::Region));
                [whole(Level::Region)].into_iter().chain(academy).collect()
            }
            Level::ZoneEmploi => vec![whole(Level::ZoneEmploi)],
            Level::Academie => {
                let region = self.region_of_academy.get(cell.code.as_str()).copied().flatten();
                region.map(|code| (Level::Region, code, Level::Academie)).into_iter().collect()
            }
            Level::Departement => territory::department(&cell.code).map_or_else(Vec::new, |it| {
                let academy = it.academy().code;
                let region = (Level::Region, it.region().code, Level::Departement);
                let region = self.spans(academy).then_some(region);
                let academy = (Level::Academie, academy, Level::Departement);
                [academy].into_iter().chain(region).collect()
            }),
            Level::Organisme => {
                let location = organisations.get(&number).map(|(_, it)| *it).unwrap_or_default();
                let mut places = match location.department {
                    Some(it) => vec![(Level::Departement, it.code, Level::Organisme)],
                    None => vec![whole(Level::Region)],
                };
                match location.zone {
                    Some(zone) => {
                        places.push((Level::ZoneEmploi, zone.code.as_str(), Level::Organisme));
                    }
                    None if self.zones => places.push(whole(Level::ZoneEmploi)),
                    None => {}
                }
                places
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(level: Level, code: &str) -> Cell {
        Cell {
            level,
            code: code.to_owned(),
            label: String::new(),
            dimension: Dimension::Ensemble,
            modality: String::new(),
            counts: Vec::new(),
        }
    }

    #[test]
    fn an_academy_is_in_its_region_or_holds_several() {
        let above = |departments: &[&str], level, code: &str| {
            let cells: Vec<Cell> =
                departments.iter().map(|code| cell(Level::Departement, code)).collect();
            let places = Places::of(&cells).above(0, &cell(level, code), &BTreeMap::new());
            places.into_iter().map(|(level, code, _)| (level, code)).collect::<Vec<_>>()
        };
        let (academy, region, country) = (Level::Academie, Level::Region, (Level::France, "FR"));
        assert_eq!(above(&["35", "971"], academy, "32"), [(region, "01")]);
        assert_eq!(above(&["35", "971"], region, "01"), [country]);
        assert_eq!(above(&["35", "971"], Level::Departement, "971"), [(academy, "32")]);
        // A centre of Saint-Martin transmits: elsewhere nothing changes.
        let with = ["35", "971", "978"];
        assert_eq!(above(&with, academy, "14"), [(region, "53")]);
        assert_eq!(above(&with, academy, "32"), []);
        assert_eq!(above(&with, region, "53"), [country]);
        assert_eq!(above(&with, region, "978"), [country, (academy, "32")]);
        let both = [(academy, "32"), (region, "978")];
        assert_eq!(above(&with, Level::Departement, "978"), both);
    }
}
