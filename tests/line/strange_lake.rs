//! The world misbehaves before a count: an error names the object, nothing is published, the former
//! publication stays, and a line of the log says so to an alarm. Mended, the line goes on.

use acceptance::files::{ORGANISATIONS, YEAR, apprentices, organisation};
use acceptance::{NOW, World};
use aws_lambda_events::sqs::SqsEvent;
use domain::aggregate::person::Range;
use domain::upload::{Dataset, Declaration, Deposit, Judged, Mode};
use domain::validate::reference::Line;
use domain::vocabulary::SchoolYear;
use store::{Key, Lot};

const FIRST: &str = "01KAAAAAAAAAAAAAAAAAAAAAA1";
const DAY_MS: i64 = 86_400_000;
const SECOND: &str = "01KAAAAAAAAAAAAAAAAAAAAAA2";

fn year() -> SchoolYear {
    YEAR.parse().expect("a year")
}

fn records(place: usize, deposit: &str) -> Key {
    Key::Records(Lot {
        dataset: Dataset::Effectifs,
        school_year: year(),
        organisation: organisation(place),
        deposit: deposit.to_owned(),
    })
}

/// One list is published; another one is judged and not counted.
async fn world() -> World {
    let world = World::new(ORGANISATIONS).await;
    let (rennes, brest) = (organisation(0), organisation(1));
    world.deposit(FIRST, rennes, Mode::Complete, &apprentices(rennes, 1, 25)).await;
    world.drain(&world.store).await;
    world.deposit(SECOND, brest, Mode::Complete, &apprentices(brest, 101, 25)).await;
    world.turn("validate", &world.store).await;
    world
}

async fn latest(world: &World) -> Vec<u8> {
    world.store.objects.get(&Key::Latest).await.expect("a publication").to_vec()
}

/// The night rings at this instant.
fn night(world: &World, at_ms: i64) -> SqsEvent {
    world.event([("night", r#"{"source":"schedule"}"#, at_ms)].into_iter())
}

/// The count is refused in these words, and the public reads what it read.
async fn is_refused(world: &World, at_ms: i64, named: &str) {
    let before = latest(world).await;
    let night = night(world, at_ms);
    let error = aggregate::handle(&world.store, &night).await.expect_err("a refusal");
    assert!(error.to_string().contains(named), "{error} does not name {named}");
    world.sweep(&world.store).await;
    assert_eq!(latest(world).await, before, "the former publication stays");

    let line = aggregate::refusal(&error, "tableau-aggregate", 1_700_000_000_000);
    let line: serde_json::Value =
        serde_json::from_str(&line.expect("a line of the log")).expect("JSON");
    assert_eq!(line["CountsRefused"], 1);
    let metric = &line["_aws"]["CloudWatchMetrics"][0];
    assert_eq!(
        (&metric["Namespace"], &metric["Metrics"][0]["Name"]),
        (&"Tableau".into(), &"CountsRefused".into())
    );
    assert!(line["message"].as_str().expect("a text").contains(named));
}

/// Once this object is mended, the count is done and published.
async fn mended(world: &World, key: &Key, bytes: Vec<u8>) {
    let before = latest(world).await;
    world.store.objects.put(key, bytes).await.expect("mended");
    world.drain(&world.store).await;
    assert_ne!(latest(world).await, before, "the line goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn records_that_are_cut_short_or_foreign_are_named() {
    let world = world().await;
    let key = records(1, SECOND);
    let good = world.store.objects.get(&key).await.expect("records").to_vec();
    let report = world.store.objects.get(&Key::Commit { id: FIRST.to_owned() }).await;
    let other_table = store::write_flows(&domain::aggregate::flows::Flows::default());
    for strange in [
        good[..good.len() / 2].to_vec(),
        report.expect("a commit").to_vec(),
        other_table.expect("a table"),
        Vec::new(),
    ] {
        world.store.objects.put(&key, strange).await.expect("written over");
        is_refused(&world, NOW.1, &key.path()).await;
    }
    mended(&world, &key, good).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn records_that_are_not_there_are_named() {
    let world = world().await;
    // A deposit that counts, whose records somebody removed.
    let declaration = Declaration {
        organisation: organisation(2),
        dataset: Dataset::Effectifs,
        school_year: year(),
        mode: Mode::Complete,
        file_name: "effectifs.csv".to_owned(),
        size_bytes: 1,
        sha256: [0; 32],
    };
    let (id, at) = ("01KAAAAAAAAAAAAAAAAAAAAAA3", "2026-11-22T10:00:00Z");
    let deposit = Deposit::opened(id.to_owned(), declaration, at.to_owned());
    world.store.index.open(&deposit).await.expect("opened");
    let judged = Judged {
        day: "2026-11-22".parse().expect("a day"),
        report: String::new(),
        rows: domain::validate::Counts::default(),
    };
    world.store.index.accept(&deposit, &judged, None, None).await.expect("accepted");
    let key = records(2, id);
    is_refused(&world, NOW.1, &key.path()).await;
    let others = world.store.objects.get(&records(1, SECOND)).await.expect("records");
    mended(&world, &key, others.to_vec()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compacted_file_that_is_cut_short_is_named() {
    let world = world().await;
    let dataset = Dataset::Effectifs;
    let key = Key::Compact { dataset, school_year: year(), range: Range::WHOLE };
    let good = world.store.objects.get(&key).await.expect("compacted").to_vec();
    let records = world.store.objects.get(&records(1, SECOND)).await.expect("records");
    // The second is of the same columns: it does not say what it holds.
    for strange in [good[..good.len() / 2].to_vec(), records.to_vec()] {
        world.store.objects.put(&key, strange).await.expect("written over");
        is_refused(&world, NOW.1, &key.path()).await;
    }
    mended(&world, &key, good).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reference_file_with_a_key_given_twice_is_named() {
    let world = world().await;
    let line = |zone: &str| {
        let texts = ["35238", "Rennes", zone, ""].map(str::to_owned);
        Line::read(Dataset::Zones, &texts).expect("a line")
    };
    // Not by the door: `validate` refuses it.
    let lines = [line("5315"), line("5301")];
    world.store.put_reference(Dataset::Zones, &lines).await.expect("written by hand");
    is_refused(&world, NOW.1, "reference/zones/").await;
    world.store.put_reference(Dataset::Zones, &lines[..1]).await.expect("mended");
    let before = latest(&world).await;
    world.drain(&world.store).await;
    assert_ne!(latest(&world).await, before, "the line goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_behind_or_ahead_of_the_files_is_not_believed() {
    let world = world().await;
    for days in [-2, -365, -20_000, 368, 30_000] {
        let before = latest(&world).await;
        let night = night(&world, NOW.1 + days * DAY_MS);
        let error = aggregate::handle(&world.store, &night).await.expect_err("a refusal");
        assert!(error.is::<aggregate::ClockIsWrong>(), "{error}");
        assert!(error.to_string().contains(SECOND), "{error} names the last deposit");
        assert!(aggregate::refusal(&error, "tableau-aggregate", 0).is_some());
        assert_eq!(latest(&world).await, before, "the former publication stays");
    }
    for days in [0, 30, 364] {
        let night = night(&world, NOW.1 + days * DAY_MS);
        aggregate::handle(&world.store, &night).await.expect("a run");
    }
}
