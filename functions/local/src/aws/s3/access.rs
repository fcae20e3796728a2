//! Who may call: whoever signs with the one key. Anonymous requests are refused, and so is a
//! presigned request that carries an `x-amz-*` header its signature does not cover, as AWS does:
//! otherwise the holder of an upload URL could add metadata or lift a condition.

use s3s::access::{S3Access, S3AccessContext};
use s3s::{S3Result, s3_error};

pub(super) struct SignedOnly;

#[async_trait::async_trait]
impl S3Access for SignedOnly {
    async fn check(&self, context: &mut S3AccessContext<'_>) -> S3Result<()> {
        if context.credentials().is_none() {
            return Err(s3_error!(AccessDenied, "a signature is required"));
        }
        let Some(signed) = signed_headers(context.uri().query().unwrap_or_default()) else {
            return Ok(());
        };
        let unsigned = context
            .headers()
            .keys()
            .map(http::HeaderName::as_str)
            .find(|name| name.starts_with("x-amz-") && !signed.iter().any(|it| it == name));
        match unsigned {
            Some(name) => Err(s3_error!(AccessDenied, "header {name} is not signed")),
            None => Ok(()),
        }
    }
}

/// The headers a presigned URL covers; none if the request is signed in its own headers.
fn signed_headers(query: &str) -> Option<Vec<String>> {
    let value = query.split('&').find_map(|pair| pair.strip_prefix("X-Amz-SignedHeaders="))?;
    let value = value.replace("%3B", ";").replace("%3b", ";");
    Some(value.split(';').map(str::to_ascii_lowercase).collect())
}
