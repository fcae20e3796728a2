//! A run: what it has seen, what it has counted. Stored as JSON beside its figures, so that a
//! figure can always say where it comes from. Codes and counts only: never a person.

use std::collections::BTreeMap;

use domain::aggregate::Ledger;
use domain::upload::{Dataset, hex};
use domain::vocabulary::{Day, Organisation};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::index::{Current, CurrentReference, PublicNote};
use crate::references::Versions;

/// Version of the rules of counting: part of what names a run. Grows when a figure would change
/// though no file did.
pub(crate) const RULES: &str = "v4";

/// Version of the code that runs: the revision of its sources when the build was told it
/// (`TABLEAU_REVISION`, as `git describe` says it), else that of the package. Never a clock.
pub const CODE: &str = match option_env!("TABLEAU_REVISION") {
    Some(revision) => revision,
    None => env!("CARGO_PKG_VERSION"),
};

/// One computation of all figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Digest of everything below that was seen before counting.
    pub id: String,
    /// The day of its last figures, ISO 8601.
    pub today: String,
    /// Version of the rules of counting.
    pub rules: String,
    /// Sum of the revisions of what counts: grows with every change, so that a late run is known.
    pub revision: u64,
    /// Version of the code that counted.
    pub code: String,
    /// The reference datasets it was counted with: SHA-256 of each, by name.
    pub references: BTreeMap<String, String>,
    /// The public notes, by organisation.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub notes: BTreeMap<String, String>,
    /// The deposits counted, in the order they were opened.
    pub deposits: Vec<String>,
    /// How the records became counts.
    pub counted: Counted,
    /// Who transmitted, and when.
    pub transmissions: Vec<Transmission>,
}

/// How the records became counts ([`Ledger`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is the field of Ledger of the same name")]
pub struct Counted {
    pub records: u64,
    pub outside_the_dates: u64,
    pub repeated: u64,
    pub learners: u64,
    pub joined_by_civil_key: u64,
    pub joined_by_ine: u64,
    pub homonyms: u64,
    pub in_several_organisations: u64,
    #[serde(default)]
    pub without_home: u64,
    pub unlisted_organisations: u64,
    pub organisations_without_department: u64,
}

impl From<Ledger> for Counted {
    fn from(ledger: Ledger) -> Self {
        Self {
            records: ledger.records,
            outside_the_dates: ledger.outside_the_dates,
            repeated: ledger.repeated,
            learners: ledger.learners,
            joined_by_civil_key: ledger.joined_by_civil_key,
            joined_by_ine: ledger.joined_by_ine,
            homonyms: ledger.homonyms,
            in_several_organisations: ledger.in_several_organisations,
            without_home: ledger.without_home,
            unlisted_organisations: ledger.unlisted_organisations.len() as u64,
            organisations_without_department: ledger.organisations_without_department.len() as u64,
        }
    }
}

/// What is told of each place is not kept: a sum adds numbers.
impl From<Counted> for Ledger {
    fn from(counted: Counted) -> Self {
        Self {
            records: counted.records,
            outside_the_dates: counted.outside_the_dates,
            repeated: counted.repeated,
            learners: counted.learners,
            joined_by_civil_key: counted.joined_by_civil_key,
            joined_by_ine: counted.joined_by_ine,
            homonyms: counted.homonyms,
            in_several_organisations: counted.in_several_organisations,
            ..Self::default()
        }
    }
}

/// The days an organisation's learners were first and last transmitted, by itself or for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transmission {
    /// `UAI-SIRET`.
    pub organisation: String,
    /// ISO 8601.
    pub first: String,
    /// ISO 8601.
    pub last: String,
}

impl From<(Organisation, (Day, Day))> for Transmission {
    fn from((organisation, (first, last)): (Organisation, (Day, Day))) -> Self {
        Self {
            organisation: organisation.to_string(),
            first: first.to_string(),
            last: last.to_string(),
        }
    }
}

impl Transmission {
    /// The organisation and its days.
    pub(crate) fn read(&self) -> Option<(Organisation, (Day, Day))> {
        let days = (self.first.parse().ok()?, self.last.parse().ok()?);
        Some((self.organisation.parse().ok()?, days))
    }
}

impl Run {
    /// A run about to count this, as of this day.
    pub fn of(
        today: Day,
        current: &[Current],
        references: &[CurrentReference],
        notes: &[PublicNote],
    ) -> Self {
        let revision = current.iter().map(|current| current.revision).sum::<u64>()
            + references.iter().map(|reference| reference.revision).sum::<u64>();
        let mut deposits: Vec<String> = current
            .iter()
            .flat_map(|current| current.deposits.iter().map(|deposit| deposit.id.clone()))
            .collect();
        deposits.sort();
        let references: BTreeMap<String, String> = references
            .iter()
            .map(|reference| (reference.dataset.to_string(), reference.sha256.clone()))
            .collect();

        let notes: BTreeMap<String, String> =
            notes.iter().map(|it| (it.organisation.to_string(), it.note.to_string())).collect();

        let mut seen = Sha256::new();
        seen.update(format!("{RULES}\n{CODE}\n{today}\n{revision}\n"));
        for (dataset, sha256) in &references {
            seen.update(format!("{dataset} {sha256}\n"));
        }
        for current in current {
            let Current { organisation, school_year, first_day, last_day, .. } = current;
            seen.update(format!("{school_year} {organisation} {first_day} {last_day}\n"));
            for deposit in &current.deposits {
                seen.update(format!("  {}\n", deposit.id));
            }
        }
        for (organisation, note) in &notes {
            seen.update(format!("{organisation} {note}\n"));
        }
        Self {
            id: hex(&seen.finalize()[..16]),
            today: today.to_string(),
            rules: RULES.to_owned(),
            revision,
            code: CODE.to_owned(),
            references,
            notes,
            deposits,
            counted: Counted::default(),
            transmissions: Vec::new(),
        }
    }

    /// The versions of the reference datasets it was counted with.
    pub fn versions(&self) -> Result<Versions> {
        let read = |(name, sha256): (&String, &String)| {
            let dataset: Dataset = name.parse().ok()?;
            Some((dataset, sha256.clone()))
        };
        let versions: Option<Versions> = self.references.iter().map(read).collect();
        versions.ok_or_else(|| Error::corrupt("read a run", "an unknown reference dataset"))
    }

    /// The day of its last figures.
    pub fn day(&self) -> Result<Day> {
        self.today.parse().map_err(|error| Error::corrupt("read the day of a run", error))
    }

    /// Reads a run we wrote.
    pub fn read(json: &[u8]) -> Result<Self> {
        serde_json::from_slice(json).map_err(|error| Error::corrupt("read a run", error))
    }

    /// As it is stored.
    pub fn write(&self) -> Result<Vec<u8>> {
        serde_json::to_vec_pretty(self).map_err(|error| Error::corrupt("write a run", error))
    }

    /// The place of a deposit in the order they were opened: the later one wins.
    pub fn rank(&self, deposit: &str) -> u32 {
        self.deposits.partition_point(|known| known.as_str() < deposit) as u32
    }
}
