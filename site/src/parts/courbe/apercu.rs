//! What stands for the page of a place where its address is shared: its name, its figure, its curve.
//!
//! What is not published is said in words, and nothing is drawn of it. What is to be written is settled
//! before the first pixel: [`Apercu::textes`].

use open_data::v1::{Indicateur, Motif, Valeur};

use super::image::Couleurs;
use super::pinceau::{Couleur, Toile, largeur};
use super::{Annee, Point, annees_scolaires};
use crate::atlas::Atlas;
use crate::french;
use crate::parts::lignes::age;
use crate::places::{FRANCE, Place};

/// Its width and height, in pixels.
pub const CADRE: (u32, u32) = (1200, 630);
/// What a name is when it has the room.
const GRAND: f32 = 76.0;
/// Left and right of all that is drawn.
const MARGE: f32 = 72.0;
const LARGEUR: f32 = 1200.0 - 2.0 * MARGE;
/// Where the curve is.
const HAUT: f32 = 470.0;
const BAS: f32 = 580.0;

const ENCRE: Couleur = Couleur(0);
const PALE: Couleur = Couleur(1);
const APPRENTIS: Couleur = Couleur(2);
const AVANT: Couleur = Couleur(3);
const TRAIT: Couleur = Couleur(4);

/// Where it is served, with its leading slash.
pub fn adresse(place: &Place) -> String {
    format!("{}apercu.png", place.adresse())
}

/// What is to be drawn of a place.
pub struct Apercu {
    lieu: String,
    /// « 21 430 », where it is published.
    chiffre: Option<String>,
    /// What it counts; or why it is not given.
    quoi: String,
    /// Of when it is, how it moved, of whom it speaks.
    precisions: Vec<String>,
    annees: Vec<Annee>,
}

impl Apercu {
    /// Of a place that has figures, published or not; of the country in any case, which stands for the
    /// others.
    pub fn du_lieu(atlas: &Atlas, place: &Place) -> Option<Self> {
        let serie = atlas.serie(place.maille, place.code, Indicateur::Apprentis);
        if serie.is_none() && *place != FRANCE {
            return None;
        }
        let apprentis = atlas.chiffre_de(serie);
        let connu = apprentis.maintenant.and_then(Valeur::connue);
        let quoi = match apprentis.maintenant {
            Some(Valeur::Connue(combien)) => french::accord(combien, "apprenti", "apprentis"),
            Some(Valeur::Masquee(Motif::Secret)) => "donnée protégée par le secret statistique",
            Some(Valeur::Masquee(_)) => "chiffre non disponible",
            None => "pas encore de chiffres ici",
        };
        let jour = atlas.aujourd_hui().map(|jour| format!("au {}", french::date(jour)));
        let evolution =
            apprentis.sur_un_an().map(|un_an| format!(" · {} sur un an", un_an.signe()));
        let quand = jour.map(|jour| jour + &evolution.unwrap_or_default());
        let partiel = (connu.is_some() && atlas.est_partiel(place))
            .then(|| "dans les centres qui ont transmis leurs effectifs".to_owned());
        Some(Self {
            lieu: place.titre(),
            chiffre: connu.map(french::nombre),
            quoi: quoi.to_owned(),
            precisions: quand.into_iter().chain(partiel).collect(),
            annees: serie
                .filter(|_| connu.is_some())
                .map_or_else(Vec::new, |serie| annees_scolaires(&atlas.jours, &serie.valeurs)),
        })
    }

    /// All that is written, in its order; what is not here is nowhere in the image.
    pub fn textes(&self) -> Vec<String> {
        let mut textes = vec![self.lieu.clone()];
        textes.extend(self.chiffre.clone());
        textes.push(self.quoi.clone());
        textes.extend(self.precisions.iter().cloned());
        textes
    }

    /// What it says to who does not see it.
    pub fn dit(&self) -> String {
        let chiffre = self.chiffre.iter().map(|chiffre| format!("{chiffre} "));
        let precisions = self.precisions.join(", ");
        format!("{} : {}{} {precisions}", self.lieu, chiffre.collect::<String>(), self.quoi)
    }

    /// The image.
    pub fn png(&self) -> Vec<u8> {
        let mut toile = Toile::new(CADRE.0, CADRE.1);
        toile.texte(MARGE, 92.0, 30.0, ENCRE, "Tableau de bord");
        let debut = MARGE + largeur("Tableau de bord ", 30.0);
        toile.texte(debut, 92.0, 30.0, APPRENTIS, "de l’apprentissage");
        let corps = GRAND * (LARGEUR / largeur(&self.lieu, GRAND)).min(1.0);
        toile.texte(MARGE, 200.0, corps, ENCRE, &self.lieu);
        if let Some(chiffre) = &self.chiffre {
            toile.texte(MARGE, 334.0, 132.0, APPRENTIS, chiffre);
            let apres = MARGE + largeur(chiffre, 132.0) + 28.0;
            toile.texte(apres, 334.0, 48.0, ENCRE, &self.quoi);
        } else {
            toile.texte(MARGE, 318.0, 46.0, ENCRE, &self.quoi);
        }
        for (rang, precision) in self.precisions.iter().enumerate() {
            toile.texte(MARGE, 390.0 + 42.0 * rang as f32, 30.0, PALE, precision);
        }
        self.courbe(&mut toile);
        let Couleurs { papier, encre, pale, trait_, apprentis, avant } = Couleurs::des_pages();
        toile.png(rvb(papier), &[encre, pale, apprentis, avant, trait_].map(rvb))
    }

    /// The school years over one another, from zero; the current one is named by its figure.
    fn courbe(&self, toile: &mut Toile) {
        let points = self.annees.iter().flat_map(|annee| annee.troncons.iter().flatten());
        let Some(sommet) = points.map(|point| point.valeur).max().filter(|sommet| *sommet > 0)
        else {
            return;
        };
        let place = |point: &Point| {
            let part = f64::from(point.valeur) / f64::from(sommet);
            let x = f64::from(MARGE) + f64::from(LARGEUR) * point.x / 100.0;
            (x as f32, BAS - (BAS - HAUT) * part as f32)
        };
        toile.ligne(&[(MARGE, BAS), (MARGE + LARGEUR, BAS)], 2.0, TRAIT);
        toile.texte(MARGE, BAS + 30.0, 20.0, PALE, "août");
        let juillet = "juillet";
        let fin = MARGE + LARGEUR - largeur(juillet, 20.0);
        toile.texte(fin, BAS + 30.0, 20.0, PALE, juillet);
        for (rang, annee) in self.annees.iter().enumerate() {
            let (couleur, epaisseur) = match age(self.annees.len() - 1 - rang) {
                "cette-annee" => (APPRENTIS, 8.0),
                _ => (AVANT, 3.0),
            };
            for troncon in &annee.troncons {
                let points: Vec<_> = troncon.iter().map(place).collect();
                toile.ligne(&points, epaisseur, couleur);
            }
        }
        if let Some(dernier) = self.annees.last().and_then(Annee::dernier) {
            toile.disque(place(dernier), 11.0, APPRENTIS);
        }
    }
}

/// `#1b2430`.
fn rvb(couleur: &str) -> [u8; 3] {
    let part = |rang: usize| {
        let deux = couleur.get(1 + 2 * rang..3 + 2 * rang)?;
        u8::from_str_radix(deux, 16).ok()
    };
    [part(0), part(1), part(2)].map(Option::unwrap_or_default)
}

#[cfg(test)]
mod tests {
    use open_data::v1::{Dimension, Maille, OpenData, Serie};

    use super::super::pinceau::existe;
    use super::*;
    use crate::places;

    /// Of Brittany, whose figures are these at four ends of a month.
    fn apercu(valeurs: [Valeur; 4]) -> Apercu {
        let dates = ["2025-10-31", "2026-08-31", "2026-09-30", "2026-10-31"].map(str::to_owned);
        let data = OpenData {
            dates: dates.to_vec(),
            series: vec![Serie {
                maille: Maille::Region,
                code: "53".to_owned(),
                libelle: "Bretagne".to_owned(),
                dimension: Dimension::Ensemble,
                modalite: "".into(),
                indicateur: Indicateur::Apprentis,
                valeurs: valeurs.to_vec(),
            }],
            ..OpenData::default()
        };
        Apercu::du_lieu(&Atlas::new(&data), &places::region("53").unwrap()).unwrap()
    }

    fn textes(apercu: &Apercu) -> Vec<String> {
        let plain = |texte: &String| texte.replace([french::FINE, '\u{a0}'], " ");
        apercu.textes().iter().map(plain).collect()
    }

    const SECRET: Valeur = Valeur::Masquee(Motif::Secret);

    #[test]
    fn a_known_figure_is_said_with_its_day_and_how_it_moved() {
        let known = [20_000, 8_000, 16_000, 20_620].map(Valeur::Connue);
        let apercu = apercu(known);
        assert_eq!(
            textes(&apercu),
            ["Bretagne", "20 620", "apprentis", "au 31 octobre 2026 · +3,1 % sur un an"]
        );
        assert!(apercu.dit().starts_with("Bretagne : 20\u{202f}620 apprentis au 31"));
    }

    #[test]
    fn nothing_is_drawn_of_what_is_withheld() {
        let past = |now| [Valeur::Connue(9), Valeur::Connue(7), SECRET, now];
        let withheld = apercu(past(SECRET));
        assert_eq!(
            textes(&withheld),
            ["Bretagne", "donnée protégée par le secret statistique", "au 31 octobre 2026"]
        );
        assert!(withheld.annees.is_empty(), "nor of its past");
        // Whatever the figures beside it: the same image.
        assert!(withheld.png() == apercu([SECRET; 4]).png());
        let absent = apercu(past(Valeur::Masquee(Motif::NonDisponible)));
        assert_eq!(textes(&absent)[1], "chiffre non disponible");
        // A month withheld within the year cuts the line.
        let cut = apercu(past(Valeur::Connue(8)));
        assert_eq!(cut.annees.last().unwrap().troncons.len(), 2);
    }

    #[test]
    fn every_letter_of_every_place_can_be_drawn() {
        let data = OpenData { dates: vec!["2026-02-01".to_owned()], ..OpenData::default() };
        let atlas = Atlas::new(&data);
        let months = (1..=12).map(french::mois).collect::<String>();
        let others = "0123456789 +−,%\u{202f}\u{a0}’·";
        let mut letters: Vec<char> = months.chars().chain(others.chars()).collect();
        letters.extend(Apercu::du_lieu(&atlas, &FRANCE).unwrap().textes().concat().chars());
        letters
            .extend(places::toutes().flat_map(|place| place.titre().chars().collect::<Vec<_>>()));
        for quoi in [SECRET, Valeur::Masquee(Motif::NonDisponible), Valeur::Connue(1)] {
            letters.extend(apercu([quoi; 4]).textes().concat().chars());
        }
        let missing: Vec<char> = letters.into_iter().filter(|letter| !existe(*letter)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
