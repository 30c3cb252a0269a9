//! How this host gets its identity, and a new certificate before the old one ends.

use reqwest::Method;
use tenken_model::digest::Digest;
use tenken_model::enrol::{Authority, EnrolAnswer, EnrolRequest, EnrolToken, RenewRequest};
use thiserror::Error;

use crate::identity::{Identity, IdentityError, KeyRequest, certificate_der};
use crate::transport::{self, ANSWER_BYTES, CallError, Patience, Transport};

const AUTHORITY: &str = "the authority's certificate";

/// Why a host could not be enrolled or its certificate renewed.
#[derive(Debug, Error)]
pub enum EnrolError {
    /// The dashboard could not be asked, or refused.
    #[error(transparent)]
    Call(#[from] CallError),
    /// Another dashboard answers, or somebody is in between.
    #[error(
        "compare the authority of {url} with the token: they differ, so another server answers there; \
         nothing was sent to it. Check the address, and copy the token from that dashboard"
    )]
    OtherAuthority {
        /// The address.
        url: String,
    },
    /// What was answered does not fit.
    #[error("use the dashboard's answer: {0}")]
    Answer(#[from] IdentityError),
}

/// Enrols this host with a dashboard's page address and a token. The identity is not stored yet.
///
/// The authority is fetched from a server that is not trusted, and believed only if its digest is the
/// token's; the secret is sent over a second connection, to a server which that authority certifies.
pub async fn enrol(url: &str, token: &EnrolToken, host_name: &str, patience: Patience) -> Result<Identity, EnrolError> {
    let base = transport::base_url(url)?;
    let prepare = |error: reqwest::Error| CallError::Unusable {
        tried: format!("prepare a connection to {url}"),
        why: error.to_string(),
    };
    let client = transport::trusting_nobody(patience).build().map_err(prepare)?;
    let authority: Authority =
        transport::call(&client, Method::GET, &base, "/v1/authority", None::<&()>, ANSWER_BYTES).await?;
    let der = certificate_der(&authority.certificate_pem, AUTHORITY)?;
    if Digest::of(&der) != token.authority {
        return Err(EnrolError::OtherAuthority { url: url.to_owned() });
    }

    let client = transport::trusting(&authority.certificate_pem, patience).and_then(reqwest::ClientBuilder::build);
    let client = client.map_err(prepare)?;
    let made = KeyRequest::make(host_name)?;
    let request =
        EnrolRequest { secret: token.secret.clone(), request_pem: made.request_pem, host_name: host_name.to_owned() };
    let answer: EnrolAnswer =
        transport::call(&client, Method::POST, &base, "/v1/enrol", Some(&request), ANSWER_BYTES).await?;
    if certificate_der(&answer.authority_pem, AUTHORITY)? != der {
        return Err(EnrolError::OtherAuthority { url: url.to_owned() });
    }
    let identity = Identity {
        host: answer.host,
        certificate_pem: answer.certificate_pem,
        key_pem: made.key_pem,
        authority_pem: answer.authority_pem,
        policy_key: answer.policy_key,
        report_url: answer.report_url,
    };
    identity.check()?;
    transport::base_url(&identity.report_url)?;
    Ok(identity)
}

/// A new certificate for a new key, over the old one. The identity is not stored yet; until it is, the old
/// one stays valid.
pub async fn renew(transport: &Transport, identity: &Identity) -> Result<Identity, EnrolError> {
    let made = KeyRequest::make(identity.host.as_str())?;
    let answer = transport.renew(&RenewRequest { request_pem: made.request_pem }).await?;
    let renewed = Identity {
        certificate_pem: answer.certificate_pem,
        key_pem: made.key_pem,
        authority_pem: answer.authority_pem,
        ..identity.clone()
    };
    renewed.check()?;
    Ok(renewed)
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tenken_model::enrol::RenewAnswer;
    use tenken_model::report::Refusal;
    use tenken_model::{HostId, Instant};

    use super::*;
    use crate::transport::server::{Authority as TestAuthority, Request};

    fn json(value: &impl serde::Serialize) -> Vec<u8> {
        serde_json::to_vec(value).unwrap()
    }

    fn token(authority: &TestAuthority) -> EnrolToken {
        EnrolToken { secret: "s".repeat(43), authority: authority.digest() }
    }

    /// A dashboard that gives certificates in the name of `names`.
    async fn dashboard(authority: &Arc<TestAuthority>, name: &'static str, heard: Arc<Mutex<Vec<String>>>) -> String {
        let signing = Arc::clone(authority);
        let answer = move |request: &Request| {
            heard.lock().unwrap().push(request.line.clone());
            if request.line == "GET /v1/authority" {
                return (200, json(&Authority { certificate_pem: signing.pem.clone() }));
            }
            let request: EnrolRequest = serde_json::from_slice(&request.body).unwrap();
            if request.secret != "s".repeat(43) {
                return (403, json(&Refusal::new("token_used", "enrol: the token was used")));
            }
            let given = signing.identity("h-1", "https://127.0.0.1:9");
            let answer = EnrolAnswer {
                host: HostId::new("h-1").unwrap(),
                certificate_pem: signing.sign(&request.request_pem, name),
                authority_pem: signing.pem.clone(),
                policy_key: given.policy_key,
                report_url: given.report_url,
            };
            (200, json(&answer))
        };
        authority.serve(false, answer).await
    }

    #[tokio::test]
    async fn a_token_gives_an_identity() {
        let authority = Arc::new(TestAuthority::make());
        let heard = Arc::default();
        let url = dashboard(&authority, "h-1", Arc::clone(&heard)).await;
        let identity = enrol(&url, &token(&authority), "pc-01", Patience::default()).await.unwrap();
        assert_eq!((identity.host.as_str(), identity.report_url.as_str()), ("h-1", "https://127.0.0.1:9"));
        assert_eq!(*heard.lock().unwrap(), ["GET /v1/authority", "POST /v1/enrol"]);
        let scratch = tempfile::tempdir().unwrap();
        identity.store(scratch.path()).unwrap();
        assert_eq!(Identity::load(scratch.path()).unwrap(), Some(identity));
    }

    #[tokio::test]
    async fn another_authority_never_hears_the_secret() {
        let (wanted, other) = (TestAuthority::make(), Arc::new(TestAuthority::make()));
        let heard = Arc::default();
        let url = dashboard(&other, "h-1", Arc::clone(&heard)).await;
        let error = enrol(&url, &token(&wanted), "pc-01", Patience::default()).await.unwrap_err();
        assert!(matches!(error, EnrolError::OtherAuthority { .. }), "{error}");
        assert_eq!(*heard.lock().unwrap(), ["GET /v1/authority"]);
    }

    /// In between: it repeats the true authority's certificate but cannot speak in its name.
    #[tokio::test]
    async fn a_server_that_only_repeats_the_authority_never_hears_the_secret() {
        let (wanted, other) = (Arc::new(TestAuthority::make()), Arc::new(TestAuthority::make()));
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (pem, lines) = (wanted.pem.clone(), Arc::clone(&heard));
        let answer = move |request: &Request| {
            lines.lock().unwrap().push(request.line.clone());
            (200, json(&Authority { certificate_pem: pem.clone() }))
        };
        let url = other.serve(false, answer).await;
        let error = enrol(&url, &token(&wanted), "pc-01", Patience::default()).await.unwrap_err();
        assert!(matches!(error, EnrolError::Call(CallError::Unreachable { .. })), "{error}");
        assert_eq!(*heard.lock().unwrap(), ["GET /v1/authority"]);
    }

    #[tokio::test]
    async fn a_used_token_and_a_wrong_certificate_are_said() {
        let authority = Arc::new(TestAuthority::make());
        let url = dashboard(&authority, "h-2", Arc::default()).await;
        let used = EnrolToken { secret: "u".repeat(43), ..token(&authority) };
        let error = enrol(&url, &used, "pc-01", Patience::default()).await.unwrap_err();
        assert!(error.to_string().contains("the token was used"), "{error}");
        let error = enrol(&url, &token(&authority), "pc-01", Patience::default()).await.unwrap_err();
        assert!(error.to_string().contains("not for h-1"), "{error}");
    }

    #[tokio::test]
    async fn a_certificate_is_renewed_over_the_old_one() {
        let authority = Arc::new(TestAuthority::make());
        let signing = Arc::clone(&authority);
        let answer = move |request: &Request| {
            assert_eq!(request.line, "POST /v1/renew");
            let request: RenewRequest = serde_json::from_slice(&request.body).unwrap();
            let answer = RenewAnswer {
                certificate_pem: signing.sign(&request.request_pem, "h-1"),
                authority_pem: signing.pem.clone(),
                expires_at: Instant::UNIX_EPOCH,
            };
            (200, json(&answer))
        };
        let url = authority.serve(true, answer).await;
        let old = authority.identity("h-1", &url);
        let transport = Transport::new(&old, Patience::default()).unwrap();
        let new = renew(&transport, &old).await.unwrap();
        assert_ne!((&new.key_pem, &new.certificate_pem), (&old.key_pem, &old.certificate_pem));
        let transport = Transport::new(&new, Patience::default()).unwrap();
        renew(&transport, &new).await.unwrap();
    }
}
