//! Remote Desktop.
//!
//! A value of group policy (`…\\Policies\\Microsoft\\Windows NT\\Terminal Services`) wins over the local one. Source: the reference of
//! `Win32_TSGeneralSetting` and TerminalServer.admx; CIS Microsoft Windows Benchmarks 18.10.57.3.

use tenken_model::fact::remote_access::{RdpSecurity, RdpServer};
use tenken_model::{Read, Reason, ReasonCode};

use crate::collect::Look;
use crate::collect::firewall::windows::{in_force, other_product, profiles::Setup};
use crate::collect::windows_setting::{Services, number};
use crate::host::windows_api::RegistryPath;

const POLICY: &str = r"SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services";
const SERVER: &str = r"SYSTEM\CurrentControlSet\Control\Terminal Server";
const STATION: &str = r"SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations\RDP-Tcp";
/// The service.
const SERVICE: &str = "TermService";
const PORT_DEFAULT: u64 = 3389;
/// BUILTIN\\Remote Desktop Users.
const USERS: &str = "S-1-5-32-555";
const USERS_MAX: usize = 100;

/// Reads it. Each part that cannot be told is not read; the others are.
pub(super) fn read(look: &Look<'_>, services: &Services) -> RdpServer {
    let [policy, server, station] = [POLICY, SERVER, STATION].map(RegistryPath::machine);
    let of_server = |name: &str| number(look, name, &[policy.clone(), server.clone()]);
    let of_station = |name: &str| number(look, name, &[policy.clone(), station.clone()]);
    // Without a value, as on a new machine: no connections are taken.
    let enabled = of_server("fDenyTSConnections").map(|denied| denied == Some(0));
    let port = number(look, "PortNumber", std::slice::from_ref(&station)).map(|port| port.unwrap_or(PORT_DEFAULT));
    let sign_in_first = of_station("UserAuthentication").map(|first| first == Some(1));
    let security = of_station("SecurityLayer").and_then(|layer| match layer {
        Some(0) => Ok(RdpSecurity::Rdp),
        // Both ends agree, unless told otherwise.
        None | Some(1) => Ok(RdpSecurity::Negotiate),
        Some(2) => Ok(RdpSecurity::Tls),
        Some(other) => {
            Err(Reason::new(ReasonCode::Unparsable, format!("read {station} SecurityLayer: {other} is not known")))
        }
    });
    let encryption = of_station("MinEncryptionLevel").map(|level| signed(level.unwrap_or(2)));
    // Without a value, as on a new machine, both are passed on (TerminalServer.admx).
    let refused = |name: &str| Some(of_station(name).map(|refused| refused.is_some_and(|refused| refused != 0)).into());
    let (drives_refused, clipboard_refused) = (refused("fDisableCdm"), refused("fDisableClip"));
    let from_anywhere = match &port {
        Ok(port) => from_anywhere(look, u16::try_from(*port).unwrap_or(u16::MAX)),
        Err(reason) => Err(reason.clone()),
    };
    RdpServer {
        enabled: enabled.into(),
        running: Read::Measured(services.runs(SERVICE)),
        port: port.map(signed).into(),
        sign_in_first: sign_in_first.into(),
        security: security.into(),
        encryption: encryption.into(),
        from_anywhere: from_anywhere.into(),
        drives_refused,
        clipboard_refused,
        users: users(look).into(),
    }
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Whether nothing stands before the port: the firewall is off, or lets in whoever comes. Where another product is on, Windows
/// leaves the filtering to it, and neither what the rules of Windows let in nor what they refuse says anything.
fn from_anywhere(look: &Look<'_>, port: u16) -> Result<bool, Reason> {
    let setup = Setup::read(look)?;
    let is_in_force = match in_force(look) {
        Read::Measured(is_in_force) => is_in_force,
        Read::NotRead(reason) => return Err(reason),
    };
    match other_product(look)? {
        Some(name) => {
            let detail = format!("read what {name} lets in: the product does not tell");
            Err(Reason::new(ReasonCode::Unsupported, detail))
        }
        None => Ok(!is_in_force || setup.is_open_to_anybody(port, SERVICE)),
    }
}

fn users(look: &Look<'_>) -> Result<Vec<String>, Reason> {
    let groups = look.local_groups().map_err(|error| error.reason())?;
    let members = groups.iter().filter(|group| group.sid.as_str() == USERS).flat_map(|group| &group.members);
    Ok(members.take(USERS_MAX).map(|member| member.sid.to_string()).collect())
}
