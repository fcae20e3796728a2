//! Buckets and objects: rows in the database, long bodies in [`Blobs`].
//!
//! An object appears, changes or goes in one transaction, which holds its conditions
//! (`If-Match`, `If-None-Match`), its row and its notifications. Writers queue up behind that
//! transaction, so of fifty that expect the same state exactly one finds it.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Row, params};
use s3s::dto::{CORSRule, ETag, ETagCondition};
use s3s::s3_error;
use serde::{Deserialize, Serialize};

use super::blobs::{Blobs, Content, Staged, StagedContent};
use super::checksums::Checksums;
use super::events::{self, Cause, Created};
use crate::aws::database::{Database, now_ms};
use crate::aws::queue::Queue;
use crate::aws::{Notification, Result};

/// The storage behind the protocol. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Objects {
    pub(super) database: Database,
    pub(super) blobs: Blobs,
    notifications: Arc<[Notification]>,
    queue: Queue,
}

/// What a client says about an object and gets back with it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct About {
    pub(super) content_type: Option<String>,
    pub(super) cache_control: Option<String>,
    pub(super) content_disposition: Option<String>,
    pub(super) content_encoding: Option<String>,
    pub(super) content_language: Option<String>,
    pub(super) metadata: BTreeMap<String, String>,
    pub(super) checksums: Checksums,
}

/// An object's row, without its bytes.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) key: String,
    pub(super) size: u64,
    pub(super) etag: String,
    pub(super) modified_ms: i64,
    pub(super) about: About,
}

/// Where an object is to appear, and on what conditions.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) bucket: String,
    pub(super) key: String,
    pub(super) if_match: Option<ETagCondition>,
    pub(super) if_none_match: Option<ETagCondition>,
    pub(super) cause: Cause,
}

/// One page of a listing.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) objects: Vec<Stored>,
    pub(super) common_prefixes: Vec<String>,
    /// Where the next page starts; none at the end.
    pub(super) next: Option<String>,
}

/// What to list: keys from `from` on, at most `limit` lines.
#[derive(Debug)]
pub(super) struct Listing {
    pub(super) bucket: String,
    pub(super) prefix: String,
    pub(super) delimiter: Option<String>,
    pub(super) from: String,
    pub(super) limit: usize,
}

impl Objects {
    pub(crate) fn open(
        database: Database,
        folder: &std::path::Path,
        notifications: Vec<Notification>,
        queue: Queue,
    ) -> Result<Self> {
        let blobs = Blobs::open(folder.to_owned())?;
        let named = database.call_blocking(|connection| {
            let mut statement = connection.prepare(
                "SELECT blob FROM objects WHERE blob IS NOT NULL
                 UNION ALL SELECT blob FROM parts WHERE blob IS NOT NULL",
            )?;
            let names = statement.query_map([], |row| row.get(0))?;
            Ok(names.collect::<rusqlite::Result<HashSet<String>>>()?)
        })?;
        blobs.sweep(&named)?;
        Ok(Self { database, blobs, notifications: notifications.into(), queue })
    }

    /// True if the bucket is new.
    pub(crate) fn create_bucket_blocking(&self, bucket: &str) -> Result<bool> {
        self.database.call_blocking(|connection| {
            let created = connection.execute(
                "INSERT OR IGNORE INTO buckets (name, created_ms) VALUES (?1, ?2)",
                params![bucket, now_ms()],
            )?;
            Ok(created == 1)
        })
    }

    pub(super) async fn delete_bucket(&self, bucket: String) -> Result<()> {
        self.database
            .call(move |connection| {
                let transaction = connection.transaction()?;
                require_bucket(&transaction, &bucket)?;
                let used: bool = transaction.query_row(
                    "SELECT EXISTS (SELECT * FROM objects WHERE bucket = ?1)",
                    [&bucket],
                    |row| row.get(0),
                )?;
                if used {
                    return Err(s3_error!(BucketNotEmpty).into());
                }
                transaction.execute("DELETE FROM buckets WHERE name = ?1", [&bucket])?;
                Ok(transaction.commit()?)
            })
            .await
    }

    pub(super) async fn buckets(&self) -> Result<Vec<(String, i64)>> {
        self.database
            .call(|connection| {
                let mut statement =
                    connection.prepare("SELECT name, created_ms FROM buckets ORDER BY name")?;
                let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
                Ok(rows.collect::<rusqlite::Result<_>>()?)
            })
            .await
    }

    pub(super) async fn require_bucket(&self, bucket: String) -> Result<()> {
        self.database.call(move |connection| require_bucket(connection, &bucket)).await
    }

    /// Replaces the bucket's cross-origin rules; an empty list removes them.
    pub(super) async fn put_cors(&self, bucket: String, rules: Vec<CORSRule>) -> Result<()> {
        let rules = serde_json::to_string(&rules)?;
        self.database
            .call(move |connection| {
                require_bucket(connection, &bucket)?;
                connection
                    .execute("UPDATE buckets SET cors = ?2 WHERE name = ?1", [bucket, rules])?;
                Ok(())
            })
            .await
    }

    pub(super) async fn cors(&self, bucket: String) -> Result<Vec<CORSRule>> {
        let rules: Option<Option<String>> = self
            .database
            .call(move |connection| {
                let mut statement =
                    connection.prepare_cached("SELECT cors FROM buckets WHERE name = ?1")?;
                Ok(statement.query_row([bucket], |row| row.get(0)).optional()?)
            })
            .await?;
        Ok(rules
            .flatten()
            .map(|rules| serde_json::from_str(&rules))
            .transpose()?
            .unwrap_or_default())
    }

    /// The object and its bytes. A file is opened here, under the lock: replacing or deleting the
    /// object afterwards does not take it from who is reading.
    pub(super) async fn get(&self, bucket: String, key: String) -> Result<(Stored, Content)> {
        let blobs = self.blobs.clone();
        self.database
            .call(move |connection| {
                let row = find(connection, &bucket, &key)?;
                let Some((stored, inline, blob)) = row else {
                    require_bucket(connection, &bucket)?;
                    return Err(s3_error!(NoSuchKey).into());
                };
                Ok((stored, content(&blobs, inline, blob)?))
            })
            .await
    }

    /// Makes a staged body visible, if the conditions hold. Answers its `ETag`.
    pub(super) async fn put(&self, target: Target, staged: Staged, about: About) -> Result<String> {
        let etag = hex(&staged.md5);
        let Staged { size, mut content, .. } = staged;
        self.commit(target, move |transaction, objects, target| {
            objects.replace(transaction, target, size, &etag, &about, &mut content)?;
            Ok((etag, Vec::new(), content))
        })
        .await
    }

    /// Runs `write` in the transaction that makes the object of `target` appear, then wakes the
    /// queues and removes the files it replaced. `write` answers what to return, the files that
    /// end with the transaction, and the body that lives on.
    pub(super) async fn commit<T: Send + 'static>(
        &self,
        target: Target,
        write: impl FnOnce(&Connection, &Self, &Target) -> Result<(T, Vec<String>, StagedContent)>
        + Send
        + 'static,
    ) -> Result<T> {
        let objects = self.clone();
        let answer = self
            .database
            .call(move |connection| {
                let transaction = connection.transaction()?;
                let replaced = admit(&transaction, &target)?;
                let (answer, ended, mut content) = write(&transaction, &objects, &target)?;
                transaction.commit()?;
                content.keep();
                objects.blobs.remove(replaced.into_iter().chain(ended));
                Ok(answer)
            })
            .await?;
        self.queue.wake();
        Ok(answer)
    }

    /// Writes the row and its notifications.
    pub(super) fn replace(
        &self,
        connection: &Connection,
        target: &Target,
        size: u64,
        etag: &str,
        about: &About,
        content: &mut StagedContent,
    ) -> Result<()> {
        let (inline, blob) = content.columns();
        let at_ms = now_ms();
        connection
            .prepare_cached(
                "INSERT OR REPLACE INTO objects
                 (bucket, key, size, etag, modified_ms, about, inline, blob)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                target.bucket,
                target.key,
                size,
                etag,
                at_ms,
                serde_json::to_string(about)?,
                inline,
                blob
            ])?;
        let (bucket, key) = (target.bucket.as_str(), target.key.as_str());
        let created = Created { cause: target.cause, bucket, key, size, etag, at_ms };
        events::announce(connection, &self.notifications, &created)
    }

    /// Deletes objects, present or not.
    pub(super) async fn delete(&self, bucket: String, keys: Vec<String>) -> Result<()> {
        let blobs = self.blobs.clone();
        self.database
            .call(move |connection| {
                let transaction = connection.transaction()?;
                require_bucket(&transaction, &bucket)?;
                let mut ended = Vec::new();
                for key in keys {
                    let blob: Option<Option<String>> = transaction
                        .prepare_cached(
                            "DELETE FROM objects WHERE bucket = ?1 AND key = ?2 RETURNING blob",
                        )?
                        .query_row([&bucket, &key], |row| row.get(0))
                        .optional()?;
                    ended.extend(blob.flatten());
                }
                transaction.commit()?;
                blobs.remove(ended);
                Ok(())
            })
            .await
    }

    pub(super) async fn list(&self, listing: Listing) -> Result<Page> {
        self.database
            .call(move |connection| {
                require_bucket(connection, &listing.bucket)?;
                page(connection, &listing)
            })
            .await
    }
}

/// Checks the conditions of a write. Answers the file it would replace.
pub(super) fn admit(connection: &Connection, target: &Target) -> Result<Option<String>> {
    require_bucket(connection, &target.bucket)?;
    let present: Option<(String, Option<String>)> = connection
        .prepare_cached("SELECT etag, blob FROM objects WHERE bucket = ?1 AND key = ?2")?
        .query_row([&target.bucket, &target.key], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    match (&target.if_match, &present) {
        (Some(_), None) => return Err(s3_error!(NoSuchKey).into()),
        (Some(condition), Some((etag, _))) if !agrees(condition, etag) => {
            return Err(s3_error!(PreconditionFailed).into());
        }
        _ => {}
    }
    match (&target.if_none_match, &present) {
        (Some(condition), Some((etag, _))) if agrees(condition, etag) => {
            Err(s3_error!(PreconditionFailed).into())
        }
        _ => Ok(present.and_then(|(_, blob)| blob)),
    }
}

fn page(connection: &Connection, listing: &Listing) -> Result<Page> {
    let mut statement = connection.prepare_cached(
        "SELECT key, size, etag, modified_ms, about FROM objects
         WHERE bucket = ?1 AND key >= ?2 ORDER BY key",
    )?;
    let mut page = Page::default();
    let mut from = listing.from.clone().max(listing.prefix.clone());
    // Each turn reads on until a common prefix is met, then starts again after all its keys.
    'seek: loop {
        let mut rows = statement.query([&listing.bucket, &from])?;
        while let Some(row) = rows.next()? {
            let key: String = row.get(0)?;
            let Some(rest) = key.strip_prefix(&listing.prefix) else { break 'seek };
            if page.objects.len() + page.common_prefixes.len() == listing.limit {
                page.next = Some(key);
                break 'seek;
            }
            let delimiter = listing.delimiter.as_deref().filter(|it| !it.is_empty());
            match delimiter.and_then(|it| Some(rest.find(it)? + it.len())) {
                Some(end) => {
                    let common = key[..listing.prefix.len() + end].to_owned();
                    from = after_prefix(&common);
                    page.common_prefixes.push(common);
                    continue 'seek;
                }
                None => page.objects.push(stored(row)?),
            }
        }
        break;
    }
    Ok(page)
}

/// The first text after every text that starts with `prefix`.
fn after_prefix(prefix: &str) -> String {
    let mut text = prefix.to_owned();
    while let Some(last) = text.pop() {
        if let Some(next) = (u32::from(last) + 1..=u32::from(char::MAX)).find_map(char::from_u32) {
            text.push(next);
            break;
        }
    }
    text
}

type ObjectRow = (Stored, Option<Vec<u8>>, Option<String>);

pub(super) fn find(connection: &Connection, bucket: &str, key: &str) -> Result<Option<ObjectRow>> {
    Ok(connection
        .prepare_cached(
            "SELECT key, size, etag, modified_ms, about, inline, blob FROM objects
             WHERE bucket = ?1 AND key = ?2",
        )?
        .query_row([bucket, key], |row| Ok((stored(row)?, row.get(5)?, row.get(6)?)))
        .optional()?)
}

fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    let about: String = row.get(4)?;
    let about = serde_json::from_str(&about).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(4, rusqlite::types::Type::Text, error.into())
    })?;
    Ok(Stored {
        key: row.get(0)?,
        size: row.get(1)?,
        etag: row.get(2)?,
        modified_ms: row.get(3)?,
        about,
    })
}

/// The bytes a row has inline, or in the file it names.
pub(super) fn content(
    blobs: &Blobs,
    inline: Option<Vec<u8>>,
    blob: Option<String>,
) -> Result<Content> {
    match blob {
        Some(name) => Ok(Content::File(blobs.read(&name)?)),
        None => Ok(Content::Inline(inline.unwrap_or_default())),
    }
}

pub(super) fn require_bucket(connection: &Connection, bucket: &str) -> Result<()> {
    let found =
        connection.prepare_cached("SELECT 1 FROM buckets WHERE name = ?1")?.exists([bucket])?;
    if found { Ok(()) } else { Err(s3_error!(NoSuchBucket).into()) }
}

/// Whether a condition names this `ETag`, or any.
pub(super) fn agrees(condition: &ETagCondition, etag: &str) -> bool {
    condition.as_etag().is_none_or(|it: &ETag| it.value() == etag)
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().copied().flat_map(hex_digits).collect()
}

/// The two digits of a byte.
pub(super) fn hex_digits(byte: u8) -> [char; 2] {
    [byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16).unwrap_or('0'))
}
