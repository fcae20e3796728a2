//! What is asked of the browser: the address of the page, and the published files.

use js_sys::Array;
use leptos::prelude::{document, window};
use site::explorer::Donnees;
use site::places::Place;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlElement, Response, UrlSearchParams};

/// The fields of the query of the address.
pub fn champs() -> Vec<(String, String)> {
    let requete = window().location().search().unwrap_or_default();
    let Ok(champs) = UrlSearchParams::new_with_str(&requete) else { return Vec::new() };
    let paire = |paire: JsValue| {
        let paire = Array::from(&paire);
        Some((paire.get(0).as_string()?, paire.get(1).as_string()?))
    };
    Array::from(&champs).iter().filter_map(paire).collect()
}

/// Writes them into the address, in place of those that were there.
pub fn ecrire_les_champs(champs: &[(&'static str, String)]) {
    let Ok(requete) = UrlSearchParams::new() else { return };
    for (nom, valeur) in champs {
        requete.append(nom, valeur);
    }
    let requete = String::from(requete.to_string()).replace("%2C", ",");
    let adresse = if requete.is_empty() { ".".to_owned() } else { format!("?{requete}") };
    // The address is a convenience: where the browser refuses, the page works on.
    if let Ok(histoire) = window().history() {
        let _ = histoire.replace_state_with_url(&JsValue::NULL, "", Some(&adresse));
    }
}

/// The figures of a place, as published with this very page.
pub async fn lire(lieu: &Place) -> Option<Donnees> {
    serde_json::from_str(&texte(&format!("..{}donnees.json", lieu.adresse())).await?).ok()
}

/// The names of the certifications, by code: a line of the list of the search each.
pub async fn certifications() -> Option<Vec<(String, String)>> {
    let liste = texte("../rechercher/liste.txt").await?;
    let ligne = |ligne: &str| {
        let mut champs = ligne.strip_prefix('c')?.split('\t');
        Some((champs.next()?.to_owned(), champs.next()?.to_owned()))
    };
    Some(liste.lines().filter_map(ligne).collect())
}

async fn texte(adresse: &str) -> Option<String> {
    let reponse = JsFuture::from(window().fetch_with_str(adresse)).await.ok()?;
    let reponse: Response = reponse.dyn_into().ok()?;
    if !reponse.ok() {
        return None;
    }
    JsFuture::from(reponse.text().ok()?).await.ok()?.as_string()
}

/// Where a text can be downloaded from: its own address.
pub fn fichier(texte: &str) -> String {
    let texte = js_sys::encode_uri_component(texte);
    format!("data:text/csv;charset=utf-8,{}", String::from(texte))
}

/// Moves the keyboard there.
pub fn aller_a(id: &str) {
    let element = document().get_element_by_id(id);
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}
