//! Networks as NetworkManager (`nmcli --offline`) and wpa_supplicant (`wpa_passphrase`) write them.

use std::process::Command;

use tenken_agent::collect::key_file;
use tenken_agent::collect::wireless::network::Network;
use tenken_agent::collect::wireless::{network_manager, wpa_supplicant};
use tenken_model::fact::wireless::WirelessSecurity;

use crate::dice::Dice;
use crate::program::{printed, wanted};

const CONNECTIONS: usize = 120;
const PASSPHRASES: usize = 60;

/// What a way of security needs to be written down, and what is to be read in it: the way, TKIP, and whether the network must
/// prove itself.
type Way = (&'static [&'static str], WirelessSecurity, bool, Option<bool>);

const WAYS: &[Way] = &[
    (&[], WirelessSecurity::Open, false, None),
    (&["wifi-sec.key-mgmt", "owe"], WirelessSecurity::Owe, false, None),
    (
        &["wifi-sec.key-mgmt", "none", "wifi-sec.wep-key0", "abcde", "wifi-sec.wep-key-type", "1"],
        WirelessSecurity::Wep,
        false,
        None,
    ),
    (
        &["wifi-sec.key-mgmt", "none", "wifi-sec.wep-key2", "0123456789", "wifi-sec.auth-alg", "shared"],
        WirelessSecurity::Wep,
        false,
        None,
    ),
    (
        &[
            "wifi-sec.key-mgmt",
            "ieee8021x",
            "wifi-sec.auth-alg",
            "leap",
            "wifi-sec.leap-username",
            "a",
            "wifi-sec.leap-password",
            "b",
        ],
        WirelessSecurity::Wep,
        false,
        None,
    ),
    (&["wifi-sec.key-mgmt", "wpa-psk", "wifi-sec.psk", "long;enough #\\"], WirelessSecurity::Psk, false, None),
    (
        &[
            "wifi-sec.key-mgmt",
            "wpa-psk",
            "wifi-sec.psk",
            "12345678",
            "wifi-sec.proto",
            "rsn",
            "wifi-sec.pairwise",
            "ccmp",
        ],
        WirelessSecurity::Psk,
        false,
        None,
    ),
    (
        &["wifi-sec.key-mgmt", "wpa-psk", "wifi-sec.psk", "12345678", "wifi-sec.proto", "wpa,rsn"],
        WirelessSecurity::Psk,
        true,
        None,
    ),
    (
        &["wifi-sec.key-mgmt", "wpa-psk", "wifi-sec.psk-flags", "1", "wifi-sec.pairwise", "tkip,ccmp"],
        WirelessSecurity::Psk,
        true,
        None,
    ),
    (&["wifi-sec.key-mgmt", "sae", "wifi-sec.psk", "[12345678]"], WirelessSecurity::Sae, false, None),
    (
        &[
            "wifi-sec.key-mgmt",
            "wpa-eap",
            "802-1x.eap",
            "peap",
            "802-1x.phase2-auth",
            "mschapv2",
            "802-1x.identity",
            "a",
        ],
        WirelessSecurity::Enterprise,
        false,
        Some(false),
    ),
    (
        &[
            "wifi-sec.key-mgmt",
            "wpa-eap",
            "802-1x.eap",
            "peap,ttls",
            "802-1x.phase2-auth",
            "pap",
            "802-1x.identity",
            "a",
            "802-1x.system-ca-certs",
            "yes",
            "802-1x.password",
            "x",
        ],
        WirelessSecurity::Enterprise,
        false,
        Some(true),
    ),
    (
        &[
            "wifi-sec.key-mgmt",
            "wpa-eap",
            "802-1x.eap",
            "pwd",
            "802-1x.identity",
            "a",
            "802-1x.ca-path",
            "/etc/ssl/certs",
        ],
        WirelessSecurity::Enterprise,
        false,
        Some(true),
    ),
];

/// A name of at most 32 bytes.
fn name(dice: &mut Dice) -> String {
    let letters = ["a", "Z", "0", "9", " ", ";", "#", "\\", "=", "[", "]", "\"", "カ", ",", "'", "s", "n", "%", "1;2;"];
    let mut name = String::new();
    for _ in 0..=dice.below(9) {
        name.push_str(dice.one(&letters));
    }
    name.truncate(
        name.char_indices().map(|(at, letter)| at + letter.len_utf8()).take_while(|end| *end <= 32).last().unwrap(),
    );
    name
}

#[test]
fn networks_are_read_as_network_manager_writes_them() {
    let Some(nmcli) = wanted("networks_are_read_as_network_manager_writes_them", "nmcli") else { return };
    let mut dice = Dice(3);
    for number in 0..CONNECTIONS {
        let (settings, security, tkip, server_checked) = WAYS[number % WAYS.len()];
        let (ssid, automatic) = (name(&mut dice), dice.in_hundred(60));
        let id = name(&mut dice);
        let mut add = Command::new(&nmcli);
        add.args(["--offline", "connection", "add", "type", "wifi", "con-name", &id, "ssid", &ssid]);
        add.args(["autoconnect", if automatic { "yes" } else { "no" }, "--"]).args(settings);
        let printed = printed(&mut add);
        // Before the file it may say what it makes of a key.
        let written = &printed[printed.find("[connection]").unwrap()..];
        let read = network_manager::network(&key_file::parse(written.as_bytes()).unwrap());
        assert_eq!(read, Some(Network { ssid, security, tkip, automatic, server_checked }), "{written}");
    }
}

#[test]
fn other_connections_of_network_manager_are_none() {
    let Some(nmcli) = wanted("other_connections_of_network_manager_are_none", "nmcli") else { return };
    for settings in [
        &["type", "ethernet", "ifname", "eth0"][..],
        &[
            "type",
            "wifi",
            "ssid",
            "of this host",
            "mode",
            "ap",
            "--",
            "wifi-sec.key-mgmt",
            "wpa-psk",
            "wifi-sec.psk",
            "12345678",
        ],
        &["type", "vlan", "dev", "eth0", "id", "5"],
        &["type", "ethernet", "ifname", "*", "--", "802-1x.eap", "md5", "802-1x.identity", "a", "802-1x.password", "b"],
    ] {
        let written = printed(Command::new(&nmcli).args(["--offline", "connection", "add"]).args(settings));
        assert_eq!(network_manager::network(&key_file::parse(written.as_bytes()).unwrap()), None, "{written}");
    }
}

#[test]
fn networks_are_read_as_wpa_passphrase_writes_them() {
    let Some(program) = wanted("networks_are_read_as_wpa_passphrase_writes_them", "wpa_passphrase") else { return };
    let mut dice = Dice(4);
    let mut file = String::from("ctrl_interface=/run/wpa_supplicant\nupdate_config=1\n");
    let mut names = Vec::new();
    for _ in 0..PASSPHRASES {
        let name = name(&mut dice);
        let passphrase = dice.one(&["12345678", "# not a comment }", "a\"b\"c\"d\"e", "long and \\ odd; {"]);
        file.push_str(&printed(Command::new(&program).args([name.as_str(), passphrase])));
        names.push(name);
    }
    let read = wpa_supplicant::networks(file.as_bytes()).unwrap();
    let expected = |ssid: String| Network {
        ssid,
        security: WirelessSecurity::Psk,
        tkip: false,
        automatic: true,
        server_checked: None,
    };
    assert_eq!(read, names.into_iter().map(expected).collect::<Vec<_>>(), "{file}");
}
