//! Hostile workbooks of Excel 97 to 2003, record by record.

use super::{BOUNDS, Bomb};

const WHOLE: &str = "file_is_whole";
const HEADER: &str = "file_has_a_header";

pub(super) static BOMBS: &[Bomb] = &[
    Bomb { name: "two_cells.xls", rule: HEADER, bytes: two_cells },
    Bomb { name: "dimensions.xls", rule: HEADER, bytes: dimensions },
    Bomb { name: "one_text.xls", rule: BOUNDS, bytes: one_text },
    Bomb { name: "many_cells.xls", rule: HEADER, bytes: many_cells },
    Bomb { name: "many_sheets.xls", rule: HEADER, bytes: many_sheets },
    Bomb { name: "many_strings.xls", rule: BOUNDS, bytes: many_strings },
    Bomb { name: "announced_strings.xls", rule: HEADER, bytes: announced_strings },
    Bomb { name: "string_that_goes_on.xls", rule: WHOLE, bytes: string_that_goes_on },
    Bomb { name: "password.xls", rule: "file_is_not_encrypted", bytes: password },
    Bomb { name: "excel_95.xls", rule: "file_format_is_known", bytes: excel_95 },
    Bomb { name: "sheet_beyond_the_end.xls", rule: WHOLE, bytes: sheet_beyond_the_end },
    Bomb { name: "sectors_in_a_circle.xls", rule: WHOLE, bytes: sectors_in_a_circle },
    Bomb {
        name: "directory_in_a_circle.xls",
        rule: "file_is_a_spreadsheet",
        bytes: directory_in_a_circle,
    },
    Bomb { name: "table_in_a_circle.xls", rule: WHOLE, bytes: table_in_a_circle },
    Bomb { name: "small_sectors_in_a_circle.xls", rule: WHOLE, bytes: small_sectors_in_a_circle },
    Bomb { name: "letter.xls", rule: "file_is_a_spreadsheet", bytes: letter },
    Bomb { name: "nothing_but_magic.xls", rule: WHOLE, bytes: nothing_but_magic },
];

const SECTOR: usize = 512;
const LAST: u32 = 0xffff_fffe;
const FREE: u32 = 0xffff_ffff;
/// The most that a record holds.
const LONGEST: usize = 8224;

fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).expect("a short record");
    [&kind.to_le_bytes(), &length.to_le_bytes(), data].concat()
}

/// The beginning of the workbook or of a sheet.
fn begin(kind: u16) -> Vec<u8> {
    let mut data = [0; 16];
    data[..2].copy_from_slice(&0x0600_u16.to_le_bytes());
    data[2..4].copy_from_slice(&kind.to_le_bytes());
    record(0x0809, &data)
}

fn end() -> Vec<u8> {
    record(0x000a, &[])
}

/// A workbook of one sheet: what is said before it, and its records.
fn book(before: &[u8], sheet: &[u8]) -> Vec<u8> {
    compound("Workbook", &stream(before, &[sheet], 1))
}

/// The stream of a workbook whose sheets are each named several times.
fn stream(before: &[u8], sheets: &[&[u8]], names: usize) -> Vec<u8> {
    const NAMED: usize = 4 + 4 + 2 + 2 + 1;
    let start = begin(5);
    let mut at = start.len() + before.len() + NAMED * sheets.len() * names + end().len();
    let mut globals = [&start, before].concat();
    for sheet in sheets {
        for _ in 0..names {
            let position = u32::try_from(at).expect("a small stream").to_le_bytes();
            globals.extend(record(0x0085, &[&position[..], &[0, 0, 1, 0, b'F']].concat()));
        }
        at += begin(16).len() + sheet.len() + end().len();
    }
    globals.extend(end());
    let sheets = sheets.iter().flat_map(|sheet| [begin(16), sheet.to_vec(), end()].concat());
    globals.into_iter().chain(sheets).collect()
}

/// A compound file that holds one stream of sectors one after the other.
fn compound(name: &str, stream: &[u8]) -> Vec<u8> {
    // A stream of less than eight sectors would lie among the small ones.
    let length = stream.len().max(8 * SECTOR);
    let data = length.div_ceil(SECTOR);
    let mut tables = 1;
    while tables * SECTOR / 4 < data + tables + 1 {
        tables += 1;
    }
    // Beyond those that the header lists, the tables are listed by sectors of their own.
    assert!(tables <= 109, "up to seven megabytes");
    let sector = |place: usize| u32::try_from(place).expect("few sectors");
    let mut table: Vec<u32> = (1..data).map(sector).chain([LAST]).collect();
    table.extend(std::iter::repeat_n(0xffff_fffd, tables));
    table.push(LAST);
    table.resize(tables * SECTOR / 4, FREE);

    let mut file = header(sector(data + tables), tables, |place| sector(data + place));
    file.extend_from_slice(stream);
    file.resize(SECTOR + data * SECTOR, 0);
    file.extend(table.iter().flat_map(|next| next.to_le_bytes()));
    file.extend(entry("Root Entry", 5, 1, LAST, 0));
    file.extend(entry(name, 2, FREE, 0, sector(length)));
    file.resize(file.len().next_multiple_of(SECTOR), 0);
    file
}

fn header(directory: u32, tables: usize, table: impl Fn(usize) -> u32) -> Vec<u8> {
    let mut file = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    file.resize(SECTOR, 0);
    let mut put = |at: usize, bytes: &[u8]| file[at..at + bytes.len()].copy_from_slice(bytes);
    put(24, &[0x3e, 0, 3, 0, 0xfe, 0xff, 9, 0, 6, 0]);
    put(44, &(tables as u32).to_le_bytes());
    put(48, &directory.to_le_bytes());
    put(56, &4096_u32.to_le_bytes());
    put(60, &LAST.to_le_bytes());
    put(68, &LAST.to_le_bytes());
    for place in 0..109 {
        let listed = if place < tables { table(place) } else { FREE };
        put(76 + 4 * place, &listed.to_le_bytes());
    }
    file
}

fn entry(name: &str, kind: u8, inside: u32, start: u32, length: u32) -> Vec<u8> {
    let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let letters = entry.len() as u16 + 2;
    entry.resize(128, 0);
    entry[64..66].copy_from_slice(&letters.to_le_bytes());
    entry[66] = kind;
    for (at, number) in [(68, FREE), (72, FREE), (76, inside), (116, start), (120, length)] {
        entry[at..at + 4].copy_from_slice(&number.to_le_bytes());
    }
    entry
}

fn cell(kind: u16, row: u16, column: u16, value: &[u8]) -> Vec<u8> {
    let place = [row, column, 0].map(u16::to_le_bytes).concat();
    record(kind, &[&place, value].concat())
}

/// A small number.
fn number(row: u16, column: u16) -> Vec<u8> {
    cell(0x027e, row, column, &6_u32.to_le_bytes())
}

/// A cell that points to a shared string.
fn shared(row: u16, column: u16, string: u32) -> Vec<u8> {
    cell(0x00fd, row, column, &string.to_le_bytes())
}

/// The table of shared strings, of one kind and then in as many records as needed. The strings are
/// all alike, so that none is cut.
fn strings(string: &[u8], count: usize, announced: u32) -> Vec<u8> {
    let each = (LONGEST - 8) / string.len();
    let mut records = Vec::new();
    let mut left = count;
    while left > 0 || records.is_empty() {
        let here = left.min(each);
        let data = string.repeat(here);
        records.extend(if records.is_empty() {
            record(
                0x00fc,
                &[&announced.to_le_bytes()[..], &announced.to_le_bytes(), &data].concat(),
            )
        } else {
            record(0x003c, &data)
        });
        left -= here;
    }
    records
}

fn two_cells() -> Vec<u8> {
    book(&[], &[number(0, 0), number(u16::MAX, u16::MAX)].concat())
}

/// A sheet that announces every cell there can be, and has one.
fn dimensions() -> Vec<u8> {
    let mut data = [0xff; 14];
    data[..4].fill(0);
    data[8..10].fill(0);
    book(&[], &[record(0x0200, &data), number(0, 0)].concat())
}

/// Every cell points to one string, as long as a record allows.
fn one_text() -> Vec<u8> {
    let letters = (LONGEST - 8 - 3) as u16;
    let string = [&letters.to_le_bytes()[..], &[0], &vec![b'a'; letters.into()]].concat();
    let cells = (0..30).flat_map(|row| (0..=255).flat_map(move |column| shared(row, column, 0)));
    // Thirty rows are looked at in each of twenty sheets.
    let sheet: Vec<u8> = cells.collect();
    compound("Workbook", &stream(&strings(&string, 1, 1), &[&sheet[..]; 20], 1))
}

fn many_cells() -> Vec<u8> {
    // The last cell first: nothing says that they come in order.
    let rows = (0..2_000).rev();
    let cells = rows.flat_map(|row| (0..=200).rev().flat_map(move |column| number(row, column)));
    book(&[], &cells.collect::<Vec<_>>())
}

/// One sheet under thousands of names.
fn many_sheets() -> Vec<u8> {
    let cells: Vec<u8> = (0..60_000).flat_map(|row| number(row, 0)).collect();
    compound("Workbook", &stream(&[], &[&cells], 10_000))
}

fn many_strings() -> Vec<u8> {
    book(&strings(&[0, 0, 0], 2_100_000, 2_100_000), &[])
}

fn announced_strings() -> Vec<u8> {
    book(&strings(&[0, 0, 0], 3, u32::MAX), &number(0, 0))
}

/// A string whose formats go on for four gigabytes.
fn string_that_goes_on() -> Vec<u8> {
    let string = [&[1, 0, 4][..], &u32::MAX.to_le_bytes(), b"a"].concat();
    book(&strings(&string, 1, 1), &[])
}

fn password() -> Vec<u8> {
    book(&record(0x002f, &[1, 0, 1, 0, 1, 0]), &number(0, 0))
}

fn excel_95() -> Vec<u8> {
    compound("Book", &begin(5))
}

fn sheet_beyond_the_end() -> Vec<u8> {
    let mut stream = stream(&[], &[&number(0, 0)], 1);
    let at = begin(5).len() + 4;
    stream[at..at + 4].copy_from_slice(&0x7fff_ffff_u32.to_le_bytes());
    compound("Workbook", &stream)
}

/// The bytes of a workbook with four of them changed.
fn patched(at: impl Fn(&[u8]) -> usize, number: u32) -> Vec<u8> {
    let mut file = two_cells();
    let at = at(&file);
    file[at..at + 4].copy_from_slice(&number.to_le_bytes());
    file
}

/// Where the first sector of a kind that the header names at this place lies.
fn named_at(file: &[u8], at: usize) -> usize {
    let sector = u32::from_le_bytes(*file[at..].first_chunk().expect("a header"));
    SECTOR * (sector as usize + 1)
}

fn sectors_in_a_circle() -> Vec<u8> {
    // The second sector goes on with itself, and the stream says that it is long.
    let mut file = patched(|file| named_at(file, 76) + 4, 1);
    let length = named_at(&file, 48) + 128 + 120;
    file[length..length + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    file
}

fn directory_in_a_circle() -> Vec<u8> {
    // The only sector of the directory goes on with itself, and no workbook is in it.
    let directory = |file: &[u8]| (named_at(file, 48) / SECTOR - 1) as u32;
    let file = two_cells();
    let (sector, name) = (directory(&file), named_at(&file, 48) + 128);
    let mut file = patched(|file| named_at(file, 76) + 4 * sector as usize, sector);
    file[name..name + 2].copy_from_slice(b"X\0");
    // Each entry is before and after itself too.
    for link in [68, 72] {
        file[name + link..name + link + 4].copy_from_slice(&1_u32.to_le_bytes());
    }
    file
}

fn table_in_a_circle() -> Vec<u8> {
    // Sectors that list tables list themselves, first and next, and the header lists no table.
    let mut file = patched(|_| 68, 0);
    file[76..SECTOR].fill(0xff);
    file[SECTOR..2 * SECTOR].fill(0);
    file
}

fn small_sectors_in_a_circle() -> Vec<u8> {
    // The stream is said to be short: it is looked for among small sectors that go on with
    // themselves, in a table of zeros.
    let mut file = two_cells();
    let (directory, table) = (named_at(&file, 48), 7_u32);
    file[60..64].copy_from_slice(&table.to_le_bytes());
    for (at, number) in [(116, 0), (120, 4096), (128 + 120, 4095)] {
        file[directory + at..directory + at + 4].copy_from_slice(&u32::to_le_bytes(number));
    }
    file
}

fn letter() -> Vec<u8> {
    compound("WordDocument", b"Bonjour")
}

fn nothing_but_magic() -> Vec<u8> {
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".repeat(1_000_000)
}
