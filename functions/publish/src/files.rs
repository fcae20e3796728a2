//! The open data files: the same tables as CSV, JSON and Parquet (`design.md` §7).

use std::borrow::Cow;

use anyhow::Context as _;
use domain::vocabulary::Day;
use open_data::v1::{Motif, OpenData, Serie, Valeur};
use serde_json::{Value, json};

use crate::revisions::FIRST;
use crate::version::File;

/// Where a file of the open data is, below its version.
pub(crate) fn path(name: &str) -> String {
    format!("donnees/v1/{name}")
}

pub(crate) fn open_data(data: &OpenData, dates: &[Day]) -> anyhow::Result<Vec<File>> {
    let file = |name: &str, body: Vec<u8>| File { path: path(name), body };
    let today = *dates.last().context("a publication has a date")?;
    let series = data.series.iter().map(Cow::Borrowed);
    Ok(vec![
        file("indicateurs.csv", indicateurs_csv(data)?),
        file("indicateurs.json", indicateurs_json(data)?),
        file("indicateurs.parquet", store::write_series(dates, series)?),
        file("organismes.csv", organismes_csv(data)?),
        file("organismes.json", serde_json::to_vec(&data.organismes)?),
        file("organismes.parquet", store::write_organismes(&data.organismes)?),
        file("couverture.csv", csv(&COUVERTURE, couvertures(data))?),
        file("couverture.json", json_rows(&COUVERTURE, couvertures(data))?),
        file("couverture.parquet", store::write_couvertures(today, &data.couvertures)?),
        file("revisions.csv", csv(&REVISIONS, revisions(data))?),
        file("revisions.json", json_rows(&REVISIONS, revisions(data))?),
        file("revisions.parquet", store::write_revisions(&data.revisions)?),
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

const COUVERTURE: [&str; 11] = [
    "date",
    "maille",
    "code",
    "libelle",
    "organismes",
    "transmetteurs",
    "transmetteurs_3_mois",
    "transmetteurs_30_jours",
    "apprenants_3_mois_pct",
    "apprenants_30_jours_pct",
    "motif",
];

/// The coverage on the day of the publication, one row for each territory.
fn couvertures(data: &OpenData) -> impl Iterator<Item = [Value; 11]> {
    let date = data.dates.last();
    data.couvertures.iter().map(move |one| {
        // As in the figures: withheld is an object that says why, and an empty cell of the CSV.
        let percent = |percent: Valeur| match percent {
            Valeur::Connue(percent) => json!(percent),
            Valeur::Masquee(motif) => json!({ "motif": motif }),
        };
        [
            json!(date),
            json!(one.maille),
            json!(one.code),
            json!(one.libelle),
            json!(one.organismes),
            json!(one.transmetteurs),
            json!(one.transmetteurs_3_mois),
            json!(one.transmetteurs_30_jours),
            percent(one.apprenants_3_mois_pct),
            percent(one.apprenants_30_jours_pct),
            json!(one.motif().map_or("", Motif::as_str)),
        ]
    })
}

const REVISIONS: [&str; 10] = [
    "date",
    "maille",
    "code",
    "libelle",
    "dimension",
    "modalite",
    "indicateur",
    "publie_le",
    "valeur_publiee",
    "valeur_actuelle",
];

/// The past figures that were revised, one row each.
fn revisions(data: &OpenData) -> impl Iterator<Item = [Value; 10]> {
    data.revisions.iter().map(|one| {
        [
            json!(one.date),
            json!(one.maille),
            json!(one.code),
            json!(one.libelle),
            json!(one.dimension),
            json!(one.modalite),
            json!(one.indicateur),
            json!(one.publie_le),
            json!(one.valeur_publiee),
            json!(one.valeur_actuelle),
        ]
    })
}

/// Rows as CSV, under the names of their columns.
fn csv<const N: usize>(
    columns: &[&str; N],
    rows: impl Iterator<Item = [Value; N]>,
) -> anyhow::Result<Vec<u8>> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(columns)?;
    for row in rows {
        csv.write_record(row.map(|value| match value {
            Value::Object(_) => String::new(),
            Value::String(text) => text,
            other => other.to_string(),
        }))?;
    }
    Ok(csv.into_inner()?)
}

/// The same rows as a JSON list of objects.
fn json_rows<const N: usize>(
    columns: &[&str; N],
    rows: impl Iterator<Item = [Value; N]>,
) -> serde_json::Result<Vec<u8>> {
    let object = |row: [Value; N]| -> serde_json::Map<String, Value> {
        columns.iter().map(|column| (*column).to_owned()).zip(row).collect()
    };
    serde_json::to_vec(&rows.map(object).collect::<Vec<_>>())
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
