//! What a learner prepares: the RNCP code of a certification, the CFD code of a diploma.

use std::fmt;

/// An RNCP code, kept as its number: `RNCP35316` is 35316.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rncp(u32);

impl Rncp {
    /// Two to five digits, with or without the prefix; upper case, without spaces.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("RNCP").unwrap_or(text);
        let well_formed =
            (2..=5).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        well_formed.then(|| digits.parse().ok().map(Self)).flatten()
    }

    /// The number alone.
    pub fn number(self) -> u32 {
        self.0
    }

    /// From the number alone.
    pub fn from_number(number: u32) -> Option<Self> {
        (number <= 99_999).then_some(Self(number))
    }
}

impl fmt::Display for Rncp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RNCP{}", self.0)
    }
}

impl fmt::Debug for Rncp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A CFD code: eight characters, the first of which tells the level.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cfd([u8; 8]);

impl Cfd {
    /// Eight upper-case letters or digits (`domain.md` §2.1).
    pub fn parse(text: &str) -> Option<Self> {
        let code: [u8; 8] = text.as_bytes().try_into().ok()?;
        code.iter().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()).then_some(Self(code))
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The code in ASCII.
    pub fn as_bytes(&self) -> &[u8; 8] {
        &self.0
    }
}

impl fmt::Display for Cfd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Cfd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
