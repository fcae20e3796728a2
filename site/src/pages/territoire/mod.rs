//! The page of a place: its figure in a sentence, four figures, a curve, then where and who.
//!
//! The country's page is [`super::accueil`], made of the same sections.

pub mod phrase;

pub mod temps;

pub mod ventilations;

pub mod centres;

use leptos::prelude::*;
use open_data::v1::{Dimension, Indicateur, Maille, Revision, Valeur};

use self::centres::centres;
use self::phrase::{Phrase, fraicheur};
use self::temps::{devenir, quand};
use self::ventilations::{qui, quoi};
use super::comparer;
use crate::atlas::{Atlas, Sujet};
use crate::calendar::Jour;
use crate::fichiers::FORMATS;
use crate::parts::cadre::{self, Tete};
use crate::parts::courbe::apercu::{self, Apercu};
use crate::parts::courbe::{Taille, image};
use crate::parts::{barres, carte, chiffres, courbe, machines, telecharger, valeur};
use crate::places::{self, Place};
use crate::words::{CHIFFRES_CLES, mots};
use crate::{About, Page, explorer, french};

/// The page of a region, an academy or a department.
pub fn page(atlas: &Atlas, about: &About, place: &Place) -> Page {
    let phrase = Phrase::du_lieu(atlas, place);
    let tete = Tete {
        titre: format!("{} : les chiffres de l'apprentissage", explorer::nom(place)),
        description: phrase.texte(),
        adresse: place.adresse(),
        fil: parents(place),
        titre_court: place.titre(),
        json_ld: jeu_de_donnees(atlas, about, place, &phrase),
        apercu: apercu(atlas, place),
        ..Tete::default()
    };
    let contenu = view! {
        <header class="titre">
            {surtitre(place)}
            <h1>{place.titre()}</h1>
            {phrase.chapo()}
            {fraicheur(atlas, place)}
        </header>
        {chiffres_et_courbes(atlas, about, place)}
        {ou(atlas, place)}
        {qui(atlas, place)}
        {quoi(atlas, place)}
        {quand(atlas, place)}
        {devenir(atlas, place)}
        {centres(atlas, place)}
        {limites()}
        {fichiers(atlas, place)}
    };
    cadre::page(about, tete, contenu.into_any())
}

/// The image that stands for the page of a place: where it is, what it says. That of the country
/// stands for a place without figures.
pub fn apercu(atlas: &Atlas, place: &Place) -> Option<(String, String)> {
    let lieux = [*place, places::FRANCE];
    lieux.iter().find_map(|lieu| Some((apercu::adresse(lieu), Apercu::du_lieu(atlas, lieu)?.dit())))
}

/// What the page says of its data to machines, where it has some.
pub fn jeu_de_donnees(
    atlas: &Atlas,
    about: &About,
    place: &Place,
    phrase: &Phrase,
) -> Option<String> {
    let some = !atlas.series(place.maille, place.code).is_empty();
    some.then(|| machines::jeu_de_donnees(place, &phrase.texte(), &about.date, FORMATS))
}

fn surtitre(place: &Place) -> AnyView {
    let region = places::region(place.region)
        .map(|region| view! { <a href=region.adresse()>{region.nom}</a> });
    let nature = match place.maille {
        Maille::Region if place.code.len() == 3 => "Collectivité d'outre-mer",
        Maille::Region => "Région",
        Maille::Academie => "Académie",
        _ => "Département",
    };
    view! { <p class="surtitre">{nature}{region.map(|region| (" · ", region))}</p> }.into_any()
}

/// The pages above a place: where its level is listed, then the region that it lies in.
pub fn parents(place: &Place) -> Vec<(String, String)> {
    let liste = match place.maille {
        Maille::Region => Some(("/rechercher/#regions", "Régions")),
        Maille::Academie => Some(("/rechercher/#academies", "Académies")),
        _ => None,
    };
    let liste = liste.map(|(adresse, nom)| (adresse.to_owned(), nom.to_owned()));
    let region = places::region(place.region).filter(|_| place.maille == Maille::Departement);
    let region = region.map(|region| (region.adresse(), region.nom.to_owned()));
    liste.into_iter().chain(region).collect()
}

/// The key figures, the curve, its sentence and its table.
pub fn chiffres_et_courbes(atlas: &Atlas, about: &About, place: &Place) -> Option<AnyView> {
    let suite = view! {
        {telecharger::sous_un_graphique(place)}
        {image::image(atlas, place).map(|_| telecharger::integrer(about, place))}
    };
    evolution(atlas, Sujet::ensemble(place.maille, place.code), &place.en(), suite.into_any())
}

/// The same for anything that has figures; `ou` says where: « en Bretagne »; `suite` what can be done
/// with them.
pub fn evolution(atlas: &Atlas, sujet: Sujet, ou: &str, suite: AnyView) -> Option<AnyView> {
    let series = CHIFFRES_CLES.map(|indicateur| atlas.serie_de(sujet, indicateur));
    let apprentis = series[0]?;
    let grande = courbe::courbe(&atlas.jours, apprentis, ou, Taille::Grande).map(|dessin| {
        view! {
            <figure class="grande">
                <figcaption>"Apprentis, année après année"</figcaption>
                {dessin}
                <p class="lecture">
                    <b>"Lecture"</b>
                    {courbe::phrase_de_lecture(&atlas.jours, apprentis, ou).map(|phrase| format!(" : {phrase}"))}
                    " L'axe part de zéro et va du 1er août, où tourne l'année scolaire, au 31 juillet. Un mois sans chiffre laisse un blanc."
                </p>
            </figure>
        }
    });
    let petites: Vec<_> = series[1..]
        .iter()
        .flatten()
        .filter_map(|serie| {
            let dessin = courbe::courbe(&atlas.jours, serie, ou, Taille::Petite)?;
            Some(view! {
                <figure class="petite">
                    <figcaption>{mots(serie.indicateur).titre}</figcaption>
                    {dessin}
                </figure>
            })
        })
        .collect();
    let legende = format!("Les jeunes {ou}, à la fin de chaque mois");
    Some(
        view! {
            <section aria-labelledby="evolution">
                <h2 id="evolution" class="hors-champ">"Les chiffres et leur évolution"</h2>
                {chiffres::chiffres_cles(atlas, sujet)}
                {grande}
                <div class="petites">{petites}</div>
                {revisions(atlas, sujet)}
                {courbe::tableau(atlas, series, legende)}
                {suite}
            </section>
        }
        .into_any(),
    )
}

/// What has moved in the past since it was first published, in a sentence.
fn revisions(atlas: &Atlas, sujet: Sujet) -> Option<AnyView> {
    if sujet.dimension != Dimension::Ensemble {
        return None;
    }
    let montrees = atlas.revisions(sujet.maille, sujet.code);
    let mut montrees: Vec<&Revision> =
        montrees.filter(|revision| CHIFFRES_CLES.contains(&revision.indicateur)).collect();
    // The curve of the apprentices is the large one: theirs is the one told.
    montrees.sort_by_key(|revision| {
        (revision.indicateur == Indicateur::Apprentis, revision.date.as_str())
    });
    let derniere = montrees.last()?;
    let [date, publie_le] =
        [&derniere.date, &derniere.publie_le].map(|jour| Jour::lire(jour).map(french::date));
    let mut phrase = format!(
        "Chiffre révisé. {} au {} : {}, contre {} à la première publication, le {}.",
        mots(derniere.indicateur).titre,
        date?,
        french::nombre(derniere.valeur_actuelle),
        french::nombre(derniere.valeur_publiee),
        publie_le?,
    );
    let autres = montrees.len() as u32 - 1;
    if autres > 0 {
        phrase += &format!(
            " {} {} changé : le tableau donne les deux nombres.",
            french::compte(autres, "autre chiffre passé", "autres chiffres passés"),
            french::accord(autres, "a", "ont"),
        );
    }
    Some(view! { <p class="note revision">{phrase}</p> }.into_any())
}

/// The places inside this one, from the largest.
pub fn ou(atlas: &Atlas, place: &Place) -> Option<AnyView> {
    let (titre, lieux): (_, Vec<Place>) = match place.maille {
        Maille::France => ("Régions", places::regions().collect()),
        Maille::Region => (
            "Départements",
            places::departements().filter(|lieu| lieu.region == place.code).collect(),
        ),
        Maille::Academie => (
            "Départements",
            places::departements().filter(|lieu| lieu.academie == place.code).collect(),
        ),
        _ => return None,
    };
    let legende = format!("{titre} {}, du plus grand nombre d'apprentis au plus petit", place.de());
    let carte = carte::de(atlas, place, &lieux);
    let classe = carte.as_ref().map(|_| "cote-a-cote");
    let comparer = match place.maille {
        Maille::France => Some("/comparer/regions/".to_owned()),
        _ => comparer::adresse(place),
    };
    Some(
        view! {
            <section aria-labelledby="ou">
                <h2 id="ou">"Où"</h2>
                <div class=classe>
                    <div>{tableau_de_lieux(atlas, titre, legende, lieux)}</div>
                    {carte}
                </div>
                {comparer.map(|adresse| view! { <p class="note"><a href=adresse>"Comparer ces territoires"</a></p> })}
            </section>
        }
        .into_any(),
    )
}

fn tableau_de_lieux(
    atlas: &Atlas,
    titre: &'static str,
    legende: String,
    mut lieux: Vec<Place>,
) -> AnyView {
    let chiffre = |lieu: &Place, indicateur| atlas.chiffre(lieu.maille, lieu.code, indicateur);
    let apprentis = |lieu: &Place| chiffre(lieu, Indicateur::Apprentis);
    let ordre = |valeur: Option<Valeur>| match valeur {
        Some(Valeur::Connue(combien)) => (0, u32::MAX - combien),
        Some(Valeur::Masquee(_)) => (1, 0),
        None => (2, 0),
    };
    lieux.sort_by_key(|lieu| ordre(apprentis(lieu).maintenant));
    let plus_grand = barres::plus_grand(lieux.iter().map(|lieu| apprentis(lieu).maintenant));
    let un_secret = lieux
        .iter()
        .any(|lieu| CHIFFRES_CLES[..3].iter().any(|&quoi| chiffre(lieu, quoi).secret()));
    let lignes: Vec<_> = lieux
        .iter()
        .map(|lieu| {
            let apprentis = apprentis(lieu);
            if apprentis.maintenant.is_none() {
                return view! {
                    <tr>
                        <th scope="row"><a href=lieu.adresse()>{lieu.nom}</a></th>
                        <td class="rien" colspan="5">"Pas encore transmis"</td>
                    </tr>
                }
                .into_any();
            }
            view! {
                <tr>
                    <th scope="row"><a href=lieu.adresse()>{lieu.nom}</a>{partiel(atlas, lieu)}</th>
                    <td class="trait">{barres::barre(apprentis.maintenant, plus_grand, "apprentis")}</td>
                    <td>{valeur::valeur(apprentis.maintenant)}</td>
                    <td>{valeur::variation(apprentis)}</td>
                    <td class="large">{valeur::valeur(chiffre(lieu, Indicateur::InscritsSansContrat).maintenant)}</td>
                    <td class="large">{valeur::valeur(chiffre(lieu, Indicateur::Rupturants).maintenant)}</td>
                </tr>
            }
            .into_any()
        })
        .collect();
    view! {
        <table class="lieux">
            <caption>{legende}</caption>
            <thead>
                <tr>
                    <th scope="col" colspan="2">{titre}</th>
                    <th scope="col">"Apprentis"</th>
                    <th scope="col">"Sur un an"</th>
                    <th scope="col" class="large">"Sans contrat"</th>
                    <th scope="col" class="large">"Contrats rompus"</th>
                </tr>
            </thead>
            <tbody>{lignes}</tbody>
        </table>
        {un_secret.then(valeur::note_de_secret)}
    }
    .into_any()
}

/// Beside the name of a place whose figures describe only those who transmit.
fn partiel(atlas: &Atlas, place: &Place) -> Option<AnyView> {
    let couverture = atlas.couverture(place).filter(|couverture| !couverture.suffit())?;
    let phrase = format!(
        "partiel : {} sur\u{a0}{}",
        french::compte(couverture.transmetteurs_3_mois, "centre", "centres"),
        french::nombre(couverture.organismes),
    );
    Some(view! { <span class="detail">{phrase}</span> }.into_any())
}

/// What a reader could wrongly conclude.
pub fn limites() -> AnyView {
    view! {
        <section class="limites" aria-labelledby="limites">
            <h2 id="limites">"Ce que ces chiffres ne disent pas"</h2>
            <p>
                "Ils comptent les jeunes là où ils se forment, et non là où ils habitent ou travaillent. "
                "Ils ne couvrent que les centres qui transmettent leurs effectifs : ce n'est pas la statistique officielle, qui paraît chaque année. "
                "Au 1er août, l'année scolaire change et les nombres baissent d'un coup : mieux vaut comparer un mois au même mois d'une autre année."
            </p>
        </section>
    }
    .into_any()
}

/// Where the figures come from, and how to take them away.
pub fn fichiers(atlas: &Atlas, place: &Place) -> AnyView {
    let du_lieu = (!atlas.series(place.maille, place.code).is_empty()).then(|| {
        view! {
            <li>{telecharger::liens(&place.adresse(), FORMATS, &format!("Les chiffres {}", place.de()))}</li>
        }
    });
    view! {
        <section class="sources" aria-labelledby="sources">
            <h2 id="sources">"Sources et fichiers"</h2>
            <p>"Source : listes transmises par les centres de formation, comptées chaque nuit."</p>
            <ul>
                {du_lieu}
                <li><a href="/donnees/">"Tous les territoires, toutes les dates (CSV, JSON, Parquet, Excel)"</a></li>
            </ul>
        </section>
    }
    .into_any()
}
