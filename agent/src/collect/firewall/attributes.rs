//! Messages of the netfilter netlink socket and their attributes.
//!
//! Source: linux/netfilter/nfnetlink.h. Heads are in the machine's order, numbers in attributes in the network's; each begins
//! on a multiple of 4 bytes.

use thiserror::Error;

const HEADER: usize = 16;
/// The header of the netfilter family: its family, a version, a number.
const FAMILY_HEADER: usize = 4;
const ERROR: u16 = 2;
const DONE: u16 = 3;

/// Why a dump says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DumpError {
    /// A message or attribute is cut off.
    #[error("a netfilter message is cut off")]
    Cut,
    /// The kernel refused.
    #[error("the kernel answered with an error")]
    Refused,
    /// There are too many entries.
    #[error("there are too many entries")]
    TooMany,
    /// The rules changed between two dumps.
    #[error("it changed while it was read")]
    Changed,
}

/// A message: the lower byte of its kind, its family and its attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message<'a> {
    /// What it tells (NFT_MSG_*).
    pub kind: u16,
    /// The family (NFPROTO_*).
    pub family: u8,
    /// Counts the changes of the rules (`res_id`).
    pub generation: u16,
    /// What follows.
    pub attributes: Attributes<'a>,
}

/// The messages of a dump up to its end; one that does not end is cut off.
pub fn messages(datagrams: &[Vec<u8>], entries_max: usize) -> Result<Vec<Message<'_>>, DumpError> {
    let mut found = Vec::new();
    for datagram in datagrams {
        let mut rest = datagram.as_slice();
        while !rest.is_empty() {
            let head = |at: usize| rest.get(at..).and_then(|rest| rest.first_chunk::<2>()).ok_or(DumpError::Cut);
            let length = rest.first_chunk::<4>().map(|bytes| u32::from_ne_bytes(*bytes)).ok_or(DumpError::Cut)?;
            let length = usize::try_from(length).map_err(|_| DumpError::Cut)?;
            let kind = u16::from_ne_bytes(*head(4)?);
            let body = rest.get(HEADER..length).ok_or(DumpError::Cut)?;
            match kind {
                DONE => return Ok(found),
                ERROR => return Err(DumpError::Refused),
                _ => {
                    let family = *body.first().ok_or(DumpError::Cut)?;
                    let generation = body.get(2..FAMILY_HEADER).and_then(|bytes| bytes.first_chunk());
                    let generation = u16::from_be_bytes(*generation.ok_or(DumpError::Cut)?);
                    let attributes = Attributes(body.get(FAMILY_HEADER..).ok_or(DumpError::Cut)?);
                    found.push(Message { kind: kind & 0xff, family, generation, attributes });
                }
            }
            if found.len() > entries_max {
                return Err(DumpError::TooMany);
            }
            rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
        }
    }
    Err(DumpError::Cut)
}

/// Attributes one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Attributes<'a>(pub &'a [u8]);

impl<'a> Attributes<'a> {
    /// Number and value of each. Ends at one that is cut off.
    pub fn each(self) -> impl Iterator<Item = (u16, &'a [u8])> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let length = usize::from(u16::from_ne_bytes(*rest.first_chunk()?));
            let name = u16::from_ne_bytes(*rest.get(2..)?.first_chunk()?) & 0x3fff;
            let value = rest.get(4..length)?;
            rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
            Some((name, value))
        })
    }

    /// The value of one.
    pub fn get(self, wanted: u16) -> Option<&'a [u8]> {
        self.each().find(|(name, _)| *name == wanted).map(|(_, value)| value)
    }

    /// Those within one.
    #[must_use]
    pub fn within(self, wanted: u16) -> Self {
        Self(self.get(wanted).unwrap_or_default())
    }

    /// A number of four bytes.
    pub fn number(self, wanted: u16) -> Option<u32> {
        self.get(wanted)?.first_chunk().map(|bytes| u32::from_be_bytes(*bytes))
    }

    /// A text that ends with a byte of zero.
    pub fn text(self, wanted: u16) -> Option<String> {
        self.get(wanted).map(text)
    }
}

/// A text, without the byte of zero at its end.
pub fn text(value: &[u8]) -> String {
    let end = value.iter().position(|byte| *byte == 0).unwrap_or(value.len());
    String::from_utf8_lossy(value.get(..end).unwrap_or_default()).into_owned()
}
