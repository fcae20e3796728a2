//! The cloud as its clients see it: through the AWS SDK, in this process, with nothing mocked.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_s3::Client;
use aws_sdk_s3::presigning::{PresignedRequest, PresigningConfig};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{
    CompletedMultipartUpload, CompletedPart, CorsConfiguration, CorsRule, Delete, ObjectIdentifier,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Method, Request, StatusCode};
use http_body_util::BodyExt;
use s3s::Body;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::in_process::{DYNAMODB_ENDPOINT, Moment, S3_ENDPOINT, Verdict};
use super::{Cloud, Credentials, InProcessClient, Notification, QueueSettings, REGION};

const NO_TIME: Duration = Duration::ZERO;
const LONG: Duration = Duration::from_mins(10);

fn open(folder: &Path) -> Arc<Cloud> {
    let credentials = Credentials { access_key: "key".into(), secret_key: "secret".into() };
    let notification = Notification {
        bucket: "inbox".into(),
        prefix: "deposits/".into(),
        suffix: ".csv".into(),
        queue: "validate".into(),
    };
    let queue = QueueSettings { name: "validate".into(), max_receives: 2, dead_letters: None };
    Cloud::open(folder, &credentials, &["inbox"], vec![notification], vec![queue]).unwrap()
}

fn fresh() -> (TempDir, Arc<Cloud>) {
    let folder = tempfile::tempdir().unwrap();
    let cloud = open(folder.path());
    (folder, cloud)
}

fn s3(client: InProcessClient, secret: &str) -> Client {
    use aws_sdk_s3::config::{Config, Credentials, Region, retry::RetryConfig};
    let config = Config::builder()
        .region(Region::new(REGION))
        .endpoint_url(S3_ENDPOINT)
        .force_path_style(true)
        .credentials_provider(Credentials::new("key", secret, None, None, "test"))
        .retry_config(RetryConfig::disabled())
        .http_client(client)
        .build();
    Client::from_conf(config)
}

fn dynamodb(client: InProcessClient) -> aws_sdk_dynamodb::Client {
    use aws_sdk_dynamodb::config::{Config, Credentials, Region, retry::RetryConfig};
    let config = Config::builder()
        .region(Region::new(REGION))
        .endpoint_url(DYNAMODB_ENDPOINT)
        .credentials_provider(Credentials::new("key", "secret", None, None, "test"))
        .retry_config(RetryConfig::disabled())
        .http_client(client)
        .build();
    aws_sdk_dynamodb::Client::from_conf(config)
}

async fn create_table(dynamodb: &aws_sdk_dynamodb::Client) {
    use aws_sdk_dynamodb::types::{
        AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
    };
    let id = AttributeDefinition::builder()
        .attribute_name("id")
        .attribute_type(ScalarAttributeType::S)
        .build()
        .unwrap();
    let key = KeySchemaElement::builder().attribute_name("id").key_type(KeyType::Hash).build();
    dynamodb
        .create_table()
        .table_name("index")
        .attribute_definitions(id)
        .key_schema(key.unwrap())
        .billing_mode(BillingMode::PayPerRequest)
        .send()
        .await
        .unwrap();
}

/// The upload path: one object, of one size and one SHA-256, once, for fifteen minutes.
async fn upload_url(client: &Client, content: &[u8], start: SystemTime) -> PresignedRequest {
    let presigning = PresigningConfig::builder()
        .start_time(start)
        .expires_in(Duration::from_mins(15))
        .build()
        .unwrap();
    client
        .put_object()
        .bucket("inbox")
        .key("deposits/année 1.csv")
        .content_length(content.len() as i64)
        .checksum_sha256(STANDARD.encode(Sha256::digest(content)))
        .if_none_match("*")
        .presigned(presigning)
        .await
        .unwrap()
}

/// Sends what the URL says, with its headers, changed by `change`.
async fn upload(
    cloud: &Cloud,
    url: &PresignedRequest,
    content: &[u8],
    change: impl FnOnce(&mut Request<Body>),
) -> StatusCode {
    let mut request = Request::builder().method(url.method()).uri(url.uri());
    for (name, value) in url.headers() {
        request = request.header(name, value);
    }
    let body = Body::from(Bytes::copy_from_slice(content));
    let mut request = request.header("host", "s3.embedded").body(body).unwrap();
    request.headers_mut().insert("content-length", content.len().into());
    change(&mut request);
    cloud.s3().call(request).await.unwrap().status()
}

fn rewrite(request: &mut Request<Body>, from: &str, to: &str) {
    let uri = request.uri().to_string();
    assert!(uri.contains(from), "{uri}");
    *request.uri_mut() = uri.replace(from, to).parse().unwrap();
}

fn blobs(folder: &TempDir) -> usize {
    std::fs::read_dir(folder.path().join("blobs")).unwrap().count()
}

#[tokio::test]
async fn an_upload_url_takes_one_file_once() {
    let (folder, cloud) = fresh();
    let client = s3(cloud.http_client(), "secret");
    let (content, other, longer) = (vec![b'a'; 100_000], vec![b'b'; 100_000], vec![b'a'; 100_001]);
    let now = SystemTime::now();
    let url = upload_url(&client, &content, now).await;

    let signature = &url.uri().split_once("X-Amz-Signature=").unwrap().1[..64];
    let forged = upload(&cloud, &url, &content, |request| {
        rewrite(request, signature, &signature.chars().rev().collect::<String>());
    });
    assert_eq!(forged.await, StatusCode::FORBIDDEN, "forged");
    let elsewhere = upload(&cloud, &url, &content, |request| rewrite(request, "1.csv", "2.csv"));
    assert_eq!(elsewhere.await, StatusCode::FORBIDDEN, "another key");
    let prolonged = upload(&cloud, &url, &content, |request| {
        rewrite(request, "X-Amz-Expires=900", "X-Amz-Expires=9000");
    });
    assert_eq!(prolonged.await, StatusCode::FORBIDDEN, "another expiry");
    let expired = upload_url(&client, &content, now - Duration::from_secs(1000)).await;
    assert_eq!(upload(&cloud, &expired, &content, |_| ()).await, StatusCode::FORBIDDEN, "expired");
    let oversized = upload(&cloud, &url, &longer, |_| ()).await;
    assert_eq!(oversized, StatusCode::FORBIDDEN, "oversized");
    let lied = upload(&cloud, &url, &longer, |request| {
        request.headers_mut().insert("content-length", content.len().into());
    });
    assert_eq!(lied.await, StatusCode::BAD_REQUEST, "longer than it says");
    assert_eq!(upload(&cloud, &url, &other, |_| ()).await, StatusCode::BAD_REQUEST, "other bytes");
    let embellished = upload(&cloud, &url, &content, |request| {
        request.headers_mut().insert("x-amz-meta-extra", "1".parse().unwrap());
    });
    assert_eq!(embellished.await, StatusCode::FORBIDDEN, "an unsigned header");
    let unconditional = upload(&cloud, &url, &content, |request| {
        request.headers_mut().remove("if-none-match");
    });
    assert_eq!(unconditional.await, StatusCode::FORBIDDEN, "without its condition");

    assert!(cloud.object("inbox", "deposits/année 1.csv").await.unwrap().is_none());
    assert_eq!(cloud.queue().depth("validate").await.unwrap(), 0);
    assert_eq!(blobs(&folder), 0);

    assert_eq!(upload(&cloud, &url, &content, |_| ()).await, StatusCode::OK);
    let replayed = upload(&cloud, &url, &content, |_| ()).await;
    assert_eq!(replayed, StatusCode::PRECONDITION_FAILED, "replayed");
    let object = cloud.object("inbox", "deposits/année 1.csv").await.unwrap().unwrap();
    assert_eq!(object.body.collect().await.unwrap().to_bytes(), content);
    assert_eq!(blobs(&folder), 1);

    let messages = cloud.queue().receive("validate", 10, LONG).await.unwrap();
    assert_eq!(messages.len(), 1);
    let event: aws_lambda_events::s3::S3Event = serde_json::from_str(&messages[0].body).unwrap();
    let record = &event.records[0];
    assert_eq!(record.event_name.as_deref(), Some("ObjectCreated:Put"));
    assert_eq!(record.s3.object.key.as_deref(), Some("deposits/ann%C3%A9e+1.csv"));
    assert_eq!(record.s3.object.size, Some(100_000));
}

#[tokio::test]
async fn only_the_one_key_opens() {
    let (_folder, cloud) = fresh();
    let intruder = s3(cloud.http_client(), "guess").list_objects_v2().bucket("inbox").send().await;
    let answer = intruder.unwrap_err().raw_response().unwrap().status().as_u16();
    assert_eq!(answer, 403);
    let anonymous = Request::get("http://s3.embedded/inbox/x").body(Body::empty()).unwrap();
    assert_eq!(cloud.s3().call(anonymous).await.unwrap().status(), StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_writers_exactly_one_wins() {
    let (folder, cloud) = fresh();
    let client = s3(cloud.http_client(), "secret");
    let mut seen: Option<String> = None;
    for round in 0..4 {
        let writers: Vec<_> = (0..50)
            .map(|writer| {
                // Bytes of its own: an ETag is made of the content, so a winner that wrote the
                // bytes of the former one again would leave the condition true for the next.
                let body = ByteStream::from(vec![50 * round + writer; 40_000]);
                let put = client.put_object().bucket("inbox").key("pointer").body(body);
                let put = match seen.clone() {
                    None => put.if_none_match("*"),
                    Some(etag) => put.if_match(etag),
                };
                tokio::spawn(put.send())
            })
            .collect();
        let mut winners = Vec::new();
        for writer in writers {
            match writer.await.unwrap() {
                Ok(output) => winners.push(output.e_tag().unwrap().to_owned()),
                Err(error) => assert_eq!(error.raw_response().unwrap().status().as_u16(), 412),
            }
        }
        assert_eq!(winners.len(), 1, "round {round}");
        seen = winners.pop();
        assert_eq!(blobs(&folder), 1, "the losers and the replaced left nothing");
    }
}

#[tokio::test]
async fn everything_survives_a_restart() {
    let (folder, cloud) = fresh();
    let client = s3(cloud.http_client(), "secret");
    for (key, size) in [("deposits/short.csv", 10), ("deposits/long.csv", 100_000)] {
        let body = ByteStream::from(vec![b'x'; size]);
        let put = client.put_object().bucket("inbox").key(key).content_type("text/csv");
        put.metadata("owner", "cfa").body(body).send().await.unwrap();
    }
    let tables = dynamodb(cloud.http_client());
    create_table(&tables).await;
    let put = tables.put_item().table_name("index").item("id", AttributeValue::S("a".into()));
    put.send().await.unwrap();
    let taken = cloud.queue().receive("validate", 1, LONG).await.unwrap();
    drop((client, tables, cloud));
    std::fs::write(folder.path().join("blobs/interrupted"), b"half a body").unwrap();

    let cloud = open(folder.path());
    let client = s3(cloud.http_client(), "secret");
    let long = client.get_object().bucket("inbox").key("deposits/long.csv").send().await.unwrap();
    assert_eq!(long.content_type(), Some("text/csv"));
    assert_eq!(long.metadata().unwrap()["owner"], "cfa");
    assert_eq!(long.body.collect().await.unwrap().into_bytes().len(), 100_000);
    let tables = dynamodb(cloud.http_client());
    let get = tables.get_item().table_name("index").key("id", AttributeValue::S("a".into()));
    assert!(get.send().await.unwrap().item().is_some());
    assert_eq!(cloud.queue().depth("validate").await.unwrap(), 2);
    assert!(cloud.queue().delete(&taken[0].receipt).await.unwrap(), "a receipt outlives a restart");
    assert_eq!(blobs(&folder), 1, "the interrupted body is swept away");
}

#[tokio::test]
async fn parts_become_one_object() {
    let (folder, cloud) = fresh();
    let client = s3(cloud.http_client(), "secret");
    let key = "deposits/parts.csv";
    let started = client.create_multipart_upload().bucket("inbox").key(key).send().await.unwrap();
    let id = started.upload_id().unwrap();
    let mut named = CompletedMultipartUpload::builder();
    for (number, size) in [(1, 5 * 1024 * 1024), (2, 3)] {
        let body = ByteStream::from(vec![number as u8; size]);
        let part = client.upload_part().bucket("inbox").key(key).upload_id(id).part_number(number);
        let part = part.body(body).send().await.unwrap();
        let etag = part.e_tag().map(str::to_owned);
        named = named.parts(CompletedPart::builder().part_number(number).set_e_tag(etag).build());
    }
    let complete = client.complete_multipart_upload().bucket("inbox").key(key).upload_id(id);
    let complete = complete.if_none_match("*").multipart_upload(named.build());
    assert!(complete.send().await.unwrap().e_tag().unwrap().ends_with("-2\""));

    let range = client.get_object().bucket("inbox").key(key).range("bytes=5242878-5242881");
    let range = range.send().await.unwrap().body.collect().await.unwrap().into_bytes();
    assert_eq!(&range[..], [1, 1, 2, 2]);
    assert_eq!(blobs(&folder), 1, "the parts are gone");
    let message = cloud.queue().receive("validate", 10, LONG).await.unwrap().pop().unwrap();
    assert!(message.body.contains("ObjectCreated:CompleteMultipartUpload"));

    let copy = client.copy_object().bucket("inbox").key("copy").copy_source(format!("inbox/{key}"));
    copy.send().await.unwrap();
    let named = |key| ObjectIdentifier::builder().key(key).build().unwrap();
    let delete = Delete::builder().objects(named(key)).objects(named("copy")).build().unwrap();
    client.delete_objects().bucket("inbox").delete(delete).send().await.unwrap();
    assert_eq!(blobs(&folder), 0);
}

#[tokio::test]
async fn a_listing_goes_page_by_page_without_a_gap() {
    let (_folder, cloud) = fresh();
    let client = s3(cloud.http_client(), "secret");
    for key in ["a", "b/1", "b/2", "b/é/3", "b0", "c/1", "d", "../e"] {
        client.put_object().bucket("inbox").key(key).send().await.unwrap();
    }
    let (mut lines, mut token) = (Vec::new(), None);
    loop {
        let list = client.list_objects_v2().bucket("inbox").delimiter("/").max_keys(2);
        let page = list.set_continuation_token(token).send().await.unwrap();
        lines.extend(page.common_prefixes().iter().map(|it| it.prefix().unwrap().to_owned()));
        lines.extend(page.contents().iter().map(|it| it.key().unwrap().to_owned()));
        token = page.next_continuation_token().map(str::to_owned);
        if token.is_none() {
            break;
        }
    }
    lines.sort();
    assert_eq!(lines, ["../", "a", "b/", "b0", "c/", "d"]);
    let under = client.list_objects_v2().bucket("inbox").prefix("b/").start_after("b/1");
    assert_eq!(under.send().await.unwrap().key_count(), Some(2));
}

#[tokio::test]
async fn a_page_of_an_allowed_origin_may_upload() {
    let (_folder, cloud) = fresh();
    let client = s3(cloud.http_client(), "secret");
    let rule = CorsRule::builder()
        .allowed_origins("https://*.exemple.fr")
        .allowed_methods("PUT")
        .allowed_headers("x-amz-*")
        .build()
        .unwrap();
    let rules = CorsConfiguration::builder().cors_rules(rule).build().unwrap();
    client.put_bucket_cors().bucket("inbox").cors_configuration(rules).send().await.unwrap();
    for (origin, header, status) in [
        ("https://cfa.exemple.fr", "x-amz-checksum-sha256", StatusCode::OK),
        ("https://cfa.exemple.fr", "authorization", StatusCode::FORBIDDEN),
        ("https://exemple.fr", "x-amz-checksum-sha256", StatusCode::FORBIDDEN),
    ] {
        let question = Request::builder()
            .method(Method::OPTIONS)
            .uri("http://s3.embedded/inbox/deposits/1.csv")
            .header("origin", origin)
            .header("access-control-request-method", "PUT")
            .header("access-control-request-headers", header)
            .body(Body::empty())
            .unwrap();
        assert_eq!(cloud.s3().call(question).await.unwrap().status(), status, "{origin} {header}");
    }
}

#[tokio::test]
async fn a_message_is_redelivered_then_dead() {
    let (_folder, cloud) = fresh();
    let queue = cloud.queue();
    queue.send("validate", "one", NO_TIME).await.unwrap();
    let first = queue.receive("validate", 10, NO_TIME).await.unwrap().pop().unwrap();
    let second = queue.receive("validate", 10, LONG).await.unwrap().pop().unwrap();
    assert_eq!((first.id, second.receive_count), (second.id, 2));
    assert!(!queue.delete(&first.receipt).await.unwrap(), "a stale receipt deletes nothing");
    assert!(!queue.release(&first.receipt, NO_TIME).await.unwrap(), "nor releases");

    assert!(queue.receive("validate", 10, LONG).await.unwrap().is_empty(), "it is being worked on");
    assert!(queue.release(&second.receipt, NO_TIME).await.unwrap());
    assert!(queue.receive("validate", 10, LONG).await.unwrap().is_empty(), "two attempts, no more");
    assert_eq!(queue.dead_letters("validate").await.unwrap()[0].body, "one");
    assert_eq!(queue.depth("validate").await.unwrap(), 0);

    assert_eq!(queue.redrive("validate").await.unwrap(), 1);
    let again = queue.receive("validate", 10, LONG).await.unwrap().pop().unwrap();
    assert_eq!(again.receive_count, 1);
    assert!(queue.delete(&again.receipt).await.unwrap());
}

#[tokio::test]
async fn a_waiter_wakes_when_a_message_is_sent_or_comes_back() {
    let (_folder, cloud) = fresh();
    let queue = cloud.queue();
    let (waited, sent) =
        tokio::join!(queue.wait("validate"), queue.send("validate", "one", NO_TIME));
    waited.and(sent).unwrap();
    queue.receive("validate", 1, Duration::from_millis(20)).await.unwrap();
    queue.wait("validate").await.unwrap();
    assert_eq!(queue.receive("validate", 1, LONG).await.unwrap()[0].receive_count, 2);
}

#[tokio::test]
async fn a_process_can_be_killed_around_any_change() {
    let (_folder, cloud) = fresh();
    create_table(&dynamodb(cloud.http_client())).await;
    for (moment, happened) in [(Moment::Before, false), (Moment::After, true)] {
        let kill =
            Arc::new(move |at, _: &_| if at == moment { Verdict::Die } else { Verdict::Live });
        let client = cloud.http_client().with_hook(kill);
        let key = format!("{moment:?}");
        let (objects, tables) = (s3(client.clone(), "secret"), dynamodb(client));
        // Reading changes nothing, so nobody is killed.
        assert!(objects.list_objects_v2().bucket("inbox").send().await.is_ok());
        assert!(tables.scan().table_name("index").send().await.is_ok());
        assert!(objects.put_object().bucket("inbox").key(&key).send().await.is_err());
        assert!(tables.scan().table_name("index").send().await.is_err(), "dead for all");
        assert_eq!(cloud.object("inbox", &key).await.unwrap().is_some(), happened);
    }
}
