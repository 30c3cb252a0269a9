//! `rasphone.pbk`: the VPN connections of Windows.
//!
//! A section for each connection, with lines of names and values; `Type=2` is a VPN. Names as RASENTRY of ras.h has them. Keys and
//! passwords are elsewhere; of a shared key that stands here nothing is kept but that it does.

use super::windows_suites::Suite;

/// The most connections of a file.
const CONNECTIONS_MAX: usize = 500;
/// The most suites of a connection; Windows writes one.
const SUITES_MAX: usize = 16;
/// IpSecFlags: a shared key proves either end (AR_F_IpSecPSK).
const BY_SHARED_KEY: u32 = 1;
/// AuthRestrictions: EAP, and MS-CHAP 2, which IKEv2 carries by EAP.
const BY_PERSON: u32 = 0x80 | 0x200;

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
    /// A shared key proves the ends of L2TP, or of version 2 of the key exchange; absent where the file does not say.
    pub by_shared_key: Option<bool>,
    /// This end is a person with a password or a certificate of EAP, and not the machine by its certificate; absent where the file does
    /// not say.
    pub by_person: Option<bool>,
    /// Windows dials it without being asked, once somebody signs in or a program needs it (`AlwaysOnCapable`, `AutoTiggerCapable`).
    pub dials_itself: bool,
    /// It is the tunnel of the machine itself, which is up before anybody signs in (`DeviceTunnel`).
    pub is_of_device: bool,
    /// The algorithms that are set for it alone (`NumCustomPolicy`, `CustomIPSecPolicies`).
    pub policies: Policies,
}

/// The algorithms that are set for a connection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Policies {
    /// None: those of Windows are taken.
    #[default]
    None,
    /// These alone.
    Suites(Vec<Suite>),
    /// Some, in a form that is not followed.
    Unclear,
}

/// What the lines of a section say.
#[derive(Default)]
struct Lines {
    is_vpn: bool,
    strategy: Option<u32>,
    takes_all: [Option<bool>; 2],
    ipsec_flags: Option<u32>,
    has_shared_key: bool,
    authentication: Option<u32>,
    always_on: bool,
    triggered: bool,
    is_of_device: bool,
    policies: Option<String>,
    policies_count: Option<u32>,
}

/// The VPN connections of a file. Bytes that are no UTF-8 are replaced; they are in names.
pub fn parse(bytes: &[u8]) -> Vec<Entry> {
    let text = String::from_utf8_lossy(bytes);
    let mut sections: Vec<(String, Lines)> = Vec::new();
    for line in text.trim_start_matches('\u{feff}').lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            if sections.len() >= CONNECTIONS_MAX {
                break;
            }
            sections.push((name.to_owned(), Lines::default()));
            continue;
        }
        if let (Some((_, lines)), Some((name, value))) = (sections.last_mut(), line.split_once('=')) {
            lines.take(name.trim(), value.trim());
        }
    }
    sections.into_iter().filter(|(_, lines)| lines.is_vpn).map(|(name, lines)| lines.entry(name)).collect()
}

impl Lines {
    fn take(&mut self, name: &str, value: &str) {
        match name.to_ascii_lowercase().as_str() {
            "type" => self.is_vpn = value == "2",
            "vpnstrategy" => self.strategy = value.parse().ok(),
            "ipprioritizeremote" => self.takes_all[0] = flag(value),
            "ipv6prioritizeremote" => self.takes_all[1] = flag(value),
            "ipsecflags" => self.ipsec_flags = value.parse().ok(),
            "presharedkey" => self.has_shared_key = !value.is_empty(),
            "authrestrictions" => self.authentication = value.parse().ok(),
            "alwaysoncapable" => self.always_on = flag(value) == Some(true),
            // So it is spelled.
            "autotiggercapable" => self.triggered = flag(value) == Some(true),
            "devicetunnel" => self.is_of_device = flag(value) == Some(true),
            "customipsecpolicies" => self.policies = Some(value.to_owned()).filter(|value| !value.is_empty()),
            "numcustompolicy" => self.policies_count = value.parse().ok(),
            _ => {}
        }
    }

    fn entry(self, name: String) -> Entry {
        let by_flags = self.ipsec_flags.map(|flags| flags & BY_SHARED_KEY != 0);
        Entry {
            name,
            strategy: self.strategy,
            takes_all: self.takes_all,
            by_shared_key: if self.has_shared_key { Some(true) } else { by_flags },
            by_person: self.authentication.map(|ways| ways & BY_PERSON != 0),
            dials_itself: self.always_on || self.triggered,
            is_of_device: self.is_of_device,
            policies: policies(self.policies_count, self.policies.as_deref()),
        }
    }
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
    value.parse::<u32>().ok().map(|number| number != 0)
}

/// As many suites as are counted, each of six numbers of four bytes, in hexadecimal digits. Digits that nobody counts, or a count
/// without them, are not followed.
fn policies(count: Option<u32>, digits: Option<&str>) -> Policies {
    let (count, digits) = match (count, digits) {
        (None | Some(0), None) => return Policies::None,
        (Some(count), Some(digits)) if count > 0 => (usize::try_from(count).unwrap_or(usize::MAX), digits),
        _ => return Policies::Unclear,
    };
    if count > SUITES_MAX || digits.len() != count.saturating_mul(Suite::DIGITS) {
        return Policies::Unclear;
    }
    let own = (0..count).map(|at| digits.get(at * Suite::DIGITS..(at + 1) * Suite::DIGITS).and_then(Suite::of));
    own.collect::<Option<Vec<Suite>>>().map_or(Policies::Unclear, Policies::Suites)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(lines: &str) -> Entry {
        parse(format!("[a]\nType=2\n{lines}\n").as_bytes())[0].clone()
    }

    #[test]
    fn what_goes_beside_a_connection_is_told_by_both_versions_of_ip() {
        let of = |lines: &str| entry(lines).is_split();
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
            .map(|entry| (entry.name, entry.strategy, entry.policies == Policies::None))
            .collect();
        let expected = [("健診 VPN", Some(7), false), ("old", Some(3), true), ("odd", None, true)];
        assert_eq!(told, expected.map(|(name, strategy, own)| (name.to_owned(), strategy, own)));
        assert_eq!(parse(b"Type=2\n\xff=\n[]"), []);
    }

    #[test]
    fn suites_are_followed_where_count_and_digits_agree() {
        let one = "020000000400000003000000080000000500000003000000";
        let of = |lines: &str| entry(lines).policies;
        let suite = Suite::of(one).unwrap();
        let with = |count: &str, digits: &str| of(&format!("NumCustomPolicy={count}\nCustomIPSecPolicies={digits}"));
        assert_eq!(with("1", one), Policies::Suites(vec![suite]));
        assert_eq!(with("2", &format!("{one}{one}")), Policies::Suites(vec![suite, suite]));
        assert_eq!(of(&format!("customipsecpolicies = {one}\nNUMCUSTOMPOLICY = 1")), Policies::Suites(vec![suite]));
        for (count, digits) in [
            ("0", one),
            ("x", one),
            ("2", one),
            ("1", ""),
            ("1", &one[2..]),
            ("1", "zz"),
            ("", one),
            ("1", &one.replace('4', "+")),
        ] {
            assert_eq!(with(count, digits), Policies::Unclear, "{count} {digits}");
        }
        assert_eq!(with("17", &one.repeat(17)), Policies::Unclear);
        assert_eq!((with("0", ""), of("NumCustomPolicy=0"), of("")), (Policies::None, Policies::None, Policies::None));
        assert_eq!(of(&format!("CustomIPSecPolicies={one}")), Policies::Unclear);
    }

    #[test]
    fn who_proves_what_by_which_key() {
        let of = |lines: &str| {
            let entry = entry(lines);
            (entry.by_shared_key, entry.by_person)
        };
        assert_eq!(of(""), (None, None));
        assert_eq!(of("IpSecFlags=0\nPreSharedKey=\nAuthRestrictions=0"), (Some(false), Some(false)));
        assert_eq!(of("IpSecFlags=1\nAuthRestrictions=128"), (Some(true), Some(true)));
        assert_eq!(of("IpSecFlags=3\nAuthRestrictions=552"), (Some(true), Some(true)));
        assert_eq!(of("IpSecFlags=2\nAuthRestrictions=x"), (Some(false), None));
        assert_eq!(of("IpSecFlags=0\nPreSharedKey=himitsu"), (Some(true), None));
        let of = |lines: &str| {
            let entry = entry(lines);
            (entry.dials_itself, entry.is_of_device)
        };
        assert_eq!(of("AlwaysOnCapable=0\nAutoTiggerCapable=0\nDeviceTunnel=0"), (false, false));
        assert_eq!(of("AlwaysOnCapable=1"), (true, false));
        assert_eq!(of("AutoTiggerCapable=1\nDeviceTunnel=1"), (true, true));
    }
}
