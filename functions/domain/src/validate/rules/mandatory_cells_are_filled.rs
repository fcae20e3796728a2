//! Every mandatory cell is filled.

use super::{About, Case};
use crate::validate::columns::ColumnSet;
use crate::validate::{Column, Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Row,
    frictionless: Frictionless::ConstraintError,
    says: "Une valeur obligatoire manque.",
};

pub(super) fn check(case: &mut Case<'_>) {
    let missing = ALL.without(case.row.filled());
    if missing.is_empty() {
        return;
    }
    for column in MANDATORY {
        if missing.contains(column) {
            let message = format!("La colonne {column} est obligatoire et cette cellule est vide.");
            case.fault(column, message, "Remplissez cette cellule.");
        }
    }
}

/// The mandatory columns, written out so that a row is not searched for them.
const MANDATORY: [Column; 16] = [
    Column::Nom,
    Column::Prenom,
    Column::DateDeNaissance,
    Column::Sexe,
    Column::EmailContact,
    Column::Adresse,
    Column::CodePostal,
    Column::ResponsableUai,
    Column::ResponsableSiret,
    Column::FormateurUai,
    Column::FormateurSiret,
    Column::AnneeScolaire,
    Column::AnneeFormation,
    Column::DateInscription,
    Column::DateEntree,
    Column::DateFin,
];

const ALL: ColumnSet = ColumnSet::of(&MANDATORY);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_that_of_the_table() {
        assert!(Column::mandatory().eq(MANDATORY));
    }
}
