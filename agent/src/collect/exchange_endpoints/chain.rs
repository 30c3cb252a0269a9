//! The certificates that a server shows, held against the authorities that the host trusts and the name it was asked by.

use std::borrow::Cow;
use std::collections::BTreeSet;

use aws_lc_rs::digest::{SHA256, digest};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, Error, RootCertStore};
use tenken_model::fact::exchange_endpoints::{EndpointCertificate, Trust};
use tenken_model::{Instant, Read, Reason, ReasonCode};
use x509_parser::extensions::ParsedExtension;

use super::inspection;
use crate::collect::certificates::x509;

/// The authorities that a host trusts.
#[derive(Debug)]
pub struct Authorities {
    roots: RootCertStore,
    /// The fingerprints of all of them: one that is no authority vouches for itself alone.
    fingerprints: BTreeSet<Vec<u8>>,
    /// The fingerprints of certificates that the host trusts in no case.
    distrusted: BTreeSet<Vec<u8>>,
    /// Authorities that vouch only for what they issued until a time.
    bounded: Vec<(CertificateDer<'static>, Instant)>,
    /// Authorities that the host has and that vouch for no server.
    refused: RootCertStore,
    /// A list of more authorities, each of which the host fetches when it is first needed; empty where it has no list yet.
    programme: Option<Vec<u8>>,
}

/// The shortest identifier of a key that is looked for: a shorter one could be there by chance.
const KEY_IDENTIFIER_MIN: usize = 16;

impl Authorities {
    /// Those of a file of PEM. What is none is passed over, as OpenSSL does.
    pub fn read(pem: &[u8]) -> Self {
        Self::among(CertificateDer::pem_slice_iter(pem).flatten().collect(), BTreeSet::new())
    }

    /// Those of certificates in DER, without those that are distrusted. What is none is passed over.
    pub fn of(trusted: Vec<Vec<u8>>, distrusted: impl IntoIterator<Item = Vec<u8>>) -> Self {
        let distrusted = distrusted.into_iter().map(|certificate| fingerprint(&certificate)).collect();
        Self::among(trusted.into_iter().map(CertificateDer::from).collect(), distrusted)
    }

    /// And those of a list of certificates (CTL, as DER) that the host fetches when they are first needed, as Windows does by
    /// Microsoft's programme. The list names the keys of authorities, not their certificates.
    #[must_use]
    pub fn with_programme(mut self, list: Vec<u8>) -> Self {
        self.programme = Some(list);
        self
    }

    /// And those that vouch only for certificates that begin no later than a time.
    #[must_use]
    pub fn with_bounded(mut self, bounded: impl IntoIterator<Item = (Vec<u8>, Instant)>) -> Self {
        let trusted =
            bounded.into_iter().filter(|(certificate, _)| !self.distrusted.contains(&fingerprint(certificate)));
        self.bounded = trusted.map(|(certificate, until)| (CertificateDer::from(certificate), until)).collect();
        self
    }

    /// And those that the host has and that vouch for no server: it fetches none in their place.
    #[must_use]
    pub fn with_refused(mut self, refused: Vec<Vec<u8>>) -> Self {
        self.refused.add_parsable_certificates(refused.into_iter().map(CertificateDer::from));
        self
    }

    /// Who vouches for a certificate that begins then.
    fn roots(&self, begins: Instant) -> Cow<'_, RootCertStore> {
        let mut roots = Cow::Borrowed(&self.roots);
        for (certificate, _) in self.bounded.iter().filter(|(_, until)| begins <= *until) {
            roots.to_mut().add_parsable_certificates([certificate.clone()]);
        }
        roots
    }

    /// Who vouches for no certificate that begins then, though the host has it.
    fn refused(&self, begins: Instant) -> Cow<'_, RootCertStore> {
        let mut refused = Cow::Borrowed(&self.refused);
        for (certificate, _) in self.bounded.iter().filter(|(_, until)| begins > *until) {
            refused.to_mut().add_parsable_certificates([certificate.clone()]);
        }
        refused
    }

    /// Somebody put this very certificate, which begins then, into the host's trust.
    fn vouches_for_itself(&self, certificate: &CertificateDer<'_>, begins: Instant) -> bool {
        let is_bounded = || self.bounded.iter().any(|(own, until)| own == certificate && begins <= *until);
        self.fingerprints.contains(&fingerprint(certificate)) || is_bounded()
    }

    fn among(mut certificates: Vec<CertificateDer<'_>>, distrusted: BTreeSet<Vec<u8>>) -> Self {
        certificates.retain(|certificate| !distrusted.contains(&fingerprint(certificate)));
        let fingerprints = certificates.iter().map(|certificate| fingerprint(certificate)).collect();
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(certificates);
        let (bounded, refused) = (Vec::new(), RootCertStore::empty());
        Self { roots, fingerprints, distrusted, bounded, refused, programme: None }
    }

    /// Whether the host would fetch who vouches for one of these, as far as its list tells.
    fn may_fetch(&self, chain: &[CertificateDer<'_>]) -> bool {
        let Some(list) = &self.programme else { return false };
        let mut keys = chain.iter().filter_map(|certificate| issuer_key(certificate));
        let names = |key: Vec<u8>| key.len() >= KEY_IDENTIFIER_MIN && list.windows(key.len()).any(|part| part == key);
        list.is_empty() || keys.any(names)
    }
}

/// The identifier of the key that signed a certificate, where it tells and did not sign itself.
fn issuer_key(certificate: &[u8]) -> Option<Vec<u8>> {
    let (_, certificate) = x509_parser::parse_x509_certificate(certificate).ok()?;
    if certificate.subject().as_raw() == certificate.issuer().as_raw() {
        return None;
    }
    certificate.extensions().iter().find_map(|extension| match extension.parsed_extension() {
        ParsedExtension::AuthorityKeyIdentifier(named) => Some(named.key_identifier.as_ref()?.0.to_vec()),
        _ => None,
    })
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
    let vouched = authorities.is_ok_and(|authorities| authorities.vouches_for_itself(own, shape.not_before));
    Some(EndpointCertificate {
        name_matches: parsed.as_ref().is_ok_and(|parsed| verify_server_name(parsed, name).is_ok()),
        trust: match (authorities, parsed) {
            (Err(reason), _) => Read::NotRead(reason.clone()),
            (Ok(authorities), _) if chain.iter().any(|one| authorities.distrusted.contains(&fingerprint(one))) => {
                Read::Measured(Trust::UnknownIssuer)
            }
            (Ok(_), _) if vouched => Read::Measured(Trust::Trusted),
            (Ok(_), Err(_)) => Read::Measured(Trust::Unfit),
            (Ok(authorities), Ok(parsed)) => {
                let at = UnixTime::since_unix_epoch(std::time::Duration::from_secs(
                    u64::try_from(at.timestamp()).unwrap_or_default(),
                ));
                let all = algorithms.all;
                let verified =
                    |roots: &RootCertStore| verify_server_cert_signed_by_trust_anchor(&parsed, roots, between, at, all);
                let refused = || verified(&authorities.refused(shape.not_before)).is_ok();
                let found = verified(&authorities.roots(shape.not_before));
                match found.map_or_else(|error| trust(&error), |()| Trust::Trusted) {
                    Trust::UnknownIssuer if authorities.may_fetch(chain) && !refused() => Read::NotRead(not_fetched()),
                    trust => Read::Measured(trust),
                }
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

fn not_fetched() -> Reason {
    let detail = "hold the certificate against the authorities that this host trusts: who vouches for it may be one that Windows \
                  fetches when it is first needed, and is not here yet";
    Reason::new(ReasonCode::Missing, detail)
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
    use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

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

    /// An authority with the identifier of its key, and a certificate that it signed.
    fn signed() -> (CertificateDer<'static>, CertificateDer<'static>, Vec<u8>) {
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority.distinguished_name.push(DnType::CommonName, "Programme Root");
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let identifier = authority.key_identifier(&key);
        let root = authority.self_signed(&key).unwrap();
        let mut own = CertificateParams::new(vec!["server.example.jp".to_owned()]).unwrap();
        own.use_authority_key_identifier_extension = true;
        let own = own.signed_by(&KeyPair::generate().unwrap(), &Issuer::new(authority, key)).unwrap();
        (root.der().clone(), own.der().clone(), identifier)
    }

    #[test]
    fn an_authority_that_the_host_would_fetch_is_not_called_unknown() {
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        let name = ServerName::try_from("server.example.jp").unwrap();
        let (root, own, identifier) = signed();
        let trust = |authorities: &Authorities, shown: &CertificateDer<'static>| {
            let algorithms = &provider.signature_verification_algorithms;
            let now = "2026-11-24T00:00:00Z".parse().unwrap();
            read(std::slice::from_ref(shown), Ok(authorities), &name, algorithms, now).unwrap().trust
        };
        let none = || Authorities::of(Vec::new(), Vec::new());
        let list = [b"before".as_slice(), &identifier, b"after"].concat();
        assert_eq!(trust(&Authorities::of(vec![root.to_vec()], Vec::new()), &own), Read::Measured(Trust::Trusted));
        assert_eq!(trust(&none(), &own), Read::Measured(Trust::UnknownIssuer), "nothing is fetched");
        assert!(matches!(trust(&none().with_programme(list.clone()), &own), Read::NotRead(_)));
        assert!(matches!(trust(&none().with_programme(Vec::new()), &own), Read::NotRead(_)), "there is no list yet");
        let other = none().with_programme(b"a list that names the keys of others".to_vec());
        assert_eq!(trust(&other, &own), Read::Measured(Trust::UnknownIssuer));
    }

    #[test]
    fn what_the_host_distrusts_vouches_for_nobody() {
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        let name = ServerName::try_from("server.example.jp").unwrap();
        let (root, own, identifier) = signed();
        for distrusted in [&root, &own] {
            let authorities = Authorities::of(vec![root.to_vec(), own.to_vec()], [distrusted.to_vec()]);
            let authorities =
                if distrusted == &own { authorities.with_programme(identifier.clone()) } else { authorities };
            let now = "2026-11-24T00:00:00Z".parse().unwrap();
            let shown = [own.clone(), root.clone()];
            let algorithms = &provider.signature_verification_algorithms;
            let found = read(&shown, Ok(&authorities), &name, algorithms, now).unwrap();
            assert_eq!(found.trust, Read::Measured(Trust::UnknownIssuer));
        }
    }
    #[test]
    fn an_authority_that_runs_out_vouches_for_what_it_issued_before() {
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        let name = ServerName::try_from("server.example.jp").unwrap();
        let (root, own, identifier) = signed();
        let begins = x509::parse(&own).unwrap().not_before;
        let trust = |authorities: &Authorities, shown: &CertificateDer<'static>| {
            let algorithms = &provider.signature_verification_algorithms;
            let now = "2026-11-24T00:00:00Z".parse().unwrap();
            read(std::slice::from_ref(shown), Ok(authorities), &name, algorithms, now).unwrap().trust
        };
        let none = || Authorities::of(Vec::new(), Vec::new()).with_programme(identifier.clone());
        let until = |until: Instant| none().with_bounded([(root.to_vec(), until)]);
        let second = chrono::TimeDelta::seconds(1);
        assert_eq!(trust(&until(begins), &own), Read::Measured(Trust::Trusted));
        assert_eq!(trust(&until(begins - second), &own), Read::Measured(Trust::UnknownIssuer), "not to be fetched");
        let refused = none().with_refused(vec![root.to_vec()]);
        assert_eq!(trust(&refused, &own), Read::Measured(Trust::UnknownIssuer), "the host has it and refuses it");
        assert!(matches!(trust(&none(), &own), Read::NotRead(_)));
        let itself = |until| Authorities::of(Vec::new(), Vec::new()).with_bounded([(own.to_vec(), until)]);
        assert_eq!(trust(&itself(begins), &own), Read::Measured(Trust::Trusted));
        assert_eq!(trust(&itself(begins - second), &own), Read::Measured(Trust::UnknownIssuer));
        let distrusted = Authorities::of(Vec::new(), [root.to_vec()]).with_bounded([(root.to_vec(), begins)]);
        assert_eq!(trust(&distrusted, &own), Read::Measured(Trust::UnknownIssuer));
    }
}
