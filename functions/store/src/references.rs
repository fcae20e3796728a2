//! The reference datasets as we keep them: CSV, `;`, UTF-8, one line for each key, in order, under
//! a key that names their content. The index says which version of each counts.
//!
//! Operators send theirs in their own shape; `validate` leaves this one, so what is read here and
//! is not so was not written by us.

use std::collections::BTreeMap;

use bytes::Bytes;
use domain::upload::{Dataset, hex};
use domain::validate::reference::{Line, reference_columns};
use domain::vocabulary::References;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::{Key, Store};

/// The versions of the reference datasets that count: their SHA-256 in hexadecimal. A dataset that
/// was never dropped is not there.
pub type Versions = BTreeMap<Dataset, String>;

/// The lines of a dataset as we keep them, and the SHA-256 that names them.
pub fn write_reference(dataset: Dataset, lines: &[Line]) -> Result<(Vec<u8>, String)> {
    let write = || {
        let mut csv = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
        csv.write_record(reference_columns(dataset).iter().map(|column| column.name))?;
        for line in lines {
            csv.write_record(line.texts())?;
        }
        csv.into_inner().map_err(|error| csv::Error::from(error.into_error()))
    };
    let bytes = write().map_err(|error| Error::corrupt(format!("write {dataset}"), error))?;
    let sha256 = hex(&Sha256::digest(&bytes));
    Ok((bytes, sha256))
}

/// Reads lines we wrote. Anything else, a key given twice included, is an error that names it.
pub fn read_reference(name: &str, dataset: Dataset, bytes: &[u8]) -> Result<Vec<Line>> {
    let corrupt = |why: String| Error::corrupt(format!("read {name}"), why);
    let mut csv = csv::ReaderBuilder::new().delimiter(b';').from_reader(bytes);
    let names = reference_columns(dataset).iter().map(|column| column.name);
    let headers = csv.headers().map_err(|error| corrupt(error.to_string()))?;
    if !headers.iter().eq(names) {
        return Err(corrupt("other columns".to_owned()));
    }
    let (mut lines, mut last) = (Vec::new(), String::new());
    for (place, record) in csv.records().enumerate() {
        let record = record.map_err(|error| corrupt(error.to_string()))?;
        let texts: Vec<String> = record.iter().map(str::to_owned).collect();
        let line = Line::read(dataset, &texts)
            .map_err(|fault| corrupt(format!("line {}: {}", place + 2, fault.column)))?;
        let key = line.key();
        if key <= last {
            return Err(corrupt(format!("line {}: a key out of order, or given twice", place + 2)));
        }
        last = key;
        lines.push(line);
    }
    Ok(lines)
}

impl Store {
    /// What the reference datasets say, in these versions.
    pub async fn references(&self, versions: &Versions) -> Result<References> {
        let mut references = References::default();
        for (dataset, sha256) in versions {
            let key = Key::Reference { dataset: *dataset, sha256: sha256.clone() };
            let bytes: Bytes = self.objects.get(&key).await?;
            if hex(&Sha256::digest(&bytes)) != *sha256 {
                return Err(Error::corrupt(format!("read {}", key.path()), "other bytes"));
            }
            references = references.with(read_reference(&key.path(), *dataset, &bytes)?);
        }
        Ok(references)
    }

    /// Keeps these lines as the version that counts, without a deposit: what a local start and the
    /// tests put in place.
    pub async fn put_reference(&self, dataset: Dataset, lines: &[Line]) -> Result<()> {
        let (bytes, sha256) = write_reference(dataset, lines)?;
        let key = Key::Reference { dataset, sha256: sha256.clone() };
        self.objects.put_once(&key, bytes).await?;
        self.index.set_reference(dataset, &sha256).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(texts: &[&str]) -> Line {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        Line::read(Dataset::Zones, &texts).unwrap()
    }

    #[test]
    fn what_is_written_is_read_and_anything_else_is_named() {
        let lines = [
            line(&["01001", "", "8405", "Bourg; en Bresse"]),
            line(&["35238", "Rennes", "5315", ""]),
        ];
        let (bytes, sha256) = write_reference(Dataset::Zones, &lines).unwrap();
        assert_eq!(sha256.len(), 64);
        assert_eq!(read_reference("zones", Dataset::Zones, &bytes).unwrap(), lines);

        let header = "code_commune;nom_commune;code_zone_emploi;libelle_zone_emploi\n";
        for strange in [
            "commune;zone\n35238;5315\n".to_owned(),
            format!("{header}35238;;5315;\n35238;;5301;\n"),
            format!("{header}35238;;5315;\n01001;;8405;\n"),
            format!("{header}35238;;531\n"),
            format!("{header}3523X;;5315;\n"),
        ] {
            let error = read_reference("zones", Dataset::Zones, strange.as_bytes()).unwrap_err();
            assert_eq!(error.to_string(), "read zones: not what we write", "{strange}");
        }
    }
}
