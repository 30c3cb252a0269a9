//! A network as NetworkManager keeps it, from its key file. See nm-settings-keyfile(5) and nm-settings-nmcli(5),
//! "802-11-wireless" and "802-11-wireless-security".

use tenken_model::fact::wireless::WirelessSecurity;

use super::network::Network;
use crate::collect::key_file::{KeyFile, list, unescaped, value, written};

/// The network that a connection joins; nothing for a connection of another kind, or for an access point of this host.
pub fn network(file: &KeyFile) -> Option<Network> {
    let kind = value(file, "connection", "type")?;
    if !matches!(kind, "wifi" | "802-11-wireless") {
        return None;
    }
    let wifi = |key| value(file, "wifi", key).or_else(|| value(file, "802-11-wireless", key));
    if wifi("mode").is_some_and(|mode| mode == "ap") {
        return None;
    }
    let group = ["wifi-security", "802-11-wireless-security"].into_iter().find(|group| file.contains_key(*group));
    let security = |key| group.and_then(|group| value(file, group, key));
    let management = security("key-mgmt").unwrap_or_default();
    let ciphers: Vec<&str> = ["pairwise", "group"].into_iter().filter_map(security).flat_map(list).collect();
    let protocols: Vec<&str> = security("proto").into_iter().flat_map(list).collect();
    let way = match (group, management) {
        (None, _) => WirelessSecurity::Open,
        (Some(_), "owe") => WirelessSecurity::Owe,
        (Some(_), "wpa-psk") => WirelessSecurity::Psk,
        (Some(_), "sae") => WirelessSecurity::Sae,
        (Some(_), "wpa-eap" | "wpa-eap-suite-b-192") => WirelessSecurity::Enterprise,
        // `none` is static WEP, `ieee8021x` dynamic WEP; without key management it is WEP too if it has a key of it.
        (Some(_), _) => WirelessSecurity::Wep,
    };
    let by_certificate = file.contains_key("802-1x");
    let certificate = |key| value(file, "802-1x", key).is_some_and(|value| !value.is_empty());
    let system = value(file, "802-1x", "system-ca-certs") == Some("true");
    Some(Network {
        ssid: ssid(
            ["wifi", "802-11-wireless"].iter().find_map(|group| written(file, group, "ssid")).unwrap_or_default(),
        ),
        security: way,
        // Ciphers that are not limited are those of the access point; WPA of the first version is refused only if named.
        tkip: matches!(way, WirelessSecurity::Psk | WirelessSecurity::Enterprise)
            && (ciphers.contains(&"tkip") || protocols.contains(&"wpa")),
        automatic: value(file, "connection", "autoconnect").is_none_or(|written| written != "false"),
        server_checked: (way == WirelessSecurity::Enterprise && by_certificate)
            .then(|| certificate("ca-cert") || certificate("ca-path") || system),
    })
}

/// A name, written as text or, where it has bytes that are none, as numbers, each with a `;` behind it. In text a backslash
/// before a `;` says that the text is none of numbers.
fn ssid(written: &str) -> String {
    let text = unescaped(written);
    let numbers: Option<Vec<u8>> =
        text.trim_end().strip_suffix(';').and_then(|numbers| numbers.split(';').map(number).collect());
    numbers.map_or_else(|| text.replace("\\;", ";"), |bytes| String::from_utf8_lossy(&bytes).into_owned())
}

fn number(text: &str) -> Option<u8> {
    let digits = text.trim();
    (digits.len() <= 3 && digits.bytes().all(|digit| digit.is_ascii_digit())).then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::key_file::parse;

    fn of(text: &str) -> Option<Network> {
        network(&parse(text.as_bytes()).unwrap())
    }

    fn with(security: &str) -> Network {
        of(&format!("[connection]\ntype=wifi\n[wifi]\nssid=Kenshin\n{security}")).unwrap()
    }

    #[test]
    fn every_way_of_security() {
        for (written, security) in [
            ("", WirelessSecurity::Open),
            ("[wifi-security]\nkey-mgmt=none\nwep-key0=abcde\n", WirelessSecurity::Wep),
            ("[wifi-security]\nkey-mgmt=ieee8021x\n", WirelessSecurity::Wep),
            ("[wifi-security]\nwep-key0=abcde\n", WirelessSecurity::Wep),
            ("[wifi-security]\nkey-mgmt=owe\n", WirelessSecurity::Owe),
            ("[wifi-security]\nkey-mgmt=wpa-psk\npsk=secret\n", WirelessSecurity::Psk),
            ("[802-11-wireless-security]\nkey-mgmt=wpa-psk\n", WirelessSecurity::Psk),
            ("[wifi-security]\nkey-mgmt=sae\n", WirelessSecurity::Sae),
            ("[wifi-security]\nkey-mgmt=wpa-eap\n[802-1x]\neap=tls;\n", WirelessSecurity::Enterprise),
            ("#[wifi-security]\n#key-mgmt=wpa-psk\n", WirelessSecurity::Open),
        ] {
            assert_eq!(with(written).security, security, "{written}");
        }
    }

    #[test]
    fn tkip_where_it_is_named() {
        for (written, tkip) in [
            ("[wifi-security]\nkey-mgmt=wpa-psk\n", false),
            ("[wifi-security]\nkey-mgmt=wpa-psk\npairwise=ccmp;\n", false),
            ("[wifi-security]\nkey-mgmt=wpa-psk\npairwise=ccmp;tkip;\n", true),
            ("[wifi-security]\nkey-mgmt=wpa-psk\nproto=wpa;rsn;\n", true),
            ("[wifi-security]\nkey-mgmt=sae\ngroup=tkip;\n", false),
        ] {
            assert_eq!(with(written).tkip, tkip, "{written}");
        }
    }

    #[test]
    fn a_network_must_prove_itself_by_a_certificate() {
        let enterprise = "[wifi-security]\nkey-mgmt=wpa-eap\n[802-1x]\neap=peap;\n";
        for (written, checked) in
            [("", false), ("ca-cert=\n", false), ("ca-cert=/etc/ca.pem\n", true), ("system-ca-certs=true\n", true)]
        {
            assert_eq!(with(&format!("{enterprise}{written}")).server_checked, Some(checked), "{written}");
        }
        assert_eq!(with("[wifi-security]\nkey-mgmt=wpa-psk\n").server_checked, None);
    }

    #[test]
    fn names_and_other_connections() {
        let named =
            |ssid: &str| of(&format!("[connection]\ntype=wifi\nautoconnect=false\n[wifi]\nssid={ssid}\n")).unwrap();
        assert_eq!(named("75;101;110;").ssid, "Ken");
        assert_eq!(named(r"Kenshin\sLAN").ssid, "Kenshin LAN");
        assert_eq!(named("75; 101 ;").ssid, "Ke");
        for text in ["300;1;", "0075;", "+75;", "75,101;", "75;101", ";"] {
            assert_eq!(named(text).ssid, text);
        }
        assert_eq!(named(r"1\\;2\\;").ssid, "1;2;");
        assert_eq!(named("x ").ssid, "x ");
        assert!(!named("x").automatic);
        assert_eq!(of("[connection]\ntype=ethernet\n"), None);
        assert_eq!(of("[connection]\ntype=wifi\n[wifi]\nmode=ap\nssid=x\n"), None);
        assert_eq!(of("[wifi]\nssid=x\n"), None);
        assert!(with("").automatic, "it is unless refused");
    }
}
