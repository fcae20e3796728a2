//! The night: every day at 02:30 in Paris, a message that asks for a count.
//!
//! On AWS this is an `EventBridge` schedule. Here a clock is looked at once a minute, so that a
//! machine put to sleep catches up when it wakes; and a night missed while the line was down is
//! caught up at the next start.

use std::fs;
use std::time::Duration;

use anyhow::Context;
use jiff::civil::{Date, time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use crate::serve::{Stop, stopped};
use crate::state::State;

/// What the queue receives.
pub const MESSAGE: &str = r#"{"source":"schedule"}"#;

const LAST: &str = "last-night";
const LOOK: Duration = Duration::from_mins(1);

/// Sends the message once a night, until told to stop.
pub async fn run<F>(state: &State, send: impl Fn() -> F, stop: Stop) -> anyhow::Result<()>
where
    F: Future<Output = anyhow::Result<()>>,
{
    let paris = TimeZone::get("Europe/Paris").context("find the time of Paris")?;
    loop {
        let night = night_of(&Timestamp::now().to_zoned(paris.clone()));
        if last_night(state).is_none_or(|last| last < night) {
            send().await.context("send the nightly message")?;
            state.write(LAST, night.to_string().as_bytes())?;
        }
        tokio::select! {
            () = stopped(&stop) => return Ok(()),
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// The day whose night has come: today from 02:30 on, else yesterday.
fn night_of(now: &Zoned) -> Date {
    if now.time() < time(2, 30, 0, 0) {
        now.date().yesterday().unwrap_or(now.date())
    } else {
        now.date()
    }
}

fn last_night(state: &State) -> Option<Date> {
    fs::read_to_string(state.path(LAST)).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_night_comes_at_half_past_two_in_paris() {
        let night = |text: &str| night_of(&text.parse().unwrap()).to_string();
        assert_eq!(night("2026-11-22T02:29:59+01:00[Europe/Paris]"), "2026-11-21");
        assert_eq!(night("2026-11-22T02:30:00+01:00[Europe/Paris]"), "2026-11-22");
        // On the nights the clock changes, half past two comes twice or never.
        assert_eq!(night("2026-03-29T03:00:00+02:00[Europe/Paris]"), "2026-03-29");
        assert_eq!(night("2026-10-25T02:30:00+01:00[Europe/Paris]"), "2026-10-25");
    }
}
