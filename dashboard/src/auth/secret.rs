//! Secrets that browsers carry: random, and stored only as their digest.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tenken_model::digest::Digest;
use thiserror::Error;

/// The system gave no random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the system's random number generator failed")]
pub struct NoRandom;

/// A secret of 32 random bytes as 43 characters of base64url.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// A new secret.
    pub fn new() -> Result<Self, NoRandom> {
        let mut bytes = [0; 32];
        SystemRandom::new().fill(&mut bytes).map_err(|_| NoRandom)?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// A secret that came back; `None` if it cannot be one.
    pub fn from_text(text: &str) -> Option<Self> {
        let valid = text.len() == 43 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        valid.then(|| Self(text.to_owned()))
    }

    /// The text that the browser carries. Never logged or stored.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// What is stored and looked up. A plain digest is enough for 256 random bits.
    pub fn digest(&self) -> Digest {
        Digest::of_parts([b"tenken secret v1".as_slice(), self.0.as_bytes()])
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_differ_and_hide() {
        let (one, two) = (Secret::new().unwrap(), Secret::new().unwrap());
        assert_ne!(one.digest(), two.digest());
        assert_eq!(Secret::from_text(one.text()).unwrap().digest(), one.digest());
        assert!(!format!("{one:?}").contains(one.text()));
        for bad in ["", "short", &"あ".repeat(43), &format!("{}=", "a".repeat(42))] {
            assert!(Secret::from_text(bad).is_none());
        }
    }
}
