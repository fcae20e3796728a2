//! How much of a territory is known.

use super::*;
use crate::vocabulary::Reference;
use crate::vocabulary::organisation::Listed;

const CODES: [&str; 4] = [
    "0350001L-19035000100011",
    "0290001U-19029000100014",
    "9740001H-19974000100011",
    "0010856A-19750655300019",
];

fn organisation(place: usize) -> Organisation {
    CODES[place].parse().unwrap()
}

/// Four organisations of Ille-et-Vilaine; the days they last transmitted; what is published of them.
fn covered(learners: [&[Value]; 3]) -> Vec<Coverage> {
    let listed = |place| Listed {
        organisation: organisation(place),
        name: String::new(),
        nature: String::new(),
        department: "35".to_owned(),
        commune: String::new(),
        commune_code: None,
    };
    let organisations = Reference::new((0..4).map(listed));
    let references = References { organisations, ..References::default() };
    let day = |text: &str| text.parse::<Day>().unwrap();
    let last = BTreeMap::from([
        (organisation(1), day("2024-09-10")),
        (organisation(2), day("2025-09-14")),
        (organisation(3), day("2025-11-08")),
    ]);
    let cell = |(place, learners): (usize, &[Value])| PublishedCell {
        level: Level::Organisme,
        code: organisation(place).uai.to_string(),
        label: String::new(),
        dimension: Dimension::Ensemble,
        modality: String::new(),
        values: learners
            .iter()
            .map(|learners| {
                let mut values = [Value::Known(0); super::super::INDICATORS];
                values[super::super::LEARNERS] = *learners;
                values
            })
            .collect(),
    };
    let cells = (1..).zip(learners).map(cell).collect();
    let today = day("2025-11-15");
    let published = Published { dates: vec![today; 3], cells };
    coverage(today, &references, &last, &published)
}

#[test]
fn the_example() {
    let known = Value::Known;
    // The first has no list for this year: its last known learners are older.
    let covered = covered([
        &[known(30), known(0), known(0)],
        &[known(90), known(95), known(100)],
        &[known(0), known(70), known(70)],
    ]);
    let places: Vec<(Level, &str)> =
        covered.iter().map(|one| (one.level, one.code.as_str())).collect();
    let expected = [
        (Level::Academie, "14"),
        (Level::Departement, "35"),
        (Level::France, "FR"),
        (Level::Region, "53"),
    ];
    assert_eq!(places, expected);
    for one in covered {
        let counted =
            [one.organisations, one.ever, one.within_three_months, one.within_thirty_days];
        assert_eq!(counted, [4, 3, 2, 1]);
        assert_eq!(one.learners_percent, Some([Value::Known(85), Value::Known(35)]));
    }
}

#[test]
fn the_part_of_the_learners_is_made_of_what_is_published_or_withheld() {
    let (known, secret) = (Value::Known, Value::Withheld(Reason::Secret));
    let france = |learners: [&[Value]; 3]| covered(learners).swap_remove(2).learners_percent;
    // One in three: too many.
    assert_eq!(france([&[known(30)], &[known(100)], &[secret]]), Some([secret; 2]));
    // Withheld now, published before: the last word is what counts.
    let former = [known(30), secret];
    assert_eq!(france([&former, &[known(100)], &[known(70)]]), Some([secret; 2]));
    assert_eq!(france([&[known(0)], &[], &[known(0)]]), None);
    let parts = france([&[known(1)], &[known(150)], &[known(50)]]);
    assert_eq!(parts, Some([known(99), known(24)]));
}

#[test]
fn all_lately_is_all_the_learners_and_none_lately_none_whatever_is_withheld() {
    let sum = |lately| {
        let sum = Sum { ever: 3, lately, withheld: 3, organisations: 3, ..Sum::default() };
        let (level, code, label) = (Level::France, String::new(), String::new());
        sum.of(places::Place { level, code, label }).learners_percent
    };
    assert_eq!(sum([3, 0]), Some([Value::Known(100), Value::Known(0)]));
    assert_eq!(sum([3, 2]), Some([Value::Known(100), Value::Withheld(Reason::Secret)]));
}
