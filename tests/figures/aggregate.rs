//! What counting costs: beside two peers, on one file, then everything that is counted, by the
//! number of learners. Each measure is a process of its own.

use std::path::Path;
use std::process::Command;

use crate::say;

/// How many learners, in all the school years counted.
const CURVE: [&str; 5] = ["100000", "300000", "1000000", "3000000", "10000000"];

/// Prints both, for so many rows beside the peers that this interpreter knows.
pub(crate) fn compare(python: &Path, rows: u32) -> anyhow::Result<()> {
    say(&format!("aggregate, {rows} learners at 12 dates"), "");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("figures/peers/aggregate.py");
    let ours = example("aggregate_peers")?;
    let run = Command::new(python).arg(script).arg(ours).arg(rows.to_string()).status()?;
    anyhow::ensure!(run.success(), "no peer was measured: {run}");
    say("aggregate, everything that is counted", "");
    for learners in CURVE {
        let run = Command::new(example("aggregate_speed")?).arg(learners).output()?;
        anyhow::ensure!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        let text = String::from_utf8_lossy(&run.stdout);
        say(&format!("  {learners} records"), text.lines().nth(1).unwrap_or_default().trim());
    }
    Ok(())
}

/// An example, beside this program.
fn example(name: &str) -> anyhow::Result<std::path::PathBuf> {
    let path = std::env::current_exe()?.with_file_name("examples").join(name);
    let shown = path.display();
    anyhow::ensure!(path.exists(), "build the examples of store and domain first: {shown}");
    Ok(path)
}
