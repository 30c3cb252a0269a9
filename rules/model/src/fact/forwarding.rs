//! Whether and how this host passes on packets of others.

use crate::{Read, record};

record! {
    /// The settings in force for one interface that leads to others: neither loopback nor one of this host's own guests.
    pub struct InterfaceSettings {
        /// Its name.
        pub name: String,
        /// It is up.
        pub up: bool,
        /// It leads through a tunnel, such as a VPN.
        pub tunnel: bool,
        /// IPv4 packets that come in here are passed on.
        pub forwards_ipv4: bool,
        /// The check of source addresses (rp_filter): 0 none, 1 strict, 2 loose. The greater of the interface's own and that
        /// of all.
        pub source_check: i64,
        /// Packets that name their own route are taken.
        pub source_routes_taken: bool,
        /// ICMP redirects of IPv4 or IPv6 change this host's routes.
        pub redirects_taken: bool,
        /// This host sends ICMP redirects.
        pub redirects_sent: bool,
    }
}

record! {
    /// A setting that is not now as the files of the next boot say.
    pub struct BootDifference {
        /// The name of the setting: `net.ipv4.ip_forward`.
        pub key: String,
        /// As it is now.
        pub running: String,
        /// As it will be.
        pub configured: String,
    }
}

record! {
    /// Whether and how this host passes on packets of others.
    pub struct Forwarding {
        /// Interfaces that lead to others.
        pub interfaces: Vec<InterfaceSettings>,
        /// IPv6 packets are passed on.
        pub forwards_ipv6: Read<bool>,
        /// Two interfaces that are up, of which at least one is a tunnel, between which packets are passed on: `tun0 - wg0`.
        pub joined: Read<Vec<String>>,
        /// A flood of half-open connections is met with cookies (tcp_syncookies).
        pub syn_cookies: Read<bool>,
        /// Settings that change at the next boot.
        pub boot_differences: Read<Vec<BootDifference>>,
        /// How many interfaces were left out because there were too many.
        pub cut: i64,
    }
}
