//! XLSX → rows, streamed: each sheet is parsed while it is inflated, a few rows at a time.
//!
//! Ours rather than calamine's reader, which believes what an archive holds in memory: it needed a
//! first inflating of everything, only to measure it, and twice the time of this one.
//!
//! Not read: formulas (their stored values are), styles but those of days, notes, drawings, and
//! whatever is not a sheet of cells.

mod sheet;
mod strings;
mod tags;

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use domain::validate::Refusal;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use self::sheet::Sheet;
use self::strings::Strings;
use super::EachRow;
use super::formats::{is_date, shows_a_date};
use super::pieces::Pieces;
use super::xml::attribute;
use super::zip_door::{self, MOST_INFLATED, MOST_SHEETS, bounds, unreadable, weigh};

/// The part that lists the sheets, and the one that says where they are.
const BOOK: &str = "xl/workbook.xml";
const RELATIONS: &str = "xl/_rels/workbook.xml.rels";
/// Most bytes of a part that is read whole: styles, relations, list of sheets.
const MOST_SMALL: u64 = 8 * 1024 * 1024;
/// Most bytes that the table of shared strings inflates to.
const MOST_SHARED: u64 = 64 * 1024 * 1024;

/// An open workbook.
#[derive(Debug)]
pub struct Workbook<'a> {
    archive: Archive<'a>,
    /// The names of the sheets, and where each is in the archive.
    names: Vec<String>,
    places: Vec<usize>,
    strings: Strings,
    /// Which styles show a day, in their order.
    dates: Vec<bool>,
    from_1904: bool,
}

impl<'a> Workbook<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Refusal> {
        let mut archive = Archive(zip_door::open(bytes)?);
        let book = archive.small(BOOK)?.ok_or(Refusal::Damaged)?;
        let relations = archive.small(RELATIONS)?.ok_or(Refusal::Damaged)?;
        let relations = Relations::read(&relations)?;
        let mut opened = Self {
            archive,
            names: Vec::new(),
            places: Vec::new(),
            strings: Strings::default(),
            dates: Vec::new(),
            from_1904: false,
        };
        each_tag(&book, |name, tag| {
            match name {
                "workbookPr" => opened.from_1904 = is_true(&attribute(tag, "date1904")?),
                "sheet" => opened.add_sheet(tag, &relations)?,
                _ => {}
            }
            Ok(())
        })?;
        let styles = relations.of_kind("/styles").unwrap_or("xl/styles.xml");
        if let Some(styles) = opened.archive.small(styles)? {
            opened.dates = dates(&styles)?;
        }
        let strings = relations.of_kind("/sharedStrings").unwrap_or("xl/sharedStrings.xml");
        if let Some(place) = opened.archive.place(strings) {
            opened.strings =
                Strings::read(&mut opened.archive.pieces(place, b"si>", MOST_SHARED)?)?;
        }
        Ok(opened)
    }

    /// Notes a sheet of cells; charts and macros are left out.
    fn add_sheet(&mut self, tag: &BytesStart<'_>, relations: &Relations) -> Result<(), Refusal> {
        let path = relations.sheet(&attribute(tag, "id")?);
        if let Some(place) = path.and_then(|path| self.archive.place(path))
            // Several names for one sheet would have it read as many times.
            && !self.places.contains(&place)
            && self.places.len() < MOST_SHEETS
        {
            self.places.push(place);
            self.names.push(attribute(tag, "name")?);
        }
        Ok(())
    }

    /// The names of the sheets.
    pub(super) fn sheets(&self) -> &[String] {
        &self.names
    }

    /// Whether serial dates count from 1904.
    pub(super) fn counts_from_1904(&self) -> bool {
        self.from_1904
    }

    pub(super) fn rows(&mut self, sheet: usize, each: &mut EachRow<'_>) -> Result<(), Refusal> {
        let Some(place) = self.places.get(sheet) else { return Ok(()) };
        let mut pieces = self.archive.pieces(*place, b"row>", MOST_INFLATED)?;
        Sheet::new(&self.strings, &self.dates, self.from_1904).read(&mut pieces, each)
    }
}

/// The parts of a workbook.
#[derive(Debug)]
struct Archive<'a>(ZipArchive<Cursor<&'a [u8]>>);

impl Archive<'_> {
    /// Where a part is. Software does not agree on capitals.
    fn place(&self, path: &str) -> Option<usize> {
        let is_it = |name: &str| {
            let same = |(a, b): (u8, u8)| a.eq_ignore_ascii_case(&b) || (a, b) == (b'\\', b'/');
            name.len() == path.len() && name.bytes().zip(path.bytes()).all(same)
        };
        self.0.file_names().position(|name| name.is_ok_and(|name| is_it(&name)))
    }

    /// A part that is read whole, if it is there.
    fn small(&mut self, path: &str) -> Result<Option<String>, Refusal> {
        let Some(place) = self.place(path) else { return Ok(None) };
        let part = self.0.by_index(place).map_err(|error| unreadable(&error))?;
        let packed = part.compressed_size();
        let mut bytes = Vec::new();
        part.take(MOST_SMALL + 1).read_to_end(&mut bytes).map_err(|_| Refusal::Damaged)?;
        weigh(bytes.len() as u64, packed)?;
        if bytes.len() as u64 > MOST_SMALL {
            return Err(bounds("bien plus de données qu’une liste d’apprenants"));
        }
        String::from_utf8(bytes).map(Some).map_err(|_| Refusal::Damaged)
    }

    /// A part that is read in pieces.
    fn pieces(
        &mut self,
        place: usize,
        end: &'static [u8],
        most: u64,
    ) -> Result<Pieces<impl std::io::Read>, Refusal> {
        let part = self.0.by_index(place).map_err(|error| unreadable(&error))?;
        let packed = part.compressed_size();
        Ok(Pieces::new(part, end, packed, most))
    }
}

/// Where the parts that the list of sheets names are.
struct Relations(Vec<Relation>);

struct Relation {
    id: String,
    kind: String,
    path: String,
}

impl Relations {
    fn read(text: &str) -> Result<Self, Refusal> {
        let mut relations = Vec::new();
        each_tag(text, |name, tag| {
            if name == "Relationship" && attribute(tag, "TargetMode")? != "External" {
                relations.push(Relation {
                    id: attribute(tag, "Id")?,
                    kind: attribute(tag, "Type")?,
                    path: path_of(&attribute(tag, "Target")?),
                });
            }
            Ok(())
        })?;
        Ok(Self(relations))
    }

    fn sheet(&self, id: &str) -> Option<&str> {
        let is_it = |one: &&Relation| one.id == id && one.kind.ends_with("/worksheet");
        self.0.iter().find(is_it).map(|one| one.path.as_str())
    }

    fn of_kind(&self, kind: &str) -> Option<&str> {
        self.0.iter().find(|one| one.kind.ends_with(kind)).map(|one| one.path.as_str())
    }
}

/// Where a target is in the archive: most are said from where the list of sheets is.
fn path_of(target: &str) -> String {
    let mut path = match target.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => vec!["xl"],
    };
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(path.pop()),
            step => path.push(step),
        }
    }
    path.join("/")
}

/// Which styles of cells show a day.
fn dates(styles: &str) -> Result<Vec<bool>, Refusal> {
    let mut formats = BTreeMap::new();
    let mut shown_as: Vec<u16> = Vec::new();
    let mut list = String::new();
    each_tag(styles, |name, tag| {
        let format = || Ok::<_, Refusal>(attribute(tag, "numFmtId")?.parse().unwrap_or_default());
        match (list.as_str(), name) {
            ("numFmts", "numFmt") => {
                formats.insert(format()?, shows_a_date(&attribute(tag, "formatCode")?));
            }
            ("cellXfs", "xf") => shown_as.push(format()?),
            (_, "numFmts" | "cellXfs" | "cellStyleXfs" | "cellStyles" | "dxfs") => {
                name.clone_into(&mut list);
            }
            _ => {}
        }
        Ok(())
    })?;
    let date = |format| formats.get(&format).copied().unwrap_or_else(|| is_date(format));
    Ok(shown_as.into_iter().map(date).collect())
}

/// Hands over the tags that open, each with its name without prefix.
fn each_tag(
    text: &str,
    mut each: impl FnMut(&str, &BytesStart<'_>) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let mut xml = Reader::from_str(text.trim_start_matches('\u{feff}'));
    loop {
        match xml.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) => each(tag.local_name().as_ref(), &tag)?,
            Ok(Event::Eof) => return Ok(()),
            // Entities are for bombs.
            Ok(Event::DocType(_)) => return Err(bounds("une définition de document")),
            Ok(_) => {}
            Err(_) => return Err(Refusal::Damaged),
        }
    }
}

fn is_true(written: &str) -> bool {
    matches!(written, "1" | "true" | "on")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found_where_relations_say() {
        for (target, path) in [
            ("worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("/xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("../xl/./styles.xml", "xl/styles.xml"),
            ("../../../etc/passwd", "etc/passwd"),
        ] {
            assert_eq!(path_of(target), path);
        }
    }

    #[test]
    fn styles_that_show_a_day_are_known() {
        let styles = r#"<x:styleSheet><x:numFmts count="2"><x:numFmt numFmtId="164" formatCode="&quot;le &quot;dd/mm/yyyy"/>
            <x:numFmt numFmtId="165" formatCode="0.00"/></x:numFmts><x:cellStyleXfs><x:xf numFmtId="14"/></x:cellStyleXfs>
            <x:cellXfs><x:xf/><x:xf numFmtId="14"/><x:xf numFmtId="164"><x:alignment/></x:xf><x:xf numFmtId="165"/></x:cellXfs>
            <x:dxfs><x:dxf><x:numFmt numFmtId="165" formatCode="dd/mm"/></x:dxf></x:dxfs></x:styleSheet>"#;
        assert_eq!(dates(styles).unwrap(), [false, true, true, false]);
    }
}
