//! One list, however it is written: the same records and the same identities.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::io::{Cursor, Read as _, Write as _};
use std::path::PathBuf;

use domain::record::{Identity, Record, Texts};
use domain::validate::{Column, Kind, Report};
use domain::vocabulary::{Day, KeySecret};
use encoding_rs::{Encoding, ISO_8859_15, WINDOWS_1252};
use proptest::prelude::*;
use rust_xlsxwriter::{Format, Formula, Workbook, Worksheet};
use validate::check::{Circumstances, check};

struct Judged {
    report: Report,
    kept: Vec<(Record, Identity)>,
}

fn judge(name: &str, bytes: &[u8]) -> Judged {
    let secret = KeySecret::new(&[7; 32]);
    let circumstances = Circumstances {
        file_name: name,
        sender: None,
        school_year: None,
        today: "2026-11-22".parse().unwrap(),
        secret: &secret,
        reference: None,
    };
    let mut kept = Vec::new();
    let report = check(bytes, &circumstances, &mut |record, identity| {
        kept.push((record.clone(), identity.clone()));
    });
    Judged { report, kept }
}

/// Both Parquet files of what was kept, its lines numbered from one: where they were in the file is
/// for other tests.
fn parquet(mut kept: Vec<(Record, Identity)>) -> (Vec<u8>, Vec<u8>) {
    for (line, (record, identity)) in (1..).zip(&mut kept) {
        (record.line, identity.line) = (line, line);
    }
    let (records, identities): (Vec<_>, Vec<_>) = kept.into_iter().unzip();
    (store::write_records(&records).unwrap(), store::write_identities(&identities).unwrap())
}

/// An archive of these files.
fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// What was kept, whatever the lines it was on.
fn without_lines(mut kept: Vec<(Record, Identity)>) -> Vec<(Record, Identity)> {
    for (record, identity) in &mut kept {
        (record.line, identity.line) = (0, 0);
    }
    kept
}

fn rules(judged: &Judged) -> Vec<&'static str> {
    judged.report.summary.iter().map(|group| group.rule).collect()
}

/// The lists of these tests: twenty learners, every kind of cell, letters of every encoding.
fn rows() -> Vec<Vec<String>> {
    let row = |learner: usize| {
        let cell = |column: Column| match column {
            Column::Nom => {
                ["Œuvrard", "Le Goff", "N'Diaye; dit Zoé", "Benoît \"Léo\""][learner % 4].into()
            }
            Column::Prenom => format!("Élise {}", char::from(b'A' + learner as u8)),
            Column::DateDeNaissance => format!("2006-0{}-14", 1 + learner % 9),
            Column::Sexe => ["1", "2"][learner % 2].into(),
            Column::EmailContact => "camille@exemple.fr".into(),
            Column::Adresse => "1 rue de l'Église,\nbâtiment B | escalier 2".into(),
            Column::CodePostal => "02100".into(),
            Column::Commune => ["", "02691"][learner % 2].into(),
            Column::Ine => format!("1234567{:02}AB", learner % 100),
            Column::Tel => "0612345678".into(),
            Column::Rqth => ["OUI", "NON", ""][learner % 3].into(),
            Column::DateRqth => ["2026-01-31", ""][learner % 2].into(),
            Column::ResponsableUai | Column::FormateurUai => "0022189U".into(),
            Column::ResponsableSiret | Column::FormateurSiret => "39504180900041".into(),
            Column::AnneeScolaire => "2026-2027".into(),
            Column::AnneeFormation => "1".into(),
            Column::Rncp => "RNCP35316".into(),
            Column::Cfd => "50022145".into(),
            Column::DateInscription => "2026-06-15".into(),
            Column::DateEntree | Column::ContratDebut => "2026-09-01".into(),
            Column::DateFin | Column::ContratFin => "2028-08-31".into(),
            Column::DureeMois => "24".into(),
            Column::Employeur => "19750655300019".into(),
            Column::ContratRupture => ["", "2026-10-31"][learner % 2].into(),
            _ => String::new(),
        };
        Column::ALL.map(cell).to_vec()
    };
    (0..20).map(row).collect()
}

fn headers() -> Vec<String> {
    Column::ALL.iter().map(ToString::to_string).collect()
}

fn csv(order: &[usize], separator: char, line_end: &str) -> String {
    let quoted = |cell: &String| {
        if cell.contains([separator, '"', '\n']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell.clone()
        }
    };
    let line = |row: &Vec<String>| {
        let cells: Vec<String> = order.iter().map(|place| quoted(&row[*place])).collect();
        cells.join(&separator.to_string()) + line_end
    };
    std::iter::once(headers()).chain(rows()).map(|row| line(&row)).collect()
}

fn plain() -> Judged {
    let order: Vec<usize> = (0..Column::ALL.len()).collect();
    judge("liste.csv", csv(&order, ';', "\n").as_bytes())
}

#[derive(Debug, Clone, Copy)]
enum Coding {
    Utf8 { mark: bool },
    Utf16 { mark: bool, big: bool },
    Of(&'static Encoding),
}

fn encode(text: &str, coding: Coding) -> Vec<u8> {
    match coding {
        Coding::Utf8 { mark } => {
            format!("{}{text}", if mark { "\u{feff}" } else { "" }).into_bytes()
        }
        Coding::Utf16 { mark, big } => {
            let mark = if mark { "\u{feff}" } else { "" };
            let bytes = if big { u16::to_be_bytes } else { u16::to_le_bytes };
            mark.encode_utf16().chain(text.encode_utf16()).flat_map(bytes).collect()
        }
        Coding::Of(encoding) => {
            let (bytes, _, unmappable) = encoding.encode(text);
            assert!(!unmappable);
            bytes.into_owned()
        }
    }
}

fn coding() -> impl Strategy<Value = Coding> {
    prop_oneof![
        any::<bool>().prop_map(|mark| Coding::Utf8 { mark }),
        any::<(bool, bool)>().prop_map(|(mark, big)| Coding::Utf16 { mark, big }),
        Just(Coding::Of(WINDOWS_1252)),
        Just(Coding::Of(ISO_8859_15)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_text_gives_the_same_records_however_it_is_written(
        order in Just((0..Column::ALL.len()).collect::<Vec<_>>()).prop_shuffle(),
        separator in prop::sample::select(SEPARATORS),
        line_end in prop::sample::select(LINE_ENDS),
        coding in coding(),
    ) {
        let (text, expected) = text(&order, separator, line_end);
        let read = judge("liste.csv", &encode(&text, coding));
        prop_assert_eq!(&read.report.sentence, &plain().report.sentence);
        prop_assert!(parquet(read.kept) == parquet(expected));
    }
}

const SEPARATORS: &[char] = &[';', ',', '\t', '|'];
const LINE_ENDS: &[&str] = &["\n", "\r\n", "\r"];

/// The list as a text, and what must be kept of it.
fn text(order: &[usize], separator: char, line_end: &str) -> (String, Vec<(Record, Identity)>) {
    let text = csv(order, separator, line_end);
    let mut expected = plain().kept;
    if line_end != "\r" {
        return (text, expected);
    }
    // A lone carriage return ends lines only where no line feed does, in cells as well.
    for (_, identity) in &mut expected {
        let texts: Vec<String> =
            identity.texts.iter().map(|text| text.replace('\n', "\r")).collect();
        identity.texts = Texts::write(|place, text| text.push_str(&texts[place]));
    }
    (text.replace('\n', "\r"), expected)
}

/// Every encoding, with and without its mark.
fn codings() -> Vec<(&'static str, Coding)> {
    let mut codings =
        vec![("windows-1252", Coding::Of(WINDOWS_1252)), ("iso-8859-15", Coding::Of(ISO_8859_15))];
    for mark in [false, true] {
        codings.push(("utf-8", Coding::Utf8 { mark }));
        codings.push(("utf-16le", Coding::Utf16 { mark, big: false }));
        codings.push(("utf-16be", Coding::Utf16 { mark, big: true }));
    }
    codings
}

#[test]
fn every_text_gives_the_same_bytes_and_is_recognised() {
    let order: Vec<usize> = (0..Column::ALL.len()).rev().collect();
    for separator in SEPARATORS {
        for line_end in LINE_ENDS {
            let (text, expected) = text(&order, *separator, line_end);
            let expected = parquet(expected);
            for (encoding, coding) in codings() {
                let bytes = encode(&text, coding);
                let what = format!("{separator:?} {line_end:?} {coding:?}");
                let read = judge("liste.csv", &bytes);
                let file = &read.report.file;
                assert_eq!(file.encoding, Some(encoding), "{what}");
                let said = separator.to_string().replace('\t', "tab");
                assert_eq!(file.separator, Some(said.as_str()), "{what}");
                assert_eq!((file.header_line, file.format), (Some(1), Some("csv")), "{what}");
                assert!(parquet(read.kept) == expected, "{what}: {}", read.report.sentence);
                let read = judge("envoi.zip", &zipped(&[("export/liste.txt", &bytes)]));
                assert_eq!(read.report.file.member.as_deref(), Some("liste.txt"), "{what}");
                assert_eq!(read.report.file.encoding, Some(encoding), "{what}");
                assert!(parquet(read.kept) == expected, "{what}, in an archive");
            }
        }
    }
}

/// The list as other software wrote it: see `tests/fixtures/written/make.py`.
const WRITTEN: &[&str] = &[
    "libreoffice-plain.xls",
    "libreoffice-plain.ods",
    "libreoffice-plain.xlsx",
    "libreoffice-dressed.xls",
    "libreoffice-dressed.ods",
    "libreoffice-dressed.xlsx",
    "xlwt-1904.xls",
    "openpyxl-1904.xlsx",
    "odfpy.ods",
];

/// A merged title, dates from 1904, blank rows and columns, formulas, another sheet before it.
const DRESSED: Dress = Dress {
    from_1904: true,
    titles: 5,
    left: 1,
    spaced: true,
    formulas: true,
    second: true,
    texts: false,
};

fn written(name: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/written");
    std::fs::read(folder.join(name)).expect(name)
}

#[test]
fn every_workbook_gives_the_bytes_of_the_text_whoever_wrote_it() {
    if let Some(folder) = std::env::var_os("SOURCES").map(PathBuf::from) {
        std::fs::write(folder.join("plain.xlsx"), workbook(Dress::default())).unwrap();
        std::fs::write(folder.join("dressed.xlsx"), workbook(DRESSED)).unwrap();
    }
    let expected = parquet(plain().kept);
    for name in WRITTEN {
        let bytes = written(name);
        let format = name.rsplit_once('.').map(|(_, format)| format);
        let read = judge(name, &bytes);
        let file = &read.report.file;
        assert_eq!(file.format, format, "{name}");
        if *name != "openpyxl-1904.xlsx" && !name.contains("plain") {
            assert_eq!(file.sheet.as_deref(), Some("Effectifs"), "{name}");
        }
        let (header, step) = if name.contains("dressed") { (6, 2) } else { (1, 1) };
        assert_eq!(file.header_line, Some(header), "{name}");
        let lines: Vec<u32> = read.kept.iter().map(|(record, _)| record.line).collect();
        let seen: Vec<u32> = (0..20).map(|row| header + 1 + step * row).collect();
        assert_eq!(lines, seen, "{name}: {}", read.report.sentence);
        assert!(parquet(read.kept) == expected, "{name}");
        let litter: &[(&str, &[u8])] =
            &[(name, &bytes), ("__MACOSX/._liste.xls", b"\0"), ("Thumbs.db", b""), ("a.pdf", b"")];
        let read = judge("envoi.ZIP", &zipped(litter));
        assert_eq!(read.report.file.member.as_deref(), Some(*name));
        assert!(parquet(read.kept) == expected, "{name}, in an archive");
    }
}

#[test]
fn a_file_cut_anywhere_is_answered_and_nothing_of_it_is_kept() {
    let order: Vec<usize> = (0..Column::ALL.len()).collect();
    let text = csv(&order, ';', "\n");
    let mut files = vec![("liste.zip".to_owned(), zipped(&[("liste.csv", text.as_bytes())]))];
    for name in ["libreoffice-plain.xls", "xlwt-1904.xls", "odfpy.ods", "openpyxl-1904.xlsx"] {
        files.push((name.to_owned(), written(name)));
        files.push((format!("{name}.zip"), zipped(&[(name, &written(name))])));
    }
    for (name, bytes) in files {
        // The first bytes one by one, then all along the file.
        let cuts = (1..64).chain((64..bytes.len()).step_by(bytes.len() / 60));
        for cut in cuts {
            let read = judge(&name, &bytes[..cut]);
            let report = &read.report;
            if report.verdict == domain::validate::Verdict::Accepted {
                // Only what comes after the list was cut: what the author's name is, say.
                let format = domain::upload::Format::of_name(&name);
                assert_eq!(format, Some(domain::upload::Format::Xls), "{name} cut at {cut}");
                assert_eq!(report.rows.accepted, 20, "{name} cut at {cut}");
                continue;
            }
            assert_eq!(report.rows.read, 0, "{name} cut at {cut}: {}", report.sentence);
            assert!(report.sentence.ends_with('.'), "{name} cut at {cut}: {}", report.sentence);
        }
    }
}

/// How a workbook is dressed.
#[expect(clippy::struct_excessive_bools, reason = "each is a habit of its own")]
#[derive(Debug, Clone, Copy, Default)]
struct Dress {
    from_1904: bool,
    /// Rows above the header.
    titles: u32,
    /// Empty columns on the left.
    left: u16,
    /// A blank row after each row.
    spaced: bool,
    /// Codes and dates as texts rather than as numbers.
    texts: bool,
    /// Each text is the stored value of a formula.
    formulas: bool,
    /// The list is on the second sheet, after another.
    second: bool,
}

fn workbook(dress: Dress) -> Vec<u8> {
    let mut book = Workbook::new();
    if dress.second {
        let notice = book.add_worksheet();
        notice.set_name("Lisez-moi").unwrap();
        notice.write(0, 0, "nom_apprenant : le nom de l’apprenant").unwrap();
    }
    let sheet = book.add_worksheet();
    sheet.set_name("Effectifs").unwrap();
    if dress.titles > 0 {
        let title = "Liste des apprenants, rentrée 2026";
        sheet.merge_range(0, 0, 0, 6, title, &Format::new()).unwrap();
    }
    for (place, header) in headers().iter().enumerate() {
        sheet.write(dress.titles, dress.left + place as u16, header).unwrap();
    }
    for (place, row) in rows().iter().enumerate() {
        let line = dress.titles + 1 + place as u32 * if dress.spaced { 2 } else { 1 };
        for (column, text) in Column::ALL.iter().zip(row) {
            if !text.is_empty() {
                write(sheet, line, dress.left + *column as u16, *column, text, dress);
            }
        }
    }
    let bytes = book.save_to_buffer().unwrap();
    if dress.from_1904 { counted_from_1904(&bytes) } else { bytes }
}

fn write(sheet: &mut Worksheet, line: u32, place: u16, column: Column, text: &str, dress: Dress) {
    let written = match column.kind() {
        Kind::Date if !dress.texts => {
            let days = text.parse::<Day>().unwrap().epoch_days() + 25_569;
            let serial = days - if dress.from_1904 { 1_462 } else { 0 };
            let format = Format::new().set_num_format("dd/mm/yyyy");
            sheet.write_with_format(line, place, serial, &format)
        }
        Kind::Code | Kind::Number | Kind::Phone
            if !dress.texts && text.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            sheet.write(line, place, text.parse::<f64>().unwrap())
        }
        _ if dress.formulas => {
            let formula = format!("=\"{}\"", text.replace('"', "\"\""));
            sheet.write(line, place, Formula::new(formula).set_result(text))
        }
        _ => sheet.write(line, place, text),
    };
    written.unwrap();
}

/// The same workbook, saying that its days count from 1904.
fn counted_from_1904(bytes: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut patched = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for place in 0..archive.len() {
        let mut part = archive.by_index(place).unwrap();
        let name = part.name().unwrap().to_string();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        if name == "xl/workbook.xml" {
            let text = String::from_utf8(content).unwrap();
            content = text.replace("<workbookPr ", "<workbookPr date1904=\"1\" ").into_bytes();
        }
        patched.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        patched.write_all(&content).unwrap();
    }
    patched.finish().unwrap().into_inner()
}

#[test]
fn a_workbook_gives_the_records_of_its_csv_however_it_is_dressed() {
    let expected = without_lines(plain().kept);
    assert_eq!(expected.len(), 20);
    let dresses = [
        Dress { texts: true, ..Dress::default() },
        Dress::default(),
        Dress { from_1904: true, ..Dress::default() },
        Dress { titles: 3, left: 2, spaced: true, ..Dress::default() },
        Dress { second: true, ..Dress::default() },
        Dress { formulas: true, ..Dress::default() },
        DRESSED,
    ];
    for dress in dresses {
        let read = judge("liste.xlsx", &workbook(dress));
        assert!(without_lines(read.kept) == expected, "{dress:?}: {}", read.report.sentence);
        assert_eq!(read.report.file.sheet.as_deref(), Some("Effectifs"), "{dress:?}");
        assert_eq!(read.report.file.header_line, Some(dress.titles + 1), "{dress:?}");
    }
}

#[test]
fn lines_and_letters_are_those_of_the_sheet() {
    let mut rows = rows();
    rows[1][Column::ResponsableSiret as usize] = "1,30025E+13".into();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (line, row) in std::iter::once(&headers()).chain(&rows).enumerate() {
        for (place, text) in row.iter().enumerate() {
            sheet.write(2 + 2 * line as u32, 1 + place as u16, text).unwrap();
        }
    }
    let judged = judge("liste.xlsx", &book.save_to_buffer().unwrap());
    assert_eq!(rules(&judged), ["siret_is_well_formed"]);
    let finding = &judged.report.findings[0];
    assert_eq!(finding.line, Some(7));
    let letters = finding.column_index.map(domain::validate::column_letters);
    assert_eq!(letters.as_deref(), Some("V"));
    assert_eq!(
        finding.message,
        "Le tableur a transformé ce SIRET en « 1,30025E+13 » : ses derniers chiffres sont perdus."
    );
}

#[test]
fn what_a_spreadsheet_took_off_is_put_back_and_said() {
    let mut rows = rows();
    rows.truncate(1);
    rows[0][Column::ContratRupture as usize].clear();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (place, header) in headers().iter().enumerate() {
        sheet.write(0, place as u16, header).unwrap();
        sheet.write(1, place as u16, &rows[0][place]).unwrap();
    }
    sheet.write(1, Column::CodePostal as u16, 2100).unwrap();
    sheet.write(1, Column::ResponsableUai as u16, "022189U").unwrap();
    let judged = judge("liste.xlsx", &book.save_to_buffer().unwrap());
    assert_eq!(rules(&judged), ["postal_code_is_well_formed", "uai_is_well_formed"]);
    let levels: Vec<_> = judged.report.summary.iter().map(|group| group.level.as_str()).collect();
    assert_eq!(levels, ["correction", "correction"]);
    let (record, identity) = &judged.kept[0];
    assert_eq!(&record.postal_code, b"02100");
    assert_eq!(identity.texts.get("code_postal_apprenant"), "02100");
    assert_eq!(record.responsable.uai.as_str(), "0022189U");
    assert!(
        judged
            .report
            .findings
            .iter()
            .any(|finding| { finding.message == "« 022189U » est lu « 0022189U »." })
    );
}

#[test]
fn a_number_too_long_for_a_spreadsheet_is_refused_with_the_reason() {
    let mut rows = rows();
    rows.truncate(3);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (line, row) in std::iter::once(&headers()).chain(&rows).enumerate() {
        for (place, text) in row.iter().enumerate() {
            sheet.write(line as u32, place as u16, text).unwrap();
        }
    }
    // What is left of a SIRET once a spreadsheet has rounded it.
    sheet.write(1, Column::FormateurSiret as u16, 3.95042e13).unwrap();
    let judged = judge("liste.xlsx", &book.save_to_buffer().unwrap());
    assert_eq!(judged.report.rows.set_aside, 1);
    assert_eq!(rules(&judged), ["siret_is_well_formed"]);
    assert_eq!(
        judged.report.findings[0].message,
        "Le tableur a transformé ce SIRET en « 39504200000000 » : ses derniers chiffres sont perdus."
    );
}
