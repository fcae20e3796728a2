//! What the pages of organisations would say of a list alone: its sender sees it in the answer, before
//! anyone else can.

use crate::aggregate::{Aggregator, Counts, Dimension, Level};
use crate::record::Record;
use crate::vocabulary::{Day, Organisation, Reference, References};

/// The learners of a list, by the organisation that trains them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The day of the figures.
    pub day: Day,
    /// In the order of their public codes.
    pub organisations: Vec<OwnFigures>,
}

/// Of one organisation, nothing withheld: they are its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnFigures {
    /// Public code: the UAI, with the SIRET where others share it.
    pub code: String,
    /// Its name; its code where the reference does not tell it.
    pub name: String,
    /// On the day of the preview.
    pub counts: Counts,
}

/// Counts the records that would count if a list were accepted, as `aggregate` counts those of everyone.
///
/// A learner whom another organisation has sent too may be counted there in the end, and lists of other
/// years add theirs: both are known at night only.
pub fn preview(records: &[Record], reference: Option<&Reference>, day: Day) -> Preview {
    let nothing_else = References::default();
    let mut aggregator = Aggregator::new(day, &nothing_else);
    for record in records {
        aggregator.add(0, record);
    }
    let cells = aggregator.finish().indicators.cells.into_iter();
    let own = cells
        .filter(|cell| cell.level == Level::Organisme && cell.dimension == Dimension::Ensemble);
    let mut organisations: Vec<OwnFigures> = own
        .filter_map(|cell| {
            let organisation: Organisation = cell.code.parse().ok()?;
            let listed = reference.and_then(|it| Some((it, it.get(&organisation)?)));
            let code = listed.map_or(cell.code, |(all, _)| all.public_code(&organisation));
            let name = listed.map(|(_, listed)| &listed.name).filter(|name| !name.is_empty());
            let name = name.unwrap_or(&code).clone();
            Some(OwnFigures { code, name, counts: *cell.counts.last()? })
        })
        .collect();
    organisations.sort_by(|one, other| one.code.cmp(&other.code));
    Preview { day, organisations }
}
