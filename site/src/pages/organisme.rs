//! The page of one training centre, when it has enough learners to be shown.

use leptos::prelude::*;
use open_data::v1::{Maille, Organisme};

use super::territoire;
use super::territoire::phrase::Phrase;
use crate::atlas::{Atlas, Sujet};
use crate::calendar::Jour;
use crate::fichiers::FORMATS_D_UN_CENTRE;
use crate::parts::cadre::{self, Tete};
use crate::parts::telecharger;
use crate::{About, Page, french, places};

/// The page of one organisation.
pub fn page(atlas: &Atlas, about: &About, organisme: &Organisme) -> Page {
    let departement = places::departement(&organisme.code_departement);
    let sujet = Sujet::ensemble(Maille::Organisme, &organisme.code);
    let phrase = Phrase::new(atlas, sujet, "dans ce centre");
    let adresse = format!("/organisme/{}/", organisme.code);
    let tete = Tete {
        titre: format!("{} : les apprentis du centre", organisme.nom),
        description: phrase.as_ref().map(Phrase::texte).unwrap_or_default(),
        adresse: adresse.clone(),
        fil: departement
            .iter()
            .flat_map(|lieu| {
                let mut fil = territoire::parents(lieu);
                fil.push((lieu.adresse(), lieu.nom.to_owned()));
                fil
            })
            .collect(),
        titre_court: organisme.nom.clone(),
        ..Tete::default()
    };
    let envoi = Jour::lire(&organisme.derniere_transmission)
        .map(|jour| format!("Dernier envoi du centre le {}. ", french::date(jour)));
    let ancien = atlas.est_ancien(organisme).then(|| {
        view! {
            <span class="peu">"Rien n'a été transmis depuis trois mois : ces chiffres ont pu changer. "</span>
        }
    });
    let ville = Some(organisme.ville.clone()).filter(|ville| !ville.is_empty());
    let lieu = departement.map(|lieu| {
        view! { <a href=lieu.adresse()>{lieu.nom}</a> }
    });
    let contenu = view! {
        <header class="titre">
            <p class="surtitre">"Centre de formation"{ville.map(|ville| (" · ", ville))}{lieu.map(|lieu| (" · ", lieu))}</p>
            <h1 class="nom-de-centre">{organisme.nom.clone()}</h1>
            {phrase.map(|phrase| phrase.chapo())}
            <p class="fraicheur">{ancien}{envoi}<a href="/comprendre/">"Comment c'est calculé"</a></p>
        </header>
        {organisme.note.clone().map(mot_du_centre)}
        {territoire::evolution(atlas, sujet, "dans ce centre", ().into_any())}
        {territoire::limites()}
        <section class="sources" aria-labelledby="sources">
            <h2 id="sources">"Sources et fichiers"</h2>
            <p>
                "UAI "<code>{organisme.uai.clone()}</code>" · SIRET "<code>{organisme.siret.clone()}</code>
            </p>
            <ul>
                <li>{telecharger::liens(&adresse, FORMATS_D_UN_CENTRE, "Les chiffres du centre")}</li>
                <li><a href="/donnees/">"Tous les centres, toutes les dates (CSV, JSON, Parquet, Excel)"</a></li>
            </ul>
        </section>
    };
    cadre::page(about, tete, contenu.into_any())
}

/// What the centre says of its figures, in its own words.
fn mot_du_centre(note: String) -> AnyView {
    view! {
        <figure class="mot-du-centre">
            <blockquote><p>{note}</p></blockquote>
            <figcaption>"Note du centre, écrite par lui. "<a href="/aide/#note-publique">"Ce qu'est cette note"</a></figcaption>
        </figure>
    }
    .into_any()
}
