//! The whole line in this process: storage, queues, functions, night and door, wired together.
//!
//! [`Line::start`] opens the door; [`Line::count`] lets the figures be made. They are apart so
//! that a first start counts its demonstration once, when all of it has arrived. Nothing is lost
//! in between, or when the process dies: what was announced waits in the queues.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use aws_smithy_runtime_api::shared::IntoShared as _;
use domain::upload::Dataset;
use domain::validate::reference;
use publish::Rhythm;
use store::keys::Shelf;
use store::{Config, Store};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::aws::{Cloud, Credentials, Notification, QueueSettings, REGION, in_process};
use crate::demo::Demo;
use crate::pump;
use crate::references;
use crate::runtime::{Functions, Launch};
use crate::schedule;
use crate::serve::{self, stopped};
use crate::state::{Held, Running, Secrets, State};
use crate::web::Web;
use crate::wiring::{self, Function, LINE, SHELVES, Source, Wake, bucket};

/// How long work under way may take to end once the line is told to stop.
const GRACE: Duration = Duration::from_secs(8);

/// Marks a state folder whose demonstration has arrived.
pub const DEMO_MARK: &str = "demo";

/// What to start, and where.
#[derive(Debug, Clone)]
pub struct Options {
    /// The state folder.
    pub state: PathBuf,
    /// The port of the web server; 0 for any.
    pub port: u16,
    /// The binary of `tableau`, which the functions are run with.
    pub program: PathBuf,
    /// A reference list of organisations to put in place.
    pub organisations: Option<PathBuf>,
    /// A folder of reference datasets to put in place.
    pub references: Option<PathBuf>,
    /// Whether the fictional centres of the demonstration are listed too.
    pub demo: bool,
    /// How often the public reads something new.
    pub rhythm: Rhythm,
}

/// A running line.
#[derive(Debug)]
pub struct Line {
    state: Arc<State>,
    cloud: Arc<Cloud>,
    store: Store,
    functions: Functions,
    port: u16,
    /// Stops what brings work in; `halt` then stops what work relies on.
    stop: watch::Sender<bool>,
    halt: watch::Sender<bool>,
    work: JoinSet<()>,
    services: JoinSet<()>,
    _held: Held,
}

impl Line {
    /// Opens the state folder and the door. Files are validated; nothing is counted yet.
    pub async fn start(options: &Options) -> anyhow::Result<Self> {
        let state = Arc::new(State::open(&options.state)?);
        let Some(held) = state.hold()? else {
            bail!(
                "la ligne tourne déjà sur ce dossier d'état ; choisissez-en un autre avec --state"
            );
        };
        let secrets = state.secrets()?;
        let cloud = open_cloud(&state, &secrets)?;
        let store = store(&cloud, &secrets);
        store.index.create_table().await.context("create the index")?;
        put_references(&store, options).await?;

        let (stop, stopping) = watch::channel(false);
        let (halt, halting) = watch::channel(false);
        let (mut work, mut services) = (JoinSet::new(), JoinSet::new());
        let (s3, dynamodb) = (loopback(0).await?, loopback(0).await?);
        let door = loopback(options.port).await?;
        let (s3_url, dynamodb_url) = (url(&s3)?, url(&dynamodb)?);
        let port = door.local_addr()?.port();
        {
            let (cloud, halting) = (Arc::clone(&cloud), halting.clone());
            services.spawn(async move {
                let served = cloud.serve_s3(s3, stopped(&halting)).await;
                report("S3", served);
            });
        }
        {
            let (cloud, halting) = (Arc::clone(&cloud), halting.clone());
            services.spawn(async move {
                let halted = async move { stopped(&halting).await };
                report("DynamoDB", cloud.serve_dynamodb(dynamodb, halted).await);
            });
        }
        let launch = Launch {
            program: options.program.clone(),
            log: state.path("functions.log"),
            environment: environment(
                &secrets,
                &s3_url,
                &dynamodb_url,
                &url(&door)?,
                options.rhythm,
            ),
        };
        let functions = Functions::open(&LINE, launch, halting).await?;
        let web = Arc::new(Web { cloud: Arc::clone(&cloud), functions: functions.clone(), port });
        work.spawn(serve::serve(door, stopping, move |request| {
            let web = Arc::clone(&web);
            async move { web.answer(request).await }
        }));
        state.set_running(Some(&Running {
            web: format!("http://127.0.0.1:{port}"),
            s3: s3_url,
            dynamodb: dynamodb_url,
        }))?;
        let mut line =
            Self { state, cloud, store, functions, port, stop, halt, work, services, _held: held };
        line.feed(|shelf| shelf == Shelf::Inbox);
        Ok(line)
    }

    /// Lets the figures and the pages be made, now and every night.
    pub fn count(&mut self) {
        self.feed(|shelf| shelf != Shelf::Inbox);
        let (state, stop) = (Arc::clone(&self.state), self.stop.subscribe());
        let cloud = Arc::clone(&self.cloud);
        self.work.spawn(async move {
            let send = || {
                let queue = cloud.queue().clone();
                async move {
                    queue.send(wiring::AGGREGATE, schedule::MESSAGE, Duration::ZERO).await?;
                    Ok(())
                }
            };
            if let Err(error) = schedule::run(&state, send, stop).await {
                tracing::error!(error = format!("{error:#}"), "the nightly count is stopped");
            }
        });
    }

    fn feed(&mut self, woken_from: impl Fn(Shelf) -> bool) {
        for function in &LINE {
            let Wake::Queue(source) = &function.wake else { continue };
            if !woken_from(source.shelf) {
                continue;
            }
            for _ in 0..function.concurrency {
                self.pump(function, source, function.name.to_owned());
            }
            if source.reads_dead_letters {
                self.pump(function, source, wiring::dead_letters(function.name));
            }
        }
    }

    /// Feeds a function from a queue.
    fn pump(&mut self, function: &'static Function, source: &'static Source, queue: String) {
        let (cloud, functions) = (Arc::clone(&self.cloud), self.functions.clone());
        let stop = self.stop.subscribe();
        self.work.spawn(async move {
            let invoke = |event| {
                let functions = functions.clone();
                async move { functions.invoke(function.name, &event).await }
            };
            pump::run(cloud.queue(), &queue, source, invoke, stop).await;
        });
    }

    /// The address people read.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Its storage and its index.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Its cloud.
    pub fn cloud(&self) -> &Arc<Cloud> {
        &self.cloud
    }

    /// Its state folder.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// How many messages a function has yet to settle.
    pub async fn waiting(&self, function: &str) -> anyhow::Result<u64> {
        Ok(self.cloud.queue().depth(function).await?)
    }

    /// Stops: what is under way ends, or is left to the next start.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        self.stop.send_replace(true);
        if !ended(&mut self.work, GRACE).await {
            tracing::warn!("some work did not end in time; the next start takes it up again");
        }
        self.functions.close().await;
        self.halt.send_replace(true);
        ended(&mut self.services, Duration::from_secs(1)).await;
        self.state.set_running(None)
    }
}

/// Whether all of these ended in time.
async fn ended(tasks: &mut JoinSet<()>, patience: Duration) -> bool {
    let all = async { while tasks.join_next().await.is_some() {} };
    tokio::time::timeout(patience, all).await.is_ok()
}

/// The cloud of a state folder that this process holds.
pub fn open_cloud(state: &State, secrets: &Secrets) -> anyhow::Result<Arc<Cloud>> {
    let sources = || {
        LINE.iter().filter_map(|function: &Function| match &function.wake {
            Wake::Queue(source) => Some((function.name, source)),
            Wake::Http => None,
        })
    };
    let notifications = sources().flat_map(|(queue, source)| {
        source.prefixes.iter().map(move |prefix| Notification {
            bucket: bucket(source.shelf).to_owned(),
            prefix: (*prefix).to_owned(),
            suffix: String::new(),
            queue: queue.to_owned(),
        })
    });
    let queues = sources().map(|(queue, source)| QueueSettings {
        name: queue.to_owned(),
        max_receives: source.max_receives,
        dead_letters: source.reads_dead_letters.then(|| wiring::dead_letters(queue)),
    });
    let credentials = Credentials {
        access_key: secrets.access_key_id.clone(),
        secret_key: secrets.secret_access_key.clone(),
    };
    Cloud::open(
        &state.path("cloud"),
        &credentials,
        &SHELVES.map(bucket),
        notifications.collect(),
        queues.collect(),
    )
    .context("open the storage")
}

/// The clients of this process on its own cloud.
pub fn store(cloud: &Cloud, secrets: &Secrets) -> Store {
    Store::new(&Config {
        s3_endpoint: Some(in_process::S3_ENDPOINT.to_owned()),
        dynamodb_endpoint: Some(in_process::DYNAMODB_ENDPOINT.to_owned()),
        http_client: Some(cloud.http_client().into_shared()),
        ..config(secrets)
    })
}

/// The clients of a command on a state folder, and the right to it. While the line runs it alone
/// holds the folder: storage and index are then reached at the addresses it wrote there.
pub fn reach(state: &State) -> anyhow::Result<(Option<Held>, Store)> {
    let secrets = state.secrets()?;
    if let Some(held) = state.hold()? {
        let cloud = open_cloud(state, &secrets)?;
        return Ok((Some(held), store(&cloud, &secrets)));
    }
    let Running { s3, dynamodb, .. } = state.running()?;
    let (s3_endpoint, dynamodb_endpoint) = (Some(s3), Some(dynamodb));
    Ok((None, Store::new(&Config { s3_endpoint, dynamodb_endpoint, ..config(&secrets) })))
}

/// What every client of the line has in common; the endpoints are still to be said.
pub fn config(secrets: &Secrets) -> Config {
    Config {
        region: REGION.to_owned(),
        access_key_id: secrets.access_key_id.clone(),
        secret_access_key: secrets.secret_access_key.clone(),
        session_token: None,
        s3_endpoint: None,
        dynamodb_endpoint: None,
        upload_endpoint: None,
        index_table: wiring::INDEX_TABLE.to_owned(),
        buckets: SHELVES.map(|shelf| (shelf, bucket(shelf).to_owned())).to_vec(),
        http_client: None,
    }
}

/// Every variable of the line.
pub fn environment(
    secrets: &Secrets,
    s3: &str,
    dynamodb: &str,
    door: &str,
    rhythm: Rhythm,
) -> HashMap<&'static str, String> {
    let mut environment = HashMap::from([
        ("AWS_REGION", REGION.to_owned()),
        ("AWS_ACCESS_KEY_ID", secrets.access_key_id.clone()),
        ("AWS_SECRET_ACCESS_KEY", secrets.secret_access_key.clone()),
        ("AWS_ENDPOINT_URL_S3", s3.to_owned()),
        ("AWS_ENDPOINT_URL_DYNAMODB", dynamodb.to_owned()),
        ("UPLOAD_ENDPOINT_URL", door.to_owned()),
        ("INDEX_TABLE", wiring::INDEX_TABLE.to_owned()),
        ("LEARNER_KEY_SECRET", secrets.learner_key_secret.clone()),
        ("PUBLICATION_KEY_SECRET", secrets.publication_key_secret.clone()),
        ("PUBLICATION_RHYTHM", rhythm.as_str().to_owned()),
        // No robot reads it here, and the same figures are the same bytes at any port.
        ("SITE_ADDRESS", String::new()),
        ("DEAD_LETTERS_ARN", pump::arn(&wiring::dead_letters(wiring::VALIDATE))),
    ]);
    environment.extend(SHELVES.map(|shelf| (shelf.variable(), bucket(shelf).to_owned())));
    environment
}

/// Puts the reference datasets in place: those that are given, the fictional centres with the
/// organisations when the demonstration is wanted; else whatever is already there.
async fn put_references(store: &Store, options: &Options) -> anyhow::Result<()> {
    let mut given = match &options.references {
        Some(folder) => references::folder(folder)?,
        None => Vec::new(),
    };
    if let Some(path) = &options.organisations {
        given.retain(|(dataset, _)| *dataset != Dataset::Organismes);
        given.push((Dataset::Organismes, references::read(Dataset::Organismes, path)?));
    }
    let known = store.index.references().await?;
    let is_known = known.iter().any(|known| known.dataset == Dataset::Organismes);
    if !is_known && !given.iter().any(|(dataset, _)| *dataset == Dataset::Organismes) {
        given.push((Dataset::Organismes, Vec::new()));
    }
    for (dataset, mut lines) in given {
        if dataset == Dataset::Organismes && options.demo {
            lines.extend(Demo::reference().iter().cloned().map(reference::Line::Organisme));
            lines.sort_by_key(reference::Line::key);
            lines.dedup_by_key(|line| line.key());
        }
        store.put_reference(dataset, &lines).await.context("put the reference datasets")?;
    }
    Ok(())
}

async fn loopback(port: u16) -> anyhow::Result<TcpListener> {
    let bound = TcpListener::bind(("127.0.0.1", port)).await;
    bound.with_context(|| {
        format!("le port {port} n'est pas libre ; choisissez-en un autre avec --port")
    })
}

fn url(listener: &TcpListener) -> anyhow::Result<String> {
    Ok(format!("http://{}", listener.local_addr()?))
}

fn report<E: std::fmt::Display>(name: &str, served: Result<(), E>) {
    if let Err(error) = served {
        tracing::error!(%error, "{name} is stopped");
    }
}
