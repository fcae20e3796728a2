//! `tableau parcours`: one JSON line per accepted row.

use std::path::PathBuf;
use std::process::ExitCode;

/// Écrit le parcours de chaque ligne acceptée.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Fichier à lire.
    pub file: PathBuf,
    /// Dit aussi pourquoi.
    #[arg(long)]
    pub explain: bool,
    /// Jour du contrôle, aujourd'hui par défaut (AAAA-MM-JJ).
    #[arg(long)]
    pub today: Option<domain::vocabulary::Day>,
}

/// Runs the command.
pub fn run(_: Args) -> anyhow::Result<ExitCode> {
    anyhow::bail!("cette commande arrive bientôt")
}
