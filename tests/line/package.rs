//! What describes the open data is held against the files it describes: every header, every cell,
//! every size and digest. These rules are ours; `frictionless` finds the same.

use std::collections::BTreeSet;

use acceptance::World;
use domain::upload::hex;
use open_data::tables::{Genre, TABLES};
use regex_lite::Regex;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::published::small_world;

async fn bytes(world: &World, name: &str) -> Vec<u8> {
    world.file(&format!("donnees/v1/{name}")).await.unwrap_or_else(|| panic!("no {name}"))
}

async fn json(world: &World, name: &str) -> Value {
    serde_json::from_slice(&bytes(world, name).await).expect("JSON")
}

/// Cells without a quote, as those of the small world are.
fn cells(csv: &str) -> Vec<Vec<&str>> {
    assert!(!csv.contains('"'), "the small world has no quoted cell");
    csv.lines().map(|line| line.split(',').collect()).collect()
}

/// Why a cell is not what its field says, if it is not.
fn fault(field: &Value, cell: &str) -> Option<String> {
    let constraints = &field["constraints"];
    if cell.is_empty() {
        return (constraints["required"] == true).then(|| "is empty".to_owned());
    }
    let number = || cell.parse::<f64>().ok();
    let right = match field["type"].as_str()? {
        "string" => true,
        "date" => cell.parse::<domain::vocabulary::Day>().is_ok(),
        "integer" => cell.parse::<u32>().is_ok(),
        "number" => number().is_some(),
        other => return Some(format!("has a type {other}")),
    };
    let least = constraints["minimum"].as_f64().is_none_or(|least| number() >= Some(least));
    let most = constraints["maximum"].as_f64().is_none_or(|most| number() <= Some(most));
    let word = constraints["enum"].as_array().is_none_or(|words| words.contains(&cell.into()));
    let shape = constraints["pattern"]
        .as_str()
        .is_none_or(|pattern| Regex::new(pattern).expect("a pattern").is_match(cell));
    (!(right && least && most && word && shape)).then(|| format!("cannot be {cell:?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_package_says_what_is_in_every_file() {
    let world = small_world().await;
    let package = json(&world, "datapackage.json").await;
    assert_eq!(package["licenses"][0]["name"], "etalab-2.0");
    assert_eq!(package["id"], world.version().await.as_str(), "the package names its publication");
    let resources = package["resources"].as_array().expect("resources");
    let mut faults = Vec::new();
    let mut described = BTreeSet::new();
    for resource in resources {
        let path = resource["path"].as_str().expect("a path");
        described.insert(path.to_owned());
        let body = bytes(&world, path).await;
        assert_eq!(resource["bytes"], body.len(), "{path}");
        let hash = format!("sha256:{}", hex(&Sha256::digest(&body)));
        assert_eq!(resource["hash"], hash.as_str(), "{path}");
        let Some(fields) = resource["schema"]["fields"].as_array() else { continue };
        let text = String::from_utf8(body).expect("UTF-8");
        let rows = cells(&text);
        let names: Vec<&str> = fields.iter().filter_map(|field| field["name"].as_str()).collect();
        assert_eq!(rows[0], names, "the header of {path}");
        let key: Vec<usize> = resource["schema"]["primaryKey"]
            .as_array()
            .expect("a key")
            .iter()
            .map(|name| names.iter().position(|one| name == one).expect("a column"))
            .collect();
        let mut keys = BTreeSet::new();
        for (row, line) in rows[1..].iter().zip(2..) {
            for (cell, field) in row.iter().zip(fields) {
                let said =
                    fault(field, cell).map(|why| format!("{path} {line} {}: {why}", field["name"]));
                faults.extend(said);
            }
            let own: Vec<&str> = key.iter().map(|place| row[*place]).collect();
            assert!(keys.insert(own), "{path} line {line} says its key twice");
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    for name in TABLES.map(|table| table.nom) {
        for format in ["csv", "json", "parquet"] {
            assert!(described.contains(&format!("{name}.{format}")), "{name}.{format}");
        }
    }
    for name in ["indicateurs.xlsx", "premieres.parquet"] {
        assert!(described.contains(name), "{name}");
    }
}

#[test]
fn a_cell_that_breaks_its_field_is_seen() {
    let field = |kind: &str, constraints: Value| serde_json::json!({ "type": kind, "constraints": constraints });
    for (field, wrong, right) in [
        (field("date", Value::Null), "31/10/2026", "2026-10-31"),
        (field("integer", serde_json::json!({ "minimum": 0 })), "4.5", "4"),
        (field("number", serde_json::json!({ "maximum": 100 })), "100.1", "99.9"),
        (field("string", serde_json::json!({ "enum": ["c", "nd"] })), "x", "nd"),
        (field("string", serde_json::json!({ "pattern": "^([0-9]{2})$" })), "123", "12"),
        (field("string", serde_json::json!({ "required": true })), "", "x"),
    ] {
        assert!(fault(&field, wrong).is_some() && fault(&field, right).is_none(), "{field}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn csvw_dcat_and_schema_org_say_the_same() {
    let world = small_world().await;
    for table in TABLES {
        let said = json(&world, &format!("{}.csv-metadata.json", table.nom)).await;
        assert_eq!(said["url"], format!("{}.csv", table.nom));
        let columns = said["tableSchema"]["columns"].as_array().expect("columns");
        let names = columns.iter().filter_map(|column| column["titles"].as_str());
        assert!(names.eq(table.entetes()), "{}", table.nom);
        for (column, colonne) in columns.iter().zip(table.colonnes) {
            assert_eq!(column["required"], colonne.vide.is_none(), "{}", colonne.nom);
            if let Genre::Mot(words) = colonne.genre {
                assert_eq!(column["datatype"]["format"], words.join("|"));
            }
        }
    }
    let package = json(&world, "datapackage.json").await;
    let catalogue = json(&world, "catalogue.jsonld").await;
    let resources = package["resources"].as_array().expect("resources").iter();
    let told = catalogue["dcat:distribution"].as_array().expect("distributions").iter();
    let of_package = resources.map(|one| {
        let hash = one["hash"].as_str().expect("a hash").trim_start_matches("sha256:").to_owned();
        (one["path"].clone(), hash)
    });
    let of_catalogue = told.map(|one| {
        let hash = one["spdx:checksum"]["spdx:checksumValue"]["@value"].as_str().expect("a hash");
        (one["dcat:downloadURL"]["@id"].clone(), hash.to_owned())
    });
    assert!(of_package.eq(of_catalogue));

    let page = world.page("donnees/index.html").await.expect("a page");
    let said = page.split("application/ld+json\">").skip(1).map(|json| -> Value {
        let (json, _) = json.split_once("</script>").expect("an end");
        serde_json::from_str(json).expect("JSON")
    });
    let said = said.filter(|said| said["@type"] == "Dataset").collect::<Vec<_>>();
    let [said] = said.as_slice() else { panic!("{said:?}") };
    for one in said["distribution"].as_array().expect("distributions") {
        let path = one["contentUrl"].as_str().expect("an address").trim_start_matches('/');
        assert!(world.file(path).await.is_some(), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_data_beside_a_page_are_the_rows_of_the_national_file() {
    let world = small_world().await;
    let national = world.page("donnees/v1/indicateurs.csv").await.expect("the figures");
    let of = |start: &str| -> Vec<String> {
        let rows = national
            .lines()
            .filter(|line| line.split_once(',').is_some_and(|(_, rest)| rest.starts_with(start)));
        rows.map(str::to_owned).collect()
    };
    for (folder, start) in [
        ("", "france,FR,"),
        ("region/53/", "region,53,"),
        ("organisme/9740001H/", "organisme,9740001H,"),
    ] {
        let csv = world.page(&format!("{folder}donnees.csv")).await.expect(folder);
        let (header, rows) = csv.split_once('\n').expect("a header");
        assert_eq!(Some(header), national.lines().next());
        assert_eq!(rows.lines().map(str::to_owned).collect::<Vec<_>>(), of(start), "{folder}");
        let json: Value = serde_json::from_str(
            &world.page(&format!("{folder}donnees.json")).await.expect(folder),
        )
        .expect("JSON");
        assert_eq!(
            json["series"].as_array().expect("series").len()
                * json["dates"].as_array().expect("dates").len(),
            rows.lines().count()
        );
    }
    let parquet = world.file("region/53/donnees.parquet").await.expect("Parquet");
    let (_, series) = store::read_series("donnees.parquet", parquet.into()).expect("figures");
    assert!(!series.is_empty() && series.iter().all(|serie| serie.code == "53"));
    let indicator = world.page("indicateur/apprentis/donnees.csv").await.expect("an indicator");
    let other = indicator
        .lines()
        .skip(1)
        .find(|line| !line.contains(",ensemble,,apprentis,") || line.contains(",organisme,"));
    assert_eq!(other, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_says_why_a_figure_is_not_there() {
    let world = small_world().await;
    let book = world.file("departement/29/donnees.xlsx").await.expect("a workbook");
    let sheets = acceptance::files::sheets(&book);
    let names: Vec<&str> = sheets.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["Présentation", "Notes", "Chiffres", "Parts", "Mouvements"]);
    let figures = &sheets[2].1;
    assert_eq!(figures[0][..3], ["Jour", "Ventilation", "Valeur"]);
    let apprentices = figures[0].iter().position(|head| head == "Apprentis").expect("a column");
    // The three of Brest, today.
    assert_eq!(figures.last().expect("a row")[apprentices], "c");
    let csv = world.page("departement/29/donnees.csv").await.expect("the same");
    let indicators = figures[0].len() - 3;
    assert_eq!((figures.len() - 1) * indicators, csv.lines().count() - 1, "every figure is there");
    assert!(
        figures.iter().all(|row| row[3..].iter().all(|cell| !cell.is_empty())),
        "never a blank"
    );
    let months = &sheets[4].1;
    assert_eq!(months[0], ["Fin du mois", "Entrées", "Signatures", "Ruptures", "Sorties"]);
    // September, when the three of Brest entered, and were withheld at its end.
    assert_eq!(months[26][1..], ["c", "c", "c", "c"], "{months:?}");
    let centre = world.file("organisme/9740001H/donnees.xlsx").await.expect("a workbook");
    assert_eq!(acceptance::files::sheets(&centre).len(), 4, "a centre has no months");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_is_given_where_enough_are_behind_it() {
    let world = small_world().await;
    let csv = world.page("donnees/v1/taux.csv").await.expect("the parts");
    let ends = |start: &str, end: &str| {
        let start = format!("2026-11-22,{start}");
        let line = csv.lines().find(|line| line.starts_with(&start));
        assert!(line.is_some_and(|line| line.ends_with(end)), "{start}: {line:?}");
    };
    ends("departement,974,La Réunion,ensemble,,apprentis,", ",21,21,100.0,");
    ends("departement,29,Finistère,ensemble,,apprentis,", ",,,,c");
}
