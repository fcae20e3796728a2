//! Communes by their names: the list of organisations says in which one each is, seldom its code.
//!
//! The list of `places/` (its README says where it comes from) is read once, at the first question.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::learner::fold;
use super::place::PlaceCode;
use super::territory::{self, Department};

/// By department and name without accents, case, spaces and hyphens; `None` when two bear it.
static COMMUNES: LazyLock<HashMap<(&'static str, String), Option<PlaceCode>>> =
    LazyLock::new(|| read(include_str!("../../places/communes.txt")));

/// The commune of a department that bears a name, when only one does.
///
/// Case, accents, spaces and hyphens do not count; `ST` and `STE` are read as they are said; an
/// arrondissement is its city, and what follows `CEDEX` is the post's. A commune that merged into
/// another has the code of that one.
pub fn commune_named(department: &str, name: &str) -> Option<PlaceCode> {
    let department = territory::department(department)?.code;
    *COMMUNES.get(&(department, folded(name)))?
}

/// The department of a commune: the first characters of its INSEE code.
pub fn department_of(commune: PlaceCode) -> Option<&'static Department> {
    let overseas = matches!(&commune, [b'9', b'7' | b'8', ..]);
    let code = &commune[..if overseas { 3 } else { 2 }];
    territory::department(std::str::from_utf8(code).ok()?)
}

/// The city of an arrondissement; any other commune is itself.
pub fn city_of(commune: PlaceCode) -> PlaceCode {
    match &commune {
        [b'7', b'5', b'1', ..] => *b"75056",
        [b'6', b'9', b'3', b'8', b'1'..=b'9'] => *b"69123",
        [b'1', b'3', b'2', ..] => *b"13055",
        _ => commune,
    }
}

fn read(list: &'static str) -> HashMap<(&'static str, String), Option<PlaceCode>> {
    let mut communes: HashMap<_, Option<PlaceCode>> = HashMap::with_capacity(40_000);
    for line in list.lines() {
        let Some((code, name)) = line.split_once(' ') else { continue };
        let Ok(code) = PlaceCode::try_from(code.as_bytes()) else { continue };
        let Some(department) = department_of(code) else { continue };
        communes
            .entry((department.code, folded(name)))
            .and_modify(|one| *one = one.filter(|one| *one == code))
            .or_insert(Some(code));
    }
    communes
}

fn folded(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for word in name.split(|letter: char| letter.is_whitespace() || matches!(letter, '-' | '.')) {
        let word = fold(word);
        match word.as_str() {
            "CEDEX" => break,
            "ST" => folded.push_str("SAINT"),
            "STE" => folded.push_str("SAINTE"),
            "ARRONDISSEMENT" => {}
            // Of an arrondissement: no name of a commune begins with a digit.
            _ if word.starts_with(|first: char| first.is_ascii_digit()) => {}
            _ => folded.push_str(&word),
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names as the national list of organisations and its senders write them.
    #[test]
    fn a_commune_is_found_by_its_name_when_one_alone_bears_it() {
        let found = |department, name| {
            let code = commune_named(department, name).unwrap_or_default();
            String::from_utf8_lossy(&code).into_owned()
        };
        for (department, name, code) in [
            ("01", "Bourg-en-Bresse", "01053"),
            ("35", "SAINT MEEN LE GRAND", "35297"),
            ("38", "St Martin d'Hères", "38421"),
            ("83", "STE MAXIME", "83115"),
            ("22", "Saint-Brieuc", "22278"),
            ("75", "Paris 12e Arrondissement", "75056"),
            ("69", "LYON 3EME", "69123"),
            ("13", "MARSEILLE CEDEX 05", "13055"),
            ("2A", "Ajaccio", "2A004"),
            ("974", "Saint-Denis", "97411"),
            ("62", "Le Touquet-Paris-Plage", "62826"),
            ("85", "Les Sables d’Olonne", "85194"),
            ("76", "Franqueville-Saint-Pierre", "76475"),
            ("91", "Évry-Courcouronnes", "91228"),
        ] {
            assert_eq!(found(department, name), code, "{name}");
        }
        assert_eq!(found("74", "Annecy-le-Vieux"), "74010", "merged since");
        assert_eq!(found("35", "Bourg-en-Bresse"), "\0\0\0\0\0", "of another department");
        assert_eq!(found("14", "Nulle-Part"), "\0\0\0\0\0");
        assert_eq!(found("", "Paris"), "\0\0\0\0\0");
    }

    #[test]
    fn a_name_that_two_communes_bear_is_of_neither() {
        let list = "25001 Deux\n25002 DEUX\n25003 Un\n25003 Un\n2A001 Deux";
        let read = read(list);
        let of = |department, name: &str| read.get(&(department, name.to_owned())).copied();
        assert_eq!(of("25", "DEUX"), Some(None));
        assert_eq!(of("25", "UN"), Some(Some(*b"25003")));
        assert_eq!(of("2A", "DEUX"), Some(Some(*b"2A001")));
    }

    #[test]
    fn a_commune_is_in_its_department() {
        let of = |code: &[u8; 5]| department_of(*code).map_or("", |department| department.code);
        let codes = [b"35238", b"2A004", b"2B033", b"97105", b"97701", b"98818", b"01004"];
        assert_eq!(codes.map(of), ["35", "2A", "2B", "971", "977", "988", "01"]);
        assert_eq!([b"99109", b"20004", b"00000", b"96001"].map(of), ["", "", "", ""]);
    }

    #[test]
    fn an_arrondissement_is_in_its_city() {
        let said = |code: &[u8; 5]| String::from_utf8_lossy(&city_of(*code)).into_owned();
        let cities = [b"75112", b"69383", b"13208", b"69389", b"35238", b"75056"].map(said);
        assert_eq!(cities, ["75056", "69123", "13055", "69123", "35238", "75056"]);
    }
}
