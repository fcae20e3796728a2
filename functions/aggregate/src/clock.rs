//! The day of a count comes in the event. It is judged by the files: they are the other clock.

use domain::vocabulary::Day;
use store::Current;

/// Days between the last file and a count after which the clock is not believed.
const MOST_DAYS_AFTER: i32 = 366;
/// Days before the last file: two clocks may differ around midnight.
const MOST_DAYS_BEFORE: i32 = 1;

/// The day of a count cannot be: what it would publish would pass for older, or newer, than it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a count as of {today} is not believed: deposit {deposit} came on {came}")]
pub struct ClockIsWrong {
    /// The day of the count.
    pub today: Day,
    /// The last deposit that counts.
    pub deposit: String,
    /// The day it was opened or judged, whichever is later.
    pub came: Day,
}

/// Refuses a day before the last file that counts, or more than a year after it.
pub(crate) fn check(today: Day, current: &[Current]) -> Result<(), ClockIsWrong> {
    let came = current.iter().filter_map(|list| {
        let deposit = &list.deposits.last()?.id;
        Some((store::opened_day(deposit).max(Some(list.last_day))?, deposit))
    });
    let Some((came, deposit)) = came.max() else { return Ok(()) };
    let believed = came - MOST_DAYS_BEFORE..=came + MOST_DAYS_AFTER;
    if believed.contains(&today) {
        return Ok(());
    }
    Err(ClockIsWrong { today, deposit: deposit.clone(), came })
}
