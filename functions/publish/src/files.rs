//! The open data files: the same tables as CSV, JSON and Parquet (`design.md` §7), in the columns of
//! [`open_data::tables`].

use std::borrow::Cow;
use std::fmt::Write as _;

use domain::vocabulary::Day;
use open_data::tables::{
    self, COUVERTURE, Cellule, INDICATEURS, ORGANISMES, REVISIONS, TAUX, Table,
};
use open_data::v1::{OpenData, Serie, Valeur};
use serde_json::{Map, Value, json};

use crate::revisions::FIRST;
use crate::version::File;

/// Where a file of the open data is, below its version.
pub(crate) fn path(name: &str) -> String {
    format!("donnees/v1/{name}")
}

/// Every table, in every format.
pub(crate) fn open_data(data: &OpenData, dates: &[Day]) -> anyhow::Result<Vec<File>> {
    anyhow::ensure!(!dates.is_empty(), "a publication has a date");
    let figures = || tables::indicateurs(&data.dates, &data.series);
    let rates = || tables::taux(&data.dates, &data.series);
    let coverage = || tables::couvertures(data, &data.couvertures);
    let series = data.series.iter().map(Cow::Borrowed);
    let mut files = vec![
        file(&INDICATEURS, "csv", csv(&INDICATEURS, figures())?),
        file(&INDICATEURS, "json", folded(&data.dates, &data.series)?),
        file(&INDICATEURS, "parquet", store::write_series(dates, series)?),
    ];
    files.extend(formats(&TAUX, rates)?);
    files.extend(formats(&ORGANISMES, || tables::organismes(&data.organismes))?);
    files.extend(formats(&COUVERTURE, coverage)?);
    files.extend(formats(&REVISIONS, || tables::revisions(&data.revisions))?);
    Ok(files)
}

fn file(table: &Table, extension: &str, body: Vec<u8>) -> File {
    File { path: path(&format!("{}.{extension}", table.nom)), body }
}

fn formats<'a, const N: usize, R>(table: &Table, rows: impl Fn() -> R) -> anyhow::Result<[File; 3]>
where
    R: Iterator<Item = [Cellule<'a>; N]>,
{
    Ok([
        file(table, "csv", csv(table, rows())?),
        file(table, "json", json_rows(table, rows())?),
        file(table, "parquet", store::write_table(table, rows())?),
    ])
}

/// The figures of the dates that this publication is the first to publish.
pub(crate) fn first(data: &OpenData, dates: &[Day], new: &[Day]) -> anyhow::Result<File> {
    let kept: Vec<bool> = dates.iter().map(|date| new.contains(date)).collect();
    let series = data.series.iter().map(|serie| {
        let valeurs = serie.valeurs.iter().zip(&kept).filter(|(_, kept)| **kept);
        let valeurs = valeurs.map(|(valeur, _)| *valeur).collect();
        Cow::Owned(Serie { valeurs, ..serie.clone() })
    });
    Ok(File { path: FIRST.to_owned(), body: store::write_series(new, series)? })
}

/// Rows as CSV, under the names of their columns. A withheld number is an empty cell: its reason is
/// in the column `motif`.
pub(crate) fn csv<'a, const N: usize>(
    table: &Table,
    rows: impl Iterator<Item = [Cellule<'a>; N]>,
) -> anyhow::Result<Vec<u8>> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(table.entetes())?;
    let mut number = String::new();
    for row in rows {
        for cell in row {
            number.clear();
            csv.write_field(match cell {
                Cellule::Texte(text) | Cellule::Jour(text) => text,
                Cellule::Nombre(value) => {
                    write!(number, "{value}")?;
                    number.as_str()
                }
                Cellule::Dixiemes(tenths) => {
                    write!(number, "{}.{}", tenths / 10, tenths % 10)?;
                    number.as_str()
                }
                Cellule::Masquee(_) => "",
            })?;
        }
        csv.write_record(None::<&[u8]>)?;
    }
    Ok(csv.into_inner()?)
}

/// The same rows as a JSON list of objects. A withheld number is an object that says why.
pub(crate) fn json_rows<'a, const N: usize>(
    table: &Table,
    rows: impl Iterator<Item = [Cellule<'a>; N]>,
) -> serde_json::Result<Vec<u8>> {
    let object = |row: [Cellule<'a>; N]| -> Map<String, Value> {
        let names = table.entetes().map(str::to_owned);
        names
            .zip(row.map(|cell| match cell {
                Cellule::Texte(text) | Cellule::Jour(text) => json!(text),
                Cellule::Nombre(value) => json!(value),
                Cellule::Dixiemes(tenths) => json!(f64::from(tenths) / 10.0),
                Cellule::Masquee(motif) => json!({ "motif": motif }),
            }))
            .collect()
    };
    serde_json::to_vec(&rows.map(object).collect::<Vec<_>>())
}

/// The figures, folded: the dates once, then one series for each place, breakdown and indicator. A
/// value is a number, or an object that says why it is withheld.
pub(crate) fn folded(dates: &[String], series: &[Serie]) -> serde_json::Result<Vec<u8>> {
    let series: Vec<Value> = series
        .iter()
        .map(|serie| {
            let value = |valeur: &Valeur| match valeur {
                Valeur::Connue(count) => json!(count),
                Valeur::Masquee(motif) => json!({ "motif": motif }),
            };
            json!({
                "maille": serie.maille,
                "code": serie.code,
                "libelle": serie.libelle,
                "dimension": serie.dimension,
                "modalite": serie.modalite,
                "indicateur": serie.indicateur,
                "valeurs": serie.valeurs.iter().map(value).collect::<Vec<_>>(),
            })
        })
        .collect();
    serde_json::to_vec(&json!({ "version": "v1", "dates": dates, "series": series }))
}
