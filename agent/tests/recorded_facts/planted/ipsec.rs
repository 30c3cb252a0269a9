//! Connections of IPsec, of both programs.

use tenken_agent::host::Recording;

use super::Secrets;

const UNIT: &str = "/usr/lib/systemd/system/strongswan.service";

pub(super) fn ipsec(host: Recording, secrets: &Secrets) -> Recording {
    let note = secrets.note();
    let Secrets { account, person, telephone, mail, host: name, file, password, .. } = secrets;
    host.running(91, "charon-systemd")
        .file("/usr/sbin/swanctl", "")
        .file("/usr/libexec/ipsec/pluto", "")
        .file(UNIT, format!("{note}[Service]\nExecStart=/usr/sbin/charon-systemd\n"))
        .link("/etc/systemd/system/multi-user.target.wants/strongswan.service", UNIT)
        .file(
            "/etc/swanctl/swanctl.conf",
            format!(
                "{note}{file}-base {{\n  version = 2 # of {person}\n  proposals = aes256-sha256-modp2048, {file}\n\
                 local-{account} {{ auth = pubkey-{telephone}\n id = {mail}\n }}\n}}\n\
                 connections {{\n  {person} : {file}-base {{\n    remote_addrs = {name}\n    remote {{ auth = eap-{account}\n }}\n\
                 children {{ {file} {{\n esp_proposals = 3des-sha1, aes128gcm16\n start_action = start\n updown = /opt/{file}\n }}\n }}\n }}\n\
                 {file} {{\n {account} {{\n }}\n }}\n}}\n\
                 secrets {{\n  ike-{person} {{\n    secret = \"{password}\"\n    password = {password}\n }}\n}}\n\
                 include conf.d/*.conf\ninclude /etc/swanctl/{file}.inc\n"
            ),
        )
        .file(
            format!("/etc/swanctl/conf.d/{file}.conf"),
            format!(
                "connections {{ {person}-psk {{ remote {{ auth = psk\n id = {mail}\n }}\n children {{ {file} {{\n }}\n }}\n }}\n }}\n\
                 secrets {{ ike {{\n secret = {password}\n }}\n }}\n"
            ),
        )
        .file(format!("/etc/swanctl/{file}.inc"), format!("{note}authorities {{ {person} {{ cacert = {file}.pem\n }}\n }}\n"))
        .file(
            "/etc/ipsec.conf",
            format!(
                "{note}config setup\n\tlogfile=/var/log/{file}.log\n\nconn %default\n\tikev2=insist\n\tike=aes256-sha2;dh14\n\n\
                 conn {file}\n\tleft=192.168.30.7\n\tright={name}\n\trightid=\"{person}\"\n\tauthby=secret\n\tauto=start\n\
                 \tesp=aes_gcm256,{file}\n\nconn {account}\n\talso={file}-base\n\tauto=add\n\nconn {file}-base\n\tikev2=no\n\
                 \tleftauth=rsa-{telephone}\n\trightauth=secret\n\taggressive=yes\nconn {file}-gone\n\talso={file}-nothing\n\tauto=add\n\
                 include /etc/ipsec.d/*.conf\n"
            ),
        )
        .file(format!("/etc/ipsec.d/{file}.conf"), format!("{note}conn {person}\n\tauto={account}\n\tphase2=ah\n"))
        .file("/etc/ipsec.secrets", format!("{note}{mail} : PSK \"{password}\"\n"))
}
