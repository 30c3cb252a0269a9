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

/// UTF-16 of so many bytes.
fn utf16(bytes: &[u8], at: usize, length: usize) -> Option<String> {
    let units = bytes.get(at..at.checked_add(length)?)?.chunks_exact(2);
    let units: Vec<_> = units.filter_map(|unit| half(unit, 0)).collect();
    Some(String::from_utf16_lossy(&units))
}
