//! How a host comes to its identity.
//!
//! An administrator makes a token on the dashboard; it is used once and expires. It carries the
//! digest of the dashboard's certificate authority, so that the agent knows whom it talks to
//! before it trusts anything.

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::{HostId, Instant};

/// Answer to `GET /v1/authority`: not yet trusted by the agent, which compares it with the token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authority {
    /// The certificate authority in PEM.
    pub certificate_pem: String,
}

/// Body of `POST /v1/enrol`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrolRequest {
    /// The secret part of the token.
    pub secret: String,
    /// A certificate request in PEM. Only its public key is taken.
    pub request_pem: String,
    /// The host's name, as a proposal.
    pub host_name: String,
}

/// Answer to an enrolment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolAnswer {
    /// The new host's id; its certificate speaks for no other.
    pub host: HostId,
    /// The host's certificate in PEM.
    pub certificate_pem: String,
    /// The certificate authority in PEM.
    pub authority_pem: String,
    /// The key that signs policies: Ed25519, in base64.
    pub policy_key: String,
    /// Where reports go: `https://host:port`.
    pub report_url: String,
}

/// Body of `POST /v1/renew`, sent over the old certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenewRequest {
    /// A certificate request in PEM. Only its public key is taken.
    pub request_pem: String,
}

/// Answer to a renewal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenewAnswer {
    /// The new certificate in PEM.
    pub certificate_pem: String,
    /// The certificate authority in PEM.
    pub authority_pem: String,
    /// The end of its validity.
    pub expires_at: Instant,
}

/// What an administrator hands to a host: `tenken1.<secret>.<digest of the authority's DER>`.
#[derive(Clone, PartialEq, Eq)]
pub struct EnrolToken {
    /// The secret, 43 characters of base64url.
    pub secret: String,
    /// SHA-256 of the authority's certificate in DER.
    pub authority: Digest,
}

impl std::fmt::Display for EnrolToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "tenken1.{}.{}", self.secret, self.authority)
    }
}

impl std::fmt::Debug for EnrolToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EnrolToken(tenken1.….{})", self.authority)
    }
}

impl std::str::FromStr for EnrolToken {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const ERROR: &str = "not an enrolment token: copy the whole line that the dashboard shows, from `tenken1.` on";
        let mut parts = text.trim().split('.');
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some("tenken1"), Some(secret), Some(digest), None)
                if (20..=100).contains(&secret.len())
                    && secret.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') =>
            {
                Ok(Self { secret: secret.to_owned(), authority: digest.parse().map_err(|_| ERROR)? })
            }
            _ => Err(ERROR),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_survive_text_and_hide_their_secret() {
        let token = EnrolToken { secret: "a".repeat(43), authority: Digest::of(b"ca") };
        assert_eq!(token.to_string().parse(), Ok(token.clone()));
        assert!(!format!("{token:?}").contains("aaaa"));
        assert!("tenken1.short.00".parse::<EnrolToken>().is_err());
        assert!(format!("{token}.more").parse::<EnrolToken>().is_err());
    }
}
