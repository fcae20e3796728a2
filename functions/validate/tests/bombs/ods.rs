//! Hostile `OpenDocument` workbooks.

use zip::write::SimpleFileOptions;

use super::{BOUNDS, Bomb, pack, stored};

const HEADER: &str = "file_has_a_header";

pub(super) static BOMBS: &[Bomb] = &[
    Bomb { name: "two_cells.ods", rule: HEADER, bytes: two_cells },
    Bomb { name: "repeated.ods", rule: HEADER, bytes: repeated },
    Bomb { name: "repeated_list.ods", rule: "file_has_few_enough_rows", bytes: repeated_list },
    Bomb { name: "repeated_text.ods", rule: BOUNDS, bytes: repeated_text },
    Bomb { name: "many_cells.ods", rule: HEADER, bytes: many_cells },
    Bomb { name: "many_sheets.ods", rule: HEADER, bytes: many_sheets },
    Bomb { name: "many_tags.ods", rule: BOUNDS, bytes: many_tags },
    Bomb { name: "spaces.ods", rule: HEADER, bytes: spaces },
    Bomb { name: "long_text.ods", rule: BOUNDS, bytes: long_text },
    Bomb { name: "long_name.ods", rule: BOUNDS, bytes: long_name },
    Bomb { name: "deep.ods", rule: "file_is_whole", bytes: deep },
    Bomb { name: "entities.ods", rule: BOUNDS, bytes: entities },
    Bomb { name: "zeros.ods", rule: BOUNDS, bytes: zeros },
    Bomb { name: "password.ods", rule: "file_is_not_encrypted", bytes: password },
    Bomb { name: "no_content.ods", rule: "file_extension_is_right", bytes: no_content },
    Bomb { name: "letter.ods", rule: "file_is_a_spreadsheet", bytes: letter },
];

const WORKBOOK: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";
const START: &str = r#"<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>"#;
const END: &str = "</office:spreadsheet></office:body></office:document-content>";

fn parts<'a>(kind: &'a [u8], manifest: &'a [u8], content: &'a [u8]) -> [(&'a str, &'a [u8]); 3] {
    [("mimetype", kind), ("content.xml", content), ("META-INF/manifest.xml", manifest)]
}

fn book(content: &str, how: SimpleFileOptions) -> Vec<u8> {
    pack(parts(WORKBOOK, b"<manifest:manifest/>", content.as_bytes()), how)
}

/// A workbook of one sheet, not deflated.
fn sheet(rows: &str) -> Vec<u8> {
    book(&format!(r#"{START}<table:table table:name="F">{rows}</table:table>{END}"#), stored())
}

fn text(text: &str) -> String {
    format!(
        r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#
    )
}

fn two_cells() -> Vec<u8> {
    sheet(&format!(
        r#"<table:table-row>{0}</table:table-row><table:table-row table:number-rows-repeated="4294967295"/><table:table-row><table:table-cell table:number-columns-repeated="4294967295"/>{0}</table:table-row>"#,
        text("a")
    ))
}

/// Every cell there can be, and more, said in one.
fn repeated() -> Vec<u8> {
    sheet(
        r#"<table:table-row table:number-rows-repeated="99999999999"><table:table-cell table:number-columns-repeated="99999999999" office:value-type="float" office:value="1"/></table:table-row>"#,
    )
}

/// A list whose only learner is there a thousand million times.
fn repeated_list() -> Vec<u8> {
    let headers: String =
        domain::validate::Column::ALL.iter().map(|column| text(column.name())).collect();
    sheet(&format!(
        r#"<table:table-row>{headers}</table:table-row><table:table-row table:number-rows-repeated="1000000000">{}</table:table-row>"#,
        text("a")
    ))
}

/// A text of many letters in every column of many rows.
fn repeated_text() -> Vec<u8> {
    let cell = text(&"a".repeat(100_000))
        .replace("<table:table-cell", r#"<table:table-cell table:number-columns-repeated="1000""#);
    sheet(&format!(
        r#"<table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row>"#
    ))
}

fn many_cells() -> Vec<u8> {
    let rows =
        format!("<table:table-row>{}</table:table-row>", "<table:table-cell/>".repeat(1_500_000));
    sheet(&rows)
}

fn many_sheets() -> Vec<u8> {
    let sheets = r#"<table:table table:name="F"/>"#.repeat(500_000);
    book(&format!("{START}{sheets}{END}"), stored())
}

/// As many tags as fit in what may be inflated.
fn many_tags() -> Vec<u8> {
    let rows = format!("<table:table-row>{}</table:table-row>", "<a/><b/>".repeat(18_000_000));
    book(
        &format!(r#"{START}<table:table table:name="F">{rows}</table:table>{END}"#),
        SimpleFileOptions::default().compression_level(Some(1)),
    )
}

fn spaces() -> Vec<u8> {
    sheet(&format!(
        "<table:table-row>{}</table:table-row>",
        text(&r#"<text:s text:c="4294967295"/>"#.repeat(10))
    ))
}

fn long_text() -> Vec<u8> {
    sheet(&format!("<table:table-row>{}</table:table-row>", text(&"a".repeat(8 * 1024 * 1024))))
}

fn long_name() -> Vec<u8> {
    let name = "a".repeat(8 * 1024 * 1024);
    book(&format!(r#"{START}<table:table table:name="{name}"/>{END}"#), stored())
}

fn deep() -> Vec<u8> {
    sheet(&"<a>".repeat(5_000_000))
}

fn entities() -> Vec<u8> {
    let lol = r#"<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>"#;
    book(&START.replace("?>", &format!("?>{lol}")), stored())
}

/// A part that inflates a thousand times.
fn zeros() -> Vec<u8> {
    book(&format!("{START}{}", " ".repeat(200 * 1024 * 1024)), SimpleFileOptions::default())
}

fn password() -> Vec<u8> {
    let manifest = br#"<manifest:manifest><manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry></manifest:manifest>"#;
    pack(parts(WORKBOOK, manifest, b"\x9d\x01\xfe"), stored())
}

fn no_content() -> Vec<u8> {
    pack([("mimetype", WORKBOOK), ("styles.xml", b"<x/>".as_slice())], stored())
}

fn letter() -> Vec<u8> {
    let text = b"application/vnd.oasis.opendocument.text";
    pack(parts(text, b"<manifest:manifest/>", b"<x/>"), stored())
}
