//! The vertical scale of a curve: from zero to a round number, in pixels down.

/// Height of the drawing, without its months.
pub const HAUTEUR: f64 = 220.0;
/// Room above the highest line, for the figure written there.
const MARGE_HAUTE: f64 = 26.0;
/// Under this distance two labels would touch.
pub const INTERLIGNE: f64 = 17.0;

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
        MARGE_HAUTE + (HAUTEUR - MARGE_HAUTE) * (1.0 - part)
    }

    /// From zero to the top.
    pub fn graduations(self) -> impl Iterator<Item = u32> {
        let Self { pas, sommet } = self;
        (0..=sommet / pas).map(move |rang| rang * pas)
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
    fn the_scale_is_round_and_has_room() {
        for (plus_grand, pas, sommet) in
            [(0, 1, 1), (4, 1, 4), (9, 5, 10), (21_430, 10_000, 30_000), (612, 200, 800)]
        {
            let echelle = Echelle::pour(plus_grand, 4);
            assert_eq!(echelle, Echelle { pas, sommet }, "{plus_grand}");
            assert!(echelle.y(plus_grand) >= MARGE_HAUTE);
        }
    }

    #[test]
    fn labels_do_not_touch() {
        let mut etiquettes = [(50.0, "c"), (10.0, "a"), (12.0, "b")];
        ecarter(&mut etiquettes);
        assert_eq!(etiquettes, [(10.0, "a"), (27.0, "b"), (50.0, "c")]);
    }
}
