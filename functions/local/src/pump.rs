//! From a queue to a function, as AWS's event source mapping does it.
//!
//! A batch is taken, given to the function as one SQS event, and settled by its answer: the
//! messages it names in `batchItemFailures` come back later, the others are deleted. A function
//! that fails, ends or lasts too long fails its whole batch. Each failure waits twice as long as
//! the one before; the queue sets aside a message that failed too often.
//!
//! A message under work is hidden by a short lease that is renewed, rather than by one long
//! time-out: after `kill -9` the next start finds it again within seconds.

use std::time::Duration;

use anyhow::Context;
use md5::{Digest, Md5};
use serde_json::{Value, json};

use crate::aws::{Message, Queue, REGION};
use crate::runtime::InvokeError;
use crate::serve::{Stop, stopped};
use crate::wiring::Source;

/// How long a message stays hidden after the last sign of life of its pump.
const LEASE: Duration = Duration::from_secs(15);
/// How often the pump gives one.
const RENEWAL: Duration = Duration::from_secs(5);
/// The longest wait before another attempt.
const LONGEST_RETRY: Duration = Duration::from_mins(5);
/// How long to wait when the queue itself fails.
const PAUSE: Duration = Duration::from_secs(1);

/// Feeds a function from the queue of that name until told to stop. The batch under way ends
/// first.
pub async fn run<F>(
    queue: &Queue,
    name: &str,
    source: &Source,
    invoke: impl Fn(Value) -> F,
    stop: Stop,
) where
    F: Future<Output = Result<Value, InvokeError>>,
{
    loop {
        tokio::select! {
            biased;
            () = stopped(&stop) => return,
            waited = queue.wait(name) => if let Err(error) = waited {
                tracing::error!(queue = name, error = format!("{error:#}"), "a queue could not be read");
                tokio::time::sleep(PAUSE).await;
                continue;
            },
        }
        if !source.batching_window.is_zero() {
            tokio::select! {
                () = stopped(&stop) => return,
                () = tokio::time::sleep(source.batching_window) => {}
            }
        }
        if let Err(error) = batch(queue, name, source, &invoke).await {
            tracing::error!(
                queue = name,
                error = format!("{error:#}"),
                "a batch could not be settled"
            );
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// Takes one batch, gives it to the function, settles it. Answers how many messages it held.
async fn batch<F>(
    queue: &Queue,
    name: &str,
    source: &Source,
    invoke: &impl Fn(Value) -> F,
) -> anyhow::Result<usize>
where
    F: Future<Output = Result<Value, InvokeError>>,
{
    let messages = queue.receive(name, source.batch_size, LEASE).await.context("receive")?;
    if messages.is_empty() {
        return Ok(0);
    }
    let outcome = tokio::select! {
        outcome = invoke(sqs_event(name, &messages)) => outcome,
        never = renew(queue, &messages) => match never {},
    };
    let failed: Vec<&str> = match &outcome {
        Ok(answer) => failed(answer, &messages),
        Err(error) => {
            tracing::warn!(function = name, %error, "a batch failed");
            messages.iter().map(|message| message.id.as_str()).collect()
        }
    };
    for message in &messages {
        // A stale receipt means that someone else has the message now: it is theirs to settle.
        if failed.contains(&message.id.as_str()) {
            queue.release(&message.receipt, retry(source, message)).await.context("release")?;
        } else {
            queue.delete(&message.receipt).await.context("delete")?;
        }
    }
    Ok(messages.len())
}

async fn renew(queue: &Queue, messages: &[Message]) -> std::convert::Infallible {
    loop {
        tokio::time::sleep(RENEWAL).await;
        for message in messages {
            if let Err(error) = queue.release(&message.receipt, LEASE).await {
                tracing::warn!(error = format!("{error:#}"), "a lease could not be renewed");
            }
        }
    }
}

/// How long a message that failed waits. The last time, not at all: it joins the dead letters.
fn retry(source: &Source, message: &Message) -> Duration {
    if message.receive_count >= source.max_receives {
        return Duration::ZERO;
    }
    let doublings = message.receive_count.saturating_sub(1).min(16);
    (source.first_retry * 2_u32.pow(doublings)).min(LONGEST_RETRY)
}

/// The messages that an answer names as failed. An answer that names a message of another batch,
/// or none by its identifier, fails them all, as on AWS.
fn failed<'a>(answer: &Value, messages: &'a [Message]) -> Vec<&'a str> {
    let named = answer["batchItemFailures"].as_array().map_or(&[][..], Vec::as_slice);
    let found: Option<Vec<&str>> = named
        .iter()
        .map(|failure| {
            let id = failure["itemIdentifier"].as_str()?;
            messages.iter().map(|message| message.id.as_str()).find(|known| *known == id)
        })
        .collect();
    found.unwrap_or_else(|| messages.iter().map(|message| message.id.as_str()).collect())
}

/// The name that AWS would give to a queue.
pub fn arn(queue: &str) -> String {
    format!("arn:aws:sqs:{REGION}:000000000000:{queue}")
}

/// The event that AWS sends for a batch.
fn sqs_event(queue: &str, messages: &[Message]) -> Value {
    let records: Vec<Value> = messages
        .iter()
        .map(|message| {
            let digest = Md5::digest(message.body.as_bytes());
            let md5 = domain::upload::hex(&digest);
            json!({
                "messageId": message.id,
                "receiptHandle": message.receipt,
                "body": message.body,
                "attributes": {
                    "ApproximateReceiveCount": message.receive_count.to_string(),
                    "SentTimestamp": message.sent_at_ms.to_string(),
                    "SenderId": "local",
                    "ApproximateFirstReceiveTimestamp": message.sent_at_ms.to_string(),
                },
                "messageAttributes": {},
                "md5OfBody": md5,
                "eventSource": "aws:sqs",
                "eventSourceARN": arn(queue),
                "awsRegion": REGION,
            })
        })
        .collect();
    json!({ "Records": records })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::Mutex;

    use aws_lambda_events::sqs::SqsEvent;
    use store::keys::Shelf;
    use tempfile::TempDir;

    use super::*;
    use crate::aws::{Cloud, Credentials, QueueSettings};

    const QUEUE: &str = "validate";

    fn source() -> Source {
        Source {
            shelf: Shelf::Inbox,
            prefixes: &[],
            batch_size: 10,
            batching_window: Duration::ZERO,
            max_receives: 3,
            first_retry: Duration::from_millis(1),
            reads_dead_letters: false,
        }
    }

    fn cloud() -> (TempDir, Arc<Cloud>) {
        let folder = tempfile::tempdir().unwrap();
        let credentials = Credentials { access_key: "a".into(), secret_key: "b".into() };
        let queues =
            vec![QueueSettings { name: QUEUE.into(), max_receives: 3, dead_letters: None }];
        let cloud = Cloud::open(folder.path(), &credentials, &[], vec![], queues).unwrap();
        (folder, cloud)
    }

    async fn send(queue: &Queue, bodies: &[&str]) {
        for body in bodies {
            queue.send(QUEUE, body, Duration::ZERO).await.unwrap();
        }
    }

    /// Settles batches until nothing is left; says which bodies each batch held.
    async fn drain(
        queue: &Queue,
        answer: impl Fn(&[(String, String)]) -> Result<Value, InvokeError>,
    ) -> Vec<String> {
        let batches = Mutex::new(Vec::new());
        let invoke = |event: Value| {
            let event: SqsEvent = serde_json::from_value(event).unwrap();
            let held: Vec<(String, String)> = event
                .records
                .into_iter()
                .map(|record| (record.message_id.unwrap(), record.body.unwrap()))
                .collect();
            let mut bodies: Vec<_> = held.iter().map(|(_, body)| body.clone()).collect();
            // Messages of the same millisecond come in any order.
            bodies.sort();
            batches.lock().unwrap().push(bodies.join(" "));
            std::future::ready(answer(&held))
        };
        while queue.depth(QUEUE).await.unwrap() > 0 {
            queue.wait(QUEUE).await.unwrap();
            batch(queue, QUEUE, &source(), &invoke).await.unwrap();
        }
        batches.into_inner().unwrap()
    }

    #[tokio::test]
    async fn only_the_messages_that_failed_come_back() {
        let (_folder, cloud) = cloud();
        send(cloud.queue(), &["good", "bad", "fair"]).await;
        let attempts = Mutex::new(0);
        let batches = drain(cloud.queue(), |held| {
            let mut attempts = attempts.lock().unwrap();
            *attempts += 1;
            let bad = held.iter().filter(|(_, body)| body == "bad" && *attempts == 1);
            let failures: Vec<_> = bad.map(|(id, _)| json!({ "itemIdentifier": id })).collect();
            Ok(json!({ "batchItemFailures": failures }))
        });
        assert_eq!(batches.await, ["bad fair good", "bad"]);
        assert!(cloud.queue().dead_letters(QUEUE).await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_message_that_always_fails_joins_the_dead_letters() {
        let (_folder, cloud) = cloud();
        send(cloud.queue(), &["poison"]).await;
        let batches = drain(cloud.queue(), |_| Err(InvokeError::Failed("no".into()))).await;
        assert_eq!(batches, ["poison"; 3]);
        let dead = cloud.queue().dead_letters(QUEUE).await.unwrap();
        assert_eq!(dead.len(), 1);
        assert_eq!(dead[0].body, "poison");
    }

    #[test]
    fn an_answer_that_names_a_stranger_fails_the_batch() {
        let message = |id: &str| Message {
            id: id.into(),
            receipt: String::new(),
            body: String::new(),
            sent_at_ms: 0,
            receive_count: 1,
        };
        let messages = [message("a"), message("b")];
        let failed = |answer: Value| failed(&answer, &messages).join(" ");
        let named = |id: &str| json!({ "batchItemFailures": [{ "itemIdentifier": id }] });
        assert_eq!(failed(Value::Null), "");
        assert_eq!(failed(json!({ "batchItemFailures": [] })), "");
        assert_eq!(failed(named("b")), "b");
        assert_eq!(failed(named("z")), "a b");
        assert_eq!(failed(json!({ "batchItemFailures": [{}] })), "a b");
    }

    #[test]
    fn each_failure_waits_twice_as_long() {
        let source = Source { max_receives: 40, ..source() };
        let waits = |receive_count| {
            let (id, receipt, body) = (String::new(), String::new(), String::new());
            retry(&source, &Message { id, receipt, body, sent_at_ms: 0, receive_count }).as_millis()
        };
        assert_eq!([1, 2, 3, 9, 39].map(waits), [1, 2, 4, 256, 65_536]);
        assert_eq!(waits(40), 0, "the last time, it goes to the dead letters at once");
    }
}
