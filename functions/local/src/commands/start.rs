//! `tableau`: the whole line, until it is told to stop.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use publish::Rhythm;
use store::keys::{Key, Shelf};
use tokio::signal::unix::{SignalKind, signal};

use super::key;
use crate::client::Client;
use crate::demo::Demo;
use crate::line::{DEMO_MARK, Line, Options};
use crate::wiring::bucket;

/// Démarre toute la ligne sur cette machine.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Port du serveur web, sur 127.0.0.1.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Dossier où tout est gardé.
    #[arg(long, default_value = ".tableau")]
    state: PathBuf,
    /// Liste des organismes à prendre en compte (CSV).
    #[arg(long)]
    organismes: Option<PathBuf>,
    /// Dossier de référentiels à prendre en compte : organismes.csv, reseaux.csv,
    /// certifications.csv, zones.csv ; ceux qui y sont.
    #[arg(long)]
    references: Option<PathBuf>,
    /// Ne met aucune donnée de démonstration.
    #[arg(long)]
    no_demo: bool,
    /// Quand publier : `nightly`, une fois par jour ; `each-run`, après chaque fichier. Sans ce choix,
    /// `each-run` pour la seule démonstration, `nightly` dès que des organismes sont donnés.
    #[arg(long)]
    publications: Option<Rhythm>,
}

const SAMPLE: &str = "exemple.csv";
const LOOK: Duration = Duration::from_millis(100);

/// Runs the command.
pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let mut interrupted = signal(SignalKind::interrupt()).context("listen to signals")?;
    let mut terminated = signal(SignalKind::terminate()).context("listen to signals")?;
    let opening = spinner("Ouverture");
    // Between two publications of one day, a file of a few learners would show.
    let is_fiction = !args.no_demo && args.organismes.is_none() && args.references.is_none();
    let usual = if is_fiction { Rhythm::EachRun } else { Rhythm::Nightly };
    let options = Options {
        state: args.state,
        port: args.port,
        program: std::env::current_exe().context("find this program")?,
        organisations: args.organismes,
        references: args.references,
        demo: !args.no_demo,
        rhythm: args.publications.unwrap_or(usual),
    };
    let mut line = Line::start(&options).await?;
    opening.finish_and_clear();
    if !site::ISLANDS {
        say(
            "La page « Explorer » est sans son îlot : WebAssembly n'a pas pu être compilé ici (site/islands/build.sh dit ce qu'il faut).",
        );
    }

    let ready = tokio::select! {
        ready = fill(&mut line, options.demo) => ready,
        _ = interrupted.recv() => return close(line).await,
        _ = terminated.recv() => return close(line).await,
    };
    if let Err(error) = ready {
        line.stop().await?;
        return Err(error);
    }
    tokio::select! {
        _ = interrupted.recv() => {}
        _ = terminated.recv() => {}
    }
    close(line).await
}

async fn close(line: Line) -> anyhow::Result<ExitCode> {
    say("Arrêt en cours : ce qui est commencé se termine.");
    line.stop().await?;
    Ok(ExitCode::SUCCESS)
}

async fn fill(line: &mut Line, demo: bool) -> anyhow::Result<()> {
    if demo && !line.state().path(DEMO_MARK).exists() {
        demonstrate(line).await?;
        line.count();
        publish(line).await?;
    } else {
        line.count();
    }
    say(&format!("\nLe tableau de bord est à l'adresse {}\n(Ctrl-C pour arrêter)", line.address()));
    Ok(())
}

/// Sends the demonstration through the door, and leaves a key and a file to try it with.
async fn demonstrate(line: &Line) -> anyhow::Result<()> {
    let demo = Demo::of(super::today()?);
    let (_, everyone) = key::make(&line.store().index, demo.organisations()).await?;
    let client = Client::new(&line.address(), &everyone);
    let style = "{msg:28} {bar:30} {pos}/{len}";
    let bar = ProgressBar::new(demo.files() as u64)
        .with_style(ProgressStyle::with_template(style)?)
        .with_message("Dépôts de démonstration");
    let rows = demo.rows();
    let sample = demo.sample().map(|(organisation, bytes)| (organisation, bytes.to_vec()));
    let progress = bar.clone();
    let sent = tokio::task::spawn_blocking(move || demo.send(&client, || progress.inc(1)));
    sent.await.context("send the demonstration")??;
    bar.finish_and_clear();
    say(&format!(
        "{} fichiers de démonstration contrôlés, {rows} lignes.",
        bar.length().unwrap_or(0)
    ));
    if let Some((organisation, bytes)) = sample {
        let (_, key) = key::make(&line.store().index, vec![organisation]).await?;
        line.state().write(SAMPLE, &bytes)?;
        say(&format!(
            "Pour essayer la page « Déposer un fichier » : {}\nClé de démonstration : {key}",
            line.state().path(SAMPLE).display(),
        ));
    }
    line.state().write(DEMO_MARK, b"")
}

/// Waits for the first figures and the first pages.
async fn publish(line: &Line) -> anyhow::Result<()> {
    for (function, message) in
        [("aggregate", "Calcul des chiffres"), ("publish", "Écriture des pages")]
    {
        let spinner = spinner(message);
        while line.waiting(function).await? > 0 {
            tokio::time::sleep(LOOK).await;
        }
        spinner.finish_and_clear();
    }
    let latest = line.cloud().object(bucket(Shelf::Site), &Key::Latest.path()).await?;
    anyhow::ensure!(
        latest.is_some(),
        "rien n'a été publié ; voyez functions.log dans le dossier d'état"
    );
    Ok(())
}

fn spinner(message: &'static str) -> ProgressBar {
    let spinner = ProgressBar::new_spinner().with_message(message);
    spinner.enable_steady_tick(LOOK);
    spinner
}

fn say(sentence: &str) {
    // When nobody reads any more, the line goes on.
    let _ = writeln!(std::io::stdout(), "{sentence}");
}
