//! Encrypted messages and documents, by how they begin: CMS and S/MIME, OpenPGP, age, PDF, and office documents.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tenken_model::fact::outbox::{FileForm, Protection};

use crate::collect::certificates::der::{OID, Reader, SEQUENCE};

/// The most bytes of the beginning that are looked at.
pub const BEGINNING: usize = 16 << 10;
/// id-envelopedData, id-authEnvelopedData: RFC 5652 and RFC 5083.
const ENVELOPED: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x03];
const AUTHENTICATED: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x17];
/// The begin of what object identifiers of CMS have in common.
const PKCS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01];
/// Object identifiers of AES: 2.16.840.1.101.3.4.1.
const CIPHER_AES: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01];
const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// The form of a file and how it is protected, by its beginning; nothing for a form that is not known here.
pub fn of(begin: &[u8]) -> Option<(FileForm, Protection)> {
    if begin.starts_with(b"age-encryption.org/v1\n") || begin.starts_with(b"-----BEGIN AGE ENCRYPTED FILE-----") {
        return Some((FileForm::Age, Protection::Encrypted));
    }
    if begin.starts_with(b"%PDF-") {
        // Whether and how it is encrypted stands at its end, in an object that may be packed.
        return Some((FileForm::Pdf, Protection::Unknown));
    }
    let text = begin.trim_ascii_start();
    if let Some(rest) = text.strip_prefix(b"-----BEGIN PGP MESSAGE-----") {
        let protection = armoured(rest).map_or(Protection::Unknown, |bytes| open_pgp(&bytes));
        return Some((FileForm::OpenPgp, protection));
    }
    for label in [&b"-----BEGIN CMS-----"[..], b"-----BEGIN PKCS7-----"] {
        if let Some(rest) = text.strip_prefix(label) {
            let found = lines(rest, |_| false).and_then(|bytes| cms(&bytes));
            return Some((FileForm::Cms, found.unwrap_or(Protection::Unknown)));
        }
    }
    if let Some(protection) = mime(text).or_else(|| cms(begin)) {
        return Some((FileForm::Cms, protection));
    }
    match open_pgp(begin) {
        Protection::Encrypted => Some((FileForm::OpenPgp, Protection::Encrypted)),
        Protection::Open | Protection::Unknown => None,
    }
}

/// `ContentInfo`. Lengths may be indefinite, as `openssl cms -stream` writes them.
fn cms(bytes: &[u8]) -> Option<Protection> {
    let inside = match bytes {
        [SEQUENCE, 0x80, rest @ ..] => rest,
        [SEQUENCE, length, rest @ ..] if *length < 0x80 => rest,
        [SEQUENCE, length, rest @ ..] => rest.get(usize::from(length & 0x7f)..)?,
        _ => return None,
    };
    let kind = Reader(inside).expect(OID)?;
    if kind != ENVELOPED && kind != AUTHENTICATED {
        return kind.starts_with(PKCS).then_some(Protection::Open);
    }
    // The cipher stands behind the recipients.
    let aes = inside.windows(CIPHER_AES.len()).any(|window| window == CIPHER_AES);
    Some(if aes { Protection::Encrypted } else { Protection::Unknown })
}

/// A mail whose whole content is CMS: `Content-Type: application/pkcs7-mime` (RFC 8551).
fn mime(text: &[u8]) -> Option<Protection> {
    let end = text.windows(2).position(|two| two == b"\n\n").map(|at| (at, at + 2));
    let end = end.or_else(|| text.windows(4).position(|four| four == b"\r\n\r\n").map(|at| (at, at + 4)));
    let (head, body) = end.and_then(|(head, body)| Some((text.get(..head)?, text.get(body..)?)))?;
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let is_cms = head.contains("content-type: application/pkcs7-mime")
        || head.contains("content-type: application/x-pkcs7-mime");
    if !is_cms {
        return None;
    }
    Some(lines(body, |_| false).and_then(|bytes| cms(&bytes)).unwrap_or(Protection::Unknown))
}

/// What armour holds, as far as it is there: RFC 9580, 6.2.
fn armoured(rest: &[u8]) -> Option<Vec<u8>> {
    let behind = rest.windows(2).position(|two| two == b"\n\n").map(|at| at + 2);
    let behind = behind.or_else(|| rest.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4))?;
    lines(rest.get(behind..)?, |line| line.starts_with(b"="))
}

/// Lines of base64 to the first that is none, or at which it ends.
fn lines(text: &[u8], ends: impl Fn(&[u8]) -> bool) -> Option<Vec<u8>> {
    let mut encoded = Vec::new();
    for line in text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii) {
        if line.starts_with(b"-") || ends(line) {
            break;
        }
        encoded.extend_from_slice(line);
    }
    encoded.truncate(encoded.len() / 4 * 4);
    STANDARD.decode(encoded).ok()
}

/// Packets that encrypt come first: RFC 9580, 10.3. Encrypted data without a check of its integrity (tag 9) is told to be open:
/// who is between can change it.
fn open_pgp(bytes: &[u8]) -> Protection {
    const PUBLIC_KEY_SESSION: u8 = 1;
    const SYMMETRIC_SESSION: u8 = 3;
    const WITHOUT_CHECK: u8 = 9;
    const WITH_CHECK: [u8; 2] = [18, 20];
    const PACKETS_MAX: usize = 64;
    let (mut rest, mut sessions) = (bytes, 0);
    for _ in 0..PACKETS_MAX {
        let Some((tag, length, behind)) = packet(rest) else { return Protection::Unknown };
        match tag {
            PUBLIC_KEY_SESSION | SYMMETRIC_SESSION if (2..=8).contains(&behind.first().copied().unwrap_or(0)) => {
                sessions += 1;
            }
            tag if sessions > 0 && WITH_CHECK.contains(&tag) => return Protection::Encrypted,
            WITHOUT_CHECK if sessions > 0 => return Protection::Open,
            _ => return Protection::Unknown,
        }
        let Some(next) = length.and_then(|length| behind.get(length..)) else { return Protection::Unknown };
        rest = next;
    }
    Protection::Unknown
}

/// The tag of a packet, the length of what it holds unless that is not known, and what follows its head.
fn packet(bytes: &[u8]) -> Option<(u8, Option<usize>, &[u8])> {
    let (first, rest) = bytes.split_first().filter(|(first, _)| **first & 0x80 != 0)?;
    let number = |bytes: &[u8]| bytes.iter().fold(0_usize, |sum, byte| sum.saturating_mul(256) + usize::from(*byte));
    if first & 0x40 == 0 {
        let count = [1, 2, 4].get(usize::from(first & 3)).copied();
        let Some(count) = count else { return Some(((first >> 2) & 15, None, rest)) };
        let (length, behind) = rest.split_at_checked(count)?;
        return Some(((first >> 2) & 15, Some(number(length)), behind));
    }
    let (length, behind) = rest.split_first()?;
    let (length, behind) = match length {
        0..=191 => (Some(usize::from(*length)), behind),
        192..=223 => {
            let (second, behind) = behind.split_first()?;
            (Some((usize::from(*length) - 192) * 256 + usize::from(*second) + 192), behind)
        }
        224..=254 => (None, behind),
        255 => {
            let (length, behind) = behind.split_at_checked(4)?;
            (Some(number(length)), behind)
        }
    };
    Some((first & 0x3f, length, behind))
}

/// Where the directory of a compound file begins: MS-CFB, 2.2. Nothing for another file.
pub fn office_directory(begin: &[u8]) -> Option<u64> {
    begin.strip_prefix(OLE)?;
    let shift = begin.get(30..32)?.try_into().ok().map(u16::from_le_bytes)?;
    let sector = begin.get(48..52)?.try_into().ok().map(u32::from_le_bytes)?;
    (u64::from(sector) + 1).checked_mul(1_u64.checked_shl(shift.into()).filter(|_| (9..=12).contains(&shift))?)
}

/// An office document with a password is a compound file with a stream `EncryptedPackage`: MS-OFFCRYPTO, 1.3.3. The names of
/// streams are in UTF-16. Older documents do not tell here, nor those whose directory is not in one piece.
pub fn office(directory: &[u8]) -> Protection {
    let name: Vec<u8> = "EncryptedPackage".bytes().flat_map(|letter| [letter, 0]).collect();
    if directory.windows(name.len()).any(|window| window == name) { Protection::Encrypted } else { Protection::Unknown }
}
