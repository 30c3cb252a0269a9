//! Identifiers that are the same whenever the same thing is rendered.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use tenken_model::digest::Digest;

/// The namespace of Tenken's identifiers; drawn once, never to be changed.
const NAMESPACE: [u8; 16] = *b"\x6e\x1d\x3b\x5a\x0c\x94\x4f\x0e\x9d\x27\x51\xf3\xb8\x60\x7a\xe2";

/// The identifier of a thing that no other has: a name-based UUID of version 5 (RFC 9562, section 5.5) over the dashboard's
/// seed, what kind of thing it is, and what tells it from others of its kind.
pub fn uuid(seed: &Digest, kind: &str, parts: &[&str]) -> String {
    let named = std::iter::once(&kind).chain(parts).map(|part| part.as_bytes());
    let name = Digest::of_parts(std::iter::once(seed.bytes().as_slice()).chain(named));
    named_by(&NAMESPACE, name.bytes())
}

/// The name-based UUID of version 5 of a name within a namespace.
fn named_by(namespace: &[u8; 16], name: &[u8]) -> String {
    let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, &[namespace.as_slice(), name].concat());
    let digits: String = hash.as_ref().iter().take(16).enumerate().fold(String::new(), |digits, (at, byte)| {
        let byte = match at {
            6 => (byte & 0x0f) | 0x50,
            8 => (byte & 0x3f) | 0x80,
            _ => *byte,
        };
        let dash = if matches!(at, 4 | 6 | 8 | 10) { "-" } else { "" };
        format!("{digits}{dash}{byte:02x}")
    });
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_the_uuid_that_the_standard_gives_it() {
        // RFC 9562, appendix A.4: www.example.com in the namespace of domain names.
        let dns = *b"\x6b\xa7\xb8\x10\x9d\xad\x11\xd1\x80\xb4\x00\xc0\x4f\xd4\x30\xc8";
        assert_eq!(named_by(&dns, b"www.example.com"), "2ed6657d-e927-568b-95e1-2665a8aea6a2");
    }

    #[test]
    fn no_two_things_share_one() {
        let (seed, other) = (Digest::of(b"a"), Digest::of(b"b"));
        assert_eq!(uuid(&seed, "host", &["h-1"]), uuid(&seed, "host", &["h-1"]));
        let all = [
            uuid(&seed, "host", &["h-1"]),
            uuid(&other, "host", &["h-1"]),
            uuid(&seed, "rule", &["h-1"]),
            uuid(&seed, "host", &["h-1", ""]),
            uuid(&seed, "host", &["h", "-1"]),
        ];
        let distinct: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
    }
}
