//! Everything a reader can add up: each published figure, the others it is made of, and what is
//! public of places, organisations and certifications.
//!
//! Written from the published files alone, and apart from `domain::publish`, which withholds: what
//! one forgets, the other finds.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::{Context as _, ensure};
use open_data::v1::{Certification, Dimension, Indicateur, Maille, Organisme, Serie};

/// The number of a published series: a figure, at one date.
pub(super) type Figure = u32;

/// How many figures a cell has: the indicators of a place and a modality.
const FIGURES: usize = Indicateur::ALL.len();
const APPRENANTS: usize = 1;
const RUPTURANTS: usize = 4;
const FRANCE: &str = "FR";
const UNKNOWN: &str = "non renseigné";

/// What is true of a weighted sum of figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Is {
    /// It is zero.
    Zero,
    /// It is zero, or how many learners two organisations tell: the same number, whatever the
    /// figures may be.
    Overlap,
    /// It is zero or more.
    Positive,
}

/// A linear statement: figures with their signs, and what their sum is.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) terms: Vec<(Figure, i8)>,
    pub(super) is: Is,
}

type Name<'a> = (Maille, &'a str, Dimension, &'a str);

/// What a reader knows: the figures by name, and where and what is what.
pub(super) struct Reader<'a> {
    cells: Vec<Name<'a>>,
    numbers: HashMap<Name<'a>, usize>,
    organismes: HashMap<&'a str, &'a Organisme>,
    certifications: HashMap<&'a str, &'a Certification>,
    /// Department, then region and academy.
    departments: BTreeMap<&'a str, [&'a str; 2]>,
}

impl<'a> Reader<'a> {
    /// From the published tables. Fails when the figures are not those of whole cells.
    pub(super) fn new(
        series: &'a [Serie],
        organismes: &'a [Organisme],
        certifications: &'a [Certification],
    ) -> anyhow::Result<Self> {
        let name = |serie: &'a Serie| -> Name<'a> {
            (serie.maille, &serie.code, serie.dimension, &serie.modalite)
        };
        let mut cells = Vec::with_capacity(series.len() / FIGURES);
        for figures in series.chunks(FIGURES) {
            let is_whole =
                figures.iter().map(|serie| serie.indicateur).eq(Indicateur::ALL.to_vec())
                    && figures.iter().all(|serie| name(serie) == name(&figures[0]));
            let first = name(&figures[0]);
            ensure!(is_whole, "the figures of {first:?} are not those of one cell");
            cells.push(first);
        }
        let numbers = cells.iter().zip(0..).map(|(name, number)| (*name, number)).collect();
        let located = organismes.iter().filter(|one| !one.code_departement.is_empty());
        Ok(Self {
            cells,
            numbers,
            organismes: organismes.iter().map(|one| (one.code.as_str(), one)).collect(),
            certifications: certifications.iter().map(|one| (one.code.as_str(), one)).collect(),
            departments: located
                .map(|one| {
                    let above = [one.code_region.as_str(), one.code_academie.as_str()];
                    (one.code_departement.as_str(), above)
                })
                .collect(),
        })
    }

    /// Every statement.
    pub(super) fn rows(&self) -> Vec<Row> {
        let mut rows = Rows::default();
        for cell in 0..self.cells.len() {
            let parts = (APPRENANTS + 1..FIGURES).map(|part| figure(cell, part));
            rows.push(figure(cell, APPRENANTS), parts, Is::Zero);
        }
        self.modalities(&mut rows);
        self.places(&mut rows);
        self.certified(&mut rows);
        self.trained(&mut rows);
        rows.0
    }

    fn of(&self, name: Name<'_>) -> Option<usize> {
        self.numbers.get(&name).copied()
    }

    /// The whole is the sum of its modalities, where nobody is in two.
    fn modalities(&self, rows: &mut Rows) {
        let mut groups = BTreeMap::<(Maille, &str, Dimension), Vec<usize>>::new();
        for (cell, (maille, code, dimension, _)) in self.cells.iter().enumerate() {
            let is_parts =
                !matches!(dimension, Dimension::Ensemble | Dimension::Opco | Dimension::Reseau);
            if is_parts {
                groups.entry((*maille, code, *dimension)).or_default().push(cell);
            }
        }
        for ((maille, code, dimension), parts) in groups {
            let Some(total) = self.of((maille, code, Dimension::Ensemble, "")) else { continue };
            let first = if dimension == Dimension::AncienneteRupture { RUPTURANTS } else { 0 };
            rows.each(first.., total, &parts, Is::Zero);
        }
    }

    /// A place is the sum of the places below it.
    fn places(&self, rows: &mut Rows) {
        let mut divisions = BTreeMap::<(usize, Maille), Vec<usize>>::new();
        // The divisions that leave out organisations which are nowhere.
        let mut open = BTreeSet::new();
        let zones = self.cells.iter().any(|(maille, ..)| *maille == Maille::ZoneEmploi);
        for (part, (maille, code, dimension, modalite)) in self.cells.iter().enumerate() {
            let mut within = |above: Maille, place: &str, division: Maille| {
                if let Some(total) = self.of((above, place, *dimension, modalite)) {
                    divisions.entry((total, division)).or_default().push(part);
                }
            };
            match maille {
                Maille::France => {}
                Maille::Region | Maille::ZoneEmploi => within(Maille::France, FRANCE, *maille),
                Maille::Academie => {
                    within(Maille::France, FRANCE, *maille);
                    if let Some(region) = self.region_of_academy(code) {
                        within(Maille::Region, region, *maille);
                    }
                }
                Maille::Departement => {
                    if let Some([region, academy]) = self.departments.get(code) {
                        within(Maille::Region, region, *maille);
                        within(Maille::Academie, academy, *maille);
                    }
                }
                Maille::Organisme => {
                    let listed = self.organismes.get(code);
                    let department = listed.map_or("", |one| one.code_departement.as_str());
                    let zone = listed.map_or("", |one| one.code_zone_emploi.as_str());
                    if department.is_empty() {
                        within(Maille::France, FRANCE, Maille::Region);
                        within(Maille::France, FRANCE, Maille::Academie);
                        open.extend([Maille::Region, Maille::Academie]);
                    } else {
                        within(Maille::Departement, department, *maille);
                    }
                    if !zone.is_empty() {
                        within(Maille::ZoneEmploi, zone, *maille);
                    } else if zones {
                        within(Maille::France, FRANCE, Maille::ZoneEmploi);
                        open.insert(Maille::ZoneEmploi);
                    }
                }
            }
        }
        for ((total, division), parts) in divisions {
            let (maille, _, dimension, _) = self.cells[total];
            let is_open = maille == Maille::France && open.contains(&division);
            if is_open && dimension != Dimension::Ensemble {
                // Of those who are nowhere, a reader knows no breakdown.
                rows.each_at_most(total, &parts);
                continue;
            }
            let has_organisations = division == Maille::Organisme || is_open;
            rows.each(0.., total, &parts, if has_organisations { Is::Overlap } else { Is::Zero });
        }
    }

    /// The region of which an academy is a whole part, when it is the sum of such academies.
    fn region_of_academy(&self, academy: &str) -> Option<&'a str> {
        let above = || self.departments.values();
        let region = above().find(|above| above[1] == academy)?[0];
        // Each academy that has a department of the region has no other.
        let is_within = |academy: &str| above().all(|one| one[1] != academy || one[0] == region);
        above().filter(|above| above[0] == region).all(|one| is_within(one[1])).then_some(region)
    }

    /// A level, a domain, an OPCO is the sum of its certifications. Those of which nothing is said
    /// may be anywhere.
    fn certified(&self, rows: &mut Rows) {
        let mut places = BTreeMap::<(Maille, &str), Vec<usize>>::new();
        for (cell, (maille, code, dimension, _)) in self.cells.iter().enumerate() {
            if *dimension == Dimension::Certification {
                places.entry((*maille, code)).or_default().push(cell);
            }
        }
        let mut classes = BTreeMap::<(Maille, &str, Dimension), Vec<usize>>::new();
        for (cell, (maille, code, dimension, _)) in self.cells.iter().enumerate() {
            if matches!(dimension, Dimension::Niveau | Dimension::Domaine | Dimension::Opco) {
                classes.entry((*maille, code, *dimension)).or_default().push(cell);
            }
        }
        for ((maille, code, dimension), classes) in classes {
            let Some(certifications) = places.get(&(maille, code)) else { continue };
            let words = |cell: usize| self.words(self.cells[cell].3, dimension);
            let (sure, unsure): (Vec<usize>, Vec<usize>) =
                certifications.iter().partition(|cell| !words(**cell).is_empty());
            let mut told = Vec::new();
            for total in &classes {
                let parts: Vec<usize> = sure
                    .iter()
                    .copied()
                    .filter(|cell| words(*cell).contains(&self.cells[*total].3))
                    .collect();
                if unsure.is_empty() {
                    rows.each(0.., *total, &parts, Is::Zero);
                } else {
                    rows.each_at_most_of_some(*total, &parts, &unsure);
                }
                told.extend(parts);
            }
            if dimension == Dimension::Opco && !unsure.is_empty() {
                rows.each_covers(&classes, &told, &unsure);
            }
        }
    }

    /// What the published list says of a certification; nothing where it does not tell.
    fn words(&self, certification: &str, dimension: Dimension) -> Vec<&'a str> {
        let Some(known) = self.certifications.get(certification) else { return Vec::new() };
        let words = match dimension {
            Dimension::Niveau => &known.niveau,
            Dimension::Domaine => &known.domaine,
            _ => &known.opcos,
        };
        words.split('|').filter(|word| !word.is_empty()).collect()
    }

    /// A kind of organisation, a network, is in each place the sum of its organisations.
    fn trained(&self, rows: &mut Rows) {
        let mut members = BTreeMap::<Name<'_>, Vec<usize>>::new();
        for (cell, (maille, code, dimension, _)) in self.cells.iter().enumerate() {
            if (*maille, *dimension) != (Maille::Organisme, Dimension::Ensemble) {
                continue;
            }
            let listed = self.organismes.get(code);
            let mut places = vec![(Maille::France, FRANCE)];
            if let Some(one) = listed.filter(|one| !one.code_departement.is_empty()) {
                places.push((Maille::Region, &one.code_region));
                places.push((Maille::Academie, &one.code_academie));
                places.push((Maille::Departement, &one.code_departement));
            }
            let nature = match listed.map(|one| one.nature.as_str()) {
                Some(word @ ("formateur" | "responsable" | "responsable_formateur")) => word,
                _ => UNKNOWN,
            };
            let networks = listed.map_or("", |one| one.reseaux.as_str());
            let networks = if networks.is_empty() { UNKNOWN } else { networks };
            for (maille, code) in places {
                members.entry((maille, code, Dimension::Nature, nature)).or_default().push(cell);
                for network in networks.split('|') {
                    let name = (maille, code, Dimension::Reseau, network);
                    members.entry(name).or_default().push(cell);
                }
            }
        }
        for (name, parts) in members {
            if let Some(total) = self.of(name) {
                rows.each(0.., total, &parts, Is::Overlap);
            }
        }
    }

    /// How a figure is called in a report.
    pub(super) fn name(&self, figure: Figure) -> anyhow::Result<String> {
        let (cell, indicator) = (figure as usize / FIGURES, figure as usize % FIGURES);
        let (maille, code, dimension, modalite) = self.cells.get(cell).context("a cell")?;
        Ok(format!("{maille} {code} {dimension} {modalite} {}", Indicateur::ALL[indicator]))
    }
}

fn figure(cell: usize, indicator: usize) -> Figure {
    (cell * FIGURES + indicator) as Figure
}

#[derive(Default)]
struct Rows(Vec<Row>);

impl Rows {
    /// The parts less the total.
    fn push(&mut self, total: Figure, parts: impl Iterator<Item = Figure>, is: Is) {
        let terms = std::iter::once((total, -1)).chain(parts.map(|part| (part, 1))).collect();
        self.0.push(Row { terms, is });
    }

    /// The same of each indicator of these cells.
    fn each(
        &mut self,
        indicators: std::ops::RangeFrom<usize>,
        total: usize,
        parts: &[usize],
        is: Is,
    ) {
        for indicator in indicators.take_while(|indicator| *indicator < FIGURES) {
            let parts = parts.iter().map(|part| figure(*part, indicator));
            self.push(figure(total, indicator), parts, is);
        }
    }

    /// The parts are at most the total.
    fn each_at_most(&mut self, total: usize, parts: &[usize]) {
        for indicator in 0..FIGURES {
            let signed = |cell: usize, sign| (figure(cell, indicator), sign);
            let terms = std::iter::once(signed(total, 1));
            let terms = terms.chain(parts.iter().map(|part| signed(*part, -1))).collect();
            self.0.push(Row { terms, is: Is::Positive });
        }
    }

    /// The parts are at most the total, which is at most the parts and these.
    fn each_at_most_of_some(&mut self, total: usize, parts: &[usize], some: &[usize]) {
        self.each_at_most(total, parts);
        let all: Vec<usize> = parts.iter().chain(some).copied().collect();
        self.each(0.., total, &all, Is::Positive);
    }

    /// The totals hold all of the parts and of these.
    fn each_covers(&mut self, totals: &[usize], parts: &[usize], some: &[usize]) {
        for indicator in 0..FIGURES {
            let signed = |sign: i8| move |cell: &usize| (figure(*cell, indicator), sign);
            let held = parts.iter().chain(some).map(signed(-1));
            // A certification of two OPCO is a part of two totals.
            let mut terms = BTreeMap::<Figure, i8>::new();
            for (figure, sign) in totals.iter().map(signed(1)).chain(held) {
                *terms.entry(figure).or_default() += sign;
            }
            self.0.push(Row { terms: terms.into_iter().collect(), is: Is::Positive });
        }
    }
}
