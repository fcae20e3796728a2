//! The home page: the country, and the way to every place.

use leptos::prelude::*;

use super::territoire::{self, Phrase};
use crate::atlas::Atlas;
use crate::parts::cadre::{self, Tete};
use crate::places::{self, FRANCE, Place};
use crate::{About, Page};

/// The page of the whole country.
pub fn page(atlas: &Atlas, about: &About) -> Page {
    let phrase = Phrase::du_lieu(atlas, &FRANCE);
    let tete = Tete {
        titre: "Tableau de bord de l'apprentissage".to_owned(),
        description: phrase.texte(),
        adresse: "/".to_owned(),
        fil: Vec::new(),
        titre_court: String::new(),
        script: None,
        json_ld: None,
    };
    let contenu = view! {
        <header class="titre">
            <p class="surtitre">"France"</p>
            <h1>"L'apprentissage, ce mois-ci"</h1>
            {phrase.chapo()}
            {territoire::fraicheur(atlas, &FRANCE)}
        </header>
        {territoire::chiffres_et_courbes(atlas, &FRANCE)}
        {territoire::ou(atlas, &FRANCE)}
        {tous_les_lieux()}
        {territoire::qui(atlas, &FRANCE)}
        {territoire::limites()}
        {territoire::fichiers(atlas, &FRANCE)}
        {invitation()}
    };
    cadre::page(about, tete, contenu.into_any())
}

fn tous_les_lieux() -> AnyView {
    let liste = |lieux: Vec<Place>| -> Vec<_> {
        lieux
            .into_iter()
            .map(|lieu| view! { <li><a href=lieu.adresse()>{lieu.titre()}</a></li> })
            .collect()
    };
    let mut departements: Vec<Place> = places::departements().collect();
    departements.sort_by_key(|lieu| sans_accents(lieu.nom));
    view! {
        <section aria-labelledby="lieux">
            <h2 id="lieux" class="hors-champ">"Tous les territoires"</h2>
            <details>
                <summary>"Trouver un département"</summary>
                <ul class="index">{liste(departements)}</ul>
            </details>
            <details>
                <summary>"Trouver une académie"</summary>
                <ul class="index">{liste(places::academies().collect())}</ul>
            </details>
        </section>
    }
    .into_any()
}

/// Enough to sort the names of departments.
fn sans_accents(nom: &str) -> String {
    nom.chars()
        .map(|lettre| match lettre {
            'é' | 'è' | 'ê' => 'e',
            'ô' => 'o',
            'Î' => 'I',
            'â' => 'a',
            autre => autre,
        })
        .collect()
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
