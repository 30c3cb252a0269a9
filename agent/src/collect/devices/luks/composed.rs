//! Headers composed by hand, for tests.

use serde_json::{Value, json};

use super::{MAGIC, MAGIC_OF_COPY};

/// The uuid of every composed header, without dashes.
pub(crate) const UUID: &str = "68d4ec59a132402caaf7d1dac9244f2a";
/// The length of one copy.
pub(crate) const SIZE: usize = 16 << 10;
/// Where the second copy is.
pub(crate) const SECOND: u64 = 16 << 10;

/// What cryptsetup writes for one key slot and one segment, shortened.
pub(crate) fn usual() -> Value {
    json!({
        "keyslots": {"0": {"type": "luks2", "key_size": 64, "kdf": {"type": "argon2id", "salt": "c2VjcmV0"}}},
        "tokens": {},
        "segments": {"0": {"type": "crypt", "offset": "16777216", "size": "dynamic", "encryption": "aes-xts-plain64"}},
        "digests": {"0": {"type": "pbkdf2", "keyslots": ["0"], "segments": ["0"], "digest": "c2VjcmV0"}},
        "config": {"json_size": "12288", "keyslots_size": "16744448"}
    })
}

/// The same with another value at a place.
pub(crate) fn with(pointer: &str, value: Value) -> Value {
    let mut metadata = usual();
    let (above, key) = pointer.rsplit_once('/').unwrap();
    metadata.pointer_mut(above).unwrap()[key] = value;
    metadata
}

/// One copy at `offset`, written `count` times before.
pub(crate) fn written(metadata: &Value, offset: u64, count: u64) -> Vec<u8> {
    let mut area = vec![0; SIZE];
    let mut put = |at: usize, value: &[u8]| area[at..at + value.len()].copy_from_slice(value);
    put(0, if offset == 0 { MAGIC } else { MAGIC_OF_COPY });
    put(6, &[0, 2]);
    put(8, &SECOND.to_be_bytes());
    put(16, &count.to_be_bytes());
    put(72, b"sha256");
    put(104, b"salt that nobody needs");
    put(168, b"68d4ec59-a132-402c-aaf7-d1dac9244f2a");
    put(256, &offset.to_be_bytes());
    put(4_096, metadata.to_string().as_bytes());
    sealed(area)
}

/// A copy with the checksum that belongs to it.
pub(crate) fn sealed(mut area: Vec<u8>) -> Vec<u8> {
    area[448..512].fill(0);
    let sum = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &area);
    area[448..480].copy_from_slice(sum.as_ref());
    area
}

/// Both copies.
pub(crate) fn both(metadata: &Value) -> Vec<u8> {
    [written(metadata, 0, 3), written(metadata, SECOND, 3)].concat()
}

/// A header of version 1 with those states of its key slots.
pub(crate) fn luks1(kind: &str, mode: &str, states: [u32; 8]) -> Vec<u8> {
    let mut header = vec![0; 4_096];
    let mut put = |at: usize, value: &[u8]| header[at..at + value.len()].copy_from_slice(value);
    put(0, MAGIC);
    put(6, &[0, 1]);
    put(8, kind.as_bytes());
    put(40, mode.as_bytes());
    put(72, b"sha256");
    put(108, &32_u32.to_be_bytes());
    put(112, b"digest");
    put(168, b"68d4ec59-a132-402c-aaf7-d1dac9244f2a");
    for (slot, state) in states.into_iter().enumerate() {
        put(208 + slot * 48, &state.to_be_bytes());
    }
    header
}

/// One active key slot.
pub(crate) const ONE_KEY: [u32; 8] = [0x00ac_71f3, 0xdead, 0xdead, 0xdead, 0xdead, 0xdead, 0xdead, 0xdead];
