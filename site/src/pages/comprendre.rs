//! How the figures are made, whom they count, and what they do not say.

use leptos::prelude::*;
use open_data::v1::{Indicateur, Mouvement};

use crate::atlas::Atlas;
use crate::parts::cadre::{self, Tete};
use crate::places::FRANCE;
use crate::words::{MOUVEMENTS, mots, mots_du_mois};
use crate::{About, Page, french};

/// A word of the pages that not everyone knows.
pub struct Mot {
    /// Its anchor on this page.
    pub ancre: &'static str,
    /// As it is written.
    pub nom: &'static str,
    sens: &'static str,
}

const fn mot(ancre: &'static str, nom: &'static str, sens: &'static str) -> Mot {
    Mot { ancre, nom, sens }
}

/// The words of the pages, by alphabetical order.
pub const GLOSSAIRE: &[Mot] = &[
    mot(
        "mot-academie",
        "Académie",
        "Circonscription de l'Éducation nationale : une ou plusieurs par région.",
    ),
    mot("mot-annee-scolaire", "Année scolaire", "Ici, du 1er août au 31 juillet."),
    mot(
        "mot-cfa",
        "CFA, centre de formation d'apprentis",
        "L'établissement qui forme les apprentis et transmet leur liste.",
    ),
    mot(
        "mot-contrat",
        "Contrat d'apprentissage",
        "Le contrat de travail qui lie un jeune à un employeur pendant sa formation.",
    ),
    mot(
        "mot-couverture",
        "Couverture",
        "La part des centres recensés qui ont transmis leurs effectifs depuis trois mois.",
    ),
    mot("mot-entree", "Entrée", mots_du_mois(Mouvement::Entrees).definition),
    mot(
        "mot-niveau",
        "Niveau de formation",
        "De 3 (CAP) à 8 (doctorat), selon le cadre national des certifications.",
    ),
    mot(
        "mot-promotion",
        "Promotion",
        "Les jeunes entrés en formation d'août à octobre de la même année.",
    ),
    mot(
        "mot-rncp",
        "RNCP et CFD",
        "Les codes d'une certification : au répertoire national, et à l'Éducation nationale.",
    ),
    mot(
        "mot-revision",
        "Révision",
        "Un chiffre passé qui n'est plus celui de sa première publication.",
    ),
    mot("mot-rqth", "RQTH", "Reconnaissance de la qualité de travailleur handicapé."),
    mot("mot-rupture", "Rupture", "La fin d'un contrat avant son terme. Un fait, pas une faute."),
    mot(
        "mot-secret",
        "Secret statistique",
        "La règle qui cache un nombre de un à quatre jeunes, et ceux qui permettraient de le retrouver.",
    ),
    mot("mot-signature", "Signature", mots_du_mois(Mouvement::Signatures).definition),
    mot("mot-siret", "SIRET", "Les quatorze chiffres qui désignent un établissement."),
    mot("mot-sortie", "Sortie", mots_du_mois(Mouvement::Sorties).definition),
    mot(
        "mot-uai",
        "UAI",
        "Les sept chiffres et la lettre qui désignent un établissement de formation.",
    ),
];

/// The page « Comprendre les chiffres ».
pub fn page(atlas: &Atlas, about: &About) -> Page {
    let tete = Tete {
        titre: "Comprendre les chiffres de l'apprentissage".to_owned(),
        description: "Qui est compté, comment, avec quelle fraîcheur, et pourquoi certains chiffres manquent.".to_owned(),
        adresse: "/comprendre/".to_owned(),
        titre_court: "Comprendre".to_owned(),
        ..Tete::default()
    };
    let indicateurs = [
        (Indicateur::Apprentis, "sous contrat, ou au terme prévu de la formation"),
        (
            Indicateur::InscritsSansContrat,
            "en formation, jamais de contrat, depuis 90 jours au plus",
        ),
        (
            Indicateur::Rupturants,
            "en formation, contrat terminé avant l'heure, depuis 180 jours au plus",
        ),
        (Indicateur::Abandons, "partis, ou trop longtemps sans contrat"),
        (Indicateur::Apprenants, "les trois premiers ensemble"),
    ]
    .map(|(indicateur, quoi)| {
        view! {
            <div class=indicateur.as_str()>
                <dt><a href=format!("/indicateur/{indicateur}/")>{mots(indicateur).titre}</a></dt>
                <dd>{quoi}</dd>
            </div>
        }
    });
    let aujourd_hui =
        atlas.aujourd_hui().zip(atlas.couverture(&FRANCE)).map(|(jour, couverture)| {
            format!(
                "Au {}, {} sur les {} recensés {} envoyé leurs effectifs depuis trois mois.",
                french::date(jour),
                french::compte(couverture.transmetteurs_3_mois, "centre", "centres"),
                french::nombre(couverture.organismes),
                french::accord(couverture.transmetteurs_3_mois, "a", "ont"),
            )
        });
    let contenu = view! {
        <div class="prose">
            <header class="titre">
                <h1>"Comprendre les chiffres"</h1>
                <p class="chapo">
                    "Les centres de formation envoient la liste de leurs jeunes. Chaque nuit, la situation de chacun est calculée jour par jour, puis comptée par territoire. Les noms n'entrent jamais dans les chiffres."
                </p>
            </header>
            <h2 id="situations">"Cinq nombres, quatre situations"</h2>
            <p>"Un jour donné, chaque jeune est dans une seule situation."</p>
            <dl class="situations">{indicateurs}</dl>
            {mouvements()}
            {objectif()}
            {promotions()}
            <h2 id="population">"Qui est compté"</h2>
            <p>
                "Les jeunes inscrits pour l'année scolaire du jour compté, là où se trouve le centre qui les forme. Une personne présente dans plusieurs fichiers est comptée une fois quand son identifiant national ou son identité civile permet de la reconnaître."
            </p>
            <p>
                "L'année scolaire change le 1er août. Les nombres baissent ce jour-là, puis remontent avec les rentrées : on compare donc un mois au même mois d'une autre année."
            </p>
            <h2 id="fraicheur">"Fraîcheur et couverture"</h2>
            <p>
                {aujourd_hui}
                " À partir de 80 %, les chiffres d'un territoire se lisent comme ceux du territoire. En dessous, ils décrivent seulement les centres qui transmettent, et chaque page le dit."
            </p>
            <p>
                "Un petit centre et un grand comptent autant dans cette part. Une autre dit donc combien des jeunes sont dans les centres qui ont transmis depuis peu. Elle est calculée sur les seuls chiffres publiés, et n'est pas donnée quand trop de centres ont un chiffre secret."
            </p>
            <h2 id="revisions">"Quand le passé change"</h2>
            <p>
                "Un mois publié ne change plus avant la première publication du mois suivant. Ce jour-là, avec les fichiers les plus récents, un département est recompté si chacun de ses nombres bouge d'au moins cinq jeunes, ou pas du tout ; sinon, il attend. Deux publications comparées ne parlent donc jamais d'une à quatre personnes. Un centre qui transmet pour la première fois est compté aussitôt dans les chiffres du jour ; ses mois passés restent « non disponibles » jusqu'à ce recomptage."
            </p>
            <p>
                "Un jeune passé d'un département à un autre peut donc être compté dans les deux, ou dans aucun, au même jour d'un mois passé, tant que l'un est recompté et que l'autre attend. Les chiffres du jour, eux, ne le comptent qu'une fois."
            </p>
            <p>
                "Le chiffre de la première publication est gardé : quand les deux diffèrent d'au moins cinq jeunes, la page le dit et le fichier "
                <a href="/donnees/#revisions">"revisions"</a>
                " donne l'un et l'autre. Chaque publication garde une adresse permanente, au bas des pages."
            </p>
            <h2 id="comparaisons">"Comparer à l'an passé"</h2>
            <p>
                "Le dernier chiffre est celui du jour de la publication. Il est comparé à la fin du mois d'avant, et à la fin du même mois un an plus tôt, dont la date est toujours donnée. Sous vingt jeunes, l'évolution est dite en nombre, car un pourcentage tromperait."
            </p>
            {secret(atlas.caches())}
            <h2 id="limites">"Ce que ces chiffres ne disent pas"</h2>
            <ul>
                <li>"Où les jeunes habitent et travaillent : seul compte le lieu du centre."</li>
                <li>"Ce qui se passe chaque mois dans un centre : les mouvements sont comptés par territoire."</li>
                <li>"La qualité d'un centre : sa taille, ses métiers et son public expliquent l'essentiel des écarts."</li>
                <li>"Le total officiel de l'apprentissage, publié chaque année par la statistique publique."</li>
            </ul>
            <h2 id="glossaire">"Glossaire"</h2>
            <dl class="glossaire">{glossaire()}</dl>
        </div>
    };
    cadre::page(about, tete, contenu.into_any())
}

/// What happens in a month, by an example, and which months are not shown.
fn mouvements() -> AnyView {
    let mots = MOUVEMENTS.map(|mouvement| {
        let mots = mots_du_mois(mouvement);
        view! { <div class=mouvement.as_str()><dt>{mots.titre}</dt><dd>{mots.definition}</dd></div> }
    });
    view! {
        <h2 id="mouvements">"Ce qui se passe dans un mois"</h2>
        <p>
            "Quatre autres nombres ne disent pas où en sont les jeunes un jour donné, mais ce qui leur est arrivé dans le mois. Un jeune qui entre, signe puis rompt compte une fois dans chacun."
        </p>
        <dl class="situations">{mots}</dl>
        <p>
            "Un exemple. Une formation commence le 1er septembre 2025. Un premier contrat, du 15 octobre, est rompu le 3 décembre ; un second, du 10 janvier 2026, est rompu le 25 ; puis plus rien. Le jeune compte en septembre pour une entrée, en octobre pour une signature, en décembre pour une rupture, en janvier pour une signature et une rupture, et en juillet, cent quatre-vingts jours plus tard, pour une sortie."
        </p>
        <p>
            "Un mois paraît quand il est fini. Donné chaque nuit, le mois en cours dirait par différence ce qui est arrivé à quelques jeunes depuis la veille. Et le mois d'un territoire est caché quand l'un de ses chiffres, au début ou à la fin de ce mois, est secret : avec les mouvements, on le retrouverait."
        </p>
    }
    .into_any()
}

/// What the country is compared with, and what the comparison does not say.
fn objectif() -> AnyView {
    view! {
        <h2 id="objectif">"Vers un million de nouveaux apprentis"</h2>
        <p>
            "L'État s'est donné pour objectif « un million de nouveaux apprentis par an d'ici 2027 ». La page du pays met en regard les signatures des douze derniers mois finis. Il y manque les contrats des centres qui ne transmettent pas ; il y a en trop les contrats qui suivent une rupture, car ce jeune-là n'est pas nouveau. Le compte officiel est celui des contrats que les employeurs déposent : il est plus complet, et paraît plus tard."
        </p>
        <p>
            "Si l'un des douze mois est secret ou manque, la somme n'est pas donnée : celle des autres passerait pour le tout."
        </p>
    }
    .into_any()
}

/// What an entry class is, by an example, and when it is shown.
fn promotions() -> AnyView {
    view! {
        <h2 id="promotions">"Ce que devient une promotion"</h2>
        <p>
            "Une promotion réunit les jeunes entrés en formation à la même rentrée, d'août à octobre ; ceux qui entrent plus tard ne sont d'aucune. On regarde s'ils ont un contrat un, trois, six, neuf et douze mois après l'entrée de chacun. Ceux qui sont sortis entre-temps comptent comme sans contrat ; ceux dont la formation s'est achevée ne sont plus observés."
        </p>
        <p>
            "Un exemple. Deux jeunes entrent le 1er septembre 2025, pour deux ans. L'un a un contrat à partir du 15 octobre ; l'autre en a un dès l'entrée, rompu le 20 décembre. Un mois après l'entrée, un sur deux a un contrat ; trois mois après, les deux en ont un."
        </p>
        <p>
            "Un délai paraît quand il est passé pour toute la promotion : pour celle de 2025-2026, où l'on entre jusqu'au 31 octobre 2025, le délai d'un mois paraît au lendemain du 30 novembre. Plus tôt, elle grandirait d'une nuit à l'autre, et la différence parlerait de quelques jeunes."
        </p>
    }
    .into_any()
}

fn glossaire() -> Vec<AnyView> {
    let entree = |mot: &Mot| {
        view! { <div id=mot.ancre><dt>{mot.nom}</dt><dd>{mot.sens}</dd></div> }.into_any()
    };
    GLOSSAIRE.iter().map(entree).collect()
}

/// Why some figures are not given: so many here.
fn secret(caches: u32) -> AnyView {
    view! {
        <h2 id="secret">"Pourquoi certains chiffres manquent"</h2>
        <p>
            "Un nombre de un à quatre jeunes n'est pas publié : il permettrait de reconnaître quelqu'un. Il est remplacé par "
            <span class="secret">"secret"</span>
            ", jamais par zéro. D'autres nombres peuvent être cachés avec lui, pour qu'on ne le retrouve pas par soustraction."
        </p>
        <p>
            {match caches {
                0 => "Aucun chiffre n'est caché dans cette publication.".to_owned(),
                caches => format!("{} dans cette publication.", french::compte(caches, "chiffre est caché", "chiffres sont cachés")),
            }}
            " Avant qu'elle paraisse, un contrôle écrit à part a refait toutes les additions possibles avec ce qu'elle contient : chaque nombre de un à quatre garde au moins cinq valeurs possibles, et aucun autre chiffre caché ne s'en déduit. Sans cette preuve, rien ne paraît."
        </p>
        <p>
            "L'âge, le sexe, le niveau et les formations ne sont donnés qu'à partir de mille apprenants dans un territoire."
        </p>
    }
    .into_any()
}
