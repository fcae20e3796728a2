//! The state of the service: what is read, since when, from how many, and when the next comes. Made with
//! the publication: it cannot know when it is read, so it says what to expect.

use leptos::prelude::*;

use crate::atlas::Atlas;
use crate::calendar::{Jour, prochaines};
use crate::parts::cadre::{self, Tete};
use crate::places::FRANCE;
use crate::{About, Page, french};

/// The page « État du service ».
pub fn page(atlas: &Atlas, about: &About) -> Page {
    let tete = Tete {
        titre: "État du service".to_owned(),
        description: "De quand datent les chiffres, combien d'organismes ont transmis, quand vient la prochaine publication, et ce qui a été vérifié.".to_owned(),
        adresse: "/etat/".to_owned(),
        titre_court: "État du service".to_owned(),
        ..Tete::default()
    };
    let jour = atlas.aujourd_hui();
    let manifeste = format!("/v/{}/donnees/v1/manifest.json", about.version);
    let contenu = view! {
        <div class="prose">
            <header class="titre">
                <h1>"État du service"</h1>
                <p class="chapo">"De quand datent les chiffres, combien d'organismes ont transmis, quand vient la prochaine publication, et ce qui a été vérifié."</p>
            </header>
            {jour.map(fraicheur)}
            {transmissions(atlas)}
            <h2 id="verifie">"Ce qui a été vérifié"</h2>
            <p>"Une publication qui ne passe pas l'un de ces contrôles ne paraît pas : la précédente reste en ligne."</p>
            <ul>
                <li>"Les totaux sont la somme de leurs parties."</li>
                <li>{secrets(atlas.caches())}</li>
                <li>"Un organisme sur cinq au plus a cessé d'être publié depuis la fois précédente, à moins que l'opérateur ne l'ait vérifié."</li>
                <li>"Chaque fichier a la taille et l'empreinte que dit "<a href=manifeste>"le manifeste"</a>{about.public_key.as_ref().map(|_| ", qui est signé")}"."</li>
            </ul>
            <h2 id="un-probleme">"Un problème ?"</h2>
            <p>
                "Un dépôt qui n'obtient pas de réponse, une page qui manque, un chiffre qui étonne : "
                <a href="/aide/">"l'aide"</a>" dit quoi faire. "
                <a href="/publications/">"La page des publications"</a>" dit ce que chacune a changé."
            </p>
        </div>
    };
    cadre::page(about, tete, contenu.into_any())
}

fn fraicheur(jour: Jour) -> AnyView {
    let demain = jour.lendemain();
    let retard = demain.lendemain();
    let mois = prochaines(jour).into_iter().next().map(|premier| {
        let fin = premier.veille();
        let quoi = format!(
            "Les chiffres de fin {} paraîtront le {}.",
            french::mois_et_annee(fin),
            french::date(premier)
        );
        view! { <p>{quoi}</p> }
    });
    view! {
        <h2 id="fraicheur">"De quand datent les chiffres"</h2>
        <p>"Les chiffres que vous lisez sont ceux du "<b><time datetime=jour.to_string()>{french::date(jour)}</time></b>"."</p>
        <h2 id="prochaine">"La prochaine publication"</h2>
        <p>
            "Elle est comptée chaque nuit, à partir de 2\u{a0}h\u{a0}30 : la prochaine portera la date du "
            <time datetime=demain.to_string()>{french::date(demain)}</time>
            {format!(". Si cette page n'a pas changé le {}, la publication a du retard ; nous en sommes avertis.", french::date(retard))}
        </p>
        {mois}
    }
    .into_any()
}

/// Those of the country, of the list of organisations.
fn transmissions(atlas: &Atlas) -> Option<AnyView> {
    let couverture = atlas.couverture(&FRANCE)?;
    let [un, plusieurs] = ["organisme de formation", "organismes de formation"];
    let lignes = [
        (couverture.organismes, "dans la liste"),
        (couverture.transmetteurs, "qui ont transmis au moins une fois"),
        (couverture.transmetteurs_3_mois, "qui ont transmis depuis trois mois"),
        (couverture.transmetteurs_30_jours, "qui ont transmis depuis trente jours"),
    ];
    let lignes = lignes.map(|(combien, lesquels)| {
        view! { <li>{format!("{} {lesquels}", french::compte(combien, un, plusieurs))}</li> }
    });
    let vue = view! {
        <h2 id="transmissions">"Qui a transmis"</h2>
        <ul>{lignes.into_iter().collect::<Vec<_>>()}</ul>
    };
    Some(vue.into_any())
}

fn secrets(caches: u32) -> String {
    let combien = french::compte(caches, "chiffre est masqué", "chiffres sont masqués");
    format!("{combien} pour que personne ne soit reconnu, et aucun ne se déduit des autres.")
}
