//! The open data, opened at one place: its figures now and a year earlier, its organisations.
//!
//! Reads, never counts learners: every figure is one that was published.

use std::collections::{BTreeMap, BTreeSet};

use open_data::v1::{Dimension, Indicateur, Maille, Motif, OpenData, Organisme, Serie, Valeur};

use crate::calendar::Jour;
use crate::french::Variation;
use crate::places::Place;

/// From this many learners on, an organisation has a page.
const APPRENANTS_POUR_UNE_PAGE: u32 = 5;
/// A month-end this far from the anniversary still stands for « a year earlier ».
const ECART_TOLERE_EN_JOURS: i32 = 16;

/// One publication, indexed for the pages.
pub struct Atlas<'a> {
    data: &'a OpenData,
    /// The dates of the publication, oldest first.
    pub jours: Vec<Jour>,
    un_an_plus_tot: Option<usize>,
    organismes: BTreeMap<(Maille, &'a str), Vec<&'a Organisme>>,
    avec_page: BTreeSet<&'a str>,
}

/// A figure at the date of the publication, and a year earlier where there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chiffre {
    /// `None` where the place has no figures at all.
    pub maintenant: Option<Valeur>,
    /// `None` where the publication does not go back that far.
    pub avant: Option<Valeur>,
}

impl Chiffre {
    /// How it moved, when both figures are given.
    pub fn variation(self) -> Option<Variation> {
        let avant = self.avant?.connue()?;
        // Nobody a year ago means that nobody transmitted yet: there is nothing to compare.
        (avant > 0).then_some(())?;
        Some(Variation::entre(avant, self.maintenant?.connue()?))
    }

    /// Whether it exists and may not be shown.
    pub fn secret(self) -> bool {
        self.maintenant == Some(Valeur::Masquee(Motif::Secret))
    }
}

/// How many organisations of a place have sent their learners lately.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Couverture {
    /// Within the three months before the publication.
    pub recents: u32,
    /// Every organisation listed.
    pub total: u32,
}

impl Couverture {
    /// Whether the figures speak for the place: four organisations out of five.
    pub fn suffit(self) -> bool {
        self.recents * 5 >= self.total * 4
    }

    /// In percent; 100 where there is no organisation.
    pub fn pourcent(self) -> f64 {
        if self.total == 0 {
            return 100.0;
        }
        100.0 * f64::from(self.recents) / f64::from(self.total)
    }
}

impl<'a> Atlas<'a> {
    /// Opens a publication.
    pub fn new(data: &'a OpenData) -> Self {
        let jours: Vec<Jour> = data.dates.iter().filter_map(|date| Jour::lire(date)).collect();
        let mut organismes: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for organisme in &data.organismes {
            for lieu in [
                (Maille::France, "FR"),
                (Maille::Region, organisme.code_region.as_str()),
                (Maille::Academie, &organisme.code_academie),
                (Maille::Departement, &organisme.code_departement),
            ] {
                organismes.entry(lieu).or_default().push(organisme);
            }
        }
        let mut atlas = Self {
            data,
            un_an_plus_tot: un_an_plus_tot(&jours),
            jours,
            organismes,
            avec_page: BTreeSet::new(),
        };
        atlas.avec_page = data
            .organismes
            .iter()
            .map(|organisme| organisme.code.as_str())
            .filter(|code| {
                let apprenants =
                    atlas.chiffre(Maille::Organisme, code, Indicateur::Apprenants).maintenant;
                apprenants.and_then(Valeur::connue) >= Some(APPRENANTS_POUR_UNE_PAGE)
            })
            .collect();
        atlas
    }

    /// The day of the publication.
    pub fn aujourd_hui(&self) -> Option<Jour> {
        self.jours.last().copied()
    }

    /// The day compared with, about a year before the publication.
    pub fn il_y_a_un_an(&self) -> Option<Jour> {
        self.un_an_plus_tot.map(|index| self.jours[index])
    }

    /// One figure of a place.
    pub fn chiffre(&self, maille: Maille, code: &str, indicateur: Indicateur) -> Chiffre {
        self.chiffre_de(self.data.serie(maille, code, indicateur))
    }

    /// One figure of a series.
    pub fn chiffre_de(&self, serie: Option<&Serie>) -> Chiffre {
        let valeur = |index: Option<usize>| serie?.valeurs.get(index?).copied();
        Chiffre {
            maintenant: valeur(self.jours.len().checked_sub(1)),
            avant: valeur(self.un_an_plus_tot),
        }
    }

    /// The figures of a place over time.
    pub fn serie(&self, maille: Maille, code: &str, indicateur: Indicateur) -> Option<&'a Serie> {
        self.data.serie(maille, code, indicateur)
    }

    /// Every series of a place, breakdowns included, as published.
    pub fn series(&self, maille: Maille, code: &str) -> &'a [Serie] {
        let place = |serie: &Serie| (serie.maille, serie.code.as_str()).cmp(&(maille, code));
        let start = self.data.series.partition_point(|serie| place(serie).is_lt());
        let end = self.data.series.partition_point(|serie| place(serie).is_le());
        &self.data.series[start..end]
    }

    /// The values of one breakdown, in published order.
    pub fn ventilation(
        &self,
        place: &Place,
        dimension: Dimension,
        indicateur: Indicateur,
    ) -> Vec<&'a Serie> {
        self.series(place.maille, place.code)
            .iter()
            .filter(|serie| serie.dimension == dimension && serie.indicateur == indicateur)
            .collect()
    }

    /// The organisations of a place, by UAI and SIRET.
    pub fn organismes(&self, place: &Place) -> &[&'a Organisme] {
        self.organismes.get(&(place.maille, place.code)).map_or(&[], Vec::as_slice)
    }

    /// Every organisation that has a page, by UAI and SIRET.
    pub fn organismes_avec_page(&self) -> impl Iterator<Item = &'a Organisme> {
        self.data.organismes.iter().filter(|organisme| self.a_une_page(organisme))
    }

    /// Whether an organisation has enough learners for a page.
    pub fn a_une_page(&self, organisme: &Organisme) -> bool {
        self.avec_page.contains(organisme.code.as_str())
    }

    /// How many organisations of a place have sent their learners lately.
    pub fn couverture(&self, place: &Place) -> Couverture {
        let organismes = self.organismes(place);
        let depuis = self.aujourd_hui().map(Jour::trois_mois_plus_tot);
        let recents = organismes
            .iter()
            .filter(|organisme| {
                let envoi = Jour::lire(&organisme.derniere_transmission);
                envoi.is_some() && envoi >= depuis
            })
            .count();
        Couverture { recents: recents as u32, total: organismes.len() as u32 }
    }
}

fn un_an_plus_tot(jours: &[Jour]) -> Option<usize> {
    let cible = jours.last()?.un_an_plus_tot();
    let ecart = |index: &usize| jours[*index].jours_depuis(cible).abs();
    (0..jours.len()).min_by_key(ecart).filter(|index| ecart(index) <= ECART_TOLERE_EN_JOURS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jours(dates: &[&str]) -> Vec<Jour> {
        dates.iter().map(|date| Jour::lire(date).unwrap()).collect()
    }

    #[test]
    fn a_year_earlier_is_the_nearest_month_end() {
        let dates = jours(&["2025-10-31", "2025-11-30", "2025-12-31", "2026-11-22"]);
        assert_eq!(un_an_plus_tot(&dates), Some(1));
        let dates = jours(&["2025-10-31", "2025-11-30", "2026-11-10"]);
        assert_eq!(un_an_plus_tot(&dates), Some(0));
        assert_eq!(un_an_plus_tot(&jours(&["2026-10-31", "2026-11-10"])), None);
        assert_eq!(un_an_plus_tot(&[]), None);
    }

    #[test]
    fn a_withheld_figure_has_no_variation() {
        let secret = Some(Valeur::Masquee(Motif::Secret));
        let connue = |n| Some(Valeur::Connue(n));
        let variation = |avant, maintenant| Chiffre { maintenant, avant }.variation();
        assert_eq!(variation(secret, connue(10)), None);
        assert_eq!(variation(connue(10), secret), None);
        assert_eq!(variation(None, connue(10)), None);
        assert_eq!(variation(connue(0), connue(10)), None);
        assert!(variation(connue(100), connue(110)).is_some());
    }

    #[test]
    fn four_organisations_out_of_five_speak_for_a_place() {
        assert!(Couverture { recents: 4, total: 5 }.suffit());
        assert!(!Couverture { recents: 79, total: 100 }.suffit());
        assert!((Couverture { recents: 0, total: 0 }.pourcent() - 100.0).abs() < 1e-9);
    }
}
