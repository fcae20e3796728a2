//! How a published figure moved: against the month before, and the same month a year before.
//!
//! Worked out where it is shown, from what is published: the difference of two figures of which one
//! is withheld is withheld, and one with no date to compare with is not available (`nd`).
//!
//! Example. 1,240 apprentis on 31 October, 1,300 today, 24 November; 1,250 on 30 November of the
//! year before. Against the month before: 60 more, 4.8 %. Against a year before: 50 more, 4 %.

use crate::v1::{Motif, Valeur};

/// Below this, a percentage says less than the difference: it is not given.
pub const LEAST_BASE_OF_A_PERCENTAGE: u32 = 20;

/// How a figure moved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Variation {
    /// Both figures are given.
    Known {
        /// The figure less the earlier one, in learners.
        difference: i64,
        /// The same, as a percentage of the earlier one, unless that one is too small.
        percent: Option<f64>,
    },
    /// One of the two is withheld, or there is no earlier figure: `nd`.
    Withheld(Motif),
}

/// From an earlier figure to this one.
pub fn variation(now: Valeur, earlier: Option<Valeur>) -> Variation {
    match (now, earlier) {
        (_, None) => Variation::Withheld(Motif::NonDisponible),
        (Valeur::Masquee(motif), _) | (_, Some(Valeur::Masquee(motif))) => {
            Variation::Withheld(motif)
        }
        (Valeur::Connue(now), Some(Valeur::Connue(earlier))) => {
            let difference = i64::from(now) - i64::from(earlier);
            let percent = (earlier >= LEAST_BASE_OF_A_PERCENTAGE)
                .then(|| 100.0 * difference as f64 / f64::from(earlier));
            Variation::Known { difference, percent }
        }
    }
}

/// The place, among the dates of a publication, of the one in the month so many months before the
/// last; none when it does not go back that far.
///
/// A publication has one date in each month: the last day, or its own in the current month.
pub fn months_before<D: AsRef<str>>(dates: &[D], months: u32) -> Option<usize> {
    let month = |date: &str| -> Option<u32> {
        let (year, month) = date.get(..7)?.split_once('-')?;
        Some(12 * year.parse::<u32>().ok()? + month.parse::<u32>().ok()?)
    };
    let wanted = month(dates.last()?.as_ref())?.checked_sub(months);
    dates.iter().position(|date| month(date.as_ref()) == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: Valeur = Valeur::Masquee(Motif::Secret);

    #[test]
    fn the_example() {
        let moved = |earlier| match variation(Valeur::Connue(1_300), Some(Valeur::Connue(earlier)))
        {
            Variation::Known { difference, percent } => {
                (difference, percent.map(|percent| (percent * 10.0).round() as i64))
            }
            Variation::Withheld(motif) => unreachable!("both are known: {motif}"),
        };
        assert_eq!((moved(1_240), moved(1_250)), ((60, Some(48)), (50, Some(40))));
    }

    #[test]
    fn what_cannot_be_compared_says_why() {
        let thirty = Valeur::Connue(30);
        let no_date = Variation::Withheld(Motif::NonDisponible);
        let secret = Variation::Withheld(Motif::Secret);
        assert_eq!([variation(thirty, None), variation(SECRET, None)], [no_date; 2]);
        assert_eq!(variation(SECRET, Some(thirty)), secret);
        assert_eq!(variation(thirty, Some(SECRET)), secret);
        let percent = |earlier| match variation(thirty, Some(Valeur::Connue(earlier))) {
            Variation::Known { percent, .. } => percent,
            Variation::Withheld(_) => None,
        };
        assert_eq!([0, 19, 20].map(percent), [None, None, Some(50.0)]);
    }

    #[test]
    fn dates_are_compared_month_to_month() {
        let dates = ["2025-08-31", "2025-11-30", "2026-08-31", "2026-10-31", "2026-11-24"];
        let found =
            |dates: &[&'static str], months| months_before(dates, months).map(|place| dates[place]);
        assert_eq!(found(&dates, 1), Some("2026-10-31"));
        assert_eq!(found(&dates, 12), Some("2025-11-30"));
        assert_eq!(found(&dates, 2), None);
        // In August a figure is compared with another of the new school year, never with July.
        assert_eq!(found(&dates[..3], 12), Some("2025-08-31"));
        assert_eq!(found(&[], 1), None);
        assert_eq!(found(&["2026-01-15", "2025-12-31"], 0), Some("2025-12-31"));
    }
}
