//! The dashboard's answer, as it comes over the connection.

use chrono::DateTime;
use tenken_model::policy::SignedPolicy;
use tenken_model::report::{Refusal, VERSION_HEADER};
use tenken_model::{Instant, Size};

use crate::transport::answer::refusal;

/// The largest head of an answer.
const HEAD_BYTES: usize = 16 << 10;

/// What a dashboard says when it is asked for a policy.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The status of HTTP.
    pub status: u16,
    /// When it was written, by the dashboard's clock.
    pub at: Option<Instant>,
    /// The dashboard's version.
    pub version: Option<String>,
    /// The policy, or why there is none.
    pub body: Body,
}

/// What is in an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// The policy that is offered.
    Policy(Box<SignedPolicy>),
    /// A refusal.
    Refusal(Refusal),
    /// Something else.
    Foreign,
}

/// How many bytes the whole answer has, as soon as its head is there. Fails for what is no such answer.
pub fn whole_length(read: &[u8], limit: Size) -> Result<Option<usize>, String> {
    let Some(head) = head_of(read) else {
        return if read.len() > HEAD_BYTES { Err("its head is too long".to_owned()) } else { Ok(None) };
    };
    let text = std::str::from_utf8(head).map_err(|_| "its head is no text".to_owned())?;
    let length = match (header(text, "content-length"), header(text, "transfer-encoding")) {
        (Some(length), None) => length.parse::<usize>().map_err(|_| "its length is no number".to_owned())?,
        (None, None) => 0,
        (_, Some(_)) => return Err("it comes in pieces, as no dashboard sends it".to_owned()),
    };
    if u64::try_from(length).unwrap_or(u64::MAX) > limit.bytes() {
        return Err(format!("it is larger than {limit}"));
    }
    Ok(Some(head.len().saturating_add(length)))
}

/// Reads a whole answer.
pub fn parse(read: &[u8]) -> Result<Answer, String> {
    let head = head_of(read).ok_or("it ended within its head")?;
    let text = std::str::from_utf8(head).map_err(|_| "its head is no text".to_owned())?;
    let status =
        text.strip_prefix("HTTP/1.").and_then(|rest| rest.split(' ').nth(1)).and_then(|word| word.parse().ok());
    let status: u16 = status.ok_or("it is no HTTP")?;
    let at = header(text, "date").and_then(|date| DateTime::parse_from_rfc2822(date).ok()).map(|date| date.to_utc());
    let version = header(text, VERSION_HEADER).map(str::to_owned);
    let body = read.get(head.len()..).unwrap_or_default();
    let body = match status {
        200 => serde_json::from_slice(body).map_or(Body::Foreign, |policy| Body::Policy(Box::new(policy))),
        _ => match serde_json::from_slice::<Refusal>(body) {
            Ok(_) => Body::Refusal(refusal(body)),
            Err(_) => Body::Foreign,
        },
    };
    Ok(Answer { status, at, version, body })
}

/// The head with the empty line behind it.
fn head_of(read: &[u8]) -> Option<&[u8]> {
    let end = read.windows(4).position(|window| window == b"\r\n\r\n")?;
    read.get(..end + 4)
}

fn header<'a>(head: &'a str, wanted: &str) -> Option<&'a str> {
    let mut lines = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    lines.find(|(name, _)| name.trim().eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Size = Size::from_bytes(1_000);

    #[test]
    fn the_length_is_known_with_the_head() {
        assert_eq!(whole_length(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r", LIMIT), Ok(None));
        assert_eq!(whole_length(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", LIMIT), Ok(Some(43)));
        assert_eq!(whole_length(b"HTTP/1.1 204 x\r\n\r\n", LIMIT), Ok(Some(18)));
        for odd in ["Content-Length: x", "Content-Length: 9999", "Content-Length: -1", "Transfer-Encoding: chunked"] {
            assert!(whole_length(format!("HTTP/1.1 200 OK\r\n{odd}\r\n\r\n").as_bytes(), LIMIT).is_err(), "{odd}");
        }
        assert!(whole_length(&vec![b'x'; HEAD_BYTES + 1], LIMIT).is_err());
    }

    #[test]
    fn a_refusal_says_its_word_and_the_clock() {
        let text = "HTTP/1.1 403 Forbidden\r\nDate: Thu, 26 Nov 2026 01:00:00 GMT\r\nTenken-Version: 0.2.0\r\n\
            Content-Length: 9\r\n\r\n{\"code\":\"revoked\",\"message\":\"gone\"}";
        let answer = parse(text.as_bytes()).unwrap();
        assert_eq!((answer.status, answer.version.as_deref()), (403, Some("0.2.0")));
        assert_eq!(answer.at.unwrap().to_rfc3339(), "2026-11-26T01:00:00+00:00");
        assert!(matches!(answer.body, Body::Refusal(refusal) if refusal.code == "revoked"));
    }

    #[test]
    fn what_is_no_dashboard_is_foreign_or_no_answer() {
        let page = parse(b"HTTP/1.1 200 OK\r\ndate: never\r\n\r\n<html>").unwrap();
        assert_eq!((page.body, page.at, page.version), (Body::Foreign, None, None));
        assert_eq!(parse(b"HTTP/1.0 502 x\r\n\r\n<html>").unwrap().body, Body::Foreign);
        for odd in [&b"SSH-2.0-x\r\n\r\n"[..], b"HTTP/1.1 200", b"HTTP/1.1 many x\r\n\r\n", b"\xff\r\n\r\n", b""] {
            assert!(parse(odd).is_err(), "{odd:?}");
        }
    }
}
