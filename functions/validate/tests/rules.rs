//! The table of the rules, generated from the code.

use std::fmt::Write as _;
use std::path::Path;

use domain::validate::rules::RULES;
use domain::validate::{Level, Refusal};

const TABLE: &str = "../domain/src/validate/rules/README.md";

fn table() -> String {
    let mut table = String::from(
        "# The rules\n\n\
         Generated from the code: `BLESS=1 cargo test -p validate --test rules`. A rule is one file of\n\
         this folder, by its name, and one file of `tests/fixtures/rejected` that breaks it alone.\n\n\
         A mandatory cell that cannot be read sets its row aside: nobody could say who, where or when to\n\
         count. An optional one is kept empty, and said. Contract incoherences are advice: real lists have\n\
         them, and the status of a learner copes. Any rule may also *correct*: the value was tidied (zeros,\n\
         spaces, separators), and both are shown where the column is not personal.\n\n\
         ## On rows, in the order in which they read\n\n\
         | Rule | Level | Frictionless | What it finds |\n| --- | --- | --- | --- |\n",
    );
    for rule in RULES {
        let (level, frictionless) = (rule.level.as_str(), rule.frictionless.as_str());
        let _ = writeln!(table, "| `{}` | {level} | `{frictionless}` | {} |", rule.name, rule.says);
    }
    table += "\n## On the whole file\n\nEach refuses the file: nothing of it is kept.\n\n";
    for rule in Refusal::RULES {
        let _ = writeln!(table, "- `{rule}`");
    }
    table += "\n## On the header\n\n\
              - `header_is_spelled_right` (correction): a name one or two letters off was understood\n\
              - `nir_is_absent` (advice): a column of social security numbers was left out unread\n\
              - `example_row_is_removed` (advice): the example of the template is still there\n";
    table
}

#[test]
fn the_table_of_the_rules_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(TABLE);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, table()).expect("the table is written");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == table(), "accept it with BLESS=1 cargo test -p validate --test rules");
}

#[test]
fn every_rule_of_a_row_has_a_level_of_a_row() {
    assert!(RULES.iter().all(|rule| matches!(rule.level, Level::Row | Level::Advice)));
}
