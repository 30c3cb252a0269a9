//! Whether and how this host passes on packets of others.
//!
//! What changes below `/proc/sys` makes no event: a change there is seen when the collector runs for another reason, or after
//! its interval. Files of `sysctl.d` wake it.

pub mod next_boot;
pub mod sysctl_file;
#[cfg(test)]
mod tests;
pub mod windows;
mod windows_bridge;

use std::collections::BTreeSet;

use tenken_model::fact::forwarding::{Forwarding, InterfaceSettings};
use tenken_model::observation::Outcome;
use tenken_model::{Language, Reason, ReasonCode, Size, Topic};

use super::firewall::kernel::{self, Way};
use super::firewall::old_rules;
use super::firewall::walk::Fate;
use super::neighbours::netlink::Link;
use super::{Look, Needs, neighbours};

/// More interfaces are left out.
const INTERFACES_MAX: usize = 64;
const VALUE_MAX: Size = Size::from_bytes(4096);
/// Kinds of interfaces that lead through a tunnel.
const TUNNELS: [&str; 13] =
    ["tun", "wireguard", "ppp", "ovpn", "ipip", "sit", "gre", "gretap", "ip6tnl", "vti", "vti6", "xfrm", "ip6gre"];
/// Beginnings of the names of tunnels that the kernel gives no kind.
const TUNNEL_NAMES: [&str; 4] = ["ppp", "ipsec", "wg", "tun"];

/// Reads the settings of each interface. Absent on a host that has no interface but loopback.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<Forwarding> {
    match read(look) {
        Ok(Some(forwarding)) => Outcome::Known(forwarding),
        Ok(None) => Outcome::Absent(Language::English.absent(Topic::Forwarding)),
        Err(reason) => Outcome::Failed(reason),
    }
}

fn read(look: &Look<'_>) -> Result<Option<Forwarding>, Reason> {
    let links = neighbours::links(look)?;
    if links.iter().all(|link| link.loopback) {
        return Ok(None);
    }
    let guests = guests(&links);
    let outward: Vec<&Link> = links.iter().filter(|link| !link.loopback && !guests.contains(&link.index)).collect();
    let cut = outward.len().saturating_sub(INTERFACES_MAX);
    // One place stands for the many files below it.
    look.exists("/proc/sys/net/ipv4/conf/all").map_err(|error| error.reason())?;
    let aside = look.aside();
    let settings = Settings { look: &aside };
    let mut interfaces = Vec::new();
    for link in outward.iter().take(INTERFACES_MAX) {
        interfaces.extend(settings.interface(link)?);
    }
    let forwards_ipv6 = settings.number("net/ipv6/conf/all/forwarding");
    let forwards_ipv6 = forwards_ipv6.map(|value| value.unwrap_or(0) > 0);
    let joined = match joined(look, &outward, &interfaces, &forwards_ipv6) {
        Ok(found) if found.is_empty() && cut > 0 => {
            Err(Reason::new(ReasonCode::TooLarge, format!("list interfaces: {cut} more than are kept")))
        }
        joined => joined,
    };
    let syn_cookies = settings.number("net/ipv4/tcp_syncookies");
    Ok(Some(Forwarding {
        joined: joined.into(),
        forwards_ipv6: forwards_ipv6.into(),
        syn_cookies: syn_cookies.map(|value| value.unwrap_or(0) > 0).into(),
        boot_differences: next_boot::differences(look),
        interfaces,
        cut: i64::try_from(cut).unwrap_or(i64::MAX),
    }))
}

/// The interfaces of this host's own containers and virtual machines. A tunnel that is a port of a bridge is one of them.
fn guests(links: &[Link]) -> BTreeSet<u32> {
    let guest = |link: &Link| match link.kind.as_deref() {
        Some("dummy" | "ifb") => true,
        // Within a container the network itself is one of a pair, and called so.
        Some("veth") => link.master.is_some() || !link.name.starts_with("eth"),
        Some("tun") => link.master.is_some(),
        _ => false,
    };
    let enclosed = |bridge: &Link| links.iter().filter(|port| port.master == Some(bridge.index)).all(guest);
    let bridge = |link: &Link| link.kind.as_deref() == Some("bridge") && enclosed(link);
    links.iter().filter(|link| guest(link) || bridge(link)).map(|link| link.index).collect()
}

fn is_tunnel(link: &Link) -> bool {
    match link.kind.as_deref() {
        Some(kind) => TUNNELS.contains(&kind),
        None => TUNNEL_NAMES.iter().any(|name| link.name.starts_with(name)),
    }
}

struct Settings<'a> {
    look: &'a Look<'a>,
}

impl Settings<'_> {
    /// A number below `/proc/sys`; absent where the kernel has no such setting.
    fn number(&self, path: &str) -> Result<Option<i64>, Reason> {
        let path = format!("/proc/sys/{path}");
        let bytes = self.look.read_if_there(&path, VALUE_MAX).map_err(|error| error.reason())?;
        let number = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).trim().parse().ok();
        let unparsable = || Reason::new(ReasonCode::Unparsable, format!("read {path}: it is no number"));
        bytes.map(|bytes| number(bytes).ok_or_else(unparsable)).transpose()
    }

    /// The settings in force, which the kernel makes of an interface's own and those of all (include/linux/inetdevice.h);
    /// nothing for an interface that went meanwhile.
    fn interface(&self, link: &Link) -> Result<Option<InterfaceSettings>, Reason> {
        let of = |family: &str, whose: &str, name: &str| self.number(&format!("net/{family}/conf/{whose}/{name}"));
        let Some(forwards) = of("ipv4", &link.name, "forwarding")? else { return Ok(None) };
        let forwards_ipv4 = forwards > 0;
        let both = |name: &str| {
            Ok::<_, Reason>((of("ipv4", &link.name, name)?.unwrap_or(0), of("ipv4", "all", name)?.unwrap_or(0)))
        };
        let (own_check, all_check) = both("rp_filter")?;
        let (own_route, all_route) = both("accept_source_route")?;
        let (own_redirects, all_redirects) = both("accept_redirects")?;
        let (own_sent, all_sent) = both("send_redirects")?;
        let redirects_ipv4 =
            if forwards_ipv4 { own_redirects > 0 && all_redirects > 0 } else { own_redirects > 0 || all_redirects > 0 };
        let own_ipv6 = |name: &str| Ok::<_, Reason>(of("ipv6", &link.name, name)?.unwrap_or(0) > 0);
        let redirects_ipv6 = own_ipv6("accept_redirects")? && !own_ipv6("forwarding")?;
        Ok(Some(InterfaceSettings {
            name: link.name.clone(),
            up: link.up,
            tunnel: is_tunnel(link),
            forwards_ipv4,
            source_check: own_check.max(all_check),
            source_routes_taken: own_route > 0 && all_route > 0 || own_ipv6("accept_source_route")?,
            redirects_taken: redirects_ipv4 || redirects_ipv6,
            redirects_sent: own_sent > 0 || all_sent > 0,
        }))
    }
}

/// The pairs between which packets are passed on: forwarding is switched on, and no rule stops them.
fn joined(
    look: &Look<'_>,
    links: &[&Link],
    interfaces: &[InterfaceSettings],
    forwards_ipv6: &Result<bool, Reason>,
) -> Result<Vec<String>, Reason> {
    let forwards_ipv6 = forwards_ipv6.as_ref().map_err(Clone::clone)?;
    let number = |name: &str| links.iter().find(|link| link.name == name).map_or(0, |link| link.index);
    let up: Vec<&InterfaceSettings> = interfaces.iter().filter(|interface| interface.up).collect();
    let mut chains = None;
    let mut unclear = None;
    let mut found = Vec::new();
    for (at, first) in up.iter().enumerate() {
        for second in up.iter().skip(at + 1).filter(|second| first.tunnel || second.tunnel) {
            for (from, to) in [(first, second), (second, first)] {
                let ways = [(false, from.forwards_ipv4), (true, *forwards_ipv6)];
                for (is_ipv6, _) in ways.into_iter().filter(|(_, forwards)| *forwards) {
                    if chains.is_none() {
                        chains = Some(kernel::read(look)?);
                    }
                    let (way_in, way_out) =
                        ((number(&from.name), from.name.clone()), (number(&to.name), to.name.clone()));
                    let chains = chains.as_deref().unwrap_or_default();
                    match kernel::worst(look, chains, is_ipv6, &way_in, &Way::On(&way_out)) {
                        Fate::Refused => {}
                        Fate::Accepted(_) => found.push(format!("{} - {}", first.name, second.name)),
                        Fate::Unclear(why) => {
                            let why = format!("follow a packet from {} to {}: {why}", from.name, to.name);
                            unclear.get_or_insert(why);
                        }
                    }
                }
            }
        }
    }
    found.dedup();
    let old = ["/proc/net/ip_tables_names", "/proc/net/ip6_tables_names"];
    if !found.is_empty() && old.iter().any(|list| old_rules(look, list, "filter")) {
        // They are beside those of nf_tables, and may refuse it.
        let why = "rules of iptables-legacy are loaded, which the kernel does not tell by netlink";
        return Err(Reason::new(ReasonCode::Unsupported, why));
    }
    match unclear {
        Some(why) if found.is_empty() => Err(Reason::new(ReasonCode::Unsupported, why)),
        _ => Ok(found),
    }
}
