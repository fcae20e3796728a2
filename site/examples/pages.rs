//! Renders the invented country of the tests: `cargo run --release -p site --example pages -- [OUT]`.
//!
//! Prints what the pages weigh, one line for each kind, and what rendering ten thousand costs. With
//! `OUT`, leaves the site there instead, to be looked at. `tests/figures/peers/pages` runs two more:
//! `OUT TIMES` leaves the site of a country that has so many times as many centres, `figures FILE TIMES`
//! the figures of these centres.

#![expect(clippy::print_stdout, reason = "what it is for")]
#![expect(clippy::case_sensitive_file_extension_comparisons, reason = "our own paths")]

#[path = "../tests/site/invented.rs"]
mod invented;

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::Path;
use std::time::Instant;

use open_data::v1::{Maille, OpenData, Serie};
use serde_json::json;
use site::fichiers::fichiers;
use site::{About, Page};

/// As many as a country with all its organisations.
const PAGES: usize = 10_000;
/// As a distribution compresses what it serves.
const QUALITY: u32 = 5;

/// A country whose pages are as many as [`PAGES`].
const TIMES: usize = 24;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["figures", file, times] => return figures(Path::new(file), times.parse()?),
        [out, times] => return leave(&invented::country(times.parse()?), Path::new(out)),
        _ => {}
    }
    let data = invented::open_data();
    if let Some(out) = arguments.first() {
        leave(&data, Path::new(out))?;
        return beside(&data, Path::new(out));
    }
    weigh(&render(&data))?;
    time(&invented::country(TIMES));
    Ok(())
}

/// Writes each page as soon as it is made.
fn leave(data: &OpenData, out: &Path) -> anyhow::Result<()> {
    site::render(data, &about(), |page| {
        let path = out.join(&page.path);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        Ok(std::fs::write(path, &page.body)?)
    })
}

/// What other generators make their pages of: each centre that has one, and its figures, withheld or
/// not.
fn figures(file: &Path, times: usize) -> anyhow::Result<()> {
    let data = invented::country(times);
    let atlas = site::atlas::Atlas::new(&data);
    let centres: Vec<_> = atlas
        .organismes_avec_page()
        .map(|centre| {
            let series = atlas.series(Maille::Organisme, &centre.code);
            let figures: BTreeMap<&str, &Vec<_>> =
                series.iter().map(|one| (one.indicateur.as_str(), &one.valeurs)).collect();
            json!({
                "code": centre.code, "nom": centre.nom, "ville": centre.ville,
                "siret": centre.siret, "departement": centre.code_departement,
                "envoi": centre.derniere_transmission, "valeurs": figures,
            })
        })
        .collect();
    let all = json!({ "dates": data.dates, "centres": centres });
    Ok(std::fs::write(file, all.to_string())?)
}

/// The figures beside the pages, as `publish` folds them: what an island reads.
fn beside(data: &OpenData, out: &Path) -> anyhow::Result<()> {
    for beside in fichiers(data) {
        let series: Vec<_> = beside
            .series
            .iter()
            .map(|Serie { maille, code, libelle, dimension, modalite, indicateur, valeurs }| {
                json!({
                    "maille": maille, "code": code, "libelle": libelle, "dimension": dimension,
                    "modalite": modalite, "indicateur": indicateur, "valeurs": valeurs,
                })
            })
            .collect();
        let folded = json!({ "version": "v1", "dates": data.dates, "series": series });
        std::fs::write(out.join(beside.path("json")), folded.to_string())?;
    }
    Ok(())
}

fn about() -> About {
    About {
        version: "3f9a1c".to_owned(),
        date: "2026-11-22".to_owned(),
        json_ld: "{}".to_owned(),
        public_key: None,
        origine: None,
    }
}

fn render(data: &OpenData) -> Vec<Page> {
    let mut pages = Vec::new();
    let Ok(()) = site::render(data, &about(), |page| -> Result<(), Infallible> {
        pages.push(page);
        Ok(())
    });
    pages
}

/// The heaviest of each kind.
fn weigh(pages: &[Page]) -> anyhow::Result<()> {
    let mut kinds: BTreeMap<String, (usize, usize, usize, &str)> = BTreeMap::new();
    for page in pages {
        let kind = match page.path.split_once('/') {
            Some((folder, _)) if page.path.ends_with(".html") => format!("/{folder}/"),
            _ => page.path.clone(),
        };
        let packed = brotli(&page.body)?;
        let (count, raw, least, name) = kinds.entry(kind).or_default();
        *count += 1;
        if packed > *least {
            (*raw, *least, *name) = (page.body.len(), packed, &page.path);
        }
    }
    println!("{:>6} {:>8} {:>8}  heaviest of its kind", "pages", "bytes", "brotli");
    for (count, raw, packed, name) in kinds.values() {
        println!("{count:>6} {raw:>8} {packed:>8}  {name}");
    }
    Ok(())
}

fn brotli(body: &[u8]) -> anyhow::Result<usize> {
    let mut packed = Vec::new();
    let params = brotli::enc::BrotliEncoderParams { quality: QUALITY as i32, ..Default::default() };
    brotli::BrotliCompress(&mut &body[..], &mut packed, &params)?;
    Ok(packed.len())
}

fn time(data: &OpenData) {
    let start = Instant::now();
    let (mut made, mut bytes) = (0, 0);
    let Ok(()) = site::render(data, &about(), |page| -> Result<(), Infallible> {
        made += usize::from(page.path.ends_with(".html"));
        bytes += page.body.len();
        Ok(())
    });
    let seconds = start.elapsed().as_secs_f64();
    let each = seconds / made as f64;
    println!(
        "{made} pages, {bytes} bytes, in {seconds:.2} s on one core: {:.2} s for {PAGES}",
        each * PAGES as f64
    );
}
