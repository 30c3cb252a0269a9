//! Private keys and certificates: others of the same shape stand for them, and what belongs together still does.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tenken_model::Instant;
use tenken_model::fact::certificates::{KeyAlgorithm, KeyForm, SignatureHash};

use super::Scrubber;
use super::secrets::MARK;
use crate::collect::certificates::contents::{self, FoundKey};
use crate::collect::certificates::der::{self, BIT_STRING, INTEGER, OCTET_STRING, element, oid, sequence};
use crate::collect::certificates::pkcs12::{self, Pkcs12};
use crate::collect::certificates::places;
use crate::collect::certificates::private_key::{KeyShape, PublicHash, curve_oid};
use crate::collect::certificates::windows::OF_ENTRA;
use crate::collect::certificates::x509::{self, CertificateShape, HPKI};

const RSA: &str = "1.2.840.113549.1.1.1";
const ELLIPTIC_CURVE: &str = "1.2.840.10045.2.1";
const DSA: &str = "1.2.840.10040.4.1";
const ED25519: &str = "1.3.101.112";
const ED448: &str = "1.3.101.113";
/// Of no algorithm.
const OTHER: &str = "1.2.3.4";
/// How many bits the longer of the curves of Edwards has.
const ED448_BITS: usize = 456;
/// The most bits of a number that stands for another.
const BITS_MAX: usize = 32_768;

/// Whether a file is read for its keys, so that one without any is known to hold none.
pub(super) fn is_looked_at(path: &Path) -> bool {
    path.to_str().is_some_and(places::is_looked_at)
}

/// The file with others in place of its keys and certificates; nothing where it holds none.
pub(super) fn file(scrubber: &mut Scrubber, bytes: &[u8]) -> Option<Vec<u8>> {
    let found = contents::read(bytes);
    if found.is_empty() {
        return None;
    }
    if let Some(key) = found.keys.first().filter(|key| key.label.is_none()) {
        return Some(match &key.container {
            Some(container) => container_of(scrubber, container),
            None => plain(scrubber, &key.shape),
        });
    }
    let certificates: Vec<Vec<u8>> = found.certificates.iter().map(|shape| certificate(scrubber, shape)).collect();
    if bytes.first() == Some(&der::SEQUENCE) {
        return certificates.into_iter().next();
    }
    let mut text = String::new();
    for key in &found.keys {
        text.push_str(&block_of_key(scrubber, key));
    }
    for certificate in certificates {
        text.push_str(&block("CERTIFICATE", "", &certificate));
    }
    for _ in 0..found.broken {
        text.push_str(&block("CERTIFICATE", "", MARK.as_bytes()));
    }
    Some(text.into_bytes())
}

fn block(label: &str, header: &str, content: &[u8]) -> String {
    format!("-----BEGIN {label}-----\n{header}{}\n-----END {label}-----\n", STANDARD.encode(content))
}

fn block_of_key(scrubber: &mut Scrubber, key: &FoundKey) -> String {
    let label = key.label.as_deref().unwrap_or_default();
    let unreadable = key.shape.algorithm.is_none();
    if key.shape.encrypted && key.form != KeyForm::OpenSsh {
        let header = if label.starts_with("ENCRYPTED ") { "" } else { "Proc-Type: 4,ENCRYPTED\n\n" };
        return block(label, header, MARK.as_bytes());
    }
    let content = match label {
        _ if unreadable => MARK.as_bytes().to_vec(),
        "OPENSSH PRIVATE KEY" => openssh(&key.shape),
        "RSA PRIVATE KEY" => pkcs1(scrubber, &key.shape),
        "EC PRIVATE KEY" => sec1(scrubber, &key.shape),
        "DSA PRIVATE KEY" => sequence(&[number(&[0]), number(&digits(MARK, key.shape.bits))]),
        _ => pkcs8(scrubber, &key.shape),
    };
    block(label, "", &content)
}

/// A key by itself, as DER.
fn plain(scrubber: &mut Scrubber, shape: &KeyShape) -> Vec<u8> {
    match shape.algorithm {
        None => sequence(&[sequence(&[oid(OTHER)]), element(OCTET_STRING, MARK.as_bytes())]),
        Some(KeyAlgorithm::Rsa) if shape.public.is_some() => pkcs1(scrubber, shape),
        Some(KeyAlgorithm::EllipticCurve) => sec1(scrubber, shape),
        Some(_) => pkcs8(scrubber, shape),
    }
}

fn container_of(scrubber: &mut Scrubber, container: &Pkcs12) -> Vec<u8> {
    let certificates = container.certificates.iter().map(|bytes| match x509::parse(bytes) {
        Some(shape) => certificate(scrubber, &shape),
        None => MARK.as_bytes().to_vec(),
    });
    pkcs12::written(&Pkcs12 { certificates: certificates.collect(), ..container.clone() })
}

/// A made-up number of that many bits, the same for the same name.
fn digits(name: &str, bits: Option<usize>) -> Vec<u8> {
    let bits = bits.unwrap_or(0).min(BITS_MAX);
    let mut bytes: Vec<u8> = name.bytes().cycle().take(bits.div_ceil(8)).map(|byte| byte | 1).collect();
    if let Some(first) = bytes.first_mut() {
        let unused = bits.div_ceil(8) * 8 - bits;
        *first = (0x80 | (*first >> 1)) >> unused;
    }
    bytes
}

/// What stands for a public key wherever it is.
fn public(scrubber: &mut Scrubber, hash: &PublicHash) -> String {
    scrubber.names.alias(&format!("public key {}", STANDARD.encode(hash)))
}

fn modulus(scrubber: &mut Scrubber, shape: &KeyShape) -> Vec<u8> {
    let name = shape.public.map_or_else(|| MARK.to_owned(), |hash| public(scrubber, &hash));
    digits(&name, shape.bits)
}

/// A point that is on no curve.
fn point(name: &str) -> Vec<u8> {
    [b"\x04".to_vec(), name.bytes().cycle().take(64).collect()].concat()
}

fn number(bytes: &[u8]) -> Vec<u8> {
    let sign: &[u8] = if bytes.first().is_none_or(|first| *first >= 0x80) { &[0] } else { &[] };
    element(INTEGER, &[sign, bytes].concat())
}

fn bit_string(content: &[u8]) -> Vec<u8> {
    element(BIT_STRING, &[&[0], content].concat())
}

fn pkcs1(scrubber: &mut Scrubber, shape: &KeyShape) -> Vec<u8> {
    let mut parts = vec![number(&[0]), number(&modulus(scrubber, shape)), number(&[1, 0, 1])];
    parts.extend(std::iter::repeat_n(number(&[1]), 6));
    sequence(&parts)
}

fn sec1(scrubber: &mut Scrubber, shape: &KeyShape) -> Vec<u8> {
    let mut parts = vec![number(&[1]), element(OCTET_STRING, MARK.as_bytes())];
    parts.extend(shape.bits.and_then(curve_oid).map(|curve| element(0xa0, &element(der::OID, curve))));
    if let Some(hash) = &shape.public {
        parts.push(element(0xa1, &bit_string(&point(&public(scrubber, hash)))));
    }
    sequence(&parts)
}

fn pkcs8(scrubber: &mut Scrubber, shape: &KeyShape) -> Vec<u8> {
    let junk = || MARK.as_bytes().to_vec();
    let (algorithm, key) = match shape.algorithm {
        Some(KeyAlgorithm::Rsa) if shape.public.is_some() => (vec![oid(RSA)], pkcs1(scrubber, shape)),
        Some(KeyAlgorithm::Rsa) => (vec![oid(RSA)], junk()),
        Some(KeyAlgorithm::EllipticCurve) => (vec![oid(ELLIPTIC_CURVE)], sec1(scrubber, shape)),
        Some(KeyAlgorithm::Edwards) => (vec![edwards(shape.bits)], junk()),
        Some(KeyAlgorithm::Dsa) => {
            let parameters = shape.bits.map(|bits| sequence(&[number(&digits(MARK, Some(bits)))]));
            ([Some(oid(DSA)), parameters].into_iter().flatten().collect(), junk())
        }
        Some(KeyAlgorithm::Other) | None => (vec![oid(OTHER)], junk()),
    };
    sequence(&[number(&[0]), sequence(&algorithm), element(OCTET_STRING, &key)])
}

fn edwards(bits: Option<usize>) -> Vec<u8> {
    oid(if bits == Some(ED448_BITS) { ED448 } else { ED25519 })
}

fn openssh(shape: &KeyShape) -> Vec<u8> {
    let text = |bytes: &[u8]| [u32::try_from(bytes.len()).unwrap_or(0).to_be_bytes().as_slice(), bytes].concat();
    let long = || text(&digits(MARK, shape.bits));
    let public = match (shape.algorithm, shape.bits) {
        (Some(KeyAlgorithm::Rsa), _) => [text(b"ssh-rsa"), text(&[1]), long()].concat(),
        (Some(KeyAlgorithm::Dsa), _) => [text(b"ssh-dss"), long()].concat(),
        (Some(KeyAlgorithm::Edwards), _) => text(b"ssh-ed25519"),
        (Some(KeyAlgorithm::EllipticCurve), Some(bits)) => text(format!("ecdsa-sha2-nistp{bits}").as_bytes()),
        _ => text(MARK.as_bytes()),
    };
    let cipher: &[u8] = if shape.encrypted { b"aes256-ctr" } else { b"none" };
    let count = 1_u32.to_be_bytes().to_vec();
    [b"openssh-key-v1\0".to_vec(), text(cipher), text(b""), text(b""), count, text(&public)].concat()
}

pub(super) fn certificate(scrubber: &mut Scrubber, shape: &CertificateShape) -> Vec<u8> {
    let number_of_it = scrubber.names.alias(&format!("certificate {}", shape.number));
    let subject = match &shape.host {
        Some(host) => scrubber.names.host(host),
        None => number_of_it.clone(),
    };
    let issuer = if shape.self_issued {
        subject.clone()
    } else if shape.issuer.starts_with(OF_ENTRA) {
        // The same for everybody, and what such certificates are passed over by.
        OF_ENTRA.to_owned()
    } else {
        scrubber.names.alias(&format!("authority {}", shape.issuer))
    };
    let signature = sequence(&[oid(match shape.signature_hash {
        SignatureHash::Md5 => "1.2.840.113549.1.1.4",
        SignatureHash::Sha1 => "1.2.840.113549.1.1.5",
        SignatureHash::Sha2 => "1.2.840.113549.1.1.11",
        SignatureHash::OwnOne => ED25519,
        SignatureHash::Other => OTHER,
    })]);
    let mut parts = vec![
        element(0xa0, &number(&[2])),
        number(&[&[1], number_of_it.as_bytes()].concat()),
        signature.clone(),
        name(&issuer),
        sequence(&[time(shape.not_before), time(shape.not_after)]),
        name(&subject),
        public_key(scrubber, shape),
    ];
    let extensions = extensions(shape);
    if !extensions.is_empty() {
        parts.push(element(0xa3, &sequence(&extensions)));
    }
    sequence(&[sequence(&parts), signature, bit_string(MARK.as_bytes())])
}

fn name(common: &str) -> Vec<u8> {
    let attribute = sequence(&[oid("2.5.4.3"), element(0x0c, common.as_bytes())]);
    sequence(&[element(0x31, &attribute)])
}

fn time(instant: Instant) -> Vec<u8> {
    element(0x18, instant.format("%Y%m%d%H%M%SZ").to_string().as_bytes())
}

fn public_key(scrubber: &mut Scrubber, shape: &CertificateShape) -> Vec<u8> {
    let stand_in = public(scrubber, &shape.public);
    let null = || element(0x05, &[]);
    let (algorithm, key) = match shape.algorithm {
        KeyAlgorithm::Rsa => {
            let key = sequence(&[number(&digits(&stand_in, shape.bits)), number(&[1, 0, 1])]);
            (vec![oid(RSA), null()], key)
        }
        KeyAlgorithm::EllipticCurve => {
            let curve = shape.bits.and_then(curve_oid).map_or_else(|| oid(OTHER), |curve| element(der::OID, curve));
            (vec![oid(ELLIPTIC_CURVE), curve], point(&stand_in))
        }
        KeyAlgorithm::Edwards => (vec![edwards(shape.bits)], stand_in.into_bytes()),
        KeyAlgorithm::Dsa => (vec![oid(DSA), null()], number(stand_in.as_bytes())),
        KeyAlgorithm::Other => (vec![oid(OTHER)], stand_in.into_bytes()),
    };
    sequence(&[sequence(&algorithm), bit_string(&key)])
}

fn extensions(shape: &CertificateShape) -> Vec<Vec<u8>> {
    let extension = |id: &str, value: &[u8]| sequence(&[oid(id), element(OCTET_STRING, value)]);
    let mut extensions = Vec::new();
    if shape.authority {
        extensions.push(extension("2.5.29.19", &sequence(&[element(0x01, &[0xff])])));
    }
    let usage = [(shape.digital_signature, 0x80), (shape.non_repudiation, 0x40), (shape.exchanges_keys, 0x20)];
    let usage: u8 = usage.into_iter().filter(|(set, _)| *set).map(|(_, bit)| bit).sum();
    if usage != 0 {
        extensions.push(extension("2.5.29.15", &element(BIT_STRING, &[5, usage])));
    }
    let uses = [(shape.for_servers, "1.3.6.1.5.5.7.3.1"), (shape.for_clients, "1.3.6.1.5.5.7.3.2")];
    let uses: Vec<Vec<u8>> = uses.into_iter().filter(|(set, _)| *set).map(|(_, id)| oid(id)).collect();
    if !uses.is_empty() {
        extensions.push(extension("2.5.29.37", &sequence(&uses)));
    }
    if shape.hpki {
        extensions.push(extension("2.5.29.32", &sequence(&[sequence(&[oid(&format!("{HPKI}1"))])])));
    }
    extensions
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::certificates::private_key;

    fn again(bytes: &[u8]) -> contents::Contents {
        let written = file(&mut Scrubber::of_nothing(), bytes).unwrap_or_default();
        contents::read(&written)
    }

    fn shape(mut contents: contents::Contents) -> contents::Contents {
        for certificate in &mut contents.certificates {
            certificate.public = [0; 32];
            certificate.number.clear();
            certificate.issuer.clear();
            certificate.host = certificate.host.take().map(|_| String::new());
        }
        for key in &mut contents.keys {
            key.shape.public = key.shape.public.map(|_| [0; 32]);
            if let Some(container) = &mut key.container {
                container.certificates.iter_mut().for_each(Vec::clear);
            }
        }
        contents
    }

    #[test]
    fn keys_of_every_shape_stay_what_they_are_like() {
        let algorithms = [
            (KeyAlgorithm::Rsa, Some(2048)),
            (KeyAlgorithm::Rsa, Some(1023)),
            (KeyAlgorithm::EllipticCurve, Some(384)),
            (KeyAlgorithm::EllipticCurve, None),
            (KeyAlgorithm::Edwards, Some(456)),
            (KeyAlgorithm::Edwards, Some(256)),
            (KeyAlgorithm::Dsa, Some(1024)),
            (KeyAlgorithm::Other, None),
        ];
        for (algorithm, bits) in algorithms {
            for public in [None, Some([7; 32])] {
                let key = KeyShape { encrypted: false, algorithm: Some(algorithm), bits, public };
                let mut scrubber = Scrubber::of_nothing();
                let written = plain(&mut scrubber, &key);
                let found = private_key::any(&written).unwrap();
                assert_eq!(found.algorithm, Some(algorithm));
                let has_modulus = algorithm != KeyAlgorithm::Rsa || public.is_some();
                assert_eq!(found.bits, bits.filter(|_| has_modulus), "{algorithm:?} {bits:?}");
                assert_eq!(shape(again(&written)), shape(contents::read(&written)), "{algorithm:?} {bits:?}");
            }
        }
    }
}
