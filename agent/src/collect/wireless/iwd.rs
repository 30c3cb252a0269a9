//! Networks as iwd keeps them: a file each, whose name is the network's and whose ending is the way it is joined. See
//! iwd.network(5).

use tenken_model::fact::wireless::WirelessSecurity;

use super::network::Network;
use crate::collect::key_file::{KeyFile, value};

/// The network of a file by its name; nothing for another file.
pub fn network(name: &str, file: &KeyFile) -> Option<Network> {
    let (stem, ending) = name.rsplit_once('.')?;
    let security = match ending {
        "open" => WirelessSecurity::Open,
        // It may be joined by WPA2 as well as by WPA3; iwd takes no WEP and no TKIP for a pair.
        "psk" => WirelessSecurity::Psk,
        "8021x" => WirelessSecurity::Enterprise,
        _ => return None,
    };
    let certificate = ["EAP-TLS-CACert", "EAP-PEAP-CACert", "EAP-TTLS-CACert"];
    Some(Network {
        ssid: ssid(stem)?,
        security,
        tkip: false,
        automatic: value(file, "Settings", "AutoConnect").is_none_or(|written| !is_false(written)),
        server_checked: (security == WirelessSecurity::Enterprise)
            .then(|| certificate.iter().any(|key| value(file, "Security", key).is_some_and(|path| !path.is_empty()))),
    })
}

/// Whether a file of that name is a network.
pub fn is_network(name: &str) -> bool {
    network(name, &KeyFile::new()).is_some()
}

fn is_false(written: &str) -> bool {
    matches!(written.to_ascii_lowercase().as_str(), "false" | "0")
}

/// A name: itself if it has letters, digits, blanks, `-` and `_` alone, otherwise `=` and its bytes in hexadecimal.
fn ssid(stem: &str) -> Option<String> {
    let Some(hexadecimal) = stem.strip_prefix('=') else { return (!stem.is_empty()).then(|| stem.to_owned()) };
    let digits: Option<Vec<u8>> =
        hexadecimal.chars().map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let pairs = digits?;
    let bytes: Vec<u8> = pairs.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect();
    (pairs.len() % 2 == 0 && !bytes.is_empty()).then(|| String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::key_file::parse;

    fn of(name: &str, text: &str) -> Option<Network> {
        network(name, &parse(text.as_bytes()).unwrap())
    }

    #[test]
    fn the_ending_says_how_it_is_joined() {
        let security = |name: &str| of(name, "").map(|network| (network.ssid, network.security));
        assert_eq!(security("Kenshin LAN.psk"), Some(("Kenshin LAN".into(), WirelessSecurity::Psk)));
        assert_eq!(security("Cafe.open"), Some(("Cafe".into(), WirelessSecurity::Open)));
        assert_eq!(security("=e581a5e8a8ba.8021x"), Some(("健診".into(), WirelessSecurity::Enterprise)));
        for other in ["Cafe", ".psk", "=e5x.psk", "=e.psk", "=.psk", "hotspot.ap"] {
            assert_eq!(security(other), None, "{other}");
        }
    }

    #[test]
    fn settings_of_a_network() {
        assert!(of("a.open", "").unwrap().automatic);
        assert!(!of("a.open", "[Settings]\nAutoConnect=false\n").unwrap().automatic);
        assert!(of("a.open", "[settings]\nAutoConnect=false\n").unwrap().automatic, "case counts");
        assert_eq!(of("a.psk", "").unwrap().server_checked, None);
        assert_eq!(of("a.8021x", "[Security]\nEAP-Method=PEAP\n").unwrap().server_checked, Some(false));
        let checked = "[Security]\nEAP-Method=PEAP\nEAP-PEAP-CACert=/etc/ca.pem\n";
        assert_eq!(of("a.8021x", checked).unwrap().server_checked, Some(true));
    }
}
