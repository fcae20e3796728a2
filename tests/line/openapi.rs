//! The description of the interface is held against the interface: every address is there, every
//! file is what its schema says, every route of `/depots` is one of `upload`'s.

use acceptance::World;
use regex_lite::Regex;
use serde_json::{Value, json};

use crate::door::request;
use crate::published::small_world;

async fn document(world: &World) -> Value {
    let bytes = world.file("donnees/v1/openapi.json").await.expect("a document");
    serde_json::from_slice(&bytes).expect("JSON")
}

/// An address, with the example of each of its parameters.
fn example(path: &str, item: &Value) -> String {
    let parameters = item["parameters"].as_array().into_iter().flatten();
    parameters.fold(path.to_owned(), |path, one| {
        let name = format!("{{{}}}", one["name"].as_str().expect("a name"));
        path.replace(&name, one["example"].as_str().expect("an example"))
    })
}

/// Why a value is not what a schema says, if it is not: the keywords that the document uses.
fn fault(document: &Value, schema: &Value, value: &Value) -> Option<String> {
    for (keyword, said) in schema.as_object().expect("a schema") {
        let right = match keyword.as_str() {
            "title" | "description" => true,
            "$ref" => {
                let place = said.as_str()?.trim_start_matches('#');
                let found = document.pointer(place).unwrap_or_else(|| panic!("no {place}"));
                if let Some(why) = fault(document, found, value) {
                    return Some(why);
                }
                true
            }
            "type" => match said.as_str()? {
                "object" => value.is_object(),
                "array" => value.is_array(),
                "string" => value.is_string(),
                "integer" => value.is_u64(),
                "number" => value.is_number(),
                other => panic!("no type {other}"),
            },
            // As JSON Schema has it, each of these speaks of values of its kind only.
            "format" => {
                value.as_str().is_none_or(|text| text.parse::<domain::vocabulary::Day>().is_ok())
            }
            "pattern" => {
                let pattern = Regex::new(said.as_str()?).expect("a pattern");
                value.as_str().is_none_or(|text| pattern.is_match(text))
            }
            "const" => value == said,
            "enum" => said.as_array()?.contains(value),
            "minimum" => value.as_f64().is_none_or(|value| Some(value) >= said.as_f64()),
            "maximum" => value.as_f64().is_none_or(|value| Some(value) <= said.as_f64()),
            "required" => said
                .as_array()?
                .iter()
                .all(|name| value.get(name.as_str().expect("a name")).is_some()),
            "oneOf" => {
                let fit = |schema: &&Value| fault(document, schema, value).is_none();
                said.as_array()?.iter().filter(fit).count() == 1
            }
            "anyOf" => {
                said.as_array()?.iter().any(|schema| fault(document, schema, value).is_none())
            }
            "items" => {
                let wrong = |item| fault(document, said, item);
                if let Some(why) = value.as_array().into_iter().flatten().find_map(wrong) {
                    return Some(why);
                }
                true
            }
            "properties" => {
                let wrong = |(name, schema): (&String, &Value)| {
                    let why = fault(document, schema, value.get(name)?)?;
                    Some(format!("{name}: {why}"))
                };
                if let Some(why) = said.as_object()?.iter().find_map(wrong) {
                    return Some(why);
                }
                true
            }
            other => panic!("no keyword {other}"),
        };
        if !right {
            return Some(format!("{value} is not {keyword} {said}"));
        }
    }
    None
}

#[tokio::test(flavor = "multi_thread")]
async fn every_address_is_there_and_every_file_is_what_its_schema_says() {
    let world = small_world().await;
    let document = document(&world).await;
    assert_eq!(
        (&document["openapi"], &document["info"]["version"]),
        (&"3.1.0".into(), &"1.0.0".into())
    );
    let (mut read, mut held) = (0, 0);
    for (path, item) in document["paths"].as_object().expect("paths") {
        if item["get"]["tags"][0] != "lecture" {
            continue;
        }
        let address = example(path, item);
        let file = address.trim_start_matches('/');
        let permanent = format!("v/{}/", world.version().await);
        let file = file.strip_prefix(&permanent).unwrap_or(file);
        let bytes = world.file(file).await.unwrap_or_else(|| panic!("no {file}"));
        read += 1;
        let schema = &item["get"]["responses"]["200"]["content"]["application/json"]["schema"];
        if schema.is_object() {
            let value: Value = serde_json::from_slice(&bytes).expect("JSON");
            assert_eq!(fault(&document, schema, &value), None, "{file}");
            held += 1;
        }
    }
    assert!(read > 30 && held > 12, "{read} addresses, {held} schemas");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_is_not_what_its_schema_says_is_seen() {
    let world = small_world().await;
    let document = document(&world).await;
    let row = json!([{
        "date": "2026-11-22", "maille": "region", "code": "53", "libelle": "Bretagne",
        "dimension": "ensemble", "modalite": "", "indicateur": "apprentis",
        "numerateur": 40, "denominateur": 40, "valeur_pct": 100.0, "motif": "",
    }]);
    let path = "/paths/~1donnees~1v1~1taux.json/get/responses/200/content/application~1json/schema";
    let schema = document.pointer(path).expect("a schema");
    assert_eq!(fault(&document, schema, &row), None);
    for (name, wrong) in [
        ("date", json!("22/11/2026")),
        ("maille", json!("pays")),
        ("numerateur", json!(-1)),
        ("numerateur", Value::Null),
        ("numerateur", json!({ "motif": "x" })),
        ("valeur_pct", json!(100.1)),
    ] {
        let mut broken = row.clone();
        broken[0][name] = wrong;
        assert!(fault(&document, schema, &broken).is_some(), "{broken}");
    }
    let mut withheld = row.clone();
    withheld[0]["numerateur"] = json!({ "motif": "c" });
    assert_eq!(fault(&document, schema, &withheld), None);
    withheld[0].as_object_mut().expect("a row").remove("code");
    assert!(fault(&document, schema, &withheld).is_some(), "a column is missing");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_of_the_deposits_is_answered_and_no_other() {
    let world = small_world().await;
    let document = document(&world).await;
    let mut routes = 0;
    for (path, item) in document["paths"].as_object().expect("paths") {
        if !path.starts_with("/depots") {
            continue;
        }
        for method in ["get", "post", "put", "patch", "delete"] {
            let address = example(path, item);
            let asked = request(&method.to_uppercase(), &address, None, &Value::Null);
            let status = upload::handle(&world.store, &asked).await.expect("an answer").status_code;
            let described = item.get(method).is_some();
            // Known, it asks for a key.
            assert_eq!(status, if described { 401 } else { 405 }, "{method} {address}");
            routes += usize::from(described);
        }
    }
    assert_eq!(routes, 8);
}
