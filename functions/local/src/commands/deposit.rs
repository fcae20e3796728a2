//! `tableau deposit`: sends a file and prints what was answered.

use std::fs::File;
use std::io::{self, BufReader, Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use domain::upload::{Dataset, Mode, hex};
use domain::vocabulary::{Organisation, SchoolYear};
use indicatif::{ProgressBar, ProgressStyle};
use sha2::{Digest, Sha256};

use crate::client::{Client, Declaration};

/// Envoie un fichier et affiche le rapport. 0 : accepté ; 1 : refusé ; 2 : pas d'envoi possible.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Fichier à envoyer (CSV ou XLSX).
    file: PathBuf,
    /// Clé de dépôt.
    #[arg(long, env = "TABLEAU_KEY", hide_env_values = true)]
    key: String,
    /// Adresse du service, par exemple <http://127.0.0.1:8080>.
    #[arg(long)]
    url: String,
    /// Organisme qui envoie (UAI-SIRET), si la clé en connaît plusieurs.
    #[arg(long)]
    organisme: Option<Organisation>,
    /// Année scolaire, celle d'aujourd'hui par défaut (2026-2027).
    #[arg(long)]
    school_year: Option<SchoolYear>,
    /// Jeu de données : effectifs, organismes, reseaux, certifications ou zones.
    #[arg(long, default_value = "effectifs", value_parser = dataset)]
    dataset: Dataset,
    /// `complete` : toute la liste de l'année ; `additions` : un complément.
    #[arg(long, default_value = "complete", value_parser = mode)]
    mode: Mode,
    /// Fait contrôler à nouveau un fichier déjà reçu.
    #[arg(long)]
    again: bool,
}

fn mode(text: &str) -> Result<Mode, &'static str> {
    text.parse().map_err(|()| "complete ou additions")
}

fn dataset(text: &str) -> Result<Dataset, &'static str> {
    text.parse().map_err(|()| "effectifs, organismes, reseaux, certifications ou zones")
}

/// How long the report is waited for.
const PATIENCE: Duration = Duration::from_mins(5);

/// Runs the command.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let client = Client::new(&args.url, &args.key);
    let (size_bytes, sha256) = measure(&args.file)?;
    let school_year = match args.school_year {
        Some(year) => year,
        None => SchoolYear::containing(super::today()?),
    };
    let opened = client.open(&Declaration {
        organisme: args.organisme.map(|organisation| organisation.to_string()),
        dataset: args.dataset.to_string(),
        school_year: school_year.to_string(),
        mode: args.mode.as_str().to_owned(),
        file_name: args.file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        size_bytes,
        sha256,
        again: args.again,
    })?;
    let Some(upload) = &opened.upload else {
        let said = "Ce fichier a déjà été reçu et contrôlé : voici sa réponse (--again pour le contrôler à nouveau).";
        writeln!(io::stderr(), "{said}")?;
        return answer(&client, &opened.deposit);
    };
    let style = ProgressStyle::with_template("{msg} {bar:30} {bytes}/{total_bytes}")?;
    let bar = ProgressBar::new(size_bytes).with_style(style).with_message("Envoi");
    let mut bytes = bar.wrap_read(BufReader::new(open(&args.file)?));
    client.upload(upload, size_bytes, &mut bytes)?;
    bar.finish_and_clear();
    answer(&client, &opened.deposit)
}

/// Waits for the report and prints it.
fn answer(client: &Client, deposit: &str) -> anyhow::Result<ExitCode> {
    let waiting = ProgressBar::new_spinner().with_message("Contrôle du fichier");
    waiting.enable_steady_tick(Duration::from_millis(100));
    let judged = client.wait(deposit, PATIENCE)?;
    waiting.finish_and_clear();
    super::answer::print(&mut io::stdout().lock(), &judged.report)?;
    Ok(if judged.accepted { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn open(path: &Path) -> anyhow::Result<File> {
    File::open(path).with_context(|| format!("{} ne peut pas être lu", path.display()))
}

fn measure(path: &Path) -> anyhow::Result<(u64, String)> {
    let (mut file, mut hash, mut size) = (open(path)?, Sha256::new(), 0);
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut buffer).with_context(|| path.display().to_string())?;
        if read == 0 {
            return Ok((size, hex(&hash.finalize())));
        }
        hash.update(&buffer[..read]);
        size += read as u64;
    }
}
