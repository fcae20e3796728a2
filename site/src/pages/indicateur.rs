//! One page per indicator: what it counts, how, and an example one can redo by hand.

use leptos::prelude::*;
use open_data::v1::{Indicateur, Maille};

use super::territoire::phrase::fraicheur;
use crate::atlas::Atlas;
use crate::fichiers::FORMATS;
use crate::parts::cadre::{self, Tete};
use crate::parts::{telecharger, valeur};
use crate::places::FRANCE;
use crate::words::mots;
use crate::{About, Page, french};

struct Fiche {
    definition: &'static str,
    formule: &'static str,
    exemple: &'static str,
    prudence: &'static str,
}

/// The pages of the five indicators.
pub fn pages(atlas: &Atlas, about: &About) -> Vec<Page> {
    Indicateur::ALL.iter().map(|&indicateur| page(atlas, about, indicateur)).collect()
}

fn page(atlas: &Atlas, about: &About, indicateur: Indicateur) -> Page {
    let fiche = fiche(indicateur);
    let titre = mots(indicateur).titre;
    let tete = Tete {
        titre: format!("{titre} : définition et calcul"),
        description: fiche.definition.to_owned(),
        adresse: format!("/indicateur/{indicateur}/"),
        fil: vec![("/comprendre/".to_owned(), "Comprendre".to_owned())],
        titre_court: titre.to_owned(),
        ..Tete::default()
    };
    let national = atlas.chiffre(Maille::France, "FR", indicateur).maintenant;
    let aujourd_hui = atlas.aujourd_hui().filter(|_| national.is_some()).map(|jour| {
        view! {
            <p>
                {format!("Au {}, en France : ", french::date(jour))}
                <strong>{valeur::texte(national)}</strong>
                ", dans les centres qui ont transmis leurs effectifs."
            </p>
            {fraicheur(atlas, &FRANCE)}
        }
    });
    let fichiers = national.map(|_| {
        let adresse = format!("/indicateur/{indicateur}/");
        view! { <p>{telecharger::liens(&adresse, FORMATS, "Dans chaque territoire, à chaque date")}</p> }
    });
    let autres: Vec<_> = Indicateur::ALL
        .iter()
        .filter(|&&autre| autre != indicateur)
        .map(|autre| {
            view! { <li><a href=format!("/indicateur/{autre}/")>{mots(*autre).titre}</a></li> }
        })
        .collect();
    let contenu = view! {
        <div class="prose">
            <header class="titre">
                <p class="surtitre">"Indicateur"</p>
                <h1>{titre}</h1>
                <p class="chapo">{fiche.definition}</p>
            </header>
            {aujourd_hui}
            <h2>"Le calcul"</h2>
            <p class=format!("formule {indicateur}")>{fiche.formule}</p>
            <h2>"Un exemple"</h2>
            <p>{fiche.exemple}</p>
            <h2>"À savoir"</h2>
            <p>{fiche.prudence}</p>
            {fichiers}
            <h2>"Les autres indicateurs"</h2>
            <ul>{autres}</ul>
        </div>
    };
    cadre::page(about, tete, contenu.into_any())
}

/// What an indicator counts, in one sentence.
pub fn definition(indicateur: Indicateur) -> &'static str {
    fiche(indicateur).definition
}

fn fiche(indicateur: Indicateur) -> Fiche {
    match indicateur {
        Indicateur::Apprenants => Fiche {
            definition: "Tous les jeunes qui suivent une formation en apprentissage un jour donné, avec ou sans contrat.",
            formule: "jeunes en formation = apprentis + inscrits sans contrat + contrats rompus",
            exemple: "Un centre accueille 90 apprentis, 4 jeunes qui cherchent encore une entreprise et 6 dont le contrat a été rompu depuis peu. Il compte 90 + 4 + 6 = 100 jeunes en formation.",
            prudence: "Les sorties ne sont pas comprises : ces jeunes ne sont plus en formation.",
        },
        Indicateur::Apprentis => Fiche {
            definition: "Les jeunes qui ont un contrat d'apprentissage le jour du comptage, ou qui viennent d'arriver au terme prévu de leur formation.",
            formule: "apprentis = jeunes sous contrat ce jour-là + jeunes arrivés au terme prévu de leur formation",
            exemple: "Une formation va du 1er septembre 2025 au 31 août 2026. Le contrat commence le 1er octobre 2025 : le jeune est compté comme apprenti du 1er octobre jusqu'à la fin de l'année scolaire, le 31 juillet 2026.",
            prudence: "Un contrat qui finit moins de soixante jours avant la formation compte comme une fin prévue, et non comme une rupture. Au 1er août, une nouvelle année scolaire commence : le nombre baisse d'un coup, puis remonte avec les rentrées.",
        },
        Indicateur::InscritsSansContrat => Fiche {
            definition: "Les jeunes entrés en formation qui n'ont encore jamais eu de contrat, depuis quatre-vingt-dix jours au plus.",
            formule: "sans contrat = jeunes en formation, sans aucun contrat jusqu'à ce jour, depuis 90 jours au plus",
            exemple: "Une jeune entre en formation le 1er septembre 2026 et cherche une entreprise. Elle est comptée ici jusqu'au 29 novembre. Si elle signe un contrat le 1er octobre, elle devient apprentie ce jour-là.",
            prudence: "La loi laisse trois mois pour trouver une entreprise. Après quatre-vingt-dix jours sans contrat, le jeune est compté parmi les sorties.",
        },
        Indicateur::Rupturants => Fiche {
            definition: "Les jeunes qui ont eu un contrat, qui n'en ont plus, et qui restent en formation depuis cent quatre-vingts jours au plus.",
            formule: "contrats rompus = jeunes en formation dont le dernier contrat a pris fin avant le terme, depuis 180 jours au plus",
            exemple: "Un contrat commencé le 1er octobre 2025 est rompu le 1er décembre. Le jeune est compté ici dès le 1er décembre. S'il signe un nouveau contrat le 1er avril, il redevient apprenti ce jour-là.",
            prudence: "Une rupture est un fait, pas une faute. Ce nombre dit combien de jeunes sont dans cette situation un jour donné, pas combien de ruptures ont eu lieu : la page de chaque territoire le dit, mois par mois, sous « Quand ».",
        },
        Indicateur::Abandons => Fiche {
            definition: "Les jeunes qui ont quitté l'apprentissage pendant l'année scolaire : partis, ou trop longtemps sans contrat.",
            formule: "sorties = départs déclarés par le centre + plus de 90 jours sans jamais de contrat + plus de 180 jours après une rupture",
            exemple: "Une jeune entre en formation le 1er septembre 2025 et ne trouve pas d'entreprise. Le 30 novembre, après quatre-vingt-dix jours, elle est comptée parmi les sorties.",
            prudence: "Une sortie n'est pas toujours un abandon : le jeune a pu continuer sous un autre statut. Le nombre s'accumule au fil de l'année scolaire et repart de zéro au 1er août. Les sorties de chaque mois sont sous « Quand », sur la page de chaque territoire.",
        },
    }
}
