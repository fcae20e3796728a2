//! The territories of the pages: codes, names and the small words that go with them.
//!
//! French says « en Bretagne », « dans les Landes », « à Mayotte » and « de l’Ain »: no rule gives
//! these, so they are written down. Which figures a place has is not known here.

use open_data::v1::Maille;

/// A place that has a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Level of territory.
    pub maille: Maille,
    /// Its code: `FR`, region, academy or department.
    pub code: &'static str,
    /// Its name, typeset: `Côte-d’Or`.
    pub nom: &'static str,
    /// What precedes the name to say « of »: `de la `, `d’`.
    de: &'static str,
    /// What precedes the name to say « in »: `en `, `dans les `.
    en: &'static str,
    /// Region of a department or of an academy; empty otherwise.
    pub region: &'static str,
    /// Academy of a department; empty otherwise.
    pub academie: &'static str,
}

impl Place {
    /// « de la Gironde », « d’Occitanie ».
    pub fn de(&self) -> String {
        format!("{}{}", self.de, self.nom_dans_la_phrase())
    }

    /// « en Gironde », « dans les Landes ».
    pub fn en(&self) -> String {
        format!("{}{}", self.en, self.nom_dans_la_phrase())
    }

    /// The title of its page: an academy says what it is, other names speak for themselves.
    pub fn titre(&self) -> String {
        match self.maille {
            Maille::Academie => format!("Académie {}", self.nom),
            _ => self.nom.to_owned(),
        }
    }

    /// The address of its page.
    pub fn adresse(&self) -> String {
        match self.maille {
            Maille::France => "/".to_owned(),
            maille => format!("/{maille}/{}/", self.code),
        }
    }

    fn nom_dans_la_phrase(&self) -> String {
        match self.maille {
            Maille::Academie => format!("académie {}", self.nom),
            _ => self.nom.to_owned(),
        }
    }
}

/// The whole country.
pub const FRANCE: Place = Place {
    maille: Maille::France,
    code: "FR",
    nom: "France",
    de: "de ",
    en: "en ",
    region: "",
    academie: "",
};

/// The eighteen regions in alphabetical order, then the overseas collectivities.
pub fn regions() -> impl Iterator<Item = Place> {
    REGIONS.iter().map(|&(code, nom, de, en)| Place {
        maille: Maille::Region,
        code,
        nom,
        de,
        en,
        region: "",
        academie: "",
    })
}

/// The academies in alphabetical order. Their name carries its own preposition: `de Rennes`.
pub fn academies() -> impl Iterator<Item = Place> {
    ACADEMIES.iter().map(|&(code, nom, region)| Place {
        maille: Maille::Academie,
        code,
        nom,
        de: "de l’",
        en: "dans l’",
        region,
        academie: "",
    })
}

/// The departments and overseas collectivities, by code.
pub fn departements() -> impl Iterator<Item = Place> {
    DEPARTEMENTS.iter().map(|&(code, nom, de, en, region, academie)| Place {
        maille: Maille::Departement,
        code,
        nom,
        de,
        en,
        region,
        academie,
    })
}

/// Every place that has a page, the country first.
pub fn toutes() -> impl Iterator<Item = Place> {
    std::iter::once(FRANCE).chain(regions()).chain(academies()).chain(departements())
}

/// A region by its code.
pub fn region(code: &str) -> Option<Place> {
    regions().find(|place| place.code == code)
}

/// An academy by its code.
pub fn academie(code: &str) -> Option<Place> {
    academies().find(|place| place.code == code)
}

/// A department by its code.
pub fn departement(code: &str) -> Option<Place> {
    departements().find(|place| place.code == code)
}

/// Where something is, in words: its town, and its department where that is to be said.
pub fn situation(ville: &str, departement: Option<&str>) -> Option<String> {
    let departement = departement.and_then(self::departement).map(|lieu| lieu.nom);
    let mots = [Some(ville).filter(|ville| !ville.is_empty()), departement];
    let mots: Vec<&str> = mots.into_iter().flatten().collect();
    (!mots.is_empty()).then(|| mots.join(", "))
}

/// Code, name, « of », « in ».
const REGIONS: &[(&str, &str, &str, &str)] = &[
    ("84", "Auvergne-Rhône-Alpes", "d’", "en "),
    ("27", "Bourgogne-Franche-Comté", "de ", "en "),
    ("53", "Bretagne", "de ", "en "),
    ("24", "Centre-Val de Loire", "du ", "en "),
    ("94", "Corse", "de ", "en "),
    ("44", "Grand Est", "du ", "dans le "),
    ("01", "Guadeloupe", "de la ", "en "),
    ("03", "Guyane", "de la ", "en "),
    ("32", "Hauts-de-France", "des ", "dans les "),
    ("11", "Île-de-France", "d’", "en "),
    ("04", "La Réunion", "de ", "à "),
    ("02", "Martinique", "de la ", "en "),
    ("06", "Mayotte", "de ", "à "),
    ("28", "Normandie", "de ", "en "),
    ("75", "Nouvelle-Aquitaine", "de ", "en "),
    ("76", "Occitanie", "d’", "en "),
    ("52", "Pays de la Loire", "des ", "dans les "),
    ("93", "Provence-Alpes-Côte d’Azur", "de ", "en "),
    ("988", "Nouvelle-Calédonie", "de ", "en "),
    ("987", "Polynésie française", "de ", "en "),
    ("977", "Saint-Barthélemy", "de ", "à "),
    ("978", "Saint-Martin", "de ", "à "),
    ("975", "Saint-Pierre-et-Miquelon", "de ", "à "),
    ("986", "Wallis-et-Futuna", "de ", "à "),
];

/// Code, name with its preposition, region.
const ACADEMIES: &[(&str, &str, &str)] = &[
    ("02", "d’Aix-Marseille", "93"),
    ("20", "d’Amiens", "32"),
    ("03", "de Besançon", "27"),
    ("04", "de Bordeaux", "75"),
    ("06", "de Clermont-Ferrand", "84"),
    ("27", "de Corse", "94"),
    ("24", "de Créteil", "11"),
    ("07", "de Dijon", "27"),
    ("08", "de Grenoble", "84"),
    ("32", "de la Guadeloupe", "01"),
    ("33", "de la Guyane", "03"),
    ("28", "de La Réunion", "04"),
    ("09", "de Lille", "32"),
    ("22", "de Limoges", "75"),
    ("10", "de Lyon", "84"),
    ("31", "de la Martinique", "02"),
    ("43", "de Mayotte", "06"),
    ("11", "de Montpellier", "76"),
    ("12", "de Nancy-Metz", "44"),
    ("17", "de Nantes", "52"),
    ("23", "de Nice", "93"),
    ("70", "de Normandie", "28"),
    ("18", "d’Orléans-Tours", "24"),
    ("01", "de Paris", "11"),
    ("13", "de Poitiers", "75"),
    ("19", "de Reims", "44"),
    ("14", "de Rennes", "53"),
    ("15", "de Strasbourg", "44"),
    ("16", "de Toulouse", "76"),
    ("25", "de Versailles", "11"),
    ("40", "de la Nouvelle-Calédonie", "988"),
    ("41", "de la Polynésie française", "987"),
    ("44", "de Saint-Pierre-et-Miquelon", "975"),
    ("42", "de Wallis-et-Futuna", "986"),
];

/// Code, name, « of », « in », region, academy.
const DEPARTEMENTS: &[(&str, &str, &str, &str, &str, &str)] = &[
    ("01", "Ain", "de l’", "dans l’", "84", "10"),
    ("02", "Aisne", "de l’", "dans l’", "32", "20"),
    ("03", "Allier", "de l’", "dans l’", "84", "06"),
    ("04", "Alpes-de-Haute-Provence", "des ", "dans les ", "93", "02"),
    ("05", "Hautes-Alpes", "des ", "dans les ", "93", "02"),
    ("06", "Alpes-Maritimes", "des ", "dans les ", "93", "23"),
    ("07", "Ardèche", "de l’", "en ", "84", "08"),
    ("08", "Ardennes", "des ", "dans les ", "44", "19"),
    ("09", "Ariège", "de l’", "en ", "76", "16"),
    ("10", "Aube", "de l’", "dans l’", "44", "19"),
    ("11", "Aude", "de l’", "dans l’", "76", "11"),
    ("12", "Aveyron", "de l’", "dans l’", "76", "16"),
    ("13", "Bouches-du-Rhône", "des ", "dans les ", "93", "02"),
    ("14", "Calvados", "du ", "dans le ", "28", "70"),
    ("15", "Cantal", "du ", "dans le ", "84", "06"),
    ("16", "Charente", "de la ", "en ", "75", "13"),
    ("17", "Charente-Maritime", "de la ", "en ", "75", "13"),
    ("18", "Cher", "du ", "dans le ", "24", "18"),
    ("19", "Corrèze", "de la ", "en ", "75", "22"),
    ("2A", "Corse-du-Sud", "de la ", "en ", "94", "27"),
    ("2B", "Haute-Corse", "de la ", "en ", "94", "27"),
    ("21", "Côte-d’Or", "de la ", "en ", "27", "07"),
    ("22", "Côtes-d’Armor", "des ", "dans les ", "53", "14"),
    ("23", "Creuse", "de la ", "dans la ", "75", "22"),
    ("24", "Dordogne", "de la ", "en ", "75", "04"),
    ("25", "Doubs", "du ", "dans le ", "27", "03"),
    ("26", "Drôme", "de la ", "dans la ", "84", "08"),
    ("27", "Eure", "de l’", "dans l’", "28", "70"),
    ("28", "Eure-et-Loir", "d’", "en ", "24", "18"),
    ("29", "Finistère", "du ", "dans le ", "53", "14"),
    ("30", "Gard", "du ", "dans le ", "76", "11"),
    ("31", "Haute-Garonne", "de la ", "en ", "76", "16"),
    ("32", "Gers", "du ", "dans le ", "76", "16"),
    ("33", "Gironde", "de la ", "en ", "75", "04"),
    ("34", "Hérault", "de l’", "dans l’", "76", "11"),
    ("35", "Ille-et-Vilaine", "d’", "en ", "53", "14"),
    ("36", "Indre", "de l’", "dans l’", "24", "18"),
    ("37", "Indre-et-Loire", "d’", "en ", "24", "18"),
    ("38", "Isère", "de l’", "en ", "84", "08"),
    ("39", "Jura", "du ", "dans le ", "27", "03"),
    ("40", "Landes", "des ", "dans les ", "75", "04"),
    ("41", "Loir-et-Cher", "du ", "dans le ", "24", "18"),
    ("42", "Loire", "de la ", "dans la ", "84", "10"),
    ("43", "Haute-Loire", "de la ", "en ", "84", "06"),
    ("44", "Loire-Atlantique", "de la ", "en ", "52", "17"),
    ("45", "Loiret", "du ", "dans le ", "24", "18"),
    ("46", "Lot", "du ", "dans le ", "76", "16"),
    ("47", "Lot-et-Garonne", "du ", "dans le ", "75", "04"),
    ("48", "Lozère", "de la ", "en ", "76", "11"),
    ("49", "Maine-et-Loire", "de ", "en ", "52", "17"),
    ("50", "Manche", "de la ", "dans la ", "28", "70"),
    ("51", "Marne", "de la ", "dans la ", "44", "19"),
    ("52", "Haute-Marne", "de la ", "en ", "44", "19"),
    ("53", "Mayenne", "de la ", "en ", "52", "17"),
    ("54", "Meurthe-et-Moselle", "de ", "en ", "44", "12"),
    ("55", "Meuse", "de la ", "dans la ", "44", "12"),
    ("56", "Morbihan", "du ", "dans le ", "53", "14"),
    ("57", "Moselle", "de la ", "en ", "44", "12"),
    ("58", "Nièvre", "de la ", "dans la ", "27", "07"),
    ("59", "Nord", "du ", "dans le ", "32", "09"),
    ("60", "Oise", "de l’", "dans l’", "32", "20"),
    ("61", "Orne", "de l’", "dans l’", "28", "70"),
    ("62", "Pas-de-Calais", "du ", "dans le ", "32", "09"),
    ("63", "Puy-de-Dôme", "du ", "dans le ", "84", "06"),
    ("64", "Pyrénées-Atlantiques", "des ", "dans les ", "75", "04"),
    ("65", "Hautes-Pyrénées", "des ", "dans les ", "76", "16"),
    ("66", "Pyrénées-Orientales", "des ", "dans les ", "76", "11"),
    ("67", "Bas-Rhin", "du ", "dans le ", "44", "15"),
    ("68", "Haut-Rhin", "du ", "dans le ", "44", "15"),
    ("69", "Rhône", "du ", "dans le ", "84", "10"),
    ("70", "Haute-Saône", "de la ", "en ", "27", "03"),
    ("71", "Saône-et-Loire", "de ", "en ", "27", "07"),
    ("72", "Sarthe", "de la ", "dans la ", "52", "17"),
    ("73", "Savoie", "de la ", "en ", "84", "08"),
    ("74", "Haute-Savoie", "de la ", "en ", "84", "08"),
    ("75", "Paris", "de ", "à ", "11", "01"),
    ("76", "Seine-Maritime", "de la ", "en ", "28", "70"),
    ("77", "Seine-et-Marne", "de ", "en ", "11", "24"),
    ("78", "Yvelines", "des ", "dans les ", "11", "25"),
    ("79", "Deux-Sèvres", "des ", "dans les ", "75", "13"),
    ("80", "Somme", "de la ", "dans la ", "32", "20"),
    ("81", "Tarn", "du ", "dans le ", "76", "16"),
    ("82", "Tarn-et-Garonne", "du ", "dans le ", "76", "16"),
    ("83", "Var", "du ", "dans le ", "93", "23"),
    ("84", "Vaucluse", "de ", "dans le ", "93", "02"),
    ("85", "Vendée", "de la ", "en ", "52", "17"),
    ("86", "Vienne", "de la ", "dans la ", "75", "13"),
    ("87", "Haute-Vienne", "de la ", "en ", "75", "22"),
    ("88", "Vosges", "des ", "dans les ", "44", "12"),
    ("89", "Yonne", "de l’", "dans l’", "27", "07"),
    ("90", "Territoire de Belfort", "du ", "dans le ", "27", "03"),
    ("91", "Essonne", "de l’", "dans l’", "11", "25"),
    ("92", "Hauts-de-Seine", "des ", "dans les ", "11", "25"),
    ("93", "Seine-Saint-Denis", "de la ", "en ", "11", "24"),
    ("94", "Val-de-Marne", "du ", "dans le ", "11", "24"),
    ("95", "Val-d’Oise", "du ", "dans le ", "11", "25"),
    ("971", "Guadeloupe", "de la ", "en ", "01", "32"),
    ("972", "Martinique", "de la ", "en ", "02", "31"),
    ("973", "Guyane", "de la ", "en ", "03", "33"),
    ("974", "La Réunion", "de ", "à ", "04", "28"),
    ("975", "Saint-Pierre-et-Miquelon", "de ", "à ", "975", "44"),
    ("976", "Mayotte", "de ", "à ", "06", "43"),
    ("977", "Saint-Barthélemy", "de ", "à ", "977", "32"),
    ("978", "Saint-Martin", "de ", "à ", "978", "32"),
    ("986", "Wallis-et-Futuna", "de ", "à ", "986", "42"),
    ("987", "Polynésie française", "de la ", "en ", "987", "41"),
    ("988", "Nouvelle-Calédonie", "de la ", "en ", "988", "40"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_department_lies_in_a_known_region_and_academy() {
        assert_eq!(departements().count(), 101 + 6);
        assert_eq!(regions().count(), 18 + 6);
        for place in departements() {
            let academie = academie(place.academie).unwrap();
            assert!(region(place.region).is_some(), "{}", place.nom);
            if !place.code.starts_with("97") {
                assert_eq!(academie.region, place.region, "{}", place.nom);
            }
        }
    }

    #[test]
    fn every_code_is_used_once() {
        let mut seen = std::collections::BTreeSet::new();
        assert!(toutes().all(|place| seen.insert((place.maille, place.code))));
    }

    #[test]
    fn places_are_spoken_of_as_french_does() {
        let dit = |place: Option<Place>| place.map(|p| format!("{} / {}", p.de(), p.en())).unwrap();
        assert_eq!(dit(region("53")), "de Bretagne / en Bretagne");
        assert_eq!(dit(region("11")), "d’Île-de-France / en Île-de-France");
        assert_eq!(dit(region("04")), "de La Réunion / à La Réunion");
        assert_eq!(dit(region("32")), "des Hauts-de-France / dans les Hauts-de-France");
        assert_eq!(dit(region("44")), "du Grand Est / dans le Grand Est");
        assert_eq!(dit(departement("40")), "des Landes / dans les Landes");
        assert_eq!(dit(departement("01")), "de l’Ain / dans l’Ain");
        assert_eq!(dit(departement("49")), "de Maine-et-Loire / en Maine-et-Loire");
        assert_eq!(dit(departement("75")), "de Paris / à Paris");
        assert_eq!(dit(departement("976")), "de Mayotte / à Mayotte");
        assert_eq!(dit(academie("14")), "de l’académie de Rennes / dans l’académie de Rennes");
        assert_eq!(academie("18").unwrap().titre(), "Académie d’Orléans-Tours");
    }

    #[test]
    fn small_words_are_elided_before_a_vowel_and_only_there() {
        for place in toutes() {
            let nom = place.nom_dans_la_phrase();
            let vowel = nom.starts_with(['A', 'E', 'I', 'Î', 'O', 'U', 'Y', 'a']);
            for small in [place.de, place.en] {
                assert!(small.ends_with(' ') || small.ends_with('’'), "{nom}");
                assert!(!small.ends_with('’') || vowel || nom == "Hérault", "{small}{nom}");
            }
            assert!(!(vowel && matches!(place.de, "de " | "de la " | "du ")), "{}", place.de());
        }
    }
}
