//! Writes the tables about persons, records and identities: rows come in any order, and each row
//! group is sorted by civil key, then by line.
//!
//! Columns are encoded here; the crate frames them and writes the footer. Its own column writers
//! hold each value as a shared slice and hash it on its way: they cost as much as judging the rows.
//! Little of the format is used (`Encodings.md` of apache/parquet-format): a column of a row group
//! is one page, its values plain or behind a dictionary, whichever is shorter, its levels and its
//! numbers one run each. Keys are not compressed: nothing in them repeats. No statistics: nobody
//! searches in these files, and names would be repeated in the footer.

mod column;
mod pages;

use std::collections::VecDeque;
use std::io::{BufWriter, IntoInnerError, Write};
use std::sync::Arc;

use parquet::errors::Result;
use parquet::file::metadata::KeyValue;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::{ColumnDescPtr, TypePtr};

use crate::columns::{GROUP_ROWS, properties};
use column::Column;
pub(crate) use column::RowWriter;
use pages::Encoder;

/// Most bytes of texts in one row group: what ends one of monstrous rows early. A deposit has fewer.
const GROUP_BYTES: usize = 256 << 20;

/// How much of a file is written at once: the crate copies pages by eight kilobytes.
const BUFFER: usize = 256 << 10;

/// Writes rows as a Parquet file, or as several at once, a row group at a time. A column that several
/// have is kept and encoded once.
pub(crate) struct PersonsWriter<W: Write + Send> {
    files: Vec<Output<W>>,
    /// Those of the first file, then those that only the next ones have.
    columns: Vec<Column>,
    /// What each row of the group under way is sorted by, and its place.
    rows: Vec<(u128, u32, u32)>,
    bytes: usize,
    encoder: Encoder,
}

/// A file, and the place of each of its columns among all.
struct Output<W: Write + Send> {
    file: SerializedFileWriter<BufWriter<W>>,
    columns: Vec<usize>,
}

impl<W: Write + Send> PersonsWriter<W> {
    /// A file of this schema, written in Parquet's own notation.
    pub(crate) fn new(schema: &str, to: W) -> Result<Self> {
        Self::of_several([(schema, to)])
    }

    /// Files of these schemas. The columns that several have come in the same order in each.
    pub(crate) fn of_several<'a>(files: impl IntoIterator<Item = (&'a str, W)>) -> Result<Self> {
        let (mut fields, mut outputs) = (Vec::<TypePtr>::new(), Vec::new());
        for (schema, to) in files {
            let schema = Arc::new(parse_message_type(schema)?);
            let mut columns = Vec::new();
            for field in schema.get_fields() {
                let known = fields.iter().position(|known| known == field);
                columns.push(known.unwrap_or(fields.len()));
                if known.is_none() {
                    fields.push(Arc::clone(field));
                }
            }
            let to = BufWriter::with_capacity(BUFFER, to);
            let file = SerializedFileWriter::new(to, schema, Arc::new(properties()?.build()))?;
            outputs.push(Output { file, columns });
        }
        let columns = fields.iter().map(Column::of).collect::<Result<_>>()?;
        let encoder = Encoder::new()?;
        Ok(Self { files: outputs, columns, rows: Vec::new(), bytes: 0, encoder })
    }

    /// Adds a row: `fill` pushes one value for each column, in order.
    pub(crate) fn row(
        &mut self,
        civil_key: [u8; 16],
        line: u32,
        fill: impl FnOnce(&mut RowWriter<'_>),
    ) -> Result<()> {
        let mut row = RowWriter::new(&mut self.columns, self.rows.len());
        fill(&mut row);
        self.bytes += row.bytes;
        let place = self.rows.len() as u32;
        self.rows.push((u128::from_be_bytes(civil_key), line, place));
        let full = self.rows.len() == GROUP_ROWS || self.bytes > GROUP_BYTES;
        if full { self.write_group() } else { Ok(()) }
    }

    /// Writes a word beside the rows, for who opens a file.
    pub(crate) fn note(&mut self, name: &str, value: &str) {
        for Output { file, .. } in &mut self.files {
            file.append_key_value_metadata(KeyValue::new(name.to_owned(), value.to_owned()));
        }
    }

    /// Ends the files and gives back where they were written.
    pub(crate) fn finish(mut self) -> Result<Vec<W>> {
        if !self.rows.is_empty() {
            self.write_group()?;
        }
        let end = |output: Output<W>| {
            let buffer = output.file.into_inner()?;
            Ok(buffer.into_inner().map_err(IntoInnerError::into_error)?)
        };
        self.files.into_iter().map(end).collect()
    }

    /// The places of the rows of the group under way, sorted: half of a key tells nearly all apart.
    fn order(&self) -> Vec<u32> {
        let half = |row: &(u128, u32, u32)| ((row.0 >> 64) as u64, row.2);
        let mut halves: Vec<(u64, u32)> = self.rows.iter().map(half).collect();
        halves.sort_unstable_by(|(one, of_one), (other, of_other)| {
            let whole = || self.rows[*of_one as usize].cmp(&self.rows[*of_other as usize]);
            one.cmp(other).then_with(whole)
        });
        halves.into_iter().map(|(_, place)| place).collect()
    }

    fn write_group(&mut self) -> Result<()> {
        let order = self.order();
        let mut groups = Vec::new();
        for Output { file, columns } in &mut self.files {
            let descriptions = file.schema_descr().columns().to_vec();
            let rest = columns.iter().copied().zip(descriptions);
            groups.push((file.next_row_group()?, rest.collect::<VecDeque<_>>()));
        }
        while let Some((place, description)) = next_column(&groups.iter().map(|(_, rest)| rest)) {
            let column = &mut self.columns[place];
            if column.present > 0 {
                column.fill(order.len());
            }
            let (chunk, close) = self.encoder.column(column, &order, description)?;
            for (group, rest) in &mut groups {
                if rest.front().is_some_and(|(next, _)| *next == place) {
                    rest.pop_front();
                    group.append_column(&chunk, close.clone())?;
                }
            }
            column.clear();
        }
        for (group, _) in groups {
            group.close()?;
        }
        self.rows.clear();
        self.bytes = 0;
        Ok(())
    }
}

/// The first column that is the next one in every file that still has to write it.
fn next_column<'a>(
    files: &(impl Iterator<Item = &'a VecDeque<(usize, ColumnDescPtr)>> + Clone),
) -> Option<(usize, ColumnDescPtr)> {
    let waits = |place: usize| {
        files.clone().any(|rest| rest.iter().skip(1).any(|(later, _)| *later == place))
    };
    files.clone().filter_map(|rest| rest.front()).find(|(place, _)| !waits(*place)).cloned()
}
