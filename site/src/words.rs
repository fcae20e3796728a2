//! What the words of the open data are called on the pages.

use open_data::v1::{Dimension, Indicateur, Mouvement};

use crate::french;

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

/// What may happen to learners in a month, in the order of the pages: that of a path.
pub const MOUVEMENTS: [Mouvement; 4] =
    [Mouvement::Entrees, Mouvement::Signatures, Mouvement::Ruptures, Mouvement::Sorties];

/// How what happens in a month is called, and what it is.
pub struct MotsDuMois {
    /// Head of a column.
    pub titre: &'static str,
    /// In the singular: « entrée ».
    pub singulier: &'static str,
    /// In the plural: « entrées ».
    pub pluriel: &'static str,
    /// What is counted, in a sentence.
    pub definition: &'static str,
}

/// The words of what happens in a month.
pub const fn mots_du_mois(mouvement: Mouvement) -> MotsDuMois {
    let (titre, singulier, pluriel, definition) = match mouvement {
        Mouvement::Entrees => {
            ("Entrées", "entrée", "entrées", "Les jeunes dont la formation commence dans le mois.")
        }
        Mouvement::Signatures => (
            "Signatures",
            "signature",
            "signatures",
            "Les contrats qui commencent dans le mois, que ce soit le premier d'un jeune ou un autre après une rupture.",
        ),
        Mouvement::Ruptures => (
            "Ruptures",
            "rupture",
            "ruptures",
            "Les contrats en cours qui sont rompus dans le mois.",
        ),
        Mouvement::Sorties => (
            "Sorties",
            "sortie",
            "sorties",
            "Les jeunes qui quittent l'apprentissage dans le mois : le centre le déclare, ou ils sont depuis trop longtemps sans contrat.",
        ),
    };
    MotsDuMois { titre, singulier, pluriel, definition }
}

/// The breakdowns that a page shows, in order: of what, by what, under which title.
pub const VENTILATIONS: [(Indicateur, Dimension, &str); 7] = [
    (Indicateur::Apprentis, Dimension::Age, "Âge"),
    (Indicateur::Apprentis, Dimension::Sexe, "Sexe"),
    (Indicateur::Apprentis, Dimension::Niveau, "Niveau de la formation"),
    (Indicateur::Apprentis, Dimension::AnneeFormation, "Année de formation"),
    (Indicateur::Apprentis, Dimension::Domaine, "Domaine"),
    (Indicateur::Apprentis, Dimension::Rqth, "Travailleurs handicapés reconnus"),
    (Indicateur::Rupturants, Dimension::AncienneteRupture, "Contrats rompus, depuis quand"),
];

/// How a breakdown is called in a sentence; « ensemble » where there is none.
pub fn ventilation(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Age => "par âge",
        Dimension::AncienneteRupture => "selon l’ancienneté de la rupture",
        Dimension::AnneeFormation => "par année de formation",
        Dimension::Certification => "par certification",
        Dimension::Domaine => "par domaine",
        Dimension::Ensemble => "ensemble",
        Dimension::Nature => "par nature de l’organisme",
        Dimension::Niveau => "par niveau de formation",
        Dimension::Opco => "par OPCO",
        Dimension::Reseau => "par réseau",
        Dimension::Rqth => "travailleurs handicapés reconnus ou non",
        Dimension::Sexe => "par sexe",
    }
}

/// Where a value that is not known stands: last.
pub const INCONNUE: u8 = 3;

/// Where a value stands among those of its breakdown: the open ends of a scale are not where the
/// alphabet puts them.
pub fn rang(modalite: &str) -> u8 {
    match modalite {
        _ if modalite.starts_with("moins") => 0,
        _ if modalite.starts_with("plus") => 2,
        "" | "inconnu" | "inconnue" | "non renseigné" => INCONNUE,
        _ => 1,
    }
}

/// A value of a breakdown, in words; itself where it already is one.
pub fn modalite(dimension: Dimension, modalite: &str) -> String {
    let mots = match (dimension, modalite) {
        (Dimension::Niveau, "3") => "CAP (niveau 3)",
        (Dimension::Niveau, "4") => "Bac (niveau 4)",
        (Dimension::Niveau, "5") => "BTS (niveau 5)",
        (Dimension::Niveau, "6") => "Licence, BUT (niveau 6)",
        (Dimension::Niveau, "7") => "Master, ingénieur (niveau 7)",
        (Dimension::Niveau, "8") => "Doctorat (niveau 8)",
        (Dimension::AnneeFormation, "1") => "1re année",
        (Dimension::AnneeFormation, "0") => "Avant la 1re année",
        (Dimension::AnneeFormation, annee) if annee.parse::<u8>().is_ok() => {
            return format!("{annee}e année");
        }
        (_, "" | "inconnu" | "inconnue" | "non renseigné") => "Non renseigné",
        (_, autre) => return french::majuscule(autre),
    };
    mots.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_said_in_words_and_in_the_order_of_their_scale() {
        assert_eq!(modalite(Dimension::Age, "moins de 18 ans"), "Moins de 18 ans");
        assert_eq!(modalite(Dimension::Sexe, "femmes"), "Femmes");
        assert_eq!(modalite(Dimension::Niveau, "4"), "Bac (niveau 4)");
        assert_eq!(modalite(Dimension::AnneeFormation, "2"), "2e année");
        assert_eq!(modalite(Dimension::Rqth, "inconnu"), "Non renseigné");
        let mut ages = ["18-20 ans", "26 ans et plus", "inconnu", "moins de 18 ans"];
        ages.sort_by_key(|age| (rang(age), *age));
        assert_eq!(ages, ["moins de 18 ans", "18-20 ans", "26 ans et plus", "inconnu"]);
    }
}
