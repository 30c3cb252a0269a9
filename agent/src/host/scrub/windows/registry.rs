//! Registry keys, their values, and the people they name.

use std::net::{IpAddr, Ipv4Addr};

use super::super::Scrubber;
use super::super::known::is_short_number;
use super::{Stands, certificates, exclusions, numbers, programs, texts, words};
use crate::collect::antivirus::windows::dates;
use crate::collect::execution_control::app_locker;
use crate::collect::firewall::windows::inbound_rule;
use crate::collect::logs::windows::forwarding;
use crate::collect::updates::windows_office;
use crate::collect::written_secrets::windows_services;
use crate::host::recorded::{Bytes, WindowsRecording};
use crate::host::windows_api::{Guid, Hive, RegistryData, RegistryKey, RegistryPath, RegistryValue, Sid};

/// Where profiles of people are listed by SID, with the folder of each.
const PROFILES: &str = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList";
/// Names of servers, one or several with flags: `ntp.nict.jp,0x9`.
const SERVERS: [&str; 6] = ["NtpServer", "WUServer", "WUStatusServer", "Domain", "NV Domain", "Hostname"];
/// Below it are the kinds of disks on USB that were ever attached, and below those the disks.
const DISKS: &str = "USBSTOR";
/// The disks that are there, each as the id of its device.
const DISKS_THERE: &str = r"\services\disk\enum";
/// Below these are packages of apps.
const PACKAGES: [&str; 3] = ["InboxApplications", "Applications", "Packages"];
/// Below it are programs that are installed; where the names of Office's own go on behind `Office16.`.
const PROGRAMS: &str = "Uninstall";
const PRODUCTS: usize = 9;
/// Below it are AppLocker's rules.
const APP_LOCKER: &str = r"\srpv2\";
/// Fields of a rule of the firewall that hold ports or types of messages.
const PORTS: [&str; 8] = ["LPort", "LPort2_10", "LPort2_20", "LPort2_24", "LPort2_29", "RPort", "ICMP4", "ICMP6"];
/// Fields that hold words and numbers.
const FIELDS: [&str; 10] =
    ["Action", "Active", "Dir", "Protocol", "Profile", "Svc", "Edge", "Defer", "IFType", "Platform"];
/// What leaves out hardly anybody.
const ANYWHERE: &str = "0.0.0.0-255.255.255.255";

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
    let own: Vec<&str> = path.key().split('\\').collect();
    let mut parts = Vec::new();
    for (index, part) in own.iter().enumerate() {
        parts.push(part_of_key(scrubber, stands, own.get(..index).unwrap_or_default(), part));
    }
    let key = parts.join("\\");
    match path.hive() {
        Hive::LocalMachine => RegistryPath::machine(key),
        Hive::Users => RegistryPath::users(key),
    }
}

/// A part of a key's path below others.
fn part_of_key(scrubber: &mut Scrubber, stands: &mut Stands, above: &[&str], part: &str) -> String {
    if part.is_empty() || words::is_word(part) {
        return part.to_owned();
    }
    if let Some(sid) = part.strip_suffix("_Classes") {
        return format!("{}_Classes", part_of_key(scrubber, stands, above, sid));
    }
    let is = |name: Option<&&str>, known: &str| name.is_some_and(|name| name.eq_ignore_ascii_case(known));
    let special = if is(above.last(), DISKS) {
        programs::disk(scrubber, part)
    } else if is(above.iter().rev().nth(1), DISKS) {
        Some(programs::instance(scrubber, part))
    } else if PACKAGES.iter().any(|known| is(above.last(), known)) {
        programs::package(scrubber, part)
    } else if is(above.last(), PROGRAMS) && windows_office::installed(part).is_some() {
        // Which product of Office it is, in letters alone.
        Some(part.to_owned()).filter(|part| is_product(part.get(PRODUCTS..).unwrap_or_default()))
    } else {
        None
    };
    special.unwrap_or_else(|| texts::text(scrubber, stands, part).replace(['\\', '/'], "-"))
}

/// A key with its values and the names of the keys below it.
pub(super) fn key(scrubber: &mut Scrubber, stands: &mut Stands, path: &RegistryPath, key: &RegistryKey) -> RegistryKey {
    let value = |value: &RegistryValue| {
        // A value nobody asks for by its name is one of a list, whose names are anybody's.
        let name = match exclusions::of_key(path) {
            Some(kind) => exclusions::one(scrubber, stands, kind, &value.name),
            None => part_of_key(scrubber, stands, &[], &value.name),
        };
        RegistryValue { name, data: data(scrubber, stands, path, &value.name, &value.data) }
    };
    let values = key.values.iter().map(value).collect();
    let own: Vec<&str> = path.key().split('\\').collect();
    let subkeys = key.subkeys.iter().map(|name| part_of_key(scrubber, stands, &own, name)).collect();
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
        RegistryData::Binary(bytes) if certificates::is_one(path, name) => {
            RegistryData::Binary(Bytes(certificates::blob(scrubber, &bytes.0)))
        }
        RegistryData::Binary(bytes) => RegistryData::Binary(binary(name, &bytes.0)),
        RegistryData::Other { kind, bytes } if numbers::is_file_time_bytes(&bytes.0) => {
            RegistryData::Other { kind: *kind, bytes: bytes.clone() }
        }
        RegistryData::Other { kind, .. } => RegistryData::Other { kind: *kind, bytes: Bytes(Vec::new()) },
    }
}

fn text_of(scrubber: &mut Scrubber, stands: &mut Stands, path: &RegistryPath, name: &str, text: &str) -> String {
    let is_one_of = |names: &[&str]| names.iter().any(|known| name.eq_ignore_ascii_case(known));
    if is_one_of(&["DefaultPassword", "AltDefaultPassword"]) {
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
    if path.key().to_lowercase().ends_with(DISKS_THERE) {
        return if text.contains('\\') { programs::device(scrubber, text) } else { String::new() };
    }
    if path.name().eq_ignore_ascii_case("FirewallRules") {
        return firewall_rule(scrubber, stands, text);
    }
    if is_one_of(&["ProductReleaseIds"]) && text.split(',').all(|id| is_product(id.trim())) {
        return text.to_owned();
    }
    if is_one_of(&["RemoteAddresses"]) {
        return networks(scrubber, text);
    }
    if path.parent().is_some_and(|parent| parent.name().eq_ignore_ascii_case("GloballyOpenPorts")) {
        return open_port(scrubber, text);
    }
    if path.name().eq_ignore_ascii_case("SubscriptionManager") {
        return collector_of_events(scrubber, text);
    }
    if is_one_of(&SERVERS) {
        let server = |word: &str| {
            let (server, flags) = word.split_once(',').map_or((word, None), |(server, flags)| (server, Some(flags)));
            let stand_in = address_or_url(scrubber, server);
            flags
                .filter(|flags| flags.starts_with("0x") && numbers::is_plain(flags))
                .map_or(stand_in.clone(), |flags| format!("{stand_in},{flags}"))
        };
        return text.split_whitespace().map(server).collect::<Vec<_>>().join(" ");
    }
    if is_one_of(&["LastGoodSampleInfo"]) {
        // When, and of whom, with the address behind it.
        let (time, server) = text.split_once(';').unwrap_or((text, ""));
        let time = if numbers::is_file_time(time) { time.to_owned() } else { texts::word(scrubber, time) };
        // The clock of the machine itself has several words.
        let server = if words::is_word(server) {
            server.to_owned()
        } else {
            address_or_url(scrubber, server.split([' ', ',']).next().unwrap_or_default())
        };
        return format!("{time};{server}");
    }
    if is_one_of(&["DriverDesc"]) {
        return programs::adapter(scrubber, text);
    }
    if is_one_of(&["Value"]) && path.key().to_lowercase().contains(APP_LOCKER) {
        return app_locker_rule(text);
    }
    if is_one_of(&["ASRRules"]) {
        return text.split('|').map(|rule| attack_rule(stands, rule)).collect::<Vec<_>>().join("|");
    }
    if let Some(kind) = exclusions::of_value(name) {
        return exclusions::several(scrubber, stands, kind, text);
    }
    if path.name().starts_with("S-1-") && is_one_of(&["ProfileImagePath"]) {
        return texts::path(scrubber, stands, text);
    }
    numbers::of_value(name, text).unwrap_or_else(|| texts::text(scrubber, stands, text))
}

/// A rule of AppLocker that lets as much start, or as little.
fn app_locker_rule(text: &str) -> String {
    let (whom, exceptions) = match app_locker::reach(text) {
        Ok(app_locker::Reach::Everything) => ("S-1-1-0", ""),
        Ok(app_locker::Reach::EverythingBut) => ("S-1-1-0", r#"<FilePathCondition Path="%WINDIR%\*"/>"#),
        Ok(app_locker::Reach::Some) => ("S-1-5-32-544", ""),
        Err(_) => return "x".to_owned(),
    };
    let conditions = r#"<Conditions><FilePathCondition Path="*"/></Conditions>"#;
    format!(
        r#"<FilePathRule UserOrGroupSid="{whom}" Action="Allow">{conditions}<Exceptions>{exceptions}</Exceptions></FilePathRule>"#
    )
}

/// A rule of attack surface reduction and its state: `GUID=1`.
fn attack_rule(stands: &mut Stands, text: &str) -> String {
    let written = text.split_once('=').and_then(|(rule, state)| {
        let rule = rule.trim().trim_matches(['{', '}']).parse::<Guid>().ok()?;
        let rule = if words::is_guid(&rule) { rule } else { stands.identifiers.guid(&rule) };
        is_short_number(state.trim(), 2).then(|| format!("{}={}", rule.as_str(), state.trim()))
    });
    written.unwrap_or_else(|| "x".to_owned())
}

/// A collector to which events are forwarded: whether encrypted, and to whom.
pub(super) fn collector_of_events(scrubber: &mut Scrubber, text: &str) -> String {
    match forwarding::forward(text) {
        Some(forward) => {
            let scheme = if forward.encrypted { "https" } else { "http" };
            let host = match scrubber.host(&forward.target) {
                address if address.contains(':') => format!("[{address}]"),
                host => host,
            };
            format!("Server={scheme}://{host}:5985/wsman/SubscriptionManager/WEC,Refresh=60")
        }
        None => if text.is_empty() { "" } else { "x" }.to_owned(),
    }
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

/// A rule of the firewall (MS-FASP 2.2.6.2): its fields by name, in any case, of which those that say who and what keep their form.
fn firewall_rule(scrubber: &mut Scrubber, stands: &mut Stands, text: &str) -> String {
    let is_one_of = |names: &[&str], name: &str| names.iter().any(|known| known.eq_ignore_ascii_case(name));
    let field = |field: &str| match field.split_once('=') {
        None if field.is_empty() || field.strip_prefix('v').is_some_and(numbers::is_plain) => field.to_owned(),
        None => "x".to_owned(),
        Some((name, value)) if is_one_of(&["App", "AppPkgId", "PFN", "IF"], name) => {
            format!("{name}={}", texts::text(scrubber, stands, value))
        }
        Some((name, value)) if is_one_of(&["LA4", "LA42", "LA6", "LA62", "RA4", "RA42", "RA6", "RA62"], name) => {
            if inbound_rule::is_wide(value) {
                return format!("{name}={ANYWHERE}");
            }
            let ends: Vec<String> = value.split('-').map(|end| network(scrubber, end)).collect();
            format!("{name}={}", ends.join("-"))
        }
        // A port, a range of them, or a type of ICMP with its code.
        Some((name, value))
            if is_one_of(&PORTS, name) && value.split(['-', ':']).all(|end| is_short_number(end, 5)) =>
        {
            format!("{name}={value}")
        }
        Some((name, value)) if is_one_of(&FIELDS, name) || is_one_of(&PORTS, name) => {
            format!("{name}={}", texts::word(scrubber, value))
        }
        // That it limits, not to whom.
        Some((name, _)) => format!("{}=x", inbound_rule::limit(name).unwrap_or("x")),
    };
    text.split('|').map(field).collect::<Vec<_>>().join("|")
}

/// What a product of Office calls itself, such as `HomeBusiness2021Retail` or `PROPLUS`.
fn is_product(text: &str) -> bool {
    text.len() <= 40 && text.bytes().all(|letter| letter.is_ascii_alphanumeric())
}

/// Several, between commas.
fn networks(scrubber: &mut Scrubber, text: &str) -> String {
    text.split(',').map(|one| network(scrubber, one.trim())).collect::<Vec<_>>().join(",")
}

/// An exception of an older policy for a port, without its name: `3389:TCP:192.0.2.0/24,localsubnet:enabled:name`.
fn open_port(scrubber: &mut Scrubber, text: &str) -> String {
    let mut written = || {
        let (port, rest) = text.split_once(':')?;
        let (protocol, rest) = rest.split_once(':')?;
        let lower = rest.to_ascii_lowercase();
        let state = [":enabled", ":disabled"].into_iter().find(|state| lower.contains(state))?;
        let addresses = networks(scrubber, rest.get(..lower.find(state)?)?);
        let protocol = if protocol.trim().eq_ignore_ascii_case("udp") { "UDP" } else { "TCP" };
        is_short_number(port.trim(), 5).then(|| format!("{}:{protocol}:{addresses}{state}:x", port.trim()))
    };
    written().unwrap_or_else(|| "x".to_owned())
}

/// An address, a network with the length or the mask of its prefix, or a word such as `LocalSubnet`.
fn network(scrubber: &mut Scrubber, text: &str) -> String {
    match text.split_once('/') {
        Some((address, mask)) if is_short_number(mask, 3) || is_mask(mask) => {
            format!("{}/{mask}", network(scrubber, address))
        }
        Some((address, _)) => format!("{}/x", network(scrubber, address)),
        None if text.parse::<IpAddr>().is_ok() => scrubber.host(text),
        None if text == "*" => text.to_owned(),
        None => texts::word(scrubber, text),
    }
}

/// Bits that are set, and behind them none.
fn is_mask(text: &str) -> bool {
    text.parse::<Ipv4Addr>().is_ok_and(|mask| u32::from(mask).leading_ones() == u32::from(mask).count_ones())
}

/// A time or a day; of everything else only its length is left.
fn binary(name: &str, bytes: &[u8]) -> Bytes {
    if numbers::is_file_time_bytes(bytes) {
        return Bytes(bytes.to_vec());
    }
    let day =
        bytes.get(..3).filter(|day| name.eq_ignore_ascii_case("PatternFileDate") && dates::of_bytes(day).is_some());
    let mut written = day.map(<[u8]>::to_vec).unwrap_or_default();
    written.resize(bytes.len(), 0);
    Bytes(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_of_the_firewall_let_in_as_much_and_name_nobody() {
        let rule = |more: &str| format!("v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|{more}Name=Yamada|");
        for more in [
            "",
            "IFType=Wireless|",
            "LUAuth2_24=O:LSD:(A;;CC;;;S-1-5-21-1-2-3-1001)|",
            "RUAuth=Yamada|",
            "RMauth=Yamada|",
            "Security2_9=An-NoEncap|",
            "SecurityYamada=Yamada|",
            "AppPkgId=S-1-15-2-1|",
            "lport=3389|app=C:\\Yamada\\x.exe|svc=Yamada|",
            "LPort=RPC|",
            "LPort2_10=1024-65535|RPort2_10=80|",
            "RA4=1.0.0.0-223.255.255.255|",
            "RA4=192.0.2.1-192.0.2.9|RA6=fe80::/64|",
            "RA42=IntErnet|",
            "LA4=127.0.0.1|",
            "LA4=192.0.2.5|",
            "Yamada=Yamada|Desc=Yamada|EmbedCtxt=Yamada|",
        ] {
            let own = rule(more);
            let written = firewall_rule(&mut Scrubber::of_nothing(), &mut Stands::default(), &own);
            assert!(!written.to_lowercase().contains("yamada") && !written.contains("S-1-5-21-1-2-3"), "{written}");
            let shape = |text: &str| {
                inbound_rule::parse(text).map(|rule| {
                    let limits = (rule.has_sources, rule.is_limited, rule.program.is_some(), rule.service.is_some());
                    (limits, rule.ports.clone(), rule.is_open_to_all(), rule.lets_in_tcp(3389, "x"))
                })
            };
            assert_eq!(shape(&written), shape(&own), "{more}: {written}");
        }
    }
}
