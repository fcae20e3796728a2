//! Object-created notifications, with the JSON S3 sends.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::Connection;
use serde_json::json;

use super::objects::hex_digits;
use crate::aws::{Notification, REGION, Result, queue};

/// What made an object appear.
#[derive(Debug, Clone, Copy)]
pub(super) enum Cause {
    Put,
    Post,
    Copy,
    CompleteMultipartUpload,
}

/// The object that appeared.
pub(super) struct Created<'a> {
    pub(super) cause: Cause,
    pub(super) bucket: &'a str,
    pub(super) key: &'a str,
    pub(super) size: u64,
    pub(super) etag: &'a str,
    pub(super) at_ms: i64,
}

/// Puts the event in every queue that asked for it, inside the transaction that made the object.
pub(super) fn announce(
    connection: &Connection,
    notifications: &[Notification],
    created: &Created<'_>,
) -> Result<()> {
    let wanted = |it: &&Notification| {
        it.bucket == created.bucket
            && created.key.starts_with(&it.prefix)
            && created.key.ends_with(&it.suffix)
    };
    for notification in notifications.iter().filter(wanted) {
        let sequence: u64 = connection.query_row(
            "UPDATE sequence SET value = value + 1 RETURNING value",
            [],
            |row| row.get(0),
        )?;
        let body = event(created, &notification.queue, sequence)?.to_string();
        queue::enqueue(connection, &notification.queue, &body, Duration::ZERO)?;
    }
    Ok(())
}

fn event(created: &Created<'_>, configuration: &str, sequence: u64) -> Result<serde_json::Value> {
    let at = Timestamp::from_millisecond(created.at_ms)?;
    Ok(json!({ "Records": [{
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": REGION,
        "eventTime": format!("{at:.3}"),
        "eventName": format!("ObjectCreated:{:?}", created.cause),
        "userIdentity": { "principalId": "local" },
        "requestParameters": { "sourceIPAddress": "127.0.0.1" },
        "responseElements": { "x-amz-request-id": format!("{sequence:016X}") },
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": configuration,
            "bucket": {
                "name": created.bucket,
                "ownerIdentity": { "principalId": "local" },
                "arn": format!("arn:aws:s3:::{}", created.bucket),
            },
            "object": {
                "key": encode_key(created.key),
                "size": created.size,
                "eTag": created.etag,
                "sequencer": format!("{sequence:016X}"),
            },
        },
    }] }))
}

/// Form encoding with the slashes left alone, as S3 writes keys in events.
fn encode_key(key: &str) -> String {
    key.bytes().fold(String::with_capacity(key.len()), |mut encoded, byte| {
        match byte {
            b' ' => encoded.push('+'),
            b'/' | b'.' | b'-' | b'_' | b'*' => encoded.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => encoded.push(char::from(byte)),
            _ => {
                encoded.push('%');
                encoded.extend(hex_digits(byte).map(|digit| digit.to_ascii_uppercase()));
            }
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_event_is_the_one_s3_sends() {
        let created = Created {
            cause: Cause::CompleteMultipartUpload,
            bucket: "inbox",
            key: "année=2026/liste du 1er.csv",
            size: 12,
            etag: "abc",
            at_ms: 1_790_000_000_120,
        };
        let event = event(&created, "validate", 255).unwrap();
        let record = &event["Records"][0];
        assert_eq!(record["eventTime"], "2026-09-21T14:13:20.120Z");
        assert_eq!(record["eventName"], "ObjectCreated:CompleteMultipartUpload");
        assert_eq!(record["s3"]["object"]["key"], "ann%C3%A9e%3D2026/liste+du+1er.csv");
        assert_eq!(record["s3"]["object"]["sequencer"], "00000000000000FF");
        assert_eq!(record["s3"]["bucket"]["arn"], "arn:aws:s3:::inbox");
    }
}
