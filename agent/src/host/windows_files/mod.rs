//! Files of Windows, as far as bytes and names tell: where a link leads, what a folder holds, and which paths lead to this
//! machine's own disks. Nothing here opens anything.
//!
//! People make links in their own folders, of which the agent reads some. One that leads to another machine would have the
//! agent introduce itself there as this machine; one that leads to a device may do anything. The agent follows links itself
//! for that reason, step by step, and only to local drives.

mod changes;
mod entries;
mod follow;
mod place;
mod reparse;

pub use changes::{Change, changes};
pub use entries::entries;
pub use follow::{Disk, NotOpened, open};
pub use place::{Place, Refused, Root, is_folder, is_remote};
pub use reparse::{Link, is_link, link};

/// Two bytes of a structure, the lower first.
fn half(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|half| u16::from_le_bytes(*half))
}

/// Four bytes of a structure, the lowest first.
fn word(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|word| u32::from_le_bytes(*word))
}

/// What Windows tells one after the other, each with the distance to the next in its first four bytes and a name at its end:
/// gives each by `told`, from where it begins. `length` is where the bytes of its name are counted, and `name` where it
/// begins. Nothing where the answer is damaged.
fn chained<T>(
    answer: &[u8],
    length: usize,
    name: usize,
    mut told: impl FnMut(&[u8], String) -> Option<T>,
) -> Option<Vec<T>> {
    let (mut found, mut rest) = (Vec::new(), answer);
    loop {
        let bytes = usize::try_from(word(rest, length)?).ok()?;
        found.push(told(rest, utf16(rest, name, bytes)?)?);
        match usize::try_from(word(rest, 0)?).ok()? {
            0 => return Some(found),
            // Each ends before the next begins, so that this ends.
            next if next >= name.checked_add(bytes)? => rest = rest.get(next..)?,
            _ => return None,
        }
    }
}

/// UTF-16 of so many bytes.
fn utf16(bytes: &[u8], at: usize, length: usize) -> Option<String> {
    let units = bytes.get(at..at.checked_add(length)?)?.chunks_exact(2);
    let units: Vec<_> = units.filter_map(|unit| half(unit, 0)).collect();
    Some(String::from_utf16_lossy(&units))
}
