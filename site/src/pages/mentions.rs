//! Legal notice, accessibility statement, and the page for addresses that lead nowhere.

use leptos::prelude::*;

use crate::parts::cadre::{self, Tete};
use crate::{About, Page};

/// The three of them.
pub fn pages(about: &About) -> [Page; 3] {
    [mentions_legales(about), accessibilite(about), introuvable(about)]
}

fn mentions_legales(about: &About) -> Page {
    let tete = tete("Mentions légales et vie privée", "/mentions-legales/");
    let contenu = view! {
        <div class="prose">
            <header class="titre"><h1>"Mentions légales et vie privée"</h1></header>
            <h2>"Ce site ne suit personne"</h2>
            <p>
                "Il ne pose aucun cookie, ne mesure aucune audience et ne demande rien à d'autres sites. La clé d'un centre de formation reste dans l'onglet où elle est saisie, et disparaît avec lui."
            </p>
            <h2>"Les données des jeunes"</h2>
            <p>
                "Les noms, dates de naissance, coordonnées et identifiants des jeunes ne paraissent dans aucune page et dans aucun fichier public. Ils sont gardés à part, avec un accès restreint, le temps strictement nécessaire. Les chiffres sont comptés sur des identifiants qui ne permettent pas de retrouver une personne, et les nombres trop petits ne sont pas publiés."
            </p>
            <p>
                "Pour exercer ses droits d'accès, de rectification ou d'opposition, un jeune s'adresse à son centre de formation, qui corrige son fichier et le dépose de nouveau."
            </p>
            <h2>"Réutilisation"</h2>
            <p>
                "Les données sont sous "<a href="/donnees/#licence">"licence ouverte Etalab 2.0"</a>
                ". Les titres sont composés en Bricolage Grotesque, distribuée sous "
                <a href="/bricolage-grotesque.OFL.txt">"licence SIL Open Font 1.1"</a>"."
            </p>
            <p>
                "Les contours des cartes sont tirés de « France, departments » de Victor Cazanave, sous licence "
                <a href="https://creativecommons.org/licenses/by/4.0/" hreflang="en" rel="license">"CC BY 4.0"</a>
                ", et de Natural Earth pour l'outre-mer ; ils ont été simplifiés."
            </p>
        </div>
    };
    cadre::page(about, tete, contenu.into_any())
}

fn accessibilite(about: &About) -> Page {
    let tete = tete("Accessibilité", "/accessibilite/");
    let contenu = view! {
        <div class="prose">
            <header class="titre"><h1>"Accessibilité"</h1></header>
            <p>
                "Ce site est fait pour être lu par tous : au clavier, avec un lecteur d'écran, agrandi, imprimé, sans couleurs et sans JavaScript. Il vise le niveau AA du RGAA. Aucun audit indépendant n'a encore eu lieu : cette page ne déclare donc pas de taux de conformité."
            </p>
            <h2>"Ce qui est vérifié à chaque version du site"</h2>
            <ul>
                <li>"Sur toutes les pages d'un pays inventé : un titre principal et un seul, l'ordre des titres, la langue, un lien d'évitement, les en-têtes et les légendes des tableaux, le titre des dessins, l'étiquette des champs, aucun lien vide et aucun lien interne qui ne mène nulle part."</li>
                <li>"Les couleurs du thème clair et du thème sombre : 4,5 pour 1 au moins pour les textes, 3 pour 1 pour les dessins."</li>
                <li>"Dans un navigateur, sur une page au moins de chaque sorte, en clair et en sombre, sur un écran et sur un téléphone : aucune remarque d'axe-core, rien qui déborde ; sur la page d'une région, le clavier atteint tout et se voit ; la recherche répond, avec et sans JavaScript."</li>
            </ul>
            <h2>"Ce qui reste imparfait"</h2>
            <ul>
                <li>"La page de dépôt demande JavaScript : le fichier est envoyé à une adresse signée, que le navigateur demande d'abord."</li>
                <li>"Aucun essai n'a été fait avec des personnes qui lisent au clavier seul, à l'oreille ou en braille."</li>
                <li>"Les tableaux ne se trient pas dans la page ; les fichiers à côté d'elle, si."</li>
            </ul>
        </div>
    };
    cadre::page(about, tete, contenu.into_any())
}

fn introuvable(about: &About) -> Page {
    let tete = tete("Page introuvable", "/404.html");
    let contenu = view! {
        <div class="prose">
            <header class="titre">
                <h1>"Cette page n'existe pas"</h1>
                <p class="chapo">"L'adresse a pu changer, ou le centre compte trop peu de jeunes pour avoir sa page."</p>
            </header>
            <p><a class="bouton" href="/">"Revenir aux chiffres de la France"</a></p>
        </div>
    };
    Page { path: "404.html".to_owned(), body: cadre::document(about, tete, contenu.into_any()) }
}

fn tete(titre: &str, adresse: &str) -> Tete {
    Tete {
        titre: format!("{titre} · Tableau de bord de l'apprentissage"),
        description: titre.to_owned(),
        adresse: adresse.to_owned(),
        titre_court: titre.to_owned(),
        ..Tete::default()
    }
}
