//! Whether and how a Windows host passes on packets of others.
//!
//! Adapters tell whether they pass on what comes in; where they do not, it is known only where something passes on for all:
//! `IPEnableRouter`, Routing and Remote Access, or Internet Connection Sharing. The service of the last also runs for the guests of WSL
//! and Hyper-V, so that beside their switch it says nothing of others. There is no filter of what is passed on that could be followed,
//! so that whatever passes on joins, as does a network bridge. Routes that packets name and redirects are settings of all adapters
//! (`DisableIPSourceRouting`, `EnableICMPRedirect`): CIS Microsoft Windows Benchmarks 18.5. Where they are not set every version since
//! Vista takes both: redirects
//! (<https://learn.microsoft.com/en-us/windows-hardware/customize/desktop/unattend/microsoft-windows-tcpip-icmpredirectsenabled>), and
//! routes that end here, which it does not pass on (`dontforward`, that is 1). Windows checks no source addresses as rp_filter does.

use tenken_model::fact::forwarding::{BootDifference, Forwarding, InterfaceSettings};
use tenken_model::observation::Outcome;
use tenken_model::{Language, Read, Reason, ReasonCode, Topic};

use super::INTERFACES_MAX;
use super::windows_bridge::{self, Member};
use crate::collect::neighbours::windows::is_inward;
use crate::collect::windows_setting::{self, Services, service_key};
use crate::collect::{Look, Needs};
use crate::host::windows_api::Adapter;

/// IF_TYPE_SOFTWARE_LOOPBACK, IF_TYPE_PPP, IF_TYPE_PROP_VIRTUAL and IF_TYPE_TUNNEL.
const LOOPBACK: u32 = 24;
const TUNNELS: [u32; 3] = [23, 53, 131];
/// Words in what drivers of tunnels call adapters that say to be Ethernet.
pub const TUNNEL_WORDS: [&str; 19] = [
    "tap-windows",
    "wintun",
    "wireguard",
    "openvpn",
    "anyconnect",
    "cisco secure client",
    "fortinet",
    "fortissl",
    "pangp",
    "juniper networks virtual",
    "pulse secure",
    "sonicwall",
    "check point virtual",
    "softether",
    "ncp secure client",
    "tailscale",
    "zerotier",
    "vpn client adapter",
    "vpn",
];
/// Adapters of Windows itself for going over to IPv6, which lead nowhere by themselves.
pub const TRANSITION: [&str; 3] = ["Microsoft Teredo", "Microsoft ISATAP", "Microsoft 6to4"];

/// Reads the settings of each adapter. Absent on a host that has none but loopback.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<Forwarding> {
    match read(look) {
        Ok(Some(forwarding)) => Outcome::Known(forwarding),
        Ok(None) => Outcome::Absent(Language::English.absent(Topic::Forwarding)),
        Err(reason) => Outcome::Failed(reason),
    }
}

fn read(look: &Look<'_>) -> Result<Option<Forwarding>, Reason> {
    let adapters = look.adapters().map_err(|error| error.reason())?;
    if adapters.iter().all(|adapter| adapter.kind == LOOPBACK) {
        return Ok(None);
    }
    let parameters = [service_key(r"Tcpip\Parameters")];
    let number = |name: &str| windows_setting::number(look, name, &parameters);
    let router = number("IPEnableRouter")?.is_some_and(|router| router != 0);
    // What is not set: routes that packets name are taken by their end, though not passed on, and redirects are taken.
    let source_routes_taken = number("DisableIPSourceRouting")? != Some(2);
    let redirects_taken = number("EnableICMPRedirect")? != Some(0);
    let services = Services::read(look).map_err(|error| error.reason())?;
    let (shares, has_guests) = (services.runs("SharedAccess"), adapters.iter().any(is_inward));
    let passes_on = router || services.runs("RemoteAccess") || shares && !has_guests;
    let is_outward = |adapter: &&Adapter| {
        let leads_nowhere = TRANSITION.iter().any(|name| adapter.description.starts_with(name));
        adapter.kind != LOOPBACK && !is_inward(adapter) && !leads_nowhere
    };
    let outward: Vec<&Adapter> = adapters.iter().filter(is_outward).collect();
    let cut = outward.len().saturating_sub(INTERFACES_MAX);
    let outward: Vec<&Adapter> = outward.into_iter().take(INTERFACES_MAX).collect();
    let tells = |adapter: &&Adapter| adapter.forwards_ipv4.is_some() && adapter.forwards_ipv6.is_some();
    let is_told = outward.iter().all(tells) && !(shares && has_guests);
    let why_untold = if shares && has_guests { unsure } else { untold };
    let mut interfaces: Vec<InterfaceSettings> = outward
        .iter()
        .map(|adapter| {
            let forwards = passes_on || adapter.forwards_ipv4 == Some(true);
            InterfaceSettings {
                name: adapter.name.clone(),
                up: adapter.up,
                tunnel: is_tunnel(adapter),
                forwards_ipv4: forwards,
                source_check: 0,
                source_routes_taken,
                redirects_taken,
                redirects_sent: forwards,
            }
        })
        .collect();
    let any = |forwards: fn(&Adapter) -> Option<bool>| outward.iter().any(|adapter| forwards(adapter) == Some(true));
    let forwards_ipv6 = match (passes_on || any(|adapter| adapter.forwards_ipv6), is_told) {
        (true, _) => Read::Measured(true),
        (false, true) => Read::Measured(false),
        (false, false) => Read::NotRead(why_untold()),
    };
    let mut joined = joined(&interfaces, &outward);
    let bridged = bridge(look, &adapters, &mut interfaces, &mut joined);
    let joined = match (joined.is_empty(), cut > 0, is_told) {
        (true, _, _) if bridged.is_err() => Read::NotRead(bridged.err().unwrap_or_else(untold)),
        (true, true, _) => Read::not_read(ReasonCode::TooLarge, format!("list adapters: {cut} more than are kept")),
        (true, false, false) => Read::NotRead(why_untold()),
        _ => Read::Measured(joined),
    };
    let running = any(|adapter| adapter.forwards_ipv4);
    let differs = is_told && router && !running;
    let difference =
        || BootDifference { key: "IPEnableRouter".to_owned(), running: "0".to_owned(), configured: "1".to_owned() };
    Ok(Some(Forwarding {
        interfaces,
        forwards_ipv6,
        joined,
        // Since Vista it is always so, and cannot be switched off.
        syn_cookies: Read::Measured(true),
        boot_differences: Read::Measured(differs.then(difference).into_iter().collect()),
        cut: i64::try_from(cut).unwrap_or(i64::MAX),
    }))
}

fn untold() -> Reason {
    Reason::new(ReasonCode::Unsupported, "list network adapters: they do not tell whether they pass packets on")
}

fn unsure() -> Reason {
    let why =
        "the service runs for guests of this host too, and does not tell whether it shares a connection with others";
    Reason::new(ReasonCode::Inconclusive, format!("read Internet Connection Sharing (SharedAccess): {why}"))
}

/// It leads through a tunnel: by its kind, or by what its driver calls it.
fn is_tunnel(adapter: &Adapter) -> bool {
    TUNNELS.contains(&adapter.kind) || is_tunnel_called(&adapter.description)
}

/// What a driver calls an adapter is a tunnel's name.
pub(super) fn is_tunnel_called(description: &str) -> bool {
    let description = description.to_ascii_lowercase();
    TUNNEL_WORDS.iter().any(|word| description.contains(word))
}

/// Adds what a bridge joins to a tunnel, and the tunnels in it that are no adapters of their own any more.
fn bridge(
    look: &Look<'_>,
    adapters: &[Adapter],
    interfaces: &mut Vec<InterfaceSettings>,
    joined: &mut Vec<String>,
) -> Result<(), Reason> {
    let members = windows_bridge::members(look, adapters)?;
    for (at, first) in members.iter().enumerate() {
        for second in members.iter().skip(at + 1) {
            let pair = format!("{} - {}", first.name, second.name);
            let is_tunnel = first.tunnel == Some(true) || second.tunnel == Some(true);
            if is_tunnel && joined.len() < INTERFACES_MAX && !joined.contains(&pair) {
                joined.push(pair);
            }
        }
    }
    for tunnel in members.iter().filter(|member| member.tunnel == Some(true)) {
        // It passes frames on, whatever its own state.
        if let Some(known) = interfaces.iter_mut().find(|known| known.name == tunnel.name) {
            (known.tunnel, known.up) = (true, true);
        } else if interfaces.len() < INTERFACES_MAX {
            interfaces.push(of_bridge(tunnel));
        }
    }
    if members.iter().any(|member| member.tunnel.is_none()) {
        let detail = "read the members of the network bridge (MsBridge): the driver of one is not found";
        return Err(Reason::new(ReasonCode::Inconclusive, detail));
    }
    Ok(())
}

fn of_bridge(tunnel: &Member) -> InterfaceSettings {
    InterfaceSettings {
        name: tunnel.name.clone(),
        up: true,
        tunnel: true,
        forwards_ipv4: false,
        source_check: 0,
        source_routes_taken: false,
        redirects_taken: false,
        redirects_sent: false,
    }
}

/// The pairs of which at least one is a tunnel, and one passes on what comes in.
fn joined(interfaces: &[InterfaceSettings], adapters: &[&Adapter]) -> Vec<String> {
    let up: Vec<(&InterfaceSettings, bool)> = interfaces
        .iter()
        .zip(adapters)
        .map(|(interface, adapter)| (interface, interface.forwards_ipv4 || adapter.forwards_ipv6 == Some(true)))
        .filter(|(interface, _)| interface.up)
        .collect();
    let mut found = Vec::new();
    for (at, (first, first_passes)) in up.iter().enumerate() {
        for (second, second_passes) in up.iter().skip(at + 1) {
            if (first.tunnel || second.tunnel) && (*first_passes || *second_passes) {
                found.push(format!("{} - {}", first.name, second.name));
            }
        }
    }
    found
}
