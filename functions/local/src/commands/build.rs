//! `tableau build`: runs the whole line once over a folder of files.
//!
//! The handlers are those of the Lambdas, the storage is the embedded one, in this process and in
//! a folder that is thrown away: no server, no network, no clock. Same input, same bytes.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use aws_lambda_events::sqs::SqsEvent;
use domain::upload::{Dataset, Declaration, Deposit, Mode, hex};
use domain::vocabulary::{Day, KeySecret, References};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::{Key, Store};
use ulid::Ulid;
use validate::Desk;
use validate::check::{Circumstances, Majority, check, majority};

use crate::effort::Step;
use crate::line::{open_cloud, store as clients};
use crate::references;
use crate::state::State as Folder;

/// Passe toute la ligne une fois sur un dossier de fichiers, sans serveur ni réseau.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Dossier des fichiers reçus.
    #[arg(long)]
    pub inbox: PathBuf,
    /// Liste des organismes (CSV).
    #[arg(long)]
    pub organismes: PathBuf,
    /// Dossier des autres référentiels : reseaux.csv, certifications.csv, zones.csv.
    #[arg(long)]
    pub references: Option<PathBuf>,
    /// Jour du calcul (AAAA-MM-JJ).
    #[arg(long)]
    pub today: Day,
    /// Clé qui signe le manifeste (64 chiffres hexadécimaux) ; sans elle, rien n'est signé.
    #[arg(long, env = "PUBLICATION_KEY_SECRET", hide_env_values = true)]
    pub signing_key: Option<String>,
    /// Dossier à remplir.
    #[arg(long)]
    pub out: PathBuf,
}

/// How many files are judged at once.
const AT_ONCE: usize = 2;

/// Runs the command.
pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let signer = args.signing_key.as_deref().map(publish::Signer::from_hex).transpose()?;
    let press = publish::Press { signer, ..publish::Press::default() };
    let files = files(&args.inbox)?;
    fs::create_dir_all(&args.out).context("créer le dossier de sortie")?;
    let folder = tempfile::tempdir_in(&args.out).context("créer un dossier de travail")?;
    let state = Folder::open(folder.path())?;
    let secrets = state.secrets()?;
    let cloud = open_cloud(&state, &secrets)?;
    let store = clients(&cloud, &secrets);
    store.index.create_table().await?;
    let listed = references::read(Dataset::Organismes, &args.organismes)?;
    store.put_reference(Dataset::Organismes, &listed).await?;
    let reference = Arc::new(References::default().with(listed).organisations);
    let others = args.references.as_deref().map(references::folder).transpose()?;
    for (dataset, lines) in others.unwrap_or_default() {
        if dataset != Dataset::Organismes {
            store.put_reference(dataset, &lines).await?;
        }
    }

    let mut step = Step::start();
    let bar = ProgressBar::new(files.len() as u64)
        .with_style(ProgressStyle::with_template("{msg:24} {bar:30} {pos}/{len}")?)
        .with_message("Contrôle des fichiers");
    let build = Build {
        store: store.clone(),
        desk: Arc::new(Desk::new(secret())),
        reference,
        today: args.today,
    };
    let tasks = files.into_iter().enumerate().map(|(place, path)| {
        let (build, bar, out) = (build.clone(), bar.clone(), args.out.join("reports"));
        tokio::spawn(async move {
            build.file(place, &path, &out).await.with_context(|| path.display().to_string())?;
            bar.inc(1);
            anyhow::Ok(())
        })
    });
    // Tasks start when they are polled for: two are alive at a time.
    stream::iter(tasks)
        .buffer_unordered(AT_ONCE)
        .map_err(anyhow::Error::from)
        .try_for_each(|done| async { done })
        .await?;
    bar.finish_and_clear();
    step = say("validate", &step)?;

    let spinner = ProgressBar::new_spinner().with_message("Calcul des chiffres");
    spinner.enable_steady_tick(Duration::from_millis(100));
    let run = aggregate::aggregate(&store, args.today).await?;
    step = say("aggregate", &step)?;
    spinner.set_message("Écriture des pages");
    publish::publish(&store, &press, &run.id).await?;
    step = say("publish", &step)?;
    write_out(&store, &run.id, &args.out).await?;
    say("copie", &step)?;
    spinner.finish_and_clear();
    if press.signer.is_none() {
        writeln!(std::io::stderr(), "Le manifeste n'est pas signé : aucune clé n'a été donnée.")?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Says what a step cost, and starts to measure the next one.
fn say(name: &str, step: &Step) -> std::io::Result<Step> {
    writeln!(std::io::stderr(), "{name:10} {}", step.effort())?;
    Ok(Step::start())
}

/// The keys never leave the working folder: a fixed secret gives the same order each time.
fn secret() -> KeySecret {
    KeySecret::new(&[0; 32])
}

/// What every file is judged with.
#[derive(Clone)]
struct Build {
    store: Store,
    desk: Arc<Desk>,
    reference: Arc<domain::vocabulary::Reference>,
    today: Day,
}

impl Build {
    /// Sends one file down the line, and writes the answer.
    async fn file(&self, place: usize, path: &Path, reports: &Path) -> anyhow::Result<()> {
        let bytes = fs::read(path)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let report = match majority(&name, &bytes) {
            Some(majority) => self.deposit(place, &name, bytes, majority).await?,
            // No organisation can be told: the door would not have opened, but it is answered.
            None => self.answer_alone(&name, &bytes).into_bytes(),
        };
        write(&reports.join(format!("{name}.json")), &report)
    }

    fn answer_alone(&self, file_name: &str, bytes: &[u8]) -> String {
        let circumstances = Circumstances {
            file_name,
            sender: None,
            school_year: None,
            today: self.today,
            secret: &secret(),
            reference: Some(&self.reference),
        };
        validate::report::to_json(&check(bytes, &circumstances, &mut |_, _| {}))
    }

    /// Opens a deposit, puts the file in the inbox, and wakes `validate` as storage would.
    async fn deposit(
        &self,
        place: usize,
        name: &str,
        bytes: Vec<u8>,
        majority: Majority,
    ) -> anyhow::Result<Vec<u8>> {
        let Self { store, desk, today, .. } = self;
        let noon_ms = u64::try_from(i64::from(today.epoch_days()) * 86_400_000 + 43_200_000)
            .context("le jour du calcul précède 1970")?;
        let id = Ulid::from_parts(noon_ms + place as u64, place as u128).to_string();
        let declaration = Declaration {
            organisation: majority.responsable,
            dataset: Dataset::Effectifs,
            school_year: majority.school_year,
            // Several files of one organisation all count.
            mode: Mode::Additions,
            file_name: name.to_owned(),
            size_bytes: bytes.len() as u64,
            sha256: Sha256::digest(&bytes).into(),
        };
        let opened_at = store::rfc3339(noon_ms.cast_signed()).unwrap_or_default();
        let deposit = Deposit::opened(id.clone(), declaration, opened_at);
        store.index.open(&deposit).await?;
        let (size, tag) = (bytes.len(), hex(&deposit.declaration.sha256[..16]));
        store.objects.put(&Key::Deposit { id: id.clone() }, bytes).await?;
        let event = arrival(&id, size, &tag, &deposit.opened_at)?;
        let answer = validate::handle(store, desk, &event).await;
        if !answer.batch_item_failures.is_empty() {
            bail!("le fichier n'a pas pu être contrôlé");
        }
        let judged = store.index.deposit(&id).await?.and_then(|deposit| deposit.judged);
        let version = judged.context("le dépôt n'a pas de rapport")?.report;
        Ok(store.objects.get(&Key::Report { id, version }).await?.to_vec())
    }
}

/// The event that storage sends when a deposit lands.
fn arrival(id: &str, size: usize, tag: &str, at: &str) -> anyhow::Result<SqsEvent> {
    let (bucket, key) =
        (crate::wiring::bucket(store::Shelf::Inbox), format!("{}{id}", store::keys::DEPOSITS));
    let body = json!({ "Records": [{
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": crate::aws::REGION,
        "eventTime": at,
        "eventName": "ObjectCreated:Put",
        "userIdentity": { "principalId": "tableau" },
        "requestParameters": { "sourceIPAddress": "127.0.0.1" },
        "responseElements": {},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "validate",
            "bucket": { "name": bucket, "ownerIdentity": { "principalId": "tableau" },
                        "arn": format!("arn:aws:s3:::{bucket}") },
            "object": { "key": key, "size": size, "eTag": tag, "sequencer": "00" },
        },
    }]});
    let event = json!({ "Records": [{
        "messageId": id,
        "receiptHandle": id,
        "body": body.to_string(),
        "attributes": {},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
    }]});
    Ok(serde_json::from_value(event)?)
}

/// Every file of the folder, in name order. Hidden files are not sent.
fn files(inbox: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let read = || format!("lire le dossier {}", inbox.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(inbox).with_context(read)? {
        let entry = entry.with_context(read)?;
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if entry.file_type().with_context(read)?.is_file() && !hidden {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

/// Copies what was published, and the exact figures, where they can be read.
async fn write_out(store: &Store, run: &str, out: &Path) -> anyhow::Result<()> {
    let latest: publish::Latest = serde_json::from_slice(&store.objects.get(&Key::Latest).await?)?;
    let published =
        |path: &str| Key::Published { version: latest.version.clone(), path: path.to_owned() };
    for folder in ["site", "open-data"] {
        // What a former build left there is not of this publication.
        match fs::remove_dir_all(out.join(folder)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    let manifest = publish::MANIFEST;
    let bytes = store.objects.get(&published(manifest)).await?;
    let listed: Value = serde_json::from_slice(&bytes)?;
    let files = listed["fichiers"].as_array().context("the manifest lists no file")?;
    let paths = files.iter().filter_map(|file| file["path"].as_str());
    for path in paths.chain([manifest, publish::SIGNATURE]) {
        // A publication may not be signed.
        let Some(bytes) = store.objects.find(&published(path)).await? else {
            anyhow::ensure!(path == publish::SIGNATURE, "{path} is missing");
            continue;
        };
        if let Some(data) = path.strip_prefix("donnees/") {
            write(&out.join("open-data").join(data), &bytes)?;
        }
        write(&out.join("site").join(path), &bytes)?;
    }
    let run = || run.to_owned();
    for (name, key) in [
        ("indicateurs", Key::Indicators { run: run() }),
        ("domicile", Key::Homes { run: run() }),
        ("flux", Key::Flows { run: run() }),
        ("cohortes", Key::Cohorts { run: run() }),
    ] {
        let exact = store.objects.get(&key).await?;
        write(&out.join("private").join(format!("{name}.parquet")), &exact)?;
    }
    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let write = || {
        fs::create_dir_all(path.parent().unwrap_or(path))?;
        fs::write(path, bytes)
    };
    write().with_context(|| format!("écrire {}", path.display()))
}
