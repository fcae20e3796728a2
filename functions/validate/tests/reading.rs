//! One list, however it is written: the same records and the same identities.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::io::{Cursor, Read as _, Write as _};

use domain::record::{Identity, Record};
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
    let report =
        check(bytes, &circumstances, &mut |record, identity| kept.push((record, identity)));
    Judged { report, kept }
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
        separator in prop::sample::select(vec![';', ',', '\t', '|']),
        line_end in prop::sample::select(vec!["\n", "\r\n", "\r"]),
        coding in coding(),
    ) {
        // A lone carriage return ends lines only where no line feed does.
        let text = csv(&order, separator, line_end);
        let text = if line_end == "\r" { text.replace('\n', "\r") } else { text };
        let read = judge("liste.csv", &encode(&text, coding));
        let plain = plain();
        prop_assert_eq!(&read.report.sentence, &plain.report.sentence);
        let newlines = |kept: Vec<(Record, Identity)>| -> Vec<_> {
            without_lines(kept).into_iter().map(|(record, identity)| {
                let texts: Vec<String> = identity.texts.iter().map(|text| text.replace('\r', "\n")).collect();
                (record, identity.birth, texts)
            }).collect()
        };
        prop_assert!(newlines(read.kept) == newlines(plain.kept));
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
        _ if dress.formulas => sheet.write(line, place, Formula::new("=A1").set_result(text)),
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
        Dress {
            from_1904: true,
            titles: 5,
            left: 1,
            spaced: true,
            formulas: true,
            second: true,
            texts: false,
        },
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
