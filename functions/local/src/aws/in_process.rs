//! An HTTP client for the AWS SDK that calls this process instead of the network.
//!
//! The same SDK clients, the same requests, the same signatures: only the socket is missing. It
//! routes by host: [`S3_ENDPOINT`] or [`DYNAMODB_ENDPOINT`]; any other host fails, so a client
//! without an endpoint cannot reach the real AWS by accident.
//!
//! A [`Hook`] is asked before and after each request that changes something, and may answer
//! [`Verdict::Die`]: from then on every call fails, as if the process had been killed there.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use http::request::Parts;
use http::{Method, Request, Response, StatusCode};
use http_body_util::BodyExt;
use s3s::Body;

use super::Error;
use super::dynamodb::{self, DynamoDb};
use super::s3::S3Endpoint;

/// The S3 endpoint of this client, for the SDK's `endpoint_url`. Use path-style addresses.
pub const S3_ENDPOINT: &str = "http://s3.embedded";

/// The `DynamoDB` endpoint of this client.
pub const DYNAMODB_ENDPOINT: &str = "http://dynamodb.embedded";

/// When a hook is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Nothing has happened yet.
    Before,
    /// It has happened; nobody has been told.
    After,
}

/// What a hook decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Go on.
    Live,
    /// Fail this call and all that follow.
    Die,
}

/// Asked around each request that changes something.
pub type Hook = Arc<dyn Fn(Moment, &Parts) -> Verdict + Send + Sync>;

/// Asked before each request, whatever it does: the status and the code of an error that AWS would answer
/// instead, if it does.
pub type Refusal = Arc<dyn Fn(&Parts) -> Option<(StatusCode, &'static str)> + Send + Sync>;

/// The client. Its clones share the hook, and die together.
#[derive(Clone)]
pub struct InProcessClient {
    s3: S3Endpoint,
    dynamodb: DynamoDb,
    hook: Option<Hook>,
    refusal: Option<Refusal>,
    dead: Arc<AtomicBool>,
}

impl InProcessClient {
    pub(super) fn new(s3: S3Endpoint, dynamodb: DynamoDb) -> Self {
        Self { s3, dynamodb, hook: None, refusal: None, dead: Arc::default() }
    }

    /// The same client, with a hook, and a life of its own.
    #[must_use]
    pub fn with_hook(self, hook: Hook) -> Self {
        Self { hook: Some(hook), dead: Arc::default(), ..self }
    }

    /// The same client, where some requests are refused.
    #[must_use]
    pub fn with_refusal(self, refusal: Refusal) -> Self {
        Self { refusal: Some(refusal), ..self }
    }

    async fn send(self, request: HttpRequest) -> Result<HttpResponse, Error> {
        let (parts, body) = request.try_into_http1x().map_err(Error::client)?.into_parts();
        let is_s3 = parts.uri.host() == Some("s3.embedded");
        if !is_s3 && parts.uri.host() != Some("dynamodb.embedded") {
            return Err(Error::client("the embedded client knows no other host"));
        }
        let refused = self.refusal.as_ref().and_then(|refusal| refusal(&parts));
        if let Some((status, code)) = refused {
            let response = refused_with(is_s3, status, code)?;
            return response.map(SdkBody::from).try_into().map_err(Error::client);
        }
        let mutates = if is_s3 {
            !matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS)
        } else {
            dynamodb::mutates(dynamodb::operation(&parts.headers))
        };
        let heard = mutates.then(|| parts.clone());
        self.survive(Moment::Before, heard.as_ref())?;
        let response = if is_s3 {
            let mut request = Request::from_parts(parts, Body::http_body_unsync(body));
            // A socket's client would write the host in a header; the signature covers it.
            if let Some(host) = request.uri().authority().map(ToString::to_string) {
                let host = http::HeaderValue::from_str(&host).map_err(Error::client)?;
                request.headers_mut().insert(http::header::HOST, host);
            }
            self.s3.call(request).await.map_err(|error| Error::Client(error.into()))?
        } else {
            let body = body.collect().await.map_err(Error::Client)?.to_bytes();
            self.dynamodb.call(&parts.headers, body).await?
        };
        self.survive(Moment::After, heard.as_ref())?;
        response.map(SdkBody::from_body_1_x).try_into().map_err(Error::client)
    }

    fn survive(&self, moment: Moment, mutation: Option<&Parts>) -> Result<(), Error> {
        if let (Some(hook), Some(parts)) = (&self.hook, mutation)
            && !self.dead.load(Ordering::SeqCst)
            && hook(moment, parts) == Verdict::Die
        {
            self.dead.store(true, Ordering::SeqCst);
        }
        if self.dead.load(Ordering::SeqCst) {
            return Err(Error::client("the process died here"));
        }
        Ok(())
    }
}

/// An error as AWS writes it.
fn refused_with(is_s3: bool, status: StatusCode, code: &str) -> Result<Response<String>, Error> {
    let (content_type, body) = if is_s3 {
        ("application/xml", format!("<Error><Code>{code}</Code><Message>no</Message></Error>"))
    } else {
        let kind = format!("com.amazonaws.dynamodb.v20120810#{code}");
        ("application/x-amz-json-1.0", format!(r#"{{"__type":"{kind}","message":"no"}}"#))
    };
    let response = Response::builder().status(status);
    response.header(http::header::CONTENT_TYPE, content_type).body(body).map_err(Error::client)
}

impl fmt::Debug for InProcessClient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("InProcessClient")
    }
}

impl HttpConnector for InProcessClient {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let client = self.clone();
        HttpConnectorFuture::new(async move {
            client.send(request).await.map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

impl HttpClient for InProcessClient {
    fn http_connector(
        &self,
        _settings: &HttpConnectorSettings,
        _components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}
