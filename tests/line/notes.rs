//! The right of reply: an organisation reads its own figures first, and joins a public note to its page,
//! once the operator has read it.

use acceptance::World;
use acceptance::files::{ORGANISATIONS, apprentices, organisation};
use domain::upload::Mode;
use local::commands::key;
use serde_json::{Value, json};
use store::Key;

use super::requests::at_the_door;

const FIRST: &str = "01KAAAAAAAAAAAAAAAAAAAAAA1";
const SECOND: &str = "01KAAAAAAAAAAAAAAAAAAAAAA2";
const NOTE: &str = "Deux classes ont ouvert : l’effectif <b>double</b>.";
/// As a page writes it.
const ON_A_PAGE: &str = "Deux classes ont ouvert : l’effectif &lt;b&gt;double&lt;/b&gt;.";

/// A published list of Rennes, and the key of its sender.
async fn published() -> (World, String) {
    let world = World::new(ORGANISATIONS).await;
    let sender = organisation(0);
    let (_, key) = key::make(&world.store.index, vec![sender]).await.expect("a key");
    world.deposit(FIRST, sender, Mode::Complete, &apprentices(sender, 1, 25)).await;
    world.drain(&world.store).await;
    (world, key)
}

/// The page of the sender, once the line has seen that a note changed.
async fn page(world: &World) -> String {
    let note = Key::Commit { id: "note".to_owned() };
    world.store.objects.put(&note, "{}").await.expect("storage");
    world.drain(&world.store).await;
    let path = format!("organisme/{}/index.html", organisation(0).uai);
    // Whoever wrote it, a page is set as French is.
    world.page(&path).await.expect("its page").replace('\u{a0}', " ")
}

async fn ask(world: &World, key: &str, method: &str, body: &Value) -> (i64, Value) {
    at_the_door(world, key, method, "/depots/note", body).await
}

/// What is proposed, as the operator reads it.
async fn proposed(world: &World) -> store::ProposedNote {
    world.store.index.proposed_notes().await.expect("the index").pop().expect("a note")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_is_public_once_the_operator_has_read_it_and_until_its_sender_takes_it_back() {
    let (world, key) = published().await;
    let index = &world.store.index;
    let (status, told) = ask(&world, &key, "GET", &Value::Null).await;
    assert_eq!((status, &told["public"], &told["proposed"]), (200, &Value::Null, &Value::Null));

    let (status, told) = ask(&world, &key, "PUT", &json!({ "note": NOTE })).await;
    assert_eq!((status, &told["proposed"]["note"]), (202, &NOTE.into()));
    assert!(!page(&world).await.contains("Deux classes"), "nobody has read it");

    assert!(index.publish_note(&proposed(&world).await).await.expect("the index"));
    assert!(page(&world).await.contains(ON_A_PAGE));
    let (_, told) = ask(&world, &key, "GET", &Value::Null).await;
    assert_eq!((&told["public"], &told["proposed"]), (&NOTE.into(), &Value::Null));

    // Another text is another note: until it is read, the public reads the first.
    ask(&world, &key, "PUT", &json!({ "note": "Autre chose." })).await;
    let other = page(&world).await;
    assert!(other.contains(ON_A_PAGE) && !other.contains("Autre chose"));

    let (status, told) = ask(&world, &key, "DELETE", &Value::Null).await;
    assert_eq!((status, &told["public"], &told["proposed"]), (200, &Value::Null, &Value::Null));
    assert!(!page(&world).await.contains("Deux classes"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_read_is_what_is_decided() {
    let (world, key) = published().await;
    let index = &world.store.index;
    ask(&world, &key, "PUT", &json!({ "note": NOTE })).await;
    let read = proposed(&world).await;
    ask(&world, &key, "PUT", &json!({ "note": "Jean Dupont a rompu." })).await;
    assert!(!index.publish_note(&read).await.expect("the index"), "it is another one");
    assert!(!index.refuse_note(&read, "Non.").await.expect("the index"));

    let why = "Cette note désigne une personne.";
    assert!(index.refuse_note(&proposed(&world).await, why).await.expect("the index"));
    let (_, told) = ask(&world, &key, "GET", &Value::Null).await;
    assert_eq!((&told["public"], &told["proposed"]["refused"]), (&Value::Null, &why.into()));
    assert!(!page(&world).await.contains("Jean Dupont"));
    // A refusal is of one text.
    ask(&world, &key, "PUT", &json!({ "note": NOTE })).await;
    assert_eq!(proposed(&world).await.refused, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_note_is_refused_in_french() {
    let (world, key) = published().await;
    let (_, stranger) =
        key::make(&world.store.index, vec![organisation(1)]).await.expect("another key");
    let long = "é".repeat(281);
    let of_another = format!("/depots/note?organisme={}", organisation(0));
    for (key, path, body, status, says) in [
        (&key, "/depots/note", json!({ "note": long }), 422, "281 caractères, 280 au plus"),
        (&key, "/depots/note", json!({ "note": "  " }), 422, "la note est vide"),
        (&key, "/depots/note", json!({ "note": 3 }), 422, "la note est vide"),
        (&key, "/depots/note", Value::Null, 422, "la note est vide"),
        (&key, "/depots/note", json!({ "note": "a\u{202E}b" }), 422, "caractère invisible"),
        (&stranger, of_another.as_str(), json!({ "note": NOTE }), 403, "Cette clé ne permet pas"),
        (&"tba_none".to_owned(), "/depots/note", json!({ "note": NOTE }), 401, "n'existe pas"),
    ] {
        let (found, told) = at_the_door(&world, key, "PUT", path, &body).await;
        let detail = told["detail"].as_str().unwrap_or_default();
        assert_eq!(found, status, "{told}");
        assert!(detail.contains(says), "{detail}");
    }
    assert_eq!(ask(&world, &key, "PATCH", &Value::Null).await.0, 405);
    assert!(world.store.index.proposed_notes().await.expect("the index").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_reads_what_its_page_will_say_before_it_is_published() {
    let world = World::new(ORGANISATIONS).await;
    let sender = organisation(0);
    world.deposit(FIRST, sender, Mode::Complete, &apprentices(sender, 1, 25)).await;
    while world.turn("validate", &world.store).await > 0 {}
    let report = world.report(FIRST).await;
    let [own] = &report["preview"]["organisations"].as_array().expect("a preview")[..] else {
        panic!("{report}")
    };
    assert_eq!(own["code"], sender.uai.to_string());
    // Counted as for everyone: what is published of it is the same, less the secrets.
    world.drain(&world.store).await;
    let csv = world.file("donnees/v1/indicateurs.csv").await.expect("the figures");
    let csv = String::from_utf8(csv).expect("UTF-8");
    let day = report["preview"]["date"].as_str().expect("a day");
    let start = format!("{day},organisme,{},", sender.uai);
    let told: Vec<&str> = csv.lines().filter(|line| line.starts_with(&start)).collect();
    assert_eq!(told.len(), 5, "{told:?}");
    let mut known = 0;
    for line in told {
        let columns: Vec<&str> = line.rsplit(',').take(3).collect();
        let [_, value, indicator] = columns[..] else { panic!("{line}") };
        if !value.is_empty() {
            known += 1;
            assert_eq!(own[indicator].to_string(), value, "{line}");
        }
    }
    assert!(known >= 2, "{known}");
}

#[tokio::test(flavor = "multi_thread")]
async fn additions_are_previewed_with_what_they_add_to() {
    let world = World::new(ORGANISATIONS).await;
    let sender = organisation(0);
    for (id, mode, first, count) in
        [(FIRST, Mode::Complete, 1, 25), (SECOND, Mode::Additions, 101, 8)]
    {
        world.deposit(id, sender, mode, &apprentices(sender, first, count)).await;
        while world.turn("validate", &world.store).await > 0 {}
    }
    let apprenants = async |id: &str| {
        world.report(id).await["preview"]["organisations"][0]["apprenants"].as_u64()
    };
    assert_eq!((apprenants(FIRST).await, apprenants(SECOND).await), (Some(25), Some(33)));
}
