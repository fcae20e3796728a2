//! A small map beside a list: the outlines of its departments, the darker the more apprentices.
//!
//! It says nothing that the list does not, in figures and in order. Each class is told apart from the
//! paper and from the borders by three to one; what is withheld is a hatch, what is not known an
//! empty shape.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use leptos::prelude::*;
use open_data::v1::{Indicateur, Maille, Valeur};

use crate::atlas::Atlas;
use crate::french;
use crate::parts::valeur;
use crate::places::{self, Place};

/// The frame of the coarse drawings, all together: `contours/README.md`.
const CADRE_DU_PAYS: &str = "-1 -1 309 330";
/// Where the coarse drawings are served: the map of the country would be half of its page, and they are
/// the same at every publication.
pub const CONTOURS_DU_PAYS: &str = "/contours.svg";
/// How wide a map is set, in pixels.
const LARGEUR: f64 = 320.0;
/// How high at most.
const HAUTEUR_AU_PLUS: f64 = 400.0;
/// What a figure on a map takes across, in pixels for each character, and its height.
const CARACTERE: f64 = 8.0;
const CORPS: f64 = 13.0;
/// Around the shapes of a part of the country, so that their strokes are whole.
const MARGE: f64 = 8.0;
/// How many classes of departments a map tells apart.
const CLASSES: usize = 4;

/// The outline of one department, on the grid of `contours/README.md`.
struct Contour {
    /// Left, top, right, bottom.
    cadre: [f64; 4],
    grossier: &'static str,
    fin: &'static str,
}

static CONTOURS: LazyLock<BTreeMap<&'static str, Contour>> = LazyLock::new(|| {
    include_str!("../../contours/contours.txt").lines().filter_map(contour).collect()
});

fn contour(ligne: &'static str) -> Option<(&'static str, Contour)> {
    let mut champs = ligne.split('\t');
    let (code, cadre) = (champs.next()?, champs.next()?);
    let mut bords = cadre.split(' ').filter_map(|bord| bord.parse().ok());
    let cadre = [bords.next()?, bords.next()?, bords.next()?, bords.next()?];
    Some((code, Contour { cadre, grossier: champs.next()?, fin: champs.next()? }))
}

/// The classes of the places of one map, from their figures.
struct Classes {
    /// The known figures, least first.
    valeurs: Vec<u32>,
}

impl Classes {
    fn de(valeurs: impl Iterator<Item = Option<Valeur>>) -> Self {
        let mut valeurs: Vec<u32> = valeurs.filter_map(|valeur| valeur?.connue()).collect();
        valeurs.sort_unstable();
        Self { valeurs }
    }

    /// From 1, the palest, to [`CLASSES`]: as many places in each, equal ones together.
    fn classe(&self, combien: u32) -> usize {
        let moindres = self.valeurs.partition_point(|&autre| autre < combien);
        1 + moindres * CLASSES / self.valeurs.len().max(1)
    }

    fn nom(&self, valeur: Option<Valeur>) -> String {
        match valeur {
            Some(Valeur::Connue(combien)) => format!("teinte-{}", self.classe(combien)),
            Some(Valeur::Masquee(_)) => "voile".to_owned(),
            None => "vide".to_owned(),
        }
    }

    /// The least and the greatest figure of each class that has one.
    fn bornes(&self) -> Vec<(usize, u32, u32)> {
        (1..=CLASSES)
            .filter_map(|classe| {
                let mut siennes = self.valeurs.iter().filter(|&&v| self.classe(v) == classe);
                let premiere = *siennes.next()?;
                Some((classe, premiere, *siennes.next_back().unwrap_or(&premiere)))
            })
            .collect()
    }
}

fn apprentis(atlas: &Atlas, lieu: &Place) -> Option<Valeur> {
    atlas.chiffre(lieu.maille, lieu.code, Indicateur::Apprentis).maintenant
}

/// « Finistère : 4 120 », « Lozère : pas encore transmis ».
fn legende_de(nom: &str, valeur: Option<Valeur>) -> String {
    match valeur {
        Some(_) => format!("{nom} : {}", valeur::texte(valeur)),
        None => format!("{nom} : pas encore transmis"),
    }
}

/// The file of the coarse drawings, each by the code of its department.
pub fn contours_du_pays() -> String {
    let formes = CONTOURS.iter().map(|(code, contour)| {
        let d = contour.grossier;
        // It is not inherited: it goes with the shape.
        format!("<path id=\"{code}\" vector-effect=\"non-scaling-stroke\" d=\"{d}\"/>\n")
    });
    let formes: String = formes.collect();
    format!("<svg xmlns=\"http://www.w3.org/2000/svg\">\n{formes}</svg>\n")
}

/// The departments of the country, each region a link.
pub fn du_pays(atlas: &Atlas) -> Option<AnyView> {
    let departements: Vec<Place> = places::departements().collect();
    let classes = Classes::de(departements.iter().map(|lieu| apprentis(atlas, lieu)));
    if classes.valeurs.is_empty() {
        return None;
    }
    let regions = places::regions().map(|region| {
        let siens: Vec<_> = departements
            .iter()
            .filter(|lieu| lieu.region == region.code)
            .filter_map(|lieu| {
                let contour = CONTOURS.get(lieu.code)?;
                let combien = apprentis(atlas, lieu);
                let (classe, titre) = (classes.nom(combien), legende_de(lieu.nom, combien));
                let titre = view! { <title>{titre}</title> };
                // A pattern is of the document that it fills: a hatched shape is in the page.
                Some(if combien.and_then(Valeur::motif).is_some() {
                    view! { <path class=classe d=contour.grossier>{titre}</path> }.into_any()
                } else {
                    let forme = format!("{CONTOURS_DU_PAYS}#{}", lieu.code);
                    view! { <use_ class=classe href=forme>{titre}</use_> }.into_any()
                })
            })
            .collect();
        view! { <a href=region.adresse() aria-label=region.nom>{siens}</a> }
    });
    let titre = "Apprentis par département";
    let description = "Chaque région mène à sa page. La liste qui accompagne la carte donne les mêmes lieux et leurs nombres.";
    Some(figure(
        titre,
        description,
        CADRE_DU_PAYS.to_owned(),
        LARGEUR,
        regions.collect::<Vec<_>>().into_any(),
        legende(&classes),
    ))
}

/// The departments of a region or of an academy; none where there is one alone, or one whose outline
/// is drawn apart, on a scale of its own.
pub fn de(atlas: &Atlas, place: &Place, lieux: &[Place]) -> Option<AnyView> {
    if place.maille == Maille::France {
        return du_pays(atlas);
    }
    let ensemble = lieux.len() > 1 && lieux.iter().all(|lieu| lieu.code.len() == 2);
    let traces: Vec<(&Place, &Contour)> =
        lieux.iter().filter_map(|lieu| Some((lieu, CONTOURS.get(lieu.code)?))).collect();
    let classes = Classes::de(lieux.iter().map(|lieu| apprentis(atlas, lieu)));
    if !ensemble || classes.valeurs.is_empty() {
        return None;
    }
    let bord = |rang: usize, choix: fn(f64, f64) -> f64| {
        traces.iter().map(|(_, contour)| contour.cadre[rang]).reduce(choix).unwrap_or_default()
    };
    let [gauche, haut] = [bord(0, f64::min) - MARGE, bord(1, f64::min) - MARGE];
    let [large, grand] = [bord(2, f64::max) + MARGE - gauche, bord(3, f64::max) + MARGE - haut];
    let largeur = LARGEUR.min(HAUTEUR_AU_PLUS * large / grand).round();
    let pixel = large / largeur;
    let formes: Vec<_> = traces
        .iter()
        .map(|(lieu, contour)| {
            let combien = apprentis(atlas, lieu);
            let classe = classes.nom(combien);
            let nombre = combien.and_then(Valeur::connue).map(french::nombre);
            let nombre = nombre.filter(|texte| {
                let [gauche, haut, droite, bas] = contour.cadre;
                let place = texte.chars().count() as f64 * CARACTERE * pixel;
                place < 0.9 * (droite - gauche) && 1.5 * CORPS * pixel < bas - haut
            });
            let (x, y) = centre(contour.fin);
            let nombre = nombre.map(|texte| {
                let corps = format!("{:.0}", CORPS * pixel);
                let y = format!("{:.0}", y + 0.35 * CORPS * pixel);
                view! { <text class=classe.clone() x=format!("{x:.0}") y=y font-size=corps>{texte}</text> }
            });
            let nom = legende_de(lieu.nom, combien);
            let dit = french::composee(&nom);
            view! {
                <a href=lieu.adresse() aria-label=dit>
                    <path class=classe.clone() d=contour.fin><title>{nom}</title></path>
                    {nombre}
                </a>
            }
        })
        .collect();
    let titre = format!("Apprentis par département {}", place.en());
    let description = "Chaque département mène à sa page. La liste qui accompagne la carte donne les mêmes lieux, du plus grand nombre au plus petit.";
    let cadre = format!("{gauche} {haut} {large} {grand}");
    Some(figure(&titre, description, cadre, largeur, formes.into_any(), note()))
}

fn figure(
    titre: &str,
    description: &str,
    cadre: String,
    largeur: f64,
    formes: AnyView,
    legende: AnyView,
) -> AnyView {
    let large = cadre.split(' ').nth(2).and_then(|large| large.parse::<f64>().ok());
    // As wide as six pixels, whatever the grid.
    let pas = format!("{:.0}", 6.0 * large.unwrap_or(largeur) / largeur);
    view! {
        <figure class="carte">
            <svg viewBox=cadre width=largeur.to_string() role="group" aria-labelledby="carte" aria-describedby="carte-description">
                <title id="carte">{titre.to_owned()}</title>
                <desc id="carte-description">{description.to_owned()}</desc>
                <defs>
                    <pattern id="hachure" width=pas.clone() height=pas.clone() patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                        <line x1="0" y1="0" x2="0" y2=pas.clone()></line>
                    </pattern>
                </defs>
                {formes}
            </svg>
            <figcaption class="note">{legende}</figcaption>
        </figure>
    }
    .into_any()
}

/// The classes of the country, in figures.
fn legende(classes: &Classes) -> AnyView {
    let lignes: Vec<_> = classes
        .bornes()
        .into_iter()
        .map(|(classe, premiere, derniere)| {
            let bornes = if premiere == derniere {
                french::nombre(premiere)
            } else {
                format!("{} à {}", french::nombre(premiere), french::nombre(derniere))
            };
            view! { <li><span class=format!("pastille teinte-{classe}")></span>{bornes}</li> }
        })
        .collect();
    view! {
        "Apprentis par département, un quart des départements dans chaque teinte :"
        <ul>{lignes}</ul>
        "Hachures : secret. Contour seul : pas encore transmis. L'outre-mer n'est pas à l'échelle."
    }
    .into_any()
}

fn note() -> AnyView {
    "Apprentis par département : plus la teinte s'éloigne du papier, plus il y en a. Hachures : secret."
        .into_any()
}

/// The middle of the largest shape of a drawing: where its figure is written.
fn centre(dessin: &str) -> (f64, f64) {
    let formes = dessin.split('M').filter(|forme| !forme.is_empty()).map(points);
    let milieux = formes.map(|points| {
        let (mut aire, mut x, mut y) = (0.0, 0.0, 0.0);
        for (rang, &(ax, ay)) in points.iter().enumerate() {
            let (bx, by) = points[(rang + 1) % points.len()];
            let produit = ax * by - bx * ay;
            aire += produit;
            x += (ax + bx) * produit;
            y += (ay + by) * produit;
        }
        (aire.abs(), x / (3.0 * aire), y / (3.0 * aire))
    });
    let plus_grand = milieux.max_by(|a, b| a.0.total_cmp(&b.0));
    plus_grand.map_or((0.0, 0.0), |(_, x, y)| (x, y))
}

/// The points of `12 34l5-6 7 8z`.
fn points(forme: &str) -> Vec<(f64, f64)> {
    let mut nombres = Vec::new();
    let mut debut = 0;
    let coupe = |lettre: char| !lettre.is_ascii_digit();
    for (rang, lettre) in forme.char_indices().chain([(forme.len(), 'z')]) {
        if coupe(lettre) {
            nombres.extend(forme[debut..rang].parse::<f64>());
            debut = if lettre == '-' { rang } else { rang + lettre.len_utf8() };
            debut = debut.min(forme.len());
        }
    }
    let mut ici = (0.0, 0.0);
    nombres
        .chunks_exact(2)
        .map(|pas| {
            ici = (ici.0 + pas[0], ici.1 + pas[1]);
            ici
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_department_has_its_outline_and_every_outline_its_department() {
        let codes: Vec<&str> = places::departements().map(|lieu| lieu.code).collect();
        assert_eq!(CONTOURS.len(), codes.len());
        for code in codes {
            let contour = &CONTOURS[code];
            let [gauche, haut, droite, bas] = contour.cadre;
            assert!(gauche < droite && haut < bas, "{code}");
            assert!(contour.grossier.starts_with('M') && contour.fin.ends_with('z'), "{code}");
            let (x, y) = centre(contour.fin);
            assert!((gauche..droite).contains(&x) && (haut..bas).contains(&y), "{code}: {x} {y}");
        }
    }

    #[test]
    fn a_drawing_is_read_as_a_browser_reads_it() {
        assert_eq!(points("12 34l5-6 7 8z"), [(12.0, 34.0), (17.0, 28.0), (24.0, 36.0)]);
        assert_eq!(centre("M0 0l10 0 0 10-10 0zM90 90l1 0 0 1z"), (5.0, 5.0));
    }

    #[test]
    fn a_class_holds_as_many_places_as_another() {
        let connues = [8, 1, 7, 2, 6, 3, 5, 4].map(|combien| Some(Valeur::Connue(combien)));
        let classes = Classes::de(connues.into_iter());
        assert_eq!(classes.bornes(), [(1, 1, 2), (2, 3, 4), (3, 5, 6), (4, 7, 8)]);
        assert_eq!(Classes::de([Some(Valeur::Connue(9))].into_iter()).bornes(), [(1, 9, 9)]);
        assert_eq!(classes.nom(None), "vide");
    }
}
