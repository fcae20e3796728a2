//! The home page: the country, and the way to every place.

use leptos::prelude::*;

use super::territoire;
use super::territoire::phrase::{Phrase, fraicheur};
use super::territoire::temps::{devenir, quand};
use super::territoire::ventilations::{qui, quoi};
use crate::atlas::Atlas;
use crate::parts::cadre::{self, Tete};
use crate::parts::{mouvements, objectif};
use crate::places::FRANCE;
use crate::{About, Page};

/// The page of the whole country.
pub fn page(atlas: &Atlas, about: &About) -> Page {
    let phrase = Phrase::du_lieu(atlas, &FRANCE);
    let tete = Tete {
        titre: "Tableau de bord de l'apprentissage".to_owned(),
        description: phrase.texte(),
        adresse: "/".to_owned(),
        json_ld: territoire::jeu_de_donnees(atlas, about, &FRANCE, &phrase),
        apercu: territoire::apercu(atlas, &FRANCE),
        ..Tete::default()
    };
    let mois = mouvements::mois(atlas.mois(), atlas.flux(&FRANCE));
    let contenu = view! {
        <header class="titre">
            <p class="surtitre">"France"</p>
            <h1>"L'apprentissage, ce mois-ci"</h1>
            {phrase.chapo()}
            {fraicheur(atlas, &FRANCE)}
        </header>
        {territoire::chiffres_et_courbes(atlas, about, &FRANCE)}
        {objectif::objectif(&mois, atlas.couverture(&FRANCE))}
        {territoire::ou(atlas, &FRANCE)}
        {tous_les_lieux()}
        {qui(atlas, &FRANCE)}
        {quoi(atlas, &FRANCE)}
        {quand(atlas, &FRANCE)}
        {devenir(atlas, &FRANCE)}
        {territoire::limites()}
        {territoire::fichiers(atlas, &FRANCE)}
        {invitation()}
    };
    cadre::page(about, tete, contenu.into_any())
}

fn tous_les_lieux() -> AnyView {
    view! {
        <p class="trouver">
            "Trouver "<a href="/rechercher/#departements">"un département"</a>", "
            <a href="/rechercher/#academies">"une académie"</a>", "
            <a href="/formations/">"une formation"</a>", "
            <a href="/rechercher/#centres">"un centre de formation"</a>"."
        </p>
    }
    .into_any()
}

fn invitation() -> AnyView {
    view! {
        <section class="invitation" aria-labelledby="cfa">
            <h2 id="cfa">"Vous dirigez un centre de formation ?"</h2>
            <p>
                "Un fichier par mois suffit. Vous savez aussitôt ce qui a été compris, ligne par ligne, et vos chiffres paraissent ici quelques instants plus tard."
            </p>
            <p><a class="bouton" href="/deposer/">"Déposer un fichier"</a></p>
        </section>
    }
    .into_any()
}
