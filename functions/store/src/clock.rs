//! Instants given by events, as days and texts. Not a clock: nothing here asks for the time.

use domain::vocabulary::Day;
use jiff::{Timestamp, tz::TimeZone};

/// The civil day in Paris at this instant, given in milliseconds since 1970.
pub fn paris_day(epoch_ms: i64) -> Option<Day> {
    let instant = Timestamp::from_millisecond(epoch_ms).ok()?;
    let paris = TimeZone::get("Europe/Paris").ok()?;
    let date = instant.to_zoned(paris).date();
    Day::from_ymd(date.year(), date.month(), date.day())
}

/// The civil day in Paris on which a deposit was opened, by its number; none when it is no ULID.
pub fn opened_day(deposit: &str) -> Option<Day> {
    let opened_ms = ulid::Ulid::from_string(deposit).ok()?.timestamp_ms();
    paris_day(i64::try_from(opened_ms).ok()?)
}

/// The instant as RFC 3339, in UTC, to the second.
pub fn rfc3339(epoch_ms: i64) -> Option<String> {
    let instant = Timestamp::from_second(epoch_ms.div_euclid(1000)).ok()?;
    Some(instant.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summer_evening_in_paris_is_already_tomorrow() {
        let evening = "2026-07-14T22:30:00Z".parse::<Timestamp>().unwrap().as_millisecond();
        assert_eq!(paris_day(evening).unwrap().to_string(), "2026-07-15");
        assert_eq!(rfc3339(evening).unwrap(), "2026-07-14T22:30:00Z");
    }
}
