//! A file lands; it is judged row by row.
//!
//! | | |
//! | --- | --- |
//! | wakes on | `ObjectCreated` under `depots/`, through a queue |
//! | reads | the file, the deposit, the list of organisations |
//! | leaves | the report; when it is good, records, identities, one index transaction, a commit |
//! | run twice | same bytes to the same keys; only the first judgement counts |
//! | fails when | the store fails; never because the file is bad |

pub mod answer;
pub mod check;
pub mod read;
pub mod report;

use std::sync::Arc;

use anyhow::{Context as _, bail};
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use domain::record::{Identity, Record};
use domain::upload::{Deposit, State};
use domain::validate::Verdict;
use domain::vocabulary::{Day, KeySecret, Reference};
use futures_util::FutureExt as _;
use lambda_runtime::{LambdaEvent, service_fn};
use store::{Arrival, Config, Found, Key, Lot, Outcome, Shelf, Store, Wake};
use tokio::sync::Mutex;

use check::Circumstances;

/// What this step keeps between two files, beside the store.
#[derive(Debug)]
pub struct Desk {
    /// Makes the learner keys.
    learner_key: KeySecret,
    /// The list of organisations and the tag it bore when it was read.
    organisations: Mutex<Option<(String, Arc<Reference>)>>,
}

impl Desk {
    /// Nothing read yet.
    pub fn new(learner_key: KeySecret) -> Self {
        Self { learner_key, organisations: Mutex::default() }
    }

    /// The list of organisations as it is now; `None` when there is none.
    async fn organisations(&self, store: &Store) -> anyhow::Result<Option<Arc<Reference>>> {
        let mut kept = self.organisations.lock().await;
        let tag = kept.as_ref().map(|(tag, _)| tag.as_str());
        match store.objects.find_unless(&Key::Organisations, tag).await? {
            Found::Same => {}
            Found::Nothing => *kept = None,
            Found::New(csv, tag) => {
                *kept = Some((tag, Arc::new(store::read_organisations(&csv)?)));
            }
        }
        Ok(kept.as_ref().map(|(_, reference)| Arc::clone(reference)))
    }
}

/// Starts on AWS, or as a child of the local runner.
pub async fn run() -> anyhow::Result<()> {
    lambda_runtime::tracing::init_default_subscriber();
    let variable = |name| std::env::var(name).ok();
    let config = Config::from_env(&[Shelf::Inbox, Shelf::Lake, Shelf::Reports], variable)?;
    let secret = variable("LEARNER_KEY_SECRET")
        .context("the environment variable LEARNER_KEY_SECRET is not set")?;
    let secret = domain::upload::sha256_from_hex(&secret)
        .context("LEARNER_KEY_SECRET is not 64 hexadecimal digits")?;
    let desk = Desk::new(KeySecret::new(&secret));
    let Store { objects, index } = Store::new(&config);
    // Set on AWS only: one machine has no KMS.
    let objects = objects.with_identities_key(variable("IDENTITIES_KEY_ARN"));
    let store = Store { objects, index };
    let serve = |event: LambdaEvent<SqsEvent>| {
        let (store, desk) = (&store, &desk);
        async move { anyhow::Ok(handle(store, desk, &event.payload).await) }
    };
    lambda_runtime::run(service_fn(serve)).await.map_err(anyhow::Error::from_boxed)
}

/// Judges the files of a batch, each on its own: those that could not be judged come back alone.
pub async fn handle(store: &Store, desk: &Desk, event: &SqsEvent) -> SqsBatchResponse {
    let mut response = SqsBatchResponse::default();
    for message in &event.records {
        // Boxed: the futures of the SDK are too deep for the compiler to lay out in one piece.
        if let Err(error) = judge_message(store, desk, message).boxed().await {
            let id = message.message_id.clone().unwrap_or_default();
            tracing::error!(message.id = id, error = format!("{error:#}"), "file not judged");
            response.add_failure(id);
        }
    }
    response
}

async fn judge_message(store: &Store, desk: &Desk, message: &SqsMessage) -> anyhow::Result<()> {
    let Wake::Arrived(arrivals) = Wake::read(message)? else { return Ok(()) };
    for Arrival { path, at_ms } in arrivals {
        let Some(id) = Key::deposit_of(&path) else {
            tracing::warn!("an object that is no deposit arrived in the inbox");
            continue;
        };
        let today = store::paris_day(at_ms).context("the event has no time")?;
        judge(store, desk, id, today).await.with_context(|| format!("judge deposit {id}"))?;
    }
    Ok(())
}

async fn judge(store: &Store, desk: &Desk, id: &str, today: Day) -> anyhow::Result<()> {
    let Some(deposit) = store.index.deposit(id).await? else {
        bail!("the index does not know it");
    };
    match deposit.state {
        State::Opened => {}
        // Judged before, but perhaps killed before saying so: say it again.
        State::Validated | State::Superseded => return announce(store, id).await,
        State::Refused => return Ok(()),
    }
    let bytes = store.objects.get(&Key::Deposit { id: id.to_owned() }).await?;
    let reference = desk.organisations(store).await?;

    let declaration = &deposit.declaration;
    let circumstances = Circumstances {
        file_name: &declaration.file_name,
        sender: Some(declaration.organisation),
        school_year: Some(declaration.school_year),
        today,
        secret: &desk.learner_key,
        reference: reference.as_deref(),
    };
    let (mut records, mut identities) = (Vec::new(), Vec::new());
    let report = check::check(&bytes, &circumstances, &mut |record, identity| {
        records.push(record);
        identities.push(identity);
    });
    let answer = answer::files(&report, &bytes, &circumstances, None, false)?;
    drop(bytes);

    store.objects.put(&Key::Report { id: id.to_owned() }, report::to_json(&report)).await?;
    for file in answer {
        let key = Key::Answer { id: id.to_owned(), name: file.name.to_owned() };
        store.objects.put(&key, file.bytes).await?;
    }
    let outcome = if report.verdict == Verdict::Accepted {
        keep(store, &deposit, &mut records, &mut identities, today).await?
    } else {
        store.index.refuse(id).await?
    };
    tracing::info!(
        deposit.id = id,
        rows.read = report.rows.read,
        rows.accepted = report.rows.accepted,
        outcome = ?outcome,
        "file judged"
    );
    Ok(())
}

/// Stores what was accepted, then makes it count: the index transaction is the commit point.
async fn keep(
    store: &Store,
    deposit: &Deposit,
    records: &mut [Record],
    identities: &mut [Identity],
    today: Day,
) -> anyhow::Result<Outcome> {
    let declaration = &deposit.declaration;
    let lot = Lot {
        dataset: declaration.dataset,
        school_year: declaration.school_year,
        organisation: declaration.organisation,
        deposit: deposit.id.clone(),
    };
    let records = store::write_records(records)?;
    store.objects.put(&Key::Records(lot.clone()), records).await?;
    let identities = store::write_identities(identities)?;
    store.objects.put(&Key::Identities(lot), identities).await?;
    let outcome = store.index.accept(deposit, today).await?;
    announce(store, &deposit.id).await?;
    Ok(outcome)
}

/// Says that what counts has changed: this object's arrival wakes `aggregate`.
async fn announce(store: &Store, id: &str) -> anyhow::Result<()> {
    let body = serde_json::json!({ "deposit": id }).to_string();
    store.objects.put(&Key::Commit { id: id.to_owned() }, body).await?;
    Ok(())
}
