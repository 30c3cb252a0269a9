//! What is configured to set the rules, where the kernel does not tell them.

use std::cell::Cell;

use tenken_model::fact::firewall::{Firewall, FirewallEvidence, FirewallManager, InboundFilter};
use tenken_model::{Read, Reason, ReasonCode, Size};

use super::configured_zones::of_firewalld;
use super::written::{Outcome, outcome};
use super::{TABLE_MAX, iptables_save, nft_file, ufw};
use crate::collect::{Look, glob};
use crate::host::{BusProperty, EntryKind};

/// The most bytes of one file of rules.
pub(super) const FILE_MAX: Size = Size::from_bytes(1024 * 1024);
/// Interfaces for each of which rules are followed; of a host with more it is not known by which packets come.
const OUTER_MAX: usize = 32;
/// Files that rules of nft include.
const INCLUDED_MAX: usize = 200;
/// Where nft looks for what is included without a folder.
const INCLUDES: &str = "/etc";
/// A file's bits that let somebody run it.
const EXECUTABLE: u32 = 0o111;
/// Targets that start the services of firewalls.
const TARGETS: [&str; 4] = ["multi-user", "sysinit", "basic", "network-pre"];

/// A service that sets rules when the host starts.
struct Service {
    unit: &'static str,
    /// Its object on the bus.
    object: &'static str,
    manager: FirewallManager,
    read: fn(&Look<'_>, &[Outer]) -> Result<[Outcome; 2], Reason>,
}

/// An interface by which packets of others come; absent where it is not known by which.
pub(crate) type Outer = Option<String>;

const SERVICES: [Service; 6] = [
    Service {
        unit: "firewalld.service",
        object: "firewalld_2eservice",
        manager: FirewallManager::Firewalld,
        read: |look, _| of_firewalld(look),
    },
    Service { unit: "ufw.service", object: "ufw_2eservice", manager: FirewallManager::Ufw, read: of_ufw },
    Service {
        unit: "nftables.service",
        object: "nftables_2eservice",
        manager: FirewallManager::Nftables,
        read: of_nftables,
    },
    Service {
        unit: "netfilter-persistent.service",
        object: "netfilter_2dpersistent_2eservice",
        manager: FirewallManager::RulesFile,
        read: |look, outer| {
            let of = |path, is_ipv6| of_file(look, path, outer, is_ipv6);
            Ok([of("/etc/iptables/rules.v4", false)?, of("/etc/iptables/rules.v6", true)?])
        },
    },
    Service {
        unit: "iptables.service",
        object: "iptables_2eservice",
        manager: FirewallManager::RulesFile,
        read: |look, outer| {
            let own = of_file(look, "/etc/sysconfig/iptables", outer, false)?;
            Ok([own, of_other_family("iptables.service", "IPv6")])
        },
    },
    Service {
        unit: "ip6tables.service",
        object: "ip6tables_2eservice",
        manager: FirewallManager::RulesFile,
        read: |look, outer| {
            let own = of_file(look, "/etc/sysconfig/ip6tables", outer, true)?;
            Ok([of_other_family("ip6tables.service", "IPv4"), own])
        },
    },
];

/// What is enabled to set rules when the host starts.
pub(super) fn manager(look: &Look<'_>) -> Option<FirewallManager> {
    SERVICES.iter().find(|service| is_enabled(look, service)).map(|service| service.manager)
}

/// What is configured. `why` is why the kernel did not tell.
pub(super) fn read(look: &Look<'_>, why: &Reason, ipv6_in_use: Read<bool>) -> Firewall {
    let outer = outer(look);
    let enabled: Vec<(&Service, [InboundFilter; 2])> = SERVICES
        .iter()
        .filter(|service| is_enabled(look, service))
        .map(|service| match (service.read)(look, &outer) {
            Ok(outcomes) => (service, outcomes.map(filter)),
            Err(reason) => {
                (service, [0, 1].map(|_| InboundFilter { refuses: Read::NotRead(reason.clone()), hole: None }))
            }
        })
        .collect();
    let (Some((ipv4_by, ipv4)), Some((ipv6_by, ipv6))) = (strictest(&enabled, 0), strictest(&enabled, 1)) else {
        let [ipv4, ipv6] = [(); 2].map(|()| without(look, why));
        let (evidence, in_force) = (FirewallEvidence::Configured, Read::Measured(true));
        return Firewall { evidence, manager: None, in_force, ipv4, ipv6, ipv6_in_use, public_reach: None };
    };
    let in_force = match (is_active(look, ipv4_by), ipv4_by.unit == ipv6_by.unit) {
        (Read::Measured(true), false) => is_active(look, ipv6_by),
        (first, _) => first,
    };
    let (evidence, manager) = (FirewallEvidence::Configured, Some(ipv4_by.manager));
    Firewall { evidence, manager, in_force, ipv4: ipv4.clone(), ipv6: ipv6.clone(), ipv6_in_use, public_reach: None }
}

/// The interfaces by which packets of others come.
pub(crate) fn outer(look: &Look<'_>) -> Vec<Outer> {
    match super::outward(look) {
        Ok(found) if !found.is_empty() && found.len() <= OUTER_MAX => {
            found.into_iter().map(|(_, name)| Some(name)).collect()
        }
        _ => vec![None],
    }
}

/// The worst that becomes of packets by whichever interface they come.
fn by_each(outer: &[Outer], of: impl Fn(Option<&str>) -> Result<[Outcome; 2], Reason>) -> Result<[Outcome; 2], Reason> {
    let mut worst = [Outcome::Refused, Outcome::Refused];
    for interface in outer {
        let [ipv4, ipv6] = of(interface.as_deref())?;
        let [worst_v4, worst_v6] = worst;
        worst = [worst_v4.or_worse(ipv4), worst_v6.or_worse(ipv6)];
    }
    Ok(worst)
}

/// Which of the enabled services decides of one family: whatever lets a packet through leaves it to the others, so that one
/// that refuses decides, and one that was not read leaves it open. Of equals, the first.
fn strictest<'a>(
    enabled: &'a [(&'a Service, [InboundFilter; 2])],
    family: usize,
) -> Option<(&'a Service, &'a InboundFilter)> {
    let of_family = enabled.iter().filter_map(|(service, filters)| Some((*service, filters.get(family)?)));
    of_family.min_by_key(|(_, filter)| match filter.refuses {
        Read::Measured(true) => 0,
        Read::NotRead(_) => 1,
        Read::Measured(false) => 2,
    })
}

fn filter(outcome: Outcome) -> InboundFilter {
    match outcome {
        Outcome::Refused => InboundFilter { refuses: Read::Measured(true), hole: None },
        Outcome::Accepted(hole) => InboundFilter { refuses: Read::Measured(false), hole: Some(hole) },
        Outcome::Unclear(why) => {
            let why = format!("follow a packet through the configured rules: {why}");
            InboundFilter { refuses: Read::not_read(ReasonCode::Unsupported, why), hole: None }
        }
        Outcome::Through => {
            InboundFilter { refuses: Read::Measured(false), hole: Some("no rule refuses it".to_owned()) }
        }
    }
}

/// Nothing known is enabled: without the kernel's modules for it there are no rules; else something may have set some.
fn without(look: &Look<'_>, why: &Reason) -> InboundFilter {
    let modules = match look.read_if_there("/proc/modules", TABLE_MAX) {
        Ok(modules) => modules.unwrap_or_default(),
        Err(error) => return InboundFilter { refuses: Read::NotRead(error.reason()), hole: None },
    };
    let text = String::from_utf8_lossy(&modules);
    let loaded = |line: &str| {
        let name = line.split_whitespace().next().unwrap_or_default();
        ["nf_tables", "ip_tables", "ip6_tables"].contains(&name)
    };
    if text.is_empty() || text.lines().any(loaded) {
        let detail =
            format!("{}; and no known service of a firewall is enabled (the right is CAP_NET_ADMIN)", why.detail);
        return InboundFilter { refuses: Read::not_read(why.code, detail), hole: None };
    }
    let hole = "no service of a firewall is enabled, and the kernel has neither nf_tables nor ip_tables loaded";
    InboundFilter { refuses: Read::Measured(false), hole: Some(hole.to_owned()) }
}

fn is_enabled(look: &Look<'_>, service: &Service) -> bool {
    TARGETS
        .iter()
        .any(|target| look.read_link(format!("/etc/systemd/system/{target}.target.wants/{}", service.unit)).is_ok())
}

fn is_active(look: &Look<'_>, service: &Service) -> Read<bool> {
    let property = BusProperty {
        service: "org.freedesktop.systemd1".to_owned(),
        path: format!("/org/freedesktop/systemd1/unit/{}", service.object),
        interface: "org.freedesktop.systemd1.Unit".to_owned(),
        name: "ActiveState".to_owned(),
    };
    let state = look.bus_property(&property).map_err(|error| error.reason());
    state.map(|state| state.as_str() == Some("active")).into()
}

/// A file that is there.
pub(super) fn needed(look: &Look<'_>, path: &str) -> Result<Vec<u8>, Reason> {
    look.read_text(path, FILE_MAX).map_err(|error| error.reason())
}

pub(super) fn unparsable(path: &str, error: impl std::fmt::Display) -> Reason {
    Reason::new(ReasonCode::Unparsable, format!("read {path}: {error}"))
}

fn of_ufw(look: &Look<'_>, outer: &[Outer]) -> Result<[Outcome; 2], Reason> {
    if !ufw_setting(look, "ENABLED")?.is_some_and(|value| ufw::is_yes(&value)) {
        return Ok([(); 2].map(|()| Outcome::Accepted("/etc/ufw/ufw.conf does not enable ufw".to_owned())));
    }
    let policy = ufw_setting(look, "DEFAULT_INPUT_POLICY")?;
    if !policy.as_deref().is_some_and(|policy| ["DROP", "REJECT"].contains(&policy)) {
        let why = "DEFAULT_INPUT_POLICY in /etc/default/ufw lets packets in";
        return Ok([(); 2].map(|()| Outcome::Accepted(why.to_owned())));
    }
    for script in ["/etc/ufw/before.init", "/etc/ufw/after.init"] {
        match look.metadata(script) {
            Ok(found) if found.mode & EXECUTABLE != 0 => {
                let why = format!("ufw runs {script}, which is not followed");
                return Err(Reason::new(ReasonCode::Unsupported, why));
            }
            Ok(_) => {}
            Err(error) if error.is_not_there() => {}
            Err(error) => return Err(error.reason()),
        }
    }
    let of = |is_ipv6: bool| {
        let mut files = Vec::new();
        for name in ["before", "after", "user"] {
            let path = format!("/etc/ufw/{name}{}.rules", if is_ipv6 { "6" } else { "" });
            // Without one of them ufw starts with a part of its rules, and says so only in the journal.
            let bytes = needed(look, &path)?;
            // One alone tells which file it is that cannot be read.
            ufw::chains(&[bytes.as_slice()], is_ipv6, true, None).map_err(|error| unparsable(&path, error))?;
            files.push(bytes);
        }
        let files: Vec<&[u8]> = files.iter().map(Vec::as_slice).collect();
        let [found, _] = by_each(outer, |interface| {
            let chains = ufw::chains(&files, is_ipv6, true, interface);
            let chains = chains.map_err(|error| unparsable("the rules in /etc/ufw", error))?;
            Ok([outcome(&chains, "INPUT", is_ipv6), Outcome::Refused])
        })?;
        Ok::<_, Reason>(found)
    };
    // Without IPV6=yes ufw refuses all of IPv6 but loopback.
    let ipv6 = ufw_setting(look, "IPV6")?.is_some_and(|value| ufw::is_yes(&value));
    Ok([of(false)?, if ipv6 { of(true)? } else { Outcome::Refused }])
}

/// A setting of ufw: its start script reads the defaults first and then the switch.
pub(in crate::collect) fn ufw_setting(look: &Look<'_>, key: &str) -> Result<Option<String>, Reason> {
    let mut found = None;
    for path in ["/etc/default/ufw", "/etc/ufw/ufw.conf"] {
        let file = look.read_text_if_there(path, FILE_MAX).map_err(|error| error.reason())?;
        let value = ufw::value(&file.unwrap_or_default(), key).map_err(|error| unparsable(path, error))?;
        found = value.or(found);
    }
    Ok(found)
}

/// The service ufw is started at boot, and its own switch is on.
pub(in crate::collect) fn ufw_starts(look: &Look<'_>) -> Result<bool, Reason> {
    let is_enabled =
        SERVICES.iter().any(|service| service.manager == FirewallManager::Ufw && is_enabled(look, service));
    Ok(is_enabled && ufw_setting(look, "ENABLED")?.is_some_and(|value| ufw::is_yes(&value)))
}

/// What the file of nftables.service does.
pub(crate) fn of_nftables(look: &Look<'_>, outer: &[Outer]) -> Result<[Outcome; 2], Reason> {
    const FILES: [&str; 2] = ["/etc/nftables.conf", "/etc/sysconfig/nftables.conf"];
    let mut all = Vec::new();
    for path in FILES {
        if let Some(file) = look.read_text_if_there(path, FILE_MAX).map_err(|error| error.reason())? {
            let read = Cell::new(0);
            let included = |named: &str| included(look, named, &read);
            all.push(by_each(outer, |interface| {
                read.set(0);
                let found = nft_file::parse(&file, interface, &included).map_err(|error| unparsable(path, error))?;
                Ok([found.ipv4, found.ipv6])
            })?);
        }
    }
    let missing = || {
        let detail = format!("nftables.service is enabled, but {} is missing", FILES.join(" and "));
        Reason::new(ReasonCode::Missing, detail)
    };
    all.into_iter().reduce(either).ok_or_else(missing)
}

/// Which of two files is loaded is not known, unless both do the same.
fn either(first: [Outcome; 2], second: [Outcome; 2]) -> [Outcome; 2] {
    let [[ipv4, ipv6], [other_v4, other_v6]] = [first, second];
    [(ipv4, other_v4), (ipv6, other_v6)].map(|(first, second)| {
        if (first == Outcome::Refused) == (second == Outcome::Refused) {
            return first.or_worse(second);
        }
        Outcome::Unclear("two files of nft are there, which do not do the same".to_owned())
    })
}

/// The files that an `include` of nft means, by their names. A pattern may mean none; a name must be there, or nft loads nothing.
fn included(look: &Look<'_>, named: &str, read: &Cell<usize>) -> Result<Vec<Vec<u8>>, String> {
    let path = if named.starts_with('/') { named.to_owned() } else { format!("{INCLUDES}/{named}") };
    if named.starts_with("./") || named.starts_with("../") {
        return Err(format!("{named} is looked for where nft was started"));
    }
    let found = glob::paths(look, &path).map_err(|why| why.detail)?;
    let mut files = Vec::new();
    for path in found {
        read.set(read.get() + 1);
        if read.get() > INCLUDED_MAX {
            return Err(format!("they are more than {INCLUDED_MAX}"));
        }
        if !look.metadata(&path).is_ok_and(|metadata| metadata.kind == EntryKind::Folder) {
            files.push(needed(look, &path).map_err(|why| why.detail)?);
        }
    }
    Ok(files)
}

fn of_file(look: &Look<'_>, path: &str, outer: &[Outer], is_ipv6: bool) -> Result<Outcome, Reason> {
    let Some(file) = look.read_text_if_there(path, FILE_MAX).map_err(|error| error.reason())? else {
        return Ok(Outcome::Accepted(format!("there is no {path}")));
    };
    let [found, _] = by_each(outer, |interface| {
        let saved = iptables_save::parse(&file, interface).map_err(|error| unparsable(path, error))?;
        let found = match saved.filter() {
            Some(_) => saved.outcome(is_ipv6),
            None => Outcome::Accepted(format!("{path} has no table filter")),
        };
        Ok([found, Outcome::Refused])
    })?;
    Ok(found)
}

/// Red Hat's units load the rules of one family each.
fn of_other_family(unit: &str, family: &str) -> Outcome {
    Outcome::Accepted(format!("{unit} loads no rules of {family}"))
}
