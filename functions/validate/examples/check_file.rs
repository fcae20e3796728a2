//! Judges one local file and prints what it cost: rows, CPU seconds, peak memory.
//!
//! `cargo run --release -p validate --example check_file -- FILE [MOST_ROWS] [--json] [--parquet DIR]`
//!
//! With `--parquet`, what is kept becomes both Parquet files there.

#![expect(clippy::print_stdout, reason = "a command")]

use std::fs::File;
use std::path::Path;

use anyhow::Context;
use domain::vocabulary::{Day, KeySecret};
use validate::check::{Circumstances, LIMITS, Limits, check_file};
use validate::report::to_json;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().context("which file?")?;
    let rest: Vec<String> = arguments.collect();
    let limits = match rest.iter().find_map(|argument| argument.parse().ok()) {
        Some(rows) => Limits { bytes: Some(u64::MAX), rows },
        None => LIMITS,
    };
    let file = File::open(&path).with_context(|| format!("read {path}"))?;
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
    let flag = |name: &str| rest.iter().position(|argument| argument == name);
    let mut writer = match flag("--parquet") {
        Some(place) => {
            let folder = Path::new(rest.get(place + 1).context("in which folder?")?);
            let file = |name| File::create(folder.join(name));
            Some(store::LotWriter::new(file("records.parquet")?, file("identities.parquet")?)?)
        }
        None => None,
    };
    let mut kept = 0;
    let mut failure = None;
    let report = check_file(limits, &file, &circumstances, &mut |record, identity| {
        kept += 1;
        if let Some(writer) = &mut writer {
            failure = failure.take().or(writer.add(record, identity).err());
        }
    })?;
    if let Some(failure) = failure {
        return Err(failure.into());
    }
    let mut written = 0;
    if let Some(writer) = writer {
        let (records, identities) = writer.finish()?;
        written = records.metadata()?.len() + identities.metadata()?.len();
    }
    let spent = cpu_seconds()? - before;
    if flag("--json").is_some() {
        println!("{}", to_json(&report));
    }
    println!("{} · {}", report.verdict.as_str(), report.sentence);
    println!(
        "{kept} kept · {spent:.2} CPU-s · {} kB of Parquet · peak {}, of which the file {} kB",
        written / 1024,
        peak_memory()?,
        file.metadata()?.len() / 1024
    );
    Ok(())
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
