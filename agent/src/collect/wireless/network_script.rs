//! Networks as the network scripts of RHEL up to 8 keep them: assignments of a shell in `ifcfg-NAME`. See
//! nm-settings-ifcfg-rh(5).

use std::collections::BTreeMap;

use tenken_model::fact::wireless::WirelessSecurity;

use super::network::Network;

/// The most lines of one file.
const LINES_MAX: usize = 5_000;

/// The network that a script joins; nothing for one of another kind.
pub fn network(bytes: &[u8]) -> Option<Network> {
    let settings = settings(bytes);
    let value = |key: &str| settings.get(key).map(String::as_str).filter(|value| !value.is_empty());
    let wireless = value("TYPE").is_some_and(|kind| kind.eq_ignore_ascii_case("wireless")) || value("ESSID").is_some();
    if !wireless || value("MODE").is_some_and(|mode| mode.eq_ignore_ascii_case("ap")) {
        return None;
    }
    let has_key = settings.keys().any(|name| is_key(name));
    let security = match value("KEY_MGMT") {
        Some("WPA-PSK") => WirelessSecurity::Psk,
        Some("SAE") => WirelessSecurity::Sae,
        Some("OWE") => WirelessSecurity::Owe,
        Some("WPA-EAP" | "WPA-EAP-SUITE-B-192") => WirelessSecurity::Enterprise,
        Some(_) => WirelessSecurity::Wep,
        None if has_key || value("SECURITYMODE").is_some() || value("DEFAULTKEY").is_some() => WirelessSecurity::Wep,
        None => WirelessSecurity::Open,
    };
    let yes = |key: &str| {
        value(key).is_some_and(|written| matches!(written.to_ascii_lowercase().as_str(), "yes" | "true" | "t" | "y"))
    };
    let ciphers =
        ["CIPHER_PAIRWISE", "CIPHER_GROUP"].into_iter().filter_map(value).flat_map(str::split_ascii_whitespace);
    Some(Network {
        ssid: value("ESSID").unwrap_or_default().to_owned(),
        security,
        tkip: matches!(security, WirelessSecurity::Psk | WirelessSecurity::Enterprise)
            && (ciphers.into_iter().any(|cipher| cipher == "TKIP") || yes("WPA_ALLOW_WPA")),
        automatic: value("ONBOOT").is_none() || yes("ONBOOT"),
        server_checked: (security == WirelessSecurity::Enterprise)
            .then(|| value("IEEE_8021X_CA_CERT").is_some() || yes("IEEE_8021X_SYSTEM_CA_CERTS")),
    })
}

/// Whether a key or a password stands in the script itself; usually they are in `keys-NAME` beside it.
pub fn holds_key(bytes: &[u8]) -> bool {
    settings(bytes).iter().any(|(name, value)| {
        !value.is_empty()
            && (is_key(name)
                || matches!(name.as_str(), "WPA_PSK" | "IEEE_8021X_PASSWORD" | "IEEE_8021X_PRIVATE_KEY_PASSWORD"))
    })
}

/// Whether a setting is a key of WEP.
fn is_key(name: &str) -> bool {
    name.strip_prefix("KEY").is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Assignments, of which the last of a name counts.
fn settings(bytes: &[u8]) -> BTreeMap<String, String> {
    let text = String::from_utf8_lossy(bytes);
    let assigned = text.lines().take(LINES_MAX).filter_map(|line| {
        let (name, value) = line.trim().split_once('=')?;
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        is_name.then(|| (name.to_owned(), unquoted(value)))
    });
    assigned.collect()
}

/// A word of a shell: what stands in quotes, or up to a blank.
fn unquoted(value: &str) -> String {
    let mut word = String::new();
    let mut quote: Option<char> = None;
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        match (letter, quote) {
            ('\\', None | Some('"')) => word.extend(letters.next()),
            (letter, Some(open)) if letter == open => quote = None,
            ('"' | '\'', None) => quote = Some(letter),
            (letter, None) if letter.is_ascii_whitespace() => break,
            (letter, _) => word.push(letter),
        }
    }
    word
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_way_of_security() {
        for (settings, security) in [
            ("", WirelessSecurity::Open),
            ("#KEY_MGMT=WPA-PSK\n", WirelessSecurity::Open),
            ("DEFAULTKEY=1\n", WirelessSecurity::Wep),
            ("KEY1=s:abcde\n", WirelessSecurity::Wep),
            ("KEY_MGMT=IEEE8021X\n", WirelessSecurity::Wep),
            ("KEY_MGMT=WPA-PSK\n", WirelessSecurity::Psk),
            ("KEY_MGMT=\"SAE\"\n", WirelessSecurity::Sae),
            ("KEY_MGMT=WPA-PSK\nKEY_MGMT=WPA-EAP\n", WirelessSecurity::Enterprise),
        ] {
            let network = network(format!("TYPE=Wireless\nESSID='Kenshin LAN'\n{settings}").as_bytes()).unwrap();
            assert_eq!((network.security, network.ssid.as_str()), (security, "Kenshin LAN"), "{settings}");
        }
    }

    #[test]
    fn keys_within_a_script() {
        for (script, holds) in [
            ("KEY_MGMT=WPA-PSK\n", false),
            ("KEY_MGMT=WPA-PSK\nWPA_PSK='a b'\n", true),
            ("#WPA_PSK=abcd1234\nWPA_PSK=\n", false),
            ("KEY1=s:abcde\n", true),
            ("KEY=abcde\n", true),
            ("IEEE_8021X_PASSWORD=x\n", true),
            ("IEEE_8021X_PASSWORD_FLAGS=user\n", false),
        ] {
            assert_eq!(holds_key(script.as_bytes()), holds, "{script}");
        }
    }

    #[test]
    fn the_other_settings() {
        let of = |settings: &str| network(format!("ESSID=a\nKEY_MGMT=WPA-EAP\n{settings}").as_bytes());
        assert!(of("WPA_ALLOW_WPA=yes\n").unwrap().tkip && of("CIPHER_PAIRWISE=\"CCMP TKIP\"\n").unwrap().tkip);
        assert!(!of("CIPHER_PAIRWISE=CCMP\n").unwrap().tkip);
        assert!(of("").unwrap().automatic && !of("ONBOOT=no\n").unwrap().automatic);
        assert_eq!(of("").unwrap().server_checked, Some(false));
        assert_eq!(of("IEEE_8021X_CA_CERT=/etc/ca.pem\n").unwrap().server_checked, Some(true));
        assert_eq!(of("MODE=Ap\n"), None);
        assert_eq!(network(b"TYPE=Ethernet\nDEVICE=eth0\n"), None);
    }

    proptest! {
        #[test]
        fn never_panics(text in "([=\"'\\\\#\n ]|ESSID|TYPE|KEY|KEY_MGMT|Wireless|é){0,60}") {
            let _ = (network(text.as_bytes()), holds_key(text.as_bytes()));
        }
    }
}
