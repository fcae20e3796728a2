//! The table of the rules, generated from the code.

use std::fmt::Write as _;
use std::path::Path;

use domain::validate::rules::{RULES, VERSION};
use domain::validate::schema::{RuleCode, rule_codes};
use domain::validate::{Level, Refusal};

const TABLE: &str = "../domain/src/validate/rules/README.md";
/// What a person wrote: it comes after the tables, and is kept.
const DECIDED: &str = "\n## What was decided once";

fn table() -> String {
    let mut table = String::from(
        "# The rules\n\n\
         Generated from the code, down to *What was decided once*:\n\
         `BLESS=1 cargo test -p acceptance -p validate --test rules`. A rule is one file of this folder, by\n\
         its name, and one file of `tests/fixtures/rejected` that breaks it alone. What changed from one\n\
         version to the next is in [CHANGELOG.md](CHANGELOG.md).\n\n\
         A mandatory cell that cannot be read sets its row aside: nobody could say who, where or when to\n\
         count. An optional one is kept empty, and said. Contract incoherences are advice: real lists have\n\
         them, and the status of a learner copes. Any rule may also *correct*: the value was tidied (zeros,\n\
         separators, dates), and both are shown where the column is not personal.\n\n\
         ## On rows, in the order in which they read\n\n",
    );
    let rules: Vec<_> = rule_codes().into_iter().filter(|rule| rule.level != Level::File).collect();
    let of_rows = |code: &str| RULES.iter().any(|rule| rule.name == code);
    let (rows, header): (Vec<_>, Vec<_>) = rules.iter().partition(|rule| of_rows(rule.code));
    let lines = |table: &mut String, rules: &[&RuleCode]| {
        *table += "| Rule | Level | Frictionless | What it finds |\n| --- | --- | --- | --- |\n";
        for rule in rules {
            let (level, frictionless) = (rule.level.as_str(), rule.frictionless.as_str());
            let says = rule.says.unwrap_or_default();
            let _ = writeln!(table, "| `{}` | {level} | `{frictionless}` | {says} |", rule.code);
        }
    };
    lines(&mut table, &rows);
    table += "\n## On the header\n\n";
    lines(&mut table, &header);
    table += "\n## On the whole file\n\nEach refuses the file: nothing of it is kept.\n\n";
    for rule in Refusal::RULES {
        let _ = writeln!(table, "- `{rule}`");
    }
    table
}

/// The table, and after it what a person wrote.
fn page(written: &str) -> String {
    let decided = written.find(DECIDED).map_or("", |place| &written[place..]);
    table() + decided
}

#[test]
fn the_table_of_the_rules_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(TABLE);
    let before = std::fs::read_to_string(&path).unwrap_or_default();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, page(&before)).expect("the table is written");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written.contains(DECIDED), "what a person wrote is gone");
    assert!(written == page(&before), "accept it with BLESS=1, as the page says");
}

#[test]
fn the_changelog_ends_with_the_version() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(TABLE).with_file_name("CHANGELOG.md");
    let changelog = std::fs::read_to_string(path).expect("the changelog");
    let last = changelog.lines().find_map(|line| line.strip_prefix("## ")).expect("a version");
    assert_eq!(last.split(' ').next(), Some(&*VERSION.to_string()));
}

#[test]
fn every_rule_of_a_row_has_a_level_of_a_row() {
    assert!(RULES.iter().all(|rule| matches!(rule.level, Level::Row | Level::Advice)));
}
