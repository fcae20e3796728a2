//! The public note of an organisation beside its figures: its right of reply.

use std::fmt;
use std::str::FromStr;

use unicode_normalization::UnicodeNormalization as _;

/// Longest note, in characters.
pub const LONGEST_NOTE: usize = 280;

/// A note: one line of 1 to [`LONGEST_NOTE`] characters, white space folded. What it says is for the
/// operator to read before anyone else does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note(String);

/// Why a text is not a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotANote {
    /// Nothing in it.
    #[error("la note est vide")]
    Empty,
    /// Over [`LONGEST_NOTE`].
    #[error("la note fait {0} caractères, {LONGEST_NOTE} au plus")]
    TooLong(usize),
    /// What is not seen, or changes how the rest is read.
    #[error("la note contient un caractère invisible")]
    Invisible,
}

impl FromStr for Note {
    type Err = NotANote;

    fn from_str(text: &str) -> Result<Self, NotANote> {
        let text: String = text.nfc().collect();
        let note = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let is_invisible = |letter: char| {
            letter.is_control()
                || matches!(letter, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
        };
        let length = note.chars().count();
        if note.is_empty() {
            Err(NotANote::Empty)
        } else if length > LONGEST_NOTE {
            Err(NotANote::TooLong(length))
        } else if note.contains(is_invisible) {
            Err(NotANote::Invisible)
        } else {
            Ok(Self(note))
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_one_line_that_is_seen() {
        let note = |text: &str| text.parse::<Note>().map(|note| note.to_string());
        assert_eq!(note("  Deux\nclasses  ouvertes "), Ok("Deux classes ouvertes".to_owned()));
        // Letters, not bytes; a letter and its accent are one.
        assert_eq!(note(&"e\u{301}".repeat(280)).map(|note| note.chars().count()), Ok(280));
        assert_eq!(note(&"é".repeat(281)), Err(NotANote::TooLong(281)));
        assert_eq!(note(" \n "), Err(NotANote::Empty));
        for hidden in ["a\u{202E}b", "a\u{200B}b", "a\u{7}b", "\u{FEFF}a"] {
            assert_eq!(note(hidden), Err(NotANote::Invisible), "{hidden:?}");
        }
    }
}
