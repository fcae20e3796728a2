//! The list of learners for the makers of software: a Table Schema (Frictionless, Data Package 2),
//! a JSON Schema, one example that conforms to both and one that does not.
//!
//! All of it is generated from [`domain::validate::schema`]; the text of each is always the same
//! bytes.

use domain::validate::rules::VERSION;
use domain::validate::schema::{Field, Shape, fields, rule_codes};
use domain::validate::{Column, Need};
use serde::Serialize;
use serde_json::{Map, Value, json};

const TITLE: &str = "Effectifs d’un centre de formation d’apprentis";
const DESCRIPTION: &str = "Une ligne par apprenant et par formation. La forme décrite est celle à écrire ; le service lit aussi d’autres écritures (dates françaises, espaces, zéros perdus, ordre et noms de colonnes) et dit ce qu’il a corrigé.";
/// What is written in a cell to leave it empty.
const MISSING: [&str; 2] = ["", "#EFFACER"];
/// Yes and no as the reader takes them.
const YES: [&str; 3] = ["OUI", "VRAI", "1"];
const NO: [&str; 3] = ["NON", "FAUX", "0"];

#[derive(Serialize)]
struct TableSchema {
    #[serde(rename = "$schema")]
    schema: &'static str,
    title: &'static str,
    description: &'static str,
    #[serde(rename = "fieldsMatch")]
    fields_match: &'static str,
    fields: Vec<TableField>,
    #[serde(rename = "missingValues")]
    missing_values: [&'static str; 2],
    #[serde(rename = "rulesVersion")]
    rules_version: u32,
    rules: Vec<RuleV1>,
}

#[derive(Serialize)]
struct TableField {
    name: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    format: &'static str,
    description: String,
    example: String,
    constraints: Constraints,
    #[serde(rename = "trueValues", skip_serializing_if = "Option::is_none")]
    true_values: Option<[&'static str; 3]>,
    #[serde(rename = "falseValues", skip_serializing_if = "Option::is_none")]
    false_values: Option<[&'static str; 3]>,
}

#[derive(Serialize)]
struct Constraints {
    required: bool,
    #[serde(rename = "minLength", skip_serializing_if = "Option::is_none")]
    min_length: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pattern: Option<&'static str>,
    #[serde(rename = "enum", skip_serializing_if = "Option::is_none")]
    codes: Option<Vec<String>>,
}

#[derive(Serialize)]
struct RuleV1 {
    rule: &'static str,
    level: &'static str,
    frictionless: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'static str>,
}

/// The Table Schema. Beside the standard, `rules` lists every code that a report may carry, with
/// its level and the nearest Frictionless error type, and `rulesVersion` says of which version.
pub fn table_schema() -> String {
    let rules = rule_codes().into_iter().map(|rule| RuleV1 {
        rule: rule.code,
        level: rule.level.as_str(),
        frictionless: rule.frictionless.as_str(),
        description: rule.says,
    });
    pretty(&TableSchema {
        schema: "https://datapackage.org/profiles/2.0/tableschema.json",
        title: TITLE,
        description: DESCRIPTION,
        fields_match: "partial",
        fields: fields().iter().map(table_field).collect(),
        missing_values: MISSING,
        rules_version: VERSION,
        rules: rules.collect(),
    })
}

fn table_field(field: &Field) -> TableField {
    let (kind, format) = match field.shape {
        Shape::Text(_) | Shape::Code(..) | Shape::OneOf(_) | Shape::Situation => {
            ("string", "default")
        }
        Shape::Date => ("date", "default"),
        Shape::Email => ("string", "email"),
        Shape::YesNo => ("boolean", "default"),
        Shape::Number(..) => ("integer", "default"),
    };
    let (minimum, maximum) = bounds(field.shape);
    let yes_no = field.shape == Shape::YesNo;
    TableField {
        name: field.column.name(),
        kind,
        format,
        description: described(field),
        example: field.example.clone().into_owned(),
        constraints: Constraints {
            required: field.column.need() == Need::Mandatory,
            min_length: least_length(field.shape),
            minimum,
            maximum,
            pattern: pattern(field.shape),
            codes: field.shape.codes(),
        },
        true_values: yes_no.then_some(YES),
        false_values: yes_no.then_some(NO),
    }
}

/// The JSON Schema (2020-12) of the same list, as an array of objects.
pub fn json_schema() -> String {
    let mut properties = Map::new();
    for field in fields() {
        properties.insert(field.column.name().to_owned(), property(&field));
    }
    let required: Vec<&str> = Column::mandatory().map(Column::name).collect();
    pretty(&json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": TITLE,
        "description": DESCRIPTION,
        "type": "array",
        "items": { "type": "object", "required": required, "properties": properties },
    }))
}

fn property(field: &Field) -> Value {
    let mut property = Map::new();
    let mut set = |name: &str, value: Value| property.insert(name.to_owned(), value);
    let (minimum, maximum) = bounds(field.shape);
    let (kind, format) = match field.shape {
        Shape::Date => ("string", Some("date")),
        Shape::Email => ("string", Some("email")),
        Shape::YesNo => ("boolean", None),
        Shape::Number(..) => ("integer", None),
        _ => ("string", None),
    };
    set("description", described(field).into());
    set("type", kind.into());
    if let Some(format) = format {
        set("format", format.into());
    }
    if let Some(least) = least_length(field.shape) {
        set("minLength", least.into());
    }
    if let Some((minimum, maximum)) = minimum.zip(maximum) {
        set("minimum", minimum.into());
        set("maximum", maximum.into());
    }
    if let Some(pattern) = pattern(field.shape) {
        set("pattern", pattern.into());
    }
    if let Some(codes) = field.shape.codes() {
        set("enum", codes.into());
    }
    set("examples", json!([typed(field)]));
    Value::Object(property)
}

/// The example of a field, of its type in JSON.
fn typed(field: &Field) -> Value {
    let example = &*field.example;
    match field.shape {
        Shape::YesNo => (example == "OUI").into(),
        Shape::Number(..) => example.parse::<u32>().map_or(Value::Null, Value::from),
        _ => example.into(),
    }
}

fn described(field: &Field) -> String {
    match field.when {
        Some(when) => format!("{} {}. À remplir {when}.", field.description, field.shape.says()),
        None => format!("{} {}.", field.description, field.shape.says()),
    }
}

fn bounds(shape: Shape) -> (Option<u32>, Option<u32>) {
    match shape {
        Shape::Number(least, most) => (Some(least), Some(most)),
        _ => (None, None),
    }
}

fn least_length(shape: Shape) -> Option<u32> {
    match shape {
        Shape::Text(least) => Some(least).filter(|least| *least > 0),
        _ => None,
    }
}

fn pattern(shape: Shape) -> Option<&'static str> {
    match shape {
        Shape::Code(pattern, _) => Some(pattern),
        _ => None,
    }
}

/// A list that conforms: one learner with every column filled, one with the mandatory ones only.
pub fn valid_example() -> String {
    let full = |field: &Field| field.example.clone().into_owned();
    let short = |field: &Field| match field.column {
        Column::Prenom => "Dominique".to_owned(),
        column if column.need() == Need::Mandatory => field.example.clone().into_owned(),
        _ => String::new(),
    };
    csv(&[&full, &short])
}

/// A list that does not: a SIRET with a digit too few, a date that does not exist, a sex that no
/// code says, one on each line.
pub fn invalid_example() -> String {
    let with = |first_name: &'static str, wrong: Column, value: &'static str| {
        move |field: &Field| match field.column {
            Column::Prenom => first_name.to_owned(),
            column if column == wrong => value.to_owned(),
            column if column.need() == Need::Mandatory => field.example.clone().into_owned(),
            _ => String::new(),
        }
    };
    csv(&[
        &with("Camille", Column::FormateurSiret, "3950418090004"),
        &with("Dominique", Column::DateFin, "2028-02-31"),
        &with("Sacha", Column::Sexe, "X"),
    ])
}

/// Examples hold neither separators nor quotes.
fn csv(rows: &[&dyn Fn(&Field) -> String]) -> String {
    let fields = fields();
    let headers: Vec<&str> = fields.iter().map(|field| field.column.name()).collect();
    let mut csv = headers.join(";") + "\n";
    for row in rows {
        let cells: Vec<String> = fields.iter().map(row).collect();
        csv.push_str(&(cells.join(";") + "\n"));
    }
    csv
}

fn pretty(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}
