//! An organisation: a UAI and a SIRET, always as a couple; and the reference list of them all.

use std::collections::BTreeMap;
use std::fmt;

use super::{Siret, Uai};

/// A training organisation, named by the couple of its codes: either alone is shared by some.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Organisation {
    /// Its UAI.
    pub uai: Uai,
    /// Its SIRET.
    pub siret: Siret,
}

impl Organisation {
    /// Who drops the reference datasets: no organisation bears these codes.
    pub fn operator() -> Option<Self> {
        "0000000A-00000000000000".parse().ok()
    }
}

/// `0010856A-19750655300019`.
impl fmt::Display for Organisation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.uai, self.siret)
    }
}

impl fmt::Debug for Organisation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::str::FromStr for Organisation {
    type Err = NotAnOrganisation;
    fn from_str(text: &str) -> Result<Self, NotAnOrganisation> {
        let (uai, siret) = text.split_once('-').ok_or(NotAnOrganisation)?;
        let uai = uai.parse().map_err(|_| NotAnOrganisation)?;
        let siret = siret.parse().map_err(|_| NotAnOrganisation)?;
        Ok(Self { uai, siret })
    }
}

/// A text is not `UAI-SIRET`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an organisation is written UAI-SIRET, both well formed")]
pub struct NotAnOrganisation;

/// What the public reference says of an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its couple of codes.
    pub organisation: Organisation,
    /// The name people know: the *enseigne*, else the *raison sociale*.
    pub name: String,
    /// `responsable`, `formateur`, `responsable_formateur` or `inconnue`.
    pub nature: String,
    /// Code of its department: `01`, `2A`, `971`. Empty when the reference does not say.
    pub department: String,
    /// The name of its commune.
    pub commune: String,
    /// INSEE code of its commune, when the reference gives it.
    pub commune_code: Option<[u8; 5]>,
}

/// The reference list of organisations, in order of their codes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reference {
    listed: BTreeMap<Organisation, Listed>,
    shared_uai: std::collections::BTreeSet<Uai>,
}

impl Reference {
    /// A list; a couple given twice keeps its first line.
    pub fn new(list: impl IntoIterator<Item = Listed>) -> Self {
        let mut reference = Self::default();
        let mut seen = std::collections::BTreeSet::new();
        for listed in list {
            let organisation = listed.organisation;
            if reference.listed.contains_key(&organisation) {
                continue;
            }
            if !seen.insert(organisation.uai) {
                reference.shared_uai.insert(organisation.uai);
            }
            reference.listed.insert(organisation, listed);
        }
        reference
    }

    /// What is known of this couple.
    pub fn get(&self, organisation: &Organisation) -> Option<&Listed> {
        self.listed.get(organisation)
    }

    /// The organisations that have this UAI, in order of their SIRET.
    pub fn of_uai(&self, uai: Uai) -> impl Iterator<Item = Organisation> + '_ {
        let first = "00000000000000".parse().map(|siret| Organisation { uai, siret });
        let from = first.ok().map(|first| self.listed.range(first..));
        let couples = from.into_iter().flatten().map(|(organisation, _)| *organisation);
        couples.take_while(move |organisation| organisation.uai == uai)
    }

    /// Every organisation, in order of its codes.
    pub fn iter(&self) -> impl Iterator<Item = &Listed> {
        self.listed.values()
    }

    /// How many organisations are listed.
    pub fn len(&self) -> usize {
        self.listed.len()
    }

    /// Whether nothing is listed.
    pub fn is_empty(&self) -> bool {
        self.listed.is_empty()
    }

    /// The public code: the UAI, or `UAI-SIRET` where the UAI is shared (`design.md` §7).
    pub fn public_code(&self, organisation: &Organisation) -> String {
        if self.shared_uai.contains(&organisation.uai) {
            organisation.to_string()
        } else {
            organisation.uai.to_string()
        }
    }
}
