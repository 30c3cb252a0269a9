//! The certificates that the authority makes.

use std::net::IpAddr;

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CertificateSigningRequestParams, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PublicKey, SanType, SerialNumber,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tenken_model::digest::Digest;
use tenken_model::{HostId, Instant, Span};
use time::OffsetDateTime;

use super::{Authority, AuthorityError};
use crate::listen::tls::ServerCertificate;

/// How long the authority lasts.
const AUTHORITY_VALID: Span = Span::from_days(3_652);
/// How long a host's certificate lasts; agents renew it at two thirds.
pub const HOST_VALID: Span = Span::from_days(90);
/// How long the dashboard's own certificate lasts. It is made anew whenever the dashboard starts.
pub const SERVER_VALID: Span = Span::from_days(800);
/// Certificates begin this long before they are made, for hosts whose clock is behind.
const BEFORE: Span = Span::from_days(-1);
/// The largest certificate request that is read, in bytes.
pub const REQUEST_BYTES_MAX: usize = 16 << 10;

/// A host's certificate as it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// In PEM.
    pub pem: String,
    /// SHA-256 of its DER.
    pub digest: Digest,
    /// The end of its validity.
    pub until: Instant,
}

/// A name or address under which agents and people reach the dashboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerName {
    /// A name, such as `tenken.example.jp`.
    Name(String),
    /// An address.
    Address(IpAddr),
}

impl ServerName {
    /// What was written: an address if it is one, or else a name.
    pub fn read(text: &str) -> Self {
        text.parse().map_or_else(|_| Self::Name(text.to_owned()), Self::Address)
    }
}

/// The public key in a certificate request that is signed with its private key; the error says what is
/// wrong with the request.
pub fn public_key(request_pem: &str) -> Result<PublicKey, String> {
    if request_pem.len() > REQUEST_BYTES_MAX {
        return Err(format!("the certificate request is larger than {REQUEST_BYTES_MAX} bytes"));
    }
    let request = CertificateSigningRequestParams::from_pem(request_pem)
        .map_err(|error| format!("the certificate request: {error}"))?;
    if request.public_key.algorithm() != &PKCS_ECDSA_P256_SHA256 {
        return Err("the certificate request's key is not ECDSA P-256".to_owned());
    }
    Ok(request.public_key)
}

impl Authority {
    /// Makes a host's certificate. Of the request only the public key is taken, and only if the
    /// request is signed with its private key; the error says what is wrong with the request.
    pub fn host_certificate(
        &self,
        request_pem: &str,
        host: &HostId,
        now: Instant,
    ) -> Result<Result<Issued, String>, AuthorityError> {
        let public_key = match public_key(request_pem) {
            Ok(public_key) => public_key,
            Err(problem) => return Ok(Err(problem)),
        };
        let what = "a host's certificate";
        let until = HOST_VALID.after(now);
        let mut params = params(host.as_str(), now, until)?;
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let made = params.signed_by(&public_key, &self.issuer).map_err(AuthorityError::making(what))?;
        Ok(Ok(Issued { pem: made.pem(), digest: Digest::of(made.der()), until }))
    }

    /// Makes the dashboard's own certificate for these names, with a key that is kept in memory alone.
    pub fn server_certificate(&self, names: &[ServerName], now: Instant) -> Result<ServerCertificate, AuthorityError> {
        let what = "the dashboard's certificate";
        let key = key(what)?;
        let mut params = params("Tenken dashboard", now, SERVER_VALID.after(now))?;
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        for name in names {
            params.subject_alt_names.push(match name {
                ServerName::Name(name) => {
                    SanType::DnsName(name.as_str().try_into().map_err(AuthorityError::making(what))?)
                }
                ServerName::Address(address) => SanType::IpAddress(*address),
            });
        }
        let made: Certificate = params.signed_by(&key, &self.issuer).map_err(AuthorityError::making(what))?;
        Ok(ServerCertificate {
            chain: vec![made.der().clone(), self.certificate().clone()],
            key: PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der())),
        })
    }
}

/// The certificate and key of a new authority in PEM.
pub(super) fn authority(now: Instant) -> Result<(String, String), AuthorityError> {
    let what = "the authority";
    let key = key(what)?;
    let mark = Digest::of(&random::<16>()?).to_string();
    let name = format!("Tenken authority {}", mark.get(..8).unwrap_or_default());
    let mut params = params(&name, now, AUTHORITY_VALID.after(now))?;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let made = params.self_signed(&key).map_err(AuthorityError::making(what))?;
    Ok((made.pem(), key.serialize_pem()))
}

/// The certificate is that of the key.
pub(super) fn certifies(certificate: &CertificateDer<'_>, key: &KeyPair) -> bool {
    x509_parser::parse_x509_certificate(certificate)
        .is_ok_and(|(_, parsed)| parsed.public_key().subject_public_key.data.as_ref() == key.public_key_raw())
}

/// Whom a certificate speaks for, and how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Speaker {
    /// The host: its one common name.
    pub host: HostId,
    /// The end of its validity.
    pub until: Instant,
}

/// Reads whom a certificate speaks for; `None` when it is no host's.
pub fn speaker(certificate: &CertificateDer<'_>) -> Option<Speaker> {
    let (_, parsed) = x509_parser::parse_x509_certificate(certificate).ok()?;
    let mut names = parsed.subject().iter_common_name();
    let host = HostId::new(names.next()?.as_str().ok()?).ok()?;
    let until = Instant::from_timestamp(parsed.validity().not_after.timestamp(), 0)?;
    names.next().is_none().then_some(Speaker { host, until })
}

/// The end of a certificate's validity.
pub fn valid_until(certificate: &CertificateDer<'_>) -> Option<Instant> {
    let (_, parsed) = x509_parser::parse_x509_certificate(certificate).ok()?;
    Instant::from_timestamp(parsed.validity().not_after.timestamp(), 0)
}

fn params(name: &str, now: Instant, until: Instant) -> Result<CertificateParams, AuthorityError> {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = date(BEFORE.after(now))?;
    params.not_after = date(until)?;
    params.serial_number = Some(SerialNumber::from_slice(&random::<16>()?));
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

fn date(instant: Instant) -> Result<OffsetDateTime, AuthorityError> {
    OffsetDateTime::from_unix_timestamp(instant.timestamp())
        .map_err(|error| AuthorityError::Making { what: "a date", problem: error.to_string() })
}

fn key(what: &'static str) -> Result<KeyPair, AuthorityError> {
    KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(AuthorityError::making(what))
}

fn random<const N: usize>() -> Result<[u8; N], AuthorityError> {
    let mut bytes = [0; N];
    let failed = |_| AuthorityError::Making { what: "random bytes", problem: "the system gave none".to_owned() };
    SystemRandom::new().fill(&mut bytes).map_err(failed)?;
    // A serial number is positive and has no leading zero.
    if let Some(first) = bytes.first_mut() {
        *first = *first & 0x7f | 0x40;
    }
    Ok(bytes)
}
