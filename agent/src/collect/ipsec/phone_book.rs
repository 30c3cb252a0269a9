//! `rasphone.pbk`: the VPN connections of Windows.
//!
//! A section for each connection, with lines of names and values; `Type=2` is a VPN. Names as RASENTRY of ras.h has them. Keys and
//! passwords are elsewhere.

/// The most connections of a file.
const CONNECTIONS_MAX: usize = 500;

/// A VPN connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// dwVpnStrategy; absent where it is not told or is no number.
    pub strategy: Option<u32>,
    /// Whether all traffic goes through it, of version 4 and 6 of IP (`IpPrioritizeRemote`, `Ipv6PrioritizeRemote`: "Use default gateway
    /// on remote network"); absent where the file does not say.
    pub takes_all: [Option<bool>; 2],
    /// Algorithms are set for it (`CustomIPSecPolicies`), in a form that is not followed.
    pub has_own_algorithms: bool,
}

/// The VPN connections of a file. Bytes that are no UTF-8 are replaced; they are in names.
pub fn parse(bytes: &[u8]) -> Vec<Entry> {
    let text = String::from_utf8_lossy(bytes);
    let mut entries: Vec<(Entry, bool)> = Vec::new();
    for line in text.trim_start_matches('\u{feff}').lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            if entries.len() >= CONNECTIONS_MAX {
                break;
            }
            let entry =
                Entry { name: name.to_owned(), strategy: None, takes_all: [None, None], has_own_algorithms: false };
            entries.push((entry, false));
            continue;
        }
        let (Some((entry, is_vpn)), Some((name, value))) = (entries.last_mut(), line.split_once('=')) else { continue };
        match name.trim().to_ascii_lowercase().as_str() {
            "type" => *is_vpn = value.trim() == "2",
            "vpnstrategy" => entry.strategy = value.trim().parse().ok(),
            "ipprioritizeremote" => entry.takes_all[0] = flag(value),
            "ipv6prioritizeremote" => entry.takes_all[1] = flag(value),
            "customipsecpolicies" => entry.has_own_algorithms = !value.trim().is_empty(),
            _ => {}
        }
    }
    entries.into_iter().filter(|(_, is_vpn)| *is_vpn).map(|(entry, _)| entry).collect()
}

impl Entry {
    /// Some traffic goes beside it; nothing where the file does not say. A file that is silent on version 6 is older than that, and
    /// the connection carries none.
    pub fn is_split(&self) -> Option<bool> {
        match self.takes_all {
            [Some(false), _] | [_, Some(false)] => Some(true),
            [Some(true), _] => Some(false),
            [None, _] => None,
        }
    }
}

/// 0 or another number.
fn flag(value: &str) -> Option<bool> {
    value.trim().parse::<u32>().ok().map(|number| number != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_beside_a_connection_is_told_by_both_versions_of_ip() {
        let of = |lines: &str| parse(format!("[a]\nType=2\n{lines}").as_bytes())[0].is_split();
        assert_eq!(of("IpPrioritizeRemote=1\nIpv6PrioritizeRemote=1\n"), Some(false));
        assert_eq!(of("IpPrioritizeRemote=1\n"), Some(false));
        assert_eq!(of("IpPrioritizeRemote=0\nIpv6PrioritizeRemote=1\n"), Some(true));
        assert_eq!(of("ipprioritizeremote = 1\nIPV6PrioritizeRemote=0\n"), Some(true));
        assert_eq!(of("IpPrioritizeRemote=x\nIpv6PrioritizeRemote=1\n"), None);
        assert_eq!(of("\n"), None);
    }

    #[test]
    fn vpn_connections_are_told_and_others_passed_over() {
        let text = "\u{feff}[健診 VPN]\r\nEncoding=1\r\nPBVersion=8\r\nType=2\r\nVpnStrategy=7\r\nNumCustomPolicy=1\r\n\
            CustomIPSecPolicies=020000000200000003000000030000000200000003000000\r\n\r\nNETCOMPONENTS=\r\nms_msclient=1\r\n\
            \r\nMEDIA=rastapi\r\nPort=VPN2-0\r\nDevice=WAN Miniport (IKEv2)\r\n\r\nDEVICE=vpn\r\nPhoneNumber=vpn.example.jp\r\n\
            [Dial]\r\nType=1\r\nVpnStrategy=0\r\n[old]\r\nType=2\r\nVpnStrategy=3\r\n[odd]\r\nType=2\r\nVpnStrategy=x\r\n";
        let told: Vec<_> = parse(text.as_bytes())
            .into_iter()
            .map(|entry| (entry.name, entry.strategy, entry.has_own_algorithms))
            .collect();
        let expected = [("健診 VPN", Some(7), true), ("old", Some(3), false), ("odd", None, false)];
        assert_eq!(told, expected.map(|(name, strategy, own)| (name.to_owned(), strategy, own)));
        assert_eq!(parse(b"Type=2\n\xff=\n[]"), []);
    }
}
