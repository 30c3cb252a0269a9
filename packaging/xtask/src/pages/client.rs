//! A plain HTTP client for a listener on loopback: one connection a request, nothing kept, so that only the dashboard is timed.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

/// How long an answer may take before it counts as none.
const WITHIN: Duration = Duration::from_mins(1);

/// In which form the body is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    /// As browsers ask for it.
    Gzip,
    /// As it is.
    Plain,
}

/// An answer.
#[derive(Debug)]
pub(super) struct Answer {
    /// Its status code.
    pub(super) status: u16,
    head: String,
    /// Its body as it was sent.
    pub(super) body: Vec<u8>,
    /// From the request to its last byte.
    pub(super) took: Duration,
}

/// Asks one listener, as one visitor.
#[derive(Debug, Clone)]
pub(super) struct Client {
    /// `host:port`.
    pub(super) address: String,
    /// The cookies it sends.
    pub(super) cookies: String,
}

impl Client {
    /// Asks for a path.
    pub(super) fn get(&self, path: &str, coding: Coding) -> Result<Answer> {
        self.ask("GET", path, coding, "")
    }

    /// Sends a form.
    pub(super) fn post(&self, path: &str, form: &str) -> Result<Answer> {
        self.ask("POST", path, Coding::Plain, form)
    }

    fn ask(&self, method: &str, path: &str, coding: Coding, form: &str) -> Result<Answer> {
        let cookies = if self.cookies.is_empty() { String::new() } else { format!("Cookie: {}\r\n", self.cookies) };
        let accepts = if coding == Coding::Gzip { "Accept-Encoding: gzip\r\n" } else { "" };
        let sends = if method == "POST" {
            format!("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n", form.len())
        } else {
            String::new()
        };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {0}\r\nOrigin: http://{0}\r\nConnection: close\r\n{cookies}{accepts}{sends}\r\n{form}",
            self.address
        );
        let begun = Instant::now();
        let bytes = self.exchange(&request).with_context(|| format!("{method} {path}"))?;
        let took = begun.elapsed();
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").context("the answer has no head")?;
        let (head, rest) = bytes.split_at(end);
        let head = String::from_utf8_lossy(head).into_owned();
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status = status.with_context(|| format!("{method} {path} gave no status"))?;
        let body = rest.get(4..).unwrap_or_default();
        let mut answer = Answer { status, head, body: body.to_vec(), took };
        if answer.header("transfer-encoding").is_some_and(|coding| coding.contains("chunked")) {
            answer.body = joined(body)?;
        }
        Ok(answer)
    }

    fn exchange(&self, request: &str) -> Result<Vec<u8>> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(WITHIN))?;
        stream.set_nodelay(true)?;
        stream.write_all(request.as_bytes())?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// The body of chunks (RFC 9112, 7.1).
fn joined(mut chunks: &[u8]) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let Some(end) = chunks.windows(2).position(|two| two == b"\r\n") else { bail!("a chunk has no length") };
        let (length, rest) = chunks.split_at(end);
        let length = usize::from_str_radix(String::from_utf8_lossy(length).trim(), 16).context("a chunk's length")?;
        if length == 0 {
            return Ok(body);
        }
        body.extend_from_slice(rest.get(2..length + 2).context("a chunk is cut off")?);
        chunks = rest.get(length + 4..).context("a chunk is cut off")?;
    }
}

impl Answer {
    /// The first header of that name, in small letters.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let named = self.head.lines().filter_map(|line| line.split_once(':'));
        named.filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
    }

    /// It is a page: HTML that is shown and not saved.
    pub(super) fn is_page(&self) -> bool {
        let is_html = self.header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
        self.status == 200 && is_html && self.header("content-disposition").is_none()
    }

    /// The body as text.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// How many bytes came over the line for it.
    pub(super) fn sent(&self) -> usize {
        self.head.len() + 4 + self.body.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_joined_and_cut_ones_are_told() {
        assert_eq!(joined(b"3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n").unwrap(), b"abc0123456789");
        assert_eq!(joined(b"0\r\n\r\n").unwrap(), b"");
        for cut in [&b"3\r\nab"[..], b"x\r\nabc\r\n", b"", b"3\r\nabc\r\n"] {
            assert!(joined(cut).is_err(), "{cut:?}");
        }
    }
}
