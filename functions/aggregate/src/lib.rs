//! On schedule, or when records change: records and a date become exact indicators.
//!
//! | | |
//! | --- | --- |
//! | wakes on | `ObjectCreated` under `commits/` and the night's schedule, through a queue |
//! | reads | what counts, the records, the reference datasets; never an identity |
//! | leaves | the indicators, private, then the run, whose arrival wakes `publish` |
//! | run twice | a run is named by the digest of all it has seen: it is already there |
//! | fails when | the store fails, or holds something we did not write: nothing is published then |

use std::collections::BTreeMap;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use bytes::Bytes;
use domain::aggregate::Aggregator;
use domain::merge::merge;
use domain::record::Record;
use domain::upload::Dataset;
use domain::vocabulary::{Day, Organisation, References};
use futures_util::{FutureExt as _, StreamExt as _, TryStreamExt as _, stream};
use lambda_runtime::{LambdaEvent, service_fn};
use store::{Config, Current, Key, Lot, Run, Shelf, Store, Transmission, Wake};

/// How many files of records are fetched at once.
const FETCHES: usize = 16;

/// Starts on AWS, or as a child of the local runner.
pub async fn run() -> anyhow::Result<()> {
    lambda_runtime::tracing::init_default_subscriber();
    let config = Config::from_env(&[Shelf::Lake], |name| std::env::var(name).ok())?;
    let store = Store::new(&config);
    let serve = |event: LambdaEvent<SqsEvent>| {
        let store = &store;
        async move { handle(store, &event.payload).await }
    };
    lambda_runtime::run(service_fn(serve)).await.map_err(anyhow::Error::from_boxed)
}

/// Counts once for the whole batch, as of the day its last message was sent. When that fails, the
/// whole batch comes back; a foreign message comes back alone until it is a dead letter.
pub async fn handle(store: &Store, event: &SqsEvent) -> anyhow::Result<SqsBatchResponse> {
    let mut response = SqsBatchResponse::default();
    let mut last_sent = None;
    for message in &event.records {
        match (Wake::read(message), store::sent_at_ms(message)) {
            (Ok(_), Some(sent)) => last_sent = last_sent.max(Some(sent)),
            _ => response.add_failure(message.message_id.clone().unwrap_or_default()),
        }
    }
    if let Some(today) = last_sent.and_then(store::paris_day) {
        // Boxed: the futures of the SDK are too deep for the compiler to lay out in one piece.
        aggregate(store, today).boxed().await?;
    }
    Ok(response)
}

/// Counts everything that counts, as of this day. The run is named after all it has seen.
pub async fn aggregate(store: &Store, today: Day) -> anyhow::Result<Run> {
    let current = store.index.current(Dataset::Effectifs).await?;
    let run = Run::of(today, &current, &store.index.references().await?);
    let key = Key::Run { run: run.id.clone() };
    if let Some(known) = store.objects.find(&key).await? {
        return Ok(Run::read(&known)?);
    }
    let references = store.references(&run.versions()?).await?;
    let run = count(store, run, &current, &references).await?;
    store.objects.put(&key, run.write()?).await?;
    tracing::info!(
        run.id,
        records = run.counted.records,
        learners = run.counted.learners,
        "indicators counted"
    );
    Ok(run)
}

async fn count(
    store: &Store,
    mut run: Run,
    current: &[Current],
    references: &References,
) -> anyhow::Result<Run> {
    let mut aggregator = Aggregator::new(run.day()?, references);
    let mut transmissions = BTreeMap::new();
    let fetches = current.iter().flat_map(loads).map(|load| fetch(store, load));
    let mut fetched = stream::iter(fetches.collect::<Vec<_>>()).buffered(FETCHES);
    // The deposits of one organisation's year, when there are several: they complete each other.
    let mut together = Vec::new();
    while let Some((Load { current, lot, last }, bytes)) = fetched.try_next().await? {
        let days = (current.first_day, current.last_day);
        let mut transmitted = |organisation: Organisation| {
            let (first, last) = transmissions.entry(organisation).or_insert(days);
            *first = days.0.min(*first);
            *last = days.1.max(*last);
        };
        transmitted(current.organisation);
        let (rank, path) = (run.rank(&lot.deposit), Key::Records(lot).path());
        let mut add = |rank, record: &Record| {
            transmitted(record.formateur);
            aggregator.add(rank, record);
        };
        if current.deposits.len() == 1 {
            store::read_records(&path, bytes, |record| add(rank, &record))?;
            continue;
        }
        let mut records = Vec::new();
        store::read_records(&path, bytes, |record| records.push(record))?;
        together.push((rank, records));
        if last {
            for (rank, record) in merge(std::mem::take(&mut together)) {
                add(rank, &record);
            }
        }
    }
    let figures = aggregator.finish();
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
    Ok(run)
}

/// One file of records to read, and what the index says of it.
struct Load<'a> {
    current: &'a Current,
    lot: Lot,
    /// Whether it is the last of its organisation's year.
    last: bool,
}

/// The files of records of one organisation's year, in the order they were opened.
fn loads(current: &Current) -> impl Iterator<Item = Load<'_>> {
    let last = current.deposits.last();
    current.deposits.iter().map(move |deposit| Load {
        current,
        lot: Lot {
            dataset: Dataset::Effectifs,
            school_year: current.school_year,
            organisation: current.organisation,
            deposit: deposit.id.clone(),
        },
        last: Some(deposit) == last,
    })
}

async fn fetch<'a>(store: &Store, load: Load<'a>) -> anyhow::Result<(Load<'a>, Bytes)> {
    let bytes = store.objects.get(&Key::Records(load.lot.clone())).await?;
    Ok((load, bytes))
}
