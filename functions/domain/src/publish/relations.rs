//! The sums that a reader can do with published figures.
//!
//! A variable is one indicator of one cell. Each relation says that a total is the sum of parts:
//! apprenants by status, a place by the places below it, the whole by its modalities. Learners seen
//! in two organisations make some of these sums inexact; they are taken as exact, as a reader would.

use std::collections::{BTreeMap, HashMap};

use super::INDICATORS;
use crate::aggregate::{Cell, Dimension, Level};
use crate::vocabulary::Reference;
use crate::vocabulary::territory::{self, ACADEMIES, DEPARTMENTS, Department};

/// Positions in [`super::indicators`].
const APPRENANTS: usize = 1;
const RUPTURANTS: usize = 4;
const FRANCE: &str = "FR";

/// One indicator of one cell: the number of the cell times [`INDICATORS`], plus the indicator's.
pub(super) type Variable = u32;

/// A total, then its parts.
pub(super) type Relation = Box<[Variable]>;

/// Every relation, and those of each variable.
pub(super) struct Relations {
    pub(super) all: Vec<Relation>,
    pub(super) of_variable: Vec<Vec<u32>>,
    /// How much readers want each cell: the most wanted is the last to be withheld for another.
    wanted: Vec<u8>,
}

/// Whether a variable is the count of all apprenants, the figure readers want most.
pub(super) fn is_headline(variable: Variable) -> bool {
    variable as usize % INDICATORS == APPRENANTS
}

impl Relations {
    /// The relations between these cells, which are sorted by their keys.
    pub(super) fn new(cells: &[Cell], reference: &Reference) -> Self {
        let mut all: Vec<Relation> = (0..cells.len()).map(by_status).collect();
        by_modality(cells, &mut all);
        by_place(cells, reference, &mut all);
        let mut of_variable = vec![Vec::new(); cells.len() * INDICATORS];
        for (number, relation) in (0..).zip(&all) {
            for variable in relation {
                of_variable[*variable as usize].push(number);
            }
        }
        Self { all, of_variable, wanted: cells.iter().map(wanted).collect() }
    }

    /// How much readers want a variable.
    pub(super) fn wanted(&self, variable: Variable) -> u8 {
        self.wanted[variable as usize / INDICATORS]
    }
}

/// The whole before its breakdowns, the country before its regions, regions before departments.
fn wanted(cell: &Cell) -> u8 {
    match (cell.level, cell.dimension) {
        (Level::France, Dimension::Ensemble) => 5,
        (Level::Region | Level::Academie, Dimension::Ensemble) => 4,
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

fn find(cells: &[Cell], key: (Level, &str, Dimension, &str)) -> Option<usize> {
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
            Dimension::Ensemble => continue,
            Dimension::AncienneteRupture => RUPTURANTS..INDICATORS,
            _ => 0..INDICATORS,
        };
        if let Some(total) = find(cells, (level, &code, Dimension::Ensemble, "")) {
            all.extend(indicators.map(|indicator| sum_of(total, &parts, indicator)));
        }
    }
}

fn by_place(cells: &[Cell], reference: &Reference, all: &mut Vec<Relation>) {
    let departments: HashMap<String, &Department> = reference
        .iter()
        .filter_map(|listed| {
            let department = territory::department(&listed.department)?;
            Some((reference.public_code(&listed.organisation), department))
        })
        .collect();
    // By total and by level of the parts: the same total is the sum of several divisions.
    let mut divisions: BTreeMap<(usize, Level), Vec<usize>> = BTreeMap::new();
    for (part, cell) in cells.iter().enumerate() {
        for (level, code, division) in above(cell, &departments) {
            let total = find(cells, (level, code, cell.dimension, &cell.modality));
            if let Some(total) = total {
                divisions.entry((total, division)).or_default().push(part);
            }
        }
    }
    for ((total, _), parts) in divisions {
        all.extend((0..INDICATORS).map(|indicator| sum_of(total, &parts, indicator)));
    }
}

/// The places that a cell is a part of, each with the division in which it is one.
fn above(
    cell: &Cell,
    departments: &HashMap<String, &'static Department>,
) -> Vec<(Level, &'static str, Level)> {
    match cell.level {
        // Zones cut departments: nothing of them is public yet.
        Level::France | Level::ZoneEmploi => Vec::new(),
        Level::Region => vec![(Level::France, FRANCE, Level::Region)],
        Level::Academie => {
            let mut places = vec![(Level::France, FRANCE, Level::Academie)];
            places
                .extend(only_region(&cell.code).map(|code| (Level::Region, code, Level::Academie)));
            places
        }
        Level::Departement => territory::department(&cell.code).map_or_else(Vec::new, |it| {
            vec![
                (Level::Academie, it.academy().code, Level::Departement),
                (Level::Region, it.region().code, Level::Departement),
            ]
        }),
        Level::Organisme => match departments.get(&cell.code) {
            Some(it) => vec![(Level::Departement, it.code, Level::Organisme)],
            None => vec![
                (Level::France, FRANCE, Level::Region),
                (Level::France, FRANCE, Level::Academie),
            ],
        },
    }
}

/// The region that holds the whole of an academy, when one does and is made of academies.
fn only_region(academy: &str) -> Option<&'static str> {
    debug_assert!(ACADEMIES.iter().any(|known| known.code == academy));
    let mut regions =
        DEPARTMENTS.iter().filter(|it| it.academy().code == academy).map(|it| it.region().code);
    let first = regions.next()?;
    regions.all(|region| region == first).then_some(first)
}
