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
    // Somebody put this very certificate into the host's trust: it is the server's own, such as that of a partner's gateway.
    let vouched = authorities.is_ok_and(|authorities| authorities.fingerprints.contains(&fingerprint(own)));
    Some(EndpointCertificate {
        name_matches: parsed.as_ref().is_ok_and(|parsed| verify_server_name(parsed, name).is_ok()),
        trust: match (authorities, parsed) {
            (Err(reason), _) => Read::NotRead(reason.clone()),
            (Ok(_), _) if vouched => Read::Measured(Trust::Trusted),
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
        inspected: !vouched && inspection::inspects(&shape.issuer_names),
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

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, DnType, KeyPair};

    use super::*;

    /// A certificate of a gateway that signed it itself, in PEM too.
    fn gateway() -> (CertificateDer<'static>, String) {
        let mut params = CertificateParams::new(vec!["gateway.example.jp".to_owned()]).unwrap();
        params.distinguished_name.push(DnType::OrganizationName, "Fortinet");
        let certificate = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
        (certificate.der().clone(), certificate.pem())
    }

    #[test]
    fn a_certificate_that_the_host_trusts_by_itself_is_no_inspection() {
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        let name = ServerName::try_from("gateway.example.jp").unwrap();
        let ((own, own_pem), (_, other_pem)) = (gateway(), gateway());
        let shown = |pem: &str| {
            let authorities = Authorities::read(pem.as_bytes());
            let algorithms = &provider.signature_verification_algorithms;
            let now = "2026-11-24T00:00:00Z".parse().unwrap();
            let found = read(std::slice::from_ref(&own), Ok(&authorities), &name, algorithms, now).unwrap();
            (found.inspected, found.trust)
        };
        assert_eq!(shown(&own_pem), (false, Read::Measured(Trust::Trusted)));
        let (inspected, trust) = shown(&other_pem);
        assert!(inspected && trust != Read::Measured(Trust::Trusted), "of another key: {trust:?}");
        assert!(shown("").0, "nobody vouches for it");
    }
}
