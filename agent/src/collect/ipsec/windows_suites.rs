//! The algorithms that VPN connections of Windows take up: those set for one connection, and those of Windows itself.
//!
//! `CustomIPSecPolicies` of a phone book holds the same six numbers as ROUTER_CUSTOM_IKEv2_POLICY0 of mprapi.h
//! (MS-RRASM 2.2.1.2.237), **in another order**: integrity, encryption and group of the main mode, then encryption, authentication and
//! group of the quick mode. So `Set-VpnConnectionIPsecConfiguration` writes `SHA256, GCMAES256, ECP384, GCMAES256, GCMAES256, None` as
//! 2, 6, 5, 8, 5, 0, and so clients write it that were made after it (Guardian's and Brave's). The numbers are IKEEXT_INTEGRITY_TYPE,
//! IKEEXT_CIPHER_TYPE and IKEEXT_DH_GROUP of iketypes.h, IPSEC_CIPHER_CONFIG, IPSEC_AUTH_CONFIG and IPSEC_PFS_GROUP of ipsectypes.h.
//!
//! Without them, IKEv2 of every version up to Windows 11 proposes 3DES, SHA-1 and the group of 1024 bits among others
//! (<https://docs.strongswan.org/docs/6.0/interop/windowsClients.html>); `NegotiateDH2048_AES256` adds the group of 2048 bits (1) or
//! takes AES-256 with that group alone (2), by which SHA-1 stays. What is set there and is neither counts as nothing. L2TP has a list
//! of its own, on which that value has no influence; `AllowL2TPWeakCrypto` adds MD5, DES and the group of 768 bits to it. The traffic of
//! both takes SHA-1; what else it takes depends on how much encryption the connection asks for.

use std::fmt::Write as _;

use super::algorithms::DEFAULT;

/// Six numbers for the algorithms of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suite(pub [u32; 6]);

/// What a connection takes up, by the names of `algorithms`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offer {
    /// In the key exchange.
    pub ike: Vec<String>,
    /// For the traffic.
    pub esp: Vec<String>,
    /// What is not known: `esp: default`.
    pub unknown: Vec<String>,
}

/// What the machine says of the algorithms of all its connections.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OfMachine {
    /// `NegotiateDH2048_AES256`.
    pub larger_group: Option<u32>,
    /// `AllowL2TPWeakCrypto` is set.
    pub weak_l2tp: bool,
    /// `ProhibitIpSec`: Windows puts no IPsec around L2TP.
    pub no_ipsec_for_l2tp: bool,
}

impl Suite {
    /// How many digits it is written with: two for each byte, of which the lowest of each number comes first.
    pub const DIGITS: usize = 48;

    /// Reads its digits; nothing where they are none, or not as many.
    pub fn of(digits: &str) -> Option<Self> {
        if digits.len() != Self::DIGITS || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        let mut suite = [0_u32; 6];
        for (at, number) in suite.iter_mut().enumerate() {
            let own = digits.get(at * 8..at * 8 + 8)?;
            *number = u32::from_str_radix(own, 16).ok()?.swap_bytes();
        }
        Some(Self(suite))
    }

    /// As the file has it.
    pub fn digits(self) -> String {
        let mut digits = String::with_capacity(Self::DIGITS);
        for number in self.0 {
            _ = write!(digits, "{:08x}", number.swap_bytes());
        }
        digits
    }
}

impl Offer {
    /// Those set for a connection.
    pub fn of_suites(suites: &[Suite]) -> Self {
        let mut offer = Self::default();
        for Suite([integrity, encryption, group, cipher, authentication, forward]) in suites.iter().copied() {
            offer.main_mode(integrity, encryption, group);
            offer.quick_mode(cipher, authentication, forward);
        }
        offer
    }

    /// Those of a connection whose own are not followed.
    pub fn unclear() -> Self {
        let mut offer = Self::default();
        offer.unknown("ike", "CustomIPSecPolicies");
        offer.unknown("esp", "CustomIPSecPolicies");
        offer
    }

    /// Those of Windows for version 2 of the key exchange.
    pub fn of_ikev2(machine: OfMachine) -> Self {
        let mut offer = Self::default();
        let (ciphers, groups): (&[&str], &[&str]) = match machine.larger_group {
            Some(2) => (&["aes256"], &["modp2048"]),
            Some(1) => (&["aes256", "aes192", "aes128", "3des"], &["modp2048", "modp1024"]),
            _ => (&["aes256", "aes192", "aes128", "3des"], &["modp1024"]),
        };
        offer.ike(ciphers);
        offer.ike(&["sha384", "sha256", "sha1", "prfsha384", "prfsha256", "prfsha1"]);
        offer.ike(groups);
        offer.esp(&["sha1"]);
        offer.unknown("esp", DEFAULT);
        offer
    }

    /// Those of Windows for L2TP, which is not told to keep to those of a connection.
    pub fn of_l2tp(machine: OfMachine) -> Self {
        let mut offer = Self::default();
        if machine.no_ipsec_for_l2tp {
            offer.esp(&["null"]);
            offer.unknown("esp", "ProhibitIpSec");
            return offer;
        }
        offer.ike(&["aes256", "aes128", "3des", "sha1", "prfsha1", "ecp384", "ecp256", "modp2048", "modp1024"]);
        offer.esp(&["sha1"]);
        if machine.weak_l2tp {
            offer.ike(&["des", "md5", "prfmd5", "modp768"]);
        }
        offer.unknown("esp", DEFAULT);
        offer
    }

    /// What either takes up.
    #[must_use]
    pub fn or(mut self, other: Self) -> Self {
        for (all, more) in [(&mut self.ike, other.ike), (&mut self.esp, other.esp), (&mut self.unknown, other.unknown)]
        {
            for name in more {
                if !all.contains(&name) {
                    all.push(name);
                }
            }
        }
        self
    }

    fn main_mode(&mut self, integrity: u32, encryption: u32, group: u32) {
        let (combined, cipher) = match encryption {
            0 => (false, "des"),
            1 => (false, "3des"),
            2 => (false, "aes128"),
            3 => (false, "aes192"),
            4 => (false, "aes256"),
            5 => (true, "aes128gcm16"),
            6 => (true, "aes256gcm16"),
            other => return self.unknown("ike", &format!("encryption {other}")),
        };
        self.ike(&[cipher]);
        let hash = match integrity {
            0 => "md5",
            1 => "sha1",
            2 => "sha256",
            3 => "sha384",
            other => return self.unknown("ike", &format!("integrity {other}")),
        };
        // With encryption that shows tampering by itself it derives the keys alone.
        if !combined {
            self.ike(&[hash]);
        }
        self.ike(&[&format!("prf{hash}")]);
        match of_group(group) {
            Some(group) => self.ike(&[group]),
            None => self.unknown("ike", &format!("group {group}")),
        }
    }

    fn quick_mode(&mut self, cipher: u32, authentication: u32, forward: u32) {
        let (combined, name) = match cipher {
            1 => (false, "des"),
            2 => (false, "3des"),
            3 => (false, "aes128"),
            4 => (false, "aes192"),
            5 => (false, "aes256"),
            6 => (true, "aes128gcm16"),
            7 => (true, "aes192gcm16"),
            8 => (true, "aes256gcm16"),
            other => return self.unknown("esp", &format!("encryption {other}")),
        };
        self.esp(&[name]);
        match (combined, authentication) {
            (true, _) => {}
            (false, 0) => self.esp(&["md5"]),
            (false, 1) => self.esp(&["sha1"]),
            (false, 2) => self.esp(&["sha256"]),
            (false, other) => self.unknown("esp", &format!("authentication {other}")),
        }
        match (forward, of_forward(forward)) {
            // No exchange of its own: the keys come from the one before.
            (0 | 6, _) => {}
            (_, Some(group)) => self.esp(&[group]),
            (other, None) => self.unknown("esp", &format!("group {other}")),
        }
    }

    fn ike(&mut self, names: &[&str]) {
        add(&mut self.ike, names);
    }

    fn esp(&mut self, names: &[&str]) {
        add(&mut self.esp, names);
    }

    fn unknown(&mut self, phase: &str, word: &str) {
        add(&mut self.unknown, &[&format!("{phase}: {word}")]);
    }
}

fn add(all: &mut Vec<String>, names: &[&str]) {
    for name in names {
        if !all.iter().any(|known| known == name) {
            all.push((*name).to_owned());
        }
    }
}

/// IKEEXT_DH_GROUP; a group must be there.
fn of_group(number: u32) -> Option<&'static str> {
    match number {
        1 => Some("modp768"),
        2 => Some("modp1024"),
        3 => Some("modp2048"),
        4 => Some("ecp256"),
        5 => Some("ecp384"),
        6 => Some("modp2048s256"),
        _ => None,
    }
}

/// IPSEC_PFS_GROUP, which has the group with a subgroup at another place.
fn of_forward(number: u32) -> Option<&'static str> {
    match number {
        6 => None,
        7 => Some("modp2048s256"),
        other => of_group(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(suite: [u32; 6]) -> (String, String, String) {
        let offer = Offer::of_suites(&[Suite(suite)]);
        (offer.ike.join(" "), offer.esp.join(" "), offer.unknown.join(" "))
    }

    fn three(ike: &str, esp: &str, unknown: &str) -> (String, String, String) {
        (ike.to_owned(), esp.to_owned(), unknown.to_owned())
    }

    #[test]
    fn suites_are_those_that_were_asked_for() {
        // What Set-VpnConnectionIPsecConfiguration was given, and what it wrote.
        for (digits, expected) in [
            // GCMAES256, GCMAES256, ECP384, SHA256, no PFS, GCMAES256.
            (
                "020000000600000005000000080000000500000000000000",
                three("aes256gcm16 prfsha256 ecp384", "aes256gcm16", ""),
            ),
            // SHA256128, AES128, Group14, SHA256, PFS2048, AES128.
            (
                "020000000200000003000000030000000200000003000000",
                three("aes128 sha256 prfsha256 modp2048", "aes128 sha256 modp2048", ""),
            ),
            // GCMAES256, GCMAES256, ECP384, SHA384, ECP384, AES256.
            (
                "030000000400000005000000080000000500000005000000",
                three("aes256 sha384 prfsha384 ecp384", "aes256gcm16 ecp384", ""),
            ),
            // SHA256128, AES256, Group2, SHA384, no PFS, AES256.
            (
                "030000000400000002000000050000000200000000000000",
                three("aes256 sha384 prfsha384 modp1024", "aes256 sha256", ""),
            ),
        ] {
            let suite = Suite::of(digits).unwrap();
            assert_eq!(told(suite.0), expected, "{digits}");
            assert_eq!(suite.digits(), digits);
        }
    }

    #[test]
    fn weak_ones_and_those_of_no_version_are_told() {
        assert_eq!(told([0, 0, 1, 1, 0, 1]), three("des md5 prfmd5 modp768", "des md5 modp768", ""));
        assert_eq!(told([1, 1, 6, 2, 1, 7]), three("3des sha1 prfsha1 modp2048s256", "3des sha1 modp2048s256", ""));
        assert_eq!(told([2, 3, 4, 4, 2, 6]), three("aes192 sha256 prfsha256 ecp256", "aes192 sha256", ""));
        assert_eq!(told([2, 5, 3, 7, 9, 2]), three("aes128gcm16 prfsha256 modp2048", "aes192gcm16 modp1024", ""));
        assert_eq!(told([2, 7, 3, 9, 2, 3]), three("", "", "ike: encryption 7 esp: encryption 9"));
        assert_eq!(told([4, 4, 3, 0, 2, 3]), three("aes256", "", "ike: integrity 4 esp: encryption 0"));
        assert_eq!(
            told([2, 4, 0, 5, 3, 8]),
            three("aes256 sha256 prfsha256", "aes256", "ike: group 0 esp: authentication 3 esp: group 8")
        );
        assert_eq!(told([2, 4, 7, 5, 2, 0]).2, "ike: group 7");
    }

    #[test]
    fn what_windows_takes_by_itself_is_weak_whatever_is_set_for_all() {
        let of = |larger_group| Offer::of_ikev2(OfMachine { larger_group, ..OfMachine::default() });
        for group in [None, Some(0), Some(3)] {
            assert!(of(group).ike.contains(&"modp1024".to_owned()) && !of(group).ike.contains(&"modp2048".to_owned()));
        }
        assert!(of(Some(1)).ike.contains(&"modp1024".to_owned()) && of(Some(1)).ike.contains(&"modp2048".to_owned()));
        assert!(!of(Some(2)).ike.contains(&"modp1024".to_owned()) && !of(Some(2)).ike.contains(&"3des".to_owned()));
        for group in [None, Some(1), Some(2)] {
            assert!(of(group).ike.contains(&"sha1".to_owned()));
            assert_eq!((of(group).esp, of(group).unknown), (vec!["sha1".to_owned()], vec!["esp: default".to_owned()]));
        }
        let l2tp = |machine| Offer::of_l2tp(machine).ike.join(" ");
        assert!(l2tp(OfMachine { larger_group: Some(2), ..OfMachine::default() }).contains("3des"));
        assert!(l2tp(OfMachine { weak_l2tp: true, ..OfMachine::default() }).contains("modp768"));
        let bare = Offer::of_l2tp(OfMachine { no_ipsec_for_l2tp: true, ..OfMachine::default() });
        assert_eq!((bare.ike.len(), bare.esp), (0, vec!["null".to_owned()]));
        let both = Offer::of_suites(&[Suite([2, 4, 3, 8, 5, 3])]).or(Offer::unclear()).or(Offer::unclear());
        assert_eq!(both.unknown, ["ike: CustomIPSecPolicies", "esp: CustomIPSecPolicies"]);
    }
}
