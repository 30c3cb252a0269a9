//! Configurations of servers of leases, written anew from what they say of their lease files.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::json;

use super::Scrubber;
use super::files::Named;
use super::form::Form;
use crate::collect::neighbours::lease_configuration::{KeaError, dhcpd as dhcpd_told, dnsmasq as dnsmasq_told};
use crate::collect::neighbours::lease_configuration::{kea as kea_told, kea_path};
use crate::collect::neighbours::leases;
use crate::collect::written_secrets::secret_lines::{Style, finds};

/// Where Kea can keep leases besides a file.
const KEA_STORES: [&str; 2] = ["mysql", "postgresql"];

/// The files that a configuration of that form names.
pub(super) fn files(form: Form, text: &str) -> Vec<Named> {
    match form {
        Form::Dnsmasq => {
            let told = dnsmasq_told(text);
            let leases = told.lease_file.iter().map(|path| Named::of(path, Form::DnsmasqLeases));
            let files = told.files.iter().map(|path| Named::of(path, Form::Dnsmasq));
            let folders = told.folders.iter().map(|named| Named::of(&format!("{}/*", folder(named)), Form::Dnsmasq));
            leases.chain(files).chain(folders).collect()
        }
        Form::Dhcpd => {
            let told = dhcpd_told(text);
            let leases = told.lease_file.iter().map(|path| Named::of(path, Form::DhcpdLeases));
            leases.chain(told.files.iter().map(|path| Named::of(path, Form::Dhcpd))).collect()
        }
        Form::Kea => {
            let name = kea_told(text).ok().flatten();
            let files = name.iter().flat_map(|name| kea_set(&kea_path(name)));
            files.map(|path| Named::of(&path, Form::KeaLeases)).collect()
        }
        _ => Vec::new(),
    }
}

/// The lease files that Kea's configuration names, with their stand-ins: each is the first one's with what Kea puts behind.
pub(super) fn kea_files(scrubber: &mut Scrubber, text: &str) -> Vec<(PathBuf, PathBuf)> {
    let Ok(Some(name)) = kea_told(text) else { return Vec::new() };
    let path = kea_path(&name);
    let stand_in = scrubber.names.path(&path);
    kea_set(&path).into_iter().zip(kea_set(&stand_in)).map(|(path, stand_in)| (path.into(), stand_in.into())).collect()
}

fn kea_set(path: &str) -> [String; 4] {
    leases::kea::SUFFIXES.map(|suffix| format!("{path}{suffix}"))
}

/// The folder that `conf-dir` names; what follows a comma limits or excludes names.
fn folder(named: &str) -> &str {
    named.split(',').next().unwrap_or_default().trim_end_matches('/')
}

pub(super) fn dnsmasq(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let told = dnsmasq_told(&String::from_utf8_lossy(bytes));
    let mut written = String::new();
    if told.leases {
        written.push_str("dhcp-range=x\n");
    }
    let files = told.files.iter().map(|path| ("conf-file", path.as_str()));
    let folders = told.folders.iter().map(|named| ("conf-dir", folder(named)));
    let leases = told.lease_file.iter().map(|path| ("dhcp-leasefile", path.as_str()));
    for (key, path) in leases.chain(files).chain(folders) {
        _ = writeln!(written, "{key}={}", scrubber.names.path(path));
    }
    written.into_bytes()
}

pub(super) fn dhcpd(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let told = dhcpd_told(&String::from_utf8_lossy(bytes));
    let mut written = String::new();
    let files = told.files.iter().map(|path| ("include", path));
    for (key, path) in told.lease_file.iter().map(|path| ("lease-file-name", path)).chain(files) {
        _ = writeln!(written, "{key} \"{}\";", scrubber.names.path(path));
    }
    written.into_bytes()
}

/// Kea's configuration. One that is not followed stays so, and a broken one stays broken.
pub(super) fn kea(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let mut server = match kea_told(&text) {
        Ok(None) => json!({}),
        Ok(Some(name)) => json!({ "lease-database": { "name": scrubber.names.path(&kea_path(&name)) } }),
        Err(KeaError::NoFile(kind)) if KEA_STORES.contains(&kind.as_str()) => {
            json!({ "lease-database": { "type": kind } })
        }
        Err(KeaError::NoFile(_)) => json!({ "lease-database": { "persist": false } }),
        Err(KeaError::Include) => return b"<?include \"x\"?>\n".to_vec(),
        Err(KeaError::Form(_)) => return b"x\n".to_vec(),
    };
    // That a password is written there stays, at its line.
    let found = finds(&text, Style::Assignments).0.into_iter().next();
    if let Some(find) = &found {
        server["password"] = scrubber.names.alias(&format!("secret {}", find.value)).into();
    }
    let before = "\n".repeat(found.map_or(0, |find| find.line.saturating_sub(1)));
    format!("{before}{}\n", json!({ "Dhcp4": server })).into_bytes()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(scrub: fn(&mut Scrubber, &[u8]) -> Vec<u8>, text: &str) -> String {
        String::from_utf8(scrub(&mut Scrubber::of_nothing(), text.as_bytes())).unwrap()
    }

    #[test]
    fn what_dnsmasq_is_told_stays() {
        let text = "# sato\ndhcp-range=set:sato,192.0.2.9,9h\ndhcp-leasefile=/srv/sato/leases # san\ndhcp-host=sato\n\
                    conf-dir=/etc/sato/,*.conf\nconf-file=\"/etc/sato.conf\"\n";
        assert_eq!(
            written(dnsmasq, text),
            "dhcp-range=x\ndhcp-leasefile=/srv/name0001/name0002\nconf-file=/etc/name0001.conf\n\
             conf-dir=/etc/name0001\n"
        );
        assert_eq!(written(dnsmasq, "no-resolv\nserver=192.0.2.1\n"), "");
    }

    #[test]
    fn what_dhcpd_is_told_stays() {
        let text = "# sato\nomapi-key sato; lease-file-name \"/srv/sato/l\"; host sato { } include \"/etc/sato\";";
        assert_eq!(written(dhcpd, text), "lease-file-name \"/srv/name0001/name0002\";\ninclude \"/etc/name0001\";\n");
    }

    #[test]
    fn what_kea_is_told_stays() {
        for (database, expected) in [
            ("", Ok(None)),
            (r#""lease-database": {"name": "sato.csv", "password": "sato"}"#, Ok(Some("/var/lib/kea/name0001.csv"))),
            (r#""lease-database": {"type": "mysql", "user": "sato"}"#, Err("mysql")),
            (r#""lease-database": {"type": "sato"}"#, Err("memory only")),
            (r#""lease-database": {"persist": false, "name": "sato"}"#, Err("memory only")),
        ] {
            let expected = expected.map(|name| name.map(str::to_owned)).map_err(|kind| KeaError::NoFile(kind.into()));
            let written = written(kea, &format!("{{ \"Dhcp4\": {{ {database} }} }} # sato"));
            assert_eq!(kea_told(&written), expected);
            assert!(!written.contains("sato"));
        }
        assert_eq!(kea_told(&written(kea, "<?include \"/etc/sato\"?>")), Err(KeaError::Include));
        assert!(matches!(kea_told(&written(kea, "{ sato")), Err(KeaError::Form(_))));
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,200}", odd in "(\"|/|\\*|#|\n|\\{|\\}|conf-dir=|include |;|=){0,40}") {
            for text in [text, odd] {
                let _ = (written(dnsmasq, &text), written(dhcpd, &text), written(kea, &text));
            }
        }
    }
}
