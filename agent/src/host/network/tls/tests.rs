//! Real servers with each weakness, on the loopback address.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Instant as Stopwatch;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection};
use tempfile::TempDir;
use tenken_model::Read;
use tenken_model::fact::certificates::KeyAlgorithm;
use tenken_model::fact::exchange_endpoints::{EndpointCertificate, Trust};

use tenken_model::ReasonCode;

use super::*;
use crate::host::Host as _;
use crate::host::linux::LiveHost;
use crate::host::recorded::Answer;
use crate::host::tls::{AfterRequest, TlsSession};

const WITHIN: Span = Span::from_secs(7);
/// For servers that never answer.
const SHORTLY: Span = Span::from_millis(800);

/// Whether servers of OpenSSL can be started.
fn has_openssl() -> bool {
    let started = Command::new("openssl").arg("version").stdout(Stdio::null()).status();
    if let Err(error) = &started {
        println!("skipped: openssl: {error}");
    }
    started.is_ok()
}

/// An authority, and the certificates it signs.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
    der: CertificateDer<'static>,
}

impl Authority {
    fn make(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let certificate = params.self_signed(&key).unwrap();
        Self { pem: certificate.pem(), der: certificate.der().clone(), issuer: Issuer::new(params, key) }
    }

    fn sign(&self, name: &str, years: (i32, i32)) -> (rcgen::Certificate, KeyPair) {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        (params.not_before, params.not_after) = (date_time_ymd(years.0, 1, 1), date_time_ymd(years.1, 1, 1));
        (params.signed_by(&key, &self.issuer).unwrap(), key)
    }
}

/// A clinic's host that trusts one authority, and the certificate of its counterpart.
struct Place {
    folder: TempDir,
    authority: Authority,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let authority = Authority::make("Example Root CA");
        std::fs::create_dir_all(folder.path().join("etc/ssl/certs")).unwrap();
        let store = format!("# trusted\n{}{}", Authority::make("Another CA").pem, authority.pem);
        std::fs::write(folder.path().join("etc/ssl/certs/ca-certificates.crt"), store).unwrap();
        let place = Self { folder, authority };
        place.shows(&place.authority.sign("localhost", (2020, 2090)));
        place
    }

    fn shows(&self, (certificate, key): &(rcgen::Certificate, KeyPair)) {
        std::fs::write(self.folder.path().join("server.pem"), certificate.pem() + &key.serialize_pem()).unwrap();
    }

    fn ask(&self, server: &str, within: Span) -> Result<TlsReading, ReadError> {
        let host = LiveHost::with_root(self.folder.path().to_owned());
        host.tls_probe(&[server.to_owned()], within).pop().unwrap()
    }

    /// A server of OpenSSL that answers each line with the line turned around.
    fn openssl(&self, arguments: &str) -> OpenSsl {
        std::fs::write(self.folder.path().join("clients.pem"), &self.authority.pem).unwrap();
        let mut child = Command::new("openssl")
            .current_dir(self.folder.path())
            .args(["s_server", "-accept", "127.0.0.1:0", "-cert", "server.pem", "-rev", "-CAfile", "clients.pem"])
            .args(arguments.split_whitespace())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines.find_map(|line| Some(line.unwrap().strip_prefix("ACCEPT ")?.to_owned())).unwrap();
        let port = address.rsplit(':').next().unwrap().to_owned();
        // What it says is read on, so that it never waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        OpenSsl { child, server: format!("localhost:{port}") }
    }

    fn asked(&self, arguments: &str) -> TlsReading {
        let running = self.openssl(arguments);
        self.ask(&running.server, WITHIN).unwrap()
    }
}

struct OpenSsl {
    child: Child,
    server: String,
}

impl Drop for OpenSsl {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A server that is no server of TLS: `answer` has the connection.
fn odd(answer: fn(TcpStream)) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = format!("localhost:{}", listener.local_addr().unwrap().port());
    std::thread::spawn(move || listener.incoming().for_each(|stream| answer(stream.unwrap())));
    server
}

fn older(reading: &TlsReading) -> Option<String> {
    reading.older_version.get().unwrap().clone()
}

fn suites(reading: &TlsReading) -> &[String] {
    reading.other_suites.get().unwrap()
}

fn session(reading: &TlsReading) -> TlsSession {
    reading.session.get().unwrap().clone().unwrap()
}

fn certificate(reading: &TlsReading) -> EndpointCertificate {
    session(reading).certificate.get().unwrap().clone()
}

fn alert(request: Option<AfterRequest>) -> String {
    match request {
        Some(AfterRequest::Ended(Some(alert))) => alert,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_server_as_it_is_to_be() {
    if !has_openssl() {
        return;
    }
    let reading = Place::new().asked("-tls1_3 -Verify 1 -verify_return_error");
    assert_eq!(older(&reading), None);
    let certificate = certificate(&reading);
    assert_eq!((certificate.trust, certificate.name_matches), (Read::Measured(Trust::Trusted), true));
    assert_eq!((certificate.algorithm, certificate.bits), (KeyAlgorithm::EllipticCurve, Some(256)));
    assert_eq!(certificate.issuer, "Example Root CA");
    assert_eq!(certificate.not_after, "2090-01-01T00:00:00Z".parse::<Instant>().unwrap());
    let session = session(&reading);
    assert!(session.asked);
    assert_eq!(alert(session.request), "CertificateRequired", "it is told only after the handshake");
    assert!(suites(&reading).is_empty());
}

#[test]
fn uncommon_suites_that_are_taken_up_are_all_told() {
    if !has_openssl() {
        return;
    }
    let place = Place::new();
    let (ccm, ccm_8) = ("TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_8_SHA256");
    let every = place.asked(&format!("-tls1_3 -ciphersuites TLS_AES_256_GCM_SHA384:{ccm}:{ccm_8}"));
    assert_eq!(suites(&every), [ccm_8, ccm]);
    assert!(session(&every).certificate.get().is_ok(), "programs do not get them");
    let one = place.asked(&format!("-ciphersuites TLS_AES_128_GCM_SHA256:{ccm_8}"));
    assert_eq!((suites(&one), older(&one).as_deref()), (&[ccm_8.to_owned()][..], Some("TLS 1.2")));
    // It asks for a key of another group before it goes on.
    let in_another_group = place.asked(&format!("-tls1_3 -groups P-384 -ciphersuites TLS_AES_128_GCM_SHA256:{ccm_8}"));
    assert_eq!(suites(&in_another_group), [ccm_8]);
    let nothing_else = place.asked(&format!("-tls1_3 -ciphersuites {ccm_8}"));
    assert_eq!(suites(&nothing_else), [ccm_8]);
    assert_eq!(nothing_else.session.get().unwrap_err().kind, ReadErrorKind::NoAnswer);
    assert!(suites(&place.asked("-tls1_3 -groups P-384")).is_empty(), "a refusal comes whatever the group");
    assert!(suites(&place.asked("-tls1_2")).is_empty(), "they are of TLS 1.3");
}

#[test]
fn an_answer_that_is_no_refusal_is_not_taken_for_one() {
    let place = Place::new();
    let told =
        |answer: fn(TcpStream)| place.ask(&odd(answer), WITHIN).unwrap().other_suites.get().cloned().unwrap_err();
    // Everything is refused: nobody knows whether for its suites.
    let refuses_all = told(|mut stream| {
        let _ = stream.read(&mut [0; 2_048]);
        let _ = stream.write_all(&[21, 3, 3, 0, 2, 2, 40]);
    });
    assert_eq!(
        (refuses_all.kind, refuses_all.why.contains("alert 40")),
        (ReadErrorKind::NoAnswer, true),
        "{refuses_all}"
    );
    // It has no such name.
    let other_alert = told(|mut stream| {
        let _ = stream.read(&mut [0; 2_048]);
        let _ = stream.write_all(&[21, 3, 3, 0, 2, 2, 112]);
    });
    assert_eq!((other_alert.kind, other_alert.why.contains("alert 112")), (ReadErrorKind::NoAnswer, true));
    assert_eq!(told(drop).kind, ReadErrorKind::NoAnswer);
}

#[test]
fn older_versions_that_are_taken_up() {
    if !has_openssl() {
        return;
    }
    let place = Place::new();
    let both = place.asked("");
    assert_eq!(older(&both).as_deref(), Some("TLS 1.2"));
    assert!(!session(&both).asked);
    let old = place.asked("-tls1_2");
    assert_eq!(older(&old).as_deref(), Some("TLS 1.2"));
    assert_eq!(old.session, Answer::Given(None));
    let older_still = place.asked("-tls1 -cipher ALL:@SECLEVEL=0");
    assert_eq!(older(&older_still).as_deref(), Some("TLS 1.0"));
    assert_eq!(older_still.session, Answer::Given(None));
}

#[test]
fn who_shows_no_certificate_may_be_served() {
    if !has_openssl() {
        return;
    }
    let place = Place::new();
    let not_asked = session(&place.asked("-tls1_3"));
    assert_eq!((not_asked.asked, not_asked.request), (false, None));
    let optional = session(&place.asked("-tls1_3 -verify 1"));
    assert_eq!((optional.asked, optional.request), (true, Some(AfterRequest::Answered(None))));
}

#[test]
fn certificates_that_do_not_hold() {
    if !has_openssl() {
        return;
    }
    let place = Place::new();
    place.shows(&place.authority.sign("localhost", (2020, 2021)));
    let expired = certificate(&place.asked("-tls1_3"));
    assert_eq!(expired.not_after, "2021-01-01T00:00:00Z".parse::<Instant>().unwrap());
    assert_eq!(expired.trust, Read::Measured(Trust::Trusted), "its days are another matter");
    place.shows(&place.authority.sign("portal.example.jp", (2020, 2090)));
    let misnamed = certificate(&place.asked("-tls1_3"));
    assert_eq!((misnamed.trust, misnamed.name_matches), (Read::Measured(Trust::Trusted), false));
    place.shows(&Authority::make("Nobody's CA").sign("localhost", (2020, 2090)));
    let unknown = certificate(&place.asked("-tls1_3"));
    assert_eq!((unknown.trust, unknown.name_matches), (Read::Measured(Trust::UnknownIssuer), true));
    place.shows(&Authority::make("Example Root CA").sign("localhost", (2020, 2090)));
    let forged = certificate(&place.asked("-tls1_3"));
    assert_eq!(forged.trust, Read::Measured(Trust::UnknownIssuer), "it only has the name of one that is trusted");
}

#[test]
fn a_certificate_of_its_own_is_trusted_where_the_host_has_it() {
    if !has_openssl() {
        return;
    }
    let place = Place::new();
    let key = KeyPair::generate().unwrap();
    let own = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().self_signed(&key).unwrap();
    place.shows(&(own, key));
    let running = place.openssl("-tls1_3");
    let before = certificate(&place.ask(&running.server, WITHIN).unwrap());
    assert!(matches!(before.trust, Read::Measured(Trust::UnknownIssuer | Trust::Unfit)), "{:?}", before.trust);
    assert_eq!(before.issuer, "itself");
    let shown = std::fs::read(place.folder.path().join("server.pem")).unwrap();
    std::fs::write(place.folder.path().join("etc/ssl/certs/ca-certificates.crt"), shown).unwrap();
    let after = certificate(&place.ask(&running.server, WITHIN).unwrap());
    assert_eq!(after.trust, Read::Measured(Trust::Trusted));
    std::fs::remove_file(place.folder.path().join("etc/ssl/certs/ca-certificates.crt")).unwrap();
    let nothing = certificate(&place.ask(&running.server, WITHIN).unwrap());
    assert!(matches!(nothing.trust, Read::NotRead(reason) if reason.code == ReasonCode::Missing));
}

/// As nginx does: who shows no certificate gets a session, and is refused in it.
#[test]
fn a_program_that_refuses_is_heard() {
    let place = Place::new();
    let (own, key) = place.authority.sign("localhost", (2020, 2090));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(place.authority.der.clone()).unwrap();
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
        .allow_unauthenticated()
        .build()
        .unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_client_cert_verifier(verifier)
        .with_single_cert(vec![own.der().clone()], PrivateKeyDer::try_from(key.serialize_der()).unwrap())
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = format!("localhost:{}", listener.local_addr().unwrap().port());
    std::thread::spawn(move || {
        let config = Arc::new(config);
        for stream in listener.incoming() {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = rustls::StreamOwned::new(connection, stream.unwrap());
            let mut request = [0; 512];
            if stream.read(&mut request).is_ok() {
                let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n");
                let _ = stream.flush();
            }
        }
    });
    let reading = place.ask(&server, WITHIN).unwrap();
    assert_eq!(older(&reading), None, "rustls refuses by its own alert");
    assert!(suites(&reading).is_empty(), "so it does with suites");
    assert_eq!(session(&reading).request, Some(AfterRequest::Answered(Some(400))));
}

#[test]
fn who_speaks_no_tls_is_not_taken_for_a_refusal() {
    let place = Place::new();
    let kinds =
        |reading: &TlsReading| (reading.older_version.get().unwrap_err().kind, reading.session.get().unwrap_err().kind);
    let closes = odd(drop);
    let (older, session) = kinds(&place.ask(&closes, WITHIN).unwrap());
    assert_eq!((older, session), (ReadErrorKind::NoAnswer, ReadErrorKind::NoAnswer));
    let garbage = odd(|mut stream| {
        let _ = stream.write_all(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n");
        let _ = stream.read(&mut [0; 2_048]);
    });
    let (older, session) = kinds(&place.ask(&garbage, WITHIN).unwrap());
    assert_eq!((older, session), (ReadErrorKind::WrongKind, ReadErrorKind::WrongKind));
    let begun = Stopwatch::now();
    let silent = odd(|mut stream| while stream.read(&mut [0; 64]).is_ok_and(|length| length > 0) {});
    let (older, session) = kinds(&place.ask(&silent, SHORTLY).unwrap());
    assert_eq!((older, session), (ReadErrorKind::TimedOut, ReadErrorKind::TimedOut));
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[test]
fn who_is_not_there_is_not_reached_and_holds_up_nobody() {
    if !has_openssl() {
        return;
    }
    let place = Place::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let gone = format!("localhost:{}", listener.local_addr().unwrap().port());
    drop(listener);
    let silent = odd(|mut stream| while stream.read(&mut [0; 64]).is_ok_and(|length| length > 0) {});
    let running = place.openssl("-tls1_3 -Verify 1 -verify_return_error");
    let mut servers = vec![silent; 8];
    servers.extend([gone, "no port".to_owned(), running.server.clone()]);
    let begun = Stopwatch::now();
    let host = LiveHost::with_root(place.folder.path().to_owned());
    let answers = host.tls_probe(&servers, Span::from_secs(3));
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    assert_eq!(answers.len(), servers.len());
    assert!(answers[..8].iter().all(|answer| answer.as_ref().unwrap().session.get().is_err()));
    assert!(answers[..8].iter().all(|answer| answer.as_ref().unwrap().other_suites.get().is_err()));
    assert_eq!(answers[8].as_ref().unwrap_err().kind, ReadErrorKind::NoAnswer);
    assert_eq!(answers[9].as_ref().unwrap_err().kind, ReadErrorKind::WrongKind);
    assert_eq!(older(answers[10].as_ref().unwrap()), None);
    assert!(host.tls_probe(&[], WITHIN).is_empty());
}

#[test]
fn an_appliance_on_the_way_is_seen_although_the_host_trusts_it() {
    if !has_openssl() {
        return;
    }
    let place = Place::new();
    assert!(!certificate(&place.asked("-tls1_3")).inspected);
    let appliance = Authority::make("Fortinet_CA_SSL");
    place.shows(&appliance.sign("localhost", (2020, 2090)));
    std::fs::write(place.folder.path().join("etc/ssl/certs/ca-certificates.crt"), &appliance.pem).unwrap();
    let shown = certificate(&place.asked("-tls1_3"));
    assert_eq!((shown.trust, shown.name_matches, shown.inspected), (Read::Measured(Trust::Trusted), true, true));
}
