//! VPN connections by IPsec that this host keeps, as they are configured.

use crate::{Read, choice, record};

choice! {
    /// A program that negotiates keys for IPsec, with the form of its configuration.
    pub enum IpsecProgram {
        /// strongSwan with `swanctl.conf`.
        Swanctl = "swanctl",
        /// strongSwan with the older `ipsec.conf`.
        Stroke = "stroke",
        /// Libreswan.
        Libreswan = "libreswan",
        /// The VPN connections of Windows.
        WindowsVpn = "windows_vpn",
    }
}

choice! {
    /// When a connection is made.
    pub enum IpsecStart {
        /// When the program starts.
        AtBoot = "at_boot",
        /// When there is something to send.
        OnTraffic = "on_traffic",
        /// When the other end or an administrator begins it.
        WhenAsked = "when_asked",
    }
}

choice! {
    /// How one end of a connection proves who it is.
    pub enum IpsecAuthentication {
        /// By a signature with the private key of a certificate, or of a key that the other end knows.
        PublicKey = "public_key",
        /// By a secret that both ends know.
        SharedKey = "shared_key",
        /// By what another server decides, or by the password of a person (EAP).
        Eap = "eap",
        /// By a password in addition (XAuth).
        Xauth = "xauth",
        /// By any of these: the configuration does not say which.
        Unspecified = "unspecified",
        /// Not at all.
        Nothing = "nothing",
    }
}

record! {
    /// A program for IPsec that is installed.
    pub struct IpsecService {
        /// Which.
        pub program: IpsecProgram,
        /// It begins with the system.
        pub enabled: Read<bool>,
        /// It runs.
        pub running: Read<bool>,
    }
}

record! {
    /// A connection that its program loads.
    pub struct IpsecConnection {
        /// Its name.
        pub name: String,
        /// Whose it is.
        pub program: IpsecProgram,
        /// The file that was read first for it; files that this one includes are not named.
        pub origin: String,
        /// The soonest that one of its tunnels is made.
        pub start: IpsecStart,
        /// The older version 1 of the key exchange is taken up.
        pub ikev1: bool,
        /// Version 1 may use the aggressive mode, which shows the identities and lets a shared key be guessed offline.
        pub aggressive: bool,
        /// The algorithms that the key exchange takes up: `aes256`, `sha256`, `prfsha256`, `modp2048`.
        pub ike: Vec<String>,
        /// Those that the traffic takes up (ESP); `null` is none.
        pub esp: Vec<String>,
        /// Words for algorithms of which nothing is known, and `default` where the program adds those it takes for good,
        /// which depend on its version: `ike: default`.
        pub unknown: Vec<String>,
        /// How this end proves who it is.
        pub local: Vec<IpsecAuthentication>,
        /// How the other end must.
        pub remote: Vec<IpsecAuthentication>,
    }
}

record! {
    /// VPN connections by IPsec that this host keeps, and on Windows what goes beside tunnels of any kind.
    pub struct Ipsec {
        /// The programs.
        pub services: Vec<IpsecService>,
        /// The connections.
        pub connections: Vec<IpsecConnection>,
        /// How many more there are.
        pub left_out: i64,
        /// There are no others. Not read where a configuration is not followed to its end.
        pub complete: Read<bool>,
        /// Connections of Windows, and of programs of other makers there, through which only some networks are reached while all else
        /// goes beside the tunnel, by name. Not read on other systems, where such a connection joins two networks.
        pub split: Read<Vec<String>>,
        /// VPN programs of other makers, or their connections, of which it is not known what goes beside the tunnel, by name. Absent
        /// where nothing looked for them.
        pub unjudged: Option<Vec<String>>,
    }
}
