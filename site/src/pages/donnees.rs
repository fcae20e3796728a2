//! The open data: what to download, and what the columns mean, from the tables that the files are
//! made of.

use leptos::prelude::*;
use open_data::tables::{Colonne, Genre, TABLES, Table};
use open_data::v1::Motif;

use crate::fichiers::{FORMATS, FORMATS_D_UNE_TABLE};
use crate::parts::cadre::{self, Tete};
use crate::parts::telecharger;
use crate::{About, Page};

/// The page of the files.
pub fn page(about: &About) -> Page {
    let tete = Tete {
        titre: "Données ouvertes de l'apprentissage".to_owned(),
        description: "Tous les chiffres, par territoire et par centre, en CSV, JSON, Parquet et Excel, sous licence ouverte.".to_owned(),
        adresse: "/donnees/".to_owned(),
        titre_court: "Données".to_owned(),
        json_ld: Some(about.json_ld.clone()),
        ..Tete::default()
    };
    let contenu = view! {
        <div class="prose">
            <header class="titre">
                <h1>"Données ouvertes"</h1>
                <p class="chapo">"Tout ce que ce site montre se télécharge, et se reprend librement."</p>
            </header>
            {TABLES.map(table)}
            <h2 id="paquet">"Le paquet"</h2>
            <p>
                <a href="/donnees/v1/datapackage.json">"datapackage.json"</a>
                " décrit tous ces fichiers pour les programmes (Frictionless, Table Schema) : le type, l'unité et la définition de chaque colonne, la taille et l'empreinte de chaque fichier. La même description existe en "
                <a href="/donnees/v1/indicateurs.csv-metadata.json">"CSVW"</a>
                ", un fichier par CSV, et en "<a href="/donnees/v1/catalogue.jsonld">"DCAT-AP"</a>
                " pour les catalogues. Une valeur qui n'est pas publiée n'est jamais un zéro : sa case est vide en CSV et en Parquet, et la colonne "<code>"motif"</code>" dit pourquoi ; en JSON, c'est un objet, "
                <code>{r#"{"motif":"c"}"#}</code>" ; en Excel, c'est son motif."
            </p>
            <h2 id="manifeste">"Le manifeste"</h2>
            <p>
                <a href="/donnees/v1/manifest.json">"manifest.json"</a>
                " donne l'empreinte SHA-256 de chaque fichier, les versions des référentiels, des règles et du programme qui l'ont produit. Pour chaque date passée, il nomme la publication qui l'a donnée la première : ses chiffres d'alors sont là, dans "
                <code>"premieres.parquet"</code>"."
            </p>
            {about.public_key.as_deref().map(verifier)}
            <h2 id="adresses">"Des adresses qui ne changent pas"</h2>
            <p>
                "La page d'un territoire et ses chiffres vont ensemble : "<code>"/departement/29/"</code>", "
                <code>"/departement/29/donnees.csv"</code>", et de même en "<code>".json"</code>", "<code>".parquet"</code>" et "
                <code>".xlsx"</code>". Les mouvements et les promotions sont dans les seuls fichiers de tous les territoires. Les fichiers CSV sont en UTF-8, séparés par des virgules, avec une ligne d'en-tête."
            </p>
            <h2 id="licence">"Licence"</h2>
            <p>
                "Ces données sont publiées sous "
                <a href="https://www.etalab.gouv.fr/licence-ouverte-open-licence/" hreflang="fr" rel="license">"licence ouverte Etalab 2.0"</a>
                " ("<code>"etalab-2.0"</code>") : chacun peut les reprendre, y compris pour un usage commercial, en citant la source et la date."
            </p>
        </div>
    };
    cadre::page(about, tete, contenu.into_any())
}

/// How to tell that a publication is ours, in two lines.
fn verifier(cle: &str) -> AnyView {
    let signature = format!("minisign -Vm manifest.json -P {cle}");
    let fichiers = r#"jq -r '.fichiers[] | .sha256 + "  " + .path' manifest.json | sha256sum -c --ignore-missing"#;
    view! {
        <h2 id="verifier">"Vérifier une publication"</h2>
        <p>
            "Le manifeste est signé (Ed25519, au format de minisign) : "
            <a href="/donnees/v1/manifest.json.minisig">"manifest.json.minisig"</a>
            ". À côté des deux fichiers, une ligne dit s'il est bien le nôtre :"
        </p>
        <pre tabindex="0"><code>{signature}</code></pre>
        <p>"Il donne l'empreinte de tous les autres ; celle des fichiers téléchargés se vérifie ainsi, depuis le dossier qui contient "<code>"donnees/"</code>" :"</p>
        <pre tabindex="0"><code>{fichiers}</code></pre>
        <p>"La clé publique est aussi à l'adresse "<a href="/donnees/minisign.pub">"/donnees/minisign.pub"</a>"."</p>
    }
    .into_any()
}

fn table(table: &'static Table) -> AnyView {
    let legende = format!("Colonnes du fichier {}", table.nom);
    let formats = if table.nom == "indicateurs" { FORMATS } else { FORMATS_D_UNE_TABLE };
    let liens: Vec<_> = formats
        .iter()
        .map(|format| {
            let (nom, adresse) = (table.nom, format!("/donnees/v1/{}.{format}", table.nom));
            view! { <li><a href=adresse>{format!("{nom}, {}", telecharger::nom(format))}</a></li> }
        })
        .collect();
    let lignes: Vec<_> = table
        .colonnes
        .iter()
        .map(|colonne| {
            let cle = table.cle.contains(&colonne.nom).then_some(" *");
            view! {
                <tr>
                    <th scope="row"><code>{colonne.nom}</code>{cle}</th>
                    <td class="texte">{genre(colonne.genre)}</td>
                    <td class="texte">{sens(colonne)}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <h2 id=table.nom>{table.titre}</h2>
        <p>{table.sens}</p>
        <ul class="fichiers">{liens}</ul>
        <table class="dictionnaire">
            <caption>{legende}" (* : les colonnes qui désignent une ligne)"</caption>
            <thead>
                <tr>
                    <th scope="col">"Colonne"</th>
                    <th scope="col" class="texte">"Nature"</th>
                    <th scope="col" class="texte">"Sens"</th>
                </tr>
            </thead>
            <tbody>{lignes}</tbody>
        </table>
    }
    .into_any()
}

fn genre(genre: Genre) -> String {
    match genre {
        Genre::Jour => "jour, AAAA-MM-JJ".to_owned(),
        Genre::Texte => "texte".to_owned(),
        Genre::Code(_) => "code".to_owned(),
        Genre::Mot(_) => "mot".to_owned(),
        Genre::Nombre(unite) => format!("nombre de {unite}"),
        Genre::Pourcentage => "%, entier".to_owned(),
        Genre::PourcentageAuDixieme => "%, au dixième".to_owned(),
    }
}

fn sens(colonne: &Colonne) -> String {
    let mut texte = colonne.sens.to_owned();
    match colonne.genre {
        // Each reason is explained already.
        Genre::Mot(mots) if mots != Motif::MOTS => {
            texte += &format!(" Valeurs : {}.", mots.join(", "));
        }
        _ => {}
    }
    if let Some(quand) = colonne.vide {
        texte += &format!(" Vide quand {quand}.");
    }
    texte
}
