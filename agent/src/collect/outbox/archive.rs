//! Archives: ZIP with WinZip's AES (APPNOTE 6.3.10, and "AES Encryption Information" of WinZip), and 7-Zip.

use tenken_model::fact::outbox::Protection;

const END: &[u8] = b"PK\x05\x06";
const END_LENGTH: usize = 22;
const CENTRAL: &[u8] = b"PK\x01\x02";
const CENTRAL_LENGTH: usize = 46;
/// The mark of WinZip's AES in the extra field.
const AES: u16 = 0x9901;
/// The method of entries that are encrypted so.
const METHOD_AES: u16 = 99;
const ENCRYPTED: u16 = 1;
/// The most entries that are looked at.
const ENTRIES_MAX: usize = 65_535;

/// The last bytes of an archive that hold the end of its directory, with the longest comment.
pub const TAIL: usize = END_LENGTH + 65_535;

/// Where the directory of a ZIP lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Directory {
    /// From the beginning of the file.
    pub offset: u64,
    /// Its length in bytes.
    pub length: u64,
    /// How many entries it has.
    pub entries: usize,
}

/// Finds the directory by the last bytes of a file. Nothing for one that is no ZIP, is in several parts, or larger than four
/// gibibytes (ZIP64).
pub fn directory(tail: &[u8]) -> Option<Directory> {
    let at = tail.windows(END.len()).rposition(|window| window == END)?;
    let end = tail.get(at..at + END_LENGTH)?;
    let (entries, length, offset) = (short(end, 10)?, long(end, 12)?, long(end, 16)?);
    let one_part = short(end, 4)? == 0 && short(end, 6)? == 0 && short(end, 8)? == entries;
    let small = entries != u16::MAX && offset != u32::MAX;
    (one_part && small).then_some(Directory { offset: offset.into(), length: length.into(), entries: entries.into() })
}

/// Whether every file of a directory is encrypted with AES. One whose entries are not as many as its end says, or that is cut
/// off, does not tell. ZipCrypto is no encryption: its keys are computed from a few known bytes.
pub fn zip(directory: &[u8], entries: usize) -> Protection {
    let mut rest = directory;
    let mut files = 0;
    for _ in 0..entries.min(ENTRIES_MAX) {
        let Some((entry, behind)) = entry(rest) else { return Protection::Unknown };
        rest = behind;
        match entry {
            Entry::Folder => {}
            Entry::Aes => files += 1,
            Entry::Other => return Protection::Open,
        }
    }
    if files > 0 && rest.is_empty() { Protection::Encrypted } else { Protection::Unknown }
}

enum Entry {
    /// It holds nothing.
    Folder,
    Aes,
    Other,
}

fn entry(bytes: &[u8]) -> Option<(Entry, &[u8])> {
    let head = bytes.get(..CENTRAL_LENGTH).filter(|head| head.starts_with(CENTRAL))?;
    let (flags, method, size) = (short(head, 8)?, short(head, 10)?, long(head, 24)?);
    let length = |at| short(head, at).map(usize::from);
    let (name, extra, comment) = (length(28)?, length(30)?, length(32)?);
    let name = bytes.get(CENTRAL_LENGTH..CENTRAL_LENGTH + name)?;
    let begin = CENTRAL_LENGTH + name.len();
    let extra = bytes.get(begin..begin + extra)?;
    let behind = bytes.get(begin + extra.len() + comment..)?;
    let aes = flags & ENCRYPTED != 0 && method == METHOD_AES && fields(extra).any(|id| id == AES);
    let kind = if aes {
        Entry::Aes
    } else if name.ends_with(b"/") && size == 0 {
        Entry::Folder
    } else {
        Entry::Other
    };
    Some((kind, behind))
}

/// The numbers of the extra fields.
fn fields(mut extra: &[u8]) -> impl Iterator<Item = u16> {
    std::iter::from_fn(move || {
        let (id, length) = (short(extra, 0)?, short(extra, 2)?);
        extra = extra.get(4 + usize::from(length)..)?;
        Some(id)
    })
}

/// What the beginning of a 7-Zip archive says of where its header lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// From the beginning of the file.
    pub offset: u64,
    /// Its length in bytes.
    pub length: u64,
}

/// The signature of 7-Zip.
pub const SEVEN_ZIP: &[u8] = b"7z\xbc\xaf\x27\x1c";

/// Reads the first 32 bytes: 7zFormat.txt of its sources.
pub fn seven_zip_header(begin: &[u8]) -> Option<Header> {
    let rest = begin.get(..32)?.strip_prefix(SEVEN_ZIP)?;
    let number = |at: usize| rest.get(at..at + 8)?.try_into().ok().map(u64::from_le_bytes);
    Some(Header { offset: number(6)?.checked_add(32)?, length: number(14)? })
}

/// Whether the files of an archive are encrypted, by its header. A header that is packed tells only if it is encrypted too:
/// then so is everything. One that is packed without it hides which coders its files have.
pub fn seven_zip(header: &[u8]) -> Protection {
    /// 7zAES: AES-256 with SHA-256.
    const CODER: &[u8] = b"\x24\x06\xf1\x07\x01";
    const ENCODED: u8 = 0x17;
    const PLAIN: u8 = 0x01;
    let aes = header.windows(CODER.len()).any(|window| window == CODER);
    match header.first() {
        Some(&ENCODED) if aes => Protection::Encrypted,
        // Which of several folders it is for is not told here.
        Some(&PLAIN) if !aes => Protection::Open,
        _ => Protection::Unknown,
    }
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2)?.try_into().ok().map(u16::from_le_bytes)
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}
