//! What became of those who entered: the part of each class with a contract, so many months after.
//!
//! A part that is withheld, or whose day has not come for all of them, cuts the line.

use leptos::prelude::*;
use open_data::v1::{Cohorte, Motif};

use crate::echelle::{Echelle, HAUTEUR};
use crate::french;
use crate::parts::lignes::{self, Ligne};
use crate::parts::{tableau, valeur};

/// As many classes as a reader can tell apart.
const MONTREES: usize = 3;
/// The months after the entry, and how they are said.
const DELAIS: [(u32, &str); 5] =
    [(1, "un mois"), (3, "trois mois"), (6, "six mois"), (9, "neuf mois"), (12, "douze mois")];
/// All of them, in tenths of a percent: where the scale ends.
const TOUS: u32 = 1000;

/// One class.
pub struct Promotion<'a> {
    nom: &'a str,
    /// At each of [`DELAIS`]; none where it is not published yet.
    delais: [Option<&'a Cohorte>; DELAIS.len()],
}

impl Promotion<'_> {
    /// The delays whose part is given, from the earliest.
    fn parts(&self) -> impl DoubleEndedIterator<Item = (usize, u32)> {
        let part = |un: &Cohorte| un.part().dixiemes.connue();
        self.delais.iter().enumerate().filter_map(move |(rang, un)| Some((rang, part((*un)?)?)))
    }

    fn ligne(&self, echelle: Echelle) -> Ligne {
        let mut points = [None; DELAIS.len()];
        for (rang, part) in self.parts() {
            points[rang] = Some((x(DELAIS[rang].0), echelle.y(part)));
        }
        let troncons = points.split(Option::is_none).filter(|troncon| !troncon.is_empty());
        Ligne {
            nom: self.nom.to_owned(),
            troncons: troncons.map(|troncon| troncon.iter().flatten().copied().collect()).collect(),
            chiffre: self
                .parts()
                .next_back()
                .map_or_else(String::new, |(_, part)| french::dixiemes(part)),
        }
    }
}

/// Where so many months after the entry are: the last ones are at the end.
fn x(mois: u32) -> f64 {
    100.0 * f64::from(mois) / 12.0
}

/// The latest classes of a place, oldest first.
pub fn promotions(cohortes: &[Cohorte]) -> Vec<Promotion<'_>> {
    let classes = cohortes.chunk_by(|une, autre| une.promotion == autre.promotion);
    let toutes = classes.filter_map(|classe| {
        let a = |(mois, _)| classe.iter().find(|une| une.mois == mois);
        Some(Promotion { nom: &classe.first()?.promotion, delais: DELAIS.map(a) })
    });
    let mut toutes: Vec<_> = toutes.collect();
    toutes.split_off(toutes.len().saturating_sub(MONTREES))
}

/// Why some parts are not given: each reason once.
pub fn motifs(promotions: &[Promotion]) -> Vec<Motif> {
    let delais = promotions.iter().flat_map(|une| une.delais.iter().flatten());
    let mut motifs: Vec<Motif> = delais.filter_map(|un| un.part().dixiemes.motif()).collect();
    motifs.sort_unstable();
    motifs.dedup();
    motifs
}

/// The lines of the classes, the latest one bold; nothing where no part of them is given.
pub fn dessin(promotions: &[Promotion], ou: &str) -> Option<AnyView> {
    let lecture = lecture(promotions)?;
    let echelle = Echelle::pour(TOUS, 4);
    let lignes = promotions.iter().map(|une| une.ligne(echelle));
    let lignes: Vec<Ligne> = lignes.filter(|ligne| !ligne.troncons.is_empty()).collect();
    let grille = |part| lignes::grille(echelle.y(part));
    let graduation = |part| lignes::graduation(echelle.y(part), french::dixiemes(part));
    let delai = |(mois, _): (u32, _)| {
        let x = format!("{:.1}%", x(mois));
        let nom = if mois == 12 { "12\u{a0}mois".to_owned() } else { mois.to_string() };
        view! { <text class="delai" x=x y=format!("{:.0}", HAUTEUR + 20.0)>{nom}</text> }
    };
    Some(
        view! {
            <svg class="courbe apprentis" role="img" aria-labelledby="promotions promotions-description">
                <title id="promotions">{format!("Part des jeunes avec un contrat, selon le temps passé depuis leur entrée en formation {ou}")}</title>
                <desc id="promotions-description">{lecture}</desc>
                {echelle.graduations().map(grille).collect::<Vec<_>>()}
                {DELAIS.map(delai)}
                {lignes::traits(&lignes)}
                {echelle.graduations().map(graduation).collect::<Vec<_>>()}
                {lignes::noms(&lignes)}
                {lignes::dernier_chiffre(&lignes, true)}
            </svg>
        }
        .into_any(),
    )
}

/// The sentence that teaches how to read the lines, from the last point of the latest class, and what
/// it was of the class before.
pub fn lecture(promotions: &[Promotion]) -> Option<String> {
    let (place, une) = promotions.iter().enumerate().rfind(|(_, une)| une.parts().count() > 0)?;
    let (rang, part) = une.parts().next_back()?;
    let delai = DELAIS[rang].1;
    let phrase = match part {
        0 => format!(
            "de la promotion {}, aucun jeune n'avait de contrat {delai} après son entrée",
            une.nom
        ),
        part => format!(
            "de la promotion {}, {} des jeunes avaient un contrat {delai} après leur entrée",
            une.nom,
            french::dixiemes(part)
        ),
    };
    let avant = place.checked_sub(1).map(|place| &promotions[place]);
    let avant = avant.and_then(|avant| {
        let (_, part) = avant.parts().find(|(autre, _)| *autre == rang)?;
        Some(format!(" ; de la promotion {}, {}", avant.nom, french::dixiemes(part)))
    });
    Some(format!("{phrase}{}.", avant.unwrap_or_default()))
}

/// What the lines are drawn from, latest class first.
pub fn tableau(promotions: &[Promotion], ou: &str) -> AnyView {
    let lignes = promotions
        .iter()
        .rev()
        .flat_map(|une| une.delais.iter().flatten())
        .map(|un| {
            let nombres = [un.observes, un.avec_contrat]
                .map(|combien| view! { <td>{valeur::valeur(Some(combien))}</td> });
            view! {
                <tr>
                    <th scope="row">{format!("{}, {}\u{a0}mois", un.promotion, un.mois)}</th>
                    {nombres}
                    <td>{valeur::part(un.part().dixiemes)}</td>
                </tr>
            }
            .into_any()
        })
        .collect();
    tableau::derriere(
        "Tableau des promotions",
        format!("Ce que deviennent les jeunes entrés en formation {ou}"),
        ["Promotion, délai", "Observés", "Avec un contrat", "Part"],
        lignes,
    )
}

#[cfg(test)]
mod tests {
    use open_data::v1::{Maille, Valeur};

    use super::*;

    const SECRET: Valeur = Valeur::Masquee(Motif::Secret);

    /// A hundred learners of a class, and how many had a contract after so many months.
    fn classe(promotion: &str, avec_contrat: &[(u32, Valeur)]) -> Vec<Cohorte> {
        let a = |&(mois, avec_contrat): &(u32, Valeur)| Cohorte {
            maille: Maille::Region,
            code: "53".to_owned(),
            libelle: "Bretagne".to_owned(),
            promotion: promotion.to_owned(),
            mois,
            observes: Valeur::Connue(100),
            avec_contrat,
        };
        avec_contrat.iter().map(a).collect()
    }

    fn lue(cohortes: &[Cohorte]) -> Option<String> {
        Some(lecture(&promotions(cohortes))?.replace([french::FINE, '\u{a0}'], " "))
    }

    #[test]
    fn the_sentence_is_of_the_last_point_of_the_latest_class() {
        let connue = Valeur::Connue;
        let mut cohortes = classe("2024-2025", &[(1, connue(55)), (3, connue(60))]);
        cohortes.extend(classe("2025-2026", &[(1, connue(58)), (3, connue(62))]));
        assert_eq!(
            lue(&cohortes).as_deref(),
            Some(
                "de la promotion 2025-2026, 62 % des jeunes avaient un contrat trois mois après \
                 leur entrée ; de la promotion 2024-2025, 60 %."
            )
        );
        let personne = classe("2025-2026", &[(1, connue(0))]);
        assert_eq!(
            lue(&personne).as_deref(),
            Some(
                "de la promotion 2025-2026, aucun jeune n'avait de contrat un mois après son entrée."
            )
        );
        // A class of which nothing is given is not the one to be read.
        cohortes.extend(classe("2026-2027", &[(1, SECRET)]));
        assert!(lue(&cohortes).unwrap().starts_with("de la promotion 2025-2026, 62 %"));
        assert_eq!(lue(&classe("2025-2026", &[(1, SECRET)])), None);
    }

    #[test]
    fn a_part_that_is_missing_cuts_the_line() {
        let connue = Valeur::Connue;
        let echelle = Echelle::pour(TOUS, 4);
        let troncons = |delais: &[(u32, Valeur)]| {
            let cohortes = classe("2024-2025", delais);
            let ligne = promotions(&cohortes)[0].ligne(echelle);
            ligne.troncons.iter().map(Vec::len).collect::<Vec<_>>()
        };
        let known = |mois| (mois, connue(50 + mois));
        assert_eq!(troncons(&[known(1), known(3), known(6), known(9), known(12)]), [5]);
        assert_eq!(troncons(&[known(1), (3, SECRET), known(6), known(9)]), [1, 2]);
        assert_eq!(troncons(&[known(1), known(6)]), [1, 1]);
        assert_eq!(troncons(&[(1, SECRET)]), [0; 0]);
    }

    #[test]
    fn the_latest_classes_are_shown() {
        let of = |year: u32| classe(&format!("{year}-{}", year + 1), &[(1, Valeur::Connue(50))]);
        let cohortes: Vec<Cohorte> = (2021..2026).flat_map(of).collect();
        let noms: Vec<&str> = promotions(&cohortes).iter().map(|une| une.nom).collect();
        assert_eq!(noms, ["2023-2024", "2024-2025", "2025-2026"]);
    }
}
