//! The open data, described for programs: one description of each file ([`open_data::tables`]), in
//! the four languages that catalogues and tools read.
//!
//! | File | Language | Who reads it |
//! | --- | --- | --- |
//! | `datapackage.json` | Frictionless Data Package, Table Schema | Validata, frictionless, data.gouv.fr |
//! | `{table}.csv-metadata.json` | CSV on the Web | W3C tools: it is where they look |
//! | `catalogue.jsonld` | DCAT-AP, JSON-LD | the catalogues of Europe |
//! | in the page `/donnees/` | schema.org `Dataset`, JSON-LD | search engines |
//!
//! Every address is relative: a description says the same wherever the site is served.

use open_data::tables::{Colonne, Genre, TABLES, Table};
use open_data::v1::OpenData;
use serde_json::{Map, Value, json};

use crate::files;
use crate::packed::{File, Files, PLACEHOLDER};

const TITLE: &str = "Tableau de bord de l'apprentissage : données ouvertes";
const DESCRIPTION: &str = "Combien de jeunes se forment en apprentissage, avec ou sans contrat, combien ont vu leur contrat rompu, combien sont sortis : chaque mois, par territoire et par centre de formation, d'après les listes que les centres transmettent. Les petits nombres sont masqués.";
const SOURCE: &str = "Listes d'effectifs transmises par les centres de formation d'apprentis (CFA)";
const LICENCE: &str = "https://www.etalab.gouv.fr/licence-ouverte-open-licence/";
const KEYWORDS: [&str; 7] = [
    "apprentissage",
    "apprentis",
    "alternance",
    "centres de formation",
    "ruptures de contrat",
    "formation professionnelle",
    "open data",
];

/// Adds every description that is a file, of the files that are there.
pub(crate) fn descriptions(data: &OpenData, files: &mut Files) -> anyhow::Result<()> {
    let resources: Vec<Resource<'_>> = files.as_slice().iter().filter_map(Resource::of).collect();
    let package = data_package(data, &resources);
    let catalogue = dcat(data, &resources);
    add(files, "datapackage.json", &package)?;
    add(files, "catalogue.jsonld", &catalogue)?;
    for table in TABLES {
        add(files, &format!("{}.csv-metadata.json", table.nom), &csvw(table))?;
    }
    Ok(())
}

fn add(files: &mut Files, name: &str, body: &Value) -> anyhow::Result<()> {
    Ok(files.add(&files::path(name), serde_json::to_vec_pretty(body)?)?)
}

/// A file of a table.
struct Resource<'a> {
    /// Below the folder of the open data.
    name: &'a str,
    stem: &'a str,
    format: &'a str,
    table: &'static Table,
    file: &'a File,
}

impl<'a> Resource<'a> {
    fn of(file: &'a File) -> Option<Self> {
        let name = file.path.strip_prefix(&files::path(""))?;
        let (stem, format) = name.split_once('.')?;
        // What was first published of the past has the columns of the figures.
        let of = if stem == "premieres" { "indicateurs" } else { stem };
        Some(Self { name, stem, format, table: Table::nommee(of)?, file })
    }

    fn media_type(&self) -> &'static str {
        media_type(self.format)
    }

    fn title(&self) -> String {
        let first =
            if self.stem == "premieres" { ", tels qu'ils ont d'abord été publiés" } else { "" };
        format!("{}{first} ({})", self.table.titre, self.format)
    }
}

pub(crate) fn media_type(format: &str) -> &'static str {
    match format {
        "csv" => "text/csv",
        "json" => "application/json",
        "parquet" => "application/vnd.apache.parquet",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _ => "application/octet-stream",
    }
}

fn data_package(data: &OpenData, resources: &[Resource<'_>]) -> Value {
    let resources: Vec<Value> = resources
        .iter()
        .map(|resource| {
            let mut one = json!({
                "name": resource.name.replace('.', "-"),
                "path": resource.name,
                "title": resource.title(),
                "description": resource.table.sens,
                "format": resource.format,
                "mediatype": resource.media_type(),
                "bytes": resource.file.size_bytes,
                "hash": format!("sha256:{}", resource.file.sha256()),
            });
            if resource.format == "csv" {
                one["name"] = json!(resource.stem);
                one["profile"] = json!("tabular-data-resource");
                one["encoding"] = json!("utf-8");
                one["dialect"] = json!({ "delimiter": ",", "header": true });
                one["schema"] = table_schema(resource.table);
            } else {
                one["profile"] = json!("data-resource");
                one["sameColumnsAs"] = json!(resource.table.nom);
            }
            one
        })
        .collect();
    json!({
        "profile": "data-package",
        "name": "tableau-de-bord-de-l-apprentissage",
        "title": TITLE,
        "description": DESCRIPTION,
        "homepage": "../",
        "id": PLACEHOLDER,
        "version": data.journal.publications.first().map(|one| one.version_donnees),
        "created": data.dates.last().map(|day| format!("{day}T00:00:00Z")),
        "keywords": KEYWORDS,
        "licenses": [{ "name": "etalab-2.0", "title": "Licence Ouverte 2.0", "path": LICENCE }],
        "sources": [{ "title": SOURCE }],
        "resources": resources,
    })
}

/// Table Schema. A cell that may be empty is missing, for the reason that the description gives.
fn table_schema(table: &Table) -> Value {
    let fields: Vec<Value> = table.colonnes.iter().map(field).collect();
    json!({ "fields": fields, "primaryKey": table.cle, "missingValues": [""] })
}

fn field(colonne: &Colonne) -> Value {
    let mut constraints = Map::new();
    if colonne.vide.is_none() {
        constraints.insert("required".to_owned(), json!(true));
    }
    let (kind, unit) = match colonne.genre {
        Genre::Jour => ("date", None),
        Genre::Texte => ("string", None),
        Genre::Code(pattern) => {
            constraints.insert("pattern".to_owned(), json!(format!("^({pattern})$")));
            ("string", None)
        }
        Genre::Mot(words) => {
            constraints.insert("enum".to_owned(), json!(words));
            ("string", None)
        }
        Genre::Nombre(unit) => {
            constraints.insert("minimum".to_owned(), json!(0));
            ("integer", Some(unit))
        }
        Genre::Pourcentage | Genre::PourcentageAuDixieme => {
            constraints.insert("minimum".to_owned(), json!(0));
            constraints.insert("maximum".to_owned(), json!(100));
            let whole = colonne.genre == Genre::Pourcentage;
            (if whole { "integer" } else { "number" }, Some("%"))
        }
    };
    let mut field = json!({
        "name": colonne.nom,
        "type": kind,
        "title": colonne.titre,
        "description": meaning(colonne),
    });
    if kind == "date" {
        field["format"] = json!("default");
    }
    if let Some(unit) = unit {
        field["unit"] = json!(unit);
    }
    if !constraints.is_empty() {
        field["constraints"] = Value::Object(constraints);
    }
    field
}

/// What a column means, and when it is empty.
fn meaning(colonne: &Colonne) -> String {
    match colonne.vide {
        Some(when) => format!("{} Vide quand {when}.", colonne.sens),
        None => colonne.sens.to_owned(),
    }
}

/// CSV on the Web, of one file.
fn csvw(table: &Table) -> Value {
    let columns: Vec<Value> = table
        .colonnes
        .iter()
        .map(|colonne| {
            let datatype = match colonne.genre {
                Genre::Jour => json!({ "base": "date", "format": "yyyy-MM-dd" }),
                Genre::Texte => json!("string"),
                Genre::Code(pattern) => json!({ "base": "string", "format": pattern }),
                Genre::Mot(words) => json!({ "base": "string", "format": words.join("|") }),
                Genre::Nombre(_) => json!({ "base": "integer", "minimum": 0 }),
                Genre::Pourcentage => json!({ "base": "integer", "minimum": 0, "maximum": 100 }),
                Genre::PourcentageAuDixieme => {
                    json!({ "base": "decimal", "minimum": 0, "maximum": 100 })
                }
            };
            json!({
                "name": colonne.nom,
                "titles": colonne.nom,
                "dc:title": colonne.titre,
                "dc:description": meaning(colonne),
                "datatype": datatype,
                "required": colonne.vide.is_none(),
                "null": "",
            })
        })
        .collect();
    json!({
        "@context": ["http://www.w3.org/ns/csvw", { "@language": "fr" }],
        "url": format!("{}.csv", table.nom),
        "dc:title": table.titre,
        "dc:description": table.sens,
        "dc:license": { "@id": LICENCE },
        "dc:source": SOURCE,
        "dialect": { "encoding": "utf-8", "delimiter": ",", "header": true },
        "tableSchema": { "columns": columns, "primaryKey": table.cle },
    })
}

/// DCAT-AP, in JSON-LD.
fn dcat(data: &OpenData, resources: &[Resource<'_>]) -> Value {
    let french = |text: &str| json!({ "@language": "fr", "@value": text });
    let day = |day: Option<&String>| day.map(|day| json!({ "@type": "xsd:date", "@value": day }));
    let distributions: Vec<Value> = resources
        .iter()
        .map(|resource| {
            json!({
                "@id": resource.name,
                "@type": "dcat:Distribution",
                "dct:title": french(&resource.title()),
                "dct:description": french(resource.table.sens),
                "dcat:accessURL": { "@id": "../" },
                "dcat:downloadURL": { "@id": resource.name },
                "dcat:mediaType": { "@id": format!("https://www.iana.org/assignments/media-types/{}", resource.media_type()) },
                "dcat:byteSize": { "@type": "xsd:nonNegativeInteger", "@value": resource.file.size_bytes.to_string() },
                "dct:license": { "@id": LICENCE },
                "spdx:checksum": {
                    "@type": "spdx:Checksum",
                    "spdx:algorithm": { "@id": "spdx:checksumAlgorithm_sha256" },
                    "spdx:checksumValue": { "@type": "xsd:hexBinary", "@value": resource.file.sha256() },
                },
            })
        })
        .collect();
    json!({
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "spdx": "http://spdx.org/rdf/terms#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": "../",
        "@type": "dcat:Dataset",
        "dct:identifier": "tableau-de-bord-de-l-apprentissage",
        "dct:title": french(TITLE),
        "dct:description": french(DESCRIPTION),
        "dct:publisher": {
            "@type": "foaf:Agent",
            "foaf:name": french("Tableau de bord de l'apprentissage"),
        },
        "dcat:keyword": KEYWORDS.map(french),
        "dcat:theme": { "@id": "http://publications.europa.eu/resource/authority/data-theme/EDUC" },
        "dct:accrualPeriodicity": { "@id": "http://publications.europa.eu/resource/authority/frequency/DAILY" },
        "dct:language": { "@id": "http://publications.europa.eu/resource/authority/language/FRA" },
        "dct:spatial": { "@id": "http://publications.europa.eu/resource/authority/country/FRA" },
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": day(data.dates.first()),
            "dcat:endDate": day(data.dates.last()),
        },
        "dcat:version": data.journal.publications.first().map(|one| one.version_donnees),
        "dct:modified": day(data.dates.last()),
        "dct:license": { "@id": LICENCE },
        "dcat:landingPage": { "@id": "../" },
        "dcat:distribution": distributions,
    })
}

/// schema.org, for the page of the files.
pub(crate) fn schema_org(data: &OpenData) -> String {
    let address = |name: &str| format!("/{}", files::path(name));
    let distributions: Vec<Value> = TABLES
        .iter()
        .flat_map(|table| ["csv", "json", "parquet"].map(|format| (table, format)))
        .map(|(table, format)| {
            json!({
                "@type": "DataDownload",
                "name": format!("{} ({format})", table.titre),
                "encodingFormat": media_type(format),
                "contentUrl": address(&format!("{}.{format}", table.nom)),
            })
        })
        .collect();
    let measured: Vec<Value> = TABLES
        .iter()
        .flat_map(|table| table.colonnes)
        .filter_map(|colonne| {
            let unit = match colonne.genre {
                Genre::Nombre(unit) => unit,
                Genre::Pourcentage | Genre::PourcentageAuDixieme => "%",
                _ => return None,
            };
            Some(json!({
                "@type": "PropertyValue",
                "name": colonne.nom,
                "description": colonne.sens,
                "unitText": unit,
            }))
        })
        .collect();
    let coverage = data.dates.first().zip(data.dates.last());
    json!({
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": TITLE,
        "description": DESCRIPTION,
        "url": "/donnees/",
        "inLanguage": "fr",
        "isAccessibleForFree": true,
        "license": LICENCE,
        "creator": { "@type": "Organization", "name": "Tableau de bord de l'apprentissage" },
        "keywords": KEYWORDS,
        "spatialCoverage": { "@type": "Country", "name": "France" },
        "temporalCoverage": coverage.map(|(first, last)| format!("{first}/{last}")),
        "dateModified": data.dates.last(),
        "variableMeasured": measured,
        "distribution": distributions,
    })
    .to_string()
}
