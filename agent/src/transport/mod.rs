//! The agent's only way out: JSON over TLS 1.3 to the dashboard whose authority was pinned.

pub mod answer;
#[cfg(test)]
pub(crate) mod server;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::header::{CONNECTION, HeaderValue};
use reqwest::tls::Version;
use reqwest::{Certificate, Client, ClientBuilder, Method, Response, Url, redirect};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tenken_model::enrol::{RenewAnswer, RenewRequest};
use tenken_model::policy::{POLICY_BYTES_MAX, SignedPolicy};
use tenken_model::report::{Refusal, Report, ReportAnswer};
use tenken_model::{Instant, Size};
use thiserror::Error;

use crate::identity::Identity;

/// The largest answer to anything but a policy.
pub const ANSWER_BYTES: Size = Size::from_bytes(256 << 10);

/// How long to wait for the dashboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For a connection.
    pub connect: Duration,
    /// For a whole call, connection and answer included.
    pub call: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), call: Duration::from_mins(1) }
    }
}

/// Why a call did not succeed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CallError {
    /// The address or the certificates cannot be used at all.
    #[error("{tried}: {why}; enrol this host again with a new token")]
    Unusable {
        /// What was tried.
        tried: String,
        /// What is wrong.
        why: String,
    },
    /// No answer came.
    #[error("{tried}: {why}")]
    Unreachable {
        /// What was tried.
        tried: String,
        /// What happened.
        why: String,
    },
    /// The dashboard refused.
    #[error("{tried}: refused with {status} {}: {}", refusal.code, refusal.message)]
    Refused {
        /// What was tried.
        tried: String,
        /// The HTTP status.
        status: u16,
        /// What the dashboard says.
        refusal: Refusal,
    },
    /// The answer is larger than any answer of a dashboard.
    #[error("{tried}: the answer is larger than {limit}")]
    TooLarge {
        /// What was tried.
        tried: String,
        /// The limit.
        limit: Size,
    },
    /// The answer is no answer of a dashboard.
    #[error("{tried}: the answer is not understood: {why}")]
    Malformed {
        /// What was tried.
        tried: String,
        /// What is wrong.
        why: String,
    },
}

impl CallError {
    /// What the dashboard said when it refused.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused { refusal, .. } => Some(refusal),
            Self::Unusable { .. } | Self::Unreachable { .. } | Self::TooLarge { .. } | Self::Malformed { .. } => None,
        }
    }
}

/// Makes the one cryptography of this process the default, as TLS clients expect it.
pub fn install_cryptography() {
    // An error says that it was installed before, which is as good.
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
}

/// What the head of an answer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered {
    /// When it was written, by the clock of who wrote it, in whole seconds.
    pub at: Instant,
    /// It was written on this very machine; nothing where that is not known.
    pub here: Option<bool>,
}

/// A connection to the dashboard over which this host is known by its certificate.
#[derive(Debug, Clone)]
pub struct Transport {
    client: Client,
    base: Url,
    /// What the head of the last answer to a report says.
    answered: Arc<Mutex<Option<Answered>>>,
}

impl Transport {
    /// Prepares calls under that identity; nothing is sent yet.
    pub fn new(identity: &Identity, patience: Patience) -> Result<Self, CallError> {
        let tried = format!("prepare reports to {}", identity.report_url);
        let unusable = |error: reqwest::Error| CallError::Unusable { tried: tried.clone(), why: answer::whole(&error) };
        let pem = format!("{}\n{}", identity.certificate_pem, identity.key_pem);
        let own = reqwest::Identity::from_pem(pem.as_bytes()).map_err(unusable)?;
        let client = trusting(&identity.authority_pem, patience).map_err(unusable)?.identity(own).build();
        Ok(Self { client: client.map_err(unusable)?, base: base_url(&identity.report_url)?, answered: Arc::default() })
    }

    /// Sends a report.
    pub async fn report(&self, report: &Report) -> Result<ReportAnswer, CallError> {
        self.heard(None);
        let (tried, response) = send(&self.client, Method::POST, &self.base, "/v1/report", Some(report)).await?;
        self.heard(answer::head(&response));
        answer::read(response, &tried, ANSWER_BYTES).await
    }

    /// What the head of the dashboard's last answer to a report says; nothing while there is none, or where it does not say when it
    /// was written.
    pub fn answered(&self) -> Option<Answered> {
        *self.answered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn heard(&self, head: Option<Answered>) {
        *self.answered.lock().unwrap_or_else(PoisonError::into_inner) = head;
    }

    /// Fetches this host's policy. It is not verified yet.
    pub async fn policy(&self) -> Result<SignedPolicy, CallError> {
        // JSON within JSON: every quote of the body is escaped.
        let limit = Size::from_bytes(u64::try_from(POLICY_BYTES_MAX).unwrap_or(u64::MAX).saturating_mul(2));
        call(&self.client, Method::GET, &self.base, "/v1/policy", None::<&()>, limit).await
    }

    /// Asks for a new certificate.
    pub async fn renew(&self, request: &RenewRequest) -> Result<RenewAnswer, CallError> {
        call(&self.client, Method::POST, &self.base, "/v1/renew", Some(request), ANSWER_BYTES).await
    }
}

/// A client that talks to servers of that authority only.
pub(crate) fn trusting(authority_pem: &str, patience: Patience) -> Result<ClientBuilder, reqwest::Error> {
    let authority = Certificate::from_pem(authority_pem.as_bytes())?;
    Ok(builder(patience).tls_certs_only([authority]))
}

/// A client that talks to any server. Nothing it hears may be believed.
pub(crate) fn trusting_nobody(patience: Patience) -> ClientBuilder {
    builder(patience).tls_danger_accept_invalid_certs(true)
}

fn builder(patience: Patience) -> ClientBuilder {
    install_cryptography();
    Client::builder()
        .user_agent(concat!("tenken-agent/", env!("CARGO_PKG_VERSION")))
        .https_only(true)
        .tls_version_min(Version::TLS_1_3)
        .http1_only()
        .redirect(redirect::Policy::none())
        .connect_timeout(patience.connect)
        .timeout(patience.call)
        .pool_max_idle_per_host(1)
}

/// The address of a dashboard: `https`, without path.
pub(crate) fn base_url(text: &str) -> Result<Url, CallError> {
    let unusable = |why: &str| CallError::Unusable { tried: format!("use the address {text}"), why: why.to_owned() };
    let url = Url::parse(text).map_err(|error| unusable(&error.to_string()))?;
    if url.scheme() != "https" || url.host_str().is_none() {
        return Err(unusable("it is not of the form https://host:port"));
    }
    Ok(url)
}

/// One call: bounded in time by the client and in size by `limit`.
pub(crate) async fn call<T: DeserializeOwned>(
    client: &Client,
    method: Method,
    base: &Url,
    path: &str,
    body: Option<&(impl Serialize + ?Sized)>,
    limit: Size,
) -> Result<T, CallError> {
    let (tried, response) = send(client, method, base, path, body).await?;
    answer::read(response, &tried, limit).await
}

/// What was tried, and the answer of which only the head is there.
async fn send(
    client: &Client,
    method: Method,
    base: &Url,
    path: &str,
    body: Option<&(impl Serialize + ?Sized)>,
) -> Result<(String, Response), CallError> {
    let tried = format!("{method} {base}{}", path.trim_start_matches('/'));
    let unusable = |why: String| CallError::Unusable { tried: tried.clone(), why };
    let url = base.join(path).map_err(|error| unusable(error.to_string()))?;
    // A connection keeps a buffer as large as the largest answer it carried. What is fetched is large and rare, as policies are.
    let once = method == Method::GET;
    let mut request = client.request(method, url);
    if once {
        request = request.header(CONNECTION, HeaderValue::from_static("close"));
    }
    if let Some(body) = body {
        request = request.json(body);
    }
    let response = request
        .send()
        .await
        .map_err(|error| CallError::Unreachable { tried: tried.clone(), why: answer::whole(&error) })?;
    Ok((tried, response))
}
