//! The certificate of the dashboard's own authority, as part of other pages.

use tenken_model::Instant;
use tenken_model::digest::Digest;

use crate::authority::{Authority, valid_until};

/// Where it is downloaded.
pub const ADDRESS: &str = "/authority.crt";
/// The name of the file.
pub const FILE: &str = "tenken-authority.crt";

/// What pages show of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuthorityView {
    /// SHA-256 of the certificate in DER, as openssl and browsers write it.
    pub fingerprint: String,
    /// The end of its validity.
    pub until: Option<Instant>,
}

impl AuthorityView {
    /// That of an authority.
    pub fn of(authority: &Authority) -> Self {
        Self { fingerprint: fingerprint(authority.digest()), until: valid_until(authority.certificate()) }
    }
}

/// A digest in bytes of two large digits with colons between them.
fn fingerprint(digest: Digest) -> String {
    let mut text = String::new();
    for (place, digit) in digest.to_string().chars().enumerate() {
        if place > 0 && place % 2 == 0 {
            text.push(':');
        }
        text.push(digit.to_ascii_uppercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_written_as_openssl_writes_it() {
        let text = fingerprint(Digest::of(b""));
        assert_eq!((text.len(), &text[..11]), (95, "E3:B0:C4:42"));
        assert!(text.ends_with(":B8:55"), "{text}");
    }
}
