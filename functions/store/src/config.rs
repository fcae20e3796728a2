//! The environment, read once in `main.rs`, named when something is missing.

use std::fmt;

use crate::keys::Shelf;

/// What the clients need to know.
#[derive(Clone)]
pub struct Config {
    /// The region requests are signed for.
    pub region: String,
    /// Who signs them.
    pub access_key_id: String,
    /// With what.
    pub secret_access_key: String,
    /// Of which session: always set on AWS, never on one machine.
    pub session_token: Option<String>,
    /// Another S3 than AWS's.
    pub s3_endpoint: Option<String>,
    /// Another `DynamoDB` than AWS's.
    pub dynamodb_endpoint: Option<String>,
    /// What signed uploads point to, when it is not the S3 endpoint.
    pub upload_endpoint: Option<String>,
    /// Name of the `DynamoDB` table.
    pub index_table: String,
    /// Name of the bucket of each shelf this step uses.
    pub buckets: Vec<(Shelf, String)>,
    /// An HTTP client to use instead of the network's: the line in one process.
    pub http_client: Option<aws_smithy_runtime_api::client::http::SharedHttpClient>,
}

/// A variable this step cannot start without is not set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the environment variable {0} is not set")]
pub struct MissingVariable(pub &'static str);

impl Shelf {
    /// The variable that names its bucket.
    pub fn variable(self) -> &'static str {
        match self {
            Self::Inbox => "INBOX_BUCKET",
            Self::Lake => "LAKE_BUCKET",
            Self::Reports => "REPORTS_BUCKET",
            Self::Site => "SITE_BUCKET",
        }
    }
}

impl Config {
    /// Reads what a step that uses these shelves needs.
    pub fn from_env(
        shelves: &[Shelf],
        variable: impl Fn(&'static str) -> Option<String>,
    ) -> Result<Self, MissingVariable> {
        let required = |name| variable(name).ok_or(MissingVariable(name));
        let bucket = |shelf: &Shelf| Ok((*shelf, required(shelf.variable())?));
        Ok(Self {
            region: required("AWS_REGION")?,
            access_key_id: required("AWS_ACCESS_KEY_ID")?,
            secret_access_key: required("AWS_SECRET_ACCESS_KEY")?,
            session_token: variable("AWS_SESSION_TOKEN"),
            s3_endpoint: variable("AWS_ENDPOINT_URL_S3"),
            dynamodb_endpoint: variable("AWS_ENDPOINT_URL_DYNAMODB"),
            upload_endpoint: variable("UPLOAD_ENDPOINT_URL"),
            index_table: required("INDEX_TABLE")?,
            buckets: shelves.iter().map(bucket).collect::<Result<_, _>>()?,
            http_client: None,
        })
    }
}

/// Never prints a secret.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("region", &self.region)
            .field("s3_endpoint", &self.s3_endpoint)
            .field("dynamodb_endpoint", &self.dynamodb_endpoint)
            .field("index_table", &self.index_table)
            .field("buckets", &self.buckets)
            .finish_non_exhaustive()
    }
}

/// The HTTP client of a process: the one it was given, else TLS with rustls on ring, whose C code
/// is small enough for a cold build.
pub(crate) fn http_client(
    config: &Config,
) -> aws_smithy_runtime_api::client::http::SharedHttpClient {
    use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
    config.http_client.clone().unwrap_or_else(|| {
        aws_smithy_http_client::Builder::new()
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .build_https()
    })
}
