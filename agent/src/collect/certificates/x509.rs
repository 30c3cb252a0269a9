//! Certificates (RFC 5280).

use aws_lc_rs::digest::{SHA256, digest};
use tenken_model::Instant;
use tenken_model::fact::certificates::{KeyAlgorithm, SignatureHash};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{GeneralName, KeyUsage, ParsedExtension};
use x509_parser::prelude::FromDer as _;
use x509_parser::public_key::PublicKey;
use x509_parser::time::ASN1Time;
use x509_parser::x509::{SubjectPublicKeyInfo, X509Name};

use super::der;
use super::private_key::{self, PublicHash, public_hash};

/// The ministry's own arc, below which the policies of HPKI are: iso(1) member-body(2) jp(392) mhlw(100495) jhpki(1).
pub const HPKI: &str = "1.2.392.100495.1.";
/// The most letters of a name.
const NAME_MAX: usize = 80;

/// What a certificate says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a mark of the certificate")]
pub struct CertificateShape {
    /// The host it is for; absent where it names none, as that of a person.
    pub host: Option<String>,
    /// The first bytes of its fingerprint, in hexadecimal.
    pub number: String,
    /// The name of who signed it.
    pub issuer: String,
    /// All that the certificate calls them.
    pub issuer_names: String,
    /// Issuer and subject are one.
    pub self_issued: bool,
    /// The begin of its validity.
    pub not_before: Instant,
    /// The end of its validity.
    pub not_after: Instant,
    /// What its key is for.
    pub algorithm: KeyAlgorithm,
    /// The length of its key.
    pub bits: Option<usize>,
    /// The hash of its public key.
    pub public: PublicHash,
    /// The hash in its signature.
    pub signature_hash: SignatureHash,
    /// It may sign others.
    pub authority: bool,
    /// digitalSignature.
    pub digital_signature: bool,
    /// nonRepudiation, contentCommitment.
    pub non_repudiation: bool,
    /// keyEncipherment, dataEncipherment or keyAgreement.
    pub exchanges_keys: bool,
    /// serverAuth.
    pub for_servers: bool,
    /// clientAuth.
    pub for_clients: bool,
    /// It was issued under a policy of the ministry's.
    pub hpki: bool,
}

impl CertificateShape {
    /// Whether it is for signatures of people and offices. OpenSSL's usual settings give nonRepudiation to certificates of
    /// servers too, together with keyEncipherment.
    pub fn for_signatures(&self) -> bool {
        let other_use = self.for_servers || self.for_clients || self.exchanges_keys || self.authority;
        self.non_repudiation && (self.hpki || !other_use)
    }
}

/// Reads a certificate; nothing where it is none, or its times are beyond what can be told.
pub fn parse(bytes: &[u8]) -> Option<CertificateShape> {
    let (_, certificate) = X509Certificate::from_der(bytes).ok()?;
    let (algorithm, bits, public) = key(certificate.public_key());
    let usage = certificate.key_usage().ok().flatten().map(|usage| usage.value);
    let extended = certificate.extended_key_usage().ok().flatten().map(|usage| usage.value);
    let is = |read: fn(&KeyUsage) -> bool| usage.is_some_and(read);
    let for_servers = extended.is_some_and(|usage| usage.server_auth);
    let self_issued = certificate.subject().as_raw() == certificate.issuer().as_raw();
    Some(CertificateShape {
        host: host(&certificate, for_servers),
        number: number(bytes),
        issuer: if self_issued { "itself".to_owned() } else { authority_name(certificate.issuer()) },
        issuer_names: certificate.issuer().to_string(),
        self_issued,
        not_before: instant(certificate.validity().not_before)?,
        not_after: instant(certificate.validity().not_after)?,
        algorithm,
        bits,
        public,
        signature_hash: signature_hash(&certificate),
        authority: certificate.is_ca(),
        digital_signature: is(KeyUsage::digital_signature),
        non_repudiation: is(KeyUsage::non_repudiation),
        exchanges_keys: is(|usage| usage.key_encipherment() || usage.data_encipherment() || usage.key_agreement()),
        for_servers,
        for_clients: extended.is_some_and(|usage| usage.client_auth),
        hpki: certificate.extensions().iter().any(|extension| match extension.parsed_extension() {
            ParsedExtension::CertificatePolicies(policies) => {
                policies.iter().any(|policy| policy.policy_id.to_id_string().starts_with(HPKI))
            }
            _ => false,
        }),
    })
}

/// A number by which certificates are told apart, made of the fingerprint.
fn number(bytes: &[u8]) -> String {
    let start = digest(&SHA256, bytes).as_ref().first_chunk::<4>().copied().unwrap_or_default();
    format!("{:08x}", u32::from_be_bytes(start))
}

fn instant(time: ASN1Time) -> Option<Instant> {
    Instant::from_timestamp(time.timestamp(), 0)
}

fn key(info: &SubjectPublicKeyInfo<'_>) -> (KeyAlgorithm, Option<usize>, PublicHash) {
    let oid = info.algorithm.algorithm.as_bytes();
    let all = info.subject_public_key.data.as_ref();
    let (algorithm, bits, public) = match info.parsed() {
        Ok(PublicKey::RSA(key)) => {
            return (KeyAlgorithm::Rsa, Some(der::bits(key.modulus)), public_hash(der::unsigned(key.modulus)));
        }
        Ok(PublicKey::EC(point)) => {
            let curve = info.algorithm.parameters.as_ref().and_then(|parameters| parameters.as_oid().ok());
            let bits = curve.and_then(|curve| private_key::curve_bits(curve.as_bytes()));
            return (KeyAlgorithm::EllipticCurve, bits, public_hash(point.data()));
        }
        Ok(PublicKey::DSA(_)) => (KeyAlgorithm::Dsa, None, all),
        _ if oid == private_key::ED25519 => (KeyAlgorithm::Edwards, Some(256), all),
        _ if oid == private_key::ED448 => (KeyAlgorithm::Edwards, Some(456), all),
        _ => (KeyAlgorithm::Other, None, all),
    };
    (algorithm, bits, public_hash(public))
}

fn signature_hash(certificate: &X509Certificate<'_>) -> SignatureHash {
    let oid = certificate.signature_algorithm.algorithm.to_id_string();
    match oid.as_str() {
        "1.2.840.113549.1.1.2" | "1.2.840.113549.1.1.3" | "1.2.840.113549.1.1.4" => SignatureHash::Md5,
        "1.2.840.113549.1.1.5" | "1.2.840.10045.4.1" | "1.2.840.10040.4.3" | "1.3.14.3.2.29" => SignatureHash::Sha1,
        "1.2.840.113549.1.1.11"
        | "1.2.840.113549.1.1.12"
        | "1.2.840.113549.1.1.13"
        | "1.2.840.113549.1.1.14"
        | "1.2.840.10045.4.3.1"
        | "1.2.840.10045.4.3.2"
        | "1.2.840.10045.4.3.3"
        | "1.2.840.10045.4.3.4"
        | "2.16.840.1.101.3.4.3.2" => SignatureHash::Sha2,
        "1.3.101.112" | "1.3.101.113" => SignatureHash::OwnOne,
        // RSASSA-PSS: the hash stands in its parameters, and is SHA-1 where none does (RFC 8017, A.2.3).
        "1.2.840.113549.1.1.10" => pss_hash(certificate),
        _ => SignatureHash::Other,
    }
}

fn pss_hash(certificate: &X509Certificate<'_>) -> SignatureHash {
    let Some(parameters) = certificate.signature_algorithm.parameters.as_ref() else { return SignatureHash::Sha1 };
    let mut reader = der::Reader(parameters.data);
    let hash = match reader.element() {
        Some(first) if first.tag == 0xa0 => {
            der::Reader(first.content).inside(der::SEQUENCE).and_then(|mut hash| hash.expect(der::OID))
        }
        Some(_) | None => return SignatureHash::Sha1,
    };
    match hash {
        Some([0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, _]) => SignatureHash::Sha2,
        Some([0x2b, 0x0e, 0x03, 0x02, 0x1a]) => SignatureHash::Sha1,
        _ => SignatureHash::Other,
    }
}

/// The first host a certificate is for. A common name counts only where it is a name of a host: `hanako.yamada` is one of a
/// person, unless a server has it.
fn host(certificate: &X509Certificate<'_>, for_servers: bool) -> Option<String> {
    let alternative = certificate.subject_alternative_name().ok().flatten();
    let named = alternative.iter().flat_map(|names| &names.value.general_names).find_map(|name| match name {
        GeneralName::DNSName(name) if is_host(name) => Some((*name).to_owned()),
        _ => None,
    });
    named.or_else(|| {
        let common = certificate.subject().iter_common_name().next()?;
        let is_full = |name: &str| for_servers || name.matches('.').count() > 1;
        common.as_str().ok().filter(|name| is_host(name) && is_full(name)).map(str::to_owned)
    })
}

/// Letters of a host's name with a dot, and no sign of a mail address.
fn is_host(name: &str) -> bool {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '*' | '.');
    name.len() <= NAME_MAX && name.contains('.') && name.chars().all(fits)
}

/// What an authority calls itself: its common name, or its organisation.
fn authority_name(name: &X509Name<'_>) -> String {
    let common = name.iter_common_name().next().and_then(|name| name.as_str().ok());
    let organisation = name.iter_organization().next().and_then(|name| name.as_str().ok());
    let shown: String = common.or(organisation).unwrap_or("no name").chars().take(NAME_MAX).collect();
    shown.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}
