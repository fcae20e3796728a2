//! The SIRET: the code of an establishment, fourteen digits closed by a Luhn key.

use std::fmt;
use std::str::FromStr;

/// A well-formed SIRET. La Poste (SIREN 356000000) keeps its own rule: the sum of the digits is a
/// multiple of five (`domain.md` §2.1).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Siret([u8; 14]);

/// Why a text is not a SIRET.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotASiret {
    /// Not fourteen digits.
    #[error("a SIRET is fourteen digits")]
    Shape,
    /// The Luhn key does not hold: a digit was mistyped.
    #[error("the control key of this SIRET does not hold")]
    Key,
}

/// The sum of the digits of twice a digit.
const TWICE: [u8; 10] = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];

impl Siret {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The code in ASCII.
    pub fn as_bytes(&self) -> &[u8; 14] {
        &self.0
    }

    /// The first nine digits: the enterprise.
    pub fn siren(&self) -> &str {
        &self.as_str()[..9]
    }
}

impl FromStr for Siret {
    type Err = NotASiret;
    /// Reads fourteen digits without separators: the door normalises, this only judges.
    fn from_str(text: &str) -> Result<Self, NotASiret> {
        text.as_bytes().try_into()
    }
}

impl TryFrom<&[u8]> for Siret {
    type Error = NotASiret;
    /// As `from_str`.
    fn try_from(code: &[u8]) -> Result<Self, NotASiret> {
        let code: [u8; 14] = code.try_into().map_err(|_| NotASiret::Shape)?;
        let (mut luhn, mut sum) = (0, 0);
        for [first, second] in code.as_chunks().0 {
            let (first, second) = (first.wrapping_sub(b'0'), second.wrapping_sub(b'0'));
            let twice = TWICE.get(usize::from(first)).ok_or(NotASiret::Shape)?;
            if second > 9 {
                return Err(NotASiret::Shape);
            }
            luhn += twice + second;
            sum += first + second;
        }
        let la_poste = code.starts_with(b"356000000") && sum.is_multiple_of(5);
        if !luhn.is_multiple_of(10) && !la_poste {
            return Err(NotASiret::Key);
        }
        Ok(Self(code))
    }
}

impl fmt::Display for Siret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Siret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn luhn_holds_and_la_poste_keeps_its_own_rule() {
        assert!("19750655300019".parse::<Siret>().is_ok());
        assert_eq!("19750655300018".parse::<Siret>(), Err(NotASiret::Key));
        assert!("35600000000048".parse::<Siret>().is_ok(), "La Poste's head office");
        assert!("35600000049837".parse::<Siret>().is_ok(), "a post office outside Luhn");
        assert_eq!("3560000000004".parse::<Siret>(), Err(NotASiret::Shape));
    }
}
