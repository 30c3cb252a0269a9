//! What firewalld is configured to do: the zones that packets of others come into, by interface, connection or address, the
//! policies for this host, and direct rules.

use std::collections::{BTreeMap, BTreeSet};

use tenken_model::{Reason, ReasonCode};

use super::configured::{FILE_MAX, needed, unparsable};
use super::firewalld::{self, Zone};
use super::holds::Holds;
use super::ufw::{self, UfwError};
use super::written::{Outcome, by_interface};
use crate::collect::Look;
use crate::collect::key_file::{self, KeyFile, KeyFileError};
use crate::host::{EntryKind, ReadError};

const FOLDERS: [&str; 2] = ["/etc/firewalld", "/usr/lib/firewalld"];
const ENTRIES_MAX: usize = 1_000;
/// Services that are followed within one another.
const SERVICES_MAX: usize = 1_000;
/// Where NetworkManager keeps connections, and scripts of RHEL up to 8.
const CONNECTIONS: [&str; 3] = [
    "/etc/NetworkManager/system-connections",
    "/run/NetworkManager/system-connections",
    "/usr/lib/NetworkManager/system-connections",
];
const SCRIPTS: &str = "/etc/sysconfig/network-scripts";
/// Kinds of connections that lead to this host's guests or through a tunnel.
const INWARD: [&str; 6] = ["wireguard", "vpn", "tun", "dummy", "veth", "loopback"];

/// What zones, policies and direct rules do to unexpected packets.
pub(super) fn of_firewalld(look: &Look<'_>) -> Result<[Outcome; 2], Reason> {
    const CONFIGURATION: &str = "/etc/firewalld/firewalld.conf";
    let file = look.read_text_if_there(CONFIGURATION, FILE_MAX).map_err(|error| error.reason())?;
    let default = firewalld::value(&file.unwrap_or_default(), "DefaultZone")
        .map_err(|error| unparsable(CONFIGURATION, error))?
        .unwrap_or_else(|| "public".to_owned());
    let files = files(look, "zones")?;
    let mut by_connection = connections(look)?;
    by_connection.insert(default.clone());
    let mut found = Outcome::Refused;
    let mut in_use = BTreeSet::new();
    for (name, path) in &files {
        let is_named = by_connection.contains(name);
        if !is_named && path.starts_with(FOLDERS[1]) {
            // A package gives no interface and no address to a zone.
            continue;
        }
        let zone = read(look, path)?;
        let has_interface = zone.interfaces.iter().any(|interface| by_interface(interface, None) != Holds::No);
        let comes_in = if is_named || has_interface { Holds::Yes } else { zone.by_source };
        if comes_in != Holds::No {
            in_use.insert(name.clone());
            found = found.or_worse(of_zone(look, &format!("zone {name}"), &zone, comes_in)?);
        }
    }
    if !files.contains_key(&default) {
        return Err(Reason::new(ReasonCode::Missing, format!("the default zone {default} of firewalld has no file")));
    }
    for (name, path) in self::files(look, "policies")? {
        let policy = read(look, &path)?;
        let comes_in = policy.from.iter().any(|zone| zone == "ANY" || in_use.contains(zone));
        if comes_in && policy.to.iter().any(|zone| zone == "HOST") {
            found = found.or_worse(of_zone(look, &format!("policy {name}"), &policy, Holds::Yes)?);
        }
    }
    let direct = format!("{}/direct.xml", FOLDERS[0]);
    if let Some(bytes) = look.read_text_if_there(&direct, FILE_MAX).map_err(|error| error.reason())?
        && firewalld::direct_lets_in(&bytes).map_err(|error| unparsable(&direct, error))?
    {
        found = found.or_worse(Outcome::Unclear(format!("{direct} has rules of its own, which are not followed")));
    }
    Ok([found.clone(), found])
}

/// The files of one kind by name; those of the administrator stand in the place of those of packages.
fn files(look: &Look<'_>, kind: &str) -> Result<BTreeMap<String, String>, Reason> {
    let mut found = BTreeMap::new();
    for folder in FOLDERS {
        for entry in look.list_if_there(format!("{folder}/{kind}"), ENTRIES_MAX).map_err(|error| error.reason())? {
            if entry.kind == EntryKind::Folder {
                let why = format!("{folder}/{kind}/{} is a zone of several files, which is not followed", entry.name);
                return Err(Reason::new(ReasonCode::Unsupported, why));
            }
            if let Some(name) = entry.name.strip_suffix(".xml") {
                found.entry(name.to_owned()).or_insert_with(|| format!("{folder}/{kind}/{}", entry.name));
            }
        }
    }
    Ok(found)
}

fn read(look: &Look<'_>, path: &str) -> Result<Zone, Reason> {
    firewalld::zone(&needed(look, path)?, &|name| set(look, name)).map_err(|error| unparsable(path, error))
}

/// Whether unexpected packets are from what a set names. Of one that has no file, or none of its own entries, it is not known.
pub(crate) fn set(look: &Look<'_>, name: &str) -> Holds {
    if name.contains('/') {
        return Holds::Unknown;
    }
    for folder in FOLDERS {
        match look.read_text_if_there(format!("{folder}/ipsets/{name}.xml"), FILE_MAX) {
            Ok(Some(bytes)) => return firewalld::set(&bytes).unwrap_or(Holds::Unknown),
            Ok(None) => {}
            Err(_) => return Holds::Unknown,
        }
    }
    Holds::Listed
}

/// What a zone or policy does to unexpected packets, if they come into it.
fn of_zone(look: &Look<'_>, name: &str, zone: &Zone, comes_in: Holds) -> Result<Outcome, Reason> {
    let hole = match &zone.hole {
        Some(hole) => Some(hole.clone()),
        None => wide_service(look, zone)?,
    };
    Ok(match (hole, zone.unclear.clone(), comes_in) {
        (Some(why), _, Holds::Yes | Holds::Sometimes) => Outcome::Accepted(format!("{name}: {why}")),
        (Some(why), ..) | (None, Some(why), _) => {
            Outcome::Unclear(format!("{name}: {why}, and it is not known for whom"))
        }
        (None, None, _) => Outcome::Refused,
    })
}

/// A service that lets in what nobody expects; one that has no file opens nothing.
fn wide_service(look: &Look<'_>, zone: &Zone) -> Result<Option<String>, Reason> {
    let mut waiting = zone.services.clone();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    while let Some(name) = waiting.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        if seen.len() > SERVICES_MAX {
            return Err(Reason::new(
                ReasonCode::TooLarge,
                format!("read services of firewalld: more than {SERVICES_MAX}"),
            ));
        }
        for folder in FOLDERS {
            let path = format!("{folder}/services/{name}.xml");
            let Some(bytes) = look.read_text_if_there(&path, FILE_MAX).map_err(|error| error.reason())? else {
                continue;
            };
            let service = firewalld::service(&bytes).map_err(|error| unparsable(&path, error))?;
            if let Some(why) = service.hole {
                return Ok(Some(format!("service {name}: {why}")));
            }
            waiting.extend(service.services);
            break;
        }
    }
    Ok(None)
}

/// The zones that connections name by which packets of others come.
fn connections(look: &Look<'_>) -> Result<BTreeSet<String>, Reason> {
    let mut found = BTreeSet::new();
    for folder in CONNECTIONS {
        for entry in look.list_if_there(folder, ENTRIES_MAX).map_err(|error| error.reason())? {
            let is_connection =
                entry.name.ends_with(".nmconnection") || !entry.name.contains('.') && folder == CONNECTIONS[0];
            if !is_connection || entry.kind == EntryKind::Folder {
                continue;
            }
            let path = format!("{folder}/{}", entry.name);
            let Some(bytes) = connection(look, folder, &path)? else { continue };
            match key_file::parse(&bytes) {
                Ok(file) => found.extend(named_zone(&file).map(str::to_owned)),
                // NetworkManager passes over it, too.
                Err(KeyFileError::Line(_)) => {}
                Err(error) => return Err(unparsable(&said(folder), error)),
            }
        }
    }
    for entry in look.list_if_there(SCRIPTS, ENTRIES_MAX).map_err(|error| error.reason())? {
        if !entry.name.starts_with("ifcfg-") {
            continue;
        }
        let path = format!("{SCRIPTS}/{}", entry.name);
        let Some(bytes) = connection(look, SCRIPTS, &path)? else { continue };
        found.extend(zone_of_script(&bytes).map_err(|error| unparsable(&said(SCRIPTS), error))?);
    }
    Ok(found)
}

fn connection(look: &Look<'_>, folder: &str, path: &str) -> Result<Option<Vec<u8>>, Reason> {
    look.read_text_if_there(path, FILE_MAX)
        .map_err(|error| ReadError { tried: format!("read {}", said(folder)), ..error }.reason())
}

/// How a connection is called in a reason, which leaves the host: the file of a wireless one has the network's name.
fn said(folder: &str) -> String {
    format!("a connection in {folder}")
}

/// The zone that a connection names by which packets of others come.
pub fn named_zone(file: &KeyFile) -> Option<&str> {
    let value = |key: &str| key_file::value(file, "connection", key).unwrap_or_default();
    let is_inward = INWARD.contains(&value("type")) || by_interface(value("interface-name"), None) == Holds::No;
    Some(value("zone")).filter(|zone| !is_inward && !zone.is_empty())
}

/// The zone that a script of RHEL up to 8 names for an interface by which packets of others come.
pub fn zone_of_script(bytes: &[u8]) -> Result<Option<String>, UfwError> {
    let is_inward = ufw::value(bytes, "DEVICE")?.is_some_and(|device| by_interface(&device, None) == Holds::No);
    Ok(ufw::value(bytes, "ZONE")?.filter(|zone| !is_inward && !zone.is_empty()))
}
