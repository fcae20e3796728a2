//! A civil day, without a clock and without a time zone.

use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;

use jiff::civil::Date;

/// A civil day, kept as the number of days since 1970-01-01.
///
/// Days add and subtract as integers, which is what the status algorithm needs; the calendar is
/// left to `jiff`. Years 1 to 9999.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

const EPOCH: Date = jiff::civil::date(1970, 1, 1);

impl Day {
    /// The day of this year, month (from 1) and day of month (from 1), if it exists.
    pub fn from_ymd(year: i16, month: i8, day: i8) -> Option<Self> {
        if year < 1 {
            return None;
        }
        Date::new(year, month, day).ok().map(Self::from_date)
    }

    /// The day that many days after 1970-01-01. Days outside years 1 to 9999 are refused.
    pub fn from_epoch_days(days: i32) -> Option<Self> {
        (-719_162..=2_932_896).contains(&days).then_some(Self(days))
    }

    /// Days since 1970-01-01.
    pub fn epoch_days(self) -> i32 {
        self.0
    }

    /// Year, month (from 1), day of month (from 1).
    pub fn ymd(self) -> (i16, i8, i8) {
        let date = self.date();
        (date.year(), date.month(), date.day())
    }

    /// The first day of this day's month.
    #[must_use]
    pub fn month_start(self) -> Self {
        Self::from_date(self.date().first_of_month())
    }

    /// The last day of this day's month.
    #[must_use]
    pub fn month_end(self) -> Self {
        Self::from_date(self.date().last_of_month())
    }

    /// The same day that many months away, or the last day of that month when it is shorter.
    #[must_use]
    pub fn plus_months(self, months: i32) -> Self {
        let span = jiff::Span::new().months(months);
        Self::from_date(self.date().saturating_add(span))
    }

    /// Whole years from this day to `later`: an age, when this day is a birth date.
    pub fn years_until(self, later: Self) -> i16 {
        let (year, month, day) = self.ymd();
        let (later_year, later_month, later_day) = later.ymd();
        later_year - year - i16::from((later_month, later_day) < (month, day))
    }

    /// As a French reader writes it: `31/12/2026`.
    pub fn french(self) -> String {
        let (year, month, day) = self.ymd();
        format!("{day:02}/{month:02}/{year:04}")
    }

    fn date(self) -> Date {
        EPOCH.saturating_add(jiff::Span::new().days(self.0))
    }

    fn from_date(date: Date) -> Self {
        // Hinnant's count of days, exact over the proleptic Gregorian calendar.
        let (year, month, day) =
            (i32::from(date.year()), i32::from(date.month()), i32::from(date.day()));
        let shifted = if month <= 2 { year - 1 } else { year };
        let era = shifted.div_euclid(400);
        let year_of_era = shifted.rem_euclid(400);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Self(era * 146_097 + day_of_era - 719_468)
    }
}

impl Add<i32> for Day {
    type Output = Self;
    fn add(self, days: i32) -> Self {
        Self(self.0 + days)
    }
}

impl Sub<i32> for Day {
    type Output = Self;
    fn sub(self, days: i32) -> Self {
        Self(self.0 - days)
    }
}

impl Sub for Day {
    type Output = i32;
    fn sub(self, other: Self) -> i32 {
        self.0 - other.0
    }
}

/// ISO 8601: `2026-12-31`.
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text is not a day written `AAAA-MM-JJ`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a day is written 2026-12-31, not {0:?}")]
pub struct NotADay(pub String);

impl FromStr for Day {
    type Err = NotADay;
    fn from_str(text: &str) -> Result<Self, NotADay> {
        let bytes = text.as_bytes();
        let number = |range: std::ops::Range<usize>| -> Option<i16> {
            let digits = bytes.get(range)?;
            digits
                .iter()
                .all(u8::is_ascii_digit)
                .then(|| digits.iter().fold(0, |sum, digit| sum * 10 + i16::from(digit - b'0')))
        };
        let parse = || {
            if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
                return None;
            }
            Self::from_ymd(number(0..4)?, number(5..7)? as i8, number(8..10)? as i8)
        };
        parse().ok_or_else(|| NotADay(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_survive_a_round_trip_over_four_centuries() {
        for days in -80_000..80_000 {
            let day = Day::from_epoch_days(days).unwrap();
            let (year, month, of_month) = day.ymd();
            assert_eq!(Day::from_ymd(year, month, of_month), Some(day));
        }
    }

    #[test]
    fn the_calendar_is_respected() {
        assert_eq!(Day::from_ymd(2023, 2, 29), None);
        let leap: Day = "2024-02-29".parse().unwrap();
        assert_eq!(leap.plus_months(12).to_string(), "2025-02-28");
        assert_eq!(leap.month_end(), leap);
        assert_eq!((leap + 1).to_string(), "2024-03-01");
        assert_eq!(leap.french(), "29/02/2024");
        assert!("2024-2-29".parse::<Day>().is_err());
    }
}
