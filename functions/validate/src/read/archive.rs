//! The only list of a ZIP archive, unpacked in memory.
//!
//! Nothing is written anywhere, so that names can lead nowhere; they only say what to look at. The
//! bytes are counted while they are inflated: what the archive announces is not believed.

use std::io::Read as _;

use domain::upload::{Format, MAX_UNPACKED_BYTES};
use domain::validate::{Holds, Refusal};

use super::zip_door::{open, unreadable, weigh};

/// How much is inflated at once.
const PIECE: usize = 64 * 1024;
/// Archives that may lie in an archive.
const ARCHIVES: [&str; 6] = ["zip", "7z", "rar", "gz", "tar", "tgz"];

/// A list taken out of an archive.
pub(super) struct Member {
    /// Its name, without its folder.
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// Unpacks the list that an archive holds, and refuses an archive that holds none or several.
pub(super) fn only_list(bytes: &[u8]) -> Result<Member, Refusal> {
    let mut archive = open(bytes)?;
    let (mut lists, mut notes) = (Vec::new(), Vec::new());
    for place in 0..archive.len() {
        let part = archive.by_index_raw(place).map_err(|error| unreadable(&error))?;
        let path = part.name().map_err(|_| Refusal::Damaged)?;
        if part.is_dir() || is_litter(&path) {
            continue;
        }
        let name = file_name(&path).to_owned();
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        if ARCHIVES.iter().any(|archive| archive.eq_ignore_ascii_case(extension)) {
            return Err(Refusal::Archive { holds: Holds::Archive });
        }
        match Format::of_name(&name) {
            // A text may be a notice beside the list.
            Some(_) if extension.eq_ignore_ascii_case("txt") => notes.push((place, name)),
            Some(_) => lists.push((place, name)),
            None => {}
        }
    }
    let found = if lists.is_empty() { notes } else { lists };
    let (place, name) = match <[_; 1]>::try_from(found) {
        Ok([only]) => only,
        Err(found) if found.is_empty() => {
            return Err(Refusal::Archive { holds: Holds::Nothing });
        }
        Err(_) => return Err(Refusal::Archive { holds: Holds::Several }),
    };

    let mut part = archive.by_index(place).map_err(|error| unreadable(&error))?;
    let packed = part.compressed_size();
    let most = Format::of_name(&name).map_or(0, Format::max_bytes).min(MAX_UNPACKED_BYTES);
    let mut unpacked = Vec::with_capacity(part.size().min(most) as usize);
    let mut piece = vec![0; PIECE];
    loop {
        let read = part.read(&mut piece).map_err(|_| Refusal::Damaged)?;
        if read == 0 {
            return Ok(Member { name, bytes: unpacked });
        }
        unpacked.extend_from_slice(&piece[..read]);
        weigh(unpacked.len() as u64, packed)?;
        if unpacked.len() as u64 > most {
            return Err(Refusal::TooManyBytesUnpacked);
        }
    }
}

/// The last part of a path. Archives made on Windows may have its separators.
fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// What computers leave in archives unasked: `.DS_Store`, `__MACOSX/`, `Thumbs.db`, the lock of a
/// workbook that is open.
fn is_litter(path: &str) -> bool {
    let name = file_name(path);
    path.split(['/', '\\']).any(|part| part == "__MACOSX")
        || name.starts_with(['.', '~'])
        || ["thumbs.db", "desktop.ini"].iter().any(|litter| litter.eq_ignore_ascii_case(name))
}
