//! What programs may ask, in `OpenAPI` 3.1: the files that are the read-only interface, made from
//! [`open_data::tables`], and `/depots`, made from the words of `domain::upload`.

use domain::upload::{Dataset, Mode, State};
use domain::vocabulary::LONGEST_NOTE;
use open_data::tables::{Colonne, Genre, TABLES, Table};
use open_data::v1::{Dimension, Indicateur, Maille, Motif, OpenData};
use serde_json::{Map, Value, json};
use site::fichiers::{FORMATS, FORMATS_D_UN_CENTRE, fichiers};

use crate::metadata::media_type;
use crate::{MANIFEST, files};

/// Where the document is.
pub(crate) const OPENAPI: &str = "openapi.json";

/// The document.
pub(crate) fn document(data: &OpenData) -> Value {
    let version = data.journal.publications.first().map(|one| one.version_donnees);
    let mut paths = Map::new();
    for table in TABLES {
        for format in ["csv", "json", "parquet"] {
            let address = format!("/{}", files::path(&format!("{}.{format}", table.nom)));
            paths.insert(address, read(table.titre, table.sens, format, &schema_of(table, format)));
        }
    }
    for (name, title, schema) in [
        ("manifest.json", "Le manifeste", "Manifeste"),
        ("changements.json", "Ce que les publications changent", "Journal"),
        ("datapackage.json", "Le paquet de données (Frictionless)", "Objet"),
    ] {
        let address = format!("/{}", files::path(name));
        paths.insert(address, read(title, title, "json", &reference(schema)));
    }
    let pages = fichiers(data);
    for (folder, maille, sens, formats) in PAGES {
        let mut places = pages.iter().filter_map(|page| page.lieu);
        let example = places.find(|place| place.0 == maille).map_or("", |place| place.1);
        let parameter = (maille != Maille::France).then(|| in_path("code", example, sens));
        beside(&mut paths, folder, formats, parameter.as_ref());
    }
    let name = in_path("nom", Indicateur::Apprentis.as_str(), "Nom de l'indicateur.");
    beside(&mut paths, "/indicateur/{nom}/", FORMATS, Some(&name));
    let mut permanent = read(
        "Un fichier d'une publication",
        "Le même fichier, tel que cette publication l'a donné : il ne change jamais, et se garde en cache pour toujours. L'en-tête Link donne l'adresse qui suit les publications.",
        "json",
        &json!({}),
    );
    permanent["parameters"] = json!([in_path(
        "publication",
        crate::packed::PLACEHOLDER,
        "Nom d'une publication : le champ « version » du manifeste."
    )]);
    paths.insert(format!("/v/{{publication}}/{MANIFEST}"), permanent);
    paths.extend(deposits());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Tableau de bord de l'apprentissage",
            "version": version,
            "summary": "Lire les chiffres de l'apprentissage, et transmettre une liste d'effectifs.",
            "description": "L'interface de lecture, ce sont les fichiers eux-mêmes : sans clé, depuis toute origine (CORS), avec un ETag. Une valeur qui n'est pas publiée n'est jamais un zéro : en JSON, c'est un objet qui dit pourquoi.",
            "license": { "name": "Licence Ouverte 2.0", "identifier": "etalab-2.0" },
        },
        "servers": [{ "url": "/" }],
        "tags": [
            { "name": "lecture", "description": "Les données ouvertes." },
            { "name": "depots", "description": "Les dépôts d'un centre de formation, avec sa clé." },
        ],
        "paths": paths,
        "components": {
            "schemas": schemas(),
            "securitySchemes": {
                "cle": { "type": "http", "scheme": "bearer", "description": "La clé de dépôt d'un centre." },
            },
        },
    })
}

/// Where data are beside a page: the folder, the level of the place it is of, its formats.
const PAGES: [(&str, Maille, &str, &[&str]); 5] = [
    ("/", Maille::France, "", FORMATS),
    ("/region/{code}/", Maille::Region, "Code Insee de la région.", FORMATS),
    ("/academie/{code}/", Maille::Academie, "Code de l'académie.", FORMATS),
    ("/departement/{code}/", Maille::Departement, "Code Insee du département.", FORMATS),
    (
        "/organisme/{code}/",
        Maille::Organisme,
        "UAI du centre, ou UAI-SIRET quand l'UAI est partagé.",
        FORMATS_D_UN_CENTRE,
    ),
];

/// Adds the data beside the pages of one kind.
fn beside(
    paths: &mut Map<String, Value>,
    folder: &str,
    formats: &[&str],
    parameter: Option<&Value>,
) {
    let sens = "Les chiffres de la page de cette adresse, dans les colonnes du fichier national « indicateurs ».";
    for format in formats {
        let schema = match *format {
            "json" => reference("Series"),
            "csv" => json!({ "type": "string" }),
            _ => json!({}),
        };
        let mut path = read("Les données d'une page", sens, format, &schema);
        if let Some(parameter) = parameter {
            path["parameters"] = json!([parameter]);
        }
        paths.insert(format!("{folder}donnees.{format}"), path);
    }
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn in_path(name: &str, example: &str, sens: &str) -> Value {
    json!({
        "name": name,
        "in": "path",
        "required": true,
        "description": sens,
        "schema": { "type": "string" },
        "example": example,
    })
}

/// An address that is read.
fn read(title: &str, sens: &str, format: &str, schema: &Value) -> Value {
    let header = |sens: &str| json!({ "description": sens, "schema": { "type": "string" } });
    json!({ "get": {
        "tags": ["lecture"],
        "summary": title,
        "description": sens,
        "responses": {
            "200": {
                "description": "Le fichier.",
                "headers": {
                    "ETag": header("Change avec le fichier : à renvoyer dans If-None-Match."),
                    "Access-Control-Allow-Origin": header("Toujours *."),
                },
                "content": { media_type(format): { "schema": schema } },
            },
            "304": { "description": "Le fichier n'a pas changé." },
            "404": { "description": "Il n'y a rien à cette adresse." },
        },
    }})
}

fn schema_of(table: &Table, format: &str) -> Value {
    match (format, table.nom) {
        ("json", "indicateurs") => reference("Series"),
        ("json", name) => json!({ "type": "array", "items": reference(name) }),
        ("csv", _) => json!({ "type": "string" }),
        _ => json!({}),
    }
}

fn schemas() -> Map<String, Value> {
    let rows = TABLES.iter().map(|table| (table.nom, row(table)));
    let all = rows.chain(of_figures()).chain(of_publications()).chain(of_deposits());
    all.map(|(name, schema)| (name.to_owned(), schema)).collect()
}

type Named = (&'static str, Value);

fn text() -> Value {
    json!({ "type": "string" })
}

fn day() -> Value {
    json!({ "type": "string", "format": "date" })
}

fn list(items: &Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn of_figures() -> [Named; 5] {
    [
        ("Objet", json!({ "type": "object" })),
        (
            "Absente",
            object(
                "Une valeur qui n'est pas publiée, et pourquoi : c, secret statistique ; nd, non disponible ; so, sans objet ; nc, non calculable.",
                &[("motif", json!({ "enum": Motif::MOTS }))],
            ),
        ),
        ("Valeur", json!({ "oneOf": [{ "type": "integer", "minimum": 0 }, reference("Absente")] })),
        (
            "Series",
            object(
                "Les chiffres, repliés : les dates une fois, puis une série par lieu, ventilation et indicateur, avec une valeur par date.",
                &[
                    ("version", json!({ "const": "v1" })),
                    ("dates", list(&day())),
                    ("series", list(&reference("Serie"))),
                ],
            ),
        ),
        (
            "Serie",
            object(
                "Une série.",
                &[
                    ("maille", json!({ "enum": Maille::MOTS })),
                    ("code", text()),
                    ("libelle", text()),
                    ("dimension", json!({ "enum": Dimension::MOTS })),
                    ("modalite", text()),
                    ("indicateur", json!({ "enum": Indicateur::MOTS })),
                    ("valeurs", list(&reference("Valeur"))),
                ],
            ),
        ),
    ]
}

fn of_publications() -> [Named; 2] {
    [
        (
            "Manifeste",
            object(
                "Ce qu'une publication contient, et ce qui l'a faite.",
                &[
                    ("manifest", json!({ "const": "v1" })),
                    ("version", text()),
                    ("version_donnees", json!({ "type": "string", "pattern": SEMVER })),
                    ("date", day()),
                    ("licence", json!({ "const": "etalab-2.0" })),
                    (
                        "controle",
                        object(
                            "Combien de chiffres sont masqués ; aucun ne se déduit des autres.",
                            &[
                                ("masquees", json!({ "type": "integer", "minimum": 0 })),
                                ("deductibles", json!({ "const": 0 })),
                            ],
                        ),
                    ),
                    (
                        "fichiers",
                        list(&object(
                            "Un fichier.",
                            &[
                                ("path", text()),
                                ("size_bytes", json!({ "type": "integer", "minimum": 0 })),
                                (
                                    "sha256",
                                    json!({ "type": "string", "pattern": "^[0-9a-f]{64}$" }),
                                ),
                            ],
                        )),
                    ),
                ],
            ),
        ),
        (
            "Journal",
            object(
                "Les publications, de la dernière à la plus ancienne, et ce que chacune a changé.",
                &[
                    (
                        "publications",
                        list(&object(
                            "Une publication : la dernière de son jour.",
                            &[
                                ("date", day()),
                                ("version_donnees", json!({ "type": "string", "pattern": SEMVER })),
                                ("publication", text()),
                                (
                                    "changements",
                                    list(&object(
                                        "Un changement.",
                                        &[
                                            (
                                                "nature",
                                                json!({ "enum": ["majeur", "mineur", "correctif"] }),
                                            ),
                                            ("phrase", text()),
                                        ],
                                    )),
                                ),
                            ],
                        )),
                    ),
                    ("lieux", json!({ "type": "object" })),
                    ("contenu", json!({ "type": "object" })),
                ],
            ),
        ),
    ]
}

fn of_deposits() -> [Named; 4] {
    let (datasets, states) = (Dataset::ALL.map(Dataset::as_str), State::ALL.map(State::as_str));
    let modes = [Mode::Complete, Mode::Additions].map(Mode::as_str);
    [
        (
            "Demande",
            json!({
                "type": "object",
                "description": "Un fichier à transmettre.",
                "properties": {
                    "dataset": { "enum": datasets },
                    "organisme": { "type": "string", "description": "UAI-SIRET ; facultatif quand la clé n'en couvre qu'un." },
                    "school_year": { "type": "string", "pattern": "^[0-9]{4}-[0-9]{4}$" },
                    "mode": { "enum": modes },
                    "file_name": { "type": "string", "maxLength": 255 },
                    "size_bytes": { "type": "integer", "minimum": 1 },
                    "sha256": { "type": "string", "pattern": "^[0-9a-fA-F]{64}$" },
                    "again": { "type": "boolean", "description": "Juger de nouveau un fichier déjà reçu." },
                },
                "required": ["dataset", "file_name", "size_bytes", "sha256"],
            }),
        ),
        (
            "Depot",
            json!({
                "type": "object",
                "description": "Un dépôt, et où il en est.",
                "properties": {
                    "deposit": { "type": "string" },
                    "state": { "enum": states },
                    "report": { "description": "Son compte rendu, ou l'adresse qui le donnera." },
                },
                "required": ["deposit", "state", "report"],
            }),
        ),
        (
            "Note",
            object(
                "La note qu'un centre joint à sa page, et où elle en est.",
                &[
                    ("organisme", text()),
                    ("longest", json!({ "const": LONGEST_NOTE })),
                    (
                        "public",
                        json!({ "type": ["string", "null"], "description": "Celle que le public lit, ou lira à la prochaine publication." }),
                    ),
                    (
                        "proposed",
                        json!({ "type": ["object", "null"], "description": "Celle qui attend d'être lue, ou qui a été refusée : « refused » dit pourquoi." }),
                    ),
                ],
            ),
        ),
        (
            "Probleme",
            object(
                "Pourquoi une demande est refusée (RFC 9457).",
                &[
                    ("type", text()),
                    ("title", text()),
                    ("status", json!({ "type": "integer" })),
                    ("detail", text()),
                ],
            ),
        ),
    ]
}

const SEMVER: &str = "^[0-9]+\\.[0-9]+\\.[0-9]+$";

/// An object that has all of these, and may have more one day.
fn object(sens: &str, properties: &[(&str, Value)]) -> Value {
    let names: Vec<&str> = properties.iter().map(|(name, _)| *name).collect();
    let properties: Map<String, Value> =
        properties.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    json!({ "type": "object", "description": sens, "properties": properties, "required": names })
}

/// A row of a table, as an object.
fn row(table: &Table) -> Value {
    let cells: Vec<(&str, Value)> =
        table.colonnes.iter().map(|colonne| (colonne.nom, cell(colonne))).collect();
    object(table.sens, &cells)
}

fn cell(colonne: &Colonne) -> Value {
    let or_empty = |schema: Value| match colonne.vide {
        Some(_) => json!({ "anyOf": [schema, { "const": "" }] }),
        None => schema,
    };
    let or_absent = |schema: Value| match colonne.vide {
        Some(_) => json!({ "oneOf": [schema, reference("Absente")] }),
        None => schema,
    };
    let mut schema = match colonne.genre {
        Genre::Jour => or_empty(json!({ "type": "string", "format": "date" })),
        Genre::Texte => json!({ "type": "string" }),
        Genre::Code(pattern) => {
            or_empty(json!({ "type": "string", "pattern": format!("^({pattern})$") }))
        }
        Genre::Mot(words) => or_empty(json!({ "enum": words })),
        Genre::Nombre(_) => or_absent(json!({ "type": "integer", "minimum": 0 })),
        Genre::Pourcentage => or_absent(json!({ "type": "integer", "minimum": 0, "maximum": 100 })),
        Genre::PourcentageAuDixieme => {
            or_absent(json!({ "type": "number", "minimum": 0, "maximum": 100 }))
        }
    };
    schema["title"] = json!(colonne.titre);
    schema["description"] = json!(colonne.sens);
    schema
}

/// What a training centre asks, with its key.
fn deposits() -> Map<String, Value> {
    let answer = |sens: &str, schema: &str| {
        json!({
            "description": sens,
            "content": { "application/json": { "schema": reference(schema) } },
        })
    };
    let problem = json!({
        "description": "La demande est refusée.",
        "content": { "application/problem+json": { "schema": reference("Probleme") } },
    });
    let asked = |title: &str, answers: &[(&str, Value)]| {
        let mut responses: Map<String, Value> =
            answers.iter().map(|(status, answer)| ((*status).to_owned(), answer.clone())).collect();
        responses.insert("default".to_owned(), problem.clone());
        json!({ "tags": ["depots"], "summary": title, "security": [{ "cle": [] }], "responses": responses })
    };
    let number = json!([in_path("id", "01KAAAAAAAAAAAAAAAAAAAAAA0", "Numéro du dépôt.")]);
    let mut open = asked(
        "Ouvrir un dépôt",
        &[
            ("201", answer("L'adresse signée où envoyer le fichier, et lui seul.", "Depot")),
            ("200", answer("Le même fichier a déjà reçu sa réponse.", "Depot")),
        ],
    );
    open["requestBody"] = json!({
        "required": true,
        "content": { "application/json": { "schema": reference("Demande") } },
    });
    let mut list = asked(
        "Lister les dépôts d'un centre",
        &[("200", answer("Les dépôts, du dernier au premier.", "Objet"))],
    );
    let in_query = |name: &str| json!({ "name": name, "in": "query", "required": false, "schema": { "type": "string" } });
    list["parameters"] = json!([in_query("organisme"), in_query("avant")]);
    let mut propose =
        asked("Proposer une note", &[("202", answer("Elle sera lue avant de paraître.", "Note"))]);
    propose["requestBody"] = json!({
        "required": true,
        "content": { "application/json": { "schema": object("Une note.", &[("note", json!({ "type": "string", "maxLength": LONGEST_NOTE }))]) } },
    });
    let mut paths = Map::new();
    let read = asked("Lire la note d'un centre", &[("200", answer("La note.", "Note"))]);
    let remove =
        asked("Retirer la note d'un centre", &[("200", answer("Elle est retirée.", "Note"))]);
    let mut note = json!({ "get": read, "put": propose, "delete": remove });
    for method in ["get", "put", "delete"] {
        note[method]["parameters"] = json!([in_query("organisme")]);
    }
    paths.insert("/depots/note".to_owned(), note);
    paths.insert("/depots".to_owned(), json!({ "post": open, "get": list }));
    paths.insert(
        "/depots/{id}".to_owned(),
        json!({
            "parameters": number,
            "get": asked("Lire un dépôt et son compte rendu", &[("200", answer("Le dépôt.", "Depot"))]),
            "delete": asked("Retirer un dépôt", &[
                ("202", answer("Il sera retiré.", "Depot")),
                ("200", answer("Il l'est.", "Depot")),
            ]),
        }),
    );
    paths.insert(
        "/depots/{id}/confirmation".to_owned(),
        json!({
            "parameters": number,
            "post": asked("Confirmer un dépôt", &[
                ("202", answer("Il comptera.", "Depot")),
                ("200", answer("Il compte.", "Depot")),
            ]),
        }),
    );
    paths
}
