//! The whole judgement of one file, without a network: what the Lambda and the command both call.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::{fs, io};

use crate::digest::Sha256;
use crate::read::{Content, Disk, List, Seen, Source};
use domain::record::{Identity, Record};
use domain::upload::{Format, MAX_ROWS, hex};
use domain::validate::{self, Column, File, Judge, Layout, Outcome, Refusal, Report, Row, Tally};
use domain::vocabulary::{Day, KeySecret, Organisation, Reference, SchoolYear};

/// Rows looked at to find the header: titles may come first.
const ROWS_BEFORE_HEADER: u32 = 30;

/// What is known before a file is read.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// The name of the file on the sender's computer.
    pub file_name: &'a str,
    /// Who sends; `None` offline.
    pub sender: Option<Organisation>,
    /// The school year that was declared; rows of another are set aside.
    pub school_year: Option<SchoolYear>,
    /// Today's date.
    pub today: Day,
    /// Makes the learner keys.
    pub secret: &'a KeySecret,
    /// The organisations that exist; without it every couple is believed.
    pub reference: Option<&'a Reference>,
}

/// How large a file may be.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Most bytes; `None` leaves it to the format.
    pub bytes: Option<u64>,
    /// Most rows.
    pub rows: u32,
}

/// The limits of the service.
pub const LIMITS: Limits = Limits { bytes: None, rows: MAX_ROWS };

/// Judges a file and hands over what its accepted rows become, in the order of the file.
///
/// When the verdict is not `accepted`, what was handed over must be discarded.
pub fn check(
    bytes: &[u8],
    circumstances: &Circumstances<'_>,
    keep: &mut dyn FnMut(&Record, &Identity),
) -> Report {
    check_content(LIMITS, bytes.into(), circumstances, keep)
}

/// [`check`], of a file on disk, where a text is left, within limits. Fails when the disk does.
pub fn check_file(
    limits: Limits,
    file: &fs::File,
    circumstances: &Circumstances<'_>,
    keep: &mut dyn FnMut(&Record, &Identity),
) -> io::Result<Report> {
    let disk = Disk::new(file);
    let report = check_content(limits, Content::Disk(&disk), circumstances, keep);
    disk.failure().map_or(Ok(report), Err)
}

fn check_content(
    limits: Limits,
    content: Content<'_>,
    circumstances: &Circumstances<'_>,
    keep: &mut dyn FnMut(&Record, &Identity),
) -> Report {
    let (mut sha256, mut seen) = (Sha256::default(), Seen::default());
    let hashed = content.pieces(0, |piece| {
        sha256.update(piece);
        seen.look(piece);
    });
    let size = hashed.and_then(|()| content.size());
    let mut file = File {
        name: circumstances.file_name.to_owned(),
        size_bytes: size.as_ref().map_or(0, |size| *size),
        sha256: hex(&sha256.finish()),
        ..File::default()
    };
    if size.is_err() {
        return Tally::default().finish(file, None, vec![Refusal::Damaged]);
    }
    let mut tally = Tally::default();
    let mut layout = None;
    // Whatever a library does with a hostile file, the answer is a report.
    let judged = catch_unwind(AssertUnwindSafe(|| {
        let list = find(limits, content, seen, &file).map_err(|refusal| vec![refusal])?;
        judge(limits.rows, &list, circumstances, keep, &mut file, &mut layout, &mut tally)
    }));
    let refused = match judged {
        Ok(Ok(())) => Vec::new(),
        Ok(Err(refused)) => refused,
        Err(_) => vec![Refusal::Damaged],
    };
    tally.finish(file, layout.as_ref(), refused)
}

/// The list of a file that is not too large.
fn find<'a>(
    limits: Limits,
    content: Content<'a>,
    seen: Seen,
    file: &File,
) -> Result<List<'a>, Refusal> {
    let format = Format::of_name(&file.name).unwrap_or(Format::Csv);
    if file.size_bytes > limits.bytes.unwrap_or(format.max_bytes()) {
        return Err(Refusal::TooManyBytes);
    }
    Ok(List::find(&file.name, content)?.already_seen(seen))
}

fn judge(
    most_rows: u32,
    list: &List<'_>,
    circumstances: &Circumstances<'_>,
    keep: &mut dyn FnMut(&Record, &Identity),
    file: &mut File,
    found: &mut Option<Layout>,
    tally: &mut Tally,
) -> Result<(), Vec<Refusal>> {
    let one = |refusal| vec![refusal];
    let mut source = list.open(file).map_err(one)?;
    let header = find_header(&mut source).map_err(one)?;
    file.sheet = source.sheet(header.sheet).map(str::to_owned);
    file.header_line = Some(header.layout.line);
    let layout = &*found.insert(header.layout);
    let line = layout.line;
    let missing: Vec<_> =
        layout.missing().map(|column| Refusal::MissingColumn { line, column }).collect();
    if !missing.is_empty() {
        return Err(missing);
    }

    let mut judge = Judge::new(validate::Circumstances {
        today: circumstances.today,
        sender: circumstances.sender,
        school_year: circumstances.school_year,
        secret: circumstances.secret,
        reference: circumstances.reference,
    });
    let from_1904 = source.counts_from_1904();
    let mut too_many = false;
    let read = source.rows(header.sheet, &mut |line, cells| {
        if line <= layout.line {
            return ControlFlow::Continue(());
        }
        let row = Row::new(line, cells, layout, from_1904);
        if judge.judge_ahead(&row, tally) == Outcome::Accepted
            && let Some((record, identity)) = judge.kept()
        {
            keep(record, identity);
        }
        too_many = tally.rows().read > most_rows;
        if too_many { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    judge.settle(layout, tally);
    read.map_err(one)?;
    if too_many { Err(vec![Refusal::TooManyRows]) } else { Ok(()) }
}

/// Where the list is in a file.
pub(crate) struct Found {
    /// Its sheet, from 0.
    pub(crate) sheet: usize,
    /// Its header.
    pub(crate) layout: Layout,
}

/// The header is the row, of any sheet, that names the most columns; the first one when several do.
pub(crate) fn find_header(source: &mut Source<'_>) -> Result<Found, Refusal> {
    let mut best = 0;
    let mut found = Err(Refusal::NoHeader);
    let (mut of, mut left) = (0, ROWS_BEFORE_HEADER);
    source.sheets(&mut |sheet, line, cells| {
        if sheet != of {
            (of, left) = (sheet, ROWS_BEFORE_HEADER);
        }
        if cells.iter().all(|cell| cell.is_empty()) {
            return ControlFlow::Continue(());
        }
        let score = Layout::score(cells);
        if score > best {
            best = score;
            found = Layout::read(line, cells).map(|layout| Found { sheet, layout });
        }
        left -= 1;
        if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    found
}

/// What most rows of a file say of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Majority {
    /// The organisation that most rows name as responsable; the first by code when several do.
    pub responsable: Organisation,
    /// The school year of most rows; the last when several are.
    pub school_year: SchoolYear,
}

/// Who seems to send a file that came without a sender, and about which year. `None` when it
/// cannot be read that far.
pub fn majority(name: &str, bytes: &[u8]) -> Option<Majority> {
    let count = || -> Result<Option<Majority>, Refusal> {
        let list = List::find(name, bytes)?;
        let mut source = list.open(&mut File::default())?;
        let Found { sheet, layout } = find_header(&mut source)?;
        let from_1904 = source.counts_from_1904();
        let mut organisations = BTreeMap::<Organisation, u32>::new();
        let mut years = BTreeMap::<SchoolYear, u32>::new();
        source.rows(sheet, &mut |line, cells| {
            if line > layout.line {
                let row = Row::new(line, cells, &layout, from_1904);
                let named = row.organisation(Column::ResponsableUai, Column::ResponsableSiret);
                if let Some(organisation) = named {
                    *organisations.entry(organisation).or_default() += 1;
                }
                if let Some(year) = row.school_year() {
                    *years.entry(year).or_default() += 1;
                }
            }
            ControlFlow::Continue(())
        })?;
        // The last of equals wins a `max_by_key`: reversed, that is the first by code.
        let responsable = organisations.into_iter().rev().max_by_key(|(_, count)| *count);
        let school_year = years.into_iter().max_by_key(|(_, count)| *count);
        Ok(responsable
            .zip(school_year)
            .map(|((responsable, _), (school_year, _))| Majority { responsable, school_year }))
    };
    catch_unwind(AssertUnwindSafe(count)).ok()?.ok()?
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use domain::validate::rules::RULES;
    use domain::vocabulary::organisation::Listed;

    use super::*;

    fn fixtures(folder: &str) -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures").join(folder)
    }

    fn judge(name: &str, bytes: &[u8]) -> Report {
        let secret = KeySecret::new(&[7; 32]);
        let organisation = |text: &str| text.parse::<Organisation>().unwrap();
        let sender = organisation("0022189U-39504180900041");
        let listed = [sender, organisation("0031133R-30540504500991")].map(|organisation| Listed {
            organisation,
            name: String::new(),
            nature: String::new(),
            department: String::new(),
            commune: String::new(),
            commune_code: None,
        });
        let circumstances = Circumstances {
            file_name: name,
            sender: Some(sender),
            school_year: Some("2026-2027".parse().unwrap()),
            today: "2026-11-22".parse().unwrap(),
            secret: &secret,
            reference: Some(&Reference::new(listed)),
        };
        check(bytes, &circumstances, &mut |_, _| {})
    }

    /// The rules that a file breaks, each with its first line.
    fn broken(name: &str, bytes: &[u8]) -> String {
        let report = judge(name, bytes);
        let mut broken: Vec<String> = report
            .summary
            .iter()
            .map(|group| match group.lines.first() {
                Some(line) => format!("{} line {line}", group.rule),
                None => group.rule.to_owned(),
            })
            .collect();
        broken.dedup();
        broken.join(", ")
    }

    #[test]
    fn every_rule_has_a_file_that_breaks_it_alone() {
        for rule in RULES {
            let name = format!("{}.csv", rule.name);
            let bytes = std::fs::read(fixtures("rejected").join(&name)).expect(&name);
            assert_eq!(broken(&name, &bytes), format!("{} line 3", rule.name));
        }
    }

    #[test]
    fn every_other_rejected_file_breaks_the_rule_of_its_name() {
        for entry in std::fs::read_dir(fixtures("rejected")).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let rules = broken(&name, &std::fs::read(&path).unwrap());
            assert!(rules.starts_with(name.trim_end_matches(".csv")), "{name}: {rules}");
            // What set most rows aside is said too.
            let alone = !rules.contains(',') || name == "most_rows_are_kept.csv";
            assert!(alone, "{name}: {rules}");
        }
    }

    #[test]
    fn clean_files_break_nothing() {
        let bytes = std::fs::read(fixtures("accepted").join("two_learners.csv")).unwrap();
        let report = judge("two_learners.csv", &bytes);
        assert_eq!(report.findings, []);
        assert_eq!(
            report.sentence,
            "2 lignes lues, 2 acceptées, 0 mise de côté, 0 colonne ignorée."
        );
    }

    #[test]
    fn a_disk_that_fails_says_nothing_of_the_file() {
        let circumstances = Circumstances {
            file_name: "liste.csv",
            sender: None,
            school_year: None,
            today: "2026-11-22".parse().unwrap(),
            secret: &KeySecret::new(&[7; 32]),
            reference: None,
        };
        let check = |path: PathBuf| {
            let file = fs::File::open(path).unwrap();
            check_file(LIMITS, &file, &circumstances, &mut |_, _| {})
        };
        let clean = fixtures("accepted").join("two_learners.csv");
        assert_eq!(check(clean).unwrap().verdict, validate::Verdict::Accepted);
        // A folder opens as a file does, and cannot be read.
        assert!(check(fixtures("accepted")).is_err());
    }

    #[test]
    fn what_is_no_list_is_answered() {
        let clean = std::fs::read(fixtures("accepted").join("two_learners.csv")).unwrap();
        assert_eq!(broken("liste.xlsx", &clean), "file_extension_is_right");
        assert_eq!(broken("liste.csv", b"PK\x03\x04 cut"), "file_is_whole");
        assert_eq!(broken("liste.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "file_is_whole");
        assert_eq!(broken("liste.zip", b"PK\x05\x06 empty"), "file_is_whole");
        assert_eq!(broken("liste.xls", b" <HTML><table>"), "file_format_is_known");
        assert_eq!(broken("liste.xls", &clean), "file_extension_is_right");
    }

    #[test]
    fn a_template_with_its_example_reads_well_and_cannot_be_sent() {
        let names = Column::ALL.map(Column::name).join(";");
        let example = Column::ALL.map(|column| match column {
            Column::FormateurUai => "0123456A",
            Column::FormateurSiret => "12345678901235",
            _ => "",
        });
        let text = format!("{names}\n{}\n", example.join(";"));
        assert!(broken("modele.csv", text.as_bytes()).starts_with("file_has_rows"));
        let secret = KeySecret::new(&[7; 32]);
        let circumstances = Circumstances {
            file_name: "modele.csv",
            sender: None,
            school_year: None,
            today: "2026-11-22".parse().unwrap(),
            secret: &secret,
            reference: None,
        };
        let report = check(text.as_bytes(), &circumstances, &mut |_, _| {});
        assert_eq!(report.verdict, validate::Verdict::Accepted);
        assert_eq!((report.rows.read, report.rows.set_aside), (0, 0));
        assert!(report.sentence.starts_with("Ce modèle se lit bien"));
    }
}
