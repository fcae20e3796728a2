//! A publication: every public file, named by the digest of them all.

use domain::upload::hex;
use domain::vocabulary::Day;
use open_data::v1::OpenData;
use serde_json::json;
use sha2::{Digest, Sha256};
use store::Run;

use crate::revisions::First;
use crate::signature::{PUBLIC_KEY, SIGNATURE, Signer};
use crate::{beside, files, metadata, sheets};

/// What stands for the digest in the pages until it is known.
pub(crate) const PLACEHOLDER: &str = "0000000000000000-version";

/// Everything one publication holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Digest of every file, of the run they show, and of where the past was first published.
    pub id: String,
    /// Sorted by path.
    pub files: Vec<File>,
}

/// What a publication says beside its tables.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Past {
    /// Where the past was first published.
    pub carried: Vec<First>,
    /// The last publication of an earlier day.
    pub remplace: Option<String>,
    /// How many organisations have learners, as they are counted now: those that are gone are still
    /// in the past that was shown.
    pub organismes: u64,
}

/// One public file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Below the version, without a leading slash.
    pub path: String,
    /// Its bytes.
    pub body: Vec<u8>,
}

impl Version {
    /// Renders everything, then names it. The digest is taken with a placeholder where the pages
    /// will say it.
    pub fn of(
        data: &OpenData,
        dates: &[Day],
        run: &Run,
        past: Past,
        signer: Option<&Signer>,
    ) -> anyhow::Result<Self> {
        let Past { carried, remplace, organismes } = past;
        let json_ld = metadata::schema_org(data);
        let public_key = signer.map(Signer::public_key);
        let about = site::About { version: PLACEHOLDER.to_owned(), json_ld, public_key };
        let pages = site::render(data, &about).into_iter();
        let mut files: Vec<File> =
            pages.map(|page| File { path: page.path, body: page.body }).collect();
        files.extend(beside::all(data, dates)?);
        files.extend(files::open_data(data, dates)?);
        if let Some(body) = sheets::country(data)? {
            files.push(File { path: files::path("indicateurs.xlsx"), body });
        }
        let past = dates.iter().filter(|date| date.to_string() < run.today);
        let is_new = |date: &&Day| carried.iter().all(|first| first.date != date.to_string());
        let new: Vec<Day> = past.filter(is_new).copied().collect();
        if !new.is_empty() {
            files.push(files::first(data, dates, &new)?);
        }
        if let Some(signer) = signer {
            let body = signer.public_key_file().into_bytes();
            files.push(File { path: PUBLIC_KEY.to_owned(), body });
        }
        let described = metadata::descriptions(data, &files)?;
        files.extend(described);
        files.sort_by(|one, other| one.path.cmp(&other.path));

        let mut digest = Sha256::new();
        digest.update(format!("{} {}\n", run.id, store::CODE));
        if let Some(former) = &remplace {
            digest.update(format!("{former}\n"));
        }
        for First { date, publie_le, version } in &carried {
            digest.update(format!("{date} {publie_le} {version}\n"));
        }
        for file in &files {
            digest.update(format!("{} {}\n", file.path, hex(&Sha256::digest(&file.body))));
        }
        let id = hex(&digest.finalize()[..16]);
        for file in files.iter_mut().filter(|file| says_its_name(&file.path)) {
            file.body = named(std::mem::take(&mut file.body), &id);
        }
        let mut firsts = carried;
        firsts.extend(new.iter().map(|date| First {
            date: date.to_string(),
            publie_le: run.today.clone(),
            version: id.clone(),
        }));
        firsts.sort_by(|one, other| one.date.cmp(&other.date));
        let manifest = manifest(&id, &files, run, &firsts, (remplace.as_deref(), organismes))?;
        if let Some(signer) = signer {
            let comment = format!("publication {id} du {}", run.today);
            let body = signer.sign(&manifest.body, &comment).into_bytes();
            files.push(File { path: SIGNATURE.to_owned(), body });
        }
        files.push(manifest);
        files.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(Self { id, files })
    }
}

/// The pages say of which publication they are, and so does the package.
fn says_its_name(path: &str) -> bool {
    path.rsplit('.').next() == Some("html") || path.ends_with("/datapackage.json")
}

fn named(page: Vec<u8>, id: &str) -> Vec<u8> {
    match String::from_utf8(page) {
        Ok(page) => page.replace(PLACEHOLDER, id).into_bytes(),
        Err(other) => other.into_bytes(),
    }
}

/// What is in the publication, and what made it.
fn manifest(
    id: &str,
    files: &[File],
    run: &Run,
    firsts: &[First],
    (remplace, organismes): (Option<&str>, u64),
) -> anyhow::Result<File> {
    let list: Vec<_> = files
        .iter()
        .map(|file| {
            json!({
                "path": file.path,
                "size_bytes": file.body.len(),
                "sha256": hex(&Sha256::digest(&file.body)),
            })
        })
        .collect();
    let manifest = json!({
        "manifest": "v1",
        "version": id,
        "date": run.today,
        "remplace": remplace,
        // That have figures: a publication that loses too many is refused.
        "organismes": organismes,
        "licence": "etalab-2.0",
        "calcul": {
            "run": run.id,
            "regles": run.rules,
            // How many, never which: the number of a deposit is its sender's.
            "depots": run.deposits.len(),
            "code": run.code,
            // What withholds and writes may be newer than what counted.
            "publie_par": store::CODE,
            "referentiels": run.references,
        },
        "premieres": firsts,
        "fichiers": list,
    });
    let body = serde_json::to_vec_pretty(&manifest)?;
    Ok(File { path: crate::MANIFEST.to_owned(), body })
}
