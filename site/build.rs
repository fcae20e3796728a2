//! Has the islands built (`islands/build.sh`), for the pages to carry. Where that is not possible the
//! pages do without, and the start of the line says so.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the islands are made of, beside this crate.
const SOURCES: [&str; 7] = [
    "islands",
    "src",
    "../functions/validate/src",
    "../functions/open-data/src",
    "../functions/domain/places",
    "../functions/domain/src",
    "../Cargo.toml",
];

fn main() {
    println!("cargo:rustc-check-cfg=cfg(islands)");
    println!("cargo:rerun-if-env-changed=TABLEAU_ISLANDS");
    for source in SOURCES {
        println!("cargo:rerun-if-changed={source}");
    }
    // Who works on something else may go without: TABLEAU_ISLANDS=no cargo check
    if env::var("TABLEAU_ISLANDS").is_ok_and(|said| said == "no") {
        return;
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    match build(&out) {
        Ok(()) => println!("cargo:rustc-cfg=islands"),
        Err(why) => {
            println!("cargo:warning=the pages are built without islands: {why}");
            // Tried again at the next build: a file that never exists has always changed.
            println!("cargo:rerun-if-changed=islands/never");
        }
    }
}

fn build(out: &Path) -> Result<(), String> {
    // target/release/build/site-…/out: what all builds share is beside `release`.
    let target = out.ancestors().nth(4).unwrap_or(out).join("islands");
    let build = Command::new("islands/build.sh").arg(out).arg(target).output();
    let build = build.map_err(|error| format!("build.sh: {error}"))?;
    if build.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&build.stderr);
    for line in said.lines() {
        println!("cargo:warning={line}");
    }
    Err(format!("islands/build.sh: {}", build.status))
}
