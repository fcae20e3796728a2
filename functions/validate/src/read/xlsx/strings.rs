//! The texts that cells point to.

use std::io::Read;

use domain::validate::Refusal;

use super::tags::{Kind, Tag, Tags};
use crate::read::pieces::Pieces;
use crate::read::zip_door::{MOST_STRINGS, bounds};

/// The shared strings of a workbook, end to end in one place.
#[derive(Debug, Default)]
pub(super) struct Strings {
    texts: String,
    ends: Vec<u32>,
}

impl Strings {
    pub(super) fn read<R: Read>(pieces: &mut Pieces<R>) -> Result<Self, Refusal> {
        let mut strings = Self::default();
        let mut said = Said::default();
        let mut text = String::new();
        while let Some(piece) = pieces.next()? {
            let mut tags = Tags::new(piece);
            while let Some(tag) = tags.next()? {
                if tag.name == "si" && tag.kind != Kind::Opens {
                    unescape(&mut text);
                    strings.push(&text)?;
                    text.clear();
                }
                said.read(&tag, &mut text)?;
            }
        }
        Ok(strings)
    }

    fn push(&mut self, text: &str) -> Result<(), Refusal> {
        if self.ends.len() as u64 == MOST_STRINGS {
            return Err(bounds("des millions de textes"));
        }
        self.texts.push_str(text);
        self.ends.push(self.texts.len() as u32);
        Ok(())
    }

    pub(super) fn get(&self, place: usize) -> Option<&str> {
        let end = *self.ends.get(place)? as usize;
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        self.texts.get(start..end)
    }
}

/// Reads what a value or a text says: its runs, without how they are pronounced.
#[derive(Debug, Default)]
pub(super) struct Said {
    within: bool,
    phonetic: bool,
}

impl Said {
    /// Takes in one tag, and the text after it.
    pub(super) fn read(&mut self, tag: &Tag<'_>, text: &mut String) -> Result<(), Refusal> {
        match (tag.name, tag.kind) {
            ("v" | "t", kind) => self.within = kind == Kind::Opens && !self.phonetic,
            ("rPh", kind) => self.phonetic = kind == Kind::Opens,
            (_, Kind::Raw) if self.within => text.push_str(tag.attributes),
            _ => {}
        }
        if self.within {
            text.push_str(&tag.text()?);
        }
        Ok(())
    }
}

/// Puts back the letters that XML cannot hold, written `_x000D_` (ECMA-376, `ST_Xstring`).
pub(super) fn unescape(text: &mut String) {
    let Some(first) = text.find("_x") else { return };
    let mut plain = text[..first].to_owned();
    let mut rest = &text[first..];
    while let Some(place) = rest.find("_x") {
        plain.push_str(&rest[..place]);
        rest = &rest[place..];
        let letter = rest.get(2..6).zip(rest.get(6..7)).and_then(|(digits, end)| {
            let hexadecimal = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
            let code = u32::from_str_radix(digits, 16).ok()?;
            char::from_u32(code).filter(|_| hexadecimal && end == "_")
        });
        if let Some(letter) = letter {
            plain.push(letter);
            rest = &rest[7..];
        } else {
            plain.push_str("_x");
            rest = &rest[2..];
        }
    }
    plain.push_str(rest);
    *text = plain;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_what_their_runs_say() {
        let table = r#"<?xml version="1.0"?><x:sst count="9"><x:si><x:t xml:space="preserve"> a &amp; &#233; </x:t></x:si><x:si/>
            <x:si><x:r><x:rPr/><x:t>Le</x:t></x:r> <x:r><x:t> Goff</x:t></x:r><x:rPh><x:t>phonetic</x:t></x:rPh></x:si>
            <x:si><x:t><![CDATA[<b>]]>_x000D__x005F_x000D_</x:t></x:si></x:sst>"#;
        let most = table.len() as u64;
        let mut pieces = Pieces::new(table.as_bytes(), b"si>", most, most);
        let strings = Strings::read(&mut pieces).unwrap();
        let read: Vec<_> = (0..5).map(|place| strings.get(place)).collect();
        assert_eq!(read, [Some(" a & é "), Some(""), Some("Le Goff"), Some("<b>\r_x000D_"), None]);
    }

    #[test]
    fn what_looks_like_an_escape_is_left() {
        for text in ["_x", "_xé000_", "_x00", "a_x000G_b", "_x+00D_", "_xD800_"] {
            let mut read = text.to_owned();
            unescape(&mut read);
            assert_eq!(read, text);
        }
    }
}
