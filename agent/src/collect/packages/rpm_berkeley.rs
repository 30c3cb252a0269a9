//! Reading the values of a hash file of Berkeley DB, without its library: rpm's database on RHEL 8 and before.
//!
//! Its form is that of `dbinc/db_page.h` of Berkeley DB 4 to 5.3, of which rpm's own reader knows the same part
//! (`lib/backend/bdb_ro.c`). Pages are read one by one, and of a value only so many as are asked for. Every page has to be of its
//! number and kind; a page that stands in two chains, or in a ring, is an error.

use std::borrow::Cow;

use thiserror::Error;

use crate::collect::sqlite::Bytes;
use crate::host::ReadError;

/// What tells a hash file, in the order of bytes of the machine that made it.
const MAGIC: u32 = 0x0006_1561;
/// Those of rpm 4.0 to 4.15.
const VERSIONS: std::ops::RangeInclusive<u32> = 8..=10;
/// The first page, as far as it is read, and what stands before the items of others.
const META_BYTES: usize = 512;
const HEAD: usize = 26;
/// Kinds of pages: the first, of items, older ones of items, and of what does not fit on those.
const META: u8 = 8;
const ITEMS: [u8; 2] = [13, 2];
const OVERFLOW: u8 = 7;
/// Kinds of items: on their page, and elsewhere. Two others are of databases that hold several values for one key.
const HERE: u8 = 1;
const ELSEWHERE: u8 = 3;
const ELSEWHERE_BYTES: usize = 12;
/// More pages than the largest database of rpm has.
const PAGES_MAX: u32 = 2_000_000;
/// More of one value than anybody asks for.
const VALUE_MAX: usize = 16 << 20;
/// Doublings of the number of buckets.
const SPARES: usize = 32;

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BerkeleyError {
    /// It is no hash file.
    #[error("it is no hash file of Berkeley DB")]
    NotHash,
    /// It is encrypted, or of a version or with a setting that rpm never had.
    #[error("it is a file of Berkeley DB in a form that is not read")]
    Form,
    /// A page of it is damaged, or is where it cannot be.
    #[error("page {0} is damaged")]
    Page(u32),
    /// A page cannot be read.
    #[error("{0}")]
    Read(ReadError),
}

/// What takes a key, the first bytes of its value, and how many there are; it answers with how many of them it needs.
pub type Take<'t> = &'t mut dyn FnMut(&[u8], &[u8], usize) -> Option<usize>;

/// Gives `take` each key with the first bytes of its value and how many there are. Where it answers with a length, it is given
/// the same again with at least so many of them.
pub fn values_of(database: Bytes<'_>, take: Take<'_>) -> Result<(), BerkeleyError> {
    let mut file = File::open(database)?;
    for bucket in 0..=file.max_bucket {
        let first = file.first_page(bucket).ok_or(BerkeleyError::NotHash)?;
        let mut number = first;
        while number != 0 {
            let page = file.page(number)?;
            // A bucket that nothing was ever put into; the library takes it for one without items, too.
            if number == first && page.iter().all(|byte| *byte == 0) {
                break;
            }
            let damaged = || BerkeleyError::Page(number);
            let is_sound =
                file.number(&page, 8) == Some(number) && page.get(25).is_some_and(|kind| ITEMS.contains(kind));
            let pairs = file.pairs(&page).filter(|_| is_sound).ok_or_else(damaged)?;
            for (key, item) in pairs {
                let Item::Here(key) = key else { return Err(damaged()) };
                let mut value = Value::of(&item);
                while let Some(wanted) = take(key, &value.read, value.whole).filter(|wanted| *wanted > value.read.len())
                {
                    value.read(&mut file, number, wanted.min(value.whole))?;
                    if wanted > value.whole {
                        break;
                    }
                }
            }
            number = file.number(&page, 16).ok_or_else(damaged)?;
        }
    }
    Ok(())
}

struct File<'a> {
    bytes: Bytes<'a>,
    is_big_endian: bool,
    page_bytes: usize,
    last_page: u32,
    max_bucket: u32,
    /// For each doubling, how many pages stand before its buckets that are none.
    spares: [u32; SPARES],
    /// A bit for each page that was read: one that is read again is in two chains or in a ring.
    seen: Vec<u64>,
}

impl<'a> File<'a> {
    fn open(bytes: Bytes<'a>) -> Result<Self, BerkeleyError> {
        let meta = bytes(0, META_BYTES).map_err(BerkeleyError::Read)?;
        let magic = meta.get(12..16).ok_or(BerkeleyError::NotHash)?;
        let is_big_endian = magic == MAGIC.to_be_bytes();
        if !is_big_endian && magic != MAGIC.to_le_bytes() {
            return Err(BerkeleyError::NotHash);
        }
        let (spares, seen) = ([0; SPARES], Vec::new());
        let none = Self { bytes, is_big_endian, page_bytes: 0, last_page: 0, max_bucket: 0, spares, seen };
        none.with(&meta).ok_or(BerkeleyError::Form)
    }

    /// What the first page tells; nothing where it tells of what is not read.
    fn with(mut self, meta: &[u8]) -> Option<Self> {
        let number = |at| self.number(meta, at);
        let page_bytes = usize::try_from(number(20)?).ok()?;
        let (last_page, max_bucket) = (number(32)?, number(72)?);
        let is_size = page_bytes.is_power_of_two() && (512..=65_536).contains(&page_bytes);
        let is_plain = meta.get(24..27)? == [0, META, 0] && number(36)? == 0 && number(48)? == 0;
        let fits = last_page <= PAGES_MAX && max_bucket <= last_page;
        if !(is_size && is_plain && fits && VERSIONS.contains(&number(16)?)) {
            return None;
        }
        let mut spares = [0; SPARES];
        for (spare, at) in spares.iter_mut().zip((96..).step_by(4)) {
            *spare = number(at)?;
        }
        (self.spares, self.page_bytes) = (spares, page_bytes);
        (self.last_page, self.max_bucket) = (last_page, max_bucket);
        self.seen = vec![0; usize::try_from(last_page / u64::BITS).ok()? + 1];
        Some(self)
    }

    fn number(&self, bytes: &[u8], at: usize) -> Option<u32> {
        let four = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if self.is_big_endian { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) })
    }

    fn short(&self, bytes: &[u8], at: usize) -> Option<usize> {
        let two = bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(usize::from(if self.is_big_endian { u16::from_be_bytes(two) } else { u16::from_le_bytes(two) }))
    }

    fn first_page(&self, bucket: u32) -> Option<u32> {
        let doublings = usize::try_from(u32::BITS - bucket.leading_zeros()).ok()?;
        bucket.checked_add(*self.spares.get(doublings)?).filter(|page| *page != 0)
    }

    fn page(&mut self, number: u32) -> Result<Cow<'a, [u8]>, BerkeleyError> {
        let damaged = BerkeleyError::Page(number);
        if number == 0 || number > self.last_page {
            return Err(damaged);
        }
        let word = usize::try_from(number / u64::BITS).ok().and_then(|word| self.seen.get_mut(word));
        let bit = 1_u64 << (number % u64::BITS);
        match word {
            Some(word) if *word & bit == 0 => *word |= bit,
            _ => return Err(damaged),
        }
        let at = u64::from(number) * u64::try_from(self.page_bytes).unwrap_or(u64::MAX);
        let page = (self.bytes)(at, self.page_bytes).map_err(BerkeleyError::Read)?;
        if page.len() == self.page_bytes { Ok(page) } else { Err(damaged) }
    }

    /// The keys and values on a page. The first ends with the page, and each of the others where the one before begins.
    fn pairs<'p>(&self, page: &'p [u8]) -> Option<Vec<(Item<'p>, Item<'p>)>> {
        let count = self.short(page, 20)?;
        let mut end = self.page_bytes;
        let mut items = Vec::new();
        for place in (HEAD..HEAD + 2 * count).step_by(2) {
            let begin = self.short(page, place).filter(|begin| *begin >= HEAD + 2 * count)?;
            items.push(self.item(page.get(begin..end)?)?);
            end = begin;
        }
        let (pairs, odd) = items.as_chunks::<2>();
        odd.is_empty().then(|| pairs.iter().map(|[key, value]| (*key, *value)).collect())
    }

    fn item<'p>(&self, item: &'p [u8]) -> Option<Item<'p>> {
        match item.split_first()? {
            (&HERE, bytes) => Some(Item::Here(bytes)),
            (&ELSEWHERE, _) if item.len() == ELSEWHERE_BYTES => {
                let whole = usize::try_from(self.number(item, 8)?).ok()?;
                Some(Item::Elsewhere { first: self.number(item, 4)?, whole })
            }
            _ => None,
        }
    }
}

/// A key or a value.
#[derive(Debug, Clone, Copy)]
enum Item<'p> {
    Here(&'p [u8]),
    /// On a chain of pages of its own.
    Elsewhere {
        first: u32,
        whole: usize,
    },
}

/// A value, as far as it is read.
struct Value {
    read: Vec<u8>,
    whole: usize,
    /// The page on which it goes on; 0 for none.
    next: u32,
}

impl Value {
    fn of(item: &Item<'_>) -> Self {
        match *item {
            Item::Here(bytes) => Self { read: bytes.to_vec(), whole: bytes.len(), next: 0 },
            Item::Elsewhere { first, whole } => Self { read: Vec::new(), whole, next: first },
        }
    }

    /// Reads until so many of its bytes are there. Each page adds to them, so that a ring of pages ends.
    fn read(&mut self, file: &mut File<'_>, of: u32, wanted: usize) -> Result<(), BerkeleyError> {
        if wanted > VALUE_MAX {
            return Err(BerkeleyError::Page(of));
        }
        while self.read.len() < wanted {
            let number = self.next;
            let page = file.page(number)?;
            let part = || {
                let is_sound = file.number(&page, 8)? == number && *page.get(25)? == OVERFLOW;
                let part = page.get(HEAD..)?.get(..file.short(&page, 22)?)?;
                let fits = !part.is_empty() && self.read.len() + part.len() <= self.whole;
                (is_sound && fits).then_some((part, file.number(&page, 16)?))
            };
            let (part, next) = part().ok_or(BerkeleyError::Page(number))?;
            self.next = next;
            self.read.extend_from_slice(part);
        }
        Ok(())
    }
}

/// The beginning of a file of a form that is not read, for recordings.
pub const UNKNOWN_FORM: [u8; 16] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x61, 0x15, 0x06, 0];
/// The page size of what is written, and the longest item that stays on its page, as the library has it.
const WRITTEN_BYTES: usize = 4_096;
const ITEM_MAX: usize = WRITTEN_BYTES / 4;

/// A file of these values under the keys that rpm gives them, for recordings; nothing where there are too many.
pub fn write(values: &[Vec<u8>]) -> Option<Vec<u8>> {
    let mut chains: Vec<Vec<u8>> = Vec::new();
    let mut pages: Vec<Vec<Vec<u8>>> = vec![Vec::new()];
    let mut free = WRITTEN_BYTES - HEAD;
    // The pages of items come first, as many as there are at most two values for each.
    let mut placed = Vec::new();
    for (key, value) in (1_u32..).zip(values) {
        let on_page = value.len() < ITEM_MAX;
        let bytes = 2 * 3 + 4 + if on_page { value.len() } else { ELSEWHERE_BYTES - 1 };
        if bytes > free {
            pages.push(Vec::new());
            free = WRITTEN_BYTES - HEAD;
        }
        free -= bytes;
        placed.push((pages.len() - 1, key, on_page));
    }
    let first_chain = pages.len() + 1;
    for ((page, key, on_page), value) in placed.into_iter().zip(values) {
        let item = if on_page {
            [&[HERE], value.as_slice()].concat()
        } else {
            let first = u32::try_from(first_chain + chains.len()).ok()?;
            chains.extend(chain(first, value)?);
            let place = [first, u32::try_from(value.len()).ok()?].map(u32::to_le_bytes).concat();
            [&[ELSEWHERE, 0, 0, 0], place.as_slice()].concat()
        };
        pages.get_mut(page)?.extend([[&[HERE], key.to_le_bytes().as_slice()].concat(), item]);
    }
    let last = u32::try_from(first_chain + chains.len() - 1).ok()?;
    let of_items = u32::try_from(pages.len()).ok()?;
    let mut written = meta(last, u32::try_from(values.len()).ok()?);
    for (number, items) in (1..).zip(&pages) {
        written.extend(items_page(number, if number < of_items { number + 1 } else { 0 }, items)?);
    }
    written.extend(chains.concat());
    Some(written)
}

fn head(number: u32, before: u32, next: u32, shorts: [u16; 2], kind: u8) -> Vec<u8> {
    let numbers = [0, 0, number, before, next].map(u32::to_le_bytes).concat();
    [numbers, shorts.map(u16::to_le_bytes).concat(), vec![0, kind]].concat()
}

fn meta(last_page: u32, values: u32) -> Vec<u8> {
    // What the library's hash makes of its own test word, so that it knows that it is the same.
    const OF_TEST_WORD: u32 = 0x5e68_8dd1;
    let page = u32::try_from(WRITTEN_BYTES).unwrap_or_default();
    let mut meta = [0, 0, 0, MAGIC, 9, page].map(u32::to_le_bytes).concat();
    meta.extend([0, META, 0, 0]);
    meta.extend([0, last_page, 0, values, values, 0, 0, 0, 0, 0, 0].map(u32::to_le_bytes).concat());
    meta.extend([0, 1, 0, 0, values, OF_TEST_WORD, 1].map(u32::to_le_bytes).concat());
    meta.resize(WRITTEN_BYTES, 0);
    meta
}

fn items_page(number: u32, next: u32, items: &[Vec<u8>]) -> Option<Vec<u8>> {
    let mut begin = WRITTEN_BYTES;
    let mut places = Vec::new();
    for item in items {
        begin = begin.checked_sub(item.len())?;
        places.extend(u16::try_from(begin).ok()?.to_le_bytes());
    }
    let shorts = [u16::try_from(items.len()).ok()?, u16::try_from(begin).ok()?];
    let [kind, _] = ITEMS;
    let mut page = [head(number, number - 1, next, shorts, kind), places].concat();
    page.resize(page.len().max(begin), 0);
    page.extend(items.iter().rev().flatten());
    (page.len() == WRITTEN_BYTES).then_some(page)
}

fn chain(first: u32, value: &[u8]) -> Option<Vec<Vec<u8>>> {
    let parts: Vec<&[u8]> = value.chunks(WRITTEN_BYTES - HEAD).collect();
    let last = first + u32::try_from(parts.len()).ok()? - 1;
    let page = |(number, part): (u32, &&[u8])| {
        let before = if number == first { 0 } else { number - 1 };
        let next = if number == last { 0 } else { number + 1 };
        let mut page =
            [head(number, before, next, [1, u16::try_from(part.len()).ok()?], OVERFLOW), part.to_vec()].concat();
        page.resize(WRITTEN_BYTES, 0);
        Some(page)
    };
    (first..).zip(&parts).map(page).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const OF_RPM: &[u8] = include_bytes!("../../../tests/samples/software/Packages");
    /// With pages of 512 bytes, in the other order of bytes.
    const BIG_ENDIAN: &[u8] = include_bytes!("../../../tests/samples/software/Packages_big_endian");

    fn taken(database: &[u8], take: Take<'_>) -> Result<(), BerkeleyError> {
        let read = |at: u64, length: usize| {
            let at = usize::try_from(at).unwrap_or(usize::MAX);
            let end = at.saturating_add(length).min(database.len());
            Ok(Cow::Borrowed(database.get(at..end).unwrap_or_default()))
        };
        values_of(&read, take)
    }

    /// All values, read whole.
    fn values(database: &[u8]) -> Result<Vec<Vec<u8>>, BerkeleyError> {
        let mut values = Vec::new();
        taken(database, &mut |_, bytes, whole| {
            if bytes.len() < whole {
                return Some(whole);
            }
            values.push(bytes.to_vec());
            None
        })?;
        Ok(values)
    }

    fn lengths(database: &[u8]) -> Vec<usize> {
        let mut lengths: Vec<usize> = values(database).unwrap().iter().map(Vec::len).collect();
        lengths.sort_unstable();
        lengths
    }

    #[test]
    fn real_files_in_both_orders_of_bytes() {
        assert_eq!(lengths(OF_RPM), [4, 1_780, 1_928, 2_108, 31_664]);
        assert_eq!(lengths(BIG_ENDIAN), lengths(OF_RPM));
        let mut first = 0;
        taken(OF_RPM, &mut |_, bytes, _| {
            first += bytes.len();
            None
        })
        .unwrap();
        assert_eq!(first, 4, "no more is read than is asked for");
    }

    #[test]
    fn what_is_written_is_read() {
        let many: Vec<Vec<u8>> =
            (0..2_000_usize).map(|of| vec![u8::try_from(of % 250).unwrap(); of * 7 % 9_000]).collect();
        for written in [&many[..], &many[..1], &[]] {
            let file = write(written).unwrap();
            assert_eq!(file.len() % WRITTEN_BYTES, 0);
            assert_eq!(values(&file).unwrap(), written);
        }
        assert_eq!(values(&UNKNOWN_FORM), Err(BerkeleyError::Form));
    }

    #[test]
    fn what_is_none_or_of_a_form_that_is_not_read() {
        assert_eq!(values(b""), Err(BerkeleyError::NotHash));
        assert_eq!(values(&[0; 8_192]), Err(BerkeleyError::NotHash));
        assert_eq!(values(OF_RPM.get(..200).unwrap()), Err(BerkeleyError::Form));
        assert!(matches!(values(OF_RPM.get(..300).unwrap()), Err(BerkeleyError::Page(_))));
        // Encrypted; with checksums; with several values for a key; a version of others; a size of pages that is none; more
        // buckets than pages.
        for (at, byte) in [(24, 1), (26, 1), (48, 1), (16, 7), (20, 1), (73, 9)] {
            let mut other = OF_RPM.to_vec();
            other[at] = byte;
            assert_eq!(values(&other), Err(BerkeleyError::Form), "{at}");
        }
    }

    #[test]
    fn chains_that_are_damaged_end() {
        let of_items = |file: &[u8]| file.chunks(WRITTEN_BYTES).position(|page| page[25] == ITEMS[0]).unwrap();
        let file = write(&[vec![1; 9_000], vec![2; 9_000]]).unwrap();
        let first = of_items(&file) * WRITTEN_BYTES;
        let with = |at: usize, to: &[u8]| {
            let mut damaged = file.clone();
            damaged[at..at + to.len()].copy_from_slice(to);
            values(&damaged)
        };
        assert!(with(0, &[0]).is_ok());
        // The page of items is followed by itself, by none that is there, and by one of another kind.
        for next in [1_u8, 0x70, 2] {
            assert!(matches!(with(first + 16, &[next]), Err(BerkeleyError::Page(_))), "{next}");
        }
        // A page on which the first value goes on leads back to its first, to nothing, and to that of the other.
        for next in [2_u8, 0, 5] {
            assert!(matches!(with(3 * WRITTEN_BYTES + 16, &[next]), Err(BerkeleyError::Page(_))), "{next}");
        }
        // It leads back to itself in a file that tells of more pages than it has: each is read once all the same.
        let mut ring = file.clone();
        ring[first + 16] = 1;
        ring[32..36].copy_from_slice(&PAGES_MAX.to_le_bytes());
        let reads = std::cell::Cell::new(0);
        let read = |at: u64, length: usize| {
            reads.set(reads.get() + 1);
            let at = usize::try_from(at).unwrap_or(usize::MAX);
            Ok(Cow::Borrowed(ring.get(at..at.saturating_add(length).min(ring.len())).unwrap_or_default()))
        };
        assert_eq!(values_of(&read, &mut |_, _, _| None), Err(BerkeleyError::Page(1)));
        assert_eq!(reads.get(), 2, "the first page, and that of the items");
        // Another number; another kind; more bytes than are left.
        for (at, byte) in [(8, 9), (25, 5), (23, 0x30)] {
            assert_eq!(with(2 * WRITTEN_BYTES + at, &[byte]), Err(BerkeleyError::Page(2)), "{at}");
        }
        // An odd count of items, and a place before the items.
        assert_eq!(with(first + 20, &[3]), Err(BerkeleyError::Page(1)));
        assert_eq!(with(first + 26, &[3, 0]), Err(BerkeleyError::Page(1)));
        // Cut off.
        assert!(matches!(values(file.get(..file.len() - 1).unwrap()), Err(BerkeleyError::Page(_))));
        // A bucket without items was never written; in the middle of a chain that is damage.
        let mut empty = file.clone();
        empty[first..first + WRITTEN_BYTES].fill(0);
        assert_eq!(values(&empty), Ok(Vec::new()));
        let mut hole = write(&vec![vec![1; 900]; 9]).unwrap();
        hole[2 * WRITTEN_BYTES..3 * WRITTEN_BYTES].fill(0);
        assert_eq!(values(&hole), Err(BerkeleyError::Page(2)));
    }

    proptest! {
        #[test]
        fn never_panics_on_damage(at in 0..BIG_ENDIAN.len(), byte in any::<u8>(), cut in 0..BIG_ENDIAN.len()) {
            let mut bytes = BIG_ENDIAN.to_vec();
            bytes[at] = byte;
            let _ = values(&bytes);
            let _ = values(bytes.get(..cut).unwrap());
        }
    }
}
