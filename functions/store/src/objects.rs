//! Objects on their shelves: S3.

use std::io::Read;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::{ByteStream, SdkBody};
use aws_sdk_s3::types::ServerSideEncryption;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use domain::upload::{Deposit, UPLOAD_SECONDS};
use http_body::{Frame, SizeHint};

use crate::calls::Meter;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::keys::{Key, Shelf};

/// How long the signed address of an answer lives, in seconds. The deposit key gives a new one.
const DOWNLOAD_SECONDS: u64 = 60 * 60;

/// How much of a file is held at once while it is sent.
const PIECE_BYTES: u64 = 256 * 1024;

/// The shelves, behind one client.
#[derive(Debug, Clone)]
pub struct Objects {
    client: Client,
    /// Signs for the address a browser sees, when it is not the one we use.
    signer: Client,
    buckets: Vec<(Shelf, String)>,
    /// The key that locks identities, where they have one of their own.
    identities_key: Option<String>,
}

/// What [`Objects::find_unless`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// There is no such object.
    Nothing,
    /// It still bears the tag.
    Same,
    /// It does not: its bytes, and the tag it bears.
    New(Bytes, String),
}

/// An upload that storage itself holds to one object, one size, one checksum, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedUpload {
    /// Always `PUT`.
    pub method: String,
    /// Where to send the bytes.
    pub url: String,
    /// Headers that are part of the signature.
    pub headers: Vec<(String, String)>,
}

impl Objects {
    pub(crate) fn new(config: &Config, meter: &Meter) -> Self {
        let client = client(config, config.s3_endpoint.as_deref(), meter);
        let signer = match config.upload_endpoint.as_deref() {
            Some(endpoint) => self::client(config, Some(endpoint), meter),
            None => client.clone(),
        };
        Self { client, signer, buckets: config.buckets.clone(), identities_key: None }
    }

    #[must_use]
    pub(crate) fn with_identities_key(self, arn: Option<String>) -> Self {
        Self { identities_key: arn, ..self }
    }

    /// The object, or `None` when there is none.
    pub async fn find(&self, key: &Key) -> Result<Option<Bytes>> {
        self.find_tagged(key).await.map(|found| found.map(|(bytes, _)| bytes))
    }

    /// The object, which must be there.
    pub async fn get(&self, key: &Key) -> Result<Bytes> {
        let missing = || Error::corrupt(format!("read {}", key.path()), "no such object");
        self.find(key).await?.ok_or_else(missing)
    }

    /// Whether there is such an object.
    pub async fn exists(&self, key: &Key) -> Result<bool> {
        let bucket = self.bucket(key)?;
        match self.client.head_object().bucket(bucket).key(key.path()).send().await {
            Ok(_) => Ok(true),
            Err(error) if status(&error) == Some(404) => Ok(false),
            Err(error) => Err(Error::unavailable(format!("look for {}", key.path()), error)),
        }
    }

    /// The object and its entity tag, for [`Objects::swap`].
    pub async fn find_tagged(&self, key: &Key) -> Result<Option<(Bytes, String)>> {
        match self.find_unless(key, None).await? {
            Found::New(bytes, tag) => Ok(Some((bytes, tag))),
            Found::Nothing | Found::Same => Ok(None),
        }
    }

    /// The object, unless it still bears this tag.
    pub async fn find_unless(&self, key: &Key, tag: Option<&str>) -> Result<Found> {
        let action = || format!("read {}", key.path());
        let request = self.client.get_object().bucket(self.bucket(key)?).key(key.path());
        match request.set_if_none_match(tag.map(str::to_owned)).send().await {
            Ok(object) => {
                let tag = object.e_tag().unwrap_or_default().to_owned();
                let body = object.body.collect().await;
                let body = body.map_err(|error| Error::unavailable(action(), error))?;
                Ok(Found::New(body.into_bytes(), tag))
            }
            Err(error) if status(&error) == Some(304) => Ok(Found::Same),
            Err(error) if status(&error) == Some(404) && error.code() == Some("NoSuchKey") => {
                Ok(Found::Nothing)
            }
            Err(error) => Err(Error::unavailable(action(), error)),
        }
    }

    /// Writes the object over whatever was there. Steps write the same bytes to the same key.
    pub async fn put(&self, key: &Key, bytes: impl Into<Bytes>) -> Result<()> {
        let request = self
            .client
            .put_object()
            .bucket(self.bucket(key)?)
            .key(key.path())
            .content_type(key.content_type())
            .body(ByteStream::from(bytes.into()));
        let request = match (key, self.identities_key.as_deref()) {
            (Key::Identities(_), Some(arn)) => {
                request.server_side_encryption(ServerSideEncryption::AwsKms).ssekms_key_id(arn)
            }
            _ => request,
        };
        let sent = request.send().await;
        sent.map_err(|error| Error::unavailable(format!("write {}", key.path()), error))?;
        Ok(())
    }

    /// Writes an object whose key names its content: if it is there already, it is right already.
    pub async fn put_once(&self, key: &Key, bytes: impl Into<Bytes>) -> Result<()> {
        let request = self
            .client
            .put_object()
            .bucket(self.bucket(key)?)
            .key(key.path())
            .content_type(key.content_type())
            .if_none_match("*")
            .body(ByteStream::from(bytes.into()));
        match request.send().await {
            Ok(_) => Ok(()),
            Err(error) if status(&error) == Some(412) => Ok(()),
            Err(error) => Err(Error::unavailable(format!("write {}", key.path()), error)),
        }
    }

    /// The same, of a file of a publication: storage takes the bytes of this size and SHA-256 and no
    /// others. They are opened when they are sent, and read a piece at a time.
    pub async fn put_exactly<R: Read + Send + Sync + Unpin + 'static>(
        &self,
        key: &Key,
        size_bytes: u64,
        sha256: &[u8; 32],
        open: impl Fn() -> std::io::Result<R> + Send + Sync + 'static,
    ) -> Result<()> {
        let open = move || open().map(|bytes| Pieces { bytes, left: size_bytes });
        let body = SdkBody::retryable(move || match open() {
            Ok(pieces) => SdkBody::from_body_1_x(pieces),
            // Shorter than announced: storage refuses it.
            Err(_) => SdkBody::empty(),
        });
        let request = self
            .client
            .put_object()
            .bucket(self.bucket(key)?)
            .key(key.path())
            .content_type(key.content_type())
            .content_length(size_bytes.cast_signed())
            .checksum_sha256(BASE64.encode(sha256))
            .if_none_match("*")
            .body(ByteStream::new(body));
        match request.send().await {
            Ok(_) => Ok(()),
            Err(error) if status(&error) == Some(412) => Ok(()),
            Err(error) => Err(Error::unavailable(format!("write {}", key.path()), error)),
        }
    }

    /// Writes the object if it is still the one that bears this tag (`None`: still absent).
    /// [`crate::Kind::Conflict`] when somebody else wrote since.
    pub async fn swap(&self, key: &Key, tag: Option<&str>, bytes: impl Into<Bytes>) -> Result<()> {
        let request = self
            .client
            .put_object()
            .bucket(self.bucket(key)?)
            .key(key.path())
            .content_type(key.content_type())
            .body(ByteStream::from(bytes.into()));
        let request = match tag {
            Some(tag) => request.if_match(tag),
            None => request.if_none_match("*"),
        };
        let action = || format!("switch {}", key.path());
        match request.send().await {
            Ok(_) => Ok(()),
            Err(error) if matches!(status(&error), Some(404 | 409 | 412)) => {
                Err(Error::conflict(action()))
            }
            Err(error) => Err(Error::unavailable(action(), error)),
        }
    }

    /// Signs the upload of exactly the declared bytes, once, from `now` for
    /// [`UPLOAD_SECONDS`]. Nothing is sent.
    pub async fn sign_upload(&self, deposit: &Deposit, now: SystemTime) -> Result<SignedUpload> {
        let key = Key::Deposit { id: deposit.id.clone() };
        let action = || format!("sign the upload of {}", key.path());
        let terms = PresigningConfig::builder()
            .start_time(now)
            .expires_in(Duration::from_secs(UPLOAD_SECONDS))
            .build()
            .map_err(|error| Error::unavailable(action(), error))?;
        let size = i64::try_from(deposit.declaration.size_bytes)
            .map_err(|error| Error::unavailable(action(), error))?;
        let signed = self
            .signer
            .put_object()
            .bucket(self.bucket(&key)?)
            .key(key.path())
            .content_length(size)
            .checksum_sha256(BASE64.encode(deposit.declaration.sha256))
            .if_none_match("*")
            .presigned(terms)
            .await
            .map_err(|error| Error::unavailable(action(), error))?;
        Ok(SignedUpload {
            method: signed.method().to_owned(),
            url: signed.uri().to_owned(),
            headers: signed
                .headers()
                // Added where the function is traced: not signed, and a browser would not be let
                // send it.
                .filter(|(name, _)| *name != "x-amzn-trace-id")
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
        })
    }

    /// Signs the reading of a private object from `now` for an hour, when it exists.
    pub async fn sign_download(&self, key: &Key, now: SystemTime) -> Result<Option<String>> {
        let action = || format!("sign the reading of {}", key.path());
        let bucket = self.bucket(key)?;
        if !self.exists(key).await? {
            return Ok(None);
        }
        let terms = PresigningConfig::builder()
            .start_time(now)
            .expires_in(Duration::from_secs(DOWNLOAD_SECONDS))
            .build()
            .map_err(|error| Error::unavailable(action(), error))?;
        let request = self.signer.get_object().bucket(bucket).key(key.path());
        let signed = request.presigned(terms).await;
        let signed = signed.map_err(|error| Error::unavailable(action(), error))?;
        Ok(Some(signed.uri().to_owned()))
    }

    fn bucket(&self, key: &Key) -> Result<&str> {
        let place = key.shelf();
        let found = self.buckets.iter().find(|(one, _)| *one == place);
        let missing = || Error::corrupt(format!("find the bucket of {place:?}"), place.variable());
        found.map(|(_, bucket)| bucket.as_str()).ok_or_else(missing)
    }
}

/// What is read, as a body that is sent.
struct Pieces<R> {
    bytes: R,
    left: u64,
}

impl<R: Read + Unpin> http_body::Body for Pieces<R> {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<std::io::Result<Frame<Bytes>>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let wanted = self.left.min(PIECE_BYTES);
        let mut piece = Vec::with_capacity(wanted as usize);
        Poll::Ready(Some(match self.bytes.by_ref().take(wanted).read_to_end(&mut piece) {
            Ok(0) => Err(std::io::ErrorKind::UnexpectedEof.into()),
            Ok(read) => {
                self.left -= read as u64;
                Ok(Frame::data(piece.into()))
            }
            Err(error) => Err(error),
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

fn client(config: &Config, endpoint: Option<&str>, meter: &Meter) -> Client {
    let credentials = Credentials::new(
        &config.access_key_id,
        &config.secret_access_key,
        config.session_token.clone(),
        None,
        "environment",
    );
    let mut builder = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(config.region.clone()))
        .credentials_provider(credentials)
        .http_client(crate::config::http_client(config))
        .interceptor(meter.clone())
        // An endpoint of our own has no DNS name for each bucket.
        .force_path_style(endpoint.is_some());
    builder.set_endpoint_url(endpoint.map(str::to_owned));
    Client::from_conf(builder.build())
}

fn status<E>(error: &SdkError<E, aws_sdk_s3::config::http::HttpResponse>) -> Option<u16> {
    error.raw_response().map(|response| response.status().as_u16())
}
