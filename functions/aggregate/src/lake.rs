//! The records that count, as the lake holds them: brought together by school year and range of
//! learners, less what changed since. Only the lists that changed are read deposit by deposit, and
//! what was read is brought together again: after a count, the lake holds what counts.

use bytes::Bytes;
use domain::aggregate::person::{Keys, Range};
use domain::merge::merge;
use domain::record::Record;
use domain::upload::Dataset;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use store::{CompactReader, CompactWriter, Current, Key, Lot, Store};

/// How many lists are fetched at once.
const FETCHES: usize = 16;

/// Gives every record of a range that counts to `each`, with its list and the place of its deposit
/// in it, and leaves them brought together. Answers how many deposits were read one by one.
pub async fn records(
    store: &Store,
    current: &[Current],
    range: Range,
    mut each: impl FnMut(&Current, usize, &Record),
) -> anyhow::Result<u64> {
    let mut deposits_read = 0;
    for lists in current.chunk_by(|one, next| one.school_year == next.school_year) {
        let school_year = lists[0].school_year;
        let key = Key::Compact { dataset: Dataset::Effectifs, school_year, range };
        let open = |bytes| CompactReader::open(key.path(), bytes);
        let mut compact = store.objects.find(&key).await?.map(open).transpose()?;

        let lists: Vec<&Current> = lists.iter().filter(|list| !list.deposits.is_empty()).collect();
        let holds = compact.as_ref().map(|compact| compact.holds(&lists));
        let holds = holds.unwrap_or_else(|| vec![false; lists.len()]);
        let kept = compact.as_ref().map_or(0, CompactReader::len);
        let is_stale = holds.contains(&false) || kept != lists.len();
        let mut writer = is_stale.then(CompactWriter::new).transpose()?;

        let changed = lists.iter().zip(&holds).filter(|(_, held)| !**held);
        let fetches: Vec<_> = changed.map(|(list, _)| fetch(store, list)).collect();
        let mut fetched = stream::iter(fetches).buffered(FETCHES);
        for (list, held) in lists.into_iter().zip(holds) {
            if let Some(writer) = &mut writer {
                writer.open_list(list);
            }
            let mut written = Ok(());
            let mut take = |place: usize, record: &Record| {
                if let Some(writer) = &mut writer
                    && written.is_ok()
                {
                    written = writer.add(place, record);
                }
                each(list, place, record);
            };
            match &mut compact {
                Some(compact) if held => {
                    compact.take(list, |place, record| take(place, &record))?;
                }
                _ => {
                    let files = fetched.try_next().await?.unwrap_or_default();
                    deposits_read += files.len() as u64;
                    for (place, record) in together(files)? {
                        if range.holds(record.civil_key) {
                            take(place as usize, &record);
                        }
                    }
                }
            }
            written?;
        }
        if let Some(writer) = writer {
            store.objects.put(&key, writer.finish()?).await?;
        }
    }
    Ok(deposits_read)
}

/// The keys of every record that counts, wherever it is held: a first pass, over two columns.
pub async fn keys(store: &Store, current: &[Current], ranges: u32) -> anyhow::Result<Keys> {
    let mut keys = Keys::default();
    for lists in current.chunk_by(|one, next| one.school_year == next.school_year) {
        let school_year = lists[0].school_year;
        let lists: Vec<&Current> = lists.iter().filter(|list| !list.deposits.is_empty()).collect();
        let mut held = vec![true; lists.len()];
        for index in 0..ranges {
            let range = Range { index, of: ranges };
            let key = Key::Compact { dataset: Dataset::Effectifs, school_year, range };
            let Some(bytes) = store.objects.find(&key).await? else {
                held.fill(false);
                continue;
            };
            let compact = CompactReader::open(key.path(), bytes)?;
            compact.keys(&lists, |civil, ine| keys.add(civil, ine))?;
            held.iter_mut().zip(compact.holds(&lists)).for_each(|(held, here)| *held &= here);
        }
        let changed = lists.iter().zip(held).filter(|(_, held)| !held);
        let fetches: Vec<_> = changed.map(|(list, _)| fetch(store, list)).collect();
        let mut fetched = stream::iter(fetches).buffered(FETCHES);
        while let Some(files) = fetched.try_next().await? {
            for (_, record) in together(files)? {
                keys.add(record.civil_key, record.ine_key);
            }
        }
    }
    Ok(keys)
}

/// The files of records of one list, named, in the order they were opened.
async fn fetch(store: &Store, list: &Current) -> store::Result<Vec<(String, Bytes)>> {
    let mut files = Vec::with_capacity(list.deposits.len());
    for deposit in &list.deposits {
        let key = Key::Records(Lot {
            dataset: Dataset::Effectifs,
            school_year: list.school_year,
            organisation: list.organisation,
            deposit: deposit.id.clone(),
        });
        files.push((key.path(), store.objects.get(&key).await?));
    }
    Ok(files)
}

/// What the deposits of one list say together: each record with the place of the last deposit that
/// spoke of it, in the order in which they are kept.
fn together(files: Vec<(String, Bytes)>) -> store::Result<Vec<(u32, Record)>> {
    let several = files.len() > 1;
    let mut deposits = Vec::with_capacity(files.len());
    for (place, (name, bytes)) in (0..).zip(files) {
        let mut records = Vec::new();
        store::read_records(&name, bytes, |record| records.push(record))?;
        deposits.push((place, records));
    }
    let mut records = if several {
        merge(deposits)
    } else {
        deposits
            .into_iter()
            .flat_map(|(place, list)| list.into_iter().map(move |it| (place, it)))
            .collect()
    };
    records.sort_by_key(|(place, record)| (*place, record.civil_key, record.line));
    Ok(records)
}
