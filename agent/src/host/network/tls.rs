//! Asking a server of TLS as somebody without a certificate.

mod session;
mod suites;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests;

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::thread::ScopedJoinHandle;
use std::time::Duration;

use rustls::pki_types::ServerName;
use tenken_model::{Instant, Reason, Span};

use super::deadline::Deadline;
use super::resolve::resolve;
use super::sntp;
use crate::collect::exchange_endpoints::chain::Authorities;
use crate::collect::exchange_endpoints::hello::{self, Said};
use crate::host::tls::TlsReading;
use crate::host::{ReadError, ReadErrorKind};

/// Addresses of one name that are tried.
const ADDRESSES: usize = 4;
/// The longest that one address is waited for.
const CONNECT_WITHIN: Duration = Duration::from_secs(2);
/// The most bytes of an answer in which a version is looked for.
const ANSWER_MAX: usize = 16 << 10;

/// See [`crate::host::Host::tls_probe`].
pub(in crate::host) fn probe(
    authorities: &Result<Authorities, Reason>,
    servers: &[String],
    within: Span,
    now: Instant,
) -> Vec<Result<TlsReading, ReadError>> {
    let authorities = authorities.as_ref();
    std::thread::scope(|scope| {
        let asked: Vec<_> = servers
            .iter()
            .map(|server| {
                let ask = move || ask(server, authorities, within, now);
                std::thread::Builder::new().name("tls".to_owned()).spawn_scoped(scope, ask)
            })
            .collect();
        let failed = |server: &str, why: String| ReadError::new(ReadErrorKind::Failed, tried(server), why);
        let answers = servers.iter().zip(asked).map(|(server, asked)| match asked.map(ScopedJoinHandle::join) {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(failed(server, "the question was broken off".to_owned())),
            Err(error) => Err(failed(server, error.to_string())),
        });
        answers.collect()
    })
}

fn tried(server: &str) -> String {
    format!("ask TLS server {server}")
}

fn ask(
    server: &str,
    authorities: Result<&Authorities, &Reason>,
    within: Span,
    now: Instant,
) -> Result<TlsReading, ReadError> {
    let tried = tried(server);
    let wrong = || ReadError::new(ReadErrorKind::WrongKind, &tried, "neither name:port nor address:port");
    let (host, port) = sntp::name_and_port(server).ok_or_else(wrong)?;
    let name = ServerName::try_from(host.to_owned()).map_err(|_| wrong())?;
    let whole = Deadline::within(within);
    // Each half is waited for apart, so that who is silent to one question has time for the other. What both leave is for
    // the suites.
    let half = Span::from_millis(within.millis() / 2);
    let first = Deadline::within(half);
    let (stream, address) = connect(host, port, first, &tried)?;
    let dns = matches!(name, ServerName::DnsName(_)).then_some(host);
    let older = older(stream, dns, first, &tried);

    let second = Deadline::within(half);
    let session = match TcpStream::connect_timeout(&address, second.left().unwrap_or(CONNECT_WITHIN)) {
        Ok(stream) => {
            let asking = session::Asking { name, host, authorities, deadline: second, tried: &tried, now };
            asking.ask(stream)
        }
        Err(error) => Err(ReadError::from_io(&tried, &error)),
    };
    let other_suites = match &session {
        Ok(None) => Ok(Vec::new()),
        // Who speaks no TLS, or is silent, is asked no more.
        Err(error) if matches!(error.kind, ReadErrorKind::WrongKind | ReadErrorKind::TimedOut) => Err(error.clone()),
        Ok(Some(_)) | Err(_) => {
            let asking = suites::Asking { address, name: dns, deadline: whole, tried: &tried, made: session.is_ok() };
            asking.ask()
        }
    };
    let older_version = match older? {
        Heard::Accepted(version) => Ok(Some(version.name().to_owned())),
        Heard::Alert(alert) if hello::refuses_version(alert) => Ok(None),
        Heard::Alert(alert) => {
            let why = format!("it answered an older version with alert {alert}, which says nothing of the version");
            Err(ReadError::new(ReadErrorKind::NoAnswer, &tried, why))
        }
        // Some servers, and what stands before them, hang up in place of an alert.
        Heard::Closed if matches!(session, Ok(Some(_))) => Ok(None),
        Heard::Closed => Err(ReadError::new(ReadErrorKind::NoAnswer, &tried, "it closed the connection")),
        Heard::Silent => Err(ReadError::new(ReadErrorKind::TimedOut, &tried, "no answer to an older version in time")),
        Heard::NoTls => Err(ReadError::new(ReadErrorKind::WrongKind, &tried, "it speaks no TLS")),
    };
    Ok(TlsReading { older_version: older_version.into(), session: session.into(), other_suites: other_suites.into() })
}

fn connect(host: &str, port: u16, deadline: Deadline, tried: &str) -> Result<(TcpStream, SocketAddr), ReadError> {
    let mut last = ReadError::new(ReadErrorKind::NoAnswer, tried, "the name has no address");
    for address in resolve(host, port, deadline, tried)?.into_iter().take(ADDRESSES) {
        let Some(left) = deadline.left() else {
            return Err(ReadError::new(ReadErrorKind::TimedOut, tried, "no connection in time"));
        };
        match TcpStream::connect_timeout(&address, left.min(CONNECT_WITHIN)) {
            Ok(stream) => return Ok((stream, address)),
            Err(error) => last = ReadError::from_io(tried, &error),
        }
    }
    Err(last)
}

/// What a server said to a question that was put together here.
enum Heard<T> {
    Accepted(T),
    Alert(u8),
    Closed,
    Silent,
    NoTls,
}

fn older(
    stream: TcpStream,
    name: Option<&str>,
    deadline: Deadline,
    tried: &str,
) -> Result<Heard<hello::Version>, ReadError> {
    let question = hello::question(name, random(tried)?);
    Ok(heard(Timed { stream, deadline }, &question, hello::said))
}

fn random(tried: &str) -> Result<[u8; 32], ReadError> {
    let mut random = [0_u8; 32];
    let no_random = |_| ReadError::new(ReadErrorKind::Failed, tried, "the system gave no random bytes");
    aws_lc_rs::rand::fill(&mut random).map_err(no_random)?;
    Ok(random)
}

/// Asks, and hears the answer as far as is needed to understand it.
fn heard<T>(mut stream: Timed, question: &[u8], said: impl Fn(&[u8]) -> Said<T>) -> Heard<T> {
    let mut answer = Vec::new();
    // What was said before a connection broke still counts.
    let mut ended = stream.write_all(question).err();
    let mut part = [0_u8; 1_024];
    loop {
        match said(&answer) {
            Said::Accepted(choice) => return Heard::Accepted(choice),
            Said::Alert(alert) => return Heard::Alert(alert),
            Said::NoTls => return Heard::NoTls,
            Said::Incomplete if answer.len() >= ANSWER_MAX => return Heard::NoTls,
            Said::Incomplete => {}
        }
        if let Some(error) = ended {
            return if is_timeout(&error) { Heard::Silent } else { Heard::Closed };
        }
        match stream.read(&mut part) {
            Ok(0) => ended = Some(std::io::ErrorKind::UnexpectedEof.into()),
            Ok(length) => answer.extend(part.get(..length).unwrap_or_default()),
            Err(error) => ended = Some(error),
        }
    }
}

fn is_timeout(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::TimedOut | std::io::ErrorKind::WouldBlock)
}

/// A connection that waits no longer than until a deadline.
struct Timed {
    stream: TcpStream,
    deadline: Deadline,
}

impl Timed {
    fn left(&self) -> std::io::Result<Option<Duration>> {
        self.deadline.left().map(Some).ok_or_else(|| std::io::ErrorKind::TimedOut.into())
    }
}

impl std::io::Read for Timed {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.stream.set_read_timeout(self.left()?)?;
        self.stream.read(buffer)
    }
}

impl std::io::Write for Timed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.stream.set_write_timeout(self.left()?)?;
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.stream.flush()
    }
}
