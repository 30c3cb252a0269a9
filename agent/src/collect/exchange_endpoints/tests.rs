use tenken_model::Instant;
use tenken_model::fact::certificates::KeyAlgorithm;
use tenken_model::fact::exchange_endpoints::{ClientCertificate, EndpointCertificate, Trust};
use tenken_model::observation::SourceOutcome;
use tenken_model::register::{EndpointTransport, Registers};

use super::*;
use crate::host::tls::AfterRequest;
use crate::host::{ReadErrorKind, Recording};

fn now() -> Instant {
    "2026-11-24T00:00:00Z".parse().unwrap()
}

fn row(counterpart: &str, address: &str) -> EndpointRow {
    EndpointRow {
        counterpart: counterpart.to_owned(),
        purpose: "結果の送付".to_owned(),
        transport: EndpointTransport::Tls,
        address: address.to_owned(),
        probed_by: "sv1".to_owned(),
    }
}

fn reading(asked: bool, request: Option<AfterRequest>) -> TlsReading {
    let certificate = EndpointCertificate {
        issuer: "Example CA".to_owned(),
        not_before: now(),
        not_after: now(),
        algorithm: KeyAlgorithm::Rsa,
        bits: Some(2_048),
        name_matches: true,
        inspected: false,
        trust: Read::Measured(Trust::Trusted),
    };
    TlsReading {
        older_version: Answer::Given(None),
        session: Answer::Given(Some(TlsSession { certificate: Answer::Given(certificate), asked, request })),
        other_suites: Answer::Given(Vec::new()),
    }
}

fn collected(host: &Recording, rows: Read<Vec<EndpointRow>>) -> (Outcome<ExchangeEndpoints>, usize) {
    let registers = Registers { endpoints: rows, ..Registers::not_given("test") };
    let needs = Needs { registers, time_references: Vec::new(), now: now() };
    let look = Look::new(host);
    let outcome = collect(&look, &needs);
    let (sources, _) = look.finish();
    assert!(sources.iter().all(|source| source.place.starts_with("tls ")), "{sources:?}");
    (outcome, sources.iter().filter(|source| source.outcome == SourceOutcome::Read).count())
}

fn known(host: &Recording, rows: Vec<EndpointRow>) -> Vec<ExchangeEndpoint> {
    match collected(host, Read::Measured(rows)).0 {
        Outcome::Known(fact) => fact.endpoints,
        other => panic!("{other:?}"),
    }
}

fn code<T: std::fmt::Debug>(read: &Read<T>) -> ReasonCode {
    match read {
        Read::NotRead(reason) => reason.code,
        Read::Measured(value) => panic!("{value:?}"),
    }
}

#[test]
fn each_row_is_told_as_it_was_found() {
    let host = Recording::new(now())
        .tls("portal.example.jp:443", Ok(reading(true, Some(AfterRequest::Ended(Some("CertificateRequired".into()))))))
        .tls("192.168.20.5:8443", Ok(reading(false, None)));
    let rows = vec![
        row("支払基金", "https://portal.example.jp/login"),
        row("健診センター", "192.168.20.5:8443"),
        row("支払基金の別窓口", "portal.example.jp:443"),
    ];
    let (outcome, sources) = collected(&host, Read::Measured(rows));
    let Outcome::Known(fact) = outcome else { panic!("{outcome:?}") };
    assert_eq!(sources, 2, "one server is asked once");
    let treated: Vec<_> =
        fact.endpoints.iter().map(|endpoint| endpoint.client_certificate.measured().copied().unwrap()).collect();
    assert_eq!(treated, [ClientCertificate::Demanded, ClientCertificate::NotAsked, ClientCertificate::Demanded]);
    assert!(fact.endpoints.iter().all(|endpoint| endpoint.tls13 == Read::Measured(true)));
    assert_eq!(fact.endpoints[0].name, "支払基金 / 結果の送付");
    assert_eq!(fact.endpoints[0].address, "https://portal.example.jp/login");
}

/// A server that has nothing else makes no session with what programs offer.
#[test]
fn suites_are_told_although_no_session_came_about() {
    let no_session = ReadError::new(ReadErrorKind::NoAnswer, "ask TLS server a:1", "received fatal alert");
    let suites = vec!["TLS_AES_128_CCM_8_SHA256".to_owned()];
    let odd = TlsReading {
        older_version: Answer::Given(None),
        session: Answer::Refused(no_session),
        other_suites: Answer::Given(suites.clone()),
    };
    let told = known(&Recording::new(now()).tls("a:1", Ok(odd)), vec![row("a", "a:1")]).pop().unwrap();
    assert_eq!(told.other_suites, Read::Measured(suites));
    assert_eq!(code(&told.tls13), ReasonCode::NoAnswer);
}

#[test]
fn suites_of_a_product_on_the_way_are_not_those_of_the_endpoint() {
    let mut inspected = reading(false, None);
    let Answer::Given(Some(session)) = &mut inspected.session else { panic!("{inspected:?}") };
    let Answer::Given(certificate) = &mut session.certificate else { panic!("{session:?}") };
    certificate.inspected = true;
    let told = known(&Recording::new(now()).tls("a:1", Ok(inspected)), vec![row("a", "a:1")]).pop().unwrap();
    assert_eq!((code(&told.other_suites), told.tls13), (ReasonCode::Inconclusive, Read::Measured(true)));
}

#[test]
fn nothing_to_check_is_absent_and_no_register_is_not_read() {
    let host = Recording::new(now());
    assert!(matches!(collected(&host, Read::Measured(Vec::new())).0, Outcome::Absent(_)));
    let not_given = Registers::not_given("no policy").endpoints;
    assert!(
        matches!(collected(&host, not_given).0, Outcome::Failed(reason) if reason.code == ReasonCode::NotConfigured)
    );
}

#[test]
fn an_address_that_is_none_and_one_too_many_are_unknown() {
    let host = Recording::new(now()).tls("localhost:1", Ok(reading(false, None)));
    for address in ["portal.example.jp", "http://portal.example.jp/", "健診センター"] {
        let told = known(&host, vec![row("a", address)]).pop().unwrap();
        assert_eq!(code(&told.older_version), ReasonCode::Unparsable, "{address}");
        assert_eq!(code(&told.client_certificate), ReasonCode::Unparsable);
    }
    let rows: Vec<_> = (0..=ENDPOINTS_MAX).map(|number| row(&number.to_string(), "localhost:1")).collect();
    let told = known(&host, rows);
    assert_eq!(told.len(), ENDPOINTS_MAX + 1, "none is left out in silence");
    assert_eq!(code(&told[ENDPOINTS_MAX].tls13), ReasonCode::TooLarge);
    assert_eq!(told[ENDPOINTS_MAX - 1].tls13, Read::Measured(true));
}

#[test]
fn a_server_that_does_not_answer_is_unknown_and_one_without_the_version_is_not() {
    let refused = ReadError::new(ReadErrorKind::NoAnswer, "ask TLS server a:1", "connection refused");
    let silent = ReadError::new(ReadErrorKind::TimedOut, "ask TLS server c:1", "no answer in time");
    let old = TlsReading {
        older_version: Answer::Given(Some("TLS 1.2".into())),
        session: Answer::Given(None),
        other_suites: Answer::Given(Vec::new()),
    };
    let half = TlsReading {
        older_version: Answer::Refused(silent.clone()),
        session: Answer::Refused(silent.clone()),
        other_suites: Answer::Refused(silent),
    };
    let host = Recording::new(now()).tls("a:1", Err(refused)).tls("b:1", Ok(old)).tls("c:1", Ok(half));
    let told = known(&host, vec![row("a", "a:1"), row("b", "b:1"), row("c", "c:1"), row("d", "d:1")]);
    assert_eq!(code(&told[0].tls13), ReasonCode::NoAnswer);
    assert_eq!(told[1].tls13, Read::Measured(false));
    assert_eq!(told[1].older_version, Read::Measured(Some("TLS 1.2".into())));
    assert_eq!(code(&told[1].certificate), ReasonCode::NoAnswer);
    assert_eq!((code(&told[2].tls13), code(&told[2].older_version)), (ReasonCode::TimedOut, ReasonCode::TimedOut));
    assert_eq!(told[1].other_suites, Read::Measured(Vec::new()));
    assert_eq!(
        (code(&told[2].other_suites), code(&told[3].other_suites)),
        (ReasonCode::TimedOut, ReasonCode::NoAnswer)
    );
    assert_eq!(code(&told[3].tls13), ReasonCode::NoAnswer);
}
