//! What is configured to set the rules, where the kernel does not tell them.

use tenken_model::fact::firewall::{Firewall, FirewallEvidence, FirewallManager, InboundFilter};
use tenken_model::{Read, Reason, ReasonCode, Size};

use super::written::When;
use super::written::{Outcome, by_interface, outcome};
use super::{TABLE_MAX, firewalld, iptables_save, nft_file, ufw};
use crate::collect::Look;
use crate::host::BusProperty;

/// The most bytes of one file of rules.
const FILE_MAX: Size = Size::from_bytes(1024 * 1024);
const ZONES_MAX: usize = 1_000;
/// Targets that start the services of firewalls.
const TARGETS: [&str; 4] = ["multi-user", "sysinit", "basic", "network-pre"];

/// A service that sets rules when the host starts.
struct Service {
    unit: &'static str,
    /// Its object on the bus.
    object: &'static str,
    manager: FirewallManager,
    read: fn(&Look<'_>) -> Result<[Outcome; 2], Reason>,
}

const SERVICES: [Service; 6] = [
    Service {
        unit: "firewalld.service",
        object: "firewalld_2eservice",
        manager: FirewallManager::Firewalld,
        read: of_firewalld,
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
        read: |look| Ok([of_file(look, "/etc/iptables/rules.v4")?, of_file(look, "/etc/iptables/rules.v6")?]),
    },
    Service {
        unit: "iptables.service",
        object: "iptables_2eservice",
        manager: FirewallManager::RulesFile,
        read: |look| Ok([of_file(look, "/etc/sysconfig/iptables")?, of_other_family("iptables.service", "IPv6")]),
    },
    Service {
        unit: "ip6tables.service",
        object: "ip6tables_2eservice",
        manager: FirewallManager::RulesFile,
        read: |look| Ok([of_other_family("ip6tables.service", "IPv4"), of_file(look, "/etc/sysconfig/ip6tables")?]),
    },
];

/// What is enabled to set rules when the host starts.
pub(super) fn manager(look: &Look<'_>) -> Option<FirewallManager> {
    SERVICES.iter().find(|service| is_enabled(look, service)).map(|service| service.manager)
}

/// What is configured. `why` is why the kernel did not tell.
pub(super) fn read(look: &Look<'_>, why: &Reason, ipv6_in_use: Read<bool>) -> Firewall {
    let enabled: Vec<(&Service, [InboundFilter; 2])> = SERVICES
        .iter()
        .filter(|service| is_enabled(look, service))
        .map(|service| match (service.read)(look) {
            Ok(outcomes) => (service, outcomes.map(filter)),
            Err(reason) => {
                (service, [0, 1].map(|_| InboundFilter { refuses: Read::NotRead(reason.clone()), hole: None }))
            }
        })
        .collect();
    let (Some((ipv4_by, ipv4)), Some((ipv6_by, ipv6))) = (strictest(&enabled, 0), strictest(&enabled, 1)) else {
        let [ipv4, ipv6] = [(); 2].map(|()| without(look, why));
        let (evidence, in_force) = (FirewallEvidence::Configured, Read::Measured(true));
        return Firewall { evidence, manager: None, in_force, ipv4, ipv6, ipv6_in_use };
    };
    let in_force = match (is_active(look, ipv4_by), ipv4_by.unit == ipv6_by.unit) {
        (Read::Measured(true), false) => is_active(look, ipv6_by),
        (first, _) => first,
    };
    let (evidence, manager) = (FirewallEvidence::Configured, Some(ipv4_by.manager));
    Firewall { evidence, manager, in_force, ipv4: ipv4.clone(), ipv6: ipv6.clone(), ipv6_in_use }
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
fn needed(look: &Look<'_>, path: &str) -> Result<Vec<u8>, Reason> {
    look.read_text(path, FILE_MAX).map_err(|error| error.reason())
}

fn unparsable(path: &str, error: impl std::fmt::Display) -> Reason {
    Reason::new(ReasonCode::Unparsable, format!("read {path}: {error}"))
}

fn of_ufw(look: &Look<'_>) -> Result<[Outcome; 2], Reason> {
    const SWITCH: &str = "/etc/ufw/ufw.conf";
    const DEFAULTS: &str = "/etc/default/ufw";
    let value = |path: &str, key: &str| {
        let file = look.read_text_if_there(path, FILE_MAX).map_err(|error| error.reason())?;
        ufw::value(&file.unwrap_or_default(), key).map_err(|error| unparsable(path, error))
    };
    // ufw-init sources the defaults first and then the switch.
    let set = |key: &str| Ok::<_, Reason>(value(SWITCH, key)?.or(value(DEFAULTS, key)?));
    if !set("ENABLED")?.is_some_and(|value| ufw::is_yes(&value)) {
        return Ok([(); 2].map(|()| Outcome::Accepted(format!("{SWITCH} does not enable ufw"))));
    }
    let policy = set("DEFAULT_INPUT_POLICY")?;
    if !policy.as_deref().is_some_and(|policy| ["DROP", "REJECT"].contains(&policy)) {
        return Ok([(); 2].map(|()| Outcome::Accepted(format!("DEFAULT_INPUT_POLICY in {DEFAULTS} lets packets in"))));
    }
    let by_rules = |path: &str| {
        let rules = look.read_text_if_there(path, FILE_MAX).map_err(|error| error.reason())?.unwrap_or_default();
        let open = ufw::lets_all_in(&rules).map_err(|error| unparsable(path, error))?;
        Ok(if open { Outcome::Accepted(format!("a rule in {path} lets packets in")) } else { Outcome::Refused })
    };
    // Without IPV6=yes ufw refuses all of IPv6 but loopback.
    let ipv6 = set("IPV6")?.is_some_and(|value| ufw::is_yes(&value));
    Ok([by_rules("/etc/ufw/user.rules")?, if ipv6 { by_rules("/etc/ufw/user6.rules")? } else { Outcome::Refused }])
}

fn of_firewalld(look: &Look<'_>) -> Result<[Outcome; 2], Reason> {
    const CONFIGURATION: &str = "/etc/firewalld/firewalld.conf";
    const FOLDERS: [&str; 2] = ["/etc/firewalld/zones", "/usr/lib/firewalld/zones"];
    let file = look.read_text_if_there(CONFIGURATION, FILE_MAX).map_err(|error| error.reason())?;
    let default = firewalld::value(&file.unwrap_or_default(), "DefaultZone")
        .map_err(|error| unparsable(CONFIGURATION, error))?
        .unwrap_or_else(|| "public".to_owned());
    let mut default_zone = None;
    let mut hole = None;
    for folder in FOLDERS {
        for entry in look.list_if_there(folder, ZONES_MAX).map_err(|error| error.reason())? {
            let Some(name) = entry.name.strip_suffix(".xml") else { continue };
            let of_package = folder == FOLDERS[1];
            if of_package && (name != default || default_zone.is_some()) {
                // A package gives no interface to a zone.
                continue;
            }
            let path = format!("{folder}/{}", entry.name);
            let zone = firewalld::zone(&needed(look, &path)?).map_err(|error| unparsable(&path, error))?;
            let bound = zone.interfaces.iter().any(|interface| by_interface(interface, false) != When::Never);
            if let Some(why) = zone.hole.as_ref().filter(|_| bound) {
                hole.get_or_insert_with(|| format!("zone {name}: {why}"));
            }
            if name == default {
                default_zone = Some(zone);
            }
        }
    }
    let Some(zone) = default_zone else {
        return Err(Reason::new(ReasonCode::Missing, format!("the default zone {default} of firewalld has no file")));
    };
    let hole = hole.or_else(|| zone.hole.map(|why| format!("zone {default}: {why}")));
    let outcome = hole.map_or(Outcome::Refused, Outcome::Accepted);
    Ok([outcome.clone(), outcome])
}

fn of_nftables(look: &Look<'_>) -> Result<[Outcome; 2], Reason> {
    const FILES: [&str; 2] = ["/etc/nftables.conf", "/etc/sysconfig/nftables.conf"];
    for path in FILES {
        if let Some(file) = look.read_text_if_there(path, FILE_MAX).map_err(|error| error.reason())? {
            let inbound = nft_file::parse(&file).map_err(|error| unparsable(path, error))?;
            return Ok([inbound.ipv4, inbound.ipv6]);
        }
    }
    Err(Reason::new(
        ReasonCode::Missing,
        format!("nftables.service is enabled, but {} is missing", FILES.join(" and ")),
    ))
}

fn of_file(look: &Look<'_>, path: &str) -> Result<Outcome, Reason> {
    let Some(file) = look.read_text_if_there(path, FILE_MAX).map_err(|error| error.reason())? else {
        return Ok(Outcome::Accepted(format!("there is no {path}")));
    };
    let chains = iptables_save::parse(&file).map_err(|error| unparsable(path, error))?;
    if chains.is_empty() {
        return Ok(Outcome::Accepted(format!("{path} has no table filter")));
    }
    Ok(outcome(&chains, "INPUT"))
}

/// Red Hat's units load the rules of one family each.
fn of_other_family(unit: &str, family: &str) -> Outcome {
    Outcome::Accepted(format!("{unit} loads no rules of {family}"))
}
