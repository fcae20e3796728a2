//! Civil days, as far as the pages need them: order, distance, school years.
//!
//! Nothing here knows what day it is.

/// A day of the Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Jour {
    /// Year.
    pub annee: i32,
    /// Month, from 1.
    pub mois: u32,
    /// Day of the month, from 1.
    pub jour: u32,
}

impl Jour {
    /// Reads `2026-10-31`; `None` for anything else.
    pub fn lire(texte: &str) -> Option<Self> {
        let mut parts = texte.splitn(3, '-');
        let annee = parts.next()?.parse().ok()?;
        let mois = parts.next()?.parse().ok().filter(|mois| (1..=12).contains(mois))?;
        let jour = parts.next()?.parse().ok().filter(|jour| (1..=31).contains(jour))?;
        Some(Self { annee, mois, jour })
    }

    /// Days since 1 March of year 0, so that leap days come last.
    fn rang(self) -> i32 {
        let (annee, mois) = match self.mois {
            1 | 2 => (self.annee - 1, self.mois + 9),
            mois => (self.annee, mois - 3),
        };
        let mois_en_jours = (153 * mois + 2) / 5;
        365 * annee + annee.div_euclid(4) - annee.div_euclid(100)
            + annee.div_euclid(400)
            + (mois_en_jours + self.jour).cast_signed()
    }

    /// Days from `autre` to this day; negative when it is later.
    pub fn jours_depuis(self, autre: Self) -> i32 {
        self.rang() - autre.rang()
    }

    /// The same day one year earlier (29 February becomes the 28th).
    #[must_use]
    pub fn un_an_plus_tot(self) -> Self {
        let jour = if self.mois == 2 { self.jour.min(28) } else { self.jour };
        Self { annee: self.annee - 1, jour, ..self }
    }

    /// The same day three months earlier, or the last day of that month.
    #[must_use]
    pub fn trois_mois_plus_tot(self) -> Self {
        let (annee, mois) = match self.mois {
            1..=3 => (self.annee - 1, self.mois + 9),
            mois => (self.annee, mois - 3),
        };
        Self { annee, mois, jour: self.jour.min(jours_du_mois(annee, mois)) }
    }

    /// The next day.
    #[must_use]
    pub fn lendemain(self) -> Self {
        if self.finit_le_mois() {
            self.mois_suivant()
        } else {
            Self { jour: self.jour + 1, ..self }
        }
    }

    /// The day before.
    #[must_use]
    pub fn veille(self) -> Self {
        match (self.mois, self.jour) {
            (1, 1) => Self { annee: self.annee - 1, mois: 12, jour: 31 },
            (mois, 1) => Self { mois: mois - 1, jour: jours_du_mois(self.annee, mois - 1), ..self },
            (_, jour) => Self { jour: jour - 1, ..self },
        }
    }

    /// The first day of the next month.
    #[must_use]
    pub fn mois_suivant(self) -> Self {
        match self.mois {
            12 => Self { annee: self.annee + 1, mois: 1, jour: 1 },
            mois => Self { mois: mois + 1, jour: 1, ..self },
        }
    }

    /// Whether tomorrow is another month.
    pub fn finit_le_mois(self) -> bool {
        self.jour == jours_du_mois(self.annee, self.mois)
    }

    /// First year of its school year, which turns on 1 August.
    pub fn rentree(self) -> i32 {
        if self.mois >= 8 { self.annee } else { self.annee - 1 }
    }

    /// Part of the school year gone by, 0 on 1 August, below 1 on 31 July.
    pub fn part_de_l_annee_scolaire(self) -> f64 {
        let debut = Self { annee: self.rentree(), mois: 8, jour: 1 };
        let fin = Self { annee: self.rentree() + 1, mois: 8, jour: 1 };
        f64::from(self.jours_depuis(debut)) / f64::from(fin.jours_depuis(debut))
    }
}

/// ISO 8601.
impl std::fmt::Display for Jour {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.annee, self.mois, self.jour)
    }
}

/// How many months the calendar of coming publications goes forward.
const MOIS_A_VENIR: usize = 12;

/// After a publication of this day, the first ones of the months to come: each is the first to give
/// the end of the month before it, and tells what is revised.
pub fn prochaines(aujourd_hui: Jour) -> Vec<Jour> {
    std::iter::successors(Some(aujourd_hui.mois_suivant()), |jour| Some(jour.mois_suivant()))
        .take(MOIS_A_VENIR)
        .collect()
}

fn jours_du_mois(annee: i32, mois: u32) -> u32 {
    match mois {
        4 | 6 | 9 | 11 => 30,
        2 if annee % 4 == 0 && (annee % 100 != 0 || annee % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jour(texte: &str) -> Jour {
        Jour::lire(texte).unwrap()
    }

    #[test]
    fn days_are_counted_across_leap_years() {
        assert_eq!(jour("2024-03-01").jours_depuis(jour("2024-02-28")), 2);
        assert_eq!(jour("2025-03-01").jours_depuis(jour("2025-02-28")), 1);
        assert_eq!(jour("2026-11-22").jours_depuis(jour("2025-11-22")), 365);
        assert_eq!(jour("2025-11-22").jours_depuis(jour("2025-11-30")), -8);
    }

    #[test]
    fn a_month_back_never_makes_a_day_that_does_not_exist() {
        assert_eq!(jour("2026-05-31").trois_mois_plus_tot(), jour("2026-02-28"));
        assert_eq!(jour("2026-02-15").trois_mois_plus_tot(), jour("2025-11-15"));
        assert_eq!(jour("2024-02-29").un_an_plus_tot(), jour("2023-02-28"));
    }

    #[test]
    fn the_first_publications_of_the_months_to_come_are_known() {
        assert_eq!(jour("2026-12-31").lendemain().to_string(), "2027-01-01");
        assert_eq!(jour("2028-02-28").lendemain().to_string(), "2028-02-29");
        for text in ["2028-02-29", "2026-12-31", "2026-11-24"] {
            assert_eq!(jour(text).lendemain().veille(), jour(text));
        }
        let coming: Vec<String> =
            prochaines(jour("2026-11-30")).iter().map(Jour::to_string).collect();
        assert_eq!((coming.len(), &*coming[0], &*coming[1]), (12, "2026-12-01", "2027-01-01"));
        // On the first day of a month its own end is still to come.
        assert_eq!(prochaines(jour("2026-12-01"))[0], jour("2027-01-01"));
    }

    #[test]
    fn the_school_year_turns_on_the_first_of_august() {
        assert_eq!(jour("2026-07-31").rentree(), 2025);
        assert_eq!(jour("2026-08-01").rentree(), 2026);
        assert!(jour("2026-08-01").part_de_l_annee_scolaire().abs() < 1e-9);
        assert!(jour("2026-07-31").part_de_l_annee_scolaire() > 0.99);
    }

    #[test]
    fn what_is_not_a_day_is_refused() {
        for texte in ["", "2026", "2026-13-01", "2026-00-10", "31/10/2026"] {
            assert_eq!(Jour::lire(texte), None, "{texte}");
        }
    }
}
