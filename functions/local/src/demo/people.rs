//! The people and centres of the demonstration: invented, and the same every time.
//!
//! Sixty fictional centres, in real places and with well-formed codes that no directory knows;
//! some 60,000 fictional learners whose entries, contracts, ruptures and leavings draw plausible
//! curves over 24 months. Same date, same bytes. Nothing here is sent: see the parent module.

use domain::validate::Column;
use domain::vocabulary::organisation::Listed;
use domain::vocabulary::{Day, Organisation, Reference, SchoolYear};

use super::dice::Dice;

/// A fictional training centre.
#[derive(Debug)]
pub(crate) struct Centre {
    pub(crate) organisation: Organisation,
    name: String,
    place: &'static Place,
    entrants_per_year: u32,
}

/// The list of a centre for a school year, as the centre would send it.
#[derive(Debug)]
pub(crate) struct List {
    pub(crate) organisation: Organisation,
    pub(crate) school_year: SchoolYear,
    pub(crate) file_name: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) rows: usize,
}

#[derive(Debug)]
struct Place {
    department: &'static str,
    commune: &'static str,
    insee: &'static str,
    postal: &'static str,
}

struct Training {
    cfd: &'static str,
    rncp: &'static str,
    label: &'static str,
    months: i32,
    age: i32,
}

/// One learner, known to the end: the lists show what was known on their day.
struct Learner {
    surname: &'static str,
    first_name: &'static str,
    female: bool,
    birth: Day,
    number: u64,
    rqth: bool,
    training: &'static Training,
    inscription: Day,
    entry: Day,
    end: Day,
    exclusion: Option<Day>,
    contracts: Vec<Contract>,
}

struct Contract {
    start: Day,
    end: Day,
    rupture: Option<Day>,
    employer: String,
}

/// Learners who enter each year, all centres together.
const ENTRANTS: f64 = 12_000.0;
const SEED: u64 = 0x1234_5678_9ABC_DEF0;

/// The centres, the largest first.
pub(crate) fn centres() -> Vec<Centre> {
    let mut order: Vec<usize> = (0..PLACES.len()).collect();
    let mut dice = Dice::new(SEED);
    dice.shuffle(&mut order);
    let weight = |rank: usize| 1.0 / (rank as f64 + 3.0).powf(0.8);
    let total: f64 = (0..PLACES.len()).map(weight).sum();
    order
        .iter()
        .enumerate()
        .filter_map(|(rank, &place)| {
            let place = &PLACES[place];
            let number = 9_000 + rank as u32;
            let trade = TRADES[rank % TRADES.len()];
            Some(Centre {
                organisation: Organisation {
                    uai: uai(place.department, number)?.parse().ok()?,
                    siret: siret(number).parse().ok()?,
                },
                name: format!("CFA de démonstration {trade} {}", of(place.commune)),
                place,
                entrants_per_year: (ENTRANTS * weight(rank) / total).round() as u32,
            })
        })
        .collect()
}

/// The centres as the public directory would list them.
pub(crate) fn reference(centres: &[Centre]) -> Reference {
    Reference::new(centres.iter().map(|centre| Listed {
        organisation: centre.organisation,
        name: centre.name.clone(),
        nature: "responsable_formateur".to_owned(),
        department: centre.place.department.to_owned(),
        commune: centre.place.commune.to_owned(),
        commune_code: None,
    }))
}

/// What each centre sends on this day: its list for each school year of the last 24 months.
pub(crate) fn lists(centres: &[Centre], today: Day) -> Vec<List> {
    let first = SchoolYear::containing(today.plus_months(-24)).start();
    let last = SchoolYear::containing(today).start();
    let mut lists = Vec::new();
    for (rank, centre) in centres.iter().enumerate() {
        let mut learners = Vec::new();
        for entered in first - 2..=last {
            // A year has its own dice: the past stays the same when a year begins.
            let seed = SEED ^ ((rank as u64) << 32) ^ entered as u64;
            learners.extend(entrants(centre, rank, entered, &mut Dice::new(seed)));
        }
        for year in first..=last {
            let name = format!("{year}-{}", year + 1);
            let Ok(school_year) = name.parse::<SchoolYear>() else { continue };
            let known = Day::from_ymd(year + 1, 7, 31).map_or(today, |end| end.min(today));
            let rows: Vec<_> = learners
                .iter()
                .filter(|learner| learner.is_listed(year, known))
                .map(|learner| learner.row(centre, year, known))
                .collect();
            lists.push(List {
                organisation: centre.organisation,
                school_year,
                file_name: format!("effectifs-{}-{name}.csv", centre.organisation.uai),
                bytes: write(&rows, Habit::of(rank)),
                rows: rows.len(),
            });
        }
    }
    lists
}

fn entrants(centre: &Centre, rank: usize, entered: i16, dice: &mut Dice) -> Vec<Learner> {
    let first_september = Day::from_ymd(entered, 9, 1);
    let Some(september) = first_september else { return Vec::new() };
    // Apprenticeship grows a little every year, here as elsewhere.
    let growth = 1.0 + 0.03 * f64::from(entered - 2025) + 0.02 * (dice.unit() - 0.5);
    let count = (f64::from(centre.entrants_per_year) * growth).round() as u32;
    // A centre teaches a few trades, not all.
    let offer = [rank, rank * 7 + 3, rank * 5 + 8, rank * 3 + 11];
    (0..count)
        .map(|_| {
            let training = &TRAININGS[offer[dice.below(4)] % TRAININGS.len()];
            learner(training, september, dice)
        })
        .collect()
}

fn learner(training: &'static Training, september: Day, dice: &mut Dice) -> Learner {
    let female = dice.chance(0.43);
    // Most enter in September, a few all year round.
    let after = if dice.chance(0.18) { dice.between(41, 320) } else { dice.between(-20, 40) };
    let entry = september + after;
    let end = (september.plus_months(training.months) - 1 - dice.between(0, 55)).max(entry + 150);
    let older = if dice.chance(0.25) { dice.between(3, 9) } else { dice.between(0, 2) };
    let birth = entry.plus_months(-12 * (training.age + older)) - dice.between(0, 364);
    let contracts = contracts(entry, end, dice);
    let excluded = dice.chance(if contracts.is_empty() { 0.3 } else { 0.025 });
    let exclusion = excluded.then(|| {
        let after_rupture = contracts.iter().rev().find_map(|contract| contract.rupture);
        let from = after_rupture.unwrap_or(entry + 20);
        (from + dice.between(1, 75)).min(end - 1)
    });
    let first_names = if female { FEMALE } else { MALE };
    Learner {
        surname: dice.pick(SURNAMES),
        first_name: dice.pick(first_names),
        female,
        birth,
        number: dice.next(),
        rqth: dice.chance(0.02),
        training,
        inscription: entry - dice.between(15, 90),
        entry,
        end,
        exclusion,
        contracts: contracts
            .into_iter()
            .filter(|contract| exclusion.is_none_or(|day| contract.start < day))
            .collect(),
    }
}

/// Most sign before or at the entry, some later, some never; some contracts break, and more than
/// half of those who lose one find another.
fn contracts(entry: Day, end: Day, dice: &mut Dice) -> Vec<Contract> {
    let mut contracts = Vec::new();
    let mut start = match dice.below(100) {
        0..70 => entry + dice.between(-25, 8),
        70..90 => entry + dice.between(9, 80),
        90..93 => entry + dice.between(81, 150),
        _ => return contracts,
    };
    for breaking in [0.17, 0.12, 0.08] {
        let breaks = dice.chance(breaking);
        let rupture = breaks.then(|| start + dice.between(12, 300)).filter(|day| *day < end - 5);
        contracts.push(Contract {
            start,
            end,
            rupture,
            employer: siret(dice.below(90_000) as u32),
        });
        let Some(rupture) = rupture else { break };
        start = rupture + dice.between(5, 140);
        if start > end - 60 || dice.chance(0.42) {
            break;
        }
    }
    contracts
}

impl Learner {
    /// Whether the list of a school year names the learner on the day it is known.
    fn is_listed(&self, year: i16, known: Day) -> bool {
        let (Some(turn), Some(next)) = (Day::from_ymd(year, 8, 1), Day::from_ymd(year + 1, 8, 1))
        else {
            return false;
        };
        let left = self.left();
        self.inscription <= known
            && self.entry < next
            && self.end >= turn
            // Whoever left before the year is no longer in its list.
            && left.is_none_or(|left| left >= turn || self.entry >= turn)
    }

    /// The day the learner left without finishing, if that is how it ended.
    fn left(&self) -> Option<Day> {
        let without_contract = match self.contracts.last() {
            None => Some(self.entry + 90),
            Some(last) => last.rupture.map(|rupture| rupture + 180),
        };
        let without_contract = without_contract.filter(|left| *left < self.end);
        self.exclusion.into_iter().chain(without_contract).min()
    }

    fn row(&self, centre: &Centre, year: i16, known: Day) -> Row {
        let mut row: Row = std::array::from_fn(|_| Cell::Empty);
        let mut set = |column: Column, cell: Cell| row[column as usize] = cell;
        let text = |text: &str| Cell::Text(text.to_owned());
        let Organisation { uai, siret } = centre.organisation;
        let entered = SchoolYear::containing(self.entry).start();
        set(Column::Nom, text(self.surname));
        set(Column::Prenom, text(self.first_name));
        set(Column::DateDeNaissance, Cell::Day(self.birth));
        set(Column::Sexe, text(if self.female { "F" } else { "M" }));
        set(
            Column::EmailContact,
            text(&format!("apprenti{:07}@exemple.fr", self.number % 10_000_000)),
        );
        set(Column::Adresse, text(&format!("{} rue de l'Exemple", 1 + self.number % 180)));
        set(Column::CodePostal, text(centre.place.postal));
        set(Column::Commune, text(centre.place.insee));
        if !self.number.is_multiple_of(5) {
            set(Column::Ine, text(&ine(self.number)));
        }
        set(Column::Rqth, text(if self.rqth { "OUI" } else { "NON" }));
        set(Column::ResponsableUai, text(uai.as_str()));
        set(Column::ResponsableSiret, text(siret.as_str()));
        set(Column::FormateurUai, text(uai.as_str()));
        set(Column::FormateurSiret, text(siret.as_str()));
        set(Column::AnneeScolaire, text(&format!("{year}-{}", year + 1)));
        set(Column::AnneeFormation, text(&(year - entered + 1).clamp(1, 5).to_string()));
        set(Column::Rncp, text(self.training.rncp));
        set(Column::Cfd, text(self.training.cfd));
        set(Column::DateInscription, Cell::Day(self.inscription));
        set(Column::DateEntree, Cell::Day(self.entry));
        set(Column::DateFin, Cell::Day(self.end));
        set(Column::DureeMois, text(&self.training.months.to_string()));
        set(Column::LibelleCourt, text(self.training.label));
        if let Some(day) = self.exclusion.filter(|day| *day <= known) {
            set(Column::DateExclusion, Cell::Day(day));
        }
        let signed = self.contracts.iter().filter(|contract| contract.start <= known);
        for (contract, [start, end, employer, rupture]) in signed.zip(CONTRACTS) {
            set(start, Cell::Day(contract.start));
            set(end, Cell::Day(contract.end));
            set(employer, text(&contract.employer));
            if let Some(day) = contract.rupture.filter(|day| *day <= known) {
                set(rupture, Cell::Day(day));
            }
        }
        row
    }
}

const CONTRACTS: [[Column; 4]; 3] = [
    [Column::ContratDebut, Column::ContratFin, Column::Employeur, Column::ContratRupture],
    [Column::ContratDebut2, Column::ContratFin2, Column::Employeur2, Column::ContratRupture2],
    [Column::ContratDebut3, Column::ContratFin3, Column::Employeur3, Column::ContratRupture3],
];

type Row = [Cell; Column::ALL.len()];

enum Cell {
    Empty,
    Text(String),
    Day(Day),
}

/// How a centre writes its files.
#[derive(Clone, Copy)]
enum Habit {
    /// `;`, UTF-8 with a BOM, French dates: what Excel saves.
    Excel,
    /// `,`, UTF-8, ISO dates: what a program exports.
    Program,
    /// `;`, Windows-1252, French dates: what an older Excel saves.
    OldExcel,
}

impl Habit {
    fn of(rank: usize) -> Self {
        [Self::Excel, Self::Program, Self::OldExcel][rank % 3]
    }
}

fn write(rows: &[Row], habit: Habit) -> Vec<u8> {
    let separator = if matches!(habit, Habit::Program) { "," } else { ";" };
    let mut lines = vec![Column::ALL.map(Column::name).join(separator)];
    lines.extend(rows.iter().map(|row| {
        let cells = row.each_ref().map(|cell| match (cell, habit) {
            (Cell::Empty, _) => String::new(),
            (Cell::Text(text), _) => text.clone(),
            (Cell::Day(day), Habit::Program) => day.to_string(),
            (Cell::Day(day), _) => day.french(),
        });
        cells.join(separator)
    }));
    let text = lines.join("\r\n") + "\r\n";
    match habit {
        Habit::Excel => format!("\u{feff}{text}").into_bytes(),
        Habit::Program => text.into_bytes(),
        // Every letter of the demonstration is in the half that Latin-1 and Windows-1252 share.
        Habit::OldExcel => text.chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect(),
    }
}

/// Numbers from 9000 are not given in any department.
fn uai(department: &str, number: u32) -> Option<String> {
    let prefix = match department {
        "2A" => "620".to_owned(),
        code => format!("{code:0>3}"),
    };
    let digits = format!("{prefix}{number}");
    let key = b"ABCDEFGHJKLMNPRSTUVWXYZ"[digits.parse::<usize>().ok()? % 23];
    Some(format!("{digits}{}", char::from(key)))
}

/// No enterprise has a SIREN that begins with three zeros.
fn siret(number: u32) -> String {
    let siren = close(&format!("000{number:05}"));
    close(&format!("{siren}0001"))
}

/// Adds the Luhn key.
fn close(digits: &str) -> String {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, u32::from(digit - b'0')) {
            (0, digit) => digit * 2 / 10 + digit * 2 % 10,
            (_, digit) => digit,
        })
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

fn ine(number: u64) -> String {
    let letter = |shift: u32| char::from(b'A' + ((number >> shift) % 8) as u8);
    format!("{:09}{}{}", number % 1_000_000_000, letter(40), letter(50))
}

/// `de Lyon`, `d'Arras`, `du Mans`, `de La Rochelle`.
fn of(commune: &str) -> String {
    match commune.strip_prefix("Le ") {
        Some(rest) => format!("du {rest}"),
        None if commune.starts_with(['A', 'E', 'É', 'O']) => format!("d'{commune}"),
        None => format!("de {commune}"),
    }
}

const fn place(
    department: &'static str,
    commune: &'static str,
    insee: &'static str,
    postal: &'static str,
) -> Place {
    Place { department, commune, insee, postal }
}

static PLACES: [Place; 60] = [
    place("01", "Bourg-en-Bresse", "01053", "01000"),
    place("06", "Nice", "06088", "06000"),
    place("13", "Marseille", "13055", "13001"),
    place("14", "Caen", "14118", "14000"),
    place("17", "La Rochelle", "17300", "17000"),
    place("21", "Dijon", "21231", "21000"),
    place("22", "Saint-Brieuc", "22278", "22000"),
    place("25", "Besançon", "25056", "25000"),
    place("26", "Valence", "26362", "26000"),
    place("27", "Évreux", "27229", "27000"),
    place("29", "Quimper", "29232", "29000"),
    place("2A", "Ajaccio", "2A004", "20000"),
    place("30", "Nîmes", "30189", "30000"),
    place("31", "Toulouse", "31555", "31000"),
    place("33", "Bordeaux", "33063", "33000"),
    place("34", "Montpellier", "34172", "34000"),
    place("35", "Rennes", "35238", "35000"),
    place("37", "Tours", "37261", "37000"),
    place("38", "Grenoble", "38185", "38000"),
    place("42", "Saint-Étienne", "42218", "42000"),
    place("44", "Nantes", "44109", "44000"),
    place("45", "Orléans", "45234", "45000"),
    place("49", "Angers", "49007", "49000"),
    place("51", "Reims", "51454", "51100"),
    place("54", "Nancy", "54395", "54000"),
    place("56", "Vannes", "56260", "56000"),
    place("57", "Metz", "57463", "57000"),
    place("59", "Lille", "59350", "59000"),
    place("60", "Beauvais", "60057", "60000"),
    place("62", "Arras", "62041", "62000"),
    place("63", "Clermont-Ferrand", "63113", "63000"),
    place("64", "Pau", "64445", "64000"),
    place("66", "Perpignan", "66136", "66000"),
    place("67", "Strasbourg", "67482", "67000"),
    place("68", "Mulhouse", "68224", "68100"),
    place("69", "Lyon", "69123", "69001"),
    place("71", "Mâcon", "71270", "71000"),
    place("72", "Le Mans", "72181", "72000"),
    place("73", "Chambéry", "73065", "73000"),
    place("74", "Annecy", "74010", "74000"),
    place("75", "Paris", "75056", "75012"),
    place("76", "Rouen", "76540", "76000"),
    place("77", "Melun", "77288", "77000"),
    place("78", "Versailles", "78646", "78000"),
    place("79", "Niort", "79191", "79000"),
    place("80", "Amiens", "80021", "80000"),
    place("81", "Albi", "81004", "81000"),
    place("83", "Toulon", "83137", "83000"),
    place("84", "Avignon", "84007", "84000"),
    place("85", "La Roche-sur-Yon", "85191", "85000"),
    place("86", "Poitiers", "86194", "86000"),
    place("87", "Limoges", "87085", "87000"),
    place("91", "Évry-Courcouronnes", "91228", "91000"),
    place("93", "Bobigny", "93008", "93000"),
    place("94", "Créteil", "94028", "94000"),
    place("971", "Pointe-à-Pitre", "97120", "97110"),
    place("972", "Fort-de-France", "97209", "97200"),
    place("973", "Cayenne", "97302", "97300"),
    place("974", "Saint-Denis", "97411", "97400"),
    place("976", "Mamoudzou", "97608", "97600"),
];

const TRADES: [&str; 6] =
    ["des métiers", "du bâtiment", "de l'industrie", "du commerce", "du vivant", "des services"];

const fn training(
    cfd: &'static str,
    rncp: &'static str,
    label: &'static str,
    months: i32,
    age: i32,
) -> Training {
    Training { cfd, rncp, label, months, age }
}

static TRAININGS: [Training; 15] = [
    training("50022145", "RNCP38765", "CAP PATISSIER", 24, 16),
    training("50022139", "RNCP38430", "CAP CUISINE", 24, 16),
    training("50025218", "RNCP37910", "CAP MAINTENANCE DES VEHICULES", 24, 16),
    training("50023441", "RNCP35316", "CAP MACON", 24, 16),
    training("40031213", "RNCP38399", "BAC PRO MCV", 36, 16),
    training("40025518", "RNCP38878", "BAC PRO MELEC", 36, 16),
    training("40021210", "RNCP38642", "BAC PRO CGEA", 36, 16),
    training("32031213", "RNCP38362", "BTS MCO", 24, 18),
    training("32031409", "RNCP35521", "BTS COMPTABILITE GESTION", 24, 18),
    training("32025007", "RNCP35349", "BTS MAINTENANCE DES SYSTEMES", 24, 18),
    training("32032220", "RNCP35340", "BTS SIO", 24, 18),
    training("25031005", "RNCP35378", "BUT GEA", 36, 18),
    training("20531210", "RNCP36516", "LICENCE PRO COMMERCE", 12, 20),
    training("17025500", "RNCP37703", "INGENIEUR GENIE ELECTRIQUE", 36, 20),
    training("13531012", "RNCP35915", "MASTER MANAGEMENT", 24, 21),
];

static SURNAMES: &[&str] = &[
    "Adam",
    "André",
    "Arnaud",
    "Aubert",
    "Bailly",
    "Barbier",
    "Baron",
    "Barré",
    "Benali",
    "Benoît",
    "Berger",
    "Bertin",
    "Besson",
    "Blanc",
    "Bonnet",
    "Boucher",
    "Bouvier",
    "Boyer",
    "Breton",
    "Brun",
    "Carré",
    "Chauvin",
    "Clément",
    "Colin",
    "Collet",
    "Cousin",
    "Da Silva",
    "Daniel",
    "Denis",
    "Diallo",
    "Dubois",
    "Dufour",
    "Dumas",
    "Dupuis",
    "Durand",
    "Duval",
    "Étienne",
    "Fabre",
    "Faure",
    "Fleury",
    "Fontaine",
    "Garcia",
    "Garnier",
    "Gauthier",
    "Gérard",
    "Giraud",
    "Grondin",
    "Guérin",
    "Hamon",
    "Henry",
    "Hervé",
    "Huet",
    "Jacob",
    "Joly",
    "Klein",
    "Lacroix",
    "Lambert",
    "Le Gall",
    "Le Goff",
    "Leblanc",
    "Lefèvre",
    "Léger",
    "Lemoine",
    "Leroy",
    "Lévêque",
    "Lopez",
    "Lucas",
    "Marchand",
    "Martin",
    "Marty",
    "Ménard",
    "Mercier",
    "Meyer",
    "Millet",
    "Moreau",
    "Moulin",
    "Müller",
    "N'Diaye",
    "Nguyen",
    "Noël",
    "Olivier",
    "Payet",
    "Perrin",
    "Picard",
    "Poirier",
    "Prévost",
    "Rémy",
    "Renard",
    "Rey",
    "Rivière",
    "Robin",
    "Roche",
    "Roux",
    "Royer",
    "Schmitt",
    "Tessier",
    "Traoré",
    "Vasseur",
    "Vidal",
    "Weber",
];

static MALE: &[&str] = &[
    "Adam",
    "Amadou",
    "Antoine",
    "Arthur",
    "Aurélien",
    "Axel",
    "Clément",
    "Enzo",
    "Ethan",
    "Gabriel",
    "Hugo",
    "Ilyès",
    "Jules",
    "Kévin",
    "Léo",
    "Loïc",
    "Louis",
    "Lucas",
    "Mathis",
    "Maxime",
    "Mohamed",
    "Nathan",
    "Noah",
    "Quentin",
    "Raphaël",
    "Rayan",
    "Romain",
    "Théo",
    "Tom",
    "Yanis",
];

static FEMALE: &[&str] = &[
    "Agnès", "Aïcha", "Anaïs", "Andréa", "Camille", "Chloé", "Clara", "Élise", "Emma", "Eva",
    "Fatou", "Gaëlle", "Hélène", "Inès", "Jade", "Juliette", "Léa", "Lina", "Lola", "Louise",
    "Maëlys", "Manon", "Margaux", "Mathilde", "Noémie", "Océane", "Pauline", "Sarah", "Yasmine",
    "Zoé",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn the_centres_are_sixty_with_codes_of_their_own() {
        let centres = centres();
        assert_eq!(centres.len(), 60, "every code is well formed");
        let codes: BTreeSet<_> = centres.iter().map(|centre| centre.organisation).collect();
        assert_eq!(codes.len(), 60);
        let known = reference(&centres);
        assert_eq!(known.len(), 60);
        for listed in known.iter() {
            let department = domain::vocabulary::territory::department(&listed.department);
            assert!(department.is_some(), "{}", listed.department);
        }
    }

    #[test]
    fn the_same_day_gives_the_same_bytes() {
        let centres = centres();
        let bytes = |today| -> Vec<Vec<u8>> {
            lists(&centres, today).into_iter().map(|list| list.bytes).collect()
        };
        assert_eq!(bytes(day("2026-11-22")), bytes(day("2026-11-22")));
        assert_ne!(bytes(day("2026-11-22")), bytes(day("2026-11-23")));
    }

    #[test]
    fn any_day_of_the_year_has_its_sixty_thousand_learners() {
        let centres = centres();
        for today in ["2026-01-15", "2026-07-31", "2026-08-01", "2026-11-22", "2028-02-29"] {
            let lists = lists(&centres, day(today));
            assert_eq!(lists.len(), 180, "{today}: three school years");
            let rows: usize = lists.iter().map(|list| list.rows).sum();
            assert!((66_000..100_000).contains(&rows), "{today}: {rows} rows");
            assert!(lists.iter().all(|list| list.bytes.len() < 2_000_000));
        }
    }
}
