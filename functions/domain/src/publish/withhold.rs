//! The first rule of secrecy: a count of one to four learners is withheld.
//!
//! Zero is shown. Alone, this rule does not resist a subtraction: a single withheld part follows
//! from its total and the other parts.

use super::{LARGEST_SECRET, Published, PublishedCell, Reason, Value, indicators};
use crate::aggregate::{Cell, Indicators};

/// Every figure, with the counts of one to four withheld.
pub fn withhold(exact: &Indicators) -> Published {
    Published { dates: exact.dates.clone(), cells: exact.cells.iter().map(withhold_cell).collect() }
}

fn withhold_cell(cell: &Cell) -> PublishedCell {
    let values = cell.counts.iter().map(|counts| indicators(*counts).map(withhold_count));
    PublishedCell {
        level: cell.level,
        code: cell.code.clone(),
        label: cell.label.clone(),
        dimension: cell.dimension,
        modality: cell.modality.clone(),
        values: values.collect(),
    }
}

fn withhold_count(count: u32) -> Value {
    if is_secret(count) { Value::Withheld(Reason::Secret) } else { Value::Known(count) }
}

/// Whether a count is of so few people that it may not be shown.
pub fn is_secret(count: u32) -> bool {
    (1..=LARGEST_SECRET).contains(&count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregate::{Counts, Dimension, Level};
    use crate::vocabulary::Day;

    #[test]
    fn one_to_four_learners_are_withheld_and_zero_is_shown() {
        let counts = Counts { apprentis: 12, inscrits: 4, rupturants: 5, abandons: 0 };
        let cell = Cell {
            level: Level::France,
            code: "FR".to_owned(),
            label: "France".to_owned(),
            dimension: Dimension::Ensemble,
            modality: String::new(),
            counts: vec![counts, Counts { inscrits: 1, ..Counts::default() }],
        };
        let dates = vec![Day::from_ymd(2026, 1, 31).unwrap(), Day::from_ymd(2026, 2, 28).unwrap()];
        let published = withhold(&Indicators { dates: dates.clone(), cells: vec![cell] });
        let (known, secret) = (Value::Known, Value::Withheld(Reason::Secret));
        assert_eq!(published.dates, dates);
        assert_eq!(
            published.cells[0].values,
            [
                [known(0), known(21), known(12), secret, known(5)],
                [known(0), secret, known(0), secret, known(0)],
            ]
        );
    }

    #[test]
    fn the_threshold_is_exact() {
        let withheld: Vec<u32> = (0..10).filter(|count| is_secret(*count)).collect();
        assert_eq!(withheld, [1, 2, 3, 4]);
    }
}
