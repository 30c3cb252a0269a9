//! VPN programs of other makers on Windows, and what goes beside their tunnels.
//!
//! They are known by their services, which are not translated, and by what the drivers of their adapters are called. Where each keeps
//! what goes through its tunnel is its own affair: WireGuard encrypts it for the system alone (`*.conf.dpapi`), Cisco Secure Client,
//! FortiClient, GlobalProtect and most others get it from the gateway each time they connect. Only profiles of OpenVPN are texts. While
//! a tunnel is up the table of routes tells it of all of them (`MSFT_NetRoute`); before, it is not known.

use tenken_model::{Reason, ReasonCode, Size};

use super::open_vpn::{self, Traffic};
use crate::collect::Look;
use crate::collect::forwarding::windows::{TRANSITION, TUNNEL_WORDS};
use crate::collect::windows_path::Variables;
use crate::collect::windows_setting::{Services, number, service_key};
use crate::host::EntryKind;
use crate::host::windows_api::{Adapter, RegistryPath, ServiceState, WmiQuestion, WmiRow, WmiValue};

/// By what a program is known.
struct Client {
    name: &'static str,
    /// One that ends in `*` has a name of its own behind it.
    services: &'static [&'static str],
    /// Words in what its adapter is called, in lower case.
    adapters: &'static [&'static str],
}

const fn client(name: &'static str, services: &'static [&'static str], adapters: &'static [&'static str]) -> Client {
    Client { name, services, adapters }
}

/// How services of WireGuard's tunnels begin, behind which is the name of each.
pub(crate) const TUNNEL_SERVICE: &str = "WireGuardTunnel$";

const OPEN_VPN: Client = client(
    "OpenVPN",
    &["OpenVPNService", "OpenVPNServiceInteractive", "OpenVPNServiceLegacy", "ovpnagent"],
    &["tap-windows", "openvpn"],
);
/// Every other program that is looked for.
const CLIENTS: [Client; 11] = [
    client("WireGuard", &["WireGuardManager", "WireGuardTunnel$*"], &["wireguard"]),
    client("Cisco Secure Client / AnyConnect", &["csc_vpnagent", "vpnagent"], &["anyconnect", "cisco secure client"]),
    client("FortiClient", &["FA_Scheduler"], &["fortinet", "fortissl"]),
    client("GlobalProtect", &["PanGPS"], &["pangp"]),
    client(
        "Ivanti Secure Access / Pulse Secure",
        &["PulseSecureService"],
        &["juniper networks virtual", "pulse secure"],
    ),
    client("SonicWall NetExtender", &["SONICWALL_NetExtender"], &["sonicwall"]),
    client("Check Point VPN", &["TracSrvWrapper"], &["check point virtual"]),
    client("SoftEther VPN Client", &["SEVPNCLIENT"], &["softether", "vpn client adapter"]),
    client("NCP Secure Client / YMS-VPN", &["ncprwsnt"], &["ncp secure client"]),
    client("Tailscale", &["Tailscale"], &["tailscale"]),
    client("ZeroTier", &["ZeroTierOneService"], &["zerotier"]),
];
/// IF_TYPE_PPP: a connection of Windows itself, which the phone books tell of. IF_TYPE_PROP_VIRTUAL: a tunnel of somebody's.
const OF_WINDOWS: u32 = 23;
const VIRTUAL: u32 = 53;
/// `Start` of a service that nothing starts.
const DISABLED: u64 = 4;
const OPEN_VPN_SETTINGS: &str = r"SOFTWARE\OpenVPN";
/// Where its installer puts it, and the folders there; a person's own are below the profile.
const OPEN_VPN_HOME: &str = "C:/Program Files/OpenVPN";
const OPEN_VPN_FOLDERS: [(&str, &str); 2] = [("config_dir", "config"), ("autostart_config_dir", "config-auto")];
const OPEN_VPN_OF_PERSON: &str = "OpenVPN/config";
const ENTRIES_MAX: usize = 200;
const PROFILES_MAX: usize = 100;
/// How far below them it looks for profiles (BuildFileList of its window), and how many folders are looked into here.
const DEPTH_MAX: usize = 20;
const FOLDERS_MAX: usize = 400;
const FILE_MAX: Size = Size::from_bytes(256 * 1024);
/// Where everything of a version of IP goes, and its two halves, which are taken before it.
const ALL: [(&str, [&str; 2]); 2] = [("0.0.0.0/0", ["0.0.0.0/1", "128.0.0.0/1"]), ("::/0", ["::/1", "8000::/1"])];

/// What is found of them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Clients {
    /// Those beside whose tunnels some traffic goes.
    pub split: Vec<String>,
    /// Those of which it is not known.
    pub unjudged: Vec<String>,
    /// There are any, whatever goes beside their tunnels.
    pub any: bool,
    /// Why something of them could not be looked at, which leaves what is known of the others as it is.
    pub unread: Option<Reason>,
}

/// Looks for them.
pub(super) fn read(look: &Look<'_>, services: &Services, people: &[String]) -> Result<Clients, Reason> {
    let mut clients = Clients::default();
    let adapters = look.adapters().map_err(|error| error.reason())?;
    let tunnels: Vec<&Adapter> = adapters.iter().filter(|adapter| is_tunnel_of_another(adapter)).collect();
    let mut routes = Routes { look, adapters: &adapters, rows: None };
    let mut claimed: Vec<u32> = Vec::new();
    for client in CLIENTS.iter().chain([&OPEN_VPN]) {
        let own: Vec<&&Adapter> = tunnels.iter().filter(|tunnel| client.has(tunnel)).collect();
        claimed.extend(own.iter().map(|tunnel| tunnel.index));
        let measured = own.iter().map(|tunnel| routes.of(tunnel)).min();
        if client.name == OPEN_VPN.name && is_there(look, services, client)? {
            of_open_vpn(look, people, measured, &mut clients)?;
        } else if measured.is_some() || is_there(look, services, client)? {
            clients.add(client.name.to_owned(), measured.unwrap_or(Takes::Unknown));
        }
    }
    for tunnel in tunnels.iter().filter(|tunnel| !claimed.contains(&tunnel.index)) {
        clients.add(tunnel.name.clone(), routes.of(tunnel));
    }
    Ok(clients)
}

impl Clients {
    fn add(&mut self, name: String, takes: Takes) {
        self.any = true;
        match takes {
            Takes::All => {}
            Takes::Some => self.split.push(name),
            Takes::Unknown => self.unjudged.push(name),
        }
    }
}

/// What goes through a tunnel. Of several tunnels of one program the first of these counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Takes {
    /// Some traffic goes beside it.
    Some,
    /// It is not known.
    Unknown,
    /// All traffic.
    All,
}

impl Client {
    fn has(&self, adapter: &Adapter) -> bool {
        let description = adapter.description.to_lowercase();
        self.adapters.iter().any(|word| description.contains(word))
    }
}

/// An adapter that is up and leads through a tunnel that is not Windows' own.
fn is_tunnel_of_another(adapter: &Adapter) -> bool {
    let description = adapter.description.to_lowercase();
    let by_name =
        TUNNEL_WORDS.iter().any(|word| description.contains(word)) || CLIENTS.iter().any(|client| client.has(adapter));
    let of_windows = adapter.kind == OF_WINDOWS || TRANSITION.iter().any(|name| adapter.description.starts_with(name));
    adapter.up && !of_windows && (by_name || adapter.kind == VIRTUAL)
}

/// A program is installed and can run.
fn is_there(look: &Look<'_>, services: &Services, client: &Client) -> Result<bool, Reason> {
    for name in client.services {
        let own: Vec<_> = match name.strip_suffix('*') {
            Some(prefix) => services.beginning(prefix).collect(),
            None => services.named(name).into_iter().collect(),
        };
        for service in own {
            let start = number(look, "Start", &[service_key(&service.name)])?;
            if service.state != ServiceState::Stopped || start.is_none_or(|start| start < DISABLED) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// The table of routes, asked for once a tunnel is up.
struct Routes<'r> {
    look: &'r Look<'r>,
    adapters: &'r [Adapter],
    rows: Option<Vec<Route>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Route {
    to: String,
    adapter: i64,
    metric: i64,
}

impl Routes<'_> {
    /// What goes through a tunnel that is up.
    fn of(&mut self, tunnel: &Adapter) -> Takes {
        if self.rows.is_none() {
            let rows = self.look.wmi(&WmiQuestion::Routes).unwrap_or_default();
            self.rows = Some(rows.iter().filter_map(route).collect());
        }
        // A table without any route is none of a machine that is connected.
        let rows = self.rows.as_deref().unwrap_or_default();
        if rows.is_empty() {
            return Takes::Unknown;
        }
        let [version_4, version_6] = [0, 1].map(|version| self.version(rows, tunnel, version));
        match (version_4, version_6) {
            (Way::Through, Way::Through | Way::Nowhere) | (Way::Nowhere, Way::Through) => Takes::All,
            (Way::Beside, _) => Takes::Some,
            // Programs that carry no version 6 mostly stop it by a filter, which is not seen here.
            (_, Way::Beside | Way::Unclear) | (Way::Unclear, _) | (Way::Nowhere, Way::Nowhere) => Takes::Unknown,
        }
    }

    fn version(&self, rows: &[Route], tunnel: &Adapter, version: usize) -> Way {
        let Some((all, halves)) = ALL.get(version) else { return Way::Unclear };
        let own = i64::from(tunnel.index);
        let has = |to: &str| rows.iter().any(|route| route.adapter == own && route.to == to);
        let metric = |route: &Route| {
            let adapter = self.adapters.iter().find(|adapter| i64::from(adapter.index) == route.adapter)?;
            let own = if version == 0 { adapter.metric_ipv4 } else { adapter.metric_ipv6 };
            Some(route.metric + i64::from(own?))
        };
        let others: Vec<&Route> = rows
            .iter()
            .filter(|route| route.adapter != own && (route.to == *all || halves.contains(&route.to.as_str())))
            .collect();
        if others.is_empty() {
            return if has(all) || halves.iter().all(|half| has(half)) { Way::Through } else { Way::Nowhere };
        }
        // Halves of another lead before everything of this one.
        let halves_beside = others.iter().any(|route| route.to != *all);
        if halves.iter().all(|half| has(half)) {
            return if halves_beside { Way::Unclear } else { Way::Through };
        }
        let Some(through) = rows.iter().find(|route| route.adapter == own && route.to == *all) else {
            return Way::Beside;
        };
        if halves_beside {
            return Way::Beside;
        }
        let beside: Option<Vec<i64>> = others.into_iter().map(metric).collect();
        match (metric(through), beside) {
            (Some(own), Some(beside)) if beside.iter().all(|other| own < *other) => Way::Through,
            (Some(_), Some(_)) => Way::Beside,
            _ => Way::Unclear,
        }
    }
}

/// Where what has no route of its own goes, of one version of IP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Through the tunnel.
    Through,
    /// Beside it.
    Beside,
    /// Nowhere: there is no way out.
    Nowhere,
    /// It is not known.
    Unclear,
}

fn route(row: &WmiRow) -> Option<Route> {
    let number = |name: &str| row.get(name).and_then(WmiValue::number);
    let to = row.get("DestinationPrefix").and_then(WmiValue::text)?;
    let adapter = number("InterfaceIndex")?;
    Some(Route { to: to.to_owned(), adapter, metric: number("RouteMetric").unwrap_or_default() })
}

/// The profiles of OpenVPN, each by its name. What is measured of its tunnel counts where one profile alone can be up.
fn of_open_vpn(
    look: &Look<'_>,
    people: &[String],
    measured: Option<Takes>,
    clients: &mut Clients,
) -> Result<(), Reason> {
    let (profiles, mut unread) = profiles(look, people)?;
    let (mut unknown, mut known) = (Vec::new(), Vec::new());
    for profile in profiles {
        let bytes = match look.read_if_there(&profile, FILE_MAX) {
            Ok(bytes) => bytes.unwrap_or_default(),
            Err(error) => {
                unread.get_or_insert_with(|| error.reason());
                continue;
            }
        };
        let name = format!("OpenVPN: {}", open_vpn::title(profile.rsplit('/').next().unwrap_or(&profile)));
        match open_vpn::traffic(&bytes) {
            Traffic::All | Traffic::Server => known.push((name, Takes::All)),
            Traffic::Some => known.push((name, Takes::Some)),
            Traffic::OfServer => unknown.push(name),
        }
    }
    let only_one = unknown.len() == 1 && known.is_empty() && unread.is_none();
    clients.any |= unread.is_some();
    clients.unread = clients.unread.take().or(unread);
    for name in unknown {
        clients.add(name, measured.filter(|_| only_one).unwrap_or(Takes::Unknown));
    }
    for (name, takes) in known {
        clients.add(name, takes);
    }
    if !only_one && let Some(takes) = measured {
        clients.add(OPEN_VPN.name.to_owned(), takes);
    }
    Ok(())
}

/// The files of all profiles, and why some were not found: a folder of one person hides nothing of the others'.
fn profiles(look: &Look<'_>, people: &[String]) -> Result<(Vec<String>, Option<Reason>), Reason> {
    let key = look.registry(&RegistryPath::machine(OPEN_VPN_SETTINGS)).map_err(|error| error.reason())?;
    let variables = Variables::read(look).unwrap_or_default();
    let set = |name: &str| {
        let folder = key.as_ref().and_then(|key| key.text(name)).and_then(|text| variables.path(text));
        folder.map(|folder| folder.display().to_string())
    };
    let mut folders: Vec<String> = OPEN_VPN_FOLDERS
        .iter()
        .map(|(name, usual)| set(name).unwrap_or_else(|| format!("{OPEN_VPN_HOME}/{usual}")))
        .collect();
    folders.extend(people.iter().map(|person| format!("{person}/{OPEN_VPN_OF_PERSON}")));
    let (mut found, mut unread, mut seen) = (Vec::new(), None, 0);
    let mut left: Vec<(String, usize)> = folders.into_iter().rev().map(|folder| (folder, 0)).collect();
    while let Some((folder, depth)) = left.pop() {
        if depth > 0 {
            seen += 1;
        }
        if seen > FOLDERS_MAX {
            let detail = format!("list {folder}: more than {FOLDERS_MAX} folders of profiles of OpenVPN");
            unread.get_or_insert(Reason::new(ReasonCode::TooLarge, detail));
            break;
        }
        match entries(look, &folder, &mut found) {
            Ok(inner) if depth < DEPTH_MAX => left.extend(inner.into_iter().map(|folder| (folder, depth + 1))),
            Ok(_) => {}
            Err(reason) => _ = unread.get_or_insert(reason),
        }
    }
    found.sort();
    found.dedup();
    Ok((found, unread))
}

/// Adds the profiles of a folder; the folders in it.
fn entries(look: &Look<'_>, folder: &str, found: &mut Vec<String>) -> Result<Vec<String>, Reason> {
    let mut folders = Vec::new();
    for entry in look.list_if_there(folder, ENTRIES_MAX).map_err(|error| error.reason())? {
        let path = format!("{}/{}", folder.trim_end_matches('/'), entry.name);
        match entry.kind {
            EntryKind::Folder => folders.push(path),
            EntryKind::File if open_vpn::is_profile(&entry.name) => {
                if found.len() >= PROFILES_MAX {
                    let detail = format!("list {folder}: more than {PROFILES_MAX} profiles of OpenVPN");
                    return Err(Reason::new(ReasonCode::TooLarge, detail));
                }
                found.push(path);
            }
            EntryKind::File | EntryKind::Link | EntryKind::Other => {}
        }
    }
    Ok(folders)
}
