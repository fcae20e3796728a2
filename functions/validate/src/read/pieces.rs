//! A long part of a workbook, inflated a little at a time: pieces that end where an element does, so
//! that each can be parsed where it lies. No piece grows beyond [`LONGEST`], whatever the part holds.

use std::io::Read;

use domain::validate::Refusal;

use super::zip_door::{bounds, weigh};

/// How much is inflated at once.
const PIECE: usize = 64 * 1024;
/// Longest piece: a row of the longest texts that a list holds.
const LONGEST: usize = 4 * 1024 * 1024;
/// Longest prefix of an element.
const LONGEST_PREFIX: usize = 32;

/// Reads a part piece by piece.
pub(super) struct Pieces<R> {
    part: R,
    /// The end of the tag that ends a piece: `row>`.
    end: &'static [u8],
    /// Bytes that the part takes in its archive.
    packed: u64,
    /// Most bytes that it may inflate to.
    most: u64,
    inflated: u64,
    buffer: Vec<u8>,
    given: usize,
    ended: bool,
}

impl<R: Read> Pieces<R> {
    pub(super) fn new(part: R, end: &'static [u8], packed: u64, most: u64) -> Self {
        let buffer = Vec::with_capacity(2 * PIECE);
        Self { part, end, packed, most, inflated: 0, buffer, given: 0, ended: false }
    }

    /// The next piece; the last one ends with the part.
    pub(super) fn next(&mut self) -> Result<Option<&str>, Refusal> {
        self.buffer.drain(..self.given);
        self.given = 0;
        while self.given == 0 && !self.ended {
            if self.buffer.len() > LONGEST {
                return Err(bounds("une ligne démesurée"));
            }
            self.inflate()?;
            self.given = last_end(&self.buffer, self.end).unwrap_or_default();
        }
        if self.ended {
            self.given = self.buffer.len();
        }
        let piece = std::str::from_utf8(&self.buffer[..self.given]);
        Ok(Some(piece.map_err(|_| Refusal::Damaged)?).filter(|piece| !piece.is_empty()))
    }

    /// Inflates what is left, only to know that it is whole.
    pub(super) fn pass_over_the_rest(&mut self) -> Result<(), Refusal> {
        while !self.ended {
            self.buffer.clear();
            self.inflate()?;
        }
        Ok(())
    }

    fn inflate(&mut self) -> Result<(), Refusal> {
        // A long piece is looked for in as many steps as its length has digits.
        let wanted = self.buffer.len().max(PIECE) as u64;
        let part = &mut self.part;
        let read = part.take(wanted).read_to_end(&mut self.buffer);
        let read = read.map_err(|_| Refusal::Damaged)? as u64;
        self.ended = read < wanted;
        self.inflated += read;
        if self.inflated > self.most {
            return Err(bounds("bien plus de données qu’une liste d’apprenants"));
        }
        weigh(self.inflated, self.packed)
    }
}

/// Where the last end tag of an element ends, whatever its prefix: `</row>`, `</x:row>`.
fn last_end(bytes: &[u8], end: &[u8]) -> Option<usize> {
    let mut within = bytes.len();
    loop {
        let at = memchr::memmem::rfind(&bytes[..within], end)?;
        let before = &bytes[at.saturating_sub(LONGEST_PREFIX)..at];
        let tag = memchr::memrchr(b'<', before).map(|open| &before[open + 1..]);
        if let Some([b'/', prefix @ ..]) = tag
            && matches!(prefix, [] | [.., b':'])
        {
            return Some(at + end.len());
        }
        within = at + end.len() - 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Result<Vec<String>, Refusal> {
        let most = text.len() as u64;
        let mut pieces = Pieces::new(text.as_bytes(), b"row>", most, most);
        let mut all = Vec::new();
        while let Some(piece) = pieces.next()? {
            all.push(piece.to_owned());
        }
        Ok(all)
    }

    #[test]
    fn pieces_end_where_a_row_does_and_nothing_is_lost() {
        for prefix in ["", "x:"] {
            let row = format!("<{prefix}row><c>é arrow></c></{prefix}row>");
            let text = format!("<sheetData>{}</sheetData>", row.repeat(9_000));
            let pieces = pieces(&text).unwrap();
            assert!(pieces.len() > 3);
            assert_eq!(pieces.concat(), text);
            for piece in &pieces[..pieces.len() - 1] {
                assert!(piece.ends_with(&format!("</{prefix}row>")));
            }
        }
        assert_eq!(pieces("").unwrap(), Vec::<String>::new());
        assert_eq!(pieces("<a/>").unwrap(), ["<a/>"]);
    }

    #[test]
    fn a_row_without_end_is_refused() {
        let text = "arrow>".repeat(LONGEST);
        assert!(matches!(pieces(&text), Err(Refusal::OutOfBounds { .. })));
    }
}
