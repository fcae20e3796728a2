//! Throws damaged lists at the reader for a while: none may stop it, and each must be answered.
//!
//! `cargo run --release -p validate --example fuzz -- [SECONDS] [SEED]`
//!
//! Three targets, each from the files it is given: texts and workbooks are damaged byte by byte;
//! cells are replaced by others, cut, repeated or mixed, so that every parser of a field meets what
//! it does not expect. A panic that the reader catches would be reported as a damaged file: here it
//! stops the run and prints the seed and the execution.

#![expect(clippy::print_stdout, reason = "a command")]

use std::panic;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use domain::validate::{Column, Report};
use domain::vocabulary::{Day, KeySecret};
use rust_xlsxwriter::Workbook;
use validate::check::{Circumstances, check};
use validate::report::to_json;

/// A list that is accepted, to be damaged.
const LIST: &str = include_str!("../../../tests/fixtures/accepted/two_learners.csv");

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

    let table: Vec<Vec<&str>> = LIST.lines().map(|line| line.split(';').collect()).collect();
    let book = workbook(&table)?;
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut executions = [0_u64; 3];
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(seconds) {
        // Nine cells for one text and, now and then, a workbook: they cost as much.
        let target = match random.below(100) {
            0..=1 => 2,
            2..=19 => 1,
            _ => 0,
        };
        let (name, bytes) = match target {
            0 => ("liste.csv", with_other_cells(&table, &mut random).into_bytes()),
            1 => ("liste.csv", damaged(LIST.as_bytes(), &mut random)),
            _ => ("liste.xlsx", damaged(&book, &mut random)),
        };
        let report = judge(name, &bytes)?;
        if PANICKED.load(Ordering::Relaxed) {
            let execution: u64 = executions.iter().sum();
            bail!("panic with seed {seed} at execution {execution}: {}", to_json(&report));
        }
        executions[target] += 1;
    }
    let [cells, texts, workbooks] = executions;
    let per_second = executions.iter().sum::<u64>() as f64 / start.elapsed().as_secs_f64();
    println!(
        "no crash · {cells} lists with other cells · {texts} damaged texts · {workbooks} damaged workbooks · {per_second:.0} a second · seed {seed}"
    );
    Ok(())
}

fn judge(name: &str, bytes: &[u8]) -> anyhow::Result<Report> {
    let secret = KeySecret::new(&[7; 32]);
    let circumstances = Circumstances {
        file_name: name,
        sender: None,
        school_year: None,
        today: Day::from_ymd(2026, 11, 22).context("a day")?,
        secret: &secret,
        reference: None,
    };
    Ok(check(bytes, &circumstances, &mut |_, _| {}))
}

/// The list with one to four cells replaced, and its columns sometimes cut.
fn with_other_cells(table: &[Vec<&str>], random: &mut Random) -> String {
    let mut rows: Vec<Vec<String>> =
        table.iter().map(|row| row.iter().map(ToString::to_string).collect()).collect();
    for _ in 0..=random.below(3) {
        let row = 1 + random.below(rows.len() - 1);
        let column = random.below(Column::ALL.len());
        let text = &rows[row][column];
        rows[row][column] = match random.below(4) {
            0 => text.chars().take(random.below(12)).collect(),
            1 => text.repeat(1 + random.below(9)),
            2 => format!("{text}{}", random.pick(CELLS)),
            _ => (*random.pick(CELLS)).to_owned(),
        };
    }
    let lines: Vec<String> = rows.iter().map(|row| row.join(";")).collect();
    lines.join("\n")
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

fn workbook(table: &[Vec<&str>]) -> anyhow::Result<Vec<u8>> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (line, row) in table.iter().enumerate() {
        for (place, text) in row.iter().enumerate() {
            sheet.write(line as u32, place as u16, *text)?;
        }
    }
    Ok(book.save_to_buffer()?)
}

/// Numbers that only look like chance: the same seed, the same run (xorshift64).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % bound
    }

    fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }
}
