//! Networks as wpa_supplicant keeps them. See wpa_supplicant.conf(5) and the example its source brings.

use std::collections::BTreeMap;

use tenken_model::fact::wireless::WirelessSecurity;
use thiserror::Error;

use super::network::Network;

/// The most lines of one file.
const LINES_MAX: usize = 20_000;

/// Why wpa_supplicant would refuse a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum WpaSupplicantError {
    /// It has too many lines.
    #[error("it has more than {LINES_MAX} lines")]
    TooLong,
    /// A block does not end.
    #[error("the block that begins at line {0} does not end")]
    Block(usize),
    /// A line of a network is no setting.
    #[error("line {0} is no setting of a network")]
    Line(usize),
}

/// The networks of a file in their order; access points of this host and wired networks are left out.
pub fn networks(bytes: &[u8]) -> Result<Vec<Network>, WpaSupplicantError> {
    let text = String::from_utf8_lossy(bytes);
    let mut networks = Vec::new();
    // By `ap_scan=0` the driver is not asked to look for access points: IEEE 802.1X on a wire.
    let mut is_wired = false;
    let mut block: Option<(usize, bool, BTreeMap<String, String>)> = None;
    for (number, line) in text.lines().enumerate() {
        if number >= LINES_MAX {
            return Err(WpaSupplicantError::TooLong);
        }
        let line = without_comment(line).trim();
        match &mut block {
            None if line.ends_with('{') => block = Some((number + 1, is_network(line), BTreeMap::new())),
            Some((_, is_network, settings)) if line == "}" => {
                networks.extend(is_network.then(|| network(settings)).flatten());
                block = None;
            }
            Some((_, _, settings)) if !line.is_empty() => {
                let (key, value) = line.split_once('=').ok_or(WpaSupplicantError::Line(number + 1))?;
                settings.insert(key.trim_end().to_owned(), value.trim_start().to_owned());
            }
            None => {
                let global = line.split_once('=').map(|(key, value)| (key.trim_end(), value.trim_start()));
                if let Some(("ap_scan", value)) = global {
                    is_wired = value == "0";
                }
            }
            Some(_) => {}
        }
    }
    match block {
        Some((begun, ..)) => Err(WpaSupplicantError::Block(begun)),
        None if is_wired => Ok(Vec::new()),
        None => Ok(networks),
    }
}

fn is_network(line: &str) -> bool {
    line.strip_suffix('{')
        .and_then(|line| line.trim_end().strip_suffix('='))
        .is_some_and(|name| name.trim() == "network")
}

/// The line up to a `#` that stands in no quotes.
fn without_comment(line: &str) -> &str {
    let mut quoted = false;
    for (at, letter) in line.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            '#' if !quoted => return &line[..at],
            _ => {}
        }
    }
    line
}

fn network(settings: &BTreeMap<String, String>) -> Option<Network> {
    let value = |key: &str| settings.get(key).map(|value| value.trim());
    if value("mode") == Some("2") {
        return None;
    }
    // Without key management any of WPA is taken.
    let management: Vec<&str> = value("key_mgmt").unwrap_or("WPA-PSK WPA-EAP").split_ascii_whitespace().collect();
    let has = |names: &[&str]| management.iter().any(|way| names.contains(way));
    // Without a name it is a wire's, but any network without encryption fits one that asks for none.
    if !settings.contains_key("ssid") && !has(&["NONE"]) {
        return None;
    }
    let wep = settings.keys().any(|key| key.starts_with("wep_key"));
    let security = if has(&["NONE"]) {
        if wep { WirelessSecurity::Wep } else { WirelessSecurity::Open }
    } else if has(&["IEEE8021X"]) {
        WirelessSecurity::Wep
    } else if has(&["OWE"]) {
        WirelessSecurity::Owe
    } else if settings.contains_key("psk")
        || has(&["WPA-PSK", "WPA-PSK-SHA256", "FT-PSK"]) && !settings.contains_key("eap")
    {
        WirelessSecurity::Psk
    } else if has(&["SAE", "FT-SAE", "SAE-EXT-KEY", "FT-SAE-EXT-KEY"]) {
        WirelessSecurity::Sae
    } else {
        WirelessSecurity::Enterprise
    };
    let words = |key: &str| value(key).into_iter().flat_map(str::split_ascii_whitespace);
    let named = |key: &str, word: &str| words(key).any(|found| found == word);
    let certificate = ["ca_cert", "ca_path"].iter().any(|key| value(key).is_some_and(|path| path.len() > 2));
    Some(Network {
        ssid: ssid(value("ssid").unwrap_or_default()),
        security,
        tkip: matches!(security, WirelessSecurity::Psk | WirelessSecurity::Enterprise)
            && (named("pairwise", "TKIP") || named("group", "TKIP") || named("proto", "WPA")),
        automatic: value("disabled").is_none_or(|written| written == "0"),
        server_checked: (security == WirelessSecurity::Enterprise).then_some(certificate),
    })
}

/// A name: in quotes, as a C string behind `P`, or its bytes in hexadecimal.
fn ssid(written: &str) -> String {
    if let Some(quoted) = written.strip_prefix('"').and_then(|rest| rest.rsplit_once('"')) {
        return quoted.0.to_owned();
    }
    if let Some(quoted) = written.strip_prefix("P\"").and_then(|rest| rest.strip_suffix('"')) {
        return quoted.to_owned();
    }
    let digits: Option<Vec<u8>> =
        written.chars().map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0).unwrap_or_default();
    let bytes: Vec<u8> = digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn one(settings: &str) -> Network {
        let mut found =
            networks(format!("ctrl_interface=/run/wpa\nnetwork={{\n ssid=\"Kenshin\"\n{settings}\n}}\n").as_bytes())
                .unwrap();
        assert_eq!(found.len(), 1, "{settings}");
        found.remove(0)
    }

    #[test]
    fn every_way_of_security() {
        for (settings, security) in [
            ("key_mgmt=NONE", WirelessSecurity::Open),
            ("key_mgmt=NONE\nwep_key0=\"abcde\"", WirelessSecurity::Wep),
            ("key_mgmt=IEEE8021X\neap=TLS", WirelessSecurity::Wep),
            ("key_mgmt=OWE", WirelessSecurity::Owe),
            ("psk=\"secret of all\"", WirelessSecurity::Psk),
            ("key_mgmt=WPA-PSK SAE\npsk=\"x\"", WirelessSecurity::Psk),
            ("key_mgmt=SAE\nsae_password=\"x\"", WirelessSecurity::Sae),
            ("key_mgmt=WPA-EAP\neap=TLS", WirelessSecurity::Enterprise),
            ("eap=PEAP", WirelessSecurity::Enterprise),
            ("#key_mgmt=NONE\npsk=\"x\"", WirelessSecurity::Psk),
            ("psk=\"a # b\"\nkey_mgmt=WPA-PSK # NONE", WirelessSecurity::Psk),
        ] {
            assert_eq!(one(settings).security, security, "{settings}");
        }
    }

    #[test]
    fn the_other_settings() {
        assert!(one("psk=\"x\"\npairwise=CCMP TKIP").tkip && one("psk=\"x\"\nproto=WPA RSN").tkip);
        assert!(!one("psk=\"x\"\npairwise=CCMP").tkip && !one("psk=\"x\"").tkip);
        assert!(!one("psk=\"x\"\ndisabled=1").automatic && one("psk=\"x\"\ndisabled=0").automatic);
        assert_eq!(one("key_mgmt=WPA-EAP\neap=PEAP").server_checked, Some(false));
        assert_eq!(one("key_mgmt=WPA-EAP\neap=PEAP\nca_cert=\"\"").server_checked, Some(false));
        assert_eq!(one("key_mgmt=WPA-EAP\neap=PEAP\nca_cert=\"/etc/ca.pem\"").server_checked, Some(true));
        for (written, name) in [("\"a\"b\"", "a\"b"), ("e581a5", "健"), ("P\"x\"", "x"), ("e58", ""), ("zz", "")] {
            assert_eq!(ssid(written), name, "{written}");
        }
    }

    #[test]
    fn blocks_of_other_kinds_and_broken_ones() {
        let text =
            b"cred={\n username=\"x\"\n}\nnetwork = {\nssid=\"a\"\nmode=2\n}\nnetwork={\nssid=\"b\"\npsk=\"x\"\n}\n";
        let found = networks(text).unwrap();
        assert_eq!(found.iter().map(|network| network.ssid.as_str()).collect::<Vec<_>>(), ["b"]);
        assert_eq!(networks(b"\nnetwork={\nssid=\"a\"\n"), Err(WpaSupplicantError::Block(2)));
        assert_eq!(networks(b"network={\nssid\n}\n"), Err(WpaSupplicantError::Line(2)));
        assert_eq!(networks("\n".repeat(LINES_MAX + 1).as_bytes()), Err(WpaSupplicantError::TooLong));
        assert_eq!(networks(b"update_config=1\n").unwrap(), []);
        // As netplan writes them for a wire.
        let wired = "ctrl_interface=/run/wpa_supplicant\n\nnetwork={\n  key_mgmt=IEEE8021X\n  eap=PEAP\n  identity=\"pc17\"\n}\n";
        assert_eq!(networks(wired.as_bytes()).unwrap(), []);
        assert_eq!(networks(b"ap_scan = 0\nnetwork={\nssid=\"a\"\nkey_mgmt=NONE\n}\n").unwrap(), []);
        assert_eq!(networks(b"ap_scan=0\nap_scan=1\nnetwork={\nssid=\"a\"\nkey_mgmt=IEEE8021X\n}\n").unwrap().len(), 1);
        let any = networks(b"network={\nkey_mgmt=NONE\n}\n").unwrap();
        assert_eq!((any.len(), any[0].security, any[0].ssid.as_str()), (1, WirelessSecurity::Open, ""));
    }

    proptest! {
        #[test]
        fn never_panics(text in "([=\"#\n {}]|network|ssid|psk|key_mgmt|NONE|é|P\"){0,60}") {
            let _ = networks(text.as_bytes());
        }
    }
}
