//! Files that say what the network can reach: tables of sockets, settings of the kernel, configurations of firewalls. Of the
//! latter only the outcome is kept, in the shortest file that has it.

use std::fmt::Write as _;
use std::net::IpAddr;
use std::path::Path;

use super::{Scrubber, known};
use crate::collect::firewall::holds::Holds;
use crate::collect::firewall::iptables_save::{SaveError, Saved};
use crate::collect::firewall::written::{Outcome, by_interface, outcome};
use crate::collect::firewall::{addresses, firewalld, iptables_save, ufw};
use crate::collect::forwarding::next_boot::KEYS;
use crate::collect::forwarding::sysctl_file;
use crate::collect::listeners::sctp_table;

const NO_TEXT: &[u8] = &[0xff];

/// A table of sockets, whose lines keep their lengths.
pub(super) fn sockets(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(bytes) else { return NO_TEXT.to_vec() };
    let mut written = String::new();
    for (line, number) in text.split_inclusive('\n').zip(0_usize..) {
        let (body, end) = line.strip_suffix('\n').map_or((line, ""), |body| (body, "\n"));
        let kept = if number == 0 { Some("sl".to_owned()) } else { socket(scrubber, body) };
        let mut kept = kept.unwrap_or_else(|| "x".to_owned());
        kept.truncate(body.len());
        let _ = write!(written, "{kept:width$}{end}", width = body.len());
    }
    written.into_bytes()
}

fn socket(scrubber: &mut Scrubber, line: &str) -> Option<String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let (local, remote) = (place(scrubber, words.get(1)?)?, place(scrubber, words.get(2)?)?);
    let state = words.get(3).filter(|state| state.len() == 2)?;
    let uid = words.get(7)?.parse::<u32>().ok()?;
    Some(format!("0: {local} {remote} {state} 0:0 0:0 0 {uid}"))
}

fn place(scrubber: &mut Scrubber, text: &str) -> Option<String> {
    let (address, port) = text.split_once(':').filter(|(_, port)| port.len() == 4)?;
    let mut bytes = Vec::new();
    for at in (0..address.len()).step_by(8) {
        bytes.extend(u32::from_str_radix(address.get(at..at + 8)?, 16).ok()?.to_ne_bytes());
    }
    let address: IpAddr = match bytes.len() {
        4 => <[u8; 4]>::try_from(bytes).ok()?.into(),
        16 => <[u8; 16]>::try_from(bytes).ok()?.into(),
        _ => return None,
    };
    let bytes = match address {
        IpAddr::V4(address) => scrubber.addresses.v4(address).octets().to_vec(),
        IpAddr::V6(address) => scrubber.addresses.v6(address).octets().to_vec(),
    };
    let words = bytes.chunks(4).filter_map(|word| word.first_chunk()).map(|word| u32::from_ne_bytes(*word));
    let mut written = String::new();
    for word in words {
        let _ = write!(written, "{word:08X}");
    }
    u16::from_str_radix(port, 16).ok()?;
    Some(format!("{written}:{port}"))
}

/// A table of sockets of SCTP: those that wait.
pub(super) fn sctp(bytes: &[u8]) -> Vec<u8> {
    let Ok(ports) = sctp_table::waiting(bytes) else { return NO_TEXT.to_vec() };
    let lines = ports.iter().map(|port| format!("x x 2 10 0 {port} 0 0 x\n"));
    ["x\n".to_owned()].into_iter().chain(lines).collect::<String>().into_bytes()
}

/// Numbers of the kernel's settings.
pub(super) fn numbers(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let numbers = text.split_whitespace().map(|word| if known::is_short_number(word, 5) { word } else { "x" });
    numbers.collect::<Vec<_>>().join(" ").into_bytes()
}

/// Of a file of `sysctl.d` the lines that are compared.
pub(super) fn sysctl(bytes: &[u8]) -> Vec<u8> {
    let Ok(assignments) = sysctl_file::parse(bytes) else { return NO_TEXT.to_vec() };
    let mut written = String::new();
    for assignment in assignments {
        let one = [sysctl_file::Assignment { path: assignment.path.clone(), value: Some(String::new()) }];
        if KEYS.iter().all(|key| sysctl_file::value(&one, &sysctl_file::path(key)).is_none()) {
            continue;
        }
        let _ = match assignment.value {
            None => writeln!(written, "-{}", assignment.path),
            Some(value) if known::is_short_number(&value, 5) => writeln!(written, "{} = {value}", assignment.path),
            Some(_) => writeln!(written, "{} = x", assignment.path),
        };
    }
    written.into_bytes()
}

/// Names of the kernel's modules for rules, and of its tables.
pub(super) fn modules(bytes: &[u8]) -> Vec<u8> {
    const KNOWN: [&str; 7] = ["nf_tables", "ip_tables", "ip6_tables", "filter", "nat", "mangle", "raw"];
    let text = String::from_utf8_lossy(bytes);
    let first = |line: &str| line.split_whitespace().next().unwrap_or_default().to_owned();
    let names = text.lines().map(first).map(|name| if KNOWN.contains(&name.as_str()) { name } else { "x".to_owned() });
    names.map(|name| name + "\n").collect::<String>().into_bytes()
}

/// The list of addresses of IPv6, and whose interface each is of.
pub(super) fn inet6(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let mut written = String::new();
    for words in text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>()) {
        let (Some(address), Some(interface)) = (words.first(), words.get(5)) else { continue };
        let name = if *interface == "lo" { "lo" } else { "eth0" };
        let address =
            u128::from_str_radix(address, 16).map_or(0, |address| scrubber.addresses.v6(address.into()).to_bits());
        let _ = writeln!(written, "{address:032x} 0 0 0 0 {name}");
    }
    written.into_bytes()
}

/// The list of routes of IPv4: this host's own addresses.
pub(super) fn routes(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let mut written = String::new();
    for address in addresses::own_ipv4(&String::from_utf8_lossy(bytes)) {
        if let IpAddr::V4(address) = address {
            let _ = writeln!(written, "|-- {}\n/32 host LOCAL", scrubber.addresses.v4(address));
        }
    }
    written.into_bytes()
}

/// ufw's switch and defaults.
pub(super) fn ufw(bytes: &[u8]) -> Vec<u8> {
    const SYSCTL: &str = "/etc/ufw/sysctl.conf";
    let mut written = String::new();
    for key in ["ENABLED", "DEFAULT_INPUT_POLICY", "IPV6", "IPT_SYSCTL"] {
        match ufw::value(bytes, key) {
            Ok(None) => {}
            Ok(Some(value)) if key == "IPT_SYSCTL" => {
                let _ = writeln!(
                    written,
                    "{key}={}",
                    if value == SYSCTL || value.is_empty() { value.as_str() } else { "$x" }
                );
            }
            Ok(Some(value)) => {
                let known = ["DROP", "REJECT", "ACCEPT"].contains(&value.as_str()) || ufw::is_yes(&value);
                let _ = writeln!(written, "{key}={}", if known { value.as_str() } else { "no" });
            }
            Err(ufw::UfwError::Value(_)) => {
                let _ = writeln!(written, "{key}=$x");
            }
            Err(ufw::UfwError::NotText | ufw::UfwError::TooLong) => return NO_TEXT.to_vec(),
        }
    }
    written.into_bytes()
}

/// A line of iptables that does the same to unexpected packets as a chain; none where they come back from it.
fn line(chain: &str, family: &str, outcome: &Outcome) -> String {
    let rule = match outcome {
        Outcome::Refused => "-j DROP",
        Outcome::Accepted(_) => "-j ACCEPT",
        Outcome::Unclear(_) => "-m x -j ACCEPT",
        Outcome::Through => return String::new(),
    };
    format!("-A {chain} {family}{rule}\n")
}

/// Rules of ufw: what they do alone, in the first chain of it that they fill.
pub(super) fn ufw_rules(scrubber: &Scrubber, bytes: &[u8]) -> Vec<u8> {
    const BROKEN: &[u8] = b"x\n";
    let Ok(filled) = iptables_save::filter(bytes, None) else { return BROKEN.to_vec() };
    let mut written = "*filter\n".to_owned();
    for (is_ipv6, prefix) in [(false, "ufw"), (true, "ufw6")] {
        let names = ["before-input", "after-input", "user-input"].map(|name| format!("{prefix}-{name}"));
        let Some(chain) = names.iter().find(|name| filled.contains_key(*name)) else { continue };
        let of = |refuses: bool| {
            scrubber.outer.iter().try_fold(Outcome::Refused, |worst, interface| {
                let chains = ufw::chains(&[bytes], is_ipv6, refuses, interface.as_deref())?;
                Ok::<_, SaveError>(worst.or_worse(outcome(&chains, "INPUT", is_ipv6)))
            })
        };
        let (Ok(closed), Ok(open)) = (of(true), of(false)) else { return BROKEN.to_vec() };
        written.push_str(&match (closed, open) {
            (Outcome::Refused, Outcome::Refused) => line(chain, "", &Outcome::Refused),
            (Outcome::Refused, _) => String::new(),
            (other, _) => line(chain, "", &other),
        });
    }
    (written + "COMMIT\n").into_bytes()
}

/// A name that is also that of a file.
pub(super) fn name_of_file(scrubber: &mut Scrubber, name: &str) -> String {
    let part = scrubber.names.part(&format!("{name}.xml"));
    part.strip_suffix(".xml").unwrap_or(&part).to_owned()
}

/// firewalld's default zone.
pub(super) fn firewalld(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    match firewalld::value(bytes, "DefaultZone") {
        Ok(None) => Vec::new(),
        Ok(Some(zone)) => format!("DefaultZone={}\n", name_of_file(scrubber, &zone)).into_bytes(),
        Err(_) => NO_TEXT.to_vec(),
    }
}

/// Direct rules, a service, or a zone or policy.
pub(super) fn firewalld_xml(scrubber: &mut Scrubber, path: &Path, bytes: &[u8]) -> Vec<u8> {
    if path.file_name().is_some_and(|name| name == "direct.xml") {
        return direct(bytes);
    }
    if path.parent().is_some_and(|folder| folder.ends_with("services")) {
        service(scrubber, bytes)
    } else {
        zone(scrubber, bytes)
    }
}

fn zone(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let sets = |name: &str| scrubber.sets.get(name).copied().unwrap_or(Holds::Listed);
    match firewalld::zone(bytes, &sets) {
        Ok(zone) => elements(scrubber, "zone", &zone),
        Err(firewalld::FirewalldError::NoZone) => b"<x/>".to_vec(),
        Err(_) => NO_TEXT.to_vec(),
    }
}

fn service(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    match firewalld::service(bytes) {
        Ok(service) => elements(scrubber, "service", &service),
        Err(firewalld::FirewalldError::NoService) => b"<x/>".to_vec(),
        Err(_) => NO_TEXT.to_vec(),
    }
}

fn direct(bytes: &[u8]) -> Vec<u8> {
    match firewalld::direct_lets_in(bytes) {
        Ok(true) => b"<direct><passthrough>x</passthrough></direct>".to_vec(),
        Ok(false) => b"<direct/>".to_vec(),
        Err(_) => NO_TEXT.to_vec(),
    }
}

fn elements(scrubber: &mut Scrubber, root: &str, zone: &firewalld::Zone) -> Vec<u8> {
    let mut written = format!("<{root}{}>", if zone.hole.is_some() { " target=\"ACCEPT\"" } else { "" });
    written.push_str(match zone.by_source {
        Holds::No => "",
        Holds::Yes | Holds::Sometimes => "<source address=\"0.0.0.0/0\"/>",
        Holds::Listed => "<source ipset=\"x\"/>",
        Holds::Unknown => "<source address=\"ipset:\"/>",
    });
    for interface in &zone.interfaces {
        let name = if by_interface(interface, None) == Holds::No { "wg0" } else { "eth0" };
        let _ = write!(written, "<interface name=\"{name}\"/>");
    }
    let zones =
        zone.from.iter().map(|name| ("ingress-zone", name)).chain(zone.to.iter().map(|name| ("egress-zone", name)));
    for (element, name) in zones {
        let name = if matches!(name.as_str(), "ANY" | "HOST") { name.clone() } else { name_of_file(scrubber, name) };
        let _ = write!(written, "<{element} name=\"{name}\"/>");
    }
    let (element, key) = if root == "service" { ("include", "service") } else { ("service", "name") };
    for service in &zone.services {
        let _ = write!(written, "<{element} {key}=\"{}\"/>", name_of_file(scrubber, service));
    }
    if zone.unclear.is_some() {
        written.push_str("<rule><source ipset=\"x\"/><accept/></rule>");
    }
    format!("{written}</{root}>").into_bytes()
}

/// The file of nft, with what it includes.
pub(super) fn nft(scrubber: &Scrubber) -> Vec<u8> {
    let Some([ipv4, ipv6]) = &scrubber.nftables else { return b"include ./x\n".to_vec() };
    let table = |family: &str, outcome: &Outcome| {
        let (rule, policy) = match outcome {
            Outcome::Refused => ("", "drop"),
            Outcome::Accepted(_) | Outcome::Through => ("", "accept"),
            Outcome::Unclear(_) => ("x accept", "drop"),
        };
        format!(
            "table {family} x {{\nchain x {{\ntype filter hook input priority 0; policy {policy};\n{rule}\n}}\n}}\n"
        )
    };
    (table("ip", ipv4) + &table("ip6", ipv6)).into_bytes()
}

/// A file of iptables-save.
pub(super) fn iptables(scrubber: &Scrubber, bytes: &[u8]) -> Vec<u8> {
    let parsed: Result<Vec<Saved>, _> =
        scrubber.outer.iter().map(|interface| iptables_save::parse(bytes, interface.as_deref())).collect();
    let Ok(parsed) = parsed else { return b"x\n".to_vec() };
    if parsed.iter().all(|saved| saved.filter().is_none()) {
        return b"*nat\nCOMMIT\n".to_vec();
    }
    let of = |family: &str, is_ipv6: bool| {
        let worst = parsed.iter().fold(Outcome::Refused, |worst, saved| worst.or_worse(saved.outcome(is_ipv6)));
        match worst {
            Outcome::Through => line("INPUT", family, &Outcome::Accepted(String::new())),
            found => line("INPUT", family, &found),
        }
    };
    format!("*filter\n:INPUT DROP [0:0]\n{}{}COMMIT\n", of("-4 ", false), of("-6 ", true)).into_bytes()
}
