//! The places that are counted: the territories, each with a row, and the organisations.

use std::collections::HashMap;

use super::Level;
use super::breakdown::UNKNOWN;
use crate::vocabulary::references::{Zone, Zones};
use crate::vocabulary::territory::{self, ACADEMIES, DEPARTMENTS, Department, REGIONS};
use crate::vocabulary::{Organisation, References};

/// Code of the whole country.
const FRANCE: &str = "FR";

/// A place as it is named in public.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) level: Level,
    pub(crate) code: String,
    pub(crate) label: String,
}

/// The territories, each with a row.
#[derive(Debug)]
pub(crate) struct Territories {
    /// The place in the list is the row.
    pub(crate) places: Vec<Place>,
    zones: HashMap<String, u32>,
}

const REGION: u32 = 1;
const ACADEMY: u32 = REGION + REGIONS.len() as u32;
const DEPARTMENT: u32 = ACADEMY + ACADEMIES.len() as u32;
const ZONE: u32 = DEPARTMENT + DEPARTMENTS.len() as u32;

impl Territories {
    /// France, then those of the tables, then the employment zones that the reference tells, then
    /// for each level a place unknown.
    pub(crate) fn new(zones: &Zones) -> Self {
        let place = |level, code: &str, label: &str| Place {
            level,
            code: code.to_owned(),
            label: label.to_owned(),
        };
        let mut places = vec![place(Level::France, FRANCE, "France")];
        places.extend(REGIONS.iter().map(|it| place(Level::Region, it.code, it.name)));
        places.extend(ACADEMIES.iter().map(|it| place(Level::Academie, it.code, it.name)));
        places.extend(DEPARTMENTS.iter().map(|it| place(Level::Departement, it.code, it.name)));
        places.extend(zones.iter().map(|it| place(Level::ZoneEmploi, &it.code, &it.label)));
        let unknown = [Level::Region, Level::Academie, Level::Departement, Level::ZoneEmploi];
        places.extend(unknown.map(|level| place(level, "", UNKNOWN)));
        let zones = zones.iter().zip(ZONE..).map(|(zone, row)| (zone.code.clone(), row));
        Self { zones: zones.collect(), places }
    }

    /// Where those of a department and of a zone are counted, from France down. A place that is not
    /// known is left out.
    pub(crate) fn rows_above(&self, location: Location<'_>) -> Vec<u32> {
        let rows = self.levels(location);
        std::iter::once(0).chain(rows.into_iter().flatten()).collect()
    }

    /// The same, where a place that is not known is counted as such.
    pub(super) fn rows_of_home(&self, location: Location<'_>) -> Vec<u32> {
        let unknown = self.places.len() as u32 - 4;
        let rows = self.levels(location).into_iter().zip(unknown..);
        std::iter::once(0).chain(rows.map(|(row, unknown)| row.unwrap_or(unknown))).collect()
    }

    /// The rows of its region, academy, department and zone.
    fn levels(&self, Location { department, zone }: Location<'_>) -> [Option<u32>; 4] {
        let row = |first: u32, place: Option<usize>| place.map(|place| first + place as u32);
        let in_regions = |it: &Department| REGIONS.iter().position(|known| known == it.region());
        let in_academies =
            |it: &Department| ACADEMIES.iter().position(|known| known == it.academy());
        let in_departments = |it: &Department| DEPARTMENTS.iter().position(|known| known == it);
        [
            row(REGION, department.and_then(in_regions)),
            row(ACADEMY, department.and_then(in_academies)),
            row(DEPARTMENT, department.and_then(in_departments)),
            zone.and_then(|zone| self.zones.get(&zone.code).copied()),
        ]
    }
}

/// Where an organisation or a learner is, as far as it is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Location<'a> {
    pub(crate) department: Option<&'static Department>,
    pub(crate) zone: Option<&'a Zone>,
}

/// An organisation, and where the references say it is.
pub(crate) fn organisation<'a>(
    references: &'a References,
    organisation: &Organisation,
) -> (Place, Location<'a>) {
    let level = Level::Organisme;
    if let Some(listed) = references.organisations.get(organisation) {
        let code = references.organisations.public_code(organisation);
        let place = Place { level, code, label: listed.name.clone() };
        let department = territory::department(&listed.department);
        return (place, Location { department, zone: references.zone_of(organisation) });
    }
    // The couple, always: its UAI alone may be that of a listed organisation.
    let code = organisation.to_string();
    (Place { level, label: code.clone(), code }, Location::default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::references::ZoneLine;

    fn zones() -> Zones {
        let line = |commune: &[u8; 5], zone: &str, label: &str| ZoneLine {
            commune: *commune,
            commune_name: String::new(),
            zone: zone.to_owned(),
            label: label.to_owned(),
        };
        Zones::new([line(b"35238", "5315", "Rennes"), line(b"22278", "5312", "Saint-Brieuc")])
    }

    #[test]
    fn rows_name_the_places_above() {
        let zones = zones();
        let territories = Territories::new(&zones);
        let named = |rows: Vec<u32>| -> Vec<String> {
            let name = |row: &u32| territories.places[*row as usize].label.clone();
            rows.iter().map(name).collect()
        };
        let rennes = zones.iter().find(|zone| zone.label == "Rennes");
        let location = |code, zone| Location { department: territory::department(code), zone };
        let above = |code, zone| named(territories.rows_above(location(code, zone)));
        let home = |code, zone| named(territories.rows_of_home(location(code, zone)));
        let brittany = ["France", "Bretagne", "Rennes", "Ille-et-Vilaine"];
        assert_eq!(above("35", None), brittany);
        assert_eq!(above("35", rennes), [&brittany[..], &["Rennes"]].concat());
        let saint_barthelemy = ["France", "Saint-Barthélemy", "Guadeloupe", "Saint-Barthélemy"];
        assert_eq!(above("977", None), saint_barthelemy);
        assert_eq!(above("", None), ["France"]);
        assert_eq!(home("35", None), [&brittany[..], &[UNKNOWN]].concat());
        assert_eq!(home("", None), ["France", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN]);
        let levels: Vec<Level> = territories
            .rows_of_home(location("", None))
            .iter()
            .map(|row| territories.places[*row as usize].level)
            .collect();
        assert_eq!(
            levels[1..],
            [Level::Region, Level::Academie, Level::Departement, Level::ZoneEmploi]
        );
    }
}
