//! The frame of every page: head, banner, breadcrumb, footer. The only place that writes a document.
//!
//! The same bytes are read at two addresses: `/region/53/`, which moves from one publication to the
//! next, and `/v/{version}/region/53/`, which stays. Each page says, below what is seen of it, of which day
//! it is and where the page of today is; that sentence is hidden by `courante.css`, which a page finds from
//! its usual address only. Both come last, so that nothing else waits for it. Its link goes up one folder more than there are: from `/region/53/`,
//! `../../../v/{version}/courante.css` is `/v/{version}/courante.css`; from the permanent address it is
//! `/v/v/{version}/courante.css`, which does not exist. No script, no rule of the server.

use leptos::prelude::*;

use crate::calendar::Jour;
use crate::parts::courbe::apercu::CADRE;
use crate::parts::machines;
use crate::places::{self, FRANCE, Place};
use crate::render::{ISLANDS, integrite};
use crate::{About, Page, fichiers, french};

/// What a page says of itself.
#[derive(Debug, Default)]
pub struct Tete {
    /// Title of the tab, and of the search result.
    pub titre: String,
    /// One sentence for those who have not opened it yet.
    pub description: String,
    /// Its address, `/region/53/`.
    pub adresse: String,
    /// The address of the page that says the same in its main order, where that is another one.
    pub canonique: Option<String>,
    /// Pages above it: address and name. The page itself comes last, by its `titre_court`.
    pub fil: Vec<(String, String)>,
    /// Its name in the breadcrumb; empty on the home page.
    pub titre_court: String,
    /// The module it loads, if it must react.
    pub script: Option<Script>,
    /// What it says of its data to machines: JSON-LD.
    pub json_ld: Option<String>,
    /// The image that stands for it where it is shared: its address, and what it says.
    pub apercu: Option<(String, String)>,
}

/// A module of ours that a page loads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Script {
    /// Its file, at the root of the publication.
    fichier: &'static str,
    /// Whether it starts WebAssembly.
    webassembly: bool,
}

impl Script {
    /// One that is a script and nothing else.
    pub fn simple(fichier: &'static str) -> Self {
        Self { fichier, webassembly: false }
    }

    /// One that starts an island; none where the islands could not be built.
    pub fn ile(fichier: &'static str) -> Option<Self> {
        ISLANDS.then_some(Self { fichier, webassembly: true })
    }
}

/// Narrows the policy that the server gives for the whole site, where WebAssembly is allowed, to what
/// this page does: most run no script at all.
fn politique(script: Option<Script>) -> Option<AnyView> {
    let permis = match script {
        None => "script-src 'none'",
        Some(Script { webassembly: false, .. }) => "script-src 'self'",
        Some(_) => return None,
    };
    Some(view! { <meta http-equiv="Content-Security-Policy" content=permis /> }.into_any())
}

/// The element that loads a script: the one of this very publication, and only if its bytes are these.
fn charge(script: Script, adresse: &str) -> AnyView {
    let racine = "../".repeat(adresse.trim_matches('/').split('/').count());
    view! {
        <script type="module" src=format!("{racine}{}", script.fichier) integrity=integrite(script.fichier)></script>
    }
    .into_any()
}

/// A whole document around the content of one page.
pub fn page(about: &About, tete: Tete, contenu: AnyView) -> Page {
    let path = format!("{}index.html", tete.adresse.trim_start_matches('/'));
    Page { path, body: document(about, tete, contenu) }
}

/// The bytes of a document.
pub fn document(about: &About, tete: Tete, contenu: AnyView) -> Vec<u8> {
    let fil = fil_d_ariane(&tete);
    let nav = navigation(&tete.adresse);
    let canonique = tete.canonique.as_ref().unwrap_or(&tete.adresse);
    let canonique = format!("{}{canonique}", about.origine.as_deref().unwrap_or_default());
    let [titre, description] =
        [&tete.titre, &tete.description].map(|texte| french::composee(texte));
    let recherche = (tete.adresse != "/rechercher/").then(|| recherche(Recherche::EnTete));
    let permalien = format!("/v/{}{}", about.version, tete.adresse);
    // What answers at any address cannot know where it is read.
    let archive = tete.adresse.ends_with('/').then(|| archive(about, &tete.adresse));
    let (flux, du_lieu) = flux(&tete.adresse);
    let body = view! {
        <html lang="fr">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <title>{titre.clone()}</title>
                <meta name="description" content=description.clone() />
                <meta name="color-scheme" content="light dark" />
                {politique(tete.script)}
                <meta property="og:site_name" content="Tableau de bord de l’apprentissage" />
                <meta property="og:type" content="website" />
                <meta property="og:locale" content="fr_FR" />
                {[("og:title", &titre), ("og:description", &description)].map(|(quoi, texte)| {
                    leptos::html::meta().attr("property", quoi).content(texte.clone())
                })}
                {about.origine.as_ref().map(|_| {
                    leptos::html::meta().attr("property", "og:url").content(canonique.clone())
                })}
                {tete.apercu.as_ref().map(|apercu| partage(about, apercu))}
                <link rel="canonical" href=canonique.clone() />
                <link rel="alternate" type="application/atom+xml" href=flux title=du_lieu />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="preload" href="/bricolage-grotesque.woff2" r#as="font" r#type="font/woff2" crossorigin="anonymous" />
                <link rel="stylesheet" href="/style.css" />
                {tete.script.map(|script| charge(script, &tete.adresse))}
                {machines::fil(&tete).into_iter().chain(tete.json_ld).map(|json| {
                    view! { <script type="application/ld+json" inner_html=dans_une_page(&json)></script> }
                }).collect::<Vec<_>>()}
            </head>
            <body>
                <a class="evitement" href="#contenu">"Aller au contenu"</a>
                <header class="bandeau">
                    <a class="marque" href="/">"Tableau de bord "<span>"de l'apprentissage"</span></a>
                    {recherche}
                    {nav}
                </header>
                <main id="contenu" tabindex="-1">{fil}{contenu}</main>
                {pied(about, permalien)}
                {archive}
            </body>
        </html>
    }
    .to_html();
    let mut html = String::from("<!DOCTYPE html>\n");
    html += &french::typographie(&body);
    html.push('\n');
    html.into_bytes()
}

/// What stands for the page where its address is shared.
fn partage(about: &About, (adresse, dit): &(String, String)) -> AnyView {
    let (large, haut) = CADRE;
    let image = format!("{}{adresse}", about.origine.as_deref().unwrap_or_default());
    let proprietes = [
        ("og:image", image),
        ("og:image:width", large.to_string()),
        ("og:image:height", haut.to_string()),
        ("og:image:alt", french::composee(dit)),
    ];
    view! {
        {proprietes.map(|(quoi, texte)| leptos::html::meta().attr("property", quoi).content(texte))}
        <meta name="twitter:card" content="summary_large_image" />
    }
    .into_any()
}

/// Where `courante.css` is for a page read at its usual address.
fn courante(about: &About, adresse: &str) -> String {
    format!("{}v/{}/courante.css", "../".repeat(adresse.matches('/').count()), about.version)
}

/// The feed that goes with a page: that of its place, else that of the country.
fn flux(adresse: &str) -> (String, String) {
    let mut mots = adresse.split('/').skip(1);
    let (maille, code) = (mots.next().unwrap_or_default(), mots.next().unwrap_or_default());
    let est_ici = |lieu: &Place| lieu.maille.as_str() == maille && lieu.code == code;
    let lieu = places::toutes().find(est_ici).unwrap_or(FRANCE);
    (fichiers::flux(&lieu), format!("{} : les publications", lieu.titre()))
}

/// True wherever it is read; needed where the page may no longer be the one of today.
fn archive(about: &About, adresse: &str) -> AnyView {
    let du = du(about);
    view! {
        <link rel="stylesheet" href=courante(about, adresse) />
        <aside class="archive" aria-label="Version de cette page">
            {format!("Cette page fait partie de la publication{du}. ")}
            <a href=adresse.to_owned()>"La version à jour de cette page"</a>
        </aside>
    }
    .into_any()
}

/// « du 24 novembre 2026 », where the day is known.
fn du(about: &About) -> String {
    Jour::lire(&about.date).map_or(String::new(), |jour| format!(" du {}", french::date(jour)))
}

/// JSON inside a page: nothing in it can end the element.
fn dans_une_page(json: &str) -> String {
    json.replace('<', "\\u003c")
}

/// Where the question is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recherche {
    /// In the banner of every page.
    EnTete,
    /// On the page of the search, which it is the subject of.
    EnGrand,
}

/// The question, asked of the page of the search.
pub fn recherche(ou: Recherche) -> AnyView {
    let (classe, invite) = match ou {
        Recherche::EnTete => ("recherche", Some("Un lieu, un centre, une formation")),
        // Its label is seen.
        Recherche::EnGrand => ("recherche grande", None),
    };
    view! {
        <form class=classe action="/rechercher/" method="get" role="search">
            <label for="q">"Un lieu, un centre, une formation"</label>
            <input id="q" type="search" name="q" placeholder=invite autocomplete="off" spellcheck="false" />
            <button type="submit">"Rechercher"</button>
        </form>
    }
    .into_any()
}

const RUBRIQUES: [(&str, &str); 6] = [
    ("/", "Chiffres"),
    ("/comparer/", "Comparer"),
    ("/explorer/", "Explorer"),
    ("/comprendre/", "Comprendre"),
    ("/donnees/", "Données"),
    ("/deposer/", "Déposer un fichier"),
];

fn navigation(ici: &str) -> AnyView {
    let liens = RUBRIQUES.map(|(adresse, nom)| {
        let courant = (ici == adresse).then_some("page");
        view! { <li><a href=adresse aria-current=courant>{nom}</a></li> }
    });
    view! { <nav aria-label="Rubriques"><ul>{liens}</ul></nav> }.into_any()
}

fn fil_d_ariane(tete: &Tete) -> AnyView {
    if tete.titre_court.is_empty() {
        return ().into_any();
    }
    let parents: Vec<_> = tete
        .fil
        .iter()
        .map(|(adresse, nom)| view! { <li><a href=adresse.clone()>{nom.clone()}</a></li> })
        .collect();
    view! {
        <nav class="fil" aria-label="Fil d'Ariane">
            <ol>
                <li><a href="/">"Accueil"</a></li>
                {parents}
                <li aria-current="page">{tete.titre_court.clone()}</li>
            </ol>
        </nav>
    }
    .into_any()
}

fn pied(about: &About, permalien: String) -> AnyView {
    let du = du(about);
    view! {
        <footer>
            <div>
                <p>
                    "Les chiffres sont comptés à partir des listes que les centres de formation transmettent. Ils se lisent avec leur "
                    <a href="/comprendre/">"mode d'emploi"</a>
                    " et se reprennent librement, sous "
                    <a href="/donnees/#licence">"licence ouverte"</a>
                    "."
                </p>
                <ul>
                    <li><a href="/rechercher/">"Plan du site"</a></li>
                    <li><a href="/publications/">"Publications"</a></li>
                    <li><a href="/etat/">"État du service"</a></li>
                    <li><a href="/aide/">"Aide"</a></li>
                    <li><a href="/mentions-legales/">"Mentions légales et vie privée"</a></li>
                    <li><a href="/accessibilite/">"Accessibilité"</a></li>
                    <li>
                        {format!("Publication{du}, ")}<code>{about.version.clone()}</code>" · "
                        <a href=permalien rel="bookmark">"lien permanent de cette page"</a>
                    </li>
                </ul>
            </div>
        </footer>
    }
    .into_any()
}
