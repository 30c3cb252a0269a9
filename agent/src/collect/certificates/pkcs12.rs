//! PKCS#12 (RFC 7292): a private key with its certificates in one file.

use super::der::{self, OCTET_STRING, OID, Reader, SEQUENCE};

const DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
const KEY_BAG: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x0a, 0x01, 0x01];
const CERTIFICATE_BAG: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x0a, 0x01, 0x03];
const X509: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x16, 0x01];
/// The content of an element whose tag the context gives.
const OF_CONTEXT: u8 = 0xa0;
/// The most bags of one file.
const BAGS_MAX: usize = 256;

/// What can be read of such a file without its passphrase.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pkcs12 {
    /// A key lies in it without encryption.
    pub plain_key: bool,
    /// A part is encrypted, in which certificates may lie.
    pub hidden_parts: bool,
    /// Its structure could be followed to its end.
    pub followed: bool,
    /// Certificates that lie open, as DER.
    pub certificates: Vec<Vec<u8>>,
}

/// Reads a file; nothing where it is none. Files in BER with lengths that are not definite are recognised and not followed.
pub fn parse(bytes: &[u8]) -> Option<Pkcs12> {
    // Version 3, and a content of a type that PKCS#12 allows.
    if let Some(rest) = bytes.strip_prefix(b"\x30\x80\x02\x01\x03\x30\x80\x06\x09") {
        return (rest.starts_with(DATA) || rest.starts_with(SIGNED_DATA)).then(Pkcs12::default);
    }
    let mut file = Reader(bytes).inside(SEQUENCE)?;
    file.number().filter(|version| *version == 3)?;
    let mut content = file.inside(SEQUENCE)?;
    let kind = content.expect(OID)?;
    if kind == SIGNED_DATA {
        return Some(Pkcs12::default());
    }
    let mut found = (kind == DATA).then(Pkcs12::default)?;
    found.followed = authenticated(content, &mut found).is_some();
    Some(found)
}

fn authenticated(mut content: Reader<'_>, found: &mut Pkcs12) -> Option<()> {
    let safe = content.inside(OF_CONTEXT)?.expect(OCTET_STRING)?;
    let mut parts = der::whole(safe)?;
    let mut bags_left = BAGS_MAX;
    while !parts.0.is_empty() {
        let mut part = parts.inside(SEQUENCE)?;
        if part.expect(OID)? != DATA {
            found.hidden_parts = true;
            continue;
        }
        let mut bags = der::whole(part.inside(OF_CONTEXT)?.expect(OCTET_STRING)?)?;
        while !bags.0.is_empty() {
            bags_left = bags_left.checked_sub(1)?;
            bag(bags.inside(SEQUENCE)?, found)?;
        }
    }
    Some(())
}

fn bag(mut bag: Reader<'_>, found: &mut Pkcs12) -> Option<()> {
    let kind = bag.expect(OID)?;
    let mut value = bag.inside(OF_CONTEXT)?;
    if kind == KEY_BAG {
        found.plain_key = true;
    } else if kind == CERTIFICATE_BAG {
        let mut certificate = value.inside(SEQUENCE)?;
        if certificate.expect(OID)? == X509 {
            found.certificates.push(certificate.inside(OF_CONTEXT)?.expect(OCTET_STRING)?.to_vec());
        }
    }
    Some(())
}

/// A file with a key, encrypted or not, and certificates that lie open or are hidden.
pub fn written(shape: &Pkcs12) -> Vec<u8> {
    let oid = |oid: &[u8]| der::element(OID, oid);
    let of_context = |content: &[u8]| der::element(OF_CONTEXT, content);
    let octets = |content: &[u8]| der::element(OCTET_STRING, content);
    let version = der::element(der::INTEGER, &[3]);
    if !shape.followed {
        return der::sequence(&[version, der::sequence(&[oid(SIGNED_DATA)])]);
    }
    let mut bags: Vec<Vec<u8>> = Vec::new();
    if shape.plain_key {
        bags.push(der::sequence(&[oid(KEY_BAG), of_context(&der::sequence(&[]))]));
    }
    for certificate in &shape.certificates {
        let value = der::sequence(&[oid(X509), of_context(&octets(certificate))]);
        bags.push(der::sequence(&[oid(CERTIFICATE_BAG), of_context(&value)]));
    }
    let mut parts = vec![der::sequence(&[oid(DATA), of_context(&octets(&der::sequence(&bags)))])];
    if shape.hidden_parts {
        parts.push(der::sequence(&[oid(SIGNED_DATA)]));
    }
    let safe = of_context(&octets(&der::sequence(&parts)));
    der::sequence(&[version, der::sequence(&[oid(DATA), safe])])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for plain_key in [false, true] {
            for hidden_parts in [false, true] {
                let shape = Pkcs12 { plain_key, hidden_parts, followed: true, certificates: vec![vec![1, 2], vec![]] };
                assert_eq!(parse(&written(&shape)), Some(shape));
            }
        }
        assert_eq!(parse(&written(&Pkcs12::default())), Some(Pkcs12::default()));
    }

    #[test]
    fn others_are_none() {
        for other in [&b""[..], b"\x30\x03\x02\x01\x03", b"\x30\x03\x02\x01\x02", b"-----BEGIN"] {
            assert_eq!(parse(other), None, "{other:x?}");
        }
        let whole = written(&Pkcs12 { followed: true, certificates: vec![vec![1; 40]], ..Pkcs12::default() });
        for length in 0..whole.len() {
            let _ = parse(&whole[..length]);
        }
    }
}
