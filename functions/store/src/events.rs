//! What a queue message says: that an object arrived, or that it is time.

use aws_lambda_events::s3::S3Event;
use aws_lambda_events::sqs::SqsMessage;
use serde::Deserialize;

/// One message of a queue, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wake {
    /// Objects arrived.
    Arrived(Vec<Arrival>),
    /// The scheduler rang, or storage tested the wiring: nothing in particular happened.
    Rang,
}

/// An object that arrived on a shelf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// Its path. Ours need no URL decoding: they hold letters, digits, `/`, `-`, `_`, `.` and `=`.
    pub path: String,
    /// When it arrived, in milliseconds since 1970, by the clock of storage.
    pub at_ms: i64,
}

/// A message is not one that our wiring sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the message is neither an S3 event nor a schedule")]
pub struct ForeignMessage;

#[derive(Deserialize)]
struct Bell {
    #[serde(alias = "source")]
    #[serde(rename = "Event")]
    source: String,
}

impl Wake {
    /// Reads the body of a message.
    pub fn read(message: &SqsMessage) -> Result<Self, ForeignMessage> {
        let body = message.body.as_deref().ok_or(ForeignMessage)?;
        if let Ok(event) = serde_json::from_str::<S3Event>(body) {
            let arrival = |record: &aws_lambda_events::s3::S3EventRecord| {
                Some(Arrival {
                    path: record.s3.object.key.clone()?,
                    at_ms: record.event_time.timestamp_millis(),
                })
            };
            return Ok(Self::Arrived(event.records.iter().filter_map(arrival).collect()));
        }
        match serde_json::from_str::<Bell>(body) {
            Ok(bell) if matches!(bell.source.as_str(), "schedule" | "s3:TestEvent") => {
                Ok(Self::Rang)
            }
            _ => Err(ForeignMessage),
        }
    }
}

/// When the message was sent, in milliseconds since 1970.
pub fn sent_at_ms(message: &SqsMessage) -> Option<i64> {
    message.attributes.get("SentTimestamp")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(body: &str) -> SqsMessage {
        let json =
            serde_json::json!({"body": body, "attributes": {"SentTimestamp": "1700000000000"}});
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn the_messages_of_our_wiring_are_understood_and_no_others() {
        let event = r#"{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"eu-west-3",
            "eventTime":"2026-11-22T10:00:00.000Z","eventName":"ObjectCreated:Put",
            "userIdentity":{"principalId":"x"},"requestParameters":{"sourceIPAddress":"127.0.0.1"},
            "responseElements":{},
            "s3":{"s3SchemaVersion":"1.0","configurationId":"c","bucket":{"name":"b",
            "ownerIdentity":{"principalId":"x"},"arn":"arn:aws:s3:::b"},
            "object":{"key":"depots/01K","size":5,"eTag":"e","sequencer":"01"}}}]}"#;
        let Ok(Wake::Arrived(arrivals)) = Wake::read(&message(event)) else {
            panic!("an S3 event")
        };
        assert_eq!(arrivals[0].path, "depots/01K");
        assert_eq!(crate::rfc3339(arrivals[0].at_ms).unwrap(), "2026-11-22T10:00:00Z");
        assert_eq!(Wake::read(&message(r#"{"source":"schedule"}"#)), Ok(Wake::Rang));
        let test = r#"{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"}"#;
        assert_eq!(Wake::read(&message(test)), Ok(Wake::Rang));
        for foreign in ["", "{}", "[]", r#"{"source":"elsewhere"}"#, "not json"] {
            assert_eq!(Wake::read(&message(foreign)), Err(ForeignMessage), "{foreign}");
        }
    }
}
