//! `tableau key`: makes, lists and revokes deposit keys.
//!
//! A key is shown once, when it is made; only its hash is kept.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context;
use domain::upload::Dataset;
use domain::vocabulary::Organisation;
use store::{DepositKey, Index, KeyScope};

use crate::line;
use crate::state::{State, random_hex};

/// Gère les clés de dépôt.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
    /// Dossier d'état de la ligne.
    #[arg(long, global = true, default_value = ".tableau")]
    state: PathBuf,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Crée une clé et l'affiche, une seule fois.
    New {
        /// Organismes pour lesquels la clé peut déposer (UAI-SIRET).
        #[arg(long, required_unless_present = "referentiels", num_args = 1..)]
        organisme: Vec<Organisation>,
        /// Clé d'exploitant : dépose les référentiels, et eux seuls.
        #[arg(long, conflicts_with = "organisme")]
        referentiels: bool,
    },
    /// Liste les clés, sans les montrer.
    List,
    /// Révoque une clé, aussitôt.
    Revoke {
        /// Nom court de la clé.
        id: String,
    },
}

/// Runs the command.
pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let state = State::open(&args.state)?;
    let (_held, store) = line::reach(&state)?;
    store.index.create_table().await.context("create the index")?;
    let mut out = std::io::stdout().lock();
    match args.action {
        Action::New { organisme, referentiels } => {
            let (id, key) = if referentiels {
                make_for(&store.index, operator()?).await?
            } else {
                make(&store.index, organisme).await?
            };
            writeln!(out, "Clé {id}, à garder secrète ; elle ne sera plus affichée :\n{key}")?;
        }
        Action::List => {
            for key in store.index.keys().await? {
                let organisations = key.scope.organisations.iter().map(Organisation::to_string);
                let organisations = organisations.collect::<Vec<_>>().join(" ");
                let state = match key.revoked_at {
                    Some(at) => format!("révoquée le {at}"),
                    None => "active".to_owned(),
                };
                writeln!(out, "{}\t{}\t{state}\t{organisations}", key.id, key.created_at)?;
            }
        }
        Action::Revoke { id } => {
            if !store.index.revoke_key(&id, &now()).await? {
                writeln!(out, "Aucune clé ne porte le nom {id}.")?;
                return Ok(ExitCode::FAILURE);
            }
            writeln!(out, "La clé {id} est révoquée.")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Makes a key for these organisations: its short name, and the key itself.
pub async fn make(
    index: &Index,
    organisations: Vec<Organisation>,
) -> anyhow::Result<(String, String)> {
    make_for(index, KeyScope { organisations, datasets: vec![Dataset::Effectifs] }).await
}

/// What an operator's key may send: the reference datasets.
pub fn operator() -> anyhow::Result<KeyScope> {
    let operator = Organisation::operator().context("name the operator")?;
    Ok(KeyScope { organisations: vec![operator], datasets: Dataset::REFERENCES.to_vec() })
}

/// Makes a key that may send this: its short name, and the key itself.
pub async fn make_for(index: &Index, scope: KeyScope) -> anyhow::Result<(String, String)> {
    let id = random_hex(4)?;
    let key = format!("tba_{}", random_hex(32)?);
    let written = DepositKey {
        id: id.clone(),
        sha256: upload::key_hash(&key),
        scope,
        created_at: now(),
        revoked_at: None,
    };
    index.put_key(&written).await.context("write the key")?;
    Ok((id, key))
}

fn now() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    store::rfc3339(i64::try_from(since.as_millis()).unwrap_or(i64::MAX)).unwrap_or_default()
}
