//! The certificates that a server shows, held against the authorities that the host trusts and the name it was asked by.

use std::collections::BTreeSet;

use aws_lc_rs::digest::{SHA256, digest};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, Error, RootCertStore};
use tenken_model::fact::exchange_endpoints::{EndpointCertificate, Trust};
use tenken_model::{Instant, Read, Reason};

use super::inspection;
use crate::collect::certificates::x509;

/// The authorities that a host trusts.
#[derive(Debug)]
pub struct Authorities {
    roots: RootCertStore,
    /// The fingerprints of all of them: one that is no authority vouches for itself alone.
    fingerprints: BTreeSet<Vec<u8>>,
}

impl Authorities {
    /// Those of a file of PEM. What is none is passed over, as OpenSSL does.
    pub fn read(pem: &[u8]) -> Self {
        let certificates: Vec<CertificateDer<'_>> = CertificateDer::pem_slice_iter(pem).flatten().collect();
        let fingerprints = certificates.iter().map(|certificate| fingerprint(certificate)).collect();
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(certificates);
        Self { roots, fingerprints }
    }
}

fn fingerprint(certificate: &[u8]) -> Vec<u8> {
    digest(&SHA256, certificate).as_ref().to_vec()
}

/// What a server showed: its own certificate first. Nothing where it is none.
pub fn read(
    chain: &[CertificateDer<'_>],
    authorities: Result<&Authorities, &Reason>,
    name: &ServerName<'_>,
    algorithms: &WebPkiSupportedAlgorithms,
    now: Instant,
) -> Option<EndpointCertificate> {
    let (own, between) = chain.split_first()?;
    let shape = x509::parse(own)?;
    // Whether it is within its validity is told by its days. Whether it is trusted is asked of a day within.
    let at = now.max(shape.not_before).min(shape.not_after);
    let parsed = ParsedCertificate::try_from(own);
    Some(EndpointCertificate {
        name_matches: parsed.as_ref().is_ok_and(|parsed| verify_server_name(parsed, name).is_ok()),
        trust: match (authorities, parsed) {
            (Err(reason), _) => Read::NotRead(reason.clone()),
            (Ok(authorities), _) if authorities.fingerprints.contains(&fingerprint(own)) => {
                Read::Measured(Trust::Trusted)
            }
            (Ok(_), Err(_)) => Read::Measured(Trust::Unfit),
            (Ok(authorities), Ok(parsed)) => {
                let at = UnixTime::since_unix_epoch(std::time::Duration::from_secs(
                    u64::try_from(at.timestamp()).unwrap_or_default(),
                ));
                let all = algorithms.all;
                let verified = verify_server_cert_signed_by_trust_anchor(&parsed, &authorities.roots, between, at, all);
                Read::Measured(verified.map_or_else(|error| trust(&error), |()| Trust::Trusted))
            }
        },
        inspected: inspection::inspects(&shape.issuer_names),
        issuer: shape.issuer,
        not_before: shape.not_before,
        not_after: shape.not_after,
        algorithm: shape.algorithm,
        bits: shape.bits.and_then(|bits| i64::try_from(bits).ok()),
    })
}

fn trust(error: &Error) -> Trust {
    match error {
        Error::InvalidCertificate(
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. },
        ) => Trust::IssuerNotCurrent,
        Error::InvalidCertificate(CertificateError::UnknownIssuer | CertificateError::BadSignature) => {
            Trust::UnknownIssuer
        }
        // The library's list is open; the rest says that it is not fit for this.
        _ => Trust::Unfit,
    }
}
