//! The link with which a person who was added chooses a password. Its secret is shown once, to be handed over.

use tenken_model::digest::Digest;
use tenken_model::{Instant, Span};

use super::secret::{NoRandom, Secret};

/// How long a link works: over a weekend and an absence.
pub const VALID: Span = Span::from_days(7);

/// What is stored of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Invitation {
    /// The digest of its secret.
    pub digest: Digest,
    /// When it stops working.
    pub until: Instant,
}

/// A new link with the secret that is shown once.
pub fn make(now: Instant) -> Result<(Secret, Invitation), NoRandom> {
    let secret = Secret::new()?;
    let invitation = Invitation { digest: secret.digest(), until: VALID.after(now) };
    Ok((secret, invitation))
}

/// The address of a link below the dashboard's own address. As with the first-run link, the page it opens sends no
/// referrer and is not stored, and logs keep the path alone.
pub fn address(base: &str, secret: &Secret) -> String {
    format!("{}/join?key={}", base.trim_end_matches('/'), secret.text())
}
