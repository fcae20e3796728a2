//! The form: what may be asked, and nothing else.

use leptos::prelude::*;
use open_data::taux;
use open_data::v1::{Dimension, Indicateur, Maille};
use site::calendar::Jour;
use site::explorer::{self, LIEUX_AU_PLUS, cle};
use site::french::{self, majuscule};
use site::places::Place;
use site::words::{mots, ventilation};

use crate::{Etat, Vue, navigateur, refs};

/// The values of a list, and what they are called.
type Options = Vec<(String, String)>;

pub fn formulaire(etat: Etat, offerts: Vec<Place>) -> impl IntoView {
    let indicateurs = |_: &Vue| -> Options {
        Indicateur::ALL
            .iter()
            .map(|quoi| (quoi.to_string(), mots(*quoi).titre.to_owned()))
            .collect()
    };
    let mesures = |vue: &Vue| -> Options {
        if !taux::INDICATEURS.contains(&vue.question.indicateur) {
            return Vec::new();
        }
        [("", "Nombre"), ("1", "Part des jeunes en formation")].map(paire).to_vec()
    };
    let ventilations = |vue: &Vue| -> Options {
        let dimensions = explorer::dimensions(&vue.question, &refs(&vue.lues));
        let nom = |dimension| majuscule(ventilation(dimension));
        dimensions.into_iter().map(|dimension| (dimension.to_string(), nom(dimension))).collect()
    };
    let modalites = move |vue: &Vue| -> Options {
        let dimension = vue.question.dimension;
        let toutes = explorer::modalites(&vue.question, &refs(&vue.lues));
        if toutes.is_empty() {
            return Vec::new();
        }
        let nommees = toutes.into_iter().map(|une| (une.clone(), etat.modalite(dimension, &une)));
        std::iter::once(paire(("", "Toutes, à une date"))).chain(nommees).collect()
    };
    let debuts = |vue: &Vue| -> Options {
        if !vue.question.dans_le_temps() {
            return Vec::new();
        }
        let dates = explorer::dates(&refs(&vue.lues));
        let a = derniere(vue, &dates);
        dates.into_iter().filter(|date| *date < a).map(datee).collect()
    };
    let fins = |vue: &Vue| -> Options {
        let dates = explorer::dates(&refs(&vue.lues));
        let de = if vue.question.dans_le_temps() { premiere(vue, &dates) } else { String::new() };
        dates.into_iter().filter(|date| *date > de).rev().map(datee).collect()
    };
    view! {
        <form class="choix" on:submit=|envoi| envoi.prevent_default()>
            {territoires(etat, offerts)}
            {liste(etat, "chiffre", "Chiffre", indicateurs, |vue| vue.question.indicateur.to_string(), move |choisi| {
                etat.demander(|une| une.indicateur = choisi.parse().unwrap_or(une.indicateur));
            })}
            {liste(etat, "mesure", "Montré en", mesures, |vue| if vue.question.part { "1".to_owned() } else { String::new() }, move |choisi| {
                etat.demander(|une| une.part = choisi == "1");
            })}
            {liste(etat, "par", "Détail", ventilations, |vue| vue.question.dimension.to_string(), move |choisi| {
                etat.demander(|une| {
                    une.dimension = choisi.parse().unwrap_or(Dimension::Ensemble);
                    une.modalite.clear();
                });
            })}
            {liste(etat, "valeur", "Valeur", modalites, |vue| vue.question.modalite.clone(), move |choisi| {
                etat.demander(|une| une.modalite = choisi);
            })}
            {liste(etat, "de", "Du", debuts, |vue| premiere(vue, &explorer::dates(&refs(&vue.lues))), move |choisi| {
                etat.demander(|une| une.de = choisi);
            })}
            {liste(etat, "a", "Au", fins, |vue| derniere(vue, &explorer::dates(&refs(&vue.lues))), move |choisi| {
                etat.demander(|une| une.a = choisi);
            })}
        </form>
    }
}

fn paire((valeur, nom): (&str, &str)) -> (String, String) {
    (valeur.to_owned(), nom.to_owned())
}

fn datee(date: String) -> (String, String) {
    let nom = Jour::lire(&date).map_or_else(|| date.clone(), french::date);
    (date, nom)
}

fn premiere(vue: &Vue, dates: &[String]) -> String {
    let choisie = Some(&vue.question.de).filter(|date| !date.is_empty());
    choisie.or(dates.first()).cloned().unwrap_or_default()
}

fn derniere(vue: &Vue, dates: &[String]) -> String {
    let choisie = Some(&vue.question.a).filter(|date| !date.is_empty());
    choisie.or(dates.last()).cloned().unwrap_or_default()
}

/// A labelled list; gone where there is nothing to choose. The element stays, so that the keyboard
/// does too.
fn liste(
    etat: Etat,
    id: &'static str,
    nom: &'static str,
    options: impl Fn(&Vue) -> Options + Send + Sync + 'static,
    valeur: impl Fn(&Vue) -> String + Send + Sync + 'static,
    choisir: impl Fn(String) + 'static,
) -> impl IntoView {
    let options = Memo::new(move |_| etat.vue.with(&options));
    let choisie = Memo::new(move |_| etat.vue.with(&valeur));
    view! {
        <div class="champ" hidden=move || options.with(|options| options.len() < 2)>
            <label for=id>{nom}</label>
            <select id=id on:change=move |change| choisir(event_target_value(&change))>
                {move || {
                    let choisie = choisie.get();
                    options.get().into_iter().map(|(valeur, nom)| {
                        let choisie = valeur == choisie;
                        view! { <option value=valeur prop:selected=choisie>{nom}</option> }
                    }).collect_view()
                }}
            </select>
        </div>
    }
}

/// Those chosen, each with what takes it away, and a list of the others.
fn territoires(etat: Etat, offerts: Vec<Place>) -> impl IntoView {
    let choisis = Memo::new(move |_| etat.vue.with(|vue| vue.question.lieux.clone()));
    let jetons = move || {
        let lieux = choisis.get();
        let seul = lieux.len() == 1;
        lieux.into_iter().map(|lieu| {
            let oter = move |_| {
                etat.demander(|une| une.lieux.retain(|autre| *autre != lieu));
                // Once it is shown again, where six were chosen.
                request_animation_frame(|| navigateur::aller_a("ajouter"));
            };
            let nom = explorer::nom(&lieu);
            view! {
                <li>
                    {nom.clone()}
                    <button type="button" class="discret" hidden=seul aria-label=format!("Retirer {nom}") on:click=oter>"Retirer"</button>
                </li>
            }
        }).collect_view()
    };
    let ajouter = move |choisi: String| {
        let Some(lieu) = explorer::lieu(&choisi) else { return };
        etat.demander(|une| une.lieux.push(lieu));
    };
    let groupes = move || {
        let choisis = choisis.get();
        let du_groupe = |maille, nom: &'static str| {
            let lieux =
                offerts.iter().filter(|lieu| lieu.maille == maille && !choisis.contains(lieu));
            let options: Vec<_> = lieux
                .map(|lieu| view! { <option value=cle(lieu)>{lieu.titre()}</option> })
                .collect();
            (!options.is_empty()).then(|| view! { <optgroup label=nom>{options}</optgroup> })
        };
        view! {
            <option value="" prop:selected=true>"Choisir…"</option>
            {du_groupe(Maille::France, "Pays")}
            {du_groupe(Maille::Region, "Régions")}
            {du_groupe(Maille::Academie, "Académies")}
            {du_groupe(Maille::Departement, "Départements")}
        }
    };
    let complet = move || choisis.with(Vec::len) >= LIEUX_AU_PLUS;
    view! {
        <fieldset class="champ">
            <legend>"Territoires"</legend>
            <ul class="jetons">{jetons}</ul>
            <div hidden=complet>
                <label for="ajouter">"Ajouter un territoire"</label>
                <select id="ajouter" on:change=move |change| ajouter(event_target_value(&change))>{groupes}</select>
            </div>
            <p class="note" hidden=move || !complet()>"Six territoires au plus : retirez-en un pour en ajouter un autre."</p>
        </fieldset>
    }
}
