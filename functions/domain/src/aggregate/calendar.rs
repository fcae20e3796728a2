//! The dates of a run, the months they end and the school years they count.

use std::collections::HashMap;

use crate::vocabulary::{Day, SchoolYear};

/// How many school years are counted before the one that holds today.
pub const SCHOOL_YEARS_BEFORE: i16 = 2;

/// The dates of a run: every month-end of the current school year and of the two before it, then
/// today. Oldest first: 25 to 36 dates, one for each month, the last month being the current one.
pub fn dates(today: Day) -> Vec<Day> {
    let this_month = today.month_start();
    let mut months = vec![first_day(today)];
    while let Some(next) = months.last().map(|month| month.plus_months(1))
        && next <= this_month
    {
        months.push(next);
    }
    let month_ends = months.iter().skip(1).map(|month| *month - 1);
    month_ends.chain([today]).collect()
}

/// The first day of the first school year that is counted.
fn first_day(today: Day) -> Day {
    let mut year = SchoolYear::containing(today);
    for _ in 0..SCHOOL_YEARS_BEFORE {
        year = year.previous();
    }
    year.first_day()
}

/// What a run counts, and when.
#[derive(Debug, Clone)]
pub(super) struct Calendar {
    /// Oldest first; the last one is today.
    pub(super) dates: Vec<Day>,
    /// The number of the month of each date.
    pub(super) months: Vec<i16>,
    /// The first day counted.
    pub(super) first_day: Day,
    /// For each school year that is counted, the places of the dates that count it.
    years: HashMap<SchoolYear, u64>,
}

impl Calendar {
    pub(super) fn new(today: Day) -> Self {
        let dates = dates(today);
        let mut years = HashMap::new();
        for (place, date) in dates.iter().enumerate() {
            for year in SchoolYear::counted_at(*date) {
                *years.entry(year).or_insert(0) |= 1 << place;
            }
        }
        let months = dates.iter().map(|date| month_number(*date)).collect();
        Self { months, first_day: first_day(today), years, dates }
    }

    /// The day of the run.
    pub(super) fn today(&self) -> Day {
        self.dates.last().copied().unwrap_or(self.first_day)
    }

    /// The dates that count a school year, one bit each; none when no date does.
    pub(super) fn counting(&self, year: SchoolYear) -> Option<u64> {
        self.years.get(&year).copied()
    }

    /// The place of the month that holds a day, when it is counted and not to come.
    pub(super) fn month_of(&self, day: Day) -> Option<usize> {
        let counted = self.first_day <= day && day <= self.today();
        counted.then(|| usize::try_from(month_number(day) - self.months[0]).ok()).flatten()
    }

    /// The school years that are counted whole or in part, oldest first.
    pub(super) fn school_years(&self) -> Vec<SchoolYear> {
        let mut years: Vec<SchoolYear> =
            self.dates.iter().map(|date| SchoolYear::containing(*date)).collect();
        years.dedup();
        years
    }
}

/// Months since January of year 0.
pub(super) fn month_number(day: Day) -> i16 {
    let (year, month, _) = day.ymd();
    year * 12 + i16::from(month) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn the_dates_are_every_month_end_of_three_school_years_and_today() {
        let said = |today: &str| {
            let dates = dates(day(today));
            assert!(dates.is_sorted());
            (dates.len(), dates[0].to_string(), dates[dates.len() - 2].to_string())
        };
        let told = |count, first: &str, last: &str| (count, first.to_owned(), last.to_owned());
        assert_eq!(said("2026-11-24"), told(28, "2024-08-31", "2026-10-31"));
        // The school year turns on 1 August.
        assert_eq!(said("2026-07-31"), told(36, "2023-08-31", "2026-06-30"));
        assert_eq!(said("2026-08-01"), told(25, "2024-08-31", "2026-07-31"));
        assert_eq!(said("2026-03-31"), told(32, "2023-08-31", "2026-02-28"));
    }

    #[test]
    fn a_month_has_the_place_of_its_date() {
        let calendar = Calendar::new(day("2026-03-15"));
        let place = |text| calendar.month_of(day(text));
        assert_eq!(place("2023-07-31"), None);
        assert_eq!(place("2023-08-01"), Some(0));
        assert_eq!(place("2026-02-28"), Some(30));
        assert_eq!(place("2026-03-15"), Some(31));
        assert_eq!(place("2026-03-16"), None, "to come");
        let years: Vec<String> = calendar.school_years().iter().map(ToString::to_string).collect();
        assert_eq!(years, ["2023-2024", "2024-2025", "2025-2026"]);
    }
}
