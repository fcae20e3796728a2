//! The records brought together and counted in ranges: whatever is kept from one night to the next,
//! and however the country is cut, the figures are to the byte those of a count from nothing.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::Ordering;

use acceptance::World;
use acceptance::files::{YEAR, apprentices};
use aggregate::{Answer, Counted};
use domain::upload::{Dataset, Mode, Request};
use domain::vocabulary::{Day, Organisation};
use serde_json::json;
use store::{Key, Lot, Store};

/// So many organisations of the reference, in three departments.
fn organisations(count: u32) -> Vec<Organisation> {
    let uai = |number: u32| {
        let letter = b"ABCDEFGHJKLMNPRSTUVWXYZ"[number as usize % 23];
        format!("{number:07}{}", char::from(letter))
    };
    let siret = |number: u32| {
        let digits = format!("19{number:07}0001");
        let keys = (0..10).map(|key| format!("{digits}{key}"));
        keys.into_iter().find_map(|siret| siret.parse().ok()).expect("a key that holds")
    };
    let organisation =
        |number| Organisation { uai: uai(number).parse().expect("a code"), siret: siret(number) };
    (1..=count).map(|number| organisation(350_000 + number)).collect()
}

async fn world(organisations: &[Organisation]) -> World {
    let mut csv = String::from("uai;siret;raison_sociale;enseigne;nature;departement;commune\n");
    for (place, Organisation { uai, siret }) in organisations.iter().enumerate() {
        let department = ["35", "29", "974"][place % 3];
        writeln!(csv, "{uai};{siret};CFA {place};;formateur;{department};").expect("a line");
    }
    World::new(&csv).await
}

/// What happens to one organisation on one day.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// It sends a list of learners numbered from here, so many.
    Sends(usize, Mode, u32, u32),
    /// It takes back the deposit that this step sent.
    Withdraws(usize),
}

fn id(step: usize) -> String {
    format!("01KAAAAAAAAAAAAAAAAAAAA{step:03}")
}

/// A list where some learners have an INE, some of those a name that another list spells otherwise.
fn list(sender: Organisation, step: usize, first: u32, count: u32) -> Vec<u8> {
    let csv = String::from_utf8(apprentices(sender, first, count)).expect("a text");
    let mut numbers = first..;
    let mut lines = csv.lines();
    let mut list = format!("ine_apprenant;{}\n", lines.next().expect("a header"));
    for (line, number) in lines.zip(&mut numbers) {
        let known = !(number as usize + step).is_multiple_of(3);
        let ine = if known { format!("{number:010}A") } else { String::new() };
        let otherwise = known && number.is_multiple_of(5) && step.is_multiple_of(2);
        writeln!(list, "{ine};{}{line}", if otherwise { "X" } else { "" }).expect("a line");
    }
    list.into_bytes()
}

/// Does this to the line, and judges it.
async fn go(world: &World, organisations: &[Organisation], place: usize, step: Step) {
    match step {
        Step::Sends(sender, mode, first, count) => {
            let sender = organisations[sender];
            world.deposit(&id(place), sender, mode, &list(sender, place, first, count)).await;
        }
        Step::Withdraws(step) => world.ask(&id(step), Request::Withdrawal).await,
    }
    world.judge_all("2026-11-22T10:00:00Z").await;
}

fn today() -> Day {
    "2026-11-22".parse().expect("a day")
}

async fn count(world: &World) -> Counted {
    aggregate::refresh(&world.store, today()).await.expect("a run")
}

/// An event as the state machine of `infra/template.yaml` sends it.
async fn step(store: &Store, event: serde_json::Value) -> anyhow::Result<Answer> {
    aggregate::serve(store, serde_json::from_value(event).expect("an event")).await
}

/// The same count, in so many ranges: the last first, and the last twice.
async fn count_in_ranges(store: &Store, of: u32) -> anyhow::Result<()> {
    let noon_ms = i64::from(today().epoch_days()) * 86_400_000 + 43_200_000;
    let message = json!({
        "messageId": "1",
        "body": r#"{"source":"schedule"}"#,
        "attributes": { "SentTimestamp": noon_ms.to_string() },
    });
    let opened = step(store, json!({ "step": "open", "ranges": of, "Records": [message] })).await?;
    let Answer::Opened { run, ranges } = opened else { panic!("{opened:?}") };
    for index in ranges.iter().rev().chain(ranges.last()) {
        step(store, json!({ "step": "range", "run": run, "index": index, "of": of })).await?;
    }
    step(store, json!({ "step": "sum", "run": run, "of": of })).await?;
    Ok(())
}

/// What the line left under these prefixes of the lake.
async fn left(world: &World, prefixes: &[&str]) -> BTreeMap<String, String> {
    let mut left = world.left().await;
    left.retain(|path, _| {
        prefixes.iter().any(|prefix| path.starts_with(&format!("lake/{prefix}/")))
    });
    left
}

const FIGURES: [&str; 2] = ["indicators", "runs"];

#[tokio::test(flavor = "multi_thread")]
async fn a_night_reads_again_the_lists_that_changed_and_no_other() {
    let organisations = organisations(20);
    let all: Vec<Step> =
        (0..20).map(|sender| Step::Sends(sender, Mode::Complete, 10 * sender as u32, 15)).collect();
    let changed = Step::Sends(7, Mode::Complete, 70, 18);
    let (night_after_night, at_once) = (world(&organisations).await, world(&organisations).await);
    for (place, step) in all.iter().enumerate() {
        go(&night_after_night, &organisations, place, *step).await;
        go(&at_once, &organisations, place, *step).await;
    }
    assert_eq!(count(&night_after_night).await.deposits_read, 20);
    assert_eq!(count(&night_after_night).await.deposits_read, 0, "the same run");

    go(&night_after_night, &organisations, 20, changed).await;
    go(&at_once, &organisations, 20, changed).await;
    // Whoever reads the records of another deposit again does not know them any more.
    for (place, organisation) in organisations.iter().enumerate() {
        let key = Key::Records(Lot {
            dataset: Dataset::Effectifs,
            school_year: YEAR.parse().expect("a year"),
            organisation: *organisation,
            deposit: id(place),
        });
        night_after_night.store.objects.put(&key, "foreign").await.expect("written over");
    }
    assert_eq!(count(&night_after_night).await.deposits_read, 1, "five in a hundred");
    assert_eq!(count(&at_once).await.deposits_read, 20);
    let kept = left(&night_after_night, &["indicators", "runs", "compact"]).await;
    for (path, hash) in left(&at_once, &["indicators", "runs", "compact"]).await {
        assert_eq!(kept.get(&path), Some(&hash), "{path}");
    }
}

/// Complete lists, additions and withdrawals of five organisations, drawn from a seed. Learners are
/// of several of them.
fn drawn(seed: u64) -> Vec<Step> {
    let mut state = seed;
    let mut below = move |bound: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % bound
    };
    (0..14)
        .map(|place| match below(4) {
            0 if place > 3 => Step::Withdraws(below(place) as usize),
            1 => Step::Sends(below(5) as usize, Mode::Additions, below(60) as u32, 8),
            _ => Step::Sends(below(5) as usize, Mode::Complete, below(20) as u32, 30),
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_nights_and_the_ranges_the_figures_are_those_of_a_count_from_nothing() {
    let (organisations, steps) = (organisations(5), drawn(1));
    let from_nothing = world(&organisations).await;
    for (place, step) in steps.iter().enumerate() {
        go(&from_nothing, &organisations, place, *step).await;
    }
    let counted = count(&from_nothing).await.run.counted;
    assert!(counted.joined_by_ine > 0 && counted.joined_by_civil_key > 0, "{counted:?}");
    assert!(counted.in_several_organisations > 0, "{counted:?}");
    let expected = left(&from_nothing, &FIGURES).await;
    assert_eq!(expected.len(), 5, "four tables and the run");

    for of in [1, 2, 7, 64] {
        let other = world(&organisations).await;
        for (place, step) in steps.iter().enumerate() {
            go(&other, &organisations, place, *step).await;
            if of == 1 {
                count(&other).await;
            } else if place == steps.len() / 2 {
                count_in_ranges(&other.store, of).await.expect("a night");
            }
        }
        count_in_ranges(&other.store, of).await.expect("the last night");
        let found = left(&other, &FIGURES).await;
        for (path, hash) in &expected {
            assert_eq!(found.get(path), Some(hash), "{of} ranges: {path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_count_in_ranges_killed_anywhere_ends_like_a_clean_one() {
    let organisations = organisations(2);
    let ready = async || {
        let world = world(&organisations).await;
        for (place, step) in
            [Step::Sends(0, Mode::Complete, 1, 9), Step::Sends(1, Mode::Complete, 5, 9)]
                .into_iter()
                .enumerate()
        {
            go(&world, &organisations, place, step).await;
        }
        world
    };
    let clean = ready().await;
    let (counted, moments) = clean.counted();
    count_in_ranges(&counted, 2).await.expect("a run");
    let expected = clean.left().await;
    let all = moments.load(Ordering::SeqCst);
    assert!(all > 40, "{all} moments: the plan, six objects for a range, the figures");
    for dies_at in 0..all {
        let world = ready().await;
        assert!(count_in_ranges(&world.mortal(dies_at), 2).await.is_err(), "it dies at {dies_at}");
        count_in_ranges(&world.store, 2).await.expect("the next process");
        assert_eq!(world.left().await, expected, "killed at moment {dies_at} of {all}");
    }
}
