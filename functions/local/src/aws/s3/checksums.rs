//! The checksums a client may announce, and the ones computed while its body is received.

use http::HeaderMap;
use s3s::checksum::ChecksumHasher;
use s3s::crypto::Checksum as _;
use s3s::crypto::{Crc32, Crc32c, Crc64Nvme, Sha1, Sha256};
use s3s::{S3Result, s3_error};
use serde::{Deserialize, Serialize};

/// At most one value per algorithm, in base64.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Checksums {
    pub(super) crc32: Option<String>,
    pub(super) crc32c: Option<String>,
    pub(super) crc64nvme: Option<String>,
    pub(super) sha1: Option<String>,
    pub(super) sha256: Option<String>,
}

/// Reads the five checksum fields that many S3 structures share.
macro_rules! checksums_of {
    ($of:expr) => {
        Checksums {
            crc32: $of.checksum_crc32.clone(),
            crc32c: $of.checksum_crc32c.clone(),
            crc64nvme: $of.checksum_crc64nvme.clone(),
            sha1: $of.checksum_sha1.clone(),
            sha256: $of.checksum_sha256.clone(),
        }
    };
}

/// Builds such a structure: its other fields, then its five checksums.
macro_rules! with_checksums {
    ($checksums:expr, $name:ident { $($field:ident: $value:expr),* $(,)? }) => {{
        let checksums = $checksums;
        $name {
            $($field: $value,)*
            checksum_crc32: checksums.crc32,
            checksum_crc32c: checksums.crc32c,
            checksum_crc64nvme: checksums.crc64nvme,
            checksum_sha1: checksums.sha1,
            checksum_sha256: checksums.sha256,
            ..$name::default()
        }
    }};
}

pub(super) use {checksums_of, with_checksums};

impl Checksums {
    /// The ones in the trailer of a chunked body, over those already known.
    pub(super) fn or_from_trailer(self, trailer: &HeaderMap) -> Self {
        let value = |name: &str| {
            let value = trailer.get(format!("x-amz-checksum-{name}"))?;
            Some(value.to_str().ok()?.trim().to_owned())
        };
        Self {
            crc32: self.crc32.or_else(|| value("crc32")),
            crc32c: self.crc32c.or_else(|| value("crc32c")),
            crc64nvme: self.crc64nvme.or_else(|| value("crc64nvme")),
            sha1: self.sha1.or_else(|| value("sha1")),
            sha256: self.sha256.or_else(|| value("sha256")),
        }
    }

    /// Refuses a computed checksum that is not the announced one.
    pub(super) fn verify(&self, announced: &Self) -> S3Result<()> {
        let same = |ours: &Option<String>, theirs: &Option<String>| {
            theirs.is_none() || ours.is_none() || ours == theirs
        };
        let agree = same(&self.crc32, &announced.crc32)
            && same(&self.crc32c, &announced.crc32c)
            && same(&self.crc64nvme, &announced.crc64nvme)
            && same(&self.sha1, &announced.sha1)
            && same(&self.sha256, &announced.sha256);
        if agree {
            Ok(())
        } else {
            Err(s3_error!(BadDigest, "the checksum announced is not the checksum of the body"))
        }
    }
}

/// Computes the checksums a request announced, and no others.
#[derive(Default)]
pub(super) struct Hasher(ChecksumHasher);

impl Hasher {
    /// Those announced in the request, or promised for its trailer.
    pub(super) fn announced(announced: &Checksums, headers: &HeaderMap) -> Self {
        let trailer = headers.get("x-amz-trailer").and_then(|value| value.to_str().ok());
        let wanted = |value: &Option<String>, name: &str| {
            let promised = |trailer: &str| {
                trailer.split(',').any(|it| it.trim().strip_prefix("x-amz-checksum-") == Some(name))
            };
            value.is_some() || trailer.is_some_and(promised)
        };
        Self(ChecksumHasher {
            crc32: wanted(&announced.crc32, "crc32").then(Crc32::new),
            crc32c: wanted(&announced.crc32c, "crc32c").then(Crc32c::new),
            sha1: wanted(&announced.sha1, "sha1").then(Sha1::new),
            sha256: wanted(&announced.sha256, "sha256").then(Sha256::new),
            crc64nvme: wanted(&announced.crc64nvme, "crc64nvme").then(Crc64Nvme::new),
        })
    }

    /// The ones an object has already.
    pub(super) fn like(checksums: &Checksums) -> Self {
        Self::announced(checksums, &HeaderMap::new())
    }

    /// The checksum S3 gives a whole object assembled from parts.
    pub(super) fn full_object() -> Self {
        Self(ChecksumHasher { crc64nvme: Some(Crc64Nvme::new()), ..ChecksumHasher::default() })
    }

    pub(super) fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }

    pub(super) fn finalize(self) -> Checksums {
        let sums = self.0.finalize();
        checksums_of!(sums)
    }
}
