//! `tableau convert`: from the files of the public service to reference files to drop.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::references;

/// Réécrit les référentiels du service public (organismes, réseaux, OPCO, bassins d'emploi) en
/// fichiers à déposer.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Dossier où ils sont.
    from: PathBuf,
    /// Dossier à remplir.
    to: PathBuf,
}

/// Runs the command.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    references::convert(&args.from, &args.to, &mut io::stdout().lock())?;
    Ok(ExitCode::SUCCESS)
}
