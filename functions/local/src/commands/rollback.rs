//! `tableau rollback`: the public reads a former publication again, here or on AWS.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use publish::RolledBack;
use store::{Config, Shelf, Store};

use crate::line;
use crate::state::State;

/// Remet en ligne une publication antérieure.
///
/// Rien n'est effacé. Les calculs que le public avait déjà vus ne la remplacent pas ; le premier qui
/// tient compte d'un nouveau dépôt la remplace.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Publication à remettre en ligne ; par défaut, la dernière d'un jour précédent.
    version: Option<String>,
    /// Ne remet rien en ligne : accepte que la prochaine publication perde plus d'un centre sur cinq.
    #[arg(long, conflicts_with = "version")]
    accept_losses: bool,
    /// Dossier d'état de la ligne.
    #[arg(long, default_value = ".tableau", conflicts_with = "bucket")]
    state: PathBuf,
    /// Sur AWS, le bucket du site (clés et région lues dans l'environnement).
    #[arg(long)]
    bucket: Option<String>,
}

/// Runs the command.
pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let version = args.version.as_deref();
    let (_held, store) = match &args.bucket {
        Some(bucket) => (None, on_aws(bucket)?),
        None => line::reach(&State::open(&args.state)?)?,
    };
    let mut out = std::io::stdout().lock();
    if args.accept_losses {
        let shown = publish::accept_losses(&store).await?.version;
        writeln!(out, "La publication qui remplacera {shown} peut perdre des centres.")?;
        return Ok(ExitCode::SUCCESS);
    }
    let RolledBack { from, to } = publish::rollback(&store, version).await?;
    writeln!(out, "Le public lit de nouveau la publication {} du {}.", to.version, to.today)?;
    if to.rolled_back_from.is_some() {
        writeln!(
            out,
            "Elle reste jusqu'à ce qu'un nouveau dépôt soit compté. Pour revenir : tableau rollback {from}"
        )?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The bucket of the site, with the credentials of whoever runs the command.
fn on_aws(bucket: &str) -> anyhow::Result<Store> {
    let config = Config::from_env(&[Shelf::Site], |name| match name {
        "SITE_BUCKET" => Some(bucket.to_owned()),
        // The index takes no part.
        "INDEX_TABLE" => Some(String::new()),
        _ => std::env::var(name).ok(),
    })?;
    Ok(Store::new(&config))
}
