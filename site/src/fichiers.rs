//! The data beside each page: `/region/53/donnees.csv` is what `/region/53/` shows. Which pages have
//! some, in which formats, and which figures they hold; `publish` writes them.

use std::borrow::Cow;

use open_data::v1::{Dimension, Indicateur, Maille, OpenData, Serie};

use crate::atlas::Atlas;
use crate::places::{self, Place};
use crate::words::mots;

/// The formats of a territory and of an indicator.
pub const FORMATS: &[&str] = &["csv", "json", "parquet", "xlsx"];

/// Those of a table of the whole publication.
pub const FORMATS_D_UNE_TABLE: &[&str] = &["csv", "json", "parquet"];

/// Those of an organisation: there are thousands, and who takes one of them reads it in a
/// spreadsheet or in a program. All are in the national files, in every format.
pub const FORMATS_D_UN_CENTRE: &[&str] = &["csv", "json", "xlsx"];

/// Where the calendar of the publications to come is served.
pub const CALENDRIER: &str = "/calendrier.ics";

/// Where the feed of a place is served, with its leading slash.
pub fn flux(place: &Place) -> String {
    format!("{}flux.atom", place.adresse())
}

/// The data of one page.
#[derive(Debug, Clone)]
pub struct Fichiers<'a> {
    /// The address of the page, `/region/53/`: its files are `donnees.{format}` below it.
    pub adresse: String,
    /// Its title, in French.
    pub titre: String,
    /// Which formats there are.
    pub formats: &'static [&'static str],
    /// The place, when it is the page of one.
    pub lieu: Option<(Maille, &'a str)>,
    /// What they hold, in the order of the published files.
    pub series: Cow<'a, [Serie]>,
}

impl Fichiers<'_> {
    /// Where the file of a format is served, without the leading slash.
    pub fn path(&self, format: &str) -> String {
        format!("{}donnees.{format}", &self.adresse[1..])
    }
}

/// Every page that has data beside it: the country, the territories, the organisations, the
/// indicators.
pub fn fichiers(data: &OpenData) -> Vec<Fichiers<'_>> {
    let atlas = Atlas::new(data);
    let territoires = places::toutes().map(|place| Fichiers {
        adresse: place.adresse(),
        titre: place.titre(),
        formats: FORMATS,
        lieu: Some((place.maille, place.code)),
        series: Cow::Borrowed(data.series(place.maille, place.code)),
    });
    let centres = atlas.organismes_avec_page().map(|organisme| Fichiers {
        adresse: format!("/organisme/{}/", organisme.code),
        titre: organisme.nom.clone(),
        formats: FORMATS_D_UN_CENTRE,
        lieu: Some((Maille::Organisme, &organisme.code)),
        series: Cow::Borrowed(data.series(Maille::Organisme, &organisme.code)),
    });
    let indicateurs = Indicateur::ALL.iter().map(|indicateur| Fichiers {
        adresse: format!("/indicateur/{indicateur}/"),
        titre: format!("{}, dans chaque territoire", mots(*indicateur).titre),
        formats: FORMATS,
        lieu: None,
        series: data
            .series
            .iter()
            .filter(|serie| serie.indicateur == *indicateur)
            .filter(|serie| serie.dimension == Dimension::Ensemble)
            .filter(|serie| serie.maille != Maille::Organisme)
            .cloned()
            .collect(),
    });
    let tous = territoires.chain(centres).chain(indicateurs);
    tous.filter(|fichiers| !fichiers.series.is_empty()).collect()
}
