//! The question whether a server takes up a version before TLS 1.3, and its answer.
//!
//! No library of today offers what must be refused, so that the question is put together here (RFC 5246, 7.4.1.2). It offers
//! the suites that servers of twenty years know, so that nobody refuses it for another reason than the version.

/// An alert.
const ALERT: u8 = 21;
/// A part of a handshake.
const HANDSHAKE: u8 = 22;
/// The server's choice.
const SERVER_HELLO: u8 = 2;
/// The most bytes of a record: 2^14 and what encryption adds.
const RECORD_MAX: usize = (1 << 14) + 2_048;
/// The most records that are looked at.
const RECORDS_MAX: usize = 8;
/// An alert that only warns.
const WARNING: u8 = 1;

/// ECDHE, DHE and RSA with AES-GCM, ChaCha20, AES-CCM, AES-CBC, Camellia, 3DES and RC4.
const SUITES: [u16; 50] = [
    0xC02C, 0xC030, 0xC02B, 0xC02F, 0xCCA9, 0xCCA8, 0x009F, 0x009E, 0xCCAA, 0xC0AD, 0xC0AC, 0xC0AF, 0xC0AE, 0xC09F,
    0xC09E, 0xC024, 0xC028, 0xC023, 0xC027, 0xC00A, 0xC014, 0xC009, 0xC013, 0x006B, 0x0067, 0x0039, 0x0033, 0x00A3,
    0x00A2, 0x006A, 0x0040, 0x0038, 0x0032, 0x009D, 0x009C, 0xC09D, 0xC09C, 0x003D, 0x003C, 0x0035, 0x002F, 0x0088,
    0x0084, 0x0045, 0x0041, 0xC008, 0xC012, 0x0016, 0x000A, 0x0005,
];
/// X25519, P-256, P-384 and P-521.
const GROUPS: [u16; 4] = [0x001D, 0x0017, 0x0018, 0x0019];
/// RSA (PKCS #1 and PSS), ECDSA, EdDSA and DSA with SHA-2 and SHA-1.
const SIGNATURES: [u16; 15] = [
    0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0402, 0x0203, 0x0201,
    0x0202,
];

/// What a server said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said<T> {
    /// It took that up.
    Accepted(T),
    /// It refused, with that alert.
    Alert(u8),
    /// More has to come.
    Incomplete,
    /// It is no TLS.
    NoTls,
}

/// A version before TLS 1.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// SSL 3.0.
    Ssl30,
    /// TLS 1.0.
    Tls10,
    /// TLS 1.1.
    Tls11,
    /// TLS 1.2.
    Tls12,
}

impl Version {
    const fn of(number: [u8; 2]) -> Option<Self> {
        match number {
            [3, 0] => Some(Self::Ssl30),
            [3, 1] => Some(Self::Tls10),
            [3, 2] => Some(Self::Tls11),
            [3, 3] => Some(Self::Tls12),
            _ => None,
        }
    }

    /// As people write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ssl30 => "SSL 3.0",
            Self::Tls10 => "TLS 1.0",
            Self::Tls11 => "TLS 1.1",
            Self::Tls12 => "TLS 1.2",
        }
    }
}

/// The question, for a server of that name; one that is asked by its address gets none.
pub fn question(name: Option<&str>, random: [u8; 32]) -> Vec<u8> {
    let mut extensions = Vec::new();
    server_name(&mut extensions, name);
    extension(&mut extensions, 0x000A, &prefixed(&words(&GROUPS)));
    // Points without compression.
    extension(&mut extensions, 0x000B, &[1, 0]);
    extension(&mut extensions, 0x000D, &prefixed(&words(&SIGNATURES)));
    // Extended master secret and secure renegotiation, which some servers demand.
    extension(&mut extensions, 0x0017, &[]);
    extension(&mut extensions, 0xFF01, &[0]);

    let mut hello = vec![3, 3];
    hello.extend(random);
    // No session is resumed.
    hello.push(0);
    hello.extend(prefixed(&words(&SUITES)));
    // No compression.
    hello.extend([1, 0]);
    hello.extend(prefixed(&extensions));
    record(&hello)
}

/// A client's hello as it is sent. One of TLS 1.3 bears the version of its records too (RFC 8446, 5.1).
pub(super) fn record(hello: &[u8]) -> Vec<u8> {
    let message = [&[1, 0], prefixed(hello).as_slice()].concat();
    [&[HANDSHAKE, 3, 1], prefixed(&message).as_slice()].concat()
}

/// The name of the server that is asked.
pub(super) fn server_name(to: &mut Vec<u8>, name: Option<&str>) {
    if let Some(name) = name {
        extension(to, 0x0000, &prefixed(&[&[0], prefixed(name.as_bytes()).as_slice()].concat()));
    }
}

pub(super) fn words(words: &[u16]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

/// With its length before it. Nothing that is put together here is longer than a name and the lists above.
pub(super) fn prefixed(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes(), bytes].concat()
}

pub(super) fn extension(to: &mut Vec<u8>, kind: u16, content: &[u8]) {
    to.extend(kind.to_be_bytes());
    to.extend(prefixed(content));
}

/// The older version that a server took up, by all that came from it so far.
pub fn said(bytes: &[u8]) -> Said<Version> {
    heard(bytes, |hello| {
        let (&version, _) = hello.split_first_chunk()?;
        Some(Version::of(version).map_or(Said::NoTls, Said::Accepted))
    })
}

/// What a server said, by all that came from it so far. `choice` reads what is sought from a server's hello, beginning with
/// the version in it; nothing as long as that has not come.
pub(super) fn heard<T>(mut bytes: &[u8], choice: impl Fn(&[u8]) -> Option<Said<T>>) -> Said<T> {
    for _ in 0..RECORDS_MAX {
        let &[kind, major, _, high, low, ref rest @ ..] = bytes else {
            return if begins_as_tls(bytes) { Said::Incomplete } else { Said::NoTls };
        };
        let length = usize::from(u16::from_be_bytes([high, low]));
        if !matches!(kind, ALERT | HANDSHAKE) || major != 3 || length == 0 || length > RECORD_MAX {
            return Said::NoTls;
        }
        let content = rest.get(..length).unwrap_or(rest);
        // Of a part of a record that is too short for what is sought, more has to come; a whole one is none.
        let too_short = if content.len() < length { Said::Incomplete } else { Said::NoTls };
        match (kind, content) {
            (ALERT, _) if length != 2 => return Said::NoTls,
            (ALERT, &[WARNING, _]) => {}
            (ALERT, &[_, description]) => return Said::Alert(description),
            // The kind of the message and three bytes of its length.
            (HANDSHAKE, &[SERVER_HELLO, _, _, _, ref hello @ ..]) => return choice(hello).unwrap_or(too_short),
            (HANDSHAKE, &[kind, ..]) if kind != SERVER_HELLO => return Said::NoTls,
            _ => return too_short,
        }
        bytes = rest.get(length..).unwrap_or_default();
    }
    Said::NoTls
}

fn begins_as_tls(bytes: &[u8]) -> bool {
    match bytes {
        [] => true,
        [kind] => matches!(*kind, ALERT | HANDSHAKE),
        [kind, major, ..] => matches!(*kind, ALERT | HANDSHAKE) && *major == 3,
    }
}

/// Whether an alert says that the server refuses what the question offers: its versions, or all of them with their suites.
/// One that says that the server has no such name, or troubles of its own, says nothing of versions.
pub const fn refuses_version(alert: u8) -> bool {
    // handshake_failure, illegal_parameter, decode_error, protocol_version, insufficient_security, missing_extension
    matches!(alert, 40 | 47 | 50 | 70 | 71 | 109)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_is_well_formed_and_offers_no_newer_version() {
        for name in [None, Some("portal.example.jp")] {
            let question = question(name, [7; 32]);
            assert_eq!(question[..3], [22, 3, 1]);
            assert_eq!(usize::from(u16::from_be_bytes([question[3], question[4]])), question.len() - 5);
            assert_eq!(question[5..7], [1, 0]);
            assert_eq!(usize::from(u16::from_be_bytes([question[7], question[8]])), question.len() - 9);
            assert_eq!(question[9..11], [3, 3]);
            let has = |part: &[u8]| question.windows(part.len()).any(|window| window == part);
            assert!(!has(&[0x00, 0x2B, 0x00]), "supported_versions");
            assert_eq!(has(b"portal.example.jp"), name.is_some());
        }
    }

    #[test]
    fn versions_that_are_taken_up() {
        let hello = |major, minor| [&[22, 3, 3, 0, 50, 2, 0, 0, 46, major, minor], [0; 44].as_slice()].concat();
        for (version, minor) in [(Version::Ssl30, 0), (Version::Tls10, 1), (Version::Tls11, 2), (Version::Tls12, 3)] {
            assert_eq!(said(&hello(3, minor)), Said::Accepted(version));
        }
        assert_eq!(said(&hello(3, 4)), Said::NoTls);
        assert_eq!(said(&hello(2, 3)), Said::NoTls);
        let after_warning = [&[21, 3, 3, 0, 2, 1, 112], hello(3, 3).as_slice()].concat();
        assert_eq!(said(&after_warning), Said::Accepted(Version::Tls12));
        for cut in 0..11 {
            assert_eq!(said(&hello(3, 3)[..cut]), Said::Incomplete, "{cut}");
        }
        assert_eq!(said(&hello(3, 3)[..11]), Said::Accepted(Version::Tls12), "the version is known before the end");
    }

    #[test]
    fn refusals_and_what_is_none() {
        assert_eq!(said(&[21, 3, 1, 0, 2, 2, 70]), Said::Alert(70));
        assert_eq!(said(&[21, 3, 1, 0, 2, 2]), Said::Incomplete);
        assert_eq!(said(&[21, 3, 1, 0, 2, 1, 112]), Said::Incomplete, "a warning ends nothing");
        assert_eq!(said(&[21, 3, 1, 0, 26, 2, 70]), Said::NoTls, "an alert is two bytes long");
        assert_eq!(said(&[21, 3, 1, 21, 3, 1, 70]), Said::NoTls, "a warning too");
        for bytes in [
            &b"HTTP/1.1 400 Bad Request\r\n"[..],
            b"SSH-2.0-OpenSSH_9.2\r\n",
            b"220 mail ESMTP\r\n",
            &[22, 3, 3, 0, 0],
            &[22, 3, 3, 255, 255],
            &[22, 3, 3, 0, 3, 2, 0, 0],
            &[22, 3, 3, 0, 10, 11, 0, 0],
            &[23, 3, 3, 0, 10],
            &[0x80, 0x2E],
        ] {
            assert_eq!(said(bytes), Said::NoTls, "{bytes:?}");
        }
        let warnings = [21, 3, 1, 0, 2, 1, 112].repeat(20);
        assert_eq!(said(&warnings), Said::NoTls);
        assert!(refuses_version(70) && refuses_version(40) && !refuses_version(112) && !refuses_version(80));
    }
}
