//! The published tables as Parquet: `indicateurs` (public, and private before anything is
//! withheld) and `organismes`. Columns and order are those of `design.md` §7.

use std::borrow::Cow;

use domain::aggregate::{Dimension as Breakdown, Level};
use open_data::v1::{Dimension, Maille, Organisme, Serie, Valeur};

use crate::columns::TableWriter;
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
    dates: &[domain::vocabulary::Day],
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
    write().map_err(|error: parquet::errors::ParquetError| Error::corrupt("write figures", error))
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
    write().map_err(|error: parquet::errors::ParquetError| {
        Error::corrupt("write organisations", error)
    })
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
