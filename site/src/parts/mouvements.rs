//! What happened month after month: entries up, breaks down, from one axis and at one scale.
//!
//! A number that is withheld leaves a gap with a mark in it, which is no bar; nothing at all leaves
//! the gap alone.

use leptos::prelude::*;
use open_data::v1::{Flux, Motif, Mouvement, Valeur};

use crate::calendar::Jour;
use crate::echelle::{DeuxSens, HAUTEUR, au_dixieme};
use crate::french;
use crate::parts::{barres, lignes, tableau, valeur};
use crate::words::{MOUVEMENTS, mots_du_mois};

/// What is drawn one way, and how it is said to have happened: to nobody, to one, to many.
struct Sens {
    quoi: Mouvement,
    vers_le_haut: bool,
    a_qui: &'static str,
    aucun: &'static str,
    un: &'static str,
    plusieurs: &'static str,
}

const SENS: [Sens; 2] = [
    Sens {
        quoi: Mouvement::Entrees,
        vers_le_haut: true,
        a_qui: "jeune",
        aucun: "n'est entré en formation",
        un: "est entré en formation",
        plusieurs: "sont entrés en formation",
    },
    Sens {
        quoi: Mouvement::Ruptures,
        vers_le_haut: false,
        a_qui: "contrat",
        aucun: "n'a été rompu",
        un: "a été rompu",
        plusieurs: "ont été rompus",
    },
];
/// A year, and the month that it started from: the last one has the same month to be compared with.
const MOIS_DESSINES: usize = 13;
/// At least this long, in pixels: what is not nothing is seen.
const MOINDRE_BARRE: f64 = 1.5;
/// How wide the bars are drawn, before they follow their column.
const LARGE: f64 = 1000.0;
/// How much of its month a bar takes.
const LARGEUR: f64 = 0.7;

/// Where a number is not published.
pub const MARQUE: &str = "///";

/// What happened in one month.
pub struct Mois {
    fin: Jour,
    /// How often each of [`MOUVEMENTS`] did.
    combien: [Option<Valeur>; 4],
}

impl Mois {
    /// Its last day.
    pub fn fin(&self) -> Jour {
        self.fin
    }

    /// How often something did happen in it.
    pub fn de(&self, mouvement: Mouvement) -> Option<Valeur> {
        let rang = MOUVEMENTS.iter().position(|autre| *autre == mouvement)?;
        self.combien[rang]
    }

    fn connus(&self) -> impl Iterator<Item = (&'static Sens, u32)> {
        SENS.iter().filter_map(|sens| Some((sens, self.de(sens.quoi)?.connue()?)))
    }
}

/// The months of a place that are over, from the first one when something happened: until then,
/// nobody had transmitted.
pub fn mois(fins: Vec<Jour>, flux: &[Flux]) -> Vec<Mois> {
    let combien = |mouvement, rang: usize| {
        let flux = flux.iter().find(|un| un.mouvement == mouvement)?;
        flux.valeurs.get(rang).copied()
    };
    let tous = fins.into_iter().enumerate().map(|(rang, fin)| Mois {
        fin,
        combien: MOUVEMENTS.map(|mouvement| combien(mouvement, rang)),
    });
    let rien = |un: &Mois| un.combien.iter().flatten().all(|un| *un == Valeur::Connue(0));
    tous.skip_while(rien).collect()
}

/// The last of them, which are drawn.
pub fn dessines(mois: &[Mois]) -> &[Mois] {
    &mois[mois.len().saturating_sub(MOIS_DESSINES)..]
}

/// Whether a number that would be drawn is not published.
pub fn incomplets(mois: &[Mois]) -> bool {
    mois.iter().any(|un| un.connus().count() < SENS.len())
}

/// Whether a number of the table is withheld so that nobody is recognised.
pub fn un_secret(mois: &[Mois]) -> bool {
    let secret = |combien: &Valeur| combien.motif() == Some(Motif::Secret);
    mois.iter().any(|un| un.combien.iter().flatten().any(secret))
}

/// The bars of some months, or nothing where no number of them is known but zeros.
pub fn dessin(mois: &[Mois], ou: &str) -> Option<AnyView> {
    let lecture = lecture(mois, ou)?;
    let [haut, bas] = SENS.map(|sens| barres::plus_grand(mois.iter().map(|un| un.de(sens.quoi))));
    let echelle = DeuxSens::pour(haut, bas, 4);
    let axe = au_dixieme(echelle.axe()).to_string();
    let pas = 100.0 / mois.len() as f64;
    let noms: Vec<_> = mois
        .iter()
        .enumerate()
        .map(|(rang, un)| lignes::mois(un.fin.mois, pas * (rang as f64 + 0.5), true))
        .collect();
    let graduations: Vec<_> = echelle
        .graduations()
        .map(|(valeur, y)| {
            view! {
                {lignes::grille(y)}
                <text class="graduation" x="0" dx="-8" y=au_dixieme(y + 4.0).to_string()>{french::nombre(valeur)}</text>
            }
        })
        .collect();
    Some(
        view! {
            <svg class="courbe mouvements" role="img" aria-labelledby="mouvements mouvements-description">
                <title id="mouvements">{format!("Entrées en formation et ruptures de contrat {ou}, mois par mois")}</title>
                <desc id="mouvements-description">{lecture}</desc>
                {graduations}
                {rentree(mois, pas)}
                {noms}
                {SENS.map(|sens| barres_de(&sens, mois, echelle))}
                <line class="axe" x1="0" x2="100%" y1=axe.clone() y2=axe></line>
            </svg>
        }
        .into_any(),
    )
}

/// Where the school year turns.
fn rentree(mois: &[Mois], pas: f64) -> Option<AnyView> {
    let rang = mois.iter().skip(1).position(|un| un.fin.mois == 8)? + 1;
    let x = format!("{}%", au_dixieme(pas * rang as f64));
    let bas = format!("{:.0}", HAUTEUR + 26.0);
    let nom = format!("rentrée {}", mois[rang].fin.annee);
    Some(
        view! {
            <line class="grille" x1=x.clone() x2=x.clone() y1="0" y2=bas></line>
            <text class="rentree" x=x y=format!("{:.0}", HAUTEUR + 40.0)>{nom}</text>
        }
        .into_any(),
    )
}

/// The bars of one way, and beside the last one its number and what it counts.
fn barres_de(sens: &Sens, mois: &[Mois], echelle: DeuxSens) -> AnyView {
    let &Sens { quoi, vers_le_haut, .. } = sens;
    let axe = echelle.axe();
    let pas = LARGE / mois.len() as f64;
    let longueur = |combien| echelle.longueur(combien).max(MOINDRE_BARRE);
    let barre = |(rang, un): (usize, &Mois)| {
        let combien = un.de(quoi)?.connue().filter(|&combien| combien > 0)?;
        let (x, large) = (pas * (rang as f64 + (1.0 - LARGEUR) / 2.0), pas * LARGEUR);
        let signe = if vers_le_haut { "-" } else { "" };
        let (axe, haut) = (au_dixieme(axe), au_dixieme(longueur(combien)));
        Some(format!("M{x:.0} {axe}v{signe}{haut}h{large:.0}V{axe}z"))
    };
    let barres: String = mois.iter().enumerate().filter_map(barre).collect();
    let y = if vers_le_haut { axe - 5.0 } else { axe + 14.0 };
    let marque = |(rang, un): (usize, &Mois)| {
        un.de(quoi)?.motif()?;
        let x = format!("{}%", au_dixieme(100.0 * (rang as f64 + 0.5) / mois.len() as f64));
        Some(view! { <text class="marque" x=x y=au_dixieme(y).to_string()>{MARQUE}</text> })
    };
    let marques: Vec<_> = mois.iter().enumerate().filter_map(marque).collect();
    let dernier = mois.last().and_then(|un| un.de(quoi)?.connue());
    let mots = mots_du_mois(quoi);
    let nom = french::accord(dernier.unwrap_or(2), mots.singulier, mots.pluriel);
    // Beside the top of a bar that goes up, else below the axis.
    let y = if vers_le_haut {
        (axe - dernier.map_or(0.0, longueur) + 6.0).min(axe - 22.0)
    } else {
        axe + 20.0
    };
    let chiffre = dernier.map(|combien| {
        view! { <tspan class="chiffre" x="100%" dx="6">{french::nombre(combien)}</tspan> }
    });
    view! {
        <g class=quoi.as_str()>
            <svg width="100%" height=HAUTEUR.to_string() viewBox=format!("0 0 {LARGE} {HAUTEUR}") preserveAspectRatio="none" class="traits">
                <path d=barres></path>
            </svg>
            {marques}
            <text class="etiquette" y=au_dixieme(y).to_string()>
                {chiffre}
                <tspan x="100%" dx="6" dy="15">{nom}</tspan>
            </text>
        </g>
    }
    .into_any()
}

/// The sentence that teaches how to read the bars: from the last month whose numbers are both known,
/// else from one that has one of them; none where there is no bar.
pub fn lecture(mois: &[Mois], ou: &str) -> Option<String> {
    let il_y_en_a = mois.iter().flat_map(Mois::connus).any(|(_, combien)| combien > 0);
    let un = mois.iter().filter(|_| il_y_en_a).max_by_key(|un| un.connus().count())?;
    let mut dits: Vec<String> = un.connus().map(|(sens, combien)| arrive(sens, combien)).collect();
    dits.first_mut()?.extend([" ", ou]);
    let un_an_avant = mois
        .iter()
        .find(|avant| (avant.fin.annee + 1, avant.fin.mois) == (un.fin.annee, un.fin.mois));
    let lu = |quoi| un.connus().any(|(sens, _)| sens.quoi == quoi);
    let comparables = un_an_avant.into_iter().flat_map(Mois::connus);
    let comparables: Vec<String> = comparables
        .filter(|(sens, _)| lu(sens.quoi))
        .map(|(sens, combien)| compte(sens.quoi, combien))
        .collect();
    let comparaison = match &comparables[..] {
        [] => String::new(),
        dits => format!(" ; un an plus tôt, {}", dits.join(" et ")),
    };
    Some(format!("en {}, {}{comparaison}.", french::mois_et_annee(un.fin), dits.join(" et ")))
}

/// « 1 240 jeunes sont entrés en formation », « aucun contrat n'a été rompu ».
fn arrive(sens: &Sens, combien: u32) -> String {
    let &Sens { a_qui, aucun, un, plusieurs, .. } = sens;
    match combien {
        0 => format!("aucun {a_qui} {aucun}"),
        combien => format!(
            "{} {}",
            french::compte(combien, a_qui, &format!("{a_qui}s")),
            french::accord(combien, un, plusieurs)
        ),
    }
}

/// « 1 180 entrées », « aucune rupture ».
fn compte(quoi: Mouvement, combien: u32) -> String {
    let mots = mots_du_mois(quoi);
    match combien {
        0 => format!("aucune {}", mots.singulier),
        combien => french::compte(combien, mots.singulier, mots.pluriel),
    }
}

/// All that happened in each of the months, latest first.
pub fn tableau(mois: &[Mois], ou: &str) -> AnyView {
    let lignes = mois
        .iter()
        .rev()
        .map(|un| {
            let cases = un.combien.map(|combien| view! { <td>{valeur::valeur(combien)}</td> });
            view! { <tr><th scope="row">{french::mois_et_annee(un.fin)}</th>{cases}</tr> }
                .into_any()
        })
        .collect();
    let tetes = MOUVEMENTS.map(|quoi| mots_du_mois(quoi).titre);
    let legende = format!("Ce qui s'est passé {ou}, mois par mois");
    tableau::derriere(
        "Tableau des mouvements",
        legende,
        std::iter::once("Mois").chain(tetes),
        lignes,
    )
}

#[cfg(test)]
mod tests {
    use open_data::v1::Maille;

    use super::*;

    const SECRET: Valeur = Valeur::Masquee(Motif::Secret);

    /// Months from that one on, with their entries and breaks.
    fn annee(premier: &str, nombres: &[(Valeur, Valeur)]) -> Vec<Mois> {
        let flux = |mouvement, valeurs: Vec<Valeur>| Flux {
            maille: Maille::Region,
            code: "53".to_owned(),
            libelle: "Bretagne".to_owned(),
            mouvement,
            valeurs,
        };
        let fins = std::iter::successors(Jour::lire(premier), |jour| Some(jour.mois_suivant()));
        let (entrees, ruptures) = nombres.iter().copied().unzip();
        mois(
            fins.take(nombres.len()).collect(),
            &[flux(Mouvement::Entrees, entrees), flux(Mouvement::Ruptures, ruptures)],
        )
    }

    fn lue(premier: &str, nombres: &[(Valeur, Valeur)]) -> Option<String> {
        let phrase = lecture(&annee(premier, nombres), "en Bretagne")?;
        Some(phrase.replace([french::FINE, '\u{a0}'], " "))
    }

    fn connues(entrees: u32, ruptures: u32) -> (Valeur, Valeur) {
        (Valeur::Connue(entrees), Valeur::Connue(ruptures))
    }

    #[test]
    fn the_sentence_says_none_one_and_many() {
        let dit = |entrees, ruptures| lue("2026-10-01", &[connues(entrees, ruptures)]).unwrap();
        assert_eq!(
            dit(1240, 87),
            "en octobre 2026, 1 240 jeunes sont entrés en formation en Bretagne \
             et 87 contrats ont été rompus."
        );
        assert_eq!(
            dit(1, 0),
            "en octobre 2026, 1 jeune est entré en formation en Bretagne \
             et aucun contrat n'a été rompu."
        );
        assert_eq!(
            dit(0, 1),
            "en octobre 2026, aucun jeune n'est entré en formation en Bretagne \
             et 1 contrat a été rompu."
        );
    }

    #[test]
    fn a_year_earlier_is_compared_where_it_is_known() {
        let dit = |avant| {
            let mut nombres = vec![avant];
            nombres.extend([connues(3, 3); 11]);
            nombres.push(connues(1240, 87));
            lue("2025-10-01", &nombres).unwrap().split_once(" rompus").unwrap().1.to_owned()
        };
        assert_eq!(dit(connues(1180, 92)), " ; un an plus tôt, 1 180 entrées et 92 ruptures.");
        assert_eq!(dit(connues(1, 0)), " ; un an plus tôt, 1 entrée et aucune rupture.");
        assert_eq!(dit((SECRET, Valeur::Connue(92))), " ; un an plus tôt, 92 ruptures.");
        assert_eq!(dit((SECRET, SECRET)), ".");
        // Nothing at all then: nobody had transmitted, there is nothing to compare.
        assert_eq!(dit(connues(0, 0)), ".");
    }

    #[test]
    fn what_is_withheld_is_not_read() {
        let nombres = [connues(20, 6), (SECRET, Valeur::Connue(7)), (SECRET, SECRET)];
        assert!(lue("2026-08-01", &nombres).unwrap().starts_with("en août 2026, 20 jeunes"));
        assert_eq!(
            lue("2026-09-01", &nombres[1..]).as_deref(),
            Some("en septembre 2026, 7 contrats ont été rompus en Bretagne.")
        );
        assert_eq!(lue("2026-10-01", &nombres[2..]), None);
        // Zeros among what is withheld say nothing of the place.
        let zeros = [(SECRET, Valeur::Connue(0)), (Valeur::Connue(0), SECRET)];
        assert_eq!(lue("2026-09-01", &zeros), None);
        assert!(dessin(&annee("2026-10-01", &nombres[2..]), "en Bretagne").is_none());
    }

    #[test]
    fn a_number_is_a_bar_a_withheld_one_is_a_mark_and_zero_is_neither() {
        let nombres =
            [connues(10_000, 0), (SECRET, Valeur::Connue(1)), (Valeur::Connue(50), SECRET)];
        let html = dessin(&annee("2026-08-01", &nombres), "en Bretagne").unwrap().to_html();
        let (_, html) = html.split_once("class=\"entrees\"").unwrap();
        let (entrees, ruptures) = html.split_once("class=\"ruptures\"").unwrap();
        let drawn = |html: &str| (html.matches('M').count(), html.matches(MARQUE).count());
        assert_eq!((drawn(entrees), drawn(ruptures)), ((2, 1), (1, 1)));
        // The one break of ten thousand entries is seen.
        assert!(ruptures.contains("v1.5h"), "{ruptures}");
        assert!(incomplets(&annee("2026-08-01", &nombres)));
        assert!(!incomplets(&annee("2026-08-01", &nombres[..1])));
    }
}
