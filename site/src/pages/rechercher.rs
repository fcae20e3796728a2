//! Finding a place, a centre, an indicator, a word: a page that lists them all, and a script that
//! searches the same list. Without the script the list is the answer.
//!
//! Centres are listed by department, on pages whose address never changes.

use std::collections::BTreeMap;

use leptos::prelude::*;
use open_data::v1::{Dimension, Indicateur, Organisme};

use super::comprendre::GLOSSAIRE;
use super::formation;
use crate::atlas::Atlas;
use crate::french::{compte, sans_accents};
use crate::parts::cadre::{self, Script, Tete};
use crate::places::{self, FRANCE, Place};
use crate::words::mots;
use crate::{About, Page};

/// Where the list that the script searches is served.
const LISTE: &str = "/rechercher/liste.txt";

/// The page of the search, the list that its script reads, the centres of each department.
pub fn pages(atlas: &Atlas, about: &About) -> Vec<Page> {
    let centres = par_departement(atlas);
    let liste = Page { path: LISTE[1..].to_owned(), body: liste(atlas).into_bytes() };
    let departements =
        centres.iter().map(|(lieu, centres)| departement(atlas, about, lieu, centres));
    let mut pages = vec![rechercher(atlas, about, &centres), liste];
    pages.extend(departements);
    pages
}

/// The organisations of each department that has some, by name.
fn par_departement<'a>(atlas: &Atlas<'a>) -> Vec<(Place, Vec<&'a Organisme>)> {
    let mut ranges: BTreeMap<&str, Vec<&Organisme>> = BTreeMap::new();
    for organisme in atlas.tous_les_organismes() {
        ranges.entry(&organisme.code_departement).or_default().push(organisme);
    }
    let par_nom = |lieu: Place| {
        let mut centres = ranges.get(lieu.code)?.clone();
        centres.sort_by_cached_key(|centre| (sans_accents(&centre.nom), &centre.code));
        Some((lieu, centres))
    };
    par_ordre_alphabetique(places::departements()).into_iter().filter_map(par_nom).collect()
}

fn par_ordre_alphabetique(lieux: impl Iterator<Item = Place>) -> Vec<Place> {
    let mut lieux: Vec<Place> = lieux.collect();
    lieux.sort_by_cached_key(|lieu| sans_accents(lieu.nom));
    lieux
}

fn rechercher(atlas: &Atlas, about: &About, centres: &[(Place, Vec<&Organisme>)]) -> Page {
    let tete = Tete {
        titre: "Rechercher un territoire ou un centre de formation".to_owned(),
        description: "Tous les territoires, tous les centres de formation, tous les indicateurs et les mots de l'apprentissage.".to_owned(),
        adresse: "/rechercher/".to_owned(),
        titre_court: "Rechercher".to_owned(),
        script: Some(Script::simple("rechercher.js")),
        ..Tete::default()
    };
    let lieux = |lieux: Vec<Place>| -> Vec<_> {
        lieux
            .into_iter()
            .map(|lieu| view! { <li><a href=lieu.adresse()>{lieu.titre()}</a></li> })
            .collect()
    };
    let indicateurs: Vec<_> = Indicateur::ALL
        .iter()
        .map(|un| view! { <li><a href=format!("/indicateur/{un}/")>{mots(*un).titre}</a></li> })
        .collect();
    let glossaire: Vec<_> = GLOSSAIRE
        .iter()
        .map(|mot| view! { <li><a href=format!("/comprendre/#{}", mot.ancre)>{mot.nom}</a></li> })
        .collect();
    let centres: Vec<_> = centres
        .iter()
        .map(|(lieu, centres)| {
            let combien = compte(centres.len() as u32, "centre", "centres");
            view! {
                <li><a href=adresse_des_centres(lieu)>{lieu.nom}</a>" "<span class="compte">{combien}</span></li>
            }
        })
        .collect();
    let niveaux: Vec<_> = atlas
        .formations(Dimension::Niveau)
        .map(|code| {
            let nom = formation::nom(atlas, Dimension::Niveau, code);
            view! { <li>{formation::lien(atlas, Dimension::Niveau, code, nom)}</li> }
        })
        .collect();
    let contenu = view! {
        <header class="titre">
            <h1>"Rechercher"</h1>
            {cadre::recherche(cadre::Recherche::EnGrand)}
        </header>
        <div id="resultats" class="resultats" role="region" aria-label="Résultats" aria-live="polite"></div>
        <p class="note">"Toute la liste est ci-dessous, par ordre alphabétique."</p>
        <section aria-labelledby="regions">
            <h2 id="regions">"Régions et collectivités d'outre-mer"</h2>
            <ul class="index"><li><a href="/">"France entière"</a></li>{lieux(par_ordre_alphabetique(places::regions()))}</ul>
        </section>
        <section aria-labelledby="departements">
            <h2 id="departements">"Départements"</h2>
            <ul class="index">{lieux(par_ordre_alphabetique(places::departements()))}</ul>
        </section>
        <section aria-labelledby="academies">
            <h2 id="academies">"Académies"</h2>
            <ul class="index">{lieux(places::academies().collect())}</ul>
        </section>
        <section aria-labelledby="centres">
            <h2 id="centres">"Centres de formation, par département"</h2>
            <ul class="index">{centres}</ul>
        </section>
        <section aria-labelledby="formations">
            <h2 id="formations">"Formations"</h2>
            <ul class="index"><li><a href="/formations/">"Niveaux et certifications"</a></li>{niveaux}</ul>
        </section>
        <section aria-labelledby="indicateurs">
            <h2 id="indicateurs">"Indicateurs"</h2>
            <ul class="index">{indicateurs}</ul>
        </section>
        <section aria-labelledby="mots">
            <h2 id="mots">"Mots de l'apprentissage"</h2>
            <ul class="index">{glossaire}</ul>
        </section>
    };
    cadre::page(about, tete, contenu.into_any())
}

fn adresse_des_centres(lieu: &Place) -> String {
    format!("/rechercher{}", lieu.adresse())
}

fn departement(atlas: &Atlas, about: &About, lieu: &Place, centres: &[&Organisme]) -> Page {
    let titre = format!("Centres de formation {}", lieu.de());
    let tete = Tete {
        titre: titre.clone(),
        description: format!(
            "Tous les centres de formation d'apprentis {}, par ordre alphabétique.",
            lieu.de()
        ),
        adresse: adresse_des_centres(lieu),
        fil: vec![("/rechercher/".to_owned(), "Rechercher".to_owned())],
        titre_court: lieu.nom.to_owned(),
        ..Tete::default()
    };
    let sans_page = centres.iter().filter(|centre| !atlas.a_une_page(centre)).count() as u32;
    let note = (sans_page > 0).then(|| {
        format!(
            " {} sans lien n'{} pas de page : rien n'a été transmis, ou trop peu de jeunes y sont comptés.",
            compte(sans_page, "centre", "centres"),
            if sans_page < 2 { "a" } else { "ont" },
        )
    });
    let lignes: Vec<_> = centres
        .iter()
        .map(|centre| {
            let nom = if atlas.a_une_page(centre) {
                let adresse = format!("/organisme/{}/", centre.code);
                view! { <a href=adresse>{centre.nom.clone()}</a> }.into_any()
            } else {
                centre.nom.clone().into_any()
            };
            let ville = places::situation(&centre.ville, None).map(|ville| format!("{ville} · "));
            let codes = format!("UAI {} · SIRET {}", centre.uai, centre.siret);
            view! { <li>{nom}" "<span class="detail">{ville}{codes}</span></li> }
        })
        .collect();
    let contenu = view! {
        <header class="titre">
            <h1>{titre}</h1>
            <p class="chapo">
                {format!("{}, par ordre alphabétique. ", compte(centres.len() as u32, "centre", "centres"))}
                <a href=lieu.adresse()>{format!("Les chiffres {}", lieu.de())}</a>
            </p>
            <p class="note">{note}</p>
        </header>
        <ul class="annuaire">{lignes}</ul>
    };
    cadre::page(about, tete, contenu.into_any())
}

/// One line for each thing that can be found: a letter for its kind, its code, what it is called, and
/// of a centre its SIRET, its department and its town; `-` before a centre that has no page.
fn liste(atlas: &Atlas) -> String {
    let mut liste = String::new();
    let mut ligne = |genre: &str, champs: &[&str]| {
        liste.push_str(genre);
        // A name comes from elsewhere: it cannot end its own line.
        liste.push_str(&champs.join("\t").replace(['\n', '\r'], " "));
        liste.push('\n');
    };
    ligne("f", &["", FRANCE.nom]);
    for lieu in places::regions() {
        ligne("r", &[lieu.code, lieu.nom]);
    }
    for lieu in places::academies() {
        ligne("a", &[lieu.code, &lieu.titre()]);
    }
    for lieu in places::departements() {
        ligne("d", &[lieu.code, lieu.nom]);
    }
    for indicateur in Indicateur::ALL {
        ligne("i", &[indicateur.as_str(), mots(*indicateur).titre]);
    }
    for mot in GLOSSAIRE {
        ligne("g", &[mot.ancre, mot.nom]);
    }
    for (genre, dimension) in [("n", Dimension::Niveau), ("c", Dimension::Certification)] {
        for code in atlas.formations(dimension) {
            ligne(genre, &[code, &formation::nom(atlas, dimension, code).replace('\t', " ")]);
        }
    }
    for centre in atlas.tous_les_organismes() {
        let genre = if atlas.a_une_page(centre) { "o" } else { "-" };
        let [nom, ville] = [&centre.nom, &centre.ville].map(|texte| texte.replace('\t', " "));
        ligne(genre, &[&centre.code, &nom, &centre.siret, &centre.code_departement, &ville]);
    }
    liste
}
