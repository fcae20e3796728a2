//! The key figures of a place, side by side, each with how it moved over a year.

use leptos::prelude::*;
use open_data::v1::{Indicateur, Maille};

use crate::atlas::{Atlas, Chiffre};
use crate::french;
use crate::parts::valeur;
use crate::words::{CHIFFRES_CLES, mots};

/// The four figures of a place.
pub fn chiffres_cles(atlas: &Atlas, maille: Maille, code: &str) -> AnyView {
    let chiffres =
        CHIFFRES_CLES.map(|indicateur| (indicateur, atlas.chiffre(maille, code, indicateur)));
    let un_secret = chiffres.iter().any(|(_, chiffre)| chiffre.secret());
    let compare = chiffres.iter().any(|(_, chiffre)| chiffre.variation().is_some());
    let depuis = atlas.il_y_a_un_an().filter(|_| compare).map(|jour| {
        view! { <p class="note">{format!("Évolutions depuis le {}.", french::date(jour))}</p> }
    });
    view! {
        <dl class="chiffres">
            {chiffres.map(|(indicateur, chiffre)| chiffre_cle(indicateur, chiffre))}
        </dl>
        {depuis}
        {un_secret.then(valeur::note_de_secret)}
    }
    .into_any()
}

fn chiffre_cle(indicateur: Indicateur, chiffre: Chiffre) -> AnyView {
    let mots = mots(indicateur);
    let combien = chiffre.maintenant.and_then(open_data::v1::Valeur::connue);
    let nom = french::accord(combien.unwrap_or(2), mots.singulier, mots.pluriel);
    let evolution = chiffre.variation().map_or_else(String::new, |variation| match variation {
        french::Variation::Stable => "stable sur un an".to_owned(),
        autre => format!("{} sur un an", autre.signe()),
    });
    view! {
        <div class=indicateur.as_str()>
            <dt><a href=format!("/indicateur/{indicateur}/")>{nom}</a></dt>
            <dd>
                <span class="grand">{valeur::valeur(chiffre.maintenant)}</span>
                <span class="evolution">{evolution}</span>
            </dd>
        </div>
    }
    .into_any()
}
