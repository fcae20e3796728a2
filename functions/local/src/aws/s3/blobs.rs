//! The bytes of objects: short ones in their row, long ones in a file of their own.
//!
//! A file is named by us, never after a key, and is written once. It counts only when a row names
//! it: a body that was refused, or that was being received when the process died, is a file no row
//! names, removed on drop or at the next start. So nothing is visible before it has been checked,
//! and no rename is needed.

use std::collections::HashSet;
use std::io::{self, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Frame, SizeHint};
use s3s::crypto::{Checksum as _, Md5};
use s3s::{Body, s3_error};
use tokio::io::{AsyncRead, AsyncWriteExt, ReadBuf};
use ulid::Ulid;

use super::checksums::{Checksums, Hasher};
use crate::aws::Result;

/// Up to this many bytes live in the row: one write instead of three.
const INLINE_BYTES: usize = 16 * 1024;

const READ_BYTES: usize = 256 * 1024;

/// The folder of the long bodies.
#[derive(Debug, Clone)]
pub(super) struct Blobs {
    folder: PathBuf,
}

/// Received, hashed, and not yet anyone's.
pub(super) struct Staged {
    pub(super) size: u64,
    pub(super) md5: [u8; 16],
    pub(super) checksums: Checksums,
    pub(super) content: StagedContent,
}

pub(super) enum StagedContent {
    Inline(Vec<u8>),
    File(Draft),
}

/// A file that vanishes unless a row came to name it.
pub(super) struct Draft {
    name: String,
    path: PathBuf,
    kept: bool,
}

/// Where the bytes of a row are.
#[derive(Debug)]
pub(super) enum Content {
    Inline(Vec<u8>),
    File(std::fs::File),
}

impl Blobs {
    pub(super) fn open(folder: PathBuf) -> io::Result<Self> {
        std::fs::create_dir_all(&folder)?;
        Ok(Self { folder })
    }

    /// Removes every file no row names.
    pub(super) fn sweep(&self, named: &HashSet<String>) -> io::Result<()> {
        for file in std::fs::read_dir(&self.folder)? {
            let file = file?;
            if !file.file_name().to_str().is_some_and(|name| named.contains(name)) {
                std::fs::remove_file(file.path())?;
            }
        }
        Ok(())
    }

    pub(super) fn draft(&self) -> Draft {
        let name = Ulid::new().to_string();
        Draft { path: self.folder.join(&name), name, kept: false }
    }

    pub(super) fn read(&self, name: &str) -> io::Result<std::fs::File> {
        std::fs::File::open(self.folder.join(name))
    }

    /// Removes files no row names any more. One that resists is left for the next sweep.
    pub(super) fn remove(&self, names: impl IntoIterator<Item = String>) {
        for name in names {
            if let Err(error) = std::fs::remove_file(self.folder.join(name)) {
                tracing::warn!(%error, "left an unused body behind");
            }
        }
    }

    /// Receives a body, in bounded memory.
    pub(super) async fn receive(&self, mut body: Body, mut hasher: Hasher) -> Result<Staged> {
        let (mut size, mut md5, mut inline) = (0, Md5::new(), Vec::new());
        let mut spilled: Option<(Draft, tokio::fs::File)> = None;
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| {
                let mut refusal = s3_error!(IncompleteBody);
                refusal.set_source(error);
                refusal
            })?;
            let Ok(data) = frame.into_data() else { continue };
            size += data.len() as u64;
            md5.update(&data);
            hasher.update(&data);
            if spilled.is_none() && inline.len() + data.len() > INLINE_BYTES {
                let draft = self.draft();
                let mut file = tokio::fs::File::create_new(&draft.path).await?;
                file.write_all(&inline).await?;
                spilled = Some((draft, file));
            }
            match &mut spilled {
                Some((_, file)) => file.write_all(&data).await?,
                None => inline.extend_from_slice(&data),
            }
        }
        let content = match spilled {
            Some((draft, mut file)) => {
                file.flush().await?;
                StagedContent::File(draft)
            }
            None => StagedContent::Inline(inline),
        };
        Ok(Staged { size, md5: md5.finalize(), checksums: hasher.finalize(), content })
    }
}

impl StagedContent {
    /// The two columns of a row: its inline bytes, or the name of its file.
    pub(super) fn columns(&self) -> (Option<&[u8]>, Option<&str>) {
        match self {
            Self::Inline(bytes) => (Some(bytes), None),
            Self::File(draft) => (None, Some(&draft.name)),
        }
    }

    /// A row names it now.
    pub(super) fn keep(&mut self) {
        if let Self::File(draft) = self {
            draft.kept = true;
        }
    }
}

impl Draft {
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.kept {
            // It may never have been created; what resists is swept at the next start.
            std::fs::remove_file(&self.path).ok();
        }
    }
}

impl Content {
    /// The bytes in `range`, as a body that reads the file as it is sent.
    pub(super) fn body(self, range: Range<u64>) -> io::Result<Body> {
        match self {
            Self::Inline(bytes) => {
                let bytes = Bytes::from(bytes);
                Ok(Body::from(bytes.slice(range.start as usize..range.end as usize)))
            }
            Self::File(mut file) => {
                file.seek(SeekFrom::Start(range.start))?;
                let file = tokio::fs::File::from_std(file);
                Ok(Body::http_body(FileBody { file, left: range.end - range.start }))
            }
        }
    }

    /// All the bytes, for a thread that may wait.
    pub(super) fn into_reader(self) -> Box<dyn io::Read> {
        match self {
            Self::Inline(bytes) => Box::new(io::Cursor::new(bytes)),
            Self::File(file) => Box::new(file),
        }
    }
}

struct FileBody {
    file: tokio::fs::File,
    left: u64,
}

impl hyper::body::Body for FileBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.is_end_stream() {
            return Poll::Ready(None);
        }
        let wanted = usize::try_from(self.left).unwrap_or(READ_BYTES).min(READ_BYTES);
        let mut bytes = BytesMut::zeroed(wanted);
        let mut buffer = ReadBuf::new(&mut bytes);
        ready!(Pin::new(&mut self.file).poll_read(context, &mut buffer))?;
        let read = buffer.filled().len();
        if read == 0 {
            return Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into())));
        }
        bytes.truncate(read);
        self.left -= read as u64;
        Poll::Ready(Some(Ok(Frame::data(bytes.freeze()))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
