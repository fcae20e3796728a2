//! How a published figure moved: against the month before, and the same month a year before.
//!
//! Computed where it is shown, from what may be shown: the difference of two figures of which one is
//! withheld is withheld, and one with no date to compare with is not available (`nd`).
//!
//! Example. 1,240 apprentis on 31 October, 1,300 today, 24 November; 1,250 on 30 November of the
//! year before. Against the month before: 60 more. Against a year before: 50 more, 4 %.

use super::{Reason, Value};
use crate::vocabulary::Day;

/// Below this, a percentage says less than the difference: it is not given.
pub const LEAST_BASE_OF_A_PERCENTAGE: u32 = 20;

/// How a figure moved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Variation {
    /// Both figures are given.
    Known {
        /// The figure less the earlier one.
        difference: i64,
        /// The same, as a percentage of the earlier one, unless that one is too small.
        percent: Option<f64>,
    },
    /// One of the two is withheld.
    Withheld(Reason),
    /// There is no earlier figure: `nd`.
    NotAvailable,
}

/// From an earlier figure to this one.
pub fn variation(now: Value, earlier: Option<Value>) -> Variation {
    match (now, earlier) {
        (_, None) => Variation::NotAvailable,
        (Value::Withheld(reason), _) | (_, Some(Value::Withheld(reason))) => {
            Variation::Withheld(reason)
        }
        (Value::Known(now), Some(Value::Known(earlier))) => {
            let difference = i64::from(now) - i64::from(earlier);
            let percent = (earlier >= LEAST_BASE_OF_A_PERCENTAGE)
                .then(|| 100.0 * difference as f64 / f64::from(earlier));
            Variation::Known { difference, percent }
        }
    }
}

/// The place of the date that ends the month so many months before; none when it is not counted.
///
/// A run has one date in each month: the last day, or today in the current one.
pub fn months_before(dates: &[Day], place: usize, months: i32) -> Option<usize> {
    let earlier = dates.get(place)?.month_start().plus_months(-months);
    dates.iter().position(|date| date.month_start() == earlier)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregate::dates;

    #[test]
    fn the_example() {
        let known = Value::Known;
        assert_eq!(
            variation(known(1_300), Some(known(1_250))),
            Variation::Known { difference: 50, percent: Some(4.0) }
        );
        let Variation::Known { difference, percent } = variation(known(1_300), Some(known(1_240)))
        else {
            unreachable!("both are known")
        };
        assert_eq!((difference, percent.map(|percent| (percent * 10.0).round())), (60, Some(48.0)));
    }

    #[test]
    fn what_cannot_be_compared_says_why() {
        let (known, secret) = (Value::Known, Value::Withheld(Reason::Secret));
        assert_eq!(variation(known(30), None), Variation::NotAvailable);
        assert_eq!(variation(secret, None), Variation::NotAvailable);
        assert_eq!(variation(secret, Some(known(30))), Variation::Withheld(Reason::Secret));
        assert_eq!(variation(known(30), Some(secret)), Variation::Withheld(Reason::Secret));
        let alone = |earlier| match variation(known(30), Some(known(earlier))) {
            Variation::Known { percent, .. } => percent,
            _ => None,
        };
        assert_eq!([0, 19, 20].map(alone), [None, None, Some(50.0)]);
    }

    #[test]
    fn dates_are_compared_month_to_month() {
        let dates = dates("2026-11-24".parse().unwrap());
        let today = dates.len() - 1;
        let found = |place, months| {
            months_before(&dates, place, months).map(|place| dates[place].to_string())
        };
        assert_eq!(found(today, 1).as_deref(), Some("2026-10-31"));
        assert_eq!(found(today, 12).as_deref(), Some("2025-11-30"));
        assert_eq!(found(3, 1).as_deref(), Some("2024-10-31"));
        assert_eq!(found(3, 12), None);
        assert_eq!(found(0, 1), None);
    }
}
