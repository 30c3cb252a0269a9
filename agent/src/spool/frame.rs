//! How records lie in a file: length, checksum, payload.
//!
//! The checksum (CRC-32, little-endian like the length) covers the length too, so that neither a run of
//! zeros, as a crash may leave, nor a damaged length is taken for a frame.

use std::io::{self, Read};

/// The largest payload in bytes.
pub const PAYLOAD_BYTES_MAX: usize = 1 << 20;
/// Bytes before the payload.
pub const HEADER_BYTES: usize = 8;

/// What comes next in a file of frames.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// A whole frame's payload.
    Frame(Vec<u8>),
    /// The file ends here, between two frames.
    End,
    /// What follows is no whole frame: cut off or damaged.
    Torn,
}

/// The bytes of a frame; `None` if the payload is too large for one.
pub fn encode(payload: &[u8]) -> Option<Vec<u8>> {
    let length = u32::try_from(payload.len()).ok().filter(|_| payload.len() <= PAYLOAD_BYTES_MAX)?.to_le_bytes();
    let mut frame = Vec::with_capacity(HEADER_BYTES + payload.len());
    frame.extend_from_slice(&length);
    frame.extend_from_slice(&checksum(length, payload).to_le_bytes());
    frame.extend_from_slice(payload);
    Some(frame)
}

/// Reads one frame. Errors are those of the reader; damage is [`Next::Torn`].
pub fn next(reader: &mut impl Read) -> io::Result<Next> {
    let mut header = Vec::with_capacity(HEADER_BYTES);
    reader.by_ref().take(8).read_to_end(&mut header)?;
    let (Some(length), Some(sum)) = (header.first_chunk::<4>(), header.get(4..).and_then(<[u8]>::first_chunk::<4>))
    else {
        return Ok(if header.is_empty() { Next::End } else { Next::Torn });
    };
    let bytes = u32::from_le_bytes(*length);
    let wanted = usize::try_from(bytes).unwrap_or(usize::MAX);
    if wanted > PAYLOAD_BYTES_MAX {
        return Ok(Next::Torn);
    }
    let mut payload = Vec::new();
    reader.by_ref().take(u64::from(bytes)).read_to_end(&mut payload)?;
    let whole = payload.len() == wanted && checksum(*length, &payload) == u32::from_le_bytes(*sum);
    Ok(if whole { Next::Frame(payload) } else { Next::Torn })
}

fn checksum(length: [u8; 4], payload: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&length);
    hasher.update(payload);
    hasher.finalize()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(mut bytes: &[u8]) -> (Vec<Vec<u8>>, Next) {
        let mut found = Vec::new();
        loop {
            match next(&mut bytes).unwrap() {
                Next::Frame(payload) => found.push(payload),
                end @ (Next::End | Next::Torn) => return (found, end),
            }
        }
    }

    #[test]
    fn odd_tails_are_torn() {
        assert_eq!(next(&mut [].as_slice()).unwrap(), Next::End);
        for tail in [&[0][..], &[0; 8], &[0; 64], &[255; 12], b"{\"seq\":1}"] {
            assert_eq!(next(&mut &*tail).unwrap(), Next::Torn, "{tail:?}");
        }
        assert_eq!(encode(&vec![0; PAYLOAD_BYTES_MAX + 1]), None);
    }

    proptest! {
        #[test]
        fn a_cut_or_a_flipped_bit_never_makes_another_payload(
            payloads in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..20), 1..4),
            cut in any::<prop::sample::Index>(),
            bit in 0_u8..8,
        ) {
            let bytes: Vec<u8> = payloads.iter().flat_map(|payload| encode(payload).unwrap()).collect();
            prop_assert_eq!(all(&bytes), (payloads.clone(), Next::End));
            let at = cut.index(bytes.len());
            let (found, _) = all(&bytes[..at]);
            prop_assert!(payloads.starts_with(&found));
            let mut damaged = bytes;
            damaged[at] ^= 1 << bit;
            let (found, end) = all(&damaged);
            prop_assert!(payloads.starts_with(&found) && found.len() < payloads.len());
            prop_assert_eq!(end, Next::Torn);
        }

        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = all(&bytes);
        }
    }
}
