//! Uploads in parts. A part is staged like an object but belongs to its upload; completing copies
//! the parts into one body, away from the lock, then makes it visible in one transaction.

use std::io::Write;

use rusqlite::{Connection, OptionalExtension, params};
use s3s::crypto::{Checksum as _, Md5};
use s3s::{S3Error, s3_error};
use ulid::Ulid;

use super::blobs::{Blobs, Content, Staged, StagedContent};
use super::checksums::{Checksums, Hasher};
use super::objects::{About, Objects, Target, admit, content, hex, require_bucket};
use crate::aws::Result;
use crate::aws::database::now_ms;

/// Every part but the last is at least this long.
const MIN_PART_BYTES: u64 = 5 * 1024 * 1024;

/// An upload in progress.
#[derive(Debug, Clone)]
pub(super) struct Upload {
    pub(super) id: String,
    pub(super) key: String,
    pub(super) created_ms: i64,
}

/// A received part.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Part {
    pub(super) number: i32,
    pub(super) size: u64,
    pub(super) etag: String,
    pub(super) modified_ms: i64,
    pub(super) checksums: Checksums,
    blob: Option<String>,
}

/// A part as the client names it when it completes.
#[derive(Debug, Clone)]
pub(super) struct NamedPart {
    pub(super) number: i32,
    pub(super) etag: Option<String>,
    pub(super) checksums: Checksums,
}

impl Objects {
    pub(super) async fn create_upload(
        &self,
        bucket: String,
        key: String,
        about: About,
    ) -> Result<String> {
        let about = serde_json::to_string(&about)?;
        self.database
            .call(move |connection| {
                require_bucket(connection, &bucket)?;
                let id = Ulid::new().to_string();
                connection.execute(
                    "INSERT INTO uploads (id, bucket, key, created_ms, about)
                     VALUES (?1, ?2, ?3, ?4, ?5)",
                    params![id, bucket, key, now_ms(), about],
                )?;
                Ok(id)
            })
            .await
    }

    /// Adds or replaces a part. Answers its `ETag`.
    pub(super) async fn put_part(
        &self,
        upload: (String, String, String),
        number: i32,
        staged: Staged,
    ) -> Result<String> {
        let blobs = self.blobs.clone();
        self.database
            .call(move |connection| {
                let transaction = connection.transaction()?;
                let (bucket, key, id) = &upload;
                about(&transaction, bucket, key, id)?;
                let etag = hex(&staged.md5);
                let replaced: Option<Option<String>> = transaction
                    .query_row(
                        "SELECT blob FROM parts WHERE upload = ?1 AND number = ?2",
                        params![id, number],
                        |row| row.get(0),
                    )
                    .optional()?;
                let mut content = staged.content;
                let (inline, blob) = content.columns();
                transaction.execute(
                    "INSERT OR REPLACE INTO parts
                     (upload, number, size, etag, modified_ms, checksums, inline, blob)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                    params![
                        id,
                        number,
                        staged.size,
                        etag,
                        now_ms(),
                        serde_json::to_string(&staged.checksums)?,
                        inline,
                        blob
                    ],
                )?;
                transaction.commit()?;
                content.keep();
                blobs.remove(replaced.flatten());
                Ok(etag)
            })
            .await
    }

    pub(super) async fn parts(&self, bucket: String, key: String, id: String) -> Result<Vec<Part>> {
        self.database
            .call(move |connection| {
                about(connection, &bucket, &key, &id)?;
                parts(connection, &id)
            })
            .await
    }

    pub(super) async fn uploads(&self, bucket: String, prefix: String) -> Result<Vec<Upload>> {
        self.database
            .call(move |connection| {
                require_bucket(connection, &bucket)?;
                let mut statement = connection.prepare_cached(
                    "SELECT id, key, created_ms FROM uploads WHERE bucket = ?1 ORDER BY key, id",
                )?;
                let rows = statement.query_map([bucket], |row| {
                    Ok(Upload { id: row.get(0)?, key: row.get(1)?, created_ms: row.get(2)? })
                })?;
                let mut uploads = rows.collect::<rusqlite::Result<Vec<_>>>()?;
                uploads.retain(|upload| upload.key.starts_with(&prefix));
                Ok(uploads)
            })
            .await
    }

    pub(super) async fn abort(&self, bucket: String, key: String, id: String) -> Result<()> {
        let blobs = self.blobs.clone();
        self.database
            .call(move |connection| {
                let transaction = connection.transaction()?;
                about(&transaction, &bucket, &key, &id)?;
                let ended = end(&transaction, &id)?;
                transaction.commit()?;
                blobs.remove(ended);
                Ok(())
            })
            .await
    }

    /// Makes the named parts one object. Answers its `ETag` and checksums.
    pub(super) async fn complete(
        &self,
        target: Target,
        id: String,
        named: Vec<NamedPart>,
        announced: Checksums,
    ) -> Result<(String, Checksums)> {
        let (objects, wanted, upload) = (self.clone(), target.clone(), id.clone());
        let (about, chosen, bodies) = self
            .database
            .call(move |connection| {
                let about = about(connection, &wanted.bucket, &wanted.key, &upload)?;
                admit(connection, &wanted)?;
                let chosen = choose(&parts(connection, &upload)?, &named)?;
                let bodies = open(connection, &objects.blobs, &upload, &chosen)?;
                Ok((about, chosen, bodies))
            })
            .await?;

        let blobs = self.blobs.clone();
        let staged = tokio::task::spawn_blocking(move || join(&blobs, bodies)).await??;
        staged.checksums.verify(&announced)?;
        let about = About { checksums: staged.checksums.clone(), ..about };
        let etag = format!("{}-{}", hex(&digest_of_digests(&chosen)), chosen.len());

        self.commit(target, move |transaction, objects, target| {
            // A part replaced meanwhile, or an upload completed twice at once, is found here.
            let now = parts(transaction, &id)?;
            if !chosen.iter().all(|part| now.contains(part)) {
                return Err(s3_error!(OperationAborted, "the upload changed meanwhile").into());
            }
            let Staged { size, mut content, checksums, .. } = staged;
            objects.replace(transaction, target, size, &etag, &about, &mut content)?;
            Ok(((etag, checksums), end(transaction, &id)?, content))
        })
        .await
    }
}

/// What was said about the object when its upload began.
fn about(connection: &Connection, bucket: &str, key: &str, id: &str) -> Result<About> {
    let about: Option<String> = connection
        .query_row(
            "SELECT about FROM uploads WHERE id = ?1 AND bucket = ?2 AND key = ?3",
            [id, bucket, key],
            |row| row.get(0),
        )
        .optional()?;
    let about = about.ok_or_else(|| s3_error!(NoSuchUpload))?;
    Ok(serde_json::from_str(&about)?)
}

fn parts(connection: &Connection, id: &str) -> Result<Vec<Part>> {
    let mut statement = connection.prepare_cached(
        "SELECT number, size, etag, modified_ms, checksums, blob FROM parts
         WHERE upload = ?1 ORDER BY number",
    )?;
    let mut rows = statement.query([id])?;
    let mut parts = Vec::new();
    while let Some(row) = rows.next()? {
        parts.push(Part {
            number: row.get(0)?,
            size: row.get(1)?,
            etag: row.get(2)?,
            modified_ms: row.get(3)?,
            checksums: serde_json::from_str(&row.get::<_, String>(4)?)?,
            blob: row.get(5)?,
        });
    }
    Ok(parts)
}

/// The parts a client named: in order, as received, long enough.
fn choose(parts: &[Part], named: &[NamedPart]) -> Result<Vec<Part>, S3Error> {
    if named.is_empty() {
        return Err(s3_error!(MalformedXML));
    }
    if !named.is_sorted_by(|a, b| a.number < b.number) {
        return Err(s3_error!(InvalidPartOrder));
    }
    let chosen = named
        .iter()
        .map(|name| {
            let part = parts.iter().find(|part| part.number == name.number);
            let part = part.filter(|part| name.etag.as_ref() == Some(&part.etag));
            let part = part.ok_or_else(|| s3_error!(InvalidPart))?;
            part.checksums.verify(&name.checksums).map_err(|_| s3_error!(InvalidPart))?;
            Ok(part.clone())
        })
        .collect::<Result<Vec<_>, S3Error>>()?;
    let (_last, others) = chosen.split_last().ok_or_else(|| s3_error!(InvalidPart))?;
    if others.iter().any(|part| part.size < MIN_PART_BYTES) {
        return Err(s3_error!(EntityTooSmall));
    }
    Ok(chosen)
}

fn open(connection: &Connection, blobs: &Blobs, id: &str, chosen: &[Part]) -> Result<Vec<Content>> {
    let inline = |number: i32| -> Result<Option<Vec<u8>>> {
        Ok(connection.query_row(
            "SELECT inline FROM parts WHERE upload = ?1 AND number = ?2",
            params![id, number],
            |row| row.get(0),
        )?)
    };
    chosen.iter().map(|part| content(blobs, inline(part.number)?, part.blob.clone())).collect()
}

/// One body out of many, with the checksum S3 gives such objects.
fn join(blobs: &Blobs, bodies: Vec<Content>) -> Result<Staged> {
    let draft = blobs.draft();
    let mut file = std::fs::File::create_new(draft.path())?;
    let (mut size, mut hasher) = (0, Hasher::full_object());
    let mut buffer = vec![0; 256 * 1024];
    for body in bodies {
        let mut reader = body.into_reader();
        loop {
            let read = reader.read(&mut buffer)?;
            if read == 0 {
                break;
            }
            hasher.update(&buffer[..read]);
            file.write_all(&buffer[..read])?;
            size += read as u64;
        }
    }
    let content = StagedContent::File(draft);
    Ok(Staged { size, md5: [0; 16], checksums: hasher.finalize(), content })
}

fn digest_of_digests(parts: &[Part]) -> [u8; 16] {
    let mut md5 = Md5::new();
    for part in parts {
        let bytes: Vec<u8> = (0..part.etag.len())
            .step_by(2)
            .filter_map(|at| u8::from_str_radix(part.etag.get(at..at + 2)?, 16).ok())
            .collect();
        md5.update(&bytes);
    }
    md5.finalize()
}

/// Forgets an upload. Answers the files of its parts.
fn end(connection: &Connection, id: &str) -> Result<Vec<String>> {
    let ended = parts(connection, id)?.into_iter().filter_map(|part| part.blob).collect();
    connection.execute("DELETE FROM parts WHERE upload = ?1", [id])?;
    connection.execute("DELETE FROM uploads WHERE id = ?1", [id])?;
    Ok(ended)
}
