//! What happened each month and what became of each entry class: held, withheld and proved as the
//! learners of each date are, after them, for they tell of them.

use anyhow::ensure;
use domain::aggregate::Indicators;
use domain::publish::movements::{Point, classes, entered, flows, link_classes, link_flows};
use domain::publish::{Held, Published, Reason, Value, hold};
use domain::vocabulary::References;
use open_data::v1::{Cohorte, Flux, OpenData};
use store::{Key, Run, Store};

use crate::files;
use crate::prove::prove_beside;
use crate::revisions::manifest;
use crate::shown::{self, CLASSES, FLOWS, Names};
use crate::translate::{cohortes, flux, series, series_of_flows};

/// What is public before them.
#[derive(Debug, Clone, Copy)]
pub struct Beside<'a> {
    /// Where organisations are.
    pub references: &'a References,
    /// The learners of each date, as they are shown.
    pub stocks: &'a Published,
    /// The same in the words of the open data, with what is public of places.
    pub data: &'a OpenData,
}

/// Months and classes of which the auditor found nothing to say.
#[derive(Debug)]
pub struct Movements {
    /// What is shown of the months.
    pub flows: Published,
    /// What is shown of the classes.
    pub classes: Published,
    /// How many figures are withheld.
    pub masquees: usize,
}

/// Withholds what must be of the months that are over, and of the classes that are whole.
///
/// # Errors
///
/// [`crate::Refused`], as [`crate::prove()`].
pub fn prove_movements(
    held: &mut Held,
    (classes, points): (&mut Held, &[Point]),
    beside: Beside<'_>,
) -> anyhow::Result<Movements> {
    let Beside { references, stocks, data } = beside;
    link_flows(held, stocks);
    let (flows, of_flows) = prove_beside(held, references, data, series_of_flows)?;
    let mut entered = entered(held, &flows, points);
    let (entered, _) = prove_beside(&mut entered, references, data, series)?;
    link_classes(classes, points, &entered);
    let (classes, _) = prove_beside(classes, references, data, series)?;
    // Of a class, those without a contract are not published: two figures are.
    let published = classes.cells.iter().flat_map(|cell| &cell.values).flat_map(|it| &it[1..=2]);
    let of_classes = published.filter(|it| **it == Value::Withheld(Reason::Secret)).count();
    Ok(Movements { flows, classes, masquees: of_flows + of_classes })
}

/// What is told of a run, and kept for the next publication.
pub(crate) struct Moved {
    pub(crate) flux: Vec<Flux>,
    pub(crate) cohortes: Vec<Cohorte>,
    pub(crate) masquees: usize,
    pub(crate) kept: Vec<(&'static str, Vec<u8>)>,
}

/// The months and the classes of a run, held against what a publication showed, where its dates may be
/// counted anew or not.
pub(crate) async fn of(
    store: &Store,
    run: &Run,
    before: Option<(&str, bool)>,
    beside: Beside<'_>,
) -> anyhow::Result<Moved> {
    let held = async |counted: Indicators, names: &Names| {
        let Some((version, anew)) = before else { return anyhow::Ok(counted.into()) };
        if let Some(shown) = shown::read(store, version, names).await? {
            return Ok(hold(counted, shown, beside.references, anew));
        }
        // It was published before these figures were; or what it told of them is lost.
        let public = files::path(names.counted);
        let told = manifest(store, version).await?.fichiers.iter().any(|it| it.path == public);
        ensure!(
            !told,
            "{version} told of {public}, and shown/{version}/{} is not there",
            names.counted
        );
        Ok(counted.into())
    };
    let key = Key::Flows { run: run.id.clone() };
    let counted = store::read_flows(&key.path(), store.objects.get(&key).await?)?;
    let mut of_flows: Held = held(flows(&counted), &FLOWS).await?;
    let key = Key::Cohorts { run: run.id.clone() };
    let counted = store::read_cohorts(&key.path(), store.objects.get(&key).await?)?;
    let (counted, points) = classes(&counted, run.day()?);
    let mut of_classes: Held = held(counted, &CLASSES).await?;

    let proved = prove_movements(&mut of_flows, (&mut of_classes, &points), beside)?;
    let mut kept = Vec::new();
    for (names, held, published) in
        [(&FLOWS, &of_flows, &proved.flows), (&CLASSES, &of_classes, &proved.classes)]
    {
        let counted = store::write_indicators(&held.counted)?;
        let told = held.then_told(published);
        kept.extend(shown::files(names, &held.counted.dates, counted, &told, published)?);
    }
    Ok(Moved {
        flux: flux(&proved.flows),
        cohortes: cohortes(&proved.classes, &points),
        masquees: proved.masquees,
        kept,
    })
}

#[cfg(test)]
mod tests;
