//! What one accepted row becomes: a pseudonymous record for the statistics, and apart from it the
//! identity of the person, for the few who may know.

use crate::vocabulary::{Cfd, Day, LearnerKey, Organisation, Rncp, SchoolYear, Siret, Uai};

/// One learner in one training in one school year, without a name. Everything that is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Key of the civil identity.
    pub civil_key: LearnerKey,
    /// Key of the INE, when it is well formed.
    pub ine_key: Option<LearnerKey>,
    /// Signs the contract and answers for the training.
    pub responsable: Organisation,
    /// Trains: the learner is counted there.
    pub formateur: Organisation,
    /// The site, when it has a code of its own.
    pub lieu_uai: Option<Uai>,
    /// The school year of the list.
    pub school_year: SchoolYear,
    /// Year within the training, from 1 (0 for a preparatory year).
    pub training_year: u8,
    /// The certification, in the national directory.
    pub rncp: Option<Rncp>,
    /// The diploma.
    pub cfd: Option<Cfd>,
    /// Theoretical length, in months.
    pub months: Option<u8>,
    /// Enrolment.
    pub inscription: Day,
    /// First day of the training.
    pub entry: Day,
    /// Last day of the training.
    pub end: Day,
    /// Exclusion or abandonment.
    pub exclusion: Option<Day>,
    /// Up to four apprenticeship contracts, in the order of the file.
    pub contracts: Vec<Contract>,
    /// First day of the month of birth: the day itself is an identity.
    pub birth_month: Day,
    /// Sex as the file says it.
    pub sex: Sex,
    /// Recognised as a disabled worker (RQTH); `None` when the file does not say.
    pub rqth: Option<bool>,
    /// INSEE code of the commune of residence, when the file gives it.
    pub commune: Option<[u8; 5]>,
    /// Postal code of residence.
    pub postal_code: [u8; 5],
    /// What the row empties on purpose.
    pub erased: Erased,
    /// The line of the sheet, from 1.
    pub line: u32,
}

/// The optional values that a row empties on purpose (`#EFFACER`), where a blank cell of a list of
/// additions says nothing. Needed only when deposits are merged ([`crate::merge`]).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Erased(u32);

/// A value that a row may empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the field of Record of the same name")]
pub enum Erasable {
    Ine,
    LieuUai,
    Rncp,
    Cfd,
    Months,
    Exclusion,
    Rqth,
    Commune,
    /// The contract in that place, from 0, of the record as it stood: it is taken out.
    Contract(u8),
    /// The end of the contract in that place of this very record.
    ContractEnd(u8),
    /// Its rupture.
    ContractRupture(u8),
    /// Its employer.
    ContractEmployer(u8),
}

impl Erasable {
    fn bit(self) -> u32 {
        match self {
            Self::Ine => 0,
            Self::LieuUai => 1,
            Self::Rncp => 2,
            Self::Cfd => 3,
            Self::Months => 4,
            Self::Exclusion => 5,
            Self::Rqth => 6,
            Self::Commune => 7,
            Self::Contract(place) => 8 + u32::from(place),
            Self::ContractEnd(place) => 12 + u32::from(place),
            Self::ContractRupture(place) => 16 + u32::from(place),
            Self::ContractEmployer(place) => 20 + u32::from(place),
        }
    }
}

impl Erased {
    /// Adds a value.
    pub fn insert(&mut self, value: Erasable) {
        self.0 |= 1 << value.bit();
    }

    /// Whether this value is emptied.
    pub fn contains(self, value: Erasable) -> bool {
        self.0 >> value.bit() & 1 == 1
    }

    /// As it is stored; 0 when nothing is emptied.
    pub fn bits(self) -> u32 {
        self.0
    }

    /// Reads what [`Erased::bits`] gave.
    pub fn from_bits(bits: u32) -> Self {
        Self(bits)
    }
}

/// An apprenticeship contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contract {
    /// First day.
    pub start: Day,
    /// Last day as signed.
    pub end: Option<Day>,
    /// The day it was broken, if it was.
    pub rupture: Option<Day>,
    /// The employer, when its SIRET is well formed.
    pub employer: Option<Siret>,
}

/// Sex, as the survey codes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sex {
    /// `F`, `2`.
    Female,
    /// `M`, `H`, `1`.
    Male,
}

/// Who the person is. Restricted: only for the private lists and the survey export.
///
/// Columns are the text of the sheet, trimmed; an empty one was empty.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// Key of the civil identity, shared with the record.
    pub civil_key: LearnerKey,
    /// Key of the INE, when it is well formed.
    pub ine_key: Option<LearnerKey>,
    /// The line of the sheet, from 1.
    pub line: u32,
    /// Date of birth.
    pub birth: Day,
    /// The texts, in the order of [`IDENTITY_COLUMNS`].
    pub texts: Texts,
}

/// The text columns of an identity, by their names in the sheet (`domain.md` §1.1).
pub const IDENTITY_COLUMNS: [&str; 22] = [
    "nom_apprenant",
    "prenom_apprenant",
    "ine_apprenant",
    "email_contact",
    "tel_apprenant",
    "adresse_apprenant",
    "code_postal_apprenant",
    "code_commune_insee_apprenant",
    "code_postal_de_naissance_apprenant",
    "code_commune_insee_de_naissance_apprenant",
    "responsable_apprenant_mail1",
    "responsable_apprenant_mail2",
    "dernier_organisme_uai",
    "derniere_situation",
    "type_cfa",
    "cause_exclusion_formation",
    "cause_rupture_contrat",
    "cause_rupture_contrat_2",
    "cause_rupture_contrat_3",
    "cause_rupture_contrat_4",
    "date_rqth_apprenant",
    "libelle_court_formation",
];

/// The texts of one identity, in a single allocation: a list has 22 of them in each row, and most
/// are empty.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Texts {
    joined: String,
    ends: [u32; IDENTITY_COLUMNS.len()],
}

impl Texts {
    /// Lets `write` append each text, given its place in [`IDENTITY_COLUMNS`].
    pub fn write(write: impl FnMut(usize, &mut String)) -> Self {
        let mut texts = Self::default();
        texts.rewrite(write);
        texts
    }

    /// [`Texts::write`], where other texts were.
    pub fn rewrite(&mut self, mut write: impl FnMut(usize, &mut String)) {
        self.joined.clear();
        for place in 0..IDENTITY_COLUMNS.len() {
            write(place, &mut self.joined);
            self.ends[place] = self.joined.len() as u32;
        }
    }

    /// The texts, in the order of [`IDENTITY_COLUMNS`].
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let mut start = 0;
        self.ends.iter().map(move |end| {
            let text = &self.joined[start..*end as usize];
            start = *end as usize;
            text
        })
    }

    /// The text of a column of [`IDENTITY_COLUMNS`]; empty for any other name.
    pub fn get(&self, column: &str) -> &str {
        let texts = IDENTITY_COLUMNS.iter().zip(self.iter());
        texts.into_iter().find(|(name, _)| **name == column).map_or("", |(_, text)| text)
    }
}

/// Never prints a person: only the line.
impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Identity(line {})", self.line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_where_they_were_written() {
        let texts = Texts::write(|place, text| {
            if place % 2 == 1 {
                text.push_str(IDENTITY_COLUMNS[place]);
            }
        });
        assert_eq!(texts.get("prenom_apprenant"), "prenom_apprenant");
        assert_eq!(texts.get("nom_apprenant"), "");
        assert_eq!(texts.get("inconnue"), "");
        assert_eq!(texts.iter().count(), IDENTITY_COLUMNS.len());
        assert_eq!(texts.iter().last(), Some("libelle_court_formation"));
    }
}
