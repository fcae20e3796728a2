//! How much of a territory is known.

use super::*;
use crate::aggregate::coverage::{Coverage, Transmitted, coverage};

#[test]
fn the_example_of_the_coverage() {
    let today = day("2025-11-15");
    let references = References {
        organisations: Reference::new((0..4).map(|number| Listed {
            organisation: organisation(number),
            name: String::new(),
            nature: String::new(),
            department: "35".to_owned(),
            commune: String::new(),
            commune_code: None,
        })),
        ..References::default()
    };
    let seen = |last: &str| Transmitted { first: day("2024-01-01"), last: day(last) };
    let transmitted = BTreeMap::from([
        (organisation(1), seen("2024-09-10")),
        (organisation(2), seen("2025-09-14")),
        (organisation(3), seen("2025-11-08")),
    ]);
    let cell = |number: usize, last_counts: &[u32]| Cell {
        level: Level::Organisme,
        code: organisation(number).uai.to_string(),
        label: String::new(),
        dimension: Dimension::Ensemble,
        modality: String::new(),
        counts: last_counts
            .iter()
            .map(|apprentis| Counts { apprentis: *apprentis, ..Counts::default() })
            .collect(),
    };
    // The first has no list for this year: its last known learners are older.
    let cells = vec![cell(1, &[30, 0, 0]), cell(2, &[90, 95, 100]), cell(3, &[0, 70, 70])];
    let indicators = Indicators { dates: vec![today; 3], cells };
    let cells = coverage(today, &references, &transmitted, &indicators);
    let places: Vec<(Level, &str)> =
        cells.iter().map(|cell| (cell.level, cell.code.as_str())).collect();
    let expected = [
        (Level::Academie, "14"),
        (Level::Departement, "35"),
        (Level::France, "FR"),
        (Level::Region, "53"),
    ];
    assert_eq!(places, expected);
    for cell in cells {
        assert_eq!(
            cell.coverage,
            Coverage {
                organisations: 4,
                ever: 3,
                within_three_months: 2,
                within_thirty_days: 1,
                learners: 200,
                learners_within_three_months: 170,
                learners_within_thirty_days: 70,
            }
        );
        assert_eq!(
            (cell.coverage.percent(), cell.coverage.learners_percent()),
            (Some(50), Some(85))
        );
        assert!(!cell.coverage.is_enough());
    }
}

#[test]
fn eighty_percent_is_enough_and_nothing_is_not() {
    let of = |organisations, within_three_months| {
        Coverage { organisations, within_three_months, ..Coverage::default() }.is_enough()
    };
    assert_eq!([of(5, 4), of(1000, 799), of(1, 1), of(0, 0)], [true, false, true, false]);
}
