//! Places of one family side by side: the regions, the academies, the departments of a region.
//!
//! Sizes are not compared, for they say how large a place is: what is, is how its figure moved and
//! what part of its learners is in which situation, on one scale.

use leptos::prelude::*;
use open_data::taux::Taux;
use open_data::v1::{Indicateur, Maille, Valeur};

use crate::atlas::Atlas;
use crate::french::{self, majuscule, sans_accents};
use crate::parts::cadre::{self, Tete};
use crate::parts::{barres, valeur};
use crate::places::{self, Place};
use crate::{About, Page};

/// Places that are compared together.
struct Famille {
    adresse: String,
    /// « les régions », « les départements de Bretagne ».
    nom: String,
    lieux: Vec<Place>,
}

/// The page that leads to the families, then one of each.
pub fn pages(atlas: &Atlas, about: &About) -> Vec<Page> {
    let familles = familles();
    let mut pages = vec![sommaire(about, &familles)];
    pages.extend(familles.iter().map(|famille| page(atlas, about, famille)));
    pages
}

/// Where the departments of a region are compared, when there are two at least.
pub fn adresse(region: &Place) -> Option<String> {
    let plusieurs = places::departements().filter(|lieu| lieu.region == region.code).count() > 1;
    (region.maille == Maille::Region && plusieurs).then(|| format!("/comparer{}", region.adresse()))
}

fn familles() -> Vec<Famille> {
    let regions = Famille {
        adresse: "/comparer/regions/".to_owned(),
        nom: "les régions".to_owned(),
        lieux: places::regions().collect(),
    };
    let academies = Famille {
        adresse: "/comparer/academies/".to_owned(),
        nom: "les académies".to_owned(),
        lieux: places::academies().collect(),
    };
    let de_region = |region: Place| {
        Some(Famille {
            adresse: adresse(&region)?,
            nom: format!("les départements {}", region.de()),
            lieux: places::departements().filter(|lieu| lieu.region == region.code).collect(),
        })
    };
    [regions, academies].into_iter().chain(places::regions().filter_map(de_region)).collect()
}

fn sommaire(about: &About, familles: &[Famille]) -> Page {
    let tete = Tete {
        titre: "Comparer des territoires".to_owned(),
        description: "Les régions, les académies, les départements d'une région : l'apprentissage, côte à côte.".to_owned(),
        adresse: "/comparer/".to_owned(),
        titre_court: "Comparer".to_owned(),
        ..Tete::default()
    };
    let liens: Vec<_> = familles
        .iter()
        .map(|une| view! { <li><a href=une.adresse.clone()>{majuscule(&une.nom)}</a></li> })
        .collect();
    let contenu = view! {
        <header class="titre">
            <h1>"Comparer des territoires"</h1>
            <p class="chapo">"Un grand territoire a plus d'apprentis qu'un petit : ce qui se compare, c'est l'évolution, et la part des jeunes sans contrat ou dont le contrat est rompu."</p>
        </header>
        <ul class="index">{liens}</ul>
        <p>"Deux à six territoires de votre choix : "<a href="/explorer/">"Explorer"</a>"."</p>
    };
    cadre::page(about, tete, contenu.into_any())
}

fn page(atlas: &Atlas, about: &About, famille: &Famille) -> Page {
    let titre = format!("Comparer {}", famille.nom);
    let phrase = phrase(atlas, &famille.lieux);
    let tete = Tete {
        titre: format!("{titre} : l'apprentissage côte à côte"),
        description: phrase.clone().unwrap_or_else(|| format!("{titre}.")),
        adresse: famille.adresse.clone(),
        fil: vec![("/comparer/".to_owned(), "Comparer".to_owned())],
        titre_court: majuscule(&famille.nom),
        ..Tete::default()
    };
    let mut lieux = famille.lieux.clone();
    lieux.sort_by_cached_key(|lieu| sans_accents(lieu.nom));
    let parts = [Indicateur::InscritsSansContrat, Indicateur::Rupturants];
    // One scale for both parts, so that a bar is worth the same wherever it is.
    let echelle =
        barres::plus_grand(lieux.iter().flat_map(|lieu| parts.map(|quoi| part(atlas, lieu, quoi))));
    let un_secret = lieux.iter().flat_map(|lieu| parts.map(|quoi| part(atlas, lieu, quoi)));
    let un_secret = un_secret.flatten().any(|part| part.connue().is_none());
    let lignes: Vec<_> = lieux.iter().map(|lieu| ligne(atlas, lieu, parts, echelle)).collect();
    let jour = atlas.aujourd_hui().map(|jour| format!("Données du {} · ", french::date(jour)));
    let depuis =
        atlas.il_y_a_un_an().map(|jour| format!(" Évolutions depuis le {}.", french::date(jour)));
    let contenu = view! {
        <header class="titre">
            <h1>{titre}</h1>
            {phrase.map(|phrase| view! { <p class="chapo">{phrase}</p> })}
            <p class="fraicheur">{jour}<a href="/comprendre/">"Comment c'est calculé"</a></p>
        </header>
        <section aria-labelledby="tableau">
            <h2 id="tableau" class="hors-champ">"Le tableau"</h2>
                <table class="comparaison">
                    <caption>{format!("{}, par ordre alphabétique. Parts des jeunes en formation, à la même échelle.", majuscule(&famille.nom))}</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Territoire"</th>
                            <th scope="col">"Apprentis"</th>
                            <th scope="col">"Sur un an"</th>
                            <th scope="col">"Part sans contrat"</th>
                            <th scope="col">"Part de contrats rompus"</th>
                        </tr>
                    </thead>
                    <tbody>{lignes}</tbody>
                </table>
            <p class="note">
                {depuis}
                " « Partiel » : moins de quatre centres sur cinq ont transmis depuis trois mois ; les chiffres les décrivent, et pas tout le territoire. « Non calculable » : moins de vingt jeunes en formation."
            </p>
            {un_secret.then(valeur::note_de_secret)}
            <p class="note">"Les mêmes parts, à chaque date, sont dans le fichier "<a href="/donnees/#taux">"taux"</a>"."</p>
        </section>
    };
    cadre::page(about, tete, contenu.into_any())
}

/// The part of an indicator among the learners in training, in tenths of a percent.
fn part(atlas: &Atlas, lieu: &Place, indicateur: Indicateur) -> Option<Valeur> {
    let chiffre = |quoi| atlas.chiffre(lieu.maille, lieu.code, quoi).maintenant;
    Some(Taux::de(chiffre(indicateur)?, chiffre(Indicateur::Apprenants)?).dixiemes)
}

fn ligne(atlas: &Atlas, lieu: &Place, parts: [Indicateur; 2], echelle: u32) -> AnyView {
    let apprentis = atlas.chiffre(lieu.maille, lieu.code, Indicateur::Apprentis);
    if apprentis.maintenant.is_none() {
        return view! {
            <tr>
                <th scope="row"><a href=lieu.adresse()>{lieu.titre()}</a></th>
                <td class="rien" colspan="4">"Pas encore transmis"</td>
            </tr>
        }
        .into_any();
    }
    let partiel = atlas.est_partiel(lieu).then(|| view! { <span class="detail">"partiel"</span> });
    let cases = parts.map(|quoi| {
        let part = part(atlas, lieu, quoi);
        let connue = part.filter(|part| part.connue().is_some());
        let barre = barres::barre(connue, echelle, quoi.as_str());
        let dite = part.map_or_else(|| "–".into_any(), valeur::part);
        view! { <td>{dite}{barre}</td> }
    });
    view! {
        <tr>
            <th scope="row"><a href=lieu.adresse()>{lieu.titre()}</a>{partiel}</th>
            <td>{valeur::valeur(apprentis.maintenant)}</td>
            <td>{valeur::variation(apprentis)}</td>
            {cases}
        </tr>
    }
    .into_any()
}

/// From where it falls most to where it rises most; none where fewer than two can be compared.
fn phrase(atlas: &Atlas, lieux: &[Place]) -> Option<String> {
    let mut evolutions: Vec<(f64, &Place)> = lieux
        .iter()
        .filter_map(|lieu| {
            let apprentis = atlas.chiffre(lieu.maille, lieu.code, Indicateur::Apprentis);
            match apprentis.sur_un_an()? {
                french::Variation::Pourcent(valeur) => Some((valeur, lieu)),
                french::Variation::Stable => Some((0.0, lieu)),
                french::Variation::Nombre(_) => None,
            }
        })
        .collect();
    evolutions.sort_by(|one, other| one.0.total_cmp(&other.0));
    let [(moins, la), .., (plus, ici)] = evolutions[..] else { return None };
    let dite = |valeur: f64| {
        if valeur == 0.0 { french::Variation::Stable } else { french::Variation::Pourcent(valeur) }
    };
    let dite = |valeur| match dite(valeur) {
        french::Variation::Stable => format!("0{}%", french::FINE),
        autre => autre.signe(),
    };
    Some(format!(
        "Sur un an, l'évolution du nombre d'apprentis va de {} {} à {} {}.",
        dite(moins),
        la.en(),
        dite(plus),
        ici.en(),
    ))
}
