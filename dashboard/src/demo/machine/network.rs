//! What a machine has to do with networks.

use tenken_model::fact::firewall::{Firewall, FirewallEvidence, FirewallManager, InboundFilter};
use tenken_model::fact::forwarding::{Forwarding, InterfaceSettings};
use tenken_model::fact::listeners::{Listener, Listeners, Transport};
use tenken_model::fact::wireless::{Wireless, WirelessLink, WirelessProfile, WirelessSecurity, WirelessStore};
use tenken_model::observation::Outcome;
use tenken_model::{Language, Read, Topic};

use super::Reading;

/// The agency's wireless network.
pub(in crate::demo) const NETWORK: &str = "Kenshin";

impl Reading<'_> {
    /// PCs know the agency's network, which checks each of them.
    pub(super) fn wireless(&self) -> Outcome<Wireless> {
        if self.is_server() {
            return Outcome::Absent(Language::English.absent(Topic::Wireless));
        }
        Outcome::Known(Wireless {
            interfaces: vec!["wlp3s0".to_owned()],
            profiles: vec![WirelessProfile {
                store: WirelessStore::NetworkManager,
                file: "/etc/NetworkManager/system-connections/kenshin.nmconnection".to_owned(),
                ssid: NETWORK.to_owned(),
                label: "Wi-Fi 5d0c1f7a".to_owned(),
                security: WirelessSecurity::Enterprise,
                tkip: false,
                automatic: true,
                protected: true,
                server_checked: Some(true),
            }],
            left_out: 0,
            complete: Read::Measured(true),
            links: Read::Measured(vec![WirelessLink {
                ssid: NETWORK.to_owned(),
                security: WirelessSecurity::Enterprise,
                tkip: false,
            }]),
        })
    }
    pub(super) fn firewall(&self) -> Firewall {
        let filter = || InboundFilter { refuses: Read::Measured(true), hole: None };
        Firewall {
            evidence: FirewallEvidence::Kernel,
            manager: Some(if self.is_server() { FirewallManager::Nftables } else { FirewallManager::Ufw }),
            in_force: Read::Measured(true),
            ipv4: filter(),
            ipv6: filter(),
            ipv6_in_use: Read::Measured(true),
            public_reach: None,
        }
    }

    pub(super) fn listeners(&self) -> Listeners {
        let ssh = Listener {
            name: "22/tcp".to_owned(),
            port: 22,
            transport: Transport::Tcp,
            addresses: vec!["0.0.0.0".to_owned(), "::".to_owned()],
            reachable: true,
            ephemeral: false,
            uids: vec![0],
            programs: Vec::new(),
            unplaced: None,
        };
        let ports = if self.is_server() { vec![ssh] } else { Vec::new() };
        Listeners { ports, complete: Read::Measured(true), cut: 0 }
    }

    pub(super) fn forwarding(&self) -> Forwarding {
        let interface = InterfaceSettings {
            name: if self.is_server() { "eth0" } else { "wlp3s0" }.to_owned(),
            up: true,
            tunnel: false,
            forwards_ipv4: false,
            source_check: 2,
            source_routes_taken: false,
            redirects_taken: false,
            redirects_sent: false,
        };
        Forwarding {
            interfaces: vec![interface],
            forwards_ipv6: Read::Measured(false),
            joined: Read::Measured(Vec::new()),
            syn_cookies: Read::Measured(true),
            boot_differences: Read::Measured(Vec::new()),
            cut: 0,
        }
    }
}
