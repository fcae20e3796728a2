//! What each publication changed: carried from one to the next, so that a publication reads the last
//! one only. `changements.json`, the page `/publications/` and the Atom feeds are made of it.
//!
//! The data have a version, `major.minor.patch`:
//!
//! | | when |
//! | --- | --- |
//! | major | a table, a column, a level, a breakdown or an indicator is removed or means something else |
//! | minor | one of them, a month-end, an organisation or past figures are added |
//! | patch | figures alone moved: those of the day, past ones that were corrected |

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::v1::{Indicateur, Valeur};

/// How many publications are remembered: more than a year of nights.
pub const PUBLICATIONS: usize = 400;

/// How many events of one place are remembered: two years of month-ends.
pub const EVENEMENTS: usize = 24;

/// What `changements.json` holds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Journal {
    /// Newest first; the first one is this publication.
    pub publications: Vec<Publication>,
    /// What happened to the published figures of each place, by the address of its page; newest
    /// first.
    pub lieux: BTreeMap<String, Vec<Evenement>>,
    /// What this publication holds: the next one is held against it.
    pub contenu: Contenu,
}

/// One publication: the last one of its day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publication {
    /// Its day, ISO 8601.
    pub date: String,
    /// Version of the data.
    pub version_donnees: Version,
    /// Its name: its files are under `/v/{publication}/`.
    pub publication: String,
    /// Against the publication before it; the greatest first.
    pub changements: Vec<Changement>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Changement {
    /// How much it changes.
    pub nature: Nature,
    /// What changed, in a French sentence.
    pub phrase: String,
}

/// How much a change changes, the greatest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Nature {
    /// Something is removed, or means something else.
    Majeur,
    /// Something is added.
    Mineur,
    /// Figures moved.
    Correctif,
}

/// What happened to the figures of one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evenement {
    /// The day of the publication, ISO 8601.
    pub date: String,
    /// The publication.
    pub publication: String,
    /// The month-ends whose figures are published for the first time since they are past.
    pub fins_de_mois: Vec<String>,
    /// Figures of the last of them, as they were then published.
    pub chiffres: BTreeMap<Indicateur, Valeur>,
    /// How many past figures were corrected, by five learners at least.
    pub corriges: u32,
}

/// What a publication holds, as far as a program may rely on it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Contenu {
    /// Version of the rules of counting.
    pub regles: String,
    /// The columns of each table, and what their cells are.
    pub tables: BTreeMap<String, BTreeMap<String, String>>,
    /// The breakdowns published at each level.
    pub ventilations: BTreeMap<String, Vec<String>>,
    /// The indicators.
    pub indicateurs: Vec<String>,
}

/// A version of the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Version {
    /// Grows when something is removed or means something else.
    pub majeur: u32,
    /// Grows when something is added.
    pub mineur: u32,
    /// Grows when figures moved.
    pub correctif: u32,
}

impl Version {
    /// Of the first publication.
    pub const PREMIERE: Self = Self { majeur: 1, mineur: 0, correctif: 0 };

    /// Of the publication that comes after this one with a change of this nature.
    #[must_use]
    pub fn apres(self, nature: Nature) -> Self {
        let Self { majeur, mineur, correctif } = self;
        match nature {
            Nature::Majeur => Self { majeur: majeur + 1, mineur: 0, correctif: 0 },
            Nature::Mineur => Self { majeur, mineur: mineur + 1, correctif: 0 },
            Nature::Correctif => Self { majeur, mineur, correctif: correctif + 1 },
        }
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.majeur, self.mineur, self.correctif)
    }
}

impl From<Version> for String {
    fn from(version: Version) -> Self {
        version.to_string()
    }
}

impl TryFrom<String> for Version {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let mut numbers = text.split('.').map(str::parse);
        match (numbers.next(), numbers.next(), numbers.next(), numbers.next()) {
            (Some(Ok(majeur)), Some(Ok(mineur)), Some(Ok(correctif)), None) => {
                Ok(Self { majeur, mineur, correctif })
            }
            _ => Err(format!("{text} is not a version of the data")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_grows_by_the_greatest_change() {
        let version = Version::try_from("1.4.2".to_owned()).unwrap();
        let after = [Nature::Majeur, Nature::Mineur, Nature::Correctif]
            .map(|nature| version.apres(nature).to_string());
        assert_eq!(after, ["2.0.0", "1.5.0", "1.4.3"]);
        assert!(Nature::Majeur < Nature::Mineur && Nature::Mineur < Nature::Correctif);
        for wrong in ["1.4", "1.4.2.1", "v1.4.2", ""] {
            assert!(Version::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
    }
}
