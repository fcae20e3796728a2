//! Writes the tables about persons, records and identities: rows come in any order, and each row
//! group is sorted by civil key, then by line.
//!
//! Columns are encoded here; the crate frames them and writes the footer. Its own column writers
//! hold each value as a shared slice and hash it on its way: they cost as much as judging the rows.
//! Little of the format is used (`Encodings.md` of apache/parquet-format): a column of a row group
//! is one page, its values plain or behind a dictionary, whichever is shorter, its levels and its
//! numbers one run each. Keys are not compressed: nothing in them repeats. No statistics: nobody
//! searches in these files, and names would be repeated in the footer.

use std::hash::BuildHasher;
use std::io::Write;
use std::sync::Arc;

use bytes::Bytes;
use hashbrown::{DefaultHashBuilder, HashTable};
use parquet::basic::{Compression, Encoding, Type, ZstdLevel};
use parquet::column::page::{CompressedPage, Page, PageWriter};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ColumnChunkMetaData, KeyValue};
use parquet::file::writer::{SerializedFileWriter, SerializedPageWriter, TrackedWrite};
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::{ColumnDescPtr, TypePtr};
use zstd::bulk::Compressor;

use crate::columns::{GROUP_ROWS, properties};

/// Most bytes of texts in one row group: what ends one of monstrous rows early. A deposit has fewer.
const GROUP_BYTES: usize = 256 << 20;

/// The level of zstd: the next ones cost twice as much for a twentieth less.
const LEVEL: i32 = 1;

/// Writes rows as a Parquet file, a row group at a time.
pub(crate) struct PersonsWriter<W: Write + Send> {
    file: SerializedFileWriter<W>,
    columns: Vec<Column>,
    /// What each row of the group under way is sorted by, and its place.
    rows: Vec<(u128, u32, u32)>,
    bytes: usize,
    encoder: Encoder,
}

/// One column of the row group under way.
struct Column {
    optional: bool,
    /// How many rows have a value.
    present: usize,
    values: Values,
}

/// The values of a column, one for each row.
enum Values {
    Int(Vec<Option<i32>>),
    Bool(Vec<Option<bool>>),
    Key(Vec<Option<[u8; 16]>>),
    /// An empty text is none.
    Text(Texts),
}

/// Texts, end to end.
#[derive(Default)]
struct Texts {
    bytes: Vec<u8>,
    ends: Vec<u32>,
}

/// The row under way: values are pushed in the order of the schema.
pub(crate) struct RowWriter<'a> {
    columns: std::slice::IterMut<'a, Column>,
    bytes: usize,
}

impl<W: Write + Send> PersonsWriter<W> {
    /// A file of this schema, written in Parquet's own notation.
    pub(crate) fn new(schema: &str, to: W) -> Result<Self> {
        let schema = Arc::new(parse_message_type(schema)?);
        let columns = schema.get_fields().iter().map(Column::of).collect::<Result<_>>()?;
        let file = SerializedFileWriter::new(to, schema, Arc::new(properties()?.build()))?;
        let encoder = Encoder::new()?;
        Ok(Self { file, columns, rows: Vec::new(), bytes: 0, encoder })
    }

    /// Adds a row: `fill` pushes one value for each column, in order.
    pub(crate) fn row(
        &mut self,
        civil_key: [u8; 16],
        line: u32,
        fill: impl FnOnce(&mut RowWriter<'_>),
    ) -> Result<()> {
        let mut row = RowWriter { columns: self.columns.iter_mut(), bytes: 0 };
        fill(&mut row);
        self.bytes += row.bytes;
        let place = self.rows.len() as u32;
        self.rows.push((u128::from_be_bytes(civil_key), line, place));
        let full = self.rows.len() == GROUP_ROWS || self.bytes > GROUP_BYTES;
        if full { self.write_group() } else { Ok(()) }
    }

    /// Writes a word beside the rows, for who opens the file.
    pub(crate) fn note(&mut self, name: &str, value: String) {
        self.file.append_key_value_metadata(KeyValue::new(name.to_owned(), value));
    }

    /// Ends the file and gives back where it was written.
    pub(crate) fn finish(mut self) -> Result<W> {
        if !self.rows.is_empty() {
            self.write_group()?;
        }
        self.file.into_inner()
    }

    fn write_group(&mut self) -> Result<()> {
        self.rows.sort_unstable();
        let order: Vec<u32> = self.rows.iter().map(|(_, _, place)| *place).collect();
        let descriptions = self.file.schema_descr().columns().to_vec();
        let mut group = self.file.next_row_group()?;
        for (column, description) in self.columns.iter_mut().zip(descriptions) {
            let (bytes, close) = self.encoder.column(column, &order, description)?;
            group.append_column(&bytes, close)?;
            column.clear();
        }
        group.close()?;
        self.rows.clear();
        self.bytes = 0;
        Ok(())
    }
}

impl RowWriter<'_> {
    /// An integer, or a date as days since 1970.
    pub(crate) fn int(&mut self, value: impl Into<Option<i32>>) {
        let value = value.into();
        if let Some(Column { values: Values::Int(values), present, .. }) = self.columns.next() {
            *present += usize::from(value.is_some());
            values.push(value);
        }
    }

    /// A boolean.
    pub(crate) fn bool(&mut self, value: Option<bool>) {
        if let Some(Column { values: Values::Bool(values), present, .. }) = self.columns.next() {
            *present += usize::from(value.is_some());
            values.push(value);
        }
    }

    /// A key.
    pub(crate) fn key(&mut self, value: Option<[u8; 16]>) {
        if let Some(Column { values: Values::Key(values), present, .. }) = self.columns.next() {
            *present += usize::from(value.is_some());
            values.push(value);
        }
    }

    /// A text; an empty one is none.
    pub(crate) fn text(&mut self, value: &[u8]) {
        if let Some(Column { values: Values::Text(texts), present, .. }) = self.columns.next() {
            // Most are empty.
            if !value.is_empty() {
                *present += 1;
                texts.bytes.extend_from_slice(value);
                self.bytes += value.len();
            }
            texts.ends.push(texts.bytes.len() as u32);
        }
    }
}

impl Column {
    fn of(field: &TypePtr) -> Result<Self> {
        let values = match field.get_physical_type() {
            Type::INT32 => Values::Int(Vec::new()),
            Type::BOOLEAN => Values::Bool(Vec::new()),
            Type::FIXED_LEN_BYTE_ARRAY => Values::Key(Vec::new()),
            Type::BYTE_ARRAY => Values::Text(Texts::default()),
            other => return Err(ParquetError::General(format!("no column of type {other}"))),
        };
        Ok(Self { optional: field.is_optional(), present: 0, values })
    }

    fn clear(&mut self) {
        self.present = 0;
        match &mut self.values {
            Values::Int(values) => values.clear(),
            Values::Bool(values) => values.clear(),
            Values::Key(values) => values.clear(),
            Values::Text(Texts { bytes, ends }) => {
                bytes.clear();
                ends.clear();
            }
        }
    }
}

impl Texts {
    fn get(&self, row: u32) -> &[u8] {
        let row = row as usize;
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start as usize..self.ends[row] as usize]
    }
}

/// Encodes columns into pages.
struct Encoder {
    compressor: Compressor<'static>,
    page: Vec<u8>,
    dictionary: Dictionary,
    run: Vec<u32>,
}

/// The different values of a column, by the order in which they first come.
#[derive(Default)]
struct Dictionary {
    /// As they are written.
    page: Vec<u8>,
    /// How many.
    length: u32,
    hasher: DefaultHashBuilder,
    texts: HashTable<Entry>,
    /// The number of each integer from the least, counted from 1.
    ints: Vec<u32>,
}

/// Where a text is in the page of a dictionary.
struct Entry {
    start: u32,
    end: u32,
    number: u32,
}

impl Encoder {
    fn new() -> Result<Self> {
        let (page, run) = (Vec::new(), Vec::new());
        Ok(Self {
            compressor: Compressor::new(LEVEL)?,
            page,
            dictionary: Dictionary::default(),
            run,
        })
    }

    /// The pages of a column, its rows in this order, and what the footer says of them.
    fn column(
        &mut self,
        column: &Column,
        order: &[u32],
        description: ColumnDescPtr,
    ) -> Result<(Bytes, ColumnCloseResult)> {
        let Self { page, dictionary, run, .. } = self;
        page.clear();
        dictionary.clear();
        if column.optional {
            page.extend_from_slice(&[0; 4]);
            run.clear();
            if column.present == 0 || column.present == order.len() {
                push_repeated(page, order.len(), u32::from(column.present > 0), 1);
            } else {
                match &column.values {
                    Values::Int(values) => run.extend(gather(order, values).map(is_there)),
                    Values::Bool(values) => run.extend(gather(order, values).map(is_there)),
                    Values::Key(values) => run.extend(gather(order, values).map(is_there)),
                    Values::Text(texts) => {
                        run.extend(order.iter().map(|row| u32::from(!texts.get(*row).is_empty())));
                    }
                }
                push_packed(page, run, 1);
            }
            let length = (page.len() - 4) as u32;
            page[..4].copy_from_slice(&length.to_le_bytes());
        }
        if column.present == 0 {
            return self.chunk(order.len(), description);
        }
        run.clear();
        match &column.values {
            Values::Int(values) if dictionary.number_ints(order, values, run) => {
                push_numbers(page, run, dictionary.length);
            }
            Values::Int(values) => {
                for value in gather(order, values).flatten() {
                    page.extend_from_slice(&value.to_le_bytes());
                }
            }
            Values::Bool(values) => {
                run.extend(gather(order, values).flatten().map(u32::from));
                push_bits(page, run, 1);
            }
            Values::Key(values) => {
                for value in gather(order, values).flatten() {
                    page.extend_from_slice(&value);
                }
            }
            Values::Text(texts) if dictionary.number_texts(order, texts, run) => {
                push_numbers(page, run, dictionary.length);
            }
            Values::Text(texts) => {
                for text in order.iter().map(|row| texts.get(*row)).filter(|it| !it.is_empty()) {
                    push_text(page, text);
                }
            }
        }
        self.chunk(order.len(), description)
    }

    /// Compresses and frames what was encoded.
    fn chunk(
        &mut self,
        rows: usize,
        description: ColumnDescPtr,
    ) -> Result<(Bytes, ColumnCloseResult)> {
        let is_key = description.physical_type() == Type::FIXED_LEN_BYTE_ARRAY;
        let mut squeeze = |bytes: &[u8]| -> Result<Bytes> {
            Ok(if is_key { bytes.to_vec() } else { self.compressor.compress(bytes)? }.into())
        };
        let Dictionary { page: dictionary, length, .. } = &self.dictionary;
        let mut sink = TrackedWrite::new(Vec::new());
        let mut writer = SerializedPageWriter::new(&mut sink);
        let mut encodings = vec![Encoding::PLAIN, Encoding::RLE];
        let (mut size, mut encoding) = (0, Encoding::PLAIN);
        let mut dictionary_at = None;
        if *length > 0 {
            encoding = Encoding::RLE_DICTIONARY;
            encodings.push(encoding);
            let page = Page::DictionaryPage {
                buf: squeeze(dictionary)?,
                num_values: *length,
                encoding: Encoding::PLAIN,
                is_sorted: false,
            };
            let written = writer.write_page(CompressedPage::new(page, dictionary.len()))?;
            size += written.uncompressed_size;
            dictionary_at = Some(written.offset as i64);
        }
        let page = Page::DataPage {
            buf: squeeze(&self.page)?,
            num_values: rows as u32,
            encoding,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        };
        let written = writer.write_page(CompressedPage::new(page, self.page.len()))?;
        size += written.uncompressed_size;
        let bytes = Bytes::from(sink.into_inner()?);
        let compression = if is_key {
            Compression::UNCOMPRESSED
        } else {
            Compression::ZSTD(ZstdLevel::try_new(LEVEL)?)
        };
        let metadata = ColumnChunkMetaData::builder(description)
            .set_compression(compression)
            .set_encodings(encodings)
            .set_total_compressed_size(bytes.len() as i64)
            .set_total_uncompressed_size(size as i64)
            .set_num_values(rows as i64)
            .set_data_page_offset(written.offset as i64)
            .set_dictionary_page_offset(dictionary_at)
            .build()?;
        let close = ColumnCloseResult {
            bytes_written: bytes.len() as u64,
            rows_written: rows as u64,
            metadata,
            bloom_filter: None,
            column_index: None,
            offset_index: None,
        };
        Ok((bytes, close))
    }
}

impl Dictionary {
    /// Integers further apart have none.
    const WIDEST: usize = 1 << 17;
    /// How many values are seen before a dictionary that does not shorten them is given up.
    const TRIED: usize = 2 * 1024;

    /// Puts down the number of each text, and says whether that is shorter than the texts.
    fn number_texts(&mut self, order: &[u32], texts: &Texts, numbers: &mut Vec<u32>) -> bool {
        let mut plain = 0;
        for text in order.iter().map(|row| texts.get(*row)).filter(|text| !text.is_empty()) {
            let Self { page, length, hasher, texts, .. } = self;
            let hash = hasher.hash_one(text);
            let known = |it: &Entry| &page[it.start as usize..it.end as usize];
            if let Some(entry) = texts.find(hash, |entry| known(entry) == text) {
                numbers.push(entry.number);
            } else {
                let start = (page.len() + 4) as u32;
                let entry = Entry { start, end: start + text.len() as u32, number: *length };
                numbers.push(entry.number);
                texts.insert_unique(hash, entry, |entry| hasher.hash_one(known(entry)));
                push_text(page, text);
                *length += 1;
            }
            plain += 4 + text.len();
            if numbers.len() == Self::TRIED && self.page.len() * 2 > plain {
                return self.give_up();
            }
        }
        self.is_shorter(numbers.len(), plain)
    }

    /// Puts down the number of each integer, and says whether that is shorter than the integers.
    fn number_ints(
        &mut self,
        order: &[u32],
        values: &[Option<i32>],
        numbers: &mut Vec<u32>,
    ) -> bool {
        let present = || values.iter().copied().flatten();
        let Some((least, most)) = present().min().zip(present().max()) else { return false };
        let span = most.abs_diff(least) as usize + 1;
        if span > Self::WIDEST {
            return false;
        }
        self.ints.clear();
        self.ints.resize(span, 0);
        for value in gather(order, values).flatten() {
            let number = &mut self.ints[value.abs_diff(least) as usize];
            if *number == 0 {
                self.page.extend_from_slice(&value.to_le_bytes());
                self.length += 1;
                *number = self.length;
            }
            numbers.push(*number - 1);
        }
        self.is_shorter(numbers.len(), numbers.len() * size_of::<i32>())
    }

    fn is_shorter(&mut self, values: usize, plain: usize) -> bool {
        let short = self.page.len() + values * width(self.length) as usize / 8;
        if short < plain { true } else { self.give_up() }
    }

    fn give_up(&mut self) -> bool {
        self.clear();
        false
    }

    fn clear(&mut self) {
        self.page.clear();
        self.length = 0;
        self.texts.clear();
    }
}

/// The values of a column, its rows in this order.
fn gather<'a, T: Copy>(order: &'a [u32], values: &'a [T]) -> impl Iterator<Item = T> + 'a {
    order.iter().map(|row| values[*row as usize])
}

fn is_there<T: Copy>(value: Option<T>) -> u32 {
    u32::from(value.is_some())
}

/// How many bits the numbers of a dictionary of this length take.
fn width(length: u32) -> u32 {
    length.saturating_sub(1).checked_ilog2().map_or(1, |highest| highest + 1)
}

/// The numbers of values in a dictionary of this length.
fn push_numbers(page: &mut Vec<u8>, numbers: &[u32], length: u32) {
    let width = width(length);
    page.push(width as u8);
    match length {
        1 => push_repeated(page, numbers.len(), 0, width),
        _ => push_packed(page, numbers, width),
    }
}

/// A text of a plain page: its length, then itself.
fn push_text(page: &mut Vec<u8>, text: &[u8]) {
    page.extend_from_slice(&(text.len() as u32).to_le_bytes());
    page.extend_from_slice(text);
}

/// The same number of so many bits, so many times.
fn push_repeated(page: &mut Vec<u8>, times: usize, number: u32, width: u32) {
    push_varint(page, times << 1);
    page.extend_from_slice(&number.to_le_bytes()[..width.div_ceil(8) as usize]);
}

/// Numbers of so many bits, in one run.
fn push_packed(page: &mut Vec<u8>, numbers: &[u32], width: u32) {
    let eights = numbers.len().div_ceil(8);
    push_varint(page, eights << 1 | 1);
    let end = page.len() + eights * width as usize;
    push_bits(page, numbers, width);
    page.resize(end, 0);
}

/// Numbers of so many bits each, the lowest first.
fn push_bits(page: &mut Vec<u8>, numbers: &[u32], width: u32) {
    let (mut bits, mut filled) = (0_u64, 0);
    for number in numbers {
        bits |= u64::from(*number) << filled;
        filled += width;
        if filled >= u32::BITS {
            page.extend_from_slice(&(bits as u32).to_le_bytes());
            bits >>= u32::BITS;
            filled -= u32::BITS;
        }
    }
    page.extend_from_slice(&(bits as u32).to_le_bytes()[..filled.div_ceil(8) as usize]);
}

fn push_varint(page: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        page.push(number as u8 | 0x80);
        number >>= 7;
    }
    page.push(number as u8);
}
