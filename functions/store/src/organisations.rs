//! The reference list of organisations, as the public directory publishes it:
//! `uai;siret;raison_sociale;enseigne;nature;departement;commune;adresse`, UTF-8, perhaps with a
//! BOM; other columns are ignored (`design.md` §7).

use domain::vocabulary::organisation::Listed;
use domain::vocabulary::{Organisation, Reference};

use crate::error::{Error, Result};

/// Reads the list. A line whose codes are not well formed names no organisation we could ever
/// receive a file from: it is left out.
pub fn read_organisations(bytes: &[u8]) -> Result<Reference> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut lines = csv::ReaderBuilder::new().delimiter(b';').flexible(true).from_reader(bytes);
    let corrupt = |error: csv::Error| Error::corrupt("read the list of organisations", error);
    let headers = lines.headers().map_err(corrupt)?.clone();
    let column = |name: &str| {
        let place = headers.iter().position(|header| header == name);
        place.ok_or_else(|| {
            Error::corrupt("read the list of organisations", format!("no column {name}"))
        })
    };
    let [uai, siret] = [column("uai")?, column("siret")?];
    let [legal_name, trade_name] = [column("raison_sociale")?, column("enseigne")?];
    let [nature, department, commune] =
        [column("nature")?, column("departement")?, column("commune")?];

    let mut list = Vec::new();
    for line in lines.records() {
        let line = line.map_err(corrupt)?;
        let text = |place: usize| line.get(place).unwrap_or_default().trim();
        let codes = text(uai).to_uppercase().parse().ok().zip(text(siret).parse().ok());
        let Some((uai, siret)) = codes else { continue };
        let name = if text(trade_name).is_empty() { text(legal_name) } else { text(trade_name) };
        list.push(Listed {
            organisation: Organisation { uai, siret },
            name: name.split_whitespace().collect::<Vec<_>>().join(" "),
            nature: text(nature).to_owned(),
            department: text(department).to_owned(),
            commune: text(commune).to_owned(),
            commune_code: None,
        });
    }
    Ok(Reference::new(list))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_codes_and_shared_uai_are_read() {
        let csv = "\u{feff}uai;siret;raison_sociale;enseigne;nature;departement;commune;adresse\n\
                   0010856A;19750655300019;LYCEE  X;CFA X;formateur;01;Bourg;1 rue\n\
                   0010856A;35600000000048;LA POSTE;;responsable;01;Bourg;\"2 rue\nCEDEX\"\n\
                   0751234K;35600000000048;BAD KEY;;responsable;75;Paris;\n";
        let reference = read_organisations(csv.as_bytes()).unwrap();
        let named: Vec<_> = reference
            .iter()
            .map(|listed| (reference.public_code(&listed.organisation), listed.name.as_str()))
            .collect();
        assert_eq!(
            named,
            [
                ("0010856A-19750655300019".to_owned(), "CFA X"),
                ("0010856A-35600000000048".to_owned(), "LA POSTE"),
            ]
        );
    }
}
