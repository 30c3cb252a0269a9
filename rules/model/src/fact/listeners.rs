//! Ports at which this host waits for others.

use crate::{Read, choice, record};

choice! {
    /// A protocol that has ports.
    pub enum Transport {
        /// TCP.
        Tcp = "tcp",
        /// UDP.
        Udp = "udp",
    }
}

record! {
    /// One port, with all sockets that wait at it.
    pub struct Listener {
        /// Port and protocol: `22/tcp`.
        pub name: String,
        /// The port.
        pub port: i64,
        /// The protocol.
        pub transport: Transport,
        /// The local addresses; `0.0.0.0` and `::` are all of this host.
        pub addresses: Vec<String>,
        /// An address is none of loopback, so that others reach it unless a firewall stops them.
        pub reachable: bool,
        /// The port is one the kernel gives to programs that ask for none.
        pub ephemeral: bool,
        /// The numbers of the accounts whose programs wait there.
        pub uids: Vec<i64>,
        /// The programs that wait there: those of Windows itself, which lie in its folder System32, by their names, and with the
        /// service where several share a program: `lsass.exe`, `svchost.exe (TermService)`; any other by its whole path, whatever
        /// it is called: `C:\Program Files\Example\example.exe`. Empty where the system does not tell, as on Linux.
        pub programs: Vec<String>,
        /// Names of programs that wait there of which it could not be told where they lie, so that one may be called like
        /// another. Absent where no program is told, as on Linux.
        pub unplaced: Option<Vec<String>>,
    }
}

record! {
    /// Ports at which this host waits for others.
    pub struct Listeners {
        /// Every port once.
        pub ports: Vec<Listener>,
        /// Every table of sockets was read, and nothing had to be left out.
        pub complete: Read<bool>,
        /// How many ports were left out because there were too many.
        pub cut: i64,
    }
}
