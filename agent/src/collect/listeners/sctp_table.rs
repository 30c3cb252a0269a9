//! `/proc/net/sctp/eps`: the sockets of SCTP.
//!
//! Source: the kernel's net/sctp/proc.c. A socket's line has two numbers of the kernel, its style, its state, a number, its port,
//! its account, another number and its addresses.

use std::collections::BTreeSet;

use super::socket_table::{SOCKETS_MAX, TableError};

/// SCTP_SS_LISTENING.
const LISTENING: &str = "10";

/// The ports at which sockets wait.
pub fn waiting(bytes: &[u8]) -> Result<BTreeSet<u16>, TableError> {
    let text = std::str::from_utf8(bytes).map_err(|_| TableError::NotText)?;
    let mut found = BTreeSet::new();
    for (line, number) in text.lines().zip(1_usize..).skip(1).filter(|(line, _)| !line.trim().is_empty()) {
        if number > SOCKETS_MAX {
            return Err(TableError::TooMany);
        }
        let mut words = line.split_whitespace().skip(3);
        let (state, port) = (words.next(), words.nth(1).and_then(|port| port.parse().ok()));
        let (Some(state), Some(port)) = (state, port) else { return Err(TableError::Line(number)) };
        if state == LISTENING {
            found.insert(port);
        }
    }
    Ok(found)
}
