//! The same list through all our rules and into both our files, and through the simple rules of a
//! peer and into its one file: one after the other, round after round, so that a busy machine is so
//! for all. The peers must find the same rows faulty; ours are those set aside.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

use acceptance::files::organisation;
use domain::vocabulary::KeySecret;
use local::effort::Step;
use serde::{Deserialize, Serialize};
use validate::check::{Circumstances, Limits, check_file};

use crate::people::write_list;
use crate::say;

const ROUNDS: usize = 3;

/// What one run cost, as it says itself on its last line.
#[derive(Serialize, Deserialize)]
struct Cost {
    peer: String,
    cpu_seconds: f64,
    peak_megabytes: f64,
    faulty_rows: u64,
}

/// Prints the medians of us and of the peers that this interpreter knows.
pub(crate) fn compare(python: &Path, rows: u32) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let list = folder.path().join("liste.csv");
    write_list(&list, organisation(0), rows)?;
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("figures/peers");
    let this = std::env::current_exe()?;
    let mut runs: Vec<(Command, Vec<Cost>)> = Vec::new();
    let mut ours = Command::new(this);
    ours.arg("judge-list").arg(&list).arg(folder.path());
    runs.push((ours, Vec::new()));
    for script in ["with_polars.py", "with_duckdb.py"] {
        let mut peer = Command::new(python);
        peer.arg(scripts.join(script)).arg(&list).arg(folder.path().join("peer.parquet"));
        runs.push((peer, Vec::new()));
    }
    for _ in 0..ROUNDS {
        for (command, costs) in &mut runs {
            let run = command.output()?;
            let text = String::from_utf8_lossy(&run.stdout);
            match text.lines().last().and_then(|line| serde_json::from_str(line).ok()) {
                Some(cost) => costs.push(cost),
                None => say("absent", String::from_utf8_lossy(&run.stderr).trim()),
            }
        }
    }
    let peers = || runs.iter().skip(1).flat_map(|(_, costs)| costs);
    let faulty = peers().next().map(|peer| peer.faulty_rows);
    anyhow::ensure!(peers().all(|peer| Some(peer.faulty_rows) == faulty), "the peers disagree");
    let size = fs::metadata(&list)?.len() >> 20;
    say(&format!("validate, {rows} rows of CSV, all columns"), &format!("{size} MB"));
    let mut ours = None;
    for (_, costs) in &runs {
        let Some(first) = costs.first() else { continue };
        let median = |of: fn(&Cost) -> f64| {
            let mut all: Vec<f64> = costs.iter().map(of).collect();
            all.sort_by(f64::total_cmp);
            all[all.len() / 2]
        };
        let (cpu, peak) = (median(|cost| cost.cpu_seconds), median(|cost| cost.peak_megabytes));
        let (faulty, times) = (first.faulty_rows, cpu / *ours.get_or_insert(cpu));
        say(
            &format!("  {}", first.peer),
            &format!("{cpu:.2} s of CPU (× {times:.1}), {peak:.0} MB, {faulty} faulty rows"),
        );
    }
    Ok(())
}

/// A list of any length through all the rules and into both files of a folder.
#[expect(clippy::print_stdout, reason = "read by the process that started this one")]
pub(crate) fn judge_list(list: &Path, folder: &Path) -> anyhow::Result<()> {
    let step = Step::start();
    let circumstances = Circumstances {
        file_name: "liste.csv",
        sender: Some(organisation(0)),
        school_year: None,
        today: "2026-11-22".parse()?,
        secret: &KeySecret::new(&[0; 32]),
        reference: None,
    };
    let file = |name| File::create(folder.join(name));
    let mut writer = store::LotWriter::new(file("records.parquet")?, file("identities.parquet")?)?;
    let limits = Limits { bytes: Some(u64::MAX), rows: u32::MAX };
    let mut failure = None;
    let report =
        check_file(limits, &File::open(list)?, &circumstances, &mut |record, identity| {
            failure = failure.take().or(writer.add(record, identity).err());
        })?;
    if let Some(failure) = failure {
        return Err(failure.into());
    }
    writer.finish()?;
    let effort = step.effort();
    let cost = Cost {
        peer: "all our rules".to_owned(),
        cpu_seconds: effort.cpu_seconds,
        peak_megabytes: effort.peak_megabytes,
        faulty_rows: u64::from(report.rows.set_aside),
    };
    println!("{}", serde_json::to_string(&cost)?);
    Ok(())
}
