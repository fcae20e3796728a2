//! The exact figures, private: the same table as the public one, before anything is withheld; by
//! the place of training (`indicateurs`) or, in a file of its own, of the home (`domicile`).

use std::borrow::Cow;
use std::str::FromStr;

use bytes::Bytes;
use domain::aggregate::{Cell, Counts, Dimension, Indicators, Level};
use domain::vocabulary::Day;
use open_data::v1::{Indicateur, Serie};
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;

use crate::columns::{Group, TableReader};
use crate::error::{Error, Result};
use crate::tables::{self, dimension, known, maille, write_series};

/// The exact figures as Parquet.
pub fn write_indicators(indicators: &Indicators) -> Result<Vec<u8>> {
    let series = indicators.cells.iter().flat_map(|cell| {
        Indicateur::ALL.iter().map(|indicateur| {
            let counts = cell.counts.iter().map(|counts| known(count(counts, *indicateur)));
            Cow::Owned(Serie {
                maille: maille(cell.level),
                code: cell.code.clone(),
                libelle: cell.label.clone(),
                dimension: dimension(cell.dimension),
                modalite: Cow::Owned(cell.modality.clone()),
                indicateur: *indicateur,
                valeurs: counts.collect(),
            })
        })
    });
    write_series(&indicators.dates, series)
}

fn count(counts: &Counts, indicateur: Indicateur) -> u32 {
    match indicateur {
        Indicateur::Abandons => counts.abandons,
        Indicateur::Apprenants => counts.apprenants(),
        Indicateur::Apprentis => counts.apprentis,
        Indicateur::InscritsSansContrat => counts.inscrits,
        Indicateur::Rupturants => counts.rupturants,
    }
}

fn set(counts: &mut Counts, indicateur: Indicateur, value: u32) {
    match indicateur {
        Indicateur::Abandons => counts.abandons = value,
        Indicateur::Apprenants => {}
        Indicateur::Apprentis => counts.apprentis = value,
        Indicateur::InscritsSansContrat => counts.inscrits = value,
        Indicateur::Rupturants => counts.rupturants = value,
    }
}

/// Reads exact figures we wrote.
pub fn read_indicators(name: &str, bytes: Bytes) -> Result<Indicators> {
    let read = || {
        let table = TableReader::new(bytes, &tables::figures())?;
        let mut indicators = Indicators::default();
        for group in table.groups() {
            read_group(&group?, &mut indicators)?;
        }
        Ok::<_, ParquetError>(indicators)
    };
    read().map_err(|error| Error::corrupt(format!("read {name}"), error))
}

/// Rows come by cell, then by indicator, then by date: a row belongs to the last cell or opens one.
fn read_group(group: &Group, indicators: &mut Indicators) -> parquet::errors::Result<()> {
    let dates = group.ints("date")?;
    let [mailles, codes, labels, dimensions, modalities, words] =
        ["maille", "code", "libelle", "dimension", "modalite", "indicateur"]
            .map(|name| group.texts(name));
    let (mailles, codes, labels) = (mailles?, codes?, labels?);
    let (dimensions, modalities, words) = (dimensions?, modalities?, words?);
    let values = group.ints("valeur")?;
    let strange = |row| ParquetError::General(format!("row {row} is not a figure of ours"));

    for row in 0..group.rows() {
        let read = || {
            let level = level(text(mailles[row].as_ref())?)?;
            let breakdown = breakdown(text(dimensions[row].as_ref())?)?;
            let indicateur = Indicateur::from_str(text(words[row].as_ref())?).ok()?;
            let day = Day::from_epoch_days(dates[row]?)?;
            let value = u32::try_from(values[row]?).ok()?;
            Some((level, breakdown, indicateur, day, value))
        };
        let (level, breakdown, indicateur, day, value) = read().ok_or_else(|| strange(row))?;
        let (code, modality) = (text(codes[row].as_ref()), text(modalities[row].as_ref()));
        let same = indicators.cells.last().is_some_and(|cell| {
            cell.level == level
                && Some(cell.code.as_str()) == code
                && cell.dimension == breakdown
                && Some(cell.modality.as_str()) == modality
        });
        if !same {
            indicators.cells.push(Cell {
                level,
                code: code.unwrap_or_default().to_owned(),
                label: text(labels[row].as_ref()).unwrap_or_default().to_owned(),
                dimension: breakdown,
                modality: modality.unwrap_or_default().to_owned(),
                counts: vec![Counts::default(); indicators.dates.len()],
            });
        }
        // The first series of the file gives the dates; all the others have the same.
        let place = match indicators.dates.iter().position(|known| *known == day) {
            Some(place) => place,
            None if indicators.cells.len() == 1 => {
                indicators.dates.push(day);
                indicators.cells[0].counts.push(Counts::default());
                indicators.dates.len() - 1
            }
            None => return Err(strange(row)),
        };
        if let Some(cell) = indicators.cells.last_mut() {
            set(&mut cell.counts[place], indicateur, value);
        }
    }
    Ok(())
}

pub(crate) fn level(word: &str) -> Option<Level> {
    word.parse().ok().map(tables::level)
}

fn breakdown(word: &str) -> Option<Dimension> {
    word.parse().ok().map(tables::breakdown)
}

fn text(value: Option<&ByteArray>) -> Option<&str> {
    value.and_then(|bytes| bytes.as_utf8().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_figures_survive_a_round_trip() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        let cell = |level, code: &str, counts: [u32; 2]| Cell {
            level,
            code: code.to_owned(),
            label: format!("place {code}"),
            dimension: Dimension::Ensemble,
            modality: String::new(),
            counts: counts
                .map(|n| Counts { apprentis: n, inscrits: n / 2, rupturants: 1, abandons: 0 })
                .to_vec(),
        };
        let indicators = Indicators {
            dates: vec![day("2026-10-31"), day("2026-11-22")],
            cells: vec![
                cell(Level::Departement, "01", [3, 8]),
                cell(Level::Departement, "2A", [0, 4]),
                cell(Level::France, "FR", [3, 12]),
            ],
        };
        let bytes = write_indicators(&indicators).unwrap();
        assert_eq!(read_indicators("figures", bytes.into()).unwrap(), indicators);
    }
}
