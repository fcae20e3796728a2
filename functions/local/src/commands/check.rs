//! `tableau check`: validates files offline.

use std::path::PathBuf;
use std::process::ExitCode;

/// Contrôle des fichiers sans rien envoyer.
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
    pub today: Option<domain::vocabulary::Day>,
    /// Liste des organismes (CSV).
    #[arg(long)]
    pub organismes: Option<PathBuf>,
}

/// Runs the command.
pub fn run(_: Args) -> anyhow::Result<ExitCode> {
    anyhow::bail!("cette commande arrive bientôt")
}
