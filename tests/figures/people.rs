//! A list of any length, of invented people, in all the columns: names, codes, dates and gaps as
//! real lists have them, and one bad cell in some thirty rows.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use acceptance::files::YEAR;
use domain::validate::{CONTRACTS, Column};
use domain::vocabulary::{Day, Organisation};

const SYLLABLES: [&str; 24] = [
    "BA", "BER", "BON", "CHA", "COR", "DEL", "DU", "FAU", "GAR", "GUÉ", "LAM", "LE", "MAR", "MER",
    "MOU", "NI", "PER", "PI", "RI", "ROU", "SAU", "TER", "VAL", "VIN",
];
const FIRST_NAMES: [&str; 16] = [
    "Emma", "Jade", "Chloé", "Inès", "Léa", "Manon", "Sarah", "Zoé", "Gabriel", "Hugo", "Lucas",
    "Maël", "Nathan", "Théo", "Tom", "Yanis",
];
const STREETS: [&str; 4] =
    ["rue de la République", "avenue Jean-Jaurès", "place de l'Église", "chemin des Vignes"];
const TRAININGS: [(&str, &str, &str, i32); 4] = [
    ("50022145", "RNCP38765", "CAP PATISSIER", 24),
    ("40031213", "RNCP38399", "BAC PRO MCV", 36),
    ("32031213", "RNCP38362", "BTS MCO", 24),
    ("25031005", "RNCP35378", "BUT GEA", 36),
];

/// Writes a list of so many rows.
pub(crate) fn write_list(path: &Path, organisation: Organisation, rows: u32) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    writeln!(file, "{}", Column::ALL.map(Column::name).join(";"))?;
    let entry = Day::from_ymd(2026, 9, 1).unwrap_or_else(|| unreachable!("a day that exists"));
    let mut dice = Dice(20_261_122);
    for number in 0..rows {
        let mut cells: [String; Column::ALL.len()] = std::array::from_fn(|_| String::new());
        learner(number, organisation, entry, &mut dice, &mut |column, text| {
            cells[column as usize] = text;
        });
        writeln!(file, "{}", cells.join(";"))?;
    }
    file.flush()
}

fn learner(
    number: u32,
    Organisation { uai, siret }: Organisation,
    entry: Day,
    dice: &mut Dice,
    set: &mut dyn FnMut(Column, String),
) {
    // Four of twenty-four syllables: some three hundred thousand names.
    let surname: String = (0..4).map(|_| *dice.pick(&SYLLABLES)).collect();
    let first_name = *dice.pick(&FIRST_NAMES);
    let (cfd, rncp, label, months) = *dice.pick(&TRAININGS);
    let start = entry + dice.between(-20, 40);
    let end = start + months * 30;
    let day = |day: Day| day.french();
    set(Column::Nom, surname.clone());
    set(Column::Prenom, first_name.to_owned());
    let birth = Day::from_epoch_days(13_000).unwrap_or(entry) + dice.between(0, 1_800);
    let birth = if dice.one_in(250) { "30/02/2006".to_owned() } else { day(birth) };
    set(Column::DateDeNaissance, birth);
    set(Column::Sexe, if dice.one_in(2) { "F" } else { "M" }.to_owned());
    let at = if dice.one_in(300) { " at " } else { "@" };
    let ascii = |text: &str| text.to_lowercase().replace(['é', 'è', 'ë'], "e");
    set(
        Column::EmailContact,
        format!("{}.{}{number}{at}exemple.fr", ascii(first_name), ascii(&surname)),
    );
    set(Column::Adresse, format!("{} {}", dice.between(1, 220), dice.pick(&STREETS)));
    set(Column::CodePostal, "35000".to_owned());
    set(Column::Commune, "35238".to_owned());
    set(Column::CommuneDeNaissance, "35238".to_owned());
    if !dice.one_in(5) {
        let letters = [dice.between(0, 22), dice.between(0, 22)].map(|letter| b'A' + letter as u8);
        let [first, second] = letters.map(char::from);
        set(Column::Ine, format!("{:09}{first}{second}", number * 7 + 11));
    }
    set(Column::Tel, format!("06{:08}", dice.between(10_000_000, 99_999_999)));
    set(Column::Rqth, if dice.one_in(30) { "OUI" } else { "NON" }.to_owned());
    set(Column::DerniereSituation, "4001".to_owned());
    set(Column::TypeCfa, "03".to_owned());
    for (code, establishment) in [
        (Column::ResponsableUai, Column::ResponsableSiret),
        (Column::FormateurUai, Column::FormateurSiret),
        (Column::LieuUai, Column::LieuSiret),
    ] {
        set(code, uai.to_string());
        set(establishment, siret.to_string());
    }
    set(Column::AnneeScolaire, YEAR.to_owned());
    set(Column::AnneeFormation, dice.between(1, 3).to_string());
    set(Column::Rncp, rncp.to_owned());
    set(Column::Cfd, cfd.to_owned());
    set(Column::LibelleCourt, label.to_owned());
    set(Column::DureeMois, months.to_string());
    set(Column::DateInscription, day(start - dice.between(10, 90)));
    set(Column::DateEntree, day(start));
    set(Column::DateFin, day(end));
    if dice.one_in(50) {
        set(Column::DateExclusion, day(start + dice.between(20, 400)));
    }
    // Most sign one contract, a fifth lose it, half of these find another.
    let mut signed = start + dice.between(-20, 60);
    for columns in &CONTRACTS[..3] {
        set(columns.start, day(signed));
        set(columns.end, day(end));
        set(columns.employer, dice.siret());
        if !dice.one_in(5) {
            break;
        }
        let rupture = signed + dice.between(10, 200);
        set(columns.rupture, day(rupture));
        set(columns.cause, "démission".to_owned());
        signed = rupture + dice.between(5, 120);
        if dice.one_in(2) {
            break;
        }
    }
}

/// Dice that fall the same way every time (xorshift64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 11
    }

    /// Both ends included.
    fn between(&mut self, first: i32, last: i32) -> i32 {
        first + (self.next() % (last - first + 1) as u64) as i32
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.next().is_multiple_of(count)
    }

    fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[(self.next() % all.len() as u64) as usize]
    }

    /// Closed by its key, but for one in a hundred.
    fn siret(&mut self) -> String {
        let digits = format!("8{:07}00017", self.next() % 10_000_000);
        let sum: u32 = digits
            .bytes()
            .rev()
            .enumerate()
            .map(|(place, digit)| match (place % 2, u32::from(digit - b'0')) {
                (0, digit) => digit * 2 / 10 + digit * 2 % 10,
                (_, digit) => digit,
            })
            .sum();
        let key = (10 - sum % 10 + u32::from(self.one_in(100))) % 10;
        format!("{digits}{key}")
    }
}
