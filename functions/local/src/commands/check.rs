//! `tableau check`: judges files offline, with the rules and the report of the Lambda `validate`.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use domain::validate::{Verdict, preview};
use domain::vocabulary::{Day, KeySecret, Organisation, SchoolYear};
use validate::check::{Circumstances, LIMITS, check_file};

use super::answer;
use crate::references;

/// Contrôle des fichiers sans rien envoyer. 0 : acceptés ; 1 : refusés ; 2 : contrôle impossible.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Fichiers à contrôler.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Écrit le rapport en JSON.
    #[arg(long)]
    pub json: bool,
    /// Jour du contrôle, aujourd'hui par défaut (AAAA-MM-JJ).
    #[arg(long)]
    pub today: Option<Day>,
    /// Liste des organismes (CSV).
    #[arg(long)]
    pub organismes: Option<PathBuf>,
    /// Organisme qui enverrait les fichiers (UAI-SIRET).
    #[arg(long)]
    pub organisme: Option<Organisation>,
    /// Année scolaire déclarée (2026-2027).
    #[arg(long)]
    pub annee: Option<SchoolYear>,
    /// Dossier où écrire la page du rapport et les classeurs annotés.
    #[arg(long)]
    pub answer: Option<PathBuf>,
}

/// Runs the command.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let today = args.today.map_or_else(super::today, Ok)?;
    let reference = args.organismes.as_deref().map(references::organisations).transpose()?;
    let mut out = io::stdout().lock();
    let mut accepted = true;
    for path in &args.files {
        let read = || format!("lire {}", path.display());
        let file = std::fs::File::open(path).with_context(read)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let circumstances = Circumstances {
            file_name: &name,
            sender: args.organisme,
            school_year: args.annee,
            today,
            // No key leaves this command: any secret does.
            secret: &KeySecret::new(&[0; 32]),
            reference: reference.as_ref(),
        };
        let mut records = Vec::new();
        let mut report = check_file(LIMITS, &file, &circumstances, &mut |record, _| {
            records.push(record.clone());
        })
        .with_context(read)?;
        if report.verdict == Verdict::Accepted {
            report.preview = Some(preview(&records, reference.as_ref(), today));
        }
        if let Some(folder) = &args.answer {
            let folder = folder.join(&*name);
            std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
            let bytes = std::fs::read(path).with_context(read)?;
            for file in validate::answer::files(&report, &bytes, &circumstances, None, true)? {
                std::fs::write(folder.join(file.name), file.bytes)?;
            }
        }
        let json = validate::report::to_json(&report);
        if args.json {
            writeln!(out, "{json}")?;
        } else {
            writeln!(out, "{}", path.display())?;
            answer::print(&mut out, &serde_json::from_str(&json)?)?;
        }
        accepted &= report.verdict == Verdict::Accepted;
    }
    Ok(if accepted { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
