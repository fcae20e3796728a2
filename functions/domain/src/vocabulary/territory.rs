//! Departments, academies and regions, with the overseas collectivities (`domain.md` §5.1).
//!
//! Names are those of the official geographic code, with its straight apostrophe: pages set their
//! own. Not here: employment zones, which are a reference dataset.

/// A region, or an overseas collectivity that stands for one.
#[derive(Debug, PartialEq, Eq)]
pub struct Region {
    /// Two digits, or the three of the collectivity.
    pub code: &'static str,
    /// Its name.
    pub name: &'static str,
}

/// An academy of the ministry of education.
#[derive(Debug, PartialEq, Eq)]
pub struct Academy {
    /// Two digits.
    pub code: &'static str,
    /// Its name.
    pub name: &'static str,
}

/// A department, or an overseas collectivity that stands for one.
#[derive(Debug, PartialEq, Eq)]
pub struct Department {
    /// `01`, `2A`, `971`.
    pub code: &'static str,
    /// Its name.
    pub name: &'static str,
    academy: &'static str,
    region: &'static str,
}

impl Department {
    /// The academy that holds it.
    pub fn academy(&self) -> &'static Academy {
        academy(self.academy).unwrap_or(&ACADEMIES[0])
    }

    /// The region that holds it.
    pub fn region(&self) -> &'static Region {
        region(self.region).unwrap_or(&REGIONS[0])
    }
}

/// The department of this code, as a reference list or a spreadsheet may write it: `1` and `01`,
/// `2a` and `2A`. `20` could be either half of Corsica and is neither.
pub fn department(code: &str) -> Option<&'static Department> {
    let mut padded = code.trim().to_ascii_uppercase();
    if padded.len() == 1 {
        padded.insert(0, '0');
    }
    find(DEPARTMENTS, &padded, |department| department.code)
}

/// The academy of this code.
pub fn academy(code: &str) -> Option<&'static Academy> {
    find(ACADEMIES, code, |academy| academy.code)
}

/// The region of this code.
pub fn region(code: &str) -> Option<&'static Region> {
    find(REGIONS, code, |region| region.code)
}

fn find<T>(table: &'static [T], code: &str, of: fn(&T) -> &str) -> Option<&'static T> {
    table.binary_search_by(|line| of(line).cmp(code)).ok().map(|place| &table[place])
}

/// Every region, by code: 18 regions, then the collectivities.
pub const REGIONS: &[Region] = &[
    Region { code: "01", name: "Guadeloupe" },
    Region { code: "02", name: "Martinique" },
    Region { code: "03", name: "Guyane" },
    Region { code: "04", name: "La Réunion" },
    Region { code: "06", name: "Mayotte" },
    Region { code: "11", name: "Île-de-France" },
    Region { code: "24", name: "Centre-Val de Loire" },
    Region { code: "27", name: "Bourgogne-Franche-Comté" },
    Region { code: "28", name: "Normandie" },
    Region { code: "32", name: "Hauts-de-France" },
    Region { code: "44", name: "Grand Est" },
    Region { code: "52", name: "Pays de la Loire" },
    Region { code: "53", name: "Bretagne" },
    Region { code: "75", name: "Nouvelle-Aquitaine" },
    Region { code: "76", name: "Occitanie" },
    Region { code: "84", name: "Auvergne-Rhône-Alpes" },
    Region { code: "93", name: "Provence-Alpes-Côte d'Azur" },
    Region { code: "94", name: "Corse" },
    Region { code: "975", name: "Saint-Pierre-et-Miquelon" },
    Region { code: "977", name: "Saint-Barthélemy" },
    Region { code: "978", name: "Saint-Martin" },
    Region { code: "984", name: "Terres australes et antarctiques françaises" },
    Region { code: "986", name: "Wallis et Futuna" },
    Region { code: "987", name: "Polynésie française" },
    Region { code: "988", name: "Nouvelle-Calédonie" },
    Region { code: "989", name: "Clipperton" },
];

/// Every academy, by code.
pub const ACADEMIES: &[Academy] = &[
    Academy { code: "00", name: "Étranger" },
    Academy { code: "01", name: "Paris" },
    Academy { code: "02", name: "Aix-Marseille" },
    Academy { code: "03", name: "Besançon" },
    Academy { code: "04", name: "Bordeaux" },
    Academy { code: "06", name: "Clermont-Ferrand" },
    Academy { code: "07", name: "Dijon" },
    Academy { code: "08", name: "Grenoble" },
    Academy { code: "09", name: "Lille" },
    Academy { code: "10", name: "Lyon" },
    Academy { code: "11", name: "Montpellier" },
    Academy { code: "12", name: "Nancy-Metz" },
    Academy { code: "13", name: "Poitiers" },
    Academy { code: "14", name: "Rennes" },
    Academy { code: "15", name: "Strasbourg" },
    Academy { code: "16", name: "Toulouse" },
    Academy { code: "17", name: "Nantes" },
    Academy { code: "18", name: "Orléans-Tours" },
    Academy { code: "19", name: "Reims" },
    Academy { code: "20", name: "Amiens" },
    Academy { code: "22", name: "Limoges" },
    Academy { code: "23", name: "Nice" },
    Academy { code: "24", name: "Créteil" },
    Academy { code: "25", name: "Versailles" },
    Academy { code: "27", name: "Corse" },
    Academy { code: "28", name: "La Réunion" },
    Academy { code: "31", name: "Martinique" },
    Academy { code: "32", name: "Guadeloupe" },
    Academy { code: "33", name: "Guyane" },
    Academy { code: "40", name: "Nouvelle-Calédonie" },
    Academy { code: "41", name: "Polynésie française" },
    Academy { code: "42", name: "Wallis et Futuna" },
    Academy { code: "43", name: "Mayotte" },
    Academy { code: "44", name: "Saint-Pierre-et-Miquelon" },
    Academy { code: "70", name: "Normandie" },
];

/// Every department and collectivity, by code.
pub const DEPARTMENTS: &[Department] = &[
    line("01", "Ain", "10", "84"),
    line("02", "Aisne", "20", "32"),
    line("03", "Allier", "06", "84"),
    line("04", "Alpes-de-Haute-Provence", "02", "93"),
    line("05", "Hautes-Alpes", "02", "93"),
    line("06", "Alpes-Maritimes", "23", "93"),
    line("07", "Ardèche", "08", "84"),
    line("08", "Ardennes", "19", "44"),
    line("09", "Ariège", "16", "76"),
    line("10", "Aube", "19", "44"),
    line("11", "Aude", "11", "76"),
    line("12", "Aveyron", "16", "76"),
    line("13", "Bouches-du-Rhône", "02", "93"),
    line("14", "Calvados", "70", "28"),
    line("15", "Cantal", "06", "84"),
    line("16", "Charente", "13", "75"),
    line("17", "Charente-Maritime", "13", "75"),
    line("18", "Cher", "18", "24"),
    line("19", "Corrèze", "22", "75"),
    line("21", "Côte-d'Or", "07", "27"),
    line("22", "Côtes-d'Armor", "14", "53"),
    line("23", "Creuse", "22", "75"),
    line("24", "Dordogne", "04", "75"),
    line("25", "Doubs", "03", "27"),
    line("26", "Drôme", "08", "84"),
    line("27", "Eure", "70", "28"),
    line("28", "Eure-et-Loir", "18", "24"),
    line("29", "Finistère", "14", "53"),
    line("2A", "Corse-du-Sud", "27", "94"),
    line("2B", "Haute-Corse", "27", "94"),
    line("30", "Gard", "11", "76"),
    line("31", "Haute-Garonne", "16", "76"),
    line("32", "Gers", "16", "76"),
    line("33", "Gironde", "04", "75"),
    line("34", "Hérault", "11", "76"),
    line("35", "Ille-et-Vilaine", "14", "53"),
    line("36", "Indre", "18", "24"),
    line("37", "Indre-et-Loire", "18", "24"),
    line("38", "Isère", "08", "84"),
    line("39", "Jura", "03", "27"),
    line("40", "Landes", "04", "75"),
    line("41", "Loir-et-Cher", "18", "24"),
    line("42", "Loire", "10", "84"),
    line("43", "Haute-Loire", "06", "84"),
    line("44", "Loire-Atlantique", "17", "52"),
    line("45", "Loiret", "18", "24"),
    line("46", "Lot", "16", "76"),
    line("47", "Lot-et-Garonne", "04", "75"),
    line("48", "Lozère", "11", "76"),
    line("49", "Maine-et-Loire", "17", "52"),
    line("50", "Manche", "70", "28"),
    line("51", "Marne", "19", "44"),
    line("52", "Haute-Marne", "19", "44"),
    line("53", "Mayenne", "17", "52"),
    line("54", "Meurthe-et-Moselle", "12", "44"),
    line("55", "Meuse", "12", "44"),
    line("56", "Morbihan", "14", "53"),
    line("57", "Moselle", "12", "44"),
    line("58", "Nièvre", "07", "27"),
    line("59", "Nord", "09", "32"),
    line("60", "Oise", "20", "32"),
    line("61", "Orne", "70", "28"),
    line("62", "Pas-de-Calais", "09", "32"),
    line("63", "Puy-de-Dôme", "06", "84"),
    line("64", "Pyrénées-Atlantiques", "04", "75"),
    line("65", "Hautes-Pyrénées", "16", "76"),
    line("66", "Pyrénées-Orientales", "11", "76"),
    line("67", "Bas-Rhin", "15", "44"),
    line("68", "Haut-Rhin", "15", "44"),
    line("69", "Rhône", "10", "84"),
    line("70", "Haute-Saône", "03", "27"),
    line("71", "Saône-et-Loire", "07", "27"),
    line("72", "Sarthe", "17", "52"),
    line("73", "Savoie", "08", "84"),
    line("74", "Haute-Savoie", "08", "84"),
    line("75", "Paris", "01", "11"),
    line("76", "Seine-Maritime", "70", "28"),
    line("77", "Seine-et-Marne", "24", "11"),
    line("78", "Yvelines", "25", "11"),
    line("79", "Deux-Sèvres", "13", "75"),
    line("80", "Somme", "20", "32"),
    line("81", "Tarn", "16", "76"),
    line("82", "Tarn-et-Garonne", "16", "76"),
    line("83", "Var", "23", "93"),
    line("84", "Vaucluse", "02", "93"),
    line("85", "Vendée", "17", "52"),
    line("86", "Vienne", "13", "75"),
    line("87", "Haute-Vienne", "22", "75"),
    line("88", "Vosges", "12", "44"),
    line("89", "Yonne", "07", "27"),
    line("90", "Territoire de Belfort", "03", "27"),
    line("91", "Essonne", "25", "11"),
    line("92", "Hauts-de-Seine", "25", "11"),
    line("93", "Seine-Saint-Denis", "24", "11"),
    line("94", "Val-de-Marne", "24", "11"),
    line("95", "Val-d'Oise", "25", "11"),
    line("971", "Guadeloupe", "32", "01"),
    line("972", "Martinique", "31", "02"),
    line("973", "Guyane", "33", "03"),
    line("974", "La Réunion", "28", "04"),
    line("975", "Saint-Pierre-et-Miquelon", "44", "975"),
    line("976", "Mayotte", "43", "06"),
    line("977", "Saint-Barthélemy", "32", "977"),
    line("978", "Saint-Martin", "32", "978"),
    line("984", "Terres australes et antarctiques françaises", "00", "984"),
    line("986", "Wallis et Futuna", "42", "986"),
    line("987", "Polynésie française", "41", "987"),
    line("988", "Nouvelle-Calédonie", "40", "988"),
    line("989", "Clipperton", "41", "989"),
];

const fn line(
    code: &'static str,
    name: &'static str,
    academy: &'static str,
    region: &'static str,
) -> Department {
    Department { code, name, academy, region }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_tables_are_complete_and_in_order() {
        assert_eq!(REGIONS.len(), 26);
        assert_eq!(REGIONS.iter().filter(|region| region.code.len() == 2).count(), 18);
        assert_eq!(ACADEMIES.len(), 35);
        assert_eq!(DEPARTMENTS.len(), 109);
        assert!(REGIONS.is_sorted_by(|a, b| a.code < b.code));
        assert!(ACADEMIES.is_sorted_by(|a, b| a.code < b.code));
        assert!(DEPARTMENTS.is_sorted_by(|a, b| a.code < b.code));
        let names: BTreeSet<&str> = DEPARTMENTS.iter().map(|department| department.name).collect();
        assert_eq!(names.len(), 109);
        let mainland = DEPARTMENTS.iter().filter(|department| department.code.len() == 2);
        assert_eq!(mainland.count(), 96);
    }

    #[test]
    fn every_department_has_its_academy_and_region_and_none_is_empty() {
        let mut academies = BTreeSet::new();
        let mut regions = BTreeSet::new();
        for department in DEPARTMENTS {
            assert_eq!(department.academy().code, department.academy, "{}", department.code);
            assert_eq!(department.region().code, department.region, "{}", department.code);
            academies.insert(department.academy);
            regions.insert(department.region);
        }
        assert_eq!(academies.len(), ACADEMIES.len());
        assert_eq!(regions.len(), REGIONS.len());
    }

    /// Region, its name, its academies and their departments (`domain.md` §5.1). Three collectivities
    /// are given no name of an academy there.
    const TOLD: [(&str, &str, &str); 26] = [
        ("01", "Guadeloupe", "32 Guadeloupe: 971"),
        ("02", "Martinique", "31 Martinique: 972"),
        ("03", "Guyane", "33 Guyane: 973"),
        ("04", "La Réunion", "28 La Réunion: 974"),
        ("06", "Mayotte", "43 Mayotte: 976"),
        ("11", "Île-de-France", "01 Paris: 75; 24 Créteil: 77 93 94; 25 Versailles: 78 91 92 95"),
        ("24", "Centre-Val de Loire", "18 Orléans-Tours: 18 28 36 37 41 45"),
        ("27", "Bourgogne-Franche-Comté", "07 Dijon: 21 58 71 89; 03 Besançon: 25 39 70 90"),
        ("28", "Normandie", "70 Normandie: 14 27 50 61 76"),
        ("32", "Hauts-de-France", "20 Amiens: 02 60 80; 09 Lille: 59 62"),
        (
            "44",
            "Grand Est",
            "19 Reims: 08 10 51 52; 12 Nancy-Metz: 54 55 57 88; 15 Strasbourg: 67 68",
        ),
        ("52", "Pays de la Loire", "17 Nantes: 44 49 53 72 85"),
        ("53", "Bretagne", "14 Rennes: 22 29 35 56"),
        (
            "75",
            "Nouvelle-Aquitaine",
            "13 Poitiers: 16 17 79 86; 22 Limoges: 19 23 87; 04 Bordeaux: 24 33 40 47 64",
        ),
        ("76", "Occitanie", "16 Toulouse: 09 12 31 32 46 65 81 82; 11 Montpellier: 11 30 34 48 66"),
        (
            "84",
            "Auvergne-Rhône-Alpes",
            "10 Lyon: 01 42 69; 06 Clermont-Ferrand: 03 15 43 63; 08 Grenoble: 07 26 38 73 74",
        ),
        ("93", "Provence-Alpes-Côte d'Azur", "02 Aix-Marseille: 04 05 13 84; 23 Nice: 06 83"),
        ("94", "Corse", "27 Corse: 2A 2B"),
        ("975", "Saint-Pierre-et-Miquelon", "44: 975"),
        ("977", "Saint-Barthélemy", "32 Guadeloupe: 977"),
        ("978", "Saint-Martin", "32 Guadeloupe: 978"),
        ("984", "Terres australes et antarctiques françaises", "00 Étranger: 984"),
        ("986", "Wallis et Futuna", "42: 986"),
        ("987", "Polynésie française", "41: 987"),
        ("989", "Clipperton", "41: 989"),
        ("988", "Nouvelle-Calédonie", "40: 988"),
    ];

    #[test]
    fn every_place_is_where_the_field_says() {
        let mut told = BTreeSet::new();
        for (code, name, academies) in TOLD {
            assert_eq!(region(code).map(|region| region.name), Some(name));
            for group in academies.split("; ") {
                let (academy, departments) = group.split_once(": ").unwrap();
                let (academy, academy_name) = academy.split_once(' ').unwrap_or((academy, ""));
                for department_code in departments.split(' ') {
                    let department = department(department_code).unwrap();
                    assert_eq!(department.region().code, code, "{department_code}");
                    assert_eq!(department.academy().code, academy, "{department_code}");
                    let named = department.academy().name;
                    assert!(academy_name.is_empty() || academy_name == named, "{department_code}");
                    told.insert(department.code);
                }
            }
        }
        let known: BTreeSet<&str> = DEPARTMENTS.iter().map(|department| department.code).collect();
        assert_eq!(told, known);
    }

    #[test]
    fn known_places_are_where_they_are() {
        let told = |code: &str| {
            let department = department(code).unwrap();
            [department.name, department.academy().name, department.region().name]
        };
        assert_eq!(told("94"), ["Val-de-Marne", "Créteil", "Île-de-France"]);
        assert_eq!(told("2A"), ["Corse-du-Sud", "Corse", "Corse"]);
        assert_eq!(told("06"), ["Alpes-Maritimes", "Nice", "Provence-Alpes-Côte d'Azur"]);
        assert_eq!(told("978"), ["Saint-Martin", "Guadeloupe", "Saint-Martin"]);
        assert_eq!(told("90"), ["Territoire de Belfort", "Besançon", "Bourgogne-Franche-Comté"]);
    }

    #[test]
    fn a_code_is_read_as_spreadsheets_write_it() {
        assert_eq!(department("1").unwrap().code, "01");
        assert_eq!(department(" 2b ").unwrap().code, "2B");
        for unknown in ["", "20", "00", "96", "970", "1A", "é"] {
            assert_eq!(department(unknown), None, "{unknown}");
        }
    }
}
