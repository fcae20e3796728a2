//! Judges one local file and prints what it cost: rows, CPU seconds, peak memory.
//!
//! `cargo run --release -p validate --example check_file -- FILE [MOST_ROWS] [--json] [--parquet]`
//!
//! With `--parquet`, what is kept becomes both Parquet files, a full deposit at a time, as it would
//! in as many deposits.

#![expect(clippy::print_stdout, reason = "a command")]

use anyhow::Context;
use domain::record::{Identity, Record};
use domain::upload::MAX_ROWS;
use domain::vocabulary::{Day, KeySecret};
use validate::check::{Circumstances, LIMITS, Limits, check_within};
use validate::report::to_json;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().context("which file?")?;
    let rest: Vec<String> = arguments.collect();
    let limits = match rest.iter().find_map(|argument| argument.parse().ok()) {
        Some(rows) => Limits { bytes: Some(u64::MAX), rows },
        None => LIMITS,
    };
    let bytes = std::fs::read(&path).with_context(|| format!("read {path}"))?;
    let name = path.rsplit('/').next().unwrap_or(&path);
    let secret = KeySecret::new(&[7; 32]);
    let circumstances = Circumstances {
        file_name: name,
        sender: None,
        school_year: None,
        today: Day::from_ymd(2026, 11, 22).context("a day")?,
        secret: &secret,
        reference: None,
    };
    let before = cpu_seconds()?;
    let flag = |name: &str| rest.iter().any(|argument| argument == name);
    let mut lot = Lot::default();
    let mut failure = None;
    let report = check_within(limits, &bytes, &circumstances, &mut |record, identity| {
        lot.kept += 1;
        if flag("--parquet") {
            lot.records.push(record);
            lot.identities.push(identity);
            if lot.records.len() == MAX_ROWS as usize {
                failure = failure.take().or(lot.write().err());
            }
        }
    });
    lot.write()?;
    if let Some(failure) = failure {
        return Err(failure);
    }
    let spent = cpu_seconds()? - before;
    if flag("--json") {
        println!("{}", to_json(&report));
    }
    println!("{} · {}", report.verdict.as_str(), report.sentence);
    println!(
        "{} kept · {spent:.2} CPU-s · {} MB of Parquet · peak {}, of which the file {} kB",
        lot.kept,
        lot.written / 1_048_576,
        peak_memory()?,
        bytes.len() / 1024
    );
    Ok(())
}

/// What is kept until there is enough for a full deposit.
#[derive(Default)]
struct Lot {
    kept: u32,
    records: Vec<Record>,
    identities: Vec<Identity>,
    written: usize,
}

impl Lot {
    fn write(&mut self) -> anyhow::Result<()> {
        self.written += store::write_records(&mut self.records)?.len();
        self.written += store::write_identities(&mut self.identities)?.len();
        self.records.clear();
        self.identities.clear();
        Ok(())
    }
}

/// User and system time of this process, at the usual hundred ticks a second.
fn cpu_seconds() -> anyhow::Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let (_, fields) = stat.rsplit_once(") ").context("the name ends")?;
    let ticks = fields.split(' ').skip(11).take(2).map(str::parse::<u64>);
    Ok(ticks.sum::<Result<u64, _>>()? as f64 / 100.0)
}

fn peak_memory() -> anyhow::Result<String> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("the peak")?;
    Ok(peak.trim().to_owned())
}
