//! Files that say what the network can reach: tables of sockets, settings of the kernel, configurations of firewalls. Of the
//! latter only the outcome is kept, in the shortest file that has it.

use std::fmt::Write as _;
use std::net::IpAddr;

use super::{Scrubber, known};
use crate::collect::firewall::written::{Outcome, When, by_interface, outcome};
use crate::collect::firewall::{firewalld, iptables_save, nft_file, ufw};
use crate::collect::forwarding::next_boot::KEYS;
use crate::collect::forwarding::sysctl_file;

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

/// The list of addresses of IPv6: whose interface each is of.
pub(super) fn inet6(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let name = |line: &str| if line.split_whitespace().nth(5) == Some("lo") { "lo" } else { "eth0" };
    let is_whole = |line: &&str| line.split_whitespace().nth(5).is_some();
    let lines = text.lines().filter(is_whole).map(|line| ["0 0 0 0 0 ", name(line), "\n"].concat());
    lines.collect::<Vec<_>>().concat().into_bytes()
}

/// ufw's switch and defaults.
pub(super) fn ufw(bytes: &[u8]) -> Vec<u8> {
    let mut written = String::new();
    for key in ["ENABLED", "DEFAULT_INPUT_POLICY", "IPV6"] {
        match ufw::value(bytes, key) {
            Ok(None) => {}
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

/// The rules a person gave ufw.
pub(super) fn ufw_rules(bytes: &[u8]) -> Vec<u8> {
    match ufw::lets_all_in(bytes) {
        Ok(true) => b"### tuple ### allow any any 0.0.0.0/0 any 0.0.0.0/0 in\n".to_vec(),
        Ok(false) => b"*filter\n".to_vec(),
        Err(_) => NO_TEXT.to_vec(),
    }
}

/// firewalld's default zone.
pub(super) fn firewalld(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    match firewalld::value(bytes, "DefaultZone") {
        Ok(None) => Vec::new(),
        Ok(Some(zone)) => format!("DefaultZone={}\n", scrubber.names.part(&zone)).into_bytes(),
        Err(_) => NO_TEXT.to_vec(),
    }
}

/// A zone.
pub(super) fn zone(bytes: &[u8]) -> Vec<u8> {
    let zone = match firewalld::zone(bytes) {
        Ok(zone) => zone,
        Err(firewalld::FirewalldError::NoZone) => return b"<x/>".to_vec(),
        Err(_) => return NO_TEXT.to_vec(),
    };
    let mut written = format!("<zone{}>", if zone.hole.is_some() { " target=\"ACCEPT\"" } else { "" });
    for interface in zone.interfaces {
        let name = if by_interface(&interface, false) == When::Never { "wg0" } else { "eth0" };
        let _ = write!(written, "<interface name=\"{name}\"/>");
    }
    format!("{written}</zone>").into_bytes()
}

/// A file of nft.
pub(super) fn nft(bytes: &[u8]) -> Vec<u8> {
    let Ok(inbound) = nft_file::parse(bytes) else { return b"include\n".to_vec() };
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
    (table("ip", &inbound.ipv4) + &table("ip6", &inbound.ipv6)).into_bytes()
}

/// A file of iptables-save.
pub(super) fn iptables(bytes: &[u8]) -> Vec<u8> {
    let Ok(chains) = iptables_save::parse(bytes) else { return b"x\n".to_vec() };
    if chains.is_empty() {
        return b"*nat\nCOMMIT\n".to_vec();
    }
    match outcome(&chains, "INPUT") {
        Outcome::Refused => b"*filter\n:INPUT DROP [0:0]\nCOMMIT\n".to_vec(),
        Outcome::Accepted(_) | Outcome::Through => b"*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n".to_vec(),
        Outcome::Unclear(_) => b"*filter\n:INPUT DROP [0:0]\n-A INPUT -m x -j ACCEPT\nCOMMIT\n".to_vec(),
    }
}
