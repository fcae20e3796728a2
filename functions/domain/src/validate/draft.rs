//! A row on its way to become a record: what the rules have read so far.

use super::cell::{self, Code};
use super::columns::CONTRACTS;
use super::judge::Row;
use super::{Cell, Column};
use crate::record::{Contract, IDENTITY_COLUMNS, Identity, Record, Sex, Texts};
use crate::vocabulary::{
    Cfd, Day, KeySecret, LearnerKey, Organisation, Rncp, SchoolYear, Siret, Uai,
};

/// What was read of a row; `None` is an empty cell, or one that a finding explains.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    pub(super) birth: Option<Day>,
    pub(super) sex: Option<Sex>,
    pub(super) ine: Option<Code>,
    pub(super) rqth: Option<bool>,
    pub(super) commune: Option<[u8; 5]>,
    pub(super) postal_code: Option<[u8; 5]>,
    pub(super) responsable_uai: Option<Uai>,
    pub(super) responsable_siret: Option<Siret>,
    pub(super) formateur_uai: Option<Uai>,
    pub(super) formateur_siret: Option<Siret>,
    pub(super) lieu_uai: Option<Uai>,
    pub(super) school_year: Option<SchoolYear>,
    pub(super) training_year: Option<u8>,
    pub(super) rncp: Option<Rncp>,
    pub(super) cfd: Option<Cfd>,
    pub(super) months: Option<u8>,
    pub(super) inscription: Option<Day>,
    pub(super) entry: Option<Day>,
    pub(super) end: Option<Day>,
    pub(super) exclusion: Option<Day>,
    pub(super) contracts: [DraftContract; CONTRACTS.len()],
    /// Made once the name and the birth date are known.
    pub(super) civil_key: Option<LearnerKey>,
}

/// What was read of a contract.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct DraftContract {
    pub(super) start: Option<Day>,
    pub(super) end: Option<Day>,
    pub(super) rupture: Option<Day>,
    pub(super) employer: Option<Siret>,
}

impl Draft {
    /// The organisation that answers for the training.
    pub(super) fn responsable(&self) -> Option<Organisation> {
        Some(Organisation { uai: self.responsable_uai?, siret: self.responsable_siret? })
    }

    /// The organisation that trains.
    pub(super) fn formateur(&self) -> Option<Organisation> {
        Some(Organisation { uai: self.formateur_uai?, siret: self.formateur_siret? })
    }

    /// The record and the identity, when everything mandatory was read.
    pub(super) fn finish(&self, row: &Row<'_>, secret: &KeySecret) -> Option<(Record, Identity)> {
        let birth = self.birth?;
        let civil_key = self.civil_key?;
        let ine_key = self.ine.map(|ine| secret.of_ine(ine.as_str()));
        let contracts = self.contracts.iter().filter_map(|contract| {
            let DraftContract { start, end, rupture, employer } = *contract;
            Some(Contract { start: start?, end, rupture, employer })
        });
        let record = Record {
            civil_key,
            ine_key,
            responsable: self.responsable()?,
            formateur: self.formateur()?,
            lieu_uai: self.lieu_uai,
            school_year: self.school_year?,
            training_year: self.training_year?,
            rncp: self.rncp,
            cfd: self.cfd,
            months: self.months,
            inscription: self.inscription?,
            entry: self.entry?,
            end: self.end?,
            exclusion: self.exclusion,
            contracts: contracts.collect(),
            birth_month: birth.month_start(),
            sex: self.sex?,
            rqth: self.rqth,
            commune: self.commune,
            postal_code: self.postal_code?,
            line: row.line,
        };
        let texts = Texts::write(|place, text| write_text(IDENTITY[place], row, text));
        Some((record, Identity { civil_key, ine_key, line: row.line, birth, texts }))
    }
}

/// The columns of an identity, in the order of [`IDENTITY_COLUMNS`].
const IDENTITY: [Column; IDENTITY_COLUMNS.len()] = [
    Column::Nom,
    Column::Prenom,
    Column::Ine,
    Column::EmailContact,
    Column::Tel,
    Column::Adresse,
    Column::CodePostal,
    Column::Commune,
    Column::CodePostalDeNaissance,
    Column::CommuneDeNaissance,
    Column::ResponsableMail1,
    Column::ResponsableMail2,
    Column::DernierOrganismeUai,
    Column::DerniereSituation,
    Column::TypeCfa,
    Column::CauseExclusion,
    Column::CauseRupture,
    Column::CauseRupture2,
    Column::CauseRupture3,
    Column::CauseRupture4,
    Column::DateRqth,
    Column::LibelleCourt,
];

/// The text that a person typed, with the leading zeros that a spreadsheet took off. A date is
/// written one way, however the file stores it.
fn write_text(column: Column, row: &Row<'_>, text: &mut String) {
    let cell = row.cell(column);
    let length = match column {
        _ if cell == Cell::Empty => return,
        Column::CodePostal
        | Column::Commune
        | Column::CodePostalDeNaissance
        | Column::CommuneDeNaissance => 5,
        Column::Tel => 10,
        Column::TypeCfa => 2,
        Column::DateRqth => {
            if let Some(read) = cell::day(cell, row.from_1904) {
                text.push_str(&read.day.to_string());
            }
            return;
        }
        _ => 0,
    };
    match cell {
        Cell::Number(_) if length > 0 => text.push_str(cell.code().padded(length).as_str()),
        cell => cell.show(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_has_its_columns_in_their_order() {
        assert_eq!(IDENTITY.map(Column::name), IDENTITY_COLUMNS);
    }
}
