//! Against real servers of TLS on the loopback address, from the look to what is said.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use chrono::DateTime;
use rcgen::{CertificateParams, date_time_ymd};
use tenken_model::report::Refusal;
use tenken_model::{Instant, Language, Span};

use super::*;
use crate::doctor::judge::judge;
use crate::doctor::seen::Running;
use crate::doctor::{Check, Found, Outcome};
use crate::first_start::Waiting;
#[cfg(target_os = "linux")]
use crate::host::Host as _;
use crate::schedule::Uptime;
use crate::spool::Spool;
use crate::transport::server::{Authority, DATE, for_name};

/// A clock that stands.
struct Standing(Instant);

impl Clock for Standing {
    fn wall(&self) -> Instant {
        self.0
    }

    fn uptime(&self) -> Uptime {
        Uptime::ZERO
    }

    fn awake(&self) -> Uptime {
        Uptime::ZERO
    }
}

/// Where nothing was left.
struct Nothing;

impl Place for Nothing {
    fn name(&self) -> String {
        "nowhere".to_owned()
    }

    fn waiting(&self) -> Result<Option<Waiting>, ReadError> {
        Ok(None)
    }

    fn remove_token(&self) -> Result<(), ReadError> {
        unreachable!("looking changes nothing")
    }
}

/// When the servers of these tests say that they answer.
fn date() -> Instant {
    DateTime::parse_from_rfc2822(DATE).unwrap().to_utc()
}

/// What is found on a host that is enrolled so, by that clock.
async fn found(identity: Identity, now: Instant) -> Vec<Found> {
    let looked = tokio::task::spawn_blocking(move || {
        let scratch = tempfile::tempdir().unwrap();
        let state_dir = scratch.path().join("state");
        storage::create_private_folder(&state_dir).unwrap();
        identity.store(&state_dir).unwrap();
        let looking = Looking {
            state_dir: &state_dir,
            host: &LiveHost::new(),
            place: &Nothing,
            clock: &Standing(now),
            within: Duration::from_secs(5),
            variable: &|_| None,
        };
        let before = std::fs::read_dir(&state_dir).unwrap().count();
        let seen = looking.look();
        assert_eq!(std::fs::read_dir(&state_dir).unwrap().count(), before, "looking changes nothing");
        judge(&seen)
    });
    looked.await.unwrap()
}

fn one(found: &[Found], check: Check) -> (Outcome, &str) {
    let one = found.iter().find(|one| one.check == check).unwrap();
    assert!(one.says.ja.lines().count() == 1 && one.says.en.lines().count() == 1, "{one:?}");
    (one.outcome, one.says.en.as_str())
}

#[track_caller]
fn assert_said(found: &[Found], check: Check, outcome: Outcome, word: &str) {
    let said = one(found, check);
    assert!(said.0 == outcome && said.1.contains(word), "{check:?}: {said:?}");
}

fn policy() -> (u16, Vec<u8>) {
    (200, br#"{"body":"{\"version\":3}","signature":"AAAA"}"#.to_vec())
}

async fn of_server(params: CertificateParams, now: Instant, answer: (u16, Vec<u8>)) -> Vec<Found> {
    let authority = Arc::new(Authority::make());
    let url = authority.serve_as(params, true, move |_| answer.clone()).await;
    found(authority.identity("h-1", &url), now).await
}

#[tokio::test]
async fn a_dashboard_that_is_well_is_found_well() {
    let found = of_server(for_name("127.0.0.1"), date(), policy()).await;
    for check in [Check::Enrolled, Check::Certificate, Check::Name, Check::Connection, Check::Tls, Check::Answer] {
        assert_eq!(one(&found, check).0, Outcome::Ok, "{found:?}");
    }
    assert_said(&found, Check::Clock, Outcome::Ok, "by 0 s");
    assert_said(&found, Check::Version, Outcome::Ok, env!("CARGO_PKG_VERSION"));
    assert_said(&found, Check::Policy, Outcome::Problem, "the dashboard offers 3");
    assert_said(&found, Check::Spool, Outcome::Ok, "nothing was kept yet");
}

#[tokio::test]
async fn a_port_that_is_closed_is_refused() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    drop(listener);
    let found = found(Authority::make().identity("h-1", &url), date()).await;
    assert_said(&found, Check::Connection, Outcome::Problem, "refuses connections");
    for check in [Check::Tls, Check::Answer, Check::Clock, Check::Version] {
        assert_said(&found, check, Outcome::Unchecked, "Connection");
    }
}

#[tokio::test]
async fn a_name_without_an_address_is_said() {
    let found = found(Authority::make().identity("h-1", "https://dashboard.invalid:7741"), date()).await;
    assert_said(&found, Check::Name, Outcome::Problem, "dashboard.invalid has no address");
    assert_said(&found, Check::Connection, Outcome::Unchecked, "Name");
}

#[tokio::test]
async fn another_authority_is_told_from_other_faults() {
    let (own, other) = (Authority::make(), Arc::new(Authority::make()));
    let url = other.serve(true, |_| policy()).await;
    let found = found(own.identity("h-1", &url), date()).await;
    assert_said(&found, Check::Tls, Outcome::Problem, "another authority");
    assert_said(&found, Check::Answer, Outcome::Unchecked, "TLS");
}

#[tokio::test]
async fn an_expired_certificate_of_the_dashboard_is_said_with_its_end() {
    let mut params = for_name("127.0.0.1");
    params.not_after = date_time_ymd(2026, 11, 1);
    let found = of_server(params, date(), policy()).await;
    assert_said(&found, Check::Tls, Outcome::Problem, "certificate ended on 2026-11-01");
    // The authority and the name are right, so that the rest can be believed.
    assert_said(&found, Check::Clock, Outcome::Ok, "by 0 s");
    assert_said(&found, Check::Answer, Outcome::Ok, "");
}

#[tokio::test]
async fn a_clock_that_is_far_behind_is_told_from_a_wrong_certificate() {
    let mut params = for_name("127.0.0.1");
    params.not_before = date_time_ymd(2026, 11, 20);
    let found = of_server(params.clone(), Span::from_days(-400).after(date()), policy()).await;
    assert_said(&found, Check::Tls, Outcome::Problem, "the clock is wrong");
    assert_said(&found, Check::Clock, Outcome::Problem, "behind the dashboard's");
    let found = of_server(params, Span::from_secs(90).after(date()), policy()).await;
    assert_said(&found, Check::Tls, Outcome::Ok, "");
    assert_said(&found, Check::Clock, Outcome::Problem, "90 s ahead");
}

#[tokio::test]
async fn a_certificate_for_another_name_is_said() {
    let found = of_server(for_name("tenken.example"), date(), policy()).await;
    assert_said(&found, Check::Tls, Outcome::Problem, "not for 127.0.0.1");
}

#[tokio::test]
async fn a_dashboard_that_does_not_know_the_authority_of_this_host_is_said() {
    let (own, other) = (Arc::new(Authority::make()), Authority::make());
    let url = own.serve(true, |_| policy()).await;
    let identity = Identity { authority_pem: own.pem.clone(), ..other.identity("h-1", &url) };
    let found = found(identity, date()).await;
    assert_said(&found, Check::Tls, Outcome::Problem, "refuses this host's certificate");
}

#[tokio::test]
async fn what_the_dashboard_says_of_this_host_is_said() {
    for (code, outcome, word) in [
        ("revoked", Outcome::Problem, "revoked"),
        ("wrong_host", Outcome::Problem, "no such host"),
        ("replaced_certificate", Outcome::Problem, "older copy"),
        ("expired_certificate", Outcome::Problem, "has ended"),
        ("too_often", Outcome::Unchecked, "later"),
        ("demonstration", Outcome::Problem, "demonstration: of old"),
    ] {
        let refusal = serde_json::to_vec(&Refusal::new(code, "of old")).unwrap();
        let found = of_server(for_name("127.0.0.1"), date(), (403, refusal)).await;
        assert_said(&found, Check::Answer, outcome, word);
        assert_said(&found, Check::Clock, Outcome::Ok, "");
    }
    let found = of_server(for_name("127.0.0.1"), date(), (200, b"<html>".to_vec())).await;
    assert_said(&found, Check::Answer, Outcome::Problem, "no dashboard");
}

#[tokio::test]
async fn what_speaks_no_tls_is_said() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let speaking = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = std::io::Write::write_all(&mut stream, b"SSH-2.0-OpenSSH_9.2\r\n");
        let _ = std::io::Read::read(&mut stream, &mut [0; 4096]);
    });
    let found = found(Authority::make().identity("h-1", &url), date()).await;
    assert_said(&found, Check::Tls, Outcome::Problem, "no TLS connection");
    speaking.join().unwrap();
}

#[test]
fn a_host_that_is_not_enrolled_is_told_so_everywhere() {
    let scratch = tempfile::tempdir().unwrap();
    let state_dir = scratch.path().join("none");
    let looking = Looking {
        state_dir: &state_dir,
        host: &LiveHost::new(),
        place: &Nothing,
        clock: &Standing(date()),
        within: Duration::from_secs(5),
        variable: &|name| (name == "HTTPS_PROXY").then(|| "http://user:s3cret@proxy:8080".to_owned()),
    };
    let found = judge(&looking.look());
    assert_said(&found, Check::Enrolled, Outcome::Problem, "tenken-agent enrol");
    assert_said(&found, Check::Folder, Outcome::Problem, "there is no");
    assert_said(&found, Check::Proxy, Outcome::Problem, "HTTPS_PROXY");
    for check in [Check::Certificate, Check::Name, Check::Tls, Check::Answer, Check::Version] {
        assert_said(&found, check, Outcome::Unchecked, "not enrolled");
    }
    assert!(!format!("{found:?}").contains("s3cret"));
    assert!(!state_dir.exists());
}

#[test]
fn a_damaged_identity_and_a_spool_in_use_are_seen() {
    let scratch = tempfile::tempdir().unwrap();
    storage::create_private_folder(scratch.path()).unwrap();
    let (_held, _) = Spool::open(&scratch.path().join("spool"), crate::spool::SPOOL_BYTES, date()).unwrap();
    assert_eq!(local::lock(scratch.path()), Ok(true));
    std::fs::write(Identity::path(scratch.path()), "{").unwrap();
    let looking = Looking {
        state_dir: scratch.path(),
        host: &LiveHost::new(),
        place: &Nothing,
        clock: &Standing(date()),
        within: Duration::from_secs(5),
        variable: &|_| None,
    };
    let found = judge(&looking.look());
    assert_said(&found, Check::Enrolled, Outcome::Problem, "enrol this host again");
    assert_said(&found, Check::Service, Outcome::Ok, "it runs");
    assert_eq!(Check::Service.title(Language::Japanese), "サービス");
}

#[test]
fn agents_are_told_from_other_commands_and_by_their_folder() {
    let line = |words: &[&str]| [words.join("\0").as_bytes(), b"\0"].concat();
    let folder = |words: &[&str]| agents::folder_of(&line(words));
    assert_eq!(folder(&["/usr/bin/tenken-agent", "run"]), Some(storage::state_folder()));
    assert_eq!(folder(&["tenken-agent", "run", "--state-dir", "/x"]), Some("/x".into()));
    assert_eq!(folder(&["tenken-agent", "--language=ja", "run", "--state-dir=/x"]), Some("/x".into()));
    assert_eq!((folder(&["tenken-agent", "check"]), folder(&["run"])), (None, None));
    let status = "Name:\ttenken-agent\nUid:\t990\t991\t990\t990\nCapEff:\t0000000000000004\n";
    assert_eq!((agents::uid(status), agents::reads_everything(status)), (Some(991), Some(true)));
    let plain = status.replace("04\n", "00\n");
    assert_eq!((agents::reads_everything(&plain), agents::reads_everything("")), (Some(false), None));
    assert_eq!((agents::reads_filter(&plain), agents::reads_filter("")), (Some(false), None));
    assert_eq!(agents::reads_filter("CapEff:\t0000000000001004\n"), Some(true));
    assert_eq!(agents::uid("Uid:\tx\n"), None);
}

#[test]
fn an_agent_without_its_right_lacks_topics_that_rest_on_guarded_files() {
    let agent = |reads_everything| Running {
        pid: 7,
        is_of_folder: Some(true),
        uid: Some(65_000),
        reads_everything,
        reads_filter: Some(false),
    };
    let host = LiveHost::new();
    assert!(agents::guarded(&host, &[agent(Some(true))]).is_empty());
    assert!(agents::guarded(&host, &[agent(None)]).is_empty());
    #[cfg(target_os = "linux")]
    if host.metadata(Path::new("/etc/shadow")).is_ok_and(|found| found.mode & 0o004 == 0) {
        let lacking = agents::guarded(&host, &[agent(Some(false))]);
        assert!(lacking.contains(&tenken_model::Topic::PasswordStorage), "{lacking:?}");
    }
}

#[test]
fn exceptions_from_proxies_are_names_domains_or_all() {
    for (list, is) in [
        ("tenken.example", true),
        ("localhost, .example", true),
        ("example", true),
        ("*", true),
        ("ken.example", false),
        ("", false),
        (",", false),
    ] {
        assert_eq!(is_excepted(list, "Tenken.Example"), is, "{list}");
    }
    let environment = |name: &str| match name {
        "https_proxy" => Some("http://p".to_owned()),
        "no_proxy" => Some("a.example".to_owned()),
        "ALL_PROXY" => Some(String::new()),
        _ => None,
    };
    let named = proxies(environment, "a.example");
    assert_eq!(named, [Proxy { variable: "https_proxy".to_owned(), is_excepted: true }]);
}

#[test]
fn addresses_of_dashboards_are_taken_apart() {
    assert_eq!(server("https://tenken.example:7741"), Some(("tenken.example".to_owned(), 7741)));
    assert_eq!(server("https://[::1]:7741"), Some(("::1".to_owned(), 7741)));
    assert_eq!(server("https://a"), Some(("a".to_owned(), 443)));
    assert_eq!(server("a"), None);
}
