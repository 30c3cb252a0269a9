//! A network, whichever program keeps it.

use tenken_model::fact::wireless::WirelessSecurity;

/// A network as one profile describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// Its name.
    pub ssid: String,
    /// The weakest way in which it may be joined.
    pub security: WirelessSecurity,
    /// TKIP may be used, or WPA of the first version.
    pub tkip: bool,
    /// It is joined without anybody asking for it.
    pub automatic: bool,
    /// The network must prove who it is; absent where no certificate is used.
    pub server_checked: Option<bool>,
}
