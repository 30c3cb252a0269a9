//! What becomes of packets that come in unasked.

use crate::{Read, choice, record};

choice! {
    /// How it is known.
    pub enum FirewallEvidence {
        /// The rules were read from the kernel.
        Kernel = "kernel",
        /// The kernel did not tell; what is configured was read, and whether its service is active.
        Configured = "configured",
        /// The Security Center of Windows names another product as a firewall that is on; what that refuses it does not tell.
        SecurityCenter = "security_center",
    }
}

choice! {
    /// What keeps the rules.
    pub enum FirewallManager {
        /// Ubuntu's `ufw`.
        Ufw = "ufw",
        /// `firewalld`.
        Firewalld = "firewalld",
        /// `nftables.service` with its file.
        Nftables = "nftables",
        /// Files of rules that a service of iptables restores.
        RulesFile = "rules_file",
        /// The application firewall of macOS.
        ApplicationFirewall = "application_firewall",
        /// Windows' own.
        WindowsFirewall = "windows_firewall",
        /// A product of others on Windows.
        OtherProduct = "other_product",
    }
}

record! {
    /// What becomes of an unexpected packet of one protocol.
    pub struct InboundFilter {
        /// It is refused, whatever its port.
        pub refuses: Read<bool>,
        /// Where it is let in; absent when it is refused or that is not known.
        pub hole: Option<String>,
    }
}

record! {
    /// What a Windows host shows to strangers on a public network.
    pub struct PublicReach {
        /// Ports of file sharing and Remote Desktop (`445/tcp`) that Windows lets strangers in to there, those of the same subnet
        /// too. A port at which nothing is to wait is left out.
        pub ports: Vec<String>,
        /// The firewall of others that filters in place of Windows and does not tell what it lets in.
        pub other_product: Option<String>,
        /// A network that the host is on now counts as public.
        pub joined: Read<bool>,
    }
}

record! {
    /// What becomes of packets that come in unasked.
    pub struct Firewall {
        /// How it is known.
        pub evidence: FirewallEvidence,
        /// What is enabled to set the rules at the next boot; absent when nothing known is.
        pub manager: Option<FirewallManager>,
        /// What is read is in force: true of the kernel's rules, and of a configuration whose service is active.
        pub in_force: Read<bool>,
        /// IPv4.
        pub ipv4: InboundFilter,
        /// IPv6.
        pub ipv6: InboundFilter,
        /// An interface other than loopback has an IPv6 address.
        pub ipv6_in_use: Read<bool>,
        /// What strangers on a public network reach; absent on other systems than Windows.
        pub public_reach: Option<Read<PublicReach>>,
    }
}
