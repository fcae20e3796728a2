//! The publications: those to come, how to follow them, and what each one changed.

use leptos::prelude::*;
use open_data::journal::Publication;

use crate::atlas::Atlas;
use crate::calendar::{Jour, prochaines};
use crate::fichiers::CALENDRIER;
use crate::parts::cadre::{self, Tete};
use crate::{About, Page, french};

/// How many publications the page tells: the file has more.
const PUBLICATIONS_AU_PLUS: usize = 90;
/// How many months to come it tells: the calendar has more.
const MOIS_AU_PLUS: usize = 6;

/// The page « Publications ».
pub fn page(atlas: &Atlas, about: &About) -> Page {
    let tete = Tete {
        titre: "Les publications du tableau de bord de l'apprentissage".to_owned(),
        description: "Quand les chiffres paraissent, comment les suivre, et ce que chaque publication a changé.".to_owned(),
        adresse: "/publications/".to_owned(),
        titre_court: "Publications".to_owned(),
        ..Tete::default()
    };
    let publications = &atlas.journal().publications;
    let lignes: Vec<_> = publications.iter().take(PUBLICATIONS_AU_PLUS).map(publication).collect();
    let contenu = view! {
        <div class="prose">
            <header class="titre">
                <h1>"Les publications"</h1>
                <p class="chapo">"Quand les chiffres paraissent, comment les suivre, et ce que chaque publication a changé."</p>
            </header>
            <h2 id="a-venir">"À venir"</h2>
            <p>
                "Les chiffres sont comptés et publiés chaque nuit. La première publication d'un mois est la première à donner la fin du mois passé ; elle dit aussi ce qui est révisé des mois d'avant."
            </p>
            {atlas.aujourd_hui().map(a_venir)}
            <p>
                <a href=CALENDRIER>"Le calendrier des publications"</a>
                " s'ajoute à un agenda (iCalendar)."
            </p>
            <h2 id="suivre">"Suivre"</h2>
            <p>
                "Chaque territoire a son fil Atom, à côté de ses données : "
                <a href="/flux.atom">"/flux.atom"</a>" pour la France, "
                <code>"/region/53/flux.atom"</code>" pour la Bretagne. Un fil dit les fins de mois qui paraissent et les chiffres qui sont révisés, pas ceux de chaque nuit."
            </p>
            <h2 id="versions">"La version des données"</h2>
            <p>
                "Les données ont une version en trois nombres. Le premier grandit quand un fichier, une colonne, un niveau, une ventilation ou un indicateur disparaît ou change de sens : un programme qui les lit est à revoir. Le deuxième, quand il s'en ajoute, ou une fin de mois, un centre, des chiffres passés. Le troisième, quand seuls des chiffres bougent : ceux du jour, ou d'anciens qui sont corrigés. Le manifeste la donne, et "
                <a href="/donnees/v1/changements.json">"changements.json"</a>
                " dit pour les programmes ce que dit cette page."
            </p>
            <h2 id="parues">"Parues"</h2>
            <ol class="publications" reversed>{lignes}</ol>
        </div>
    };
    cadre::page(about, tete, contenu.into_any())
}

fn a_venir(aujourd_hui: Jour) -> AnyView {
    let dates = prochaines(aujourd_hui).into_iter().take(MOIS_AU_PLUS).map(|jour| {
        let fin = jour.veille();
        let quoi = format!(" : les chiffres de fin {}", french::mois_et_annee(fin));
        view! { <li><time datetime=jour.to_string()>{french::date(jour)}</time>{quoi}</li> }
    });
    view! { <ul>{dates.collect::<Vec<_>>()}</ul> }.into_any()
}

fn publication(publication: &Publication) -> AnyView {
    let Publication { date, version_donnees, publication, changements } = publication;
    let jour = Jour::lire(date).map_or(date.clone(), french::date);
    let phrases: Vec<&str> = changements.iter().map(|one| one.phrase.as_str()).collect();
    let manifeste = format!("/v/{publication}/donnees/v1/manifest.json");
    view! {
        <li>
            <p>
                <b><time datetime=date.clone()>{jour.clone()}</time>{format!(", version {version_donnees}")}</b>
                {format!(" : {} ", phrases.join(" "))}
                <a href=manifeste aria-label=format!("Manifeste de la publication du {jour}")>"Manifeste"</a>
            </p>
        </li>
    }
    .into_any()
}
