//! Hostile files: each is answered in under two seconds of CPU and within 128 MB, kindly.
//!
//! Memory cannot be counted from inside without unsafe code, so each file is judged by a child
//! process (this same program, told which file by [`BOMB`]) that says what it cost as the system
//! saw it. That is why this test has a `main` of its own.

#![expect(clippy::print_stdout, reason = "the child answers its parent")]

mod archives;
mod ods;
mod xls;

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::path::Path;
use std::process::Command;

use domain::vocabulary::KeySecret;
use validate::check::{Circumstances, check};
use zip::write::SimpleFileOptions;

/// Names the file that a child must judge.
const BOMB: &str = "BOMB";
/// Most CPU time, in hundredths of a second. Code that is not optimised is some ten times slower.
const MOST_TICKS: u64 = if cfg!(debug_assertions) { 3_000 } else { 200 };
const MOST_PEAK_KB: u64 = 128 * 1024;

/// A hostile file: its name, the rule that answers it, and how to make it.
struct Bomb {
    name: &'static str,
    rule: &'static str,
    bytes: fn() -> Vec<u8>,
}

const BOUNDS: &str = "file_keeps_within_bounds";

static BOMBS: &[Bomb] = &[
    // Workbooks that ask for gigabytes.
    Bomb { name: "two_cells.xlsx", rule: "file_has_a_header", bytes: two_cells },
    Bomb { name: "long_string.xlsx", rule: BOUNDS, bytes: long_string },
    Bomb { name: "long_string_stored.xlsx", rule: BOUNDS, bytes: long_string_stored },
    Bomb { name: "many_cells.xlsx", rule: BOUNDS, bytes: many_cells },
    Bomb { name: "many_cells_stored.xlsx", rule: BOUNDS, bytes: many_cells_stored },
    Bomb { name: "wide_rows.xlsx", rule: BOUNDS, bytes: wide_rows },
    Bomb { name: "many_strings.xlsx", rule: BOUNDS, bytes: many_strings },
    Bomb { name: "shared_text.xlsx", rule: BOUNDS, bytes: shared_text },
    Bomb { name: "announced_strings.xlsx", rule: "file_has_a_header", bytes: announced_strings },
    Bomb { name: "many_styles.xlsx", rule: "file_has_a_header", bytes: many_styles },
    Bomb {
        name: "styles_named_as_a_sheet.xlsx",
        rule: "file_is_whole",
        bytes: styles_named_as_a_sheet,
    },
    Bomb { name: "sheet_without_extension.xlsx", rule: BOUNDS, bytes: sheet_without_extension },
    Bomb { name: "long_tag.xlsx", rule: BOUNDS, bytes: long_tag },
    Bomb { name: "many_parts.xlsx", rule: BOUNDS, bytes: many_parts },
    // Workbooks that are not what they say.
    Bomb { name: "nested.xlsx", rule: "file_extension_is_right", bytes: nested },
    Bomb { name: "nested.zip", rule: "file_extension_is_right", bytes: nested },
    Bomb { name: "climbing.xlsx", rule: BOUNDS, bytes: climbing },
    Bomb { name: "external_link.xlsx", rule: "file_has_a_header", bytes: external_link },
    Bomb { name: "entities.xlsx", rule: BOUNDS, bytes: entities },
    Bomb { name: "truncated.xlsx", rule: "file_is_whole", bytes: truncated },
    Bomb { name: "encrypted.xlsx", rule: "file_is_not_encrypted", bytes: encrypted },
    Bomb { name: "macros.xlsx", rule: "file_format_is_known", bytes: macros },
    // Texts.
    Bomb { name: "open_quote.csv", rule: BOUNDS, bytes: open_quote },
    Bomb { name: "million_columns.csv", rule: BOUNDS, bytes: million_columns },
    Bomb { name: "one_line.csv", rule: BOUNDS, bytes: one_line },
    Bomb { name: "zeros.csv", rule: "file_is_text", bytes: zeros },
    Bomb { name: "carriage_returns.csv", rule: "file_has_a_header", bytes: carriage_returns },
    Bomb { name: "not_utf8.csv", rule: "file_has_a_header", bytes: not_utf8 },
    Bomb { name: "quotes.csv", rule: "file_has_a_header", bytes: quotes },
    Bomb { name: "separators.csv", rule: BOUNDS, bytes: separators },
    Bomb { name: "noise.csv", rule: "file_is_text", bytes: noise },
];

fn main() {
    if let Ok(path) = std::env::var(BOMB) {
        answer(Path::new(&path));
        return;
    }
    let program = std::env::current_exe().expect("this program has a path");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let mut failures = String::new();
    let (mut slowest, mut largest) = (0, 0);
    // `cargo test --test bombs -- .ods` judges those of that name.
    let named: Vec<String> =
        std::env::args().skip(1).filter(|name| !name.starts_with('-')).collect();
    let wanted = |bomb: &&Bomb| {
        named.is_empty() || named.iter().any(|name| bomb.name.contains(name.as_str()))
    };
    let all = [BOMBS, xls::BOMBS, ods::BOMBS, archives::BOMBS];
    let bombs = || all.into_iter().flatten().filter(wanted);
    for bomb in bombs() {
        let path = folder.join(bomb.name);
        std::fs::write(&path, (bomb.bytes)()).expect("the folder takes it");
        let child = Command::new(&program).env(BOMB, &path).output().expect("a child starts");
        std::fs::remove_file(&path).expect("the folder gives it back");
        let said = String::from_utf8_lossy(&child.stdout);
        let mut words = said.split_whitespace();
        let rule = words.next().unwrap_or_default();
        let mut number = || words.next().and_then(|word| word.parse().ok()).unwrap_or(u64::MAX);
        let (ticks, peak_kb) = (number(), number());
        (slowest, largest) = (slowest.max(ticks), largest.max(peak_kb));
        if rule != bomb.rule || ticks > MOST_TICKS || peak_kb > MOST_PEAK_KB {
            let _ = writeln!(failures, "{} ({}): {said}", bomb.name, child.status);
        }
    }
    assert!(failures.is_empty(), "rule, hundredths of a second, kilobytes:\n{failures}");
    println!(
        "{} hostile files answered: at most {:.2} CPU-s and {} MB",
        bombs().count(),
        slowest as f64 / 100.0,
        largest / 1024
    );
}

/// Judges one file and prints the rule that answers it, its CPU time and its peak.
fn answer(path: &Path) {
    let bytes = std::fs::read(path).expect("the parent wrote it");
    let secret = KeySecret::new(&[7; 32]);
    let circumstances = Circumstances {
        file_name: path.file_name().and_then(|name| name.to_str()).unwrap_or_default(),
        sender: None,
        school_year: None,
        today: "2026-11-22".parse().expect("a day"),
        secret: &secret,
        reference: None,
    };
    // What is kept costs memory, as it does in the Lambda.
    let mut kept = Vec::new();
    let report = check(&bytes, &circumstances, &mut |record, identity| {
        kept.push((record.clone(), identity.clone()));
    });
    let said = report.summary.first().filter(|group| {
        [&report.sentence, &group.message, &group.fix].iter().all(|text| text.ends_with('.'))
    });
    println!("{} {} {}", said.map_or("none", |group| group.rule), ticks(), peak_kb());
}

/// The CPU time of this process, in hundredths of a second.
fn ticks() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit_once(") ").map_or("", |(_, fields)| fields);
    fields.split(' ').skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum()
}

/// The most memory this process ever held, in kilobytes.
fn peak_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(u64::MAX)
}

// How they are made.

const TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>"#;
const PACKAGE: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &str = r#"<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Feuil1" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const SHEET: &str = "xl/worksheets/sheet1.xml";

fn relations(sheet: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="{sheet}"/></Relationships>"#
    )
}

/// An archive of these parts, deflated.
fn archive<'a>(parts: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    pack(parts, SimpleFileOptions::default())
}

fn pack<'a>(
    parts: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    how: SimpleFileOptions,
) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(name, how).expect("a part starts");
        writer.write_all(content).expect("memory takes all");
    }
    writer.finish().expect("memory takes all").into_inner()
}

fn stored() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored)
}

/// A workbook of one sheet, with other parts beside it.
fn book(sheet: &[u8], others: &[(&str, &[u8])]) -> Vec<u8> {
    book_of(sheet, others, SimpleFileOptions::default())
}

fn book_of(sheet: &[u8], others: &[(&str, &[u8])], how: SimpleFileOptions) -> Vec<u8> {
    let relations = relations("worksheets/sheet1.xml");
    let parts = [
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", PACKAGE.as_bytes()),
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
        (SHEET, sheet),
    ];
    pack(parts.into_iter().chain(others.iter().copied()), how)
}

fn sheet(rows: &str) -> Vec<u8> {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
    )
    .into_bytes()
}

fn two_cells() -> Vec<u8> {
    let rows = r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>"#;
    book(&sheet(rows), &[])
}

fn long_string() -> Vec<u8> {
    // Written piece by piece, so that making it costs nothing: 512 MiB of one letter.
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let relations = relations("worksheets/sheet1.xml");
    let small = [
        ("_rels/.rels", PACKAGE),
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", &relations),
    ];
    for (name, content) in small {
        writer.start_file(name, SimpleFileOptions::default()).expect("a part starts");
        writer.write_all(content.as_bytes()).expect("memory takes all");
    }
    let fast = SimpleFileOptions::default().compression_level(Some(1));
    writer.start_file(SHEET, fast).expect("a part starts");
    writer.write_all(br#"<worksheet><sheetData><row><c t="inlineStr"><is><t>"#).expect("memory");
    let piece = vec![b'a'; 1024 * 1024];
    for _ in 0..512 {
        writer.write_all(&piece).expect("memory takes all");
    }
    writer.write_all(b"</t></is></c></row></sheetData></worksheet>").expect("memory takes all");
    writer.finish().expect("memory takes all").into_inner()
}

fn long_string_stored() -> Vec<u8> {
    let text = "a".repeat(8 * 1024 * 1024);
    let rows = format!(r#"<row r="1"><c r="A1" t="inlineStr"><is><t>{text}</t></is></c></row>"#);
    book_of(&sheet(&rows), &[], stored())
}

fn many_cells() -> Vec<u8> {
    let rows = format!("<row>{}</row>", "<c><v>1</v></c>".repeat(18_000_000));
    book(&sheet(&rows), &[])
}

/// Cells that are not deflated, as many as a file may hold.
fn many_cells_stored() -> Vec<u8> {
    let rows = format!("<row>{}</row>", "<c/>".repeat(29 * 256 * 1024));
    book_of(&sheet(&rows), &[], stored())
}

/// A list of every column, and of as many others: each row is read to its end.
fn wide_rows() -> Vec<u8> {
    let mut rows = String::from("<row>");
    for header in domain::validate::Column::ALL {
        let _ = write!(rows, r#"<c t="inlineStr"><is><t>{header}</t></is></c>"#);
    }
    rows += "</row>";
    for row in 0..40_000 {
        rows += "<row>";
        for cell in 0..210 {
            let _ = write!(rows, "<c><v>{}</v></c>", (row * 7 + cell * 31) % 10);
        }
        rows += "</row>";
    }
    book_of(&sheet(&rows), &[], SimpleFileOptions::default().compression_level(Some(1)))
}

fn many_strings() -> Vec<u8> {
    let strings = format!("<sst>{}</sst>", "<si><t/></si>".repeat(2_100_000));
    book_of(&sheet(""), &[("xl/sharedStrings.xml", strings.as_bytes())], stored())
}

/// One text of thirty thousand letters, that each row points to.
fn shared_text() -> Vec<u8> {
    let mut rows = String::from("<row>");
    let mut strings = String::from("<sst>");
    let headers = domain::validate::Column::ALL;
    for (place, header) in headers.iter().enumerate() {
        let _ = write!(rows, r#"<c t="s"><v>{place}</v></c>"#);
        let _ = write!(strings, "<si><t>{header}</t></si>");
    }
    rows += "</row>";
    let row = format!(r#"<c t="s"><v>{}</v></c>"#, headers.len()).repeat(headers.len());
    rows += &format!("<row>{row}</row>").repeat(10_000);
    let _ = write!(strings, "<si><t>{}</t></si></sst>", "Dupont ".repeat(4_500));
    book(&sheet(&rows), &[("xl/sharedStrings.xml", strings.as_bytes())])
}

fn announced_strings() -> Vec<u8> {
    let strings = br#"<sst count="9999999999" uniqueCount="9999999999"><si><t>a</t></si></sst>"#;
    book(&sheet(""), &[("xl/sharedStrings.xml", strings)])
}

fn many_styles() -> Vec<u8> {
    let styles = format!("<styleSheet><cellXfs>{}</cellXfs></styleSheet>", "<xf/>".repeat(900_000));
    book_of(&sheet(""), &[("xl/styles.xml", styles.as_bytes())], stored())
}

/// The package says that the workbook lives among the sheets, and so do its styles.
fn styles_named_as_a_sheet() -> Vec<u8> {
    let package = PACKAGE.replace("xl/workbook.xml", "xl/worksheets/workbook.xml");
    let styles = format!("<worksheet><cellXfs>{}</cellXfs></worksheet>", "<xf/>".repeat(4_000_000));
    let relations = relations("sheet1.xml");
    let sheet = sheet("");
    let parts = [
        ("_rels/.rels", package.as_bytes()),
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/worksheets/workbook.xml", BOOK.as_bytes()),
        ("xl/worksheets/_rels/workbook.xml.rels", relations.as_bytes()),
        (SHEET, &sheet),
        ("xl/worksheets/styles.xml", styles.as_bytes()),
    ];
    pack(parts, stored())
}

/// The sheet is in a part that no scan of XML would open.
fn sheet_without_extension() -> Vec<u8> {
    let rows = format!("<row>{}</row>", "<c><v>1</v></c>".repeat(1_000_000));
    let relations = relations("media/image1.png");
    let sheet = sheet(&rows);
    let parts = [
        ("_rels/.rels", PACKAGE.as_bytes()),
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
        ("xl/media/image1.png", &sheet),
    ];
    pack(parts, stored())
}

fn long_tag() -> Vec<u8> {
    let rows = format!(r#"<row r="1" {}="1"/>"#, "a".repeat(8 * 1024 * 1024));
    book_of(&sheet(&rows), &[], stored())
}

fn many_parts() -> Vec<u8> {
    let names: Vec<String> = (0..60_000).map(|place| format!("xl/media/{place}.png")).collect();
    let parts = names.iter().map(|name| (name.as_str(), b"".as_slice()));
    pack([("xl/workbook.xml", BOOK.as_bytes())].into_iter().chain(parts), stored())
}

fn nested() -> Vec<u8> {
    let mut inner = two_cells();
    for _ in 0..10 {
        inner = archive([("liste.xlsx", inner.as_slice())]);
    }
    inner
}

fn climbing() -> Vec<u8> {
    book(&sheet(""), &[("../../etc/passwd", b"root")])
}

fn external_link() -> Vec<u8> {
    let link = br#"<Relationships><Relationship Id="rId1" Type="externalLinkPath" Target="http://169.254.169.254/latest/meta-data/" TargetMode="External"/></Relationships>"#;
    book(&two_cells_sheet(), &[("xl/externalLinks/_rels/externalLink1.xml.rels", link)])
}

fn two_cells_sheet() -> Vec<u8> {
    sheet(r#"<row r="1"><c r="A1"><v>1</v></c></row>"#)
}

fn entities() -> Vec<u8> {
    let mut text = String::from(r#"<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "aaaaaaaaaa">"#);
    for level in 1..10 {
        let _ = write!(text, "<!ENTITY a{level} \"{}\">", format!("&a{};", level - 1).repeat(10));
    }
    text += r#"]><worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&a9;</t></is></c></row></sheetData></worksheet>"#;
    book(text.as_bytes(), &[])
}

fn truncated() -> Vec<u8> {
    let mut whole = two_cells();
    whole.truncate(whole.len() / 2);
    whole
}

fn encrypted() -> Vec<u8> {
    let name = "EncryptedPackage".bytes().flat_map(|letter| [letter, 0]);
    let mut bytes = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    bytes.resize(8 * 1024, 0);
    bytes.extend(name);
    bytes.resize(64 * 1024, 0xff);
    bytes
}

fn macros() -> Vec<u8> {
    book(&sheet(""), &[("xl/vbaProject.bin", b"\xd0\xcf")])
}

const HEADER: &str = "nom_apprenant;prenom_apprenant;sexe_apprenant\n";

fn open_quote() -> Vec<u8> {
    format!("{HEADER}\"{}", "x;y\n".repeat(2_000_000)).into_bytes()
}

fn million_columns() -> Vec<u8> {
    "nom_apprenant;".repeat(1_000_000).into_bytes()
}

fn one_line() -> Vec<u8> {
    vec![b'a'; 16 * 1024 * 1024]
}

fn zeros() -> Vec<u8> {
    let mut bytes = HEADER.as_bytes().to_vec();
    bytes.resize(16 * 1024 * 1024, 0);
    bytes
}

fn carriage_returns() -> Vec<u8> {
    vec![b'\r'; 16 * 1024 * 1024].into_iter().chain(*b"a\r").collect()
}

fn not_utf8() -> Vec<u8> {
    b"\xff\xc0\x80;\xed\xa0\x80\n".repeat(1_000_000)
}

fn quotes() -> Vec<u8> {
    b"\"\"\"\";\"\"\n".repeat(2_000_000)
}

fn separators() -> Vec<u8> {
    vec![b';'; 16 * 1024 * 1024]
}

/// Every byte, in an order that no format has.
fn noise() -> Vec<u8> {
    let mut state = 0x9e37_79b9_u32;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    std::iter::once(b'n').chain(std::iter::repeat_with(next)).take(8 * 1024 * 1024).collect()
}
