//! The question which suites of TLS 1.3 a server takes up beside those that everybody offers, and its answer.
//!
//! AES-GCM and ChaCha20-Poly1305 are what programs know, and with them a session is made elsewhere. No library of today offers
//! the others alone, so that the question is put together here (RFC 8446, 4.1.2). A server that has none of what is offered
//! ends it with an alert (4.1.1). One that would agree on a key in another group asks for that, and names the suite there too
//! (4.1.4), so that one question is enough for either, and no key is ever agreed on.

use super::hello::{self, Said, extension, prefixed, words};

/// A suite of TLS 1.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suite {
    number: u16,
    /// As IANA names it.
    pub name: &'static str,
}

/// AES-CCM (RFC 8446), ShangMi (RFC 8998), and those that do not encrypt at all (RFC 9150).
pub const OTHERS: [Suite; 6] = [
    Suite { number: 0x1304, name: "TLS_AES_128_CCM_SHA256" },
    Suite { number: 0x1305, name: "TLS_AES_128_CCM_8_SHA256" },
    Suite { number: 0x00C6, name: "TLS_SM4_GCM_SM3" },
    Suite { number: 0x00C7, name: "TLS_SM4_CCM_SM3" },
    Suite { number: 0xC0B4, name: "TLS_SHA256_SHA256" },
    Suite { number: 0xC0B5, name: "TLS_SHA384_SHA384" },
];
/// X25519, P-256, P-384, P-521, X448, curveSM2, and the finite fields of 2048 to 4096 bits.
const GROUPS: [u16; 9] = [X25519, 0x0017, 0x0018, 0x0019, 0x001E, 0x0029, 0x0100, 0x0101, 0x0102];
const X25519: u16 = 0x001D;
/// ECDSA, EdDSA, RSA (PSS, and PKCS #1 for certificates) and SM2.
const SIGNATURES: [u16; 15] = [
    0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080A, 0x080B, 0x0401, 0x0501, 0x0601,
    0x0708,
];
/// The longest name of a session.
const SESSION_MAX: u8 = 32;

/// What must not be foreseen of a question.
#[derive(Debug, Clone, Copy)]
pub struct Random {
    /// Of the hello.
    pub hello: [u8; 32],
    /// A session of an older version, as what stands on the way expects it (RFC 8446, D.4).
    pub session: [u8; 32],
    /// What is sent for a key: whatever it is, it is a point of X25519.
    pub key: [u8; 32],
}

/// The question whether a server of that name takes up one of these suites; one that is asked by its address gets no name.
pub fn question(name: Option<&str>, offered: &[Suite], random: &Random) -> Vec<u8> {
    let mut extensions = Vec::new();
    hello::server_name(&mut extensions, name);
    extension(&mut extensions, 0x000A, &prefixed(&words(&GROUPS)));
    extension(&mut extensions, 0x000D, &prefixed(&words(&SIGNATURES)));
    // TLS 1.3 and nothing else.
    extension(&mut extensions, 0x002B, &[2, 3, 4]);
    let share = [X25519.to_be_bytes().as_slice(), &prefixed(&random.key)].concat();
    extension(&mut extensions, 0x0033, &prefixed(&share));

    let numbers: Vec<u16> = offered.iter().map(|suite| suite.number).collect();
    let mut hello = vec![3, 3];
    hello.extend(random.hello);
    hello.push(SESSION_MAX);
    hello.extend(random.session);
    hello.extend(prefixed(&words(&numbers)));
    // No compression.
    hello.extend([1, 0]);
    hello.extend(prefixed(&extensions));
    hello::record(&hello)
}

/// Which of the suites that were offered a server took up, by all that came from it so far.
pub fn said(bytes: &[u8], offered: &[Suite]) -> Said<Suite> {
    hello::heard(bytes, |hello| {
        let (version, rest) = hello.split_first_chunk()?;
        if *version != [3, 3] {
            return Some(Said::NoTls);
        }
        let (&session, rest) = rest.get(32..)?.split_first()?;
        if session > SESSION_MAX {
            return Some(Said::NoTls);
        }
        let (&number, _) = rest.get(usize::from(session)..)?.split_first_chunk()?;
        let taken = offered.iter().find(|suite| suite.number == u16::from_be_bytes(number));
        // Of a server that takes what nobody offered, nothing is known.
        Some(taken.map_or(Said::NoTls, |suite| Said::Accepted(*suite)))
    })
}

/// Whether an alert says that a server takes up none of the suites, where it makes a session by the same version with others.
pub const fn refuses_suites(alert: u8) -> bool {
    // handshake_failure and insufficient_security, which RFC 8446 has for it; illegal_parameter and protocol_version
    matches!(alert, 40 | 47 | 70 | 71)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RANDOM: Random = Random { hello: [7; 32], session: [8; 32], key: [9; 32] };

    fn answer(version: [u8; 2], session: u8, suite: u16) -> Vec<u8> {
        let mut hello = version.to_vec();
        hello.extend([5; 32]);
        hello.push(session);
        hello.extend(vec![8; usize::from(session)]);
        hello.extend(suite.to_be_bytes());
        hello.extend([0, 0, 6, 0, 43, 0, 2, 3, 4]);
        let message = [&[2, 0], prefixed(&hello).as_slice()].concat();
        [&[22, 3, 3], prefixed(&message).as_slice()].concat()
    }

    #[test]
    fn the_question_is_well_formed_and_offers_one_version_and_no_other_suite() {
        for name in [None, Some("portal.example.jp")] {
            let question = question(name, &OTHERS[..2], &RANDOM);
            assert_eq!(question[..3], [22, 3, 1]);
            assert_eq!(usize::from(u16::from_be_bytes([question[3], question[4]])), question.len() - 5);
            assert_eq!(question[5..7], [1, 0]);
            assert_eq!(usize::from(u16::from_be_bytes([question[7], question[8]])), question.len() - 9);
            assert_eq!(question[9..11], [3, 3]);
            assert_eq!(question[76..82], [0, 4, 0x13, 0x04, 0x13, 0x05]);
            let has = |part: &[u8]| question.windows(part.len()).any(|window| window == part);
            assert!(has(&[0x00, 0x2B, 0, 3, 2, 3, 4]), "supported_versions");
            assert!(has(&[0x00, 0x33, 0, 38, 0, 36, 0, 0x1D, 0, 32, 9]), "key_share");
            assert_eq!(has(b"portal.example.jp"), name.is_some());
        }
    }

    #[test]
    fn a_suite_that_was_offered_is_taken_up_whatever_the_session() {
        for session in [0, 32] {
            let answer = answer([3, 3], session, 0x1305);
            assert_eq!(said(&answer, &OTHERS), Said::Accepted(OTHERS[1]));
            assert_eq!(said(&answer, &OTHERS[..1]), Said::NoTls, "it was not offered");
            let known_at = 5 + 4 + 2 + 32 + 1 + usize::from(session) + 2;
            for cut in 0..known_at {
                assert_eq!(said(&answer[..cut], &OTHERS), Said::Incomplete, "{cut}");
            }
            assert_eq!(said(&answer[..known_at], &OTHERS), Said::Accepted(OTHERS[1]), "before the end");
        }
    }

    #[test]
    fn refusals_and_what_is_none() {
        assert_eq!(said(&[21, 3, 3, 0, 2, 2, 40], &OTHERS), Said::Alert(40));
        for answer in [answer([3, 3], 33, 0x1305), answer([3, 1], 0, 0x1305), answer([3, 3], 0, 0x1301)] {
            assert_eq!(said(&answer, &OTHERS), Said::NoTls);
        }
        // A hello that a record cuts off before its suite.
        let mut short = answer([3, 3], 0, 0x1305);
        (short[4], short[8]) = (20, 16);
        assert_eq!(said(&short, &OTHERS), Said::NoTls);
        assert_eq!(said(b"HTTP/1.1 400 Bad Request\r\n", &OTHERS), Said::NoTls);
        assert!(refuses_suites(40) && refuses_suites(71) && !refuses_suites(112) && !refuses_suites(80));
        assert!(!refuses_suites(50), "who cannot read a question refuses nothing in it");
    }
}
