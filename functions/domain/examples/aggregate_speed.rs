//! What counting a country costs: CPU seconds and peak memory of all dimensions, dates, homes, flows
//! and classes, for each number of synthetic learners given (one million if none is). With the word
//! `protect`, what keeping the secrets of the last one costs.

#![expect(clippy::print_stdout, reason = "an example prints what it saw")]

use std::fs;

use domain::aggregate::{Aggregator, Figures, Indicators};
use domain::publish::{
    Held, LARGEST_SECRET, Published, indicators, keep_given, leave_whole, protect,
};
use domain::record::{Contract, Record, Sex};
use domain::vocabulary::organisation::Listed;
use domain::vocabulary::references::{
    Certification, Certifications, Code, NETWORKS, Networks, OPCOS, ZoneLine, Zones,
};
use domain::vocabulary::territory::DEPARTMENTS;
use domain::vocabulary::{Day, LearnerKey, Organisation, Reference, References, Rncp};

const ORGANISATIONS: usize = 3_000;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let mut sizes: Vec<usize> = words.iter().filter_map(|word| word.parse().ok()).collect();
    if sizes.is_empty() {
        sizes.push(1_000_000);
    }
    let Some(template) = template() else { return };
    let organisations: Vec<Organisation> = (0..ORGANISATIONS).filter_map(organisation).collect();
    let references = references(&organisations);
    let mut last = Indicators::default();
    for size in sizes {
        drop(std::mem::take(&mut last));
        last = count(size, &template, &organisations, &references);
    }
    if words.iter().any(|word| word == "protect") {
        keep_secrets(last, &references);
    }
}

fn count(
    learners: usize,
    template: &Record,
    organisations: &[Organisation],
    references: &References,
) -> Indicators {
    let mut aggregator = Aggregator::new(template.entry + 300, references);
    let mut drawing = 0.0;
    let mut record = template.clone();
    let start = cpu_seconds();
    // Records are drawn in batches, so that drawing them can be told from counting them.
    let mut batch = Vec::with_capacity(10_000);
    let mut drawn = 0;
    while drawn < learners {
        let before = cpu_seconds();
        batch.clear();
        while batch.len() < 10_000 && drawn < learners {
            draw(&mut record, template, drawn, organisations);
            batch.push(record.clone());
            drawn += 1;
        }
        drawing += cpu_seconds() - before;
        for record in &batch {
            aggregator.add(1, record);
        }
    }
    let added = cpu_seconds();
    let Figures { indicators, home, flows, cohorts, ledger } = aggregator.finish();
    let finished = cpu_seconds();
    let (add, finish) = (added - start - drawing, finished - added);
    println!(
        "{learners} records of {} learners at {} dates: {} cells, {} of homes, {} of flows, {} of \
         classes",
        ledger.learners,
        indicators.dates.len(),
        indicators.cells.len(),
        home.cells.len(),
        flows.cells.len(),
        cohorts.cells.len()
    );
    println!(
        "  {:.2} CPU-s ({add:.2} add, {finish:.2} finish), {:.2} µs a record; peak {} MB",
        add + finish,
        (add + finish) * 1e6 / learners as f64,
        peak_megabytes()
    );
    indicators
}

fn keep_secrets(mut figures: Indicators, references: &References) {
    let before = cpu_seconds();
    keep_given(&mut figures);
    let mut held = Held::from(figures);
    leave_whole(&mut held);
    let published = protect(&held, references);
    let withheld = Withheld::count(&held.counted, &published);
    println!("CPU seconds: {:.2} protect; peak {} MB", cpu_seconds() - before, peak_megabytes());
    println!(
        "of {} figures, {} secrets and {} complements withheld",
        withheld.figures, withheld.secrets, withheld.complements
    );
}

/// Organisations in departments, networks and zones; certifications with domains and OPCO.
fn references(organisations: &[Organisation]) -> References {
    let commune = |place: usize| {
        let mut code = *b"00000";
        let department = DEPARTMENTS[place % 96].code.as_bytes();
        code[..2].copy_from_slice(department);
        code[3] = b'0' + (place / 96 % 3) as u8;
        code
    };
    let listed = organisations.iter().enumerate().map(|(number, organisation)| Listed {
        organisation: *organisation,
        name: format!("CFA {number}"),
        nature: ["formateur", "responsable_formateur"][number % 2].to_owned(),
        department: DEPARTMENTS[number % 96].code.to_owned(),
        commune: String::new(),
        commune_code: Some(commune(number)),
    });
    let members = organisations.iter().enumerate().flat_map(|(number, organisation)| {
        let networks = [number, number / 3].map(|number| &NETWORKS[number % NETWORKS.len()]);
        networks.map(|network| (organisation.siret, network))
    });
    let certifications = (0..500).filter_map(|number| {
        Some(Certification {
            code: Code::Rncp(Rncp::from_number(30_000 + number)?),
            label: String::new(),
            level: None,
            domain: format!("domaine {}", number % 14),
            opcos: (0..=number as usize % 3)
                .map(|more| &OPCOS[(number as usize + more) % 11])
                .collect(),
        })
    });
    let zones = (0..288).map(|place| ZoneLine {
        commune: commune(place),
        commune_name: String::new(),
        zone: format!("{:04}", 1_000 + place),
        label: String::new(),
    });
    References {
        organisations: Reference::new(listed),
        networks: Networks::new(members),
        certifications: Certifications::new(certifications),
        zones: Zones::new(zones),
    }
}

/// How many figures are not shown.
#[derive(Default)]
struct Withheld {
    figures: u64,
    secrets: u64,
    complements: u64,
}

impl Withheld {
    fn count(exact: &Indicators, published: &Published) -> Self {
        let mut withheld = Self::default();
        let mut cells = exact.cells.iter();
        for shown in &published.cells {
            let Some(cell) = cells.find(|cell| cell.key() == shown.key()) else { break };
            for (counts, values) in cell.counts.iter().zip(&shown.values) {
                for (count, value) in indicators(*counts).into_iter().zip(values) {
                    withheld.figures += 1;
                    match value.known() {
                        Some(_) => {}
                        None if count <= LARGEST_SECRET => withheld.secrets += 1,
                        None => withheld.complements += 1,
                    }
                }
            }
        }
        withheld
    }
}

/// Draws learner `number`: a fiftieth are seen twice, half of those in another organisation.
fn draw(record: &mut Record, template: &Record, number: usize, organisations: &[Organisation]) {
    let person = if number.is_multiple_of(50) { number / 2 } else { number };
    let mut chance = scramble(number as u64);
    let mut below = |bound: u64| {
        let drawn = chance % bound;
        chance = scramble(chance);
        drawn as i32
    };
    let year = below(3);
    record.civil_key = key(1, person);
    record.ine_key = (below(3) > 0).then(|| key(2, person));
    let place = (number / 300 + below(2) as usize) % organisations.len();
    record.formateur = organisations[place];
    record.school_year = [2023, 2024, 2025]
        .map(|year| format!("{year}-{}", year + 1).parse().unwrap_or(template.school_year))
        [year as usize];
    record.entry = template.entry - (2 - year) * 365 + below(60);
    record.end = record.entry + 330;
    record.training_year = 1 + below(3) as u8;
    record.rncp = Rncp::from_number(30_000 + (place as u32 * 7 + below(10) as u32) % 500);
    record.birth_month = template.birth_month - below(4_000);
    record.sex = if below(2) == 0 { Sex::Female } else { Sex::Male };
    record.exclusion = (below(20) == 0).then(|| record.entry + below(300));
    // Three in four give their commune; most live in the department of the organisation.
    record.commune = (below(4) > 0).then(|| {
        let department = if below(8) > 0 { place % 96 } else { below(96) as usize };
        let mut code = *b"00000";
        code[..2].copy_from_slice(DEPARTMENTS[department].code.as_bytes());
        code[3] = b'0' + below(3) as u8;
        code
    });
    record.contracts.clear();
    if below(8) > 0 {
        let start = record.entry + below(60);
        let rupture = (below(5) == 0).then(|| start + below(250));
        record.contracts.push(Contract { start, end: Some(record.end), rupture, employer: None });
    }
}

fn template() -> Option<Record> {
    let organisation = organisation(0)?;
    let entry = Day::from_ymd(2025, 9, 1)?;
    Some(Record {
        civil_key: key(1, 0),
        ine_key: None,
        responsable: organisation,
        formateur: organisation,
        lieu_uai: None,
        school_year: "2025-2026".parse().ok()?,
        training_year: 1,
        rncp: None,
        cfd: domain::vocabulary::Cfd::parse("50022137"),
        months: Some(24),
        inscription: entry,
        entry,
        end: entry + 330,
        exclusion: None,
        contracts: Vec::new(),
        birth_month: Day::from_ymd(2008, 5, 1)?,
        sex: Sex::Female,
        rqth: None,
        commune: None,
        postal_code: *b"35000",
        erased: domain::record::Erased::default(),
        line: 2,
    })
}

fn organisation(number: usize) -> Option<Organisation> {
    let uai = ('A'..='Z').find_map(|key| format!("{number:07}{key}").parse().ok())?;
    let siret = (0..10).find_map(|key| format!("{:013}{key}", number + 1).parse().ok())?;
    Some(Organisation { uai, siret })
}

fn key(purpose: u64, person: usize) -> LearnerKey {
    let high = scramble(person as u64 ^ purpose << 60);
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&high.to_be_bytes());
    bytes[8..].copy_from_slice(&scramble(high).to_be_bytes());
    LearnerKey(bytes)
}

/// `SplitMix64`.
fn scramble(seed: u64) -> u64 {
    let mixed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ mixed >> 31
}

/// User and system time of this process, from the kernel's count of hundredths of a second.
fn cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit_once(") ").map_or("", |(_, fields)| fields).split(' ');
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

fn peak_megabytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse().ok())
        .map_or(0, |kb: u64| kb / 1024)
}
