//! Writes the pages of an invented publication into a folder, to look at them:
//! `cargo run -p site --example preview -- FOLDER`.

use std::path::PathBuf;

use anyhow::Context;
use site::{About, render};

#[path = "../tests/site/invented.rs"]
mod invented;

fn main() -> anyhow::Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).context("name the folder to write into")?);
    let about = About { version: "3f9a1c".to_owned() };
    for page in render(&invented::open_data(), &about) {
        let path = folder.join(&page.path);
        std::fs::create_dir_all(path.parent().unwrap_or(&folder))?;
        std::fs::write(&path, &page.body).with_context(|| page.path.clone())?;
    }
    Ok(())
}
