//! Wireless networks in the files of the programs that keep them, written anew from what is read of each.

use std::fmt::Write as _;

use serde_json::Value;
use tenken_model::fact::wireless::WirelessSecurity;

use super::{Scrubber, network};
use crate::collect::firewall::configured_zones;
use crate::collect::key_file::{self, KeyFileError};
use crate::collect::wireless::network::Network;
use crate::collect::wireless::{iwd, network_manager, network_script, wpa_supplicant};

/// What no program reads as a file of its own.
const BROKEN: &[u8] = b"x\n";

/// A network's name that nobody can be known by.
fn ssid(scrubber: &mut Scrubber, name: &str) -> String {
    if name.is_empty() { String::new() } else { scrubber.names.part(name).replace(['"', ';', '\\'], "x") }
}

pub(super) fn network_manager(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let file = match key_file::parse(bytes) {
        Ok(file) => file,
        Err(KeyFileError::NotText) => return vec![0xff],
        Err(KeyFileError::TooLong) => return vec![b'\n'; key_file::LINES_MAX + 1],
        Err(KeyFileError::Line(_)) => return BROKEN.to_vec(),
    };
    let (kind, zone) = zone(scrubber, &file);
    let Some(network) = network_manager::network(&file) else {
        return format!("[connection]\ntype={kind}\n{zone}").into_bytes();
    };
    let management = match network.security {
        WirelessSecurity::Open => None,
        WirelessSecurity::Wep => Some("none"),
        WirelessSecurity::Owe => Some("owe"),
        WirelessSecurity::Psk => Some("wpa-psk"),
        WirelessSecurity::Sae => Some("sae"),
        WirelessSecurity::Enterprise => Some("wpa-eap"),
    };
    let mut text = format!(
        "[connection]\ntype=wifi\nautoconnect={}\n{zone}[wifi]\nssid={}\n",
        network.automatic,
        ssid(scrubber, &network.ssid)
    );
    if let Some(management) = management {
        _ = writeln!(text, "[wifi-security]\nkey-mgmt={management}");
        text.push_str(if network.tkip { "pairwise=tkip;\n" } else { "" });
    }
    match network.server_checked {
        Some(true) => text.push_str("[802-1x]\nca-cert=x\n"),
        Some(false) => text.push_str("[802-1x]\n"),
        None => {}
    }
    text.into_bytes()
}

/// A kind of connection that leads where that of the file does, and its zone of firewalld.
fn zone(scrubber: &mut Scrubber, file: &key_file::KeyFile) -> (&'static str, String) {
    let value = |key: &str| key_file::value(file, "connection", key).unwrap_or_default();
    let zone = match configured_zones::named_zone(file) {
        None if value("zone").is_empty() => return ("x", String::new()),
        None => return ("tun", String::new()),
        Some(zone) => network::name_of_file(scrubber, zone),
    };
    ("x", format!("zone={zone}\n"))
}

pub(super) fn iwd(name: &str, bytes: &[u8]) -> Vec<u8> {
    let network = key_file::parse(bytes).ok().and_then(|file| iwd::network(name, &file));
    let Some(network) = network else { return BROKEN.to_vec() };
    let checked = if network.server_checked == Some(true) { "[Security]\nEAP-TLS-CACert=x\n" } else { "" };
    format!("[Settings]\nAutoConnect={}\n{checked}", network.automatic).into_bytes()
}

pub(super) fn wpa_supplicant(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let Ok(networks) = wpa_supplicant::networks(bytes) else { return b"network={\n".to_vec() };
    let mut text = String::new();
    for network in &networks {
        let management = match network.security {
            WirelessSecurity::Open => "key_mgmt=NONE",
            WirelessSecurity::Wep => "key_mgmt=NONE\nwep_key0=x",
            WirelessSecurity::Owe => "key_mgmt=OWE",
            WirelessSecurity::Psk => "psk=x",
            WirelessSecurity::Sae => "key_mgmt=SAE",
            WirelessSecurity::Enterprise => "key_mgmt=WPA-EAP",
        };
        let disabled = i32::from(!network.automatic);
        let tkip = if network.tkip { "proto=WPA\n" } else { "" };
        let checked = if network.server_checked == Some(true) { "ca_cert=\"x\"\n" } else { "" };
        let name = ssid(scrubber, &network.ssid);
        _ = writeln!(text, "network={{\nssid=\"{name}\"\n{management}\ndisabled={disabled}\n{tkip}{checked}}}");
    }
    text.into_bytes()
}

pub(super) fn network_script(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let zone = match configured_zones::zone_of_script(bytes) {
        Ok(zone) => zone.map(|zone| format!("ZONE={}\n", network::name_of_file(scrubber, &zone))).unwrap_or_default(),
        Err(_) => "ZONE=$x\n".to_owned(),
    };
    let Some(network) = network_script::network(bytes) else { return zone.into_bytes() };
    let Network { automatic, tkip, server_checked, .. } = network;
    let management = match network.security {
        WirelessSecurity::Open => "",
        WirelessSecurity::Wep => "KEY_MGMT=NONE\n",
        WirelessSecurity::Owe => "KEY_MGMT=OWE\n",
        WirelessSecurity::Psk => "KEY_MGMT=WPA-PSK\n",
        WirelessSecurity::Sae => "KEY_MGMT=SAE\n",
        WirelessSecurity::Enterprise => "KEY_MGMT=WPA-EAP\n",
    };
    let name = ssid(scrubber, &network.ssid).replace('\'', "x");
    let yes = |truth: bool| if truth { "yes" } else { "no" };
    let checked = if server_checked == Some(true) { "IEEE_8021X_CA_CERT=x\n" } else { "" };
    let key = if network_script::holds_key(bytes) { "WPA_PSK=x\n" } else { "" };
    format!(
        "TYPE=Wireless\nESSID='{name}'\nONBOOT={}\nWPA_ALLOW_WPA={}\n{management}{checked}{key}{zone}",
        yes(automatic),
        yes(tkip)
    )
    .into_bytes()
}

/// What NetworkManager says of connections and access points.
pub(super) fn property(scrubber: &mut Scrubber, name: &str, value: &Value) -> Value {
    /// NetworkManager's own objects, which it numbers.
    fn own(value: &Value) -> Value {
        let path = value.as_str().filter(|path| {
            path.strip_prefix("/org/freedesktop/NetworkManager/")
                .is_some_and(|rest| rest.split('/').all(|part| part.bytes().all(|byte| byte.is_ascii_alphanumeric())))
        });
        path.unwrap_or("/").into()
    }
    match (name, value) {
        ("ActiveConnections", Value::Array(paths)) => paths.iter().map(own).collect(),
        ("SpecificObject", path) => own(path),
        ("Type", Value::String(kind)) if kind == "802-11-wireless" => value.clone(),
        ("Type", _) => "other".into(),
        ("Ssid", Value::Array(bytes)) => {
            let bytes: Vec<u8> = bytes.iter().filter_map(|byte| u8::try_from(byte.as_u64()?).ok()).collect();
            ssid(scrubber, &String::from_utf8_lossy(&bytes)).into_bytes().into()
        }
        _ => Value::Null,
    }
}
