//! The line in one process, for the tests: the real storage, the real handlers, and a way to kill
//! it between any two things it does to the world.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]
#![expect(clippy::missing_panics_doc, reason = "the same")]

pub mod files;
pub mod logs;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use aws_smithy_runtime_api::shared::IntoShared as _;
use domain::upload::{Dataset, Declaration, Deposit, Mode, Request, State, hex};
use domain::vocabulary::{KeySecret, Organisation};
use local::aws::in_process::{self, Hook, Refusal, Verdict};
use local::aws::{Cloud, InProcessClient, Message};
use local::line;
use local::state::{Secrets, State as Folder};
use local::wiring::{SHELVES, bucket};
use serde_json::json;
use sha2::{Digest, Sha256};
use store::{Config, Key, Store};

/// The queues, in the order a file travels, and the function that reads each.
pub const QUEUES: [(&str, &str); 4] = [
    ("validate", "validate"),
    (DEAD_LETTERS, "validate"),
    ("aggregate", "aggregate"),
    ("publish", "publish"),
];

/// When everything happens, unless a test says otherwise: a world that asked the machine would be
/// counted on two days if midnight passed. In RFC 3339, and in milliseconds since 1970.
pub const NOW: (&str, i64) = ("2026-11-22T12:00:00.000Z", 1_795_348_800_000);

/// What could not be judged, which is read too.
pub const DEAD_LETTERS: &str = "validate-dead-letters";

/// One line, in a folder of its own that goes away with it.
#[derive(Debug)]
pub struct World {
    /// Storage and queues.
    pub cloud: Arc<Cloud>,
    /// Clients that nothing kills.
    pub store: Store,
    secrets: Secrets,
    _folder: tempfile::TempDir,
}

impl World {
    /// A new line that knows these organisations (`;` CSV), and nothing else.
    pub async fn new(organisations: &str) -> Self {
        logs::listen();
        let folder = tempfile::tempdir().unwrap();
        let state = Folder::open(folder.path()).unwrap();
        let secrets = Secrets {
            learner_key_secret: "5a".repeat(32),
            publication_key_secret: "7b".repeat(32),
            ..state.secrets().unwrap()
        };
        let cloud = line::open_cloud(&state, &secrets).unwrap();
        let store = line::store(&cloud, &secrets);
        store.index.create_table().await.unwrap();
        let bytes = organisations.as_bytes();
        let known = domain::vocabulary::Reference::default();
        let (report, lines) =
            validate::reference::check(Dataset::Organismes, "organismes.csv", bytes, &known);
        assert_eq!(report.verdict, domain::validate::Verdict::Accepted, "{}", report.sentence);
        store.put_reference(Dataset::Organismes, &lines.unwrap()).await.unwrap();
        Self { cloud, store, secrets, _folder: folder }
    }

    /// Opens a deposit and sends its file, as the door and the browser do together.
    pub async fn deposit(&self, id: &str, sender: Organisation, mode: Mode, file: &[u8]) {
        self.deposit_named(id, sender, mode, "effectifs.csv", file).await;
    }

    /// The same, with the name of the file.
    pub async fn deposit_named(
        &self,
        id: &str,
        sender: Organisation,
        mode: Mode,
        name: &str,
        file: &[u8],
    ) {
        let declaration = Declaration {
            organisation: sender,
            dataset: Dataset::Effectifs,
            school_year: files::YEAR.parse().unwrap(),
            mode,
            file_name: name.to_owned(),
            size_bytes: file.len() as u64,
            sha256: Sha256::digest(file).into(),
        };
        self.send(id, declaration, file).await;
    }

    async fn send(&self, id: &str, declaration: Declaration, file: &[u8]) {
        let opened_at = "2026-11-22T10:00:00Z".to_owned();
        let deposit = Deposit::opened(id.to_owned(), declaration, opened_at);
        self.store.index.open(&deposit).await.unwrap();
        self.store.objects.put(&Key::Deposit { id: id.to_owned() }, file.to_vec()).await.unwrap();
    }

    /// Asks something of a deposit, as the door does.
    pub async fn ask(&self, id: &str, what: Request) {
        let body = json!({ "deposit": id, "at": "2026-11-22T11:00:00Z", "by": "essai" });
        let key = Key::Request { id: id.to_owned(), what };
        self.store.objects.put_once(&key, body.to_string()).await.unwrap();
    }

    /// Takes what is in a queue, and leaves it there: whoever takes it next has it too.
    pub async fn take(&self, queue: &str) -> Vec<Message> {
        let mut messages = self.receive(queue).await;
        messages.sort_by(|one, other| one.id.cmp(&other.id));
        messages
    }

    /// What a queue gives, sent [`NOW`].
    pub async fn receive(&self, queue: &str) -> Vec<Message> {
        let mut messages = self.cloud.queue().receive(queue, 10, Duration::ZERO).await.unwrap();
        for message in &mut messages {
            message.sent_at_ms = NOW.1;
            // What storage did not send is left as it is.
            let body = serde_json::from_str::<serde_json::Value>(&message.body);
            if let Ok(mut body) = body
                && let Some(time) = body.pointer_mut("/Records/0/eventTime")
            {
                *time = NOW.0.into();
                message.body = body.to_string();
            }
        }
        messages
    }

    /// Gives `validate` one message of its queue, which must be settled.
    pub async fn deliver(&self, message: &Message) {
        let answer = self.deliver_to(message, &self.store).await;
        assert!(answer.is_some_and(|answer| answer.batch_item_failures.is_empty()));
    }

    /// The same, to a worker that may die.
    pub async fn deliver_to(&self, message: &Message, store: &Store) -> Option<SqsBatchResponse> {
        let one = [(message.id.as_str(), message.body.as_str(), message.sent_at_ms)];
        self.invoke("validate", store, &self.event(one.into_iter())).await
    }

    /// Clients that die as soon as they have judged this deposit, before they can say so.
    pub fn dies_judging(&self, id: &str) -> Store {
        let path = format!("/{id}/");
        let hook: Hook =
            Arc::new(
                move |_, request| {
                    if request.uri.path().contains(&path) { Verdict::Die } else { Verdict::Live }
                },
            );
        self.hooked(hook)
    }

    /// Drops a file of a reference dataset, by the operator.
    pub async fn deposit_reference(&self, id: &str, dataset: Dataset, file: &[u8]) {
        let declaration = Declaration {
            organisation: Organisation::operator().unwrap(),
            dataset,
            school_year: files::YEAR.parse().unwrap(),
            mode: Mode::Complete,
            file_name: format!("{dataset}.csv"),
            size_bytes: file.len() as u64,
            sha256: Sha256::digest(file).into(),
        };
        self.send(id, declaration, file).await;
    }

    /// Clients that die at the given moment: moments are counted around each thing done to the
    /// world, one before it and one after.
    pub fn mortal(&self, dies_at: usize) -> Store {
        let moments = AtomicUsize::new(0);
        let hook: Hook = Arc::new(move |_, _| {
            if moments.fetch_add(1, Ordering::SeqCst) == dies_at {
                Verdict::Die
            } else {
                Verdict::Live
            }
        });
        self.hooked(hook)
    }

    /// Clients that count the moments at which they could die.
    pub fn counted(&self) -> (Store, Arc<AtomicUsize>) {
        let moments = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&moments);
        let hook: Hook = Arc::new(move |_, _| {
            counter.fetch_add(1, Ordering::SeqCst);
            Verdict::Live
        });
        (self.hooked(hook), moments)
    }

    /// Clients that are refused some requests, as AWS refuses.
    pub fn refused(&self, refusal: Refusal) -> Store {
        self.clients(self.cloud.http_client().with_refusal(refusal))
    }

    fn hooked(&self, hook: Hook) -> Store {
        self.clients(self.cloud.http_client().with_hook(hook))
    }

    fn clients(&self, client: InProcessClient) -> Store {
        Store::new(&Config {
            s3_endpoint: Some(in_process::S3_ENDPOINT.to_owned()),
            dynamodb_endpoint: Some(in_process::DYNAMODB_ENDPOINT.to_owned()),
            http_client: Some(client.into_shared()),
            ..line::config(&self.secrets)
        })
    }

    /// The variables of the functions, where storage and the index are served at these addresses.
    pub fn environment(&self, s3: &str, dynamodb: &str) -> HashMap<&'static str, String> {
        line::environment(&self.secrets, s3, dynamodb, s3, publish::Rhythm::default())
    }

    /// Takes what is in a queue, once, and gives it to its function. Whatever fails, or is left by
    /// a dead worker, is visible again at once. Answers how many messages were taken.
    pub async fn turn(&self, queue: &str, store: &Store) -> usize {
        let messages = self.receive(queue).await;
        if messages.is_empty() {
            return 0;
        }
        let messages_of = messages.iter();
        let event = self.event_of(
            queue,
            messages_of.map(|one| (one.id.as_str(), one.body.as_str(), one.sent_at_ms)),
        );
        let function = QUEUES.iter().find(|(name, _)| *name == queue).unwrap().1;
        let answer = self.invoke(function, store, &event).await;
        for message in &messages {
            let failed = answer.as_ref().is_none_or(|answer| {
                answer.batch_item_failures.iter().any(|one| one.item_identifier == message.id)
            });
            if !failed {
                self.cloud.queue().delete(&message.receipt).await.unwrap();
            }
        }
        messages.len()
    }

    /// Lets everything that waits go through, to the last page.
    pub async fn drain(&self, store: &Store) {
        while self.sweep(store).await > 0 {}
    }

    /// One turn of each queue, in the order a file travels.
    pub async fn sweep(&self, store: &Store) -> usize {
        let mut taken = 0;
        for (queue, _) in QUEUES {
            taken += self.turn(queue, store).await;
        }
        taken
    }

    /// Calls a function as its runtime would. `None` when it failed as a whole.
    pub async fn invoke(
        &self,
        function: &str,
        store: &Store,
        event: &SqsEvent,
    ) -> Option<SqsBatchResponse> {
        match function {
            "validate" => Some(validate::handle(store, &self.desk(), event).await),
            "aggregate" => aggregate::handle(store, event).await.ok(),
            "publish" => {
                let signer = publish::Signer::from_hex(&self.secrets.publication_key_secret);
                let press =
                    publish::Press { signer: Some(signer.unwrap()), ..publish::Press::default() };
                Some(publish::handle(store, &press, event).await)
            }
            other => panic!("no function {other} reads a queue"),
        }
    }

    /// The event of a batch of the first queue of a function, as AWS sends it.
    pub fn event<'a>(&self, messages: impl Iterator<Item = (&'a str, &'a str, i64)>) -> SqsEvent {
        self.event_of("", messages)
    }

    /// The event of a batch of this queue.
    pub fn event_of<'a>(
        &self,
        queue: &str,
        messages: impl Iterator<Item = (&'a str, &'a str, i64)>,
    ) -> SqsEvent {
        let records: Vec<_> = messages
            .map(|(id, body, sent_at_ms)| {
                json!({
                    "messageId": id,
                    "receiptHandle": id,
                    "body": body,
                    "attributes": { "SentTimestamp": sent_at_ms.to_string() },
                    "messageAttributes": {},
                    "eventSource": "aws:sqs",
                    "eventSourceARN": local::pump::arn(queue),
                })
            })
            .collect();
        serde_json::from_value(json!({ "Records": records })).unwrap()
    }

    /// The desk of `validate`, as its runtime makes it.
    pub fn desk(&self) -> validate::Desk {
        let secret = domain::upload::sha256_from_hex(&self.secrets.learner_key_secret);
        validate::Desk::new(KeySecret::new(&secret.unwrap()))
            .with_dead_letters(local::pump::arn(DEAD_LETTERS))
    }

    /// What the index says of a deposit.
    pub async fn found(&self, id: &str) -> Deposit {
        self.store.index.deposit(id).await.unwrap().unwrap()
    }

    /// Where a deposit stands, given what counts.
    pub async fn state(&self, id: &str) -> State {
        let deposit = self.found(id).await;
        let current = self.store.index.current_of(&deposit.declaration).await.unwrap();
        deposit.standing(&current.map(|current| current.deposits).unwrap_or_default())
    }

    /// The report of a deposit that was judged: the one its transaction named.
    pub async fn report(&self, id: &str) -> serde_json::Value {
        let version = self.found(id).await.judged.unwrap().report;
        let key = Key::Report { id: id.to_owned(), version };
        serde_json::from_slice(&self.store.objects.get(&key).await.unwrap()).unwrap()
    }

    /// Every object that the line left, by its path and the SHA-256 of its bytes, and what the
    /// index says of the deposits.
    pub async fn left(&self) -> BTreeMap<String, String> {
        let mut left = BTreeMap::new();
        for shelf in SHELVES {
            for path in self.paths(bucket(shelf)).await {
                let object = self.cloud.object(bucket(shelf), &path).await.unwrap().unwrap();
                let bytes = files::bytes(object.body).await;
                left.insert(format!("{}/{path}", bucket(shelf)), hex(&Sha256::digest(&bytes)));
            }
        }
        for current in self.store.index.current(Dataset::Effectifs).await.unwrap() {
            for deposit in &current.deposits {
                let state = self.store.index.deposit(&deposit.id).await.unwrap().unwrap().state;
                left.insert(format!("index/{}", deposit.id), state.as_str().to_owned());
            }
            left.insert(format!("index/{}", current.organisation), format!("{current:?}"));
        }
        left
    }

    /// A client that may do what the line never does.
    fn client(&self) -> aws_sdk_s3::Client {
        let config = line::config(&self.secrets);
        aws_sdk_s3::Client::from_conf(
            aws_sdk_s3::Config::builder()
                .behavior_version_latest()
                .region(aws_sdk_s3::config::Region::new(config.region))
                .credentials_provider(aws_sdk_s3::config::Credentials::new(
                    config.access_key_id,
                    config.secret_access_key,
                    None,
                    None,
                    "tests",
                ))
                .endpoint_url(in_process::S3_ENDPOINT)
                .force_path_style(true)
                .http_client(self.cloud.http_client())
                .build(),
        )
    }

    /// Loses an object, as an operator by mistake.
    pub async fn lose(&self, bucket: &str, path: &str) {
        self.client().delete_object().bucket(bucket).key(path).send().await.unwrap();
    }

    /// The paths of a bucket, in order.
    pub async fn paths(&self, bucket: &str) -> Vec<String> {
        let client = self.client();
        let mut pages = client.list_objects_v2().bucket(bucket).into_paginator().send();
        let mut paths = Vec::new();
        while let Some(page) = pages.next().await {
            paths.extend(
                page.unwrap()
                    .contents()
                    .iter()
                    .filter_map(|object| object.key().map(str::to_owned)),
            );
        }
        paths
    }

    /// Judges every file that waits, as if it had arrived at this moment.
    pub async fn judge_all(&self, at: &str) {
        let messages = self.receive("validate").await;
        for message in &messages {
            let mut body: serde_json::Value = serde_json::from_str(&message.body).unwrap();
            body["Records"][0]["eventTime"] = at.into();
            let body = body.to_string();
            let event = self.event([(message.id.as_str(), body.as_str(), 0)].into_iter());
            let answer = self.invoke("validate", &self.store, &event).await.unwrap();
            assert!(answer.batch_item_failures.is_empty());
            self.cloud.queue().delete(&message.receipt).await.unwrap();
        }
    }

    /// The publication that the public reads.
    pub async fn version(&self) -> String {
        let latest = self.store.objects.get(&Key::Latest).await.unwrap();
        serde_json::from_slice::<publish::Latest>(&latest).unwrap().version
    }

    /// What the public reads at this path of the site.
    pub async fn page(&self, path: &str) -> Option<String> {
        Some(String::from_utf8(self.file(path).await?).unwrap())
    }

    /// The bytes that the public reads at this path of the site.
    pub async fn file(&self, path: &str) -> Option<Vec<u8>> {
        self.store.objects.find(&Key::Latest).await.unwrap()?;
        let key = Key::Published { version: self.version().await, path: path.to_owned() };
        Some(self.store.objects.find(&key).await.unwrap()?.to_vec())
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(logs::leaks(), [""; 0], "a line of the log names a learner");
        }
    }
}
