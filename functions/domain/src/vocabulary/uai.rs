//! The UAI: the code of a school or training centre, seven digits and a key letter.

use std::fmt;
use std::str::FromStr;

/// The 23 key letters: I, O and Q are left out (`domain.md` §2.1).
const KEYS: &[u8; 23] = b"ABCDEFGHJKLMNPRSTUVWXYZ";

/// A well-formed UAI: seven digits and the letter that their value modulo 23 gives.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uai([u8; 8]);

/// Why a text is not a UAI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAUai {
    /// Not seven digits and a letter.
    #[error("a UAI is seven digits and a letter")]
    Shape,
    /// The key letter is not the one the digits give.
    #[error("the key letter of this UAI should be {expected}")]
    Key {
        /// The letter the digits give.
        expected: char,
    },
}

impl Uai {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The code in ASCII.
    pub fn as_bytes(&self) -> &[u8; 8] {
        &self.0
    }
}

impl FromStr for Uai {
    type Err = NotAUai;
    /// Reads upper case, without spaces: the door normalises, this only judges.
    fn from_str(text: &str) -> Result<Self, NotAUai> {
        text.as_bytes().try_into()
    }
}

impl TryFrom<&[u8]> for Uai {
    type Error = NotAUai;
    /// As `from_str`.
    fn try_from(code: &[u8]) -> Result<Self, NotAUai> {
        let code: [u8; 8] = code.try_into().map_err(|_| NotAUai::Shape)?;
        if !code[..7].iter().all(u8::is_ascii_digit) || !code[7].is_ascii_uppercase() {
            return Err(NotAUai::Shape);
        }
        let number = code[..7].iter().fold(0_usize, |sum, d| sum * 10 + usize::from(d - b'0'));
        let expected = KEYS[number % 23];
        if code[7] != expected {
            return Err(NotAUai::Key { expected: char::from(expected) });
        }
        Ok(Self(code))
    }
}

impl fmt::Display for Uai {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Uai {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_letter_is_checked() {
        assert!("0010856A".parse::<Uai>().is_ok());
        assert!("0751234J".parse::<Uai>().is_ok());
        assert_eq!("0751234K".parse::<Uai>(), Err(NotAUai::Key { expected: 'J' }));
        assert_eq!("751234J".parse::<Uai>(), Err(NotAUai::Shape));
    }
}
