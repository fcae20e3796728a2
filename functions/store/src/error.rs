//! What may go wrong with the world. Everything else is an answer.

use std::error::Error as Source;
use std::fmt;

/// The world failed: what was being done, and why it did not work.
#[derive(Debug)]
pub struct Error {
    action: String,
    kind: Kind,
    source: Option<Box<dyn Source + Send + Sync>>,
}

/// What the caller may do about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Somebody else wrote first: read again, decide again.
    Conflict,
    /// A stored object or item is not what we write.
    Corrupt,
    /// Storage did not answer, or refused: try again later.
    Unavailable,
}

/// What storage answers.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// What the caller may do about it.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    pub(crate) fn unavailable(
        action: impl Into<String>,
        source: impl Into<Box<dyn Source + Send + Sync>>,
    ) -> Self {
        Self { action: action.into(), kind: Kind::Unavailable, source: Some(source.into()) }
    }

    pub(crate) fn conflict(action: impl Into<String>) -> Self {
        Self { action: action.into(), kind: Kind::Conflict, source: None }
    }

    pub(crate) fn corrupt(
        action: impl Into<String>,
        source: impl Into<Box<dyn Source + Send + Sync>>,
    ) -> Self {
        Self { action: action.into(), kind: Kind::Corrupt, source: Some(source.into()) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Conflict => "somebody else wrote first",
            Kind::Corrupt => "not what we write",
            Kind::Unavailable => "storage did not do it",
        };
        write!(f, "{}: {kind}", self.action)
    }
}

impl Source for Error {
    fn source(&self) -> Option<&(dyn Source + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
