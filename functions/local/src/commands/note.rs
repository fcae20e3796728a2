//! `tableau note`: the operator reads the notes that organisations propose, and makes them public or not.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use domain::vocabulary::{Note, Organisation};
use store::{Config, Key, ProposedNote, Store};

use crate::line;
use crate::state::State;

/// Modère les notes que les centres joignent à leur page (droit de réponse).
///
/// Une note publiée paraît à la publication suivante.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
    /// Dossier d'état de la ligne.
    #[arg(long, global = true, default_value = ".tableau", conflicts_with = "table")]
    state: PathBuf,
    /// Sur AWS, la table de l'index (clés et région lues dans l'environnement).
    #[arg(long, global = true)]
    table: Option<String>,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Liste les notes proposées, puis les notes publiques.
    List,
    /// Publie la note proposée par un centre, si elle est encore celle qui a été lue.
    Publish {
        /// Centre (UAI-SIRET).
        organisme: Organisation,
        /// La note telle que la liste la donne.
        lue: Note,
    },
    /// Refuse la note proposée par un centre, qui en lira la raison.
    Refuse {
        /// Centre (UAI-SIRET).
        organisme: Organisation,
        /// Pourquoi, en une phrase.
        #[arg(long)]
        raison: String,
    },
    /// Retire la note d'un centre, publique ou proposée.
    Remove {
        /// Centre (UAI-SIRET).
        organisme: Organisation,
    },
}

/// Runs the command.
pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let (_held, store) = match &args.table {
        Some(table) => (None, on_aws(table)?),
        None => line::reach(&State::open(&args.state)?)?,
    };
    if args.table.is_none() {
        store.index.create_table().await.context("create the index")?;
    }
    let (done, changed) = match args.action {
        Action::List => {
            list(&store).await?;
            return Ok(ExitCode::SUCCESS);
        }
        Action::Publish { organisme, lue } => {
            let proposed = proposed(&store, organisme).await?;
            let done = match proposed.filter(|proposed| proposed.note == lue) {
                Some(proposed) if store.index.publish_note(&proposed).await? => {
                    format!("La note de {organisme} paraîtra à la prochaine publication.")
                }
                _ => return nothing(organisme),
            };
            (done, Some(organisme))
        }
        Action::Refuse { organisme, raison } => {
            let done = match proposed(&store, organisme).await? {
                Some(proposed) if store.index.refuse_note(&proposed, &raison).await? => {
                    format!("La note de {organisme} est refusée : {raison}")
                }
                _ => return nothing(organisme),
            };
            (done, None)
        }
        Action::Remove { organisme } => {
            store.index.remove_note(organisme).await?;
            (format!("{organisme} n’a plus de note."), Some(organisme))
        }
    };
    // On AWS the night looks by itself.
    if let (Some(organisation), None) = (changed, &args.table) {
        let key = Key::Commit { id: format!("note-{organisation}") };
        store.objects.put(&key, "{}").await.context("say that a note changed")?;
    }
    writeln!(std::io::stdout(), "{done}")?;
    Ok(ExitCode::SUCCESS)
}

/// A note that waits for a word.
async fn proposed(
    store: &Store,
    organisation: Organisation,
) -> anyhow::Result<Option<ProposedNote>> {
    let found = store.index.proposed_note(organisation).await?;
    Ok(found.filter(|proposed| proposed.refused.is_none()))
}

fn nothing(organisation: Organisation) -> anyhow::Result<ExitCode> {
    let said = format!("{organisation} ne propose rien, ou vient de proposer autre chose.");
    writeln!(std::io::stdout(), "{said}")?;
    Ok(ExitCode::FAILURE)
}

async fn list(store: &Store) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    for ProposedNote { organisation, note, asked, refused } in store.index.proposed_notes().await? {
        let state = match refused {
            Some(why) => format!("refusée ({why})"),
            None => format!("proposée le {}, clé {}", asked.at, asked.by),
        };
        writeln!(out, "{organisation}\t{state}\t{note}")?;
    }
    for public in store.index.public_notes().await? {
        writeln!(out, "{}\tpublique\t{}", public.organisation, public.note)?;
    }
    Ok(())
}

/// The index, with the credentials of whoever runs the command.
fn on_aws(table: &str) -> anyhow::Result<Store> {
    let config = Config::from_env(&[], |name| match name {
        "INDEX_TABLE" => Some(table.to_owned()),
        _ => std::env::var(name).ok(),
    })?;
    Ok(Store::new(&config))
}
