//! What a page says of itself to machines: schema.org, in JSON-LD. Addresses are those of the page,
//! without a host: the same bytes are read wherever the site is.

use std::fmt::Write as _;

use crate::french;
use crate::parts::cadre::Tete;
use crate::places::Place;

/// Where the page stands: its breadcrumb. None for the home page.
pub fn fil(tete: &Tete) -> Option<String> {
    if tete.titre_court.is_empty() {
        return None;
    }
    let accueil = [("/".to_owned(), "Accueil".to_owned())];
    let ici = [(tete.adresse.clone(), tete.titre_court.clone())];
    let etapes: Vec<String> = accueil
        .iter()
        .chain(&tete.fil)
        .chain(&ici)
        .enumerate()
        .map(|(rang, (adresse, nom))| {
            let (nom, adresse) = (texte(nom), texte(adresse));
            format!(
                r#"{{"@type":"ListItem","position":{},"name":{nom},"item":{adresse}}}"#,
                rang + 1
            )
        })
        .collect();
    Some(format!(
        r#"{{"@context":"https://schema.org","@type":"BreadcrumbList","itemListElement":[{}]}}"#,
        etapes.join(",")
    ))
}

/// The data beside the page of a place, as a dataset.
pub fn jeu_de_donnees(place: &Place, description: &str, date: &str, formats: &[&str]) -> String {
    let adresse = place.adresse();
    let distribution: Vec<String> = formats
        .iter()
        .map(|format| {
            let fichier = texte(&format!("{adresse}donnees.{format}"));
            format!(
                r#"{{"@type":"DataDownload","encodingFormat":"{}","contentUrl":{fichier}}}"#,
                nature(format)
            )
        })
        .collect();
    format!(
        concat!(
            r#"{{"@context":"https://schema.org","@type":"Dataset","name":{},"description":{},"url":{},"#,
            r#""license":"https://www.etalab.gouv.fr/licence-ouverte-open-licence/","inLanguage":"fr","#,
            r#""isAccessibleForFree":true,"dateModified":{},"spatialCoverage":{{"@type":"Place","name":{}}},"#,
            r#""distribution":[{}]}}"#
        ),
        texte(&format!("Les chiffres de l'apprentissage {}", place.en())),
        texte(description),
        texte(&adresse),
        texte(date),
        texte(place.nom),
        distribution.join(","),
    )
}

fn nature(format: &str) -> &'static str {
    match format {
        "csv" => "text/csv",
        "json" => "application/json",
        "parquet" => "application/vnd.apache.parquet",
        _ => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
}

/// A text as JSON writes it, typeset.
fn texte(texte: &str) -> String {
    let mut json = String::from("\"");
    for lettre in french::composee(texte).chars() {
        match lettre {
            '"' | '\\' => json.extend(['\\', lettre]),
            lettre if lettre.is_control() => {
                let _ = write!(json, "\\u{:04x}", u32::from(lettre));
            }
            lettre => json.push(lettre),
        }
    }
    json + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_one_string_whatever_is_in_it() {
        assert_eq!(texte("l'\"un\" \\ l'autre\n"), "\"l’\\\"un\\\" \\\\ l’autre\\u000a\"");
    }
}
