//! Who the learners of a place are, and what they prepare: its breakdowns.

use leptos::prelude::*;
use open_data::taux::{LEAST_DENOMINATOR, Taux};
use open_data::v1::{Dimension, Indicateur, Valeur};

use crate::atlas::Atlas;
use crate::french;
use crate::pages::formation;
use crate::parts::classement::{Ligne, classement};
use crate::parts::{barres, telecharger, valeur};
use crate::places::Place;
use crate::words::{VENTILATIONS, modalite, mots, rang};

/// The longest list of values that one breakdown shows.
const MODALITES_AU_PLUS: usize = 12;
/// How many certifications a page names, from the largest.
const CERTIFICATIONS_AU_PLUS: usize = 10;

/// Why a place has no breakdown.
const SANS_DETAIL: &str = "L'âge, le sexe, le niveau et les formations ne sont publiés qu'à partir de \
    mille apprenants, et là où ils ne diraient rien de trop d'un territoire voisin.";

/// One breakdown of a place, of the figures that it sums to.
struct Ventilation<'a> {
    indicateur: Indicateur,
    dimension: Dimension,
    titre: &'static str,
    ensemble: u32,
    /// In the order of their scale; nobody is left out but the zeros.
    valeurs: Vec<(&'a str, Valeur)>,
}

impl<'a> Ventilation<'a> {
    fn de(
        atlas: &Atlas<'a>,
        place: &Place,
        indicateur: Indicateur,
        dimension: Dimension,
        titre: &'static str,
    ) -> Option<Self> {
        let mut series = atlas.ventilation(place, dimension, indicateur);
        series.sort_by_key(|serie| (rang(&serie.modalite), &serie.modalite));
        let valeurs: Vec<_> = series
            .into_iter()
            .filter_map(|serie| {
                Some((serie.modalite.as_ref(), atlas.chiffre_de(Some(serie)).maintenant?))
            })
            .filter(|(_, valeur)| *valeur != Valeur::Connue(0))
            .collect();
        let ensemble = atlas.chiffre(place.maille, place.code, indicateur).maintenant;
        let ensemble = ensemble.and_then(Valeur::connue).filter(|&combien| combien > 0)?;
        (!valeurs.is_empty()).then_some(Self { indicateur, dimension, titre, ensemble, valeurs })
    }

    /// Its part of those it sums to, in tenths of a percent, as the published parts are given.
    fn part(&self, combien: Valeur) -> Valeur {
        Taux::de(combien, Valeur::Connue(self.ensemble)).dixiemes
    }

    /// The longest of its bars, of those it sums to.
    fn plus_longue(&self) -> Option<f64> {
        Some(f64::from(self.plus_grand()?.1) / f64::from(self.ensemble))
    }

    /// Its greatest figure, and whose it is.
    fn plus_grand(&self) -> Option<(&'a str, u32)> {
        let connues =
            self.valeurs.iter().filter_map(|(nom, valeur)| Some((*nom, valeur.connue()?)));
        connues.max_by_key(|(_, combien)| *combien)
    }
}

/// Who the apprentices are: each breakdown that is published, on one scale; or why there is none.
pub fn qui(atlas: &Atlas, place: &Place) -> Option<AnyView> {
    let ventilations: Vec<_> = VENTILATIONS
        .iter()
        .filter_map(|&(quoi, dimension, titre)| {
            Ventilation::de(atlas, place, quoi, dimension, titre)
        })
        .collect();
    let apprenants = atlas.chiffre(place.maille, place.code, Indicateur::Apprenants).maintenant;
    if ventilations.is_empty() && apprenants.is_none_or(|combien| combien == Valeur::Connue(0)) {
        return None;
    }
    let contenu = match lecture_de_qui(&ventilations) {
        None => view! { <p class="note">{SANS_DETAIL}</p> }.into_any(),
        Some(lecture) => {
            // The longest bar is as long as there is room: the others are on its scale.
            let echelle = ventilations.iter().filter_map(Ventilation::plus_longue);
            let echelle = echelle.fold(0.0, f64::max);
            let tableaux: Vec<_> =
                ventilations.iter().map(|une| tableau_de_qui(atlas, place, une, echelle)).collect();
            view! {
                <div class="ventilations">{tableaux}</div>
                {lecture}
                {telecharger::sous_un_graphique(place)}
            }
            .into_any()
        }
    };
    Some(
        view! {
            <section aria-labelledby="qui">
                <h2 id="qui">"Qui"</h2>
                {contenu}
            </section>
        }
        .into_any(),
    )
}

/// The sentence that teaches how to read the bars, from the longest of the first breakdown.
fn lecture_de_qui(ventilations: &[Ventilation]) -> Option<AnyView> {
    let une = ventilations.first()?;
    let (nom, combien) = une.plus_grand()?;
    let part = une.part(Valeur::Connue(combien)).connue();
    let part = part.map(|part| format!(", soit {}", french::dixiemes(part)));
    let phrase = format!(
        " : « {} », {} sur {}{}. Toutes les barres sont à la même échelle.",
        modalite(une.dimension, nom),
        french::compte(combien, "apprenti", "apprentis"),
        french::nombre(une.ensemble),
        part.unwrap_or_default(),
    );
    Some(view! { <p class="lecture"><b>"Lecture"</b>{phrase}</p> }.into_any())
}

fn tableau_de_qui(atlas: &Atlas, place: &Place, une: &Ventilation, echelle: f64) -> AnyView {
    let Ventilation { indicateur, dimension, titre, .. } = *une;
    let un_secret = une.valeurs.iter().any(|(_, valeur)| valeur.connue().is_none());
    let trop_peu = une.ensemble < LEAST_DENOMINATOR;
    let au_bout = (f64::from(une.ensemble) * echelle).ceil() as u32;
    let lignes: Vec<_> = une
        .valeurs
        .iter()
        .take(MODALITES_AU_PLUS)
        .map(|(nom, combien)| {
            view! {
                <tr>
                    <th scope="row">{formation::lien(atlas, dimension, nom, modalite(dimension, nom))}</th>
                    <td class="trait">{barres::barre(Some(*combien), au_bout, indicateur.as_str())}</td>
                    <td>{valeur::valeur(Some(*combien))}</td>
                    <td>{valeur::part(une.part(*combien))}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <div>
            <h3>{titre}</h3>
            <div>
                <table>
                    <caption class="hors-champ">{format!("{} {} : {}", mots(indicateur).titre, place.en(), titre.to_lowercase())}</caption>
                    <thead class="hors-champ">
                        <tr>
                            <th scope="col" colspan="2">{titre}</th>
                            <th scope="col">{mots(indicateur).titre}</th>
                            <th scope="col">"Part"</th>
                        </tr>
                    </thead>
                    <tbody>{lignes}</tbody>
                </table>
                {un_secret.then(valeur::note_de_secret)}
                {trop_peu.then(valeur::note_de_part)}
            </div>
        </div>
    }
    .into_any()
}

/// What they prepare: the certifications with the most apprentices.
pub fn quoi(atlas: &Atlas, place: &Place) -> Option<AnyView> {
    let mut une = Ventilation::de(
        atlas,
        place,
        Indicateur::Apprentis,
        Dimension::Certification,
        "Certification",
    )?;
    une.valeurs.sort_by_key(|(code, valeur)| (std::cmp::Reverse(valeur.connue()), *code));
    let autres = une.valeurs.len().saturating_sub(CERTIFICATIONS_AU_PLUS) as u32;
    let montrees = &une.valeurs[..une.valeurs.len().min(CERTIFICATIONS_AU_PLUS)];
    let lignes = montrees.iter().map(|(code, combien)| {
        let nom = formation::nom(atlas, une.dimension, code);
        Ligne {
            nom: formation::lien(atlas, une.dimension, code, nom),
            // A code says nothing to who does not know it: it comes second where there is a name.
            detail: atlas.libelle(code).map(|_| (*code).to_owned()),
            apprentis: Some(*combien),
            a_cote: valeur::part(une.part(*combien)),
        }
    });
    let legende =
        format!("Certifications préparées {}, de la plus suivie à la moins suivie", place.en());
    let tableau = classement("Certification", "Part", legende, lignes.collect());
    let trop_peu = une.ensemble < LEAST_DENOMINATOR;
    let suite = (autres > 0).then(|| {
        let phrase = format!(
            "{} {} dans le fichier : ",
            french::compte(autres, "autre certification", "autres certifications"),
            french::accord(autres, "est", "sont"),
        );
        let adresse = format!("{}donnees.csv", place.adresse());
        view! { <p class="note">{phrase}<a href=adresse>"toutes, à chaque date (CSV)"</a></p> }
    });
    Some(
        view! {
            <section aria-labelledby="quoi">
                <h2 id="quoi">"Quoi"</h2>
                {tableau}
                {trop_peu.then(valeur::note_de_part)}
                {suite}
            </section>
        }
        .into_any(),
    )
}

#[cfg(test)]
mod tests {
    use open_data::v1::Motif;

    use super::*;

    #[test]
    fn a_part_of_too_few_is_withheld_as_in_the_published_files() {
        let une = |ensemble| Ventilation {
            indicateur: Indicateur::Apprentis,
            dimension: Dimension::Sexe,
            titre: "Sexe",
            ensemble,
            valeurs: vec![("femmes", Valeur::Connue(7)), ("hommes", Valeur::Connue(12))],
        };
        let masquee = Valeur::Masquee;
        assert_eq!(une(20).part(Valeur::Connue(7)), Valeur::Connue(350));
        assert_eq!(une(19).part(Valeur::Connue(7)), masquee(Motif::NonCalculable));
        assert_eq!(une(19).part(Valeur::Connue(19)), masquee(Motif::Secret));
        assert_eq!(une(200).part(masquee(Motif::Secret)), masquee(Motif::Secret));
        let lecture = lecture_de_qui(&[une(19)]).unwrap().to_html();
        assert!(lecture.contains("sur 19.") && !lecture.contains('%'), "{lecture}");
    }
}
