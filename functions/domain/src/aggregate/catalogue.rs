//! The breakdowns whose modalities come from the records and the references: certifications,
//! domains, OPCO, networks. Each is given a number after the fixed ones, as it is met.

use std::collections::HashMap;

use super::Dimension;
use super::breakdown::{self, Breakdown, FIXED, MODALITIES, UNKNOWN};
use crate::vocabulary::references::Certification;
use crate::vocabulary::{Cfd, Organisation, References, Rncp};

/// What a learner prepares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Training {
    pub(super) rncp: Option<Rncp>,
    pub(super) cfd: Option<Cfd>,
}

impl Training {
    /// The code under which it is published: trainings of the same code are one certification.
    fn certification(self) -> String {
        let cfd = || self.cfd.map(|cfd| cfd.to_string());
        let rncp = self.rncp.map(|rncp| rncp.to_string());
        rncp.or_else(cfd).unwrap_or_else(|| UNKNOWN.to_owned())
    }
}

/// The modalities met, and the breakdowns of each training and organisation.
#[derive(Debug, Default)]
pub(super) struct Catalogue {
    names: Vec<(Dimension, String)>,
    numbers: HashMap<(Dimension, String), Breakdown>,
    of_training: Vec<Vec<Breakdown>>,
    of_organisation: Vec<Vec<Breakdown>>,
}

impl Catalogue {
    /// The breakdowns of these trainings and organisations, in their order.
    pub(super) fn new(
        references: &References,
        trainings: &[Training],
        organisations: &[Organisation],
    ) -> Self {
        let mut catalogue = Self::default();
        for training in trainings {
            let breakdowns = catalogue.read_training(references, *training);
            catalogue.of_training.push(breakdowns);
        }
        for organisation in organisations {
            let breakdowns = catalogue.read_organisation(references, organisation);
            catalogue.of_organisation.push(breakdowns);
        }
        catalogue
    }

    /// Level, certification, domain and OPCO of a training.
    pub(super) fn of_training(&self, training: u32) -> &[Breakdown] {
        &self.of_training[training as usize]
    }

    /// Kind and networks of an organisation.
    pub(super) fn of_organisation(&self, organisation: u32) -> &[Breakdown] {
        &self.of_organisation[organisation as usize]
    }

    /// Dimension and modality.
    pub(super) fn name(&self, breakdown: Breakdown) -> (Dimension, &str) {
        match breakdown.checked_sub(FIXED) {
            Some(place) => (self.names[place].0, &self.names[place].1),
            None => MODALITIES[breakdown],
        }
    }

    fn read_training(&mut self, references: &References, training: Training) -> Vec<Breakdown> {
        let known = references.certification(training.rncp, training.cfd);
        let mut breakdowns = vec![
            breakdown::level(known.and_then(|known| known.level), training.cfd),
            self.number(Dimension::Certification, &training.certification()),
        ];
        for dimension in [Dimension::Domaine, Dimension::Opco] {
            let words = words(dimension, known);
            breakdowns.extend(words.into_iter().map(|word| self.number(dimension, word)));
        }
        breakdowns
    }

    fn read_organisation(
        &mut self,
        references: &References,
        organisation: &Organisation,
    ) -> Vec<Breakdown> {
        let listed = references.organisations.get(organisation);
        let mut breakdowns = vec![breakdown::nature(listed.map(|listed| listed.nature.as_str()))];
        let networks = networks(references, organisation);
        breakdowns.extend(networks.into_iter().map(|word| self.number(Dimension::Reseau, word)));
        breakdowns
    }

    fn number(&mut self, dimension: Dimension, word: &str) -> Breakdown {
        let name = (dimension, word.to_owned());
        let next = FIXED + self.names.len();
        *self.numbers.entry(name).or_insert_with_key(|name| {
            self.names.push(name.clone());
            next
        })
    }
}

/// The domain or the OPCO of a training, from what is known of its certification.
fn words(dimension: Dimension, known: Option<&Certification>) -> Vec<&str> {
    let words = match (dimension, known) {
        (Dimension::Domaine, Some(known)) => vec![known.domain.as_str()],
        (Dimension::Opco, Some(known)) => known.opcos.iter().map(|opco| opco.code).collect(),
        _ => Vec::new(),
    };
    or_unknown(words)
}

/// The modalities of `reseau` of an organisation.
fn networks(references: &References, organisation: &Organisation) -> Vec<&'static str> {
    or_unknown(references.networks_of(organisation).iter().map(|network| network.code).collect())
}

fn or_unknown(mut words: Vec<&str>) -> Vec<&str> {
    words.retain(|word| !word.is_empty());
    if words.is_empty() { vec![UNKNOWN] } else { words }
}

/// The modalities of `niveau`, `domaine` or `opco` under which are the learners of a modality of
/// `certification`. None when they depend on the CFD code of each too: of an RNCP code that the
/// reference does not tell.
pub fn classes_of_certification<'a>(
    references: &'a References,
    modality: &str,
    dimension: Dimension,
) -> Option<Vec<&'a str>> {
    let rncp = modality.strip_prefix("RNCP").and_then(|_| Rncp::parse(modality));
    let cfd = if rncp.is_some() { None } else { Cfd::parse(modality) };
    let known = references.certification(rncp, cfd);
    let level = known.and_then(|known| known.level);
    match dimension {
        Dimension::Niveau if rncp.is_some() && level.is_none() => None,
        Dimension::Niveau => Some(vec![MODALITIES[breakdown::level(level, cfd)].1]),
        _ if rncp.is_some() && known.is_none() => None,
        _ => Some(words(dimension, known)),
    }
}

/// The modalities of `nature` or `reseau` under which are the learners of an organisation.
pub(crate) fn classes_of_organisation(
    references: &References,
    organisation: &Organisation,
    dimension: Dimension,
) -> Vec<&'static str> {
    match dimension {
        Dimension::Nature => {
            let listed = references.organisations.get(organisation);
            vec![MODALITIES[breakdown::nature(listed.map(|listed| listed.nature.as_str()))].1]
        }
        _ => networks(references, organisation),
    }
}

/// The name of a modality of `certification`, when the reference gives it.
pub fn certification_label<'a>(references: &'a References, modality: &str) -> Option<&'a str> {
    let rncp = modality.strip_prefix("RNCP").and_then(|_| Rncp::parse(modality));
    let known = references.certification(rncp, Cfd::parse(modality))?;
    Some(known.label.as_str()).filter(|label| !label.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::references::{Certification, Certifications, Code, opco};

    fn references() -> References {
        let certifications = Certifications::new([Certification {
            code: Code::parse("RNCP35316").unwrap(),
            label: "Pâtissier".to_owned(),
            level: Some(3),
            domain: "Alimentation".to_owned(),
            opcos: ["EP", "AKTO"].map(|code| opco(code).unwrap()).to_vec(),
        }]);
        References { certifications, ..References::default() }
    }

    fn said(training: (&str, &str)) -> String {
        let (rncp, cfd) = (Rncp::parse(training.0), Cfd::parse(training.1));
        let catalogue = Catalogue::new(&references(), &[Training { rncp, cfd }], &[]);
        let names = catalogue.of_training(0).iter().map(|breakdown| catalogue.name(*breakdown).1);
        names.collect::<Vec<_>>().join(" · ")
    }

    #[test]
    fn a_training_is_under_what_the_reference_says_of_it() {
        assert_eq!(said(("RNCP35316", "")), "3 · RNCP35316 · Alimentation · EP · AKTO");
        let nothing = format!("5 · RNCP1234 · {UNKNOWN} · {UNKNOWN}");
        assert_eq!(said(("RNCP1234", "32022137")), nothing);
        assert_eq!(said(("", "")), [UNKNOWN; 4].join(" · "));
    }

    #[test]
    fn a_certification_has_the_name_that_the_reference_gives_it() {
        let references = references();
        assert_eq!(certification_label(&references, "RNCP35316"), Some("Pâtissier"));
        assert_eq!(certification_label(&references, "RNCP1234"), None);
        assert_eq!(certification_label(&references, UNKNOWN), None);
    }
}
