//! Which encoding a text is in, and its decoding in small pieces.

use std::borrow::Cow;
use std::io::{self, Read};

use encoding_rs::{
    CoderResult, Decoder, Encoding, ISO_8859_15, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252,
};

use super::{Content, PIECE};

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Detected {
    pub(super) encoding: &'static Encoding,
    /// The length of the mark that says it.
    pub(super) mark: usize,
}

/// What the bytes of a text say of how it is written, as they pass once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    utf_8: Utf8,
    /// How many bytes came before, and where the first zero was.
    length: usize,
    pub(super) zero: Option<usize>,
    /// Whether a line ends as most do.
    pub(super) newline: bool,
}

impl Default for Seen {
    fn default() -> Self {
        let utf_8 = Utf8 { letter: [0; 4], length: 0, valid: true };
        Self { utf_8, length: 0, zero: None, newline: false }
    }
}

impl Seen {
    /// Looks at the next piece.
    pub(crate) fn look(&mut self, piece: &[u8]) {
        self.utf_8.add(piece);
        if self.zero.is_none() {
            self.zero = memchr::memchr(0, piece).map(|place| self.length + place);
        }
        self.length += piece.len();
        self.newline = self.newline || memchr::memchr(b'\n', piece).is_some();
    }
}

/// The encoding of a text that was seen.
///
/// A mark decides. Without one: zero bytes at every other place are UTF-16; what is valid UTF-8 is
/// UTF-8; the rest is what Windows writes in France, unless the bytes that only ISO-8859-15 spells
/// as letters or as the euro are there, and none of those that Windows alone has.
pub(super) fn detect(content: Content<'_>, seen: &Seen) -> io::Result<Detected> {
    let head = content.head()?;
    if let Some((encoding, mark)) = Encoding::for_bom(&head) {
        return Ok(Detected { encoding, mark });
    }
    let sample = &head[..head.len().min(4096) & !1];
    let zeros =
        |first: usize| sample.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    let encoding = if zeros(1) * 4 > sample.len() && zeros(0) == 0 {
        UTF_16LE
    } else if zeros(0) * 4 > sample.len() && zeros(1) == 0 {
        UTF_16BE
    } else if seen.utf_8.valid && seen.utf_8.length == 0 {
        UTF_8
    } else {
        of_one_byte(content)?
    };
    Ok(Detected { encoding, mark: 0 })
}

/// Whether pieces are UTF-8.
#[derive(Debug, Clone, Copy)]
struct Utf8 {
    /// The start of a letter that the next piece ends.
    letter: [u8; 4],
    length: usize,
    valid: bool,
}

impl Utf8 {
    fn add(&mut self, piece: &[u8]) {
        let Self { letter, length, valid } = self;
        let mut rest = piece;
        while *length > 0 && *valid {
            let Some((first, after)) = rest.split_first() else { return };
            (letter[*length], rest) = (*first, after);
            *length += 1;
            match std::str::from_utf8(&letter[..*length]) {
                Ok(_) => *length = 0,
                Err(error) => *valid &= error.error_len().is_none(),
            }
        }
        if *valid && let Err(error) = simdutf8::compat::from_utf8(rest) {
            *valid &= error.error_len().is_none();
            let cut = &rest[error.valid_up_to()..];
            *length = cut.len().min(3);
            letter[..*length].copy_from_slice(&cut[..*length]);
        }
    }
}

fn of_one_byte(content: Content<'_>) -> io::Result<&'static Encoding> {
    let (mut windows_only, mut latin_9) = (false, false);
    content.pieces(0, |piece| {
        windows_only |= piece.iter().any(|byte| (0x80..=0x9f).contains(byte));
        latin_9 |= piece.iter().any(|byte| matches!(byte, 0xa4 | 0xbc | 0xbd | 0xbe));
    })?;
    Ok(if latin_9 && !windows_only { ISO_8859_15 } else { WINDOWS_1252 })
}

/// The pieces of a text, decoded as it goes.
pub(super) struct Pieces<'a> {
    reader: Box<dyn Read + 'a>,
    /// Room for what is read at once.
    room: Box<[u8]>,
    /// How much of it was read, of which the first `decoded` bytes are done with.
    read: usize,
    decoded: usize,
    /// What decodes it; UTF-8 is lent where it lies.
    decoder: Option<Decoder>,
    text: String,
    /// Whether there is nothing after what was read.
    last: bool,
    /// Whether all of it was decoded.
    done: bool,
}

impl<'a> Pieces<'a> {
    /// The pieces of what comes after the mark.
    pub(super) fn new(detected: Detected, content: Content<'a>) -> io::Result<Self> {
        let Detected { encoding, mark } = detected;
        let decoder = (encoding != UTF_8).then(|| encoding.new_decoder_without_bom_handling());
        Ok(Self {
            reader: content.reader(mark as u64)?,
            room: vec![0; PIECE].into_boxed_slice(),
            read: 0,
            decoded: 0,
            decoder,
            text: String::new(),
            last: false,
            done: false,
        })
    }

    /// The next piece; an empty one is the end.
    pub(super) fn next(&mut self) -> io::Result<Cow<'_, str>> {
        let Some(decoder) = &mut self.decoder else { return self.next_of_utf_8() };
        self.text.clear();
        self.text.reserve(PIECE);
        while self.text.is_empty() && !self.done {
            if self.decoded == self.read && !self.last {
                self.decoded = 0;
                self.read = read_some(&mut self.reader, &mut self.room)?;
                self.last = self.read == 0;
            }
            let source = &self.room[self.decoded..self.read];
            let (result, read, _) = decoder.decode_to_string(source, &mut self.text, self.last);
            self.decoded += read;
            self.done = self.last && result == CoderResult::InputEmpty;
        }
        Ok(Cow::Borrowed(&self.text))
    }

    /// Without a letter that its end cuts: that one begins the next piece.
    fn next_of_utf_8(&mut self) -> io::Result<Cow<'_, str>> {
        self.room.copy_within(self.decoded..self.read, 0);
        (self.read, self.decoded) = (self.read - self.decoded, 0);
        while self.decoded == 0 && !self.last {
            let read = read_some(&mut self.reader, &mut self.room[self.read..])?;
            self.read += read;
            self.last = read == 0;
            let cut = if self.last { 0 } else { cut_letter(&self.room[..self.read]) };
            self.decoded = self.read - cut;
        }
        let piece = &self.room[..self.decoded];
        // Marked as UTF-8, a text may still hold something else.
        let text = simdutf8::basic::from_utf8(piece).map(Cow::Borrowed);
        Ok(text.unwrap_or_else(|_| String::from_utf8_lossy(piece)))
    }
}

/// How many bytes, at the end of a piece, begin a letter of UTF-8 that the next piece ends.
fn cut_letter(piece: &[u8]) -> usize {
    let back = piece.iter().rev().take(3).position(|byte| *byte >= 0xc0);
    let begun = back.map_or(0, |back| back + 1);
    let whole = piece[piece.len() - begun..].first().map_or(0, |first| first.leading_ones());
    if begun < whole as usize { begun } else { 0 }
}

/// Reads what there is, up to the room for it; nothing is the end.
fn read_some(reader: &mut dyn Read, room: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(room) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => return read,
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
        let detect = |bytes: &[u8]| {
            let mut seen = Seen::default();
            seen.look(bytes);
            detect(bytes.into(), &seen).unwrap()
        };
        assert_eq!(detect(text.as_bytes()).encoding, UTF_8);
        assert_eq!(detect(&utf_16).encoding, UTF_16LE);
        assert_eq!(detect(&WINDOWS_1252.encode(text).0).encoding, WINDOWS_1252);
        assert_eq!(detect(b"nom;prenom\n\xbcuvrard;Zo\xe9\n").encoding, ISO_8859_15);
        assert_eq!(detect(b"\xef\xbb\xbfnom"), Detected { encoding: UTF_8, mark: 3 });
        let mut pieces = Pieces::new(detect(&utf_16), Content::from(&utf_16)).unwrap();
        assert_eq!(pieces.next().unwrap(), text);
        // Its end may come as an empty piece of its own.
        assert_eq!(pieces.next().unwrap(), "");
    }

    #[test]
    fn a_letter_may_lie_across_two_pieces() {
        for shift in 0..4 {
            let text = format!("{}{}", "x".repeat(shift), "€é𝄞".repeat(PIECE / 4));
            let see = |text: &[u8]| {
                let mut seen = Seen::default();
                text.chunks(PIECE).for_each(|piece| seen.look(piece));
                seen
            };
            let is_utf_8 = |text: &[u8]| {
                let Utf8 { valid, length, .. } = see(text).utf_8;
                valid && length == 0
            };
            assert!(is_utf_8(text.as_bytes()));
            assert!(!is_utf_8(&text.as_bytes()[..text.len() - 1]));
            let mut broken = text.clone().into_bytes();
            broken[PIECE] ^= 0xc0;
            assert!(!is_utf_8(&broken), "{shift}");
            let detected = detect(text.as_bytes().into(), &see(text.as_bytes())).unwrap();
            assert_eq!(decoded(detected, text.as_bytes()), text);
            // What a mark calls UTF-8 is read, whatever it is.
            for bytes in [&broken, &text.as_bytes()[..text.len() - 1]] {
                assert_eq!(decoded(detected, bytes), String::from_utf8_lossy(bytes), "{shift}");
            }
        }
    }

    fn decoded(detected: Detected, bytes: &[u8]) -> String {
        let mut pieces = Pieces::new(detected, bytes.into()).unwrap();
        let mut all = String::new();
        loop {
            match &*pieces.next().unwrap() {
                "" => return all,
                piece => all.push_str(piece),
            }
        }
    }
}
