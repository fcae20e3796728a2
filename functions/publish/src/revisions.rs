//! What past figures were when they were first published, and those that are no longer so.
//!
//! A date is first published on the first day on which it is past; the last publication of that day
//! is what counts, so that the number of publications in a day changes nothing. That publication
//! keeps the figures of the dates it publishes first in a file of its own ([`FIRST`]), and every
//! later manifest names it for each date. A publication reads the manifest of the one it replaces:
//! it is named by what it found there too.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use domain::publish::LEAST_REVISION;
use domain::vocabulary::Day;
use open_data::v1::{OpenData, Revision, Serie};
use serde::{Deserialize, Serialize};
use store::{Key, Store};

/// Path of the figures that a publication is the first to publish, below its version. Not there
/// when it is the first for no date.
pub const FIRST: &str = "donnees/v1/premieres.parquet";

/// Where and when a date was first published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct First {
    /// The date of the figures, ISO 8601.
    pub date: String,
    /// The day they were published, ISO 8601.
    pub publie_le: String,
    /// The publication that did.
    pub version: String,
}

/// What a publication says of its past.
#[derive(Debug, Deserialize)]
pub struct Manifest {
    /// Its digest.
    pub version: String,
    /// The day of its last figures, ISO 8601.
    pub date: String,
    /// The last publication of an earlier day.
    #[serde(default)]
    pub remplace: Option<String>,
    /// The publication whose past it keeps: the same, or one that was rolled back.
    #[serde(default)]
    pub passe_de: Option<String>,
    /// What it was counted by.
    pub calcul: Calculation,
    /// How many organisations have figures.
    #[serde(default)]
    pub organismes: Option<u64>,
    /// For each past date, oldest first.
    #[serde(default)]
    pub premieres: Vec<First>,
    /// Every other file.
    pub fichiers: Vec<Listed>,
}

/// A file of a publication.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Listed {
    /// Below the version.
    pub path: String,
}

impl Manifest {
    /// What a publication of this day replaces: within a day the last one counts, so that the number
    /// of publications in a day changes nothing.
    pub(crate) fn replaced(&self, today: &str) -> Option<String> {
        if self.date.as_str() < today { Some(self.version.clone()) } else { self.remplace.clone() }
    }
}

/// What a publication was counted by.
#[derive(Debug, Deserialize)]
pub struct Calculation {
    /// The run.
    pub run: String,
}

/// Reads the manifest of a publication.
pub async fn manifest(store: &Store, version: &str) -> anyhow::Result<Manifest> {
    let key = Key::Published { version: version.to_owned(), path: crate::MANIFEST.to_owned() };
    let bytes = store.objects.get(&key).await?;
    serde_json::from_slice(&bytes).with_context(|| format!("read {}", key.path()))
}

/// The dates among these that were first published before today, by the manifest of the publication
/// that is replaced.
pub(crate) fn carried(former: Manifest, dates: &[Day], today: &str) -> Vec<First> {
    let dates: BTreeSet<String> = dates.iter().map(ToString::to_string).collect();
    let mut carried = former.premieres;
    carried.retain(|first| first.publie_le.as_str() < today && dates.contains(&first.date));
    carried
}

/// The figures of these dates as they were first published, held against those of now.
pub(crate) async fn since(
    store: &Store,
    carried: &[First],
    data: &OpenData,
) -> anyhow::Result<Vec<Revision>> {
    let mut of_version = BTreeMap::<&str, Vec<&First>>::new();
    for first in carried {
        of_version.entry(&first.version).or_default().push(first);
    }
    let mut revisions = Vec::new();
    for (version, firsts) in of_version {
        let key = Key::Published { version: version.to_owned(), path: FIRST.to_owned() };
        let bytes = store.objects.get(&key).await?;
        let (dates, then) = store::read_series(&key.path(), bytes)?;
        for first in firsts {
            let place = dates.iter().position(|date| date.to_string() == first.date);
            let place = place.with_context(|| format!("{} has no {}", key.path(), first.date))?;
            revisions.extend(revised(first, place, &then, data));
        }
    }
    revisions.sort_by(|one, other| one.key().cmp(&other.key()));
    Ok(revisions)
}

/// The figures of one date that moved. Both lists of series are in the order of the files.
fn revised<'a>(
    first: &'a First,
    place: usize,
    then: &'a [Serie],
    data: &'a OpenData,
) -> impl Iterator<Item = Revision> + use<'a> {
    let now_place = data.dates.iter().position(|date| *date == first.date);
    let mut now = data.series.iter().peekable();
    then.iter().filter_map(move |then| {
        let published = then.valeurs[place].connue()?;
        while now.next_if(|now| now.key() < then.key()).is_some() {}
        let current = match now.peek().map(|now| now.key().cmp(&then.key())) {
            Some(Ordering::Equal) => now.peek()?.valeurs[now_place?].connue()?,
            // Where nobody is counted at any date there is no series.
            _ => 0,
        };
        (published.abs_diff(current) >= LEAST_REVISION).then(|| Revision {
            date: first.date.clone(),
            maille: then.maille,
            code: then.code.clone(),
            libelle: then.libelle.clone(),
            dimension: then.dimension,
            modalite: then.modalite.clone(),
            indicateur: then.indicateur,
            publie_le: first.publie_le.clone(),
            valeur_publiee: published,
            valeur_actuelle: current,
        })
    })
}

#[cfg(test)]
mod tests {
    use open_data::v1::{Dimension, Indicateur, Maille, Motif, Valeur};

    use super::*;

    const SECRET: Valeur = Valeur::Masquee(Motif::Secret);

    fn serie(code: &str, valeurs: &[Valeur]) -> Serie {
        Serie {
            maille: Maille::Departement,
            code: code.to_owned(),
            libelle: String::new(),
            dimension: Dimension::Ensemble,
            modalite: "".into(),
            indicateur: Indicateur::Apprentis,
            valeurs: valeurs.to_vec(),
        }
    }

    fn first(date: &str, publie_le: &str) -> First {
        First { date: date.to_owned(), publie_le: publie_le.to_owned(), version: "v".to_owned() }
    }

    #[test]
    fn a_revision_is_told_when_both_figures_are_published_and_five_apart() {
        let known = Valeur::Connue;
        let then = [
            serie("01", &[known(20)]),
            serie("02", &[known(20)]),
            serie("03", &[known(20)]),
            serie("04", &[SECRET]),
            serie("05", &[known(20)]),
            serie("06", &[known(20)]),
        ];
        let now = [
            serie("01", &[known(9), known(25)]),
            serie("02", &[known(9), known(24)]),
            serie("03", &[known(9), SECRET]),
            serie("04", &[known(9), known(40)]),
            // 05 is no longer counted; nobody was in 052 then.
            serie("052", &[known(9), known(9)]),
            serie("06", &[known(9), known(15)]),
        ];
        let data = OpenData {
            dates: vec!["2026-09-30".to_owned(), "2026-10-31".to_owned()],
            series: now.to_vec(),
            ..OpenData::default()
        };
        let first = first("2026-10-31", "2026-11-01");
        let told: Vec<(String, u32, u32)> = revised(&first, 0, &then, &data)
            .map(|one| (one.code, one.valeur_publiee, one.valeur_actuelle))
            .collect();
        let expected = [("01", 20, 25), ("05", 20, 0), ("06", 20, 15)];
        assert_eq!(told, expected.map(|(code, then, now)| (code.to_owned(), then, now)));
    }

    #[test]
    fn what_was_first_published_today_or_is_no_longer_counted_is_not_carried() {
        let former = Manifest {
            version: "f".to_owned(),
            date: "2026-11-22".to_owned(),
            remplace: Some("e".to_owned()),
            passe_de: Some("e".to_owned()),
            fichiers: Vec::new(),
            organismes: None,
            calcul: Calculation { run: String::new() },
            premieres: vec![
                first("2023-07-31", "2026-07-01"),
                first("2026-09-30", "2026-10-01"),
                first("2026-10-31", "2026-11-22"),
            ],
        };
        let dates = ["2026-09-30", "2026-10-31", "2026-11-22"].map(|day| day.parse().unwrap());
        assert_eq!(former.replaced("2026-11-23").as_deref(), Some("f"));
        assert_eq!(former.replaced("2026-11-22").as_deref(), Some("e"));
        let carried = carried(former, &dates, "2026-11-22");
        assert_eq!(carried, [first("2026-09-30", "2026-10-01")]);
    }
}
