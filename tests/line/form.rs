//! The form of the drop page, without JavaScript: a small file in the request, a page for an answer.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use acceptance::World;
use acceptance::files::{ORGANISATIONS, YEAR, apprentices, organisation};
use aws_lambda_events::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use aws_lambda_events::encodings::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use local::commands::key;
use serde_json::Value;

/// A field of a form: its name, the name of its file if it is one, and what it holds.
type Field<'a> = (&'a str, Option<&'a str>, &'a [u8]);

/// How many forms were sent: each comes a second after the one before, as their deposits are numbered.
static SENT: AtomicI64 = AtomicI64::new(0);

/// What a browser sends, as the gateway gives it.
fn posted(path: &str, fields: &[Field<'_>]) -> ApiGatewayV2httpRequest {
    let mut body = Vec::new();
    for (name, file, content) in fields {
        let file = file.map_or(String::new(), |file| format!("; filename=\"{file}\""));
        let head =
            format!("--limite\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--limite--\r\n");
    let mut request = super::door::request("POST", path, None, &Value::Null);
    let kind = "multipart/form-data; boundary=limite".parse().expect("a header");
    request.headers.insert("content-type", kind);
    request.body = Some(BASE64.encode(body));
    request.is_base64_encoded = true;
    request.request_context.time_epoch += 1_000 * SENT.fetch_add(1, Ordering::Relaxed);
    request
}

fn file<'a>(key: &'a str, name: &'a str, content: &'a [u8]) -> Vec<Field<'a>> {
    vec![
        ("cle", None, key.as_bytes()),
        ("annee", None, YEAR.as_bytes()),
        ("mode", None, b"complete"),
        ("organisme", None, b""),
        ("fichier", Some(name), content),
    ]
}

/// The page that answers, its files being judged meanwhile.
async fn judged(world: &World, request: &ApiGatewayV2httpRequest) -> (i64, String) {
    let judging = async {
        loop {
            world.drain(&world.store).await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::select! {
        answer = upload::handle(&world.store, request) => page(answer.expect("the store is up")),
        () = judging => unreachable!("judging never ends"),
    }
}

fn page(answer: ApiGatewayV2httpResponse) -> (i64, String) {
    assert_eq!(answer.headers["content-type"], "text/html; charset=utf-8");
    assert_eq!(answer.headers["cache-control"], "no-store");
    match answer.body {
        Some(Body::Text(text)) => (answer.status_code, text),
        other => panic!("{other:?}"),
    }
}

fn title(page: &str) -> &str {
    let (_, rest) = page.split_once("<h1>").expect("a title");
    rest.split_once("</h1>").expect("its end").0
}

/// The number of the deposit that a page names.
fn deposit(page: &str) -> String {
    let mut words = page.split(|letter: char| !letter.is_ascii_alphanumeric());
    words.rfind(|word| word.len() == 26).expect("a number").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_a_form_is_judged_as_any_other() {
    let world = World::new(ORGANISATIONS).await;
    let (_, key) = key::make(&world.store.index, vec![organisation(0)]).await.expect("a key");
    let list = apprentices(organisation(0), 1, 25);
    let sent = posted(upload::FORM, &file(&key, "liste d’été.csv", &list));
    let (status, first) = judged(&world, &sent).await;
    assert_eq!((status, title(&first)), (200, "Le fichier est accepté"), "{first}");
    assert!(first.contains("25 lignes lues, 25 acceptées"), "{first}");
    assert!(first.contains("Lire la réponse, ligne par ligne"), "{first}");
    assert!(!first.contains(&key), "no page holds a key");
    let kept = world.found(&deposit(&first)).await.declaration;
    assert_eq!((kept.file_name.as_str(), kept.size_bytes), ("liste d’été.csv", list.len() as u64));

    // The same bytes again: the first answer.
    let (_, again) = judged(&world, &sent).await;
    assert_eq!(deposit(&again), deposit(&first));

    // A list that takes so many out waits for a word, which a form can give.
    let shorter = apprentices(organisation(0), 1, 5);
    let sent = posted(upload::FORM, &file(&key, "liste.csv", &shorter));
    let (_, waits) = judged(&world, &sent).await;
    assert_eq!(title(&waits), "Le fichier attend votre accord");
    let id = deposit(&waits);
    let fields: [Field<'_>; 3] = [
        ("cle", None, key.as_bytes()),
        ("depot", None, id.as_bytes()),
        ("demande", None, b"confirmation"),
    ];
    let (_, counts) = judged(&world, &posted("/depots/reponse", &fields)).await;
    assert_eq!((title(&counts), deposit(&counts)), ("Le fichier est accepté", id), "{counts}");

    // A list that was asked for before those does not count, and the page says so.
    assert!(!counts.contains("c’est elle qui compte"), "{counts}");
    let late = apprentices(organisation(0), 1, 24);
    let mut sent = posted(upload::FORM, &file(&key, "liste.csv", &late));
    sent.request_context.time_epoch -= 3_600_000;
    let (_, superseded) = judged(&world, &sent).await;
    assert!(superseded.contains("c’est elle qui compte"), "{superseded}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_late_is_asked_for_again() {
    let world = World::new(ORGANISATIONS).await;
    let (_, key) = key::make(&world.store.index, vec![organisation(0)]).await.expect("a key");
    let list = apprentices(organisation(0), 1, 25);
    let sent = posted(upload::FORM, &file(&key, "liste.csv", &list));
    let (status, late) = page(upload::handle(&world.store, &sent).await.expect("the store is up"));
    assert_eq!((status, title(&late)), (202, "Votre fichier est bien arrivé"));
    assert!(!late.contains(&key), "no page holds a key");
    world.drain(&world.store).await;
    let id = deposit(&late);
    let asked = |key: &str| {
        posted("/depots/reponse", &[("cle", None, key.as_bytes()), ("depot", None, id.as_bytes())])
    };
    let (_, counts) = judged(&world, &asked(&key)).await;
    assert_eq!(title(&counts), "Le fichier est accepté");
    // Nobody else sees it.
    let (_, other) = key::make(&world.store.index, vec![organisation(1)]).await.expect("a key");
    let (status, unseen) = judged(&world, &asked(&other)).await;
    assert_eq!((status, title(&unseen)), (404, "Dépôt inconnu"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_cannot_be_taken_says_why_in_a_page() {
    let world = World::new(ORGANISATIONS).await;
    let (_, key) = key::make(&world.store.index, vec![organisation(0)]).await.expect("a key");
    let list = apprentices(organisation(0), 1, 2);
    let heavy = vec![b'a'; upload::MAX_FORM_FILE_BYTES as usize + 1];
    let mut two = file(&key, "une.csv", &list);
    two.push(("fichier", Some("deux.csv"), &list));
    let mut other = file(&key, "une.csv", &list);
    let elsewhere = organisation(1).to_string();
    other[3].2 = elsewhere.as_bytes();
    let cut = {
        let mut cut = posted(upload::FORM, &file(&key, "liste.csv", &list));
        let body = BASE64.decode(cut.body.expect("a body")).expect("base64");
        cut.body = Some(BASE64.encode(&body[..body.len() / 2]));
        cut
    };
    let form = |fields: &[Field<'_>]| posted(upload::FORM, fields);
    for (sent, status, told) in [
        (form(&file("autre", "liste.csv", &list)), 401, "Clé de dépôt inconnue"),
        (form(&file(&key, "", b"")), 422, "Un fichier à la fois"),
        (form(&two), 422, "Un fichier à la fois"),
        (form(&other), 403, "Cet organisme n&apos;est pas couvert par la clé"),
        (form(&file(&key, "liste.pdf", &list)), 415, "Format de fichier non lu"),
        (form(&file(&key, "vide.csv", b"")), 422, "Le fichier est vide"),
        (form(&file(&key, "lourd.csv", &heavy)), 413, "Le fichier est trop lourd"),
        (cut, 400, "Ce formulaire n&apos;a pas pu être lu"),
    ] {
        let answer = upload::handle(&world.store, &sent).await.expect("the store is up");
        let (found, page) = page(answer);
        assert_eq!((found, title(&page)), (status, told), "{page}");
        assert!(!page.contains(&key), "no page holds a key");
    }
    assert_eq!(world.paths("inbox").await, Vec::<String>::new(), "nothing was kept");
}
