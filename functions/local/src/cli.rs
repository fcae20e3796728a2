//! The command line, and which command answers it.

use std::process::ExitCode;

use anyhow::bail;
use clap::{Args, Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::commands::{
    build, check, convert, cost, deposit, key, note, parcours, rollback, start, why,
};
use crate::runtime::leave_with_parent;

/// Le tableau de bord de l'apprentissage, tout entier sur une machine.
#[derive(Debug, Parser)]
#[command(name = "tableau", version, args_conflicts_with_subcommands = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    start: start::Args,
    /// Dit ce qui se passe (répéter pour plus de détails).
    #[arg(short, long, action = clap::ArgAction::Count, global = true)]
    verbose: u8,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Args),
    Parcours(parcours::Args),
    Why(why::Args),
    Build(build::Args),
    Deposit(deposit::Args),
    Key(key::Args),
    Note(note::Args),
    Rollback(rollback::Args),
    Convert(convert::Args),
    Cost(cost::Args),
    #[command(hide = true)]
    Lambda(Lambda),
}

/// Une fonction de la ligne, lancée par elle.
#[derive(Debug, Args)]
struct Lambda {
    name: String,
}

impl Cli {
    /// Runs the command; its exit code says how it went.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        if let Some(Command::Lambda(lambda)) = &self.command {
            leave_with_parent();
            return runtime()?.block_on(lambda.run());
        }
        self.say_what_happens();
        match self.command {
            None => runtime()?.block_on(start::run(self.start)),
            Some(Command::Key(args)) => runtime()?.block_on(key::run(args)),
            Some(Command::Note(args)) => runtime()?.block_on(note::run(args)),
            Some(Command::Rollback(args)) => runtime()?.block_on(rollback::run(args)),
            Some(Command::Deposit(args)) => deposit::run(&args),
            Some(Command::Convert(args)) => convert::run(&args),
            Some(Command::Cost(args)) => cost::run(&args),
            Some(Command::Check(args)) => check::run(&args),
            Some(Command::Parcours(args)) => parcours::run(&args),
            Some(Command::Why(args)) => runtime()?.block_on(why::run(args)),
            Some(Command::Build(args)) => runtime()?.block_on(build::run(args)),
            Some(Command::Lambda(_)) => Ok(ExitCode::SUCCESS),
        }
    }

    fn say_what_happens(&self) {
        let default = match self.verbose {
            0 => "error",
            1 => "info",
            _ => "debug",
        };
        let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    }
}

impl Lambda {
    async fn run(&self) -> anyhow::Result<ExitCode> {
        match self.name.as_str() {
            "upload" => upload::run().await?,
            "validate" => validate::run().await?,
            "aggregate" => aggregate::run().await?,
            "publish" => publish::run().await?,
            other => bail!("no function is named {other}"),
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()
}
