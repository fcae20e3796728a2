//! What the page « Explorer » answers: a question, what may be asked, and the figures that answer it.
//!
//! Pure: the island (`islands/explorer`) reads the files beside the pages, keeps the question in the
//! address and draws what is worked out here. A withheld figure stays withheld, with its reason.

use open_data::tables::{self, Cellule, INDICATEURS, TAUX};
use open_data::taux::{self, Taux};
use open_data::v1::{Dimension, Indicateur, Maille, Serie, Valeur};
use serde::Deserialize;

use crate::calendar::Jour;
use crate::places::{self, Place};
use crate::words::rang;

/// As many lines as a reader can tell apart.
pub const LIEUX_AU_PLUS: usize = 6;

/// The figures of one place, as published beside its page (`donnees.json`).
#[derive(Debug, Clone, Deserialize)]
pub struct Donnees {
    /// The dates, oldest first.
    pub dates: Vec<String>,
    #[serde(deserialize_with = "series")]
    series: Vec<Serie>,
}

fn series<'de, D: serde::Deserializer<'de>>(source: D) -> Result<Vec<Serie>, D::Error> {
    #[derive(Deserialize)]
    struct Lue {
        maille: Maille,
        code: String,
        libelle: String,
        dimension: Dimension,
        modalite: String,
        indicateur: Indicateur,
        valeurs: Vec<Valeur>,
    }
    let lues = Vec::<Lue>::deserialize(source)?;
    Ok(lues
        .into_iter()
        .map(|Lue { maille, code, libelle, dimension, modalite, indicateur, valeurs }| Serie {
            maille,
            code,
            libelle,
            dimension,
            modalite: modalite.into(),
            indicateur,
            valeurs,
        })
        .collect())
}

impl Donnees {
    fn serie(&self, dimension: Dimension, modalite: &str, quoi: Indicateur) -> Option<&Serie> {
        self.series.iter().find(|serie| {
            (serie.dimension, &*serie.modalite, serie.indicateur) == (dimension, modalite, quoi)
        })
    }
}

/// What is asked. Its address is `?lieux=region-53,departement-29&chiffre=apprentis&…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Of one place, or of several side by side.
    pub lieux: Vec<Place>,
    /// What is counted.
    pub indicateur: Indicateur,
    /// Its part among the learners in training, instead of its number.
    pub part: bool,
    /// How it is broken down; `ensemble` when it is not.
    pub dimension: Dimension,
    /// One value of the breakdown, followed over time; empty for all of them, at one date.
    pub modalite: String,
    /// The first date; empty for the oldest there is.
    pub de: String,
    /// The last date; empty for the latest there is.
    pub a: String,
}

impl Default for Question {
    fn default() -> Self {
        Self {
            lieux: vec![places::FRANCE],
            indicateur: Indicateur::Apprentis,
            part: false,
            dimension: Dimension::Ensemble,
            modalite: String::new(),
            de: String::new(),
            a: String::new(),
        }
    }
}

/// `region-53`.
pub fn cle(lieu: &Place) -> String {
    format!("{}-{}", lieu.maille, lieu.code)
}

/// The place of such a word.
pub fn lieu(cle: &str) -> Option<Place> {
    places::toutes().find(|lieu| self::cle(lieu) == cle)
}

/// The name of a place; a department that bears the name of a region says that it is one.
pub fn nom(lieu: &Place) -> String {
    let region = lieu.maille == Maille::Departement
        && places::region(lieu.region).is_some_and(|region| region.nom == lieu.nom);
    format!("{}{}", lieu.titre(), if region { " (département)" } else { "" })
}

impl Question {
    /// The question of an address, from the fields of its query. What is not understood is left out.
    pub fn lire(champs: impl Iterator<Item = (String, String)>) -> Self {
        let mut lue = Self::default();
        for (nom, valeur) in champs {
            match nom.as_str() {
                "lieux" => {
                    let mut lieux = Vec::new();
                    for lieu in valeur.split(',').filter_map(lieu) {
                        if !lieux.contains(&lieu) && lieux.len() < LIEUX_AU_PLUS {
                            lieux.push(lieu);
                        }
                    }
                    if !lieux.is_empty() {
                        lue.lieux = lieux;
                    }
                }
                "chiffre" => lue.indicateur = valeur.parse().unwrap_or(lue.indicateur),
                "part" => lue.part = valeur == "1",
                "par" => lue.dimension = valeur.parse().unwrap_or(lue.dimension),
                "valeur" => lue.modalite = valeur,
                "de" => lue.de = valeur,
                "a" => lue.a = valeur,
                _ => {}
            }
        }
        lue
    }

    /// The fields of its address: only what differs from a question that says nothing.
    pub fn champs(&self) -> Vec<(&'static str, String)> {
        let rien = Self::default();
        let lieux: Vec<_> = self.lieux.iter().map(cle).collect();
        let mut champs = Vec::new();
        if self.lieux != rien.lieux {
            champs.push(("lieux", lieux.join(",")));
        }
        if self.indicateur != rien.indicateur {
            champs.push(("chiffre", self.indicateur.to_string()));
        }
        if self.part {
            champs.push(("part", "1".to_owned()));
        }
        if self.dimension != rien.dimension {
            champs.push(("par", self.dimension.to_string()));
        }
        for (nom, valeur) in [("valeur", &self.modalite), ("de", &self.de), ("a", &self.a)] {
            if !valeur.is_empty() {
                champs.push((nom, valeur.clone()));
            }
        }
        champs
    }

    /// Whether the figures follow each other in time; else each value of a breakdown, at one date.
    pub fn dans_le_temps(&self) -> bool {
        self.dimension == Dimension::Ensemble || !self.modalite.is_empty()
    }

    /// The nearest question that these figures can answer.
    #[must_use]
    pub fn possible(mut self, lues: &[&Donnees]) -> Self {
        if !taux::INDICATEURS.contains(&self.indicateur) {
            self.part = false;
        }
        if !dimensions(&self, lues).contains(&self.dimension) {
            self.dimension = Dimension::Ensemble;
        }
        if !modalites(&self, lues).contains(&self.modalite) {
            self.modalite.clear();
        }
        let dates = dates(lues);
        for date in [&mut self.de, &mut self.a] {
            if !dates.contains(date) {
                date.clear();
            }
        }
        if !self.de.is_empty() && !self.a.is_empty() && self.de >= self.a {
            self.de.clear();
        }
        self
    }

    fn garde(&self, date: &str) -> bool {
        (self.de.is_empty() || *self.de <= *date) && (self.a.is_empty() || *date <= *self.a)
    }
}

/// The dates that may be chosen, oldest first.
pub fn dates(lues: &[&Donnees]) -> Vec<String> {
    lues.first().map(|une| une.dates.clone()).unwrap_or_default()
}

/// Not broken down; then from what everyone knows to what few do.
const ORDRE: [Dimension; 11] = [
    Dimension::Ensemble,
    Dimension::Age,
    Dimension::Sexe,
    Dimension::Niveau,
    Dimension::AnneeFormation,
    Dimension::Domaine,
    Dimension::Certification,
    Dimension::Rqth,
    Dimension::AncienneteRupture,
    Dimension::Reseau,
    Dimension::Opco,
];

/// The breakdowns that one of the places has, of this indicator.
pub fn dimensions(question: &Question, lues: &[&Donnees]) -> Vec<Dimension> {
    let a = |dimension: &Dimension| {
        *dimension == Dimension::Ensemble
            || lues.iter().flat_map(|une| &une.series).any(|serie| {
                serie.dimension == *dimension && serie.indicateur == question.indicateur
            })
    };
    ORDRE.into_iter().filter(a).collect()
}

/// The values of the breakdown that one of the places has, in the order of their scale.
pub fn modalites(question: &Question, lues: &[&Donnees]) -> Vec<String> {
    if question.dimension == Dimension::Ensemble {
        return Vec::new();
    }
    let series = lues.iter().flat_map(|une| &une.series).filter(|serie| {
        serie.dimension == question.dimension && serie.indicateur == question.indicateur
    });
    let mut modalites: Vec<String> = series.map(|serie| serie.modalite.to_string()).collect();
    modalites.sort_by(|one, other| (rang(one), one).cmp(&(rang(other), other)));
    modalites.dedup();
    modalites
}

/// A figure: a number of learners, or tenths of a percent where parts are asked. `None` where none is
/// published.
pub type Chiffre = Option<Valeur>;

/// What answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reponse {
    /// A line of figures for each place, in the order asked.
    Evolution {
        /// Oldest first.
        jours: Vec<Jour>,
        /// For each place, one figure for each day.
        lignes: Vec<Vec<Chiffre>>,
    },
    /// Each value of the breakdown, at one date.
    Repartition {
        /// Which.
        jour: Jour,
        /// A value, and its figure in each place, in the order asked.
        lignes: Vec<(String, Vec<Chiffre>)>,
    },
}

/// The answer; none while a place has not been read. `lues` are those of the places, in their order.
pub fn reponse(question: &Question, lues: &[&Donnees]) -> Option<Reponse> {
    if lues.len() != question.lieux.len() {
        return None;
    }
    if question.dans_le_temps() {
        let dates = dates(lues).into_iter().filter(|date| question.garde(date));
        let dates: Vec<String> = dates.collect();
        let ligne = |une: &&Donnees| {
            dates.iter().map(|date| chiffre(question, une, &question.modalite, date)).collect()
        };
        return Some(Reponse::Evolution {
            jours: dates.iter().filter_map(|date| Jour::lire(date)).collect(),
            lignes: lues.iter().map(ligne).collect(),
        });
    }
    let date = a(question, lues)?;
    let mut lignes: Vec<(String, Vec<Chiffre>)> = modalites(question, lues)
        .into_iter()
        .map(|modalite| {
            let chiffres = lues.iter().map(|une| chiffre(question, une, &modalite, &date));
            let chiffres = chiffres.collect();
            (modalite, chiffres)
        })
        .filter(|(_, chiffres): &(_, Vec<Chiffre>)| {
            chiffres.iter().any(|un| un.is_some_and(|un| un != Valeur::Connue(0)))
        })
        .collect();
    if question.dimension == Dimension::Certification {
        // They have no scale: the one most followed comes first.
        let plus =
            |chiffres: &[Chiffre]| chiffres.iter().flatten().filter_map(|un| un.connue()).max();
        lignes.sort_by_key(|(_, chiffres)| std::cmp::Reverse(plus(chiffres)));
    }
    Some(Reponse::Repartition { jour: Jour::lire(&date)?, lignes })
}

/// The date of what is shown at one date.
fn a(question: &Question, lues: &[&Donnees]) -> Option<String> {
    if question.a.is_empty() { dates(lues).pop() } else { Some(question.a.clone()) }
}

fn chiffre(question: &Question, lues: &Donnees, modalite: &str, date: &str) -> Chiffre {
    let rang = lues.dates.iter().position(|autre| autre == date)?;
    let valeur = |quoi| Some(*lues.serie(question.dimension, modalite, quoi)?.valeurs.get(rang)?);
    let valeur_de = valeur(question.indicateur)?;
    if question.part {
        Some(Taux::de(valeur_de, valeur(Indicateur::Apprenants)?).dixiemes)
    } else {
        Some(valeur_de)
    }
}

/// What is seen, as CSV: the columns and the words of the published files.
pub fn csv(question: &Question, lues: &[&Donnees]) -> String {
    let date = a(question, lues);
    let garde = |jour: &str| {
        if question.dans_le_temps() { question.garde(jour) } else { date.as_deref() == Some(jour) }
    };
    let Some(premiere) = lues.first() else { return String::new() };
    let rangs: Vec<usize> =
        (0..premiere.dates.len()).filter(|&rang| garde(&premiere.dates[rang])).collect();
    let dates: Vec<String> = rangs.iter().map(|&rang| premiere.dates[rang].clone()).collect();
    let quoi = |indicateur: Indicateur| {
        indicateur == question.indicateur || (question.part && indicateur == Indicateur::Apprenants)
    };
    let series: Vec<Serie> = lues
        .iter()
        .flat_map(|une| &une.series)
        .filter(|serie| serie.dimension == question.dimension && quoi(serie.indicateur))
        .filter(|serie| !question.dans_le_temps() || serie.modalite == question.modalite)
        .map(|serie| {
            let valeurs = rangs.iter().filter_map(|&rang| serie.valeurs.get(rang).copied());
            Serie { valeurs: valeurs.collect(), ..serie.clone() }
        })
        .collect();
    let mut texte = String::new();
    if question.part {
        ligne(&mut texte, TAUX.entetes().map(str::to_owned));
        for rangee in tables::taux(&dates, &series) {
            ligne(&mut texte, rangee.iter().map(cellule));
        }
    } else {
        ligne(&mut texte, INDICATEURS.entetes().map(str::to_owned));
        for rangee in tables::indicateurs(&dates, &series) {
            ligne(&mut texte, rangee.iter().map(cellule));
        }
    }
    texte
}

fn ligne(texte: &mut String, cellules: impl Iterator<Item = String>) {
    let cellules: Vec<String> = cellules
        .map(|cellule| {
            if cellule.contains([',', '"', '\n']) {
                format!("\"{}\"", cellule.replace('"', "\"\""))
            } else {
                cellule
            }
        })
        .collect();
    *texte += &cellules.join(",");
    texte.push('\n');
}

fn cellule(cellule: &Cellule) -> String {
    match cellule {
        Cellule::Texte(texte) | Cellule::Jour(texte) => (*texte).to_owned(),
        Cellule::Nombre(nombre) => nombre.to_string(),
        Cellule::Dixiemes(dixiemes) => format!("{}.{}", dixiemes / 10, dixiemes % 10),
        Cellule::Masquee(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use open_data::v1::Motif;

    use super::*;

    /// A file as it is published: two dates, apprentices and learners in training, by sex.
    fn donnees(maille: &str, code: &str, femmes: &str) -> Donnees {
        let serie = |dimension, modalite, quoi, valeurs| {
            format!(
                r#"{{"maille":"{maille}","code":"{code}","libelle":"{code}","dimension":"{dimension}","modalite":"{modalite}","indicateur":"{quoi}","valeurs":{valeurs}}}"#
            )
        };
        let series = [
            serie("ensemble", "", "apprenants", "[100,200,240]"),
            serie("ensemble", "", "apprentis", "[90,180,200]"),
            serie("sexe", "femmes", "apprenants", "[40,80,90]"),
            serie("sexe", "femmes", "apprentis", femmes),
            serie("sexe", "hommes", "apprenants", "[60,120,150]"),
            serie("sexe", "hommes", "apprentis", "[55,110,140]"),
        ];
        let dates = r#"["2025-10-31","2026-09-30","2026-10-31"]"#;
        let json = format!(r#"{{"version":"v1","dates":{dates},"series":[{}]}}"#, series.join(","));
        serde_json::from_str(&json).unwrap()
    }

    fn champs(adresse: &str) -> impl Iterator<Item = (String, String)> {
        let paires = adresse.split('&').filter_map(|champ| champ.split_once('='));
        paires.map(|(nom, valeur)| (nom.to_owned(), valeur.to_owned()))
    }

    fn adresse(question: &Question) -> String {
        let champs = question.champs();
        let champs: Vec<String> =
            champs.iter().map(|(nom, valeur)| format!("{nom}={valeur}")).collect();
        champs.join("&")
    }

    #[test]
    fn a_question_is_its_address() {
        for dite in [
            "",
            "lieux=region-53,departement-29",
            "lieux=academie-14&chiffre=rupturants&part=1&par=sexe&valeur=femmes&de=2025-10-31&a=2026-10-31",
        ] {
            assert_eq!(adresse(&Question::lire(champs(dite))), dite);
        }
        // What is not understood is left out, and so is the seventh place.
        let lue = Question::lire(champs("lieux=region-53,region-53,lune-1&chiffre=x&par=y&z=1"));
        assert_eq!(adresse(&lue), "lieux=region-53");
        let sept = "lieux=region-53,region-28,region-52,region-24,region-11,region-32,region-44";
        assert_eq!(Question::lire(champs(sept)).lieux.len(), LIEUX_AU_PLUS);
    }

    #[test]
    fn what_cannot_be_answered_is_not_asked() {
        let lues = [&donnees("region", "53", "[35,70,60]")];
        let possible = |dite| adresse(&Question::lire(champs(dite)).possible(&lues));
        assert_eq!(possible("chiffre=abandons&part=1"), "chiffre=abandons");
        assert_eq!(possible("par=age"), "");
        assert_eq!(possible("par=sexe&valeur=autres"), "par=sexe");
        assert_eq!(possible("de=2024-01-31&a=2026-10-31"), "a=2026-10-31");
        assert_eq!(possible("de=2026-10-31&a=2025-10-31"), "a=2025-10-31");
    }

    #[test]
    fn places_are_side_by_side_over_time_and_a_withheld_figure_stays_withheld() {
        let lues = [
            &donnees("region", "53", "[35,70,60]"),
            &donnees("region", "28", r#"[{"motif":"c"},70,71]"#),
        ];
        let dite = "lieux=region-53,region-28&par=sexe&valeur=femmes&a=2026-09-30";
        let question = Question::lire(champs(dite));
        let Some(Reponse::Evolution { jours, lignes }) = reponse(&question, &lues) else {
            panic!("{question:?}")
        };
        assert_eq!(jours.len(), 2);
        let [connue, secret] = [Valeur::Connue, |_| Valeur::Masquee(Motif::Secret)];
        assert_eq!(lignes[0], [Some(connue(35)), Some(connue(70))]);
        assert_eq!(lignes[1], [Some(secret(0)), Some(connue(70))]);
        let parts = reponse(&Question { part: true, ..question.clone() }, &lues);
        let Some(Reponse::Evolution { lignes, .. }) = parts else { panic!() };
        assert_eq!(lignes[1], [Some(secret(0)), Some(connue(875))]);
        assert_eq!(
            csv(&question, &lues),
            "date,maille,code,libelle,dimension,modalite,indicateur,valeur,motif\n\
             2025-10-31,region,53,53,sexe,femmes,apprentis,35,\n\
             2026-09-30,region,53,53,sexe,femmes,apprentis,70,\n\
             2025-10-31,region,28,28,sexe,femmes,apprentis,,c\n\
             2026-09-30,region,28,28,sexe,femmes,apprentis,70,\n"
        );
    }

    #[test]
    fn a_breakdown_is_at_one_date() {
        let lues = [&donnees("region", "53", "[35,70,60]")];
        let question = Question::lire(champs("lieux=region-53&par=sexe&part=1"));
        let Some(Reponse::Repartition { jour, lignes }) = reponse(&question, &lues) else {
            panic!()
        };
        assert_eq!((jour.mois, lignes.len()), (10, 2));
        assert_eq!(lignes[0], ("femmes".to_owned(), vec![Some(Valeur::Connue(667))]));
        let csv = csv(&question, &lues);
        assert!(
            csv.ends_with("2026-10-31,region,53,53,sexe,hommes,apprentis,140,150,93.3,\n"),
            "{csv}"
        );
        assert_eq!(csv.lines().count(), 3);
        // Nothing is shown until every place has been read.
        let deux = Question::lire(champs("lieux=region-53,region-28&par=sexe"));
        assert_eq!(reponse(&deux, &lues), None);
    }
}
