//! Network adapters, neighbours, ports, wireless networks and shares.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::Guid;
use crate::host::recorded::Bytes;

/// The protocol of a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SocketProtocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

/// A port at which somebody waits (MIB_TCPTABLE_OWNER_PID, MIB_UDPTABLE_OWNER_PID).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoundSocket {
    /// The protocol.
    pub protocol: SocketProtocol,
    /// The address it is bound to.
    pub address: IpAddr,
    /// The port.
    pub port: u16,
    /// The process; 0 where the system does not tell.
    pub pid: u32,
}

/// A network adapter (IP_ADAPTER_ADDRESSES).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Adapter {
    /// Its index, by which neighbours name it.
    pub index: u32,
    /// Its GUID, by which the registry and wireless profiles name it.
    pub guid: Guid,
    /// Its name as people see it: `Wi-Fi`, `イーサネット`.
    pub name: String,
    /// What the driver calls it.
    pub description: String,
    /// IANA ifType: 6 Ethernet, 71 wireless, 24 loopback, 131 tunnel, 23 PPP.
    pub kind: u32,
    /// Its hardware address.
    #[serde(default)]
    pub hardware: Bytes,
    /// IF_OPER_STATUS is up.
    pub up: bool,
    /// Its addresses.
    #[serde(default)]
    pub addresses: Vec<IpAddr>,
    /// The gateways that lead out of it.
    #[serde(default)]
    pub gateways: Vec<IpAddr>,
    /// What comes in by IPv4 for others is passed on (MIB_IPINTERFACE_ROW.ForwardingEnabled); absent where the system does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forwards_ipv4: Option<bool>,
    /// The same of IPv6.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forwards_ipv6: Option<bool>,
    /// What its routes of IPv4 cost beside their own metric (Ipv4Metric); absent where the system does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metric_ipv4: Option<u32>,
    /// The same of IPv6.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metric_ipv6: Option<u32>,
}

/// A row of the table of neighbours (MIB_IPNET_ROW2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IpNeighbour {
    /// The adapter's index.
    pub adapter: u32,
    /// Its address.
    pub address: IpAddr,
    /// Its hardware address; empty where it is not known.
    #[serde(default)]
    pub hardware: Bytes,
    /// NL_NEIGHBOR_STATE: 0 unreachable, 1 incomplete, 2 probe, 3 delay, 4 stale, 5 reachable, 6 permanent.
    pub state: u32,
    /// Milliseconds since it was last, or last not, reachable, as the state says; absent where it was never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reachable_millis: Option<u32>,
}

/// A wireless adapter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WirelessAdapter {
    /// Its GUID.
    pub guid: Guid,
    /// What the driver calls it.
    pub description: String,
    /// Its profiles in their order.
    #[serde(default)]
    pub profiles: Vec<WirelessProfile>,
    /// What it is joined to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<WirelessConnection>,
    /// It is joined, and Windows refused to tell to what: since 11 24H2 that is told only where the location may be known.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub connection_refused: bool,
}

/// A wireless profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WirelessProfile {
    /// Its name.
    pub name: String,
    /// WLAN_PROFILE_* flags: 1 by group policy, 2 of one user.
    pub flags: u32,
    /// The profile (`WLANProfile`), its key still protected.
    pub xml: String,
}

/// A wireless connection (WLAN_CONNECTION_ATTRIBUTES).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WirelessConnection {
    /// The profile it came about by.
    pub profile: String,
    /// The network's name.
    pub ssid: Bytes,
    /// DOT11_AUTH_ALGORITHM.
    pub authentication: u32,
    /// DOT11_CIPHER_ALGORITHM.
    pub cipher: u32,
    /// Frames are protected.
    pub secured: bool,
}

/// A share (SHARE_INFO_502).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharedFolder {
    /// Its name.
    pub name: String,
    /// STYPE_*: 0 disk, 1 printer, 3 IPC; with 0x8000_0000 an administrative one.
    pub kind: u32,
    /// The folder; empty where it is none.
    #[serde(default)]
    pub path: String,
    /// Who may use the share, as a self-relative security descriptor; absent where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security: Option<Bytes>,
}
