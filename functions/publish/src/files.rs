//! The open data files: the same tables as CSV, JSON and Parquet (`design.md` §7), in the columns of
//! [`open_data::tables`].

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{BufWriter, Write};

use domain::vocabulary::Day;
use open_data::tables::{
    self, COHORTES, COUVERTURE, Cellule, FLUX, INDICATEURS, ORGANISMES, REVISIONS, TAUX, Table,
};
use open_data::v1::{Dimension, Indicateur, Maille, OpenData, Serie, Valeur};
use serde::{Serialize, Serializer};

use crate::packed::Files;

/// How much JSON is written at once, in bytes.
const BUFFER: usize = 64 * 1024;

/// Where a file of the open data is, below its version.
pub(crate) fn path(name: &str) -> String {
    format!("donnees/v1/{name}")
}

/// Every table, in every format.
pub(crate) fn open_data(data: &OpenData, dates: &[Day], files: &mut Files) -> anyhow::Result<()> {
    anyhow::ensure!(!dates.is_empty(), "a publication has a date");
    let series = data.series.iter().map(Cow::Borrowed);
    let figures = || tables::indicateurs(&data.dates, &data.series);
    files.write(&of(&INDICATEURS, "csv"), |file| csv(file, &INDICATEURS, figures()))?;
    files.write(&of(&INDICATEURS, "json"), |file| folded(file, &data.dates, &data.series))?;
    files.add(&of(&INDICATEURS, "parquet"), store::write_series(dates, series)?)?;
    formats(files, &TAUX, || tables::taux(&data.dates, &data.series))?;
    formats(files, &FLUX, || tables::flux(data.mois(), &data.flux))?;
    formats(files, &COHORTES, || tables::cohortes(&data.cohortes))?;
    formats(files, &ORGANISMES, || tables::organismes(&data.organismes))?;
    formats(files, &COUVERTURE, || tables::couvertures(data, &data.couvertures))?;
    formats(files, &REVISIONS, || tables::revisions(&data.revisions))
}

fn of(table: &Table, extension: &str) -> String {
    path(&format!("{}.{extension}", table.nom))
}

fn formats<'a, const N: usize, R>(
    files: &mut Files,
    table: &Table,
    rows: impl Fn() -> R,
) -> anyhow::Result<()>
where
    R: Iterator<Item = [Cellule<'a>; N]>,
{
    files.write(&of(table, "csv"), |file| csv(file, table, rows()))?;
    files.write(&of(table, "json"), |file| json_rows(file, table, rows()))?;
    files.add(&of(table, "parquet"), store::write_table(table, rows())?)?;
    Ok(())
}

/// The figures of the dates that this publication is the first to publish.
pub(crate) fn first(data: &OpenData, dates: &[Day], new: &[Day]) -> store::Result<Vec<u8>> {
    let kept: Vec<bool> = dates.iter().map(|date| new.contains(date)).collect();
    let series = data.series.iter().map(|serie| {
        let valeurs = serie.valeurs.iter().zip(&kept).filter(|(_, kept)| **kept);
        let valeurs = valeurs.map(|(valeur, _)| *valeur).collect();
        Cow::Owned(Serie { valeurs, ..serie.clone() })
    });
    store::write_series(new, series)
}

/// Rows as CSV, under the names of their columns. A withheld number is an empty cell: its reason is
/// in the column `motif`.
pub(crate) fn csv<'a, const N: usize>(
    file: impl Write,
    table: &Table,
    rows: impl Iterator<Item = [Cellule<'a>; N]>,
) -> anyhow::Result<()> {
    let mut csv = csv::Writer::from_writer(file);
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
    Ok(csv.flush()?)
}

/// The same rows as a JSON list of objects. A withheld number is an object that says why.
pub(crate) fn json_rows<'a, const N: usize>(
    file: impl Write,
    table: &Table,
    rows: impl Iterator<Item = [Cellule<'a>; N]>,
) -> anyhow::Result<()> {
    let mut json = serde_json::Serializer::new(BufWriter::with_capacity(BUFFER, file));
    json.collect_seq(rows.map(|cells| Ligne { table, cells }))?;
    Ok(json.into_inner().flush()?)
}

/// One row, as an object.
struct Ligne<'a, const N: usize> {
    table: &'a Table,
    cells: [Cellule<'a>; N],
}

impl<const N: usize> Serialize for Ligne<'_, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let cells = self.cells.iter().map(|cell| Case(*cell));
        serializer.collect_map(self.table.entetes().zip(cells))
    }
}

struct Case<'a>(Cellule<'a>);

impl Serialize for Case<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Cellule::Texte(text) | Cellule::Jour(text) => serializer.serialize_str(text),
            Cellule::Nombre(value) => serializer.serialize_u32(value),
            Cellule::Dixiemes(tenths) => serializer.serialize_f64(f64::from(tenths) / 10.0),
            Cellule::Masquee(motif) => Valeur::Masquee(motif).serialize(serializer),
        }
    }
}

/// The figures, folded: the dates once, then one series for each place, breakdown and indicator. A
/// value is a number, or an object that says why it is withheld.
pub(crate) fn folded(file: impl Write, dates: &[String], series: &[Serie]) -> anyhow::Result<()> {
    let mut file = BufWriter::with_capacity(BUFFER, file);
    serde_json::to_writer(&mut file, &Plie { version: "v1", dates, series: Series(series) })?;
    Ok(file.flush()?)
}

#[derive(Serialize)]
struct Plie<'a> {
    version: &'static str,
    dates: &'a [String],
    series: Series<'a>,
}

struct Series<'a>(&'a [Serie]);

impl Serialize for Series<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|serie| SeriePliee {
            maille: serie.maille,
            code: &serie.code,
            libelle: &serie.libelle,
            dimension: serie.dimension,
            modalite: &serie.modalite,
            indicateur: serie.indicateur,
            valeurs: &serie.valeurs,
        }))
    }
}

#[derive(Serialize)]
struct SeriePliee<'a> {
    maille: Maille,
    code: &'a str,
    libelle: &'a str,
    dimension: Dimension,
    modalite: &'a str,
    indicateur: Indicateur,
    valeurs: &'a [Valeur],
}
