//! What the references say of trainings and organisations, and where learners live.

use super::*;

fn certification(code: &str, label: &str, domain: &str, opcos: &[&str]) -> Certification {
    Certification {
        code: Code::parse(code).unwrap(),
        label: label.to_owned(),
        level: None,
        domain: domain.to_owned(),
        opcos: opcos.iter().map(|code| opco(code).unwrap()).collect(),
    }
}

/// Every reference, with organisations and certifications that have several modalities.
pub(super) fn references() -> References {
    let member = |number: usize, code| (organisation(number).siret, network(code).unwrap());
    let zone = |commune: &[u8; 5], name: &str, zone: &str, label: &str| ZoneLine {
        commune: *commune,
        commune_name: name.to_owned(),
        zone: zone.to_owned(),
        label: label.to_owned(),
    };
    let organisations = Reference::new(super::reference().iter().map(|listed| {
        let commune_code = (listed.department == "35").then_some(*b"35238");
        Listed { commune_code, ..listed.clone() }
    }));
    References {
        organisations,
        networks: Networks::new([member(1, "MFR"), member(1, "CFA_EC"), member(2, "CMA")]),
        certifications: Certifications::new([
            certification("RNCP35316", "Pâtissier", "Alimentation", &["EP", "AKTO"]),
            certification("RNCP30001", "Maçon", "Bâtiment", &["CONSTRUCTYS"]),
            certification("50022137", "CAP", "", &[]),
        ]),
        zones: Zones::new([
            zone(b"35238", "Rennes", "5315", "Rennes"),
            zone(b"22278", "Saint-Brieuc", "5312", "Saint-Brieuc"),
        ]),
    }
}

fn today_of(cells: &Indicators, level: Level, code: &str, of: (Dimension, &str)) -> u32 {
    let cell = cells.cells.iter().find(|cell| cell.key() == (level, code, of.0, of.1));
    cell.map_or(0, |cell| cell.counts.last().unwrap().apprenants())
}

#[test]
fn a_learner_is_under_every_network_and_opco_and_once_in_the_whole() {
    let references = references();
    let figures = figures(&[(0, apprentice(1, 1, 1)), (0, apprentice(2, 2, 2))], &references);
    let france = |of| today_of(&figures.indicators, Level::France, "FR", of);
    assert_eq!(france((Dimension::Ensemble, "")), 2);
    assert_eq!(["MFR", "CFA_EC", "CMA"].map(|code| france((Dimension::Reseau, code))), [1, 1, 1]);
    assert_eq!(["EP", "AKTO"].map(|code| france((Dimension::Opco, code))), [2, 2]);
    assert_eq!(france((Dimension::Domaine, "Alimentation")), 2);
    assert_eq!(france((Dimension::Nature, "formateur")), 2);
    assert!(Dimension::Reseau.is_multivalued() && Dimension::Opco.is_multivalued());
    let zone = |of| today_of(&figures.indicators, Level::ZoneEmploi, "5315", of);
    assert_eq!(zone((Dimension::Ensemble, "")), 1);
    assert_eq!(zone((Dimension::Reseau, "MFR")), 1);
}

#[test]
fn every_dimension_is_crossed_with_every_territory() {
    let mut rupturant = apprentice(1, 1, 1);
    rupturant.contracts[0].rupture = Some(day("2025-11-01"));
    let figures = figures(&[(0, rupturant)], &references());
    let here = |cells: &Indicators| -> BTreeSet<(Level, Dimension)> {
        let today = |cell: &&Cell| cell.counts.last() != Some(&Counts::default());
        cells.cells.iter().filter(today).map(|cell| (cell.level, cell.dimension)).collect()
    };
    let every: BTreeSet<_> = Level::ALL
        .into_iter()
        .flat_map(|level| Dimension::ALL.map(|dimension| (level, dimension)))
        .collect();
    assert_eq!(here(&figures.indicators), every);
    // Where learners live there is no organisation.
    let at_home = every.into_iter().filter(|(level, _)| *level != Level::Organisme).collect();
    assert_eq!(here(&figures.home), at_home);
}

#[test]
fn without_references_nothing_is_guessed() {
    let figures = figures(&[(0, apprentice(1, 1, 1))], &References::default());
    for dimension in [Dimension::Domaine, Dimension::Nature, Dimension::Opco, Dimension::Reseau] {
        let of = (dimension, "non renseigné");
        assert_eq!(today_of(&figures.indicators, Level::France, "FR", of), 1, "{dimension:?}");
    }
    let zones = figures.indicators.cells.iter().filter(|cell| cell.level == Level::ZoneEmploi);
    assert_eq!(zones.count(), 0);
}

#[test]
fn modalities_sum_to_the_whole_and_those_that_are_several_to_more() {
    let references = references();
    let all = by_name(&figures(&country(21, 900, 0), &references).indicators);
    let mut sums: BTreeMap<(Level, String, Dimension), Vec<Counts>> = BTreeMap::new();
    for ((level, code, dimension, _), counts) in &all {
        let key = (*level, code.clone(), *dimension);
        plus(sums.entry(key).or_insert_with(|| vec![Counts::default(); DATES]), counts);
    }
    let mut more = 0;
    for ((level, code, dimension), sum) in sums {
        let whole = &all[&(level, code.clone(), Dimension::Ensemble, String::new())];
        if dimension.is_multivalued() {
            for (sum, whole) in sum.iter().zip(whole) {
                assert!(sum.apprenants() >= whole.apprenants(), "{level:?} {code}");
                more += u32::from(sum.apprenants() > whole.apprenants());
            }
        } else if dimension != Dimension::AncienneteRupture {
            assert_eq!(&sum, whole, "{level:?} {code} {dimension:?}");
        }
    }
    assert!(more > 100, "{more}");
}

#[test]
fn age_is_that_of_the_date_and_time_since_the_break_too() {
    let mut record = apprentice(1, 1, 1);
    record.birth_month = day("2007-10-01");
    record.contracts[0].rupture = Some(day("2025-09-20"));
    let figures = figures(&[(0, record)], &References::default());
    let at = |date: &str, modality: &str| {
        let place = figures.indicators.dates.iter().position(|it| *it == day(date)).unwrap();
        let mut cells = figures.indicators.cells.iter();
        let cell = cells.find(|cell| cell.level == Level::France && cell.modality == modality);
        cell.map_or(0, |cell| cell.counts[place].rupturants)
    };
    assert_eq!(at("2025-09-30", "moins de 18 ans"), 1);
    assert_eq!((at("2025-10-31", "moins de 18 ans"), at("2025-10-31", "18-20 ans")), (0, 1));
    assert_eq!((at("2025-10-31", "0-45 jours"), at("2025-11-15", "46-90 jours")), (1, 1));
}

#[test]
fn a_learner_lives_where_they_say_and_is_counted_there_once() {
    let references = references();
    let lives = |record: Record, commune: Option<&[u8; 5]>, postal_code: &[u8; 5]| Record {
        commune: commune.copied(),
        postal_code: *postal_code,
        ..record
    };
    // Trained in Ain; they live in Rennes, somewhere in Côtes-d'Armor, and where nobody can tell.
    let records = [
        (0, lives(apprentice(1, 1, 0), Some(b"35238"), b"22000")),
        (0, lives(apprentice(2, 2, 0), None, b"22000")),
        (0, lives(apprentice(3, 3, 0), None, b"42620")),
        // Seen in a second organisation: one learner at home.
        (0, lives(apprentice(1, 1, 2), Some(b"35238"), b"22000")),
    ];
    let figures = figures(&records, &references);
    let at = |level, code| today_of(&figures.home, level, code, (Dimension::Ensemble, ""));
    assert_eq!(at(Level::France, "FR"), 3);
    assert_eq!(["35", "22", ""].map(|code| at(Level::Departement, code)), [1, 1, 1]);
    assert_eq!(["53", ""].map(|code| at(Level::Region, code)), [2, 1]);
    assert_eq!(["14", ""].map(|code| at(Level::Academie, code)), [2, 1]);
    assert_eq!(["5315", ""].map(|code| at(Level::ZoneEmploi, code)), [1, 2]);
    assert_eq!(figures.ledger.without_home, 1);
    let training =
        |code| today_of(&figures.indicators, Level::Departement, code, (Dimension::Ensemble, ""));
    assert_eq!(["01", "35"].map(training), [3, 0], "where they are trained is another view");
}

#[test]
fn homes_sum_to_france_at_every_level() {
    let references = references();
    let mut records = country(22, 900, 0);
    let places: [(Option<[u8; 5]>, [u8; 5]); 5] = [
        (Some(*b"35238"), *b"35000"),
        (Some(*b"22278"), *b"22000"),
        (None, *b"20137"),
        (None, *b"97133"),
        (None, *b"42620"),
    ];
    for (number, (_, record)) in records.iter_mut().enumerate() {
        (record.commune, record.postal_code) = places[number * 7 % 5];
    }
    let figures = figures(&records, &references);
    let france = by_name(&figures.indicators);
    let mut sums: BTreeMap<(Level, Dimension, String), Vec<Counts>> = BTreeMap::new();
    for ((level, _, dimension, modality), counts) in by_name(&figures.home) {
        let key = (level, dimension, modality);
        plus(sums.entry(key).or_insert_with(|| vec![Counts::default(); DATES]), &counts);
    }
    let mut levels = BTreeSet::new();
    for ((level, dimension, modality), sum) in sums {
        let whole = &france[&(Level::France, "FR".to_owned(), dimension, modality.clone())];
        assert_eq!(&sum, whole, "{level:?} {dimension:?} {modality}");
        levels.insert(level);
    }
    assert_eq!(levels.len(), 5, "every level but organisations");
}
