//! Where the country is on the way to a public objective: one million new apprentices a year.
//!
//! Twelve months that are over, one after the other, each with its number: a month that is missing or
//! withheld makes no smaller sum, it makes none.

use leptos::prelude::*;
use open_data::v1::{Couverture, Motif, Mouvement, Valeur};

use crate::calendar::Jour;
use crate::french;
use crate::parts::mouvements::Mois;

/// New apprentices in a year: what the State set itself to reach by 2027.
pub const OBJECTIF: u32 = 1_000_000;
/// A year.
const MOIS: usize = 12;

/// What can be said of the last twelve months.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Douze {
    /// The ends of the first and of the last one, and how many contracts began from one to the other.
    Connus(Jour, Jour, u32),
    /// The number of this month is not published.
    Cache(Jour, Motif),
    /// So many months in a row are known to the last one, and no more.
    TropPeu(u32),
}

/// The contracts of the last twelve months of a place, which are in order.
pub fn douze(mois: &[Mois]) -> Douze {
    let suivis = mois.windows(2).rev().take_while(|deux| {
        let [avant, apres] = [deux[0].fin(), deux[1].fin()];
        let attendu = avant.mois_suivant();
        (attendu.annee, attendu.mois) == (apres.annee, apres.mois)
    });
    let suivis = if mois.is_empty() { 0 } else { 1 + suivis.count() };
    let derniers = &mois[mois.len() - suivis.min(MOIS)..];
    let mut somme = 0;
    for un in derniers.iter().rev() {
        match un.de(Mouvement::Signatures) {
            Some(Valeur::Connue(combien)) => somme += combien,
            Some(Valeur::Masquee(motif)) => return Douze::Cache(un.fin(), motif),
            None => return Douze::TropPeu(0),
        }
    }
    match derniers {
        [premier, .., dernier] if derniers.len() == MOIS => {
            Douze::Connus(premier.fin(), dernier.fin(), somme)
        }
        _ => Douze::TropPeu(derniers.len() as u32),
    }
}

/// The section of the country; nothing before the first month that is over.
pub fn objectif(mois: &[Mois], couverture: Option<&Couverture>) -> Option<AnyView> {
    if mois.is_empty() {
        return None;
    }
    let douze = douze(mois);
    let Phrase { avant, chiffre, apres } = phrase(douze, couverture);
    let chiffre = (!chiffre.is_empty()).then(|| view! { <strong>{chiffre}</strong> });
    let dessin = match douze {
        Douze::Connus(_, _, combien) => Some(dessin(combien)),
        Douze::Cache(..) | Douze::TropPeu(_) => None,
    };
    Some(
        view! {
            <section aria-labelledby="objectif">
                <h2 id="objectif">"Vers un million de nouveaux apprentis par an"</h2>
                <p class="prose">{avant}{chiffre}{apres}</p>
                {dessin}
                <p class="note">
                    "Ce n'est pas le compte officiel : il porte sur les contrats que les employeurs déposent. Ici, seuls sont connus les centres qui transmettent, et un contrat qui suit une rupture compte aussi. "
                    <a href="/comprendre/#objectif">"Ce que dit ce rapprochement"</a>
                </p>
            </section>
        }
        .into_any(),
    )
}

/// The sentence, cut around its figure.
struct Phrase {
    avant: String,
    chiffre: String,
    apres: String,
}

fn phrase(douze: Douze, couverture: Option<&Couverture>) -> Phrase {
    let but =
        "L'État s'est donné pour objectif un million de nouveaux apprentis par an d'ici 2027.";
    let sans_chiffre =
        |avant: String| Phrase { avant, chiffre: String::new(), apres: String::new() };
    match douze {
        Douze::Connus(premier, dernier, combien) => Phrase {
            avant: format!(
                "De {} à {}, ",
                french::mois_et_annee(premier),
                french::mois_et_annee(dernier)
            ),
            chiffre: french::compte(combien, "contrat", "contrats"),
            apres: format!(
                " d'apprentissage {} dans les centres qui ont transmis leurs effectifs : {} du million par an que l'État s'est donné pour objectif d'ici 2027.{}",
                french::accord(combien, "a commencé", "ont commencé"),
                part(combien),
                couverture.map(de_combien_de_centres).unwrap_or_default(),
            ),
        },
        Douze::Cache(mois, motif) => sans_chiffre(format!(
            "{but} Le nombre de contrats commencés en {} n'est pas {} : sans lui, la somme de douze mois serait trompeuse, elle n'est donc pas donnée.",
            french::mois_et_annee(mois),
            if motif == Motif::Secret { "publié" } else { "disponible" },
        )),
        Douze::TropPeu(combien) => sans_chiffre(format!(
            "{but} Pour s'y comparer, il faut douze mois finis et connus à la suite : {} ici.",
            match combien {
                0 => "il n'y en a pas encore".to_owned(),
                1 => "il y en a un".to_owned(),
                combien => format!("il y en a {combien}"),
            },
        )),
    }
}

/// « 41 % »; a part too small to be said is not none.
fn part(combien: u32) -> String {
    let pourcent = 100.0 * f64::from(combien) / f64::from(OBJECTIF);
    if combien > 0 && pourcent < 0.1 {
        format!("moins de {}", french::pourcentage(0.1))
    } else {
        french::pourcentage(pourcent)
    }
}

fn de_combien_de_centres(couverture: &Couverture) -> String {
    format!(
        " {} des {} recensés {} transmis depuis trois mois.",
        french::pourcentage(f64::from(couverture.pourcent())),
        french::compte(couverture.organismes, "centre", "centres"),
        french::accord(couverture.pourcent(), "a", "ont"),
    )
}

/// What has begun, on a line as long as the objective; or as what has begun, where that is longer.
fn dessin(combien: u32) -> AnyView {
    let echelle = combien.max(OBJECTIF);
    let largeur = |nombre| format!("{:.1}%", 100.0 * f64::from(nombre) / f64::from(echelle));
    view! {
        <svg class="jauge signatures" role="img" aria-labelledby="part part-description">
            <title id="part">"Contrats commencés en douze mois, sur un million"</title>
            <desc id="part-description">{format!("Une barre remplie à {} du million.", part(combien))}</desc>
            <rect class="tout" width=largeur(OBJECTIF)></rect>
            <rect width=largeur(combien)></rect>
            <text y="36">"0"</text>
            <text x=largeur(OBJECTIF) y="36">"1 million"</text>
        </svg>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use open_data::v1::{Flux, Maille};

    use super::*;
    use crate::parts::mouvements::mois;

    const SECRET: Valeur = Valeur::Masquee(Motif::Secret);

    /// The months from November 2025 on, but for those that are left out.
    fn annee(signatures: &[Option<Valeur>]) -> Vec<Mois> {
        let debut = Jour::lire("2025-11-01");
        let fins = std::iter::successors(debut, |jour| Some(jour.mois_suivant()));
        let (fins, valeurs) = fins
            .zip(signatures)
            .filter_map(|(fin, valeur)| valeur.map(|valeur| (fin, valeur)))
            .unzip();
        let flux = Flux {
            maille: Maille::France,
            code: "FR".to_owned(),
            libelle: "France".to_owned(),
            mouvement: Mouvement::Signatures,
            valeurs,
        };
        mois(fins, &[flux])
    }

    fn dit(signatures: &[Option<Valeur>]) -> String {
        let couverture = Couverture {
            maille: Maille::France,
            code: "FR".to_owned(),
            libelle: "France".to_owned(),
            organismes: 6_059,
            transmetteurs: 4_500,
            transmetteurs_3_mois: 4_300,
            transmetteurs_30_jours: 4_000,
            apprenants_3_mois_pct: Valeur::Connue(95),
            apprenants_30_jours_pct: Valeur::Connue(50),
        };
        let Phrase { avant, chiffre, apres } = phrase(douze(&annee(signatures)), Some(&couverture));
        format!("{avant}{chiffre}{apres}").replace([french::FINE, '\u{a0}'], " ")
    }

    fn html(signatures: &[Option<Valeur>]) -> String {
        objectif(&annee(signatures), None).unwrap().to_html()
    }

    #[test]
    fn twelve_known_months_are_a_part_of_the_million() {
        let mut signatures = vec![Some(Valeur::Connue(30_000)); 11];
        signatures.push(Some(Valeur::Connue(82_300)));
        assert_eq!(
            dit(&signatures),
            "De novembre 2025 à octobre 2026, 412 300 contrats d'apprentissage ont commencé dans les \
             centres qui ont transmis leurs effectifs : 41 % du million par an que l'État s'est donné \
             pour objectif d'ici 2027. 70 % des 6 059 centres recensés ont transmis depuis trois mois."
        );
        assert!(html(&signatures).contains("<rect width=\"41.2%\"></rect>"));
        // The thirteenth month back is not one of them.
        signatures.insert(0, Some(SECRET));
        assert!(dit(&signatures).starts_with("De décembre 2025 à novembre 2026, 412 300 contrats"));
    }

    #[test]
    fn a_month_that_is_withheld_or_absent_makes_no_sum() {
        let mut signatures = vec![Some(Valeur::Connue(30_000)); 12];
        signatures[4] = Some(SECRET);
        let withheld = dit(&signatures);
        assert!(withheld.contains("en mars 2026 n'est pas publié"), "{withheld}");
        signatures[4] = Some(Valeur::Masquee(Motif::NonDisponible));
        assert!(dit(&signatures).contains("en mars 2026 n'est pas disponible"));
        signatures[4] = None;
        let absent = dit(&signatures);
        assert!(absent.ends_with("à la suite : il y en a 7 ici."), "{absent}");
        // Months when nobody had transmitted yet are no months of few contracts.
        signatures[4] = Some(Valeur::Connue(30_000));
        signatures[0] = Some(Valeur::Connue(0));
        assert!(dit(&signatures).ends_with("il y en a 11 ici."));
        for short in [&signatures[..], &[Some(SECRET)], &signatures[3..4]] {
            let html = html(short);
            assert!(!html.contains("<svg") && !html.contains("000"), "{html}");
        }
        assert!(objectif(&[], None).is_none());
    }

    #[test]
    fn more_than_the_objective_is_said_and_few_are_not_none() {
        assert_eq!(part(1_040_000).replace(french::FINE, " "), "104 %");
        let html = dessin(1_250_000).to_html();
        assert!(html.contains("width=\"80.0%\" class=\"tout\""), "{html}");
        assert_eq!(part(12).replace(french::FINE, " "), "moins de 0,1 %");
        assert_eq!(part(0).replace(french::FINE, " "), "0 %");
    }
}
