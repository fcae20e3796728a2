//! The frame of every page: head, banner, breadcrumb, footer. The only place that writes a document.

use leptos::prelude::*;

use crate::{About, Page, french};

/// What a page says of itself.
pub struct Tete {
    /// Title of the tab, and of the search result.
    pub titre: String,
    /// One sentence for those who have not opened it yet.
    pub description: String,
    /// Its address, `/region/53/`.
    pub adresse: String,
    /// Pages above it: address and name. The page itself comes last, by its `titre_court`.
    pub fil: Vec<(String, String)>,
    /// Its name in the breadcrumb; empty on the home page.
    pub titre_court: String,
    /// The module it loads, if it must react.
    pub script: Option<&'static str>,
    /// What it says of its data to machines: JSON-LD.
    pub json_ld: Option<String>,
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
    let permalien = format!("/v/{}{}", about.version, tete.adresse);
    let body = view! {
        <html lang="fr">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <title>{tete.titre}</title>
                <meta name="description" content=tete.description />
                <meta name="color-scheme" content="light dark" />
                <link rel="canonical" href=tete.adresse />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="preload" href="/bricolage-grotesque.woff2" r#as="font" r#type="font/woff2" crossorigin="anonymous" />
                <link rel="stylesheet" href="/style.css" />
                {tete.script.map(|src| view! { <script type="module" src=src></script> })}
                {tete.json_ld.map(|json| view! { <script type="application/ld+json" inner_html=dans_une_page(&json)></script> })}
            </head>
            <body>
                <a class="evitement" href="#contenu">"Aller au contenu"</a>
                <header class="bandeau">
                    <a class="marque" href="/">"Tableau de bord "<span>"de l'apprentissage"</span></a>
                    {nav}
                </header>
                <main id="contenu" tabindex="-1">{fil}{contenu}</main>
                {pied(&about.version, permalien)}
            </body>
        </html>
    }
    .to_html()
    .replace("<!>", "");
    let mut html = String::from("<!DOCTYPE html>\n");
    html += &french::typographie(&body);
    html.push('\n');
    html.into_bytes()
}

/// JSON inside a page: nothing in it can end the element.
fn dans_une_page(json: &str) -> String {
    json.replace('<', "\\u003c")
}

const RUBRIQUES: [(&str, &str); 4] = [
    ("/", "Chiffres"),
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

fn pied(version: &str, permalien: String) -> AnyView {
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
                    <li><a href="/mentions-legales/">"Mentions légales et vie privée"</a></li>
                    <li><a href="/accessibilite/">"Accessibilité"</a></li>
                    <li>
                        "Publication "<code>{version.to_owned()}</code>" · "
                        <a href=permalien rel="bookmark">"lien permanent de cette page"</a>
                    </li>
                </ul>
            </div>
        </footer>
    }
    .into_any()
}
