//! Which encoding a text is in, and its decoding in small pieces.

use encoding_rs::{Decoder, Encoding, ISO_8859_15, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// The encoding of a text, as found by looking at all of it once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Detected {
    pub(super) encoding: &'static Encoding,
    /// The length of the mark that says it.
    pub(super) mark: usize,
    /// Whether the bytes after the mark are UTF-8 already.
    pub(super) valid: bool,
}

/// The encoding of these bytes.
///
/// A mark decides. Without one: zero bytes at every other place are UTF-16; what is valid UTF-8 is
/// UTF-8; the rest is what Windows writes in France, unless the bytes that only ISO-8859-15 spells
/// as letters or as the euro are there, and none of those that Windows alone has.
pub(super) fn detect(bytes: &[u8]) -> Detected {
    let other = |encoding, mark| Detected { encoding, mark, valid: false };
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let valid = encoding == UTF_8 && std::str::from_utf8(&bytes[mark..]).is_ok();
        return Detected { encoding, mark, valid };
    }
    let sample = &bytes[..bytes.len().min(4096) & !1];
    let zeros =
        |first: usize| sample.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    if zeros(1) * 4 > sample.len() && zeros(0) == 0 {
        return other(UTF_16LE, 0);
    }
    if zeros(0) * 4 > sample.len() && zeros(1) == 0 {
        return other(UTF_16BE, 0);
    }
    if std::str::from_utf8(bytes).is_ok() {
        return Detected { encoding: UTF_8, mark: 0, valid: true };
    }
    let windows_only = bytes.iter().any(|byte| (0x80..=0x9f).contains(byte));
    let latin_9 = bytes.iter().any(|byte| matches!(byte, 0xa4 | 0xbc | 0xbd | 0xbe));
    other(if latin_9 && !windows_only { ISO_8859_15 } else { WINDOWS_1252 }, 0)
}

/// The pieces of a text.
pub(super) enum Pieces<'a> {
    /// Already UTF-8: one piece.
    Whole(&'a str),
    /// Decoded as it goes.
    Decoded {
        /// What is left to decode.
        rest: &'a [u8],
        /// Where the decoding stands.
        decoder: Box<Decoder>,
        /// Whether the last piece was given.
        done: bool,
    },
}

/// How much is decoded at once, in bytes.
const PIECE: usize = 64 * 1024;

impl<'a> Pieces<'a> {
    /// The pieces of the bytes after the mark.
    pub(super) fn new(detected: Detected, bytes: &'a [u8]) -> Self {
        if detected.valid
            && let Ok(text) = std::str::from_utf8(bytes)
        {
            return Self::Whole(text);
        }
        let decoder = Box::new(detected.encoding.new_decoder_without_bom_handling());
        Self::Decoded { rest: bytes, decoder, done: false }
    }

    /// The next piece; an empty one is the end.
    pub(super) fn next<'b>(&mut self, buffer: &'b mut String) -> &'b str
    where
        'a: 'b,
    {
        match self {
            Self::Whole(text) => std::mem::take(text),
            Self::Decoded { done: true, .. } => "",
            Self::Decoded { rest, decoder, done } => {
                buffer.clear();
                buffer.reserve(PIECE);
                while buffer.is_empty() && !*done {
                    let last = rest.len() <= PIECE / 4;
                    let source = &rest[..rest.len().min(PIECE / 4)];
                    let (_, read, _) = decoder.decode_to_string(source, buffer, last);
                    *rest = &rest[read..];
                    *done = last && rest.is_empty();
                }
                buffer
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_told_apart() {
        let text = "nom;prenom\nŒuvrard;Zoé\n";
        let utf_16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(detect(text.as_bytes()).encoding, UTF_8);
        assert_eq!(detect(&utf_16).encoding, UTF_16LE);
        assert_eq!(detect(&WINDOWS_1252.encode(text).0).encoding, WINDOWS_1252);
        assert_eq!(detect(b"nom;prenom\n\xbcuvrard;Zo\xe9\n").encoding, ISO_8859_15);
        assert_eq!(detect(b"\xef\xbb\xbfnom"), Detected { encoding: UTF_8, mark: 3, valid: true });
        let mut pieces = Pieces::new(detect(&utf_16), &utf_16);
        assert_eq!(pieces.next(&mut String::new()), text);
        assert_eq!(pieces.next(&mut String::new()), "");
    }
}
