//! The door: who may send what, what storage refuses by itself, and the whole way from the request
//! to the page, with the real functions as the real processes they are.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use acceptance::World;
use acceptance::files::{ORGANISATIONS, YEAR, apprentices, organisation};
use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use domain::upload::{Dataset, hex};
use domain::vocabulary::Organisation;
use local::client::{Client, Declaration, Judged};
use local::commands::key;
use local::line::{Line, Options};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// One request to `/depots`, as the gateway gives it.
pub(crate) fn request(
    method: &str,
    path: &str,
    key: Option<&str>,
    body: &Value,
) -> ApiGatewayV2httpRequest {
    let headers = match key {
        Some(key) => json!({ "authorization": format!("Bearer {key}") }),
        None => json!({}),
    };
    let event = json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": headers,
        "requestContext": {
            "accountId": "anonymous", "apiId": "local", "domainName": "localhost",
            "http": { "method": method, "path": path, "protocol": "HTTP/1.1",
                      "sourceIp": "127.0.0.1", "userAgent": "tests" },
            "requestId": "1", "stage": "$default", "time": "22/Nov/2026:10:00:00 +0000",
            "timeEpoch": 1_795_342_800_000_i64,
        },
        "body": body.to_string(),
        "isBase64Encoded": false,
    });
    serde_json::from_value(event).expect("an event of the HTTP API")
}

fn declaration() -> Value {
    json!({
        "file_name": "effectifs.csv", "size_bytes": 5, "sha256": "5a".repeat(32),
        "dataset": "effectifs", "school_year": YEAR, "mode": "complete",
    })
}

/// Method, path, key, body; status and name of the problem.
type Case<'a> = (&'a str, &'a str, Option<&'a str>, Value, i64, &'a str);

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_cannot_be_granted_is_told_why_in_french() {
    let world = World::new(ORGANISATIONS).await;
    let (_, one) = key::make(&world.store.index, vec![organisation(0)]).await.expect("a key");
    let both = vec![organisation(0), organisation(1)];
    let (_, two) = key::make(&world.store.index, both).await.expect("a key");
    let (gone_id, gone) =
        key::make(&world.store.index, vec![organisation(0)]).await.expect("a key");
    assert!(world.store.index.revoke_key(&gone_id, "2026-11-22T00:00:00Z").await.expect("revoked"));
    let with = |field: &str, value: Value| {
        let mut body = declaration();
        body[field] = value;
        body
    };
    let mega = 1024 * 1024;
    let post = "POST";
    let cases: [Case<'_>; 16] = [
        (post, "/depots", None, declaration(), 401, "cle-inconnue"),
        (post, "/depots", Some("autre"), declaration(), 401, "cle-inconnue"),
        (post, "/depots", Some(&gone), declaration(), 401, "cle-inconnue"),
        (post, "/depots", Some(&one), json!("texte"), 400, "demande-illisible"),
        (
            post,
            "/depots",
            Some(&one),
            with("school_year", json!("2026-2029")),
            422,
            "champ-a-revoir",
        ),
        (post, "/depots", Some(&one), with("mode", json!(null)), 422, "champ-a-revoir"),
        (post, "/depots", Some(&one), with("sha256", json!("5a")), 422, "champ-a-revoir"),
        (post, "/depots", Some(&one), with("file_name", json!("liste.pdf")), 415, "format"),
        (post, "/depots", Some(&one), with("size_bytes", json!(0)), 422, "fichier-vide"),
        (
            post,
            "/depots",
            Some(&one),
            with("size_bytes", json!(101 * mega)),
            413,
            "fichier-trop-lourd",
        ),
        (post, "/depots", Some(&two), declaration(), 422, "organisme-a-choisir"),
        (
            post,
            "/depots",
            Some(&one),
            with("organisme", json!(organisation(2).to_string())),
            403,
            "organisme-hors-cle",
        ),
        ("GET", "/depots/01KAAAAAAAAAAAAAAAAAAAAAA1", Some(&one), json!({}), 404, "depot-inconnu"),
        ("GET", "/depots/../secrets", Some(&one), json!({}), 404, "adresse-inconnue"),
        ("DELETE", "/depots", Some(&one), json!({}), 405, "methode"),
        ("GET", "/ailleurs", Some(&one), json!({}), 404, "adresse-inconnue"),
    ];
    for (method, path, key, body, status, name) in cases {
        let answer = upload::handle(&world.store, &request(method, path, key, &body)).await;
        let answer = answer.expect("the store is up");
        let found = body_of(&answer);
        assert_eq!(answer.status_code, status, "{method} {path} {body}: {found}");
        assert_eq!(found["type"], format!("/comprendre/#{name}"), "{found}");
        assert_eq!(found["status"], status);
        assert!(found["detail"].as_str().is_some_and(|text| text.ends_with('.')), "{found}");
    }
    let asked = request(post, "/depots", Some(&one), &declaration());
    let granted = upload::handle(&world.store, &asked).await.expect("the store is up");
    assert_eq!(granted.status_code, 201);
    let id = body_of(&granted)["deposit"].as_str().expect("a number").to_owned();
    // The deposit of one organisation is not seen with the key of another.
    let (_, other) = key::make(&world.store.index, vec![organisation(2)]).await.expect("a key");
    for (key, status) in [(&one, 200), (&two, 200), (&other, 404)] {
        let shown = request("GET", &format!("/depots/{id}"), Some(key), &json!({}));
        let shown = upload::handle(&world.store, &shown).await.expect("the store is up");
        assert_eq!(shown.status_code, status);
    }
}

pub(crate) fn body_of(answer: &aws_lambda_events::apigw::ApiGatewayV2httpResponse) -> Value {
    match &answer.body {
        Some(aws_lambda_events::encodings::Body::Text(text)) => {
            serde_json::from_str(text).expect("JSON")
        }
        other => panic!("{other:?}"),
    }
}

/// The binary that `cargo run` runs: the test command builds it first.
pub(crate) fn tableau() -> PathBuf {
    let here = std::env::current_exe().expect("this test");
    let folder = here.parent().and_then(|deps| deps.parent()).expect("the target folder");
    let program = folder.join("tableau");
    assert!(program.exists(), "build {} first: cargo build", program.display());
    program
}

fn declare(organisation: Organisation, file: &[u8]) -> Declaration {
    Declaration {
        organisme: Some(organisation.to_string()),
        dataset: Dataset::Effectifs.to_string(),
        school_year: YEAR.to_owned(),
        mode: "complete".to_owned(),
        file_name: "effectifs.csv".to_owned(),
        size_bytes: file.len() as u64,
        sha256: hex(&Sha256::digest(file)),
        again: false,
    }
}

/// Asks, sends and waits, as an ERP does.
async fn send(
    client: &Client,
    organisation: Organisation,
    file: Vec<u8>,
) -> anyhow::Result<(String, Judged)> {
    let client = client.clone();
    let sent = tokio::task::spawn_blocking(move || {
        let opened = client.open(&declare(organisation, &file))?;
        let upload = opened.upload.as_ref().expect("a new file");
        client.upload(upload, file.len() as u64, &mut file.as_slice())?;
        let judged = client.wait(&opened.deposit, Duration::from_secs(30))?;
        Ok((opened.deposit, judged))
    });
    sent.await?
}

async fn get(url: String) -> (u16, String) {
    get_with(url, None).await
}

async fn get_with(url: String, key: Option<String>) -> (u16, String) {
    let got = tokio::task::spawn_blocking(move || {
        let config = ureq::Agent::config_builder().http_status_as_error(false).proxy(None);
        let agent: ureq::Agent = config.build().into();
        let mut request = agent.get(&url);
        if let Some(key) = key {
            request = request.header("authorization", format!("Bearer {key}"));
        }
        let mut answer = request.call().expect("the line answers");
        (answer.status().as_u16(), answer.body_mut().read_to_string().expect("a text"))
    });
    got.await.expect("the request")
}

/// Waits until a page says this.
async fn wait_for(url: &str, text: &str) {
    let patience = Instant::now();
    loop {
        let (status, page) = get(url.to_owned()).await;
        if page.replace(['\u{a0}', '\u{202f}'], " ").contains(text) {
            return;
        }
        let patient = patience.elapsed() < Duration::from_mins(1);
        assert!(patient, "{url} never said {text}; it answers {status}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_travels_from_the_drop_to_the_page_through_the_real_processes() {
    let folder = tempfile::tempdir().expect("a folder");
    let list = folder.path().join("organismes.csv");
    std::fs::write(&list, ORGANISATIONS).expect("the list");
    let options = Options {
        state: folder.path().join("state"),
        port: 0,
        program: tableau(),
        organisations: Some(list),
        references: None,
        demo: false,
        rhythm: publish::Rhythm::EachRun,
    };
    let mut line = Line::start(&options).await.expect("the line starts");
    line.count();
    let (_, key) = key::make(&line.store().index, vec![organisation(0)]).await.expect("a key");
    let (client, sender) = (Client::new(&line.address(), &key), organisation(0));

    let sent = send(&client, sender, apprentices(sender, 1, 40)).await;
    let (id, judged) = sent.expect("a first answer");
    assert!(judged.accepted, "{}", judged.report);

    // The answer for people is private: at a signed address, that only the key gives.
    let (_, shown) = get_with(format!("{}/depots/{id}", line.address()), Some(key.clone())).await;
    let shown: Value = serde_json::from_str(&shown).expect("JSON");
    let answer = shown["answer"]["page"].as_str().expect("an address").to_owned();
    let (status, text) = get(answer.clone()).await;
    assert_eq!(status, 200);
    // A number never leaves what it counts at the end of a line.
    assert!(text.contains("40\u{a0}lignes lues"), "the report is read there");
    let unsigned = answer.split('?').next().expect("an address").to_owned();
    assert_eq!(get(unsigned).await.0, 403);
    let page = format!("{}/departement/35/", line.address());
    wait_for(&page, "40 apprentis").await;

    // The other way round: a page that moves when a newer list arrives.
    let sent = send(&client, sender, apprentices(sender, 1, 33)).await;
    let (_, judged) = sent.expect("a second answer");
    assert_eq!(judged.report["rows"]["accepted"], 33);
    wait_for(&page, "33 apprentis").await;

    // The operator asks what makes the figure, of the line that runs and of the folder it leaves.
    let latest = line.store().objects.get(&store::Key::Latest).await.expect("a publication");
    let latest: publish::Latest = serde_json::from_slice(&latest).expect("JSON");
    assert_eq!(asked(&options.state, &latest.today).await, json!([33]));

    // What storage refuses by itself: other bytes, more bytes, twice.
    let file = apprentices(sender, 1, 5);
    let stolen = client.clone();
    let refused = tokio::task::spawn_blocking(move || {
        let opened = stolen.open(&declare(sender, &file)).expect("opened");
        let upload = opened.upload.expect("a new file");
        let mut other = file.clone();
        other[100] ^= 1;
        let longer = [file.as_slice(), b"\n"].concat();
        let tries = [
            stolen.upload(&upload, other.len() as u64, &mut other.as_slice()),
            stolen.upload(&upload, longer.len() as u64, &mut longer.as_slice()),
            stolen.upload(&upload, file.len() as u64, &mut file.as_slice()),
            stolen.upload(&upload, file.len() as u64, &mut file.as_slice()),
        ];
        tries.map(|sent| sent.is_err())
    });
    assert_eq!(refused.await.expect("the tries"), [true, true, false, true]);

    let (status, missing) = get(format!("{}/nulle-part/", line.address())).await;
    assert_eq!(status, 404);
    assert!(missing.contains("lang=\"fr\""), "a page of ours says so");
    line.stop().await.expect("a clean stop");
    assert_eq!(asked(&options.state, &latest.today).await, json!([33]));
}

/// What each deposit makes of the apprentices of Ille-et-Vilaine, by `tableau why`.
async fn asked(state: &std::path::Path, date: &str) -> Value {
    let mut command = tokio::process::Command::new(tableau());
    command.args(["why", date, "departement", "35", "apprentis", "--json", "--state"]).arg(state);
    let said = command.output().await.expect("tableau why");
    let error = String::from_utf8_lossy(&said.stderr);
    let answer: Value = serde_json::from_slice(&said.stdout).expect(&error);
    assert!(said.status.success(), "{answer}");
    let parts = answer["parts"].as_array().expect("a list").iter();
    parts.map(|part| part["valeur"].clone()).collect()
}

/// A running `tableau`, killed without notice when it goes out of scope.
struct Tableau(std::process::Child);

impl Drop for Tableau {
    fn drop(&mut self) {
        // Already dead is dead enough.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Tableau {
    /// Starts the command as a person would, and waits for its address.
    async fn start(state: &std::path::Path, list: &std::path::Path) -> (Self, String) {
        use tokio::io::AsyncBufReadExt as _;
        let mut command = std::process::Command::new(tableau());
        command.args(["--port", "0", "--no-demo", "--state"]).arg(state);
        command.arg("--organismes").arg(list).stdout(std::process::Stdio::piped());
        let mut running = Self(command.spawn().expect("tableau starts"));
        let stdout = running.0.stdout.take().expect("its output");
        let stdout = tokio::process::ChildStdout::from_std(stdout).expect("its output");
        let mut lines = tokio::io::BufReader::new(stdout).lines();
        while let Some(line) = lines.next_line().await.expect("its output") {
            if let Some((_, address)) = line.split_once("http://") {
                return (running, format!("http://{}", address.trim()));
            }
        }
        panic!("tableau never said its address")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_with_no_notice_the_next_start_finishes_what_was_received() {
    let folder = tempfile::tempdir().expect("a folder");
    let (list, state) = (folder.path().join("organismes.csv"), folder.path().join("state"));
    std::fs::write(&list, ORGANISATIONS).expect("the list");
    let sender = organisation(0);
    let made = std::process::Command::new(tableau())
        .args(["key", "new", "--organisme", &sender.to_string(), "--state"])
        .arg(&state)
        .output()
        .expect("tableau key");
    let said = String::from_utf8(made.stdout).expect("a text");
    let key = said.lines().last().expect("a key").trim().to_owned();

    let (running, address) = Tableau::start(&state, &list).await;
    let client = Client::new(&address, &key);
    let file = apprentices(sender, 1, 26);
    let deposit = tokio::task::spawn_blocking(move || {
        let opened = client.open(&declare(sender, &file)).expect("opened");
        let upload = opened.upload.as_ref().expect("a new file");
        client.upload(upload, file.len() as u64, &mut file.as_slice()).expect("sent");
        opened.deposit
    });
    let deposit = deposit.await.expect("sent");
    drop(running); // kill -9: the file is received, perhaps not judged, certainly not published

    let (_running, address) = Tableau::start(&state, &list).await;
    let client = Client::new(&address, &key);
    let judged =
        tokio::task::spawn_blocking(move || client.wait(&deposit, Duration::from_secs(40)));
    assert!(judged.await.expect("asked").expect("judged").accepted);
    wait_for(&format!("{address}/departement/35/"), "26 apprentis").await;
}
