//! On schedule, or when records change: records and a date become exact indicators.
//!
//! | | |
//! | --- | --- |
//! | wakes on | `ObjectCreated` under `commits/` and the night's schedule, through a queue |
//! | reads | what counts, the records, the list of organisations; never an identity |
//! | leaves | the indicators, private, then the run, whose arrival wakes `publish` |
//! | run twice | a run is named by the digest of all it has seen: it is already there |
//! | fails when | the store fails, or holds something we did not write: nothing is published then |

use std::collections::BTreeMap;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use bytes::Bytes;
use domain::aggregate::Aggregator;
use domain::upload::{Counting, Dataset};
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
    let listed = store.objects.find(&Key::Organisations).await?;
    let run = Run::of(today, &current, listed.as_deref());
    let key = Key::Run { run: run.id.clone() };
    if let Some(known) = store.objects.find(&key).await? {
        return Ok(Run::read(&known)?);
    }
    let organisations = listed.map(|csv| store::read_organisations(&csv)).transpose()?;
    let references =
        References { organisations: organisations.unwrap_or_default(), ..References::default() };
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
    while let Some((Load { sender, first_day, last_day, lot }, bytes)) = fetched.try_next().await? {
        let mut transmitted = |organisation: Organisation| {
            let (first, last) = transmissions.entry(organisation).or_insert((first_day, last_day));
            *first = first_day.min(*first);
            *last = last_day.max(*last);
        };
        transmitted(sender);
        let rank = run.rank(&lot.deposit);
        store::read_records(&Key::Records(lot).path(), bytes, |record| {
            transmitted(record.formateur);
            aggregator.add(rank, &record);
        })?;
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
struct Load {
    sender: Organisation,
    first_day: Day,
    last_day: Day,
    lot: Lot,
}

/// The files of records of one organisation's year.
fn loads(current: &Current) -> Vec<Load> {
    let Current { organisation, school_year, deposits, first_day, last_day, .. } = current;
    let load = |deposit: &Counting| Load {
        sender: *organisation,
        first_day: *first_day,
        last_day: *last_day,
        lot: Lot {
            dataset: Dataset::Effectifs,
            school_year: *school_year,
            organisation: *organisation,
            deposit: deposit.id.clone(),
        },
    };
    deposits.iter().map(load).collect()
}

async fn fetch(store: &Store, load: Load) -> anyhow::Result<(Load, Bytes)> {
    let bytes = store.objects.get(&Key::Records(load.lot.clone())).await?;
    Ok((load, bytes))
}
