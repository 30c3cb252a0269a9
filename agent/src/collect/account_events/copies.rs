//! A log that is a file, and the older copies of it: which there are, and what the end of each holds, unpacked where it is
//! packed with gzip or Zstandard.

use std::io::Read;

use tenken_model::{Instant, Size};

use crate::collect::Look;
use crate::collect::glob::ENTRIES_MAX;
use crate::collect::logs::continuity::is_compressed;
use crate::collect::packages::repodata::unpack::{self, Packing};
use crate::host::{EntryKind, Metadata, ReadError};

/// The most copies of one log that are read.
pub(super) const COPIES_MAX: usize = 100;
/// A larger packed copy is not unpacked: text is packed to a tenth, and no more than [`UNPACKED_BYTES`] are made of it.
const PACKED_BYTES: u64 = 1 << 20;
/// How much is unpacked of one log's copies, which takes some 30 milliseconds.
pub const UNPACKED_BYTES: u64 = 4 << 20;
/// How much is unpacked at a time.
const STEP: usize = 64 << 10;

/// How much may still be read of a log and its copies.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Bytes of what it holds.
    pub bytes: u64,
    /// Bytes that are unpacked to get at these.
    pub unpacked: u64,
}

/// What was read of a file.
#[derive(Debug, PartialEq, Eq)]
pub enum Content {
    /// All of it.
    Whole(Vec<u8>),
    /// Its end.
    End(Vec<u8>),
    /// Nothing: it is too large, or packed in a way that is not unpacked here, or damaged.
    Passed,
}

/// The log and its copies that were written since a time, the newest first, one more than is read if there are so many; nothing
/// where the log itself is not there.
pub fn files(look: &Look<'_>, path: &str, since: Instant) -> Result<Option<Vec<(String, Metadata)>>, ReadError> {
    let metadata = match look.metadata(path) {
        Ok(metadata) if metadata.kind == EntryKind::File => metadata,
        Ok(_) => return Ok(None),
        Err(error) if error.is_not_there() => return Ok(None),
        Err(error) => return Err(error),
    };
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    // The folder is written to all the time, by others.
    let aside = look.aside();
    let mut copies = Vec::new();
    for entry in aside.list_if_there(folder, ENTRIES_MAX)? {
        let rest = entry.name.strip_prefix(name).and_then(|rest| rest.strip_prefix(['.', '-']));
        let is_copy = rest.is_some_and(|rest| rest.starts_with(|sign: char| sign.is_ascii_digit()));
        if entry.kind != EntryKind::File || !is_copy {
            continue;
        }
        let path = format!("{folder}/{}", entry.name);
        match aside.metadata(&path) {
            Ok(metadata) if metadata.modified >= since && metadata.size.bytes() > 0 => copies.push((path, metadata)),
            Ok(_) => {}
            Err(error) if error.is_not_there() => {}
            Err(error) => return Err(error),
        }
    }
    copies.sort_by_key(|(_, metadata)| std::cmp::Reverse(metadata.modified));
    copies.truncate(COPIES_MAX + 1);
    copies.insert(0, (path.to_owned(), metadata));
    Ok(Some(copies))
}

/// The end of a file within the bounds, which begins at a multiple of `unit` bytes.
pub fn content(
    look: &Look<'_>,
    (path, metadata): (&str, &Metadata),
    bounds: &mut Bounds,
    unit: u64,
) -> Result<Content, ReadError> {
    let size = metadata.size.bytes();
    if is_compressed(path) {
        // Others take several times as long, and xz more memory.
        let packing = unpack::packing(path).filter(|packing| matches!(packing, Packing::Gzip | Packing::Zstandard));
        let Some(packing) = packing.filter(|_| size <= PACKED_BYTES) else { return Ok(Content::Passed) };
        let packed = look.read_part(path, 0, Size::from_bytes(PACKED_BYTES))?;
        return Ok(unpacked_end(packing, &packed, bounds, unit));
    }
    let offset = begin_of_end(size, bounds.bytes, unit);
    bounds.bytes = bounds.bytes.saturating_sub(size);
    let bytes = look.read_part(path, offset, Size::from_bytes(size.saturating_sub(offset)))?;
    Ok(if offset > 0 { Content::End(bytes) } else { Content::Whole(bytes) })
}

/// Where the last `most` of `size` bytes begin, at a whole unit.
fn begin_of_end(size: u64, most: u64, unit: u64) -> u64 {
    size.saturating_sub(most).div_ceil(unit.max(1)).saturating_mul(unit.max(1)).min(size)
}

/// The end of what is packed, of which no more is kept at a time than is wanted.
pub fn unpacked_end(packing: Packing, packed: &[u8], bounds: &mut Bounds, unit: u64) -> Content {
    let mut left = packed;
    let Ok(mut read) = unpack::unpacked(packing, &mut left, Size::from_bytes(bounds.unpacked)) else {
        return Content::Passed;
    };
    let most = usize::try_from(bounds.bytes).unwrap_or(usize::MAX);
    let (mut kept, mut total, mut part) = (Vec::new(), 0_u64, vec![0; STEP]);
    loop {
        let got = match read.read(&mut part) {
            Ok(0) => break,
            Ok(got) => got,
            Err(_) => {
                // Nobody knows how much a damaged one would have taken.
                bounds.unpacked = bounds.unpacked.saturating_sub(total);
                return Content::Passed;
            }
        };
        total = total.saturating_add(u64::try_from(got).unwrap_or(u64::MAX));
        kept.extend_from_slice(part.get(..got).unwrap_or_default());
        // One more step is kept, so that little is moved each time.
        if kept.len() > most.saturating_add(STEP * 4) {
            kept.drain(..kept.len() - most);
        }
    }
    drop(read);
    if !left.is_empty() {
        // A second frame behind the first is not unpacked, and may hold the newest.
        bounds.unpacked = bounds.unpacked.saturating_sub(total);
        return Content::Passed;
    }
    let offset = begin_of_end(total, bounds.bytes, unit);
    let wanted = usize::try_from(total - offset).unwrap_or(usize::MAX);
    kept.drain(..kept.len().saturating_sub(wanted));
    bounds.bytes = bounds.bytes.saturating_sub(total);
    bounds.unpacked = bounds.unpacked.saturating_sub(total);
    if offset > 0 { Content::End(kept) } else { Content::Whole(kept) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BOUNDS: Bounds = Bounds { bytes: 1_000, unpacked: 1 << 20 };

    fn of(packing: Packing, bytes: &[u8], mut bounds: Bounds, unit: u64) -> (Content, u64, u64) {
        let content = unpacked_end(packing, &unpack::packed(packing, bytes), &mut bounds, unit);
        (content, bounds.bytes, bounds.unpacked)
    }

    #[test]
    fn the_end_of_what_is_packed() {
        let text: Vec<u8> = (0..500_000_u32).flat_map(u32::to_le_bytes).take(500_000).collect();
        for packing in [Packing::Gzip, Packing::Zstandard] {
            let (content, left, unpacked) = of(packing, &text[..900], BOUNDS, 1);
            assert_eq!((content, left, unpacked), (Content::Whole(text[..900].to_vec()), 100, (1 << 20) - 900));
            let (content, left, _) = of(packing, &text, BOUNDS, 1);
            assert_eq!((content, left), (Content::End(text[499_000..].to_vec()), 0));
            let (content, ..) = of(packing, &text, BOUNDS, 384);
            assert_eq!(content, Content::End(text[1_300 * 384..].to_vec()), "whole records");
            let few = Bounds { unpacked: 499_999, ..BOUNDS };
            assert_eq!(of(packing, &text, few, 1).0, Content::Passed, "it takes too long to get at its end");
        }
    }

    #[test]
    fn what_is_damaged_is_passed_over() {
        let packed = unpack::packed(Packing::Gzip, &[7; 5_000]);
        for damaged in [&packed[..packed.len() / 2], &packed[..packed.len() - 4], b"\x1f\x8b", b"text"] {
            assert_eq!(unpacked_end(Packing::Gzip, damaged, &mut BOUNDS.clone(), 1), Content::Passed);
        }
        let mut spoiled = packed.clone();
        let last = spoiled.len() - 6;
        spoiled[last] ^= 1;
        assert_eq!(
            unpacked_end(Packing::Gzip, &spoiled, &mut BOUNDS.clone(), 1),
            Content::Passed,
            "its sum is another"
        );
        // What zstd(1) packed has a sum behind it.
        let other = include_bytes!("../../../tests/samples/updates/almalinux_9_updateinfo.xml.zst");
        let content = unpacked_end(Packing::Zstandard, other, &mut BOUNDS.clone(), 1);
        assert!(matches!(content, Content::End(end) if end.len() == 1_000));
        let frame = unpack::packed(Packing::Zstandard, &[7; 5_000]);
        let two = [&frame[..], &frame].concat();
        assert_eq!(unpacked_end(Packing::Zstandard, &two, &mut BOUNDS.clone(), 1), Content::Passed, "a second frame");
        assert_eq!(unpacked_end(Packing::Zstandard, &packed, &mut BOUNDS.clone(), 1), Content::Passed);
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300), unit in 0_u64..400, most in 0_u64..400) {
            let mut bounds = Bounds { bytes: most, unpacked: 4_096 };
            let _ = unpacked_end(Packing::Gzip, &bytes, &mut bounds, unit);
            let end = begin_of_end(u64::try_from(bytes.len()).unwrap(), most, unit);
            prop_assert!(u64::try_from(bytes.len()).unwrap() - end <= most);
        }
    }
}
