//! The open data files: the same tables as CSV, JSON and Parquet (`design.md` §7).

use std::borrow::Cow;

use domain::vocabulary::Day;
use open_data::v1::{OpenData, Serie, Valeur};
use serde_json::{Value, json};

use crate::version::File;

/// Where a file of the open data is, below its version.
pub(crate) fn path(name: &str) -> String {
    format!("donnees/v1/{name}")
}

pub(crate) fn open_data(data: &OpenData, dates: &[Day]) -> anyhow::Result<Vec<File>> {
    let file = |name: &str, body: Vec<u8>| File { path: path(name), body };
    let series = data.series.iter().map(Cow::Borrowed);
    Ok(vec![
        file("indicateurs.csv", indicateurs_csv(data)?),
        file("indicateurs.json", indicateurs_json(data)?),
        file("indicateurs.parquet", store::write_series(dates, series)?),
        file("organismes.csv", organismes_csv(data)?),
        file("organismes.json", serde_json::to_vec(&data.organismes)?),
        file("organismes.parquet", store::write_organismes(&data.organismes)?),
    ])
}

/// One row for each figure: sorted by maille, code, dimension, modalite, indicateur, date.
fn indicateurs_csv(data: &OpenData) -> anyhow::Result<Vec<u8>> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record([
        "date",
        "maille",
        "code",
        "libelle",
        "dimension",
        "modalite",
        "indicateur",
        "valeur",
        "motif",
    ])?;
    for Serie { maille, code, libelle, dimension, modalite, indicateur, valeurs } in &data.series {
        for (date, valeur) in data.dates.iter().zip(valeurs) {
            let count = valeur.connue().map(|count| count.to_string()).unwrap_or_default();
            let motif = valeur.motif().map_or("", |motif| motif.as_str());
            csv.write_record([
                date.as_str(),
                maille.as_str(),
                code,
                libelle,
                dimension.as_str(),
                modalite,
                indicateur.as_str(),
                &count,
                motif,
            ])?;
        }
    }
    Ok(csv.into_inner()?)
}

/// The same, folded: the dates once, then one series for each place, breakdown and indicator. A
/// value is a number, or an object that says why it is withheld.
fn indicateurs_json(data: &OpenData) -> anyhow::Result<Vec<u8>> {
    let series: Vec<Value> = data
        .series
        .iter()
        .map(|serie| {
            let valeurs: Vec<Value> = serie
                .valeurs
                .iter()
                .map(|valeur| match valeur {
                    Valeur::Connue(count) => json!(count),
                    Valeur::Masquee(motif) => json!({ "motif": motif.as_str() }),
                })
                .collect();
            json!({
                "maille": serie.maille,
                "code": serie.code,
                "libelle": serie.libelle,
                "dimension": serie.dimension,
                "modalite": serie.modalite,
                "indicateur": serie.indicateur,
                "valeurs": valeurs,
            })
        })
        .collect();
    Ok(serde_json::to_vec(&json!({ "version": "v1", "dates": data.dates, "series": series }))?)
}

fn organismes_csv(data: &OpenData) -> anyhow::Result<Vec<u8>> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    for organisme in &data.organismes {
        csv.serialize(organisme)?;
    }
    if data.organismes.is_empty() {
        csv.write_record([
            "uai",
            "siret",
            "nom",
            "nature",
            "code_commune",
            "code_departement",
            "code_academie",
            "code_region",
            "code_zone_emploi",
            "premiere_transmission",
            "derniere_transmission",
        ])?;
    }
    Ok(csv.into_inner()?)
}
