//! The world refuses for a while: storage asks to slow down, credentials are too old, the index throttles,
//! a file is gone before it is read. Nothing is lost, nothing counts twice.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::upload::State;
use http::StatusCode;

use super::crash::{FIRST, SECOND, world};

/// How S3 and `DynamoDB` refuse what may be asked again later: the host, the status, the code.
const REFUSALS: [(&str, u16, &str); 7] = [
    ("s3.embedded", 503, "SlowDown"),
    ("s3.embedded", 503, "ServiceUnavailable"),
    ("s3.embedded", 500, "InternalError"),
    ("s3.embedded", 400, "ExpiredToken"),
    ("dynamodb.embedded", 400, "ThrottlingException"),
    ("dynamodb.embedded", 400, "ProvisionedThroughputExceededException"),
    ("dynamodb.embedded", 400, "ExpiredTokenException"),
];

#[tokio::test(flavor = "multi_thread")]
async fn refused_for_a_while_the_line_ends_like_a_clean_run() {
    let clean = world().await;
    clean.drain(&clean.store).await;
    let expected = clean.left().await;

    for (place, (host, status, code)) in REFUSALS.into_iter().enumerate() {
        let world = world().await;
        // At the first request, in the middle, near the end: the world is lost from there on.
        let moments = if host == "s3.embedded" { [0, 2, 5] } else { [0, 1, 3] };
        let (asked, from) = (AtomicUsize::new(0), moments[place % 3]);
        let refused = world.refused(Arc::new(move |request| {
            let here = request.uri.host() == Some(host);
            let lost = here && asked.fetch_add(1, Ordering::SeqCst) >= from;
            lost.then(|| (StatusCode::from_u16(status).expect("a status"), code))
        }));
        world.sweep(&refused).await;
        assert_eq!(world.state(SECOND).await, State::Opened, "{host} {code}: it is not judged");
        assert_eq!(world.state(FIRST).await, State::Validated, "{host} {code}: nothing moved");
        world.drain(&world.store).await;
        assert_eq!(world.left().await, expected, "{host} {code}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn asked_to_slow_down_once_storage_is_asked_again_and_nobody_sees_it() {
    let world = world().await;
    let asked = AtomicUsize::new(0);
    let impatient = world.refused(Arc::new(move |request| {
        let third = request.uri.host() == Some("s3.embedded")
            && asked.fetch_add(1, Ordering::SeqCst).is_multiple_of(3);
        third.then_some((StatusCode::SERVICE_UNAVAILABLE, "SlowDown"))
    }));
    world.turn("validate", &impatient).await;
    assert_eq!(world.state(SECOND).await, State::Validated, "judged at the first delivery");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_gone_before_it_is_read_is_refused_with_an_answer_and_the_line_goes_on() {
    let world = world().await;
    world.lose("inbox", &format!("depots/{SECOND}")).await;
    // It comes back five times, dies, and is answered from the dead letters.
    world.drain(&world.store).await;
    assert_eq!(world.state(SECOND).await, State::Refused);
    let report = world.report(SECOND).await;
    assert_eq!(report["verdict"], "refused");
    assert!(report["sentence"].as_str().is_some_and(|said| said.ends_with('.')), "{report}");
    assert_eq!(world.state(FIRST).await, State::Validated, "what counted counts");
    assert!(world.page("organisme/0350001L/index.html").await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_replayed_long_after_moves_nothing_and_is_counted_in_no_metric() {
    let world = world().await;
    let messages = world.take("validate").await;
    let (desk, event) = (world.desk(), |message: &local::aws::Message| {
        let one = [(message.id.as_str(), message.body.as_str(), message.sent_at_ms)];
        world.event(one.into_iter())
    });
    validate::handle(&world.store, &desk, &event(&messages[0])).await;
    let moved = desk.take_moved();
    let told: Vec<_> = moved.iter().map(|one| (one.state, one.rows.accepted)).collect();
    assert_eq!(told, [(State::Validated, 30)]);
    world.drain(&world.store).await;
    let before = world.left().await;

    for _ in 0..3 {
        let answer = validate::handle(&world.store, &desk, &event(&messages[0])).await;
        assert!(answer.batch_item_failures.is_empty(), "it is settled again");
    }
    assert_eq!(desk.take_moved(), []);
    world.drain(&world.store).await;
    assert_eq!(world.left().await, before);

    // What CloudWatch reads of it.
    let lines = validate::metrics(&moved, world.store.calls(), "validate", 1_795_348_801_500);
    let lines: Vec<serde_json::Value> =
        lines.iter().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!((&lines[0]["Deposits"], &lines[0]["Outcome"]), (&1.into(), &"validated".into()));
    assert_eq!(lines[1]["RowsAccepted"], 30);
    assert!(lines[2]["StoragePuts"].as_u64().is_some_and(|puts| puts > 0), "{}", lines[2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_of_something_else_moves_nothing() {
    let world = world().await;
    let messages = world.take("validate").await;
    let before = world.left().await;
    let about = |path: &str| {
        let mut body: serde_json::Value = serde_json::from_str(&messages[0].body).expect("JSON");
        body["Records"][0]["s3"]["object"]["key"] = path.into();
        body.to_string()
    };
    let answer = async |body: &str| {
        let event = world.event([("m", body, 0)].into_iter());
        let answer = world.invoke("validate", &world.store, &event).await;
        answer.expect("an answer").batch_item_failures.len()
    };
    // Of no deposit: nothing to do. Of a deposit that nobody opened: perhaps the index is late.
    assert_eq!(answer(&about("ailleurs/liste.csv")).await, 0);
    assert_eq!(answer(&about("depots/01KZZZZZZZZZZZZZZZZZZZZZZ9")).await, 1);
    assert_eq!(answer(&about("depots/../identities/x")).await, 0);
    assert_eq!(world.left().await, before);
}
