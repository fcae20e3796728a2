//! The auditor: reads the tables of a publication, writes down every sum a reader can make (`sums`),
//! and looks for withheld figures that these give away (`search`).
//!
//! A publication of which one is worked out is refused ([`control`]). Whether each secret could have five
//! values is measured ([`audit`]): what is not proved of it does not refuse one yet.
//!
//! It knows nothing of how figures were withheld, and shares with that the elimination alone
//! (`domain::publish::kernel`). Beside the tables it is given one complete set of figures, checks that
//! it agrees with everything published, then proves of each withheld figure that other complete sets
//! agree as well: of a count of one to four, that it could have five values at least; of any other, that
//! it could have two. Walks find nearly all (`search`), linear programs most of the rest (`programs`).
//! What is not proved may still be safe: both are bounded.

mod programs;
mod search;
mod sums;

use anyhow::{Context as _, ensure};
use open_data::v1::{Motif, OpenData, Serie};

use search::{Hidden, Unknowns};
use sums::{Figure, Reader};

/// What an audit says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Audit {
    /// Withheld figures, over all dates.
    pub withheld: usize,
    /// Those that a reader can work out, or nearly.
    pub leaks: Vec<Leak>,
}

/// A withheld figure that is known too well.
#[derive(Debug, Clone, PartialEq)]
pub struct Leak {
    /// The date of the figure, ISO 8601.
    pub date: String,
    /// Which figure it is.
    pub name: String,
    /// How many values were found that it can have.
    pub values: u32,
}

/// Audits what is published. `complete` gives every figure, in the order of the published ones, and
/// with them those of the breakdowns that are not published of small places.
///
/// # Errors
///
/// When the complete set disagrees with what is published, or when tables do not add up.
pub fn audit(published: &OpenData, complete: &[Serie]) -> anyhow::Result<Audit> {
    each_date(published, complete, |unknowns| {
        unknowns.search().into_iter().map(|found| (found.figure, found.values)).collect()
    })
}

/// The same, of the figures that sums alone give away whatever the others may be: what no publication
/// may hold.
///
/// # Errors
///
/// As [`audit`].
pub fn control(published: &OpenData, complete: &[Serie]) -> anyhow::Result<Audit> {
    each_date(published, complete, |unknowns| {
        unknowns.worked_out().into_iter().map(|figure| (figure, 1)).collect()
    })
}

/// Looks at each date; `look` gives the figures that are known too well, and how many values they have.
fn each_date(
    published: &OpenData,
    complete: &[Serie],
    look: impl Fn(Unknowns<'_>) -> Vec<(Figure, u32)>,
) -> anyhow::Result<Audit> {
    let OpenData { dates, series, organismes, certifications, .. } = published;
    let reader = Reader::new(complete, organismes, certifications)?;
    let mut shown = series.iter().peekable();
    let shown: Vec<Option<&Serie>> =
        complete.iter().map(|all| shown.next_if(|shown| shown.key() == all.key())).collect();
    let all = shown.iter().flatten().count() == series.len();
    ensure!(all, "the complete set is not of the figures that are published");
    let rows = reader.rows();
    let mut audit = Audit::default();
    for (place, date) in dates.iter().enumerate() {
        let mut hidden = Vec::with_capacity(complete.len());
        let mut counts = Vec::with_capacity(complete.len());
        for (shown, complete) in shown.iter().zip(complete) {
            let count = complete.valeurs[place].connue().context("the complete set has a hole")?;
            counts.push(count);
            let Some(shown) = shown else {
                hidden.push(Hidden::Apart);
                continue;
            };
            let value = shown.valeurs[place];
            ensure!(
                value.connue().is_none_or(|shown| shown == count),
                "{:?} is not what is published",
                complete.key()
            );
            // What was not counted then is nothing in every sum of that date.
            let is_secret = value.motif() == Some(Motif::Secret);
            hidden.push(if is_secret { Hidden::Withheld } else { Hidden::Shown });
        }
        let withheld_zero =
            hidden.iter().zip(&counts).any(|(it, count)| *it == Hidden::Withheld && *count == 0);
        ensure!(!withheld_zero, "a zero is withheld: it is supposed to be shown");
        if let Some(row) = search::broken(&rows, &counts).next() {
            let names: Vec<String> = row
                .terms
                .iter()
                .take(4)
                .map(|term| reader.name(term.0))
                .collect::<anyhow::Result<_>>()?;
            anyhow::bail!("the tables of {date} do not add up: {}…", names.join(", "));
        }
        audit.withheld += hidden.iter().filter(|it| **it == Hidden::Withheld).count();
        for (figure, values) in look(Unknowns::of(&rows, &hidden, &counts)) {
            audit.leaks.push(Leak { date: date.clone(), name: reader.name(figure)?, values });
        }
    }
    Ok(audit)
}

#[cfg(test)]
mod tests;
