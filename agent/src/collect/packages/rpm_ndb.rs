//! Reading the blobs of an ndb file, rpm's database on SUSE and its relatives.
//!
//! Its form is that of `lib/backend/ndb/rpmpkg.c` of rpm: pages of slots, which tell where blobs of blocks of 16 bytes lie, each
//! with a head and a tail. All numbers are little-endian. Of a blob only so much is read as is asked for; its checksum is held
//! against it where that is all of it, and its head and tail always.

use thiserror::Error;

use crate::collect::sqlite::Bytes;
use crate::host::ReadError;

const MAGIC: [u8; 4] = *b"RpmP";
const SLOT: [u8; 4] = *b"Slot";
const BEGINS: [u8; 4] = *b"BlbS";
const ENDS: [u8; 4] = *b"BlbE";
const VERSION: u32 = 0;
/// The file's own head, in the place of two slots.
const HEAD: usize = 32;
const PAGE: usize = 4_096;
const SLOT_BYTES: usize = 16;
const BLOCK: usize = 16;
/// What stands before a blob and behind it.
const BLOB_HEAD: usize = 16;
const BLOB_TAIL: usize = 12;
/// Of each blob so much is read at first: enough for most.
const PART: usize = 4_096;
/// Slots for more packages than are read.
const SLOT_PAGES_MAX: u32 = 400;
/// More of one blob than anybody asks for.
const BLOB_MAX: usize = 16 << 20;

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NdbError {
    /// It is none.
    #[error("it is no ndb database of rpm")]
    NotNdb,
    /// Of another version.
    #[error("it is an ndb database of version {0}, which is not read")]
    Version(u32),
    /// More slots than are read.
    #[error("more packages than are read")]
    TooMany,
    /// A slot tells what cannot be.
    #[error("slot {0} is damaged")]
    Slot(usize),
    /// A blob is not what its slot tells, or is damaged.
    #[error("blob {0} is damaged")]
    Blob(u32),
    /// A part cannot be read.
    #[error("{0}")]
    Read(ReadError),
}

/// Where a blob lies, in blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    first: u32,
    blocks: u32,
    index: u32,
}

/// Gives `take` the first bytes of each blob with how many there are, in the order in which they lie. Where it answers with a
/// length, it is given the same again with at least so many of them.
pub fn blobs_of(database: Bytes<'_>, take: &mut dyn FnMut(&[u8], usize) -> Option<usize>) -> Result<(), NdbError> {
    for place in places(database)? {
        let mut blob = Blob::of(database, place)?;
        while let Some(wanted) = take(blob.bytes(), blob.whole).filter(|wanted| *wanted > blob.bytes().len()) {
            blob.read(database, wanted.min(blob.whole))?;
            if wanted > blob.whole {
                break;
            }
        }
    }
    Ok(())
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn places(database: Bytes<'_>) -> Result<Vec<Place>, NdbError> {
    let head = database(0, HEAD).map_err(NdbError::Read)?;
    let told = |at| number(&head, at).filter(|_| head.starts_with(&MAGIC)).ok_or(NdbError::NotNdb);
    match (told(4)?, told(12)?) {
        (VERSION, 0) => Err(NdbError::NotNdb),
        (VERSION, pages) if pages > SLOT_PAGES_MAX => Err(NdbError::TooMany),
        (VERSION, pages) => of_slots(database, pages),
        (version, _) => Err(NdbError::Version(version)),
    }
}

fn of_slots(database: Bytes<'_>, pages: u32) -> Result<Vec<Place>, NdbError> {
    let page_bytes = u64::try_from(PAGE).unwrap_or(u64::MAX);
    let least = pages.saturating_mul(u32::try_from(PAGE / BLOCK).unwrap_or(u32::MAX));
    let mut places = Vec::new();
    let mut slot = 0;
    for page in 0..pages {
        let bytes = database(u64::from(page) * page_bytes, PAGE).map_err(NdbError::Read)?;
        for at in (0..PAGE).step_by(SLOT_BYTES) {
            if page > 0 || at >= HEAD {
                let read = bytes.get(at..at + SLOT_BYTES).filter(|slot| slot.starts_with(&SLOT));
                let read = read.and_then(|slot| Some((number(slot, 4)?, number(slot, 8)?, number(slot, 12)?)));
                match read {
                    Some((_, 0, _)) => {}
                    Some((index, first, blocks)) if index != 0 && blocks != 0 && first >= least => {
                        places.push(Place { first, blocks, index });
                    }
                    _ => return Err(NdbError::Slot(slot)),
                }
            }
            slot += 1;
        }
    }
    places.sort_unstable();
    // As rpm does, too. What lies in two places would be read as often as slots tell of it.
    let overlaps = |pair: &&[Place]| matches!(pair, [one, other] if one.end_block() > u64::from(other.first));
    match places.windows(2).find(overlaps) {
        Some([one, _]) => Err(NdbError::Blob(one.index)),
        _ => Ok(places),
    }
}

/// A blob, as far as it is read.
struct Blob {
    place: Place,
    /// From its head on.
    read: Vec<u8>,
    whole: usize,
}

impl Blob {
    fn of(database: Bytes<'_>, place: Place) -> Result<Self, NdbError> {
        let damaged = NdbError::Blob(place.index);
        let read = database(place.begin(), PART.min(place.bytes())).map_err(NdbError::Read)?.into_owned();
        let tail = database(place.end(), BLOB_TAIL).map_err(NdbError::Read)?;
        let sound = || {
            let is_of = read.starts_with(&BEGINS) && number(&read, 4)? == place.index;
            let length = number(&read, 12)?;
            let whole = usize::try_from(length).ok()?;
            let fits = (BLOB_HEAD + whole + BLOB_TAIL).div_ceil(BLOCK) == usize::try_from(place.blocks).ok()?;
            let ends = number(&tail, 4)? == length && tail.get(8..)? == ENDS;
            let is_whole = read.len() == place.bytes();
            let sum = || Some(adler32(read.get(..read.len().checked_sub(BLOB_TAIL)?)?));
            (is_of && fits && ends && (!is_whole || sum() == number(&tail, 0))).then_some(whole)
        };
        match sound() {
            Some(whole) => Ok(Self { place, read, whole }),
            None => Err(damaged),
        }
    }

    fn bytes(&self) -> &[u8] {
        let bytes = self.read.get(BLOB_HEAD..).unwrap_or_default();
        bytes.get(..self.whole).unwrap_or(bytes)
    }

    /// Reads until so many of its bytes are there.
    fn read(&mut self, database: Bytes<'_>, wanted: usize) -> Result<(), NdbError> {
        let damaged = NdbError::Blob(self.place.index);
        let there = self.read.len();
        let more = (BLOB_HEAD + wanted).saturating_sub(there).max(PART).min(self.place.bytes().saturating_sub(there));
        if wanted > BLOB_MAX {
            return Err(damaged);
        }
        let at = self.place.begin() + u64::try_from(there).unwrap_or(u64::MAX);
        self.read.extend_from_slice(&database(at, more).map_err(NdbError::Read)?);
        if self.bytes().len() < wanted { Err(damaged) } else { Ok(()) }
    }
}

impl Place {
    fn begin(self) -> u64 {
        u64::from(self.first) * 16
    }

    /// Where the tail begins.
    fn end(self) -> u64 {
        self.end_block() * 16 - 12
    }

    /// The block behind it.
    fn end_block(self) -> u64 {
        u64::from(self.first) + u64::from(self.blocks)
    }

    fn bytes(self) -> usize {
        usize::try_from(self.blocks).unwrap_or(usize::MAX).saturating_mul(BLOCK)
    }
}

/// See RFC 1950, section 8.2.
fn adler32(bytes: &[u8]) -> u32 {
    const MODULUS: u32 = 65_521;
    let (one, two) = bytes.iter().fold((1, 0), |(one, two), byte| {
        let one = (one + u32::from(*byte)) % MODULUS;
        (one, (two + one) % MODULUS)
    });
    two << 16 | one
}

/// The beginning of a file of a version that is not read, for recordings.
pub const UNKNOWN_VERSION: [u8; 16] = *b"RpmP\x01\0\0\0\x01\0\0\0\x01\0\0\0";

/// A file of these blobs, for recordings; nothing where there are too many.
pub fn write(blobs: &[Vec<u8>]) -> Option<Vec<u8>> {
    let count = u32::try_from(blobs.len()).ok()?;
    let pages = (HEAD + blobs.len() * SLOT_BYTES).div_ceil(PAGE);
    let mut first = u32::try_from(pages * (PAGE / BLOCK)).ok()?;
    let mut slots =
        [&MAGIC, [VERSION, 1, u32::try_from(pages).ok()?, count + 1, 0, 0, 0].map(u32::to_le_bytes).as_flattened()]
            .concat();
    let mut written = Vec::new();
    for (index, blob) in (1_u32..).zip(blobs) {
        let length = u32::try_from(blob.len()).ok()?;
        let blocks = (BLOB_HEAD + blob.len() + BLOB_TAIL).div_ceil(BLOCK);
        let mut bytes = [&BEGINS, [index, 0, length].map(u32::to_le_bytes).as_flattened(), blob.as_slice()].concat();
        bytes.resize(blocks * BLOCK - BLOB_TAIL, 0);
        let sum = adler32(&bytes);
        bytes.extend([sum, length].map(u32::to_le_bytes).as_flattened());
        bytes.extend(ENDS);
        let blocks = u32::try_from(blocks).ok()?;
        slots.extend(SLOT);
        slots.extend([index, first, blocks].map(u32::to_le_bytes).as_flattened());
        first = first.checked_add(blocks)?;
        written.extend(bytes);
    }
    while slots.len() < pages * PAGE {
        slots.extend(SLOT);
        slots.extend([0; SLOT_BYTES - 4]);
    }
    Some([slots, written].concat())
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use proptest::prelude::*;

    use super::*;

    const OF_RPM: &[u8] = include_bytes!("../../../tests/samples/software/Packages.db");

    fn taken(database: &[u8], take: &mut dyn FnMut(&[u8], usize) -> Option<usize>) -> Result<(), NdbError> {
        let read = |at: u64, length: usize| {
            let at = usize::try_from(at).unwrap_or(usize::MAX);
            let end = at.saturating_add(length).min(database.len());
            Ok(Cow::Borrowed(database.get(at..end).unwrap_or_default()))
        };
        blobs_of(&read, take)
    }

    fn blobs(database: &[u8]) -> Result<Vec<Vec<u8>>, NdbError> {
        let mut blobs = Vec::new();
        taken(database, &mut |bytes, whole| {
            if bytes.len() < whole {
                return Some(whole);
            }
            blobs.push(bytes.to_vec());
            None
        })?;
        Ok(blobs)
    }

    #[test]
    fn a_real_file_in_which_a_package_was_removed() {
        let mut lengths: Vec<usize> = blobs(OF_RPM).unwrap().iter().map(Vec::len).collect();
        lengths.sort_unstable();
        assert_eq!(lengths, [1_780, 1_928, 2_108, 31_664]);
        let mut first = Vec::new();
        taken(OF_RPM, &mut |bytes, _| {
            first.push(bytes.len());
            None
        })
        .unwrap();
        assert!(first.iter().sum::<usize>() < lengths.iter().sum(), "no more is read than is asked for: {first:?}");
    }

    #[test]
    fn what_is_written_is_read() {
        let many: Vec<Vec<u8>> =
            (0..600_usize).map(|of| vec![u8::try_from(of % 250).unwrap(); of * 7 % 5_000]).collect();
        for written in [&many[..], &many[..1], &[]] {
            assert_eq!(blobs(&write(written).unwrap()).unwrap(), written);
        }
        assert_eq!(blobs(&UNKNOWN_VERSION), Err(NdbError::Version(1)));
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
    }

    #[test]
    fn damage_is_said() {
        assert_eq!(blobs(b""), Err(NdbError::NotNdb));
        assert_eq!(blobs(&[0; 8_192]), Err(NdbError::NotNdb));
        let file = write(&[vec![1; 100], vec![2; 9_000]]).unwrap();
        let with = |at: usize, byte: u8| {
            let mut damaged = file.clone();
            damaged[at] = byte;
            blobs(&damaged)
        };
        assert_eq!(with(4, 1), Err(NdbError::Version(1)));
        assert_eq!(with(12, 0), Err(NdbError::NotNdb));
        assert_eq!(with(14, 1), Err(NdbError::TooMany));
        assert_eq!(with(12, 2), Err(NdbError::Slot(2)), "blobs would lie where slots are");
        // The magic, the number, the place and the length of the first slot.
        assert_eq!(with(32, 0), Err(NdbError::Slot(2)));
        assert_eq!(with(36, 0), Err(NdbError::Slot(2)));
        assert_eq!(with(36, 9), Err(NdbError::Blob(9)));
        assert_eq!(with(40, 1), Err(NdbError::Blob(1)));
        assert_eq!(with(44, 200), Err(NdbError::Blob(1)));
        // The head, the bytes that the checksum covers, and the end.
        for at in [0, 4, 12, 50, 116, 124] {
            assert_eq!(with(PAGE + at, 0x55), Err(NdbError::Blob(1)), "{at}");
        }
        assert_eq!(blobs(file.get(..file.len() - 1).unwrap()), Err(NdbError::Blob(2)));
        // A second slot that tells of the first blob once more.
        let mut twice = file.clone();
        twice.copy_within(32..48, 48);
        assert_eq!(blobs(&twice), Err(NdbError::Blob(1)));
    }

    proptest! {
        #[test]
        fn never_panics_on_damage(at in 0..OF_RPM.len(), byte in any::<u8>(), cut in 0..OF_RPM.len()) {
            let mut bytes = OF_RPM.to_vec();
            bytes[at] = byte;
            let _ = blobs(&bytes);
            let _ = blobs(bytes.get(..cut).unwrap());
        }
    }
}
