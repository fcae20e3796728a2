//! What the words of the open data are called on the pages.

use open_data::v1::{Dimension, Indicateur};

/// The four figures of a place, in the order of the pages.
pub const CHIFFRES_CLES: [Indicateur; 4] = [
    Indicateur::Apprentis,
    Indicateur::InscritsSansContrat,
    Indicateur::Rupturants,
    Indicateur::Abandons,
];

/// How an indicator is spoken of.
pub struct Mots {
    /// Title of its page and head of a column.
    pub titre: &'static str,
    /// Under a figure, in the singular: « apprenti ».
    pub singulier: &'static str,
    /// Under a figure, in the plural: « apprentis ».
    pub pluriel: &'static str,
    /// In a sentence, in the plural: « 3 jeunes en rupture de contrat ».
    pub jeunes: &'static str,
}

/// The words of an indicator.
pub fn mots(indicateur: Indicateur) -> Mots {
    let (titre, singulier, pluriel, jeunes) = match indicateur {
        Indicateur::Apprenants => (
            "Jeunes en formation",
            "jeune en formation",
            "jeunes en formation",
            "jeunes en formation",
        ),
        Indicateur::Apprentis => ("Apprentis", "apprenti", "apprentis", "apprentis"),
        Indicateur::InscritsSansContrat => {
            ("Sans contrat", "sans contrat", "sans contrat", "jeunes inscrits sans contrat")
        }
        Indicateur::Rupturants => (
            "Contrats rompus",
            "contrat rompu",
            "contrats rompus",
            "jeunes dont le contrat est rompu",
        ),
        Indicateur::Abandons => ("Sorties", "sortie", "sorties", "jeunes sortis d'apprentissage"),
    };
    Mots { titre, singulier, pluriel, jeunes }
}

/// The breakdowns that a page shows, in order, with their title.
pub const VENTILATIONS: [(Dimension, &str); 6] = [
    (Dimension::Age, "Âge"),
    (Dimension::Sexe, "Sexe"),
    (Dimension::Niveau, "Niveau de la formation"),
    (Dimension::AnneeFormation, "Année de formation"),
    (Dimension::Rqth, "Reconnaissance de travailleur handicapé"),
    (Dimension::Domaine, "Domaine"),
];

/// A value of a breakdown, in words; itself where it already is one.
pub fn modalite(dimension: Dimension, modalite: &str) -> String {
    let mots = match (dimension, modalite) {
        (Dimension::Sexe, "F" | "femme") => "Femmes",
        (Dimension::Sexe, "M" | "H" | "homme") => "Hommes",
        (Dimension::Age, "-18") => "Moins de 18 ans",
        (Dimension::Age, "18-20") => "18 à 20 ans",
        (Dimension::Age, "21-25") => "21 à 25 ans",
        (Dimension::Age, "26+") => "26 ans et plus",
        (Dimension::Niveau, "3") => "CAP (niveau 3)",
        (Dimension::Niveau, "4") => "Bac (niveau 4)",
        (Dimension::Niveau, "5") => "BTS (niveau 5)",
        (Dimension::Niveau, "6") => "Licence, BUT (niveau 6)",
        (Dimension::Niveau, "7") => "Master, ingénieur (niveau 7)",
        (Dimension::Niveau, "8") => "Doctorat (niveau 8)",
        (Dimension::AnneeFormation, "1") => "1re année",
        (Dimension::AnneeFormation, annee) if annee.parse::<u8>().is_ok() => {
            return format!("{annee}e année");
        }
        (Dimension::Rqth, "oui" | "true" | "1") => "Reconnus",
        (Dimension::Rqth, "non" | "false" | "0") => "Non reconnus",
        (_, "" | "inconnu" | "inconnue" | "nd") => "Non renseigné",
        (_, autre) => autre,
    };
    mots.to_owned()
}
