//! The published tables as Parquet, in the columns of [`open_data::tables`]; the figures are written
//! in the same columns before anything is withheld, private.

use std::borrow::Cow;

use bytes::Bytes;
use domain::aggregate::{Dimension as Breakdown, Level};
use domain::vocabulary::Day;
use open_data::tables::{Cellule, Colonne, Genre, Table};
use open_data::v1::{Dimension, Maille, Serie, Valeur};
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;

use crate::columns::{RowWriter, TableReader, TableWriter};
use crate::error::{Error, Result};

/// The schema of a published table, in Parquet's own notation.
fn schema(table: &Table) -> String {
    let fields: String = table.colonnes.iter().map(field).collect();
    format!("message {}_v1 {{\n{fields}}}", table.nom)
}

/// A number that is withheld and a day that is not known are absent; a text is empty.
fn field(colonne: &Colonne) -> String {
    let (kind, annotation, may_be_absent) = match colonne.genre {
        Genre::Jour => ("int32", " (DATE)", true),
        Genre::Texte | Genre::Code(_) | Genre::Mot(_) => ("binary", " (STRING)", false),
        Genre::Nombre(_) | Genre::Pourcentage => ("int32", "", true),
        Genre::PourcentageAuDixieme => ("double", "", true),
    };
    let optional = may_be_absent && colonne.vide.is_some();
    let repetition = if optional { "optional" } else { "required" };
    format!("    {repetition} {kind} {}{annotation};\n", colonne.nom)
}

/// The schema of the figures, published or not.
pub(crate) fn figures() -> String {
    schema(&open_data::tables::INDICATEURS)
}

/// Rows of a published table, in the order given.
pub fn write_table<'a, const N: usize>(
    table: &Table,
    rows: impl IntoIterator<Item = [Cellule<'a>; N]>,
) -> Result<Vec<u8>> {
    let write = || {
        let mut file = TableWriter::new(&schema(table))?;
        for cells in rows {
            let mut strange = None;
            file.row(|row| {
                for (cell, colonne) in cells.into_iter().zip(table.colonnes) {
                    push(row, cell, colonne).unwrap_or_else(|| strange = Some(colonne.nom));
                }
            })?;
            if let Some(name) = strange {
                return Err(ParquetError::General(format!("{name} has a cell of another kind")));
            }
        }
        file.finish()
    };
    write().map_err(|error: ParquetError| Error::corrupt(format!("write {}", table.nom), error))
}

/// Pushes a cell, or tells that it is not of the kind of its column.
fn push(row: &mut RowWriter<'_>, cell: Cellule<'_>, colonne: &Colonne) -> Option<()> {
    let absent = matches!(cell, Cellule::Jour("") | Cellule::Masquee(_));
    if absent && colonne.vide.is_none() {
        return None;
    }
    match (colonne.genre, cell) {
        (Genre::Texte | Genre::Code(_) | Genre::Mot(_), Cellule::Texte(text)) => {
            row.text(text.as_bytes());
        }
        (Genre::Jour, Cellule::Jour(""))
        | (Genre::Nombre(_) | Genre::Pourcentage, Cellule::Masquee(_)) => row.int(None),
        (Genre::Jour, Cellule::Jour(day)) => row.int(day.parse::<Day>().ok()?.epoch_days()),
        (Genre::Nombre(_) | Genre::Pourcentage, Cellule::Nombre(number)) => {
            row.int(number.cast_signed());
        }
        (Genre::PourcentageAuDixieme, Cellule::Dixiemes(tenths)) => {
            row.double(f64::from(tenths) / 10.0);
        }
        (Genre::PourcentageAuDixieme, Cellule::Masquee(_)) => row.double(None),
        _ => return None,
    }
    Some(())
}

/// The figures, unfolded: one row for each value, in the order of the series then of the dates.
pub fn write_series<'a>(
    dates: &[Day],
    series: impl IntoIterator<Item = Cow<'a, Serie>>,
) -> Result<Vec<u8>> {
    let write = || {
        let mut table = TableWriter::new(&figures())?;
        for serie in series {
            for (date, value) in dates.iter().zip(&serie.valeurs) {
                table.row(|row| {
                    row.int(date.epoch_days());
                    row.text(serie.maille.as_str().as_bytes());
                    row.text(serie.code.as_bytes());
                    row.text(serie.libelle.as_bytes());
                    row.text(serie.dimension.as_str().as_bytes());
                    row.text(serie.modalite.as_bytes());
                    row.text(serie.indicateur.as_str().as_bytes());
                    row.int(value.connue().map(u32::cast_signed));
                    row.text(value.motif().map_or("", |motif| motif.as_str()).as_bytes());
                })?;
            }
        }
        table.finish()
    };
    write().map_err(|error: ParquetError| Error::corrupt("write figures", error))
}

/// Reads published figures we wrote: their dates, then one series for each place, breakdown and
/// indicator.
pub fn read_series(name: &str, bytes: Bytes) -> Result<(Vec<Day>, Vec<Serie>)> {
    let read = || {
        let (mut dates, mut series) = (Vec::new(), Vec::<Serie>::new());
        for group in TableReader::new(bytes, &figures())?.groups() {
            let group = group?;
            let (days, values) = (group.ints("date")?, group.ints("valeur")?);
            let [mailles, codes, labels, dimensions] =
                ["maille", "code", "libelle", "dimension"].map(|name| group.texts(name));
            let [modalities, words, reasons] =
                ["modalite", "indicateur", "motif"].map(|name| group.texts(name));
            let (mailles, codes, labels, dimensions) = (mailles?, codes?, labels?, dimensions?);
            let (modalities, words, reasons) = (modalities?, words?, reasons?);
            for row in 0..group.rows() {
                let text = |column: &'_ [Option<ByteArray>]| -> Option<String> {
                    Some(column[row].as_ref()?.as_utf8().ok()?.to_owned())
                };
                let mut read = || {
                    let serie = Serie {
                        maille: text(mailles)?.parse().ok()?,
                        code: text(codes)?,
                        libelle: text(labels)?,
                        dimension: text(dimensions)?.parse().ok()?,
                        modalite: Cow::Owned(text(modalities)?),
                        indicateur: text(words)?.parse().ok()?,
                        valeurs: Vec::new(),
                    };
                    let value = match values[row] {
                        Some(count) => Valeur::Connue(u32::try_from(count).ok()?),
                        None => Valeur::Masquee(text(reasons)?.parse().ok()?),
                    };
                    let day = Day::from_epoch_days(days[row]?)?;
                    if series.last().is_none_or(|last| last.key() != serie.key()) {
                        series.push(serie);
                    }
                    // The first series gives the dates; all the others have the same.
                    if series.len() == 1 {
                        dates.push(day);
                    }
                    let valeurs = &mut series.last_mut()?.valeurs;
                    (dates.get(valeurs.len()) == Some(&day)).then(|| valeurs.push(value))
                };
                read().ok_or_else(|| {
                    ParquetError::General(format!("row {row} is not a figure of ours"))
                })?;
            }
        }
        if series.iter().any(|serie| serie.valeurs.len() != dates.len()) {
            return Err(ParquetError::General("a series lacks a date".to_owned()));
        }
        Ok((dates, series))
    };
    read().map_err(|error: ParquetError| Error::corrupt(format!("read {name}"), error))
}

/// The published word of a level.
pub fn maille(level: Level) -> Maille {
    match level {
        Level::Academie => Maille::Academie,
        Level::Departement => Maille::Departement,
        Level::France => Maille::France,
        Level::Organisme => Maille::Organisme,
        Level::Region => Maille::Region,
        Level::ZoneEmploi => Maille::ZoneEmploi,
    }
}

/// The published word of a breakdown.
pub fn dimension(breakdown: Breakdown) -> Dimension {
    match breakdown {
        Breakdown::Age => Dimension::Age,
        Breakdown::AncienneteRupture => Dimension::AncienneteRupture,
        Breakdown::AnneeFormation => Dimension::AnneeFormation,
        Breakdown::Certification => Dimension::Certification,
        Breakdown::Domaine => Dimension::Domaine,
        Breakdown::Ensemble => Dimension::Ensemble,
        Breakdown::Nature => Dimension::Nature,
        Breakdown::Niveau => Dimension::Niveau,
        Breakdown::Opco => Dimension::Opco,
        Breakdown::Reseau => Dimension::Reseau,
        Breakdown::Rqth => Dimension::Rqth,
        Breakdown::Sexe => Dimension::Sexe,
    }
}

/// The level of a published word.
pub fn level(word: Maille) -> Level {
    match word {
        Maille::Academie => Level::Academie,
        Maille::Departement => Level::Departement,
        Maille::France => Level::France,
        Maille::Organisme => Level::Organisme,
        Maille::Region => Level::Region,
        Maille::ZoneEmploi => Level::ZoneEmploi,
    }
}

/// The breakdown of a published word.
pub fn breakdown(word: Dimension) -> Breakdown {
    match word {
        Dimension::Age => Breakdown::Age,
        Dimension::AncienneteRupture => Breakdown::AncienneteRupture,
        Dimension::AnneeFormation => Breakdown::AnneeFormation,
        Dimension::Certification => Breakdown::Certification,
        Dimension::Domaine => Breakdown::Domaine,
        Dimension::Ensemble => Breakdown::Ensemble,
        Dimension::Nature => Breakdown::Nature,
        Dimension::Niveau => Breakdown::Niveau,
        Dimension::Opco => Breakdown::Opco,
        Dimension::Reseau => Breakdown::Reseau,
        Dimension::Rqth => Breakdown::Rqth,
        Dimension::Sexe => Breakdown::Sexe,
    }
}

/// A count as a value that hides nothing.
pub(crate) fn known(count: u32) -> Valeur {
    Valeur::Connue(count)
}

#[cfg(test)]
mod tests {
    use open_data::v1::{Indicateur, Motif};
    use parquet::file::reader::{FileReader as _, SerializedFileReader};

    use super::*;

    #[test]
    fn the_columns_of_a_file_are_those_of_its_table() {
        for table in open_data::tables::TABLES {
            let bytes = match table.nom {
                "indicateurs" => write_series(&[], std::iter::empty()),
                _ => write_table(table, std::iter::empty::<[Cellule<'_>; 1]>()),
            };
            let file = SerializedFileReader::new(bytes::Bytes::from(bytes.unwrap())).unwrap();
            let schema = file.metadata().file_metadata().schema_descr_ptr();
            let found = schema.columns().iter().map(|column| column.name());
            assert!(found.eq(table.entetes()), "{}", table.nom);
        }
    }

    #[test]
    fn rows_are_written_in_the_kind_of_their_columns() {
        let secret = Cellule::Masquee(Motif::Secret);
        let day = Cellule::Jour("2026-10-31");
        let word = Cellule::Texte("x");
        let row = |numbers: [Cellule<'static>; 3]| {
            let [first, second, part] = numbers;
            [day, word, word, word, word, word, word, first, second, part, word]
        };
        let table = &open_data::tables::TAUX;
        let given = row([Cellule::Nombre(7), Cellule::Nombre(160), Cellule::Dixiemes(44)]);
        let bytes = write_table(table, [given, row([secret; 3])]).unwrap();
        let file = SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap();
        let rows: Vec<String> =
            file.get_row_iter(None).unwrap().map(|row| row.unwrap().to_string()).collect();
        assert!(rows[0].contains("numerateur: 7, denominateur: 160, valeur_pct: 4.4"), "{rows:?}");
        assert!(rows[1].contains("denominateur: null, valeur_pct: null"), "{rows:?}");
        let error = write_table(table, [row([word; 3])]).unwrap_err();
        assert_eq!(error.to_string(), "write taux: not what we write");
    }

    #[test]
    fn published_figures_survive_a_round_trip() {
        let dates = ["2026-10-31", "2026-11-22"].map(|day| day.parse().unwrap());
        let serie = |code: &str, indicateur, valeurs: [Valeur; 2]| Serie {
            maille: Maille::Departement,
            code: code.to_owned(),
            libelle: format!("place {code}"),
            dimension: Dimension::Ensemble,
            modalite: Cow::Borrowed(""),
            indicateur,
            valeurs: valeurs.to_vec(),
        };
        let secret = Valeur::Masquee(Motif::Secret);
        let series = vec![
            serie("01", Indicateur::Abandons, [Valeur::Connue(0), secret]),
            serie("01", Indicateur::Apprentis, [Valeur::Connue(7), Valeur::Connue(9)]),
            serie("2A", Indicateur::Abandons, [secret, secret]),
        ];
        let write = |series: &[Serie]| write_series(&dates, series.iter().map(Cow::Borrowed));
        let bytes = write(&series).unwrap();
        assert_eq!(read_series("figures", bytes.into()).unwrap(), (dates.to_vec(), series.clone()));
        let mut uneven = series;
        uneven[1].valeurs.pop();
        let error = read_series("figures", write(&uneven).unwrap().into()).unwrap_err();
        assert_eq!(error.to_string(), "read figures: not what we write");
    }
}
