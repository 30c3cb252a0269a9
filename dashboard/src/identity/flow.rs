//! A sign-in that has been begun and comes back from the provider.

use tenken_model::digest::Digest;
use tenken_model::{Instant, Span};

use crate::auth::secret::Secret;
use crate::auth::session;

/// How long a person may take at the provider.
pub const VALID: Span = Span::from_secs(10 * 60);
/// How many may be under way at once; beginning one more is refused.
pub const FLOWS_MAX: u64 = 1_000;

/// What a person went to the provider for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To sign in.
    SignIn,
    /// To follow the invitation of that digest.
    Join(Digest),
    /// To bind an account of the provider to the own one, in that session.
    Bind(Digest),
    /// To confirm that session anew.
    Confirm(Digest),
}

impl Purpose {
    /// The word by which it is stored.
    pub const fn word(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Join(_) => "join",
            Self::Bind(_) => "bind",
            Self::Confirm(_) => "confirm",
        }
    }

    /// The invitation or the session it is about.
    pub const fn about(self) -> Option<Digest> {
        match self {
            Self::SignIn => None,
            Self::Join(digest) | Self::Bind(digest) | Self::Confirm(digest) => Some(digest),
        }
    }

    /// The purpose of that word.
    pub fn read(word: &str, about: Option<Digest>) -> Option<Self> {
        match (word, about) {
            ("sign_in", None) => Some(Self::SignIn),
            ("join", Some(digest)) => Some(Self::Join(digest)),
            ("bind", Some(digest)) => Some(Self::Bind(digest)),
            ("confirm", Some(digest)) => Some(Self::Confirm(digest)),
            _ => None,
        }
    }

    /// Whether the person must show the provider anew who it is, whatever session it has there.
    pub const fn wants_fresh(self) -> bool {
        matches!(self, Self::Confirm(_))
    }
}

/// What is stored of it, under the digest of its `state`. Of what the browser carries only the digest is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// The digest of the browser's secret: who brings the answer must be who asked, so that nobody is signed in to another's
    /// account by a link.
    pub browser: Digest,
    /// What for.
    pub purpose: Purpose,
    /// Where the visitor wants to go afterwards: a path of the dashboard.
    pub next: String,
    /// When it was begun.
    pub begun_at: Instant,
}

impl Flow {
    /// Whether it can still be ended.
    pub fn stands(&self, now: Instant) -> bool {
        session::stands(self.begun_at, VALID, now)
    }
}

/// What the provider is to put into the ID token. It comes of the browser's secret, so that who reads the store cannot end a
/// sign-in.
pub fn nonce(browser: &Secret) -> String {
    Digest::of_parts([b"tenken nonce v1".as_slice(), browser.text().as_bytes()]).to_string()
}

/// The code verifier of PKCE (RFC 7636): 64 characters that come of the browser's secret, as the nonce does.
pub fn verifier(browser: &Secret) -> String {
    Digest::of_parts([b"tenken verifier v1".as_slice(), browser.text().as_bytes()]).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_purpose_comes_back_from_its_word() {
        let digest = Digest::of(b"x");
        for purpose in [Purpose::SignIn, Purpose::Join(digest), Purpose::Bind(digest), Purpose::Confirm(digest)] {
            assert_eq!(Purpose::read(purpose.word(), purpose.about()), Some(purpose));
            assert_eq!(purpose.wants_fresh(), purpose == Purpose::Confirm(digest));
        }
        for (word, about) in [("join", None), ("sign_in", Some(digest)), ("", None)] {
            assert_eq!(Purpose::read(word, about), None);
        }
    }

    #[test]
    fn what_comes_of_a_secret_tells_nothing_of_it_and_fits_pkce() {
        let (one, two) = (Secret::new().unwrap(), Secret::new().unwrap());
        assert_ne!(nonce(&one), nonce(&two));
        assert_ne!(nonce(&one), verifier(&one));
        assert_ne!(verifier(&one), one.digest().to_string());
        let verifier = verifier(&one);
        assert!((43..=128).contains(&verifier.len()) && verifier.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    }

    #[test]
    fn it_stands_for_ten_minutes() {
        let begun_at = Instant::UNIX_EPOCH;
        let flow = Flow { browser: Digest::of(b"b"), purpose: Purpose::SignIn, next: "/".into(), begun_at };
        for (seconds, wanted) in [(-1, false), (0, true), (599, true), (600, false)] {
            assert_eq!(flow.stands(Span::from_secs(seconds).after(begun_at)), wanted, "{seconds}");
        }
    }
}
