//! Parquet, a column at a time: rows are pushed into columns, columns are written as row groups,
//! and read back. Values of three kinds: integers (dates too), texts, booleans; numbers with a
//! fraction are written too.
//!
//! Same rows, same bytes: nothing here depends on the machine or the moment.

use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::{Compression, ZstdLevel};
use parquet::column::reader::ColumnReader;
use parquet::column::writer::ColumnWriter;
use parquet::data_type::{ByteArray, FixedLenByteArray};
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::TypePtr;

/// Rows of one row group: enough to compress well, few enough to stay small in memory.
pub(crate) const GROUP_ROWS: usize = 65_536;

/// How many values of a text column are handed over at once.
const BATCH: usize = 4 * 1024;

/// Writes rows as a Parquet file in memory, a row group at a time.
pub(crate) struct TableWriter {
    file: SerializedFileWriter<Vec<u8>>,
    columns: Vec<Column>,
    rows: usize,
}

/// One column of the row group under way. `levels` is 1 where there is a value, for columns that
/// may have none.
struct Column {
    optional: bool,
    levels: Vec<i16>,
    values: Values,
}

enum Values {
    Int(Vec<i32>),
    Double(Vec<f64>),
    Text { bytes: Vec<u8>, ends: Vec<usize> },
}

/// The row under way: values are pushed in the order of the schema.
pub(crate) struct RowWriter<'a> {
    columns: std::slice::IterMut<'a, Column>,
}

impl TableWriter {
    /// A file of this schema, written in Parquet's own notation.
    pub(crate) fn new(schema: &str) -> Result<Self> {
        let schema = Arc::new(parse_message_type(schema)?);
        let columns = schema.get_fields().iter().map(Column::of).collect::<Result<_>>()?;
        let properties = Arc::new(properties()?.build());
        let file = SerializedFileWriter::new(Vec::new(), schema, properties)?;
        Ok(Self { file, columns, rows: 0 })
    }

    /// Adds a row: `fill` pushes one value for each column, in order.
    pub(crate) fn row(&mut self, fill: impl FnOnce(&mut RowWriter<'_>)) -> Result<()> {
        fill(&mut RowWriter { columns: self.columns.iter_mut() });
        self.rows += 1;
        if self.rows == GROUP_ROWS { self.write_group() } else { Ok(()) }
    }

    /// Ends the file.
    pub(crate) fn finish(mut self) -> Result<Vec<u8>> {
        if self.rows > 0 {
            self.write_group()?;
        }
        self.file.into_inner()
    }

    fn write_group(&mut self) -> Result<()> {
        let mut group = self.file.next_row_group()?;
        for column in &mut self.columns {
            let Some(mut writer) = group.next_column()? else { break };
            column.write(writer.untyped())?;
            writer.close()?;
        }
        group.close()?;
        self.rows = 0;
        Ok(())
    }
}

/// How every file of ours is written.
pub(crate) fn properties() -> Result<WriterPropertiesBuilder> {
    Ok(WriterProperties::builder()
        .set_created_by("tableau v1".to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_offset_index_disabled(true)
        .set_write_path_in_schema(true))
}

impl RowWriter<'_> {
    /// An integer, or a date as days since 1970.
    pub(crate) fn int(&mut self, value: impl Into<Option<i32>>) {
        let value = value.into();
        if let Some(Column { values: Values::Int(values), levels, optional }) = self.columns.next()
        {
            push_level(levels, *optional, value.is_some());
            values.extend(value);
        }
    }

    /// A number with a fraction.
    pub(crate) fn double(&mut self, value: impl Into<Option<f64>>) {
        let value = value.into();
        if let Some(Column { values: Values::Double(values), levels, optional }) =
            self.columns.next()
        {
            push_level(levels, *optional, value.is_some());
            values.extend(value);
        }
    }

    /// A text.
    pub(crate) fn text<'v>(&mut self, value: impl Into<Option<&'v [u8]>>) {
        let value = value.into();
        if let Some(Column { values: Values::Text { bytes, ends }, levels, optional }) =
            self.columns.next()
        {
            push_level(levels, *optional, value.is_some());
            if let Some(value) = value {
                bytes.extend_from_slice(value);
                ends.push(bytes.len());
            }
        }
    }
}

fn push_level(levels: &mut Vec<i16>, optional: bool, present: bool) {
    if optional {
        levels.push(i16::from(present));
    }
}

impl Column {
    fn of(field: &TypePtr) -> Result<Self> {
        use parquet::basic::Type;
        let values = match field.get_physical_type() {
            Type::INT32 => Values::Int(Vec::new()),
            Type::DOUBLE => Values::Double(Vec::new()),
            Type::BYTE_ARRAY => Values::Text { bytes: Vec::new(), ends: Vec::new() },
            other => return Err(ParquetError::General(format!("no column of type {other}"))),
        };
        Ok(Self { optional: field.is_optional(), levels: Vec::new(), values })
    }

    fn write(&mut self, writer: &mut ColumnWriter<'_>) -> Result<()> {
        let levels = self.optional.then_some(self.levels.as_slice());
        match (&mut self.values, writer) {
            (Values::Int(values), ColumnWriter::Int32ColumnWriter(writer)) => {
                writer.write_batch(values, levels, None)?;
                values.clear();
            }
            (Values::Double(values), ColumnWriter::DoubleColumnWriter(writer)) => {
                writer.write_batch(values, levels, None)?;
                values.clear();
            }
            (Values::Text { bytes, ends }, ColumnWriter::ByteArrayColumnWriter(writer)) => {
                in_batches(slices(bytes, ends).map(ByteArray::from), levels, |values, levels| {
                    writer.write_batch(values, levels, None).map(drop)
                })?;
            }
            _ => return Err(ParquetError::General("a column changed its type".to_owned())),
        }
        self.levels.clear();
        Ok(())
    }
}

/// Empties a text column into slices of one shared allocation.
fn slices(bytes: &mut Vec<u8>, ends: &mut Vec<usize>) -> impl ExactSizeIterator<Item = Bytes> {
    // The next group needs about as much room.
    let next = Vec::with_capacity(bytes.len());
    let shared = Bytes::from(std::mem::replace(bytes, next));
    let mut start = 0;
    ends.drain(..).map(move |end| {
        let slice = shared.slice(start..end);
        start = end;
        slice
    })
}

/// Hands over values a batch at a time, with their levels where the column may have none.
fn in_batches<T>(
    mut values: impl ExactSizeIterator<Item = T>,
    levels: Option<&[i16]>,
    mut write: impl FnMut(&[T], Option<&[i16]>) -> Result<()>,
) -> Result<()> {
    let total = values.len();
    let mut batch = Vec::with_capacity(BATCH.min(total));
    let mut next = |count: usize, levels: Option<&[i16]>| {
        batch.clear();
        batch.extend(values.by_ref().take(count));
        write(&batch, levels)
    };
    match levels {
        Some(levels) => levels.chunks(BATCH).try_for_each(|levels| {
            let present = levels.iter().filter(|level| **level == 1).count();
            next(present, Some(levels))
        }),
        None => {
            (0..total).step_by(BATCH).try_for_each(|start| next(BATCH.min(total - start), None))
        }
    }
}

/// Reads a Parquet file we wrote, a row group at a time.
pub(crate) struct TableReader {
    file: SerializedFileReader<Bytes>,
    names: Vec<String>,
}

/// The columns of one row group.
pub(crate) struct Group {
    rows: usize,
    names: Vec<String>,
    columns: Vec<Loaded>,
}

enum Loaded {
    Int(Vec<Option<i32>>),
    Bool(Vec<Option<bool>>),
    Text(Vec<Option<ByteArray>>),
}

impl TableReader {
    /// Opens a file, which must have exactly this schema, less the optional columns that a version
    /// added at its end: we read nothing that we did not write.
    pub(crate) fn new(bytes: Bytes, schema: &str) -> Result<Self> {
        let expected = parse_message_type(schema)?;
        let file = SerializedFileReader::new(bytes)?;
        let found = file.metadata().file_metadata().schema();
        let names = |schema: &parquet::schema::types::Type| -> Vec<String> {
            schema.get_fields().iter().map(|field| field.name().to_owned()).collect()
        };
        let (names, all) = (names(found), names(&expected));
        let added = expected.get_fields().iter().skip(names.len());
        if !all.starts_with(&names) || !added.into_iter().all(|column| column.is_optional()) {
            return Err(ParquetError::General("the file has other columns".to_owned()));
        }
        Ok(Self { file, names })
    }

    /// What was written beside the rows under this name.
    pub(crate) fn note(&self, name: &str) -> Option<&str> {
        let notes = self.file.metadata().file_metadata().key_value_metadata()?;
        notes.iter().find(|note| note.key == name)?.value.as_deref()
    }

    /// Each row group, in order.
    pub(crate) fn groups(&self) -> impl Iterator<Item = Result<Group>> {
        (0..self.file.num_row_groups()).map(|index| self.group(index))
    }

    /// How many row groups there are.
    pub(crate) fn len(&self) -> usize {
        self.file.num_row_groups()
    }

    /// One row group.
    pub(crate) fn group(&self, index: usize) -> Result<Group> {
        self.group_of(index, |_| true)
    }

    /// Some columns of one row group; the others are not read.
    pub(crate) fn group_of(&self, index: usize, wanted: impl Fn(&str) -> bool) -> Result<Group> {
        let group = self.file.get_row_group(index)?;
        let rows = usize::try_from(group.metadata().num_rows())
            .map_err(|error| ParquetError::General(error.to_string()))?;
        let (mut names, mut columns) = (Vec::new(), Vec::new());
        for (place, name) in self.names.iter().enumerate().filter(|(_, name)| wanted(name)) {
            names.push(name.clone());
            columns.push(load(group.get_column_reader(place)?, rows)?);
        }
        Ok(Group { rows, names, columns })
    }
}

fn load(reader: ColumnReader, rows: usize) -> Result<Loaded> {
    macro_rules! all {
        ($reader:expr) => {{
            let mut reader = $reader;
            let (mut values, mut levels) = (Vec::with_capacity(rows), Vec::with_capacity(rows));
            let mut read = 0;
            while read < rows {
                let (records, _, _) =
                    reader.read_records(rows - read, Some(&mut levels), None, &mut values)?;
                if records == 0 {
                    return Err(ParquetError::EOF("a column ends early".to_owned()));
                }
                read += records;
            }
            if levels.is_empty() {
                values.into_iter().map(Some).collect()
            } else {
                let mut values = values.into_iter();
                levels.iter().map(|level| if *level == 1 { values.next() } else { None }).collect()
            }
        }};
    }
    Ok(match reader {
        ColumnReader::Int32ColumnReader(reader) => Loaded::Int(all!(reader)),
        ColumnReader::BoolColumnReader(reader) => Loaded::Bool(all!(reader)),
        ColumnReader::ByteArrayColumnReader(reader) => Loaded::Text(all!(reader)),
        ColumnReader::FixedLenByteArrayColumnReader(reader) => {
            let values: Vec<Option<FixedLenByteArray>> = all!(reader);
            Loaded::Text(values.into_iter().map(|value| value.map(ByteArray::from)).collect())
        }
        _ => return Err(ParquetError::General("a column of another type".to_owned())),
    })
}

impl Group {
    /// How many rows it has.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Whether the file has this column.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.column(name).is_some()
    }

    /// A column of integers or dates.
    pub(crate) fn ints(&self, name: &str) -> Result<&[Option<i32>]> {
        match self.column(name) {
            Some(Loaded::Int(values)) => Ok(values),
            _ => Err(ParquetError::General(format!("{name} is not a column of integers"))),
        }
    }

    /// A column of booleans.
    pub(crate) fn bools(&self, name: &str) -> Result<&[Option<bool>]> {
        match self.column(name) {
            Some(Loaded::Bool(values)) => Ok(values),
            _ => Err(ParquetError::General(format!("{name} is not a column of booleans"))),
        }
    }

    /// A column of texts or keys.
    pub(crate) fn texts(&self, name: &str) -> Result<&[Option<ByteArray>]> {
        match self.column(name) {
            Some(Loaded::Text(values)) => Ok(values),
            _ => Err(ParquetError::General(format!("{name} is not a column of texts"))),
        }
    }

    fn column(&self, name: &str) -> Option<&Loaded> {
        let place = self.names.iter().position(|column| column == name)?;
        self.columns.get(place)
    }
}
