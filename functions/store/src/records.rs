//! The records and the identities of one deposit, as Parquet. The schema below is their
//! documentation: Athena, Spark, `DuckDB` or Polars read the lake as it stands (`design.md` §6).

use std::io::Write;

use bytes::Bytes;
use domain::record::{Contract, Erased, IDENTITY_COLUMNS, Identity, Record, Sex};
use domain::upload::MAX_ROWS;
use domain::vocabulary::{Cfd, Day, LearnerKey, Organisation, Rncp, Siret, Uai};
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;

use crate::columns::{GROUP_ROWS, Group, TableReader};
use crate::error::{Error, Result};
use crate::persons::{PersonsWriter, RowWriter};

/// Pseudonymous, one row for each accepted row of the file, sorted by civil key then line.
///
/// Version 2 added `efface`: one bit for each value that the row empties on purpose, as
/// `domain::record::Erasable` orders them; empty when there is none. Files of version 1 are read as
/// if it were.
const RECORDS: &str = "message records_v2 {
    required fixed_len_byte_array(16) cle_civile;
    optional fixed_len_byte_array(16) cle_ine;
    required binary responsable_uai (STRING);
    required binary responsable_siret (STRING);
    required binary formateur_uai (STRING);
    required binary formateur_siret (STRING);
    optional binary lieu_uai (STRING);
    required binary annee_scolaire (STRING);
    required int32 annee_formation;
    optional int32 rncp;
    optional binary cfd (STRING);
    optional int32 duree_mois;
    required int32 date_inscription (DATE);
    required int32 date_entree (DATE);
    required int32 date_fin (DATE);
    optional int32 date_exclusion (DATE);
    optional int32 contrat_1_debut (DATE);
    optional int32 contrat_1_fin (DATE);
    optional int32 contrat_1_rupture (DATE);
    optional binary contrat_1_employeur (STRING);
    optional int32 contrat_2_debut (DATE);
    optional int32 contrat_2_fin (DATE);
    optional int32 contrat_2_rupture (DATE);
    optional binary contrat_2_employeur (STRING);
    optional int32 contrat_3_debut (DATE);
    optional int32 contrat_3_fin (DATE);
    optional int32 contrat_3_rupture (DATE);
    optional binary contrat_3_employeur (STRING);
    optional int32 contrat_4_debut (DATE);
    optional int32 contrat_4_fin (DATE);
    optional int32 contrat_4_rupture (DATE);
    optional binary contrat_4_employeur (STRING);
    required int32 mois_naissance (DATE);
    required binary sexe (STRING);
    optional boolean rqth;
    optional binary commune (STRING);
    required binary code_postal (STRING);
    required int32 ligne;
    optional int32 efface;
}";

/// Most contracts in one row.
const CONTRACTS: usize = 4;

/// A full deposit is one row group, wholly sorted.
const _: () = assert!(MAX_ROWS as usize <= GROUP_ROWS);

/// The records as one Parquet file, in whatever order they come.
pub fn write_records(records: &[Record]) -> Result<Vec<u8>> {
    let write = || {
        let mut table = records_table(Vec::new())?;
        records.iter().try_for_each(|record| add_record(&mut table, record))?;
        only(table)
    };
    write().map_err(|error| Error::corrupt("write records", error))
}

/// The records as one Parquet file, in the order given.
pub(crate) fn write_records_in_order<'a>(
    records: impl Iterator<Item = &'a Record>,
) -> Result<Vec<u8>> {
    let write = || {
        let mut table = records_table(Vec::new())?;
        for record in records {
            add_next_record(&mut table, record)?;
        }
        only(table)
    };
    write().map_err(|error: ParquetError| Error::corrupt("write records", error))
}

pub(crate) fn records_table<W: Write + Send>(to: W) -> parquet::errors::Result<PersonsWriter<W>> {
    PersonsWriter::new(RECORDS, to)
}

/// Adds a record after those that were added, in a file that is not sorted otherwise.
pub(crate) fn add_next_record<W: Write + Send>(
    table: &mut PersonsWriter<W>,
    record: &Record,
) -> parquet::errors::Result<()> {
    table.row([0; 16], 0, |row| push_record(row, record))
}

fn add_record<W: Write + Send>(
    table: &mut PersonsWriter<W>,
    record: &Record,
) -> parquet::errors::Result<()> {
    table.row(record.civil_key.0, record.line, |row| push_record(row, record))
}

fn push_record(row: &mut RowWriter<'_>, record: &Record) {
    row.key(Some(record.civil_key.0));
    row.key(record.ine_key.map(|key| key.0));
    for organisation in [&record.responsable, &record.formateur] {
        row.code(Some(organisation.uai.as_bytes()));
        row.code(Some(organisation.siret.as_bytes()));
    }
    row.code(record.lieu_uai.as_ref().map(Uai::as_bytes));
    row.code(Some(&record.school_year.ascii()));
    row.int(i32::from(record.training_year));
    row.int(record.rncp.map(|rncp| rncp.number().cast_signed()));
    row.code(record.cfd.as_ref().map(Cfd::as_bytes));
    row.int(record.months.map(i32::from));
    row.int(record.inscription.epoch_days());
    row.int(record.entry.epoch_days());
    row.int(record.end.epoch_days());
    row.int(record.exclusion.map(Day::epoch_days));
    for place in 0..CONTRACTS {
        let Some(contract) = record.contracts.get(place) else {
            row.skip(4);
            continue;
        };
        row.int(contract.start.epoch_days());
        row.int(contract.end.map(Day::epoch_days));
        row.int(contract.rupture.map(Day::epoch_days));
        row.code(contract.employer.as_ref().map(Siret::as_bytes));
    }
    row.int(record.birth_month.epoch_days());
    row.code(Some(match record.sex {
        Sex::Female => b"F",
        Sex::Male => b"M",
    }));
    row.bool(record.rqth);
    row.code(record.commune.as_ref());
    row.code(Some(&record.postal_code));
    row.int(record.line.cast_signed());
    row.int((record.erased != Erased::default()).then(|| record.erased.bits().cast_signed()));
}

/// Reads records we wrote, each given to `each`.
pub fn read_records(name: &str, bytes: Bytes, mut each: impl FnMut(Record)) -> Result<()> {
    let read = || {
        let table = TableReader::new(bytes, RECORDS)?;
        for group in table.groups() {
            let group = group?;
            let columns = RecordColumns::of(&group)?;
            for row in 0..group.rows() {
                let record = columns.record(row).ok_or_else(|| {
                    ParquetError::General(format!("row {row} is not a record of ours"))
                })?;
                each(record);
            }
        }
        Ok::<_, ParquetError>(())
    };
    read().map_err(|error| Error::corrupt(format!("read {name}"), error))
}

/// Records we wrote, taken one by one: a row group is in memory at a time.
pub(crate) struct RecordReader {
    table: TableReader,
    next_group: usize,
    rows: std::vec::IntoIter<Record>,
}

impl RecordReader {
    pub(crate) fn open(bytes: Bytes) -> parquet::errors::Result<Self> {
        let table = TableReader::new(bytes, RECORDS)?;
        Ok(Self { table, next_group: 0, rows: Vec::new().into_iter() })
    }

    /// What was written beside them under this name.
    pub(crate) fn note(&self, name: &str) -> Option<&str> {
        self.table.note(name)
    }

    /// The keys of every record, in their order: civil identity, then INE. Nothing else is read.
    pub(crate) fn keys(&self) -> parquet::errors::Result<Vec<(LearnerKey, Option<LearnerKey>)>> {
        let mut keys = Vec::new();
        for group in 0..self.table.len() {
            let group = self.table.group_of(group, |name| name.starts_with("cle_"))?;
            let (civil, ine) = (group.texts("cle_civile")?, group.texts("cle_ine")?);
            let key = |value| fixed(value).map(LearnerKey);
            for (civil, ine) in civil.iter().zip(ine) {
                let civil = key(civil.as_ref()).ok_or_else(|| strange("a civil key"))?;
                keys.push((civil, key(ine.as_ref())));
            }
        }
        Ok(keys)
    }

    /// The next record; none after the last.
    pub(crate) fn next(&mut self) -> parquet::errors::Result<Option<Record>> {
        while self.rows.len() == 0 && self.next_group < self.table.len() {
            let group = self.table.group(self.next_group)?;
            let columns = RecordColumns::of(&group)?;
            let records: Option<Vec<Record>> =
                (0..group.rows()).map(|row| columns.record(row)).collect();
            self.rows = records.ok_or_else(|| strange("a row"))?.into_iter();
            self.next_group += 1;
        }
        Ok(self.rows.next())
    }
}

fn strange(what: &str) -> ParquetError {
    ParquetError::General(format!("{what} is not of a record of ours"))
}

type Ints<'a> = &'a [Option<i32>];
type Texts<'a> = &'a [Option<ByteArray>];

struct RecordColumns<'a> {
    civil_key: Texts<'a>,
    ine_key: Texts<'a>,
    responsable: [Texts<'a>; 2],
    formateur: [Texts<'a>; 2],
    lieu_uai: Texts<'a>,
    school_year: Texts<'a>,
    training_year: Ints<'a>,
    rncp: Ints<'a>,
    cfd: Texts<'a>,
    months: Ints<'a>,
    inscription: Ints<'a>,
    entry: Ints<'a>,
    end: Ints<'a>,
    exclusion: Ints<'a>,
    contracts: Vec<ContractColumns<'a>>,
    birth_month: Ints<'a>,
    sex: Texts<'a>,
    rqth: &'a [Option<bool>],
    commune: Texts<'a>,
    postal_code: Texts<'a>,
    line: Ints<'a>,
    /// None in files of version 1.
    erased: Option<Ints<'a>>,
}

struct ContractColumns<'a> {
    start: Ints<'a>,
    end: Ints<'a>,
    rupture: Ints<'a>,
    employer: Texts<'a>,
}

impl<'a> RecordColumns<'a> {
    fn of(group: &'a Group) -> parquet::errors::Result<Self> {
        let contract = |place: usize| {
            Ok::<_, ParquetError>(ContractColumns {
                start: group.ints(&format!("contrat_{place}_debut"))?,
                end: group.ints(&format!("contrat_{place}_fin"))?,
                rupture: group.ints(&format!("contrat_{place}_rupture"))?,
                employer: group.texts(&format!("contrat_{place}_employeur"))?,
            })
        };
        Ok(Self {
            civil_key: group.texts("cle_civile")?,
            ine_key: group.texts("cle_ine")?,
            responsable: [group.texts("responsable_uai")?, group.texts("responsable_siret")?],
            formateur: [group.texts("formateur_uai")?, group.texts("formateur_siret")?],
            lieu_uai: group.texts("lieu_uai")?,
            school_year: group.texts("annee_scolaire")?,
            training_year: group.ints("annee_formation")?,
            rncp: group.ints("rncp")?,
            cfd: group.texts("cfd")?,
            months: group.ints("duree_mois")?,
            inscription: group.ints("date_inscription")?,
            entry: group.ints("date_entree")?,
            end: group.ints("date_fin")?,
            exclusion: group.ints("date_exclusion")?,
            contracts: (1..=CONTRACTS).map(contract).collect::<parquet::errors::Result<_>>()?,
            birth_month: group.ints("mois_naissance")?,
            sex: group.texts("sexe")?,
            rqth: group.bools("rqth")?,
            commune: group.texts("commune")?,
            postal_code: group.texts("code_postal")?,
            line: group.ints("ligne")?,
            erased: group.has("efface").then(|| group.ints("efface")).transpose()?,
        })
    }

    fn record(&self, row: usize) -> Option<Record> {
        let contracts = self.contracts.iter().filter_map(|columns| {
            let start = day(columns.start[row])?;
            Some(Contract {
                start,
                end: day(columns.end[row]),
                rupture: day(columns.rupture[row]),
                employer: parsed(columns.employer[row].as_ref()),
            })
        });
        Some(Record {
            civil_key: LearnerKey(fixed(self.civil_key[row].as_ref())?),
            ine_key: fixed(self.ine_key[row].as_ref()).map(LearnerKey),
            responsable: organisation(self.responsable, row)?,
            formateur: organisation(self.formateur, row)?,
            lieu_uai: parsed(self.lieu_uai[row].as_ref()),
            school_year: parsed(self.school_year[row].as_ref())?,
            training_year: u8::try_from(self.training_year[row]?).ok()?,
            rncp: self.rncp[row].and_then(|number| Rncp::from_number(number as u32)),
            cfd: text(self.cfd[row].as_ref()).and_then(Cfd::parse),
            months: self.months[row].and_then(|months| u8::try_from(months).ok()),
            inscription: day(self.inscription[row])?,
            entry: day(self.entry[row])?,
            end: day(self.end[row])?,
            exclusion: day(self.exclusion[row]),
            contracts: contracts.collect(),
            birth_month: day(self.birth_month[row])?,
            sex: match text(self.sex[row].as_ref())? {
                "F" => Sex::Female,
                "M" => Sex::Male,
                _ => return None,
            },
            rqth: self.rqth[row],
            commune: fixed(self.commune[row].as_ref()),
            postal_code: fixed(self.postal_code[row].as_ref())?,
            line: u32::try_from(self.line[row]?).ok()?,
            erased: self
                .erased
                .and_then(|column| column[row])
                .map_or(Erased::default(), |bits| Erased::from_bits(bits.cast_unsigned())),
        })
    }
}

fn organisation([uai, siret]: [Texts<'_>; 2], row: usize) -> Option<Organisation> {
    Some(Organisation { uai: parsed(uai[row].as_ref())?, siret: parsed(siret[row].as_ref())? })
}

fn day(value: Option<i32>) -> Option<Day> {
    value.and_then(Day::from_epoch_days)
}

fn text(value: Option<&ByteArray>) -> Option<&str> {
    value.and_then(|bytes| bytes.as_utf8().ok())
}

fn parsed<T: std::str::FromStr>(value: Option<&ByteArray>) -> Option<T> {
    text(value)?.parse().ok()
}

fn fixed<const N: usize>(value: Option<&ByteArray>) -> Option<[u8; N]> {
    value?.data().try_into().ok()
}

/// The identities of the same rows, in the same order, under another prefix and another key.
pub fn write_identities(identities: &[Identity]) -> Result<Vec<u8>> {
    let write = || {
        let mut table = PersonsWriter::new(&identities_schema(), Vec::new())?;
        for identity in identities {
            table.row(identity.civil_key.0, identity.line, |row| {
                row.key(Some(identity.civil_key.0));
                row.key(identity.ine_key.map(|key| key.0));
                row.int(identity.line.cast_signed());
                push_person(row, identity);
            })?;
        }
        only(table)
    };
    write().map_err(|error| Error::corrupt("write identities", error))
}

/// The only file of a writer.
pub(crate) fn only<W: Write + Send>(table: PersonsWriter<W>) -> parquet::errors::Result<W> {
    let file = table.finish()?.pop();
    file.ok_or_else(|| ParquetError::General("no file was opened".to_owned()))
}

/// A text that nobody typed is null.
fn identities_schema() -> String {
    let texts = IDENTITY_COLUMNS.map(|name| format!("optional binary {name} (STRING);"));
    format!(
        "message identities_v1 {{
            required fixed_len_byte_array(16) cle_civile;
            optional fixed_len_byte_array(16) cle_ine;
            required int32 ligne;
            required int32 date_de_naissance (DATE);
            {}
        }}",
        texts.join("\n")
    )
}

/// What an identity holds and a record does not.
fn push_person(row: &mut RowWriter<'_>, identity: &Identity) {
    row.int(identity.birth.epoch_days());
    for text in identity.texts.iter() {
        row.text(text.as_bytes());
    }
}

/// Writes both files of a list of any length as its rows come, in memory that does not grow with
/// it: each row group is sorted, not the file. Of a deposit, which is one row group, it makes the
/// bytes of [`write_records`] and of [`write_identities`].
pub struct LotWriter<W: Write + Send> {
    tables: PersonsWriter<W>,
}

impl<W: Write + Send> LotWriter<W> {
    /// Both files, nothing in them yet.
    pub fn new(records: W, identities: W) -> Result<Self> {
        let tables = [(RECORDS, records), (&*identities_schema(), identities)];
        let tables = PersonsWriter::of_several(tables)
            .map_err(|error| Error::corrupt("open a lot", error))?;
        Ok(Self { tables })
    }

    /// Takes what is kept of one row: a record, and the identity of the same person and line.
    pub fn add(&mut self, record: &Record, identity: &Identity) -> Result<()> {
        let fill = |row: &mut RowWriter<'_>| {
            push_record(row, record);
            push_person(row, identity);
        };
        let added = self.tables.row(record.civil_key.0, record.line, fill);
        added.map_err(|error| Error::corrupt("write a row group", error))
    }

    /// Ends both files and gives them back, the records first.
    pub fn finish(self) -> Result<(W, W)> {
        let finish = || {
            let mut files = self.tables.finish()?;
            let both = files.pop().zip(files.pop());
            both.ok_or_else(|| ParquetError::General("two files were opened".to_owned()))
        };
        let both = finish().map_err(|error| Error::corrupt("end a lot", error));
        both.map(|(identities, records)| (records, identities))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(line: u32, contracts: usize) -> Record {
        let day = |days| Day::from_epoch_days(20_000 + days).unwrap();
        let organisation = Organisation {
            uai: "0010856A".parse().unwrap(),
            siret: "19750655300019".parse().unwrap(),
        };
        let contract = |place: i32| Contract {
            start: day(place),
            end: (place != 1).then_some(day(400)),
            rupture: (place == 2).then_some(day(30)),
            employer: (place == 0).then_some(organisation.siret),
        };
        Record {
            civil_key: LearnerKey([line as u8; 16]),
            ine_key: line.is_multiple_of(2).then_some(LearnerKey([7; 16])),
            responsable: organisation,
            formateur: organisation,
            lieu_uai: None,
            school_year: "2026-2027".parse().unwrap(),
            training_year: 2,
            rncp: Rncp::parse("RNCP35316"),
            cfd: Cfd::parse("50022145"),
            months: Some(24),
            inscription: day(-30),
            entry: day(0),
            end: day(700),
            exclusion: None,
            contracts: (0..contracts).map(|place| contract(place as i32)).collect(),
            birth_month: day(-6_000).month_start(),
            sex: if line.is_multiple_of(3) { Sex::Female } else { Sex::Male },
            rqth: [None, Some(true), Some(false)][line as usize % 3],
            commune: None,
            postal_code: *b"01000",
            erased: Erased::from_bits(if line == 7 { 5 } else { 0 }),
            line,
        }
    }

    #[test]
    fn records_survive_a_round_trip_sorted_and_the_same_rows_give_the_same_bytes() {
        let mut records: Vec<Record> =
            (2..40).rev().map(|line| record(line, line as usize % 5)).collect();
        for record in &mut records {
            record.contracts.truncate(CONTRACTS);
        }
        let bytes = write_records(&records).unwrap();
        records.reverse();
        assert_eq!(write_records(&records).unwrap(), bytes);

        let mut read = Vec::new();
        read_records("records", bytes.into(), |record| read.push(record)).unwrap();
        assert_eq!(read, records);
    }

    /// The file as version 1 wrote it: without its last column.
    #[test]
    fn a_file_of_the_version_before_is_read() {
        let records = vec![record(2, 1), record(3, 0)];
        let schema = RECORDS.replace("    optional int32 efface;\n", "");
        assert_ne!(schema, RECORDS);
        let mut table = PersonsWriter::new(&schema, Vec::new()).unwrap();
        records.iter().try_for_each(|record| add_record(&mut table, record)).unwrap();
        let mut read = Vec::new();
        let bytes = only(table).unwrap();
        read_records("records", bytes.into(), |record| read.push(record)).unwrap();
        assert_eq!(read, records);
    }

    /// The file as a version to come may write it: we may not know all that it says.
    #[test]
    fn a_file_of_a_newer_version_is_refused_by_its_name() {
        let schema = RECORDS.replace("efface;\n}", "efface;\n    optional int32 demain;\n}");
        assert_ne!(schema, RECORDS);
        let mut table = PersonsWriter::new(&schema, Vec::new()).unwrap();
        let newer = |row: &mut RowWriter<'_>| {
            push_record(row, &record(2, 1));
            row.int(None);
        };
        table.row([0; 16], 0, newer).unwrap();
        let bytes = only(table).unwrap();
        let error = read_records("records/x.parquet", bytes.into(), |_| {}).unwrap_err();
        assert_eq!(error.to_string(), "read records/x.parquet: not what we write");
    }

    #[test]
    fn a_lot_writer_writes_the_same_files_and_any_number_of_rows() {
        let identity = |record: &Record| Identity {
            civil_key: record.civil_key,
            ine_key: record.ine_key,
            line: record.line,
            birth: record.birth_month + 3,
            texts: domain::record::Texts::write(|place, text| {
                if place < 3 {
                    text.push_str("Zoé");
                }
            }),
        };
        let write = |records: &[Record]| {
            let mut writer = LotWriter::new(Vec::new(), Vec::new()).unwrap();
            for record in records {
                writer.add(record, &identity(record)).unwrap();
            }
            writer.finish().unwrap()
        };
        let records: Vec<Record> = (2..40).rev().map(|line| record(line, 1)).collect();
        let (written, identities) = write(&records);
        let same: Vec<Identity> = records.iter().map(identity).collect();
        assert_eq!(identities, write_identities(&same).unwrap());
        assert_eq!(written, write_records(&records).unwrap());

        let rows = GROUP_ROWS as u32 + 10;
        let records: Vec<Record> = (0..rows).rev().map(|line| record(line, 0)).collect();
        let mut read = Vec::new();
        let (written, _) = write(&records);
        read_records("records", written.into(), |record| read.push(record)).unwrap();
        let key = |record: &Record| (record.civil_key, record.line);
        assert!(read[..GROUP_ROWS].is_sorted_by_key(key));
        assert!(read[GROUP_ROWS..].is_sorted_by_key(key));
        read.sort_by_key(|record| std::cmp::Reverse(record.line));
        assert_eq!(read, records);
    }

    #[test]
    fn a_truncated_or_foreign_file_is_named() {
        let bytes = write_records(&[record(2, 1)]).unwrap();
        let truncated = Bytes::from(bytes[..bytes.len() / 2].to_vec());
        let error = read_records("records/x.parquet", truncated, |_| {}).unwrap_err();
        assert_eq!(error.to_string(), "read records/x.parquet: not what we write");
    }
}
