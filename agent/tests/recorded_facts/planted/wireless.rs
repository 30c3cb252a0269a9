//! Wireless networks with their keys, in every file that keeps some.

use tenken_agent::host::{BusProperty, Recording};

use super::super::secrets::Secrets;

pub(super) fn wireless(host: Recording, secrets: &Secrets) -> Recording {
    let note = secrets.note();
    let Secrets { account, person, file, password, .. } = secrets;
    let key_file = format!(
        "{note}[connection]\nid={person}\ntype=wifi\npermissions=user:{account}:;\n[wifi]\nssid={person}-LAN\n\
         [wifi-security]\nkey-mgmt=wpa-eap\n[802-1x]\nidentity={account}\npassword={password}\nca-cert=/etc/{file}.pem\n"
    );
    let network = format!("{note}network={{\nssid=\"{person}\"\nidentity=\"{account}\"\npsk=\"{password}\"\n}}\n");
    let script = format!("{note}TYPE=Wireless\nESSID='{person}'\nKEY_MGMT=WPA-PSK\nNAME={file}\n");
    let property = |path: &str, interface: &str, name: &str| BusProperty {
        service: "org.freedesktop.NetworkManager".into(),
        path: path.into(),
        interface: format!("org.freedesktop.NetworkManager{interface}"),
        name: name.into(),
    };
    let (active, point) =
        ("/org/freedesktop/NetworkManager/ActiveConnection/1", "/org/freedesktop/NetworkManager/AccessPoint/7");
    host.folder("/sys/class/net/wlp3s0/phy80211")
        .file(format!("/etc/NetworkManager/system-connections/{file}.nmconnection"), key_file)
        .file(format!("/etc/NetworkManager/system-connections/{file}-2"), format!("{note}[connection]\ntype=vpn\n"))
        .file(format!("/etc/wpa_supplicant/{file}.conf"), network)
        .file(format!("/etc/sysconfig/network-scripts/ifcfg-{file}"), script)
        .file(format!("/etc/sysconfig/network-scripts/keys-{file}"), format!("WPA_PSK='{password}'\n"))
        .file(format!("/var/lib/iwd/{file}.psk"), format!("{note}[Security]\nPassphrase={password}\n"))
        .bus(property("/org/freedesktop/NetworkManager", "", "ActiveConnections"), Ok(serde_json::json!([active])))
        .bus(property(active, ".Connection.Active", "Type"), Ok("802-11-wireless".into()))
        .bus(property(active, ".Connection.Active", "SpecificObject"), Ok(point.into()))
        .bus(property(point, ".AccessPoint", "Ssid"), Ok(person.as_bytes().into()))
        .bus(property(point, ".AccessPoint", "Flags"), Ok(1.into()))
        .bus(property(point, ".AccessPoint", "WpaFlags"), Ok(0.into()))
        .bus(property(point, ".AccessPoint", "RsnFlags"), Ok(0x188.into()))
}
