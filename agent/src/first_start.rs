//! Enrolment that waits for the first start. An installer that is rolled out to many hosts leaves the dashboard's address and a
//! token; the agent enrols by them when it first starts, and the token is removed once it was used.

use std::ops::RangeInclusive;
use std::path::Path;
use std::time::Duration;

use tenken_model::enrol::EnrolToken;
use thiserror::Error;

use crate::enrol::{self, EnrolError};
use crate::host::{Host, ReadError, storage};
use crate::identity::{Identity, IdentityError};
use crate::jitter;
use crate::machine::{self, MachineError};
use crate::transport::{self, CallError, Patience};

/// By this word a dashboard refuses a token.
const TOKEN: &str = "token";
/// The network may not be there yet, or the dashboard: it is tried again after the first, and ever more seldom up to the last.
pub const AGAIN: RangeInclusive<Duration> = Duration::from_secs(5)..=Duration::from_mins(10);

/// How soon it is noticed that somebody enrolled the host by hand.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// What an installer left. A token is a secret: this is never logged.
#[derive(Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The dashboard's address.
    pub dashboard: String,
    /// The token.
    pub token: String,
}

/// Where an installer leaves it.
pub trait Place {
    /// What waits; nothing where there is no token.
    fn waiting(&self) -> Result<Option<Waiting>, ReadError>;
    /// Removes the token.
    fn remove_token(&self) -> Result<(), ReadError>;
}

/// Why a host is not enrolled that should be.
#[derive(Debug, Error)]
pub enum FirstStartError {
    /// What waits cannot be read, or the used token not be removed.
    #[error(transparent)]
    Place(#[from] ReadError),
    /// The identity that is there cannot be read, or the new one not be stored.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// The state folder cannot be made.
    #[error("make {folder}: {error}")]
    Folder {
        /// Its path.
        folder: String,
        /// Why.
        error: std::io::Error,
    },
    /// The state folder cannot be made this machine's.
    #[error(transparent)]
    Machine(#[from] MachineError),
    /// What waits is no token.
    #[error(
        "read the token that the installer left: it is not one; make a token on the dashboard and install again with it"
    )]
    NoToken,
    /// The dashboard does not take the token.
    #[error(
        "enrol with the token that the installer left: {0}; make a new one on the dashboard and install again with it"
    )]
    Refused(EnrolError),
}

/// Enrols this host if it is not and a token waits, and tries until the dashboard answers. Inside a tokio runtime.
pub async fn enrol(
    state_dir: &Path,
    place: &impl Place,
    host: &impl Host,
    patience: Patience,
    again: &RangeInclusive<Duration>,
) -> Result<(), FirstStartError> {
    if Identity::load(state_dir)?.is_some() {
        // A token is left where the agent was killed before it could remove it, or where somebody enrolled by hand.
        let removed = place.waiting().and_then(|left| left.map_or(Ok(()), |_| place.remove_token()));
        if let Err(error) = removed {
            tracing::warn!(%error, "a token that the installer left is of no use any more and could not be removed");
        }
        return Ok(());
    }
    let Some(waiting) = place.waiting()? else { return Ok(()) };
    let Ok(token) = waiting.token.trim().parse::<EnrolToken>() else {
        place.remove_token()?;
        return Err(FirstStartError::NoToken);
    };
    storage::create_private_folder(state_dir)
        .map_err(|error| FirstStartError::Folder { folder: state_dir.display().to_string(), error })?;
    let name = host.system()?.host_name;
    transport::install_cryptography();
    let identity = match insist(&waiting.dashboard, &token, &name, patience, again).await {
        Ok(identity) => identity,
        Err(error) => {
            place.remove_token()?;
            return Err(FirstStartError::Refused(error));
        }
    };
    machine::take(state_dir, host)?;
    identity.store(state_dir)?;
    tracing::info!(host = identity.host.as_str(), "this host was enrolled with the token that the installer left");
    Ok(place.remove_token()?)
}

/// Waits until somebody has enrolled this host.
pub async fn until_enrolled(state_dir: &Path) -> Result<(), FirstStartError> {
    let mut is_said = false;
    while Identity::load(state_dir)?.is_none() {
        if !is_said {
            tracing::warn!(
                "this host is not enrolled: make a token on the dashboard and run `tenken-agent enrol` here"
            );
        }
        is_said = true;
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    Ok(())
}

/// Fails only where the dashboard does not take the token: everything else may be mended without coming here.
async fn insist(
    dashboard: &str,
    token: &EnrolToken,
    name: &str,
    patience: Patience,
    again: &RangeInclusive<Duration>,
) -> Result<Identity, EnrolError> {
    let seed = name.bytes().fold(0, |seed: u64, byte| seed.wrapping_mul(31).wrapping_add(u64::from(byte)));
    let mut failures = 0;
    loop {
        match enrol::enrol(dashboard, token, name, patience).await {
            Ok(identity) => return Ok(identity),
            Err(EnrolError::Call(CallError::Refused { refusal, tried, status })) if refusal.code == TOKEN => {
                return Err(EnrolError::Call(CallError::Refused { tried, status, refusal }));
            }
            Err(error) => {
                failures = u32::saturating_add(failures, 1);
                let pause = jitter::backoff(*again.start(), *again.end(), failures, seed);
                tracing::warn!(%error, again_in_seconds = pause.as_secs(), "this host could not be enrolled");
                tokio::time::sleep(pause).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
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
    use crate::host::{Recording, SystemReading};
    use crate::transport::server::{Authority as TestAuthority, Request};

    const AT_ONCE: RangeInclusive<Duration> = Duration::ZERO..=Duration::ZERO;

    /// What an installer left, in memory.
    struct Left(RefCell<Option<Waiting>>);

    impl Left {
        fn new(dashboard: &str, token: &str) -> Self {
            Self(RefCell::new(Some(Waiting { dashboard: dashboard.to_owned(), token: token.to_owned() })))
        }

        fn is_empty(&self) -> bool {
            self.0.borrow().is_none()
        }
    }

    impl Place for Left {
        fn waiting(&self) -> Result<Option<Waiting>, ReadError> {
            Ok(self.0.borrow().clone())
        }

        fn remove_token(&self) -> Result<(), ReadError> {
            self.0.replace(None);
            Ok(())
        }
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
        enrol(&state, &left, &host(), Patience::default(), &AT_ONCE).await.unwrap();
        assert_eq!(Identity::load(&state).unwrap().unwrap().host.as_str(), "h-1");
        assert!(left.is_empty());
        enrol(&state, &left, &host(), Patience::default(), &AT_ONCE).await.unwrap();
    }

    #[tokio::test]
    async fn a_dashboard_that_is_not_there_yet_is_asked_again() {
        let authority = Arc::new(TestAuthority::make());
        let left = Left::new(&dashboard(&authority, 3, None).await, &token(&authority));
        let scratch = tempfile::tempdir().unwrap();
        enrol(scratch.path(), &left, &host(), Patience::default(), &AT_ONCE).await.unwrap();
        assert!(Identity::load(scratch.path()).unwrap().is_some() && left.is_empty());
    }

    #[tokio::test]
    async fn a_token_that_is_refused_or_none_is_removed_and_said() {
        let authority = Arc::new(TestAuthority::make());
        let scratch = tempfile::tempdir().unwrap();
        let url = dashboard(&authority, 0, Some(TOKEN)).await;
        let refused = Left::new(&url, &token(&authority));
        let error = enrol(scratch.path(), &refused, &host(), Patience::default(), &AT_ONCE).await.unwrap_err();
        assert!(error.to_string().contains("make a new one"), "{error}");
        let no_token = Left::new(&url, "tenken1.half");
        let error = enrol(scratch.path(), &no_token, &host(), Patience::default(), &AT_ONCE).await.unwrap_err();
        assert!(matches!(error, FirstStartError::NoToken) && !error.to_string().contains("half"), "{error}");
        assert!(refused.is_empty() && no_token.is_empty());
        assert_eq!(Identity::load(scratch.path()).unwrap(), None);
    }

    #[tokio::test]
    async fn a_host_that_is_enrolled_keeps_its_identity() {
        let authority = TestAuthority::make();
        let scratch = tempfile::tempdir().unwrap();
        authority.identity("h-old", "https://127.0.0.1:9").store(scratch.path()).unwrap();
        let left = Left::new("https://127.0.0.1:1", &token(&authority));
        enrol(scratch.path(), &left, &host(), Patience::default(), &AT_ONCE).await.unwrap();
        assert_eq!(Identity::load(scratch.path()).unwrap().unwrap().host.as_str(), "h-old");
        assert!(left.is_empty());
    }

    #[test]
    fn the_service_may_remove_the_token() {
        let installer = include_str!("../../packaging/windows/tenken-agent.sql");
        assert!(installer.contains(&format!("(A;CI;KRKW;;;{})", service_sid(SERVICE))));
    }

    #[tokio::test]
    async fn where_nothing_waits_nothing_is_done() {
        let scratch = tempfile::tempdir().unwrap();
        let state = scratch.path().join("agent");
        enrol(&state, &Left(RefCell::default()), &host(), Patience::default(), &AT_ONCE).await.unwrap();
        assert!(!state.exists());
    }
}
