use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tenken_model::digest::Digest;
use tenken_model::report::{Heartbeat, PROTOCOL};
use tenken_model::{Instant, Read, ReasonCode, Span};

use super::server::Authority;
use super::*;

fn report() -> Report {
    Report {
        protocol: PROTOCOL,
        epoch: 1,
        transitions: Vec::new(),
        snapshot: None,
        facts: BTreeMap::new(),
        heartbeat: Heartbeat {
            sent_at: Instant::UNIX_EPOCH,
            agent_version: "0".into(),
            uptime: Span::ZERO,
            awake: Span::ZERO,
            state_digest: Digest::of(b""),
            state_seq: 0,
            policy_version: 0,
            policy_refused: None,
            rules_unread: Some(Vec::new()),
            folded: 0,
            system: Read::not_read(ReasonCode::Missing, "not read yet"),
            costs: Vec::new(),
            facts: BTreeMap::new(),
        },
    }
}

fn answer() -> ReportAnswer {
    ReportAnswer {
        epoch: 1,
        acknowledged: 0,
        resync: false,
        policy_version: 0,
        heartbeat_within: Span::from_secs(60),
        facts_wanted: None,
    }
}

fn patience() -> Patience {
    Patience { connect: Duration::from_secs(5), call: Duration::from_secs(5) }
}

fn transport(authority: &Authority, url: &str) -> Transport {
    Transport::new(&authority.identity("h-1", url), patience()).unwrap()
}

fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}

#[tokio::test]
async fn one_connection_serves_several_reports() {
    let authority = Arc::new(Authority::make());
    let (told, mut ends) = tokio::sync::mpsc::unbounded_channel();
    let url = authority
        .serve(true, move |request| {
            told.send(request.from).unwrap();
            (200, json(&answer()))
        })
        .await;
    let transport = transport(&authority, &url);
    for _ in 0..2 {
        transport.report(&report()).await.unwrap();
    }
    assert_eq!(ends.recv().await.unwrap(), ends.recv().await.unwrap(), "a handshake costs more than a report");
}

#[tokio::test]
async fn a_report_is_answered_over_mutual_tls() {
    let authority = Arc::new(Authority::make());
    let url = authority
        .serve(true, |request| {
            assert_eq!(request.line, "POST /v1/report");
            assert_eq!(serde_json::from_slice::<Report>(&request.body).unwrap(), report());
            (200, json(&answer()))
        })
        .await;
    let transport = transport(&authority, &url);
    assert_eq!(transport.report(&report()).await, Ok(answer()));
    assert_eq!(transport.report(&report()).await, Ok(answer()), "also over the connection that is kept");
    let written = Answered { at: "2026-11-26T01:00:00Z".parse().unwrap(), here: Some(true) };
    assert_eq!(transport.answered(), Some(written), "the dashboard of the test is on this machine");
}

#[tokio::test]
async fn a_server_of_another_authority_hears_nothing() {
    let (own, other) = (Authority::make(), Arc::new(Authority::make()));
    let url = other.serve(false, |request| panic!("it heard {request:?}")).await;
    let error = transport(&own, &url).report(&report()).await.unwrap_err();
    assert!(
        matches!(&error, CallError::Unreachable { why, .. } if why.contains("invalid peer certificate")),
        "{error}"
    );
}

#[tokio::test]
async fn a_host_of_another_authority_is_not_let_in() {
    let (own, other) = (Arc::new(Authority::make()), Authority::make());
    let url = own.serve(true, |request| panic!("it heard {request:?}")).await;
    let identity = Identity { authority_pem: own.pem.clone(), ..other.identity("h-1", &url) };
    let error = Transport::new(&identity, patience()).unwrap().report(&report()).await.unwrap_err();
    assert!(matches!(error, CallError::Unreachable { .. }), "{error}");
}

#[tokio::test]
async fn a_refusal_is_understood() {
    let authority = Arc::new(Authority::make());
    let refusal = Refusal::new("revoked", "report: this host was revoked;\nenrol it again");
    let body = json(&refusal);
    let url = authority.serve(true, move |_| (403, body.clone())).await;
    let error = transport(&authority, &url).report(&report()).await.unwrap_err();
    assert_eq!(error.refusal().map(|refusal| refusal.code.as_str()), Some("revoked"));
    let said = error.to_string();
    assert!(said.contains("403 revoked: report: this host was revoked; enrol it again"), "{said}");
}

#[tokio::test]
async fn an_answer_is_bounded_and_must_be_understood() {
    let authority = Arc::new(Authority::make());
    let large = vec![b' '; usize::try_from(ANSWER_BYTES.bytes()).unwrap() + 1];
    let mut answers = vec![(200, b"<html>".to_vec()), (502, b"<h1>Bad\ngateway</h1>".to_vec()), (200, large.clone())];
    answers.push((500, large));
    let url = authority.serve(true, move |_| answers.remove(0)).await;
    let transport = transport(&authority, &url);
    let malformed = transport.report(&report()).await.unwrap_err();
    assert!(matches!(malformed, CallError::Malformed { .. }), "{malformed}");
    let foreign = transport.report(&report()).await.unwrap_err().to_string();
    assert!(foreign.contains("502 not_a_dashboard: <h1>Bad gateway</h1>"), "{foreign}");
    for _ in 0..2 {
        let large = transport.report(&report()).await.unwrap_err();
        assert!(matches!(large, CallError::TooLarge { .. }), "{large}");
    }
}

#[tokio::test]
async fn a_silent_server_is_given_up() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let authority = Authority::make();
    let identity = authority.identity("h-1", &format!("https://{}", listener.local_addr().unwrap()));
    let short = Patience { connect: Duration::from_millis(200), call: Duration::from_millis(300) };
    let error = Transport::new(&identity, short).unwrap().report(&report()).await.unwrap_err();
    assert!(matches!(error, CallError::Unreachable { .. }), "{error}");
}

#[tokio::test]
async fn a_policy_may_be_large() {
    let authority = Arc::new(Authority::make());
    let signed = SignedPolicy { body: "\"".repeat(1 << 20), signature: String::new() };
    let body = json(&signed);
    let url = authority
        .serve(true, move |request| {
            assert_eq!(request.line, "GET /v1/policy");
            (200, body.clone())
        })
        .await;
    assert_eq!(transport(&authority, &url).policy().await, Ok(signed));
}

#[test]
fn only_https_is_spoken() {
    let authority = Authority::make();
    for url in ["http://127.0.0.1:1", "file:///etc/passwd", "127.0.0.1", ""] {
        let error = Transport::new(&authority.identity("h-1", url), patience()).unwrap_err();
        assert!(matches!(error, CallError::Unusable { .. }), "{error}");
    }
}
