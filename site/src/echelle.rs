//! The vertical scales: from zero to a round number for curves, from zero both ways for bars, in pixels
//! down.

use std::fmt;

/// Height of the drawing, without its months.
pub const HAUTEUR: f64 = 220.0;
/// Room above the highest figure, for what is written there; and below the lowest of two ways.
const MARGE: f64 = 26.0;
/// Under this distance two labels would touch.
pub const INTERLIGNE: f64 = 17.0;

/// A position, to the tenth: from whole tenths, it is written in a fifth of the time of a float.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dixiemes(i32);

/// A position as it is written.
pub fn au_dixieme(position: f64) -> Dixiemes {
    Dixiemes((10.0 * position).round() as i32)
}

impl fmt::Display for Dixiemes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let signe = if self.0 < 0 { "-" } else { "" };
        let dixiemes = self.0.unsigned_abs();
        match (dixiemes / 10, dixiemes % 10) {
            (entier, 0) => write!(f, "{signe}{entier}"),
            (entier, dixieme) => write!(f, "{signe}{entier}.{dixieme}"),
        }
    }
}

/// From zero to a round number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Echelle {
    pas: u32,
    sommet: u32,
}

impl Echelle {
    /// In so many intervals at most.
    pub fn pour(plus_grand: u32, intervalles: u32) -> Self {
        let pas = (0..9)
            .flat_map(|rang| [1, 2, 5].map(|chiffre| chiffre * 10_u32.pow(rang)))
            .find(|pas| plus_grand.div_ceil(*pas) <= intervalles)
            .unwrap_or(1_000_000_000);
        Self { pas, sommet: pas.saturating_mul(plus_grand.div_ceil(pas).max(1)) }
    }

    /// Where a figure is.
    pub fn y(self, valeur: u32) -> f64 {
        let part = f64::from(valeur) / f64::from(self.sommet);
        MARGE + (HAUTEUR - MARGE) * (1.0 - part)
    }

    /// From zero to the top.
    pub fn graduations(self) -> impl Iterator<Item = u32> {
        let Self { pas, sommet } = self;
        (0..=sommet / pas).map(move |rang| rang * pas)
    }
}

/// From zero up and down, one learner as long either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeuxSens {
    pas: u32,
    haut: u32,
    bas: u32,
}

impl DeuxSens {
    /// For the greatest figure of each way, the greater of them in so many intervals at most.
    pub fn pour(haut: u32, bas: u32, intervalles: u32) -> Self {
        Self { pas: Echelle::pour(haut.max(bas), intervalles).pas, haut, bas }
    }

    /// Where zero is.
    pub fn axe(self) -> f64 {
        MARGE + self.longueur(self.haut)
    }

    /// How long a figure is.
    pub fn longueur(self, valeur: u32) -> f64 {
        let tout = f64::from(self.haut) + f64::from(self.bas);
        (HAUTEUR - 2.0 * MARGE) * f64::from(valeur) / tout.max(1.0)
    }

    /// The round figures, and where each is: from the lowest, by way of zero.
    pub fn graduations(self) -> impl Iterator<Item = (u32, f64)> {
        let rondes = move |plus_grand: u32| (1..=plus_grand / self.pas).map(move |n| n * self.pas);
        let bas = rondes(self.bas).rev().map(move |n| (n, self.axe() + self.longueur(n)));
        let haut = rondes(self.haut).map(move |n| (n, self.axe() - self.longueur(n)));
        bas.chain([(0, self.axe())]).chain(haut)
    }
}

/// Moves labels down where they would touch, from the highest.
pub fn ecarter<T>(etiquettes: &mut [(f64, T)]) {
    etiquettes.sort_by(|une, autre| une.0.total_cmp(&autre.0));
    for rang in 1..etiquettes.len() {
        etiquettes[rang].0 = etiquettes[rang].0.max(etiquettes[rang - 1].0 + INTERLIGNE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_written_to_the_tenth() {
        let written = [0.0, 12.34, 99.96, -3.04, -0.04, 100.0].map(|it| au_dixieme(it).to_string());
        assert_eq!(written, ["0", "12.3", "100", "-3", "0", "100"]);
    }

    #[test]
    fn the_scale_is_round_and_has_room() {
        for (plus_grand, pas, sommet) in
            [(0, 1, 1), (4, 1, 4), (9, 5, 10), (21_430, 10_000, 30_000), (612, 200, 800)]
        {
            let echelle = Echelle::pour(plus_grand, 4);
            assert_eq!(echelle, Echelle { pas, sommet }, "{plus_grand}");
            assert!(echelle.y(plus_grand) >= MARGE);
        }
    }

    #[test]
    fn one_learner_is_as_long_up_as_down() {
        let echelle = DeuxSens::pour(1_240, 310, 4);
        let (axe, place) = (echelle.axe(), HAUTEUR - 2.0 * MARGE);
        assert!((axe - MARGE - 0.8 * place).abs() < 1e-9, "{axe}");
        assert!((axe + echelle.longueur(310) - (HAUTEUR - MARGE)).abs() < 1e-9);
        let graduations: Vec<u32> = echelle.graduations().map(|(valeur, _)| valeur).collect();
        assert_eq!(graduations, [0, 500, 1_000]);
        let graduations: Vec<u32> =
            DeuxSens::pour(9, 11, 4).graduations().map(|(valeur, _)| valeur).collect();
        assert_eq!(graduations, [10, 5, 0, 5]);
        // Nothing either way is an axis, and nothing else.
        assert_eq!(DeuxSens::pour(0, 0, 4).graduations().collect::<Vec<_>>(), [(0, MARGE)]);
    }

    #[test]
    fn labels_do_not_touch() {
        let mut etiquettes = [(50.0, "c"), (10.0, "a"), (12.0, "b")];
        ecarter(&mut etiquettes);
        assert_eq!(etiquettes, [(10.0, "a"), (27.0, "b"), (50.0, "c")]);
    }
}
