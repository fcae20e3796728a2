//! A stranger downloads everything, subtracts and bounds; and finds nothing.

use std::collections::{BTreeMap, BTreeSet};

use domain::aggregate::{Cell, Counts, Dimension, Indicators, Level};
use domain::publish::{LARGEST_SECRET, POSSIBLE_VALUES, leave_whole};
use domain::vocabulary::organisation::Listed;
use domain::vocabulary::uai::NotAUai;
use domain::vocabulary::{Organisation, Reference, Siret, Uai, territory};
use store::Counted;

use super::*;
use crate::files;
use crate::packed::{File, Files};
use crate::stranger::{Draw, UNBOUNDED, reason};

const TODAY: &str = "2026-11-22";
/// Two organisations in each of them: three of Bretagne, two of Pays de la Loire.
const DEPARTMENTS: [&str; 5] = ["29", "35", "56", "44", "49"];
const LEARNERS: usize = 9_000;

/// Level, code, dimension, modality, indicator: the words of the files.
type Name = [String; 5];

/// One of so many, the first ones most often.
fn often_first(draw: &mut Draw, of: u64) -> u64 {
    let draws = [draw.below(of), draw.below(of), draw.below(of)];
    draws.into_iter().min().unwrap_or_default()
}

fn organisation(number: usize) -> Organisation {
    let code = |key: char| format!("{:07}{key}", 350_000 + number);
    let uai = match code('A').parse::<Uai>() {
        Err(NotAUai::Key { expected }) => code(expected).parse(),
        parsed => parsed,
    };
    Organisation { uai: uai.unwrap(), siret: "00000000000000".parse::<Siret>().unwrap() }
}

fn department(number: usize) -> &'static str {
    DEPARTMENTS[number % DEPARTMENTS.len()]
}

fn references() -> References {
    let listed = (0..2 * DEPARTMENTS.len()).map(|number| Listed {
        organisation: organisation(number),
        name: format!("CFA {number}"),
        nature: "formateur".to_owned(),
        department: department(number).to_owned(),
        commune: String::new(),
        commune_code: None,
    });
    References { organisations: Reference::new(listed), ..References::default() }
}

/// Learners of these organisations, counted everywhere they are.
fn counted() -> Indicators {
    let mut cells = BTreeMap::<(Level, String, Dimension, String), Counts>::new();
    let mut draw = Draw(7);
    for _ in 0..LEARNERS {
        let number = draw.below(2 * DEPARTMENTS.len() as u64) as usize;
        let at = territory::department(department(number)).unwrap();
        let breakdowns = [
            (Dimension::Sexe, ["F", "M"][draw.below(2) as usize].to_owned()),
            (Dimension::AnneeFormation, (1 + often_first(&mut draw, 4)).to_string()),
            (Dimension::Certification, format!("RNCP{}", 30_000 + often_first(&mut draw, 30))),
        ];
        let status = draw.below(100);
        let mut count = |level, code: &str, dimension, modality: &str| {
            let name = (level, code.to_owned(), dimension, modality.to_owned());
            let counts = cells.entry(name).or_default();
            match status {
                0 => counts.abandons += 1,
                1..4 => counts.rupturants += 1,
                4..9 => counts.inscrits += 1,
                _ => counts.apprentis += 1,
            }
        };
        for (level, code) in [
            (Level::France, "FR"),
            (Level::Region, at.region().code),
            (Level::Academie, at.academy().code),
            (Level::Departement, at.code),
        ] {
            count(level, code, Dimension::Ensemble, "");
            for (dimension, modality) in &breakdowns {
                count(level, code, *dimension, modality);
            }
        }
        count(Level::Organisme, &organisation(number).uai.to_string(), Dimension::Ensemble, "");
    }
    let cells = cells.into_iter().map(|((level, code, dimension, modality), counts)| Cell {
        label: code.clone(),
        level,
        code,
        dimension,
        modality,
        counts: vec![counts],
    });
    Indicators { dates: vec![TODAY.parse().unwrap()], cells: cells.collect() }
}

fn run() -> Run {
    Run {
        id: String::new(),
        today: TODAY.to_owned(),
        rules: String::new(),
        revision: 0,
        code: String::new(),
        references: BTreeMap::new(),
        notes: BTreeMap::default(),
        deposits: Vec::new(),
        counted: Counted::default(),
        transmissions: Vec::new(),
    }
}

/// Everything that can be downloaded of it.
fn downloads(data: &OpenData) -> Vec<File> {
    let dates = [TODAY.parse().unwrap()];
    let mut all = Files::new().unwrap();
    files::open_data(data, &dates, &mut all).unwrap();
    crate::beside::all(data, &dates, &mut all).unwrap();
    all.sorted()
}

/// What a stranger knows of each figure: the least and the most it can be.
struct Stranger {
    within: BTreeMap<Name, (i64, i64)>,
    withheld: BTreeSet<Name>,
    /// A total and its parts.
    sums: Vec<(Name, Vec<Name>)>,
}

impl Stranger {
    fn read(files: &[File]) -> Self {
        let (mut within, mut withheld) = (BTreeMap::new(), BTreeSet::new());
        let mut know = |name: Name, value: Option<i64>| {
            let known: &mut (i64, i64) = within.entry(name.clone()).or_insert((1, UNBOUNDED));
            match value {
                Some(value) => *known = (value, value),
                None => _ = withheld.insert(name),
            }
        };
        for file in files.iter().filter(|file| file.path.rsplit('.').next() == Some("csv")) {
            let bytes = file.bytes().unwrap();
            let mut rows = csv::Reader::from_reader(bytes.as_slice());
            let headers = rows.headers().unwrap().clone();
            let place = |name: &str| headers.iter().position(|header| header == name);
            let Some(first) = place("maille") else { continue };
            let has_rates = place("valeur_pct").is_some();
            let Some(value) = place("valeur").or(place("numerateur")) else { continue };
            for row in rows.records().map(Result::unwrap) {
                let name = |indicator: &str| -> Name {
                    let words =
                        [first, first + 1, first + 3, first + 4].map(|at| row[at].to_owned());
                    let [maille, code, dimension, modality] = words;
                    [maille, code, dimension, modality, indicator.to_owned()]
                };
                if !has_rates {
                    know(name(&row[place("indicateur").unwrap()]), row[value].parse().ok());
                    continue;
                }
                // Of a rate, the only count that gives it.
                let Ok(of) = row[place("denominateur").unwrap()].parse::<i64>() else { continue };
                let Ok(rate) = row[place("valeur_pct").unwrap()].parse::<f64>() else { continue };
                let gives =
                    |count: &i64| (100.0 * *count as f64 / of as f64 - rate).abs() < 0.05 + 1e-9;
                let counts: Vec<i64> = (0..=of).filter(gives).collect();
                if let [only] = counts[..] {
                    know(name(&row[place("indicateur").unwrap()]), Some(only));
                }
            }
        }
        let mut stranger = Self { within, withheld, sums: Vec::new() };
        stranger.write_sums();
        stranger
    }

    /// Statuses, modalities and places.
    fn write_sums(&mut self) {
        let mut sums = BTreeMap::<(Name, &str), Vec<Name>>::new();
        for name in self.within.keys() {
            let [maille, code, dimension, modality, indicator] = name;
            let with =
                |maille: &str, code: &str, dimension: &str, modality: &str, indicator: &str| {
                    [maille, code, dimension, modality, indicator].map(str::to_owned)
                };
            if ["apprentis", "inscrits_sans_contrat", "rupturants"].contains(&indicator.as_str()) {
                let total = with(maille, code, dimension, modality, "apprenants");
                sums.entry((total, "statuts")).or_default().push(name.clone());
            }
            if dimension != "ensemble" {
                let total = with(maille, code, "ensemble", "", indicator);
                sums.entry((total, dimension)).or_default().push(name.clone());
            }
            let at = match maille.as_str() {
                "departement" => territory::department(code),
                "organisme" => {
                    let own = |number: &usize| organisation(*number).uai.to_string() == *code;
                    let number = (0..2 * DEPARTMENTS.len()).find(own).unwrap();
                    territory::department(department(number))
                }
                _ => None,
            };
            let above = match (maille.as_str(), at) {
                ("region" | "academie", _) => vec![("france", "FR")],
                ("departement", Some(at)) => {
                    vec![("region", at.region().code), ("academie", at.academy().code)]
                }
                ("organisme", Some(at)) => vec![("departement", at.code)],
                _ => Vec::new(),
            };
            for (level, place) in above {
                let total = with(level, place, dimension, modality, indicator);
                let key = if maille == "academie" { "academies" } else { "places" };
                sums.entry((total, key)).or_default().push(name.clone());
            }
        }
        // Every department is broken down here: what is not there is nothing.
        let sums = sums.into_iter().filter(|((total, _), _)| self.within.contains_key(total));
        self.sums = sums.map(|((total, _), parts)| (total, parts)).collect();
    }

    /// Knows what sums tell.
    fn reason(mut self) -> Self {
        reason(&mut self.within, &self.sums);
        self
    }

    /// The withheld figures that are known, and those of one to four that are nearly.
    fn found(&self, exact: &BTreeMap<Name, i64>) -> usize {
        let is_found = |name: &&Name| {
            let (least, most) = self.within[*name];
            let secret = (1..=i64::from(LARGEST_SECRET)).contains(&exact[*name]);
            let wanted = if secret { i64::from(POSSIBLE_VALUES) } else { 2 };
            most - least + 1 < wanted
        };
        self.withheld.iter().filter(is_found).count()
    }
}

/// Every figure, as it is.
fn exact(held: &Held) -> BTreeMap<Name, i64> {
    let figures = complete(&held.counted).into_iter().map(|serie| {
        let words = [serie.maille.as_str(), &serie.code, serie.dimension.as_str(), &serie.modalite];
        let [maille, code, dimension, modality] = words.map(str::to_owned);
        let name = [maille, code, dimension, modality, serie.indicateur.as_str().to_owned()];
        (name, i64::from(serie.valeurs[0].connue().unwrap()))
    });
    figures.collect()
}

#[test]
fn who_downloads_everything_recovers_nothing() {
    let mut held = Held::from(counted());
    leave_whole(&mut held);
    let exact = exact(&held);
    let Proved { data, masquees, .. } = prove(&held, &references(), &run()).unwrap();
    let stranger = Stranger::read(&downloads(&data)).reason();
    assert_eq!(stranger.withheld.len(), masquees);
    assert!(masquees > 100, "{masquees}");
    for (name, (least, most)) in &stranger.within {
        assert!((*least..=*most).contains(&exact[name]), "the stranger is wrong about {name:?}");
    }
    assert_eq!(stranger.found(&exact), 0);
}

#[test]
fn the_stranger_is_able() {
    let mut held = Held::from(counted());
    leave_whole(&mut held);
    let exact = exact(&held);
    // The first rule alone: nothing is withheld with the secrets.
    let alone = domain::publish::withhold(&held.counted);
    let data = open_data(&alone, &references(), &run()).unwrap();
    let stranger = Stranger::read(&downloads(&data)).reason();
    assert!(stranger.found(&exact) * 2 > stranger.withheld.len(), "{}", stranger.found(&exact));
}
