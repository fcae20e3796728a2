//! The key figures of a place, side by side, each with how it moved over a year and over a month.

use leptos::prelude::*;
use open_data::v1::Indicateur;

use crate::atlas::{Atlas, Chiffre, Sujet};
use crate::french;
use crate::parts::valeur;
use crate::words::{CHIFFRES_CLES, mots};

/// The four figures of a place, or of a part of it.
pub fn chiffres_cles(atlas: &Atlas, sujet: Sujet) -> AnyView {
    let chiffres = CHIFFRES_CLES
        .map(|indicateur| (indicateur, atlas.chiffre_de(atlas.serie_de(sujet, indicateur))));
    let un_secret = chiffres.iter().any(|(_, chiffre)| chiffre.secret());
    let un_an = chiffres.iter().any(|(_, chiffre)| chiffre.sur_un_an().is_some());
    let un_mois = chiffres.iter().any(|(_, chiffre)| chiffre.sur_un_mois().is_some());
    let depuis =
        [atlas.il_y_a_un_an().filter(|_| un_an), atlas.il_y_a_un_mois().filter(|_| un_mois)];
    let depuis: Vec<String> = depuis.into_iter().flatten().map(french::date).collect();
    let depuis = (!depuis.is_empty()).then(|| {
        let phrase = format!("Évolutions depuis le {}.", depuis.join(" et depuis le "));
        view! { <p class="note">{phrase}</p> }
    });
    view! {
        <dl class="chiffres">
            {chiffres.map(|(indicateur, chiffre)| chiffre_cle(indicateur, chiffre, un_mois, un_an))}
        </dl>
        {depuis}
        {un_secret.then(valeur::note_de_secret)}
    }
    .into_any()
}

/// `un_mois` and `un_an` say whether one of the four has such an evolution: then each keeps its line.
fn chiffre_cle(indicateur: Indicateur, chiffre: Chiffre, un_mois: bool, un_an: bool) -> AnyView {
    let mots = mots(indicateur);
    let combien = chiffre.maintenant.and_then(open_data::v1::Valeur::connue);
    let nom = french::accord(combien.unwrap_or(2), mots.singulier, mots.pluriel);
    // Set from the bottom up: the year is read first.
    let evolutions = [
        (un_mois, chiffre.sur_un_mois(), "sur un mois"),
        (un_an, chiffre.sur_un_an(), "sur un an"),
    ]
    .map(|(montree, variation, duree)| {
        let dite = variation.map(|variation| format!("{} {duree}", variation.signe()));
        montree.then(|| view! { <span class="evolution">{dite}</span> })
    });
    view! {
        <div class=indicateur.as_str()>
            <dt><a href=format!("/indicateur/{indicateur}/")>{nom}</a></dt>
            <dd>
                <span class="grand">{valeur::valeur(chiffre.maintenant)}</span>
                {evolutions}
            </dd>
        </div>
    }
    .into_any()
}
