//! The part of an indicator among the learners in training: worked out from what is published, and
//! from nothing else, so that it gives nothing away beyond it.
//!
//! The learners in training (`apprenants`) are the sum of three indicators: each of them has a part.
//! Those who left are not in training: they have none.
//!
//! | Numerator, denominator | Part |
//! | --- | --- |
//! | one is withheld | withheld for the same reason |
//! | fewer than twenty in the denominator, none or all of them in the numerator | secret (`c`) |
//! | fewer than twenty in the denominator | not computable (`nc`) |
//! | else | in tenths of a percent, the nearest; the even one of two that are as near |
//!
//! Example. 7 rupturants of 160 apprenants: 4.375 %, published as 4.4. 1 of 160: 0.625 %, published
//! as 0.6.

use crate::v1::{Indicateur, Motif, Serie, Valeur, groupes};

/// Below this many in the denominator, a part says nothing.
pub const LEAST_DENOMINATOR: u32 = 20;

/// The indicators that have a part, in the order of the files.
pub const INDICATEURS: [Indicateur; 3] =
    [Indicateur::Apprentis, Indicateur::InscritsSansContrat, Indicateur::Rupturants];

/// Their words.
pub const MOTS: &[&str] = &["apprentis", "inscrits_sans_contrat", "rupturants"];

/// A part, and what it was worked out from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taux {
    /// As published.
    pub numerateur: Valeur,
    /// As published.
    pub denominateur: Valeur,
    /// In tenths of a percent, from 0 to 1000.
    pub dixiemes: Valeur,
}

impl Taux {
    /// The part of a figure in another.
    pub fn de(numerateur: Valeur, denominateur: Valeur) -> Self {
        let dixiemes = match (numerateur, denominateur) {
            (_, Valeur::Masquee(motif)) | (Valeur::Masquee(motif), _) => Valeur::Masquee(motif),
            (Valeur::Connue(part), Valeur::Connue(whole)) if whole < LEAST_DENOMINATOR => {
                let tells = whole > 0 && (part == 0 || part == whole);
                Valeur::Masquee(if tells { Motif::Secret } else { Motif::NonCalculable })
            }
            (Valeur::Connue(part), Valeur::Connue(whole)) => {
                Valeur::Connue(half_even(1000 * u64::from(part), u64::from(whole)) as u32)
            }
        };
        Self { numerateur, denominateur, dixiemes }
    }
}

/// A quotient, rounded to the nearest; to the even one of two that are as near.
fn half_even(dividend: u64, divisor: u64) -> u64 {
    let (quotient, twice) = (dividend / divisor, 2 * (dividend % divisor));
    quotient + u64::from(twice > divisor || (twice == divisor && quotient % 2 == 1))
}

/// Each series that has a part, with that of each date. The series are in the order of the files.
pub fn taux(series: &[Serie]) -> impl Iterator<Item = (&Serie, impl Iterator<Item = Taux>)> {
    groupes(series).flat_map(|group| {
        let whole = group.iter().find(|serie| serie.indicateur == Indicateur::Apprenants);
        let parts = group.iter().filter(|serie| INDICATEURS.contains(&serie.indicateur));
        parts.filter_map(move |serie| {
            let pairs = serie.valeurs.iter().zip(&whole?.valeurs);
            Some((serie, pairs.map(|(part, whole)| Taux::de(*part, *whole))))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: Valeur = Valeur::Masquee(Motif::Secret);
    const TOO_FEW: Valeur = Valeur::Masquee(Motif::NonCalculable);

    fn part(part: u32, whole: u32) -> Valeur {
        Taux::de(Valeur::Connue(part), Valeur::Connue(whole)).dixiemes
    }

    #[test]
    fn parts_are_rounded_to_the_nearest_tenth_and_to_the_even_one() {
        let known = Valeur::Connue;
        assert_eq!([part(7, 160), part(1, 160)], [known(44), known(6)]);
        // 0.25 % and 0.75 % are as far from both tenths around them.
        assert_eq!([part(1, 400), part(3, 400)], [known(2), known(8)]);
        assert_eq!([part(0, 20), part(20, 20), part(1, 3000)], [known(0), known(1000), known(0)]);
        assert_eq!(part(4_000_000_000, 4_294_967_295), known(931));
    }

    #[test]
    fn a_part_is_withheld_where_a_figure_is_or_where_too_few_are_behind_it() {
        for pair in [(SECRET, Valeur::Connue(90)), (Valeur::Connue(9), SECRET), (SECRET, SECRET)] {
            assert_eq!(Taux::de(pair.0, pair.1).dixiemes, SECRET);
        }
        assert_eq!([part(7, 19), part(0, 0)], [TOO_FEW; 2]);
        assert_eq!([part(0, 19), part(19, 19)], [SECRET; 2]);
    }

    #[test]
    fn each_breakdown_has_its_own_denominator() {
        let serie = |modalite: &'static str, indicateur, valeur| Serie {
            maille: crate::v1::Maille::France,
            code: "FR".to_owned(),
            libelle: "France".to_owned(),
            dimension: crate::v1::Dimension::Sexe,
            modalite: modalite.into(),
            indicateur,
            valeurs: vec![Valeur::Connue(valeur)],
        };
        let series = [
            serie("F", Indicateur::Abandons, 10),
            serie("F", Indicateur::Apprenants, 100),
            serie("F", Indicateur::Apprentis, 90),
            serie("M", Indicateur::Apprenants, 200),
            serie("M", Indicateur::Apprentis, 90),
            // Nobody says how many there are.
            serie("X", Indicateur::Apprentis, 90),
        ];
        let parts: Vec<_> = taux(&series)
            .map(|(serie, parts)| (&*serie.modalite, parts.map(|one| one.dixiemes).collect()))
            .collect();
        let expected: [(&str, Vec<Valeur>); 2] =
            [("F", vec![Valeur::Connue(900)]), ("M", vec![Valeur::Connue(450)])];
        assert_eq!(parts, expected);
        assert!(MOTS.iter().copied().eq(INDICATEURS.iter().map(|one| one.as_str())));
    }
}
