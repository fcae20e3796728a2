//! The cloud in this process: S3, its notifications, queues and `DynamoDB`, in one folder that
//! survives restarts and `kill -9`.
//!
//! It is what the Lambdas see through the same AWS SDK clients as on AWS, over HTTP or
//! [in process](in_process). It is not an AWS emulator: it has what the line uses, and refuses the
//! rest.

mod database;
mod dynamodb;
pub mod in_process;
mod queue;
mod s3;
#[cfg(test)]
mod tests;

use std::future::Future;
use std::path::Path;
use std::sync::Arc;

use s3s::{Body, S3Error};
use tokio::net::TcpListener;

use self::database::Database;
use self::dynamodb::DynamoDb;
pub use self::in_process::InProcessClient;
pub use self::queue::{Message, Queue, QueueSettings};
use self::s3::Objects;
pub use self::s3::S3Endpoint;

/// The region all of this says it is in.
pub const REGION: &str = "eu-west-3";

/// The one key that opens everything.
#[derive(Clone)]
pub struct Credentials {
    /// Its public half.
    pub access_key: String,
    /// What signs.
    pub secret_key: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Credentials").finish_non_exhaustive()
    }
}

/// Which new objects are announced in which queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// The bucket watched.
    pub bucket: String,
    /// What the key starts with.
    pub prefix: String,
    /// What the key ends with.
    pub suffix: String,
    /// The queue told.
    pub queue: String,
}

/// An object read directly, as a CDN reads its origin.
#[derive(Debug)]
pub struct Object {
    /// The bytes, read from their file as they are sent.
    pub body: Body,
    /// How many they are.
    pub size: u64,
    /// With its quotes, ready for a header.
    pub etag: String,
    /// When it appeared, in milliseconds since 1970.
    pub modified_ms: i64,
    /// As it was given by who wrote it.
    pub content_type: Option<String>,
    /// As it was given by who wrote it.
    pub cache_control: Option<String>,
    /// As it was given by who wrote it.
    pub content_encoding: Option<String>,
    /// As it was given by who wrote it.
    pub content_disposition: Option<String>,
}

/// Why the cloud could not do it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// S3 says no, for a reason a client can read.
    #[error("S3 refused: {0}")]
    Refused(#[from] S3Error),
    /// The database failed, or another process holds the folder.
    #[error("the database failed: {0}")]
    Database(#[from] rusqlite::Error),
    /// A file failed.
    #[error("a file failed: {0}")]
    File(#[from] std::io::Error),
    /// A row does not hold what it should.
    #[error("a row does not hold what it should: {0}")]
    Row(#[from] serde_json::Error),
    /// A date is out of range.
    #[error("a date is out of range: {0}")]
    Date(#[from] jiff::Error),
    /// A thread of ours panicked or was cancelled.
    #[error("a worker stopped: {0}")]
    Worker(#[from] tokio::task::JoinError),
    /// `DynamoDB` failed as a whole; the error of an operation is an answer.
    #[error("DynamoDB failed: {0}")]
    DynamoDb(String),
    /// A request could not be carried inside the process.
    #[error("the request could not be carried: {0}")]
    Client(s3s::StdError),
}

/// What a function of the cloud answers.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    fn client(error: impl Into<s3s::StdError>) -> Self {
        Self::Client(error.into())
    }
}

impl From<Error> for S3Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => refusal,
            other => S3Error::internal_error(other),
        }
    }
}

/// Everything, opened on one folder.
#[derive(Debug)]
pub struct Cloud {
    s3: S3Endpoint,
    dynamodb: DynamoDb,
    queue: Queue,
}

impl Cloud {
    /// Opens the folder, makes it and the buckets if they are missing, and removes what an
    /// interrupted upload left behind. One process at a time.
    pub fn open(
        folder: &Path,
        credentials: &Credentials,
        buckets: &[&str],
        notifications: Vec<Notification>,
        queues: Vec<QueueSettings>,
    ) -> Result<Arc<Self>> {
        std::fs::create_dir_all(folder)?;
        let database = Database::open(&folder.join("s3.sqlite"))?;
        let queue = Queue::new(database.clone(), queues);
        let objects = Objects::open(database, &folder.join("blobs"), notifications, queue.clone())?;
        for bucket in buckets {
            objects.create_bucket_blocking(bucket)?;
        }
        let dynamodb = DynamoDb::open(&folder.join("dynamodb.sqlite"))?;
        Ok(Arc::new(Self { s3: S3Endpoint::new(objects, credentials), dynamodb, queue }))
    }

    /// The S3 endpoint, to mount in a web server.
    pub fn s3(&self) -> S3Endpoint {
        self.s3.clone()
    }

    /// The queues.
    pub fn queue(&self) -> &Queue {
        &self.queue
    }

    /// A client for the AWS SDK that needs no socket.
    pub fn http_client(&self) -> InProcessClient {
        InProcessClient::new(self.s3.clone(), self.dynamodb.clone())
    }

    /// Reads an object directly, without a signature. None if there is none.
    pub async fn object(&self, bucket: &str, key: &str) -> Result<Option<Object>> {
        self.s3.object(bucket, key).await
    }

    /// Serves S3 until `shutdown`.
    pub async fn serve_s3(
        &self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()>,
    ) -> Result<()> {
        self.s3.clone().serve(listener, shutdown).await
    }

    /// Serves `DynamoDB` until `shutdown`.
    pub async fn serve_dynamodb(
        &self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<()> {
        self.dynamodb.clone().serve(listener, shutdown).await
    }
}
