//! What was read last, as it was written. Most rows of a list name the establishments of the one
//! before: to read a code costs ten times more than to see that it is the same.

use super::rules::{siret, uai};
use crate::vocabulary::{Siret, Uai};

/// The codes that were read last. Nothing that is not well formed is among them.
#[derive(Debug, Default)]
pub(super) struct Seen {
    sirets: [Option<Siret>; 4],
    uais: [Option<Uai>; 4],
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_changes_no_answer() {
        let mut seen = Seen::default();
        for _ in 0..2 {
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
