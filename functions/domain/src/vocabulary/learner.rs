//! One person, without their name: keys that only we can make.

use std::fmt;
use std::ops::Range;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use unicode_normalization::UnicodeNormalization;

use super::Day;

/// HMAC-SHA-256 of an identity, cut to its first 16 bytes (RFC 2104 §5 allows half).
///
/// Pseudonymous, not anonymous: it stays personal data (EDPB guidelines 01/2025).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LearnerKey(pub [u8; 16]);

impl fmt::Debug for LearnerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in &self.0[..4] {
            write!(f, "{byte:02x}")?;
        }
        f.write_str("…")
    }
}

/// The secret that makes learner keys, held outside the code. One for each purpose.
#[derive(Clone)]
pub struct KeySecret(Hmac<Sha256>);

impl fmt::Debug for KeySecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeySecret(…)")
    }
}

impl KeySecret {
    /// From at least 32 random bytes.
    pub fn new(secret: &[u8; 32]) -> Self {
        // An HMAC takes a key of any length; the length is fixed by the type above.
        Self(<Hmac<Sha256> as KeyInit>::new_from_slice(secret).unwrap_or_else(|_| {
            <Hmac<Sha256> as KeyInit>::new(&hmac::digest::Key::<Hmac<Sha256>>::default())
        }))
    }

    /// The key of a well-formed INE (`INE` upper case, without spaces), in ASCII.
    pub fn of_ine(&self, ine: &[u8]) -> LearnerKey {
        self.sign(&[b"ine\0", ine])
    }

    /// The key of a civil identity: accents, case, spaces and hyphens do not count.
    pub fn of_civil_identity(&self, surname: &str, first_name: &str, birth: Day) -> LearnerKey {
        self.of_folded(&FoldedIdentity::new(surname, first_name, birth))
    }

    /// The key of a civil identity that was already folded.
    pub fn of_folded(&self, identity: &FoldedIdentity) -> LearnerKey {
        self.sign(&[identity.text.as_bytes()])
    }

    /// The key of these bytes, of which the first say its purpose.
    fn sign(&self, parts: &[&[u8]]) -> LearnerKey {
        let mut mac = self.0.clone();
        for part in parts {
            mac.update(part);
        }
        let full = mac.finalize().into_bytes();
        let mut key = [0; 16];
        key.copy_from_slice(&full[..16]);
        LearnerKey(key)
    }
}

/// A civil identity of which accents, case, spaces and hyphens do not count any more, as it is signed.
#[derive(Default)]
pub struct FoldedIdentity {
    text: String,
    surname: Range<usize>,
    first_name: Range<usize>,
}

impl FoldedIdentity {
    /// What says that an identity is signed, and not an INE.
    const PURPOSE: &str = "civil\0";

    /// The identity of these names.
    pub fn new(surname: &str, first_name: &str, birth: Day) -> Self {
        let mut identity = Self::default();
        identity.rewrite(surname, first_name, birth);
        identity
    }

    /// [`FoldedIdentity::new`], where another identity was: a list has one in each row.
    pub fn rewrite(&mut self, surname: &str, first_name: &str, birth: Day) {
        let Self { text, .. } = self;
        text.clear();
        text.push_str(Self::PURPOSE);
        let start = text.len();
        fold_to(surname, text);
        self.surname = start..text.len();
        text.push('|');
        let start = text.len();
        fold_to(first_name, text);
        self.first_name = start..text.len();
        text.push('|');
        text.push_str(std::str::from_utf8(&birth.iso()).unwrap_or_default());
    }

    /// The surname, folded.
    pub fn surname(&self) -> &str {
        &self.text[self.surname.clone()]
    }

    /// The first name, folded.
    pub fn first_name(&self) -> &str {
        &self.text[self.first_name.clone()]
    }
}

/// Never prints a person.
impl fmt::Debug for FoldedIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FoldedIdentity(…)")
    }
}

/// A name reduced to its letters and digits, upper case, without accents: `Le-Roux`, `LE ROUX` and
/// `Lé Roux` agree.
pub fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    fold_to(name, &mut folded);
    folded
}

/// [`fold`], after what is there.
fn fold_to(name: &str, folded: &mut String) {
    let start = folded.len();
    let mut rest = name;
    loop {
        let plain = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        folded.push_str(&rest[..plain]);
        rest = &rest[plain..];
        let mut letters = rest.chars();
        match letters.next() {
            None => break,
            Some('\0'..='\x7f') => {}
            // As nearly every name is written: one letter and its accent.
            Some('é' | 'è' | 'ê' | 'ë' | 'É' | 'È' | 'Ê' | 'Ë') => folded.push('E'),
            Some('à' | 'â' | 'ä' | 'À' | 'Â' | 'Ä') => folded.push('A'),
            Some('î' | 'ï' | 'Î' | 'Ï') => folded.push('I'),
            Some('ô' | 'ö' | 'Ô' | 'Ö') => folded.push('O'),
            Some('ù' | 'û' | 'ü' | 'Ù' | 'Û' | 'Ü') => folded.push('U'),
            Some('ç' | 'Ç') => folded.push('C'),
            Some(_) => {
                fold_any(rest, folded);
                break;
            }
        }
        rest = letters.as_str();
    }
    folded[start..].make_ascii_uppercase();
}

/// [`fold`], whatever the script.
fn fold_any(name: &str, folded: &mut String) {
    for letter in name.nfkd().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase) {
        match letter {
            'Œ' => folded.push_str("OE"),
            'Æ' => folded.push_str("AE"),
            'Ø' => folded.push('O'),
            'Ł' => folded.push('L'),
            'Đ' | 'Ð' => folded.push('D'),
            letter => folded.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_however_it_is_typed() {
        for twin in ["LE ROUX", "le-roux", "Lé Roux", "Le\u{301} Roux", "LE  ROUX "] {
            assert_eq!(fold(twin), "LEROUX", "{twin}");
        }
        assert_eq!(fold("Œuvrard"), "OEUVRARD");
        assert_eq!(fold("Weiß"), "WEISS");
        assert_eq!(fold("N'Diaye"), fold("Ndiaye"));
        // The usual letters have the fold of all the others.
        for letter in '\0'..='\u{17f}' {
            let (name, mut folded) = (format!("x{letter}\u{301}y"), String::new());
            fold_any(&name, &mut folded);
            assert_eq!(fold(&name), folded, "{letter}");
        }
    }

    #[test]
    fn keys_depend_on_the_secret_the_purpose_and_the_person() {
        let (secret, other) = (KeySecret::new(&[1; 32]), KeySecret::new(&[2; 32]));
        let birth = Day::from_ymd(2008, 5, 2).unwrap();
        let key = secret.of_civil_identity("Dupuis", "Gaston", birth);
        assert_eq!(key, secret.of_civil_identity("DUPUIS", "gaston", birth));
        assert_ne!(key, secret.of_civil_identity("Dupuis", "Gaston", birth + 1));
        assert_ne!(key, other.of_civil_identity("Dupuis", "Gaston", birth));
        assert_ne!(secret.of_ine(b"X"), secret.of_civil_identity("X", "", birth));
    }
}
