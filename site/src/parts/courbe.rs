//! The curve of an indicator: school years laid over one another from August to July.
//!
//! What is missing or withheld is a gap, never a line across.

#[cfg(feature = "ssr")]
pub mod apercu;
pub mod image;
#[cfg(feature = "ssr")]
mod pinceau;

use leptos::prelude::*;
use open_data::v1::{Indicateur, Serie, Valeur};

use crate::atlas::Atlas;
use crate::calendar::Jour;
use crate::echelle::Echelle;
use crate::french;
use crate::parts::lignes::{self, Ligne};
use crate::parts::{tableau, valeur};
use crate::words::{CHIFFRES_CLES, mots};

/// As many school years as a reader can tell apart.
const ANNEES_MONTREES: i32 = 3;

/// How much a curve says: a small one leaves out what the large one above it has taught.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taille {
    /// Across the column, with the names of the years.
    Grande,
    /// One of three in a row: the last figure only.
    Petite,
}

impl Taille {
    fn intervalles(self) -> u32 {
        match self {
            Self::Grande => 4,
            Self::Petite => 2,
        }
    }
}

struct Point {
    jour: Jour,
    x: f64,
    valeur: u32,
}

/// The points of one school year, cut where a figure is missing.
struct Annee {
    rentree: i32,
    troncons: Vec<Vec<Point>>,
}

impl Annee {
    fn nom(&self) -> String {
        format!("{}-{}", self.rentree, self.rentree + 1)
    }

    fn dernier(&self) -> Option<&Point> {
        self.troncons.last()?.last()
    }

    fn ligne(&self, echelle: Echelle) -> Ligne {
        let points = |troncon: &Vec<Point>| {
            troncon.iter().map(|point| (point.x, echelle.y(point.valeur))).collect()
        };
        Ligne {
            nom: self.nom(),
            troncons: self.troncons.iter().map(points).collect(),
            chiffre: french::nombre(self.dernier().map_or(0, |point| point.valeur)),
        }
    }
}

/// The curve of one indicator, or nothing where no figure of it is known.
pub fn courbe(jours: &[Jour], serie: &Serie, ou: &str, taille: Taille) -> Option<AnyView> {
    let annees = annees_scolaires(jours, &serie.valeurs);
    let derniere = annees.last()?;
    let points = || annees.iter().flat_map(|annee| annee.troncons.iter().flatten());
    let echelle = Echelle::pour(points().map(|point| point.valeur).max()?, taille.intervalles());
    let indicateur = serie.indicateur;
    let titre = format!("Évolution du nombre de {} {ou}", mots(indicateur).jeunes);
    let titre = titre.replace("de apprentis", "d'apprentis");
    let lecture = lecture(derniere, &annees, indicateur, ou)?;
    let id = format!("courbe-{indicateur}");
    let lignes: Vec<Ligne> = annees.iter().map(|annee| annee.ligne(echelle)).collect();
    let grille = |valeur| lignes::grille(echelle.y(valeur));
    let graduation = |valeur| lignes::graduation(echelle.y(valeur), french::nombre(valeur));
    let grande = taille == Taille::Grande;
    let mois =
        |rang: u32| lignes::mois((rang + 7) % 12 + 1, (f64::from(rang) + 0.5) / 0.12, grande);
    Some(
        view! {
            <svg class=format!("courbe {indicateur}") role="img" aria-labelledby=format!("{id} {id}-description")>
                <title id=id.clone()>{titre}</title>
                <desc id=format!("{id}-description")>{lecture}</desc>
                {echelle.graduations().map(grille).collect::<Vec<_>>()}
                {(0..12).map(mois).collect::<Vec<_>>()}
                {lignes::traits(&lignes)}
                {echelle.graduations().map(graduation).collect::<Vec<_>>()}
                {grande.then(|| lignes::noms(&lignes))}
                {lignes::dernier_chiffre(&lignes, grande)}
            </svg>
        }
        .into_any(),
    )
}

/// The sentence that teaches how to read the curve, from its last point.
pub fn phrase_de_lecture(jours: &[Jour], serie: &Serie, ou: &str) -> Option<String> {
    let annees = annees_scolaires(jours, &serie.valeurs);
    lecture(annees.last()?, &annees, serie.indicateur, ou)
}

fn lecture(derniere: &Annee, annees: &[Annee], indicateur: Indicateur, ou: &str) -> Option<String> {
    let point = derniere.dernier()?;
    let mots = mots(indicateur);
    let quoi =
        if point.valeur < 2 && mots.jeunes == "apprentis" { "apprenti" } else { mots.jeunes };
    let mut phrase = format!(
        "au {}, {}\u{a0}{quoi} {ou}",
        french::date(point.jour),
        french::nombre(point.valeur)
    );
    let avant = annees
        .iter()
        .filter(|annee| annee.rentree == derniere.rentree - 1)
        .flat_map(|annee| annee.troncons.iter().flatten())
        .find(|autre| autre.jour.mois == point.jour.mois);
    if let Some(avant) = avant {
        let (jour, combien) = (french::date(avant.jour), french::nombre(avant.valeur));
        phrase.extend([" ; au ", &jour, ", ils étaient ", &combien]);
    }
    Some(phrase + ".")
}

fn annees_scolaires(jours: &[Jour], valeurs: &[Valeur]) -> Vec<Annee> {
    let mut annees: Vec<Annee> = Vec::new();
    let mut coupe = true;
    let mut rien_encore = true;
    for (&jour, valeur) in jours.iter().zip(valeurs) {
        // Zeros before the first learner mean that nobody had transmitted: a gap, not a floor.
        rien_encore &= *valeur == Valeur::Connue(0);
        if annees.last().is_none_or(|annee| annee.rentree != jour.rentree()) {
            annees.push(Annee { rentree: jour.rentree(), troncons: Vec::new() });
            coupe = true;
        }
        let (Some(valeur), false, Some(annee)) = (valeur.connue(), rien_encore, annees.last_mut())
        else {
            coupe = true;
            continue;
        };
        let point = Point { jour, x: 100.0 * jour.part_de_l_annee_scolaire(), valeur };
        match annee.troncons.last_mut() {
            Some(troncon) if !coupe => troncon.push(point),
            _ => annee.troncons.push(vec![point]),
        }
        coupe = false;
    }
    let derniere = annees.last().map_or(0, |annee| annee.rentree);
    annees.retain(|annee| !annee.troncons.is_empty() && annee.rentree > derniere - ANNEES_MONTREES);
    annees
}

/// The figures behind the curves, all indicators side by side, latest first.
pub fn tableau(atlas: &Atlas, series: [Option<&Serie>; 4], legende: String) -> AnyView {
    let lignes: Vec<_> = atlas
        .jours
        .iter()
        .enumerate()
        .rev()
        .map(|(rang, &jour)| {
            let case = |serie: Option<&Serie>| {
                let chiffre = serie.and_then(|serie| serie.valeurs.get(rang).copied());
                let revision =
                    serie.and_then(|serie| atlas.revision(serie, rang)).map(|revision| {
                        let publie = french::nombre(revision.valeur_publiee);
                        view! { <span class="detail">{format!("publié : {publie}")}</span> }
                    });
                view! { <td>{valeur::valeur(chiffre)}{revision}</td> }
            };
            view! {
                <tr>
                    <th scope="row">{french::date(jour)}</th>
                    {series.map(case)}
                </tr>
            }
            .into_any()
        })
        .collect();
    let tetes = CHIFFRES_CLES.map(|indicateur| mots(indicateur).titre);
    let tetes = std::iter::once("Date").chain(tetes);
    tableau::derriere("Tableau des évolutions", legende, tetes, lignes)
}

#[cfg(test)]
mod tests {
    use open_data::v1::Motif;

    use super::*;

    fn annees(valeurs: &[(&str, Valeur)]) -> String {
        let jours: Vec<_> = valeurs.iter().map(|(date, _)| Jour::lire(date).unwrap()).collect();
        let valeurs: Vec<_> = valeurs.iter().map(|(_, valeur)| *valeur).collect();
        let troncon = |points: &Vec<Point>| {
            points.iter().map(|p| p.valeur.to_string()).collect::<Vec<_>>().join("-")
        };
        annees_scolaires(&jours, &valeurs)
            .iter()
            .map(|annee| {
                let troncons: Vec<_> = annee.troncons.iter().map(troncon).collect();
                format!("{}: {}", annee.rentree, troncons.join(" "))
            })
            .collect::<Vec<_>>()
            .join(" | ")
    }

    #[test]
    fn a_withheld_month_cuts_the_line() {
        let connue = Valeur::Connue;
        let secret = Valeur::Masquee(Motif::Secret);
        assert_eq!(
            annees(&[
                ("2025-05-31", connue(0)),
                ("2025-06-30", connue(5)),
                ("2025-07-31", connue(6)),
                ("2025-08-31", connue(7)),
                ("2025-09-30", secret),
                ("2025-10-31", connue(9)),
                ("2025-11-30", connue(0)),
            ]),
            "2024: 5-6 | 2025: 7 9-0"
        );
    }

    #[test]
    fn without_a_known_figure_there_is_no_curve() {
        let serie = Serie {
            maille: open_data::v1::Maille::Region,
            code: "53".to_owned(),
            libelle: "Bretagne".to_owned(),
            dimension: open_data::v1::Dimension::Ensemble,
            modalite: "".into(),
            indicateur: Indicateur::Apprentis,
            valeurs: vec![Valeur::Masquee(Motif::Secret)],
        };
        let jours = [Jour::lire("2026-11-22").unwrap()];
        assert!(courbe(&jours, &serie, "en Bretagne", Taille::Grande).is_none());
    }
}
