//! With real dashboards of a test on the loopback address.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tenken_model::enrol::{Authority, EnrolAnswer, EnrolRequest};
use tenken_model::report::Refusal;
use tenken_model::{HostId, Instant};

use super::*;
use crate::host::ownership::service_sid;
use crate::host::recorded::Answer;
use crate::host::registration::SERVICE;
use crate::host::{ReadErrorKind, Recording, SystemReading};
use crate::transport::server::{Authority as TestAuthority, Request};

fn at_once() -> Pace {
    Pace { again: Duration::ZERO..=Duration::ZERO, look: Duration::from_millis(1) }
}

/// The first start of an agent that is run by hand.
async fn enrol(state_dir: &Path, place: &Left, host: &Recording) -> Result<(), FirstStartError> {
    first_start(state_dir, place, host, Otherwise::End, &|_| {}).await
}

async fn first_start(
    state_dir: &Path,
    place: &Left,
    host: &Recording,
    otherwise: Otherwise,
    tell: &dyn Fn(&str),
) -> Result<(), FirstStartError> {
    let patience = Patience::default();
    FirstStart { state_dir, place, host, patience, pace: at_once(), otherwise, tell }.enrol().await
}

/// What an installer left, in memory.
#[derive(Default)]
struct Left {
    waiting: RefCell<Option<Waiting>>,
    error: RefCell<Option<ReadError>>,
    is_stuck: bool,
}

impl Left {
    fn new(dashboard: &str, token: &str) -> Self {
        let left = Self::default();
        left.leave(dashboard, token);
        left
    }

    fn leave(&self, dashboard: &str, token: &str) {
        let (dashboard, token) = (dashboard.to_owned(), token.to_owned());
        self.waiting.replace(Some(Waiting { dashboard, token, name: None }));
    }

    fn is_empty(&self) -> bool {
        self.waiting.borrow().is_none()
    }
}

impl Place for Left {
    fn name(&self) -> String {
        "the place".to_owned()
    }

    fn waiting(&self) -> Result<Option<Waiting>, ReadError> {
        match self.error.borrow().clone() {
            Some(error) => Err(error),
            None => Ok(self.waiting.borrow().clone()),
        }
    }

    fn remove_token(&self) -> Result<(), ReadError> {
        if self.is_stuck {
            return Err(stuck());
        }
        self.waiting.replace(None);
        Ok(())
    }
}

fn stuck() -> ReadError {
    ReadError::new(ReadErrorKind::NotPermitted, "remove it", "no right")
}

fn host() -> Recording {
    let mut host = Recording::new(Instant::UNIX_EPOCH);
    host.system = Some(Answer::Given(SystemReading {
        os: "windows".to_owned(),
        os_version: "10".to_owned(),
        kernel: "10.0.26100".to_owned(),
        host_name: "pc-07".to_owned(),
        booted_at: Instant::UNIX_EPOCH,
    }));
    host
}

fn json(value: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}

/// A dashboard that fails so many times, and then enrols or refuses by a word.
async fn dashboard(authority: &Arc<TestAuthority>, failures: u32, refusal: Option<&'static str>) -> String {
    let (signing, asked) = (Arc::clone(authority), AtomicU32::new(0));
    let answer = move |request: &Request| {
        if request.line == "GET /v1/authority" {
            if asked.fetch_add(1, Ordering::SeqCst) < failures {
                return (503, json(&Refusal::new("busy", "later")));
            }
            return (200, json(&Authority { certificate_pem: signing.pem.clone() }));
        }
        if let Some(code) = refusal {
            return (403, json(&Refusal::new(code, "the token is unknown")));
        }
        let request: EnrolRequest = serde_json::from_slice(&request.body).unwrap();
        assert_eq!(request.host_name, "pc-07");
        let given = signing.identity("h-1", "https://127.0.0.1:9");
        let answer = EnrolAnswer {
            host: HostId::new("h-1").unwrap(),
            certificate_pem: signing.sign(&request.request_pem, "h-1"),
            authority_pem: signing.pem.clone(),
            policy_key: given.policy_key,
            report_url: given.report_url,
        };
        (200, json(&answer))
    };
    authority.serve(false, answer).await
}

fn token(authority: &TestAuthority) -> String {
    EnrolToken { secret: "s".repeat(43), authority: authority.digest() }.to_string()
}

#[tokio::test]
async fn what_an_installer_left_enrols_the_host_and_is_removed() {
    let authority = Arc::new(TestAuthority::make());
    let left = Left::new(&dashboard(&authority, 0, None).await, &token(&authority));
    let scratch = tempfile::tempdir().unwrap();
    let state = scratch.path().join("agent");
    enrol(&state, &left, &host()).await.unwrap();
    assert_eq!(Identity::load(&state).unwrap().unwrap().host.as_str(), "h-1");
    assert!(left.is_empty());
    enrol(&state, &left, &host()).await.unwrap();
}

#[tokio::test]
async fn a_dashboard_that_is_not_there_yet_is_asked_again() {
    let authority = Arc::new(TestAuthority::make());
    let left = Left::new(&dashboard(&authority, 3, None).await, &token(&authority));
    let scratch = tempfile::tempdir().unwrap();
    enrol(scratch.path(), &left, &host()).await.unwrap();
    assert!(Identity::load(scratch.path()).unwrap().is_some() && left.is_empty());
}

#[tokio::test]
async fn a_token_that_is_refused_or_none_is_removed_and_said() {
    let authority = Arc::new(TestAuthority::make());
    let scratch = tempfile::tempdir().unwrap();
    let url = dashboard(&authority, 0, Some(TOKEN)).await;
    let refused = Left::new(&url, &token(&authority));
    let error = enrol(scratch.path(), &refused, &host()).await.unwrap_err();
    assert!(error.to_string().contains("make a new one"), "{error}");
    let no_token = Left::new(&url, "tenken1.half");
    let error = enrol(scratch.path(), &no_token, &host()).await.unwrap_err();
    assert!(matches!(error, FirstStartError::NoToken { .. }) && !error.to_string().contains("half"), "{error}");
    assert!(refused.is_empty() && no_token.is_empty());
    assert_eq!(Identity::load(scratch.path()).unwrap(), None);
}

#[tokio::test]
async fn a_host_that_is_enrolled_keeps_its_identity() {
    let authority = TestAuthority::make();
    let scratch = tempfile::tempdir().unwrap();
    authority.identity("h-old", "https://127.0.0.1:9").store(scratch.path()).unwrap();
    let left = Left::new("https://127.0.0.1:1", &token(&authority));
    enrol(scratch.path(), &left, &host()).await.unwrap();
    assert_eq!(Identity::load(scratch.path()).unwrap().unwrap().host.as_str(), "h-old");
    assert!(left.is_empty());
}

#[test]
fn the_service_may_remove_the_token() {
    let installer = include_str!("../../../packaging/windows/tenken-agent.sql");
    assert!(installer.contains(&format!("(A;CI;KRKW;;;{})", service_sid(SERVICE))));
}

#[tokio::test]
async fn where_nothing_waits_nothing_is_done() {
    let scratch = tempfile::tempdir().unwrap();
    let state = scratch.path().join("agent");
    enrol(&state, &Left::default(), &host()).await.unwrap();
    assert!(!state.exists());
}

/// Waits as a service does, until what `tell` is told holds `word`, then does `then`, and waits until the host is enrolled.
async fn wait(state_dir: &Path, left: &Left, steps: &[(&str, &dyn Fn())]) -> Vec<String> {
    let told = RefCell::new(Vec::<String>::new());
    let done = RefCell::new(0);
    let tell = |text: &str| {
        told.borrow_mut().push(text.to_owned());
        let at = *done.borrow();
        if let Some((word, then)) = steps.get(at)
            && text.contains(word)
        {
            *done.borrow_mut() += 1;
            then();
        }
    };
    let host = host();
    let waited = first_start(state_dir, left, &host, Otherwise::Wait, &tell);
    tokio::time::timeout(Duration::from_secs(20), waited).await.unwrap_or_else(|_| panic!("{told:?}")).unwrap();
    told.into_inner()
}

#[tokio::test]
async fn a_service_finds_what_is_left_later() {
    let authority = Arc::new(TestAuthority::make());
    let url = dashboard(&authority, 0, None).await;
    let scratch = tempfile::tempdir().unwrap();
    let left = Left::default();
    left.error.replace(Some(ReadError::new(ReadErrorKind::NotPermitted, "read it", "others may read it")));
    let told = wait(
        scratch.path(),
        &left,
        &[
            ("others may read it", &|| {
                left.error.replace(None);
            }),
            ("tenken-agent enrol", &|| left.leave(&url, "tenken1.half")),
            ("it is not one", &|| left.leave(&url, &token(&authority))),
        ],
    )
    .await;
    assert_eq!(told.len(), 3, "each is said once: {told:?}");
    assert!(Identity::load(scratch.path()).unwrap().is_some() && left.is_empty());
}

#[tokio::test]
async fn a_service_notices_that_the_host_was_enrolled_by_hand_while_the_token_fails() {
    let authority = Arc::new(TestAuthority::make());
    let scratch = tempfile::tempdir().unwrap();
    // Nobody listens there.
    let left = Left::new("https://127.0.0.1:1", &token(&authority));
    let by_hand = || authority.identity("h-hand", "https://127.0.0.1:9").store(scratch.path()).unwrap();
    wait(scratch.path(), &left, &[("trying again", &by_hand)]).await;
    assert_eq!(Identity::load(scratch.path()).unwrap().unwrap().host.as_str(), "h-hand");
    assert!(left.is_empty(), "a token that is of no use any more is removed");
}

#[tokio::test]
async fn a_token_that_cannot_be_removed_is_used_once_and_a_new_one_is_taken() {
    let authority = Arc::new(TestAuthority::make());
    let refusing = dashboard(&authority, 0, Some(TOKEN)).await;
    let url = dashboard(&authority, 0, None).await;
    let scratch = tempfile::tempdir().unwrap();
    let left = Left { is_stuck: true, ..Left::new(&refusing, &token(&authority)) };
    let told = wait(scratch.path(), &left, &[("make a new one", &|| left.leave(&url, &token(&authority)))]).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(Identity::load(scratch.path()).unwrap().is_some() && !left.is_empty());
}

#[tokio::test]
async fn the_name_that_was_left_is_the_hosts() {
    let authority = Arc::new(TestAuthority::make());
    let left = Left::new(&dashboard(&authority, 0, None).await, &token(&authority));
    left.waiting.borrow_mut().as_mut().unwrap().name = Some("pc-07".to_owned());
    let scratch = tempfile::tempdir().unwrap();
    // The dashboard of these tests takes no other name, and this host has none.
    enrol(scratch.path(), &left, &Recording::new(Instant::UNIX_EPOCH)).await.unwrap();
    assert!(left.is_empty());
}
