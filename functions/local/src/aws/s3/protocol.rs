//! The S3 operations the line uses, from the protocol's words to ours and back. What is not here
//! answers 501 `NotImplemented`: better than a setting accepted and ignored.

use std::ops::Range;
use std::time::{Duration, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
#[cfg_attr(
    not(test),
    expect(clippy::wildcard_imports, reason = "the protocol's vocabulary, used throughout")
)]
use s3s::dto::*;
use s3s::{Body, S3, S3Error, S3ErrorCode, S3Request, S3Response, S3Result, s3_error};

use super::blobs::Staged;
use super::checksums::{Checksums, Hasher, checksums_of, with_checksums};
use super::events::Cause;
use super::multipart::NamedPart;
use super::objects::{About, Listing, Objects, Stored, Target, agrees, hex_digits};

/// The most a page of a listing may hold.
const MAX_KEYS: i32 = 1000;

/// What every request that carries a body says about it.
struct Incoming {
    body: Option<StreamingBlob>,
    length: Option<i64>,
    md5: Option<String>,
    announced: Checksums,
}

impl Objects {
    /// Receives a body and refuses one that is not what was announced. Nothing is visible yet.
    async fn receive<T>(&self, request: &S3Request<T>, incoming: Incoming) -> S3Result<Staged> {
        let hasher = Hasher::announced(&incoming.announced, &request.headers);
        let body = incoming.body.map_or_else(Body::empty, Body::from);
        let staged = self.blobs.receive(body, hasher).await?;
        if incoming.length.is_some_and(|length| u64::try_from(length) != Ok(staged.size)) {
            return Err(s3_error!(IncompleteBody));
        }
        if let Some(md5) = incoming.md5 {
            let md5 = STANDARD.decode(md5).map_err(|_| s3_error!(InvalidDigest))?;
            if md5 != staged.md5 {
                return Err(s3_error!(BadDigest));
            }
        }
        let trailer = request.trailing_headers.as_ref();
        let trailer = trailer.and_then(|it| it.read(Clone::clone)).unwrap_or_default();
        staged.checksums.verify(&incoming.announced.or_from_trailer(&trailer))?;
        Ok(staged)
    }
}

#[expect(clippy::needless_update, reason = "`Part` has no field left to default; the others have")]
#[async_trait::async_trait]
impl S3 for Objects {
    async fn put_object(
        &self,
        request: S3Request<PutObjectInput>,
    ) -> S3Result<S3Response<PutObjectOutput>> {
        let mut request = request;
        refuse_if_none_match_tag(request.input.if_none_match.as_ref())?;
        self.require_bucket(request.input.bucket.clone()).await?;
        let incoming = Incoming {
            body: request.input.body.take(),
            length: request.input.content_length,
            md5: request.input.content_md5.take(),
            announced: checksums_of!(request.input),
        };
        let staged = self.receive(&request, incoming).await?;
        // A form upload arrives here too; the event tells them apart.
        let cause = if request.method == http::Method::POST { Cause::Post } else { Cause::Put };
        let input = request.input;
        let target = Target {
            bucket: input.bucket,
            key: input.key,
            if_match: input.if_match,
            if_none_match: input.if_none_match,
            cause,
        };
        let checksums = staged.checksums.clone();
        let about = About {
            content_type: input.content_type,
            cache_control: input.cache_control,
            content_disposition: input.content_disposition,
            content_encoding: input.content_encoding,
            content_language: input.content_language,
            metadata: input.metadata.unwrap_or_default().into_iter().collect(),
            checksums: checksums.clone(),
        };
        let etag = self.put(target, staged, about).await?;
        Ok(S3Response::new(with_checksums!(
            checksums,
            PutObjectOutput { e_tag: Some(ETag::Strong(etag)) }
        )))
    }

    async fn get_object(
        &self,
        request: S3Request<GetObjectInput>,
    ) -> S3Result<S3Response<GetObjectOutput>> {
        let input = request.input;
        let (stored, content) = self.get(input.bucket, input.key).await?;
        Conditions {
            if_match: input.if_match,
            if_none_match: input.if_none_match,
            if_modified_since: input.if_modified_since,
            if_unmodified_since: input.if_unmodified_since,
        }
        .check(&stored)?;
        let range = input.range.map(|range| range.check(stored.size)).transpose()?;
        let content_range = range.as_ref().map(|range| content_range(range, stored.size));
        let range = range.unwrap_or(0..stored.size);
        let checksums = shown(&stored, input.checksum_mode.as_ref(), content_range.is_some());
        let length = signed(range.end - range.start);
        let body = content.body(range).map_err(S3Error::internal_error)?;
        let about = stored.about;
        let output = with_checksums!(
            checksums,
            GetObjectOutput {
                accept_ranges: Some("bytes".into()),
                body: Some(StreamingBlob::from(body)),
                content_length: Some(length),
                content_range: content_range,
                content_type: about.content_type,
                cache_control: about.cache_control,
                content_disposition: about.content_disposition,
                content_encoding: about.content_encoding,
                content_language: about.content_language,
                e_tag: Some(ETag::Strong(stored.etag)),
                last_modified: Some(timestamp(stored.modified_ms)),
                metadata: Some(about.metadata.into_iter().collect()),
            }
        );
        Ok(S3Response::new(output))
    }

    async fn head_object(
        &self,
        request: S3Request<HeadObjectInput>,
    ) -> S3Result<S3Response<HeadObjectOutput>> {
        let input = request.input;
        let (stored, _) = self.get(input.bucket, input.key).await?;
        Conditions {
            if_match: input.if_match,
            if_none_match: input.if_none_match,
            if_modified_since: input.if_modified_since,
            if_unmodified_since: input.if_unmodified_since,
        }
        .check(&stored)?;
        let checksums = shown(&stored, input.checksum_mode.as_ref(), false);
        let about = stored.about;
        let output = with_checksums!(
            checksums,
            HeadObjectOutput {
                accept_ranges: Some("bytes".into()),
                content_length: Some(signed(stored.size)),
                content_type: about.content_type,
                cache_control: about.cache_control,
                content_disposition: about.content_disposition,
                content_encoding: about.content_encoding,
                content_language: about.content_language,
                e_tag: Some(ETag::Strong(stored.etag)),
                last_modified: Some(timestamp(stored.modified_ms)),
                metadata: Some(about.metadata.into_iter().collect()),
            }
        );
        Ok(S3Response::new(output))
    }

    async fn copy_object(
        &self,
        request: S3Request<CopyObjectInput>,
    ) -> S3Result<S3Response<CopyObjectOutput>> {
        let input = request.input;
        let CopySource::Bucket { bucket, key, .. } = input.copy_source else {
            return Err(s3_error!(NotImplemented, "only a bucket and a key can be copied"));
        };
        let (source, content) = self.get(bucket.into_string(), key.into_string()).await?;
        Conditions {
            if_match: input.copy_source_if_match,
            if_none_match: input.copy_source_if_none_match,
            if_modified_since: input.copy_source_if_modified_since,
            if_unmodified_since: input.copy_source_if_unmodified_since,
        }
        .check_copy(&source)?;
        let hasher = Hasher::like(&source.about.checksums);
        let body = content.body(0..source.size).map_err(S3Error::internal_error)?;
        let staged = self.blobs.receive(body, hasher).await?;
        let checksums = staged.checksums.clone();
        let replace = input.metadata_directive.as_ref().map(MetadataDirective::as_str);
        let about = if replace == Some(MetadataDirective::REPLACE) {
            About {
                content_type: input.content_type,
                cache_control: input.cache_control,
                content_disposition: input.content_disposition,
                content_encoding: input.content_encoding,
                content_language: input.content_language,
                metadata: input.metadata.unwrap_or_default().into_iter().collect(),
                checksums: checksums.clone(),
            }
        } else {
            source.about
        };
        let target = Target {
            bucket: input.bucket,
            key: input.key,
            if_match: None,
            if_none_match: None,
            cause: Cause::Copy,
        };
        let etag = self.put(target, staged, about).await?;
        let result = with_checksums!(
            checksums,
            CopyObjectResult {
                e_tag: Some(ETag::Strong(etag)),
                last_modified: Some(timestamp(crate::aws::database::now_ms())),
            }
        );
        let output =
            CopyObjectOutput { copy_object_result: Some(result), ..CopyObjectOutput::default() };
        Ok(S3Response::new(output))
    }

    async fn delete_object(
        &self,
        request: S3Request<DeleteObjectInput>,
    ) -> S3Result<S3Response<DeleteObjectOutput>> {
        if request.input.if_match.is_some() {
            return Err(s3_error!(NotImplemented, "a delete cannot be conditional"));
        }
        self.delete(request.input.bucket, vec![request.input.key]).await?;
        Ok(S3Response::new(DeleteObjectOutput::default()))
    }

    async fn delete_objects(
        &self,
        request: S3Request<DeleteObjectsInput>,
    ) -> S3Result<S3Response<DeleteObjectsOutput>> {
        let Delete { objects, quiet } = request.input.delete;
        let keys: Vec<_> = objects.into_iter().map(|object| object.key).collect();
        self.delete(request.input.bucket, keys.clone()).await?;
        let named = |key| DeletedObject { key: Some(key), ..DeletedObject::default() };
        let deleted = (quiet != Some(true)).then(|| keys.into_iter().map(named).collect());
        Ok(S3Response::new(DeleteObjectsOutput { deleted, ..DeleteObjectsOutput::default() }))
    }

    async fn list_objects_v2(
        &self,
        request: S3Request<ListObjectsV2Input>,
    ) -> S3Result<S3Response<ListObjectsV2Output>> {
        let input = request.input;
        let from = match (&input.continuation_token, &input.start_after) {
            (Some(token), _) => decode_token(token)?,
            (None, Some(after)) => format!("{after}\0"),
            (None, None) => String::new(),
        };
        let max_keys = input.max_keys.unwrap_or(MAX_KEYS).clamp(0, MAX_KEYS);
        let page = self
            .list(Listing {
                bucket: input.bucket.clone(),
                prefix: input.prefix.clone().unwrap_or_default(),
                delimiter: input.delimiter.clone(),
                from,
                limit: max_keys as usize,
            })
            .await?;
        let count = page.objects.len() + page.common_prefixes.len();
        let next = page.next.filter(|_| max_keys > 0);
        let encoding = input.encoding_type.as_ref().map(EncodingType::as_str);
        let text = |text: String| match encoding {
            Some(EncodingType::URL) => url_encode(&text),
            _ => text,
        };
        let object = |stored: Stored| Object {
            key: Some(text(stored.key)),
            size: Some(signed(stored.size)),
            e_tag: Some(ETag::Strong(stored.etag)),
            last_modified: Some(timestamp(stored.modified_ms)),
            ..Object::default()
        };
        let common = |prefix: String| CommonPrefix { prefix: Some(text(prefix)) };
        let output = ListObjectsV2Output {
            contents: Some(page.objects.into_iter().map(object).collect()),
            common_prefixes: Some(page.common_prefixes.into_iter().map(common).collect()),
            name: Some(input.bucket),
            prefix: input.prefix.map(text),
            delimiter: input.delimiter.map(text),
            start_after: input.start_after.map(text),
            continuation_token: input.continuation_token,
            encoding_type: input.encoding_type.clone(),
            max_keys: Some(max_keys),
            key_count: Some(i32::try_from(count).unwrap_or(MAX_KEYS)),
            is_truncated: Some(next.is_some()),
            next_continuation_token: next.map(|key| URL_SAFE_NO_PAD.encode(key)),
            request_charged: None,
        };
        Ok(S3Response::new(output))
    }

    async fn create_multipart_upload(
        &self,
        request: S3Request<CreateMultipartUploadInput>,
    ) -> S3Result<S3Response<CreateMultipartUploadOutput>> {
        let input = request.input;
        let about = About {
            content_type: input.content_type,
            cache_control: input.cache_control,
            content_disposition: input.content_disposition,
            content_encoding: input.content_encoding,
            content_language: input.content_language,
            metadata: input.metadata.unwrap_or_default().into_iter().collect(),
            checksums: Checksums::default(),
        };
        let id = self.create_upload(input.bucket.clone(), input.key.clone(), about).await?;
        Ok(S3Response::new(CreateMultipartUploadOutput {
            bucket: Some(input.bucket),
            key: Some(input.key),
            upload_id: Some(id),
            ..CreateMultipartUploadOutput::default()
        }))
    }

    async fn upload_part(
        &self,
        request: S3Request<UploadPartInput>,
    ) -> S3Result<S3Response<UploadPartOutput>> {
        let mut request = request;
        let incoming = Incoming {
            body: request.input.body.take(),
            length: request.input.content_length,
            md5: request.input.content_md5.take(),
            announced: checksums_of!(request.input),
        };
        let staged = self.receive(&request, incoming).await?;
        let UploadPartInput { bucket, key, upload_id, part_number, .. } = request.input;
        if !(1..=10_000).contains(&part_number) {
            return Err(s3_error!(InvalidArgument, "a part number is between 1 and 10000"));
        }
        let checksums = staged.checksums.clone();
        let etag = self.put_part((bucket, key, upload_id), part_number, staged).await?;
        Ok(S3Response::new(with_checksums!(
            checksums,
            UploadPartOutput { e_tag: Some(ETag::Strong(etag)) }
        )))
    }

    async fn complete_multipart_upload(
        &self,
        request: S3Request<CompleteMultipartUploadInput>,
    ) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
        let input = request.input;
        refuse_if_none_match_tag(input.if_none_match.as_ref())?;
        let announced = checksums_of!(input);
        let target = Target {
            bucket: input.bucket.clone(),
            key: input.key.clone(),
            if_match: input.if_match,
            if_none_match: input.if_none_match,
            cause: Cause::CompleteMultipartUpload,
        };
        let named = input.multipart_upload.and_then(|it| it.parts).unwrap_or_default();
        let named = named
            .into_iter()
            .map(|part| NamedPart {
                number: part.part_number.unwrap_or_default(),
                checksums: checksums_of!(part),
                etag: part.e_tag.map(ETag::into_value),
            })
            .collect();
        let (etag, checksums) = self.complete(target, input.upload_id, named, announced).await?;
        Ok(S3Response::new(with_checksums!(
            checksums,
            CompleteMultipartUploadOutput {
                location: Some(format!("/{}/{}", input.bucket, input.key)),
                bucket: Some(input.bucket),
                key: Some(input.key),
                e_tag: Some(ETag::Strong(etag)),
                checksum_type: Some(ChecksumType::from_static(ChecksumType::FULL_OBJECT)),
            }
        )))
    }

    async fn abort_multipart_upload(
        &self,
        request: S3Request<AbortMultipartUploadInput>,
    ) -> S3Result<S3Response<AbortMultipartUploadOutput>> {
        let input = request.input;
        self.abort(input.bucket, input.key, input.upload_id).await?;
        Ok(S3Response::new(AbortMultipartUploadOutput::default()))
    }

    async fn list_parts(
        &self,
        request: S3Request<ListPartsInput>,
    ) -> S3Result<S3Response<ListPartsOutput>> {
        let input = request.input;
        let marker = input.part_number_marker.unwrap_or_default();
        let limit = input.max_parts.unwrap_or(MAX_KEYS).clamp(1, MAX_KEYS);
        let mut parts =
            self.parts(input.bucket.clone(), input.key.clone(), input.upload_id.clone()).await?;
        parts.retain(|part| part.number > marker);
        let truncated = parts.len() > limit as usize;
        parts.truncate(limit as usize);
        let next = parts.last().filter(|_| truncated).map(|part| part.number);
        let part = |part: super::multipart::Part| {
            with_checksums!(
                part.checksums,
                Part {
                    part_number: Some(part.number),
                    size: Some(signed(part.size)),
                    e_tag: Some(ETag::Strong(part.etag)),
                    last_modified: Some(timestamp(part.modified_ms)),
                }
            )
        };
        Ok(S3Response::new(ListPartsOutput {
            parts: Some(parts.into_iter().map(part).collect()),
            bucket: Some(input.bucket),
            key: Some(input.key),
            upload_id: Some(input.upload_id),
            max_parts: Some(limit),
            is_truncated: Some(truncated),
            next_part_number_marker: next,
            ..ListPartsOutput::default()
        }))
    }

    async fn list_multipart_uploads(
        &self,
        request: S3Request<ListMultipartUploadsInput>,
    ) -> S3Result<S3Response<ListMultipartUploadsOutput>> {
        let input = request.input;
        let prefix = input.prefix.clone().unwrap_or_default();
        let uploads = self.uploads(input.bucket.clone(), prefix).await?;
        let upload = |upload: super::multipart::Upload| MultipartUpload {
            upload_id: Some(upload.id),
            key: Some(upload.key),
            initiated: Some(timestamp(upload.created_ms)),
            ..MultipartUpload::default()
        };
        Ok(S3Response::new(ListMultipartUploadsOutput {
            uploads: Some(uploads.into_iter().map(upload).collect()),
            bucket: Some(input.bucket),
            prefix: input.prefix,
            is_truncated: Some(false),
            ..ListMultipartUploadsOutput::default()
        }))
    }

    async fn create_bucket(
        &self,
        request: S3Request<CreateBucketInput>,
    ) -> S3Result<S3Response<CreateBucketOutput>> {
        let (objects, bucket) = (self.clone(), request.input.bucket);
        let location = format!("/{bucket}");
        let create = move || objects.create_bucket_blocking(&bucket);
        if !tokio::task::spawn_blocking(create).await.map_err(S3Error::internal_error)?? {
            return Err(s3_error!(BucketAlreadyOwnedByYou));
        }
        Ok(S3Response::new(CreateBucketOutput { location: Some(location) }))
    }

    async fn head_bucket(
        &self,
        request: S3Request<HeadBucketInput>,
    ) -> S3Result<S3Response<HeadBucketOutput>> {
        self.require_bucket(request.input.bucket).await?;
        Ok(S3Response::new(HeadBucketOutput::default()))
    }

    async fn delete_bucket(
        &self,
        request: S3Request<DeleteBucketInput>,
    ) -> S3Result<S3Response<DeleteBucketOutput>> {
        Objects::delete_bucket(self, request.input.bucket).await?;
        Ok(S3Response::with_status(DeleteBucketOutput::default(), http::StatusCode::NO_CONTENT))
    }

    async fn list_buckets(
        &self,
        _request: S3Request<ListBucketsInput>,
    ) -> S3Result<S3Response<ListBucketsOutput>> {
        let bucket = |(name, created_ms)| Bucket {
            name: Some(name),
            creation_date: Some(timestamp(created_ms)),
            ..Bucket::default()
        };
        let buckets = self.buckets().await?.into_iter().map(bucket).collect();
        Ok(S3Response::new(ListBucketsOutput {
            buckets: Some(buckets),
            ..ListBucketsOutput::default()
        }))
    }

    async fn put_bucket_cors(
        &self,
        request: S3Request<PutBucketCorsInput>,
    ) -> S3Result<S3Response<PutBucketCorsOutput>> {
        let input = request.input;
        self.put_cors(input.bucket, input.cors_configuration.cors_rules).await?;
        Ok(S3Response::new(PutBucketCorsOutput::default()))
    }

    async fn get_bucket_cors(
        &self,
        request: S3Request<GetBucketCorsInput>,
    ) -> S3Result<S3Response<GetBucketCorsOutput>> {
        let rules = self.cors(request.input.bucket).await?;
        if rules.is_empty() {
            return Err(s3_error!(NoSuchCORSConfiguration));
        }
        Ok(S3Response::new(GetBucketCorsOutput { cors_rules: Some(rules) }))
    }

    async fn delete_bucket_cors(
        &self,
        request: S3Request<DeleteBucketCorsInput>,
    ) -> S3Result<S3Response<DeleteBucketCorsOutput>> {
        self.put_cors(request.input.bucket, Vec::new()).await?;
        Ok(S3Response::with_status(DeleteBucketCorsOutput::default(), http::StatusCode::NO_CONTENT))
    }
}

/// On a write, `If-None-Match` knows only `*`; S3 refuses the rest and so do we.
fn refuse_if_none_match_tag(condition: Option<&ETagCondition>) -> S3Result<()> {
    match condition {
        Some(ETagCondition::ETag(_)) => {
            Err(s3_error!(NotImplemented, "If-None-Match knows only *"))
        }
        Some(ETagCondition::Any) | None => Ok(()),
    }
}

/// On what conditions an object may be read.
#[expect(clippy::struct_field_names, reason = "the names of the headers")]
struct Conditions {
    if_match: Option<ETagCondition>,
    if_none_match: Option<ETagCondition>,
    if_modified_since: Option<Timestamp>,
    if_unmodified_since: Option<Timestamp>,
}

impl Conditions {
    fn check(&self, stored: &Stored) -> S3Result<()> {
        // HTTP dates have no milliseconds.
        let modified = timestamp(stored.modified_ms / 1000 * 1000);
        let failed = match (&self.if_match, &self.if_unmodified_since) {
            (Some(condition), _) => !agrees(condition, &stored.etag),
            (None, Some(date)) => modified > *date,
            (None, None) => false,
        };
        if failed {
            return Err(s3_error!(PreconditionFailed));
        }
        let unchanged = match (&self.if_none_match, &self.if_modified_since) {
            (Some(condition), _) => agrees(condition, &stored.etag),
            (None, Some(date)) => modified <= *date,
            (None, None) => false,
        };
        if unchanged {
            let mut answer = s3_error!(NotModified);
            let mut headers = http::HeaderMap::new();
            if let Ok(etag) = ETag::Strong(stored.etag.clone()).to_http_header() {
                headers.insert(http::header::ETAG, etag);
            }
            answer.set_headers(headers);
            return Err(answer);
        }
        Ok(())
    }

    /// A copy has no cached answer to fall back on: unchanged is refused too.
    fn check_copy(&self, source: &Stored) -> S3Result<()> {
        self.check(source).map_err(|error| match error.code() {
            S3ErrorCode::NotModified => s3_error!(PreconditionFailed),
            _ => error,
        })
    }
}

/// Checksums are shown when asked for, and never beside a part of the bytes.
fn shown(stored: &Stored, mode: Option<&ChecksumMode>, partial: bool) -> Checksums {
    let asked = mode.is_some_and(|mode| mode.as_str() == ChecksumMode::ENABLED);
    if asked && !partial { stored.about.checksums.clone() } else { Checksums::default() }
}

fn content_range(range: &Range<u64>, size: u64) -> String {
    format!("bytes {}-{}/{size}", range.start, range.end - 1)
}

fn decode_token(token: &str) -> S3Result<String> {
    let invalid = || s3_error!(InvalidArgument, "the continuation token is not one of ours");
    let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| invalid())?;
    String::from_utf8(bytes).map_err(|_| invalid())
}

fn url_encode(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        match byte {
            b'/' | b'.' | b'-' | b'_' | b'~' => encoded.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => encoded.push(char::from(byte)),
            _ => {
                encoded.push('%');
                encoded.extend(hex_digits(byte).map(|digit| digit.to_ascii_uppercase()));
            }
        }
        encoded
    })
}

fn timestamp(ms: i64) -> Timestamp {
    Timestamp::from(UNIX_EPOCH + Duration::from_millis(ms.unsigned_abs()))
}

/// A size, as the protocol's structures have it.
fn signed(size: u64) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}
