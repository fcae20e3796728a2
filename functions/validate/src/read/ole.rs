//! One stream out of a compound file (MS-CFB), the container of XLS.
//!
//! Ours rather than the crate `cfb` (0.16): its table of sectors grows with what the file lists,
//! not with what the file holds, so that one megabyte that lists the same sector again and again
//! asks for hundreds; calamine's follows chains that run in circles. Here sectors are looked up
//! where they lie, and no chain is longer than the file.

/// Ends a chain; so does every number above it.
const LAST_SECTOR: u32 = 0xffff_fff9;
/// Streams smaller than this lie in the small sectors of the root, in every file that exists.
const SMALL: usize = 4096;
/// The size of a small sector, as a power of two.
const SMALL_SHIFT: u32 = 6;
/// The size of a directory entry.
const ENTRY: usize = 128;
/// Most directory entries looked at.
const MOST_ENTRIES: usize = 4096;

/// A compound file. Damage shows as `None`.
#[derive(Debug)]
pub(super) struct Compound<'a> {
    bytes: &'a [u8],
    /// The size of a sector, as a power of two.
    shift: u32,
    /// Where the table that chains the sectors lies.
    table: Vec<u32>,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    name: String,
    start: u32,
    length: usize,
    /// The entries before and after it in its folder, and the first one inside it.
    links: [u32; 3],
}

impl<'a> Compound<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Option<Self> {
        let shift = u32::from(u16_at(bytes, 30)?);
        if !matches!(shift, 9 | 12) {
            return None;
        }
        let mut file = Self { bytes, shift, table: Vec::new(), entries: Vec::new() };
        file.table = file.find_table()?;
        let directory = file.chain(u32_at(bytes, 48)?, MOST_ENTRIES * ENTRY)?;
        file.entries = directory.chunks_exact(ENTRY).map(entry).collect::<Option<_>>()?;
        Some(file)
    }

    /// The stream of this name in the root.
    pub(super) fn stream(&self, name: &str) -> Option<Vec<u8>> {
        let entry = self.find(name)?;
        let content = if entry.length < SMALL {
            self.small_chain(entry)?
        } else {
            self.chain(entry.start, entry.length)?
        };
        (content.len() == entry.length).then_some(content)
    }

    /// Whether the root holds a stream of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// The entry of this name in the root, whatever its case.
    fn find(&self, name: &str) -> Option<&Entry> {
        let [_, _, first] = self.entries.first()?.links;
        let mut next = vec![first];
        for _ in 0..=2 * self.entries.len() {
            let Some(entry) = self.entries.get(next.pop()? as usize) else { continue };
            if entry.name.eq_ignore_ascii_case(name) {
                return Some(entry);
            }
            next.extend(&entry.links[..2]);
        }
        None
    }

    /// Where the table of sectors lies: in the header, then in sectors that list more.
    fn find_table(&self) -> Option<Vec<u32>> {
        let each = self.sector_size() / 4;
        let enough = self.bytes.len() / self.sector_size() / each + 1;
        let listed = |list: &'a [u8]| {
            list.chunks_exact(4).filter_map(number).filter(|sector| *sector <= LAST_SECTOR)
        };
        let mut table: Vec<u32> = listed(self.bytes.get(76..512)?).collect();
        let mut more = u32_at(self.bytes, 68)?;
        while table.len() < enough && more <= LAST_SECTOR {
            let (list, next) = self.sector(more)?.split_last_chunk::<4>()?;
            table.extend(listed(list));
            more = u32::from_le_bytes(*next);
        }
        table.truncate(enough);
        Some(table)
    }

    /// The bytes of a chain of sectors, up to a length.
    fn chain(&self, start: u32, length: usize) -> Option<Vec<u8>> {
        let mut content = Vec::new();
        let mut at = start;
        // A chain that runs in circles ends with the length of the file.
        let length = length.min(self.bytes.len());
        while at <= LAST_SECTOR && content.len() < length {
            let sector = self.sector(at)?;
            content.extend_from_slice(&sector[..sector.len().min(length - content.len())]);
            at = self.after(at)?;
        }
        Some(content)
    }

    /// The bytes of a chain of small sectors, which lie in the stream of the root.
    fn small_chain(&self, entry: &Entry) -> Option<Vec<u8>> {
        let root = self.entries.first()?;
        let small = self.chain(root.start, root.length)?;
        let table = self.chain(u32_at(self.bytes, 60)?, self.bytes.len())?;
        let mut content = Vec::new();
        let mut at = entry.start;
        while at <= LAST_SECTOR && content.len() < entry.length {
            let from = (at as usize) << SMALL_SHIFT;
            let sector = small.get(from..small.len().min(from + (1 << SMALL_SHIFT)))?;
            content.extend_from_slice(&sector[..sector.len().min(entry.length - content.len())]);
            at = u32_at(&table, 4 * at as usize)?;
        }
        Some(content)
    }

    /// The sector after this one in its chain.
    fn after(&self, sector: u32) -> Option<u32> {
        let each = self.sector_size() / 4;
        let (part, place) = (sector as usize / each, sector as usize % each);
        u32_at(self.sector(*self.table.get(part)?)?, 4 * place)
    }

    /// The bytes of a sector; the last one of a file may be cut.
    fn sector(&self, sector: u32) -> Option<&'a [u8]> {
        let from = (sector as usize + 1) << self.shift;
        let sector = self.bytes.get(from..self.bytes.len().min(from + self.sector_size()))?;
        (!sector.is_empty()).then_some(sector)
    }

    fn sector_size(&self) -> usize {
        1 << self.shift
    }
}

fn entry(bytes: &[u8]) -> Option<Entry> {
    let letters = usize::from(u16_at(bytes, 64)?).saturating_sub(2).min(64) / 2;
    let name =
        bytes.chunks_exact(2).take(letters).map(|unit| u16::from_le_bytes([unit[0], unit[1]]));
    Some(Entry {
        name: char::decode_utf16(name).map(|letter| letter.unwrap_or('\u{fffd}')).collect(),
        start: u32_at(bytes, 116)?,
        length: u32_at(bytes, 120)? as usize,
        links: [u32_at(bytes, 68)?, u32_at(bytes, 72)?, u32_at(bytes, 76)?],
    })
}

/// The number written at this place, low byte first.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// The number written at this place, low byte first.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    number(bytes.get(at..)?)
}

fn number(bytes: &[u8]) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.first_chunk()?))
}
