//! A durable queue that behaves as SQS does: at least once, in no promised order, invisible while
//! someone works on a message, dead after too many attempts.
//!
//! A receipt belongs to one delivery. Once a message has been delivered again, the receipt of the
//! delivery before can neither delete nor delay it.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, params};
use tokio::sync::Notify;
use ulid::Ulid;

use super::Result;
use super::database::{Database, now_ms};

/// A queue, and how often a message may fail before it is set aside.
#[derive(Debug, Clone)]
pub struct QueueSettings {
    /// The queue's name.
    pub name: String,
    /// Deliveries before the message is dead.
    pub max_receives: u32,
    /// The queue that a dead message joins, where a function reads it; none when it only rests.
    pub dead_letters: Option<String>,
}

/// One delivery of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The message, the same at every delivery.
    pub id: String,
    /// This delivery.
    pub receipt: String,
    /// What was sent.
    pub body: String,
    /// When it was first sent, in milliseconds since 1970.
    pub sent_at_ms: i64,
    /// Deliveries so far, this one included.
    pub receive_count: u32,
}

/// The queues of the cloud. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Queue {
    database: Database,
    settings: Arc<BTreeMap<String, QueueSettings>>,
    changed: Arc<Notify>,
}

impl Queue {
    pub(super) fn new(database: Database, settings: Vec<QueueSettings>) -> Self {
        let settings = settings.into_iter().map(|it| (it.name.clone(), it)).collect();
        Self { database, settings: Arc::new(settings), changed: Arc::default() }
    }

    /// Sends a message, visible after `delay`. Answers its id.
    pub async fn send(&self, queue: &str, body: &str, delay: Duration) -> Result<String> {
        let (queue, body) = (queue.to_owned(), body.to_owned());
        let id = self
            .database
            .call(move |connection| Ok(enqueue(connection, &queue, &body, delay)?))
            .await?;
        self.wake();
        Ok(id)
    }

    /// Takes up to `max` visible messages, oldest first, and hides them for `visibility`.
    pub async fn receive(
        &self,
        queue: &str,
        max: usize,
        visibility: Duration,
    ) -> Result<Vec<Message>> {
        let settings = self.settings.get(queue);
        let max_receives = settings.map_or(u32::MAX, |settings| settings.max_receives);
        let dead_letters = settings.and_then(|settings| settings.dead_letters.clone());
        let queue = queue.to_owned();
        let (messages, died) = self
            .database
            .call(move |connection| {
                let transaction = connection.transaction()?;
                let died = bury(&transaction, &queue, max_receives, dead_letters.as_deref())?;
                let messages = deliver(&transaction, &queue, max, visibility)?;
                transaction.commit()?;
                Ok((messages, died))
            })
            .await?;
        if died > 0 {
            self.wake();
        }
        Ok(messages)
    }

    /// Ends a message. False if the receipt is stale: someone else has it, or it is gone.
    pub async fn delete(&self, receipt: &str) -> Result<bool> {
        let receipt = receipt.to_owned();
        self.database
            .call(move |connection| {
                let deleted =
                    connection.execute("DELETE FROM messages WHERE receipt = ?1", [receipt])?;
                Ok(deleted == 1)
            })
            .await
    }

    /// Makes a delivered message visible again after `delay`, sooner or later than it would have
    /// been. False if the receipt is stale.
    pub async fn release(&self, receipt: &str, delay: Duration) -> Result<bool> {
        let receipt = receipt.to_owned();
        let changed = self
            .database
            .call(move |connection| {
                Ok(connection.execute(
                    "UPDATE messages SET visible_ms = ?2 WHERE receipt = ?1",
                    params![receipt, after(delay)],
                )?)
            })
            .await?;
        self.wake();
        Ok(changed == 1)
    }

    /// The messages that failed too often, oldest first. Their receipt is empty: they are not
    /// being delivered, or not to who asks.
    pub async fn dead_letters(&self, queue: &str) -> Result<Vec<Message>> {
        let read = self.settings.get(queue).and_then(|settings| settings.dead_letters.clone());
        let queue = queue.to_owned();
        self.database
            .call(move |connection| {
                let mut statement = connection.prepare_cached(
                    "SELECT id, body, sent_ms, received FROM messages
                     WHERE queue = ?1 AND dead = 1 OR queue = ?2 ORDER BY sent_ms, id",
                )?;
                let messages = statement.query_map(params![queue, read], |row| {
                    Ok(Message {
                        id: row.get(0)?,
                        receipt: String::new(),
                        body: row.get(1)?,
                        sent_at_ms: row.get(2)?,
                        receive_count: row.get(3)?,
                    })
                })?;
                Ok(messages.collect::<rusqlite::Result<_>>()?)
            })
            .await
    }

    /// Gives every dead message that rests a new life. Answers how many.
    pub async fn redrive(&self, queue: &str) -> Result<usize> {
        let queue = queue.to_owned();
        let revived = self
            .database
            .call(move |connection| {
                Ok(connection.execute(
                    "UPDATE messages SET dead = 0, received = 0, visible_ms = ?2
                     WHERE queue = ?1 AND dead = 1",
                    params![queue, now_ms()],
                )?)
            })
            .await?;
        self.wake();
        Ok(revived)
    }

    /// Messages not yet deleted nor dead, those being worked on included.
    pub async fn depth(&self, queue: &str) -> Result<u64> {
        let queue = queue.to_owned();
        self.database
            .call(move |connection| {
                Ok(connection.query_row(
                    "SELECT count(*) FROM messages WHERE queue = ?1 AND dead = 0",
                    [queue],
                    |row| row.get(0),
                )?)
            })
            .await
    }

    /// Waits until a message may be visible. Someone else may take it first.
    pub async fn wait(&self, queue: &str) -> Result<()> {
        loop {
            let mut changed = pin!(self.changed.notified());
            changed.as_mut().enable();
            let delay = match self.next_visible_ms(queue).await? {
                Some(visible_ms) => {
                    Duration::from_millis(u64::try_from(visible_ms - now_ms()).unwrap_or(0))
                }
                None => Duration::MAX,
            };
            if delay.is_zero() {
                return Ok(());
            }
            tokio::select! {
                () = changed => {}
                () = tokio::time::sleep(delay) => {}
            }
        }
    }

    /// Says that a message may have arrived; called once its transaction is done.
    pub(super) fn wake(&self) {
        self.changed.notify_waiters();
    }

    async fn next_visible_ms(&self, queue: &str) -> Result<Option<i64>> {
        let queue = queue.to_owned();
        self.database
            .call(move |connection| {
                Ok(connection.query_row(
                    "SELECT min(visible_ms) FROM messages WHERE queue = ?1 AND dead = 0",
                    [queue],
                    |row| row.get(0),
                )?)
            })
            .await
    }
}

/// Puts a message in a queue, inside the caller's transaction.
pub(super) fn enqueue(
    connection: &Connection,
    queue: &str,
    body: &str,
    delay: Duration,
) -> rusqlite::Result<String> {
    let id = Ulid::new().to_string();
    connection
        .prepare_cached(
            "INSERT INTO messages (id, queue, body, sent_ms, visible_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![id, queue, body, now_ms(), after(delay)])?;
    Ok(id)
}

/// Sets aside what failed too often. Where a function reads it, it starts anew in its queue.
fn bury(
    connection: &Connection,
    queue: &str,
    max_receives: u32,
    dead_letters: Option<&str>,
) -> rusqlite::Result<usize> {
    const FAILED: &str = "WHERE queue = ?1 AND dead = 0 AND visible_ms <= ?2 AND received >= ?3";
    match dead_letters {
        None => connection.execute(
            &format!("UPDATE messages SET dead = 1, receipt = NULL {FAILED}"),
            params![queue, now_ms(), max_receives],
        ),
        Some(read) => connection.execute(
            &format!("UPDATE messages SET queue = ?4, received = 0, receipt = NULL {FAILED}"),
            params![queue, now_ms(), max_receives, read],
        ),
    }
}

fn deliver(
    connection: &Connection,
    queue: &str,
    max: usize,
    visibility: Duration,
) -> rusqlite::Result<Vec<Message>> {
    let mut take = connection.prepare_cached(
        "UPDATE messages SET received = received + 1, receipt = ?3, visible_ms = ?4
         WHERE id = (SELECT id FROM messages WHERE queue = ?1 AND dead = 0 AND visible_ms <= ?2
                     AND (receipt IS NULL OR receipt NOT LIKE ?5)
                     ORDER BY visible_ms, id LIMIT 1)
         RETURNING id, receipt, body, sent_ms, received",
    )?;
    // With no visibility time a message is visible again at once: once per call is enough.
    let call = Ulid::new().to_string();
    let (now, hidden_until) = (now_ms(), after(visibility));
    let mut messages = Vec::new();
    while messages.len() < max {
        let receipt = format!("{call}-{}", messages.len());
        let delivery = take
            .query_row(params![queue, now, receipt, hidden_until, format!("{call}-%")], |row| {
                Ok(Message {
                    id: row.get(0)?,
                    receipt: row.get(1)?,
                    body: row.get(2)?,
                    sent_at_ms: row.get(3)?,
                    receive_count: row.get(4)?,
                })
            })
            .optional()?;
        match delivery {
            Some(message) => messages.push(message),
            None => break,
        }
    }
    Ok(messages)
}

fn after(delay: Duration) -> i64 {
    now_ms().saturating_add(i64::try_from(delay.as_millis()).unwrap_or(i64::MAX))
}
