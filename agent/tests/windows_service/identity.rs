//! A host that was enrolled with a dashboard which is not there.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, DnType, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use tenken_agent::identity::{Identity, KeyRequest};
use tenken_model::HostId;

/// Its identity.
pub(crate) fn enrolled() -> Identity {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "test authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let key = KeyPair::generate().unwrap();
    let authority_pem = params.self_signed(&key).unwrap().pem();
    let issuer = Issuer::new(params, key);
    let made = KeyRequest::make("h-1").unwrap();
    let mut request = CertificateSigningRequestParams::from_pem(&made.request_pem).unwrap();
    request.params = CertificateParams::default();
    request.params.distinguished_name.push(DnType::CommonName, "h-1");
    Identity {
        host: HostId::new("h-1").unwrap(),
        certificate_pem: request.signed_by(&issuer).unwrap().pem(),
        key_pem: made.key_pem,
        authority_pem,
        policy_key: STANDARD.encode([7; 32]),
        report_url: "https://127.0.0.1:9".to_owned(),
    }
}
