//! Lines drawn over one another, the last one being the one that is read: its end has its figure, the
//! others their name.
//!
//! Positions are percentages across and pixels down, so that a drawing follows its column while its
//! text keeps its size.

use leptos::prelude::*;

use crate::echelle::{HAUTEUR, au_dixieme, ecarter};
use crate::french;

/// One line.
pub struct Ligne {
    /// What it is about.
    pub nom: String,
    /// Where its points are, cut where a figure is missing.
    pub troncons: Vec<Vec<(f64, f64)>>,
    /// The figure of its last point.
    pub chiffre: String,
}

impl Ligne {
    fn bout(&self) -> Option<(f64, f64)> {
        self.troncons.last()?.last().copied()
    }
}

/// How a line that has so many after it is drawn.
pub fn age(apres: usize) -> &'static str {
    match apres {
        0 => "cette-annee",
        1 => "annee-passee",
        _ => "avant",
    }
}

/// The lines, oldest first.
pub fn traits(lignes: &[Ligne]) -> AnyView {
    let traces: Vec<_> = lignes
        .iter()
        .rev()
        .enumerate()
        .map(|(apres, ligne)| view! { <path class=age(apres) d=trace(ligne)></path> })
        .rev()
        .collect();
    view! {
        <svg width="100%" height=HAUTEUR.to_string() viewBox=format!("0 0 1000 {HAUTEUR}") preserveAspectRatio="none" class="traits">
            {traces}
        </svg>
    }
    .into_any()
}

fn trace(ligne: &Ligne) -> String {
    let troncon = |points: &Vec<(f64, f64)>| {
        let dits: Vec<String> = points
            .iter()
            .map(|(x, y)| format!("{} {}", (10.0 * x).round() as i32, au_dixieme(*y)))
            .collect();
        // A lone point has no length: with one, its round cap makes it a dot.
        format!("M{}{}", dits.join("L"), if points.len() == 1 { "h0.1" } else { "" })
    };
    ligne.troncons.iter().map(troncon).collect()
}

/// A line across, at a round figure.
pub fn grille(y: f64) -> AnyView {
    let y = au_dixieme(y).to_string();
    view! { <line class="grille" x1="0" x2="100%" y1=y.clone() y2=y></line> }.into_any()
}

/// That figure, above its line.
pub fn graduation(y: f64, chiffre: String) -> AnyView {
    view! { <text class="graduation" x="0" y=au_dixieme(y - 4.0).to_string()>{chiffre}</text> }
        .into_any()
}

/// The name of each earlier line at the end of it, moved apart where they would touch.
pub fn noms(lignes: &[Ligne]) -> Vec<AnyView> {
    let Some((_, passees)) = lignes.split_last() else { return Vec::new() };
    let bouts = passees.iter().filter_map(|ligne| Some((ligne.bout()?.1, &ligne.nom)));
    let mut bouts: Vec<(f64, &String)> = bouts.collect();
    ecarter(&mut bouts);
    bouts
        .into_iter()
        .map(|(y, nom)| {
            let y = au_dixieme(y + 4.0).to_string();
            view! { <text class="passee" x="100%" dx="8" y=y>{nom.clone()}</text> }.into_any()
        })
        .collect()
}

/// The last figure, at the end of the last line, and the name of it where it is to be said.
pub fn dernier_chiffre(lignes: &[Ligne], nommee: bool) -> Option<AnyView> {
    let ligne = lignes.last()?;
    let (x, y) = ligne.bout()?;
    let cote = if x > 75.0 { "etiquette a-gauche" } else { "etiquette" };
    let nom = nommee.then(|| view! { <tspan dx="6">{ligne.nom.clone()}</tspan> });
    let x = format!("{}%", au_dixieme(x));
    Some(
        view! {
            <circle class="bout" cx=x.clone() cy=au_dixieme(y).to_string() r="4.5"></circle>
            <text class=cote x=x y=au_dixieme(y - 10.0).to_string()>
                <tspan class="chiffre">{ligne.chiffre.clone()}</tspan>
                {nom}
            </text>
        }
        .into_any(),
    )
}

/// The name of a month under a drawing, of which its initial alone is left where there is no room: never
/// more in a small one.
pub fn mois(numero: u32, x: f64, grande: bool) -> AnyView {
    let nom = french::mois_court(numero);
    let (initiale, suite) = nom.split_at(nom.chars().next().map_or(0, char::len_utf8));
    let (initiale, suite) = if grande {
        (initiale.to_owned(), Some(view! { <tspan>{suite}</tspan> }))
    } else {
        (initiale.to_uppercase(), None)
    };
    view! {
        <text class="mois" x=format!("{}%", au_dixieme(x)) y=au_dixieme(HAUTEUR + 20.0).to_string()>{initiale}{suite}</text>
    }
    .into_any()
}
