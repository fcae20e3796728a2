//! Counts the records of a Parquet file that Polars and `DuckDB` can count too, by date, region,
//! department, organisation, level and status, at twelve month-ends: what the counting costs, side
//! by side with them. The file is flat: `organisme_uai, departement, region, niveau, entree, fin,
//! exclusion`, then `debut, fin, rupture` of three contracts.
//!
//! `aggregate_peers FILE [peers|ours]`: by the simple rule that peers can write in SQL, whose totals
//! must agree with theirs, or by the rule of the indicators (`domain.md` §3.2).

#![expect(clippy::print_stdout, reason = "an example prints what it saw")]

use std::collections::HashMap;
use std::fs::File;

use domain::aggregate::status::{Status, Tracer};
use domain::record::Contract;
use domain::vocabulary::Day;
use parquet::column::reader::ColumnReader;
use parquet::data_type::ByteArray;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};

const DATES: usize = 12;
const STATUSES: usize = 5;
/// Rows decoded at once: columns of this many stay in the processor's cache.
const BATCH: usize = 8_192;

/// Learners of one group, by date and status.
type Counts = [[u32; STATUSES]; DATES];

fn main() -> Result<()> {
    let path = std::env::args().nth(1).unwrap_or_else(|| "agg_10m.parquet".to_owned());
    let rule = std::env::args().nth(2).unwrap_or_else(|| "peers".to_owned());
    let first = Day::from_ymd(2024, 10, 1).unwrap_or_else(Day::epoch);
    let dates: [Day; DATES] = std::array::from_fn(|month| first.plus_months(month as i32) - 1);

    let file = SerializedFileReader::new(File::open(path)?)?;
    let names: Vec<String> = file
        .metadata()
        .file_metadata()
        .schema()
        .get_fields()
        .iter()
        .map(|it| it.name().to_owned())
        .collect();
    let mut groups = Groups::default();
    let mut tracer = Tracer::default();
    for number in 0..file.num_row_groups() {
        let group = file.get_row_group(number)?;
        let rows = usize::try_from(group.metadata().num_rows()).unwrap_or_default();
        let mut columns = Columns::open(&*group, &names)?;
        let mut read = 0;
        while read < rows {
            let batch = BATCH.min(rows - read);
            columns.read(batch)?;
            for row in 0..batch {
                let learner = columns.learner(row);
                let counts = groups.of(columns.key(row));
                if rule == "ours" {
                    learner.count_by_our_rule(&dates, &mut tracer, counts);
                } else {
                    learner.count_by_the_rule_of_peers(&dates, counts);
                }
            }
            read += batch;
        }
    }

    let mut totals = [0_u64; STATUSES];
    let mut filled = 0;
    for status in groups.counts.iter().flatten().flat_map(|date| date.iter().enumerate()) {
        totals[status.0] += u64::from(*status.1);
        filled += usize::from(*status.1 > 0);
    }
    println!("{filled} groups; abandon, apprenti, inscrit, rupturant, fin: {totals:?}");
    Ok(())
}

/// One learner, as the file tells.
struct Learner {
    entry: Day,
    end: Day,
    exclusion: Option<Day>,
    contracts: [Option<Contract>; 3],
}

impl Learner {
    /// By the intervals of the indicators.
    fn count_by_our_rule(&self, dates: &[Day; DATES], tracer: &mut Tracer, counts: &mut Counts) {
        let mut contracts =
            [Contract { start: self.entry, end: None, rupture: None, employer: None }; 3];
        let mut known = 0;
        for contract in self.contracts.iter().flatten() {
            contracts[known] = *contract;
            known += 1;
        }
        let path = tracer.trace(self.entry, self.end, &contracts[..known], self.exclusion);
        let mut changes = path.changes().peekable();
        let mut current = None;
        for (place, date) in dates.iter().enumerate() {
            while let Some((_, status)) = changes.next_if(|(day, _)| day <= date) {
                current = Some(status);
            }
            match current {
                None => {}
                Some(Status::Abandon) => counts[place][0] += 1,
                Some(Status::Apprenti) => counts[place][1] += 1,
                Some(Status::Inscrit) => counts[place][2] += 1,
                Some(Status::Rupturant) => counts[place][3] += 1,
                Some(Status::FinDeFormation) => counts[place][4] += 1,
            }
        }
    }

    /// Within the training: excluded, else under contract, else by the days since the last end.
    fn count_by_the_rule_of_peers(&self, dates: &[Day; DATES], counts: &mut Counts) {
        for (place, date) in dates.iter().enumerate() {
            if *date < self.entry || *date > self.end {
                continue;
            }
            let ends = self.contracts.iter().flatten().filter(|it| it.start <= *date);
            let last = ends.map(|it| it.rupture.map(|day| day - 1).or(it.end)).max().flatten();
            let status = if self.exclusion.is_some_and(|day| day <= *date) {
                0
            } else if last.is_some_and(|last| *date <= last) {
                1
            } else if let Some(last) = last {
                if *date - last <= 180 { 3 } else { 0 }
            } else if *date - self.entry <= 90 {
                2
            } else {
                0
            };
            counts[place][status] += 1;
        }
    }
}

/// Organisation, department, region, level.
type Key = (u64, u32, i32, i32);

/// The counts of every group met.
#[derive(Default)]
struct Groups {
    numbers: HashMap<Key, usize>,
    counts: Vec<Counts>,
    /// The group of the last key that fell in each slot.
    recent: Vec<(Key, usize)>,
}

impl Groups {
    const SLOTS: usize = 1 << 16;

    fn of(&mut self, key: Key) -> &mut Counts {
        if self.recent.is_empty() {
            self.recent = vec![((0, 0, 0, 0), usize::MAX); Self::SLOTS];
        }
        let mixed = (key.0 ^ (key.3 as u64) << 60).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let slot = &mut self.recent[(mixed >> 48) as usize];
        if slot.1 == usize::MAX || slot.0 != key {
            let next = self.counts.len();
            let number = *self.numbers.entry(key).or_insert(next);
            if number == next {
                self.counts.push([[0; STATUSES]; DATES]);
            }
            *slot = (key, number);
        }
        &mut self.counts[slot.1]
    }
}

/// The columns of a row group, a batch of rows at a time.
struct Columns {
    uai: Texts,
    department: Texts,
    region: Ints,
    level: Ints,
    entry: Ints,
    end: Ints,
    exclusion: Ints,
    contracts: [[Ints; 3]; 3],
}

impl Columns {
    fn open(group: &dyn RowGroupReader, names: &[String]) -> Result<Self> {
        let column = |name: &str| {
            let place = names.iter().position(|known| known == name);
            let place = place.ok_or_else(|| ParquetError::General(format!("no column {name}")))?;
            group.get_column_reader(place)
        };
        let ints = |name: &str| Ok::<_, ParquetError>(Ints::new(column(name)?));
        let contract = |number: u8| {
            let of = |word: &str| ints(&format!("c{number}_{word}"));
            Ok::<_, ParquetError>([of("debut")?, of("fin")?, of("rupture")?])
        };
        Ok(Self {
            uai: Texts::new(column("organisme_uai")?),
            department: Texts::new(column("departement")?),
            region: ints("region")?,
            level: ints("niveau")?,
            entry: ints("entree")?,
            end: ints("fin")?,
            exclusion: ints("exclusion")?,
            contracts: [contract(1)?, contract(2)?, contract(3)?],
        })
    }

    fn read(&mut self, rows: usize) -> Result<()> {
        self.uai.read(rows)?;
        self.department.read(rows)?;
        let dates = [
            &mut self.region,
            &mut self.level,
            &mut self.entry,
            &mut self.end,
            &mut self.exclusion,
        ];
        for column in dates.into_iter().chain(self.contracts.iter_mut().flatten()) {
            column.read(rows)?;
        }
        Ok(())
    }

    fn key(&self, row: usize) -> Key {
        let level = self.level.rows[row];
        (self.uai.rows[row], (self.department.rows[row] >> 32) as u32, self.region.rows[row], level)
    }

    fn learner(&self, row: usize) -> Learner {
        let day = |column: &Ints| Day::from_epoch_days(column.rows[row]);
        let contract = |[start, end, rupture]: &[Ints; 3]| {
            Some(Contract {
                start: day(start)?,
                end: day(end),
                rupture: day(rupture),
                employer: None,
            })
        };
        let entry = day(&self.entry).unwrap_or_else(Day::epoch);
        Learner {
            entry,
            end: day(&self.end).unwrap_or(entry),
            exclusion: day(&self.exclusion),
            contracts: [0, 1, 2].map(|number| contract(&self.contracts[number])),
        }
    }
}

/// A column of integers or days; [`Ints::NONE`] where there is none.
struct Ints {
    reader: ColumnReader,
    values: Vec<i32>,
    levels: Vec<i16>,
    rows: Vec<i32>,
}

impl Ints {
    /// No day of ours.
    const NONE: i32 = i32::MAX;

    fn new(reader: ColumnReader) -> Self {
        Self { reader, values: Vec::new(), levels: Vec::new(), rows: Vec::new() }
    }

    fn read(&mut self, rows: usize) -> Result<()> {
        self.values.clear();
        self.levels.clear();
        self.rows.clear();
        let ColumnReader::Int32ColumnReader(reader) = &mut self.reader else {
            return Err(ParquetError::General("not a column of integers".to_owned()));
        };
        let mut read = 0;
        while read < rows {
            let levels = Some(&mut self.levels);
            let (records, ..) = reader.read_records(rows - read, levels, None, &mut self.values)?;
            if records == 0 {
                return Err(ParquetError::EOF("a column ends early".to_owned()));
            }
            read += records;
        }
        if self.levels.is_empty() {
            std::mem::swap(&mut self.rows, &mut self.values);
            return Ok(());
        }
        let mut values = self.values.iter();
        let value = |level: &i16| match level {
            1 => values.next().copied().unwrap_or(Self::NONE),
            _ => Self::NONE,
        };
        self.rows.extend(self.levels.iter().map(value));
        Ok(())
    }
}

/// A column of texts of eight bytes at most, as numbers.
struct Texts {
    reader: ColumnReader,
    values: Vec<ByteArray>,
    levels: Vec<i16>,
    rows: Vec<u64>,
}

impl Texts {
    fn new(reader: ColumnReader) -> Self {
        Self { reader, values: Vec::new(), levels: Vec::new(), rows: Vec::new() }
    }

    fn read(&mut self, rows: usize) -> Result<()> {
        self.values.clear();
        self.levels.clear();
        self.rows.clear();
        let ColumnReader::ByteArrayColumnReader(reader) = &mut self.reader else {
            return Err(ParquetError::General("not a column of texts".to_owned()));
        };
        let mut read = 0;
        while read < rows {
            let levels = Some(&mut self.levels);
            let (records, ..) = reader.read_records(rows - read, levels, None, &mut self.values)?;
            if records == 0 {
                return Err(ParquetError::EOF("a column ends early".to_owned()));
            }
            read += records;
        }
        if self.values.len() != rows {
            return Err(ParquetError::General("a text is missing".to_owned()));
        }
        self.rows.extend(self.values.iter().map(|text| {
            let bytes = text.data();
            let mut number = [0; 8];
            number[..bytes.len().min(8)].copy_from_slice(&bytes[..bytes.len().min(8)]);
            u64::from_be_bytes(number)
        }));
        Ok(())
    }
}
