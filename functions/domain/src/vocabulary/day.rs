//! A civil day, without a clock and without a time zone.

use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;

use jiff::civil::Date;

/// A civil day, kept as the number of days since 1970-01-01.
///
/// Days add and subtract as integers, which is what the status algorithm needs. Counting to and
/// from the calendar is done here, since a list has ten dates in each row, and agrees with `jiff`;
/// the rest of the calendar is left to it. Years 1 to 9999.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

impl Day {
    /// The day of this year, month (from 1) and day of month (from 1), if it exists.
    pub fn from_ymd(year: i16, month: i8, day: i8) -> Option<Self> {
        let exists = (1..=9999).contains(&year)
            && (1..=12).contains(&month)
            && day >= 1
            && (day <= 28 || day <= days_in_month(year, month));
        exists.then(|| Self::count(year.into(), month.into(), day.into()))
    }

    /// The day that many days after 1970-01-01. Days outside years 1 to 9999 are refused.
    pub fn from_epoch_days(days: i32) -> Option<Self> {
        (-719_162..=2_932_896).contains(&days).then_some(Self(days))
    }

    /// 1970-01-01.
    pub fn epoch() -> Self {
        Self(0)
    }

    /// Days since 1970-01-01.
    pub fn epoch_days(self) -> i32 {
        self.0
    }

    /// Year, month (from 1), day of month (from 1).
    pub fn ymd(self) -> (i16, i8, i8) {
        // Hinnant's `civil_from_days`, exact over the proleptic Gregorian calendar.
        let days = (self.0 - FIRST_MARCH).cast_unsigned();
        let (era, day_of_era) = (days / 146_097, days % 146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = era * 400 + year_of_era + u32::from(month <= 2) - FIRST_YEAR;
        (year as i16, month as i8, day as i8)
    }

    /// The first day of this day's month.
    #[must_use]
    pub fn month_start(self) -> Self {
        let (_, _, day) = self.ymd();
        self - i32::from(day - 1)
    }

    /// The last day of this day's month.
    #[must_use]
    pub fn month_end(self) -> Self {
        Self::from_date(self.date().last_of_month())
    }

    /// The same day that many months away, or the last day of that month when it is shorter.
    #[must_use]
    pub fn plus_months(self, months: i32) -> Self {
        let (year, month, day) = self.ymd();
        let count = i32::from(year) * 12 + i32::from(month) - 1 + months;
        let (year, month) = (count.div_euclid(12) as i16, count.rem_euclid(12) as i8 + 1);
        Self::count(year.into(), month.into(), day.min(days_in_month(year, month)).into())
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

    /// ISO 8601, in ASCII: `2026-12-31`.
    pub fn iso(self) -> [u8; 10] {
        let (year, month, day) = self.ymd();
        let digit = |number: i16, unit: i16| b'0' + (number / unit % 10) as u8;
        let (month, day) = (month.into(), day.into());
        [
            digit(year, 1000),
            digit(year, 100),
            digit(year, 10),
            digit(year, 1),
            b'-',
            digit(month, 10),
            digit(month, 1),
            b'-',
            digit(day, 10),
            digit(day, 1),
        ]
    }

    fn date(self) -> Date {
        let (year, month, day) = self.ymd();
        jiff::civil::date(year, month, day)
    }

    fn from_date(date: Date) -> Self {
        Self::count(date.year().into(), date.month().into(), date.day().into())
    }

    /// Hinnant's `days_from_civil`: the leap days of the years before that of its March, then the
    /// days since that March.
    fn count(year: i32, month: i32, day: i32) -> Self {
        const BEFORE: [i32; 12] = [306, 337, 0, 31, 61, 92, 122, 153, 184, 214, 245, 275];
        let year = (year - i32::from(month <= 2)).cast_unsigned().wrapping_add(FIRST_YEAR);
        let days = (year * 365 + year / 4 - year / 100 + year / 400).cast_signed();
        Self(FIRST_MARCH + days + BEFORE[(month - 1) as usize] + day - 1)
    }
}

/// Where counting begins, so far back that nothing is below zero: 1 March of this year before year 0,
/// a multiple of the four centuries after which the calendar repeats itself.
const FIRST_YEAR: u32 = 4_000;
const FIRST_MARCH: i32 = -719_468 - 10 * 146_097;

fn days_in_month(year: i16, month: i8) -> i8 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
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
        f.write_str(std::str::from_utf8(&self.iso()).unwrap_or_default())
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
    fn the_calendar_is_that_of_jiff() {
        for year in -3..=10_000 {
            for (month, day) in (0..=13).flat_map(|month| (0..=32).map(move |day| (month, day))) {
                let real = Date::new(year, month, day).ok().filter(|_| year >= 1);
                let ours = Day::from_ymd(year, month, day);
                assert_eq!(ours.map(Day::ymd), real.map(|_| (year, month, day)));
            }
        }
        let epoch = jiff::civil::date(1970, 1, 1);
        for days in (-719_162..=2_932_896).step_by(97) {
            let date = epoch.saturating_add(jiff::Span::new().days(days));
            let day = Day::from_epoch_days(days).unwrap();
            assert_eq!(day.ymd(), (date.year(), date.month(), date.day()));
            assert_eq!(day.month_start(), Day::from_date(date.first_of_month()));
            if (2..=9998).contains(&date.year()) {
                let months = days % 13;
                let later = date.saturating_add(jiff::Span::new().months(months));
                assert_eq!(day.plus_months(months), Day::from_date(later));
            }
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
        assert_eq!(Day::from_ymd(987, 1, 5).unwrap().to_string(), "0987-01-05");
        assert!("2024-2-29".parse::<Day>().is_err());
    }
}
