//! `tableau parcours`: the path of each accepted row, as the figures see it.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use domain::aggregate::status::{explain, parcours_of};
use domain::record::Record;
use domain::validate::{Report, Verdict};
use domain::vocabulary::{Day, KeySecret};
use serde_json::{Value, json};
use validate::check::{Circumstances, check};

/// Écrit le parcours de chaque ligne acceptée, une ligne JSON par apprenant.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Fichier à lire (CSV, XLSX, XLS, ODS, ou ZIP qui contient une liste).
    pub file: PathBuf,
    /// Dit pourquoi, en français.
    #[arg(long)]
    pub explain: bool,
    /// Jour de l'explication, aujourd'hui par défaut (AAAA-MM-JJ).
    #[arg(long)]
    pub today: Option<Day>,
}

/// Runs the command.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let today = args.today.map_or_else(super::today, Ok)?;
    let path = &args.file;
    let bytes = std::fs::read(path).with_context(|| format!("lire {}", path.display()))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let (report, records) = read(&bytes, &name, today);
    if report.verdict != Verdict::Accepted {
        writeln!(io::stderr(), "{}", report.sentence)?;
        return Ok(ExitCode::from(1));
    }
    let mut out = BufWriter::new(io::stdout().lock());
    for record in &records {
        writeln!(out, "{}", told(record, args.explain.then_some(today)))?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn read(bytes: &[u8], name: &str, today: Day) -> (Report, Vec<Record>) {
    let circumstances = Circumstances {
        file_name: name,
        sender: None,
        school_year: None,
        today,
        // No key leaves this command: any secret does.
        secret: &KeySecret::new(&[0; 32]),
        reference: None,
    };
    let mut records = Vec::new();
    let report = check(bytes, &circumstances, &mut |record, _| records.push(record.clone()));
    (report, records)
}

/// The line of one record; with the reason of its status on a day, when one is given.
fn told(record: &Record, explained: Option<Day>) -> Value {
    let path = parcours_of(record);
    let changes: Vec<_> =
        path.changes().map(|(day, status)| json!([day.to_string(), status.as_str()])).collect();
    let mut line = json!({ "line": record.line, "parcours": changes });
    if let Some(day) = explained {
        line["explication"] = explain(&path, day).into();
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The 21 cases and their sentences are told in `domain`; here, a file becomes lines.
    #[test]
    fn a_file_becomes_one_line_for_each_learner_and_says_why() {
        let list = include_str!("../../../../tests/fixtures/accepted/two_learners.csv");
        let (kept, broken) = list.rsplit_once("19750655300019;").unwrap();
        let list = format!("{kept}19750655300019;2026-10-03{broken}");
        let today: Day = "2026-12-04".parse().unwrap();
        let (report, records) = read(list.as_bytes(), "liste.csv", today);
        assert_eq!(report.verdict, Verdict::Accepted, "{}", report.sentence);
        let lines: Vec<String> =
            records.iter().map(|it| told(it, Some(today)).to_string()).collect();
        let expected = [
            r#"{"explication":"en contrat depuis le 01/09/2026 : apprenti jusqu'au 31/08/2028","line":2,"parcours":[["2026-09-01","APPRENTI"],["2028-08-31","FIN_DE_FORMATION"]]}"#,
            r#"{"explication":"dernier contrat rompu le 03/10/2026, sans contrat depuis 62 jours : rupturant jusqu'au 01/04/2027","line":3,"parcours":[["2026-09-01","APPRENTI"],["2026-10-03","RUPTURANT"],["2027-04-01","ABANDON"]]}"#,
        ];
        assert_eq!(lines.iter().map(|it| it.replace('\u{a0}', " ")).collect::<Vec<_>>(), expected);
        assert_eq!(told(&records[0], None).as_object().map(serde_json::Map::len), Some(2));
    }
}
