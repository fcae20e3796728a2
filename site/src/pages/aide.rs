//! Help for those who send files: training centres, and the makers of their software.

use leptos::prelude::*;

use crate::parts::cadre::{self, Tete};
use crate::{About, Page};

/// The page « Aide ».
pub fn page(about: &About) -> Page {
    let tete = Tete {
        titre: "Aide aux centres de formation et aux éditeurs de logiciels".to_owned(),
        description: "Préparer la liste des apprentis, la déposer, comprendre la réponse, et la faire envoyer par un logiciel.".to_owned(),
        adresse: "/aide/".to_owned(),
        titre_court: "Aide".to_owned(),
        ..Tete::default()
    };
    let contenu = view! {
        <div class="prose">
            <header class="titre">
                <h1>"Aide"</h1>
                <p class="chapo">"Pour les centres de formation qui déposent leur liste, et pour les éditeurs des logiciels qui la tiennent."</p>
            </header>
            <nav aria-label="Sur cette page">
                <ul>
                    <li><a href="#centres">"Centres de formation"</a></li>
                    <li><a href="#editeurs">"Éditeurs de logiciels"</a></li>
                </ul>
            </nav>
            <h2 id="centres">"Centres de formation"</h2>
            {centres()}
            <h2 id="editeurs">"Éditeurs de logiciels"</h2>
            {editeurs()}
        </div>
    };
    cadre::page(about, tete, contenu.into_any())
}

fn centres() -> AnyView {
    view! {
        <h3 id="preparer">"Préparer le fichier"</h3>
        <p>
            "La liste tirée de votre logiciel suffit souvent telle quelle : Excel, OpenDocument ou CSV. Les en-têtes se reconnaissent même avec des accents, des majuscules ou des étoiles ; les colonnes en trop sont ignorées. Sinon, partez du "
            <a href="/modele/modele-effectifs.xlsx">"modèle à remplir (xlsx)"</a>
            ", dont la seconde feuille décrit chaque colonne."
        </p>
        <h3 id="deposer">"Le déposer"</h3>
        <p>
            "Sur la page "<a href="/deposer/">"Déposer un fichier"</a>
            ", avec la clé de dépôt du centre. Un fichier « complet » remplace le précédent de la même année scolaire : qui n'y est plus n'est plus compté. Un fichier « à ajouter » complète seulement. Si un fichier complet retire plus de quatre jeunes sur dix, une confirmation est demandée avant qu'il compte."
        </p>
        <h3 id="reponse">"Lire la réponse"</h3>
        <p>
            "Chaque ligne est vérifiée. La réponse dit combien sont comprises, et pour les autres le numéro de la ligne tel que vous le voyez, la colonne, et comment corriger. Le classeur annoté porte ces remarques à côté de vos cellules. Une ligne mise de côté n'empêche pas les autres de compter."
        </p>
        <h3 id="se-tromper">"Se tromper"</h3>
        <p>
            "Déposez simplement le fichier corrigé. Un envoi se retire aussi, depuis « Vos derniers envois » : ce qu'il avait remplacé compte à nouveau."
        </p>
        <h3 id="ecart">"Vos chiffres et ceux du site diffèrent"</h3>
        <p>
            "Un jeune est compté un jour donné selon son contrat de ce jour-là : sans contrat depuis plus de quatre-vingt-dix jours, ou plus de cent quatre-vingts jours après une rupture, il est parmi les "
            <a href="/indicateur/abandons/">"sorties"</a>
            ". Il est compté dans le centre qui le forme, une seule fois même s'il figure dans plusieurs fichiers. "
            <a href="/comprendre/">"Comprendre les chiffres"</a>" dit tout de ces règles."
        </p>
        <h3 id="public">"Ce qui devient public"</h3>
        <p>
            "Des nombres de jeunes, par territoire et par centre, jamais un nombre de un à quatre. Les noms, dates de naissance, identifiants et coordonnées ne sont jamais publiés. La réponse à chaque envoi montre, à vous seul, les nombres que la page du centre donnera."
        </p>
        <h3 id="note-publique">"Votre note publique"</h3>
        <p>
            "Une ouverture de classe, un logiciel qui change, un chiffre qui surprend ? Chaque centre peut joindre à sa page une note de 280 caractères, depuis la page "
            <a href="/deposer/">"Déposer un fichier"</a>
            ". L'équipe du tableau de bord la lit d'abord : elle écarte ce qui désigne une personne ou n'explique pas les chiffres, et dit pourquoi. La note paraît à la publication suivante ; vous la retirez quand vous voulez."
        </p>
    }
    .into_any()
}

fn editeurs() -> AnyView {
    view! {
        <h3 id="format">"Le format"</h3>
        <p>
            "Les colonnes, leurs types et leurs valeurs sont décrits dans le "
            <a href="/modele/effectifs.tableschema.json">"schéma du fichier (Table Schema)"</a>
            " et en "<a href="/modele/effectifs.schema.json">"JSON Schema"</a>
            ". Ils viennent des règles mêmes de la vérification. Deux exemples : un "
            <a href="/modele/exemple-valide.csv">"fichier juste"</a>" et un "
            <a href="/modele/exemple-invalide.csv">"fichier à corriger"</a>"."
        </p>
        <h3 id="commande">"La commande"</h3>
        <p>"Vérifier un fichier sans réseau, puis le déposer et lire la réponse :"</p>
        <pre tabindex="0"><code>"tableau check effectifs.csv --json\ntableau deposit effectifs.csv --key CLE --url ADRESSE"</code></pre>
        <h3 id="api">"L'interface"</h3>
        <p>
            "Le dépôt tient en trois temps : annoncer le fichier, avec sa taille et son empreinte SHA-256, à l'adresse "
            <code>"/depots"</code>
            " ; l'envoyer à l'adresse signée qu'elle donne ; lire le rapport à l'adresse "
            <code>"/depots/{id}"</code>
            ". L'ensemble est décrit dans "
            <a href="/donnees/v1/openapi.json">"openapi.json"</a>
            ". La note publique d'un centre se propose à l'adresse "<code>"/depots/note"</code>
            ". Les mêmes octets pour le même centre et la même année reçoivent la même réponse : un envoi peut donc être répété sans risque."
        </p>
        <h3 id="relire">"Relire les chiffres"</h3>
        <p>
            "Ce que montre la page d'un centre se télécharge à côté d'elle, en CSV, JSON et Excel ; tout est sur la page "
            <a href="/donnees/">"Données"</a>
            ", dont les mouvements de chaque mois et les promotions de chaque territoire. Chaque territoire a un fil Atom, et les publications à venir un "
            <a href="/publications/">"calendrier"</a>"."
        </p>
    }
    .into_any()
}
