//! S3 in this process: `s3s` speaks the protocol (signatures, presigned URLs, form policies,
//! chunked bodies), the rest is ours.
//!
//! | | |
//! | --- | --- |
//! | [`access`] | who may call |
//! | [`protocol`] | the operations, from S3's words to ours |
//! | [`objects`], [`multipart`] | rows, conditions, one transaction per object |
//! | [`blobs`], [`checksums`] | bytes received, hashed, kept in files |
//! | [`events`] | the notifications of created objects |
//! | [`cors`] | cross-origin rules, around the service |
//!
//! Not here: versions, lifecycle, tags, policies, notification settings; they answer 501.

mod access;
mod blobs;
mod checksums;
mod cors;
mod events;
mod multipart;
mod objects;
mod protocol;

use std::future::Future;
use std::pin::{Pin, pin};

use http::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{Body, HttpError};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

pub(super) use self::objects::Objects;
use super::{Credentials, Object, Result};

/// The S3 endpoint, as a service any HTTP server can mount. Cheap to clone.
///
/// Addresses are path-style: `/bucket/key`.
#[derive(Debug, Clone)]
pub struct S3Endpoint {
    service: S3Service,
    objects: Objects,
}

impl S3Endpoint {
    pub(super) fn new(objects: Objects, credentials: &Credentials) -> Self {
        let mut builder = S3ServiceBuilder::new(objects.clone());
        builder.set_auth(SimpleAuth::from_single(
            credentials.access_key.clone(),
            credentials.secret_key.clone(),
        ));
        builder.set_access(access::SignedOnly);
        Self { service: builder.build(), objects }
    }

    /// Answers one request.
    pub async fn call(&self, request: Request<Body>) -> Result<Response<Body>, HttpError> {
        let wish = cors::Wish::of(request.method(), request.headers());
        let rules = match &wish {
            Some(_) => self.cors_rules(request.uri().path()).await,
            None => Vec::new(),
        };
        let is_form = request.method() == Method::POST;
        if let Some(wish) = &wish
            && request.method() == Method::OPTIONS
        {
            return Ok(wish.preflight(&rules));
        }
        let mut response = self.service.call(request).await?;
        if is_form {
            forbid_failed_policy(&mut response);
        }
        if let Some(wish) = wish {
            wish.grant(&rules, response.headers_mut());
        }
        Ok(response)
    }

    async fn cors_rules(&self, path: &str) -> Vec<s3s::dto::CORSRule> {
        let bucket = path.trim_start_matches('/').split('/').next().unwrap_or_default();
        self.objects.cors(bucket.to_owned()).await.unwrap_or_default()
    }

    /// Reads an object without a signature, as the CDN does. None if there is no such object.
    pub(super) async fn object(&self, bucket: &str, key: &str) -> Result<Option<Object>> {
        let found = self.objects.get(bucket.to_owned(), key.to_owned()).await;
        let (stored, content) = match found {
            Ok(found) => found,
            Err(super::Error::Refused(refusal))
                if refusal.status_code() == Some(StatusCode::NOT_FOUND) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        Ok(Some(Object {
            body: content.body(0..stored.size)?,
            size: stored.size,
            etag: format!("\"{}\"", stored.etag),
            modified_ms: stored.modified_ms,
            content_type: stored.about.content_type,
            cache_control: stored.about.cache_control,
            content_encoding: stored.about.content_encoding,
            content_disposition: stored.about.content_disposition,
        }))
    }

    /// Serves `listener` until `shutdown`, then lets the running requests finish.
    pub(super) async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()>,
    ) -> Result<()> {
        let (stop, stopped) = watch::channel(());
        let mut connections = JoinSet::new();
        let mut shutdown = pin!(shutdown);
        loop {
            let stream = tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => stream,
                    // One connection that failed to come is not the end of the listener.
                    Err(error) => {
                        tracing::warn!(%error, "could not accept a connection");
                        continue;
                    }
                },
                Some(_) = connections.join_next() => continue,
                () = &mut shutdown => break,
            };
            connections.spawn(serve_connection(self.clone(), stream, stopped.clone()));
        }
        drop(stop);
        connections.join_all().await;
        Ok(())
    }
}

async fn serve_connection(
    endpoint: S3Endpoint,
    stream: tokio::net::TcpStream,
    mut stopped: watch::Receiver<()>,
) {
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), endpoint);
    let mut connection = pin!(connection);
    let result = tokio::select! {
        result = connection.as_mut() => result,
        _ = stopped.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = result {
        tracing::debug!(%error, "a connection ended early");
    }
}

impl<B> hyper::service::Service<Request<B>> for S3Endpoint
where
    B: hyper::body::Body<Data = bytes::Bytes> + Send + 'static,
    s3s::StdError: From<B::Error>,
{
    type Response = Response<Body>;
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, HttpError>> + Send>>;

    fn call(&self, request: Request<B>) -> Self::Future {
        let endpoint = self.clone();
        let request = request.map(Body::http_body_unsync);
        Box::pin(async move { Self::call(&endpoint, request).await })
    }
}

/// A form whose fields break its policy is forbidden; s3s says its policy is malformed.
fn forbid_failed_policy(response: &mut Response<Body>) {
    let Some(answer) = response.body().bytes() else { return };
    let Ok(answer) = str::from_utf8(&answer) else { return };
    let code = "<Code>InvalidPolicyDocument</Code>";
    if answer.contains(code) && answer.contains("Policy condition") {
        let answer = answer.replace(code, "<Code>AccessDenied</Code>");
        *response.status_mut() = StatusCode::FORBIDDEN;
        response.headers_mut().remove(http::header::CONTENT_LENGTH);
        *response.body_mut() = Body::from(bytes::Bytes::from(answer));
    }
}
