//! Private keys: PKCS#8 (RFC 5958), PKCS#1 (RFC 8017), SEC 1 (RFC 5915), and OpenSSH's.
//!
//! Only what a key is like leaves this module, and a hash by which its certificate is found.

use aws_lc_rs::digest::{SHA256, digest};
use tenken_model::fact::certificates::KeyAlgorithm;

use super::der::{self, INTEGER, OCTET_STRING, OID, Reader, SEQUENCE};

/// What OpenSSH's keys begin with.
const OPENSSH: &[u8] = b"openssh-key-v1\0";

/// Object identifiers as they are written.
pub(super) const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const RSA_PSS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a];
pub(super) const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
pub(super) const DSA: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x01];
pub(super) const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
pub(super) const ED448: &[u8] = &[0x2b, 0x65, 0x71];

/// Curves with their length in bits.
pub(super) const CURVES: [(&[u8], u16); 10] = [
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07], 256),
    (&[0x2b, 0x81, 0x04, 0x00, 0x22], 384),
    (&[0x2b, 0x81, 0x04, 0x00, 0x23], 521),
    (&[0x2b, 0x81, 0x04, 0x00, 0x21], 224),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x01], 192),
    (&[0x2b, 0x81, 0x04, 0x00, 0x0a], 256),
    (&[0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x07], 256),
    (&[0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x0b], 384),
    (&[0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x0d], 512),
    (&[0x2b, 0x81, 0x04, 0x00, 0x08], 160),
];

/// What a key is like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyShape {
    /// A passphrase is needed.
    pub encrypted: bool,
    /// What it is for; absent where it is encrypted or broken.
    pub algorithm: Option<KeyAlgorithm>,
    /// Its length.
    pub bits: Option<usize>,
    /// A hash of its public half, where that stands in it.
    pub public: Option<PublicHash>,
}

/// A hash of the public half of a key.
pub type PublicHash = [u8; 32];

impl KeyShape {
    /// One of which nothing can be read without a passphrase.
    pub const ENCRYPTED: Self = Self { encrypted: true, algorithm: None, bits: None, public: None };
    /// One that says that it is a private key and of which nothing can be read.
    pub const UNREADABLE: Self = Self { encrypted: false, algorithm: None, bits: None, public: None };

    fn of(algorithm: KeyAlgorithm, bits: Option<usize>, public: Option<&[u8]>) -> Self {
        Self { encrypted: false, algorithm: Some(algorithm), bits, public: public.map(public_hash) }
    }
}

/// The hash of the modulus of RSA without leading zeros, or of the point of a curve.
pub fn public_hash(public: &[u8]) -> PublicHash {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, public).as_ref());
    hash
}

/// The length of a curve that is known.
pub fn curve_bits(oid: &[u8]) -> Option<usize> {
    CURVES.iter().find(|(known, _)| *known == oid).map(|(_, bits)| usize::from(*bits))
}

/// A curve of that length.
pub fn curve_oid(bits: usize) -> Option<&'static [u8]> {
    CURVES.iter().find(|(_, known)| usize::from(*known) == bits).map(|(oid, _)| *oid)
}

/// A key whose form nobody names, as it lies in a file of DER.
pub fn any(bytes: &[u8]) -> Option<KeyShape> {
    pkcs8(bytes).or_else(|| pkcs1(bytes)).or_else(|| sec1(bytes, None)).or_else(|| encrypted_pkcs8(bytes))
}

/// `PrivateKeyInfo`.
pub fn pkcs8(bytes: &[u8]) -> Option<KeyShape> {
    let mut info = der::whole(bytes)?;
    info.number().filter(|version| *version <= 1)?;
    let mut identifier = info.inside(SEQUENCE)?;
    let algorithm = identifier.expect(OID)?;
    let key = info.expect(OCTET_STRING)?;
    Some(match algorithm {
        RSA | RSA_PSS => pkcs1(key).unwrap_or(KeyShape::of(KeyAlgorithm::Rsa, None, None)),
        EC => {
            let curve = identifier.expect(OID);
            sec1(key, curve).unwrap_or(KeyShape::of(KeyAlgorithm::EllipticCurve, curve.and_then(curve_bits), None))
        }
        ED25519 => KeyShape::of(KeyAlgorithm::Edwards, Some(256), None),
        ED448 => KeyShape::of(KeyAlgorithm::Edwards, Some(456), None),
        DSA => {
            let prime = identifier.inside(SEQUENCE).and_then(|mut parameters| parameters.expect(INTEGER));
            KeyShape::of(KeyAlgorithm::Dsa, prime.map(der::bits), None)
        }
        _ => KeyShape::of(KeyAlgorithm::Other, None, None),
    })
}

/// `EncryptedPrivateKeyInfo`: an algorithm with parameters, and bytes.
pub fn encrypted_pkcs8(bytes: &[u8]) -> Option<KeyShape> {
    let mut info = der::whole(bytes)?;
    info.inside(SEQUENCE)?.expect(OID)?;
    info.expect(OCTET_STRING)?;
    info.0.is_empty().then_some(KeyShape::ENCRYPTED)
}

/// `RSAPrivateKey`.
pub fn pkcs1(bytes: &[u8]) -> Option<KeyShape> {
    let mut key = der::whole(bytes)?;
    key.number().filter(|version| *version <= 1)?;
    let modulus = key.expect(INTEGER)?;
    for _ in 0..7 {
        key.expect(INTEGER)?;
    }
    Some(KeyShape::of(KeyAlgorithm::Rsa, Some(der::bits(modulus)), Some(der::unsigned(modulus))))
}

/// `ECPrivateKey`, with the curve where it stands outside.
pub fn sec1(bytes: &[u8], curve: Option<&[u8]>) -> Option<KeyShape> {
    let mut key = der::whole(bytes)?;
    key.number().filter(|version| *version == 1)?;
    key.expect(OCTET_STRING)?;
    let (mut curve, mut point) = (curve, None);
    while let Some(optional) = key.element() {
        match optional.tag {
            0xa0 => curve = Reader(optional.content).expect(OID).or(curve),
            // Without the count of unused bits.
            0xa1 => point = Reader(optional.content).expect(der::BIT_STRING).and_then(|bits| bits.get(1..)),
            _ => {}
        }
    }
    Some(KeyShape::of(KeyAlgorithm::EllipticCurve, curve.and_then(curve_bits), point))
}

/// `DSAPrivateKey` of OpenSSL: a version and five numbers.
pub fn dsa(bytes: &[u8]) -> Option<KeyShape> {
    let mut key = der::whole(bytes)?;
    key.number().filter(|version| *version == 0)?;
    let prime = key.expect(INTEGER)?;
    Some(KeyShape::of(KeyAlgorithm::Dsa, Some(der::bits(prime)), None))
}

/// OpenSSH's form: PROTOCOL.key of its sources.
pub fn openssh(bytes: &[u8]) -> Option<KeyShape> {
    let mut rest = bytes.strip_prefix(OPENSSH)?;
    let cipher = string(&mut rest)?;
    let (_kdf, _options) = (string(&mut rest)?, string(&mut rest)?);
    let (count, behind) = rest.split_at_checked(4)?;
    rest = behind;
    let mut public = string(&mut rest).filter(|_| count == [0, 0, 0, 1])?;
    let kind = string(&mut public)?;
    let (algorithm, bits) = match kind {
        b"ssh-rsa" => {
            string(&mut public)?;
            (KeyAlgorithm::Rsa, Some(der::bits(string(&mut public)?)))
        }
        b"ssh-ed25519" => (KeyAlgorithm::Edwards, Some(256)),
        b"ecdsa-sha2-nistp256" => (KeyAlgorithm::EllipticCurve, Some(256)),
        b"ecdsa-sha2-nistp384" => (KeyAlgorithm::EllipticCurve, Some(384)),
        b"ecdsa-sha2-nistp521" => (KeyAlgorithm::EllipticCurve, Some(521)),
        b"ssh-dss" => (KeyAlgorithm::Dsa, Some(der::bits(string(&mut public)?))),
        _ => (KeyAlgorithm::Other, None),
    };
    Some(KeyShape { encrypted: cipher != b"none", algorithm: Some(algorithm), bits, public: None })
}

fn string<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, behind) = rest.split_first_chunk::<4>()?;
    let (text, behind) = behind.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
    *rest = behind;
    Some(text)
}
