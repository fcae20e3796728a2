//! What a page answers first: how many apprentices, in a sentence, and of whom that speaks.

use leptos::prelude::*;
use open_data::v1::{Couverture, Indicateur, Motif, Valeur};

use crate::atlas::{Atlas, Sujet};
use crate::calendar::Jour;
use crate::french;
use crate::places::Place;

/// The sentence that answers, cut around the figure that it sets large.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    avant: String,
    chiffre: String,
    apres: String,
}

impl Phrase {
    /// About the apprentices of a place.
    pub fn du_lieu(atlas: &Atlas, place: &Place) -> Self {
        let lieu = ou_l_on_sait(atlas, place);
        Self::new(atlas, Sujet::ensemble(place.maille, place.code), &lieu).unwrap_or_else(|| Self {
            avant: format!(
                "Les centres de formation {} n'ont pas encore transmis leurs effectifs. \
                 Leurs chiffres paraîtront ici dès le premier envoi.",
                place.de()
            ),
            chiffre: String::new(),
            apres: String::new(),
        })
    }

    /// About the apprentices of a subject; `lieu` says where: « en Bretagne ». `None` without figures.
    pub fn new(atlas: &Atlas, sujet: Sujet, lieu: &str) -> Option<Self> {
        let chiffre = atlas.chiffre_de(atlas.serie_de(sujet, Indicateur::Apprentis));
        let jour = french::date(atlas.aujourd_hui()?);
        let combien = match chiffre.maintenant? {
            Valeur::Connue(combien) => combien,
            Valeur::Masquee(motif) => {
                let pourquoi = match motif {
                    Motif::Secret => "il permettrait de reconnaître quelqu'un",
                    _ => "il n'est pas disponible",
                };
                return Some(Self {
                    avant: format!(
                        "Au {jour}, le nombre d'apprentis {lieu} n'est pas publié : {pourquoi}."
                    ),
                    chiffre: String::new(),
                    apres: String::new(),
                });
            }
        };
        if combien == 0 {
            return Some(Self {
                avant: format!("Au {jour}, aucun apprenti ne se forme {lieu}."),
                chiffre: String::new(),
                apres: String::new(),
            });
        }
        let verbe = french::accord(combien, "se forme", "se forment");
        let comparaison =
            chiffre.sur_un_an().zip(atlas.il_y_a_un_an()).map(|(variation, avant)| {
                format!(", {} {}", variation.comparaison(), que_le(avant, atlas.aujourd_hui()))
            });
        Some(Self {
            avant: format!("Au {jour}, "),
            chiffre: french::compte(combien, "apprenti", "apprentis"),
            apres: format!(" {verbe} {lieu}{}.", comparaison.unwrap_or_default()),
        })
    }

    /// The whole sentence.
    pub fn texte(&self) -> String {
        format!("{}{}{}", self.avant, self.chiffre, self.apres)
    }

    /// The sentence, set as the standfirst of a page.
    pub fn chapo(&self) -> AnyView {
        let chiffre =
            (!self.chiffre.is_empty()).then(|| view! { <strong>{self.chiffre.clone()}</strong> });
        view! { <p class="chapo">{self.avant.clone()}{chiffre}{self.apres.clone()}</p> }.into_any()
    }
}

/// « en Bretagne », and who speaks for it where its figures are partial.
pub fn ou_l_on_sait(atlas: &Atlas, place: &Place) -> String {
    if atlas.est_partiel(place) {
        format!("{} dans les centres qui ont transmis leurs effectifs", place.en())
    } else {
        place.en()
    }
}

/// « qu'un an plus tôt » when both days are the same, or both end the same month; else the date.
fn que_le(avant: Jour, maintenant: Option<Jour>) -> String {
    let anniversaire = maintenant.is_some_and(|jour| {
        jour.un_an_plus_tot() == avant
            || (jour.mois == avant.mois && jour.finit_le_mois() && avant.finit_le_mois())
    });
    if anniversaire {
        "qu'un an plus tôt".to_owned()
    } else {
        format!("qu'au {}", french::date(avant))
    }
}

/// How many centres speak through the figures, and how fresh they are.
pub fn fraicheur(atlas: &Atlas, place: &Place) -> AnyView {
    let jour = atlas.aujourd_hui().map(|jour| format!("Données du {} · ", french::date(jour)));
    let couverture = atlas.couverture(place);
    let phrase = couverture
        .map_or_else(|| "Aucun centre n'est recensé ici".to_owned(), phrase_de_couverture);
    let detail = couverture.and_then(detail_de_couverture);
    view! {
        <p class="fraicheur">
            <span class=if atlas.est_partiel(place) { "peu" } else { "assez" }>{phrase}</span>
            {detail.map(|detail| view! { <span class="detail">{detail}</span> })}
            <span class="detail">{jour}<a href="/comprendre/">"Comment c'est calculé"</a></span>
        </p>
    }
    .into_any()
}

/// Who ever transmitted, who did within thirty days, and what part of the learners they train.
fn detail_de_couverture(couverture: &Couverture) -> Option<String> {
    if couverture.organismes < 2 || couverture.transmetteurs == 0 {
        return None;
    }
    let recents = match couverture.transmetteurs_30_jours {
        0 => "Aucun n'a transmis depuis trente jours".to_owned(),
        un_ou_plus => format!(
            "{} {} transmis depuis trente jours",
            french::nombre(un_ou_plus),
            french::accord(un_ou_plus, "a", "ont")
        ),
    };
    let jamais = match couverture.organismes - couverture.transmetteurs {
        0 => String::new(),
        un_ou_plus => format!(
            ", {} {} jamais transmis",
            french::nombre(un_ou_plus),
            french::accord(un_ou_plus, "n'a", "n'ont")
        ),
    };
    let part = couverture.apprenants_3_mois_pct.connue().map(|pourcent| {
        let pourcent = french::pourcentage(f64::from(pourcent));
        format!(" Ceux qui ont transmis depuis trois mois forment {pourcent} des jeunes connus.")
    });
    Some(format!("{recents}{jamais}.{}", part.unwrap_or_default()))
}

fn phrase_de_couverture(couverture: &Couverture) -> String {
    match (couverture.transmetteurs_3_mois, couverture.organismes) {
        (0, 1) => "Le seul centre recensé n'a rien transmis depuis trois mois".to_owned(),
        (1, 1) => "Le seul centre recensé a transmis ses effectifs depuis trois mois".to_owned(),
        (0, total) => {
            format!("Aucun des {} centres n'a transmis depuis trois mois", french::nombre(total))
        }
        _ if couverture.suffit() => format!(
            "{} des centres ont transmis leurs effectifs depuis trois mois",
            french::pourcentage(f64::from(couverture.pourcent()))
        ),
        (recents, total) => format!(
            "{} {} sur {} {} transmis depuis trois mois : ces chiffres décrivent {}, pas tout le territoire",
            french::nombre(recents),
            french::accord(recents, "centre", "centres"),
            french::nombre(total),
            french::accord(recents, "a", "ont"),
            french::accord(recents, "ce centre", "ces centres"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use open_data::v1::{Dimension, Maille, OpenData, Organisme, Serie};

    use super::*;
    use crate::places;

    const SECRET: Valeur = Valeur::Masquee(Motif::Secret);

    fn couverture(recents: u32, organismes: u32) -> Couverture {
        Couverture {
            maille: Maille::Region,
            code: "53".to_owned(),
            libelle: "Bretagne".to_owned(),
            organismes,
            transmetteurs: recents,
            transmetteurs_3_mois: recents,
            transmetteurs_30_jours: recents / 2,
            apprenants_3_mois_pct: Valeur::Connue(95),
            apprenants_30_jours_pct: Valeur::Connue(50),
        }
    }

    /// Two dates, the apprentices of Brittany at each, and whether its two centres transmitted.
    fn phrase(dates: [&str; 2], apprentis: [Valeur; 2], transmis: usize) -> String {
        let organisme = |rang: usize| Organisme {
            uai: format!("035000{rang}A"),
            siret: String::new(),
            nom: "CFA".to_owned(),
            nature: String::new(),
            code_commune: String::new(),
            code_departement: "35".to_owned(),
            code_academie: "14".to_owned(),
            code_region: "53".to_owned(),
            code_zone_emploi: String::new(),
            premiere_transmission: String::new(),
            derniere_transmission: if rang < transmis { dates[1] } else { "" }.to_owned(),
            reseaux: String::new(),
            ville: String::new(),
            note: None,
            code: format!("035000{rang}A"),
        };
        let data = OpenData {
            dates: dates.map(str::to_owned).to_vec(),
            series: vec![Serie {
                maille: Maille::Region,
                code: "53".to_owned(),
                libelle: "Bretagne".to_owned(),
                dimension: Dimension::Ensemble,
                modalite: "".into(),
                indicateur: Indicateur::Apprentis,
                valeurs: apprentis.to_vec(),
            }],
            organismes: (0..2).map(organisme).collect(),
            couvertures: vec![couverture(transmis as u32, 2)],
            ..OpenData::default()
        };
        let phrase = Phrase::du_lieu(&Atlas::new(&data), &places::region("53").unwrap()).texte();
        phrase.replace([french::FINE, '\u{a0}'], " ")
    }

    #[test]
    fn the_sentence_answers_with_figure_date_and_comparison() {
        let connues = |avant, apres| [Valeur::Connue(avant), Valeur::Connue(apres)];
        assert_eq!(
            phrase(["2025-10-31", "2026-10-31"], connues(20_000, 20_620), 2),
            "Au 31 octobre 2026, 20 620 apprentis se forment en Bretagne, \
             3,1 % de plus qu'un an plus tôt."
        );
        assert_eq!(
            phrase(["2025-11-30", "2026-11-22"], connues(20_000, 19_000), 2),
            "Au 22 novembre 2026, 19 000 apprentis se forment en Bretagne, \
             5 % de moins qu'au 30 novembre 2025."
        );
        assert_eq!(
            phrase(["2025-11-30", "2026-11-30"], connues(1, 1), 2),
            "Au 30 novembre 2026, 1 apprenti se forme en Bretagne, autant qu'un an plus tôt."
        );
    }

    #[test]
    fn without_a_year_earlier_nothing_is_compared() {
        let dates = ["2026-05-31", "2026-11-01"];
        let sans_comparaison = "Au 1er novembre 2026, 40 apprentis se forment en Bretagne.";
        assert_eq!(phrase(dates, [Valeur::Connue(30), Valeur::Connue(40)], 2), sans_comparaison);
        let dates = ["2025-10-31", "2026-11-01"];
        assert_eq!(phrase(dates, [SECRET, Valeur::Connue(40)], 2), sans_comparaison);
        assert_eq!(phrase(dates, [Valeur::Connue(0), Valeur::Connue(40)], 2), sans_comparaison);
    }

    #[test]
    fn few_centres_do_not_speak_for_the_place() {
        assert_eq!(
            phrase(["2026-09-30", "2026-10-31"], [SECRET, Valeur::Connue(620)], 1),
            "Au 31 octobre 2026, 620 apprentis se forment en Bretagne \
             dans les centres qui ont transmis leurs effectifs."
        );
    }

    #[test]
    fn a_withheld_figure_is_said_to_be_withheld() {
        assert_eq!(
            phrase(["2025-10-31", "2026-10-31"], [Valeur::Connue(9), SECRET], 2),
            "Au 31 octobre 2026, le nombre d'apprentis en Bretagne n'est pas publié : \
             il permettrait de reconnaître quelqu'un."
        );
    }

    #[test]
    fn coverage_is_said_in_words() {
        let dit = |recents, total| phrase_de_couverture(&couverture(recents, total));
        assert_eq!(dit(1, 1), "Le seul centre recensé a transmis ses effectifs depuis trois mois");
        assert_eq!(dit(0, 12), "Aucun des 12 centres n'a transmis depuis trois mois");
        assert!(dit(11, 12).starts_with("91\u{202f}% des centres ont transmis"));
        assert_eq!(
            dit(1, 12),
            "1 centre sur 12 a transmis depuis trois mois : \
             ces chiffres décrivent ce centre, pas tout le territoire"
        );
        let detail = |recents, total| detail_de_couverture(&couverture(recents, total));
        assert_eq!(
            detail(11, 12).as_deref(),
            Some(
                "5 ont transmis depuis trente jours, 1 n'a jamais transmis. \
                 Ceux qui ont transmis depuis trois mois forment 95\u{202f}% des jeunes connus."
            )
        );
        assert_eq!(detail(0, 12), None);
    }
}
