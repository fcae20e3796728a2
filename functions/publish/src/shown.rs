//! What a publication showed, kept for the next one, which must not tell of few learners beside it.
//!
//! Two private files of each kind of figures ([`Names`]): these as they were shown, before anything was
//! withheld, and what was told before of those that were revised or are no longer published. What is told
//! now is read from the publication itself, where it has the columns of the figures.

use std::collections::BTreeMap;

use anyhow::{Context as _, ensure};
use domain::publish::{INDICATORS, Published, Shown, Told, ToldCell};
use domain::vocabulary::Day;
use open_data::v1::{Dimension, Indicateur, Maille, Motif, Valeur};
use serde::{Deserialize, Serialize};
use store::{Key, Store};

use crate::revisions::manifest;
use crate::{Latest, files as public};

/// The names of the files of one kind of figures.
pub(crate) struct Names {
    /// The figures, before anything was withheld.
    pub(crate) counted: &'static str,
    /// What was told before.
    before: &'static str,
    /// Where the public reads what is told now; where it reads it in other columns, what was told before
    /// says it too.
    published: Option<&'static str>,
}

/// The learners of each date, departments broken down and organisations whole.
pub(crate) const STOCKS: Names = Names {
    counted: "indicateurs.parquet",
    before: "avant.json",
    published: Some("indicateurs.parquet"),
};

/// What happened each month.
pub(crate) const FLOWS: Names =
    Names { counted: "flux.parquet", before: "flux-avant.json", published: None };

/// What became of each entry class.
pub(crate) const CLASSES: Names =
    Names { counted: "cohortes.parquet", before: "cohortes-avant.json", published: None };

/// A place and a breakdown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Cell {
    maille: Maille,
    code: String,
    dimension: Dimension,
    modalite: String,
}

/// What was told of a figure, and is not told by the publication.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Former {
    #[serde(flatten)]
    cell: Cell,
    indicateur: Indicateur,
    date: String,
    /// Oldest first. Of a figure that is published, the former ones; of another, the last one too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    valeurs: Vec<u32>,
    /// Why there was no value, of a figure that is no longer published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    motif: Option<Motif>,
}

/// What a publication is held against.
pub(crate) struct Before {
    /// The publication that showed it.
    pub(crate) version: String,
    /// What it showed.
    pub(crate) shown: Shown,
    /// Whether its dates may be counted anew.
    pub(crate) anew: bool,
}

/// What a publication of this day is held against: what was shown last, an earlier day. Its dates may be
/// counted anew in the first publication of a month, and in those of the day that replace one that was
/// rolled back.
pub(crate) async fn before(
    store: &Store,
    latest: &Latest,
    today: &str,
) -> anyhow::Result<Option<Before>> {
    let last = latest.rolled_back_from.as_ref().unwrap_or(&latest.version);
    let mut last = manifest(store, last).await?;
    let mut anew = latest.rolled_back_from.is_some();
    if !anew && last.date.as_str() >= today {
        let Some(earlier) = last.passe_de else { return Ok(None) };
        anew = Some(&earlier) != last.remplace.as_ref();
        last = manifest(store, &earlier).await?;
    }
    let month = |day: &str| day.get(..7).map(str::to_owned);
    let anew = anew || month(&last.date) != month(today);
    let shown = read(store, &last.version, &STOCKS).await?;
    let shown = shown.with_context(|| format!("{} left nothing", last.version))?;
    Ok(Some(Before { version: last.version, shown, anew }))
}

/// What a publication left of one kind of figures; none where it had none.
pub(crate) async fn read(
    store: &Store,
    version: &str,
    names: &Names,
) -> anyhow::Result<Option<Shown>> {
    let version = || version.to_owned();
    let key = Key::Shown { version: version(), name: names.counted };
    let Some(counted) = store.objects.find(&key).await? else { return Ok(None) };
    let counted = store::read_indicators(&key.path(), counted)?;
    let (mut dates, mut series) = (counted.dates.clone(), Vec::new());
    if let Some(name) = names.published {
        let key = Key::Published { version: version(), path: public::path(name) };
        (dates, series) = store::read_series(&key.path(), store.objects.get(&key).await?)?;
        ensure!(dates == counted.dates, "{} has not the dates of what was counted", key.path());
    }
    let before_key = Key::Shown { version: version(), name: names.before };
    let before: Vec<Former> = serde_json::from_slice(&store.objects.get(&before_key).await?)
        .with_context(|| format!("read {}", before_key.path()))?;
    let mut told: BTreeMap<Cell, Vec<[Told; INDICATORS]>> = BTreeMap::new();
    for group in series.chunks(INDICATORS) {
        let first = &group[0];
        let whole = group.iter().map(|one| one.indicateur).eq(Indicateur::ALL.iter().copied());
        ensure!(whole, "{} lacks an indicator of {:?}", version(), first.key());
        let mut values = vec![<[Told; INDICATORS]>::default(); dates.len()];
        for (indicator, serie) in group.iter().enumerate() {
            for (values, value) in values.iter_mut().zip(&serie.valeurs) {
                values[indicator] = match value {
                    Valeur::Connue(last) => Told::Value { last: *last, before: Vec::new() },
                    Valeur::Masquee(motif) => withheld(*motif),
                };
            }
        }
        let cell = Cell {
            maille: first.maille,
            code: first.code.clone(),
            dimension: first.dimension,
            modalite: first.modalite.to_string(),
        };
        told.insert(cell, values);
    }
    for Former { cell, indicateur, date, mut valeurs, motif } in before {
        let place = |dates: &[Day]| dates.iter().position(|known| known.to_string() == date);
        let place =
            place(&dates).with_context(|| format!("{date} is not a date that was shown"))?;
        let indicator = Indicateur::ALL.iter().position(|one| *one == indicateur);
        let indicator = indicator.context("an indicator that is not published")?;
        let values = told.entry(cell).or_insert_with(|| vec![Default::default(); dates.len()]);
        let told = &mut values[place][indicator];
        match (&mut *told, motif) {
            (Told::Value { before, .. }, None) => *before = valeurs,
            (Told::Nothing, Some(motif)) => *told = withheld(motif),
            (Told::Nothing, None) => {
                let last = valeurs.pop().context("a figure that was told nothing")?;
                *told = Told::Value { last, before: valeurs };
            }
            _ => anyhow::bail!("{} is not of what was told", before_key.path()),
        }
    }
    let told = told.into_iter().map(|(cell, values)| ToldCell {
        level: store::level(cell.maille),
        code: cell.code,
        dimension: store::breakdown(cell.dimension),
        modality: cell.modalite,
        values,
    });
    let mut told: Vec<ToldCell> = told.collect();
    told.sort_by(|one, other| one.key().cmp(&other.key()));
    Ok(Some(Shown { counted, told }))
}

fn withheld(motif: Motif) -> Told {
    match motif {
        Motif::Secret => Told::Secret,
        _ => Told::NotCounted,
    }
}

/// What a publication leaves for the next one.
pub(crate) fn files(
    names: &Names,
    dates: &[Day],
    counted: Vec<u8>,
    told: &[ToldCell],
    published: &Published,
) -> anyhow::Result<[(&'static str, Vec<u8>); 2]> {
    let mut before = Vec::new();
    for cell in told {
        let is_published = names.published.is_some()
            && published.cells.binary_search_by(|one| one.key().cmp(&cell.key())).is_ok();
        for (place, indicateur) in Indicateur::ALL.iter().enumerate() {
            for (date, values) in dates.iter().zip(&cell.values) {
                let (valeurs, motif) = match &values[place] {
                    Told::Value { before, .. } if is_published => (before.clone(), None),
                    Told::Value { before, last } => {
                        (before.iter().chain([last]).copied().collect(), None)
                    }
                    Told::Secret if !is_published => (Vec::new(), Some(Motif::Secret)),
                    Told::NotCounted if !is_published => (Vec::new(), Some(Motif::NonDisponible)),
                    _ => continue,
                };
                if valeurs.is_empty() && motif.is_none() {
                    continue;
                }
                before.push(Former {
                    cell: Cell {
                        maille: store::maille(cell.level),
                        code: cell.code.clone(),
                        dimension: store::dimension(cell.dimension),
                        modalite: cell.modality.clone(),
                    },
                    indicateur: *indicateur,
                    date: date.to_string(),
                    valeurs,
                    motif,
                });
            }
        }
    }
    Ok([(names.counted, counted), (names.before, serde_json::to_vec(&before)?)])
}
