//! The records that count, brought together: one file for each school year and range of learners,
//! where `records` has one for each deposit. The same columns, in the order of the organisations,
//! then of the deposits, then of the civil keys; the deposits of one list are merged already.
//!
//! Its footer (`listes`) says which lists it holds, made of which deposits. So a file is true by
//! itself, whatever was sent since: what it does not hold is read from `records`.

use std::collections::VecDeque;

use bytes::Bytes;
use domain::record::Record;
use domain::vocabulary::LearnerKey;
use parquet::errors::ParquetError;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::index::Current;
use crate::persons::PersonsWriter;
use crate::records::{RecordReader, add_next_record, only, records_table};
use crate::run::RULES;

/// Name of the note in the footer.
const LISTS: &str = "listes";

/// The note in the footer.
#[derive(Serialize, Deserialize)]
struct Note {
    /// Version of the rules that merged the deposits: others may have kept other records.
    rules: String,
    /// In the order of the rows.
    lists: VecDeque<Held>,
}

/// What is held of one organisation's year.
#[derive(Serialize, Deserialize)]
struct Held {
    /// `UAI-SIRET`.
    organisation: String,
    /// In the order they were opened: each with how many records it was the last to speak of.
    deposits: Vec<(String, u32)>,
}

impl Held {
    fn is(&self, list: &Current) -> bool {
        let deposits = || list.deposits.iter().map(|deposit| &deposit.id);
        self.organisation == list.organisation.to_string()
            && self.deposits.iter().map(|(id, _)| id).eq(deposits())
    }

    fn rows(&self) -> u32 {
        self.deposits.iter().map(|(_, rows)| rows).sum()
    }
}

/// Reads a file we wrote, list by list.
pub struct CompactReader {
    name: String,
    records: RecordReader,
    lists: VecDeque<Held>,
}

impl CompactReader {
    /// Opens a file. One that other rules made holds nothing.
    pub fn open(name: String, bytes: Bytes) -> Result<Self> {
        let corrupt = |error: ParquetError| Error::corrupt(format!("read {name}"), error);
        let records = RecordReader::open(bytes).map_err(corrupt)?;
        let note = records.note(LISTS).unwrap_or_default();
        let Note { rules, lists } = serde_json::from_str(note)
            .map_err(|error| Error::corrupt(format!("read {name}"), error))?;
        let lists = if rules == RULES { lists } else { VecDeque::new() };
        Ok(Self { name, records, lists })
    }

    /// Which of these lists it holds as they are now, in their order.
    pub fn holds(&self, lists: &[&Current]) -> Vec<bool> {
        let mut held = self.lists.iter().peekable();
        let mut holds = |list: &Current| {
            let organisation = list.organisation.to_string();
            while held.next_if(|held| held.organisation < organisation).is_some() {}
            held.peek().is_some_and(|held| held.is(list))
        };
        lists.iter().map(|list| holds(list)).collect()
    }

    /// How many lists it holds, as they are now or were.
    pub fn len(&self) -> usize {
        self.lists.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.lists.is_empty()
    }

    /// The keys of the records of those lists that it holds as they are now: civil identity, INE.
    pub fn keys(
        &self,
        lists: &[&Current],
        mut each: impl FnMut(LearnerKey, Option<LearnerKey>),
    ) -> Result<()> {
        let keys = self.records.keys();
        let keys = keys.map_err(|error| Error::corrupt(format!("read {}", self.name), error))?;
        let mut keys = keys.into_iter();
        let mut lists = lists.iter().peekable();
        for held in &self.lists {
            let organisation = &held.organisation;
            while lists.next_if(|list| list.organisation.to_string() < *organisation).is_some() {}
            let is_current = lists.peek().is_some_and(|list| held.is(list));
            for (civil, ine) in keys.by_ref().take(held.rows() as usize) {
                if is_current {
                    each(civil, ine);
                }
            }
        }
        Ok(())
    }

    /// Gives the records of a list that it holds, with the place of their deposit in it. Lists are
    /// asked in their order; those between are passed over.
    pub fn take(&mut self, list: &Current, mut each: impl FnMut(usize, Record)) -> Result<()> {
        let corrupt = |error| Error::corrupt(format!("read {}", self.name), error);
        let short = || ParquetError::EOF("fewer records than the footer says".to_owned());
        while let Some(held) = self.lists.pop_front() {
            if !held.is(list) {
                for _ in 0..held.rows() {
                    self.records.next().map_err(corrupt)?.ok_or_else(short).map_err(corrupt)?;
                }
                continue;
            }
            for (place, (_, rows)) in held.deposits.iter().enumerate() {
                for _ in 0..*rows {
                    let next = self.records.next().map_err(corrupt)?;
                    each(place, next.ok_or_else(short).map_err(corrupt)?);
                }
            }
            return Ok(());
        }
        Err(corrupt(ParquetError::General("it does not hold a list it said it held".to_owned())))
    }
}

/// Writes a file, list by list.
pub struct CompactWriter {
    table: PersonsWriter<Vec<u8>>,
    lists: VecDeque<Held>,
}

impl CompactWriter {
    /// Nothing in it yet.
    pub fn new() -> Result<Self> {
        let table = records_table(Vec::new()).map_err(failed)?;
        Ok(Self { table, lists: VecDeque::new() })
    }

    /// Opens the next list, in their order.
    pub fn open_list(&mut self, list: &Current) {
        let deposits = list.deposits.iter().map(|deposit| (deposit.id.clone(), 0));
        let organisation = list.organisation.to_string();
        self.lists.push_back(Held { organisation, deposits: deposits.collect() });
    }

    /// Adds a record of the list under way, of the deposit in that place: in the order of the
    /// deposits, then of the civil keys, then of the lines.
    pub fn add(&mut self, place: usize, record: &Record) -> Result<()> {
        if let Some((_, rows)) = self.lists.back_mut().and_then(|held| held.deposits.get_mut(place))
        {
            *rows += 1;
        }
        add_next_record(&mut self.table, record).map_err(failed)
    }

    /// The file.
    pub fn finish(mut self) -> Result<Vec<u8>> {
        let note = Note { rules: RULES.to_owned(), lists: self.lists };
        let note = serde_json::to_string(&note)
            .map_err(|error| Error::corrupt("write what a file holds", error))?;
        self.table.note(LISTS, &note);
        only(self.table).map_err(failed)
    }
}

fn failed(error: ParquetError) -> Error {
    Error::corrupt("write a compacted file", error)
}
