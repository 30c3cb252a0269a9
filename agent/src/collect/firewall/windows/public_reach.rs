//! What strangers on a public network reach of this host: shared folders and Remote Desktop.
//!
//! The rules for both are part of Windows and switched off for public networks, unless somebody shares there; so only those that are
//! switched on count. A rule for the subnet lets in strangers, for they are on it.

use tenken_model::fact::firewall::PublicReach;
use tenken_model::{Read, Reason, ReasonCode};

use super::other_product;
use super::profiles::Setup;
use crate::collect::Look;
use crate::collect::windows_setting::{number, service_key};
use crate::host::windows_api::{RegistryPath, WmiQuestion, WmiValue};

/// Ports of file sharing: SMB, and SMB over NetBIOS.
const SHARING: [u16; 2] = [139, 445];
/// The service of file sharing, and `Start` of one that is switched off.
const SERVER: &str = "LanmanServer";
const DISABLED: u64 = 4;
/// The service of Remote Desktop, and where it is switched on, a policy's place first.
const DESKTOP: &str = "TermService";
const DESKTOP_PLACES: [&str; 2] =
    [r"SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services", r"SYSTEM\CurrentControlSet\Control\Terminal Server"];
const DESKTOP_STATION: &str = r"SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations\RDP-Tcp";
const DESKTOP_PORT: u64 = 3389;
/// `NetworkCategory` of a public network, which one that Windows does not know is too.
const PUBLIC: i64 = 0;

/// Reads it.
pub(super) fn read(look: &Look<'_>, setup: &Setup, in_force: &Read<bool>) -> Result<PublicReach, Reason> {
    let in_force = match in_force {
        Read::Measured(in_force) => *in_force,
        Read::NotRead(reason) => return Err(reason.clone()),
    };
    let other_product = other_product(look)?;
    let mut ports = Vec::new();
    if other_product.is_none() {
        let reached = |port: u16, service: &str| !in_force || setup.is_open_in_public(port, service);
        let name = |port: u16| format!("{port}/tcp");
        if number(look, "Start", &[service_key(SERVER)])? != Some(DISABLED) {
            ports.extend(SHARING.into_iter().filter(|port| reached(*port, SERVER)).map(name));
        }
        if number(look, "fDenyTSConnections", &DESKTOP_PLACES.map(RegistryPath::machine))? == Some(0) {
            let port = number(look, "PortNumber", &[RegistryPath::machine(DESKTOP_STATION)])?.unwrap_or(DESKTOP_PORT);
            ports.extend(u16::try_from(port).ok().filter(|port| reached(*port, DESKTOP)).map(name));
        }
    }
    Ok(PublicReach { ports, other_product, joined: joined(look).into() })
}

/// Whether one of the networks that the host is on is a public one (`MSFT_NetConnectionProfile.NetworkCategory`, the class
/// behind `Get-NetConnectionProfile`: 0 public, 1 private, 2 of a domain).
fn joined(look: &Look<'_>) -> Result<bool, Reason> {
    let rows = look.wmi(&WmiQuestion::NetworkProfiles).map_err(|error| error.reason())?;
    let categories: Option<Vec<i64>> =
        rows.iter().map(|row| row.get("NetworkCategory").and_then(WmiValue::number)).collect();
    let untold = || Reason::new(ReasonCode::Unparsable, "read the networks: NetworkCategory is no number");
    Ok(categories.ok_or_else(untold)?.contains(&PUBLIC))
}
