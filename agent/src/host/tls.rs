//! What a server of TLS answers.

use serde::{Deserialize, Serialize};
use tenken_model::fact::exchange_endpoints::EndpointCertificate;

use super::recorded::Answer;

/// A server as it was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsReading {
    /// The version before TLS 1.3 that it took up; nothing where it refused them all.
    pub older_version: Answer<Option<String>>,
    /// The session by TLS 1.3; nothing where it refused that version.
    pub session: Answer<Option<TlsSession>>,
    /// The suites of TLS 1.3 beside AES-GCM and ChaCha20-Poly1305 that it takes up.
    pub other_suites: Answer<Vec<String>>,
}

/// A session by TLS 1.3 in which no certificate was shown to the server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsSession {
    /// What the server showed.
    pub certificate: Answer<EndpointCertificate>,
    /// It asked for a certificate.
    pub asked: bool,
    /// What became of a request; nobody sends one where it did not ask.
    pub request: Option<AfterRequest>,
}

/// What became of a request by somebody without a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterRequest {
    /// The server ended the session, with that alert where it gave one.
    Ended(Option<String>),
    /// It answered, with that status where it was HTTP.
    Answered(Option<u16>),
    /// It gave an alert that says nothing of certificates.
    OtherAlert(String),
    /// It gave no answer in time.
    Silent,
}
