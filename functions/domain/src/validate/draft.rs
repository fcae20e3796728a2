//! A row on its way to become a record: what the rules have read so far.

use std::num::NonZeroU32;

use super::cell::{self, Code};
use super::columns::{CONTRACTS, ColumnSet};
use super::judge::Row;
use super::namesakes::{Learner, Namesake, Namesakes, hash};
use super::{Cell, Column};
use crate::record::{Contract, Erasable, Erased, IDENTITY_COLUMNS, Identity, Record, Sex, Texts};
use crate::vocabulary::learner::FoldedIdentity;
use crate::vocabulary::phone::Phone;
use crate::vocabulary::place::PlaceCode;
use crate::vocabulary::{
    Cfd, Day, KeySecret, LearnerKey, Organisation, Rncp, SchoolYear, Siret, Uai,
};

/// What was read of a row; `None` is an empty cell, or one that a finding explains.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    pub(super) birth: Option<Day>,
    pub(super) sex: Option<Sex>,
    pub(super) ine: Option<Code>,
    pub(super) phone: Option<Phone>,
    pub(super) rqth: Option<bool>,
    pub(super) postal_code: Option<PlaceCode>,
    pub(super) birth_postal_code: Option<PlaceCode>,
    pub(super) site_postal_code: Option<PlaceCode>,
    pub(super) commune: Option<PlaceCode>,
    pub(super) birth_commune: Option<PlaceCode>,
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
    /// The cells that could not be read, of which a finding says that they count as empty.
    pub(super) emptied: ColumnSet,
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

    /// The learner, with the key of their name and birth date, when both were read: these are folded
    /// where another `identity` was.
    pub(super) fn learner(
        &mut self,
        row: &Row<'_>,
        secret: &KeySecret,
        identity: &mut FoldedIdentity,
        namesakes: &mut Namesakes,
    ) -> Option<Learner> {
        let birth = self.birth?;
        let (Cell::Text(surname), Cell::Text(first_name)) =
            (row.cell(Column::Nom), row.cell(Column::Prenom))
        else {
            return None;
        };
        identity.rewrite(surname, first_name, birth);
        let civil_key = secret.of_folded(identity);
        self.civil_key = Some(civil_key);
        let training = (self.formateur(), self.school_year, self.rncp, self.cfd, self.entry);
        let enrolment = hash((civil_key, training)) as u32;
        let ine = self.ine.and_then(|ine| NonZeroU32::new(hash(ine.bytes()) as u32));
        let (surname, first_name) =
            (identity.surname().as_bytes(), identity.first_name().as_bytes());
        let learner = Namesake { line: row.line, surname, first_name, enrolment, ine };
        Some(namesakes.remember(birth, learner))
    }

    /// The record and the identity, when everything mandatory was read; where the contracts and the
    /// texts of a row before were.
    pub(super) fn finish(
        &self,
        row: &Row<'_>,
        secret: &KeySecret,
        mut contracts: Vec<Contract>,
        mut texts: Texts,
    ) -> Option<(Record, Identity)> {
        let birth = self.birth?;
        let civil_key = self.civil_key?;
        let ine_key = self.ine.map(|ine| secret.of_ine(ine.bytes()));
        contracts.clear();
        contracts.extend(self.contracts.iter().filter_map(|contract| {
            let DraftContract { start, end, rupture, employer } = *contract;
            Some(Contract { start: start?, end, rupture, employer })
        }));
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
            contracts,
            birth_month: birth.month_start(),
            sex: self.sex?,
            rqth: self.rqth,
            commune: self.commune,
            postal_code: self.postal_code?,
            erased: self.erased(row),
            line: row.line,
        };
        let kept = row.filled().without(self.emptied);
        texts.rewrite(|place, text| {
            if kept.contains(IDENTITY[place]) {
                self.write_text(IDENTITY[place], row, text);
            }
        });
        Some((record, Identity { civil_key, ine_key, line: row.line, birth, texts }))
    }

    /// The values of the record that the row empties on purpose; most rows empty none.
    fn erased(&self, row: &Row<'_>) -> Erased {
        let mut erased = Erased::default();
        if !row.may_erase() {
            return erased;
        }
        let mut note = |column, value| {
            if row.erases(column) {
                erased.insert(value);
            }
        };
        for (column, value) in ERASABLE {
            note(column, value);
        }
        // Contracts without a first day are in no record: places are counted among the others.
        let mut place = 0;
        for (slot, (columns, contract)) in (0..).zip(CONTRACTS.iter().zip(&self.contracts)) {
            note(columns.start, Erasable::Contract(slot));
            if contract.start.is_some() {
                note(columns.end, Erasable::ContractEnd(place));
                note(columns.rupture, Erasable::ContractRupture(place));
                note(columns.employer, Erasable::ContractEmployer(place));
                place += 1;
            }
        }
        erased
    }
}

/// The optional columns that a record keeps, beside those of the contracts.
const ERASABLE: [(Column, Erasable); 8] = [
    (Column::Ine, Erasable::Ine),
    (Column::LieuUai, Erasable::LieuUai),
    (Column::Rncp, Erasable::Rncp),
    (Column::Cfd, Erasable::Cfd),
    (Column::DureeMois, Erasable::Months),
    (Column::DateExclusion, Erasable::Exclusion),
    (Column::Rqth, Erasable::Rqth),
    (Column::Commune, Erasable::Commune),
];

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

impl Draft {
    /// Writes the text of a cell, as it is kept: a code, a number or a date in its one form, however
    /// the file writes it; anything else as a person typed it.
    fn write_text(&self, column: Column, row: &Row<'_>, text: &mut String) {
        let cell = row.cell(column);
        match column {
            Column::CodePostal
            | Column::Commune
            | Column::CodePostalDeNaissance
            | Column::CommuneDeNaissance => write_code(cell, 5, text),
            Column::Ine | Column::DernierOrganismeUai => write_code(cell, 0, text),
            Column::TypeCfa => write_number(cell, 2, text),
            // A situation of 0 says that there is none.
            Column::DerniereSituation => {
                if cell.small_number() != Some(0) {
                    write_number(cell, 1, text);
                }
            }
            Column::Tel => match self.phone {
                Some(phone) => phone.push_to(text),
                None => cell.show(text),
            },
            Column::DateRqth => {
                if let Some(read) = cell::day(cell, row.from_1904) {
                    text.push_str(&read.day.to_string());
                }
            }
            _ => match cell {
                // It is trimmed already.
                Cell::Text(typed) => text.push_str(typed),
                cell => cell.show(text),
            },
        }
    }
}

/// The code of a cell, with the zeros it lost.
fn write_code(cell: Cell<'_>, length: usize, text: &mut String) {
    match cell {
        // As nearly every one is written.
        Cell::Text(code) if code.len() >= length && Code::is_one(code) => text.push_str(code),
        _ => text.push_str(cell.code().padded(length).as_str()),
    }
}

/// The small number of a cell, of so many digits at least.
fn write_number(cell: Cell<'_>, digits: usize, text: &mut String) {
    // As nearly every one is written.
    if let Cell::Text(number) = cell
        && (digits..=6).contains(&number.len())
        && (number.len() == digits || !number.starts_with('0'))
        && number.bytes().all(|byte| byte.is_ascii_digit())
    {
        text.push_str(number);
        return;
    }
    let Some(number) = cell.small_number() else { return };
    let zeros = digits.saturating_sub(number.checked_ilog10().unwrap_or(0) as usize + 1);
    text.extend(std::iter::repeat_n('0', zeros));
    text.push_str(Cell::Number(number.into()).code().as_str());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_has_its_columns_in_their_order() {
        assert_eq!(IDENTITY.map(Column::name), IDENTITY_COLUMNS);
    }
}
