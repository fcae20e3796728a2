//! A publication that must not reach the public: it is looked at once it is made, before anything of
//! it is written. Refused, the former one stays and the operator is told why.

use std::collections::{BTreeMap, BTreeSet};

use domain::aggregate::{Cell, Counts, Indicators, Level};
use open_data::tables::INDICATEURS;
use open_data::v1::{Indicateur, Maille, Motif, OpenData, Serie, groupes};
use serde::Deserialize;

use crate::packed::File;
use crate::version::Version;
use crate::{MANIFEST, SIGNATURE, files};

/// A publication may lose one organisation in this many, no more, without the operator's word.
const LOSS_ONE_IN: u64 = 5;

/// Why a publication is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// A file has no line in the manifest, or another size or digest; or the manifest names a file
    /// that is not there.
    #[error("the manifest is wrong about {0}")]
    Manifest(String),
    /// The learners in training are not the sum of those who make them up.
    #[error("{maille} {code}, {date}: the learners in training are not the sum of their parts")]
    Sum {
        /// Level of the place.
        maille: Maille,
        /// Its code.
        code: String,
        /// The day of the figures.
        date: String,
    },
    /// More organisations transmitted lately than ever did, or than there are.
    #[error("{maille} {code}: more organisations transmitted than there are")]
    Coverage {
        /// Level of the place.
        maille: Maille,
        /// Its code.
        code: String,
    },
    /// The auditor could not read the publication, or its sums do not hold.
    #[error("the publication was not audited: {0}")]
    NotAudited(String),
    /// Of a withheld figure it is not proved that it could have other values enough.
    #[error("{count} withheld figures may be known too well, first {name} on {date}")]
    GivenAway {
        /// How many do.
        count: usize,
        /// The day of the first.
        date: String,
        /// Which figure it is.
        name: String,
    },
    /// A file says another figure than the one that was audited.
    #[error("{0} does not hold the figures that were audited")]
    Figures(String),
    /// Too many organisations are lost.
    #[error(
        "{now} organisations have figures, {before} had: more than one in {LOSS_ONE_IN} is lost, and \
         nobody said that it was right"
    )]
    Shrinks {
        /// In the publication that is read.
        before: u64,
        /// In this one.
        now: u64,
    },
}

/// How many organisations have learners, at whatever date: a new school year, which begins with
/// nobody, takes none away.
pub(crate) fn organisations(exact: &Indicators) -> u64 {
    let somebody = |cell: &&Cell| cell.counts.iter().any(|counts| *counts != Counts::default());
    let own = exact.cells.iter().filter(|cell| cell.level == Level::Organisme).filter(somebody);
    own.map(|cell| cell.code.as_str()).collect::<BTreeSet<_>>().len() as u64
}

/// Looks at a publication by itself.
pub(crate) fn check(data: &OpenData, version: &Version) -> Result<(), Refused> {
    manifest(&version.files)?;
    figures(data, &version.files)?;
    sums(data)?;
    coverage(data)
}

/// Compares it with the one it replaces: how many [`organisations`] had learners then, none where any
/// loss is accepted, and how many have now.
pub(crate) fn loss(before: Option<u64>, now: u64) -> Result<(), Refused> {
    match before {
        Some(before) if now * LOSS_ONE_IN < before * (LOSS_ONE_IN - 1) => {
            Err(Refused::Shrinks { before, now })
        }
        _ => Ok(()),
    }
}

#[derive(Deserialize)]
struct Manifest {
    fichiers: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    path: String,
    size_bytes: u64,
    sha256: String,
}

/// What storage is then held to: it takes no other bytes than those of the manifest.
fn manifest(files: &[File]) -> Result<(), Refused> {
    let wrong = |path: &str| Refused::Manifest(path.to_owned());
    let own = files.iter().find(|file| file.path == MANIFEST).ok_or(wrong(MANIFEST))?;
    let own = own.bytes().map_err(|_| wrong(MANIFEST))?;
    let said: Manifest = serde_json::from_slice(&own).map_err(|_| wrong(MANIFEST))?;
    let mut said: BTreeMap<&str, &Line> =
        said.fichiers.iter().map(|line| (line.path.as_str(), line)).collect();
    for file in files.iter().filter(|file| ![MANIFEST, SIGNATURE].contains(&file.path.as_str())) {
        let line = said.remove(file.path.as_str()).ok_or(wrong(&file.path))?;
        if line.size_bytes != file.size_bytes || line.sha256 != file.sha256() {
            return Err(wrong(&file.path));
        }
    }
    said.into_keys().next().map_or(Ok(()), |left| Err(wrong(left)))
}

/// What the two files of figures hold, read again as anyone would, is what was audited. Every other file
/// and page is made of the same tables.
fn figures(data: &OpenData, files: &[File]) -> Result<(), Refused> {
    let read = |extension: &str, is_so: &dyn Fn(Vec<u8>) -> bool| {
        let path = files::path(&format!("{}.{extension}", INDICATEURS.nom));
        let file = files.iter().find(|file| file.path == path);
        let is_so = file.and_then(|file| file.bytes().ok()).is_some_and(is_so);
        if is_so { Ok(()) } else { Err(Refused::Figures(path)) }
    };
    read("parquet", &|bytes| {
        let read = store::read_series(INDICATEURS.nom, bytes.into());
        read.is_ok_and(|(dates, series)| {
            dates.iter().map(ToString::to_string).eq(data.dates.iter().cloned())
                && series == data.series
        })
    })?;
    read("csv", &|bytes| {
        let mut rows = csv::Reader::from_reader(bytes.as_slice());
        let mut figures = data.series.iter().flat_map(|serie| {
            data.dates.iter().zip(&serie.valeurs).map(move |(date, valeur)| (serie, date, *valeur))
        });
        let mut row = csv::StringRecord::new();
        while rows.read_record(&mut row).is_ok_and(|found| found) {
            let is_so = figures.next().is_some_and(|(serie, date, valeur)| {
                let count = valeur.connue().map(|count| count.to_string()).unwrap_or_default();
                row.iter().eq([
                    date.as_str(),
                    serie.maille.as_str(),
                    &serie.code,
                    &serie.libelle,
                    serie.dimension.as_str(),
                    &serie.modalite,
                    serie.indicateur.as_str(),
                    &count,
                    valeur.motif().map_or("", Motif::as_str),
                ])
            });
            if !is_so {
                return false;
            }
        }
        figures.next().is_none()
    })
}

/// Where all four are given: apprenants = apprentis + inscrits sans contrat + rupturants.
fn sums(data: &OpenData) -> Result<(), Refused> {
    const PARTS: [Indicateur; 3] =
        [Indicateur::Apprentis, Indicateur::InscritsSansContrat, Indicateur::Rupturants];
    for group in groupes(&data.series) {
        let of = |indicateur, place: usize| {
            let serie = group.iter().find(|serie| serie.indicateur == indicateur)?;
            serie.valeurs.get(place)?.connue().map(u64::from)
        };
        for (place, date) in data.dates.iter().enumerate() {
            let parts = PARTS.map(|part| of(part, place));
            let sum = parts.into_iter().try_fold(0, |sum, part| Some(sum + part?));
            let whole = of(Indicateur::Apprenants, place);
            if sum.zip(whole).is_some_and(|(sum, whole)| sum != whole) {
                let Serie { maille, code, .. } = &group[0];
                let (maille, code) = (*maille, code.clone());
                return Err(Refused::Sum { maille, code, date: date.clone() });
            }
        }
    }
    Ok(())
}

fn coverage(data: &OpenData) -> Result<(), Refused> {
    let wrong = data.couvertures.iter().find(|one| {
        let fewer_and_fewer = [
            one.organismes,
            one.transmetteurs,
            one.transmetteurs_3_mois,
            one.transmetteurs_30_jours,
        ];
        !fewer_and_fewer.is_sorted_by(|more, fewer| more >= fewer)
    });
    wrong
        .map_or(Ok(()), |one| Err(Refused::Coverage { maille: one.maille, code: one.code.clone() }))
}

/// The line of the log, in the embedded metric format, that says why a publication was refused; none
/// for another error.
pub fn refusal(error: &anyhow::Error, function: &str, at_ms: u128) -> Option<String> {
    let refused: &Refused = error.downcast_ref()?;
    Some(store::metric_line("PublicationsRefused", function, &refused.to_string(), at_ms))
}

#[cfg(test)]
mod tests {
    use domain::upload::hex;
    use open_data::v1::{Couverture, Dimension, Valeur};
    use sha2::{Digest as _, Sha256};

    use super::*;
    use crate::packed::Files;

    fn serie(maille: Maille, code: &str, indicateur: Indicateur, value: Valeur) -> Serie {
        Serie {
            maille,
            code: code.to_owned(),
            libelle: String::new(),
            dimension: Dimension::Ensemble,
            modalite: "".into(),
            indicateur,
            valeurs: vec![value],
        }
    }

    /// A region whose figures are these: learners, apprentices, without contract, broken.
    fn region(values: [Valeur; 4]) -> OpenData {
        let indicators = [
            Indicateur::Apprenants,
            Indicateur::Apprentis,
            Indicateur::InscritsSansContrat,
            Indicateur::Rupturants,
        ];
        let series = indicators.into_iter().zip(values);
        OpenData {
            dates: vec!["2026-11-22".to_owned()],
            series: series.map(|(one, value)| serie(Maille::Region, "53", one, value)).collect(),
            ..OpenData::default()
        }
    }

    #[test]
    fn figures_that_do_not_add_up_are_seen_where_all_are_given() {
        let known = |values: [u32; 4]| values.map(Valeur::Connue);
        assert_eq!(sums(&region(known([60, 40, 15, 5]))), Ok(()));
        let error = sums(&region(known([61, 40, 15, 5]))).unwrap_err();
        assert!(error.to_string().starts_with("region 53, 2026-11-22: "), "{error}");
        let mut hidden = known([61, 40, 15, 5]);
        hidden[3] = Valeur::Masquee(Motif::Secret);
        assert_eq!(sums(&region(hidden)), Ok(()));
    }

    #[test]
    fn a_file_that_says_what_is_withheld_is_seen() {
        let mut data = region([60, 40, 15, 5].map(Valeur::Connue));
        let dates = [data.dates[0].parse().unwrap()];
        let made = |data: &OpenData| {
            let mut files = Files::new().unwrap();
            files::open_data(data, &dates, &mut files).unwrap();
            files.sorted()
        };
        let open = made(&data);
        assert_eq!(figures(&data, &open), Ok(()));
        data.series[3].valeurs[0] = Valeur::Masquee(Motif::Secret);
        let mut files = made(&data);
        assert_eq!(figures(&data, &files), Ok(()));
        for extension in ["csv", "parquet"] {
            let path = files::path(&format!("indicateurs.{extension}"));
            let place = files.iter().position(|file| file.path == path).unwrap();
            let kept = std::mem::replace(&mut files[place], open[place].clone());
            assert_eq!(figures(&data, &files), Err(Refused::Figures(path.clone())));
            files.remove(place);
            assert_eq!(figures(&data, &files), Err(Refused::Figures(path)), "it is not there");
            files.insert(place, kept);
        }
    }

    #[test]
    fn a_manifest_that_is_wrong_about_a_file_is_seen() {
        let file = |path: &str, body: &str| File::plain(path, body.into());
        let listed = |body: &str| {
            let digest = hex(&Sha256::digest(body));
            format!(r#"{{"path":"a.csv","size_bytes":{},"sha256":"{digest}"}}"#, body.len())
        };
        let whole = |lines: &str, files: &[&str]| {
            let mut files: Vec<File> = files.iter().map(|path| file(path, "a,b")).collect();
            files.push(file(MANIFEST, &format!(r#"{{"fichiers":[{lines}]}}"#)));
            files.push(file(SIGNATURE, "signed"));
            manifest(&files)
        };
        assert_eq!(whole(&listed("a,b"), &["a.csv"]), Ok(()));
        let wrong = |path: &str| Err(Refused::Manifest(path.to_owned()));
        assert_eq!(whole(&listed("a,c"), &["a.csv"]), wrong("a.csv"), "another digest");
        assert_eq!(whole("", &["a.csv"]), wrong("a.csv"), "no line");
        assert_eq!(whole(&listed("a,b"), &[]), wrong("a.csv"), "no file");
        assert_eq!(manifest(&[]), wrong(MANIFEST));
    }

    #[test]
    fn no_more_transmit_than_there_are() {
        let counts = |counts: [u32; 4]| OpenData {
            couvertures: vec![Couverture {
                maille: Maille::Region,
                code: "53".to_owned(),
                libelle: String::new(),
                organismes: counts[0],
                transmetteurs: counts[1],
                transmetteurs_3_mois: counts[2],
                transmetteurs_30_jours: counts[3],
                apprenants_3_mois_pct: Valeur::Connue(1),
                apprenants_30_jours_pct: Valeur::Connue(1),
            }],
            ..OpenData::default()
        };
        assert_eq!(coverage(&counts([4, 4, 3, 0])), Ok(()));
        assert!(
            coverage(&counts([4, 3, 4, 0])).is_err() && coverage(&counts([4, 5, 4, 0])).is_err()
        );
    }

    #[test]
    fn one_organisation_in_five_may_be_lost_and_no_more() {
        assert_eq!(loss(Some(5), 4), Ok(()));
        assert_eq!(loss(Some(5), 3), Err(Refused::Shrinks { before: 5, now: 3 }));
        assert_eq!(loss(None, 3), Ok(()), "it was said to be right");
    }
}
