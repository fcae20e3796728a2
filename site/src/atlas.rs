//! The open data, opened at one place: its figures now and a year earlier, its organisations.
//!
//! Reads, never counts learners: every figure is one that was published.

use std::collections::{BTreeMap, BTreeSet};

use open_data::journal::Journal;
use open_data::v1::{
    Certification, Cohorte, Couverture, Dimension, Flux, Indicateur, Maille, Motif, OpenData,
    Organisme, Revision, Serie, Valeur,
};
use open_data::variation::{months_before, variation};

use crate::calendar::Jour;
use crate::french::Variation;
use crate::places::Place;
use crate::words::{INCONNUE, rang};

/// From this many learners on, an organisation has a page.
const APPRENANTS_POUR_UNE_PAGE: u32 = 5;

/// What figures are about: a place, whole or in one value of a breakdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sujet<'a> {
    /// Level of the place.
    pub maille: Maille,
    /// Its code.
    pub code: &'a str,
    /// How it is broken down.
    pub dimension: Dimension,
    /// The value of the breakdown; empty when it is not.
    pub modalite: &'a str,
}

impl<'a> Sujet<'a> {
    /// A place, not broken down.
    pub fn ensemble(maille: Maille, code: &'a str) -> Self {
        Self { maille, code, dimension: Dimension::Ensemble, modalite: "" }
    }
}

/// One publication, indexed for the pages.
pub struct Atlas<'a> {
    data: &'a OpenData,
    /// The dates of the publication, oldest first.
    pub jours: Vec<Jour>,
    un_mois_plus_tot: Option<usize>,
    un_an_plus_tot: Option<usize>,
    organismes: BTreeMap<(Maille, &'a str), Vec<&'a Organisme>>,
    avec_page: BTreeSet<&'a str>,
    formations: BTreeSet<(Dimension, &'a str)>,
}

/// A figure at the date of the publication, a month and a year earlier where there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chiffre {
    /// `None` where the place has no figures at all.
    pub maintenant: Option<Valeur>,
    /// `None` where the publication does not go back that far.
    pub un_mois_avant: Option<Valeur>,
    /// `None` where the publication does not go back that far.
    pub un_an_avant: Option<Valeur>,
}

impl Chiffre {
    /// How it moved since the end of the month before, when both figures are given.
    pub fn sur_un_mois(self) -> Option<Variation> {
        self.depuis(self.un_mois_avant)
    }

    /// How it moved since the same month a year before, when both figures are given.
    pub fn sur_un_an(self) -> Option<Variation> {
        self.depuis(self.un_an_avant)
    }

    fn depuis(self, avant: Option<Valeur>) -> Option<Variation> {
        // Nobody then means that nobody transmitted yet: there is nothing to compare.
        let avant = avant.filter(|avant| *avant != Valeur::Connue(0));
        Variation::de(variation(self.maintenant?, avant))
    }

    /// Whether it exists and may not be shown.
    pub fn secret(self) -> bool {
        self.maintenant == Some(Valeur::Masquee(Motif::Secret))
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
            un_mois_plus_tot: months_before(&data.dates, 1),
            un_an_plus_tot: months_before(&data.dates, 12),
            jours,
            organismes,
            avec_page: BTreeSet::new(),
            formations: BTreeSet::new(),
        };
        atlas.formations = atlas.formations_suivies();
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

    /// How many figures are withheld so that nobody is recognised, over all dates.
    pub fn caches(&self) -> u32 {
        let chiffres = self.data.series.iter().flat_map(|serie| &serie.valeurs).copied();
        let mouvements = self.data.flux.iter().flat_map(|flux| &flux.valeurs).copied();
        let promotions = self.data.cohortes.iter().flat_map(|une| [une.observes, une.avec_contrat]);
        let tous = chiffres.chain(mouvements).chain(promotions);
        tous.filter(|valeur| valeur.motif() == Some(Motif::Secret)).count() as u32
    }

    /// The day of the publication.
    pub fn aujourd_hui(&self) -> Option<Jour> {
        self.jours.last().copied()
    }

    /// The last day of the same month, a year before the publication.
    pub fn il_y_a_un_an(&self) -> Option<Jour> {
        self.un_an_plus_tot.map(|index| self.jours[index])
    }

    /// The last day of the month before.
    pub fn il_y_a_un_mois(&self) -> Option<Jour> {
        self.un_mois_plus_tot.map(|index| self.jours[index])
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
            un_mois_avant: valeur(self.un_mois_plus_tot),
            un_an_avant: valeur(self.un_an_plus_tot),
        }
    }

    /// The figures of a place over time.
    pub fn serie(&self, maille: Maille, code: &str, indicateur: Indicateur) -> Option<&'a Serie> {
        self.data.serie(maille, code, indicateur)
    }

    /// Every series of a place, breakdowns included, as published.
    pub fn series(&self, maille: Maille, code: &str) -> &'a [Serie] {
        self.data.series(maille, code)
    }

    /// The figures of a subject over time.
    pub fn serie_de(&self, sujet: Sujet, indicateur: Indicateur) -> Option<&'a Serie> {
        let series = self.series(sujet.maille, sujet.code);
        let cherche = (sujet.dimension, sujet.modalite, indicateur);
        let cle = |serie: &Serie| {
            let modalite: &str = &serie.modalite;
            (serie.dimension, modalite, serie.indicateur).cmp(&cherche)
        };
        series.binary_search_by(cle).ok().map(|rang| &series[rang])
    }

    /// The levels and certifications of enough learners in the country.
    fn formations_suivies(&self) -> BTreeSet<(Dimension, &'a str)> {
        let assez = |serie: &&Serie| {
            let maintenant = self.chiffre_de(Some(serie)).maintenant;
            maintenant.and_then(Valeur::connue) >= Some(APPRENANTS_POUR_UNE_PAGE)
        };
        self.series(Maille::France, "FR")
            .iter()
            .filter(|serie| matches!(serie.dimension, Dimension::Niveau | Dimension::Certification))
            .filter(|serie| serie.indicateur == Indicateur::Apprenants)
            .filter(|serie| rang(&serie.modalite) < INCONNUE)
            .filter(assez)
            .map(|serie| (serie.dimension, serie.modalite.as_ref()))
            .collect()
    }

    /// The levels, or the certifications, that have a page, by code.
    pub fn formations(&self, dimension: Dimension) -> impl Iterator<Item = &'a str> {
        let siennes = self.formations.iter().filter(move |(autre, _)| *autre == dimension);
        siennes.map(|(_, code)| *code)
    }

    /// Whether a level or a certification has a page.
    pub fn formation_a_une_page(&self, dimension: Dimension, code: &str) -> bool {
        self.formations.contains(&(dimension, code))
    }

    /// The level of a certification: a modality of `niveau`, empty where it is not one.
    pub fn niveau(&self, code: &str) -> &'a str {
        self.certification(code).map_or("", |une| une.niveau.as_str())
    }

    fn certification(&self, code: &str) -> Option<&'a Certification> {
        let certifications = &self.data.certifications;
        let rang = certifications.binary_search_by(|une| une.code.as_str().cmp(code)).ok()?;
        Some(&certifications[rang])
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

    /// The name of a certification, where the reference gives one.
    pub fn libelle(&self, code: &str) -> Option<&'a str> {
        let libelle = self.certification(code)?.libelle.as_str();
        Some(libelle).filter(|libelle| !libelle.is_empty())
    }

    /// Every organisation of the publication, by UAI and SIRET.
    pub fn tous_les_organismes(&self) -> &'a [Organisme] {
        &self.data.organismes
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

    /// How many organisations of a place have sent their learners lately; `None` where none is
    /// listed.
    pub fn couverture(&self, place: &Place) -> Option<&'a Couverture> {
        self.data.couverture(place.maille, place.code)
    }

    /// Whether the figures of a place describe the organisations that transmit, not the place.
    pub fn est_partiel(&self, place: &Place) -> bool {
        self.couverture(place).is_some_and(|couverture| !couverture.suffit())
    }

    /// Whether an organisation that transmitted has not done so for three months.
    pub fn est_ancien(&self, organisme: &Organisme) -> bool {
        let envoi = Jour::lire(&organisme.derniere_transmission);
        envoi.is_some_and(|envoi| Some(envoi) < self.aujourd_hui().map(Jour::trois_mois_plus_tot))
    }

    /// What each publication changed.
    pub fn journal(&self) -> &'a Journal {
        &self.data.journal
    }

    /// The past figures of a place that are no longer what they were when first published.
    pub fn revisions(&self, maille: Maille, code: &str) -> impl Iterator<Item = &'a Revision> {
        self.data.revisions(maille, code)
    }

    /// The months that are over, by their last days, oldest first.
    pub fn mois(&self) -> Vec<Jour> {
        self.data.mois().iter().filter_map(|mois| Jour::lire(mois)).collect()
    }

    /// What happened in a place, in each of [`Self::mois`].
    pub fn flux(&self, place: &Place) -> &'a [Flux] {
        self.data.flux(place.maille, place.code)
    }

    /// The entry classes of a place, oldest first.
    pub fn cohortes(&self, place: &Place) -> &'a [Cohorte] {
        self.data.cohortes(place.maille, place.code)
    }

    /// What the figure of a date was when first published, if it has been revised.
    pub fn revision(&self, serie: &Serie, rang: usize) -> Option<&'a Revision> {
        if serie.dimension != Dimension::Ensemble {
            return None;
        }
        let date = self.data.dates.get(rang)?;
        self.revisions(serie.maille, &serie.code)
            .find(|revision| revision.indicateur == serie.indicateur && revision.date == *date)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_withheld_figure_has_no_variation() {
        let secret = Some(Valeur::Masquee(Motif::Secret));
        let connue = |n| Some(Valeur::Connue(n));
        let variation = |avant, maintenant| {
            let chiffre = Chiffre { maintenant, un_mois_avant: None, un_an_avant: avant };
            assert_eq!(chiffre.sur_un_mois(), None);
            chiffre.sur_un_an()
        };
        assert_eq!(variation(secret, connue(10)), None);
        assert_eq!(variation(connue(10), secret), None);
        assert_eq!(variation(None, connue(10)), None);
        assert_eq!(variation(connue(0), connue(10)), None);
        assert!(variation(connue(100), connue(110)).is_some());
    }
}
