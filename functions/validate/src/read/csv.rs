//! CSV → rows, streamed. The separator is the one that makes the headers known.

use std::ops::ControlFlow;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use domain::validate::{Cell, Layout, Refusal};
use encoding_rs::{ISO_8859_15, UTF_8, UTF_16BE, UTF_16LE};

use super::EachRow;
use super::encoding::{Detected, Pieces, detect};

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
    bytes: &'a [u8],
    separator: (u8, &'static str),
    line_end: u8,
}

impl<'a> Text<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Refusal> {
        let detected = detect(bytes);
        let Detected { encoding, mark, .. } = detected;
        let bytes = &bytes[mark..];
        let wide = encoding == UTF_16LE || encoding == UTF_16BE;
        if !wide && let Some(place) = memchr::memchr(0, bytes) {
            let line = memchr::memchr_iter(b'\n', &bytes[..place]).count() as u32 + 1;
            return Err(Refusal::NotText { line });
        }
        let line_end = if memchr::memchr(b'\n', bytes).is_some() { b'\n' } else { b'\r' };
        let mut text = Self { detected, bytes, separator: SEPARATORS[0], line_end };
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
        let sample = &self.bytes[..self.bytes.len().min(LONGEST_CELL)];
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
        let mut records = Records {
            pieces: Pieces::new(self.detected, self.bytes),
            reader: ReaderBuilder::new().delimiter(self.separator.0).build(),
            line_end: self.line_end,
            line: 1,
            output: vec![0; 16 * 1024],
            ends: vec![0; MOST_COLUMNS + 1],
        };
        records.read(each)
    }
}

struct Records<'a> {
    pieces: Pieces<'a>,
    reader: Reader,
    line_end: u8,
    line: u32,
    output: Vec<u8>,
    ends: Vec<usize>,
}

impl Records<'_> {
    fn read(&mut self, each: &mut EachRow<'_>) -> Result<(), Refusal> {
        let mut buffer = Vec::new();
        let mut recycled: Vec<Cell<'static>> = Vec::new();
        let mut input: &[u8] = &[];
        let mut start = None;
        let (mut written, mut ended) = (0, 0);
        loop {
            if input.is_empty() {
                input = self.pieces.next(&mut buffer);
            }
            if start.is_none() {
                // Line ends before a row belong to empty lines.
                let blank = input.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
                self.count_lines(&input[..blank]);
                input = &input[blank..];
                if input.is_empty() && blank > 0 {
                    continue;
                }
                start = Some(self.line);
            }
            let line = start.unwrap_or(self.line);
            let (result, read, wrote, ends) = self.reader.read_record(
                input,
                &mut self.output[written..],
                &mut self.ends[ended..],
            );
            self.count_lines(&input[..read]);
            input = &input[read..];
            written += wrote;
            ended += ends;
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
                ReadRecordResult::End => return Ok(()),
                ReadRecordResult::Record => {
                    let mut cells = recycled;
                    fill(&mut cells, &self.output[..written], &self.ends[..ended], line)?;
                    let flow = each(line, &cells);
                    recycled = recycle(cells);
                    if flow.is_break() {
                        return Ok(());
                    }
                    (start, written, ended) = (None, 0, 0);
                }
            }
        }
    }

    fn count_lines(&mut self, bytes: &[u8]) {
        self.line += memchr::memchr_iter(self.line_end, bytes).count() as u32;
    }
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
    use super::*;

    fn check(bytes: &[u8]) -> String {
        let text = match Text::open(bytes) {
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
    fn monsters_are_refused() {
        assert_eq!(check(&b"a;".repeat(1_000_000)), "file_keeps_within_bounds");
        assert_eq!(check(&b"a,".repeat(1_000_000)), "file_keeps_within_bounds");
        let unclosed = format!("{HEADER}\n\"{}", "x;y\n".repeat(5_000_000));
        assert_eq!(check(unclosed.as_bytes()), "file_keeps_within_bounds");
        assert_eq!(check(b"nom;prenom\na\0;b\n"), "file_is_text");
    }
}
