//! The files of a publication between their rendering and their writing: each is measured and
//! digested while it is made, then kept packed, so that a country fits in memory. What says the name
//! of the publication is kept with a placeholder, since that name is the digest of them all.

use std::io::{Cursor, Read, Write};

use bytes::Bytes;
use domain::upload::hex;
use sha2::{Digest, Sha256};
use zstd::bulk::Compressor;
use zstd::stream::{read::Decoder, write::Encoder};

use crate::changes::CHANGES;
use crate::openapi::OPENAPI;

/// What stands for the name of the publication until it is known.
pub(crate) const PLACEHOLDER: &str = "0000000000000000-version";

/// What zstd is asked: the least work. A page is packed to an eighth, a table to a twentieth.
const LEVEL: i32 = 1;

/// What is as small as it gets.
const DENSE: [&str; 4] = ["parquet", "xlsx", "woff2", "minisig"];

/// One public file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Below the version, without a leading slash.
    pub path: String,
    /// How long it is, in bytes.
    pub size_bytes: u64,
    /// Of its bytes.
    pub sha256: [u8; 32],
    packing: Packing,
    body: Bytes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    /// As it is.
    None,
    /// By zstd.
    Zstd,
}

impl File {
    /// A file as it is.
    pub(crate) fn plain(path: &str, body: Vec<u8>) -> Self {
        Self {
            path: path.to_owned(),
            size_bytes: body.len() as u64,
            sha256: Sha256::digest(&body).into(),
            packing: Packing::None,
            body: body.into(),
        }
    }

    /// The digest, in hexadecimal.
    pub(crate) fn sha256(&self) -> String {
        hex(&self.sha256)
    }

    /// Its bytes, from the beginning.
    pub(crate) fn open(&self) -> std::io::Result<Box<dyn Read + Send + Sync>> {
        Ok(match self.packing {
            Packing::None => Box::new(Cursor::new(self.body.clone())),
            Packing::Zstd => Box::new(Decoder::with_buffer(Cursor::new(self.body.clone()))?),
        })
    }

    /// Its bytes, all of them.
    pub(crate) fn bytes(&self) -> std::io::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(self.size_bytes as usize);
        self.open()?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// The files of a publication under way.
pub(crate) struct Files {
    files: Vec<File>,
    compressor: Compressor<'static>,
}

impl Files {
    pub(crate) fn new() -> std::io::Result<Self> {
        Ok(Self { files: Vec::new(), compressor: Compressor::new(LEVEL)? })
    }

    /// A file that is short enough to be made at once.
    pub(crate) fn add(&mut self, path: &str, body: Vec<u8>) -> std::io::Result<()> {
        let file = self.pack(path, body)?;
        self.files.push(file);
        Ok(())
    }

    fn pack(&mut self, path: &str, body: Vec<u8>) -> std::io::Result<File> {
        let file = File::plain(path, body);
        if DENSE.contains(&extension(path)) {
            return Ok(file);
        }
        let body = self.compressor.compress(&file.body)?.into();
        Ok(File { packing: Packing::Zstd, body, ..file })
    }

    /// A file that may be long: what is written is packed at once.
    pub(crate) fn write(
        &mut self,
        path: &str,
        write: impl FnOnce(&mut dyn Write) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let mut press = Press {
            size_bytes: 0,
            digest: Sha256::new(),
            packed: Encoder::new(Vec::new(), LEVEL)?,
        };
        write(&mut press)?;
        self.files.push(File {
            path: path.to_owned(),
            size_bytes: press.size_bytes,
            sha256: press.digest.finalize().into(),
            packing: Packing::Zstd,
            body: press.packed.finish()?.into(),
        });
        Ok(())
    }

    pub(crate) fn as_slice(&self) -> &[File] {
        &self.files
    }

    /// Puts the name of the publication where the placeholder is, in what says it.
    pub(crate) fn name(&mut self, id: &str) -> std::io::Result<()> {
        for at in 0..self.files.len() {
            if !says_its_name(&self.files[at].path) {
                continue;
            }
            if let Ok(text) = String::from_utf8(self.files[at].bytes()?) {
                let path = std::mem::take(&mut self.files[at].path);
                self.files[at] = self.pack(&path, text.replace(PLACEHOLDER, id).into_bytes())?;
            }
        }
        Ok(())
    }

    /// All of them, by path.
    pub(crate) fn sorted(mut self) -> Vec<File> {
        self.files.sort_by(|one, other| one.path.cmp(&other.path));
        self.files
    }
}

/// The pages and the feeds say of which publication they are, and so do the package, the journal and the
/// description of the interface.
fn says_its_name(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    ["html", "atom"].contains(&extension(path))
        || ["datapackage.json", CHANGES, OPENAPI].contains(&name)
}

fn extension(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or_default()
}

/// Measures, digests and packs what is written.
struct Press {
    size_bytes: u64,
    digest: Sha256,
    packed: Encoder<'static, Vec<u8>>,
}

impl Write for Press {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.packed.write_all(bytes)?;
        self.digest.update(bytes);
        self.size_bytes += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.packed.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_the_same_however_it_was_kept() {
        let text = format!("publication {PLACEHOLDER}\n").repeat(1000);
        let mut files = Files::new().unwrap();
        files.add("b.csv", text.clone().into_bytes()).unwrap();
        files.add("d.xlsx", text.clone().into_bytes()).unwrap();
        let halves = text.split_at(7001);
        files
            .write("a.csv", |file| {
                file.write_all(halves.0.as_bytes())?;
                Ok(file.write_all(halves.1.as_bytes())?)
            })
            .unwrap();
        files.add("c.html", text.clone().into_bytes()).unwrap();
        let digest: [u8; 32] = Sha256::digest(&text).into();
        files.name("7b9b8e8").unwrap();
        let files = files.sorted();
        let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["a.csv", "b.csv", "c.html", "d.xlsx"]);
        for file in &files {
            let bytes = file.bytes().unwrap();
            assert_eq!(file.size_bytes, bytes.len() as u64, "{}", file.path);
            assert_eq!(file.sha256[..], Sha256::digest(&bytes)[..], "{}", file.path);
            // A page says its name; a table that happens to hold the placeholder is left alone.
            let named = file.path == "c.html";
            assert_eq!(file.sha256 == digest, !named, "{}", file.path);
            assert_eq!(bytes.starts_with(b"publication 7b9b8e8\n"), named, "{}", file.path);
        }
        assert!(files[0].body.len() * 20 < text.len(), "packed");
    }
}
