//! The `tableau` command.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match local::cli::Cli::parse().run() {
        Ok(code) => code,
        Err(error) => {
            // Nobody is left to tell when standard error is closed.
            let _ = writeln!(std::io::stderr(), "tableau : {error:#}");
            ExitCode::from(2)
        }
    }
}
