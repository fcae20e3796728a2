//! Counts the records of a Parquet file that Polars and `DuckDB` can count too, by date, region,
//! department, organisation, level and status, at twelve month-ends: what the counting costs, side
//! by side with them (`figures aggregate`). The file is flat: `organisme_uai, departement, region,
//! niveau, entree, fin, exclusion`, then `debut, fin, rupture` of three contracts.
//!
//! `aggregate_peers FILE [peers|ours]`: by the simple rule that peers can write in SQL, whose totals
//! must agree with theirs, or by the rule of the indicators (`domain.md` §3.2).

#![expect(clippy::print_stdout, reason = "an example prints what it saw")]

use std::fs::File;

use domain::aggregate::status::{Status, Tracer};
use domain::record::Contract;
use domain::vocabulary::Day;
use hashbrown::HashMap;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType};
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};

const DATES: usize = 12;
/// Rows decoded at once: columns of this many stay in the processor's cache.
const BATCH: usize = 4_096;
/// Rows counted at once.
const COUNTED: usize = 16 * BATCH;
/// Abandon, apprenti, inscrit, rupturant, end of training, absent; a power of two.
const STATUSES: usize = 8;
/// European levels of certification, 1 to 8.
const LEVELS: i32 = 8;
const ABSENT: u8 = 5;
/// Where a column has no value: no day of ours.
const NONE: i32 = i32::MAX;

fn main() -> Result<()> {
    let path = std::env::args().nth(1).unwrap_or_else(|| "agg_10m.parquet".to_owned());
    let ours = std::env::args().nth(2).is_some_and(|rule| rule == "ours");
    let first = Day::from_ymd(2024, 10, 1).unwrap_or_else(Day::epoch);
    let dates: [Day; DATES] = std::array::from_fn(|month| first.plus_months(month as i32) - 1);

    let file = SerializedFileReader::new(File::open(path)?)?;
    let mut counter = Counter::default();
    let mut tracer = Tracer::default();
    for number in 0..file.num_row_groups() {
        let group = file.get_row_group(number)?;
        let mut left = usize::try_from(group.metadata().num_rows()).unwrap_or_default();
        let mut columns = Columns::open(&*group)?;
        while left > 0 {
            let rows = BATCH.min(left);
            columns.read(rows)?;
            let statuses = counter.take((0..rows).map(|row| columns.key(row)))?;
            if ours {
                columns.by_our_rule(rows, &dates, &mut tracer, statuses);
            } else {
                columns.by_the_rule_of_peers(rows, &dates, statuses);
            }
            left -= rows;
        }
    }
    counter.count();
    let [abandon, apprenti, inscrit, rupturant, fin] = counter.totals();
    println!(
        r#"{{"abandon":{abandon},"apprenti":{apprenti},"inscrit":{inscrit},"rupturant":{rupturant},"fin":{fin}}}"#
    );
    Ok(())
}

/// Organisation, department, region; then level.
type Key = ((u64, u64, i32), i32);

/// One counter for each date, place, level and status.
struct Counter {
    places: HashMap<(u64, u64, i32), u32>,
    counts: [Vec<[u32; STATUSES]>; DATES],
    /// The place and level of each row that is not counted yet.
    groups: Vec<u32>,
    /// The status of each, date by date.
    statuses: [Vec<u8>; DATES],
    /// Where the rows of each group end, once they are in order.
    ends: Vec<u32>,
    /// The rows, and their groups, in the order of the groups.
    ordered: Vec<(u32, u32)>,
}

impl Counter {
    /// Takes the keys of some rows; their statuses are to be written here, in each date from the
    /// place given.
    fn take(&mut self, keys: impl Iterator<Item = Key>) -> Result<(&mut [Vec<u8>; DATES], usize)> {
        if self.groups.len() + BATCH > COUNTED {
            self.count();
        }
        let first = self.groups.len();
        for (place, level) in keys {
            if !(1..=LEVELS).contains(&level) {
                return Err(strange("a level"));
            }
            let next = self.places.len() as u32;
            let place = *self.places.entry(place).or_insert(next);
            self.groups.push(place * LEVELS as u32 + level as u32 - 1);
        }
        Ok((&mut self.statuses, first))
    }

    /// Counts the rows taken. In the order of their groups: counters are then met one after the
    /// other, and come from the processor's cache.
    fn count(&mut self) {
        self.ends.clear();
        self.ends.resize(self.places.len() * LEVELS as usize + 1, 0);
        for group in &self.groups {
            self.ends[*group as usize + 1] += 1;
        }
        let mut end = 0;
        for rows in &mut self.ends {
            end += *rows;
            *rows = end;
        }
        self.ordered.resize(self.groups.len(), (0, 0));
        for (row, group) in (0..).zip(&self.groups) {
            let place = &mut self.ends[*group as usize];
            self.ordered[*place as usize] = (row, *group);
            *place += 1;
        }
        for (counts, statuses) in self.counts.iter_mut().zip(&self.statuses) {
            counts.resize(self.ends.len(), [0; STATUSES]);
            for (row, group) in &self.ordered {
                let status = usize::from(statuses[*row as usize]) % STATUSES;
                counts[*group as usize][status] += 1;
            }
        }
        self.groups.clear();
    }

    /// The sum for each status.
    fn totals(&self) -> [u64; ABSENT as usize] {
        let mut totals = [0; ABSENT as usize];
        for counts in self.counts.iter().flatten() {
            totals.iter_mut().zip(counts).for_each(|(total, count)| *total += u64::from(*count));
        }
        totals
    }
}

impl Default for Counter {
    fn default() -> Self {
        Self {
            places: HashMap::new(),
            counts: Default::default(),
            groups: Vec::with_capacity(COUNTED),
            statuses: std::array::from_fn(|_| vec![ABSENT; COUNTED]),
            ends: Vec::new(),
            ordered: Vec::new(),
        }
    }
}

/// The columns of a row group, a batch of rows at a time.
struct Columns {
    texts: [Texts; 2],
    ints: [Ints; 14],
}

impl Columns {
    const TEXTS: [&str; 2] = ["organisme_uai", "departement"];
    const INTS: [&str; 14] = [
        "region",
        "niveau",
        "entree",
        "fin",
        "exclusion",
        "c1_debut",
        "c1_fin",
        "c1_rupture",
        "c2_debut",
        "c2_fin",
        "c2_rupture",
        "c3_debut",
        "c3_fin",
        "c3_rupture",
    ];

    fn open(group: &dyn RowGroupReader) -> Result<Self> {
        let column = |name: &str| {
            let columns = group.metadata().columns();
            let place = columns.iter().position(|it| it.column_path().string() == name);
            group.get_column_reader(place.ok_or_else(|| strange(name))?)
        };
        let [uai, department] = Self::TEXTS.map(|name| column(name).map(Texts::new));
        let ints = Self::INTS.into_iter().map(|name| column(name).map(Ints::new));
        let ints = ints.collect::<Result<Vec<Ints>>>()?.try_into();
        Ok(Self { texts: [uai?, department?], ints: ints.map_err(|_| strange("a column"))? })
    }

    fn read(&mut self, rows: usize) -> Result<()> {
        self.texts.iter_mut().try_for_each(|column| column.read(rows))?;
        self.ints.iter_mut().try_for_each(|column| column.read(rows))
    }

    fn key(&self, row: usize) -> Key {
        let [uai, department] = &self.texts;
        let [region, level, ..] = &self.ints;
        ((uai.rows[row], department.rows[row], region.rows[row]), level.rows[row])
    }

    /// By the intervals of the indicators.
    fn by_our_rule(
        &self,
        rows: usize,
        dates: &[Day; DATES],
        tracer: &mut Tracer,
        (statuses, first): (&mut [Vec<u8>; DATES], usize),
    ) {
        let [_, _, entry, end, exclusion, contracts @ ..] = &self.ints;
        let day = |column: &Ints, row: usize| Day::from_epoch_days(column.rows[row]);
        let mut known = Vec::with_capacity(3);
        for row in 0..rows {
            let Some((entry, end)) = day(entry, row).zip(day(end, row)) else { continue };
            known.clear();
            for contract in contracts.chunks_exact(3) {
                let Some(start) = day(&contract[0], row) else { break };
                let (end, rupture) = (day(&contract[1], row), day(&contract[2], row));
                known.push(Contract { start, end, rupture, employer: None });
            }
            let path = tracer.trace(entry, end, &known, day(exclusion, row));
            let mut changes = path.changes().peekable();
            let mut status = ABSENT;
            for (date, statuses) in dates.iter().zip(statuses.iter_mut()) {
                while let Some((_, next)) = changes.next_if(|(day, _)| day <= date) {
                    status = match next {
                        Status::Abandon => 0,
                        Status::Apprenti => 1,
                        Status::Inscrit => 2,
                        Status::Rupturant => 3,
                        Status::FinDeFormation => 4,
                    };
                }
                statuses[first + row] = status;
            }
        }
    }

    /// Within the training: excluded, else under contract, else by the days since the last end.
    fn by_the_rule_of_peers(
        &mut self,
        rows: usize,
        dates: &[Day; DATES],
        (statuses, first): (&mut [Vec<u8>; DATES], usize),
    ) {
        let [_, _, entry, end, exclusion, contracts @ ..] = &mut self.ints;
        for contract in contracts.chunks_exact_mut(3) {
            let [_, end, rupture] = contract else { continue };
            for (end, rupture) in end.rows.iter_mut().zip(&rupture.rows) {
                *end = if *rupture == NONE { *end } else { *rupture - 1 };
            }
        }
        let [start1, end1, _, start2, end2, _, start3, end3, _] = contracts.each_ref();
        for (date, statuses) in dates.iter().zip(statuses) {
            let date = date.epoch_days();
            let columns = entry.rows.iter().zip(&end.rows).zip(&exclusion.rows);
            let contracts = (start1.rows.iter().zip(&end1.rows))
                .zip(start2.rows.iter().zip(&end2.rows))
                .zip(start3.rows.iter().zip(&end3.rows));
            for ((status, ((entry, end), exclusion)), ((one, two), three)) in
                statuses[first..first + rows].iter_mut().zip(columns).zip(contracts)
            {
                let last = [one, two, three]
                    .map(|(start, end)| if *start <= date { *end } else { i32::MIN / 2 });
                let last = last[0].max(last[1]).max(last[2]);
                let never = if date - *entry <= 90 { 2 } else { 0 };
                let since = if date - last <= 180 { 3 } else { 0 };
                let without = if last == i32::MIN / 2 { never } else { since };
                let inside = if last >= date { 1 } else { without };
                let inside = if *exclusion <= date { 0 } else { inside };
                *status = if *entry <= date && date <= *end { inside } else { ABSENT };
            }
        }
    }
}

/// A column of integers or days.
struct Ints {
    reader: ColumnReader,
    values: Vec<i32>,
    levels: Vec<i16>,
    rows: Vec<i32>,
}

impl Ints {
    fn new(reader: ColumnReader) -> Self {
        Self { reader, values: Vec::new(), levels: Vec::new(), rows: Vec::new() }
    }

    fn read(&mut self, rows: usize) -> Result<()> {
        let ColumnReader::Int32ColumnReader(reader) = &mut self.reader else {
            return Err(strange("a column of integers"));
        };
        read(reader, rows, &mut self.values, &mut self.levels)?;
        if self.values.len() == rows {
            std::mem::swap(&mut self.rows, &mut self.values);
            return Ok(());
        }
        // Without a branch: who has a second contract is nobody's guess.
        self.values.push(NONE);
        let mut next = 0;
        self.rows.clear();
        self.rows.extend(self.levels.iter().map(|level| {
            let value = self.values[next];
            next += *level as usize;
            if *level == 1 { value } else { NONE }
        }));
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
        let ColumnReader::ByteArrayColumnReader(reader) = &mut self.reader else {
            return Err(strange("a column of texts"));
        };
        read(reader, rows, &mut self.values, &mut self.levels)?;
        if self.values.len() != rows {
            return Err(strange("a text"));
        }
        self.rows.clear();
        self.rows.extend(self.values.iter().map(|text| {
            let (mut number, text) = ([0; 8], text.data());
            let length = text.len().min(8);
            number[..length].copy_from_slice(&text[..length]);
            u64::from_be_bytes(number)
        }));
        Ok(())
    }
}

/// So many rows of a column.
fn read<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    rows: usize,
    values: &mut Vec<T::T>,
    levels: &mut Vec<i16>,
) -> Result<()> {
    values.clear();
    levels.clear();
    let mut read = 0;
    while read < rows {
        let (records, ..) = reader.read_records(rows - read, Some(levels), None, values)?;
        if records == 0 {
            return Err(ParquetError::EOF("a column ends early".to_owned()));
        }
        read += records;
    }
    Ok(())
}

fn strange(what: &str) -> ParquetError {
    ParquetError::General(format!("{what} is missing"))
}
