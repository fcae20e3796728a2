//! A stranger downloads the months and the classes beside the learners of each date, subtracts, bounds
//! and holds them against each other; and finds nothing.

use std::collections::{BTreeMap, BTreeSet};

use domain::aggregate::cohorts::{CohortCell, Cohorts, HORIZONS, Observed};
use domain::aggregate::flows::{Flow, FlowCell, Flows};
use domain::aggregate::{Cell, Counts, Dimension, Indicators, Level};
use domain::publish::{LARGEST_SECRET, POSSIBLE_VALUES, indicators, protect, withhold};
use domain::vocabulary::{Day, territory};
use open_data::tables;
use open_data::v1::Valeur;

use super::*;
use crate::files;
use crate::stranger::{Draw, UNBOUNDED, reason};

/// Two of Bretagne, more of Auvergne-Rhône-Alpes, in three academies; and two regions of one academy.
const DEPARTMENTS: [&str; 11] =
    ["29", "35", "01", "42", "69", "07", "26", "38", "73", "971", "978"];
/// The months of a class are the last three that are over.
const DATES: [&str; 5] = ["2026-07-31", "2026-08-31", "2026-09-30", "2026-10-31", "2026-12-01"];
const TODAY: &str = DATES[4];
const CLASS: &str = "2026-2027";

/// The department, and what it is a part of: level and code.
fn places(code: &'static str) -> [(Level, &'static str); 4] {
    let at = territory::department(code).unwrap();
    [
        (Level::Academie, at.academy().code),
        (Level::Departement, code),
        (Level::France, "FR"),
        (Level::Region, at.region().code),
    ]
}

/// What each place has, from what its departments have.
fn summed<T: Default>(
    mut of: impl FnMut(usize) -> T,
    add: impl Fn(&mut T, &T),
) -> BTreeMap<(Level, &'static str), T> {
    let mut sums = BTreeMap::<_, T>::new();
    for (number, code) in DEPARTMENTS.into_iter().enumerate() {
        let own = of(number);
        for place in places(code) {
            add(sums.entry(place).or_default(), &own);
        }
    }
    sums
}

/// Learners of each date, months and classes of a country where most numbers are small.
struct Country {
    stocks: Indicators,
    flows: Flows,
    classes: Cohorts,
}

fn below(draw: &mut Draw, most: u64) -> u32 {
    draw.below(most) as u32
}

fn country(seed: u64) -> Country {
    let mut draw = Draw(seed);
    let dates: Vec<Day> = DATES.iter().map(|day| day.parse().unwrap()).collect();
    let stocks = summed(
        |_| {
            let mut counts = || Counts {
                apprentis: 30 + below(&mut draw, 50),
                inscrits: 5 + below(&mut draw, 20),
                rupturants: 5 + below(&mut draw, 12),
                abandons: 4 + below(&mut draw, 12),
            };
            dates.iter().map(|_| counts()).collect::<Vec<_>>()
        },
        |sum, more| {
            sum.resize(more.len(), Counts::default());
            sum.iter_mut().zip(more).for_each(|(sum, more)| *sum += *more);
        },
    );
    let stocks = stocks.into_iter().map(|((level, code), counts)| Cell {
        level,
        code: code.to_owned(),
        label: String::new(),
        dimension: Dimension::Ensemble,
        modality: String::new(),
        counts,
    });
    let mut entries = Vec::new();
    let flows = summed(
        |_| {
            let mut month = || Flow {
                entries: 3 + below(&mut draw, 30),
                signatures: below(&mut draw, 30),
                breaks: below(&mut draw, 9),
                leavings: below(&mut draw, 9),
                ..Flow::default()
            };
            let months: Vec<Flow> = dates.iter().map(|_| month()).collect();
            entries.push(months[1..4].iter().map(|month| month.entries).sum::<u32>());
            months
        },
        |sum, more| {
            sum.resize(more.len(), Flow::default());
            for (sum, more) in sum.iter_mut().zip(more) {
                sum.entries += more.entries;
                sum.signatures += more.signatures;
                sum.breaks += more.breaks;
                sum.leavings += more.leavings;
            }
        },
    );
    let flows = flows.into_iter().map(|((level, code), months)| FlowCell {
        level,
        code: code.to_owned(),
        label: String::new(),
        months,
    });
    // Everyone who entered is observed one month after.
    let classes = summed(
        |number| {
            let learners = entries[number];
            Observed { learners, with_contract: learners.saturating_sub(below(&mut draw, 9)) }
        },
        |sum, more| {
            sum.learners += more.learners;
            sum.with_contract += more.with_contract;
        },
    );
    let classes = classes.into_iter().map(|((level, code), seen)| {
        let mut horizons = <[Observed; HORIZONS.len()]>::default();
        horizons[0] = seen;
        let (code, label) = (code.to_owned(), String::new());
        let class = CLASS.parse().unwrap();
        CohortCell { level, code, label, class, entered: seen.learners, horizons }
    });
    Country {
        stocks: Indicators { dates: dates.clone(), cells: stocks.collect() },
        flows: Flows { dates, cells: flows.collect() },
        classes: Cohorts { cells: classes.collect() },
    }
}

/// Place, month or class, what is counted.
type Name = [String; 4];

/// What a stranger knows of each figure: the least and the most it can be.
struct Stranger {
    within: BTreeMap<Name, (i64, i64)>,
    withheld: BTreeSet<Name>,
}

impl Stranger {
    /// From the two files, read as anyone would.
    fn read(data: &OpenData) -> Self {
        let mut files = [Vec::new(), Vec::new()];
        let [months, classes] = &mut files;
        files::csv(months, &tables::FLUX, tables::flux(data.mois(), &data.flux)).unwrap();
        files::csv(classes, &tables::COHORTES, tables::cohortes(&data.cohortes)).unwrap();
        let rows = |bytes: &[u8]| -> Vec<csv::StringRecord> {
            csv::Reader::from_reader(bytes).records().map(Result::unwrap).collect()
        };
        let mut stranger = Self { within: BTreeMap::new(), withheld: BTreeSet::new() };
        for file in files.map(|file| rows(&file)) {
            let told: BTreeSet<[&str; 3]> = file
                .iter()
                .filter(|row| !row[5].is_empty())
                .map(|row| [&row[0], &row[1], &row[2]])
                .collect();
            for row in &file {
                // Zeros are told where another figure is, here and in every department of the place: what is
                // withheld is not one.
                let (date, place) = (&row[0], [&row[1], &row[2]]);
                let within = DEPARTMENTS.iter().filter(|code| {
                    places(code)
                        .iter()
                        .any(|(level, code)| [store::maille(*level).as_str(), code] == place)
                });
                let known = told.contains(&[date, place[0], place[1]])
                    && within.into_iter().all(|code| told.contains(&[date, "departement", code]));
                stranger.read_row(row, i64::from(known));
            }
        }
        stranger
    }

    /// A movement of a month, or a class at a horizon; what is withheld of it, where another figure of the
    /// place is told, is of so many at least.
    fn read_row(&mut self, row: &csv::StringRecord, least: i64) {
        let name = |what: &str| [&row[1], &row[2], &row[0], what].map(str::to_owned);
        let told = |column: usize| row[column].parse::<i64>().ok();
        if row.len() == tables::FLUX.colonnes.len() {
            self.know(name(&row[4]), told(5), least);
        } else {
            let (all, with) = (told(5), told(6));
            self.know(name("observes"), all, 0);
            self.know(name("avec"), with, least);
            self.know(name("sans"), all.zip(with).map(|(all, with)| all - with), least);
        }
    }

    fn know(&mut self, name: Name, value: Option<i64>, least: i64) {
        if value.is_none() {
            self.withheld.insert(name.clone());
        }
        self.within.insert(name, value.map_or((least, UNBOUNDED), |value| (value, value)));
    }

    /// Places by the places below, a class by those with a contract and those without, and by its months.
    fn sums(&self) -> Vec<(Name, Vec<Name>)> {
        let mut sums = BTreeMap::<(Name, &str), Vec<Name>>::new();
        for name in self.within.keys() {
            let [maille, code, of, what] = name;
            let with = |maille: &str, code: &str| [maille, code, of, what].map(str::to_owned);
            let at = territory::department(code).filter(|_| maille == "departement");
            let above = match (maille.as_str(), at) {
                ("region" | "academie", _) => vec![("france", "FR")],
                (_, Some(at)) => {
                    vec![("region", at.region().code), ("academie", at.academy().code)]
                }
                _ => Vec::new(),
            };
            for (level, place) in above {
                let parts = if maille == "academie" { "academies" } else { "places" };
                sums.entry((with(level, place), parts)).or_default().push(name.clone());
            }
            // Everyone who entered in its months is in the class.
            if what == "entrees" && DATES[1..4].contains(&of.as_str()) {
                let total = [maille, code, CLASS, "observes"].map(str::to_owned);
                sums.entry((total, "mois")).or_default().push(name.clone());
            }
            if ["avec", "sans"].contains(&what.as_str()) {
                let total = [maille, code, of, "observes"].map(str::to_owned);
                sums.entry((total, "contrat")).or_default().push(name.clone());
            }
        }
        sums.into_iter().map(|((total, _), parts)| (total, parts)).collect()
    }

    /// Knows what sums tell.
    fn reason(mut self) -> Self {
        let sums = self.sums();
        reason(&mut self.within, &sums);
        self
    }

    /// The withheld figures that are known, and those of one to four that are nearly.
    fn found(&self, exact: &BTreeMap<Name, i64>) -> Vec<&Name> {
        let is_found = |name: &&Name| {
            let (least, most) = self.within[*name];
            let exact = exact[*name];
            assert!((least..=most).contains(&exact), "the stranger is wrong about {name:?}");
            let secret = (1..=i64::from(LARGEST_SECRET)).contains(&exact);
            let wanted = if secret { i64::from(POSSIBLE_VALUES) } else { 2 };
            // How many are in a class, the entries say: it is no secret where it is of more.
            (secret || name[3] != "observes") && most - least + 1 < wanted
        };
        self.withheld.iter().filter(is_found).collect()
    }
}

/// What is public of places.
fn places_of_the_country() -> OpenData {
    let organismes = DEPARTMENTS.map(|code| {
        let [academy, _, _, region] = places(code);
        open_data::v1::Organisme {
            uai: String::new(),
            siret: String::new(),
            nom: String::new(),
            nature: String::new(),
            code_commune: String::new(),
            code_departement: code.to_owned(),
            code_academie: academy.1.to_owned(),
            code_region: region.1.to_owned(),
            code_zone_emploi: String::new(),
            premiere_transmission: String::new(),
            derniere_transmission: String::new(),
            reseaux: String::new(),
            ville: String::new(),
            note: None,
            code: code.to_owned(),
        }
    });
    let dates = DATES.map(str::to_owned).to_vec();
    OpenData { dates, organismes: organismes.to_vec(), ..OpenData::default() }
}

/// What is told of a country: by the rules, or by the first of them alone.
fn told(country: &Country, by_the_rules: bool) -> (OpenData, Published) {
    let references = References::default();
    let stocks = protect(&Held::from(country.stocks.clone()), &references);
    let mut data = places_of_the_country();
    let (figures, points) = classes(&country.classes, TODAY.parse().unwrap());
    let (mut of_flows, mut of_classes) = (Held::from(flows(&country.flows)), Held::from(figures));
    let (months, whole) = if by_the_rules {
        let beside = Beside { references: &references, stocks: &stocks, data: &data };
        let proved = prove_movements(&mut of_flows, (&mut of_classes, &points), beside).unwrap();
        (proved.flows, proved.classes)
    } else {
        (withhold(&of_flows.counted), withhold(&of_classes.counted))
    };
    data.flux = flux(&months);
    data.cohortes = cohortes(&whole, &points);
    (data, stocks)
}

/// Every figure, as it is.
fn exact(country: &Country) -> BTreeMap<Name, i64> {
    let (whole, points) = classes(&country.classes, TODAY.parse().unwrap());
    let data = OpenData {
        dates: DATES.map(str::to_owned).to_vec(),
        flux: flux(&open(&flows(&country.flows))),
        cohortes: cohortes(&open(&whole), &points),
        ..OpenData::default()
    };
    let all = Stranger::read(&data);
    assert!(all.withheld.is_empty());
    all.within.into_iter().map(|(name, (value, _))| (name, value)).collect()
}

/// The same figures, none of them withheld.
fn open(exact: &Indicators) -> Published {
    let mut open = withhold(exact);
    for (cell, exact) in open.cells.iter_mut().zip(&exact.cells) {
        let counts = exact.counts.iter();
        cell.values = counts.map(|counts| indicators(*counts).map(Value::Known)).collect();
    }
    open
}

#[test]
fn who_holds_months_classes_and_learners_together_recovers_nothing() {
    for seed in 1..=20 {
        let country = country(seed);
        let (data, stocks) = told(&country, true);
        let exact = exact(&country);
        let stranger = Stranger::read(&data).reason();
        assert!(stranger.withheld.len() > 20, "{}", stranger.withheld.len());
        assert!(stranger.withheld.len() < exact.len() * 3 / 5, "{}", stranger.withheld.len());
        assert_eq!(stranger.found(&exact), Vec::<&Name>::new(), "seed {seed}");

        // A month of which the learners are withheld at one end is not told at all.
        for cell in &stocks.cells {
            let is_withheld =
                |at: usize| cell.values[at].iter().any(|value| value.known().is_none());
            let told = |at: usize| {
                let own = data
                    .flux
                    .iter()
                    .filter(|one| one.maille == store::maille(cell.level) && one.code == cell.code);
                own.filter(|one| matches!(one.valeurs[at], Valeur::Connue(_))).count()
            };
            for (at, month) in data.mois().iter().enumerate() {
                let ends = is_withheld(at) || at > 0 && is_withheld(at - 1);
                assert!(!ends || told(at) == 0, "{} {month}", cell.code);
            }
        }
    }
}

#[test]
fn the_stranger_is_able() {
    let country = country(1);
    let stranger = Stranger::read(&told(&country, false).0).reason();
    let found = stranger.found(&exact(&country)).len();
    assert!(found * 2 > stranger.withheld.len(), "{found} of {}", stranger.withheld.len());
}

#[test]
fn a_class_that_cannot_be_hidden_in_one_place_is_told_in_none() {
    let country = country(1);
    let (figures, points) = classes(&country.classes, TODAY.parse().unwrap());
    let months = Held::from(flows(&country.flows));
    let known = entered(&months, &open(&months.counted), &points).counted;
    let mut known = open(&known);
    let finistere = known.cells.iter_mut().find(|cell| cell.code == "29").unwrap();
    // How many entered, there alone: and how many a class has elsewhere cannot be withheld for it.
    finistere.values[0][1] = Value::Withheld(Reason::Secret);
    let mut held = Held::from(figures);
    link_classes(&mut held, &points, &known);
    let references = References::default();
    let data = places_of_the_country();
    let (published, _) = prove_beside(&mut held, &references, &data, series).unwrap();
    let mut told = published.cells.iter().flat_map(|cell| &cell.values[0][1..=3]);
    assert!(told.all(|value| value.known().is_none()), "{published:?}");
}
