//! Exact indicators become open data and pages, small counts withheld; then one atomic switch.
//!
//! | | |
//! | --- | --- |
//! | wakes on | `ObjectCreated` under `runs/`, through a queue |
//! | reads | the run, its indicators, the reference datasets, what was first published of the past |
//! | leaves | a version of everything public, under its own digest; then `latest` points to it |
//! | run twice | same bytes to the same keys; an older run never takes the place of a newer one |
//! | fails when | the store fails, or holds something we did not write: the former stays |

mod beside;
mod files;
mod metadata;
pub mod revisions;
mod sheets;
mod translate;
mod version;

use anyhow::Context as _;
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use futures_util::{FutureExt as _, StreamExt as _, TryStreamExt as _, stream};
use lambda_runtime::{LambdaEvent, service_fn};
use serde::{Deserialize, Serialize};
use store::{Arrival, Config, Key, Run, Shelf, Store, Wake};

pub use version::{File, Version};

/// Path of the manifest, below a version.
pub const MANIFEST: &str = "donnees/v1/manifest.json";

/// How many objects are written at once.
const WRITES: usize = 32;

/// Which publication the public reads: the only object that is ever replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Latest {
    /// Digest of the publication: its files are under `/v/{version}/`.
    pub version: String,
    /// The run it shows.
    pub run: String,
    /// How much the run had seen.
    pub revision: u64,
    /// The day of its last figures, ISO 8601.
    pub today: String,
}

/// Starts on AWS, or as a child of the local runner.
pub async fn run() -> anyhow::Result<()> {
    lambda_runtime::tracing::init_default_subscriber();
    let variable = |name| std::env::var(name).ok();
    let config = Config::from_env(&[Shelf::Lake, Shelf::Site], variable)?;
    let store = Store::new(&config);
    let serve = |event: LambdaEvent<SqsEvent>| {
        let store = &store;
        async move { anyhow::Ok(handle(store, &event.payload).await) }
    };
    lambda_runtime::run(service_fn(serve)).await.map_err(anyhow::Error::from_boxed)
}

/// Publishes the runs of a batch; those that could not be come back alone.
pub async fn handle(store: &Store, event: &SqsEvent) -> SqsBatchResponse {
    let mut response = SqsBatchResponse::default();
    for message in &event.records {
        // Boxed: the futures of the SDK are too deep for the compiler to lay out in one piece.
        if let Err(error) = publish_message(store, message).boxed().await {
            let id = message.message_id.clone().unwrap_or_default();
            tracing::error!(message.id = id, error = format!("{error:#}"), "run not published");
            response.add_failure(id);
        }
    }
    response
}

async fn publish_message(store: &Store, message: &SqsMessage) -> anyhow::Result<()> {
    let Wake::Arrived(arrivals) = Wake::read(message)? else { return Ok(()) };
    for Arrival { path, .. } in arrivals {
        let Some(id) = Key::run_of(&path) else { continue };
        publish(store, id).await.with_context(|| format!("publish run {id}"))?;
    }
    Ok(())
}

/// Publishes a run, unless the public already reads it or a newer one.
pub async fn publish(store: &Store, id: &str) -> anyhow::Result<()> {
    let run = store.objects.get(&Key::Run { run: id.to_owned() }).await?;
    let run = Run::read(&run)?;
    let found = store.objects.find_tagged(&Key::Latest).await?;
    let (shown, tag) = match &found {
        Some((bytes, tag)) => {
            let latest: Latest = serde_json::from_slice(bytes).context("read latest")?;
            (Some(latest), Some(tag.as_str()))
        }
        None => (None, None),
    };
    let newer = |shown: &Latest| (shown.revision, &shown.today) > (run.revision, &run.today);
    if shown.as_ref().is_some_and(|shown| shown.run == run.id || newer(shown)) {
        tracing::info!(run.id, "the public already reads this run, or a newer one");
        return Ok(());
    }

    let key = Key::Indicators { run: run.id.clone() };
    let figures = store.objects.get(&key).await?;
    let mut indicators = store::read_indicators(&key.path(), figures)?;
    domain::publish::keep_public(&mut indicators);
    let references = store.references(&run.versions()?).await?;
    let published = domain::publish::protect(&indicators, &references.organisations);
    drop(indicators);
    let mut data = translate::open_data(&published, &references, &run)?;
    let carried = match &shown {
        Some(shown) => {
            let former = revisions::manifest(store, &shown.version).await?;
            revisions::carried(former, &published.dates, &run.today)
        }
        None => Vec::new(),
    };
    data.revisions = revisions::since(store, &carried, &data).await?;
    let version = Version::of(&data, &published.dates, &run, carried)?;

    let writes = version.files.into_iter().map(|File { path, body }| {
        let key = Key::Published { version: version.id.clone(), path };
        async move { store.objects.put_once(&key, body).await }
    });
    stream::iter(writes).buffer_unordered(WRITES).try_collect::<()>().await?;

    let latest =
        Latest { version: version.id, run: run.id, revision: run.revision, today: run.today };
    store.objects.swap(&Key::Latest, tag, serde_json::to_vec_pretty(&latest)?).await?;
    tracing::info!(version.id = latest.version, run.id = latest.run, "publication switched");
    Ok(())
}
