//! A publication: every public file, named by the digest of them all.

use domain::upload::hex;
use domain::vocabulary::Day;
use open_data::journal;
use open_data::v1::OpenData;
use serde_json::json;
use sha2::{Digest, Sha256};
use store::Run;

use crate::changes::CHANGES;
use crate::openapi::{self, OPENAPI};
use crate::packed::{File, Files, PLACEHOLDER};
use crate::revisions::{FIRST, First};
use crate::signature::{PUBLIC_KEY, SIGNATURE, Signer};
use crate::{Press, beside, feeds, files, metadata, sheets};

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
    /// The publication whose past it keeps: the same, or one that was rolled back.
    pub passe_de: Option<String>,
    /// How many organisations have learners, as they are counted now: those that are gone are still
    /// in the past that was shown.
    pub organismes: u64,
    /// How many figures are withheld, over all dates, months and classes: the auditor found that none follows from what is
    /// published.
    pub masquees: usize,
}

impl Version {
    /// Renders everything, then names it. The digest is taken with a placeholder where the pages
    /// will say it.
    pub fn of(
        data: &OpenData,
        dates: &[Day],
        run: &Run,
        past: &Past,
        press: &Press,
    ) -> anyhow::Result<Self> {
        let signer = press.signer.as_ref();
        let Past { carried, remplace, passe_de, .. } = past;
        let json_ld = metadata::schema_org(data);
        let public_key = signer.map(Signer::public_key);
        let (version, date) = (PLACEHOLDER.to_owned(), run.today.clone());
        let origine = press.address.clone();
        let about = site::About { version, date, json_ld, public_key, origine };
        let mut files = Files::new()?;
        site::render(data, &about, |page| files.add(&page.path, page.body))?;
        beside::all(data, dates, &mut files)?;
        files::open_data(data, dates, &mut files)?;
        feeds::all(&data.journal, &run.today, &mut files)?;
        for (name, body) in [
            (CHANGES, serde_json::to_vec_pretty(&data.journal)?),
            (OPENAPI, serde_json::to_vec_pretty(&openapi::document(data))?),
        ] {
            files.add(&files::path(name), body)?;
        }
        if let Some(body) = sheets::country(data)? {
            files.add(&files::path("indicateurs.xlsx"), body)?;
        }
        let of_past = dates.iter().filter(|date| date.to_string() < run.today);
        let is_new = |date: &&Day| carried.iter().all(|first| first.date != date.to_string());
        let new: Vec<Day> = of_past.filter(is_new).copied().collect();
        if !new.is_empty() {
            files.add(FIRST, files::first(data, dates, &new)?)?;
        }
        if let Some(signer) = signer {
            files.add(PUBLIC_KEY, signer.public_key_file().into_bytes())?;
        }
        metadata::descriptions(data, &mut files)?;

        let mut digest = Sha256::new();
        digest.update(format!("{} {}\n", run.id, store::CODE));
        for former in [remplace, passe_de].into_iter().flatten() {
            digest.update(format!("{former}\n"));
        }
        for First { date, publie_le, version } in carried {
            digest.update(format!("{date} {publie_le} {version}\n"));
        }
        let mut lines: Vec<String> = files
            .as_slice()
            .iter()
            .map(|file| format!("{} {}\n", file.path, file.sha256()))
            .collect();
        lines.sort_unstable();
        for line in &lines {
            digest.update(line);
        }
        let id = hex(&digest.finalize()[..16]);
        files.name(&id)?;
        let mut files = files.sorted();
        let mut firsts = carried.clone();
        firsts.extend(new.iter().map(|date| First {
            date: date.to_string(),
            publie_le: run.today.clone(),
            version: id.clone(),
        }));
        firsts.sort_by(|one, other| one.date.cmp(&other.date));
        let version_donnees = data.journal.publications.first().map(|one| one.version_donnees);
        let manifest = manifest((&id, version_donnees), &files, run, &firsts, past)?;
        if let Some(signer) = signer {
            let comment = format!("publication {id} du {}", run.today);
            files.push(File::plain(SIGNATURE, signer.sign(&manifest, &comment).into_bytes()));
        }
        files.push(File::plain(crate::MANIFEST, manifest));
        files.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(Self { id, files })
    }
}

/// What is in the publication, and what made it.
fn manifest(
    (id, version_donnees): (&str, Option<journal::Version>),
    files: &[File],
    run: &Run,
    firsts: &[First],
    past: &Past,
) -> serde_json::Result<Vec<u8>> {
    let list: Vec<_> = files
        .iter()
        .map(|file| {
            json!({
                "path": file.path,
                "size_bytes": file.size_bytes,
                "sha256": file.sha256(),
            })
        })
        .collect();
    let manifest = json!({
        "manifest": "v1",
        "version": id,
        "version_donnees": version_donnees,
        "date": run.today,
        "remplace": past.remplace,
        "passe_de": past.passe_de,
        // That have figures: a publication that loses too many is refused.
        "organismes": past.organismes,
        // A publication where one follows from the others is refused.
        "controle": { "masquees": past.masquees, "deductibles": 0 },
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
    serde_json::to_vec_pretty(&manifest)
}
