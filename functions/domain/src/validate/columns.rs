//! The 64 columns of the list of learners, in one table (`domain.md` §1.1).
//!
//! Contradictions of the original template are decided here, once. `formation_rncp` and
//! `duree_theorique_formation_mois` are starred in the template but were never required: they are
//! optional, because a learner is counted without them. The site (`lieu_de_formation`) is optional
//! for the same reason. The four codes of the organisations and the three dates of the training
//! are mandatory: without them nobody can say where and when a learner is counted.

use std::fmt;

/// Whether a row can be counted without the column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The file must have the column and each row must fill it.
    Mandatory,
    /// The row is counted without it.
    Optional,
}

/// Whether a report may quote the column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Privacy {
    /// Says something of the person: a report never quotes it.
    Personal,
    /// Says something of the training or of the employer: a report may quote it.
    Plain,
}

/// What the cells of a column hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Free text.
    Text,
    /// A day.
    Date,
    /// A code: a short text with a form of its own.
    Code,
    /// A whole number.
    Number,
    /// Yes or no.
    YesNo,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
}

macro_rules! columns {
    ($($variant:ident $name:literal $need:ident $privacy:ident $kind:ident),* $(,)?) => {
        /// A column of the list of learners, by the name of its header.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Column {
            $(#[doc = concat!("`", $name, "`")] $variant,)*
        }

        impl Column {
            /// Every column, in the order of the template.
            pub const ALL: [Self; COUNT] = [$(Self::$variant),*];
        }

        const COUNT: usize = [$($name),*].len();

        static TABLE: [About; COUNT] = [
            $(About { name: $name, need: Need::$need, privacy: Privacy::$privacy, kind: Kind::$kind }),*
        ];
    };
}

struct About {
    name: &'static str,
    need: Need,
    privacy: Privacy,
    kind: Kind,
}

columns! {
    Nom "nom_apprenant" Mandatory Personal Text,
    Prenom "prenom_apprenant" Mandatory Personal Text,
    DateDeNaissance "date_de_naissance_apprenant" Mandatory Personal Date,
    Sexe "sexe_apprenant" Mandatory Personal Code,
    CodePostalDeNaissance "code_postal_de_naissance_apprenant" Optional Personal Code,
    CommuneDeNaissance "code_commune_insee_de_naissance_apprenant" Optional Personal Code,
    EmailContact "email_contact" Mandatory Personal Email,
    Adresse "adresse_apprenant" Mandatory Personal Text,
    CodePostal "code_postal_apprenant" Mandatory Personal Code,
    Commune "code_commune_insee_apprenant" Optional Personal Code,
    Ine "ine_apprenant" Optional Personal Code,
    Tel "tel_apprenant" Optional Personal Phone,
    Rqth "rqth_apprenant" Optional Personal YesNo,
    DateRqth "date_rqth_apprenant" Optional Personal Date,
    ResponsableMail1 "responsable_apprenant_mail1" Optional Personal Email,
    ResponsableMail2 "responsable_apprenant_mail2" Optional Personal Email,
    DernierOrganismeUai "dernier_organisme_uai" Optional Personal Code,
    DerniereSituation "derniere_situation" Optional Personal Code,
    TypeCfa "type_cfa" Optional Plain Code,
    ResponsableUai "etablissement_responsable_uai" Mandatory Plain Code,
    ResponsableSiret "etablissement_responsable_siret" Mandatory Plain Code,
    FormateurUai "etablissement_formateur_uai" Mandatory Plain Code,
    FormateurSiret "etablissement_formateur_siret" Mandatory Plain Code,
    LieuUai "etablissement_lieu_de_formation_uai" Optional Plain Code,
    LieuSiret "etablissement_lieu_de_formation_siret" Optional Plain Code,
    LieuAdresse "etablissement_lieu_de_formation_adresse" Optional Plain Text,
    LieuCodePostal "etablissement_lieu_de_formation_code_postal" Optional Plain Code,
    AnneeScolaire "annee_scolaire" Mandatory Plain Code,
    AnneeFormation "annee_formation" Mandatory Plain Number,
    Rncp "formation_rncp" Optional Plain Code,
    Cfd "formation_cfd" Optional Plain Code,
    DateInscription "date_inscription_formation" Mandatory Plain Date,
    DateEntree "date_entree_formation" Mandatory Plain Date,
    DateFin "date_fin_formation" Mandatory Plain Date,
    DureeMois "duree_theorique_formation_mois" Optional Plain Number,
    LibelleCourt "libelle_court_formation" Optional Plain Text,
    Obtention "obtention_diplome_formation" Optional Plain YesNo,
    DateObtention "date_obtention_diplome_formation" Optional Plain Date,
    DateExclusion "date_exclusion_formation" Optional Plain Date,
    CauseExclusion "cause_exclusion_formation" Optional Personal Text,
    Presentielle "formation_presentielle" Optional Plain YesNo,
    NomReferentHandicap "nom_referent_handicap_formation" Optional Personal Text,
    PrenomReferentHandicap "prenom_referent_handicap_formation" Optional Personal Text,
    EmailReferentHandicap "email_referent_handicap_formation" Optional Personal Email,
    ContratDebut "contrat_date_debut" Optional Plain Date,
    ContratFin "contrat_date_fin" Optional Plain Date,
    Employeur "siret_employeur" Optional Plain Code,
    ContratRupture "contrat_date_rupture" Optional Plain Date,
    CauseRupture "cause_rupture_contrat" Optional Personal Text,
    ContratDebut2 "contrat_date_debut_2" Optional Plain Date,
    ContratFin2 "contrat_date_fin_2" Optional Plain Date,
    Employeur2 "siret_employeur_2" Optional Plain Code,
    ContratRupture2 "contrat_date_rupture_2" Optional Plain Date,
    CauseRupture2 "cause_rupture_contrat_2" Optional Personal Text,
    ContratDebut3 "contrat_date_debut_3" Optional Plain Date,
    ContratFin3 "contrat_date_fin_3" Optional Plain Date,
    Employeur3 "siret_employeur_3" Optional Plain Code,
    ContratRupture3 "contrat_date_rupture_3" Optional Plain Date,
    CauseRupture3 "cause_rupture_contrat_3" Optional Personal Text,
    ContratDebut4 "contrat_date_debut_4" Optional Plain Date,
    ContratFin4 "contrat_date_fin_4" Optional Plain Date,
    Employeur4 "siret_employeur_4" Optional Plain Code,
    ContratRupture4 "contrat_date_rupture_4" Optional Plain Date,
    CauseRupture4 "cause_rupture_contrat_4" Optional Personal Text,
}

impl Column {
    /// The exact header.
    pub fn name(self) -> &'static str {
        TABLE[self as usize].name
    }

    /// Whether a row can be counted without it.
    pub fn need(self) -> Need {
        TABLE[self as usize].need
    }

    /// Whether a report may quote it.
    pub fn privacy(self) -> Privacy {
        TABLE[self as usize].privacy
    }

    /// What its cells hold.
    pub fn kind(self) -> Kind {
        TABLE[self as usize].kind
    }

    /// The column of this exact name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.name() == name)
    }

    /// Every mandatory column.
    pub fn mandatory() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|column| column.need() == Need::Mandatory)
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of columns: there are 64.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct ColumnSet(u64);

impl ColumnSet {
    /// These columns.
    pub(super) const fn of(columns: &[Column]) -> Self {
        let (mut set, mut place) = (0, 0);
        while place < columns.len() {
            set |= 1 << columns[place] as u64;
            place += 1;
        }
        Self(set)
    }

    pub(super) fn insert(&mut self, column: Column) {
        self.0 |= 1 << column as u64;
    }

    pub(super) fn contains(self, column: Column) -> bool {
        self.0 >> column as u64 & 1 == 1
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Those that are not in another set.
    pub(super) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether some are in another set too.
    pub(super) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// The five columns of one contract.
#[derive(Debug, Clone, Copy)]
pub struct ContractColumns {
    /// First day.
    pub start: Column,
    /// Last day as signed.
    pub end: Column,
    /// The employer.
    pub employer: Column,
    /// The day it was broken.
    pub rupture: Column,
    /// Why it was broken.
    pub cause: Column,
}

impl ContractColumns {
    /// The five, in the order of the template.
    pub const fn columns(&self) -> [Column; 5] {
        [self.start, self.end, self.employer, self.rupture, self.cause]
    }
}

/// The columns of the four contracts, in the order of the file.
pub const CONTRACTS: [ContractColumns; 4] = [
    ContractColumns {
        start: Column::ContratDebut,
        end: Column::ContratFin,
        employer: Column::Employeur,
        rupture: Column::ContratRupture,
        cause: Column::CauseRupture,
    },
    ContractColumns {
        start: Column::ContratDebut2,
        end: Column::ContratFin2,
        employer: Column::Employeur2,
        rupture: Column::ContratRupture2,
        cause: Column::CauseRupture2,
    },
    ContractColumns {
        start: Column::ContratDebut3,
        end: Column::ContratFin3,
        employer: Column::Employeur3,
        rupture: Column::ContratRupture3,
        cause: Column::CauseRupture3,
    },
    ContractColumns {
        start: Column::ContratDebut4,
        end: Column::ContratFin4,
        employer: Column::Employeur4,
        rupture: Column::ContratRupture4,
        cause: Column::CauseRupture4,
    },
];

/// The columns of each contract.
pub(super) const OF_CONTRACTS: [ColumnSet; 4] = [
    ColumnSet::of(&CONTRACTS[0].columns()),
    ColumnSet::of(&CONTRACTS[1].columns()),
    ColumnSet::of(&CONTRACTS[2].columns()),
    ColumnSet::of(&CONTRACTS[3].columns()),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::IDENTITY_COLUMNS;

    #[test]
    fn there_are_sixty_four_columns_each_found_by_its_name() {
        assert_eq!(Column::ALL.len(), 64);
        assert_eq!(Column::mandatory().count(), 16);
        for (place, column) in Column::ALL.into_iter().enumerate() {
            assert_eq!(column as usize, place);
            assert_eq!(Column::of_name(column.name()), Some(column));
        }
        assert!(IDENTITY_COLUMNS.iter().all(|name| Column::of_name(name).is_some()));
    }
}
