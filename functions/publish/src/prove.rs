//! What is published and proved: what the auditor finds known too well is hidden among more, until it
//! finds nothing.

use std::collections::{BTreeMap, BTreeSet};

use domain::publish::movements::link_all;
use domain::publish::{Held, Protection, Published};
use domain::vocabulary::References;
use open_data::v1::{OpenData, Serie};
use store::Run;

use crate::audit::{Audit, Auditor, Leak, Secrets};
use crate::refusal::Refused;
use crate::translate::{complete, couvertures, open_data, series};

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
    let mut protection = Protection::new(held, references);
    let mut data = open_data(&protection.published(), references, run)?;
    data.series = Vec::new();
    let Hidden { published, shown, audit } = hide(held, &mut protection, &data, series)?;
    if let Some(refused) = given_away(held, &audit) {
        return Err(refused.into());
    }
    data.series = shown;
    data.couvertures = couvertures(&published, references, run)?;
    Ok(Proved { published, data, masquees: audit.withheld })
}

/// The same of other figures, beside what is public already: a date of which a figure stays known too
/// well is withheld whole. Tells how many figures are withheld.
pub(crate) fn prove_beside(
    held: &mut Held,
    references: &References,
    data: &OpenData,
    series: fn(&Published) -> Vec<Serie>,
) -> anyhow::Result<(Published, usize)> {
    let mut refused = None;
    // Where everything is withheld, nothing is known: once more is enough.
    for _ in 0..2 {
        let Hidden { published, audit, .. } =
            hide(held, &mut Protection::new(held, references), data, series)?;
        refused = given_away(held, &audit);
        if refused.is_none() {
            return Ok((published, audit.withheld));
        }
        for date in audit.leaks.iter().map(|leak| leak.date).collect::<BTreeSet<_>>() {
            link_all(held, date);
        }
    }
    Err(refused.map_or_else(|| anyhow::anyhow!("nothing was proved"), Into::into))
}

/// What is shown, after as many rounds as it took.
struct Hidden {
    published: Published,
    shown: Vec<Serie>,
    audit: Audit,
}

fn hide(
    held: &Held,
    protection: &mut Protection<'_>,
    data: &OpenData,
    series: fn(&Published) -> Vec<Serie>,
) -> anyhow::Result<Hidden> {
    let days: Vec<String> = held.counted.dates.iter().map(ToString::to_string).collect();
    let complete = complete(&held.counted);
    let secrets: Vec<Secrets> = (0..days.len())
        .map(|date| Secrets {
            close: held.close_to_told(date),
            linked: (0..complete.len()).map(|figure| held.is_linked(date, figure)).collect(),
        })
        .collect();
    let not_audited = |error: anyhow::Error| Refused::NotAudited(format!("{error:#}"));
    let mut auditor = Auditor::new(data, &days, &complete, &secrets).map_err(not_audited)?;
    let mut published = protection.published();
    let mut shown = series(&published);
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
    Ok(Hidden { published, shown, audit })
}

/// Why a publication is refused, when a figure stays known too well.
fn given_away(held: &Held, audit: &Audit) -> Option<Refused> {
    let Leak { date, name, .. } = audit.leaks.first()?;
    let (date, name) = (held.counted.dates[*date].to_string(), name.clone());
    Some(Refused::GivenAway { count: audit.leaks.len(), date, name })
}

#[cfg(test)]
mod tests;
