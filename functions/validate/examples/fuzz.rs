//! Throws damaged lists at the reader for a while: none may stop it, and each must be answered.
//!
//! `cargo run --release -p validate --example fuzz -- [SECONDS] [SEED]`
//!
//! *Fields*: one cell of a row that is otherwise whole, so that the parser of each column meets what
//! it does not expect. The other targets are files of the corpus (`tests/fixtures`), damaged byte by
//! byte: texts, workbooks of each kind, archives; and the XML inside workbooks, damaged, then packed
//! again, so that it comes past the checksums.
//!
//! A panic that the reader catches would be reported as a damaged file: here it stops the run and
//! prints the seed and the execution, as do two seconds for one execution or 64 MB for them all.

#![expect(clippy::print_stdout, reason = "a command")]

use std::fs;
use std::io::{Cursor, Read as _, Write as _};
use std::panic;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use domain::validate::schema::fields;
use domain::validate::{Cell, Column, Judge, Layout, Row, Tally};
use domain::vocabulary::{Day, KeySecret};
use validate::check::{Circumstances, check};
use zip::write::{SimpleFileOptions, ZipWriter};
use zip::{CompressionMethod, ZipArchive};

/// What is thrown at the reader.
struct Target {
    name: &'static str,
    /// How many executions of it make a round.
    count: u32,
    /// Makes a file and its name; without it, a cell is judged.
    file: Option<Make>,
}

/// Makes a file.
type Make = fn(&Corpus, &mut Random) -> anyhow::Result<Named>;
/// The name of a file, and its bytes.
type Named = (String, Vec<u8>);

const TARGETS: [Target; 6] = [
    Target { name: "fields", count: 4_000, file: None },
    Target { name: "texts", count: 20, file: Some(|corpus, random| Ok(corpus.text(random))) },
    Target {
        name: "workbooks",
        count: 8,
        file: Some(|corpus, random| Ok(corpus.workbook(random))),
    },
    Target {
        name: "parts of workbooks",
        count: 8,
        file: Some(Corpus::workbook_with_a_damaged_part),
    },
    Target { name: "archives", count: 8, file: Some(Corpus::archive) },
    Target { name: "lists in archives", count: 8, file: Some(Corpus::archive_of_a_damaged_list) },
];
/// Longest execution: what a sender is promised.
const PATIENCE: Duration = Duration::from_secs(2);
/// Most memory, all along.
const MOST_PEAK_KB: u64 = 64 * 1024;
/// Rows that one judge remembers before another takes its place.
const ROWS_OF_A_LIST: u64 = 1_000;

/// What a cell is replaced by: the edges of every parser.
const CELLS: &[&str] = &[
    "",
    " ",
    "0",
    "1",
    "-1",
    "00000",
    "99999",
    "2026-02-29",
    "31/12/2026",
    "31/12/26",
    "45000",
    "1,30025E+13",
    "1.30025E+13",
    "NaN",
    "inf",
    "1e308",
    "#N/A",
    "#EFFACER",
    "=1+1",
    "é",
    "Œ",
    "\u{feff}",
    "\u{202f}",
    "\u{0}",
    "\u{1f468}\u{200d}\u{1f469}",
    "e\u{301}",
    "ß",
    "ﬁ",
    "0751234J",
    "39504180900041",
    "356000000",
    "35600000000048",
    "2A004",
    "97411",
    "+33 6 12 34 56 78",
    "0033612345678",
    "a@b.fr",
    "@",
    "a@",
    "2026-2027",
    "2026/27",
    "9999-10000",
    "0-0",
    "OUI",
    "vrai",
    "RNCP35316",
    "RNCP",
    "123456789AB",
    "1234567890A",
    "4001",
    "993",
    "\"",
    "\"\"",
    ";",
    "\n",
    "\r",
];

static PANICKED: AtomicBool = AtomicBool::new(false);

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u64>());
    let seconds = arguments.next().transpose().context("seconds")?.unwrap_or(10);
    let seed = arguments.next().transpose().context("a seed")?.unwrap_or(1);
    panic::set_hook(Box::new(|_| PANICKED.store(true, Ordering::Relaxed)));

    let corpus = Corpus::read()?;
    let secret = KeySecret::new(&[7; 32]);
    let bench = Bench::new(&secret)?;
    let mut judge = bench.judge();
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut executions = [0_u64; TARGETS.len()];
    let mut slowest = [Duration::ZERO; TARGETS.len()];
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(seconds) {
        for (target, Target { name, count, file }) in TARGETS.iter().enumerate() {
            for _ in 0..*count {
                let file = file.map(|file| file(&corpus, &mut random)).transpose()?;
                let began = Instant::now();
                match file {
                    Some((name, bytes)) => {
                        check(&bytes, &bench.circumstances(&name), &mut |_, _| {});
                    }
                    None => bench.judge_a_cell(&mut judge, &mut random),
                }
                executions[target] += 1;
                slowest[target] = slowest[target].max(began.elapsed());
                let panicked = PANICKED.load(Ordering::Relaxed);
                ensure!(
                    !panicked && slowest[target] < PATIENCE,
                    "{} with seed {seed} at execution {} of {name}",
                    if panicked { "panic" } else { "a long wait" },
                    executions[target],
                );
                if executions[0].is_multiple_of(ROWS_OF_A_LIST) {
                    judge = bench.judge();
                }
            }
        }
        let peak = peak_kilobytes()?;
        ensure!(peak < MOST_PEAK_KB, "{peak} kB with seed {seed} after {executions:?}");
    }
    for (Target { name, .. }, (count, slowest)) in
        TARGETS.iter().zip(executions.iter().zip(slowest))
    {
        println!("{count:>12} {name}, the slowest in {slowest:.0?}");
    }
    let (total, peak) = (executions.iter().sum::<u64>(), peak_kilobytes()?);
    println!("{total:>12} executions without a crash, {peak} kB at most, seed {seed}");
    Ok(())
}

/// What is damaged: names and bytes.
struct Corpus {
    texts: Vec<Named>,
    workbooks: Vec<Named>,
}

impl Corpus {
    fn read() -> anyhow::Result<Self> {
        let texts = [files("accepted", &["csv"])?, files("rejected", &["csv"])?].concat();
        Ok(Self { texts, workbooks: files("written", &["xls", "xlsx", "ods"])? })
    }

    fn text(&self, random: &mut Random) -> Named {
        let (name, bytes) = random.pick(&self.texts);
        (name.clone(), damaged(bytes, random))
    }

    fn workbook(&self, random: &mut Random) -> Named {
        let (name, bytes) = random.pick(&self.workbooks);
        (name.clone(), damaged(bytes, random))
    }

    fn workbook_with_a_damaged_part(&self, random: &mut Random) -> anyhow::Result<Named> {
        let (name, bytes) = loop {
            let (name, bytes) = random.pick(&self.workbooks);
            if bytes.starts_with(b"PK") {
                break (name, bytes);
            }
        };
        let mut archive = ZipArchive::new(Cursor::new(bytes))?;
        let chosen = random.below(archive.len());
        let mut parts = Vec::new();
        for place in 0..archive.len() {
            let mut part = archive.by_index(place)?;
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes)?;
            let bytes = if place == chosen { damaged(&bytes, random) } else { bytes };
            parts.push((part.name()?.into_owned(), bytes));
        }
        Ok((name.clone(), packed(&parts)?))
    }

    fn archive(&self, random: &mut Random) -> anyhow::Result<Named> {
        let list = random.pick(&self.texts).clone();
        Ok(("liste.zip".to_owned(), damaged(&packed(&[list])?, random)))
    }

    fn archive_of_a_damaged_list(&self, random: &mut Random) -> anyhow::Result<Named> {
        let list = if random.below(2) == 0 { self.text(random) } else { self.workbook(random) };
        Ok(("liste.zip".to_owned(), packed(&[list])?))
    }
}

/// The files of a folder, in one order on every machine: a seed is a run.
fn files(folder: &str, extensions: &[&str]) -> anyhow::Result<Vec<Named>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures").join(folder);
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().into_string().ok().context("a name in UTF-8")?;
        if name.rsplit_once('.').is_some_and(|(_, extension)| extensions.contains(&extension)) {
            files.push((name, fs::read(entry.path())?));
        }
    }
    files.sort();
    Ok(files)
}

/// An archive of these files, not deflated.
fn packed(files: &[Named]) -> anyhow::Result<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, bytes) in files {
        archive.start_file(name.as_str(), stored)?;
        archive.write_all(bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}

/// Judges rows that differ from the example of the template by one cell.
struct Bench<'a> {
    secret: &'a KeySecret,
    today: Day,
    layout: Layout,
    examples: Vec<String>,
}

impl<'a> Bench<'a> {
    fn new(secret: &'a KeySecret) -> anyhow::Result<Self> {
        let headers = Column::ALL.map(|column| Cell::Text(column.name()));
        let layout = Layout::read(1, &headers).ok().context("the header of the template")?;
        let examples = fields().into_iter().map(|field| field.example.into_owned()).collect();
        let today = Day::from_ymd(2026, 11, 22).context("a day")?;
        Ok(Self { secret, today, layout, examples })
    }

    fn circumstances<'c>(&'c self, file_name: &'c str) -> Circumstances<'c> {
        Circumstances {
            file_name,
            sender: None,
            school_year: None,
            today: self.today,
            secret: self.secret,
            reference: None,
        }
    }

    fn judge(&self) -> Judge<'_> {
        Judge::new(domain::validate::Circumstances {
            today: self.today,
            sender: None,
            school_year: None,
            secret: self.secret,
            reference: None,
        })
    }

    fn judge_a_cell(&self, judge: &mut Judge<'_>, random: &mut Random) {
        let place = random.below(self.examples.len());
        let text = other_text(&self.examples[place], random);
        let cell = match random.below(8) {
            0 => Cell::Number(f64::from_bits(random.bits())),
            1 => Cell::Number((random.bits() >> random.below(64)) as f64),
            2 => match Day::from_epoch_days(random.bits() as i32 % 3_000_000) {
                Some(day) => Cell::Date(day),
                None => Cell::Bool(true),
            },
            _ => Cell::Text(&text),
        };
        let mut cells: Vec<Cell<'_>> = self.examples.iter().map(|text| Cell::Text(text)).collect();
        cells[place] = cell;
        let row = Row::new(2, &cells, &self.layout, random.below(2) == 0);
        judge.judge(&row, &mut Tally::default());
    }
}

/// The text of a cell, cut, repeated, mixed with another or replaced by it.
fn other_text(text: &str, random: &mut Random) -> String {
    match random.below(6) {
        0 => text.chars().take(random.below(12)).collect(),
        1 => text.repeat(1 + random.below(9)),
        2 => format!("{text}{}", random.pick(CELLS)),
        3 => format!("{}{text}", random.pick(CELLS)),
        4 => String::from_utf8_lossy(&damaged(text.as_bytes(), random)).into_owned(),
        _ => (*random.pick(CELLS)).to_owned(),
    }
}

/// The bytes with a few of them changed, left out, repeated or cut.
fn damaged(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=random.below(8) {
        if bytes.is_empty() {
            break;
        }
        let place = random.below(bytes.len());
        match random.below(5) {
            0 => bytes[place] ^= 1 << random.below(8),
            1 => bytes[place] = random.below(256) as u8,
            2 => drop(bytes.remove(place)),
            3 => bytes.insert(place, *random.pick(b";,\t|\"\n\r\0\xff<>&")),
            _ if random.below(20) == 0 => bytes.truncate(place),
            _ => {
                let end = (place + random.below(64)).min(bytes.len());
                let piece = bytes[place..end].to_vec();
                bytes.splice(place..place, piece);
            }
        }
    }
    bytes
}

/// The most memory that this process held at once.
fn peak_kilobytes() -> anyhow::Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("the peak")?;
    Ok(peak.trim().trim_end_matches(" kB").parse()?)
}

/// Numbers that only look like chance: the same seed, the same run (xorshift64).
struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.bits() >> 11) as usize % bound
    }

    fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }
}
