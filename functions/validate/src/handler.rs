//! What is done of each message: fetch, judge, store.

use std::borrow::Cow;
use std::sync::{Arc, PoisonError};

use anyhow::{Context as _, bail};
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use domain::merge::merge;
use domain::record::{Identity, Record};
use domain::upload::{
    Asked, Counting, Dataset, Deposit, Judged, Reply, Request, State, counting_after, hex,
};
use domain::validate::{
    Changes, Counts, ELSEWHERE, File, Refusal, Report, Tally, Verdict, preview, what_changed,
};
use domain::vocabulary::{Day, KeySecret, Reference};
use futures_util::{FutureExt as _, StreamExt as _, TryStreamExt as _, stream};
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::{
    Arrival, Calls, Config, Current, CurrentReference, Key, Kind, Lot, Outcome, Shelf, Store,
    Versions, Wake,
};
use tokio::sync::Mutex;

use crate::check::{self, Circumstances};
use crate::{answer, reference, report};

/// How often a file is compared again when what counts moves meanwhile.
const TRIES: u32 = 5;
/// How many files of records are fetched at once.
const FETCHES: usize = 16;

/// What this step keeps between two files, beside the store.
#[derive(Debug)]
pub struct Desk {
    /// Makes the learner keys.
    learner_key: KeySecret,
    /// The queue of what died in ours.
    dead_letters: Option<String>,
    /// The list of organisations and the SHA-256 of its version.
    organisations: Mutex<Option<(String, Arc<Reference>)>>,
    /// What moved since it was last told.
    moved: std::sync::Mutex<Vec<Moved>>,
}

/// A deposit that this step moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// Where it stands now.
    pub state: State,
    /// The rows of its file, when it was judged.
    pub rows: Counts,
    /// When what moved it arrived, in milliseconds since 1970.
    pub arrived_ms: i64,
}

impl Desk {
    /// Nothing read yet.
    pub fn new(learner_key: KeySecret) -> Self {
        let (organisations, moved) = Default::default();
        Self { learner_key, dead_letters: None, organisations, moved }
    }

    /// Takes what comes from the queue of this ARN for files that could not be judged.
    #[must_use]
    pub fn with_dead_letters(self, arn: String) -> Self {
        Self { dead_letters: Some(arn), ..self }
    }

    /// What moved since this was last asked. What was moved before is not moved again, so a message
    /// that comes twice is here once.
    pub fn take_moved(&self) -> Vec<Moved> {
        std::mem::take(&mut *self.moved.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn note(&self, outcome: Outcome, rows: Counts, arrived_ms: i64) {
        if let Outcome::Now(state) = outcome {
            let moved = Moved { state, rows, arrived_ms };
            self.moved.lock().unwrap_or_else(PoisonError::into_inner).push(moved);
        }
    }

    /// The list of organisations as it is now; `None` when there is none. Read again only when
    /// another version counts.
    async fn organisations(&self, store: &Store) -> anyhow::Result<Option<Arc<Reference>>> {
        let current = store.index.references().await?;
        let current = current.into_iter().find(|it| it.dataset == Dataset::Organismes);
        let mut kept = self.organisations.lock().await;
        match current {
            None => *kept = None,
            Some(current) if kept.as_ref().is_some_and(|(sha256, _)| *sha256 == current.sha256) => {
            }
            Some(CurrentReference { dataset, sha256, .. }) => {
                let versions = Versions::from([(dataset, sha256.clone())]);
                let references = store.references(&versions).await?;
                *kept = Some((sha256, Arc::new(references.organisations)));
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
    let dead_letters = variable("DEAD_LETTERS_ARN")
        .context("the environment variable DEAD_LETTERS_ARN is not set")?;
    let desk = Desk::new(KeySecret::new(&secret)).with_dead_letters(dead_letters);
    // Set on AWS only: one machine has no KMS.
    let store = Store::new(&config).with_identities_key(variable("IDENTITIES_KEY_ARN"));
    // Before the first file: the list of organisations is read, and with it connections are open.
    store::before_the_first_event(desk.organisations(&store).boxed()).await;
    let serve = |event: LambdaEvent<SqsEvent>| {
        let (store, desk) = (&store, &desk);
        async move {
            let before = store.calls();
            let answer = handle(store, desk, &event.payload).await;
            let at_ms = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_millis();
            let function = &event.context.env_config.function_name;
            for line in metrics(&desk.take_moved(), store.calls() - before, function, at_ms) {
                store::say_metric(&line);
            }
            anyhow::Ok(answer)
        }
    };
    lambda_runtime::run(service_fn(serve)).await.map_err(anyhow::Error::from_boxed)
}

/// The lines of the log that are metrics: deposits by where they stand, their rows by level, how long
/// each waited, what all of it asked of storage.
pub fn metrics(moved: &[Moved], calls: Calls, function: &str, at_ms: u128) -> Vec<String> {
    let mut lines = Vec::new();
    for one in moved {
        let deposit = [("Deposits", "Count", 1.0)];
        let outcome = [("Outcome", one.state.as_str())];
        lines.push(store::metrics_line(function, &outcome, &deposit, "deposit moved", at_ms));
        let Counts { accepted, set_aside, corrected, advised, .. } = one.rows;
        let waited = (at_ms as i64).saturating_sub(one.arrived_ms).max(0);
        let rows = [
            ("RowsAccepted", "Count", f64::from(accepted)),
            ("RowsSetAside", "Count", f64::from(set_aside)),
            ("RowsCorrected", "Count", f64::from(corrected)),
            ("RowsAdvised", "Count", f64::from(advised)),
            ("FileWaited", "Milliseconds", waited as f64),
        ];
        lines.push(store::metrics_line(function, &[], &rows, "rows judged", at_ms));
    }
    lines.push(store::metrics_line(function, &[], &calls.metrics(), "calls", at_ms));
    lines
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
    // What comes from there was given up by those who tried to judge it.
    let given_up = desk.dead_letters.is_some() && message.event_source_arn == desk.dead_letters;
    for Arrival { path, at_ms } in arrivals {
        let day = store::paris_day(at_ms).context("the event has no time")?;
        let (id, asked) = match (Key::deposit_of(&path), Key::request_of(&path)) {
            (Some(id), _) => (id, None),
            (_, Some((id, request))) => (id, Some(request)),
            (None, None) => {
                tracing::warn!("an object that is no deposit arrived in the inbox");
                continue;
            }
        };
        let Some(deposit) = store.index.deposit(id).await? else {
            bail!("the index does not know deposit {id}");
        };
        let noted = Noted { desk, at_ms };
        let done = match (asked, given_up) {
            (Some(Request::Withdrawal), _) => withdraw(store, &noted, &deposit).await,
            (_, true) => give_up(store, &noted, &deposit, day).await,
            (Some(Request::Confirmation), false) => confirm(store, &noted, &deposit).await,
            (None, false) => judge(store, &noted, &deposit, day).await,
        };
        done.with_context(|| format!("deposit {id}"))?;
    }
    Ok(())
}

/// Where what becomes of a deposit is written down, for the metrics.
pub(crate) struct Noted<'a> {
    desk: &'a Desk,
    at_ms: i64,
}

impl Noted<'_> {
    pub(crate) fn moved(&self, outcome: Outcome, rows: Counts) {
        self.desk.note(outcome, rows, self.at_ms);
    }
}

/// A file arrived.
async fn judge(
    store: &Store,
    noted: &Noted<'_>,
    deposit: &Deposit,
    day: Day,
) -> anyhow::Result<()> {
    match deposit.state {
        State::Opened => {
            let bytes = store.objects.get(&Key::Deposit { id: deposit.id.clone() }).await?;
            settle(store, noted, deposit, &bytes, day, None).await
        }
        // Judged before, but perhaps killed before saying so: say it again.
        State::Validated | State::Superseded => announce(store, &deposit.id).await,
        State::ToConfirm | State::Refused | State::Withdrawn => Ok(()),
    }
}

/// Its sender says that it is meant: the file is judged as on its first day. Nothing of it was kept
/// meanwhile.
async fn confirm(store: &Store, noted: &Noted<'_>, deposit: &Deposit) -> anyhow::Result<()> {
    match deposit.reply_to(Request::Confirmation) {
        Reply::Granted => {
            let day = deposit.judged.as_ref().context("it was never judged")?.day;
            match store.objects.find(&Key::Deposit { id: deposit.id.clone() }).await? {
                Some(bytes) => {
                    let asked = asked(store, &deposit.id, Request::Confirmation).await?;
                    settle(store, noted, deposit, &bytes, day, Some(&asked)).await
                }
                // The inbox forgets.
                None => give_up(store, noted, deposit, day).await,
            }
        }
        Reply::AlreadyDone => announce(store, &deposit.id).await,
        Reply::Pointless => Ok(()),
    }
}

/// Its sender takes it back.
async fn withdraw(store: &Store, noted: &Noted<'_>, deposit: &Deposit) -> anyhow::Result<()> {
    match deposit.reply_to(Request::Withdrawal) {
        Reply::Granted => {
            let asked = asked(store, &deposit.id, Request::Withdrawal).await?;
            let outcome = store.index.withdraw(deposit, &asked).await?;
            noted.moved(outcome, Counts::default());
            tracing::info!(deposit.id, ?outcome, "deposit withdrawn");
            announce(store, &deposit.id).await
        }
        Reply::AlreadyDone => announce(store, &deposit.id).await,
        Reply::Pointless => Ok(()),
    }
}

/// Who asked, and when, as the door wrote it down.
async fn asked(store: &Store, id: &str, what: Request) -> anyhow::Result<Asked> {
    let key = Key::Request { id: id.to_owned(), what };
    let request: Value = serde_json::from_slice(&store.objects.get(&key).await?)
        .context("the request is not JSON")?;
    let text = |name: &str| request[name].as_str().map(str::to_owned);
    Ok(Asked {
        at: text("at").context("the request has no date")?,
        by: text("by").context("the request names no key")?,
    })
}

/// Judging this file failed every time, perhaps by killing the process: it is refused without
/// being looked at again. A deposit judged meanwhile is left alone.
async fn give_up(
    store: &Store,
    noted: &Noted<'_>,
    deposit: &Deposit,
    day: Day,
) -> anyhow::Result<()> {
    match deposit.state {
        State::Opened | State::ToConfirm => {}
        State::Validated | State::Superseded => return announce(store, &deposit.id).await,
        State::Refused | State::Withdrawn => return Ok(()),
    }
    let declaration = &deposit.declaration;
    let file = File {
        name: declaration.file_name.clone(),
        size_bytes: declaration.size_bytes,
        sha256: hex(&declaration.sha256),
        ..File::default()
    };
    let report = Tally::default().finish(file, None, vec![Refusal::NotJudged]);
    let page = answer::page(&report, day);
    let judged = leave(store, &deposit.id, &report, vec![page], day).await?;
    let outcome = store.index.refuse(deposit, &judged, false).await?;
    noted.moved(outcome, Counts::default());
    tracing::error!(deposit.id, ?outcome, "file given up");
    Ok(())
}

/// Judges a file and moves its deposit, and what counts, in one transaction.
async fn settle(
    store: &Store,
    noted: &Noted<'_>,
    deposit: &Deposit,
    bytes: &[u8],
    day: Day,
    confirmed: Option<&Asked>,
) -> anyhow::Result<()> {
    let desk = noted.desk;
    let reference = desk.organisations(store).await?;
    let declaration = &deposit.declaration;
    if declaration.dataset.is_reference() {
        let known = reference.unwrap_or_default();
        return reference::receive(store, noted, deposit, bytes, &known, day).await;
    }
    let circumstances = Circumstances {
        file_name: &declaration.file_name,
        sender: Some(declaration.organisation),
        school_year: Some(declaration.school_year),
        today: day,
        secret: &desk.learner_key,
        reference: reference.as_deref(),
    };
    let mut kept = Kept::default();
    let report = check::check(bytes, &circumstances, &mut |record, identity| {
        kept.records.push(record.clone());
        kept.identities.push(identity.clone());
    });
    let mut written = false;
    for tries in 1.. {
        let seen = match report.verdict {
            Verdict::Accepted => store.index.current_of(declaration).await?,
            Verdict::Refused | Verdict::ToConfirm => None,
        };
        let mut report = report.clone();
        let mut after = Cow::Borrowed(&kept.records);
        if let Some(seen) = seen.as_ref().filter(|seen| !seen.deposits.is_empty()) {
            let (changes, together) = compare(store, deposit, seen, &kept.records, day).await?;
            report.compare(changes, confirmed.is_some());
            after = Cow::Owned(together);
        }
        if report.verdict != Verdict::Refused {
            report.preview = Some(preview(&after, reference.as_deref(), day));
        }
        let changes = report.changes.as_ref();
        let answer = answer::files(&report, bytes, &circumstances, changes, false)?;
        let judged = leave(store, &deposit.id, &report, answer, day).await?;
        if report.verdict == Verdict::Accepted && !written {
            keep(store, deposit, &mut kept).await?;
            written = true;
        }
        let outcome = match (report.verdict, &seen) {
            (Verdict::Accepted, seen) => {
                store.index.accept(deposit, &judged, seen.as_ref(), confirmed).await
            }
            (Verdict::ToConfirm, Some(seen)) => {
                store.index.ask_to_confirm(deposit, &judged, seen).await
            }
            (Verdict::ToConfirm | Verdict::Refused, _) => {
                store.index.refuse(deposit, &judged, true).await
            }
        };
        // What counts moved while we compared: compare again.
        let moved = |error: &store::Error| error.kind() == Kind::Conflict;
        if tries < TRIES && outcome.as_ref().is_err_and(moved) {
            continue;
        }
        let outcome = outcome?;
        noted.moved(outcome, report.rows);
        tracing::info!(
            deposit.id,
            rows.read = report.rows.read,
            rows.accepted = report.rows.accepted,
            ?outcome,
            "file judged"
        );
        let (Outcome::Now(state) | Outcome::Already(state)) = outcome;
        return if state.is_good() { announce(store, &deposit.id).await } else { Ok(()) };
    }
    Ok(())
}

/// What the accepted rows of a file become.
#[derive(Default)]
struct Kept {
    records: Vec<Record>,
    identities: Vec<Identity>,
}

/// What the file changes beside what counts, and what would count with it.
async fn compare(
    store: &Store,
    deposit: &Deposit,
    seen: &Current,
    records: &[Record],
    day: Day,
) -> anyhow::Result<(Changes, Vec<Record>)> {
    let fetches = seen.deposits.iter().map(|one| async move {
        let path = Key::Records(lot(deposit, &one.id));
        let bytes = store.objects.get(&path).await?;
        let mut records = Vec::new();
        store::read_records(&path.path(), bytes, |record| {
            records.push(Record { line: ELSEWHERE, ..record });
        })?;
        anyhow::Ok((one.clone(), records))
    });
    let fetched = stream::iter(fetches.collect::<Vec<_>>()).buffered(FETCHES);
    let mut lists: Vec<(Counting, Vec<Record>)> = fetched.try_collect().await?;
    let before = together(&seen.deposits, &lists);
    lists.push((deposit.as_counting(), records.to_vec()));
    let after = together(&counting_after(&seen.deposits, &deposit.as_counting()), &lists);
    Ok((what_changed(&before, &after, day), after))
}

/// What the deposits that count say together.
fn together(counting: &[Counting], lists: &[(Counting, Vec<Record>)]) -> Vec<Record> {
    let list = |one: &Counting| lists.iter().find(|(known, _)| known == one);
    let lists = (0..).zip(counting.iter().filter_map(list));
    let merged = merge(lists.map(|(rank, (_, records))| (rank, records.clone())).collect());
    merged.into_iter().map(|(_, record)| record).collect()
}

/// Leaves the answer under the digest of the report: the same report, the same bytes.
pub(crate) async fn leave(
    store: &Store,
    id: &str,
    report: &Report,
    answer: Vec<answer::File>,
    day: Day,
) -> anyhow::Result<Judged> {
    let json = report::to_json(report);
    let version = hex(&Sha256::digest(&json)[..8]);
    let key = Key::Report { id: id.to_owned(), version: version.clone() };
    store.objects.put(&key, json).await?;
    for file in answer {
        let (id, version, name) = (id.to_owned(), version.clone(), file.name.to_owned());
        store.objects.put(&Key::Answer { id, version, name }, file.bytes).await?;
    }
    Ok(Judged { day, report: version, rows: report.rows })
}

/// Stores what was accepted, before it counts.
async fn keep(store: &Store, deposit: &Deposit, kept: &mut Kept) -> anyhow::Result<()> {
    let lot = lot(deposit, &deposit.id);
    let records = store::write_records(&kept.records)?;
    store.objects.put(&Key::Records(lot.clone()), records).await?;
    let identities = store::write_identities(&kept.identities)?;
    store.objects.put(&Key::Identities(lot), identities).await?;
    Ok(())
}

/// What names the records of a deposit of the same organisation's year.
fn lot(deposit: &Deposit, id: &str) -> Lot {
    Lot {
        dataset: deposit.declaration.dataset,
        school_year: deposit.declaration.school_year,
        organisation: deposit.declaration.organisation,
        deposit: id.to_owned(),
    }
}

/// Says that what counts has changed: this object's arrival wakes `aggregate`.
pub(crate) async fn announce(store: &Store, id: &str) -> anyhow::Result<()> {
    let body = json!({ "deposit": id }).to_string();
    store.objects.put(&Key::Commit { id: id.to_owned() }, body).await?;
    Ok(())
}
