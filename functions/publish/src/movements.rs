//! What happened each month and what became of each entry class: held, withheld and proved as the
//! learners of each date are, after them, for they tell of them.

use domain::publish::movements::{self, link_classes, link_flows};
use domain::publish::{Held, Published, hold};
use domain::vocabulary::References;
use open_data::v1::{Cohorte, Flux, OpenData, Serie};
use store::{Key, Run, Store};

use crate::prove::prove_movements;
use crate::shown::{self, Names};
use crate::translate::{cohortes, flux, series, series_of_flows};

/// What the public is told, and what is kept for the next publication.
pub(crate) struct Movements {
    pub(crate) flux: Vec<Flux>,
    pub(crate) cohortes: Vec<Cohorte>,
    /// How many figures are withheld.
    pub(crate) masquees: usize,
    pub(crate) kept: Vec<(&'static str, Vec<u8>)>,
}

/// What is known beside them.
pub(crate) struct Beside<'a> {
    pub(crate) references: &'a References,
    /// The learners of each date, as they are shown.
    pub(crate) stocks: &'a Published,
    /// The same, with what is public of places and certifications.
    pub(crate) data: &'a OpenData,
    /// The publication they are held against, and whether its dates may be counted anew.
    pub(crate) before: Option<(&'a str, bool)>,
}

/// Those of a run.
pub(crate) async fn of(store: &Store, run: &Run, beside: &Beside<'_>) -> anyhow::Result<Movements> {
    let id = || run.id.clone();
    let key = Key::Flows { run: id() };
    let flows = store::read_flows(&key.path(), store.objects.get(&key).await?)?;
    let mut held = beside.held(store, movements::flows(&flows), &shown::FLOWS).await?;
    link_flows(&mut held, beside.stocks);
    let mut told =
        Movements { flux: Vec::new(), cohortes: Vec::new(), masquees: 0, kept: Vec::new() };
    let flows = told.add(&mut held, beside, series_of_flows, &shown::FLOWS)?;
    told.flux = flux(&flows);

    let key = Key::Cohorts { run: id() };
    let classes = store::read_cohorts(&key.path(), store.objects.get(&key).await?)?;
    let (classes, points) = movements::classes(&classes, run.day()?);
    let mut held = beside.held(store, classes, &shown::CLASSES).await?;
    link_classes(&mut held, &points, &flows);
    let classes = told.add(&mut held, beside, series, &shown::CLASSES)?;
    told.cohortes = cohortes(&classes, &points);
    Ok(told)
}

impl Beside<'_> {
    async fn held(
        &self,
        store: &Store,
        counted: domain::aggregate::Indicators,
        names: &Names,
    ) -> anyhow::Result<Held> {
        let Some((version, anew)) = self.before else { return Ok(counted.into()) };
        let shown = shown::read(store, version, names).await?;
        Ok(match shown {
            Some(shown) => hold(counted, shown, self.references, anew),
            // It was published before these figures were.
            None => counted.into(),
        })
    }
}

impl Movements {
    /// Withholds and proves, and keeps what the next publication is held against.
    fn add(
        &mut self,
        held: &mut Held,
        beside: &Beside<'_>,
        series: fn(&Published) -> Vec<Serie>,
        names: &Names,
    ) -> anyhow::Result<Published> {
        let counted = store::write_indicators(&held.counted)?;
        let (published, masquees) = prove_movements(held, beside.references, beside.data, series)?;
        let told = held.then_told(&published);
        self.kept.extend(shown::files(names, &held.counted.dates, counted, &told, &published)?);
        self.masquees += masquees;
        Ok(published)
    }
}
