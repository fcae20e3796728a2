//! On schedule, or when records change: records and a date become exact indicators.
//!
//! | | |
//! | --- | --- |
//! | wakes on | `ObjectCreated` under `commits/` and the night's schedule, through a queue |
//! | reads | what counts, the public notes, the records brought together ([`lake`]), the reference datasets; never an identity |
//! | leaves | the indicators, private, then the run, whose arrival wakes `publish` |
//! | run twice | a run is named by the digest of all it has seen: it is already there |
//! | fails when | the store fails, holds something we did not write, or the clock is wrong: nothing is published then |
//!
//! A country too large for one machine is counted by the same function in three steps ([`Step`]):
//! one opens the run, each range is counted apart, one sums.

mod clock;
pub mod lake;

use std::collections::BTreeMap;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use domain::aggregate::person::{Linked, Range};
use domain::aggregate::{Aggregator, Figures};
use domain::upload::Dataset;
use domain::vocabulary::{Day, Organisation, References};
use futures_util::FutureExt as _;
use lambda_runtime::{LambdaEvent, service_fn};
use serde::{Deserialize, Serialize};
use store::{Config, Current, Key, Partial, Plan, Run, Shelf, Store, Transmission, Wake};

pub use clock::ClockIsWrong;

/// What wakes the function.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Event {
    /// A step of a run cut into ranges.
    Step(Step),
    /// Messages of the queue: the run is counted here.
    Queue(SqsEvent),
}

/// A step of a run cut into ranges (`infra/template.yaml`, `Ranges`). Any may run twice.
#[derive(Debug, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// Sees what counts, and leaves the plan.
    Open {
        /// How many ranges.
        ranges: u32,
        /// What woke it, as the queue sends it.
        #[serde(rename = "Records")]
        records: Vec<SqsMessage>,
    },
    /// Counts one range, and leaves what it counted.
    Range {
        /// Digest of everything that makes the run.
        run: String,
        /// From 0.
        index: u32,
        /// How many there are.
        of: u32,
    },
    /// Sums the ranges, and leaves the run.
    Sum {
        /// Digest of everything that makes the run.
        run: String,
        /// How many ranges there are.
        of: u32,
    },
}

/// What the function answers.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// A plan is there, to be counted in these ranges; in none when the run is already counted.
    Opened {
        /// Digest of everything that makes the run.
        run: String,
        /// Each from 0.
        ranges: Vec<u32>,
    },
    /// A step is done.
    Done {
        /// Digest of everything that makes the run.
        run: String,
    },
    /// The messages that come back.
    Queue(SqsBatchResponse),
}

/// A run, and what it cost to read.
#[derive(Debug)]
pub struct Counted {
    /// The run.
    pub run: Run,
    /// Deposits whose records were read one by one: those of the lists that changed.
    pub deposits_read: u64,
}

/// Starts on AWS, or as a child of the local runner.
pub async fn run() -> anyhow::Result<()> {
    lambda_runtime::tracing::init_default_subscriber();
    let config = Config::from_env(&[Shelf::Lake], |name| std::env::var(name).ok())?;
    let store = Store::new(&config);
    // Opens both connections. No run has an empty name.
    let nothing = Key::Run { run: String::new() };
    let read = async { tokio::try_join!(store.index.references(), store.objects.exists(&nothing)) };
    store::before_the_first_event(read.boxed()).await;
    let serve = |event: LambdaEvent<Event>| {
        let store = &store;
        async move {
            let before = store.calls();
            let answered = serve(store, event.payload).await;
            let function = &event.context.env_config.function_name;
            let at_ms = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_millis();
            let refused = answered.as_ref().err().and_then(|error| refusal(error, function, at_ms));
            let calls = (store.calls() - before).metrics();
            let calls = store::metrics_line(function, &[], &calls, "calls", at_ms);
            for line in refused.into_iter().chain([calls]) {
                store::say_metric(&line);
            }
            answered
        }
    };
    lambda_runtime::run(service_fn(serve)).await.map_err(anyhow::Error::from_boxed)
}

/// Answers one event.
pub async fn serve(store: &Store, event: Event) -> anyhow::Result<Answer> {
    // Boxed: the futures of the SDK are too deep for the compiler to lay out in one piece.
    match event {
        Event::Queue(event) => handle(store, &event).boxed().await.map(Answer::Queue),
        Event::Step(step) => answer(store, step).boxed().await,
    }
}

/// Counts once for the whole batch, as of the day its last message was sent. When that fails, the
/// whole batch comes back; a foreign message comes back alone until it is a dead letter.
pub async fn handle(store: &Store, event: &SqsEvent) -> anyhow::Result<SqsBatchResponse> {
    let mut response = SqsBatchResponse::default();
    let (today, foreign) = today(&event.records);
    for id in foreign {
        response.add_failure(id);
    }
    if let Some(today) = today {
        let (run, current) = see(store, today).boxed().await?;
        clock::check(today, &current)?;
        whole(store, run, current).boxed().await?;
    }
    Ok(response)
}

/// The day the last of these messages was sent, and those that are not of our wiring.
fn today(messages: &[SqsMessage]) -> (Option<Day>, Vec<String>) {
    let (mut last_sent, mut foreign) = (None, Vec::new());
    for message in messages {
        match (Wake::read(message), store::sent_at_ms(message)) {
            (Ok(_), Some(sent)) => last_sent = last_sent.max(Some(sent)),
            _ => foreign.push(message.message_id.clone().unwrap_or_default()),
        }
    }
    (last_sent.and_then(store::paris_day), foreign)
}

/// Counts everything that counts, as of this day. The run is named after all it has seen.
pub async fn aggregate(store: &Store, today: Day) -> anyhow::Result<Run> {
    Ok(refresh(store, today).await?.run)
}

/// The same, and what it read.
pub async fn refresh(store: &Store, today: Day) -> anyhow::Result<Counted> {
    let (run, current) = see(store, today).await?;
    whole(store, run, current).await
}

async fn whole(store: &Store, run: Run, current: Vec<Current>) -> anyhow::Result<Counted> {
    if let Some(run) = counted_before(store, &run.id).await? {
        return Ok(Counted { run, deposits_read: 0 });
    }
    let plan = Plan { run, current, linked: Linked::default() };
    let references = store.references(&plan.run.versions()?).await?;
    let (partial, deposits_read) = count(store, &plan, &references, Range::WHOLE).await?;
    let Partial { figures, transmissions, .. } = partial;
    let run = leave(store, plan.run, figures, transmissions).await?;
    tracing::info!(run.id, deposits_read, "lists that changed were read");
    Ok(Counted { run, deposits_read })
}

async fn answer(store: &Store, step: Step) -> anyhow::Result<Answer> {
    match step {
        Step::Open { ranges, records } => {
            let (Some(today), foreign) = today(&records) else {
                anyhow::bail!("no message of this batch is of our wiring");
            };
            if !foreign.is_empty() {
                tracing::warn!(messages = foreign.len(), "messages that are not ours");
            }
            let (run, current) = see(store, today).await?;
            clock::check(today, &current)?;
            open(store, run, current, ranges).await
        }
        Step::Range { run, index, of } => {
            let plan = Plan::read(&store.objects.get(&Key::Plan { run: run.clone() }).await?)?;
            let references = store.references(&plan.run.versions()?).await?;
            let range = Range { index, of };
            let (partial, deposits_read) = count(store, &plan, &references, range).await?;
            store.put_partial(&run, range, &partial).await?;
            tracing::info!(run.id = run, range.index = index, deposits_read, "range counted");
            Ok(Answer::Done { run })
        }
        Step::Sum { run, of } => {
            if known(store, &run).await?.is_none() {
                sum(store, &run, of).await?;
            }
            Ok(Answer::Done { run })
        }
    }
}

/// Leaves the plan of a run that is not counted yet.
async fn open(
    store: &Store,
    run: Run,
    current: Vec<Current>,
    ranges: u32,
) -> anyhow::Result<Answer> {
    let id = run.id.clone();
    if counted_before(store, &id).await?.is_some() {
        return Ok(Answer::Opened { run: id, ranges: Vec::new() });
    }
    let linked = lake::keys(store, &current, ranges).await?.linked();
    let plan = Plan { run, current, linked };
    store.objects.put(&Key::Plan { run: id.clone() }, plan.write()?).await?;
    Ok(Answer::Opened { run: id, ranges: (0..ranges).collect() })
}

/// Sums what the ranges counted and the persons they set aside.
async fn sum(store: &Store, run: &str, of: u32) -> anyhow::Result<()> {
    let plan = Plan::read(&store.objects.get(&Key::Plan { run: run.to_owned() }).await?)?;
    let references = store.references(&plan.run.versions()?).await?;
    let mut aside = Aggregator::new(plan.run.day()?, &references);
    let (mut figures, mut transmissions) = (Figures::default(), Transmissions::default());
    for index in 0..of {
        let partial = store.partial(run, Range { index, of }).await?;
        for (rank, record) in &partial.aside {
            aside.add(*rank, record);
        }
        figures = figures.merge(partial.figures);
        for (organisation, days) in partial.transmissions {
            note(&mut transmissions, organisation, days);
        }
    }
    leave(store, plan.run, figures.merge(aside.finish()), transmissions).await?;
    Ok(())
}

/// What counts, and the run that is about to count it.
async fn see(store: &Store, today: Day) -> anyhow::Result<(Run, Vec<Current>)> {
    let current = store.index.current(Dataset::Effectifs).await?;
    let (references, notes) =
        tokio::try_join!(store.index.references(), store.index.public_notes())?;
    Ok((Run::of(today, &current, &references, &notes), current))
}

/// The run, when it is counted already.
async fn known(store: &Store, run: &str) -> anyhow::Result<Option<Run>> {
    let found = store.objects.find(&Key::Run { run: run.to_owned() }).await?;
    Ok(found.map(|run| Run::read(&run)).transpose()?)
}

/// The same, told again: a note that is taken back makes things as they were, and the public reads
/// otherwise. What it reads already is not published twice.
async fn counted_before(store: &Store, run: &str) -> anyhow::Result<Option<Run>> {
    let known = known(store, run).await?;
    if let Some(run) = &known {
        store.objects.put(&Key::Run { run: run.id.clone() }, run.write()?).await?;
    }
    Ok(known)
}

/// The days an organisation's learners were first and last transmitted.
type Transmissions = BTreeMap<Organisation, (Day, Day)>;

fn note(transmissions: &mut Transmissions, organisation: Organisation, days: (Day, Day)) {
    let (first, last) = transmissions.entry(organisation).or_insert(days);
    *first = days.0.min(*first);
    *last = days.1.max(*last);
}

/// Counts one range, and says how many deposits were read one by one.
async fn count(
    store: &Store,
    plan: &Plan,
    references: &References,
    range: Range,
) -> anyhow::Result<(Partial, u64)> {
    let Plan { run, current, linked } = plan;
    let mut aggregator = Aggregator::new(run.day()?, references);
    let (mut transmissions, mut aside) = (Transmissions::default(), Vec::new());
    for list in current.iter().filter(|list| !list.deposits.is_empty()) {
        note(&mut transmissions, list.organisation, (list.first_day, list.last_day));
    }
    let deposits_read = lake::records(store, current, range, |list, place, record| {
        note(&mut transmissions, record.formateur, (list.first_day, list.last_day));
        let rank = run.rank(&list.deposits[place].id);
        if linked.holds(record.civil_key) {
            aside.push((rank, record.clone()));
        } else {
            aggregator.add(rank, record);
        }
    });
    let deposits_read = deposits_read.await?;
    Ok((Partial { figures: aggregator.finish(), aside, transmissions }, deposits_read))
}

/// Leaves the figures, then the run.
async fn leave(
    store: &Store,
    mut run: Run,
    figures: Figures,
    transmissions: Transmissions,
) -> anyhow::Result<Run> {
    run.counted = figures.ledger.into();
    run.transmissions = transmissions.into_iter().map(Transmission::from).collect();
    let id = || run.id.clone();
    for (key, table) in [
        (Key::Indicators { run: id() }, store::write_indicators(&figures.indicators)?),
        (Key::Homes { run: id() }, store::write_indicators(&figures.home)?),
        (Key::Flows { run: id() }, store::write_flows(&figures.flows)?),
        (Key::Cohorts { run: id() }, store::write_cohorts(&figures.cohorts)?),
    ] {
        store.objects.put(&key, table).await?;
    }
    store.objects.put(&Key::Run { run: id() }, run.write()?).await?;
    let Run { id, counted, .. } = &run;
    tracing::info!(
        run.id = id,
        records = counted.records,
        learners = counted.learners,
        "indicators counted"
    );
    Ok(run)
}

/// The line of the log, a metric that an alarm watches, that says why a count was refused: a clock that
/// is wrong, or a stored object, named, that is not what we write. None for what is worth another try.
pub fn refusal(error: &anyhow::Error, function: &str, at_ms: u128) -> Option<String> {
    let corrupt = |error: &store::Error| error.kind() == store::Kind::Corrupt;
    let refused = error.is::<ClockIsWrong>() || error.downcast_ref().is_some_and(corrupt);
    let message = error.to_string();
    refused.then(|| store::metric_line("CountsRefused", function, &message, at_ms))
}
