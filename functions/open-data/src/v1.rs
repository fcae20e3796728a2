//! Open data, version 1 (`design.md` §7): one row per figure, and a withheld figure is a variant.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::journal::Journal;
use crate::taux::Taux;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// Every value, in the order of the published files.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The words of [`Self::ALL`].
            pub const MOTS: &[&'static str] = &[$($word),*];

            /// The word of the published files.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }

        impl std::str::FromStr for $name {
            type Err = ();
            fn from_str(text: &str) -> Result<Self, ()> {
                match text { $($word => Ok(Self::$variant),)* _ => Err(()) }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

words! {
    /// A level of territory. Declared in the order of the published files: alphabetical.
    Maille {
        /// One of the academies of the ministry of education.
        Academie = "academie",
        /// A department or overseas collectivity.
        Departement = "departement",
        /// The whole country.
        France = "france",
        /// One training organisation.
        Organisme = "organisme",
        /// A region.
        Region = "region",
        /// An INSEE employment zone.
        ZoneEmploi = "zone_emploi",
    }
}

words! {
    /// What is counted, in learners. Alphabetical.
    Indicateur {
        /// Left: excluded, or too long without a contract.
        Abandons = "abandons",
        /// Apprentis + inscrits sans contrat + rupturants.
        Apprenants = "apprenants",
        /// With a contract on the day, or naturally at the end of the training.
        Apprentis = "apprentis",
        /// Never had a contract, for 90 days at most.
        InscritsSansContrat = "inscrits_sans_contrat",
        /// Had a contract, has none, for 180 days at most.
        Rupturants = "rupturants",
    }
}

words! {
    /// What happened to learners in a month. Alphabetical.
    Mouvement {
        /// Their training started.
        Entrees = "entrees",
        /// A contract in force was broken.
        Ruptures = "ruptures",
        /// A contract started.
        Signatures = "signatures",
        /// They left: declared so, or too long without a contract.
        Sorties = "sorties",
    }
}

words! {
    /// How a figure is broken down. Alphabetical.
    Dimension {
        /// Age at the date of the figure.
        Age = "age",
        /// Time since the contract was broken.
        AncienneteRupture = "anciennete_rupture",
        /// Year within the training.
        AnneeFormation = "annee_formation",
        /// The certification prepared.
        Certification = "certification",
        /// Professional domain.
        Domaine = "domaine",
        /// Not broken down.
        Ensemble = "ensemble",
        /// What the organisation does. Private for now: in the exact figures only.
        Nature = "nature",
        /// European level of the certification.
        Niveau = "niveau",
        /// OPCO of the certification.
        Opco = "opco",
        /// Network of the organisation.
        Reseau = "reseau",
        /// Recognised as disabled workers.
        Rqth = "rqth",
        /// Sex.
        Sexe = "sexe",
    }
}

words! {
    /// Why a figure is not given.
    Motif {
        /// Statistical confidentiality.
        Secret = "c",
        /// Not available.
        NonDisponible = "nd",
        /// Does not apply.
        SansObjet = "so",
        /// The denominator is too small to mean anything.
        NonCalculable = "nc",
    }
}

/// A figure, or the reason why it is withheld. Never 0 or null for a withheld one: in JSON it is a
/// number, or an object that says why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "Ecrite", from = "Ecrite")]
pub enum Valeur {
    /// A number: of learners, where nothing else is said.
    Connue(u32),
    /// Withheld.
    Masquee(Motif),
}

impl Valeur {
    /// The count, when it is given.
    pub fn connue(self) -> Option<u32> {
        match self {
            Self::Connue(count) => Some(count),
            Self::Masquee(_) => None,
        }
    }

    /// The reason, when it is withheld.
    pub fn motif(self) -> Option<Motif> {
        match self {
            Self::Connue(_) => None,
            Self::Masquee(motif) => Some(motif),
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Ecrite {
    Nombre(u32),
    Rien { motif: Motif },
}

impl From<Valeur> for Ecrite {
    fn from(valeur: Valeur) -> Self {
        match valeur {
            Valeur::Connue(nombre) => Self::Nombre(nombre),
            Valeur::Masquee(motif) => Self::Rien { motif },
        }
    }
}

impl From<Ecrite> for Valeur {
    fn from(ecrite: Ecrite) -> Self {
        match ecrite {
            Ecrite::Nombre(nombre) => Self::Connue(nombre),
            Ecrite::Rien { motif } => Self::Masquee(motif),
        }
    }
}

/// All the dates of one place and one breakdown: the published rows, kept folded.
///
/// The published files unfold it: one row for each indicator and date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Serie {
    /// Level of the place.
    pub maille: Maille,
    /// Its code: `FR`, region, academy, department, zone, UAI.
    pub code: String,
    /// Its name.
    pub libelle: String,
    /// How it is broken down.
    pub dimension: Dimension,
    /// The value of the breakdown; empty for `ensemble`.
    pub modalite: Cow<'static, str>,
    /// What is counted.
    pub indicateur: Indicateur,
    /// One value for each date of the publication, in the same order.
    pub valeurs: Vec<Valeur>,
}

/// What an organisation may be: it answers for the training, it gives it, or both.
pub const NATURES: &[&str] = &["formateur", INCONNUE, "responsable", "responsable_formateur"];

/// What the list of organisations does not say, or says in other words.
pub const INCONNUE: &str = "inconnue";

/// One organisation, as the public may know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisme {
    /// Its UAI.
    pub uai: String,
    /// Its SIRET.
    pub siret: String,
    /// Its name.
    pub nom: String,
    /// One of [`NATURES`].
    pub nature: String,
    /// INSEE code of its commune, when known; else empty.
    pub code_commune: String,
    /// Its department.
    pub code_departement: String,
    /// Its academy.
    pub code_academie: String,
    /// Its region.
    pub code_region: String,
    /// Its employment zone, when known; else empty.
    pub code_zone_emploi: String,
    /// Day of its first accepted file, ISO 8601; empty when it never sent one.
    pub premiere_transmission: String,
    /// Day of its last accepted file, ISO 8601; empty when it never sent one.
    pub derniere_transmission: String,
    /// Its national networks, by their codes, separated by `|`; empty when it is in none that is
    /// known.
    #[serde(skip)]
    pub reseaux: String,
    /// The name of its commune, as the reference writes it; empty when unknown. Not a column.
    #[serde(skip)]
    pub ville: String,
    /// What it says of its figures on its page: its right of reply. Not a column.
    #[serde(skip)]
    pub note: Option<String>,
    /// The code of its page: UAI, or `UAI-SIRET` where the UAI is shared. Not a column.
    #[serde(skip)]
    pub code: String,
}

/// One certification that learners prepare: what its level, domain and OPCO are, wherever it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certification {
    /// As in the figures: an RNCP or a CFD code, or `non renseigné`.
    pub code: String,
    /// Its name, when the reference gives it; else empty.
    pub libelle: String,
    /// The modality of `niveau` of all its learners; empty where it depends on their CFD codes.
    pub niveau: String,
    /// The same of `domaine`.
    pub domaine: String,
    /// The modalities of `opco` of all its learners, separated by `|`.
    pub opcos: String,
}

/// Below this part of the organisations, in percent, a figure describes them, not their territory.
pub const COUVERTURE_SUFFISANTE_PCT: u32 = 80;

/// How much of a territory its figures describe, on the day of the publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Couverture {
    /// Level of the place.
    pub maille: Maille,
    /// Its code.
    pub code: String,
    /// Its name.
    pub libelle: String,
    /// Organisations of the reference.
    pub organismes: u32,
    /// Those that ever transmitted.
    pub transmetteurs: u32,
    /// Those that did within three months.
    pub transmetteurs_3_mois: u32,
    /// Those that did within thirty days.
    pub transmetteurs_30_jours: u32,
    /// Of the learners last published in each organisation, the part of those of the organisations
    /// that transmitted within three months: a whole percentage, rounded down.
    pub apprenants_3_mois_pct: Valeur,
    /// The same, within thirty days.
    pub apprenants_30_jours_pct: Valeur,
}

impl Couverture {
    /// Why a part of the learners is not given, when one is not.
    pub fn motif(&self) -> Option<Motif> {
        self.apprenants_30_jours_pct.motif().or(self.apprenants_3_mois_pct.motif())
    }

    /// The part of the organisations that transmitted within three months, in whole percent, rounded
    /// down; 100 where there is none.
    pub fn pourcent(&self) -> u32 {
        (100 * self.transmetteurs_3_mois).checked_div(self.organismes).unwrap_or(100)
    }

    /// Whether the figures speak for the place.
    pub fn suffit(&self) -> bool {
        self.pourcent() >= COUVERTURE_SUFFISANTE_PCT
    }
}

/// A past figure that is no longer what it was when it was first published: at the end of the first
/// day on which its date was past. Both figures are published, and five learners apart at least: a
/// smaller revision is not told from none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The day of the figure, ISO 8601.
    pub date: String,
    /// Level of the place.
    pub maille: Maille,
    /// Its code.
    pub code: String,
    /// Its name.
    pub libelle: String,
    /// How it is broken down.
    pub dimension: Dimension,
    /// The value of the breakdown; empty for `ensemble`.
    pub modalite: Cow<'static, str>,
    /// What is counted.
    pub indicateur: Indicateur,
    /// The day it was first published, ISO 8601.
    pub publie_le: String,
    /// What it was then.
    pub valeur_publiee: u32,
    /// What it is now.
    pub valeur_actuelle: u32,
}

impl Revision {
    /// What sorts the published file.
    pub fn key(&self) -> (Maille, &str, Dimension, &str, Indicateur, &str) {
        let Self { maille, code, dimension, modalite, indicateur, date, .. } = self;
        (*maille, code, *dimension, modalite, *indicateur, date)
    }
}

/// What happened in one place, month after month. Organisations and employment zones have none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flux {
    /// Level of the place.
    pub maille: Maille,
    /// Its code.
    pub code: String,
    /// Its name.
    pub libelle: String,
    /// What happened.
    pub mouvement: Mouvement,
    /// How often, in each of [`OpenData::mois`].
    pub valeurs: Vec<Valeur>,
}

impl Flux {
    /// What sorts the published file.
    pub fn key(&self) -> (Maille, &str, Mouvement) {
        (self.maille, &self.code, self.mouvement)
    }
}

/// How many of an entry class had a contract so many months after they entered.
///
/// A class is told once the day has come for all of it: what is published of it does not grow from
/// one night to the next, by a few learners at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cohorte {
    /// Level of the place.
    pub maille: Maille,
    /// Its code.
    pub code: String,
    /// Its name.
    pub libelle: String,
    /// The school year in which they entered, from August to October: `2025-2026`.
    pub promotion: String,
    /// Months after the entry: 1, 3, 6, 9 or 12.
    pub mois: u32,
    /// Learners of the class whose training still lasted; those who had left are among them.
    pub observes: Valeur,
    /// Of them, those with a contract.
    pub avec_contrat: Valeur,
}

impl Cohorte {
    /// What sorts the published file.
    pub fn key(&self) -> (Maille, &str, &str, u32) {
        (self.maille, &self.code, &self.promotion, self.mois)
    }

    /// The part of them with a contract.
    pub fn part(&self) -> Taux {
        Taux::de(self.avec_contrat, self.observes)
    }
}

/// Everything one publication says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OpenData {
    /// The dates, oldest first, ISO 8601. The last one is the day of the publication.
    pub dates: Vec<String>,
    /// Sorted by maille, code, dimension, modalite, indicateur.
    pub series: Vec<Serie>,
    /// Sorted by uai, siret.
    pub organismes: Vec<Organisme>,
    /// Those of the figures, sorted by code.
    pub certifications: Vec<Certification>,
    /// Every territory that has an organisation; sorted by maille, code.
    pub couvertures: Vec<Couverture>,
    /// Sorted by maille, code, dimension, modalite, indicateur, date.
    pub revisions: Vec<Revision>,
    /// Sorted by maille, code, mouvement.
    pub flux: Vec<Flux>,
    /// Sorted by maille, code, promotion, mois.
    pub cohortes: Vec<Cohorte>,
    /// What this publication changed, and those before it.
    pub journal: Journal,
}

impl OpenData {
    /// The series of one place, not broken down.
    pub fn serie(&self, maille: Maille, code: &str, indicateur: Indicateur) -> Option<&Serie> {
        let wanted = (maille, code, Dimension::Ensemble, "", indicateur);
        let place = self.series.binary_search_by(|serie| serie.key().cmp(&wanted));
        place.ok().map(|place| &self.series[place])
    }

    /// Every series of one place, breakdowns included.
    pub fn series(&self, maille: Maille, code: &str) -> &[Serie] {
        let place = |serie: &Serie| (serie.maille, serie.code.as_str()).cmp(&(maille, code));
        let start = self.series.partition_point(|serie| place(serie).is_lt());
        let end = self.series.partition_point(|serie| place(serie).is_le());
        &self.series[start..end]
    }

    /// The revisions of one place, not broken down.
    pub fn revisions(&self, maille: Maille, code: &str) -> impl Iterator<Item = &Revision> {
        let whole = (maille, code, Dimension::Ensemble);
        let key = |one: &Revision| (one.maille, one.code.as_str(), one.dimension).cmp(&whole);
        let start = self.revisions.partition_point(|one| key(one).is_lt());
        let end = self.revisions.partition_point(|one| key(one).is_le());
        self.revisions[start..end].iter()
    }

    /// The months of [`Self::flux`], by their last days: those that are over. The current one, told
    /// night after night, would tell of the few whom each night adds.
    pub fn mois(&self) -> &[String] {
        self.dates.split_last().map_or(&[], |(_, mois)| mois)
    }

    /// What happened in a place.
    pub fn flux(&self, maille: Maille, code: &str) -> &[Flux] {
        let place = |one: &Flux| (one.maille, one.code.as_str()).cmp(&(maille, code));
        let start = self.flux.partition_point(|one| place(one).is_lt());
        let end = self.flux.partition_point(|one| place(one).is_le());
        &self.flux[start..end]
    }

    /// The entry classes of a place.
    pub fn cohortes(&self, maille: Maille, code: &str) -> &[Cohorte] {
        let place = |one: &Cohorte| (one.maille, one.code.as_str()).cmp(&(maille, code));
        let start = self.cohortes.partition_point(|one| place(one).is_lt());
        let end = self.cohortes.partition_point(|one| place(one).is_le());
        &self.cohortes[start..end]
    }

    /// The coverage of a territory; none where there is no organisation.
    pub fn couverture(&self, maille: Maille, code: &str) -> Option<&Couverture> {
        let key = |one: &Couverture| (one.maille, one.code.as_str()).cmp(&(maille, code));
        let place = self.couvertures.binary_search_by(key);
        place.ok().map(|place| &self.couvertures[place])
    }
}

/// The series of one place and one value of one breakdown, together. They are in the order of the
/// published files.
pub fn groupes(series: &[Serie]) -> impl Iterator<Item = &[Serie]> {
    series.chunk_by(|one, other| {
        (one.maille, &one.code, one.dimension, &one.modalite)
            == (other.maille, &other.code, other.dimension, &other.modalite)
    })
}

impl Serie {
    /// What sorts the published files.
    pub fn key(&self) -> (Maille, &str, Dimension, &str, Indicateur) {
        (self.maille, &self.code, self.dimension, &self.modalite, self.indicateur)
    }
}
