//! The cells of one sheet.

use std::io::Read;
use std::ops::ControlFlow;

use domain::validate::{Refusal, day_of_serial};

use super::strings::{Said, Strings, unescape};
use super::tags::{self, Tag, Tags};
use crate::read::EachRow;
use crate::read::pieces::Pieces;
use crate::read::row::{Draft, Kept};
use crate::read::zip_door::{MOST_CELLS, bounds};

/// Most tags that all rows hold: a cell is four.
const MOST_TAGS: u32 = 4 * MOST_CELLS;
/// What Excel shows for a formula that it has not calculated.
const NOT_CALCULATED: &str = "#CALC!";

/// Reads the rows of a sheet, one after the other.
pub(super) struct Sheet<'a> {
    strings: &'a Strings,
    dates: &'a [bool],
    from_1904: bool,
    draft: Draft,
    text: String,
    line: u32,
    /// The place after the last cell.
    place: usize,
    cells: u32,
    tags: u32,
}

/// What the tag of a cell says of its value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Text,
    Shared,
    Bool,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(strings: &'a Strings, dates: &'a [bool], from_1904: bool) -> Self {
        Self {
            strings,
            dates,
            from_1904,
            draft: Draft::default(),
            text: String::new(),
            line: 0,
            place: 0,
            cells: 0,
            tags: 0,
        }
    }

    pub(super) fn read<R: Read>(
        &mut self,
        pieces: &mut Pieces<R>,
        each: &mut EachRow<'_>,
    ) -> Result<(), Refusal> {
        let mut begun = false;
        while let Some(piece) = pieces.next()? {
            let mut tags = Tags::new(piece);
            while let Some(tag) = self.next(&mut tags)? {
                let closes = tag.kind == tags::Kind::Closes;
                match tag.name {
                    "c" if !closes => self.cell(&tag, &mut tags)?,
                    "row" if !closes => self.begin(&tag)?,
                    "row" if self.end(each).is_break() => return Ok(()),
                    "sheetData" if tag.kind == tags::Kind::Opens => begun = true,
                    "sheetData" => return pieces.pass_over_the_rest(),
                    _ => {}
                }
            }
        }
        // Rows without an end were cut.
        if begun { Err(Refusal::Damaged) } else { Ok(()) }
    }

    fn next<'x>(&mut self, tags: &mut Tags<'x>) -> Result<Option<Tag<'x>>, Refusal> {
        self.tags += 1;
        if self.tags > MOST_TAGS {
            return Err(bounds("plusieurs millions de cellules"));
        }
        tags.next()
    }

    fn begin(&mut self, tag: &Tag<'_>) -> Result<(), Refusal> {
        self.draft.clear();
        self.place = 0;
        self.line += 1;
        tag.each_attribute(|name, written| {
            if name == "r" {
                self.line = written.parse().ok()?;
            }
            Some(())
        })
        .ok_or(Refusal::Damaged)
    }

    fn end(&mut self, each: &mut EachRow<'_>) -> ControlFlow<()> {
        if self.draft.is_blank() {
            return ControlFlow::Continue(());
        }
        let line = self.line;
        self.draft.hand_over(|cells| each(line, cells))
    }

    /// Reads a cell: its tag, and what follows if it is not closed at once.
    fn cell(&mut self, tag: &Tag<'_>, tags: &mut Tags<'_>) -> Result<(), Refusal> {
        self.cells += 1;
        if self.cells > MOST_CELLS {
            return Err(bounds("plusieurs millions de cellules"));
        }
        let (mut kind, mut style) = (Kind::Number, 0);
        tag.each_attribute(|name, written| {
            match name {
                "r" => self.place = column(written)?,
                "s" => style = written.parse().ok()?,
                "t" => {
                    kind = match written {
                        "s" => Kind::Shared,
                        "b" => Kind::Bool,
                        "n" => Kind::Number,
                        // A text, a date as a text, an error.
                        _ => Kind::Text,
                    }
                }
                _ => {}
            }
            Some(())
        })
        .ok_or(Refusal::Damaged)?;
        let place = self.place;
        self.place += 1;
        if tag.kind == tags::Kind::Opens {
            let calculated = self.value(tags)?;
            let value = match kind {
                _ if !calculated => self.draft.text(NOT_CALCULATED),
                _ if self.text.is_empty() => Kept::Empty,
                Kind::Number => self.number(style),
                Kind::Bool => Kept::Bool(self.text != "0" && self.text != "false"),
                Kind::Shared => {
                    let place = self.text.parse().map_err(|_| Refusal::Damaged)?;
                    self.draft.text(self.strings.get(place).ok_or(Refusal::Damaged)?)
                }
                Kind::Text => {
                    unescape(&mut self.text);
                    self.draft.text(&self.text)
                }
            };
            self.draft.put(place, value);
        }
        Ok(())
    }

    /// Reads into `text` what a cell holds until it closes; whether it is what its formula gave.
    fn value(&mut self, tags: &mut Tags<'_>) -> Result<bool, Refusal> {
        let (mut formula, mut value) = (false, false);
        let mut said = Said::default();
        self.text.clear();
        loop {
            let tag = self.next(tags)?.ok_or(Refusal::Damaged)?;
            match tag.name {
                "v" => value = true,
                "f" => formula = true,
                "c" => return Ok(!formula || value),
                _ => {}
            }
            said.read(&tag, &mut self.text)?;
        }
    }

    fn number(&mut self, style: usize) -> Kept {
        let Ok(number) = self.text.trim().parse::<f64>() else {
            return self.draft.text(&self.text);
        };
        let is_date = self.dates.get(style).copied().unwrap_or_default();
        match day_of_serial(number, self.from_1904) {
            Some(day) if is_date => Kept::Date(day),
            _ => Kept::Number(number),
        }
    }
}

/// The column of a cell, from 0: 27 for `AB12`.
fn column(cell: &str) -> Option<usize> {
    let letters = cell.bytes().take_while(u8::is_ascii_alphabetic);
    let number = letters.take(4).fold(0, |number, letter| {
        26 * number + usize::from(letter.to_ascii_uppercase() - b'A') + 1
    });
    number.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(data: &str) -> Result<Vec<String>, Refusal> {
        let sheet =
            format!("<x:worksheet><x:sheetData>{data}</x:sheetData><x:mergeCells/></x:worksheet>");
        let mut table = &b"<sst><si><t>partag\xc3\xa9</t></si></sst>"[..];
        let strings = Strings::read(&mut Pieces::new(&mut table, b"si>", 99, 99))?;
        let most = sheet.len() as u64;
        let mut pieces = Pieces::new(sheet.as_bytes(), b"row>", most, most);
        let mut rows = Vec::new();
        Sheet::new(&strings, &[false, true], false).read(&mut pieces, &mut |line, cells| {
            let cells: Vec<String> = cells.iter().map(|cell| format!("{cell:?}")).collect();
            rows.push(format!("{line}: {}", cells.join(" ")));
            ControlFlow::Continue(())
        })?;
        Ok(rows)
    }

    #[test]
    fn cells_of_every_kind_are_read() {
        let read = rows(
            r#"<x:row r="2"><x:c r="B2" t="s"><x:v>0</x:v></x:c><x:c t="b"><x:v>1</x:v></x:c><x:c s="1"><x:v>46266</x:v></x:c><x:c><x:v>12.5</x:v></x:c></x:row>
            <x:row/><x:row><x:c/><x:c t="inlineStr"><x:is><x:r><x:t>a</x:t></x:r><x:r><x:t>&lt;b</x:t></x:r></x:is></x:c><x:c t="str"><x:f>A1</x:f><x:v>c</x:v></x:c><x:c t="e"><x:v>#N/A</x:v></x:c></x:row>
            <x:row r="9"><x:c><x:f>B1+1</x:f></x:c><x:c t="str"><x:f>B1</x:f><x:v/></x:c><x:c t="d"><x:v>2026-09-01</x:v></x:c><x:c><x:v>abc</x:v></x:c></x:row>"#,
        );
        assert_eq!(
            read.unwrap(),
            [
                r#"2: Empty Text("partagé") Bool(true) Date(2026-09-01) Number(12.5)"#,
                r##"4: Empty Text("a<b") Text("c") Text("#N/A")"##,
                r##"9: Text("#CALC!") Empty Text("2026-09-01") Text("abc")"##,
            ]
        );
    }

    #[test]
    fn what_cannot_be_is_damage() {
        for data in [
            r#"<row r="x"/>"#,
            r#"<row><c t="s"><v>1</v></c></row>"#,
            r#"<row><c r="1A"><v>1</v></c></row>"#,
            "<row><c><v>1</v></row>",
            "<row><c><v>&unknown;</v></c></row>",
        ] {
            assert!(matches!(rows(data), Err(Refusal::Damaged)), "{data}");
        }
    }

    #[test]
    fn columns_are_counted_from_their_letters() {
        for (cell, place) in [("A1", 0), ("z9", 25), ("AB12", 27), ("XFD1048576", 16_383)] {
            assert_eq!(column(cell), Some(place));
        }
        assert_eq!(column("12"), None);
    }
}
