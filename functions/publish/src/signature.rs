//! Signs the manifest, so that who has a publication can tell that it is ours: a minisign signature
//! (Ed25519 over BLAKE2b-512), which `minisign -V` verifies. The manifest holds the SHA-256 of every
//! other file.
//!
//! Ed25519 takes no randomness: same manifest, same key, same bytes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use blake2::Blake2b512;
use domain::upload::sha256_from_hex;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use sha2::{Digest as _, Sha256};

/// Path of the public key, below a version: the same address in every publication.
pub const PUBLIC_KEY: &str = "donnees/minisign.pub";

/// Path of the signature, below a version.
pub const SIGNATURE: &str = "donnees/v1/manifest.json.minisig";

/// How minisign names a key, and a signature of the digest of a file.
const KEY: [u8; 2] = *b"Ed";
const PREHASHED: [u8; 2] = *b"ED";

/// The key that signs. Never printed.
pub struct Signer {
    pair: Ed25519KeyPair,
    /// Tells keys apart: the first bytes of the digest of the public key.
    id: [u8; 8],
}

/// A key that cannot be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("PUBLICATION_KEY_SECRET is not 64 hexadecimal digits")]
pub struct InvalidKey;

impl Signer {
    /// From 32 random bytes in hexadecimal.
    pub fn from_hex(seed: &str) -> Result<Self, InvalidKey> {
        let seed = sha256_from_hex(seed).ok_or(InvalidKey)?;
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| InvalidKey)?;
        let digest = Sha256::digest(pair.public_key().as_ref());
        let mut id = [0; 8];
        id.copy_from_slice(&digest[..8]);
        Ok(Self { pair, id })
    }

    /// The public key as minisign writes it: what follows `-P`.
    pub fn public_key(&self) -> String {
        BASE64.encode([&KEY[..], &self.id, self.pair.public_key().as_ref()].concat())
    }

    /// The public key as a file of minisign: what follows `-p`.
    pub fn public_key_file(&self) -> String {
        format!("untrusted comment: minisign public key {}\n{}\n", self.name(), self.public_key())
    }

    /// The signature of a file. The comment is signed too; it has no line break.
    pub fn sign(&self, body: &[u8], comment: &str) -> String {
        let signature = self.pair.sign(&Blake2b512::digest(body));
        let whole = self.pair.sign(&[signature.as_ref(), comment.as_bytes()].concat());
        format!(
            "untrusted comment: signature of key {}\n{}\ntrusted comment: {comment}\n{}\n",
            self.name(),
            BASE64.encode([&PREHASHED[..], &self.id, signature.as_ref()].concat()),
            BASE64.encode(whole.as_ref()),
        )
    }

    /// As minisign shows it: the number of the key, in hexadecimal.
    fn name(&self) -> String {
        format!("{:016X}", u64::from_le_bytes(self.id))
    }
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer").field("id", &self.name()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use minisign_verify::{PublicKey, Signature};

    use super::*;

    #[test]
    fn what_is_signed_is_verified_and_nothing_else() {
        let signer = Signer::from_hex(&"5a".repeat(32)).unwrap();
        let key = PublicKey::from_base64(&signer.public_key()).unwrap();
        let text = signer.sign(b"the manifest", "publication 3f9a du 2026-11-22");
        let signature = Signature::decode(&text).unwrap();
        assert_eq!(signature.trusted_comment(), "publication 3f9a du 2026-11-22");
        assert!(key.verify(b"the manifest", &signature, false).is_ok());
        assert!(key.verify(b"the manifesT", &signature, false).is_err());
        let other = text.replace("2026-11-22", "2026-11-23");
        let other = Signature::decode(&other).unwrap();
        assert!(key.verify(b"the manifest", &other, false).is_err(), "the comment is signed");
        let stranger = Signer::from_hex(&"5b".repeat(32)).unwrap();
        let stranger = PublicKey::from_base64(&stranger.public_key()).unwrap();
        assert!(stranger.verify(b"the manifest", &signature, false).is_err());
        assert!(PublicKey::decode(&signer.public_key_file()).is_ok());
        assert_eq!(text, signer.sign(b"the manifest", "publication 3f9a du 2026-11-22"));
    }

    #[test]
    fn a_key_is_64_digits_and_is_never_printed() {
        assert_eq!(Signer::from_hex("5a5a").unwrap_err(), InvalidKey);
        assert_eq!(Signer::from_hex(&"xy".repeat(32)).unwrap_err(), InvalidKey);
        let printed = format!("{:?}", Signer::from_hex(&"5a".repeat(32)).unwrap());
        assert!(printed.starts_with("Signer { id: ") && !printed.contains("5a5a"), "{printed}");
    }
}
