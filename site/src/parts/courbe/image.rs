//! The curve of the apprentices as an image by itself, to be shown on other sites: its colours, its
//! title and its source go with it, and it asks for nothing else.

use std::fmt::Write as _;

use super::{Annee, Taille, annees_scolaires, lecture};
use crate::atlas::Atlas;
use crate::echelle::{Echelle, HAUTEUR};
use crate::french;
use crate::parts::lignes::age;
use crate::places::Place;
use open_data::v1::Indicateur;

/// Its width and height, in pixels.
pub const CADRE: (u32, u32) = (720, 400);
/// Left of the drawing, and its width: the names of the years are right of it.
const GAUCHE: f64 = 24.0;
const LARGEUR: f64 = 596.0;
/// Above the drawing: the title and the sentence.
const HAUT: f64 = 92.0;

/// The light colours of the pages: paper is where most images are shown.
pub(super) struct Couleurs {
    pub(super) papier: &'static str,
    pub(super) encre: &'static str,
    pub(super) pale: &'static str,
    pub(super) trait_: &'static str,
    pub(super) apprentis: &'static str,
    pub(super) avant: &'static str,
}

impl Couleurs {
    pub(super) fn des_pages() -> Self {
        Self {
            papier: jeton("papier"),
            encre: jeton("encre"),
            pale: jeton("encre-pale"),
            trait_: jeton("trait"),
            apprentis: jeton("apprentis"),
            avant: jeton("teinte-1"),
        }
    }
}

/// The first value of a token of the stylesheet: that of the light theme.
fn jeton(nom: &str) -> &'static str {
    let style = include_str!("../../../style/site.css");
    let valeur =
        style.split_once(&format!("--{nom}: ")).and_then(|(_, suite)| suite.split_once(';'));
    valeur.map_or("currentColor", |(valeur, _)| valeur)
}

/// Where it is served, with its leading slash.
pub fn adresse(place: &Place) -> String {
    format!("{}apprentis.svg", place.adresse())
}

/// The image of a place, unless no figure of it is known.
pub fn image(atlas: &Atlas, place: &Place) -> Option<String> {
    let serie = atlas.serie(place.maille, place.code, Indicateur::Apprentis)?;
    let annees = annees_scolaires(&atlas.jours, &serie.valeurs);
    let derniere = annees.last()?;
    let plus_grand =
        annees.iter().flat_map(|annee| annee.troncons.iter().flatten()).map(|point| point.valeur);
    let echelle = Echelle::pour(plus_grand.max()?, Taille::Grande.intervalles());
    let titre = format!("Les apprentis {}", place.en());
    let phrase = lecture(derniere, &annees, Indicateur::Apprentis, &place.en())?;
    let phrase = french::composee(&french::majuscule(&phrase));
    let source = format!(
        "Tableau de bord de l'apprentissage, données du {}. L'axe part de zéro.",
        french::date(atlas.aujourd_hui()?)
    );
    let (large, haut) = CADRE;
    let couleurs = Couleurs::des_pages();
    let Couleurs { papier, encre, pale, trait_, .. } = couleurs;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{large}\" height=\"{haut}\" viewBox=\"0 0 {large} {haut}\" role=\"img\" \
         aria-labelledby=\"t d\" font-family=\"system-ui, sans-serif\" font-size=\"13\" fill=\"{pale}\">\
         <title id=\"t\">{}</title><desc id=\"d\">{}</desc>\
         <rect width=\"{large}\" height=\"{haut}\" fill=\"{papier}\"/>\
         <text x=\"{GAUCHE}\" y=\"40\" font-size=\"22\" font-weight=\"700\" fill=\"{encre}\">{}</text>\
         <text x=\"{GAUCHE}\" y=\"66\" font-size=\"14\">{}</text>",
        echappe(&titre),
        echappe(&phrase),
        echappe(&titre),
        echappe(&phrase),
    );
    for valeur in echelle.graduations() {
        let y = HAUT + echelle.y(valeur);
        let _ = write!(
            svg,
            "<path d=\"M{GAUCHE} {y:.1}h{LARGEUR}\" stroke=\"{trait_}\"/><text x=\"{GAUCHE}\" y=\"{:.1}\">{}</text>",
            y - 4.0,
            french::nombre(valeur)
        );
    }
    for rang in 0..12 {
        let x = GAUCHE + LARGEUR * (f64::from(rang) + 0.5) / 12.0;
        let nom = french::mois_court((rang + 7) % 12 + 1);
        let y = HAUT + HAUTEUR + 20.0;
        let _ = write!(svg, "<text x=\"{x:.1}\" y=\"{y}\" text-anchor=\"middle\">{nom}</text>");
    }
    for (rang, annee) in annees.iter().enumerate() {
        svg += &ligne(annee, echelle, annees.len() - 1 - rang, &couleurs);
    }
    let bas = f64::from(haut) - 20.0;
    let _ = writeln!(
        svg,
        "<text x=\"{GAUCHE}\" y=\"{bas}\">{}</text></svg>",
        echappe(&french::composee(&source))
    );
    Some(svg)
}

/// One school year: its line, then its name at the end of it.
fn ligne(annee: &Annee, echelle: Echelle, anciennete: usize, couleurs: &Couleurs) -> String {
    let Couleurs { papier, encre, apprentis, avant, .. } = *couleurs;
    let mut d = String::new();
    for troncon in &annee.troncons {
        for (rang, point) in troncon.iter().enumerate() {
            let lettre = if rang == 0 { 'M' } else { 'L' };
            let x = GAUCHE + LARGEUR * point.x / 100.0;
            let _ = write!(d, "{lettre}{x:.1} {:.1}", HAUT + echelle.y(point.valeur));
        }
    }
    let (couleur, epaisseur, tirets) = match age(anciennete) {
        "cette-annee" => (apprentis, 4, ""),
        "annee-passee" => (avant, 2, ""),
        _ => (avant, 2, " stroke-dasharray=\"2 5\""),
    };
    let Some(point) = annee.dernier() else { return String::new() };
    let (x, y) = (GAUCHE + LARGEUR * point.x / 100.0, HAUT + echelle.y(point.valeur));
    let trace = format!(
        "<path d=\"{d}\" fill=\"none\" stroke=\"{couleur}\" stroke-width=\"{epaisseur}\" stroke-linecap=\"round\" stroke-linejoin=\"round\"{tirets}/>"
    );
    if anciennete > 0 {
        // The older one is named below its line, the other above.
        let y = y + if anciennete == 1 { -2.0 } else { 14.0 };
        return format!("{trace}<text x=\"{:.1}\" y=\"{y:.1}\">{}</text>", x + 8.0, annee.nom());
    }
    let (cote, ancre) = if point.x > 75.0 { (x, "end") } else { (x, "start") };
    format!(
        "{trace}<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4.5\" fill=\"{apprentis}\" stroke=\"{papier}\" stroke-width=\"2\"/>\
         <text x=\"{cote:.1}\" y=\"{:.1}\" text-anchor=\"{ancre}\" fill=\"{encre}\"><tspan font-size=\"17\" font-weight=\"700\">{}</tspan> {}</text>",
        y - 10.0,
        french::nombre(point.valeur),
        annee.nom()
    )
}

fn echappe(texte: &str) -> String {
    texte.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_colours_are_those_of_the_pages() {
        let Couleurs { papier, encre, pale, trait_, apprentis, avant } = Couleurs::des_pages();
        for couleur in [papier, encre, pale, trait_, apprentis, avant] {
            assert!(couleur.len() == 7 && couleur.starts_with('#'), "{couleur}");
        }
    }
}
