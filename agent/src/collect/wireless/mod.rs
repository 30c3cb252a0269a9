//! Wireless networks this host knows, and those it is joined to now.

pub mod iwd;
mod live;
pub mod network;
pub mod network_manager;
pub mod network_script;
#[cfg(test)]
mod tests;
pub mod windows;
pub mod windows_profile;
pub mod wpa_supplicant;

use tenken_model::digest::Digest;
use tenken_model::fact::wireless::{Wireless, WirelessProfile, WirelessSecurity, WirelessStore};
use tenken_model::observation::Outcome;
use tenken_model::{Language, Read, Reason, ReasonCode, Size, Topic};

use self::network::Network;
use super::{Look, Needs, key_file};
use crate::host::{EntryKind, Metadata, ReadError};

/// Where NetworkManager keeps connections.
const CONNECTIONS: [&str; 3] = [
    "/etc/NetworkManager/system-connections",
    "/run/NetworkManager/system-connections",
    "/usr/lib/NetworkManager/system-connections",
];
/// Where iwd keeps networks.
const IWD: &str = "/var/lib/iwd";
/// Where scripts of RHEL up to 8 are.
const SCRIPTS: &str = "/etc/sysconfig/network-scripts";
/// wpa_supplicant's own files, and what netplan and Debian's interfaces make or name for it.
const WPA_FILES: [&str; 1] = ["/etc/wpa_supplicant.conf"];
const WPA_FOLDERS: [&str; 2] = ["/etc/wpa_supplicant", "/run/netplan"];
/// What tells this host from others; no program is told it as it is: machine-id(5).
const MACHINE_ID: &str = "/etc/machine-id";
/// Interfaces of the network.
const INTERFACES: &str = "/sys/class/net";

const FILE_MAX: Size = Size::from_bytes(64 * 1024);
const ENTRIES_MAX: usize = 5_000;
/// The bits of a file's mode that give rights to its group and to everybody.
const FOR_OTHERS: u32 = 0o077;
/// The most profiles of one host.
pub const PROFILES_MAX: usize = 500;

/// Reads the networks of this host.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<Wireless> {
    match read(look) {
        Ok(Some(wireless)) => Outcome::Known(wireless),
        Ok(None) => Outcome::Absent(Language::English.absent(Topic::Wireless)),
        Err(reason) => Outcome::Failed(reason),
    }
}

fn read(look: &Look<'_>) -> Result<Option<Wireless>, Reason> {
    let interfaces = interfaces(look)?;
    let mut found = Found { look, machine_id: machine_id(look), profiles: Vec::new(), left_out: 0 };
    found.network_manager()?;
    found.wpa_supplicant()?;
    found.iwd()?;
    found.scripts()?;
    let Found { profiles, left_out, .. } = found;
    if interfaces.is_empty() && profiles.is_empty() {
        return Ok(None);
    }
    let links = if interfaces.is_empty() { Read::Measured(Vec::new()) } else { live::links(look) };
    let complete = if left_out > 0 {
        Read::not_read(
            ReasonCode::TooLarge,
            format!("read wireless networks: {left_out} files or networks were left out"),
        )
    } else {
        Read::Measured(true)
    };
    Ok(Some(Wireless { interfaces, profiles, left_out, complete, links }))
}

/// What stand-ins of names rest on; nothing on a host that was never set up.
fn machine_id(look: &Look<'_>) -> Option<Vec<u8>> {
    let bytes = look.read_text_if_there(MACHINE_ID, FILE_MAX).ok().flatten()?;
    let id = bytes.trim_ascii();
    (id.len() == 32 && id.iter().all(u8::is_ascii_hexdigit)).then(|| id.to_vec())
}

/// What findings call a network: its name if everybody may listen to it anyway, otherwise what tells it from others on this
/// host alone.
fn label(network: &Network, machine_id: Option<&[u8]>) -> String {
    const DIGITS: usize = 8;
    match (network.security, machine_id) {
        (WirelessSecurity::Open | WirelessSecurity::Wep, _) if network.ssid.is_empty() => "*".to_owned(),
        (WirelessSecurity::Open | WirelessSecurity::Wep, _) => network.ssid.clone(),
        (_, Some(id)) => {
            let digest = Digest::of_parts([id, network.ssid.as_bytes()]).to_string();
            format!("Wi-Fi {}", digest.get(..DIGITS).unwrap_or_default())
        }
        (_, None) => "Wi-Fi".to_owned(),
    }
}

/// Interfaces that the kernel has a radio for.
fn interfaces(look: &Look<'_>) -> Result<Vec<String>, Reason> {
    let entries = look.list_if_there(INTERFACES, ENTRIES_MAX).map_err(|error| error.reason())?;
    let mut wireless = Vec::new();
    for entry in entries {
        let radio = format!("{INTERFACES}/{}/phy80211", entry.name);
        if look.aside().exists(&radio).map_err(|error| error.reason())? {
            wireless.push(entry.name);
        }
    }
    Ok(wireless)
}

/// What was found so far.
struct Found<'l, 'h> {
    look: &'l Look<'h>,
    machine_id: Option<Vec<u8>>,
    profiles: Vec<WirelessProfile>,
    left_out: i64,
}

impl Found<'_, '_> {
    fn network_manager(&mut self) -> Result<(), Reason> {
        for folder in CONNECTIONS {
            for (path, _) in self.files(folder)? {
                if self.is_full() {
                    continue;
                }
                let Some(bytes) = self.bytes(&path)? else { continue };
                let file = key_file::parse(&bytes).map_err(|error| unparsable(&path, error))?;
                self.add(WirelessStore::NetworkManager, &path, network_manager::network(&file))?;
            }
        }
        Ok(())
    }

    fn wpa_supplicant(&mut self) -> Result<(), Reason> {
        let mut files: Vec<String> = WPA_FILES.iter().map(|file| (*file).to_owned()).collect();
        for folder in WPA_FOLDERS {
            let found = self.files(folder)?.into_iter().map(|(path, _)| path);
            files.extend(found.filter(|path| path.rsplit_once('.').is_some_and(|(_, ending)| ending == "conf")));
        }
        for path in files {
            let Some(bytes) = self.bytes(&path)? else { continue };
            for network in wpa_supplicant::networks(&bytes).map_err(|error| unparsable(&path, error))? {
                self.add(WirelessStore::WpaSupplicant, &path, Some(network))?;
            }
        }
        Ok(())
    }

    fn iwd(&mut self) -> Result<(), Reason> {
        for (path, name) in self.files(IWD)? {
            // iwd keeps other files there too, of its own forms.
            if !iwd::is_network(&name) || self.is_full() {
                continue;
            }
            let Some(bytes) = self.bytes(&path)? else { continue };
            let file = key_file::parse(&bytes).map_err(|error| unparsable(&path, error))?;
            self.add(WirelessStore::Iwd, &path, iwd::network(&name, &file))?;
        }
        Ok(())
    }

    fn scripts(&mut self) -> Result<(), Reason> {
        for (path, name) in self.files(SCRIPTS)? {
            let Some(connection) = name.strip_prefix("ifcfg-") else { continue };
            if self.is_full() {
                continue;
            }
            let Some(bytes) = self.bytes(&path)? else { continue };
            let Some(network) = network_script::network(&bytes) else { continue };
            // Keys are in a file beside it, unless somebody wrote them into the script.
            let beside = format!("{SCRIPTS}/keys-{connection}");
            let keys = match self.look.metadata(&beside) {
                Ok(metadata) => is_of_root_alone(&metadata),
                Err(error) if error.is_not_there() => true,
                Err(error) => return Err(unread(&beside, error)),
            };
            let protected = keys && (!network_script::holds_key(&bytes) || self.protected(&path)?);
            self.keep(WirelessStore::NetworkScripts, &path, network, protected);
        }
        Ok(())
    }

    /// The files of a folder with their names; those that are hidden, or put aside by editors and packages, are not read.
    fn files(&self, folder: &str) -> Result<Vec<(String, String)>, Reason> {
        let entries = self.look.list_if_there(folder, ENTRIES_MAX).map_err(|error| error.reason())?;
        let read = entries.into_iter().filter(|entry| {
            matches!(entry.kind, EntryKind::File | EntryKind::Link)
                && !entry.name.starts_with('.')
                && !entry.name.ends_with('~')
        });
        Ok(read.map(|entry| (format!("{folder}/{}", entry.name), entry.name)).collect())
    }

    fn bytes(&self, path: &str) -> Result<Option<Vec<u8>>, Reason> {
        self.look.read_text_if_there(path, FILE_MAX).map_err(|error| unread(path, error))
    }

    fn protected(&self, path: &str) -> Result<bool, Reason> {
        self.look.metadata(path).map(|metadata| is_of_root_alone(&metadata)).map_err(|error| unread(path, error))
    }

    /// No more networks are told; then a further file is not even read, but said to be left out.
    const fn is_full(&mut self) -> bool {
        let is_full = self.profiles.len() >= PROFILES_MAX;
        if is_full {
            self.left_out += 1;
        }
        is_full
    }

    /// Adds a network whose key is in its own file.
    fn add(&mut self, store: WirelessStore, path: &str, network: Option<Network>) -> Result<(), Reason> {
        if let Some(network) = network {
            let protected = self.protected(path)?;
            self.keep(store, path, network, protected);
        }
        Ok(())
    }

    fn keep(&mut self, store: WirelessStore, path: &str, network: Network, protected: bool) {
        if self.profiles.len() >= PROFILES_MAX {
            self.left_out += 1;
            return;
        }
        self.profiles.push(WirelessProfile {
            store,
            file: path.to_owned(),
            label: label(&network, self.machine_id.as_deref()),
            ssid: network.ssid,
            security: network.security,
            tkip: network.tkip,
            automatic: network.automatic,
            protected,
            server_checked: network.server_checked,
        });
    }
}

fn is_of_root_alone(metadata: &Metadata) -> bool {
    metadata.uid == 0 && metadata.mode & FOR_OTHERS == 0
}

fn unparsable(path: &str, error: impl std::fmt::Display) -> Reason {
    Reason::new(ReasonCode::Unparsable, format!("read {}: {error}", said(path)))
}

fn unread(path: &str, error: ReadError) -> Reason {
    ReadError { tried: format!("read {}", said(path)), ..error }.reason()
}

/// How a file is called in a reason, which leaves the host: the files of one network each have its name.
fn said(path: &str) -> String {
    match path.rsplit_once('/') {
        Some((folder, _)) if CONNECTIONS.contains(&folder) || folder == IWD || folder == SCRIPTS => {
            format!("a profile in {folder}")
        }
        _ => path.to_owned(),
    }
}
