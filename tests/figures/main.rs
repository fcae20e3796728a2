//! The figures of the line, printed and not asserted: what they are depends on the machine and on
//! its neighbours. `cargo run --release -p acceptance --bin figures [LEARNERS]`; beside other tools,
//! `… --bin figures peers [PYTHON] [ROWS]` or `… figures aggregate [PYTHON] [ROWS]`, with a Python that
//! has Polars and `DuckDB`.

mod aggregate;
mod peers;
mod people;
mod secrets;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use acceptance::files::{ORGANISATIONS, apprentices, organisation};
use domain::upload::{Dataset, hex};
use domain::vocabulary::KeySecret;
use local::client::{Client, Declaration};
use local::commands::key;
use local::effort::Step;
use local::line::{Line, Options};
use rust_xlsxwriter::Workbook;
use sha2::{Digest, Sha256};
use validate::check::{Circumstances, check};

#[expect(clippy::print_stdout, reason = "it is what this program is for")]
fn say(what: &str, figure: &str) {
    println!("{what:44} {figure}");
}

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.get(1).map(String::as_str) {
        // Each measure of memory is a process of its own.
        Some("judge") => judge(Path::new(&arguments[2])),
        Some("judge-list") => peers::judge_list(Path::new(&arguments[2]), Path::new(&arguments[3])),
        Some("peers") => {
            let python = arguments.get(2).map_or("python3", String::as_str);
            let rows = arguments.get(3).map_or(Ok(1_000_000), |rows| rows.parse())?;
            peers::compare(Path::new(python), rows)
        }
        Some("aggregate") => {
            let python = arguments.get(2).map_or("python3", String::as_str);
            let rows = arguments.get(3).map_or(Ok(10_000_000), |rows| rows.parse())?;
            aggregate::compare(Path::new(python), rows)
        }
        Some("secrets") => secrets::measure(&arguments[2..]),
        learners => all(learners.map_or(Ok(100_000), str::parse)?),
    }
}

fn all(learners: u32) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let csv = folder.path().join("5000.csv");
    std::fs::write(&csv, apprentices(organisation(0), 1, 5_000))?;
    let xlsx = folder.path().join("50000.xlsx");
    workbook(&xlsx, &apprentices(organisation(0), 1, 50_000))?;
    for (what, path) in
        [("validate, 5 000 rows of CSV", &csv), ("validate, 50 000 rows of XLSX", &xlsx)]
    {
        let run = Command::new(std::env::current_exe()?).arg("judge").arg(path).output()?;
        say(what, String::from_utf8(run.stdout)?.trim());
    }
    build(folder.path(), learners)?;
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(drop_to_page(folder.path()))
}

/// A file through the rules and both Parquet files.
#[expect(clippy::print_stdout, reason = "read by the process that started this one")]
fn judge(path: &Path) -> anyhow::Result<()> {
    let step = Step::start();
    let bytes = std::fs::read(path)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let circumstances = Circumstances {
        file_name: &name,
        sender: Some(organisation(0)),
        school_year: None,
        today: "2026-11-22".parse()?,
        secret: &KeySecret::new(&[0; 32]),
        reference: None,
    };
    let (mut records, mut identities) = (Vec::new(), Vec::new());
    let report = check(&bytes, &circumstances, &mut |record, identity| {
        records.push(record.clone());
        identities.push(identity.clone());
    });
    let size = store::write_records(&records)?.len() + store::write_identities(&identities)?.len();
    println!("{} ({} accepted, {size} bytes of Parquet)", step.effort(), report.rows.accepted);
    Ok(())
}

/// The same rows as a workbook.
fn workbook(path: &Path, csv: &[u8]) -> anyhow::Result<()> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet_with_constant_memory()?;
    for (row, line) in std::str::from_utf8(csv)?.lines().enumerate() {
        for (column, cell) in line.split(';').enumerate() {
            sheet.write_string(u32::try_from(row)?, u16::try_from(column)?, cell)?;
        }
    }
    workbook.save(path)?;
    Ok(())
}

/// `tableau build`, whose steps say what they cost.
fn build(folder: &Path, learners: u32) -> anyhow::Result<()> {
    let (inbox, list) = (folder.join("inbox"), folder.join("organismes.csv"));
    std::fs::create_dir_all(&inbox)?;
    std::fs::write(&list, ORGANISATIONS)?;
    let files = learners / 1_000;
    for file in 0..files {
        let bytes = apprentices(organisation(file as usize % 3), file * 1_000, 1_000);
        std::fs::write(inbox.join(format!("{file:05}.csv")), bytes)?;
    }
    let began = Instant::now();
    let run = Command::new(tableau())
        .args(["build", "--today", "2026-11-22", "--inbox"])
        .arg(&inbox)
        .arg("--organismes")
        .arg(&list)
        .arg("--out")
        .arg(folder.join("out"))
        .output()?;
    anyhow::ensure!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    say(
        &format!("build, {learners} learners in {files} files"),
        &format!("{:.1?}", began.elapsed()),
    );
    for line in String::from_utf8_lossy(&run.stderr).lines() {
        say("", line);
    }
    Ok(())
}

/// A list of 2,000 learners, from the drop to the report and to the page.
async fn drop_to_page(folder: &Path) -> anyhow::Result<()> {
    let options = Options {
        state: folder.join("state"),
        port: 0,
        program: tableau(),
        organisations: Some(folder.join("organismes.csv")),
        references: None,
        demo: true,
        rhythm: publish::Rhythm::EachRun,
    };
    let mut line = Line::start(&options).await?;
    line.count();
    let (_, key) = key::make(&line.store().index, vec![organisation(0)]).await?;
    let client = Client::new(&line.address(), &key);
    for (what, count) in [("cold", 1_999_u32), ("warm", 2_000)] {
        let (client, page) = (client.clone(), format!("{}/departement/35/", line.address()));
        let figures = tokio::task::spawn_blocking(move || {
            let file = apprentices(organisation(0), 1, count);
            let declaration = Declaration {
                organisme: None,
                dataset: Dataset::Effectifs.to_string(),
                school_year: acceptance::files::YEAR.to_owned(),
                mode: "complete".to_owned(),
                file_name: "effectifs.csv".to_owned(),
                size_bytes: file.len() as u64,
                sha256: hex(&Sha256::digest(&file)),
                again: true,
            };
            let agent: ureq::Agent = ureq::Agent::config_builder()
                .http_status_as_error(false)
                .proxy(None)
                .build()
                .into();
            let before = agent.get(&page).call()?.body_mut().read_to_string()?;
            let began = Instant::now();
            let opened = client.open(&declaration)?;
            let upload = opened.upload.as_ref().ok_or_else(|| anyhow::anyhow!("no upload"))?;
            client.upload(upload, file.len() as u64, &mut file.as_slice())?;
            client.wait(&opened.deposit, Duration::from_secs(30))?;
            let report = began.elapsed();
            while began.elapsed() < Duration::from_mins(1) {
                let text = agent.get(&page).call()?.body_mut().read_to_string()?;
                if text != before {
                    return anyhow::Ok((report, began.elapsed()));
                }
                std::thread::sleep(Duration::from_millis(20));
            }
            anyhow::bail!("the page never changed")
        });
        let (report, page) = figures.await??;
        say(&format!("drop to report, {count} rows, {what}"), &format!("{report:.2?}"));
        say(&format!("drop to page, {count} rows, {what}"), &format!("{page:.2?}"));
    }
    line.stop().await
}

/// The binary that `cargo run` runs, beside this one.
fn tableau() -> PathBuf {
    std::env::current_exe().unwrap_or_default().with_file_name("tableau")
}
