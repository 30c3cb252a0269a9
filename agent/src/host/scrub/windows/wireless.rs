//! Wireless networks, written anew from what is read of their profiles.

use super::super::Scrubber;
use super::{Stands, texts};
use crate::collect::wireless::windows_profile::{self, Profile};
use crate::host::recorded::Bytes;
use crate::host::windows_api::{WirelessAdapter, WirelessConnection, WirelessProfile};
use tenken_model::fact::wireless::WirelessSecurity;

/// What is no profile that can be told.
const BROKEN: &str = "<WLANProfile/>";

/// An adapter with the networks it knows.
pub(super) fn adapter(scrubber: &mut Scrubber, stands: &mut Stands, adapter: &WirelessAdapter) -> WirelessAdapter {
    let profile = |profile: &WirelessProfile| WirelessProfile {
        name: network(scrubber, &profile.name),
        flags: profile.flags,
        xml: match windows_profile::parse(&profile.xml) {
            Ok(profile) => written(scrubber, &profile),
            Err(_) => BROKEN.to_owned(),
        },
    };
    let profiles = adapter.profiles.iter().map(profile).collect();
    WirelessAdapter {
        guid: stands.identifiers.guid(&adapter.guid),
        description: texts::word(scrubber, &adapter.description),
        profiles,
        connection: adapter.connection.as_ref().map(|connection| WirelessConnection {
            profile: network(scrubber, &connection.profile),
            ssid: Bytes(network(scrubber, &String::from_utf8_lossy(&connection.ssid.0)).into_bytes()),
            ..connection.clone()
        }),
        connection_refused: adapter.connection_refused,
    }
}

/// A network's name that nobody can be known by.
fn network(scrubber: &mut Scrubber, name: &str) -> String {
    if name.is_empty() { String::new() } else { scrubber.names.alias(&format!("network {name}")) }
}

fn written(scrubber: &mut Scrubber, profile: &Profile) -> String {
    let own = &profile.network;
    let cipher = if own.tkip { "TKIP" } else { "AES" };
    let (authentication, encryption) = match own.security {
        WirelessSecurity::Open => ("open", "none"),
        WirelessSecurity::Wep => ("open", "WEP"),
        WirelessSecurity::Owe => ("OWE", cipher),
        WirelessSecurity::Psk => ("WPA2PSK", cipher),
        WirelessSecurity::Sae => ("WPA3SAE", cipher),
        WirelessSecurity::Enterprise => ("WPA2", cipher),
    };
    let mode = if own.automatic { "auto" } else { "manual" };
    let key = if profile.has_plain_key {
        "<sharedKey><protected>false</protected><keyMaterial>x</keyMaterial></sharedKey>"
    } else {
        ""
    };
    let (is_enterprise, checked) = match own.server_checked {
        Some(checked) => (true, format!("<PerformServerValidation>{checked}</PerformServerValidation>")),
        None => (false, String::new()),
    };
    let name = network(scrubber, &own.ssid);
    format!(
        "<WLANProfile><SSIDConfig><SSID><name>{name}</name></SSID></SSIDConfig><connectionMode>{mode}</connectionMode><MSM><security>\
         <authEncryption><authentication>{authentication}</authentication><encryption>{encryption}</encryption>\
         <useOneX>{is_enterprise}</useOneX></authEncryption>{key}{checked}</security></MSM></WLANProfile>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_are_read_alike_but_for_their_names() {
        let profile = |authentication: &str, encryption: &str, more: &str| {
            format!(
                "<WLANProfile><name>Yamada</name><SSIDConfig><SSID><name>Yamada</name></SSID></SSIDConfig>\
                 <connectionMode>auto</connectionMode><MSM><security><authEncryption><authentication>{authentication}\
                 </authentication><encryption>{encryption}</encryption></authEncryption>{more}</security></MSM></WLANProfile>"
            )
        };
        let plain = "<sharedKey><protected>false</protected><keyMaterial>Himitsu</keyMaterial></sharedKey>";
        let roots = "<TrustedRootCA>aa bb</TrustedRootCA>";
        for xml in [
            profile("open", "none", ""),
            profile("open", "WEP", plain),
            profile("OWE", "AES", ""),
            profile("WPAPSK", "AES", plain),
            profile("WPA2PSK", "TKIP", ""),
            profile("WPA3SAE", "AES", ""),
            profile("WPA2", "AES", roots),
            profile("WPA3ENT192", "GCMP256", ""),
            profile("WPA9", "AES", ""),
            profile("WPA2", "AES", "<ConfigBlob>Yamada</ConfigBlob>"),
            "<a".to_owned(),
        ] {
            let written = match windows_profile::parse(&xml) {
                Ok(profile) => written(&mut Scrubber::of_nothing(), &profile),
                Err(_) => BROKEN.to_owned(),
            };
            let shape = |xml: &str| {
                windows_profile::parse(xml).ok().map(|mut profile| {
                    profile.network.ssid.clear();
                    profile
                })
            };
            assert_eq!(shape(&written), shape(&xml), "{xml}");
            assert!(!written.contains("Yamada") && !written.contains("Himitsu"), "{written}");
        }
    }
}
