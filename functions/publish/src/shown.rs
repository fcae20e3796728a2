//! What a publication showed, kept for the next one, which must not tell of few learners beside it.
//!
//! Two private files: the figures as they were shown, before anything was withheld ([`COUNTED`]), and
//! what those that were revised were told to be before ([`BEFORE`]). What is told now is read from the
//! publication itself.

use anyhow::{Context as _, ensure};
use domain::publish::{INDICATORS, Shown, Told, ToldCell};
use domain::vocabulary::Day;
use open_data::v1::{Dimension, Indicateur, Maille, Motif, Serie, Valeur};
use serde::{Deserialize, Serialize};
use store::{Key, Store};

use crate::revisions::manifest;
use crate::{Latest, files as public};

/// Name of the figures, departments broken down and organisations whole.
pub(crate) const COUNTED: &str = "indicateurs.parquet";
/// Name of what was told before.
const BEFORE: &str = "avant.json";

/// What a revised figure was told to be before.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Before {
    maille: Maille,
    code: String,
    dimension: Dimension,
    modalite: String,
    indicateur: Indicateur,
    date: String,
    valeurs: Vec<u32>,
}

/// What a publication of this day is held against: what was shown last, an earlier day; and whether
/// its dates may be counted anew, as they may in the first publication of a month, and in the one that
/// replaces a publication that was rolled back.
pub(crate) async fn before(
    store: &Store,
    latest: &Latest,
    today: &str,
) -> anyhow::Result<Option<(Shown, bool)>> {
    let last = latest.rolled_back_from.as_ref().unwrap_or(&latest.version);
    let mut last = manifest(store, last).await?;
    if latest.rolled_back_from.is_none() {
        let Some(earlier) = last.replaced(today) else { return Ok(None) };
        if earlier != last.version {
            last = manifest(store, &earlier).await?;
        }
    }
    let month = |day: &str| day.get(..7).map(str::to_owned);
    let anew = latest.rolled_back_from.is_some() || month(&last.date) != month(today);
    Ok(Some((read(store, &last.version).await?, anew)))
}

async fn read(store: &Store, version: &str) -> anyhow::Result<Shown> {
    let version = || version.to_owned();
    let key = Key::Shown { version: version(), name: COUNTED };
    let counted = store::read_indicators(&key.path(), store.objects.get(&key).await?)?;
    let key = Key::Published { version: version(), path: public::path("indicateurs.parquet") };
    let (dates, series) = store::read_series(&key.path(), store.objects.get(&key).await?)?;
    ensure!(dates == counted.dates, "{} has not the dates of what was counted", key.path());
    let before_key = Key::Shown { version: version(), name: BEFORE };
    let before: Vec<Before> = serde_json::from_slice(&store.objects.get(&before_key).await?)
        .with_context(|| format!("read {}", before_key.path()))?;
    let mut before = before.into_iter().peekable();
    let mut told = Vec::with_capacity(series.len() / INDICATORS);
    for group in series.chunks(INDICATORS) {
        let first = &group[0];
        let whole = group.iter().map(|one| one.indicateur).eq(Indicateur::ALL.iter().copied());
        ensure!(whole, "{} lacks an indicator of {:?}", key.path(), first.key());
        let mut values = vec![<[Told; INDICATORS]>::default(); dates.len()];
        for (indicator, serie) in group.iter().enumerate() {
            for (date, value) in serie.valeurs.iter().enumerate() {
                values[date][indicator] = match value {
                    Valeur::Connue(last) => {
                        let day = dates[date].to_string();
                        let its = before.next_if(|one| one.is_of(serie, &day));
                        Told::Value {
                            last: *last,
                            before: its.map_or(Vec::new(), |one| one.valeurs),
                        }
                    }
                    Valeur::Masquee(Motif::Secret) => Told::Secret,
                    Valeur::Masquee(_) => Told::NotCounted,
                };
            }
        }
        told.push(ToldCell {
            level: store::level(first.maille),
            code: first.code.clone(),
            dimension: store::breakdown(first.dimension),
            modality: first.modalite.to_string(),
            values,
        });
    }
    ensure!(before.next().is_none(), "{} is not of {}", before_key.path(), key.path());
    Ok(Shown { counted, told })
}

impl Before {
    fn is_of(&self, serie: &Serie, day: &str) -> bool {
        let Self { maille, code, dimension, modalite, indicateur, date, .. } = self;
        (*maille, code.as_str(), *dimension, modalite.as_str(), *indicateur) == serie.key()
            && date == day
    }
}

/// What a publication leaves for the next one.
pub(crate) fn files(
    dates: &[Day],
    counted: Vec<u8>,
    told: &[ToldCell],
) -> anyhow::Result<[(&'static str, Vec<u8>); 2]> {
    let mut before = Vec::new();
    for cell in told {
        for (place, indicateur) in Indicateur::ALL.iter().enumerate() {
            for (date, values) in dates.iter().zip(&cell.values) {
                match &values[place] {
                    Told::Value { before: valeurs, .. } if !valeurs.is_empty() => {
                        before.push(Before {
                            maille: store::maille(cell.level),
                            code: cell.code.clone(),
                            dimension: store::dimension(cell.dimension),
                            modalite: cell.modality.clone(),
                            indicateur: *indicateur,
                            date: date.to_string(),
                            valeurs: valeurs.clone(),
                        });
                    }
                    _ => {}
                }
            }
        }
    }
    Ok([(COUNTED, counted), (BEFORE, serde_json::to_vec(&before)?)])
}
