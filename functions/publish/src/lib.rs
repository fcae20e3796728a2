//! Exact indicators become open data and pages, small counts withheld; then one atomic switch.
//!
//! | | |
//! | --- | --- |
//! | wakes on | `ObjectCreated` under `runs/`, through a queue |
//! | reads | the run, its indicators, flows and classes, the reference datasets, what was first published of the past |
//! | leaves | what it showed, private, for the next one; a version of everything public, under its own digest; then `latest` points to it |
//! | run twice | same bytes to the same keys; an older run never takes the place of a newer one |
//! | fails when | the store fails or holds something we did not write, or what was made must not reach the public ([`Refused`]): the former stays |

mod audit;
mod beside;
mod changes;
mod feeds;
mod files;
mod metadata;
mod movements;
mod openapi;
mod packed;
mod prove;
mod refusal;
pub mod revisions;
mod rollback;
mod sheets;
mod shown;
mod signature;
mod translate;
mod version;

use anyhow::Context as _;
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use domain::publish::{hold, keep_given, leave_whole};
use futures_util::{FutureExt as _, StreamExt as _, TryStreamExt as _, stream};
use lambda_runtime::{LambdaEvent, service_fn};
use serde::{Deserialize, Serialize};
use store::{Arrival, Calls, Config, Key, Run, Shelf, Store, Wake};

pub use movements::{Beside, Movements, prove_movements};
pub use packed::File;
pub use prove::{Proved, prove};
pub use refusal::{Refused, refusal};
pub use rollback::{RolledBack, accept_losses, rollback};
pub use signature::{InvalidKey, PUBLIC_KEY, SIGNATURE, Signer};
pub use version::{Past, Version};

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
    /// How much the runs that the public was shown had seen.
    pub revision: u64,
    /// The day of its last figures, ISO 8601.
    pub today: String,
    /// The publication that was left, when this one is read again after it: until a run has seen
    /// more, none is published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rolled_back_from: Option<String>,
    /// The operator's word: the publication that replaces this one may lose organisations.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub losses_accepted: bool,
}

impl Latest {
    /// Whether a run has nothing to add to what the public reads, or comes after the one of its day.
    fn holds(&self, run: &Run, rhythm: Rhythm) -> bool {
        let newer = (self.revision, &self.today) > (run.revision, &run.today);
        let held = self.rolled_back_from.is_some() && self.revision >= run.revision;
        let told_today = rhythm == Rhythm::Nightly && self.today >= run.today;
        self.run == run.id || newer || held || told_today
    }
}

/// What the public reads, and the tag of the pointer; none before the first publication.
pub(crate) async fn read_latest(store: &Store) -> anyhow::Result<Option<(Latest, String)>> {
    let found = store.objects.find_tagged(&Key::Latest).await?;
    found
        .map(|(bytes, tag)| Ok((serde_json::from_slice(&bytes).context("read latest")?, tag)))
        .transpose()
}

/// How often the public reads something new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rhythm {
    /// Once a day, by the first run of the day: two publications of one day would tell of the few
    /// learners that a file sent in between added.
    Nightly,
    /// At every run: for fictional centres, whose files are seen on the pages at once.
    #[default]
    EachRun,
}

impl Rhythm {
    /// As `PUBLICATION_RHYTHM` says it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nightly => "nightly",
            Self::EachRun => "each-run",
        }
    }
}

impl std::str::FromStr for Rhythm {
    type Err = anyhow::Error;
    fn from_str(word: &str) -> anyhow::Result<Self> {
        let known = [Self::Nightly, Self::EachRun].into_iter().find(|it| it.as_str() == word);
        known.with_context(|| format!("{word:?} is neither nightly nor each-run"))
    }
}

/// What makes publications.
#[derive(Debug, Default)]
pub struct Press {
    /// Signs the manifests; without it they are not.
    pub signer: Option<Signer>,
    /// How often it publishes.
    pub rhythm: Rhythm,
    /// Where the public reads, `https://exemple.fr`; unknown, the pages name no host.
    pub address: Option<String>,
}

/// Starts on AWS, or as a child of the local runner.
pub async fn run() -> anyhow::Result<()> {
    lambda_runtime::tracing::init_default_subscriber();
    let variable = |name| std::env::var(name).ok();
    let config = Config::from_env(&[Shelf::Lake, Shelf::Site], variable)?;
    let store = Store::new(&config);
    let key = variable("PUBLICATION_KEY_SECRET")
        .context("the environment variable PUBLICATION_KEY_SECRET is not set")?;
    let rhythm = variable("PUBLICATION_RHYTHM")
        .context("the environment variable PUBLICATION_RHYTHM is not set")?;
    let address = variable("SITE_ADDRESS")
        .context("the environment variable SITE_ADDRESS is not set")
        .map(|address| (!address.is_empty()).then_some(address))?;
    let press = Press { signer: Some(Signer::from_hex(&key)?), rhythm: rhythm.parse()?, address };
    // Opens a connection to each bucket. No run has an empty name.
    let nothing = Key::Run { run: String::new() };
    let read = async {
        tokio::try_join!(store.objects.exists(&Key::Latest), store.objects.exists(&nothing))
    };
    store::before_the_first_event(read.boxed()).await;
    let serve = |event: LambdaEvent<SqsEvent>| {
        let (store, press) = (&store, &press);
        async move {
            let before = store.calls();
            let done = publish_batch(store, press, &event.payload).await;
            let function = &event.context.env_config.function_name;
            for line in metrics(&done, store.calls() - before, function, now_ms()) {
                store::say_metric(&line);
            }
            anyhow::Ok(done.response)
        }
    };
    lambda_runtime::run(service_fn(serve)).await.map_err(anyhow::Error::from_boxed)
}

/// Publishes the runs of a batch; those that could not be come back alone.
pub async fn handle(store: &Store, press: &Press, event: &SqsEvent) -> SqsBatchResponse {
    publish_batch(store, press, event).await.response
}

/// What became of a batch.
#[derive(Debug, Default)]
struct Done {
    response: SqsBatchResponse,
    switched: Vec<Switched>,
    errors: Vec<anyhow::Error>,
}

/// A publication that the public now reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Switched {
    /// Its name.
    pub version: String,
    /// How many files it has.
    pub files: usize,
    /// How much they weigh.
    pub size_bytes: u64,
    /// How many figures are withheld, over all dates.
    pub withheld: usize,
    /// When the run it shows arrived, in milliseconds since 1970; unknown when nothing announced it.
    pub counted_ms: Option<i64>,
}

/// The lines of the log that are metrics: what was published, how fresh it is, what was refused, what
/// all of it asked of storage.
fn metrics(done: &Done, calls: Calls, function: &str, at_ms: u128) -> Vec<String> {
    let mut lines: Vec<String> =
        done.errors.iter().filter_map(|error| refusal(error, function, at_ms)).collect();
    lines.extend(done.switched.iter().map(|one| one.metric(function, at_ms)));
    lines.push(store::metrics_line(function, &[], &calls.metrics(), "calls", at_ms));
    lines
}

impl Switched {
    /// The line of the log that tells it.
    pub fn metric(&self, function: &str, at_ms: u128) -> String {
        let mut metrics = vec![
            ("FilesPublished", "Count", self.files as f64),
            ("BytesPublished", "Bytes", self.size_bytes as f64),
            ("FiguresWithheld", "Count", self.withheld as f64),
        ];
        // From the figures to the public: how much later than what is known it reads.
        metrics.extend(self.counted_ms.map(|counted_ms| {
            let late = (at_ms as i64).saturating_sub(counted_ms).max(0);
            ("PublicationLate", "Milliseconds", late as f64)
        }));
        store::metrics_line(function, &[], &metrics, "publication switched", at_ms)
    }
}

fn now_ms() -> u128 {
    std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_millis()
}

/// The same, with what was published and what went wrong.
async fn publish_batch(store: &Store, press: &Press, event: &SqsEvent) -> Done {
    let mut done = Done::default();
    for message in &event.records {
        // Boxed: the futures of the SDK are too deep for the compiler to lay out in one piece.
        let published = publish_message(store, press, message, &mut done.switched).boxed().await;
        if let Err(error) = published {
            let id = message.message_id.clone().unwrap_or_default();
            tracing::error!(message.id = id, error = format!("{error:#}"), "run not published");
            done.response.add_failure(id);
            done.errors.push(error);
        }
    }
    done
}

async fn publish_message(
    store: &Store,
    press: &Press,
    message: &SqsMessage,
    switched: &mut Vec<Switched>,
) -> anyhow::Result<()> {
    let Wake::Arrived(arrivals) = Wake::read(message)? else { return Ok(()) };
    for Arrival { path, at_ms } in arrivals {
        let Some(id) = Key::run_of(&path) else { continue };
        let done = publish(store, press, id).await.with_context(|| format!("publish run {id}"))?;
        switched.extend(done.map(|one| Switched { counted_ms: Some(at_ms), ..one }));
    }
    Ok(())
}

/// Publishes a run, unless the public already reads it or a newer one, or has read what was published
/// today: then there is nothing to tell.
pub async fn publish(store: &Store, press: &Press, id: &str) -> anyhow::Result<Option<Switched>> {
    let run = store.objects.get(&Key::Run { run: id.to_owned() }).await?;
    let run = Run::read(&run)?;
    let (shown, tag) = read_latest(store).await?.unzip();
    if let Some(shown) = shown.as_ref().filter(|shown| shown.holds(&run, press.rhythm)) {
        let rolled_back_from = shown.rolled_back_from.as_deref();
        tracing::info!(run.id, rolled_back_from, "the run has nothing newer than what is read");
        return Ok(None);
    }

    let key = Key::Indicators { run: run.id.clone() };
    let figures = store.objects.get(&key).await?;
    let mut exact = store::read_indicators(&key.path(), figures)?;
    keep_given(&mut exact);
    let organismes = refusal::organisations(&exact);
    let references = store.references(&run.versions()?).await?;
    let before = match &shown {
        Some(latest) => shown::before(store, latest, &run.today).await?,
        None => None,
    };
    let (mut held, before) = match before {
        Some(shown::Before { version, shown, anew }) => {
            (hold(exact, shown, &references, anew), Some((version, anew)))
        }
        None => (exact.into(), None),
    };
    let counted = store::write_indicators(&held.counted)?;
    leave_whole(&mut held);
    let Proved { published, mut data, masquees } = prove(&held, &references, &run)?;
    let told = held.then_told(&published);
    let stocks = shown::files(&shown::STOCKS, &held.counted.dates, counted, &told, &published)?;
    let dates = std::mem::take(&mut held.counted.dates);
    drop((held, told));
    let beside = Beside { references: &references, stocks: &published, data: &data };
    let against = before.as_ref().map(|(version, anew)| (version.as_str(), *anew));
    let moved = movements::of(store, &run, against, beside).await?;
    let passe_de = before.map(|(version, _)| version);
    let masquees = masquees + moved.masquees;
    let kept = stocks.into_iter().chain(moved.kept);
    (data.flux, data.cohortes) = (moved.flux, moved.cohortes);
    drop(published);
    let former = match &shown {
        Some(shown) => Some(revisions::manifest(store, &shown.version).await?),
        None => None,
    };
    let remplace = former.as_ref().and_then(|former| former.replaced(&run.today));
    let accepted = shown.as_ref().is_some_and(|shown| shown.losses_accepted);
    let before = former.as_ref().and_then(|former| former.organismes).filter(|_| !accepted);
    let carried = former.map(|former| revisions::carried(former, &dates, &run.today));
    let carried = carried.unwrap_or_default();
    data.revisions = revisions::since(store, &carried, &data).await?;
    data.journal = changes::since(store, remplace.as_deref(), &data, &run).await?;
    let past = Past { carried, remplace, passe_de, organismes, masquees };
    let version = Version::of(&data, &dates, &run, &past, press)?;
    refusal::check(&data, &version)?;
    refusal::loss(before, organismes)?;

    let switched = Switched {
        version: version.id.clone(),
        files: version.files.len(),
        size_bytes: version.files.iter().map(|file| file.size_bytes).sum(),
        withheld: masquees,
        counted_ms: None,
    };
    for (name, body) in kept {
        store.objects.put_once(&Key::Shown { version: version.id.clone(), name }, body).await?;
    }
    let writes =
        version.files.into_iter().map(|file| {
            let key = Key::Published { version: version.id.clone(), path: file.path.clone() };
            let (size_bytes, sha256) = (file.size_bytes, file.sha256);
            async move {
                store.objects.put_exactly(&key, size_bytes, &sha256, move || file.open()).await
            }
        });
    stream::iter(writes).buffer_unordered(WRITES).try_collect::<()>().await?;

    let latest = Latest {
        version: version.id,
        run: run.id,
        revision: run.revision,
        today: run.today,
        rolled_back_from: None,
        losses_accepted: false,
    };
    store.objects.swap(&Key::Latest, tag.as_deref(), serde_json::to_vec_pretty(&latest)?).await?;
    tracing::info!(version.id = latest.version, run.id = latest.run, "publication switched");
    Ok(Some(switched))
}

#[cfg(test)]
mod stranger;
