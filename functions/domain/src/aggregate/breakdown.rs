//! The breakdowns whose modalities are known in advance: one number for each modality.
//!
//! Not here: those whose modalities come from the records and the references (`catalogue`).

use super::Dimension;
use crate::record::Sex;
use crate::vocabulary::Cfd;

/// What a cell counts: an index in [`MODALITIES`], or past its end one of the catalogue.
pub(super) type Breakdown = usize;

/// Said when the file does not tell.
pub(super) const UNKNOWN: &str = "non renseigné";

/// Every learner.
pub(super) const ENSEMBLE: Breakdown = 0;
const AGE: Breakdown = 1;
const SINCE_CONTRACT: Breakdown = AGE + 4;
const TRAINING_YEAR: Breakdown = SINCE_CONTRACT + 4;
const LEVEL: Breakdown = TRAINING_YEAR + 10;
const RQTH: Breakdown = LEVEL + 7;
const SEX: Breakdown = RQTH + 3;
const NATURE: Breakdown = SEX + 2;
/// How many there are; the number of the first that is not here.
pub(super) const FIXED: Breakdown = NATURE + 4;

/// Dimension and public word of each modality.
pub(super) const MODALITIES: [(Dimension, &str); FIXED] = [
    (Dimension::Ensemble, ""),
    (Dimension::Age, "moins de 18 ans"),
    (Dimension::Age, "18-20 ans"),
    (Dimension::Age, "21-25 ans"),
    (Dimension::Age, "26 ans et plus"),
    (Dimension::AncienneteRupture, "0-45 jours"),
    (Dimension::AncienneteRupture, "46-90 jours"),
    (Dimension::AncienneteRupture, "91-180 jours"),
    (Dimension::AncienneteRupture, "plus de 180 jours"),
    (Dimension::AnneeFormation, "0"),
    (Dimension::AnneeFormation, "1"),
    (Dimension::AnneeFormation, "2"),
    (Dimension::AnneeFormation, "3"),
    (Dimension::AnneeFormation, "4"),
    (Dimension::AnneeFormation, "5"),
    (Dimension::AnneeFormation, "6"),
    (Dimension::AnneeFormation, "7"),
    (Dimension::AnneeFormation, "8"),
    (Dimension::AnneeFormation, "9 et plus"),
    (Dimension::Niveau, "3"),
    (Dimension::Niveau, "4"),
    (Dimension::Niveau, "5"),
    (Dimension::Niveau, "6"),
    (Dimension::Niveau, "7"),
    (Dimension::Niveau, "8"),
    (Dimension::Niveau, UNKNOWN),
    (Dimension::Rqth, "oui"),
    (Dimension::Rqth, "non"),
    (Dimension::Rqth, UNKNOWN),
    (Dimension::Sexe, "femmes"),
    (Dimension::Sexe, "hommes"),
    (Dimension::Nature, "formateur"),
    (Dimension::Nature, "responsable"),
    (Dimension::Nature, "responsable_formateur"),
    (Dimension::Nature, UNKNOWN),
];

/// Age, from months lived since the month of birth. The day of birth is not kept: within its month
/// a birthday counts from the first day, which is exact at every month-end.
pub(super) fn age(months: i32) -> Breakdown {
    AGE + match months.div_euclid(12) {
        ..18 => 0,
        18..=20 => 1,
        21..=25 => 2,
        26.. => 3,
    }
}

/// Time since the last contract: a band from 0 to 3.
pub(super) fn band_since_contract(days: i32) -> u8 {
    match days {
        ..=45 => 0,
        46..=90 => 1,
        91..=180 => 2,
        // A training that ends on a break keeps its last status until the school year turns.
        _ => 3,
    }
}

/// Time since the last contract, from its band.
pub(super) fn since_contract(band: u8) -> Breakdown {
    SINCE_CONTRACT + usize::from(band)
}

/// Year within the training.
pub(super) fn training_year(year: u8) -> Breakdown {
    TRAINING_YEAR + usize::from(year.min(9))
}

/// European level: as the reference says, else from the first digit of the CFD code.
pub(super) fn level(known: Option<u8>, cfd: Option<Cfd>) -> Breakdown {
    let of_cfd = || match cfd.and_then(|cfd| cfd.as_str().bytes().next()) {
        Some(digit @ b'1'..=b'5') => Some(8 - (digit - b'0')),
        _ => None,
    };
    LEVEL
        + match known.or_else(of_cfd) {
            Some(level @ 3..=8) => usize::from(level - 3),
            _ => 6,
        }
}

/// What the organisation does, by the word of the reference.
pub(super) fn nature(word: Option<&str>) -> Breakdown {
    let known = ["formateur", "responsable", "responsable_formateur"];
    NATURE + known.iter().position(|known| Some(*known) == word).unwrap_or(known.len())
}

/// Recognised as a disabled worker.
pub(super) fn rqth(rqth: Option<bool>) -> Breakdown {
    RQTH + match rqth {
        Some(true) => 0,
        Some(false) => 1,
        None => 2,
    }
}

/// Sex.
pub(super) fn sex(sex: Sex) -> Breakdown {
    SEX + match sex {
        Sex::Female => 0,
        Sex::Male => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(breakdown: Breakdown) -> &'static str {
        MODALITIES[breakdown].1
    }

    #[test]
    fn every_modality_is_under_its_dimension() {
        let cfd = |text| Cfd::parse(text);
        assert_eq!(said(age(17 * 12 + 11)), "moins de 18 ans");
        assert_eq!(said(age(18 * 12)), "18-20 ans");
        assert_eq!(said(age(21 * 12 - 1)), "18-20 ans");
        assert_eq!(said(age(26 * 12 - 1)), "21-25 ans");
        assert_eq!(said(age(26 * 12)), "26 ans et plus");
        let bands = [0, 45, 46, 90, 91, 180, 181].map(band_since_contract);
        assert_eq!(bands, [0, 0, 1, 1, 2, 2, 3]);
        assert_eq!(said(since_contract(2)), "91-180 jours");
        assert_eq!(
            [0, 3, 9, 12].map(|year| said(training_year(year))),
            ["0", "3", "9 et plus", "9 et plus"]
        );
        let levels = ["50022137", "40022137", "32022137", "25022137", "13522137", "01022137"];
        assert_eq!(
            levels.map(|code| said(level(None, cfd(code)))),
            ["3", "4", "5", "6", "7", UNKNOWN]
        );
        assert_eq!(said(level(None, None)), UNKNOWN);
        assert_eq!(said(level(Some(8), cfd("13522137"))), "8");
        assert_eq!(said(level(Some(1), None)), UNKNOWN);
        let natures = [Some("responsable_formateur"), Some("formateur"), Some("inconnue"), None];
        assert_eq!(
            natures.map(|word| said(nature(word))),
            ["responsable_formateur", "formateur", UNKNOWN, UNKNOWN]
        );
        assert_eq!(
            [Some(true), Some(false), None].map(|told| said(rqth(told))),
            ["oui", "non", UNKNOWN]
        );
        assert_eq!([Sex::Female, Sex::Male].map(|told| said(sex(told))), ["femmes", "hommes"]);
    }
}
