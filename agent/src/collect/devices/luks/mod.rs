//! The header of LUKS, which says by what the data of a device are encrypted.
//!
//! See docs/on-disk-format.pdf and docs/on-disk-format-luks2.pdf of cryptsetup, lib/luks1/luks.h and
//! lib/luks2/luks2_disk_metadata.c. Salts, digests and keys are passed over and never kept.

mod cipher;
#[cfg(test)]
pub(crate) mod composed;
mod luks1;
mod luks2;
mod metadata;
mod opened;

use tenken_model::fact::disk_encryption::KeyDerivation;
use thiserror::Error;

pub use self::cipher::Cipher;

/// How both versions begin, and how the second copy of version 2 does.
const MAGIC: &[u8] = b"LUKS\xba\xbe";
const MAGIC_OF_COPY: &[u8] = b"SKUL\xba\xbe";
/// What is read first: the whole header of version 1, and the binary part of version 2.
pub const HEAD_BYTES: u64 = 4_096;
/// Where the version is.
const VERSION_AT: usize = 6;

/// Why a header cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LuksError {
    /// It has no header here: the header is somewhere else, or it is no LUKS.
    #[error("no header of LUKS is there")]
    NoHeader,
    /// It ends too early.
    #[error("the header is cut short")]
    CutShort,
    /// Another version.
    #[error("the header has version {0}; 1 and 2 are known")]
    Version(u16),
    /// A size or place that no program writes.
    #[error("the header names a size or a place that does not fit")]
    Size,
    /// Its checksum is of an unknown kind, or another.
    #[error("the checksum of the header is not that of its content")]
    Checksum,
    /// A name or number in it is none.
    #[error("the header names a cipher, a key or a key slot that is none")]
    Malformed,
    /// Its metadata are not what version 2 has.
    #[error("the metadata in the header are no JSON of the known form")]
    Metadata,
    /// It has more of something than cryptsetup permits.
    #[error("the header has more key slots, tokens or segments than are permitted")]
    TooMany,
}

/// What a header says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The version of the format.
    pub version: u8,
    /// Which volume it is, without dashes, as mappings are named after it.
    pub uuid: String,
    /// How its data are stored now; at least one.
    pub segments: Vec<Segment>,
    /// By what the passphrase of each key slot becomes a key.
    pub key_slots: Vec<KeyDerivation>,
    /// It is being encrypted, encrypted anew or decrypted.
    pub unfinished: bool,
    /// What may open it in place of a passphrase.
    pub tokens: Vec<Token>,
}

/// How a part of the data is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// As it is.
    Plain,
    /// Encrypted by the kernel.
    Encrypted(Cipher),
    /// Encrypted by the drive alone.
    ByDrive,
}

/// What may open a volume in place of a passphrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token {
    /// The machine's TPM, which may ask for a PIN.
    Tpm {
        /// It does.
        asks: bool,
    },
    /// A FIDO2 key or a smart card that somebody has to bring.
    Carried,
    /// Clevis: the machine's TPM, or a server of the network.
    Clevis,
    /// It only says which key is kept on paper.
    Recovery,
    /// Another.
    Other,
}

impl Token {
    /// Somebody has to type something all the same.
    pub fn asks(self) -> bool {
        matches!(self, Self::Tpm { asks: true } | Self::Recovery)
    }
}

impl Header {
    /// Whether some data are not encrypted, or by a cipher that changes nothing.
    pub fn has_plain_data(&self) -> bool {
        self.segments.iter().any(|segment| match segment {
            Segment::Plain => true,
            Segment::Encrypted(cipher) => cipher.is_null(),
            Segment::ByDrive => false,
        })
    }

    /// The ciphers of its data, each once.
    pub fn ciphers(&self) -> Vec<&Cipher> {
        let mut found = Vec::new();
        for segment in &self.segments {
            if let Segment::Encrypted(cipher) = segment
                && !found.contains(&cipher)
            {
                found.push(cipher);
            }
        }
        found
    }
}

/// Reads the header of a device of which `part` gives at most so many bytes from an offset. Of the two copies that
/// version 2 has, the newer counts, and one alone suffices (LUKS2_disk_hdr_read).
pub fn read<E>(mut part: impl FnMut(u64, u64) -> Result<Vec<u8>, E>) -> Result<Result<Header, LuksError>, E> {
    let head = part(0, HEAD_BYTES)?;
    if head.starts_with(MAGIC) && version(&head) != Some(2) {
        return Ok(match version(&head) {
            Some(1) => luks1::parse(&head),
            Some(other) => Err(LuksError::Version(other)),
            None => Err(LuksError::CutShort),
        });
    }
    // One area at a time: both together may be 8 MiB.
    let first = copy(&mut part, &head, 0)?;
    let places = first.as_ref().map_or_else(|_| luks2::SIZES.to_vec(), |(_, size)| vec![*size]);
    let first = first.and_then(|(area, _)| luks2::parse(&area));
    let mut second = Err(LuksError::NoHeader);
    for place in places {
        let head = part(place, HEAD_BYTES)?;
        if let Ok((area, _)) = copy(&mut part, &head, place)? {
            second = luks2::parse(&area);
            break;
        }
    }
    Ok(match (first, second) {
        (Ok(first), Ok(second)) if second.0 > first.0 => Ok(second.1),
        (Ok(first), _) => Ok(first.1),
        (Err(_), Ok(second)) => Ok(second.1),
        (Err(first), Err(_)) => Err(first),
    })
}

/// One copy of a header of version 2, if its checksum is right, and its size.
fn copy<E>(
    part: &mut impl FnMut(u64, u64) -> Result<Vec<u8>, E>,
    head: &[u8],
    offset: u64,
) -> Result<Result<(Vec<u8>, u64), LuksError>, E> {
    let size = match luks2::size(head, offset) {
        Ok(size) => size,
        Err(error) => return Ok(Err(error)),
    };
    let area = part(offset, size)?;
    Ok(luks2::check(&area, offset).map(|()| (area, size)))
}

fn version(head: &[u8]) -> Option<u16> {
    bytes_at(head, VERSION_AT).map(u16::from_be_bytes)
}

/// So many bytes from there.
fn bytes_at<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

/// A text of a fixed length, which a zero ends.
fn text_at(bytes: &[u8], at: usize, length: usize) -> Option<&str> {
    let field = bytes.get(at..at.checked_add(length)?)?;
    let end = field.iter().position(|byte| *byte == 0).unwrap_or(field.len().saturating_sub(1));
    std::str::from_utf8(field.get(..end)?).ok()
}

/// The uuid in a field of 40 bytes, without dashes.
fn uuid_at(bytes: &[u8], at: usize) -> Option<String> {
    const LENGTH: usize = 40;
    let text = text_at(bytes, at, LENGTH)?.replace('-', "");
    text.bytes().all(|byte| byte.is_ascii_alphanumeric()).then_some(text)
}

/// Whether bytes begin like a header or like the second copy of one.
pub fn is_header(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC) || bytes.starts_with(MAGIC_OF_COPY)
}

/// What is read of a header, as a header of the same length that has another uuid, given by `named`, and no salt, digest or
/// key. One that cannot be read becomes one that cannot be read.
pub fn anew(bytes: &[u8], offset: u64, mut named: impl FnMut(&str) -> String) -> Vec<u8> {
    let mut written = if version(bytes) == Some(1) {
        luks1::parse(bytes).map(|header| luks1::write(&header, &named(&header.uuid)))
    } else {
        luks2::anew(bytes, offset, &mut named)
    }
    // What a header begins with is known to everybody.
    .unwrap_or_else(|_| bytes.iter().copied().take(if is_header(bytes) { VERSION_AT + 2 } else { 0 }).collect());
    written.resize(bytes.len(), 0);
    written
}

#[cfg(test)]
mod tests;
