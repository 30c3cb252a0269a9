use tenken_model::Instant;
use tenken_model::fact::wireless::WirelessLink;
use tenken_model::fact::wireless::WirelessSecurity::{Enterprise, Open, Psk, Sae, Wep};
use tenken_model::register::Registers;

use super::*;
use crate::collect::Wake;
use crate::host::{BusProperty, Recording};

// Composed in the form in which NetworkManager 1.42 and 1.30, Debian's wpa_supplicant 2.10, netplan 1.0 and RHEL 8 write them.
const ENTERPRISE: &[u8] = include_bytes!("../../../tests/samples/wireless/enterprise.nmconnection");
const HOME: &[u8] = include_bytes!("../../../tests/samples/wireless/home.nmconnection");
const WPA: &[u8] = include_bytes!("../../../tests/samples/wireless/wpa_supplicant.conf");
const NETPLAN: &[u8] = include_bytes!("../../../tests/samples/wireless/wpa-wlp3s0.conf");
const SCRIPT: &[u8] = include_bytes!("../../../tests/samples/wireless/ifcfg-kenshin");

fn bare() -> Recording {
    Recording::new("2026-11-24T00:00:00Z".parse().unwrap())
}

/// A PC with a radio.
fn laptop() -> Recording {
    bare().folder("/sys/class/net/lo").folder("/sys/class/net/wlp3s0/phy80211")
}

fn with(host: Recording, path: &str, bytes: impl AsRef<[u8]>, mode: u32) -> Recording {
    host.file_with(path, bytes, |metadata| metadata.mode = mode)
}

fn outcome(host: &Recording) -> Outcome<Wireless> {
    let now = Instant::UNIX_EPOCH;
    let needs = Needs { registers: Registers::not_given("none"), time_references: Vec::new(), now };
    collect(&Look::new(host), &needs)
}

fn known(host: &Recording) -> Wireless {
    match outcome(host) {
        Outcome::Known(fact) => fact,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_server_without_a_radio_has_no_wireless_networks() {
    assert!(matches!(outcome(&bare()), Outcome::Absent(_)));
    assert!(matches!(outcome(&bare().folder("/sys/class/net/eth0")), Outcome::Absent(_)));
    let wired = with(bare(), "/etc/NetworkManager/system-connections/eth", "[connection]\ntype=ethernet\n", 0o600);
    assert!(matches!(outcome(&wired), Outcome::Absent(_)));
}

#[test]
fn profiles_stay_when_the_adapter_is_pulled_out() {
    let host = with(bare(), "/etc/NetworkManager/system-connections/home.nmconnection", HOME, 0o600);
    let fact = known(&host);
    assert_eq!((fact.interfaces.len(), fact.profiles.len()), (0, 1));
    assert_eq!(fact.links, Read::Measured(Vec::new()));
}

#[test]
fn every_store_is_read() {
    let mut host = laptop();
    for (path, bytes, mode) in [
        ("/etc/NetworkManager/system-connections/kenshin.nmconnection", ENTERPRISE, 0o600),
        ("/run/NetworkManager/system-connections/netplan-wlp3s0-home.nmconnection", HOME, 0o600),
        ("/etc/wpa_supplicant/wpa_supplicant.conf", WPA, 0o644),
        ("/run/netplan/wpa-wlp3s0.conf", NETPLAN, 0o600),
        ("/etc/sysconfig/network-scripts/ifcfg-kenshin", SCRIPT, 0o600),
        ("/var/lib/iwd/Cafe Tanaka.open", b"[Settings]\nAutoConnect=true\n", 0o600),
        ("/var/lib/iwd/.known_network.freq", b"\xff", 0o600),
        ("/var/lib/iwd/ap.conf", b"no key file", 0o600),
        ("/etc/NetworkManager/system-connections/old.nmconnection~", b"[wifi", 0o600),
    ] {
        host = with(host, path, bytes, mode);
    }
    let found: Vec<_> = known(&host)
        .profiles
        .into_iter()
        .map(|profile| {
            (profile.ssid, profile.security, profile.tkip, profile.automatic, profile.protected, profile.server_checked)
        })
        .collect();
    let expected = [
        ("Kenshin", Enterprise, false, true, true, Some(true)),
        ("Home", Psk, false, true, true, None),
        ("Kenshin", Psk, true, true, false, None),
        ("Guest", Open, false, false, false, None),
        ("Scales", Wep, false, true, false, None),
        ("Kenshin", Enterprise, false, true, false, Some(false)),
        ("Kenshin-5G", Sae, false, true, true, None),
        ("Cafe Tanaka", Open, false, true, true, None),
        ("Kenshin", Psk, false, true, true, None),
    ];
    let expected: Vec<_> = expected.into_iter().map(|(ssid, a, b, c, d, e)| (ssid.to_owned(), a, b, c, d, e)).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_file_of_another_owner_is_not_protected() {
    let host = laptop().file_with("/etc/NetworkManager/system-connections/a.nmconnection", HOME, |metadata| {
        (metadata.mode, metadata.uid) = (0o600, 1000);
    });
    assert!(!known(&host).profiles[0].protected);
}

#[test]
fn what_may_not_be_read_or_is_broken_is_unknown() {
    for host in [
        laptop().denied("/etc/NetworkManager/system-connections"),
        laptop().folder("/var/lib/iwd").denied("/var/lib/iwd/a.psk"),
        laptop().denied("/sys/class/net"),
    ] {
        assert!(matches!(outcome(&host), Outcome::Failed(reason) if reason.code == ReasonCode::NotPermitted));
    }
    for (path, text) in [
        ("/etc/NetworkManager/system-connections/a.nmconnection", "[wifi\n"),
        ("/etc/wpa_supplicant.conf", "network={\nssid=\"a\"\n"),
        ("/var/lib/iwd/a.psk", "AutoConnect=true\n"),
    ] {
        let failed = outcome(&laptop().file(path, text));
        assert!(
            matches!(&failed, Outcome::Failed(reason) if reason.code == ReasonCode::Unparsable),
            "{path}: {failed:?}"
        );
    }
}

#[test]
fn reasons_do_not_name_networks() {
    for (host, expected) in [
        (laptop().file("/var/lib/iwd/Home.psk", "x\n"), "a profile in /var/lib/iwd"),
        (
            laptop()
                .folder("/etc/NetworkManager/system-connections")
                .denied("/etc/NetworkManager/system-connections/Home.nmconnection"),
            "a profile in /etc/NetworkManager/system-connections",
        ),
        (laptop().file("/etc/wpa_supplicant.conf", "network={\n"), "/etc/wpa_supplicant.conf"),
    ] {
        let Outcome::Failed(reason) = outcome(&host) else { panic!("{expected}") };
        let reason = reason.to_string();
        assert!(reason.contains(expected) && !reason.contains("Home"), "{reason}");
    }
}

#[test]
fn what_is_joined_now() {
    let property = |path: &str, interface: &str, name: &str| BusProperty {
        service: "org.freedesktop.NetworkManager".into(),
        path: path.into(),
        interface: format!("org.freedesktop.NetworkManager{interface}"),
        name: name.into(),
    };
    let (active, point) =
        ("/org/freedesktop/NetworkManager/ActiveConnection/1", "/org/freedesktop/NetworkManager/AccessPoint/7");
    let host = laptop()
        .bus(property("/org/freedesktop/NetworkManager", "", "ActiveConnections"), Ok(serde_json::json!([active])))
        .bus(property(active, ".Connection.Active", "Type"), Ok("802-11-wireless".into()))
        .bus(property(active, ".Connection.Active", "SpecificObject"), Ok(point.into()))
        .bus(property(point, ".AccessPoint", "Ssid"), Ok(serde_json::json!([67, 97, 102, 101])))
        .bus(property(point, ".AccessPoint", "Flags"), Ok(0.into()))
        .bus(property(point, ".AccessPoint", "WpaFlags"), Ok(0.into()))
        .bus(property(point, ".AccessPoint", "RsnFlags"), Ok(0.into()));
    let cafe = WirelessLink { ssid: "Cafe".into(), security: Open, tkip: false };
    assert_eq!(known(&host).links, Read::Measured(vec![cafe]));
    assert!(matches!(known(&laptop()).links, Read::NotRead(reason) if reason.code == ReasonCode::Unsupported));
}

#[test]
fn what_is_joined_is_unknown_while_it_changes() {
    let property = |path: &str, interface: &str, name: &str| BusProperty {
        service: "org.freedesktop.NetworkManager".into(),
        path: path.into(),
        interface: format!("org.freedesktop.NetworkManager{interface}"),
        name: name.into(),
    };
    let active = "/org/freedesktop/NetworkManager/ActiveConnection/1";
    let root = || property("/org/freedesktop/NetworkManager", "", "ActiveConnections");
    let in_state = |state: u64| {
        laptop()
            .bus(root(), Ok(serde_json::json!([active])))
            .bus(property(active, ".Connection.Active", "Type"), Ok("802-11-wireless".into()))
            .bus(property(active, ".Connection.Active", "SpecificObject"), Ok("/".into()))
            .bus(property(active, ".Connection.Active", "State"), Ok(state.into()))
    };
    assert!(matches!(known(&in_state(1)).links, Read::NotRead(reason) if reason.code == ReasonCode::Inconclusive));
    assert_eq!(known(&in_state(2)).links, Read::Measured(Vec::new()), "an access point of this host");
    let many = laptop().bus(root(), Ok(serde_json::json!(vec![active; 17])));
    assert!(matches!(known(&many).links, Read::NotRead(reason) if reason.code == ReasonCode::TooLarge));
}

#[test]
fn findings_call_a_network_by_its_name_only_if_everybody_may_listen() {
    let labels =
        |host: &Recording| -> Vec<String> { known(host).profiles.into_iter().map(|profile| profile.label).collect() };
    let host =
        |id: &str| with(laptop(), "/etc/wpa_supplicant/wpa_supplicant.conf", WPA, 0o600).file("/etc/machine-id", id);
    let one = labels(&host("4c4c4544004d4810804bb7c04f4e3532\n"));
    assert_eq!((one[1].as_str(), one[2].as_str(), &one[0]), ("Guest", "Scales", &one[3]));
    assert!(one[0].starts_with("Wi-Fi ") && one[0].len() == "Wi-Fi 12345678".len(), "{one:?}");
    let other = labels(&host("5c4c4544004d4810804bb7c04f4e3532\n"));
    assert_ne!(one[0], other[0], "hosts do not tell which of their networks are one");
    assert_eq!(labels(&host("uninitialized\n")), ["Wi-Fi", "Guest", "Scales", "Wi-Fi"]);
    let any = laptop().file("/etc/wpa_supplicant.conf", "network={\nkey_mgmt=NONE\n}\n");
    assert_eq!(labels(&any), ["*"]);
}

#[test]
fn keys_of_scripts_lie_beside_them() {
    let folder = "/etc/sysconfig/network-scripts";
    let protected = |host: Recording| known(&host).profiles[0].protected;
    let script = |text: &[u8]| with(laptop(), &format!("{folder}/ifcfg-a"), text, 0o644);
    let keys = |host: Recording, mode: u32| with(host, &format!("{folder}/keys-a"), "WPA_PSK=abcd1234\n", mode);
    assert!(protected(script(SCRIPT)), "it holds none");
    assert!(protected(keys(script(SCRIPT), 0o600)));
    assert!(!protected(keys(script(SCRIPT), 0o644)));
    let with_key: &[u8] = b"TYPE=Wireless\nESSID=a\nKEY_MGMT=WPA-PSK\nWPA_PSK=abcd1234\n";
    assert!(!protected(script(with_key)) && !protected(keys(script(with_key), 0o600)));
}

#[test]
fn folders_and_files_wake() {
    let host = with(laptop(), "/etc/NetworkManager/system-connections/home.nmconnection", HOME, 0o600);
    let look = Look::new(&host);
    let now = Instant::UNIX_EPOCH;
    collect(&look, &Needs { registers: Registers::not_given("none"), time_references: Vec::new(), now });
    let (_, wakes) = look.finish();
    for path in [
        "/etc/NetworkManager/system-connections",
        "/etc/NetworkManager/system-connections/home.nmconnection",
        "/run/NetworkManager/system-connections",
        "/etc/wpa_supplicant",
        "/etc/wpa_supplicant.conf",
        "/var/lib/iwd",
        "/etc/sysconfig/network-scripts",
        "/sys/class/net",
    ] {
        assert!(wakes.contains(&Wake::Path(path.into())), "{path}");
    }
}

#[test]
fn too_many_profiles_are_counted() {
    let blocks = "network={\nssid=\"a\"\npsk=\"x\"\n}\n".repeat(PROFILES_MAX + 7);
    let fact = known(&laptop().file("/etc/wpa_supplicant.conf", blocks));
    assert_eq!((fact.profiles.len(), fact.left_out), (PROFILES_MAX, 7));
    assert!(matches!(fact.complete, Read::NotRead(reason) if reason.code == ReasonCode::TooLarge));
}

#[test]
fn files_of_more_profiles_than_are_told_are_not_read() {
    const FOLDER: &str = "/etc/NetworkManager/system-connections";
    let host = (0..PROFILES_MAX + 9).fold(laptop(), |host, number| {
        let text = format!("[connection]\ntype=wifi\n[wifi]\nssid=n{number}\n");
        host.file(format!("{FOLDER}/n{number:04}.nmconnection"), text)
    });
    let host = host.denied(format!("{FOLDER}/n{:04}.nmconnection", PROFILES_MAX + 3));
    let fact = known(&host);
    assert_eq!((fact.profiles.len(), fact.left_out), (PROFILES_MAX, 9));
    assert!(matches!(fact.complete, Read::NotRead(reason) if reason.code == ReasonCode::TooLarge));
}
