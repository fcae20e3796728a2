//! One `SQLite` file for buckets, objects, uploads in progress and queues, so that an object and
//! the message that announces it are one transaction.
//!
//! Write-ahead log with `synchronous=NORMAL`: what was answered survives the death of the
//! process, `kill -9` included. A power cut may lose the last answers, never half of one. The file
//! is held in exclusive mode: a second process on the same folder is refused at once, because it
//! would sweep away the bodies the first one is receiving.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::Connection;

use super::Result;

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS buckets (
    name TEXT PRIMARY KEY, created_ms INTEGER NOT NULL, cors TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS objects (
    bucket TEXT NOT NULL, key TEXT NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL,
    modified_ms INTEGER NOT NULL, about TEXT NOT NULL, inline BLOB, blob TEXT,
    PRIMARY KEY (bucket, key)
);
CREATE TABLE IF NOT EXISTS uploads (
    id TEXT PRIMARY KEY, bucket TEXT NOT NULL, key TEXT NOT NULL,
    created_ms INTEGER NOT NULL, about TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS parts (
    upload TEXT NOT NULL, number INTEGER NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL,
    modified_ms INTEGER NOT NULL, checksums TEXT NOT NULL, inline BLOB, blob TEXT,
    PRIMARY KEY (upload, number)
);
CREATE TABLE IF NOT EXISTS messages (
    id TEXT PRIMARY KEY, queue TEXT NOT NULL, body TEXT NOT NULL, sent_ms INTEGER NOT NULL,
    visible_ms INTEGER NOT NULL, received INTEGER NOT NULL DEFAULT 0,
    receipt TEXT UNIQUE, dead INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS messages_by_visibility ON messages (queue, dead, visible_ms);
CREATE TABLE IF NOT EXISTS sequence (value INTEGER NOT NULL);
INSERT INTO sequence SELECT 0 WHERE NOT EXISTS (SELECT * FROM sequence);
";

/// The one connection. Calls queue up behind it, away from the async threads.
#[derive(Debug, Clone)]
pub(super) struct Database(Arc<Mutex<Connection>>);

impl Database {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    /// Runs `work` alone on the connection.
    pub(super) async fn call<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let database = self.clone();
        tokio::task::spawn_blocking(move || database.call_blocking(work)).await?
    }

    /// The same, for a thread that may wait.
    pub(super) fn call_blocking<T>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T>,
    ) -> Result<T> {
        // A panic inside `work` drops its transaction, which rolls it back: the lock stays good.
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Milliseconds since 1970, as the rows have them.
pub(super) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
