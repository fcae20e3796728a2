//! CSV → rows, streamed. The separator is the one that makes the headers known.

use std::ops::{ControlFlow, Range};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use domain::validate::{Cell, Layout, Refusal};
use encoding_rs::{ISO_8859_15, UTF_8, UTF_16BE, UTF_16LE};

use super::encoding::{Detected, Pieces, Seen, detect};
use super::{Content, EachRow, unreadable};

/// Most columns in one row.
const MOST_COLUMNS: usize = 1_000;
/// Longest cell, in bytes: twice what Excel holds.
const LONGEST_CELL: usize = 64 * 1024;
/// Longest row, in bytes.
const LONGEST_ROW: usize = 1024 * 1024;
/// Rows looked at to find the separator.
const ROWS_TRIED: u32 = 40;
/// Separators in use, the most frequent in France first, with the name a report gives them.
const SEPARATORS: [(u8, &str); 4] = [(b';', ";"), (b',', ","), (b'\t', "tab"), (b'|', "|")];

/// A text with separators.
pub struct Text<'a> {
    detected: Detected,
    content: Content<'a>,
    separator: (u8, &'static str),
    line_end: u8,
}

impl<'a> Text<'a> {
    /// Opens a text of which all the pieces were `seen`.
    pub(super) fn open(content: Content<'a>, seen: &Seen) -> Result<Self, Refusal> {
        let detected = detect(content, seen).map_err(unreadable)?;
        let wide = detected.encoding == UTF_16LE || detected.encoding == UTF_16BE;
        if !wide && let Some(zero) = seen.zero {
            let (mut left, mut line) = (zero, 1);
            let count = |piece: &[u8]| {
                let piece = &piece[..piece.len().min(left)];
                line += memchr::memchr_iter(b'\n', piece).count() as u32;
                left -= piece.len();
            };
            content.pieces(0, count).map_err(unreadable)?;
            return Err(Refusal::NotText { line });
        }
        let line_end = if seen.newline { b'\n' } else { b'\r' };
        let mut text = Self { detected, content, separator: SEPARATORS[0], line_end };
        text.find_separator()?;
        Ok(text)
    }

    /// The name of the encoding.
    pub(super) fn encoding(&self) -> &'static str {
        match self.detected.encoding {
            encoding if encoding == UTF_8 => "utf-8",
            encoding if encoding == UTF_16LE => "utf-16le",
            encoding if encoding == UTF_16BE => "utf-16be",
            encoding if encoding == ISO_8859_15 => "iso-8859-15",
            _ => "windows-1252",
        }
    }

    /// The name of the separator.
    pub(super) fn separator(&self) -> &'static str {
        self.separator.1
    }

    /// Keeps the separator that makes the most headers known; the most frequent one when none does.
    fn find_separator(&mut self) -> Result<(), Refusal> {
        let mut candidates = SEPARATORS;
        let head = self.content.head().map_err(unreadable)?;
        let sample = &head[self.detected.mark.min(head.len())..];
        let count = |(separator, _): &(u8, _)| memchr::memchr_iter(*separator, sample).count();
        candidates.sort_by_key(|candidate| std::cmp::Reverse(count(candidate)));
        let mut best = (0, candidates[0]);
        let mut refusal = None;
        for candidate in candidates {
            if candidate != candidates[0] && count(&candidate) == 0 {
                break;
            }
            self.separator = candidate;
            let mut score = 0;
            let mut left = ROWS_TRIED;
            let read = self.rows(&mut |_, cells| {
                score = score.max(Layout::score(cells));
                left -= 1;
                if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            refusal = refusal.or(read.err());
            if score > best.0 {
                best = (score, candidate);
            }
        }
        self.separator = best.1;
        match refusal {
            Some(refusal) if best.0 == 0 => Err(refusal),
            _ => Ok(()),
        }
    }

    /// Hands over the rows; empty lines are left out but counted.
    pub(super) fn rows(&self, each: &mut EachRow<'_>) -> Result<(), Refusal> {
        let mut pieces = Pieces::new(self.detected, self.content).map_err(unreadable)?;
        let mut records = Records {
            separator: self.separator.0,
            reader: ReaderBuilder::new().delimiter(self.separator.0).build(),
            line_end: self.line_end,
            line: 1,
            recycled: Vec::new(),
            start: None,
            output: vec![0; 16 * 1024],
            written: 0,
            ends: vec![0; MOST_COLUMNS + 1],
            ended: 0,
        };
        while records.read(&pieces.next().map_err(unreadable)?, each)?.is_continue() {}
        Ok(())
    }
}

struct Records {
    separator: u8,
    reader: Reader,
    line_end: u8,
    line: u32,
    /// Room for the cells of the next row.
    recycled: Vec<Cell<'static>>,
    /// The line of the row under way, when `csv-core` reads it, and what it wrote of it.
    start: Option<u32>,
    output: Vec<u8>,
    written: usize,
    ends: Vec<usize>,
    ended: usize,
}

impl Records {
    /// Hands over the rows that end in a piece. An empty piece ends the last one.
    fn read(&mut self, piece: &str, each: &mut EachRow<'_>) -> Result<ControlFlow<()>, Refusal> {
        let mut done = 0;
        while done < piece.len() || piece.is_empty() {
            let input = &piece.as_bytes()[done..];
            if self.start.is_none() {
                // Line ends before a row belong to empty lines.
                let blank = input.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
                self.count_lines(&input[..blank]);
                done += blank;
                if done == piece.len() && blank > 0 {
                    break;
                }
                let mut cells = std::mem::take(&mut self.recycled);
                let rest = piece.get(done..).unwrap_or_default();
                let split = split(rest, self.separator, &mut cells);
                if let Some(Split { length, quoted }) = split {
                    let flow = each(self.line, &cells);
                    self.recycled = recycle(cells);
                    if flow.is_break() {
                        return Ok(flow);
                    }
                    if quoted {
                        self.count_lines(&rest.as_bytes()[..length]);
                    }
                    done += length;
                    continue;
                }
                self.recycled = recycle(cells);
                self.start = Some(self.line);
            }
            let input = &piece.as_bytes()[done..];
            let line = self.start.unwrap_or(self.line);
            let (result, read, wrote, ends) = self.reader.read_record(
                input,
                &mut self.output[self.written..],
                &mut self.ends[self.ended..],
            );
            self.count_lines(&input[..read]);
            done += read;
            self.written += wrote;
            self.ended += ends;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if self.output.len() < LONGEST_ROW => {
                    self.output.resize(self.output.len() * 2, 0);
                }
                ReadRecordResult::OutputFull => {
                    let what = "une cellule démesurée : un guillemet ouvert sur cette ligne n’est sans doute jamais fermé";
                    return Err(Refusal::OutOfBounds { what, line: Some(line) });
                }
                ReadRecordResult::OutputEndsFull => {
                    let what = "une ligne de plus de 1 000 colonnes";
                    return Err(Refusal::OutOfBounds { what, line: Some(line) });
                }
                ReadRecordResult::End => return Ok(ControlFlow::Break(())),
                ReadRecordResult::Record => {
                    let mut cells = std::mem::take(&mut self.recycled);
                    let (output, ends) = (&self.output[..self.written], &self.ends[..self.ended]);
                    fill(&mut cells, output, ends, line)?;
                    let flow = each(line, &cells);
                    self.recycled = recycle(cells);
                    if flow.is_break() {
                        return Ok(flow);
                    }
                    (self.start, self.written, self.ended) = (None, 0, 0);
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn count_lines(&mut self, bytes: &[u8]) {
        self.line += memchr::memchr_iter(self.line_end, bytes).count() as u32;
    }
}

/// Splits the line that a text begins with, when its cells are slices of it: its end is there, a
/// quote is around a cell or nowhere, and nothing is a monster. Nearly every line is so.
fn split<'a>(text: &'a str, separator: u8, cells: &mut Vec<Cell<'a>>) -> Option<Split> {
    let bytes = &text.as_bytes()[..text.len().min(LONGEST_CELL)];
    let (mut from, mut quoted) = (0, false);
    let length = loop {
        let plain = from + memchr::memchr3(b'\n', b'\r', b'"', &bytes[from..])?;
        from = split_plain(text, from..plain, separator, cells);
        if bytes[plain] != b'"' {
            cells.push(cell(text, from, plain));
            break plain;
        }
        if from != plain {
            return None;
        }
        let close = from + 1 + memchr::memchr(b'"', &bytes[from + 1..])?;
        let after = *bytes.get(close + 1)?;
        if after != separator && after != b'\n' && after != b'\r' {
            return None;
        }
        quoted = true;
        cells.push(cell(text, from + 1, close));
        from = close + 2;
        if after != separator {
            break close + 1;
        }
    };
    (cells.len() <= MOST_COLUMNS).then_some(Split { length, quoted })
}

/// Splits a part without quotes, and says where its last cell begins. There are so few letters
/// between two separators that to search for the next one would cost more than to look at all bytes,
/// sixty-four after the others. Apart from its caller, so that it has the registers for itself.
#[inline(never)]
fn split_plain<'a>(
    text: &'a str,
    part: Range<usize>,
    separator: u8,
    cells: &mut Vec<Cell<'a>>,
) -> usize {
    let (mut from, bytes) = (part.start, text.as_bytes());
    for start in part.clone().step_by(64) {
        let mut last = [0; 64];
        // The lines after this one lie there too, but for the last of a piece.
        let block = bytes[start..].first_chunk().unwrap_or_else(|| {
            let rest = &bytes[start..];
            last[..rest.len()].copy_from_slice(rest);
            &last
        });
        let mut there = places_of(separator, block);
        if let Some(beyond) = 64_usize.checked_sub(part.end - start) {
            there &= u64::MAX >> beyond;
        }
        while there != 0 {
            let to = start + there.trailing_zeros() as usize;
            cells.push(cell(text, from, to));
            from = to + 1;
            there &= there - 1;
        }
    }
    from
}

/// The cell between two separators. Many are empty; the others never begin or end within a letter.
#[inline]
fn cell(text: &str, from: usize, to: usize) -> Cell<'_> {
    if from == to {
        return Cell::Empty;
    }
    text.get(from..to).map_or(Cell::Empty, Cell::Text)
}

/// A line that was split.
struct Split {
    /// Its length, without its end.
    length: usize,
    /// Whether a cell was quoted, and may hold line ends.
    quoted: bool,
}

/// Where a byte is among sixty-four: one bit for each, the first one lowest.
fn places_of(byte: u8, block: &[u8; 64]) -> u64 {
    let same = block.map(|it| u8::from(it == byte));
    let (eights, _) = same.as_chunks();
    eights.iter().zip((0..).step_by(8)).fold(0, |all, (eight, place)| {
        // The product brings the eight bits together in its highest byte.
        let bits = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        all | bits << place
    })
}

fn fill<'a>(
    cells: &mut Vec<Cell<'a>>,
    output: &'a [u8],
    ends: &[usize],
    line: u32,
) -> Result<(), Refusal> {
    let text = std::str::from_utf8(output).map_err(|_| Refusal::NotText { line })?;
    let mut from = 0;
    for end in ends {
        let field = text.get(from..*end).ok_or(Refusal::NotText { line })?;
        if field.len() > LONGEST_CELL {
            let what = "une cellule de plus de 64 Ko";
            return Err(Refusal::OutOfBounds { what, line: Some(line) });
        }
        cells.push(if field.is_empty() { Cell::Empty } else { Cell::Text(field) });
        from = *end;
    }
    Ok(())
}

/// Empties the row and keeps its allocation for the next one, whatever it borrows from.
fn recycle(mut cells: Vec<Cell<'_>>) -> Vec<Cell<'static>> {
    cells.clear();
    cells.into_iter().map(|_| Cell::Empty).collect()
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn check(bytes: &[u8]) -> String {
        let mut seen = Seen::default();
        seen.look(bytes);
        let text = match Text::open(bytes.into(), &seen) {
            Ok(text) => text,
            Err(refusal) => return refusal.rule().to_owned(),
        };
        let mut lines = vec![format!("{} {}", text.encoding(), text.separator())];
        let read = text.rows(&mut |line, cells| {
            let cells: Vec<String> = cells.iter().map(|cell| cell.shown()).collect();
            lines.push(format!("{line}: {}", cells.join(" · ")));
            ControlFlow::Continue(())
        });
        read.map_or_else(|refusal| refusal.rule().to_owned(), |()| lines.join("\n"))
    }

    const HEADER: &str = "nom_apprenant;prenom_apprenant;sexe_apprenant";

    #[test]
    fn rows_have_the_line_that_an_editor_shows() {
        let text = format!("titre\r\n\r\n{HEADER}\r\n\"a\r\nb\";c;\"d\"\"e\"\r\n;;\r\nf;g;h");
        assert_eq!(
            check(text.as_bytes()),
            "utf-8 ;\n1: titre\n3: nom_apprenant · prenom_apprenant · sexe_apprenant\n4: a\r\nb · c · d\"e\n6:  ·  · \n7: f · g · h"
        );
        let lone_cr = format!("{HEADER}\ra;b;c\r\rd;e;f\r");
        assert!(check(lone_cr.as_bytes()).ends_with("2: a · b · c\n4: d · e · f"));
    }

    #[test]
    fn separators_and_encodings_do_not_matter() {
        let rows = |text: &[u8]| check(text).split_once('\n').unwrap().1.to_owned();
        let expected = rows(format!("{HEADER}\né;b;c\n").as_bytes());
        for separator in [",", "\t", "|"] {
            let text = format!("{HEADER}\né;b;c\n").replace(';', separator);
            assert_eq!(rows(text.as_bytes()), expected);
            let (latin, ..) = encoding_rs::WINDOWS_1252.encode(&text);
            assert_eq!(rows(&latin), expected);
            let utf_16 =
                |to: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to).collect::<Vec<_>>();
            assert_eq!(rows(&utf_16(u16::to_le_bytes)), expected);
            assert_eq!(rows(&utf_16(u16::to_be_bytes)), expected);
        }
    }

    #[test]
    fn a_byte_is_found_wherever_it_is() {
        for places in 0..=u8::MAX {
            for (byte, other) in [(b';', b':'), (b';', 0xbb), (b'\t', 0), (b',', b'-')] {
                let is = |place: usize| places >> place & 1 == 1;
                let block = std::array::from_fn(|place| if is(place % 8) { byte } else { other });
                assert_eq!(places_of(byte, &block), u64::from_le_bytes([places; 8]));
            }
        }
    }

    proptest! {
        /// Nearly every line is split here, the others by `csv-core`: they must agree.
        #[test]
        fn lines_are_split_as_csv_core_splits_them(
            line in "[ab;\"é][ab;\"é\r\n]{0,24}|[ab;é]{50,150}",
        ) {
            let line = format!("{line}\n");
            let mut cells = Vec::new();
            if let Some(Split { length, .. }) = split(&line, b';', &mut cells) {
                let (mut output, mut ends) = ([0; 512], [0; 256]);
                let mut reader = ReaderBuilder::new().delimiter(b';').build();
                let input = line.as_bytes();
                let (_, read, written, ended) = reader.read_record(input, &mut output, &mut ends);
                let mut expected = Vec::new();
                fill(&mut expected, &output[..written], &ends[..ended], 1).unwrap();
                prop_assert_eq!(cells, expected);
                prop_assert_eq!(length + 1, read);
            }
        }

        /// Quotes around every cell change nothing.
        #[test]
        fn quotes_do_not_matter(rows in vec(vec("[0-9é;]{0,20}", 3..70), 1..5)) {
            let write = |quote: &str| {
                let rows = rows.iter().map(|row| {
                    row.iter().map(|cell| format!("{quote}{cell}{quote}")).collect::<Vec<_>>()
                });
                let rows: Vec<String> = rows.map(|row| row.join("\t")).collect();
                check(format!("{}\n{}\n", HEADER.replace(';', "\t"), rows.join("\n\n")).as_bytes())
            };
            prop_assert_eq!(write(""), write("\""));
        }
    }

    #[test]
    fn monsters_are_refused() {
        assert_eq!(check(&b"a;".repeat(1_000_000)), "file_keeps_within_bounds");
        assert_eq!(check(&b"a,".repeat(1_000_000)), "file_keeps_within_bounds");
        let unclosed = format!("{HEADER}\n\"{}", "x;y\n".repeat(5_000_000));
        assert_eq!(check(unclosed.as_bytes()), "file_keeps_within_bounds");
        assert_eq!(check(b"nom;prenom\na\0;b\n"), "file_is_text");
    }
}
