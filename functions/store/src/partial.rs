//! A run cut into ranges: what it is about to count (`plan`), and what each range counted
//! (`partials`). Private, forgotten after a month: the sum is in the run.
//!
//! | `partials/{run}/` | |
//! | --- | --- |
//! | `plan.json` | the run, the lists that count, the civil keys that are set aside |
//! | `plage=…/*.parquet` | the figures of a range, as those of a run; the records set aside |
//! | `plage=…/partiel.json` | how its records became counts: written last |

use std::collections::BTreeMap;

use domain::aggregate::person::{Linked, Range};
use domain::aggregate::{Figures, Ledger};
use domain::record::Record;
use domain::upload::{Counting, hex};
use domain::vocabulary::{Day, LearnerKey, Organisation};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::index::Current;
use crate::run::{Counted, Run, Transmission};
use crate::{Key, Store};

/// What a run is about to count, the same for all its ranges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// What it has seen.
    pub run: Run,
    /// The lists that count.
    pub current: Vec<Current>,
    /// The civil identities whose records each range sets aside.
    pub linked: Linked,
}

/// What one range of a run counted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Partial {
    /// The figures of its persons.
    pub figures: Figures,
    /// The records of persons that may be in several ranges, with the rank of their deposit.
    pub aside: Vec<(u32, Record)>,
    /// The days each organisation's learners were first and last transmitted.
    pub transmissions: BTreeMap<Organisation, (Day, Day)>,
}

/// [`Plan`], as it is stored.
#[derive(Serialize, Deserialize)]
struct StoredPlan {
    run: Run,
    lists: Vec<StoredList>,
    linked: Vec<String>,
}

/// [`Current`], as it is stored in a plan.
#[derive(Serialize, Deserialize)]
struct StoredList {
    organisation: String,
    school_year: String,
    /// Each with whether it is a complete list.
    deposits: Vec<(String, bool)>,
    revision: u64,
    first_day: String,
    last_day: String,
}

/// What of a [`Partial`] is no table.
#[derive(Serialize, Deserialize)]
struct StoredPartial {
    counted: Counted,
    unlisted_organisations: Vec<String>,
    organisations_without_department: Vec<String>,
    transmissions: Vec<Transmission>,
    /// The ranks of the records set aside, in their order: each with how many have it.
    aside: Vec<(u32, u32)>,
}

impl Plan {
    /// Reads a plan we wrote.
    pub fn read(json: &[u8]) -> Result<Self> {
        let corrupt = |what: &str| Error::corrupt("read a plan", what);
        let StoredPlan { run, lists, linked } =
            serde_json::from_slice(json).map_err(|error| Error::corrupt("read a plan", error))?;
        let list = |list: &StoredList| {
            let deposits = list.deposits.iter();
            Some(Current {
                organisation: list.organisation.parse().ok()?,
                school_year: list.school_year.parse().ok()?,
                deposits: deposits
                    .map(|(id, complete)| Counting { id: id.clone(), complete: *complete })
                    .collect(),
                revision: list.revision,
                first_day: list.first_day.parse().ok()?,
                last_day: list.last_day.parse().ok()?,
            })
        };
        let current: Option<Vec<Current>> = lists.iter().map(list).collect();
        let key = |text: &String| u128::from_str_radix(text, 16).map(u128::to_be_bytes).ok();
        let linked: Option<Linked> = linked.iter().map(|text| key(text).map(LearnerKey)).collect();
        Ok(Self {
            run,
            current: current.ok_or_else(|| corrupt("a list"))?,
            linked: linked.ok_or_else(|| corrupt("a civil key"))?,
        })
    }

    /// As it is stored.
    pub fn write(&self) -> Result<Vec<u8>> {
        let list = |list: &Current| StoredList {
            organisation: list.organisation.to_string(),
            school_year: list.school_year.to_string(),
            deposits: list.deposits.iter().map(|one| (one.id.clone(), one.complete)).collect(),
            revision: list.revision,
            first_day: list.first_day.to_string(),
            last_day: list.last_day.to_string(),
        };
        let stored = StoredPlan {
            run: self.run.clone(),
            lists: self.current.iter().map(list).collect(),
            linked: self.linked.iter().map(|key| hex(&key.0)).collect(),
        };
        serde_json::to_vec(&stored).map_err(|error| Error::corrupt("write a plan", error))
    }
}

impl Store {
    /// Leaves what a range counted.
    pub async fn put_partial(&self, run: &str, range: Range, partial: &Partial) -> Result<()> {
        let Partial { figures, aside, transmissions } = partial;
        let key = |name| Key::Partial { run: run.to_owned(), range, name };
        let mut ranks: Vec<(u32, u32)> = Vec::new();
        for (rank, _) in aside {
            match ranks.last_mut() {
                Some((last, records)) if last == rank => *records += 1,
                _ => ranks.push((*rank, 1)),
            }
        }
        let records = aside.iter().map(|(_, record)| record);
        for (name, table) in [
            (INDICATORS, crate::write_indicators(&figures.indicators)?),
            (HOMES, crate::write_indicators(&figures.home)?),
            (FLOWS, crate::write_flows(&figures.flows)?),
            (COHORTS, crate::write_cohorts(&figures.cohorts)?),
            (ASIDE, crate::records::write_records_in_order(records)?),
        ] {
            self.objects.put(&key(name), table).await?;
        }
        let codes = |organisations: &std::collections::BTreeSet<Organisation>| {
            organisations.iter().map(Organisation::to_string).collect()
        };
        let stored = StoredPartial {
            unlisted_organisations: codes(&figures.ledger.unlisted_organisations),
            organisations_without_department: codes(
                &figures.ledger.organisations_without_department,
            ),
            counted: figures.ledger.clone().into(),
            transmissions: transmissions.iter().map(|(it, days)| (*it, *days).into()).collect(),
            aside: ranks,
        };
        let json = serde_json::to_vec(&stored);
        let json = json.map_err(|error| Error::corrupt("write what a range counted", error))?;
        self.objects.put(&key(LEDGER), json).await
    }

    /// What a range counted, which must be there.
    pub async fn partial(&self, run: &str, range: Range) -> Result<Partial> {
        let key = |name| Key::Partial { run: run.to_owned(), range, name };
        let ledger = key(LEDGER);
        let corrupt = |what: &str| Error::corrupt(format!("read {}", ledger.path()), what);
        let stored: StoredPartial = serde_json::from_slice(&self.objects.get(&ledger).await?)
            .map_err(|error| corrupt(&error.to_string()))?;
        let organisations = |codes: &[String]| {
            let read = codes.iter().map(|code| code.parse().ok()).collect::<Option<_>>();
            read.ok_or_else(|| corrupt("an organisation"))
        };
        let table = async |name| {
            let key = key(name);
            self.objects.get(&key).await.map(|bytes| (key.path(), bytes))
        };
        let (indicators, home) = (table(INDICATORS).await?, table(HOMES).await?);
        let (flows, cohorts, records) =
            (table(FLOWS).await?, table(COHORTS).await?, table(ASIDE).await?);
        let figures = Figures {
            indicators: crate::read_indicators(&indicators.0, indicators.1)?,
            home: crate::read_indicators(&home.0, home.1)?,
            flows: crate::read_flows(&flows.0, flows.1)?,
            cohorts: crate::read_cohorts(&cohorts.0, cohorts.1)?,
            ledger: Ledger {
                unlisted_organisations: organisations(&stored.unlisted_organisations)?,
                organisations_without_department: organisations(
                    &stored.organisations_without_department,
                )?,
                ..stored.counted.into()
            },
        };
        let ranks = stored
            .aside
            .iter()
            .flat_map(|(rank, records)| std::iter::repeat_n(*rank, *records as usize));
        let mut ranks = ranks.collect::<Vec<_>>().into_iter();
        let mut aside = Vec::new();
        crate::read_records(&records.0, records.1, |record| {
            aside.extend(ranks.next().map(|rank| (rank, record)));
        })?;
        let transmissions = stored.transmissions.iter().map(Transmission::read).collect();
        let transmissions: Option<_> = transmissions;
        let transmissions = transmissions.ok_or_else(|| corrupt("a transmission"))?;
        Ok(Partial { figures, aside, transmissions })
    }
}

const INDICATORS: &str = "indicateurs.parquet";
const HOMES: &str = "domicile.parquet";
const FLOWS: &str = "flux.parquet";
const COHORTS: &str = "cohortes.parquet";
const ASIDE: &str = "a-part.parquet";
const LEDGER: &str = "partiel.json";
