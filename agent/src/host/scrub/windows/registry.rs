//! Registry keys, their values, and the people they name.

use super::super::Scrubber;
use super::{Stands, texts, words};
use crate::collect::written_secrets::windows_services;
use crate::host::recorded::{Bytes, WindowsRecording};
use crate::host::windows_api::{Hive, RegistryData, RegistryKey, RegistryPath, RegistryValue, Sid};

/// Where profiles of people are listed by SID, with the folder of each.
const PROFILES: &str = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList";
/// Names of servers, one or several with flags: `ntp.nict.jp,0x9`.
const SERVERS: [&str; 6] = ["NtpServer", "WUServer", "WUStatusServer", "Domain", "NV Domain", "Hostname"];
/// Bytes that are a time.
const TIME: usize = 8;

/// The names of people's folders.
pub(super) fn profiles(windows: &WindowsRecording) -> Vec<String> {
    let list = RegistryPath::machine(PROFILES);
    let of_people = windows.registry.iter().filter(|(path, _)| path.parent().as_ref() == Some(&list));
    of_people
        .filter(|(path, _)| {
            path.name().parse::<Sid>().is_ok_and(|sid| sid.is_of_domain_or_machine() || sid.is_of_entra())
        })
        .filter_map(|(_, answer)| answer.get().ok()?.text("ProfileImagePath"))
        .filter_map(|folder| folder.rsplit(['\\', '/']).next().map(str::to_owned))
        .collect()
}

/// The path of a key, part by part.
pub(super) fn path(scrubber: &mut Scrubber, stands: &mut Stands, path: &RegistryPath) -> RegistryPath {
    let parts: Vec<String> = path.key().split('\\').map(|part| part_of_key(scrubber, stands, part)).collect();
    let key = parts.join("\\");
    match path.hive() {
        Hive::LocalMachine => RegistryPath::machine(key),
        Hive::Users => RegistryPath::users(key),
    }
}

fn part_of_key(scrubber: &mut Scrubber, stands: &mut Stands, part: &str) -> String {
    if part.is_empty() || words::is_word(part) {
        return part.to_owned();
    }
    if let Some(sid) = part.strip_suffix("_Classes") {
        return format!("{}_Classes", part_of_key(scrubber, stands, sid));
    }
    texts::text(scrubber, stands, part).replace(['\\', '/'], "-")
}

/// A key with its values and the names of the keys below it.
pub(super) fn key(scrubber: &mut Scrubber, stands: &mut Stands, path: &RegistryPath, key: &RegistryKey) -> RegistryKey {
    let value = |value: &RegistryValue| {
        // A value nobody asks for by its name is one of a list, whose names are anybody's.
        let name = if words::is_word(&value.name) || value.name.is_empty() {
            value.name.clone()
        } else {
            part_of_key(scrubber, stands, &value.name)
        };
        RegistryValue { name, data: data(scrubber, stands, path, &value.name, &value.data) }
    };
    let values = key.values.iter().map(value).collect();
    let subkeys = key.subkeys.iter().map(|name| part_of_key(scrubber, stands, name)).collect();
    RegistryKey { values, subkeys, written: key.written }
}

fn data(
    scrubber: &mut Scrubber,
    stands: &mut Stands,
    path: &RegistryPath,
    name: &str,
    data: &RegistryData,
) -> RegistryData {
    match data {
        RegistryData::Text(text) => RegistryData::Text(text_of(scrubber, stands, path, name, text)),
        RegistryData::Expandable(text) => RegistryData::Expandable(text_of(scrubber, stands, path, name, text)),
        RegistryData::Texts(texts) => {
            RegistryData::Texts(texts.iter().map(|text| text_of(scrubber, stands, path, name, text)).collect())
        }
        RegistryData::Number(number) => RegistryData::Number(*number),
        RegistryData::LongNumber(number) => RegistryData::LongNumber(*number),
        RegistryData::Binary(bytes) => RegistryData::Binary(binary(name, &bytes.0)),
        RegistryData::Other { kind, bytes } if bytes.0.len() == TIME => {
            RegistryData::Other { kind: *kind, bytes: bytes.clone() }
        }
        RegistryData::Other { kind, .. } => RegistryData::Other { kind: *kind, bytes: Bytes(Vec::new()) },
    }
}

fn text_of(scrubber: &mut Scrubber, stands: &mut Stands, path: &RegistryPath, name: &str, text: &str) -> String {
    if ["DefaultPassword", "AltDefaultPassword"].iter().any(|known| name.eq_ignore_ascii_case(known)) {
        return if text.is_empty() { String::new() } else { "x".to_owned() };
    }
    let secrets = windows_services::of_text(name, text);
    if !secrets.is_empty() {
        let mut stand_in = |secret: &str| {
            let alias = scrubber.names.alias(&format!("secret {secret}"));
            format!("password='{alias}'")
        };
        let stand_ins: Vec<String> = secrets.iter().map(|found| stand_in(&found.value)).collect();
        return stand_ins.join(" ");
    }
    if path.name().eq_ignore_ascii_case("FirewallRules") {
        return firewall_rule(scrubber, stands, text);
    }
    if SERVERS.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        let server = |word: &str| {
            let (server, flags) = word.split_once(',').map_or((word, None), |(server, flags)| (server, Some(flags)));
            let stand_in = address_or_url(scrubber, server);
            flags
                .filter(|flags| flags.starts_with("0x"))
                .map_or(stand_in.clone(), |flags| format!("{stand_in},{flags}"))
        };
        return text.split_whitespace().map(server).collect::<Vec<_>>().join(" ");
    }
    if name == "LastGoodSampleInfo" {
        // When, and of whom, with the address behind it.
        let (time, server) = text.split_once(';').unwrap_or((text, ""));
        let server = server.split([' ', ',']).next().unwrap_or_default();
        return format!("{};{}", texts::word(scrubber, time), address_or_url(scrubber, server));
    }
    if path.name().starts_with("S-1-") && name.eq_ignore_ascii_case("ProfileImagePath") {
        return texts::path(scrubber, stands, text);
    }
    texts::text(scrubber, stands, text)
}

/// A server, by name, by address, or in an address of the web.
fn address_or_url(scrubber: &mut Scrubber, text: &str) -> String {
    match text.split_once("://") {
        Some((scheme @ ("http" | "https"), rest)) => {
            let host = rest.split('/').next().unwrap_or_default();
            format!("{scheme}://{}", scrubber.host(host))
        }
        _ => scrubber.host(text),
    }
}

/// A rule of the firewall (MS-FASP 2.2.6.2): its fields by name, of which those that say who and what keep their form.
fn firewall_rule(scrubber: &mut Scrubber, stands: &mut Stands, text: &str) -> String {
    let field = |field: &str| match field.split_once('=') {
        None => {
            if field.starts_with('v') || field.is_empty() {
                field.to_owned()
            } else {
                "x".to_owned()
            }
        }
        Some((name @ ("App" | "AppPkgId" | "PFN"), value)) => {
            format!("{name}={}", texts::text(scrubber, stands, value))
        }
        Some((name @ ("LA4" | "RA4" | "LA6" | "RA6"), value)) => {
            let ends: Vec<String> = value.split('-').map(|end| network(scrubber, end)).collect();
            format!("{name}={}", ends.join("-"))
        }
        Some((name @ ("Name" | "Desc" | "EmbedCtxt" | "RMauth" | "LUAuth" | "LUOwn"), _)) => format!("{name}=x"),
        Some((name, value)) => format!("{name}={}", texts::word(scrubber, value)),
    };
    text.split('|').map(field).collect::<Vec<_>>().join("|")
}

/// An address, a network with the length or the mask of its prefix, or a word such as `LocalSubnet`.
fn network(scrubber: &mut Scrubber, text: &str) -> String {
    match text.split_once('/') {
        Some((address, mask)) => format!("{}/{mask}", network(scrubber, address)),
        None if text.parse::<std::net::IpAddr>().is_ok() => scrubber.host(text),
        None => texts::word(scrubber, text),
    }
}

/// A time, or what is known to hold nothing of anybody; of everything else only its length is left.
fn binary(name: &str, bytes: &[u8]) -> Bytes {
    if bytes.len() == TIME || words::is_plain_binary(name) {
        Bytes(bytes.to_vec())
    } else {
        Bytes(vec![0; bytes.len()])
    }
}
