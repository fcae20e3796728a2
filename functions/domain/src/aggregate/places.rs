//! The places that are counted: the territories, each with a row, and the organisations.

use super::Level;
use crate::vocabulary::territory::{self, ACADEMIES, DEPARTMENTS, Department, REGIONS};
use crate::vocabulary::{Organisation, Reference};

/// Code of the whole country.
const FRANCE: &str = "FR";

/// A place as it is named in public.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) level: Level,
    pub(super) code: String,
    pub(super) label: String,
}

/// Every territory; its place in the list is its row.
pub(super) fn territories() -> Vec<Place> {
    let place = |level, code: &str, label: &str| Place {
        level,
        code: code.to_owned(),
        label: label.to_owned(),
    };
    let mut places = vec![place(Level::France, FRANCE, "France")];
    places.extend(REGIONS.iter().map(|it| place(Level::Region, it.code, it.name)));
    places.extend(ACADEMIES.iter().map(|it| place(Level::Academie, it.code, it.name)));
    places.extend(DEPARTMENTS.iter().map(|it| place(Level::Departement, it.code, it.name)));
    places
}

/// Where the learners of an organisation are counted, from France down.
pub(super) fn rows_above(department: Option<&Department>) -> Vec<u32> {
    let mut rows = vec![0];
    if let Some(department) = department {
        let (region, academy) = (department.region(), department.academy());
        let positions = [
            REGIONS.iter().position(|it| it == region).map(|at| at + 1),
            ACADEMIES.iter().position(|it| it == academy).map(|at| at + 1 + REGIONS.len()),
            DEPARTMENTS
                .iter()
                .position(|it| it == department)
                .map(|at| at + 1 + REGIONS.len() + ACADEMIES.len()),
        ];
        rows.extend(positions.into_iter().flatten().map(|row| row as u32));
    }
    rows
}

/// An organisation and the department that the reference gives it.
pub(super) fn organisation(
    reference: &Reference,
    organisation: &Organisation,
) -> (Place, Option<&'static Department>) {
    let level = Level::Organisme;
    if let Some(listed) = reference.get(organisation) {
        let code = reference.public_code(organisation);
        let place = Place { level, code, label: listed.name.clone() };
        return (place, territory::department(&listed.department));
    }
    // The couple, always: its UAI alone may be that of a listed organisation.
    let code = organisation.to_string();
    (Place { level, label: code.clone(), code }, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_name_the_places_above() {
        let places = territories();
        let above = |code: &str| -> Vec<String> {
            let rows = rows_above(territory::department(code));
            rows.iter().map(|row| places[*row as usize].label.clone()).collect()
        };
        assert_eq!(above("35"), ["France", "Bretagne", "Rennes", "Ille-et-Vilaine"]);
        assert_eq!(above("977"), ["France", "Saint-Barthélemy", "Guadeloupe", "Saint-Barthélemy"]);
        assert_eq!(above(""), ["France"]);
    }
}
