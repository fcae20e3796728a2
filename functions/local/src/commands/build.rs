//! `tableau build`: runs the whole line once over a folder of files.

use std::path::PathBuf;
use std::process::ExitCode;

use domain::vocabulary::Day;

/// Passe toute la ligne une fois sur un dossier de fichiers, sans serveur ni réseau.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Dossier des fichiers reçus.
    #[arg(long)]
    pub inbox: PathBuf,
    /// Liste des organismes (CSV).
    #[arg(long)]
    pub organismes: PathBuf,
    /// Jour du calcul (AAAA-MM-JJ).
    #[arg(long)]
    pub today: Day,
    /// Dossier à remplir.
    #[arg(long)]
    pub out: PathBuf,
}

/// Runs the command.
pub fn run(_: Args) -> anyhow::Result<ExitCode> {
    anyhow::bail!("cette commande arrive bientôt")
}
