//! The school year, which turns on 1 August.

use std::fmt;
use std::str::FromStr;

use super::Day;

/// A school year: `2026-2027`, or a calendar year written `2026-2026` (`domain.md` §1.1, no. 28).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SchoolYear {
    start: i16,
    end: i16,
}

/// A text is not a school year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a school year is written 2026-2027: two years, the same or one after the other")]
pub struct NotASchoolYear;

impl SchoolYear {
    /// The school year that holds this day: it turns on 1 August (`domain.md` §4.1).
    pub fn containing(day: Day) -> Self {
        let (year, month, _) = day.ymd();
        let start = if month >= 8 { year } else { year - 1 };
        Self { start, end: start + 1 }
    }

    /// The years counted at a date: the school year that holds it and the calendar year written
    /// `Y-Y` (`domain.md` §4.1, population filter).
    pub fn counted_at(day: Day) -> [Self; 2] {
        let (year, _, _) = day.ymd();
        [Self::containing(day), Self { start: year, end: year }]
    }

    /// The first day: 1 August, or 1 January of a calendar year.
    pub fn first_day(self) -> Day {
        self.turn(self.start)
    }

    /// The last day: 31 July, or 31 December of a calendar year.
    pub fn last_day(self) -> Day {
        self.turn(self.start + 1) - 1
    }

    /// The day this kind of year turns in a civil year. Its four digits keep it in the calendar.
    fn turn(self, year: i16) -> Day {
        let month = if self.start == self.end { 1 } else { 8 };
        Day::from_ymd(year, month, 1).unwrap_or_else(Day::epoch)
    }

    /// The one before, of the same kind.
    #[must_use]
    pub fn previous(self) -> Self {
        Self { start: self.start - 1, end: self.end - 1 }
    }

    /// As it is written, in ASCII: `2026-2027`.
    pub fn ascii(self) -> [u8; 9] {
        let digit = |year: i16, unit: i16| b'0' + (year / unit % 10) as u8;
        let mut text = [b'-'; 9];
        for (place, unit) in [1000, 100, 10, 1].into_iter().enumerate() {
            text[place] = digit(self.start, unit);
            text[place + 5] = digit(self.end, unit);
        }
        text
    }

    /// The first civil year.
    pub fn start(self) -> i16 {
        self.start
    }

    /// The second civil year, or the same one.
    pub fn end(self) -> i16 {
        self.end
    }
}

impl FromStr for SchoolYear {
    type Err = NotASchoolYear;
    /// Reads `2026-2027`: the door normalises slashes and spaces, this only judges.
    fn from_str(text: &str) -> Result<Self, NotASchoolYear> {
        let [s1, s2, s3, s4, b'-', e1, e2, e3, e4] = *text.as_bytes() else {
            return Err(NotASchoolYear);
        };
        let year = |digits: [u8; 4]| {
            let well_formed =
                matches!(digits[0], b'1' | b'2') && digits.iter().all(u8::is_ascii_digit);
            let number = |sum: i16, digit: u8| sum * 10 + i16::from(digit - b'0');
            well_formed.then(|| digits.into_iter().fold(0, number)).ok_or(NotASchoolYear)
        };
        let (start, end) = (year([s1, s2, s3, s4])?, year([e1, e2, e3, e4])?);
        if end != start && end != start + 1 {
            return Err(NotASchoolYear);
        }
        Ok(Self { start, end })
    }
}

impl fmt::Display for SchoolYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.ascii()).unwrap_or_default())
    }
}

impl fmt::Debug for SchoolYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_has_a_first_and_a_last_day() {
        let bounds = |text: &str| {
            let year: SchoolYear = text.parse().unwrap();
            format!("{} {}", year.first_day(), year.last_day())
        };
        assert_eq!(bounds("2025-2026"), "2025-08-01 2026-07-31");
        assert_eq!(bounds("2025-2025"), "2025-01-01 2025-12-31");
        let year: SchoolYear = "2025-2026".parse().unwrap();
        assert_eq!(year.previous().to_string(), "2024-2025");
    }

    #[test]
    fn the_year_turns_on_the_first_of_august() {
        let year = |day: &str| SchoolYear::containing(day.parse().unwrap()).to_string();
        assert_eq!(year("2021-07-31"), "2020-2021");
        assert_eq!(year("2021-08-01"), "2021-2022");
        assert_eq!("2026-2028".parse::<SchoolYear>(), Err(NotASchoolYear));
        assert_eq!("2026-2026".parse::<SchoolYear>().unwrap().to_string(), "2026-2026");
    }
}
