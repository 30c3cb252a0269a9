//! Which suites of TLS 1.3 a server takes up beside those that everybody offers.

use std::net::{SocketAddr, TcpStream};

use super::super::deadline::Deadline;
use super::{CONNECT_WITHIN, Heard, Timed, heard, random};
use crate::collect::exchange_endpoints::suites::{self, OTHERS, Random, Suite};
use crate::host::{ReadError, ReadErrorKind};

/// A question to one server.
pub(super) struct Asking<'a> {
    pub(super) address: SocketAddr,
    pub(super) name: Option<&'a str>,
    pub(super) deadline: Deadline,
    pub(super) tried: &'a str,
    /// A session by TLS 1.3 came about with other suites.
    pub(super) made: bool,
}

impl Asking<'_> {
    /// The suites it takes up. A server names one of those it is offered, so that who takes one is asked for the rest; most
    /// take none, and are asked once.
    pub(super) fn ask(&self) -> Result<Vec<String>, ReadError> {
        let mut offered = OTHERS.to_vec();
        let mut taken = Vec::new();
        while !offered.is_empty() {
            // It speaks TLS 1.3, so that a refusal is of the suites and not of the version.
            let speaks = self.made || !taken.is_empty();
            match self.offer(&offered)? {
                Heard::Accepted(suite) => {
                    offered.retain(|other| *other != suite);
                    taken.push(suite.name.to_owned());
                }
                Heard::Alert(alert) if speaks && suites::refuses_suites(alert) => break,
                // As with older versions, some hang up in place of an alert.
                Heard::Closed if speaks => break,
                unclear => return Err(self.unclear(&unclear, &taken)),
            }
        }
        taken.sort_unstable();
        Ok(taken)
    }

    fn offer(&self, offered: &[Suite]) -> Result<Heard<Suite>, ReadError> {
        let late = || ReadError::new(ReadErrorKind::TimedOut, self.tried, "no time was left to ask for its suites");
        let left = self.deadline.left().ok_or_else(late)?;
        let connected = TcpStream::connect_timeout(&self.address, left.min(CONNECT_WITHIN));
        let stream = connected.map_err(|error| ReadError::from_io(self.tried, &error))?;
        let random = Random { hello: random(self.tried)?, session: random(self.tried)?, key: random(self.tried)? };
        let question = suites::question(self.name, offered, &random);
        let stream = Timed { stream, deadline: self.deadline };
        Ok(heard(stream, &question, |answer| suites::said(answer, offered)))
    }

    /// Why it is not known what else it takes up.
    fn unclear(&self, heard: &Heard<Suite>, taken: &[String]) -> ReadError {
        let (kind, why) = match heard {
            Heard::Alert(alert) => (
                ReadErrorKind::NoAnswer,
                format!("it answered uncommon suites with alert {alert}, which is no refusal"),
            ),
            Heard::Silent => (ReadErrorKind::TimedOut, "no answer to uncommon suites in time".to_owned()),
            Heard::NoTls => (ReadErrorKind::WrongKind, "what it answered uncommon suites is no TLS 1.3".to_owned()),
            Heard::Closed | Heard::Accepted(_) => (ReadErrorKind::NoAnswer, "it closed the connection".to_owned()),
        };
        let after = if taken.is_empty() { String::new() } else { format!(", after it took up {}", taken.join(", ")) };
        ReadError::new(kind, self.tried, why + &after)
    }
}
