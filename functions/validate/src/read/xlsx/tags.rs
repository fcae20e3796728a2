//! The tags of a text, and the letters between them: of XML, no more than a sheet is made of.
//!
//! Ours because a list has ten million tags: the library, which keeps track of names, encodings and
//! faults that do not matter here, takes three times as long, past what a sender is promised. It
//! reads the other parts, and the references in the texts of this one.

use std::borrow::Cow;

use domain::validate::Refusal;

use crate::read::zip_door::bounds;

/// A tag, and the text that follows it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    pub(super) kind: Kind,
    /// Its name, without prefix.
    pub(super) name: &'a str,
    /// What is written after its name; the letters of a raw text.
    pub(super) attributes: &'a str,
    /// The text up to the next tag, as it is written.
    text: &'a str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Opens,
    /// `<v/>`
    OpensAndCloses,
    Closes,
    /// A raw text, whose letters mean themselves.
    Raw,
    /// A comment, an instruction.
    Other,
}

impl<'a> Tag<'a> {
    /// The text that follows, its references replaced by what they stand for.
    pub(super) fn text(&self) -> Result<Cow<'a, str>, Refusal> {
        if self.text.bytes().any(|byte| byte == b'&') {
            quick_xml::escape::unescape(self.text).map_err(|_| Refusal::Damaged)
        } else {
            Ok(self.text.into())
        }
    }

    /// Hands over the attributes, as they are written.
    pub(super) fn each_attribute(
        &self,
        mut each: impl FnMut(&'a str, &'a str) -> Option<()>,
    ) -> Option<()> {
        let mut rest = self.attributes.trim_ascii_start();
        while !rest.is_empty() {
            let (name, after) = cut(rest, b'=')?;
            let after = after.trim_ascii_start();
            let quote = *after.as_bytes().first().filter(|byte| matches!(byte, b'"' | b'\''))?;
            let (written, after) = cut(&after[1..], quote)?;
            each(name.trim_ascii_end(), written)?;
            rest = after.trim_ascii_start();
        }
        Some(())
    }
}

/// The tags of a text, one after the other.
pub(super) struct Tags<'a> {
    rest: &'a str,
}

impl<'a> Tags<'a> {
    /// The text before the first tag is left out.
    pub(super) fn new(text: &'a str) -> Self {
        Self { rest: cut_before_tag(text).1 }
    }

    pub(super) fn next(&mut self) -> Result<Option<Tag<'a>>, Refusal> {
        let Some(inside) = self.rest.strip_prefix('<') else { return Ok(None) };
        let tag = match inside.as_bytes().first() {
            Some(b'!' | b'?') => special(inside)?,
            _ => plain(inside).ok_or(Refusal::Damaged)?,
        };
        let (mut tag, after) = tag;
        (tag.text, self.rest) = cut_before_tag(after);
        Ok(Some(tag))
    }
}

/// A tag that opens or closes an element, and what comes after it.
fn plain(inside: &str) -> Option<(Tag<'_>, &str)> {
    let bytes = inside.as_bytes();
    let (mut quote, mut end) = (None, 0);
    loop {
        let byte = *bytes.get(end)?;
        match quote {
            None if byte == b'>' => break,
            None if matches!(byte, b'"' | b'\'') => quote = Some(byte),
            Some(opened) if opened == byte => quote = None,
            _ => {}
        }
        end += 1;
    }
    let (written, after) = (&inside[..end], &inside[end + 1..]);
    let (kind, written) = if let Some(written) = written.strip_prefix('/') {
        (Kind::Closes, written)
    } else if let Some(written) = written.strip_suffix('/') {
        (Kind::OpensAndCloses, written)
    } else {
        (Kind::Opens, written)
    };
    let ends = written.bytes().position(|byte| byte.is_ascii_whitespace());
    let (name, attributes) = written.split_at(ends.unwrap_or(written.len()));
    let name = cut(name, b':').map_or(name, |(_, name)| name);
    Some((Tag { kind, name, attributes, text: "" }, after))
}

/// A raw text, a comment or an instruction.
fn special(inside: &str) -> Result<(Tag<'_>, &str), Refusal> {
    let forms =
        [("![CDATA[", "]]>", Kind::Raw), ("!--", "-->", Kind::Other), ("?", "?>", Kind::Other)];
    for (opens, closes, kind) in forms {
        if let Some(inside) = inside.strip_prefix(opens) {
            let (letters, after) = inside.split_once(closes).ok_or(Refusal::Damaged)?;
            return Ok((Tag { kind, name: "", attributes: letters, text: "" }, after));
        }
    }
    // Entities are for bombs.
    Err(bounds("une définition de document"))
}

/// What comes before the next tag, and what begins with it.
fn cut_before_tag(text: &str) -> (&str, &str) {
    text.split_at(memchr::memchr(b'<', text.as_bytes()).unwrap_or(text.len()))
}

/// What comes before a byte and after it. It is never far.
fn cut(text: &str, byte: u8) -> Option<(&str, &str)> {
    let place = text.bytes().position(|other| other == byte)?;
    Some((&text[..place], &text[place + 1..]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use quick_xml::Reader;
    use quick_xml::events::Event;

    use super::*;

    /// What is in a text: names, attributes, texts.
    fn ours(text: &str) -> Result<String, Refusal> {
        let mut tags = Tags::new(text);
        let mut seen = String::new();
        while let Some(tag) = tags.next()? {
            let mut attributes = String::new();
            let mut note = |name: &str, written: &str| {
                attributes += &format!(" {name}={written}");
                Some(())
            };
            match tag.kind {
                Kind::Opens | Kind::OpensAndCloses => {
                    tag.each_attribute(&mut note).ok_or(Refusal::Damaged)?;
                    seen += &format!("({}{attributes}", tag.name);
                    seen += if tag.kind == Kind::OpensAndCloses { ")" } else { "" };
                }
                Kind::Closes => seen += ")",
                Kind::Raw => seen += tag.attributes,
                Kind::Other => {}
            }
            seen += &tag.text()?;
        }
        Ok(seen)
    }

    /// The same, read by the library.
    fn theirs(text: &str) -> String {
        let mut xml = Reader::from_str(text);
        let mut seen = String::new();
        let open = |tag: &quick_xml::events::BytesStart<'_>| {
            let mut seen = format!("({}", tag.local_name().as_ref());
            for attribute in tag.attributes() {
                let attribute = attribute.unwrap();
                seen += &format!(" {}={}", attribute.key.as_ref(), attribute.value);
            }
            seen
        };
        loop {
            match xml.read_event().unwrap() {
                Event::Start(tag) => seen += &open(&tag),
                Event::Empty(tag) => seen += &(open(&tag) + ")"),
                Event::End(_) => seen += ")",
                Event::Text(text) => seen += &text,
                Event::CData(text) => seen += &text,
                Event::GeneralRef(name) => {
                    seen += &quick_xml::escape::unescape(&format!("&{};", &*name)).unwrap();
                }
                Event::Eof => return seen,
                _ => {}
            }
        }
    }

    /// Elements of a sheet, within each other, as software may write them.
    fn element() -> impl Strategy<Value = String> {
        let text = prop::sample::select(vec![
            "",
            "a",
            " é ",
            "&amp;",
            "&#233;&lt;",
            "a > b",
            "<![CDATA[<c>]]>",
            "<!-- <v> -->",
            "12.5",
        ]);
        let leaf = (prop::sample::select(vec!["v", "x:v", "t"]), text.clone(), text);
        let leaf = leaf.prop_map(|(name, one, two)| format!("<{name}>{one}{two}</{name}>"));
        leaf.prop_recursive(3, 24, 4, |inner| {
            let tag = prop::sample::select(vec![
                "c",
                "c r=\"A1\" s = '2'",
                "x:row  spans=\"1:2 &gt;/>\"\n",
                "is t='\"'",
            ]);
            (tag, prop::collection::vec(inner, 0..4)).prop_map(|(tag, inner)| {
                let name = tag.split_ascii_whitespace().next().unwrap();
                match inner.len() {
                    0 => format!("<{tag}/>"),
                    _ => format!("<{tag}>{}</{name} >", inner.concat()),
                }
            })
        })
    }

    proptest! {
        #[test]
        fn tags_are_those_that_the_library_reads(text in element()) {
            let text = format!("<?xml version=\"1.0\"?>{text}");
            prop_assert_eq!(ours(&text).unwrap(), theirs(&text));
        }

        #[test]
        fn no_text_stops_it(text in "[<>/!?='\" a&;\\[\\]-]{0,30}") {
            let _ = ours(&text);
        }
    }

    #[test]
    fn what_is_cut_or_defined_is_refused() {
        for text in ["<", "<a", "<a b='>", "<!-- ", "<![CDATA[ ]]", "<?x", "<a b>", "<a>&b;"] {
            assert!(matches!(ours(text), Err(Refusal::Damaged)), "{text}");
        }
        assert!(matches!(ours("<!DOCTYPE x>"), Err(Refusal::OutOfBounds { .. })));
    }
}
