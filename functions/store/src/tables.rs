//! The published tables as Parquet: `indicateurs` (public, and private before anything is
//! withheld), `organismes`, `couverture` and `revisions`. Columns and order are those of `design.md` §7.

use std::borrow::Cow;

use bytes::Bytes;
use domain::aggregate::{Dimension as Breakdown, Level};
use domain::vocabulary::Day;
use open_data::v1::{Couverture, Dimension, Maille, Organisme, Revision, Serie, Valeur};
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;

use crate::columns::{TableReader, TableWriter};
use crate::error::{Error, Result};

pub(crate) const INDICATEURS: &str = "message indicateurs_v1 {
    required int32 date (DATE);
    required binary maille (STRING);
    required binary code (STRING);
    required binary libelle (STRING);
    required binary dimension (STRING);
    required binary modalite (STRING);
    required binary indicateur (STRING);
    optional int32 valeur;
    required binary motif (STRING);
}";

const ORGANISMES: &str = "message organismes_v1 {
    required binary uai (STRING);
    required binary siret (STRING);
    required binary nom (STRING);
    required binary nature (STRING);
    required binary code_commune (STRING);
    required binary code_departement (STRING);
    required binary code_academie (STRING);
    required binary code_region (STRING);
    required binary code_zone_emploi (STRING);
    required binary premiere_transmission (STRING);
    required binary derniere_transmission (STRING);
}";

/// The figures, unfolded: one row for each value, in the order of the series then of the dates.
pub fn write_series<'a>(
    dates: &[Day],
    series: impl IntoIterator<Item = Cow<'a, Serie>>,
) -> Result<Vec<u8>> {
    let write = || {
        let mut table = TableWriter::new(INDICATEURS)?;
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

/// The organisations, in the order given.
pub fn write_organismes(organismes: &[Organisme]) -> Result<Vec<u8>> {
    let write = || {
        let mut table = TableWriter::new(ORGANISMES)?;
        for organisme in organismes {
            let columns = [
                &organisme.uai,
                &organisme.siret,
                &organisme.nom,
                &organisme.nature,
                &organisme.code_commune,
                &organisme.code_departement,
                &organisme.code_academie,
                &organisme.code_region,
                &organisme.code_zone_emploi,
                &organisme.premiere_transmission,
                &organisme.derniere_transmission,
            ];
            table.row(|row| columns.iter().for_each(|column| row.text(column.as_bytes())))?;
        }
        table.finish()
    };
    write().map_err(|error: ParquetError| Error::corrupt("write organisations", error))
}

const COUVERTURE: &str = "message couverture_v1 {
    required int32 date (DATE);
    required binary maille (STRING);
    required binary code (STRING);
    required binary libelle (STRING);
    required int32 organismes;
    required int32 transmetteurs;
    required int32 transmetteurs_3_mois;
    required int32 transmetteurs_30_jours;
    optional int32 apprenants_3_mois_pct;
    optional int32 apprenants_30_jours_pct;
    required binary motif (STRING);
}";

/// The coverage of the territories on a day, in the order given.
pub fn write_couvertures(today: Day, couvertures: &[Couverture]) -> Result<Vec<u8>> {
    let write = || {
        let mut table = TableWriter::new(COUVERTURE)?;
        for one in couvertures {
            table.row(|row| {
                row.int(today.epoch_days());
                row.text(one.maille.as_str().as_bytes());
                row.text(one.code.as_bytes());
                row.text(one.libelle.as_bytes());
                for count in [
                    one.organismes,
                    one.transmetteurs,
                    one.transmetteurs_3_mois,
                    one.transmetteurs_30_jours,
                ] {
                    row.int(count.cast_signed());
                }
                row.int(one.apprenants_3_mois_pct.connue().map(u32::cast_signed));
                row.int(one.apprenants_30_jours_pct.connue().map(u32::cast_signed));
                let motif = one.motif();
                row.text(motif.map_or("", |motif| motif.as_str()).as_bytes());
            })?;
        }
        table.finish()
    };
    write().map_err(|error: ParquetError| Error::corrupt("write the coverage", error))
}

const REVISIONS: &str = "message revisions_v1 {
    required binary date (STRING);
    required binary maille (STRING);
    required binary code (STRING);
    required binary libelle (STRING);
    required binary dimension (STRING);
    required binary modalite (STRING);
    required binary indicateur (STRING);
    required binary publie_le (STRING);
    required int32 valeur_publiee;
    required int32 valeur_actuelle;
}";

/// The past figures that were revised, in the order given.
pub fn write_revisions(revisions: &[Revision]) -> Result<Vec<u8>> {
    let write = || {
        let mut table = TableWriter::new(REVISIONS)?;
        for one in revisions {
            table.row(|row| {
                for text in [
                    &one.date,
                    one.maille.as_str(),
                    &one.code,
                    &one.libelle,
                    one.dimension.as_str(),
                    &one.modalite,
                    one.indicateur.as_str(),
                    &one.publie_le,
                ] {
                    row.text(text.as_bytes());
                }
                row.int(one.valeur_publiee.cast_signed());
                row.int(one.valeur_actuelle.cast_signed());
            })?;
        }
        table.finish()
    };
    write().map_err(|error: ParquetError| Error::corrupt("write the revisions", error))
}

/// Reads published figures we wrote: their dates, then one series for each place, breakdown and
/// indicator.
pub fn read_series(name: &str, bytes: Bytes) -> Result<(Vec<Day>, Vec<Serie>)> {
    let read = || {
        let (mut dates, mut series) = (Vec::new(), Vec::<Serie>::new());
        for group in TableReader::new(bytes, INDICATEURS)?.groups() {
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

    use super::*;

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
