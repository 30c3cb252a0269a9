//! Sockets that systemd listens on for the dashboard and hands over when it starts (`sd_listen_fds(3)`), so that it needs no right to
//! open a low port and no connection is refused while it starts anew.

use std::net::TcpListener;

use listenfd::ListenFd;
use tenken_model::choice;
use thiserror::Error;

/// How the sockets are called: colons between the names.
const NAMES: &str = "LISTEN_FDNAMES";

choice! {
    /// For whom a socket is, as `FileDescriptorName=` calls it.
    pub enum Door {
        /// Agents.
        Agents = "agents",
        /// People's browsers.
        People = "people",
    }
}

/// The sockets that were handed over. A door can have several: one for each address.
#[derive(Debug, Default)]
pub struct Sockets {
    /// For agents.
    pub agents: Vec<TcpListener>,
    /// For people.
    pub people: Vec<TcpListener>,
}

/// Why sockets that were handed over cannot be used.
#[derive(Debug, Error)]
pub enum SocketError {
    /// Nothing here has that name.
    #[error(
        "systemd handed over a socket called `{0}`, which is neither `agents` nor `people`; write FileDescriptorName=agents or \
         FileDescriptorName=people into its .socket unit"
    )]
    Unknown(String),
    /// Some have no name.
    #[error(
        "systemd handed over {sockets} sockets and {names} names; write FileDescriptorName= into each .socket unit"
    )]
    Unnamed {
        /// How many sockets.
        sockets: usize,
        /// How many names.
        names: usize,
    },
    /// It is no TCP socket that listens.
    #[error(
        "the socket `{name}` that systemd handed over: {problem}; write ListenStream= with an address and port, and no Accept=yes"
    )]
    Unusable {
        /// Its name.
        name: &'static str,
        /// What is wrong with it.
        problem: String,
    },
}

/// For whom so many sockets of these names are.
fn doors(sockets: usize, names: &str) -> Result<Vec<Door>, SocketError> {
    let names: Vec<&str> = names.split(':').filter(|name| !name.is_empty()).collect();
    if names.len() != sockets {
        return Err(SocketError::Unnamed { sockets, names: names.len() });
    }
    let door = |name: &&str| Door::from_word(name).ok_or_else(|| SocketError::Unknown((*name).to_owned()));
    names.iter().map(door).collect()
}

impl Sockets {
    /// Those that this process was given; none if it was not started by systemd, or without sockets.
    pub fn handed_over() -> Result<Self, SocketError> {
        let mut given = ListenFd::from_env();
        let mut sockets = Self::default();
        if given.len() == 0 {
            return Ok(sockets);
        }
        for (index, door) in doors(given.len(), &std::env::var(NAMES).unwrap_or_default())?.into_iter().enumerate() {
            let unusable = |problem: String| SocketError::Unusable { name: door.word(), problem };
            let listener = given.take_tcp_listener(index).map_err(|error| unusable(error.to_string()))?;
            let listener = listener.ok_or_else(|| unusable("it is not there".to_owned()))?;
            let listens =
                rustix::net::sockopt::socket_acceptconn(&listener).map_err(|error| unusable(error.to_string()))?;
            if !listens {
                return Err(unusable("it does not listen".to_owned()));
            }
            listener.set_nonblocking(true).map_err(|error| unusable(error.to_string()))?;
            match door {
                Door::Agents => sockets.agents.push(listener),
                Door::People => sockets.people.push(listener),
            }
        }
        Ok(sockets)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_is_known_by_its_name() {
        assert_eq!(doors(3, "people:agents:people").unwrap(), [Door::People, Door::Agents, Door::People]);
        assert_eq!(doors(0, "").unwrap(), []);
        for (sockets, names, told) in [
            (1, "tenken-dashboard.socket", "`tenken-dashboard.socket`"),
            (2, "agents:unknown", "`unknown`"),
            (2, "agents", "2 sockets and 1 names"),
            (1, "", "1 sockets and 0 names"),
            (1, "agents:people", "1 sockets and 2 names"),
            (1, "Agents", "`Agents`"),
        ] {
            let error = doors(sockets, names).unwrap_err().to_string();
            assert!(error.contains(told) && error.contains("FileDescriptorName="), "{error}");
        }
    }
}
