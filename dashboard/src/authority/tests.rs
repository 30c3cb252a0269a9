use std::os::unix::fs::PermissionsExt as _;

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P384_SHA384};
use tempfile::TempDir;
use tenken_model::{HostId, Span};

use super::*;
use crate::store::Location;

fn now() -> Instant {
    "2026-11-24T00:00:00Z".parse().unwrap()
}

async fn opened(data: &TempDir) -> (Store, Result<Authority, AuthorityError>) {
    let store = Store::open(&Location::folder(data.path()).unwrap()).await.unwrap();
    let authority = Authority::open(data.path(), &store, now()).await;
    (store, authority)
}

fn request(key: &KeyPair) -> String {
    // It asks for more than it gets.
    let mut params = CertificateParams::new(vec!["dashboard.example".to_owned()]).unwrap();
    params.distinguished_name.push(rcgen::DnType::CommonName, "h-other");
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    params.serialize_request(key).unwrap().pem().unwrap()
}

#[tokio::test]
async fn an_authority_is_made_once_for_one_account() {
    let data = TempDir::new().unwrap();
    let (_, first) = opened(&data).await;
    let (_, second) = opened(&data).await;
    let (first, second) = (first.unwrap(), second.unwrap());
    assert_eq!((first.digest(), first.policy_key()), (second.digest(), second.policy_key()));
    for name in [KEY, POLICY_KEY] {
        let path = data.path().join(Authority::FOLDER).join(name);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let (_, parsed) = x509_parser::parse_x509_certificate(first.certificate()).unwrap();
    assert!(parsed.is_ca());
    let years = (parsed.validity().not_after.timestamp() - now().timestamp()) / 86_400 / 365;
    assert_eq!(years, 10);
}

#[tokio::test]
async fn keys_that_others_can_read_or_that_do_not_fit_are_refused() {
    let data = TempDir::new().unwrap();
    let (_, made) = opened(&data).await;
    made.unwrap();
    let folder = data.path().join(Authority::FOLDER);
    let key = folder.join(KEY);
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o640)).unwrap();
    let error = opened(&data).await.1.unwrap_err().to_string();
    assert!(error.contains("chmod 600") && error.contains("640"), "{error}");
    let other = KeyPair::generate().unwrap().serialize_pem();
    std::fs::write(&key, other).unwrap();
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    let error = opened(&data).await.1.unwrap_err().to_string();
    assert!(error.contains("not the certificate of ca.key"), "{error}");
    std::fs::write(&key, "x").unwrap();
    assert!(matches!(opened(&data).await.1, Err(AuthorityError::Damaged { .. })));
    std::fs::remove_dir_all(&folder).unwrap();
    let error = opened(&data).await.1.unwrap_err().to_string();
    assert!(error.contains("copy its folder"), "a lost folder is not replaced in silence: {error}");
}

#[tokio::test]
async fn the_database_of_another_authority_is_refused() {
    let (one, two) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (store, made) = opened(&one).await;
    made.unwrap();
    opened(&two).await.1.unwrap();
    let error = Authority::open(two.path(), &store, now()).await.unwrap_err();
    assert!(matches!(error, AuthorityError::Another { .. }), "{error}");
}

#[tokio::test]
async fn a_host_gets_a_certificate_for_itself_alone() {
    let data = TempDir::new().unwrap();
    let authority = opened(&data).await.1.unwrap();
    let key = KeyPair::generate().unwrap();
    let host = HostId::new("h-1").unwrap();
    let issued = authority.host_certificate(&request(&key), &host, now()).unwrap().unwrap();
    assert_eq!(issued.until, Span::from_days(90).after(now()));
    let der = pem::parse(&issued.pem).unwrap().into_contents();
    assert_eq!(Digest::of(&der), issued.digest);
    let (_, parsed) = x509_parser::parse_x509_certificate(&der).unwrap();
    let (_, signer) = x509_parser::parse_x509_certificate(authority.certificate()).unwrap();
    parsed.verify_signature(Some(signer.public_key())).unwrap();
    assert_eq!(speaker(&CertificateDer::from(der.clone())), Some(Speaker { host: host.clone(), until: issued.until }));
    assert_eq!(speaker(authority.certificate()), None);
    assert!(!parsed.is_ca());
    assert!(parsed.subject_alternative_name().unwrap().is_none());
    let usage = parsed.extended_key_usage().unwrap().unwrap().value;
    assert!(usage.client_auth && !usage.server_auth && !usage.any);
    assert_eq!(parsed.public_key().subject_public_key.data.as_ref(), key.public_key_raw());

    let again = authority.host_certificate(&request(&key), &host, now()).unwrap().unwrap();
    assert_ne!(again.digest, issued.digest, "each has a serial number of its own");
    let large = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap();
    let cut = &request(&key)[..300];
    for bad in ["", "x", cut, &request(&large), &"a".repeat(REQUEST_BYTES_MAX + 1)] {
        assert!(authority.host_certificate(bad, &host, now()).unwrap().is_err(), "{bad:.40}");
    }
}

#[tokio::test]
async fn the_dashboard_has_a_certificate_for_its_names() {
    let data = TempDir::new().unwrap();
    let authority = opened(&data).await.1.unwrap();
    let names = ["tenken.example", "192.0.2.7", "::1"].map(ServerName::read);
    let made = authority.server_certificate(&names, now()).unwrap();
    let (_, parsed) = x509_parser::parse_x509_certificate(&made.chain[0]).unwrap();
    assert_eq!(parsed.subject_alternative_name().unwrap().unwrap().value.general_names.len(), 3);
    crate::listen::tls::agents(made.clone(), authority.certificate().clone()).unwrap();
    crate::listen::tls::people(made).unwrap();
    let odd = [ServerName::Name("健診".into())];
    assert!(authority.server_certificate(&odd, now()).is_err());
}

#[tokio::test]
async fn policies_are_signed_with_their_context() {
    let data = TempDir::new().unwrap();
    let authority = opened(&data).await.1.unwrap();
    let signed = authority.sign("{}".to_owned());
    let key = STANDARD.decode(authority.policy_key()).unwrap();
    let signature = STANDARD.decode(&signed.signature).unwrap();
    let key = UnparsedPublicKey::new(&ED25519, key);
    assert!(key.verify(&[SIGNATURE_CONTEXT, b"{}"].concat(), &signature).is_ok());
    assert!(key.verify(b"{}", &signature).is_err(), "it means nothing elsewhere");
    assert!(!format!("{authority:?}").contains("PRIVATE"));
}
