//! Wireless networks this host knows, and those it is joined to now.

use crate::{Read, choice, record};

choice! {
    /// Which program keeps a profile.
    pub enum WirelessStore {
        /// NetworkManager.
        NetworkManager = "network_manager",
        /// wpa_supplicant.
        WpaSupplicant = "wpa_supplicant",
        /// iwd.
        Iwd = "iwd",
        /// The network scripts of RHEL up to 8.
        NetworkScripts = "network_scripts",
        /// The WLAN service of Windows.
        Windows = "windows",
    }
}

choice! {
    /// How a network lets hosts in and encrypts, the weakest first.
    pub enum WirelessSecurity {
        /// Not at all: anybody may listen. Also OWE in transition mode on Windows, which joins a network of the same name that does
        /// not encrypt.
        Open = "open",
        /// WEP, which is broken in minutes.
        Wep = "wep",
        /// Encrypted without asking who joins (OWE, "Enhanced Open").
        Owe = "owe",
        /// WPA or WPA2 with one password for all.
        Psk = "psk",
        /// WPA3 with one password for all.
        Sae = "sae",
        /// WPA2 or WPA3 with a certificate or an account for each (IEEE 802.1X).
        Enterprise = "enterprise",
    }
}

record! {
    /// A network this host would join.
    pub struct WirelessProfile {
        /// Which program keeps it.
        pub store: WirelessStore,
        /// The file it is kept in.
        pub file: String,
        /// The name of the network. It is no evidence of a finding: names of other people's networks tell where somebody lives.
        pub ssid: String,
        /// What findings call it: its name if everybody may listen to it, otherwise a stand-in that only this host can tell.
        pub label: String,
        /// The weakest way in which it may be joined.
        pub security: WirelessSecurity,
        /// TKIP may be used to encrypt, or WPA of the first version.
        pub tkip: bool,
        /// It is joined without anybody asking for it, wherever a network of that name is.
        pub automatic: bool,
        /// Only root, or the system and the administrators of Windows, can read the file that holds the key.
        pub protected: bool,
        /// The network must prove who it is, by a certificate; absent where no certificate is used.
        pub server_checked: Option<bool>,
    }
}

record! {
    /// A network this host is joined to now.
    pub struct WirelessLink {
        /// The name of the network.
        pub ssid: String,
        /// How the access point lets hosts in.
        pub security: WirelessSecurity,
        /// The access point takes TKIP.
        pub tkip: bool,
    }
}

record! {
    /// The wireless networks of one host. Absent on a host without a wireless interface that knows no network either.
    pub struct Wireless {
        /// Its wireless interfaces.
        pub interfaces: Vec<String>,
        /// The networks it would join.
        pub profiles: Vec<WirelessProfile>,
        /// How many profiles were left out because there were too many.
        pub left_out: i64,
        /// Every profile is among them. Not read where some were left out.
        pub complete: Read<bool>,
        /// The networks it is joined to, by NetworkManager. Not read where an interface is joined by another program.
        pub links: Read<Vec<WirelessLink>>,
    }
}
