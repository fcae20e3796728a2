//! Throws damaged lists at the reader for a while: none may stop it, and each must be answered.
//!
//! `cargo run --release -p validate --example fuzz -- [SECONDS] [SEED]`
//!
//! Four targets. *Fields*: one cell of a row that is otherwise whole, so that the parser of each
//! column meets what it does not expect. *Texts* and *workbooks*: the files of the corpus
//! (`tests/fixtures`, and a workbook of the first of them), damaged byte by byte. *Parts*: the XML
//! inside that workbook, damaged, then packed again, so that it comes past the checksums.
//!
//! A panic that the reader catches would be reported as a damaged file: here it stops the run and
//! prints the seed and the execution, as do half a minute for one execution or 64 MB for them all.

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
use rust_xlsxwriter::Workbook;
use validate::check::{Circumstances, check};
use zip::write::{SimpleFileOptions, ZipWriter};
use zip::{CompressionMethod, ZipArchive};

/// The targets, with how many executions of each make a round: each takes about as long.
const TARGETS: [(&str, u32); 4] =
    [("fields", 400), ("damaged texts", 20), ("damaged workbooks", 2), ("damaged parts", 2)];
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
        for (target, (name, count)) in TARGETS.iter().enumerate() {
            for _ in 0..*count {
                let (file, bytes) = match target {
                    0 => ("", Vec::new()),
                    1 => (
                        "liste.csv",
                        damaged(&corpus.texts[random.below(corpus.texts.len())], &mut random),
                    ),
                    2 => ("liste.xlsx", damaged(&corpus.workbook, &mut random)),
                    _ => ("liste.xlsx", corpus.with_a_damaged_part(&mut random)?),
                };
                let began = Instant::now();
                if target == 0 {
                    bench.judge_a_cell(&mut judge, &mut random);
                } else {
                    check(&bytes, &bench.circumstances(file), &mut |_, _| {});
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
    for ((name, _), (count, slowest)) in TARGETS.iter().zip(executions.iter().zip(slowest)) {
        println!("{count:>12} {name}, the slowest in {slowest:.0?}");
    }
    let (total, peak) = (executions.iter().sum::<u64>(), peak_kilobytes()?);
    println!("{total:>12} executions without a crash, {peak} kB at most, seed {seed}");
    Ok(())
}

/// What is damaged.
struct Corpus {
    texts: Vec<Vec<u8>>,
    workbook: Vec<u8>,
    /// The files inside the workbook.
    parts: Vec<(String, Vec<u8>)>,
}

impl Corpus {
    fn read() -> anyhow::Result<Self> {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures");
        let mut paths = Vec::new();
        for folder in ["accepted", "rejected"] {
            for entry in fs::read_dir(fixtures.join(folder))? {
                paths.push(entry?.path());
            }
        }
        // In one order on every machine: a seed is a run.
        paths.sort();
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "csv"));
        let texts = paths.iter().map(fs::read).collect::<Result<Vec<_>, _>>()?;
        let workbook = workbook(std::str::from_utf8(&texts[0])?)?;
        let mut archive = ZipArchive::new(Cursor::new(&workbook))?;
        let mut parts = Vec::new();
        for place in 0..archive.len() {
            let mut part = archive.by_index(place)?;
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes)?;
            parts.push((part.name()?.into_owned(), bytes));
        }
        Ok(Self { texts, workbook, parts })
    }

    fn with_a_damaged_part(&self, random: &mut Random) -> anyhow::Result<Vec<u8>> {
        let chosen = random.below(self.parts.len());
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        for (place, (name, bytes)) in self.parts.iter().enumerate() {
            archive.start_file(name.as_str(), stored)?;
            if place == chosen {
                archive.write_all(&damaged(bytes, random))?;
            } else {
                archive.write_all(bytes)?;
            }
        }
        Ok(archive.finish()?.into_inner())
    }
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

fn workbook(text: &str) -> anyhow::Result<Vec<u8>> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (line, row) in text.lines().enumerate() {
        for (place, text) in row.split(';').enumerate() {
            sheet.write(line as u32, place as u16, text)?;
        }
    }
    Ok(book.save_to_buffer()?)
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
