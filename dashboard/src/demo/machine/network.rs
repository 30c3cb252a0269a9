//! What a machine has to do with networks.

use tenken_model::fact::wireless::{Wireless, WirelessLink, WirelessProfile, WirelessSecurity, WirelessStore};
use tenken_model::observation::Outcome;
use tenken_model::{Language, Read, Topic};

use super::Reading;

/// The agency's wireless network.
const NETWORK: &str = "Kenshin";

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
                security: WirelessSecurity::Enterprise,
                tkip: false,
                automatic: true,
                protected: true,
                server_checked: Some(true),
            }],
            left_out: 0,
            links: Read::Measured(vec![WirelessLink {
                ssid: NETWORK.to_owned(),
                security: WirelessSecurity::Enterprise,
                tkip: false,
            }]),
        })
    }
}
