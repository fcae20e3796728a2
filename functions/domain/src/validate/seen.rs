//! What was read last, as it was written. Most rows of a list name the establishments of the one before,
//! and few days: to read a code costs ten times more than to see that it is the same.

use super::cell::day_in_full;
use super::rules::{siret, uai};
use crate::vocabulary::{Day, Siret, Uai};

/// How many days are remembered, by so many bits of their text.
const DAY_BITS: u32 = 9;

/// The codes and the days that were read last. Nothing that is not well formed is among them.
#[derive(Debug)]
pub(super) struct Seen {
    sirets: [Option<Siret>; 4],
    uais: [Option<Uai>; 4],
    days: Vec<Option<([u8; 10], Day)>>,
}

impl Default for Seen {
    fn default() -> Self {
        Self { sirets: [None; 4], uais: [None; 4], days: vec![None; 1 << DAY_BITS] }
    }
}

impl Seen {
    /// A SIRET that somebody has.
    pub(super) fn siret(&mut self, code: &[u8]) -> Option<Siret> {
        let place = code.get(12)? & 3;
        let seen = &mut self.sirets[usize::from(place)];
        if seen.is_none_or(|seen| seen.as_bytes() != code) {
            *seen = Some(siret(code)?);
        }
        *seen
    }

    /// A UAI that somebody has.
    pub(super) fn uai(&mut self, code: &[u8]) -> Option<Uai> {
        let place = code.get(6)? & 3;
        let seen = &mut self.uais[usize::from(place)];
        if seen.is_none_or(|seen| seen.as_bytes() != code) {
            *seen = Some(uai(code).ok()??);
        }
        *seen
    }

    /// A day written in full.
    pub(super) fn day(&mut self, text: &[u8]) -> Option<Day> {
        let text: &[u8; 10] = text.try_into().ok()?;
        let [start @ .., y3, y4] = *text;
        let bits = u64::from_le_bytes(start) ^ u64::from(u16::from_le_bytes([y3, y4]));
        // The golden ratio spreads them (Knuth, 6.4).
        let place = bits.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - DAY_BITS);
        let seen = &mut self.days[place as usize];
        match seen {
            Some((known, day)) if known == text => Some(*day),
            _ => {
                let day = day_in_full(text)?;
                *seen = Some((*text, day));
                Some(day)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_changes_no_answer() {
        let mut seen = Seen::default();
        for _ in 0..2 {
            for days in (-30_000..60_000).step_by(7) {
                let Some(day) = Day::from_epoch_days(days) else { continue };
                for text in [day.to_string(), day.french()] {
                    assert_eq!(seen.day(text.as_bytes()), day_in_full(text.as_bytes()), "{text}");
                }
            }
            for text in ["31/02/2026", "2026-13-01", "1/9/2026", "", "é/01/2026"] {
                assert_eq!(seen.day(text.as_bytes()), None, "{text}");
            }
            for code in ["39504180900041", "39504180900042", "19750655300019", "1975065530001", ""]
            {
                assert_eq!(seen.siret(code.as_bytes()), siret(code.as_bytes()), "{code}");
            }
            for code in ["0022189U", "0022189V", "0031133R", "0031133", ""] {
                let read = uai(code.as_bytes()).ok().flatten();
                assert_eq!(seen.uai(code.as_bytes()), read, "{code}");
            }
        }
    }
}
