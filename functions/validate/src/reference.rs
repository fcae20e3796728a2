//! A reference dataset lands: its lines are judged, its good ones kept in one shape, and the version
//! they make counts from then on. Same report as a list of learners.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use domain::upload::{Dataset, Deposit, Format, hex};
use domain::validate::reference::{Line, ReferenceJudge};
use domain::validate::{Cell, File, Refusal, Report, Tally};
use domain::vocabulary::{Day, Reference};
use sha2::{Digest, Sha256};
use store::{Key, Store};

use crate::handler::{Noted, announce, leave};
use crate::read::{List, Source};

/// Rows looked at to find the header.
const ROWS_BEFORE_HEADER: u32 = 30;

/// Judges a file of this dataset: the report, and its lines when it is accepted. `known` are the
/// organisations that count now.
pub fn check(
    dataset: Dataset,
    file_name: &str,
    bytes: &[u8],
    known: &Reference,
) -> (Report, Option<Vec<Line>>) {
    let mut file = File {
        name: file_name.to_owned(),
        size_bytes: bytes.len() as u64,
        sha256: hex(&Sha256::digest(bytes)),
        ..File::default()
    };
    // Whatever a library does with a hostile file, the answer is a report.
    let judged = catch_unwind(AssertUnwindSafe(|| judge(dataset, file_name, bytes, &mut file)));
    match judged.unwrap_or(Err(Refusal::Damaged)) {
        Ok(judge) => judge.finish(file, known),
        Err(refusal) => (Tally::default().finish(file, None, vec![refusal]), None),
    }
}

fn judge(
    dataset: Dataset,
    file_name: &str,
    bytes: &[u8],
    file: &mut File,
) -> Result<ReferenceJudge, Refusal> {
    let format = Format::of_name(file_name).unwrap_or(Format::Csv);
    if bytes.len() as u64 > format.max_bytes() {
        return Err(Refusal::TooManyBytes);
    }
    let list = List::find(file_name, bytes)?;
    let mut source = list.open(file)?;
    let (sheet, header) = find_header(dataset, &mut source)?;
    file.sheet = source.sheet(sheet).map(str::to_owned);
    let mut judge = None;
    source.rows(sheet, &mut |line, cells| {
        if line == header {
            judge = Some(ReferenceJudge::new(dataset, line, &texts(cells)));
        } else if let Some(judge) = &mut judge {
            judge.line(line, &texts(cells));
        }
        ControlFlow::Continue(())
    })?;
    judge.ok_or(Refusal::NoHeader)
}

/// The sheet and the line of the row that names the most columns of the dataset.
fn find_header(dataset: Dataset, source: &mut Source<'_>) -> Result<(usize, u32), Refusal> {
    let (mut best, mut found) = (0, None);
    let (mut of, mut left) = (0, ROWS_BEFORE_HEADER);
    source.sheets(&mut |sheet, line, cells| {
        if sheet != of {
            (of, left) = (sheet, ROWS_BEFORE_HEADER);
        }
        let score = ReferenceJudge::score(dataset, &texts(cells));
        if score > best {
            best = score;
            found = Some((sheet, line));
        }
        left -= 1;
        if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    found.ok_or(Refusal::NoHeader)
}

fn texts(cells: &[Cell<'_>]) -> Vec<String> {
    cells.iter().map(|cell| cell.shown()).collect()
}

/// Judges a deposit of a reference dataset and makes it count.
pub(crate) async fn receive(
    store: &Store,
    noted: &Noted<'_>,
    deposit: &Deposit,
    bytes: &[u8],
    known: &Reference,
    day: Day,
) -> anyhow::Result<()> {
    let declaration = &deposit.declaration;
    let dataset = declaration.dataset;
    let (report, lines) = check(dataset, &declaration.file_name, bytes, known);
    let judged = leave(store, &deposit.id, &report, Vec::new(), day).await?;
    let outcome = match lines {
        Some(lines) => {
            let (csv, sha256) = store::write_reference(dataset, &lines)?;
            let key = Key::Reference { dataset, sha256: sha256.clone() };
            store.objects.put_once(&key, csv).await?;
            let outcome = store.index.accept_reference(deposit, &judged, &sha256).await?;
            announce(store, &deposit.id).await?;
            outcome
        }
        None => store.index.refuse(deposit, &judged, false).await?,
    };
    noted.moved(outcome, report.rows);
    tracing::info!(deposit.id, rows.read = report.rows.read, ?outcome, "reference dataset judged");
    Ok(())
}
