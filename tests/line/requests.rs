//! What a sender asks of a deposit once it is sent, and what a second list changes: a withdrawal, a
//! confirmation, the same file again, additions, a file that kills whoever reads it.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::time::Duration;

use acceptance::files::{ORGANISATIONS, YEAR, apprentices, organisation};
use acceptance::{DEAD_LETTERS, World};
use domain::upload::{Mode, Request, State, hex};
use local::commands::key;
use serde_json::Value;
use sha2::{Digest, Sha256};
use store::Key;

const FIRST: &str = "01KAAAAAAAAAAAAAAAAAAAAAA1";
const SECOND: &str = "01KAAAAAAAAAAAAAAAAAAAAAA2";
const THIRD: &str = "01KAAAAAAAAAAAAAAAAAAAAAA3";

/// A list of Rennes: learners numbered from `first`.
async fn send(world: &World, id: &str, mode: Mode, first: u32, count: u32) {
    let sender = organisation(0);
    world.deposit(id, sender, mode, &apprentices(sender, first, count)).await;
}

/// The line as these lists leave it, each judged before the next is sent; nothing is counted yet.
async fn after(lists: &[(&str, Mode, u32, u32)]) -> World {
    let world = World::new(ORGANISATIONS).await;
    for (id, mode, first, count) in lists {
        send(&world, id, *mode, *first, *count).await;
        judge(&world).await;
    }
    world
}

/// Lets `validate` work until nothing waits for it.
async fn judge(world: &World) {
    while world.turn("validate", &world.store).await > 0 {}
}

/// Everything published, by the hash of its bytes less the name of the publication, which every
/// page holds. Apart from that name, only the manifest says which run made it.
async fn published(world: &World) -> BTreeMap<String, String> {
    world.drain(&world.store).await;
    let latest = world.store.objects.find(&Key::Latest).await.expect("storage").expect("published");
    let latest: Value = serde_json::from_slice(&latest).expect("JSON");
    let version = latest["version"].as_str().expect("a version");
    let mut found = BTreeMap::new();
    for path in world.paths("site").await {
        let Some(name) = path.strip_prefix(&format!("v/{version}/")) else { continue };
        // The signature is of the manifest.
        if !name.ends_with("manifest.json") && !name.ends_with("manifest.json.minisig") {
            let object = world.cloud.object("site", &path).await.expect("storage").expect("listed");
            let bytes = acceptance::files::bytes(object.body).await;
            let text = String::from_utf8_lossy(&bytes).replace(version, "");
            found.insert(name.to_owned(), hex(&Sha256::digest(text)));
        }
    }
    found
}

async fn same_figures(one: &World, other: &World) {
    let (one, other) = (published(one).await, published(other).await);
    assert!(one.len() > 50, "{} files", one.len());
    let differ: Vec<&String> = one
        .iter()
        .filter(|(path, hash)| other.get(*path) != Some(hash))
        .map(|(path, _)| path)
        .collect();
    assert!(differ.is_empty() && one.len() == other.len(), "{differ:?}");
}

const WHOLE: (&str, Mode, u32, u32) = (FIRST, Mode::Complete, 1, 25);

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_brings_the_former_lists_back_to_the_byte() {
    let more = (SECOND, Mode::Additions, 101, 8);
    let never = after(&[WHOLE, more]).await;
    let world = after(&[WHOLE, more, (THIRD, Mode::Complete, 5, 30)]).await;
    assert_eq!(world.state(FIRST).await, State::Superseded);
    assert_eq!(world.state(THIRD).await, State::Validated);

    world.ask(THIRD, Request::Withdrawal).await;
    judge(&world).await;
    let states = [world.state(FIRST).await, world.state(SECOND).await, world.state(THIRD).await];
    assert_eq!(states, [State::Validated, State::Validated, State::Withdrawn]);
    let withdrawn = world.found(THIRD).await.withdrawn.expect("who withdrew it");
    assert_eq!((withdrawn.by.as_str(), withdrawn.at.as_str()), ("essai", "2026-11-22T11:00:00Z"));
    same_figures(&world, &never).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn once_everything_is_withdrawn_nothing_counts_and_the_next_list_starts_anew() {
    let world = after(&[WHOLE]).await;
    world.ask(FIRST, Request::Withdrawal).await;
    world.drain(&world.store).await;
    assert!(world.page("organisme/0350001L/index.html").await.is_none(), "no learner, no page");
    send(&world, SECOND, Mode::Complete, 1, 12).await;
    judge(&world).await;
    assert_eq!(world.report(SECOND).await["changes"], Value::Null, "nothing to compare with");
    same_figures(&world, &after(&[(SECOND, Mode::Complete, 1, 12)]).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_taken_back_before_it_is_judged_is_never_judged() {
    let world = World::new(ORGANISATIONS).await;
    send(&world, FIRST, Mode::Complete, 1, 25).await;
    let file = world.take("validate").await;
    world.ask(FIRST, Request::Withdrawal).await;
    let asked = world.take("validate").await.into_iter().find(|one| one.id != file[0].id);
    world.deliver(&asked.expect("a request")).await;
    world.deliver(&file[0]).await;
    assert_eq!(world.state(FIRST).await, State::Withdrawn);
    let kept = world.paths("lake").await;
    assert!(!kept.iter().any(|path| path.starts_with("records/")), "{kept:?}");
}

/// A list of 25 that counts, then one that removes 15 of them: 60 %.
async fn many_removed() -> World {
    after(&[WHOLE, (SECOND, Mode::Complete, 1, 10)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_removes_many_waits_and_counts_once_confirmed() {
    let world = many_removed().await;
    let report = world.report(SECOND).await;
    assert_eq!(report["verdict"], "to_confirm");
    assert_eq!(report["changes"]["gone"]["current"], 15);
    assert_eq!(report["changes"]["current"], 25);
    assert!(report["sentence"].as_str().is_some_and(|said| said.contains("15 de vos 25")));
    assert_eq!(world.state(SECOND).await, State::ToConfirm);
    assert_eq!(world.state(FIRST).await, State::Validated);
    let kept = world.paths("lake").await;
    assert!(!kept.iter().any(|path| path.contains(SECOND)), "nothing of it is kept: {kept:?}");

    world.ask(SECOND, Request::Confirmation).await;
    judge(&world).await;
    assert_eq!(world.report(SECOND).await["verdict"], "accepted");
    assert_eq!(world.state(SECOND).await, State::Validated);
    assert_eq!(world.state(FIRST).await, State::Superseded);
    assert_eq!(world.found(SECOND).await.confirmed.expect("who confirmed").by, "essai");
    // As if it had been accepted at first: here, by a list small enough to replace.
    let direct = after(&[(FIRST, Mode::Complete, 1, 12), (SECOND, Mode::Complete, 1, 10)]).await;
    same_figures(&world, &direct).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmation_that_comes_after_a_newer_list_ends_in_the_order_of_opening() {
    let world = many_removed().await;
    send(&world, THIRD, Mode::Complete, 1, 24).await;
    judge(&world).await;
    world.ask(SECOND, Request::Confirmation).await;
    judge(&world).await;
    assert_eq!(world.state(SECOND).await, State::Superseded);
    assert_eq!(world.state(THIRD).await, State::Validated);
    same_figures(&world, &after(&[(THIRD, Mode::Complete, 1, 24)]).await).await;
}

/// Kills whoever works at each moment of what is asked; the next process ends like a clean run.
async fn killed_at_every_moment(before: impl AsyncFn() -> World) {
    let clean = before().await;
    let (counted, moments) = clean.counted();
    clean.turn("validate", &counted).await;
    clean.turn("aggregate", &counted).await;
    let all = moments.load(Ordering::SeqCst);
    assert!(all >= 8, "{all} moments");
    clean.drain(&clean.store).await;
    let expected = clean.left().await;
    for dies_at in 0..all {
        let world = before().await;
        let mortal = world.mortal(dies_at);
        world.turn("validate", &mortal).await;
        world.turn("aggregate", &mortal).await;
        world.drain(&world.store).await;
        assert_eq!(world.left().await, expected, "killed at moment {dies_at} of {all}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_anywhere_in_a_withdrawal_it_ends_like_a_clean_run() {
    killed_at_every_moment(async || {
        let world = after(&[WHOLE, (SECOND, Mode::Complete, 5, 30)]).await;
        world.ask(SECOND, Request::Withdrawal).await;
        world
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_anywhere_in_a_confirmation_it_ends_like_a_clean_run() {
    killed_at_every_moment(async || {
        let world = many_removed().await;
        world.ask(SECOND, Request::Confirmation).await;
        world
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_and_requests_in_any_order_up_to_three_times_end_in_the_same_place() {
    let never = after(&[WHOLE, (THIRD, Mode::Additions, 101, 8)]).await;
    for seed in 1..=4_u64 {
        let world = World::new(ORGANISATIONS).await;
        send(&world, FIRST, Mode::Complete, 1, 25).await;
        send(&world, SECOND, Mode::Complete, 3, 30).await;
        send(&world, THIRD, Mode::Additions, 101, 8).await;
        world.ask(SECOND, Request::Withdrawal).await;
        let messages = world.take("validate").await;
        assert_eq!(messages.len(), 4);
        let copies = |place: usize| 1 + (seed as usize + place) % 3;
        let mut order: Vec<usize> = (0..4).flat_map(|place| vec![place; copies(place)]).collect();
        super::deliver_twice::shuffle(&mut order, seed);
        for place in order {
            world.deliver(&messages[place]).await;
        }
        assert_eq!(world.state(SECOND).await, State::Withdrawn, "seed {seed}");
        same_figures(&world, &never).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_report_that_is_read_is_never_that_of_a_late_worker() {
    let clean = after(&[WHOLE]).await;
    send(&clean, SECOND, Mode::Complete, 5, 30).await;
    let (counted, moments) = clean.counted();
    clean.turn("validate", &counted).await;
    let all = moments.load(Ordering::SeqCst);

    for dies_at in all - 8..all {
        let world = after(&[WHOLE]).await;
        send(&world, SECOND, Mode::Complete, 5, 30).await;
        // It compared with the first list, and dies somewhere around its transaction.
        let message = world.take("validate").await.remove(0);
        world.deliver_to(&message, &world.mortal(dies_at)).await;
        let committed = world.found(SECOND).await.state == State::Validated;
        send(&world, THIRD, Mode::Complete, 1, 24).await;
        let third = world.take("validate").await;
        for message in third.iter().filter(|message| message.body.contains(THIRD)) {
            world.deliver(message).await;
        }
        world.deliver(&message).await;
        let changes = world.report(SECOND).await["changes"].clone();
        let new = changes["new"]["count"].as_u64();
        // A newer list counts when the next worker comes: this one changes nothing beside it.
        assert_eq!(new, Some(if committed { 9 } else { 0 }), "moment {dies_at}: {changes}");
    }
}

/// The first learners of [`apprentices`], without a contract, with these cells in the columns named.
/// Six of them: fewer would be withheld.
fn six_rows(columns: &str, cells: &str) -> Vec<u8> {
    let file = String::from_utf8(apprentices(organisation(0), 1, 6)).expect("a text");
    let mut text = String::new();
    for (place, line) in file.lines().enumerate() {
        let without_contract: Vec<&str> = line.split(';').take(17).collect();
        let more = if place == 0 { columns } else { cells };
        text += &format!("{};{more}\n", without_contract.join(";"));
    }
    text.into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn additions_complete_what_is_known_and_an_explicit_erasure_empties_it() {
    let csv =
        async |world: &World| world.page("donnees/v1/indicateurs.csv").await.expect("figures");
    let france = |csv: &str, what: &str, on: &str| -> String {
        let start = format!("{on},france,FR,France,ensemble,,{what},");
        let line = csv.lines().find(|line| line.starts_with(&start));
        line.unwrap_or_else(|| panic!("no {start}")).to_owned()
    };
    let world = World::new(ORGANISATIONS).await;
    send(&world, FIRST, Mode::Complete, 1, 30).await;
    world.judge_all("2026-11-22T10:00:00Z").await;
    let today = "2026-11-22".parse().expect("a day");
    let count = async || {
        let run = aggregate::aggregate(&world.store, today).await.expect("a run");
        publish::publish(&world.store, &publish::Press::default(), &run.id)
            .await
            .expect("a publication");
        csv(&world).await
    };
    let apprentis = |csv: &str| france(csv, "apprentis", "2026-11-22");
    assert!(apprentis(&count().await).ends_with(",30,"), "thirty contracts");

    // No contract cell at all: a blank says nothing. Then a rupture, by the day it started.
    let sender = organisation(0);
    let row = six_rows("date_exclusion_formation", "");
    world.deposit(SECOND, sender, Mode::Additions, &row).await;
    world.judge_all("2026-11-22T11:00:00Z").await;
    assert!(apprentis(&count().await).ends_with(",30,"), "the contract stays");
    let report = world.report(SECOND).await;
    assert_eq!(report["changes"]["sentence"], "Rien n’a changé depuis votre dernier envoi.");

    let columns = "contrat_date_debut;contrat_date_fin;contrat_date_rupture";
    let row = six_rows(columns, "01/09/2026;;15/10/2026");
    world.deposit(THIRD, sender, Mode::Additions, &row).await;
    world.judge_all("2026-11-22T12:00:00Z").await;
    assert!(apprentis(&count().await).ends_with(",24,"), "a rupture of a known contract");
    let changes = world.report(THIRD).await["changes"].clone();
    assert_eq!(
        (&changes["contracts"]["count"], &changes["status"]["count"]),
        (&6.into(), &6.into())
    );
    assert_eq!(changes["contracts"]["lines"], serde_json::json!([2, 3, 4, 5, 6, 7]));
    assert_eq!(changes["gone"]["count"], 0);

    // The rupture was a mistake.
    let fourth = "01KAAAAAAAAAAAAAAAAAAAAAA4";
    let row = six_rows(columns, "01/09/2026;;#EFFACER");
    world.deposit(fourth, sender, Mode::Additions, &row).await;
    world.judge_all("2026-11-22T13:00:00Z").await;
    assert!(apprentis(&count().await).ends_with(",30,"), "the rupture is erased");

    // Withdrawing one of them recounts the others.
    world.ask(fourth, Request::Withdrawal).await;
    world.turn("validate", &world.store).await;
    assert!(apprentis(&count().await).ends_with(",24,"), "the rupture is back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_kills_whoever_reads_it_is_refused_with_an_answer() {
    let world = after(&[WHOLE]).await;
    send(&world, SECOND, Mode::Complete, 1, 26).await;
    // Whoever reads this file dies, every time.
    for _ in 0..5 {
        assert_eq!(world.turn("validate", &world.dies_judging(SECOND)).await, 1);
    }
    assert_eq!(world.turn("validate", &world.store).await, 0, "it waits with the dead letters");
    assert_eq!(world.state(SECOND).await, State::Opened, "nobody could say");
    // They are answered without reading the file again: it is a good one.
    assert_eq!(world.turn(DEAD_LETTERS, &world.store).await, 1);
    assert_eq!(world.turn(DEAD_LETTERS, &world.store).await, 0, "settled");
    assert_eq!(world.state(SECOND).await, State::Refused);
    let report = world.report(SECOND).await;
    assert_eq!(report["verdict"], "refused");
    assert_eq!(report["summary"][0]["rule"], "file_can_be_judged");
    assert_eq!(report["file"]["name"], "effectifs.csv");
    assert!(report["sentence"].as_str().is_some_and(|said| said.contains("rien gardé")));
    // The way out is to send it again: it is not answered with this refusal.
    let declaration = world.found(SECOND).await.declaration;
    let same = world.store.index.same_content(&declaration).await.expect("the index");
    assert_eq!(same, []);
    world.drain(&world.store).await;
    let kept = world.paths("lake").await;
    assert!(!kept.iter().any(|path| path.contains(SECOND)), "{kept:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_letter_of_a_deposit_judged_meanwhile_changes_nothing() {
    let world = World::new(ORGANISATIONS).await;
    send(&world, FIRST, Mode::Complete, 1, 25).await;
    let message = world.take("validate").await.remove(0);
    world.drain(&world.store).await;
    let before = world.left().await;
    world.cloud.queue().send(DEAD_LETTERS, &message.body, Duration::ZERO).await.expect("a queue");
    world.drain(&world.store).await;
    assert_eq!(world.left().await, before);
    assert_eq!(YEAR, world.found(FIRST).await.declaration.school_year.to_string());
}

/// One request to the door, with a key; the status and what is said.
pub(crate) async fn at_the_door(
    world: &World,
    key: &str,
    method: &str,
    path: &str,
    body: &Value,
) -> (i64, Value) {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut asked = super::door::request(method, path, Some(key), body);
    asked.raw_query_string = Some(query.to_owned());
    let answer = upload::handle(&world.store, &asked).await.expect("the store is up");
    (answer.status_code, super::door::body_of(&answer))
}

/// What a sender declares before this list of Rennes.
fn declared(file: &[u8], mode: Mode) -> Value {
    serde_json::json!({
        "file_name": "effectifs.csv", "size_bytes": file.len(),
        "sha256": hex(&Sha256::digest(file)),
        "dataset": "effectifs", "school_year": YEAR, "mode": mode.as_str(),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_bytes_are_answered_with_the_first_receipt_while_it_stands() {
    let world = World::new(ORGANISATIONS).await;
    let (_, key) = key::make(&world.store.index, vec![organisation(0)]).await.expect("a key");
    let file = apprentices(organisation(0), 1, 25);
    let open = async |body: &Value| at_the_door(&world, &key, "POST", "/depots", body).await;
    let body = declared(&file, Mode::Complete);

    send(&world, FIRST, Mode::Complete, 1, 25).await;
    assert_eq!(open(&body).await.0, 201, "announced is not answered");
    judge(&world).await;
    let (status, said) = open(&body).await;
    assert_eq!(
        (status, &said["deposit"], &said["state"]),
        (200, &FIRST.into(), &"validated".into())
    );
    assert_eq!(said["report"], format!("/depots/{FIRST}"));
    assert_eq!(said["upload"], Value::Null);
    // Another purpose, or a fresh judgement, is another deposit.
    assert_eq!(open(&declared(&file, Mode::Additions)).await.0, 201);
    let mut again = body.clone();
    again["again"] = true.into();
    assert_eq!(open(&again).await.0, 201);
    // A newer list took its place: sending the older one again means going back to it.
    send(&world, SECOND, Mode::Complete, 1, 26).await;
    judge(&world).await;
    assert_eq!(open(&body).await.0, 201);
    // Taken back, the newer one leaves it its place.
    world.ask(SECOND, Request::Withdrawal).await;
    judge(&world).await;
    assert_eq!(open(&body).await.0, 200);
    world.ask(FIRST, Request::Withdrawal).await;
    judge(&world).await;
    assert_eq!(open(&body).await.0, 201);

    // A refusal stands too.
    let bad = apprentices(organisation(1), 1, 5);
    let body = declared(&bad, Mode::Complete);
    world.deposit(THIRD, organisation(0), Mode::Complete, &bad).await;
    judge(&world).await;
    assert_eq!(open(&body).await.1["state"], "refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_lists_confirms_and_withdraws_its_deposits_and_no_others() {
    let world = many_removed().await;
    let (id, key) = key::make(&world.store.index, vec![organisation(0)]).await.expect("a key");
    let (_, other) = key::make(&world.store.index, vec![organisation(1)]).await.expect("a key");
    let none = Value::Null;
    let ask = async |method: &str, path: &str| at_the_door(&world, &key, method, path, &none).await;
    let (rennes, second) = (organisation(0), format!("/depots/{SECOND}"));
    let confirmation = format!("{second}/confirmation");

    let (status, listed) = ask("GET", &format!("/depots?organisme={rennes}")).await;
    let states: Vec<&Value> =
        listed["depots"].as_array().expect("a list").iter().map(|one| &one["state"]).collect();
    assert_eq!((status, states), (200, vec![&"to_confirm".into(), &"validated".into()]));
    assert_eq!(listed["depots"][1]["rows"]["accepted"], 25);
    assert_eq!(listed["next"], Value::Null);
    for (method, path) in [
        ("GET", format!("/depots?organisme={rennes}")),
        ("GET", second.clone()),
        ("DELETE", second.clone()),
        ("POST", confirmation.clone()),
    ] {
        let (status, said) = at_the_door(&world, &other, method, &path, &none).await;
        assert!(matches!(status, 403 | 404), "{method} {path}: {said}");
    }
    assert_eq!(world.take("validate").await.len(), 0, "and nothing was asked");

    assert_eq!(ask("POST", &format!("/depots/{FIRST}/confirmation")).await.0, 200, "it counts");
    // Twice, since a sender may press twice: one request.
    for _ in 0..2 {
        assert_eq!(ask("POST", &confirmation).await.0, 202);
    }
    judge(&world).await;
    assert_eq!(ask("GET", &second).await.1["state"], "validated");
    assert_eq!(ask("GET", &format!("/depots/{FIRST}")).await.1["state"], "superseded");
    assert_eq!(world.found(SECOND).await.confirmed.expect("confirmed").by, id);
    assert_eq!(ask("POST", &confirmation).await.0, 200);

    assert_eq!(ask("DELETE", &second).await.0, 202);
    judge(&world).await;
    let (status, said) = ask("DELETE", &second).await;
    assert_eq!((status, &said["state"]), (200, &"withdrawn".into()));
    assert_eq!(ask("GET", &format!("/depots/{FIRST}")).await.1["state"], "validated");
    let (status, said) = ask("POST", &confirmation).await;
    assert_eq!((status, &said["type"]), (409, &"/comprendre/#rien-a-confirmer".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_history_is_read_a_page_at_a_time() {
    let world = World::new(ORGANISATIONS).await;
    let (_, key) = key::make(&world.store.index, vec![organisation(0)]).await.expect("a key");
    let ids: Vec<String> = (10..57).map(|n| format!("01KAAAAAAAAAAAAAAAAAAAAA{n}")).collect();
    for id in &ids {
        send(&world, id, Mode::Additions, 1, 1).await;
    }
    let (mut found, mut next) = (Vec::new(), format!("/depots?organisme={}", organisation(0)));
    for size in [20, 20, 7] {
        let (_, page) = at_the_door(&world, &key, "GET", &next, &Value::Null).await;
        let listed = page["depots"].as_array().expect("a list");
        assert_eq!(listed.len(), size);
        found.extend(listed.iter().map(|one| one["deposit"].as_str().expect("an id").to_owned()));
        next = page["next"].as_str().unwrap_or_default().to_owned();
    }
    assert_eq!(next, "");
    found.reverse();
    assert_eq!(found, ids);
}
