//! The reference datasets on one machine: from files given at the start, and from the files that
//! the public service itself used, in their own shapes.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use domain::upload::Dataset;
use domain::validate::Level;
use domain::validate::reference::Line;
use domain::vocabulary::Reference;

/// Reads a file of a dataset, judged as if it had been dropped: refused, it is an error that says
/// the first reason.
pub fn read(dataset: Dataset, path: &Path) -> anyhow::Result<Vec<Line>> {
    let bytes = fs::read(path).with_context(|| format!("lire {}", path.display()))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let (report, lines) = validate::reference::check(dataset, &name, &bytes, &Reference::default());
    match lines {
        Some(lines) => Ok(lines),
        None => bail!("{} : {}", path.display(), report.sentence),
    }
}

/// The organisations of a file.
pub fn organisations(path: &Path) -> anyhow::Result<Reference> {
    let lines = read(Dataset::Organismes, path)?;
    Ok(domain::vocabulary::References::default().with(lines).organisations)
}

/// The datasets of a folder, by the names of its files: `reseaux.csv`, `zones.csv`…
pub fn folder(path: &Path) -> anyhow::Result<Vec<(Dataset, Vec<Line>)>> {
    let mut found = Vec::new();
    for dataset in Dataset::REFERENCES {
        let file = path.join(format!("{dataset}.csv"));
        if file.exists() {
            found.push((dataset, read(dataset, &file)?));
        }
    }
    Ok(found)
}

/// Rewrites the files of the public service, as its repository holds them, into files to drop:
/// `organismes.csv`, `reseaux/*.csv`, `opcos/*.csv`, `bassins_emploi_communes.json`; those that are
/// there. Says what it left out.
pub fn convert(from: &Path, to: &Path, out: &mut impl Write) -> anyhow::Result<()> {
    fs::create_dir_all(to).with_context(|| format!("créer {}", to.display()))?;
    let organismes = from.join("organismes.csv");
    if organismes.exists() {
        convert_one(Dataset::Organismes, &organismes, to, out)?;
    }
    let mut members = BTreeMap::<String, Vec<String>>::new();
    let mut left_out = 0_u32;
    for path in files(&from.join("reseaux"))? {
        let (siret, networks) = ("Siret", "Réseaux à jour");
        for row in table(&path)? {
            let value = |name: &str| row.get(&folded(name)).map_or("", |text| text.trim());
            let codes = value(networks).split('|').map(str::trim).filter(|code| !code.is_empty());
            let codes: Vec<String> = codes.map(str::to_uppercase).collect();
            if value(siret).is_empty() || codes.is_empty() {
                left_out += 1;
                continue;
            }
            let known = members.entry(value(siret).to_owned()).or_default();
            for code in codes {
                if !known.contains(&code) {
                    known.push(code);
                }
            }
        }
    }
    if !members.is_empty() {
        let rows = members.iter().map(|(siret, codes)| vec![siret.clone(), codes.join("|")]);
        write(Dataset::Reseaux, &["siret", "reseaux"], rows, to, out)?;
        writeln!(out, "  {left_out} lignes sans SIRET ou sans réseau à jour laissées de côté.")?;
    }
    let mut opcos = BTreeMap::<String, Vec<String>>::new();
    for path in files(&from.join("opcos"))? {
        let opco = path.file_stem().unwrap_or_default().to_string_lossy().to_uppercase();
        for row in table(&path)? {
            let code = row.get(&folded("code_rncp")).map_or("", |text| text.trim());
            let known = opcos.entry(code.to_owned()).or_default();
            if !known.contains(&opco) {
                known.push(opco.clone());
            }
        }
    }
    if !opcos.is_empty() {
        let rows = opcos.iter().map(|(code, opcos)| vec![code.clone(), opcos.join("|")]);
        write(Dataset::Certifications, &["code", "opcos"], rows, to, out)?;
    }
    let zones = from.join("bassins_emploi_communes.json");
    if zones.exists() {
        let bytes = fs::read(&zones).with_context(|| format!("lire {}", zones.display()))?;
        let list: Vec<BTreeMap<String, String>> = serde_json::from_slice(&bytes)?;
        let columns = ["code_commune", "code_zone_emploi"];
        let rows = list.iter().map(|line| {
            columns.map(|column| line.get(column).cloned().unwrap_or_default()).to_vec()
        });
        write(Dataset::Zones, &columns, rows, to, out)?;
    }
    Ok(())
}

/// Writes a file to drop, then judges it: what is said is what a deposit would be answered.
fn write(
    dataset: Dataset,
    columns: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
    to: &Path,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let mut csv = columns.join(";") + "\n";
    for row in rows {
        csv += &(row.join(";") + "\n");
    }
    let path = to.join(format!("{dataset}.csv"));
    fs::write(&path, csv).with_context(|| format!("écrire {}", path.display()))?;
    tell(dataset, &path, out)
}

fn convert_one(
    dataset: Dataset,
    from: &Path,
    to: &Path,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let path = to.join(format!("{dataset}.csv"));
    fs::copy(from, &path).with_context(|| format!("écrire {}", path.display()))?;
    tell(dataset, &path, out)
}

fn tell(dataset: Dataset, path: &Path, out: &mut impl Write) -> anyhow::Result<()> {
    let bytes = fs::read(path)?;
    let name = format!("{dataset}.csv");
    let (report, _) = validate::reference::check(dataset, &name, &bytes, &Reference::default());
    writeln!(out, "{} : {}", path.display(), report.sentence)?;
    for group in &report.summary {
        let lines: Vec<String> = group.lines.iter().map(ToString::to_string).collect();
        let weight = if group.level == Level::File { "refus" } else { "ligne de côté" };
        writeln!(
            out,
            "  {weight}, {} fois : {} Lignes {}.",
            group.count,
            group.message,
            lines.join(", ")
        )?;
    }
    Ok(())
}

fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(|| format!("lire {}", folder.display())),
    };
    let mut files: Vec<PathBuf> =
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "csv"));
    files.sort();
    Ok(files)
}

/// The rows of a CSV with `;`, by folded header.
fn table(path: &Path) -> anyhow::Result<Vec<BTreeMap<String, String>>> {
    let bytes = fs::read(path).with_context(|| format!("lire {}", path.display()))?;
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    let mut csv = csv::ReaderBuilder::new().delimiter(b';').flexible(true).from_reader(bytes);
    let headers: Vec<String> = csv.headers()?.iter().map(folded).collect();
    let mut rows = Vec::new();
    for record in csv.records() {
        let record = record?;
        let cells = headers.iter().cloned().zip(record.iter().map(str::to_owned));
        rows.push(cells.collect());
    }
    Ok(rows)
}

fn folded(header: &str) -> String {
    domain::vocabulary::learner::fold(header)
}
