//! What keeps the shape of the line: each invariant of `design.md` §3 that a machine can see.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every Rust source of a folder.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).expect("a source");
                found.push((path.display().to_string(), text));
            }
        }
    }
    found
}

fn cargo(arguments: &[&str]) -> String {
    let run = Command::new(env!("CARGO")).args(arguments).current_dir(root()).output();
    let run = run.expect("cargo runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).expect("a text")
}

#[test]
fn the_domain_depends_on_nothing_that_does_io() {
    let tree = cargo(&["tree", "-p", "domain", "-e", "normal", "--prefix", "none", "--offline"]);
    for banned in ["tokio", "aws-", "lambda", "hyper", "ureq", "s3s", "rusqlite", "parquet", "mio"]
    {
        let found = tree.lines().find(|line| line.starts_with(banned));
        assert_eq!(found, None, "the domain is pure");
    }
}

#[test]
fn the_site_knows_the_open_data_and_nothing_else_of_ours() {
    let tree = cargo(&[
        "tree",
        "-p",
        "site",
        "-e",
        "normal",
        "--depth",
        "1",
        "--prefix",
        "none",
        "--offline",
    ]);
    let ours: Vec<&str> = tree.lines().skip(1).filter(|line| line.contains("(/")).collect();
    assert!(ours.len() == 1 && ours[0].starts_with("open-data "), "{ours:?}");
}

#[test]
fn only_the_store_holds_aws_clients() {
    for folder in ["upload", "validate", "aggregate", "publish", "open-data", "domain"] {
        for (path, text) in sources(&format!("functions/{folder}/src")) {
            assert!(!text.contains("aws_sdk"), "{path} holds an AWS client");
        }
    }
}

#[test]
fn only_the_keys_write_a_path() {
    let prefixes = [
        "records/",
        "identities/",
        "indicators/",
        "runs/",
        "shown/",
        "commits/",
        "reference/",
        "v/{",
    ];
    for folder in [
        "functions/upload",
        "functions/validate",
        "functions/aggregate",
        "functions/publish",
        "functions/domain",
        "functions/local/src/commands",
    ] {
        for (path, text) in sources(folder) {
            for prefix in prefixes {
                assert!(!text.contains(&format!("\"{prefix}")), "{path} writes a path of {prefix}");
            }
        }
    }
}

#[test]
fn what_counts_and_what_publishes_never_name_an_identity() {
    for folder in ["functions/aggregate", "functions/publish"] {
        for (path, text) in sources(folder) {
            assert!(!text.contains("Identit") && !text.contains("read_identities"), "{path}");
        }
    }
}

/// The steps, in the order a file travels.
const STEPS: [&str; 4] = ["upload", "validate", "aggregate", "publish"];

#[test]
fn each_bad_input_of_the_readme_has_its_test() {
    let readme = read("functions/README.md");
    let table = readme.split("## Bad input").nth(1).and_then(|rest| rest.split("\n## ").next());
    let mut named = 0;
    for row in table.expect("a table").lines().filter(|line| line.starts_with("| ")) {
        let Some((module, test)) = row.rsplit('`').nth(1).and_then(|name| name.split_once("::"))
        else {
            continue;
        };
        named += 1;
        let source = read(&format!("tests/line/{module}.rs"));
        assert!(source.contains(&format!("fn {test}(")), "{module} has no {test}");
    }
    assert!(named >= 9, "{named} tests are named");
}

#[test]
fn every_table_is_in_the_order_of_the_line() {
    let manifest = read("Cargo.toml");
    in_order(&manifest, &STEPS.map(|step| format!("\"functions/{step}\"")));
    in_order(
        &manifest,
        &["upload", "validate", "store", "aggregate", "publish", "open-data", "domain", "local"]
            .map(|name| format!("    \"functions/{name}\",")),
    );
    in_order(&read("functions/README.md"), &STEPS.map(|step| format!("| **{step}**")));
    let template: Vec<String> =
        ["Upload", "Validate", "Aggregate", "Publish"].map(|name| format!("\n  {name}:")).to_vec();
    in_order(&read("infra/template.yaml"), &template);
    let line = local::wiring::LINE.iter().map(|function| function.name);
    assert!(line.eq(STEPS), "the local wiring");
}

fn in_order<T: AsRef<str>>(text: &str, marks: &[T]) {
    let places: Vec<usize> = marks
        .iter()
        .map(|mark| text.find(mark.as_ref()).unwrap_or_else(|| panic!("no {}", mark.as_ref())))
        .collect();
    assert!(places.is_sorted(), "out of order: {places:?}");
}

#[test]
fn each_function_is_given_the_variables_it_reads_and_no_other() {
    for function in &local::wiring::LINE {
        let sources = sources(&format!("functions/{}/src", function.name));
        let source: String = sources.into_iter().map(|(_, text)| text).collect();
        let start = source.find("Config::from_env(&[").expect("a step reads its environment");
        let shelves = source[start..].split(']').next().expect("a list");
        let mut reads: BTreeSet<&str> = BTreeSet::from([
            "AWS_REGION",
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_ENDPOINT_URL_S3",
            "AWS_ENDPOINT_URL_DYNAMODB",
            "INDEX_TABLE",
        ]);
        for shelf in local::wiring::SHELVES {
            if shelves.contains(&format!("Shelf::{shelf:?}")) {
                reads.insert(shelf.variable());
            }
        }
        for own in [
            "LEARNER_KEY_SECRET",
            "DEAD_LETTERS_ARN",
            "PUBLICATION_KEY_SECRET",
            "PUBLICATION_RHYTHM",
            "SITE_ADDRESS",
        ] {
            if source.contains(own) {
                reads.insert(own);
            }
        }
        if source.contains("sign_upload") {
            reads.insert("UPLOAD_ENDPOINT_URL");
        }
        let given: BTreeSet<&str> = function.environment.iter().copied().collect();
        assert_eq!(given, reads, "{}", function.name);
    }
}

#[test]
fn the_visible_root_is_the_seven_names() {
    let listed = Command::new("git").args(["ls-files"]).current_dir(root()).output();
    let listed = String::from_utf8(listed.expect("git runs").stdout).expect("a text");
    let visible: BTreeSet<&str> = listed
        .lines()
        .filter_map(|path| path.split('/').next())
        .filter(|name| !name.starts_with('.'))
        .collect();
    let expected = [
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE",
        "README.md",
        "functions",
        "infra",
        "samconfig.toml",
        "site",
        "tests",
    ];
    assert_eq!(visible, BTreeSet::from(expected));
}

#[test]
fn every_dependency_has_a_licence_we_accept() {
    let deny = read(".deny.toml");
    let accepted =
        |licence: &str| deny.contains(&format!("\"{}\"", licence.trim_matches(['(', ')', ' '])));
    // The islands are a workspace of their own: their packages are fetched when they are built.
    let workspaces = [
        ("Cargo.toml", "x86_64-unknown-linux-gnu"),
        ("site/islands/Cargo.toml", "wasm32-unknown-unknown"),
    ];
    let packages = workspaces.into_iter().flat_map(|(manifest, platform)| {
        let asked = ["metadata", "--format-version", "1", "--locked"];
        let of = ["--manifest-path", manifest, "--filter-platform", platform];
        let metadata = cargo(&[asked, of].concat());
        let metadata: serde_json::Value = serde_json::from_str(&metadata).expect("JSON");
        metadata["packages"].as_array().expect("packages").clone()
    });
    for package in packages {
        let licence = package["license"].as_str().unwrap_or_default().replace('/', " OR ");
        let granted = licence.split(" OR ").any(|choice| choice.split(" AND ").all(accepted));
        assert!(
            granted,
            "{} is under {licence:?}, which .deny.toml does not list",
            package["name"]
        );
    }
}
