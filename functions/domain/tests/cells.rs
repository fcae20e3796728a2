//! Whatever a cell holds, it ends as a value that is kept, as an empty that was meant, or as a
//! finding that names its column; and no finding quotes what a person is.
//!
//! Each column in turn is given some seven hundred hostile values, in a row that is otherwise whole.

#![expect(clippy::unwrap_used, reason = "tests")]

use domain::record::{Erased, Identity, Record};
use domain::validate::schema::fields;
use domain::validate::{
    CONTRACTS, Cell, Circumstances, Column, Finding, Judge, Kind, Layout, Level, Need, Outcome,
    Privacy, Row, Tally,
};
use domain::vocabulary::{Day, KeySecret};

/// Read, checked, then not kept: nothing uses them (`rules/README.md`).
const NOT_KEPT: [Column; 9] = [
    Column::LieuSiret,
    Column::LieuAdresse,
    Column::LieuCodePostal,
    Column::Obtention,
    Column::DateObtention,
    Column::Presentielle,
    Column::NomReferentHandicap,
    Column::PrenomReferentHandicap,
    Column::EmailReferentHandicap,
];

struct Judged {
    kept: Option<(Record, Identity)>,
    findings: Vec<Finding>,
}

/// Judges rows that differ from the example of the template by one cell.
struct Bench {
    layout: Layout,
    examples: Vec<String>,
    secret: KeySecret,
}

impl Bench {
    fn new() -> Self {
        let headers: Vec<Cell<'_>> =
            Column::ALL.iter().map(|column| Cell::Text(column.name())).collect();
        let layout = Layout::read(1, &headers).unwrap();
        let examples = fields().into_iter().map(|field| field.example.into_owned()).collect();
        Self { layout, examples, secret: KeySecret::new(&[7; 32]) }
    }

    fn judge(&self, column: Column, cell: Cell<'_>) -> Judged {
        let mut cells: Vec<Cell<'_>> =
            self.examples.iter().map(|example| Cell::Text(example)).collect();
        cells[column as usize] = cell;
        let mut judge = Judge::new(Circumstances {
            today: "2026-11-22".parse().unwrap(),
            sender: None,
            school_year: None,
            secret: &self.secret,
            reference: None,
        });
        let row = Row::new(2, &cells, &self.layout, false);
        let kept = match judge.judge(&row, &mut Tally::default()) {
            Outcome::Accepted => judge.kept().cloned(),
            Outcome::Blank | Outcome::SetAside => None,
        };
        Judged { kept, findings: judge.findings().to_vec() }
    }
}

/// Values that have broken such files, and what a keyboard, a spreadsheet or an attacker adds.
const HOSTILE: &[&str] = &[
    " ",
    "\u{a0}",
    "\u{200b}",
    "-",
    "--",
    "?",
    "/",
    "N/A",
    "n/a",
    "NA",
    "#N/A",
    "#REF!",
    "#VALEUR!",
    "#EFFACER",
    "#effacer",
    "null",
    "NULL",
    "None",
    "undefined",
    "NaN",
    "inf",
    "-inf",
    "0",
    "00",
    "1",
    "2",
    "3",
    "9",
    "10",
    "11",
    "-1",
    "1.0",
    "1,0",
    "1.5",
    "1e3",
    "1E+13",
    "1,30025E+13",
    "99999999999999",
    "0000000A",
    "1234567W",
    "0123456S",
    "12345678901234",
    "00000000000000",
    "00000",
    "99999",
    "99109",
    "99999999",
    "12345",
    "1000",
    "01000",
    "2A004",
    "2a004",
    "20004",
    "69001",
    "oui",
    "OUI",
    "Non",
    "vrai",
    "FAUX",
    "o",
    "peut-être",
    "M",
    "F",
    "H",
    "X",
    "homme",
    "31/12/2026",
    "31/12/26",
    "2026-12-31",
    "12/31/2026",
    "03/04/2026",
    "31/02/2026",
    "2026-13-01",
    "00/00/0000",
    "0000-00-00",
    "1/1/1",
    "01/01/1850",
    "01/01/2150",
    "28 octobre 2005",
    "46266",
    "46266.5",
    "2026",
    "12/2026",
    "2026-12",
    "2026-12-31T00:00:00Z",
    "31/12/2026 00:00",
    "aujourd’hui",
    "2026-2027",
    "2026/2027",
    "2026-27",
    "2027-2026",
    "a@b.fr",
    "a@b",
    "@",
    "a@b.fr;c@d.fr",
    "mailto:a@b.fr",
    "06 12 34 56 78",
    "0612345678",
    "+33612345678",
    "0892123456",
    "061234567",
    "0612345678 / 0712345678",
    "RNCP35316",
    "rncp 35316",
    "35316",
    "RNCP",
    "RNCP1",
    "RNCP999999",
    "50022145",
    "5002214",
    "500221455",
    "070654321HB",
    "1234567890A",
    "0706543210a",
    "4001",
    "9999",
    "0000",
    "4001.0",
    "075",
    "75",
    "993",
    "0751234J",
    "0751234K",
    "751234J",
    "0022189U",
    "39504180900041",
    "395 041 809 00041",
    "39504180900042",
    "3950418090004",
    "206037512345679",
    "2 06 03 75 123 456 79",
    "=1+1",
    "+1",
    "-1+1",
    "@SUM(A1)",
    "'",
    "\"",
    "'=1",
    ";",
    ",",
    "\t",
    "\n",
    "a\nb",
    "a\0b",
    "\u{202e}abc",
    "é",
    "É",
    "œ",
    "ß",
    "ÿ",
    "李",
    "🙂",
    "😀😀😀😀😀",
    "\u{feff}x",
    "a",
    "aa",
    "DUPONT",
    "<script>alert(1)</script>",
    "'; DROP TABLE apprenants; --",
    "../../etc",
    "{{7*7}}",
    "%00",
    "\\",
    "0x1F",
    "１２３",
    "٣",
    "½",
    "Ⅷ",
];

/// Texts made of what the columns are made of, the same at each run.
fn random_texts(count: usize) -> Vec<String> {
    const PIECES: &[&str] = &[
        "0", "1", "2", "9", "12", "2026", "/", "-", ".", " ", "A", "Z", "é", "@", ".fr", "RNCP",
        "+33", "06", "E+", "#", "'", "=", "\u{a0}", "2A", "x", "_", "00", "31", "T", ":", "(", ")",
    ];
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    (0..count)
        .map(|_| (0..=next(9)).map(|_| PIECES[next(PIECES.len())]).collect::<String>())
        .collect()
}

/// Every value, as each kind of cell that a sheet may hold.
fn each_value(mut each: impl FnMut(Column, Cell<'_>)) {
    let random = random_texts(500);
    let long = "x".repeat(5_000);
    let texts = HOSTILE.iter().copied().chain(random.iter().map(String::as_str)).chain([&*long]);
    let texts: Vec<&str> = texts.collect();
    let numbers = [
        0.0,
        1.0,
        2.0,
        3.0,
        0.5,
        -1.0,
        24.0,
        4001.0,
        1000.0,
        75_001.0,
        46_266.0,
        46_266.5,
        99_999.0,
        35_316.0,
        612_345_678.0,
        39_504_180_900_041.0,
        206_037_512_345_679.0,
        1e13,
        1.300_25e13,
        1e300,
        f64::NAN,
        f64::INFINITY,
        -0.0,
        9e15,
    ];
    let days = ["1900-01-01", "2006-03-14", "2026-11-22", "2027-01-01", "2100-12-31"];
    for column in Column::ALL {
        let texts = texts.iter().map(|text| Cell::Text(text));
        let numbers = numbers.iter().map(|number| Cell::Number(*number));
        let days = days.iter().map(|day| Cell::Date(day.parse::<Day>().unwrap()));
        let truths = [Cell::Bool(true), Cell::Bool(false)];
        for cell in texts.chain(numbers).chain(days).chain(truths) {
            each(column, cell);
        }
    }
}

/// Whether a finding speaks of a column. Without its first day, a contract is not read at all.
fn speaks_of(finding: &Finding, column: Column) -> bool {
    let contract = CONTRACTS.iter().find(|contract| contract.columns().contains(&column));
    let of_contract = finding.rule == "contract_has_a_start"
        && contract.is_some_and(|contract| finding.column == Some(contract.start));
    let by_name =
        finding.fix.split_whitespace().any(|word| word.trim_matches('.') == column.name());
    finding.column == Some(column) || by_name || of_contract
}

/// Whether a value that is not kept could have been: said without the rules.
fn seems_readable(column: Column, cell: Cell<'_>) -> bool {
    let shown = cell.shown();
    let digits = shown.chars().filter(char::is_ascii_digit).count();
    match column.kind() {
        Kind::Text => true,
        Kind::Date => digits >= 3 || matches!(cell, Cell::Number(_)),
        Kind::YesNo => {
            let yes_or_no = ["oui", "non", "vrai", "faux", "true", "false", "o", "n", "1", "0"];
            shown == "-0" || yes_or_no.contains(&shown.to_lowercase().as_str())
        }
        Kind::Email => shown.contains('@') && shown.contains('.'),
        _ => digits >= 4,
    }
}

#[test]
fn the_example_is_accepted_without_a_word() {
    let bench = Bench::new();
    let judged = bench.judge(Column::Nom, Cell::Text("Modèle"));
    assert!(judged.kept.is_some());
    let said: Vec<_> = judged.findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(said, [""; 0]);
}

#[test]
fn no_cell_is_lost_in_silence() {
    let bench = Bench::new();
    let empty: Vec<_> =
        Column::ALL.iter().map(|column| bench.judge(*column, Cell::Empty).kept).collect();
    let mut judged_cells = 0;
    each_value(|column, cell| {
        judged_cells += 1;
        let Judged { kept, findings } = bench.judge(column, cell);
        let named = findings.iter().any(|finding| speaks_of(finding, column));
        if cell.is_empty() && column.need() == Need::Optional {
            assert!(kept.is_some(), "{column} {cell:?}: an empty that was meant");
            // That it was emptied on purpose is kept apart from the values.
            let kept = kept.map(|(record, identity)| {
                (Record { erased: Erased::default(), ..record }, identity)
            });
            assert_eq!(kept, empty[column as usize], "{column} {cell:?}");
            return;
        }
        match &kept {
            None => {
                let row = findings.iter().find(|finding| finding.level == Level::Row);
                assert!(row.is_some(), "{column} {cell:?}: set aside without a reason");
                assert_eq!(column.need(), Need::Mandatory, "{column} {cell:?}: {findings:?}");
                assert!(named, "{column} {cell:?}: {findings:?}");
            }
            Some(_) if named => {}
            Some(_) if NOT_KEPT.contains(&column) => {
                assert!(seems_readable(column, cell), "{column} {cell:?}: checked, not read");
            }
            // A situation of 0 is how the survey says that there is none.
            Some(_)
                if column == Column::DerniereSituation
                    && cell.shown().trim_matches(['0', '-', '.', ',']).is_empty() => {}
            Some(_) => {
                assert_ne!(kept, empty[column as usize], "{column} {cell:?}: lost in silence");
            }
        }
    });
    assert!(judged_cells > 64 * 600, "{judged_cells} cells");
}

#[test]
fn no_finding_quotes_what_a_person_is() {
    let bench = Bench::new();
    let personal = |column: Column| column.privacy() == Privacy::Personal;
    each_value(|column, cell| {
        // A short value may well be in a sentence by itself.
        let shown = cell.shown();
        if !personal(column) || shown.chars().count() < 6 {
            return;
        }
        for finding in bench.judge(column, cell).findings {
            let told = format!("{} {}", finding.message, finding.fix);
            let examples =
                ["1234567890A", "0751234J", "31/12/2026", "2026-12-31", "06 12 34 56 78"];
            let of_an_example = examples.iter().any(|example| example.contains(&shown));
            let quoted = told.contains(&shown) && !of_an_example;
            assert!(!quoted, "{column}: {told}");
        }
    });
}
