//! The open data: what to download, what the columns mean, and the figures beside each place.

use leptos::prelude::*;
use open_data::v1::{Maille, Motif, Valeur};

use crate::atlas::Atlas;
use crate::parts::cadre::{self, Tete};
use crate::{About, Page};

/// The figures of one place, in the columns of the national file. Nothing where it has none.
pub fn du_lieu(atlas: &Atlas, maille: Maille, code: &str) -> Option<Page> {
    let series = atlas.series(maille, code);
    if series.is_empty() {
        return None;
    }
    let mut csv = COLONNES.map(|(colonne, _)| colonne).join(",") + "\n";
    for serie in series {
        for (jour, valeur) in atlas.jours.iter().zip(&serie.valeurs) {
            let date = format!("{:04}-{:02}-{:02}", jour.annee, jour.mois, jour.jour);
            let nombre = match valeur {
                Valeur::Connue(nombre) => nombre.to_string(),
                Valeur::Masquee(_) => String::new(),
            };
            let motif = valeur.motif().map_or("", Motif::as_str);
            let ligne = [
                date.as_str(),
                maille.as_str(),
                code,
                &cellule(&serie.libelle),
                serie.dimension.as_str(),
                &cellule(&serie.modalite),
                serie.indicateur.as_str(),
                &nombre,
                motif,
            ];
            csv += &ligne.join(",");
            csv.push('\n');
        }
    }
    Some(Page { path: format!("{maille}/{code}/donnees.csv"), body: csv.into_bytes() })
}

/// A text as CSV wants it: quoted when it holds a separator.
fn cellule(texte: &str) -> String {
    if texte.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", texte.replace('"', "\"\""))
    } else {
        texte.to_owned()
    }
}

const COLONNES: [(&str, &str); 9] = [
    ("date", "Jour compté, AAAA-MM-JJ : les fins de mois, puis le jour de la publication."),
    (
        "maille",
        "Niveau du territoire : france, region, academie, departement, zone_emploi, organisme.",
    ),
    (
        "code",
        "FR, code de la région, de l'académie ou du département, ou UAI du centre (UAI-SIRET quand l'UAI est partagé).",
    ),
    ("libelle", "Nom du territoire ou du centre."),
    ("dimension", "Ce qui ventile le nombre : ensemble, niveau, age, sexe, rqth, annee_formation…"),
    ("modalite", "Valeur de la dimension ; vide pour ensemble."),
    ("indicateur", "apprenants, apprentis, inscrits_sans_contrat, rupturants ou abandons."),
    ("valeur", "Nombre de jeunes ; vide quand il n'est pas publié."),
    (
        "motif",
        "Pourquoi la valeur manque : c (secret statistique), nd (non disponible), so (sans objet), nc (non calculable).",
    ),
];

const COLONNES_DES_ORGANISMES: [(&str, &str); 11] = [
    ("uai", "Identifiant du centre au ministère de l'Éducation nationale."),
    ("siret", "Identifiant de l'établissement au répertoire des entreprises."),
    ("nom", "Nom du centre."),
    ("nature", "responsable, formateur, responsable_formateur ou inconnue."),
    ("code_commune", "Commune, code de l'Insee, quand elle est connue."),
    ("code_departement", "Département."),
    ("code_academie", "Académie."),
    ("code_region", "Région."),
    ("code_zone_emploi", "Zone d'emploi, quand elle est connue."),
    ("premiere_transmission", "Jour du premier envoi accepté ; vide s'il n'y en a pas eu."),
    ("derniere_transmission", "Jour du dernier envoi accepté ; vide s'il n'y en a pas eu."),
];

const COLONNES_DE_LA_COUVERTURE: [(&str, &str); 11] = [
    ("date", "Jour de la publication, AAAA-MM-JJ."),
    ("maille", "Niveau du territoire : france, region, academie, departement."),
    ("code", "Code du territoire, comme dans les chiffres."),
    ("libelle", "Nom du territoire."),
    ("organismes", "Centres recensés."),
    ("transmetteurs", "Centres qui ont transmis au moins une fois."),
    ("transmetteurs_3_mois", "Centres qui ont transmis depuis trois mois."),
    ("transmetteurs_30_jours", "Centres qui ont transmis depuis trente jours."),
    (
        "apprenants_3_mois_pct",
        "Part des jeunes en formation qui sont dans les centres qui ont transmis depuis trois mois : pourcentage entier, arrondi au-dessous, calculé sur le dernier chiffre publié de chaque centre.",
    ),
    ("apprenants_30_jours_pct", "La même part, depuis trente jours."),
    (
        "motif",
        "Pourquoi une part manque : c (plus d'un centre sur dix a un chiffre secret), nd (aucun jeune n'est connu).",
    ),
];

const COLONNES_DES_REVISIONS: [(&str, &str); 10] = [
    ("date", "Jour compté, AAAA-MM-JJ : une fin de mois passée."),
    ("maille", "Niveau du territoire, comme dans les chiffres."),
    ("code", "Code du territoire ou du centre, comme dans les chiffres."),
    ("libelle", "Nom du territoire ou du centre."),
    ("dimension", "Ce qui ventile le nombre."),
    ("modalite", "Valeur de la dimension ; vide pour ensemble."),
    ("indicateur", "apprenants, apprentis, inscrits_sans_contrat, rupturants ou abandons."),
    ("publie_le", "Jour de la première publication du chiffre, une fois sa date passée."),
    ("valeur_publiee", "Nombre de jeunes à la fin de ce jour-là."),
    ("valeur_actuelle", "Nombre de jeunes dans cette publication."),
];

/// The page of the files.
pub fn page(about: &About) -> Page {
    let tete = Tete {
        titre: "Données ouvertes de l'apprentissage".to_owned(),
        description: "Tous les chiffres, par territoire et par centre, en CSV, JSON et Parquet, sous licence ouverte.".to_owned(),
        adresse: "/donnees/".to_owned(),
        fil: Vec::new(),
        titre_court: "Données".to_owned(),
        script: None,
    };
    let contenu = view! {
        <div class="prose">
            <header class="titre">
                <h1>"Données ouvertes"</h1>
                <p class="chapo">"Tout ce que ce site montre se télécharge, et se reprend librement."</p>
            </header>
            <h2 id="indicateurs">"Les chiffres"</h2>
            <p>"Une ligne par date, territoire, ventilation et indicateur."</p>
            {telecharger("indicateurs")}
            {dictionnaire("Colonnes des chiffres", &COLONNES)}
            <h2 id="organismes">"Les centres de formation"</h2>
            <p>"Une ligne par centre recensé, avec le jour de son premier et de son dernier envoi."</p>
            {telecharger("organismes")}
            {dictionnaire("Colonnes des centres de formation", &COLONNES_DES_ORGANISMES)}
            <h2 id="couverture">"La couverture"</h2>
            <p>"Une ligne par territoire : ce que ses chiffres décrivent, le jour de la publication. Sous 80 % de centres qui ont transmis depuis trois mois, ils ne décrivent pas tout le territoire."</p>
            {telecharger("couverture")}
            {dictionnaire("Colonnes de la couverture", &COLONNES_DE_LA_COUVERTURE)}
            <h2 id="revisions">"Les révisions"</h2>
            <p>"Une ligne par chiffre passé qui n'est plus celui de sa première publication, quand les deux sont publiés et diffèrent d'au moins cinq jeunes. Un écart plus petit n'est pas distingué d'un écart nul."</p>
            {telecharger("revisions")}
            {dictionnaire("Colonnes des révisions", &COLONNES_DES_REVISIONS)}
            <h2 id="manifeste">"Le manifeste"</h2>
            <p>
                <a href="/donnees/v1/manifest.json">"manifest.json"</a>
                " donne l'empreinte SHA-256 de chaque fichier, les versions des référentiels, des règles et du programme qui l'ont produit. Pour chaque date passée, il nomme la publication qui l'a donnée la première : ses chiffres d'alors sont là, dans "
                <code>"premieres.parquet"</code>"."
            </p>
            <h2 id="adresses">"Des adresses qui ne changent pas"</h2>
            <p>
                "La page d'un territoire et ses chiffres vont ensemble : "<code>"/departement/29/"</code>" et "
                <code>"/departement/29/donnees.csv"</code>". Les fichiers CSV sont en UTF-8, séparés par des virgules, avec une ligne d'en-tête."
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

fn telecharger(nom: &'static str) -> AnyView {
    let liens = [("csv", "CSV"), ("json", "JSON"), ("parquet", "Parquet")].map(|(extension, titre)| {
        view! {
            <li><a href=format!("/donnees/v1/{nom}.{extension}")>{format!("{nom}, {titre}")}</a></li>
        }
    });
    view! { <ul class="fichiers">{liens}</ul> }.into_any()
}

fn dictionnaire(legende: &'static str, colonnes: &'static [(&str, &str)]) -> AnyView {
    let lignes: Vec<_> = colonnes
        .iter()
        .map(|&(nom, sens)| {
            view! {
                <tr><th scope="row"><code>{nom}</code></th><td class="texte">{sens}</td></tr>
            }
        })
        .collect();
    view! {
        <table class="dictionnaire">
            <caption>{legende}</caption>
            <thead><tr><th scope="col">"Colonne"</th><th scope="col" class="texte">"Sens"</th></tr></thead>
            <tbody>{lignes}</tbody>
        </table>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_comma_is_quoted() {
        assert_eq!(cellule("CFA DU BOIS"), "CFA DU BOIS");
        assert_eq!(cellule("CFA \"A\", SITE B"), "\"CFA \"\"A\"\", SITE B\"");
    }
}
