//! What happened each month (`flux`) and what became of each entry class (`cohortes`), exact and
//! private. Long tables: one row for each figure of `flux`, one for each horizon of `cohortes`.
//!
//! | `flux` | |
//! | --- | --- |
//! | `mois` | last day of the month; the day of the run for the current one |
//! | `maille`, `code`, `libelle` | the place, as in `indicateurs` |
//! | `evenement` | `entrees ruptures retours_30_jours retours_90_jours retours_180_jours signatures sorties` |
//! | `valeur` | how many |
//!
//! | `cohortes` | |
//! | --- | --- |
//! | `promotion` | the school year of the entry |
//! | `maille`, `code`, `libelle` | the place |
//! | `entrees` | learners who entered |
//! | `mois` | months after the entry: 1, 3, 6, 9, 12 |
//! | `observes` | of them, those whose day has come and whose training lasts |
//! | `avec_contrat` | of those, the ones with a contract |

use bytes::Bytes;
use domain::aggregate::Level;
use domain::aggregate::cohorts::{CohortCell, Cohorts, HORIZONS, Observed};
use domain::aggregate::flows::{Flow, FlowCell, Flows};
use domain::vocabulary::Day;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;

use crate::columns::{Group, TableReader, TableWriter};
use crate::error::{Error, Result};
use crate::indicators::level;
use crate::tables::maille;

const FLUX: &str = "message flux_v1 {
    required int32 mois (DATE);
    required binary maille (STRING);
    required binary code (STRING);
    required binary libelle (STRING);
    required binary evenement (STRING);
    required int32 valeur;
}";

const COHORTES: &str = "message cohortes_v1 {
    required binary promotion (STRING);
    required binary maille (STRING);
    required binary code (STRING);
    required binary libelle (STRING);
    required int32 entrees;
    required int32 mois;
    required int32 observes;
    required int32 avec_contrat;
}";

/// The word of each event, and its count in a month.
type Event = (&'static str, fn(&mut Flow) -> &mut u32);

/// In the order of the rows.
const EVENTS: [Event; 7] = [
    ("entrees", |flow| &mut flow.entries),
    ("retours_180_jours", |flow| &mut flow.returns_180_days),
    ("retours_30_jours", |flow| &mut flow.returns_30_days),
    ("retours_90_jours", |flow| &mut flow.returns_90_days),
    ("ruptures", |flow| &mut flow.breaks),
    ("signatures", |flow| &mut flow.signatures),
    ("sorties", |flow| &mut flow.leavings),
];

/// The flows as Parquet: by place, then event, then month.
pub fn write_flows(flows: &Flows) -> Result<Vec<u8>> {
    let write = || {
        let mut table = TableWriter::new(FLUX)?;
        for cell in &flows.cells {
            for (word, count) in EVENTS {
                for (date, flow) in flows.dates.iter().zip(&cell.months) {
                    table.row(|row| {
                        row.int(date.epoch_days());
                        row.text(maille(cell.level).as_str().as_bytes());
                        row.text(cell.code.as_bytes());
                        row.text(cell.label.as_bytes());
                        row.text(word.as_bytes());
                        row.int((*count(&mut flow.clone())).cast_signed());
                    })?;
                }
            }
        }
        table.finish()
    };
    write().map_err(|error: ParquetError| Error::corrupt("write flows", error))
}

/// Reads flows we wrote.
pub fn read_flows(name: &str, bytes: Bytes) -> Result<Flows> {
    let read = || {
        let mut flows = Flows::default();
        for group in TableReader::new(bytes, FLUX)?.groups() {
            let group = group?;
            let (dates, values) = (group.ints("mois")?, group.ints("valeur")?);
            let (places, words) = (Places::of(&group)?, group.texts("evenement")?);
            for row in 0..group.rows() {
                let mut read = || {
                    let (level, code, label) = places.at(row)?;
                    let (_, count) =
                        EVENTS.into_iter().find(|it| Some(it.0) == text(words[row].as_ref()))?;
                    let date = Day::from_epoch_days(dates[row]?)?;
                    let value = u32::try_from(values[row]?).ok()?;
                    let same = |cell: &FlowCell| cell.level == level && cell.code == code;
                    if !flows.cells.last().is_some_and(same) {
                        let months = vec![Flow::default(); flows.dates.len()];
                        let (code, label) = (code.to_owned(), label.to_owned());
                        flows.cells.push(FlowCell { level, code, label, months });
                    }
                    let first = flows.cells.len() == 1;
                    let cell = flows.cells.last_mut()?;
                    // The first place gives the dates; all the others have the same.
                    let place = match flows.dates.iter().position(|known| *known == date) {
                        Some(place) => place,
                        None if first => {
                            flows.dates.push(date);
                            cell.months.push(Flow::default());
                            flows.dates.len() - 1
                        }
                        None => return None,
                    };
                    *count(&mut cell.months[place]) = value;
                    Some(())
                };
                read().ok_or_else(|| strange(row))?;
            }
        }
        Ok::<_, ParquetError>(flows)
    };
    read().map_err(|error| Error::corrupt(format!("read {name}"), error))
}

/// The entry classes as Parquet: by place, then class, then horizon.
pub fn write_cohorts(cohorts: &Cohorts) -> Result<Vec<u8>> {
    let write = || {
        let mut table = TableWriter::new(COHORTES)?;
        for cell in &cohorts.cells {
            let class = cell.class.to_string();
            for (months, seen) in HORIZONS.into_iter().zip(cell.horizons) {
                table.row(|row| {
                    row.text(class.as_bytes());
                    row.text(maille(cell.level).as_str().as_bytes());
                    row.text(cell.code.as_bytes());
                    row.text(cell.label.as_bytes());
                    row.int(cell.entered.cast_signed());
                    row.int(months);
                    row.int(seen.learners.cast_signed());
                    row.int(seen.with_contract.cast_signed());
                })?;
            }
        }
        table.finish()
    };
    write().map_err(|error: ParquetError| Error::corrupt("write classes", error))
}

/// Reads entry classes we wrote.
pub fn read_cohorts(name: &str, bytes: Bytes) -> Result<Cohorts> {
    let read = || {
        let mut cohorts = Cohorts::default();
        for group in TableReader::new(bytes, COHORTES)?.groups() {
            let group = group?;
            let [entered, months, observed, with_contract] =
                ["entrees", "mois", "observes", "avec_contrat"].map(|name| group.ints(name));
            let (entered, months, observed) = (entered?, months?, observed?);
            let with_contract = with_contract?;
            let (places, classes) = (Places::of(&group)?, group.texts("promotion")?);
            for row in 0..group.rows() {
                let mut read = || {
                    let (level, code, label) = places.at(row)?;
                    let class = text(classes[row].as_ref())?.parse().ok()?;
                    let horizon = HORIZONS.iter().position(|it| Some(*it) == months[row])?;
                    let same = |cell: &CohortCell| {
                        cell.level == level && cell.code == code && cell.class == class
                    };
                    if !cohorts.cells.last().is_some_and(same) {
                        cohorts.cells.push(CohortCell {
                            level,
                            code: code.to_owned(),
                            label: label.to_owned(),
                            class,
                            entered: u32::try_from(entered[row]?).ok()?,
                            horizons: Default::default(),
                        });
                    }
                    cohorts.cells.last_mut()?.horizons[horizon] = Observed {
                        learners: u32::try_from(observed[row]?).ok()?,
                        with_contract: u32::try_from(with_contract[row]?).ok()?,
                    };
                    Some(())
                };
                read().ok_or_else(|| strange(row))?;
            }
        }
        Ok::<_, ParquetError>(cohorts)
    };
    read().map_err(|error| Error::corrupt(format!("read {name}"), error))
}

/// The columns that name a place.
struct Places<'a> {
    levels: &'a [Option<ByteArray>],
    codes: &'a [Option<ByteArray>],
    labels: &'a [Option<ByteArray>],
}

impl<'a> Places<'a> {
    fn of(group: &'a Group) -> parquet::errors::Result<Self> {
        let [levels, codes, labels] = ["maille", "code", "libelle"].map(|name| group.texts(name));
        Ok(Self { levels: levels?, codes: codes?, labels: labels? })
    }

    fn at(&self, row: usize) -> Option<(Level, &'a str, &'a str)> {
        let level = level(text(self.levels[row].as_ref())?)?;
        Some((level, text(self.codes[row].as_ref())?, text(self.labels[row].as_ref())?))
    }
}

fn text(value: Option<&ByteArray>) -> Option<&str> {
    value.and_then(|bytes| bytes.as_utf8().ok())
}

fn strange(row: usize) -> ParquetError {
    ParquetError::General(format!("row {row} is not a figure of ours"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn flows_survive_a_round_trip() {
        let flow = |first| Flow {
            entries: first,
            signatures: first + 1,
            breaks: first + 2,
            returns_30_days: first + 3,
            returns_90_days: first + 4,
            returns_180_days: first + 5,
            leavings: first + 6,
        };
        let cell = |level, code: &str, first| FlowCell {
            level,
            code: code.to_owned(),
            label: format!("place {code}"),
            months: vec![flow(first), flow(first + 10)],
        };
        let flows = Flows {
            dates: vec![day("2026-10-31"), day("2026-11-22")],
            cells: vec![cell(Level::France, "FR", 40), cell(Level::ZoneEmploi, "5315", 0)],
        };
        let bytes = write_flows(&flows).unwrap();
        assert_eq!(read_flows("flows", bytes.into()).unwrap(), flows);
    }

    #[test]
    fn classes_survive_a_round_trip() {
        let cell = |code: &str, class: &str, first| CohortCell {
            level: Level::Departement,
            code: code.to_owned(),
            label: format!("place {code}"),
            class: class.parse().unwrap(),
            entered: first + 9,
            horizons: [0, 1, 2, 3, 4]
                .map(|more| Observed { learners: first + more, with_contract: more }),
        };
        let cohorts = Cohorts {
            cells: vec![
                cell("35", "2024-2025", 3),
                cell("35", "2025-2026", 5),
                cell("56", "2025-2026", 0),
            ],
        };
        let bytes = write_cohorts(&cohorts).unwrap();
        assert_eq!(read_cohorts("classes", bytes.clone().into()).unwrap(), cohorts);
        assert!(read_flows("classes", bytes.into()).is_err(), "a foreign table is named");
    }
}
