//! The networks this host is joined to now, as NetworkManager tells on the system bus. See its D-Bus reference,
//! `Connection.Active` and `AccessPoint`.

use tenken_model::fact::wireless::{WirelessLink, WirelessSecurity};
use tenken_model::{Read, ReasonCode};

use crate::collect::Look;
use crate::host::{BusProperty, ReadError};

const SERVICE: &str = "org.freedesktop.NetworkManager";
const ROOT: &str = "/org/freedesktop/NetworkManager";
/// The most connections that are asked about.
const CONNECTIONS_MAX: usize = 16;
/// `NMActiveConnectionState`: it is joined.
const ACTIVATED: u64 = 2;

/// `NM80211ApFlags`: the access point asks for a key.
const PRIVACY: u64 = 0x1;
/// `NM80211ApSecurityFlags`.
const PAIR_TKIP: u64 = 0x4;
const GROUP_TKIP: u64 = 0x40;
const KEY_PSK: u64 = 0x100;
const KEY_802_1X: u64 = 0x200;
const KEY_SAE: u64 = 0x400;
const KEY_OWE: u64 = 0x800;
const KEY_EAP_SUITE_B: u64 = 0x2000;

/// The networks of interfaces that are joined.
pub(super) fn links(look: &Look<'_>) -> Read<Vec<WirelessLink>> {
    match ask(look) {
        Ok(links) => links,
        Err(error) if error.is_not_there() => {
            Read::not_read(ReasonCode::Unsupported, "ask which wireless network is joined: NetworkManager does not run")
        }
        Err(error) => Read::NotRead(error.reason()),
    }
}

fn property(look: &Look<'_>, path: &str, interface: &str, name: &str) -> Result<serde_json::Value, ReadError> {
    let property = BusProperty {
        service: SERVICE.to_owned(),
        path: path.to_owned(),
        interface: format!("{SERVICE}{interface}"),
        name: name.to_owned(),
    };
    look.bus_property(&property)
}

fn ask(look: &Look<'_>) -> Result<Read<Vec<WirelessLink>>, ReadError> {
    let active = property(look, ROOT, "", "ActiveConnections")?;
    let paths: Vec<&str> = active.as_array().into_iter().flatten().filter_map(|path| path.as_str()).collect();
    if paths.len() > CONNECTIONS_MAX {
        let detail =
            format!("ask which wireless network is joined: more than {CONNECTIONS_MAX} connections are active");
        return Ok(Read::not_read(ReasonCode::TooLarge, detail));
    }
    let mut links = Vec::new();
    for path in paths {
        let about = |name| property(look, path, ".Connection.Active", name);
        if about("Type")?.as_str() != Some("802-11-wireless") {
            continue;
        }
        let point = about("SpecificObject")?;
        let Some(point) = point.as_str().filter(|point| *point != "/") else {
            // One that is active without any is an access point of this host.
            if about("State")?.as_u64() == Some(ACTIVATED) {
                continue;
            }
            let detail =
                "ask which wireless network is joined: one is being joined, and its access point is not known yet";
            return Ok(Read::not_read(ReasonCode::Inconclusive, detail));
        };
        let of = |name| property(look, point, ".AccessPoint", name);
        let number = |name| Ok::<u64, ReadError>(of(name)?.as_u64().unwrap_or_default());
        links.push(link(&of("Ssid")?, number("Flags")?, number("WpaFlags")?, number("RsnFlags")?));
    }
    Ok(Read::Measured(links))
}

/// What the flags of an access point mean.
fn link(ssid: &serde_json::Value, flags: u64, wpa: u64, rsn: u64) -> WirelessLink {
    let bytes = ssid.as_array().into_iter().flatten();
    let bytes: Vec<u8> = bytes.filter_map(|byte| u8::try_from(byte.as_u64()?).ok()).collect();
    let has = |bits: u64| (wpa | rsn) & bits != 0;
    let security = if has(KEY_PSK) {
        WirelessSecurity::Psk
    } else if has(KEY_SAE) {
        WirelessSecurity::Sae
    } else if has(KEY_802_1X | KEY_EAP_SUITE_B) {
        WirelessSecurity::Enterprise
    } else if has(KEY_OWE) {
        WirelessSecurity::Owe
    } else if flags & PRIVACY != 0 {
        WirelessSecurity::Wep
    } else {
        WirelessSecurity::Open
    };
    WirelessLink { ssid: String::from_utf8_lossy(&bytes).into_owned(), security, tkip: has(PAIR_TKIP | GROUP_TKIP) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_of_access_points() {
        let ssid = serde_json::json!([75, 101, 110]);
        // As access points of each kind are seen by NetworkManager: flags, WPA flags, RSN flags.
        for (flags, wpa, rsn, security, tkip) in [
            (0x0, 0x0, 0x0, WirelessSecurity::Open, false),
            (0x1, 0x0, 0x0, WirelessSecurity::Wep, false),
            (0x1, 0x0, 0x188, WirelessSecurity::Psk, false),
            (0x1, 0x144, 0x0, WirelessSecurity::Psk, true),
            (0x1, 0x0, 0x588, WirelessSecurity::Psk, false),
            (0x1, 0x0, 0x488, WirelessSecurity::Sae, false),
            (0x1, 0x0, 0x288, WirelessSecurity::Enterprise, false),
            (0x1, 0x0, 0x888, WirelessSecurity::Owe, false),
        ] {
            let link = link(&ssid, flags, wpa, rsn);
            assert_eq!((link.ssid.as_str(), link.security, link.tkip), ("Ken", security, tkip), "{rsn:x}");
        }
    }
}
