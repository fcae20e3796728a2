//! The organisations of a place.

use leptos::prelude::*;
use open_data::v1::{Indicateur, Maille, Organisme, Valeur};

use crate::atlas::{Atlas, Chiffre};
use crate::calendar::Jour;
use crate::french;
use crate::parts::{barres, valeur};
use crate::places::{self, Place};

/// The longest list of organisations that a page carries; the search and the files have them all.
const CENTRES_AU_PLUS: usize = 22;

/// The organisations of a place that have figures, from the largest, and how many have none yet.
pub(super) fn centres(atlas: &Atlas, place: &Place) -> Option<AnyView> {
    let tous = atlas.organismes(place);
    if tous.is_empty() {
        return None;
    }
    let apprentis =
        |centre: &Organisme| atlas.chiffre(Maille::Organisme, &centre.code, Indicateur::Apprentis);
    let mut centres: Vec<&Organisme> =
        tous.iter().copied().filter(|centre| apprentis(centre).maintenant.is_some()).collect();
    centres.sort_by_cached_key(|centre| {
        let combien = apprentis(centre).maintenant.and_then(Valeur::connue);
        (std::cmp::Reverse(combien), &centre.nom)
    });
    let avec_chiffres = centres.len();
    centres.truncate(CENTRES_AU_PLUS);
    let plus_grand = barres::plus_grand(centres.iter().map(|centre| apprentis(centre).maintenant));
    let un_secret = centres.iter().any(|centre| apprentis(centre).secret());
    let montrer_le_departement = place.maille != Maille::Departement;
    let lignes: Vec<_> = centres
        .iter()
        .map(|centre| {
            ligne_de_centre(atlas, centre, apprentis(centre), plus_grand, montrer_le_departement)
        })
        .collect();
    let tableau = (!lignes.is_empty()).then(|| {
        view! {
            <table class="centres">
                <caption>{format!("Centres de formation {}, du plus grand nombre d'apprentis au plus petit", place.de())}</caption>
                <thead>
                    <tr>
                        <th scope="col" colspan="2">"Centre"</th>
                        <th scope="col">"Apprentis"</th>
                        <th scope="col">"Sur un an"</th>
                        <th scope="col" class="large">"Dernier envoi"</th>
                    </tr>
                </thead>
                <tbody>{lignes}</tbody>
            </table>
            {un_secret.then(valeur::note_de_secret)}
        }
    });
    Some(
        view! {
            <section aria-labelledby="centres">
                <h2 id="centres">"Centres de formation"</h2>
                {tableau}
                <p class="note">{reste(place, avec_chiffres, tous.len())}</p>
            </section>
        }
        .into_any(),
    )
}

fn ligne_de_centre(
    atlas: &Atlas,
    centre: &Organisme,
    apprentis: Chiffre,
    plus_grand: u32,
    montrer_le_departement: bool,
) -> AnyView {
    let nom = if atlas.a_une_page(centre) {
        view! { <a href=format!("/organisme/{}/", centre.code)>{centre.nom.clone()}</a> }.into_any()
    } else {
        centre.nom.clone().into_any()
    };
    let departement = montrer_le_departement.then_some(centre.code_departement.as_str());
    let lieu = places::situation(&centre.ville, departement)
        .map(|lieu| view! { <span class="detail">{lieu}</span> });
    let ancien = atlas
        .est_ancien(centre)
        .then(|| view! { <span class="detail">"rien transmis depuis trois mois"</span> });
    let envoi =
        Jour::lire(&centre.derniere_transmission).map_or_else(|| "–".to_owned(), french::date);
    view! {
        <tr>
            <th scope="row">{nom}{lieu}{ancien}</th>
            <td class="trait">{barres::barre(apprentis.maintenant, plus_grand, "apprentis")}</td>
            <td>{valeur::valeur(apprentis.maintenant)}</td>
            <td>{valeur::variation(apprentis)}</td>
            <td class="large">{envoi}</td>
        </tr>
    }
    .into_any()
}

fn reste(place: &Place, avec_chiffres: usize, tous: usize) -> AnyView {
    let montres = avec_chiffres.min(CENTRES_AU_PLUS);
    let autres = (avec_chiffres - montres) as u32;
    let sans = (tous - avec_chiffres) as u32;
    let suite = (autres > 0).then(|| {
        format!(
            "{}, du plus grand au plus petit ; {} de plus {} des chiffres. ",
            french::compte(montres as u32, "centre montré", "centres montrés"),
            french::nombre(autres),
            french::accord(autres, "a", "ont"),
        )
    });
    let attente = (sans > 0).then(|| {
        format!(
            "{} {} pas encore d'effectifs ici. ",
            french::compte(sans, "centre recensé", "centres recensés"),
            french::accord(sans, "n'a", "n'ont"),
        )
    });
    let annuaire = match place.maille {
        Maille::Departement => format!("/rechercher{}", place.adresse()),
        _ => "/rechercher/#centres".to_owned(),
    };
    view! {
        {suite}{attente}
        <a href=annuaire>"Tous les centres, par ordre alphabétique"</a>
        " · "
        <a href="/donnees/v1/organismes.csv">"en CSV"</a>
    }
    .into_any()
}
