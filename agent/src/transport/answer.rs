//! Reading an answer within its limits.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};

use chrono::DateTime;
use reqwest::{Response, header};
use serde::de::DeserializeOwned;
use tenken_model::Size;
use tenken_model::report::Refusal;

use super::{ANSWER_BYTES, Answered, CallError};

/// Discard; any would do.
const PORT_OF_NOBODY: u16 = 9;

/// The most of a foreign refusal that is repeated in an error.
const EXCERPT_CHARS: usize = 120;

/// The answer to a call, or the refusal.
pub(super) async fn read<T: DeserializeOwned>(response: Response, tried: &str, limit: Size) -> Result<T, CallError> {
    let status = response.status();
    if !status.is_success() {
        let body = bytes(response, tried, ANSWER_BYTES).await?;
        return Err(CallError::Refused { tried: tried.to_owned(), status: status.as_u16(), refusal: refusal(&body) });
    }
    let body = bytes(response, tried, limit).await?;
    serde_json::from_slice(&body)
        .map_err(|error| CallError::Malformed { tried: tried.to_owned(), why: error.to_string() })
}

/// When an answer was written (`Date`), and whether that was here.
pub(super) fn head(response: &Response) -> Option<Answered> {
    let text = response.headers().get(header::DATE)?.to_str().ok()?;
    let at = DateTime::parse_from_rfc2822(text).ok()?.to_utc();
    Some(Answered { at, here: response.remote_addr().and_then(|from| is_here(from.ip())) })
}

/// Whether an address is one of this machine: what is sent to such a one leaves by the same address. Nothing is sent.
fn is_here(address: IpAddr) -> Option<bool> {
    if address.is_loopback() {
        return Some(true);
    }
    let any = if address.is_ipv4() { IpAddr::V4(Ipv4Addr::UNSPECIFIED) } else { IpAddr::V6(Ipv6Addr::UNSPECIFIED) };
    let socket = UdpSocket::bind((any, 0)).ok()?;
    socket.connect((address, PORT_OF_NOBODY)).ok()?;
    Some(socket.local_addr().ok()?.ip() == address)
}

async fn bytes(mut response: Response, tried: &str, limit: Size) -> Result<Vec<u8>, CallError> {
    let too_large = || CallError::TooLarge { tried: tried.to_owned(), limit };
    if response.content_length().is_some_and(|length| length > limit.bytes()) {
        return Err(too_large());
    }
    let unreachable = |error: reqwest::Error| CallError::Unreachable { tried: tried.to_owned(), why: whole(&error) };
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
        let length = body.len().saturating_add(chunk.len());
        if u64::try_from(length).unwrap_or(u64::MAX) > limit.bytes() {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The refusal in an answer, whoever gave it, in short lines without control characters.
pub fn refusal(body: &[u8]) -> Refusal {
    one_line(serde_json::from_slice(body).unwrap_or_else(|_| foreign(body)))
}

/// A refusal that is not in a dashboard's form: another program answers there.
fn foreign(body: &[u8]) -> Refusal {
    Refusal::new("not_a_dashboard", String::from_utf8_lossy(body))
}

fn one_line(refusal: Refusal) -> Refusal {
    let line = |text: String| text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(EXCERPT_CHARS).collect();
    Refusal { code: line(refusal.code), message: line(refusal.message), epoch: refusal.epoch }
}

/// An error with everything that caused it, in one line.
pub(super) fn whole(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}
