//! `tableau parcours`: the path of each accepted row, as the figures see it.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use domain::aggregate::status::{explain, parcours_of};
use domain::validate::Verdict;
use domain::vocabulary::{Day, KeySecret};
use serde_json::json;
use validate::check::{Circumstances, check};

/// Écrit le parcours de chaque ligne acceptée, une ligne JSON par apprenant.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Fichier à lire (CSV ou XLSX).
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
    let circumstances = Circumstances {
        file_name: &name,
        sender: None,
        school_year: None,
        today,
        // No key leaves this command: any secret does.
        secret: &KeySecret::new(&[0; 32]),
        reference: None,
    };
    let mut records = Vec::new();
    let report = check(&bytes, &circumstances, &mut |record, _| records.push(record));
    if report.verdict != Verdict::Accepted {
        writeln!(io::stderr(), "{}", report.sentence)?;
        return Ok(ExitCode::from(1));
    }
    let mut out = BufWriter::new(io::stdout().lock());
    for record in &records {
        let path = parcours_of(record);
        let changes: Vec<_> =
            path.changes().map(|(day, status)| json!([day.to_string(), status.as_str()])).collect();
        let mut line = json!({ "line": record.line, "parcours": changes });
        if args.explain {
            line["explication"] = explain(&path, today).into();
        }
        writeln!(out, "{line}")?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
