//! What makes a figure sums to it, and says who keeps a learner of two organisations.

use super::dimensions::references;
use super::*;
use crate::aggregate::why::{Explanation, Figure, Share};

fn explained(records: &[(u32, Record)], references: &References) -> Explanation {
    let mut aggregator = Aggregator::new(day(TODAY), references);
    for (rank, record) in records {
        aggregator.add(*rank, record);
    }
    aggregator.explain()
}

fn total(shares: &[Share]) -> Counts {
    let mut total = Counts::default();
    for share in shares {
        total += share.counts;
    }
    total
}

#[test]
fn the_shares_of_any_figure_sum_to_it() {
    let references = references();
    let records = country(41, 160, 0);
    let explained = explained(&records, &references);
    let figures = figures(&records, &references);
    assert!(figures.ledger.in_several_organisations > 0);
    for cell in &figures.indicators.cells {
        for (date, counts) in figures.indicators.dates.iter().zip(&cell.counts).step_by(3) {
            let Cell { level, code, dimension, modality, .. } = cell;
            let (level, dimension) = (*level, *dimension);
            let figure = Figure { date: *date, level, code, dimension, modality };
            let shares = explained.why(&figure).expect("a date of the run");
            assert_eq!(total(&shares), *counts, "{figure:?}");
        }
    }
}

#[test]
fn who_keeps_a_learner_of_two_organisations_is_told_on_both_sides() {
    // 1 and 7 are in the department 35, 9 in 29. The second learner is told by all three.
    let references = References { organisations: reference(), ..References::default() };
    let told = |civil, number| without_contract(&apprentice(civil, civil, number));
    let records = [
        (0, apprentice(1, 1, 1)),
        (0, apprentice(2, 2, 1)),
        (1, told(2, 7)),
        (2, told(2, 9)),
        (2, told(3, 9)),
    ];
    let explained = explained(&records, &references);
    let why = |level, code: &str, date: &str| {
        let (date, dimension) = (day(date), Dimension::Ensemble);
        explained.why(&Figure { date, level, code, dimension, modality: "" })
    };
    let counts = |apprentis, inscrits| Counts { apprentis, inscrits, ..Counts::default() };
    let share = |rank, number, counts| Share {
        rank,
        organisation: organisation(number),
        counts,
        kept_by: BTreeMap::new(),
        also_told_by: BTreeMap::new(),
    };
    let also = |number: usize, counts| BTreeMap::from([(organisation(number), counts)]);
    let mut rennes = share(0, 1, counts(2, 0));
    rennes.also_told_by = [7, 9].map(|number| (organisation(number), counts(1, 0))).into();
    let other = Share { kept_by: also(1, counts(0, 1)), ..share(1, 7, counts(0, 0)) };
    let brest = Share { kept_by: also(1, counts(0, 1)), ..share(2, 9, counts(0, 1)) };

    assert_eq!(why(Level::Departement, "35", TODAY).unwrap(), [rennes.clone(), other.clone()]);
    assert_eq!(why(Level::Region, "53", TODAY).unwrap(), [rennes, other.clone(), brest.clone()]);
    // On its own line an organisation has all it tells.
    let own = Share { counts: counts(0, 2), ..brest };
    assert_eq!(why(Level::Organisme, organisation(9).uai.as_str(), TODAY).unwrap(), [own]);
    assert_eq!(why(Level::Departement, "29", "2025-08-31").unwrap(), []);
    assert_eq!(why(Level::Departement, "29", "2025-11-14"), None, "no date of the run");
}
