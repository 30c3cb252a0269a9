//! Version 1: one header of 592 bytes, numbers with the highest byte first (struct luks_phdr of lib/luks1/luks.h).

use tenken_model::fact::disk_encryption::KeyDerivation;

use super::{Cipher, Header, LuksError, MAGIC, Segment, bytes_at, cipher, text_at, uuid_at};

const CIPHER_AT: usize = 8;
const MODE_AT: usize = 40;
const HASH_AT: usize = 72;
const NAME_BYTES: usize = 32;
const KEY_BYTES_AT: usize = 108;
const UUID_AT: usize = 168;
const UUID_MAX: usize = 39;
const SLOTS_AT: usize = 208;
const SLOT_BYTES: usize = 48;
const SLOTS: usize = 8;
const ACTIVE: u32 = 0x00ac_71f3;
const DISABLED: u32 = 0x0000_dead;

/// Reads it.
pub(super) fn parse(bytes: &[u8]) -> Result<Header, LuksError> {
    let bytes = bytes.get(..SLOTS_AT + SLOTS * SLOT_BYTES).ok_or(LuksError::CutShort)?;
    let text = |at| text_at(bytes, at, NAME_BYTES).ok_or(LuksError::Malformed);
    let key_bytes = bytes_at(bytes, KEY_BYTES_AT).map(u32::from_be_bytes).ok_or(LuksError::CutShort)?;
    let name = cipher::name(&format!("{}-{}", text(CIPHER_AT)?, text(MODE_AT)?))?;
    let mut key_slots = Vec::new();
    for slot in 0..SLOTS {
        match bytes_at(bytes, SLOTS_AT + slot * SLOT_BYTES).map(u32::from_be_bytes) {
            Some(ACTIVE) => key_slots.push(KeyDerivation::Pbkdf2),
            Some(DISABLED) => {}
            _ => return Err(LuksError::Malformed),
        }
    }
    Ok(Header {
        version: 1,
        uuid: uuid_at(bytes, UUID_AT).ok_or(LuksError::Malformed)?,
        segments: vec![Segment::Encrypted(Cipher { name, key_bits: Some(cipher::key_bits(key_bytes, None)?) })],
        key_slots,
        unfinished: false,
        tokens: Vec::new(),
    })
}

/// Writes one of which the same is read, but for the uuid and a cipher that nobody knows.
pub(super) fn write(header: &Header, uuid: &str) -> Vec<u8> {
    let mut bytes = vec![0; SLOTS_AT + SLOTS * SLOT_BYTES];
    let mut put = |at: usize, value: &[u8]| {
        for (place, byte) in bytes.iter_mut().skip(at).zip(value) {
            *place = *byte;
        }
    };
    put(0, MAGIC);
    put(MAGIC.len(), &[0, 1]);
    if let Some(Segment::Encrypted(Cipher { name, key_bits })) = header.segments.first() {
        let name = cipher::known(name);
        let (kind, mode) = name.split_once('-').unwrap_or((&name, "x"));
        put(CIPHER_AT, kind.as_bytes());
        put(MODE_AT, mode.as_bytes());
        put(KEY_BYTES_AT, &(key_bits.unwrap_or_default() / 8).to_be_bytes());
    }
    put(HASH_AT, b"sha256");
    put(UUID_AT, uuid.as_bytes().get(..UUID_MAX).unwrap_or(uuid.as_bytes()));
    for slot in 0..SLOTS {
        let state = if slot < header.key_slots.len() { ACTIVE } else { DISABLED };
        put(SLOTS_AT + slot * SLOT_BYTES, &state.to_be_bytes());
    }
    bytes
}
