//! `DynamoDB` in this process: `dynoxide` on a `SQLite` file, over HTTP or called directly.
//!
//! It checks that a request carries a signature, not that the signature is right: whoever reaches
//! it sees everything. It therefore listens on the loopback address only.

use std::path::Path;

use dynoxide::{Database, DynoxideError};
use http::{HeaderMap, Response, StatusCode};
use s3s::Body;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::net::TcpListener;

use super::{Error, Result};

const CONTENT_TYPE: &str = "application/x-amz-json-1.0";

/// The tables. Cheap to clone.
#[derive(Clone)]
pub(super) struct DynamoDb(Database);

impl std::fmt::Debug for DynamoDb {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("DynamoDb")
    }
}

impl DynamoDb {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let path = path.to_str().ok_or_else(|| Error::DynamoDb("the path is not text".into()))?;
        let database = Database::new(path).map_err(|error| Error::DynamoDb(error.to_string()))?;
        Ok(Self(database))
    }

    pub(super) async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<()> {
        dynoxide::server::serve_with_shutdown(listener, self.0, shutdown)
            .await
            .map_err(Error::DynamoDb)
    }

    /// Answers one request without a socket.
    pub(super) async fn call(
        &self,
        headers: &HeaderMap,
        body: bytes::Bytes,
    ) -> Result<Response<Body>> {
        let operation = operation(headers).to_owned();
        let database = self.0.clone();
        let answer = tokio::task::spawn_blocking(move || run(&database, &operation, &body)).await?;
        let (status, body) = match answer {
            Ok(body) => (StatusCode::OK, body),
            Err(error) => {
                let status = StatusCode::from_u16(error.status_code());
                (status.unwrap_or(StatusCode::BAD_REQUEST), error.to_json())
            }
        };
        let mut response = Response::new(Body::from(bytes::Bytes::from(body)));
        *response.status_mut() = status;
        response
            .headers_mut()
            .insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static(CONTENT_TYPE));
        Ok(response)
    }
}

/// The operation a request names: `DynamoDB_20120810.PutItem` is `PutItem`.
pub(super) fn operation(headers: &HeaderMap) -> &str {
    let target = headers.get("x-amz-target").and_then(|value| value.to_str().ok());
    target.and_then(|target| target.rsplit('.').next()).unwrap_or_default()
}

/// True if the operation may change something.
pub(super) fn mutates(operation: &str) -> bool {
    !["Get", "BatchGet", "TransactGet", "Query", "Scan", "Describe", "List"]
        .iter()
        .any(|reading| operation.starts_with(reading))
}

fn run(database: &Database, operation: &str, body: &[u8]) -> Result<String, DynoxideError> {
    match operation {
        "CreateTable" => answer(body, |request| database.create_table(request)),
        "DeleteTable" => answer(body, |request| database.delete_table(request)),
        "DescribeTable" => answer(body, |request| database.describe_table(request)),
        "ListTables" => answer(body, |request| database.list_tables(request)),
        "UpdateTimeToLive" => answer(body, |request| database.update_time_to_live(request)),
        "DescribeTimeToLive" => answer(body, |request| database.describe_time_to_live(request)),
        "PutItem" => answer(body, |request| database.put_item(request)),
        "GetItem" => answer(body, |request| database.get_item(request)),
        "UpdateItem" => answer(body, |request| database.update_item(request)),
        "DeleteItem" => answer(body, |request| database.delete_item(request)),
        "Query" => answer(body, |request| database.query(request)),
        "Scan" => answer(body, |request| database.scan(request)),
        "BatchGetItem" => answer(body, |request| database.batch_get_item(request)),
        "BatchWriteItem" => answer(body, |request| database.batch_write_item(request)),
        "TransactGetItems" => answer(body, |request| database.transact_get_items(request)),
        "TransactWriteItems" => answer(body, |request| database.transact_write_items(request)),
        _ => Err(DynoxideError::ValidationException(format!("{operation} is not offered here"))),
    }
}

fn answer<Q: DeserializeOwned, A: Serialize>(
    body: &[u8],
    run: impl FnOnce(Q) -> Result<A, DynoxideError>,
) -> Result<String, DynoxideError> {
    let request = serde_json::from_slice(body)
        .map_err(|error| DynoxideError::ValidationException(error.to_string()))?;
    serde_json::to_string(&run(request)?)
        .map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}
