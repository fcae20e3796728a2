//! The values of one column of the row group under way, as the rows come.
//!
//! An empty cell costs nothing: a column holds its values up to the last row that has one. Texts
//! that repeat are kept as numbers in a dictionary, made while the text is at hand and while its
//! neighbours in the file, which most often are the same, were just seen.

use std::hash::BuildHasher;
use std::ops::Range;

use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashTable};
use parquet::basic::Type;
use parquet::errors::{ParquetError, Result};
use parquet::schema::types::TypePtr;

/// What stands for no integer: no day, number or line is it.
pub(super) const NO_INT: i32 = i32::MIN;

/// One column of the row group under way.
pub(super) struct Column {
    pub(super) optional: bool,
    /// How many rows have a value.
    pub(super) present: usize,
    pub(super) values: Values,
}

/// The values of a column, one for each row up to the last that has one.
pub(super) enum Values {
    Int(Vec<i32>),
    Bool(Vec<Option<bool>>),
    Key(Vec<Option<[u8; 16]>>),
    /// An empty text is none.
    Text(TextValues),
}

/// The row under way: values are pushed in the order of the schema.
pub(crate) struct RowWriter<'a> {
    columns: std::slice::IterMut<'a, Column>,
    row: usize,
    /// How many bytes of texts it holds.
    pub(super) bytes: usize,
}

impl<'a> RowWriter<'a> {
    /// The row of this place in its group.
    pub(super) fn new(columns: &'a mut [Column], row: usize) -> Self {
        Self { columns: columns.iter_mut(), row, bytes: 0 }
    }

    /// An integer, or a date as days since 1970.
    pub(crate) fn int(&mut self, value: impl Into<Option<i32>>) {
        if let Some(Column { values: Values::Int(values), present, .. }) = self.columns.next()
            && let Some(value) = value.into()
        {
            *present += 1;
            put(values, self.row, value, NO_INT);
        }
    }

    /// A boolean.
    pub(crate) fn bool(&mut self, value: Option<bool>) {
        if let Some(Column { values: Values::Bool(values), present, .. }) = self.columns.next()
            && value.is_some()
        {
            *present += 1;
            put(values, self.row, value, None);
        }
    }

    /// A key.
    pub(crate) fn key(&mut self, value: Option<[u8; 16]>) {
        if let Some(Column { values: Values::Key(values), present, .. }) = self.columns.next()
            && value.is_some()
        {
            *present += 1;
            put(values, self.row, value, None);
        }
    }

    /// A code, of which most rows have that of the row before.
    pub(crate) fn code<const N: usize>(&mut self, value: Option<&[u8; N]>) {
        if let Some(Column { values: Values::Text(values), present, .. }) = self.columns.next()
            && let Some(value) = value
        {
            *present += 1;
            self.bytes += N;
            if !values.repeat(self.row, value) {
                values.put(self.row, value);
            }
        }
    }

    /// Nothing, in so many columns.
    pub(crate) fn skip(&mut self, columns: usize) {
        self.columns.by_ref().take(columns).for_each(drop);
    }

    /// A text; an empty one is none.
    pub(crate) fn text(&mut self, value: &[u8]) {
        if let Some(Column { values: Values::Text(values), present, .. }) = self.columns.next()
            && !value.is_empty()
        {
            *present += 1;
            self.bytes += value.len();
            values.put(self.row, value);
        }
    }
}

/// Puts the value of a row after those of the rows before, which may have none.
fn put<T: Clone>(values: &mut Vec<T>, row: usize, value: T, none: T) {
    if values.len() < row {
        values.resize(row, none);
    }
    values.push(value);
}

impl Column {
    pub(super) fn of(field: &TypePtr) -> Result<Self> {
        let values = match field.get_physical_type() {
            Type::INT32 => Values::Int(Vec::new()),
            Type::BOOLEAN => Values::Bool(Vec::new()),
            Type::FIXED_LEN_BYTE_ARRAY => Values::Key(Vec::new()),
            Type::BYTE_ARRAY => Values::Text(TextValues::default()),
            other => return Err(ParquetError::General(format!("no column of type {other}"))),
        };
        Ok(Self { optional: field.is_optional(), present: 0, values })
    }

    /// Gives the last rows their place too.
    pub(super) fn fill(&mut self, rows: usize) {
        match &mut self.values {
            Values::Int(values) => values.resize(rows, NO_INT),
            Values::Bool(values) => values.resize(rows, None),
            Values::Key(values) => values.resize(rows, None),
            Values::Text(values) if values.plain => values.texts.fill(rows),
            Values::Text(values) => values.numbers.resize(rows, 0),
        }
    }

    pub(super) fn clear(&mut self) {
        self.present = 0;
        match &mut self.values {
            Values::Int(values) => values.clear(),
            Values::Bool(values) => values.clear(),
            Values::Key(values) => values.clear(),
            Values::Text(values) => values.clear(),
        }
    }
}

/// Texts, end to end.
#[derive(Default)]
pub(super) struct Texts {
    pub(super) bytes: Vec<u8>,
    ends: Vec<u32>,
}

impl Texts {
    pub(super) fn get(&self, place: u32) -> &[u8] {
        &self.bytes[self.bounds(place)]
    }

    fn bounds(&self, place: u32) -> Range<usize> {
        let place = place as usize;
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        start as usize..self.ends[place] as usize
    }

    /// Puts one on a plain page: its length, then itself.
    pub(super) fn push_to(&self, page: &mut Vec<u8>, place: u32) {
        const SHORT: usize = 32;
        let Range { start, end } = self.bounds(place);
        let length = end - start;
        page.extend_from_slice(&(length as u32).to_le_bytes());
        // Nearly all are short. To copy as many bytes for each, of which some are taken back, costs less
        // than to call what copies any number.
        match self.bytes[start..].first_chunk::<SHORT>() {
            Some(more) if length <= SHORT => {
                page.extend_from_slice(more);
                page.truncate(page.len() - (SHORT - length));
            }
            _ => page.extend_from_slice(&self.bytes[start..end]),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    fn push(&mut self, text: &[u8]) {
        self.bytes.extend_from_slice(text);
        self.ends.push(self.bytes.len() as u32);
    }

    /// Empty texts up to this place.
    fn fill(&mut self, places: usize) {
        self.ends.resize(places, self.bytes.len() as u32);
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }
}

/// The texts of a column.
#[derive(Default)]
pub(super) struct TextValues {
    /// Whether there is one in `texts` for each row: they hardly repeat.
    pub(super) plain: bool,
    /// Otherwise, the number of that of each row, from 1; 0 where there is none.
    pub(super) numbers: Vec<u32>,
    /// Otherwise, the different ones.
    pub(super) texts: Texts,
    /// The number of each, by its hash.
    known: HashTable<u32>,
    hasher: DefaultHashBuilder,
    /// How many bytes all that were put are on a plain page.
    pub(super) plain_length: usize,
}

impl TextValues {
    /// How many different ones are seen before a dictionary that does not shorten them is given up.
    const TRIED: usize = 1024;

    fn put(&mut self, row: usize, text: &[u8]) {
        self.plain_length += 4 + text.len();
        if self.plain {
            if self.texts.len() < row {
                self.texts.fill(row);
            }
            self.texts.push(text);
            return;
        }
        let number = self.number(text);
        put(&mut self.numbers, row, number, 0);
        let tried = number as usize == Self::TRIED && self.texts.len() == Self::TRIED;
        if tried && self.dictionary_length() * 2 > self.plain_length {
            self.give_up();
        }
    }

    /// Puts the text of the row before, if it is this one.
    fn repeat<const N: usize>(&mut self, row: usize, text: &[u8; N]) -> bool {
        let last = match self.numbers.last() {
            Some(last) if self.numbers.len() == row && *last > 0 => *last,
            _ => return false,
        };
        let same = self.texts.get(last - 1).try_into().is_ok_and(|known: &[u8; N]| known == text);
        if same {
            self.plain_length += 4 + N;
            self.numbers.push(last);
        }
        same
    }

    /// The number of a text, from 1.
    fn number(&mut self, text: &[u8]) -> u32 {
        let Self { numbers, texts, known, hasher, .. } = self;
        let is = |number: u32, texts: &Texts| are_same(texts.get(number - 1), text);
        if let Some(last) = numbers.last()
            && *last > 0
            && is(*last, texts)
        {
            return *last;
        }
        let hash = hasher.hash_one(text);
        let same = |number: &u32| is(*number, texts);
        match known.entry(hash, same, |number| hasher.hash_one(texts.get(number - 1))) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(unknown) => {
                let number = texts.len() as u32 + 1;
                unknown.insert(number);
                texts.push(text);
                number
            }
        }
    }

    /// How many bytes the page of the dictionary takes.
    pub(super) fn dictionary_length(&self) -> usize {
        4 * self.texts.len() + self.texts.bytes.len()
    }

    fn give_up(&mut self) {
        let different = std::mem::take(&mut self.texts);
        for number in self.numbers.drain(..) {
            self.texts.push(match number {
                0 => b"",
                number => different.get(number - 1),
            });
        }
        self.known.clear();
        self.plain = true;
    }

    fn clear(&mut self) {
        self.plain = false;
        self.numbers.clear();
        self.texts.clear();
        self.known.clear();
        self.plain_length = 0;
    }
}

/// Whether two texts are one. Nearly all are short, and compared here: to call what compares long ones
/// costs more.
fn are_same(one: &[u8], other: &[u8]) -> bool {
    fn ends<const N: usize>(text: &[u8]) -> Option<(&[u8; N], &[u8; N])> {
        text.first_chunk().zip(text.last_chunk())
    }
    if one.len() != other.len() {
        return false;
    }
    match one.len() {
        8..=16 => ends::<8>(one) == ends::<8>(other),
        4..8 => ends::<4>(one) == ends::<4>(other),
        2..4 => ends::<2>(one) == ends::<2>(other),
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_the_same_when_every_byte_is() {
        let text: Vec<u8> = (0..20).collect();
        for length in 0..20 {
            let one = &text[..length];
            assert!(are_same(one, one));
            assert!(!are_same(one, &text[..=length]));
            for place in 0..length {
                let mut other = one.to_vec();
                other[place] = 255;
                assert!(!are_same(one, &other), "{length} {place}");
            }
        }
    }

    fn read(values: &TextValues, row: usize) -> &[u8] {
        if values.plain {
            return values.texts.get(row as u32);
        }
        match values.numbers[row] {
            0 => b"",
            number => values.texts.get(number - 1),
        }
    }

    #[test]
    fn texts_are_found_again_whether_they_repeat_or_not() {
        for different in [1, 7, 100_000] {
            let text = |row: usize| match row % 3 {
                0 => String::new(),
                _ => format!("text {}", row % different),
            };
            let mut column = TextValues::default();
            let rows = 3 * TextValues::TRIED;
            for row in (0..rows).filter(|row| !text(*row).is_empty()) {
                column.put(row, text(row).as_bytes());
            }
            assert_eq!(column.plain, different > rows);
            // The last one is not empty.
            assert!((0..rows).all(|row| read(&column, row) == text(row).as_bytes()));
        }
    }
}
