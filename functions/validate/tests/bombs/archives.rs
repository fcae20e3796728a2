//! Hostile archives, in place of one that holds a list.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;

use super::{BOUNDS, Bomb, HEADER, archive, climbing, stored};

const ONE_LIST: &str = "archive_holds_one_list";

pub(super) static BOMBS: &[Bomb] = &[
    Bomb { name: "zeros.zip", rule: "file_is_small_enough", bytes: zeros },
    Bomb { name: "heavy.zip", rule: "file_is_small_enough", bytes: heavy },
    Bomb { name: "larger_than_said.zip", rule: "file_is_whole", bytes: larger_than_said },
    Bomb { name: "smaller_than_said.zip", rule: "columns_are_all_there", bytes: smaller_than_said },
    Bomb { name: "thousands.zip", rule: BOUNDS, bytes: thousands },
    Bomb { name: "announced.zip", rule: "file_is_whole", bytes: announced },
    Bomb { name: "climbing.zip", rule: BOUNDS, bytes: climbing_list },
    Bomb { name: "climbing_workbook.zip", rule: BOUNDS, bytes: climbing },
    Bomb { name: "password.zip", rule: "file_is_not_encrypted", bytes: password },
    Bomb { name: "two_lists.zip", rule: ONE_LIST, bytes: two_lists },
    Bomb { name: "no_list.zip", rule: ONE_LIST, bytes: no_list },
    Bomb { name: "nothing.zip", rule: ONE_LIST, bytes: nothing },
    Bomb { name: "archive_beside.zip", rule: ONE_LIST, bytes: archive_beside },
    Bomb {
        name: "archive_named_csv.zip",
        rule: "file_extension_is_right",
        bytes: archive_named_csv,
    },
    Bomb { name: "picture_named_xls.zip", rule: "file_is_a_spreadsheet", bytes: picture_named_xls },
    Bomb { name: "cut.zip", rule: "file_is_whole", bytes: cut },
];

/// A list of nothing, half a gigabyte long.
fn zeros() -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let fast = SimpleFileOptions::default().compression_level(Some(1));
    writer.start_file("liste.csv", fast).expect("a part starts");
    let piece = vec![b'a'; 1024 * 1024];
    for _ in 0..512 {
        writer.write_all(&piece).expect("memory takes all");
    }
    writer.finish().expect("memory takes all").into_inner()
}

/// A list that deflates as lists do, and is too heavy once unpacked.
fn heavy() -> Vec<u8> {
    let mut list = String::from(HEADER);
    for learner in 0..3_000_000 {
        let _ = writeln!(list, "{learner};Dupont;Camille;1");
    }
    let fast = SimpleFileOptions::default().compression_level(Some(1));
    super::pack([("liste.csv", list.as_bytes())], fast)
}

/// An archive of one list whose directory lies about its size.
fn lying(size: u32) -> Vec<u8> {
    let list = HEADER.repeat(1_000);
    let mut bytes = archive([("liste.csv", list.as_bytes())]);
    let entry = memchr::memmem::rfind(&bytes, b"PK\x01\x02").expect("a directory");
    bytes[entry + 24..entry + 28].copy_from_slice(&size.to_le_bytes());
    bytes
}

fn larger_than_said() -> Vec<u8> {
    lying(1)
}

fn smaller_than_said() -> Vec<u8> {
    lying(0xffff_fffe)
}

fn thousands() -> Vec<u8> {
    let names: Vec<String> = (0..60_000).map(|place| format!("{place}.csv")).collect();
    archive(names.iter().map(|name| (name.as_str(), b"".as_slice())))
}

/// An end that announces as many entries as there can be.
fn announced() -> Vec<u8> {
    let mut bytes = archive([("liste.csv", HEADER.as_bytes())]);
    let end = memchr::memmem::rfind(&bytes, b"PK\x05\x06").expect("an end");
    bytes[end + 8..end + 12].fill(0xff);
    bytes[end + 12..end + 20].fill(0xff);
    bytes
}

fn climbing_list() -> Vec<u8> {
    archive([("..\\..\\liste.csv", HEADER.as_bytes())])
}

/// A list that says it is under a password, as archives do: by a bit.
fn password() -> Vec<u8> {
    let mut bytes = archive([("liste.csv", HEADER.as_bytes())]);
    for (mark, flags) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let entry = memchr::memmem::find(&bytes, mark).expect("an entry");
        bytes[entry + flags] |= 1;
    }
    bytes
}

fn two_lists() -> Vec<u8> {
    archive([("a.csv", HEADER.as_bytes()), ("dossier/b.xls", b"\xd0\xcf\x11\xe0".as_slice())])
}

fn no_list() -> Vec<u8> {
    archive([("__MACOSX/._liste.csv", b"\0".as_slice()), ("photo.png", b"\x89PNG".as_slice())])
}

fn nothing() -> Vec<u8> {
    archive([])
}

fn archive_beside() -> Vec<u8> {
    archive([("liste.csv", HEADER.as_bytes()), ("autre.ZIP", &nothing())])
}

fn archive_named_csv() -> Vec<u8> {
    archive([("liste.csv", two_lists().as_slice())])
}

fn picture_named_xls() -> Vec<u8> {
    super::pack([("liste.xls", b"\x89PNG\r\n".as_slice())], stored())
}

fn cut() -> Vec<u8> {
    let mut bytes = archive([("liste.csv", HEADER.as_bytes())]);
    bytes.truncate(bytes.len() - 30);
    bytes
}
