//! Version 2: two copies of a binary header of 4 KiB with an area of JSON behind it, each with a checksum of both
//! (struct luks2_hdr_disk of lib/luks2/luks2.h).

use aws_lc_rs::digest::{Algorithm, Context, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA384, SHA512};

use super::{Header, LuksError, MAGIC, MAGIC_OF_COPY, bytes_at, metadata, text_at, uuid_at, version};

/// The sizes that a copy may have, which are also the places of the second one (LUKS2_HDR2_OFFSETS).
pub(super) const SIZES: [u64; 9] =
    [16 << 10, 32 << 10, 64 << 10, 128 << 10, 256 << 10, 512 << 10, 1 << 20, 2 << 20, 4 << 20];
const BINARY_BYTES: usize = 4_096;
const SIZE_AT: usize = 8;
const COUNT_AT: usize = 16;
const CHECKSUM_KIND_AT: usize = 72;
const CHECKSUM_KIND_BYTES: usize = 32;
const UUID_AT: usize = 168;
const UUID_MAX: usize = 39;
const OFFSET_AT: usize = 256;
const CHECKSUM_AT: usize = 448;
const CHECKSUM_BYTES: usize = 64;

/// How long the copy is that begins there.
pub(super) fn size(head: &[u8], offset: u64) -> Result<u64, LuksError> {
    let magic = if offset == 0 { MAGIC } else { MAGIC_OF_COPY };
    if !head.starts_with(magic) {
        return Err(LuksError::NoHeader);
    }
    match version(head) {
        Some(2) => {}
        Some(other) => return Err(LuksError::Version(other)),
        None => return Err(LuksError::CutShort),
    }
    let number = |at| bytes_at(head, at).map(u64::from_be_bytes).ok_or(LuksError::CutShort);
    let size = number(SIZE_AT)?;
    let is_there = number(OFFSET_AT)? == offset && (offset == 0 || offset == size);
    if is_there && SIZES.contains(&size) { Ok(size) } else { Err(LuksError::Size) }
}

/// Whether a copy is whole.
pub(super) fn check(area: &[u8], offset: u64) -> Result<(), LuksError> {
    let size = size(area, offset)?;
    if u64::try_from(area.len()).ok() != Some(size) {
        return Err(LuksError::CutShort);
    }
    let sum = checksum(area)?;
    let told = area.get(CHECKSUM_AT..CHECKSUM_AT + CHECKSUM_BYTES).ok_or(LuksError::CutShort)?;
    if told.starts_with(&sum) { Ok(()) } else { Err(LuksError::Checksum) }
}

/// The checksum is that of an area in which it is zero.
fn checksum(area: &[u8]) -> Result<Vec<u8>, LuksError> {
    let kind: &Algorithm = match text_at(area, CHECKSUM_KIND_AT, CHECKSUM_KIND_BYTES) {
        Some("sha256") => &SHA256,
        Some("sha1") => &SHA1_FOR_LEGACY_USE_ONLY,
        Some("sha384") => &SHA384,
        Some("sha512") => &SHA512,
        _ => return Err(LuksError::Checksum),
    };
    let mut sum = Context::new(kind);
    sum.update(area.get(..CHECKSUM_AT).ok_or(LuksError::CutShort)?);
    sum.update(&[0; CHECKSUM_BYTES]);
    sum.update(area.get(CHECKSUM_AT + CHECKSUM_BYTES..).ok_or(LuksError::CutShort)?);
    Ok(sum.finish().as_ref().to_vec())
}

/// Reads a copy that is whole: how many times the header was written before, and what it says.
pub(super) fn parse(area: &[u8]) -> Result<(u64, Header), LuksError> {
    let count = bytes_at(area, COUNT_AT).map(u64::from_be_bytes).ok_or(LuksError::CutShort)?;
    let uuid = uuid_at(area, UUID_AT).ok_or(LuksError::Malformed)?;
    Ok((count, metadata::Metadata::parse(json(area)?)?.header(uuid)?))
}

/// The text of the metadata, behind which there is nothing.
fn json(area: &[u8]) -> Result<&[u8], LuksError> {
    let text = area.get(BINARY_BYTES..).ok_or(LuksError::CutShort)?;
    let end = text.iter().position(|byte| *byte == 0).ok_or(LuksError::Metadata)?;
    let (text, rest) = text.split_at(end);
    if rest.iter().all(|byte| *byte == 0) { Ok(text) } else { Err(LuksError::Metadata) }
}

/// The same copy, and the second one if it is there too, with another uuid and nothing that is not read.
pub(super) fn anew(bytes: &[u8], offset: u64, named: &mut impl FnMut(&str) -> String) -> Result<Vec<u8>, LuksError> {
    let length = size(bytes, offset)?;
    let (area, rest) =
        usize::try_from(length).ok().and_then(|at| bytes.split_at_checked(at)).ok_or(LuksError::CutShort)?;
    let mut written = copy_anew(area, offset, named)?;
    if offset == 0
        && let Some(second) = rest.get(..area.len())
    {
        written.extend(copy_anew(second, length, named).unwrap_or_default());
    }
    Ok(written)
}

fn copy_anew(area: &[u8], offset: u64, named: &mut impl FnMut(&str) -> String) -> Result<Vec<u8>, LuksError> {
    check(area, offset)?;
    let uuid = uuid_at(area, UUID_AT).ok_or(LuksError::Malformed)?;
    let metadata = metadata::Metadata::parse(json(area)?)?;
    metadata.header(uuid.clone())?;
    let count = bytes_at(area, COUNT_AT).map(u64::from_be_bytes).ok_or(LuksError::CutShort)?;
    write(&metadata.scrubbed(), &named(&uuid), count, (offset, size(area, offset)?))
}

/// Writes a copy of that size at that place.
fn write(
    metadata: &metadata::Metadata,
    uuid: &str,
    count: u64,
    (offset, size): (u64, u64),
) -> Result<Vec<u8>, LuksError> {
    let length = usize::try_from(size).map_err(|_| LuksError::Size)?;
    let text = metadata.text()?;
    if BINARY_BYTES + text.len() >= length {
        return Err(LuksError::Size);
    }
    let mut area = vec![0; length];
    let mut put = |at: usize, value: &[u8]| {
        for (place, byte) in area.iter_mut().skip(at).zip(value) {
            *place = *byte;
        }
    };
    put(0, if offset == 0 { MAGIC } else { MAGIC_OF_COPY });
    put(MAGIC.len(), &[0, 2]);
    put(SIZE_AT, &size.to_be_bytes());
    put(COUNT_AT, &count.to_be_bytes());
    put(CHECKSUM_KIND_AT, b"sha256");
    put(UUID_AT, uuid.as_bytes().get(..UUID_MAX).unwrap_or(uuid.as_bytes()));
    put(OFFSET_AT, &offset.to_be_bytes());
    put(BINARY_BYTES, &text);
    let sum = checksum(&area)?;
    for (place, byte) in area.iter_mut().skip(CHECKSUM_AT).zip(sum) {
        *place = byte;
    }
    Ok(area)
}
