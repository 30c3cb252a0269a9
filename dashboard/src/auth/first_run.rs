//! The link that makes the first administrator, shown once on the terminal of who installs Tenken.

use tenken_model::digest::Digest;
use tenken_model::{Instant, Span};

use super::secret::{NoRandom, Secret};

/// How long a link works: long enough to walk to a browser.
pub const VALID: Span = Span::from_secs(60 * 60);

/// What is stored of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// The digest of its secret.
    pub digest: Digest,
    /// When it stops working.
    pub until: Instant,
}

/// A new link with the secret that is shown once.
pub fn make(now: Instant) -> Result<(Secret, Link), NoRandom> {
    let secret = Secret::new()?;
    let link = Link { digest: secret.digest(), until: VALID.after(now) };
    Ok((secret, link))
}

/// The address of a link below the dashboard's own address. The page it opens must send no referrer
/// and its answer must not be stored; logs keep the path without the query.
pub fn address(base: &str, secret: &Secret) -> String {
    format!("{}/first-run?key={}", base.trim_end_matches('/'), secret.text())
}

impl Link {
    /// The text that came back opens this link. Once somebody can sign in, no link works any more.
    pub fn opens(&self, text: &str, people: u64, now: Instant) -> bool {
        people == 0 && now < self.until && Secret::from_text(text).is_some_and(|secret| secret.digest() == self.digest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_works_once_in_its_hour_and_only_its_own() {
        let now = Instant::UNIX_EPOCH;
        let (secret, link) = make(now).unwrap();
        let (other, _) = make(now).unwrap();
        assert!(link.opens(secret.text(), 0, now));
        assert!(!link.opens(secret.text(), 1, now), "somebody exists");
        assert!(!link.opens(secret.text(), 0, VALID.after(now)), "too late");
        assert!(!link.opens(other.text(), 0, now));
        assert!(!link.opens("", 0, now));
    }

    #[test]
    fn the_address_carries_the_secret() {
        let secret = Secret::from_text(&"a".repeat(43)).unwrap();
        let wanted = format!("https://tenken.example/first-run?key={}", "a".repeat(43));
        assert_eq!(address("https://tenken.example/", &secret), wanted);
    }
}
