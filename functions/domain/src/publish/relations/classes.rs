//! Breakdowns that follow from others: the level, the domain and the OPCO of a learner are those of
//! the certification; the kind and the networks, those of the organisation. What each certification
//! and each organisation is, is public: so a level is the sum of its certifications, and a network,
//! in a place, of its members there.
//!
//! Of an RNCP code that no reference tells, some learners may be of one level and some of another, as
//! their CFD codes say. A reader knows how many there are in all: how many are of each level is
//! *unseen*.

use std::collections::{BTreeMap, HashMap};

use super::{INDICATORS, Sums, sum_of, variable};
use crate::aggregate::places::Location;
use crate::aggregate::{Cell, Dimension, Level, classes_of_certification, classes_of_organisation};
use crate::vocabulary::{Organisation, References};

/// The cells of a class, and those that are surely its parts.
struct Class {
    total: usize,
    parts: Vec<usize>,
}

/// Certifications make levels, domains and OPCO.
pub(super) fn by_certification(cells: &[Cell], references: &References, sums: &mut Sums) {
    let mut first = 0;
    for place in cells.chunk_by(|one, next| (one.level, &one.code) == (next.level, &next.code)) {
        let here = first..first + place.len();
        first = here.end;
        let of = |dimension| here.clone().filter(move |cell| cells[*cell].dimension == dimension);
        if of(Dimension::Certification).next().is_none() {
            continue;
        }
        for dimension in [Dimension::Niveau, Dimension::Domaine, Dimension::Opco] {
            let mut classes: BTreeMap<&str, Class> = of(dimension)
                .map(|total| (cells[total].modality.as_str(), Class { total, parts: Vec::new() }))
                .collect();
            let mut unsure = Vec::new();
            for cell in of(Dimension::Certification) {
                let modality = &cells[cell].modality;
                match classes_of_certification(references, modality, dimension) {
                    None => unsure.push(cell),
                    Some(words) => {
                        for word in words {
                            let Some(class) = classes.get_mut(word) else { continue };
                            class.parts.push(cell);
                        }
                    }
                }
            }
            if classes.is_empty() {
                // Nothing is told of this dimension: nothing is the sum of anything.
                continue;
            }
            let classes: Vec<Class> = classes.into_values().collect();
            for indicator in 0..INDICATORS {
                sums.classes(&classes, &unsure, indicator, !dimension.is_multivalued());
            }
        }
    }
}

impl Sums {
    /// Each class is the sum of its parts, and of its share of the cells whose class is not sure.
    /// `are_exclusive`: nobody is in
    /// two classes.
    fn classes(
        &mut self,
        classes: &[Class],
        unsure: &[usize],
        indicator: usize,
        are_exclusive: bool,
    ) {
        let of = |cells: &[usize]| -> Vec<_> {
            cells.iter().map(|cell| variable(*cell, indicator)).collect()
        };
        let unsure = of(unsure);
        let all_unsure = (!unsure.is_empty()).then(|| {
            let all = self.unseen(unsure.clone(), Vec::new());
            self.push(all, unsure);
            all
        });
        let mut shares = Vec::new();
        for class in classes {
            let total = variable(class.total, indicator);
            let mut parts = of(&class.parts);
            if let Some(all) = all_unsure {
                let share = self.unseen(vec![total], parts.clone());
                let others = self.unseen(vec![all], vec![share]);
                self.push(all, vec![share, others]);
                parts.push(share);
                shares.push(share);
            }
            self.push(total, parts);
        }
        match all_unsure {
            Some(all) if are_exclusive => self.push(all, shares),
            // Everyone is in one class at least: the shares are the whole, and those counted twice.
            Some(all) => {
                let told = self.unseen(shares.clone(), Vec::new());
                let twice = self.unseen(vec![told], vec![all]);
                self.push(told, shares);
                self.push(told, vec![all, twice]);
            }
            None => {}
        }
    }
}

/// Where the organisations that have a cell are, by the number of the cell.
pub(super) type Located<'a> = BTreeMap<usize, (Organisation, Location<'a>)>;

/// Organisations make, in each place above, the figures of their kinds and networks.
pub(super) fn by_organisation(
    cells: &[Cell],
    references: &References,
    organisations: &Located<'_>,
    sums: &mut Sums,
) {
    let mut classes = HashMap::<(Level, &str, Dimension, &str), Vec<usize>>::new();
    let whole = |cell: usize| cells[cell].dimension == Dimension::Ensemble;
    for (cell, (organisation, location)) in organisations.iter().filter(|(cell, _)| whole(**cell)) {
        let mut places = vec![(Level::France, super::FRANCE)];
        if let Some(it) = location.department {
            places.push((Level::Region, it.region().code));
            places.push((Level::Academie, it.academy().code));
            places.push((Level::Departement, it.code));
        }
        for dimension in [Dimension::Nature, Dimension::Reseau] {
            for word in classes_of_organisation(references, organisation, dimension) {
                for (level, code) in &places {
                    classes.entry((*level, code, dimension, word)).or_default().push(*cell);
                }
            }
        }
    }
    for (total, cell) in cells.iter().enumerate() {
        if let Some(parts) = classes.get(&cell.key()) {
            for indicator in 0..INDICATORS {
                sums.all.push(sum_of(total, parts, indicator));
            }
        }
    }
}
