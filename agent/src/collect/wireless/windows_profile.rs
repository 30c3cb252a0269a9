//! Wireless profiles of Windows (`WLANProfile`).
//!
//! Source: the WLAN_profile schema of Microsoft (`http://www.microsoft.com/networking/WLAN/profile/v1` and its later parts). Elements
//! are told by their names without prefixes. Keys are never kept.
//!
//! `transitionMode` of the fourth part ([MS-GPWL] 6.3.4) lets a profile join the older form of its network as well
//! (<https://learn.microsoft.com/en-us/windows/win32/nativewifi/wpa3-personal-transition-profile-sample>): of WPA3-Personal that is
//! WPA2, and of OWE it is an open network.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use tenken_model::fact::wireless::WirelessSecurity;
use thiserror::Error;

use crate::collect::xml_reference;

use super::network::Network;

/// The deepest an element of a profile is looked at.
const DEPTH_MAX: usize = 40;
/// The longest value that is kept.
const VALUE_MAX: usize = 4_096;

/// Why a text is no profile that can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ProfileError {
    /// It is no well-formed XML.
    #[error("a wireless profile is no well-formed XML")]
    Xml,
    /// It is nested deeper than any profile is.
    #[error("a wireless profile is nested deeper than {DEPTH_MAX}")]
    Deep,
    /// It does not say how the network lets hosts in, or in a way that is not known.
    #[error("a wireless profile has no authentication that is known")]
    Authentication,
    /// How it proves the network is in bytes of a method's own (`ConfigBlob`).
    #[error("a wireless profile keeps how it checks its network in a form that is not followed")]
    Method,
}

/// What a profile says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The network.
    pub network: Network,
    /// The key is in the profile as it is typed, not protected by the machine.
    pub has_plain_key: bool,
}

#[derive(Default)]
struct Values {
    name: Option<String>,
    hexadecimal: Option<String>,
    authentication: Option<String>,
    encryption: Option<String>,
    is_automatic: bool,
    has_enterprise: bool,
    is_in_transition: bool,
    key_protected: Option<bool>,
    has_key: bool,
    server_checked: Option<bool>,
    has_roots: bool,
    has_own_form: bool,
}

/// Reads a profile.
pub fn parse(xml: &str) -> Result<Profile, ProfileError> {
    let mut reader = Reader::from_str(xml);
    let mut path: Vec<String> = Vec::new();
    let mut text = String::new();
    let mut values = Values::default();
    loop {
        match reader.read_event().map_err(|_| ProfileError::Xml)? {
            Event::Start(start) => {
                if path.len() >= DEPTH_MAX {
                    return Err(ProfileError::Deep);
                }
                path.push(local_name(&start));
                text.clear();
            }
            Event::Text(part) if text.len() <= VALUE_MAX => {
                text.push_str(&part.decode().map_err(|_| ProfileError::Xml)?);
            }
            Event::CData(part) if text.len() <= VALUE_MAX => {
                text.push_str(&part.decode().map_err(|_| ProfileError::Xml)?);
            }
            Event::GeneralRef(reference) if text.len() <= VALUE_MAX => {
                text.push(xml_reference::character(&reference).map_err(|_| ProfileError::Xml)?);
            }
            Event::End(_) => {
                values.take(&path, text.trim());
                text.clear();
                path.pop();
            }
            Event::Eof if path.is_empty() => break,
            Event::Eof => return Err(ProfileError::Xml),
            Event::Empty(_)
            | Event::Text(_)
            | Event::CData(_)
            | Event::GeneralRef(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_) => {}
        }
    }
    values.finish()
}

fn local_name(start: &BytesStart<'_>) -> String {
    String::from_utf8_lossy(start.local_name().as_ref()).into_owned()
}

impl Values {
    fn take(&mut self, path: &[String], text: &str) {
        let names: Vec<&str> = path.iter().rev().take(3).map(String::as_str).collect();
        let is_true = text.eq_ignore_ascii_case("true") || text == "1";
        match names.as_slice() {
            ["name", "SSID", "SSIDConfig"] => self.name = self.name.take().or_else(|| Some(text.to_owned())),
            ["hex", "SSID", "SSIDConfig"] => {
                self.hexadecimal = self.hexadecimal.take().or_else(|| Some(text.to_owned()));
            }
            ["connectionMode", "WLANProfile"] => self.is_automatic = text.eq_ignore_ascii_case("auto"),
            ["authentication", "authEncryption", _] => self.authentication = Some(text.to_ascii_uppercase()),
            ["encryption", "authEncryption", _] => self.encryption = Some(text.to_ascii_uppercase()),
            ["useOneX", "authEncryption", _] => self.has_enterprise = is_true,
            ["transitionMode", "authEncryption", _] => self.is_in_transition = is_true,
            ["protected", "sharedKey", _] => self.key_protected = Some(is_true),
            ["keyMaterial", "sharedKey", _] => self.has_key = !text.is_empty(),
            // Of PEAP, EAP-TLS and TEAP in their own parts, and of TTLS.
            ["PerformServerValidation" | "DisableServerValidation", ..] => {
                let checked = is_true == (names.first() == Some(&"PerformServerValidation"));
                self.server_checked = Some(self.server_checked.unwrap_or(true) && checked);
            }
            ["TrustedRootCA" | "TrustedRootCAHash", ..] => self.has_roots |= !text.is_empty(),
            ["ConfigBlob", ..] => self.has_own_form |= !text.is_empty(),
            _ => {}
        }
    }

    fn finish(self) -> Result<Profile, ProfileError> {
        let ssid = self.name.or_else(|| self.hexadecimal.as_deref().map(from_hexadecimal)).unwrap_or_default();
        let encryption = self.encryption.as_deref().unwrap_or("NONE");
        let is_wep = encryption.starts_with("WEP");
        let authentication = self.authentication.ok_or(ProfileError::Authentication)?;
        let security = match authentication.as_str() {
            // With 802.1X and WEP the keys change, and are broken all the same.
            "OPEN" | "SHARED" if is_wep => WirelessSecurity::Wep,
            "OPEN" => WirelessSecurity::Open,
            "SHARED" => WirelessSecurity::Wep,
            // Whoever offers the name without encryption is joined as well.
            "OWE" if self.is_in_transition => WirelessSecurity::Open,
            "OWE" => WirelessSecurity::Owe,
            "WPAPSK" | "WPA2PSK" => WirelessSecurity::Psk,
            "WPA3SAE" => WirelessSecurity::Sae,
            "WPA" | "WPA2" | "WPA3" | "WPA3ENT" | "WPA3ENT192" => WirelessSecurity::Enterprise,
            _ => return Err(ProfileError::Authentication),
        };
        let is_enterprise = security == WirelessSecurity::Enterprise || self.has_enterprise;
        if is_enterprise && self.server_checked.is_none() && !self.has_roots && self.has_own_form {
            return Err(ProfileError::Method);
        }
        // Without a word of it, that authorities are named tells that the server is checked.
        let server_checked = is_enterprise.then(|| self.server_checked.unwrap_or(self.has_roots));
        Ok(Profile {
            network: Network {
                ssid,
                security,
                tkip: encryption == "TKIP" || matches!(authentication.as_str(), "WPA" | "WPAPSK"),
                automatic: self.is_automatic,
                server_checked,
            },
            has_plain_key: self.has_key && self.key_protected == Some(false),
        })
    }
}

fn from_hexadecimal(text: &str) -> String {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let bytes: Option<Vec<u8>> = text
        .as_bytes()
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => Some(digit(high)? << 4 | digit(low)?),
            _ => None,
        })
        .collect();
    String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(authentication: &str, encryption: &str, more: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?>\r\n<WLANProfile xmlns=\"http://www.microsoft.com/networking/WLAN/profile/v1\">\
             <name>A &amp; B</name><SSIDConfig><SSID><hex>41</hex><name>A &amp; B</name></SSID><nonBroadcast>false\
             </nonBroadcast></SSIDConfig><connectionType>ESS</connectionType><connectionMode>auto</connectionMode><MSM>\
             <security><authEncryption><authentication>{authentication}</authentication><encryption>{encryption}\
             </encryption><useOneX>false</useOneX></authEncryption>{more}</security></MSM></WLANProfile>"
        )
    }

    #[test]
    fn every_authentication_is_told() {
        let told = |authentication: &str, encryption: &str| {
            let network = parse(&profile(authentication, encryption, "")).unwrap().network;
            (network.security, network.tkip)
        };
        for (authentication, encryption, security, tkip) in [
            ("open", "none", WirelessSecurity::Open, false),
            ("open", "WEP", WirelessSecurity::Wep, false),
            ("shared", "WEP", WirelessSecurity::Wep, false),
            ("OWE", "AES", WirelessSecurity::Owe, false),
            ("WPAPSK", "TKIP", WirelessSecurity::Psk, true),
            ("WPAPSK", "AES", WirelessSecurity::Psk, true),
            ("WPA2PSK", "TKIP", WirelessSecurity::Psk, true),
            ("WPA2PSK", "AES", WirelessSecurity::Psk, false),
            ("WPA3SAE", "AES", WirelessSecurity::Sae, false),
            ("WPA2", "AES", WirelessSecurity::Enterprise, false),
            ("WPA3ENT192", "GCMP256", WirelessSecurity::Enterprise, false),
        ] {
            assert_eq!(told(authentication, encryption), (security, tkip), "{authentication} {encryption}");
        }
        assert_eq!(parse(&profile("WPA9", "AES", "")), Err(ProfileError::Authentication));
        assert_eq!(parse("<WLANProfile/>"), Err(ProfileError::Authentication));
    }

    #[test]
    fn a_network_that_is_joined_without_encryption_as_well_is_open() {
        let told = |authentication: &str, transition: &str| {
            let mode = format!(
                "</useOneX><transitionMode xmlns=\"http://www.microsoft.com/networking/WLAN/profile/v4\">{transition}\
                 </transitionMode>"
            );
            parse(&profile(authentication, "AES", "").replace("</useOneX>", &mode)).unwrap().network.security
        };
        assert_eq!(told("OWE", "true"), WirelessSecurity::Open);
        assert_eq!(told("OWE", "1"), WirelessSecurity::Open);
        assert_eq!(told("OWE", "false"), WirelessSecurity::Owe);
        assert_eq!(told("WPA3SAE", "true"), WirelessSecurity::Sae, "the other way is encrypted as well");
    }

    #[test]
    fn names_keys_and_modes_are_told() {
        let key = |protected: &str| {
            format!(
                "<sharedKey><keyType>passPhrase</keyType><protected>{protected}</protected><keyMaterial>x</keyMaterial></sharedKey>"
            )
        };
        let told = parse(&profile("WPA2PSK", "AES", &key("false"))).unwrap();
        assert_eq!((told.network.ssid.as_str(), told.network.automatic, told.has_plain_key), ("A & B", true, true));
        assert!(!parse(&profile("WPA2PSK", "AES", &key("true"))).unwrap().has_plain_key);
        let manual = profile("open", "none", "")
            .replace(">auto<", ">manual<")
            .replace("<name>A &amp; B</name></SSID>", "</SSID>");
        let told = parse(&manual).unwrap().network;
        assert_eq!((told.ssid.as_str(), told.automatic), ("A", false));
    }

    #[test]
    fn whether_the_server_is_checked_is_told() {
        let eap = |words: &str| {
            let more = format!(
                "<OneX><EAPConfig><EapHostConfig><Config><Eap><EapType>{words}</EapType></Eap></Config></EapHostConfig></EAPConfig></OneX>"
            );
            parse(&profile("WPA2", "AES", &more)).unwrap().network.server_checked
        };
        assert_eq!(
            eap("<PeapExtensions><PerformServerValidation>true</PerformServerValidation></PeapExtensions>"),
            Some(true)
        );
        assert_eq!(
            eap("<PeapExtensions><PerformServerValidation>false</PerformServerValidation></PeapExtensions>"),
            Some(false)
        );
        assert_eq!(eap("<ServerValidation><TrustedRootCA>aa bb</TrustedRootCA></ServerValidation>"), Some(true));
        assert_eq!(eap(""), Some(false));
        assert_eq!(parse(&profile("WPA2PSK", "AES", "")).unwrap().network.server_checked, None);
    }

    #[test]
    fn what_is_broken_is_refused() {
        let whole = profile("WPA2PSK", "AES", "");
        assert_eq!(parse(&whole[..whole.len() - 20]), Err(ProfileError::Xml));
        assert_eq!(parse(&"<a>".repeat(100)), Err(ProfileError::Deep));
        assert_eq!(parse("<a></b>"), Err(ProfileError::Xml));
    }
}
