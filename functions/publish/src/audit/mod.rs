//! The auditor: reads the tables of a publication, writes down every sum a reader can make (`sums`),
//! and proves of each withheld figure that it is not given away (`search`).
//!
//! It knows nothing of how figures were withheld, and shares with that the arithmetic alone
//! (`domain::publish::kernel`). Beside the tables it is given one complete set of figures, checks that
//! it agrees with everything published, then looks for other complete sets that agree as well: a count
//! of one to four must take five values in them, and one that differs by so few from what was published
//! before, and one that would tell of another figure; any other withheld figure two. Each set is whole
//! numbers that add up, so each value is really possible, and not only within bounds.
//!
//! A publication of which one figure is not proved is refused. Where more is withheld, what was proved
//! stays so: sets that agreed with everything published agree with less. So an auditor is asked again,
//! and looks for the rest alone.

mod mend;
mod search;
mod sums;

use std::collections::HashMap;
use std::num::NonZero;
use std::sync::Mutex;
use std::thread;

use anyhow::{Context as _, ensure};
use domain::publish::kernel::Values;
use open_data::v1::{Motif, OpenData, Serie};

use search::{Found, Hidden, Unknowns};
use sums::{Figure, Reader, Row};

/// What an audit says.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Audit {
    /// Withheld figures, over all dates.
    pub(crate) withheld: usize,
    /// Those that were not proved to be hidden enough.
    pub(crate) leaks: Vec<Leak>,
}

/// A withheld figure that may be known too well.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Leak {
    /// The place of its date.
    pub(crate) date: usize,
    /// Its place among the series of the complete set.
    pub(crate) serie: u32,
    /// What a reader calls it.
    pub(crate) name: String,
    /// How many values were found that it can have.
    pub(crate) values: u32,
}

/// The figures of a date that are secret whatever they count, in the order of the complete set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Secrets {
    /// They differ by one to four from what was published before.
    pub(crate) close: Vec<bool>,
    /// They would tell of another figure, which is withheld. Of these it is not said that they are zero.
    pub(crate) linked: Vec<bool>,
}

/// Audits a publication, then the same with more withheld.
pub(crate) struct Auditor<'a> {
    days: &'a [String],
    complete: &'a [Serie],
    /// One for each date.
    secrets: &'a [Secrets],
    reader: Reader<'a>,
    rows: Vec<Row>,
    dates: Vec<Date>,
}

/// What was proved of one date.
#[derive(Default)]
struct Date {
    hidden: Vec<Hidden>,
    /// The values that withheld figures took.
    taken: HashMap<Figure, Values>,
    /// Those that took too few.
    left: Vec<Found>,
}

impl<'a> Auditor<'a> {
    /// From what is public beside the figures, and one complete set of these at these days: every one in
    /// the order of the published ones, and with them those that are not published.
    ///
    /// # Errors
    ///
    /// When the figures of the complete set are not those of whole cells.
    pub(crate) fn new(
        published: &'a OpenData,
        days: &'a [String],
        complete: &'a [Serie],
        secrets: &'a [Secrets],
    ) -> anyhow::Result<Self> {
        let OpenData { organismes, certifications, .. } = published;
        let reader = Reader::new(complete, organismes, certifications)?;
        let rows = reader.rows();
        let dates = days.iter().map(|_| Date::default()).collect();
        Ok(Self { days, complete, secrets, reader, rows, dates })
    }

    /// Audits these series, which show no more than those of the last time.
    ///
    /// # Errors
    ///
    /// When the complete set disagrees with what is published, when tables do not add up, or when more is
    /// shown than before.
    pub(crate) fn audit(&mut self, published: &[Serie]) -> anyhow::Result<Audit> {
        let mut shown = published.iter().peekable();
        let complete = self.complete.iter();
        let shown: Vec<Option<&Serie>> =
            complete.map(|all| shown.next_if(|shown| shown.key() == all.key())).collect();
        let all = shown.iter().flatten().count() == published.len();
        ensure!(all, "the complete set is not of the figures that are published");

        let Self { days, complete, secrets, reader, rows, dates } = self;
        let (days, complete, secrets) = (*days, *complete, *secrets);
        let (reader, rows) = (&*reader, rows.as_slice());
        let waiting = Mutex::new(dates.iter_mut().enumerate());
        let work = || {
            let next = || waiting.lock().map_or(None, |mut waiting| waiting.next());
            while let Some((place, date)) = next() {
                let Secrets { close, linked } = &secrets[place];
                let (hidden, counts) = seen(place, &shown, complete, linked)?;
                if let Some(row) = search::broken(rows, &counts).next() {
                    let figures = row.terms.iter().take(4);
                    let names: anyhow::Result<Vec<_>> =
                        figures.map(|(figure, _)| reader.name(*figure)).collect();
                    let (day, names) = (&days[place], names?.join(", "));
                    anyhow::bail!("the tables of {day} do not add up: {names}…");
                }
                date.audit(hidden, &counts, close, rows)?;
            }
            anyhow::Ok(())
        };
        thread::scope(|scope| {
            let threads = thread::available_parallelism().map_or(1, NonZero::get);
            let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            let join = |thread: thread::ScopedJoinHandle<'_, _>| {
                thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            };
            threads.into_iter().try_for_each(join)
        })?;

        let mut audit = Audit::default();
        for (place, date) in self.dates.iter().enumerate() {
            let is_withheld = |it: &&Hidden| matches!(it, Hidden::Withheld | Hidden::Linked);
            audit.withheld += date.hidden.iter().filter(is_withheld).count();
            for Found { figure, values } in &date.left {
                let name = self.reader.name(*figure)?;
                audit.leaks.push(Leak { date: place, serie: *figure, name, values: *values });
            }
        }
        Ok(audit)
    }
}

/// What a reader sees of each figure at a date, and how much it is.
fn seen(
    date: usize,
    shown: &[Option<&Serie>],
    complete: &[Serie],
    linked: &[bool],
) -> anyhow::Result<(Vec<Hidden>, Vec<u32>)> {
    let figures = shown.iter().zip(complete).zip(linked).map(|((shown, complete), linked)| {
        let count = complete.valeurs[date].connue().context("the complete set has a hole")?;
        let Some(shown) = shown else { return Ok((Hidden::Apart, count)) };
        let value = shown.valeurs[date];
        let is_so = value.connue().is_none_or(|shown| shown == count);
        ensure!(is_so, "{:?} is not what is published", complete.key());
        // What was not counted then is nothing in every sum of that date.
        let is_secret = value.motif() == Some(Motif::Secret);
        if *linked {
            ensure!(is_secret, "{:?} is shown, and tells of another figure", complete.key());
            return Ok((Hidden::Linked, count));
        }
        ensure!(!is_secret || count > 0, "a zero is withheld: it is supposed to be shown");
        Ok((if is_secret { Hidden::Withheld } else { Hidden::Shown }, count))
    });
    figures.collect()
}

impl Date {
    fn audit(
        &mut self,
        hidden: Vec<Hidden>,
        counts: &[u32],
        close: &[bool],
        rows: &[Row],
    ) -> anyhow::Result<()> {
        if self.hidden == hidden {
            return Ok(());
        }
        let is_less = |(before, now): (&Hidden, &Hidden)| *before == Hidden::Shown || before == now;
        ensure!(self.hidden.iter().zip(&hidden).all(is_less), "more is shown than before");
        self.left = Unknowns::of(rows, &hidden, counts, close).search(&mut self.taken);
        self.hidden = hidden;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
