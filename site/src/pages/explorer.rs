//! The page « Explorer »: what `islands/explorer` comes alive in. Without it, one sentence says what it
//! would do, and where the same figures are.

use leptos::prelude::*;

use crate::atlas::Atlas;
use crate::parts::cadre::{self, Script, Tete};
use crate::{About, Page, explorer, places};

/// The page « Explorer ».
pub fn page(atlas: &Atlas, about: &About) -> Page {
    let tete = Tete {
        titre: "Explorer les chiffres de l'apprentissage".to_owned(),
        description: "Choisir des territoires, des dates, une ventilation : le tableau et le graphique suivent.".to_owned(),
        adresse: "/explorer/".to_owned(),
        titre_court: "Explorer".to_owned(),
        script: Script::ile("explorer.js"),
        ..Tete::default()
    };
    // Only places with figures are offered.
    let lieux: Vec<_> = places::toutes()
        .filter(|lieu| !atlas.series(lieu.maille, lieu.code).is_empty())
        .map(|lieu| explorer::cle(&lieu))
        .collect();
    let contenu = view! {
        <header class="titre">
            <h1>"Explorer"</h1>
            <p class="chapo">"Choisissez des territoires, des dates, une ventilation : le tableau et le graphique suivent, et l'adresse de la page les garde."</p>
        </header>
        <div id="explorer" data-lieux=lieux.join(",")>
            <p class="avis">
                "Avec JavaScript et WebAssembly, cette page met jusqu'à six territoires côte à côte, aux dates et dans le détail que vous choisissez ; sans eux, "
                <a href="/comparer/">"les comparaisons"</a>
                " et "
                <a href="/donnees/">"les fichiers"</a>
                " donnent les mêmes chiffres."
            </p>
        </div>
    };
    cadre::page(about, tete, contenu.into_any())
}
