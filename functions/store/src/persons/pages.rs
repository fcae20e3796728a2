//! A column, as pages of Parquet.

use std::io::Read;

use bytes::Bytes;
use parquet::basic::{Compression, Encoding, Type, ZstdLevel};
use parquet::column::page::{CompressedPage, Page, PageWriter};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::Result;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::{ChunkReader, Length};
use parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;
use zstd::bulk::Compressor;

use super::column::{Column, NO_INT, Texts, Values};

/// The level of zstd: the next ones cost twice as much for a twentieth less.
const LEVEL: i32 = 1;

/// Integers further apart have no dictionary.
const WIDEST: usize = 1 << 17;

/// Encodes columns into pages, again and again in the same memory.
pub(super) struct Encoder {
    compressor: Compressor<'static>,
    page: Vec<u8>,
    dictionary: Dictionary,
    /// The pages, framed.
    chunk: Vec<u8>,
}

/// The different values of a column, by the order in which they first come.
#[derive(Default)]
struct Dictionary {
    /// As they are written.
    page: Vec<u8>,
    /// How many.
    length: u32,
    /// The number of each possible value, counted from 1.
    numbers: Vec<u32>,
    /// The number of the value of each row.
    run: Vec<u32>,
}

/// The pages of a column, where they were framed.
pub(super) struct Chunk<'a>(&'a [u8]);

impl Length for Chunk<'_> {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }
}

impl<'a> ChunkReader for Chunk<'a> {
    type T = &'a [u8];

    fn get_read(&self, start: u64) -> Result<&'a [u8]> {
        Ok(self.0.get(start as usize..).unwrap_or_default())
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let mut bytes = Vec::with_capacity(length);
        self.get_read(start)?.take(length as u64).read_to_end(&mut bytes)?;
        Ok(bytes.into())
    }
}

impl Encoder {
    pub(super) fn new() -> Result<Self> {
        let (page, dictionary, chunk) = (Vec::new(), Dictionary::default(), Vec::new());
        Ok(Self { compressor: Compressor::new(LEVEL)?, page, dictionary, chunk })
    }

    /// The pages of a column, its rows in this order, and what the footer says of them.
    pub(super) fn column(
        &mut self,
        column: &Column,
        order: &[u32],
        description: ColumnDescPtr,
    ) -> Result<(Chunk<'_>, ColumnCloseResult)> {
        self.page.clear();
        self.dictionary.clear();
        if column.optional {
            push_levels(&mut self.page, column, order);
        }
        if column.present > 0 {
            self.push_values(column, order);
        }
        self.frame(order.len(), description)
    }

    fn push_values(&mut self, column: &Column, order: &[u32]) {
        let Self { page, dictionary, .. } = self;
        match &column.values {
            Values::Int(values) => {
                let present = || gather(order, values).filter(|value| *value != NO_INT);
                let bounds = bounds(values.iter().copied().filter(|value| *value != NO_INT));
                if dictionary.number_ints(column.present, bounds, present()) {
                    dictionary.push_run(page, column.present);
                } else {
                    present().for_each(|value| page.extend_from_slice(&value.to_le_bytes()));
                }
            }
            Values::Bool(values) => push_bools(page, gather(order, values).flatten()),
            Values::Key(values) => {
                gather(order, values).flatten().for_each(|key| page.extend_from_slice(&key));
            }
            Values::Text(values) if values.plain => {
                let present = order.iter().filter(|row| !values.texts.get(**row).is_empty());
                present.for_each(|row| values.texts.push_to(page, *row));
            }
            Values::Text(values) => {
                let present = || gather(order, &values.numbers).filter(|number| *number > 0);
                let width = width(values.texts.len() as u32) as usize;
                let short = values.dictionary_length() + column.present * width / 8;
                if short < values.plain_length {
                    dictionary.number_texts(&values.texts, present());
                    dictionary.push_run(page, column.present);
                } else {
                    present().for_each(|number| values.texts.push_to(page, number - 1));
                }
            }
        }
    }

    /// Compresses and frames what was encoded.
    fn frame(
        &mut self,
        rows: usize,
        description: ColumnDescPtr,
    ) -> Result<(Chunk<'_>, ColumnCloseResult)> {
        let is_key = description.physical_type() == Type::FIXED_LEN_BYTE_ARRAY;
        let mut squeeze = |bytes: &[u8]| -> Result<Bytes> {
            Ok(if is_key { bytes.to_vec() } else { self.compressor.compress(bytes)? }.into())
        };
        let Dictionary { page: dictionary, length, .. } = &self.dictionary;
        self.chunk.clear();
        let mut sink = TrackedWrite::new(&mut self.chunk);
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
        writer.close()?;
        drop(sink);
        let compression = if is_key {
            Compression::UNCOMPRESSED
        } else {
            Compression::ZSTD(ZstdLevel::try_new(LEVEL)?)
        };
        let metadata = ColumnChunkMetaData::builder(description)
            .set_compression(compression)
            .set_encodings(encodings)
            .set_total_compressed_size(self.chunk.len() as i64)
            .set_total_uncompressed_size(size as i64)
            .set_num_values(rows as i64)
            .set_data_page_offset(written.offset as i64)
            .set_dictionary_page_offset(dictionary_at)
            .build()?;
        let close = ColumnCloseResult {
            bytes_written: self.chunk.len() as u64,
            rows_written: rows as u64,
            metadata,
            bloom_filter: None,
            column_index: None,
            offset_index: None,
        };
        Ok((Chunk(&self.chunk), close))
    }
}

impl Dictionary {
    /// Puts down the number of each of these integers, between the least and the most of them, and
    /// says whether that is shorter than the integers.
    fn number_ints(
        &mut self,
        count: usize,
        (least, most): (i32, i32),
        present: impl Iterator<Item = i32>,
    ) -> bool {
        let span = most.abs_diff(least) as usize + 1;
        if span > WIDEST {
            return false;
        }
        let slots = present.map(|value| value.abs_diff(least));
        self.number(span, slots, |page, slot| {
            page.extend_from_slice(&least.wrapping_add_unsigned(slot).to_le_bytes());
        });
        let short = self.page.len() + count * width(self.length) as usize / 8;
        if short >= count * size_of::<i32>() {
            self.clear();
            return false;
        }
        true
    }

    /// Puts down the number of each text, given by its place among the different ones, from 1.
    fn number_texts(&mut self, texts: &Texts, present: impl Iterator<Item = u32>) {
        if texts.len() == 1 {
            texts.push_to(&mut self.page, 0);
            self.length = 1;
            return;
        }
        let slots = present.map(|number| number - 1);
        self.number(texts.len(), slots, |page, slot| texts.push_to(page, slot));
    }

    /// Numbers values, of which there are so many possible ones, as they first come, so that the
    /// order in which the rows came does not matter.
    fn number(
        &mut self,
        possible: usize,
        values: impl Iterator<Item = u32>,
        push: impl Fn(&mut Vec<u8>, u32),
    ) {
        self.numbers.clear();
        self.numbers.resize(possible, 0);
        self.run.extend(values.map(|value| {
            let number = &mut self.numbers[value as usize];
            if *number == 0 {
                push(&mut self.page, value);
                self.length += 1;
                *number = self.length;
            }
            *number - 1
        }));
    }

    /// The numbers of so many values, as they are written.
    fn push_run(&self, page: &mut Vec<u8>, count: usize) {
        let width = width(self.length);
        page.push(width as u8);
        match self.length {
            1 => push_repeated(page, count, 0, width),
            _ => push_packed(page, &self.run, width),
        }
    }

    fn clear(&mut self) {
        self.page.clear();
        self.length = 0;
        self.run.clear();
    }
}

/// The least and the most of some integers, in whatever order they come.
fn bounds(values: impl Iterator<Item = i32>) -> (i32, i32) {
    values.fold((i32::MAX, i32::MIN), |(least, most), it| (least.min(it), most.max(it)))
}

/// The values of a column, its rows in this order.
fn gather<'a, T: Copy>(order: &'a [u32], values: &'a [T]) -> impl Iterator<Item = T> + 'a {
    order.iter().map(|row| values[*row as usize])
}

/// How many bits the numbers of a dictionary of this length take.
fn width(length: u32) -> u32 {
    length.saturating_sub(1).checked_ilog2().map_or(1, |highest| highest + 1)
}

/// Which rows have a value, after the length of that.
fn push_levels(page: &mut Vec<u8>, column: &Column, order: &[u32]) {
    page.extend_from_slice(&[0; 4]);
    if column.present == 0 || column.present == order.len() {
        push_repeated(page, order.len(), u32::from(column.present > 0), 1);
    } else {
        push_varint(page, order.len().div_ceil(8) << 1 | 1);
        match &column.values {
            Values::Int(values) => push_bools(page, gather(order, values).map(|it| it != NO_INT)),
            Values::Bool(values) => push_bools(page, gather(order, values).map(|it| it.is_some())),
            Values::Key(values) => push_bools(page, gather(order, values).map(|it| it.is_some())),
            Values::Text(values) if values.plain => {
                push_bools(page, order.iter().map(|row| !values.texts.get(*row).is_empty()));
            }
            Values::Text(values) => {
                push_bools(page, gather(order, &values.numbers).map(|it| it > 0));
            }
        }
    }
    let length = (page.len() - 4) as u32;
    page[..4].copy_from_slice(&length.to_le_bytes());
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

/// One bit each, eight in a byte, the lowest first.
fn push_bools(page: &mut Vec<u8>, bools: impl Iterator<Item = bool>) {
    let (mut bits, mut filled) = (0_u8, 0);
    for bool in bools {
        bits |= u8::from(bool) << filled;
        filled += 1;
        if filled == u8::BITS {
            page.push(bits);
            (bits, filled) = (0, 0);
        }
    }
    if filled > 0 {
        page.push(bits);
    }
}

fn push_varint(page: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        page.push(number as u8 | 0x80);
        number >>= 7;
    }
    page.push(number as u8);
}
