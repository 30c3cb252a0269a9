//! One SNTP exchange (RFC 5905, section 14).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use tenken_model::Span;

use super::deadline::Deadline;
use crate::host::{ReadError, ReadErrorKind, SntpReading};

const PORT: u16 = 123;
const PACKET: usize = 48;
/// Leap indicator 0, version 4, mode 3 (client).
const CLIENT: u8 = 0x23;
/// Addresses of one name that are tried.
const ADDRESSES: usize = 4;
/// Seconds from 1900 to 1970.
const UNIX_EPOCH_IN_NTP: u64 = 2_208_988_800;
/// What stratum 0 and above 15 mean: not synchronised.
const UNSYNCHRONISED: u8 = 16;

/// The server's part of an answer, in the units of the packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    leap: u8,
    stratum: u8,
    root_delay: u32,
    root_dispersion: u32,
    received: u64,
    transmitted: u64,
}

/// See [`crate::host::Host::sntp`].
pub(in crate::host) fn ask(server: &str, within: Span) -> Result<SntpReading, ReadError> {
    let tried = format!("ask time server {server}");
    let deadline = Deadline::within(within);
    let timed_out = || ReadError::new(ReadErrorKind::TimedOut, &tried, format!("no answer within {within}"));
    let mut last = ReadError::new(ReadErrorKind::NoAnswer, &tried, "the name has no address");
    for address in resolve(server, deadline, &tried)?.into_iter().take(ADDRESSES) {
        match ask_address(address, deadline) {
            Ok(reading) => return Ok(reading),
            Err(Failure::TimedOut) => return Err(timed_out()),
            Err(Failure::Unusable(why)) => last = ReadError::new(ReadErrorKind::NoAnswer, &tried, why),
            Err(Failure::System(error)) => last = ReadError::from_io(&tried, &error),
        }
    }
    Err(last)
}

enum Failure {
    TimedOut,
    Unusable(String),
    System(std::io::Error),
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::System(error)
    }
}

/// Name and port of `name`, `name:port`, an IPv4 address, an IPv6 address or `[IPv6]:port`.
/// The name or address of a server, and its port.
pub fn name_and_port(server: &str) -> Option<(&str, u16)> {
    if let Some(rest) = server.strip_prefix('[') {
        let (address, rest) = rest.split_once(']')?;
        let port = if rest.is_empty() { PORT } else { rest.strip_prefix(':')?.parse().ok()? };
        return Some((address, port));
    }
    match server.split_once(':') {
        Some((_, port)) if port.contains(':') => Some((server, PORT)),
        Some((name, port)) => Some((name, port.parse().ok()?)),
        None => Some((server, PORT)),
    }
    .filter(|(name, _)| !name.is_empty())
}

fn resolve(server: &str, deadline: Deadline, tried: &str) -> Result<Vec<SocketAddr>, ReadError> {
    let (name, port) = name_and_port(server)
        .ok_or_else(|| ReadError::new(ReadErrorKind::Failed, tried, "neither a name, nor name:port, nor an address"))?;
    super::resolve::resolve(name, port, deadline, tried)
}

fn ask_address(address: SocketAddr, deadline: Deadline) -> Result<SntpReading, Failure> {
    let any: IpAddr = if address.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind((any, 0))?;
    // Connected, so that only that server's datagrams arrive, and its refusal does.
    socket.connect(address)?;
    // A random transmit time tells the server nothing and nobody off the path can answer it.
    let mut cookie = [0_u8; 8];
    aws_lc_rs::rand::fill(&mut cookie)
        .map_err(|_| Failure::System(std::io::Error::other("the system gave no random bytes")))?;
    let mut request = [0_u8; PACKET];
    request[0] = CLIENT;
    request[40..].copy_from_slice(&cookie);

    let sent_at = ntp_time(SystemTime::now());
    let sent = Instant::now();
    socket.send(&request)?;
    let mut refusal = None;
    loop {
        let Some(left) = deadline.left() else {
            return Err(refusal.map_or(Failure::TimedOut, Failure::Unusable));
        };
        socket.set_read_timeout(Some(left))?;
        // Longer answers carry extensions, which are not needed; what does not fit is dropped by the system.
        let mut buffer = [0_u8; 1_024];
        match socket.recv(&mut buffer) {
            Ok(length) => {
                // By the monotonic clock, so that a step of the wall clock in between does not count.
                let arrived_at = sent_at.wrapping_add(ntp_span(sent.elapsed()));
                match parse(buffer.get(..length).unwrap_or_default(), cookie) {
                    Ok(answer) => return Ok(reading(answer, sent_at, arrived_at)),
                    Err(Refusal::Kiss(code)) => {
                        return Err(Failure::Unusable(format!("the server refuses (kiss-o'-death {code})")));
                    }
                    Err(Refusal::NotAnAnswer(why)) => refusal = Some(why.to_owned()),
                }
            }
            Err(error)
                if matches!(
                    error.kind(),
                    std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut | std::io::ErrorKind::Interrupted
                ) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Why a packet is not used.
#[derive(Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Not an answer to our question; another may follow.
    NotAnAnswer(&'static str),
    /// The server wants to be left alone.
    Kiss(String),
}

/// Reads a packet that came after a question with that cookie.
pub fn parse(packet: &[u8], cookie: [u8; 8]) -> Result<Answer, Refusal> {
    let packet: &[u8; PACKET] = packet
        .get(..PACKET)
        .and_then(|head| head.try_into().ok())
        .ok_or(Refusal::NotAnAnswer("the answer is shorter than an NTP packet"))?;
    let word = |at: usize| u32::from_be_bytes([packet[at], packet[at + 1], packet[at + 2], packet[at + 3]]);
    let time = |at: usize| u64::from(word(at)) << 32 | u64::from(word(at + 4));
    if packet[0] & 0x7 != 4 || !(3..=4).contains(&(packet[0] >> 3 & 0x7)) {
        return Err(Refusal::NotAnAnswer("the answer is not that of an NTP server"));
    }
    if packet[24..32] != cookie {
        return Err(Refusal::NotAnAnswer("the answer is to another question"));
    }
    let leap = packet[0] >> 6;
    let stratum = packet[1];
    let code = &packet[12..16];
    // INIT and STEP are said by servers that are not synchronised yet, which is an answer.
    if stratum == 0 && code.iter().all(u8::is_ascii_uppercase) && code != b"INIT" && code != b"STEP" {
        return Err(Refusal::Kiss(String::from_utf8_lossy(code).into_owned()));
    }
    let answer = Answer {
        leap,
        stratum,
        root_delay: word(4),
        root_dispersion: word(8),
        received: time(32),
        transmitted: time(40),
    };
    if answer.transmitted == 0 {
        return Err(Refusal::NotAnAnswer("the answer has no time"));
    }
    Ok(answer)
}

/// What an answer says, given when the question left and the answer arrived on this host's clock, both in 2^-32 seconds.
pub fn reading(answer: Answer, sent_at: u64, arrived_at: u64) -> SntpReading {
    // Differences of times modulo 2^32 seconds are right within 68 years, across the era's end in 2036 too.
    let difference = |later: u64, earlier: u64| i128::from(later.wrapping_sub(earlier).cast_signed());
    let there = difference(answer.received, sent_at);
    let back = difference(answer.transmitted, arrived_at);
    let delay = difference(arrived_at, sent_at) - difference(answer.transmitted, answer.received);
    let root = u64::from(answer.root_delay) / 2 + u64::from(answer.root_dispersion);
    let synchronised = answer.leap != 3 && (1..UNSYNCHRONISED).contains(&answer.stratum);
    SntpReading {
        offset_micros: micros(i128::midpoint(there, back)),
        delay_micros: micros(delay),
        root_distance_micros: micros(i128::from(root) << 16),
        stratum: if (1..UNSYNCHRONISED).contains(&answer.stratum) { answer.stratum } else { UNSYNCHRONISED },
        synchronised,
    }
}

/// Microseconds of a difference in 2^-32 seconds.
fn micros(fraction: i128) -> i64 {
    i64::try_from(fraction * 1_000_000 / (1 << 32)).unwrap_or(if fraction < 0 { i64::MIN } else { i64::MAX })
}

/// A time as NTP writes it: seconds since 1900 modulo 2^32, and their fraction.
fn ntp_time(time: SystemTime) -> u64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => (UNIX_EPOCH_IN_NTP << 32).wrapping_add(ntp_span(since)),
        Err(before) => (UNIX_EPOCH_IN_NTP << 32).wrapping_sub(ntp_span(before.duration())),
    }
}

fn ntp_span(span: std::time::Duration) -> u64 {
    (span.as_secs() << 32).wrapping_add((u64::from(span.subsec_nanos()) << 32) / 1_000_000_000)
}

#[cfg(test)]
mod tests;
