//! The drop page: a form that sends a small file by itself, and that `public/deposer.js` brings to life.
//! The judgement that it shows before anything leaves the computer is `islands/verifier`, loaded once a
//! file is chosen. Each step is in the document from the start, so that assistive technologies and the
//! script speak of the same elements; what only the script can do is hidden until it is there.

use leptos::prelude::*;

use crate::calendar::Jour;
use crate::parts::cadre::{self, Script, Tete};
use crate::{About, ISLANDS, Page};

/// The page « Déposer un fichier ».
pub fn page(about: &About) -> Page {
    let tete = Tete {
        titre: "Déposer un fichier d'effectifs".to_owned(),
        description: "Un centre de formation dépose la liste de ses apprentis et lit aussitôt ce qui a été compris.".to_owned(),
        adresse: "/deposer/".to_owned(),
        titre_court: "Déposer un fichier".to_owned(),
        script: Script::ile("deposer.js").or(Some(Script::simple("deposer.js"))),
        ..Tete::default()
    };
    let contenu = view! {
        <div class="prose depot">
            <header class="titre">
                <h1>"Déposer un fichier"</h1>
                <p class="chapo">"Un fichier, quelques secondes, et la réponse ligne par ligne."</p>
            </header>
            <noscript>
                <p class="avis">
                    "JavaScript est désactivé dans votre navigateur. Vous pouvez envoyer ici un fichier de 4\u{a0}Mo au plus\u{a0}: la réponse s'affichera à la suite. Pour un fichier plus lourd, activez-le, ou employez la commande "
                    <code>"tableau deposit"</code>"."
                </p>
            </noscript>
            <p class="note">
                "Pas encore de liste ? Partez du "
                <a href="/modele/modele-effectifs.xlsx">"modèle à remplir (xlsx)"</a>
                ". Éditeurs de logiciels : le "
                <a href="/modele/effectifs.tableschema.json">"schéma du fichier"</a>
                ", le même en "
                <a href="/modele/effectifs.schema.json">"JSON Schema"</a>
                ", un "
                <a href="/modele/exemple-valide.csv">"exemple juste"</a>
                " et un "
                <a href="/modele/exemple-invalide.csv">"exemple à corriger"</a>
                ". Une question ? "<a href="/aide/">"L'aide"</a>" y répond."
            </p>
            {formulaire(about)}
            {envois()}
            {note_publique()}
            {envoi()}
            {reponse()}
        </div>
    };
    cadre::page(about, tete, contenu.into_any())
}

fn formulaire(about: &About) -> AnyView {
    let annees = annees(Jour::lire(&about.date));
    view! {
        <form
            id="depot"
            method="post"
            action="/depots/formulaire"
            enctype="multipart/form-data"
            data-verifier=ISLANDS.then_some("")
        >
            <div class="champ">
                <label for="cle">"Votre clé de dépôt"</label>
                <p class="aide" id="aide-cle">"Elle vous a été remise avec votre inscription. Elle ne sera pas gardée par ce navigateur."</p>
                <div class="cle">
                    <input id="cle" name="cle" type="password" autocomplete="off" spellcheck="false" required=true aria-describedby="aide-cle erreur-cle" />
                    <button type="button" id="montrer" class="discret" aria-pressed="false" hidden=true>"Montrer la clé"</button>
                </div>
                <p class="erreur" id="erreur-cle"></p>
            </div>
            <div class="champ">
                <label for="annee">"Année scolaire"</label>
                <select id="annee" name="annee">{annees}</select>
            </div>
            <fieldset class="champ">
                <legend>"Ce fichier contient"</legend>
                <label><input type="radio" name="mode" value="complete" checked=true />" tous les jeunes de l'année : il remplace le précédent"</label>
                <label><input type="radio" name="mode" value="additions" />" seulement des jeunes à ajouter"</label>
            </fieldset>
            <details class="champ">
                <summary>"Ma clé ouvre plusieurs centres"</summary>
                <label for="organisme">"Centre qui envoie, UAI-SIRET"</label>
                <input id="organisme" name="organisme" type="text" autocomplete="off" spellcheck="false" aria-describedby="aide-organisme" />
                <p class="aide" id="aide-organisme">"Par exemple 0751234J-19750655300019. À laisser vide si la clé n'ouvre qu'un centre."</p>
            </details>
            <div class="champ">
                <label class="cible" id="cible" for="fichier">
                    <span class="invite">"Choisissez votre fichier"</span>
                    <span class="limites-fichier" id="aide-fichier">"Excel (.xlsx, .xls), OpenDocument (.ods) ou archive .zip jusqu'à 30\u{a0}Mo, CSV jusqu'à 100\u{a0}Mo, 60\u{202f}000\u{a0}lignes au plus"</span>
                    <span class="choisi" id="choisi"></span>
                    <input id="fichier" name="fichier" type="file" accept=".csv,.txt,.tsv,.xlsx,.xls,.ods,.zip" required=true aria-describedby="aide-fichier erreur-fichier" />
                </label>
                <p class="erreur" id="erreur-fichier"></p>
                <div id="controle" aria-live="polite"></div>
            </div>
            <p class="confiance">
                <b>"Public"</b>" : des nombres de jeunes, par territoire et par centre, jamais un nombre de un à quatre."<br />
                <b>"Jamais public"</b>" : les noms, dates de naissance, identifiants, adresses et coordonnées."
            </p>
            <p><button type="submit" class="bouton">"Envoyer le fichier"</button></p>
            <p class="note">"Rien n'a encore quitté votre ordinateur."</p>
        </form>
    }
    .into_any()
}

/// The school years that a list may be of: that of the day, the one before, the next one.
fn annees(aujourdhui: Option<Jour>) -> Vec<AnyView> {
    let Some(rentree) = aujourdhui.map(Jour::rentree) else { return Vec::new() };
    let annee = |debut: i32| {
        let fin = debut + 1;
        view! { <option value=format!("{debut}-{fin}")>{format!("{debut} – {fin}")}</option> }
            .into_any()
    };
    [rentree, rentree - 1, rentree + 1].map(annee).into()
}

/// The last deposits: read with the key of the form, on demand.
fn envois() -> AnyView {
    view! {
        <section id="mes-envois" hidden=true aria-labelledby="titre-envois">
            <h2 id="titre-envois">"Vos derniers envois"</h2>
            <p class="aide">"Avec votre clé de dépôt, vous les retrouvez ici. Vous pouvez retirer un envoi : ce qu'il avait remplacé compte à nouveau."</p>
            <p><button type="button" id="envois" class="discret">"Voir mes derniers envois"</button></p>
            <div id="historique" aria-live="polite"></div>
        </section>
    }
    .into_any()
}

/// The note that the centre joins to its page: read and proposed with the key of the form.
fn note_publique() -> AnyView {
    view! {
        <section id="ma-note" hidden=true aria-labelledby="titre-note">
            <h2 id="titre-note">"Votre note publique"</h2>
            <p class="aide" id="aide-note">
                "En 280 caractères, ce que le public doit savoir pour comprendre vos chiffres. Aucun nom de personne. Nous la lisons avant qu'elle paraisse sur la page de votre centre. "
                <a href="/aide/#note-publique">"En savoir plus"</a>
            </p>
            <p><button type="button" id="lire-note" class="discret">"Lire ou écrire ma note"</button></p>
            <div id="note" hidden=true>
                <div id="etat-note" aria-live="polite"></div>
                <label for="texte-note">"Texte de la note"</label>
                <textarea id="texte-note" rows="4" maxlength="280" aria-describedby="aide-note reste-note"></textarea>
                <p class="aide" id="reste-note"></p>
                <p>
                    <button type="button" id="proposer-note" class="bouton">"Proposer cette note"</button>
                    <button type="button" id="retirer-note" class="discret" hidden=true>"Retirer ma note"</button>
                </p>
            </div>
            <p class="erreur" id="erreur-note" role="alert"></p>
        </section>
    }
    .into_any()
}

fn envoi() -> AnyView {
    view! {
        <section id="envoi" hidden=true aria-labelledby="titre-envoi">
            <h2 id="titre-envoi" tabindex="-1">"Envoi en cours"</h2>
            <p id="etape" role="status" aria-live="polite"></p>
            <progress id="avancement" max="100" aria-labelledby="etape"></progress>
            <p>
                <button type="button" id="annuler" class="discret">"Annuler l'envoi"</button>
                <button type="button" id="reprendre" class="bouton" hidden=true>"Réessayer"</button>
                <button type="button" id="changer" class="discret" hidden=true>"Revenir au formulaire"</button>
            </p>
        </section>
    }
    .into_any()
}

fn reponse() -> AnyView {
    view! {
        <section id="reponse" hidden=true aria-labelledby="verdict">
            <h2 id="verdict" tabindex="-1">"Réponse"</h2>
            <div id="rapport" aria-live="polite"></div>
            <p><button type="button" id="suivant" class="bouton" hidden=true></button></p>
            <p><button type="button" id="autre" class="bouton">"Déposer un autre fichier"</button></p>
        </section>
    }
    .into_any()
}
