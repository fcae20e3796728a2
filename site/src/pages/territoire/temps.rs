//! When things happen in a place, and what becomes of those who entered.

use leptos::prelude::*;
use open_data::v1::Motif;

use crate::atlas::Atlas;
use crate::parts::{mouvements, promotions, valeur};
use crate::places::Place;

/// The entries and the breaks of each month; nothing where no month is told.
pub fn quand(atlas: &Atlas, place: &Place) -> Option<AnyView> {
    let mois = mouvements::mois(atlas.mois(), atlas.flux(place));
    if mois.is_empty() {
        return None;
    }
    let ou = place.en();
    let dessines = mouvements::dessines(&mois);
    let incomplets = mouvements::incomplets(dessines);
    let figure = match mouvements::lecture(dessines, &ou) {
        None if incomplets => view! { <p class="note">"Les nombres de ces mois ne sont pas publiés."</p> }.into_any(),
        None => view! { <p class="note">"Ces mois-ci, personne n'est entré et aucun contrat n'a été rompu."</p> }.into_any(),
        Some(lecture) => view! {
            <figure class="moyenne">
                <figcaption>"Entrées en formation et ruptures de contrat, mois par mois"</figcaption>
                {mouvements::dessin(dessines, &ou)}
                <p class="lecture">
                    <b>"Lecture"</b>
                    {format!(" : {lecture}")}
                    " Les entrées montent, les ruptures descendent, à la même échelle."
                    {incomplets.then(|| format!(" Là où il y a « {} », le nombre n'est pas publié.", mouvements::MARQUE))}
                    " Le mois en cours paraît quand il est fini."
                </p>
            </figure>
        }
        .into_any(),
    };
    Some(
        view! {
            <section aria-labelledby="quand">
                <h2 id="quand">"Quand"</h2>
                {figure}
                {mouvements::tableau(dessines, &ou)}
                {mouvements::un_secret(dessines).then(valeur::note_de_secret)}
                <p class="note">
                    <a href="/comprendre/#mouvements">"Ce que comptent ces mouvements"</a>" · "
                    <a href="/donnees/#flux">"tous les mois, tous les territoires"</a>
                </p>
            </section>
        }
        .into_any(),
    )
}

/// The part with a contract of the latest entry classes; nothing where there is no class.
pub fn devenir(atlas: &Atlas, place: &Place) -> Option<AnyView> {
    let promotions = promotions::promotions(atlas.cohortes(place));
    if promotions.is_empty() {
        return None;
    }
    let ou = place.en();
    let motifs = promotions::motifs(&promotions);
    let figure = match promotions::lecture(&promotions) {
        None => view! { <p class="note">"Les parts de ces promotions ne sont pas publiées."</p> }.into_any(),
        Some(lecture) => view! {
            <figure class="moyenne">
                <figcaption>"Part des jeunes avec un contrat, selon le temps passé depuis leur entrée"</figcaption>
                {promotions::dessin(&promotions, &ou)}
                <p class="lecture">
                    <b>"Lecture"</b>
                    {format!(" : {lecture}")}
                    " Un délai paraît quand il est passé pour toute la promotion ; les jeunes sortis entre-temps y comptent comme sans contrat, et ceux dont la formation s'est achevée n'y sont plus observés."
                    {(!motifs.is_empty()).then_some(" Une part qui n'est pas publiée coupe la ligne.")}
                </p>
            </figure>
        }
        .into_any(),
    };
    Some(
        view! {
            <section aria-labelledby="devenir">
                <h2 id="devenir">"Que deviennent-ils"</h2>
                {figure}
                {promotions::tableau(&promotions, &ou)}
                {motifs.contains(&Motif::Secret).then(valeur::note_de_secret)}
                {motifs.contains(&Motif::NonCalculable).then(valeur::note_de_part)}
                <p class="note">
                    <a href="/comprendre/#promotions">"Ce qu'est une promotion"</a>" · "
                    <a href="/donnees/#cohortes">"toutes les promotions, tous les territoires"</a>
                </p>
            </section>
        }
        .into_any(),
    )
}
