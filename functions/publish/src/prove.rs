//! What is published and proved: what the auditor finds known too well is hidden among more, until it
//! finds nothing.

use std::collections::BTreeMap;

use domain::publish::{Held, Protection, Published};
use domain::vocabulary::References;
use open_data::v1::OpenData;
use store::Run;

use crate::audit::{Auditor, Leak};
use crate::refusal::Refused;
use crate::translate::{complete, open_data, series};

/// How often more is withheld before the publication is refused.
const ROUNDS: usize = 12;

/// A publication of which the auditor found nothing to say.
#[derive(Debug)]
pub struct Proved {
    /// What is shown.
    pub published: Published,
    /// The same, in the words of the open data.
    pub data: OpenData,
    /// How many figures are withheld.
    pub masquees: usize,
}

/// Withholds what must be of these figures.
///
/// # Errors
///
/// [`Refused`], when a figure stays known too well, or when the auditor could not read the tables.
pub fn prove(held: &Held, references: &References, run: &Run) -> anyhow::Result<Proved> {
    let complete = complete(&held.counted);
    let dates = 0..held.counted.dates.len();
    let close: Vec<Vec<bool>> = dates.map(|date| held.close_to_told(date)).collect();
    let mut protection = Protection::new(held, references);
    let mut published = protection.published();
    let mut data = open_data(&published, references, run)?;
    let not_audited = |error: anyhow::Error| Refused::NotAudited(format!("{error:#}"));
    let mut shown = std::mem::take(&mut data.series);
    let mut auditor = Auditor::new(&data, &complete, &close).map_err(not_audited)?;
    let mut audit = auditor.audit(&shown).map_err(not_audited)?;
    for _ in 0..ROUNDS {
        if audit.leaks.is_empty() {
            break;
        }
        let mut known = BTreeMap::<usize, Vec<u32>>::new();
        for leak in &audit.leaks {
            known.entry(leak.date).or_default().push(leak.serie);
        }
        for (date, figures) in known {
            protection.widen(date, &figures);
        }
        published = protection.published();
        shown = series(&published);
        audit = auditor.audit(&shown).map_err(not_audited)?;
    }
    if let Some(Leak { date, name, .. }) = audit.leaks.first() {
        let (date, name) = (data.dates[*date].clone(), name.clone());
        return Err(Refused::GivenAway { count: audit.leaks.len(), date, name }.into());
    }
    drop(auditor);
    data.series = shown;
    Ok(Proved { published, data, masquees: audit.withheld })
}

#[cfg(test)]
mod tests;
