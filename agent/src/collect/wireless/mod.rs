//! Wireless networks this host knows, and those it is joined to now.

pub mod iwd;
pub mod key_file;
mod live;
pub mod network;
pub mod network_manager;
pub mod network_script;
#[cfg(test)]
mod tests;
pub mod wpa_supplicant;

use tenken_model::fact::wireless::{Wireless, WirelessProfile, WirelessStore};
use tenken_model::observation::Outcome;
use tenken_model::{Language, Read, Reason, ReasonCode, Size, Topic};

use self::network::Network;
use super::{Look, Needs};
use crate::host::EntryKind;

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
    let mut found = Found { look, profiles: Vec::new(), left_out: 0 };
    found.network_manager()?;
    found.wpa_supplicant()?;
    found.iwd()?;
    found.scripts()?;
    let Found { profiles, left_out, .. } = found;
    if interfaces.is_empty() && profiles.is_empty() {
        return Ok(None);
    }
    let links = if interfaces.is_empty() { Read::Measured(Vec::new()) } else { live::links(look) };
    Ok(Some(Wireless { interfaces, profiles, left_out, links }))
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
    profiles: Vec<WirelessProfile>,
    left_out: i64,
}

impl Found<'_, '_> {
    fn network_manager(&mut self) -> Result<(), Reason> {
        for folder in CONNECTIONS {
            for (path, _) in self.files(folder)? {
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
            if !iwd::is_network(&name) {
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
            if !name.starts_with("ifcfg-") {
                continue;
            }
            let Some(bytes) = self.bytes(&path)? else { continue };
            self.add(WirelessStore::NetworkScripts, &path, network_script::network(&bytes))?;
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
        self.look.read_text_if_there(path, FILE_MAX).map_err(|error| error.reason())
    }

    fn add(&mut self, store: WirelessStore, path: &str, network: Option<Network>) -> Result<(), Reason> {
        let Some(network) = network else { return Ok(()) };
        if self.profiles.len() >= PROFILES_MAX {
            self.left_out += 1;
            return Ok(());
        }
        let metadata = self.look.metadata(path).map_err(|error| error.reason())?;
        self.profiles.push(WirelessProfile {
            store,
            file: path.to_owned(),
            ssid: network.ssid,
            security: network.security,
            tkip: network.tkip,
            automatic: network.automatic,
            protected: metadata.uid == 0 && metadata.mode & FOR_OTHERS == 0,
            server_checked: network.server_checked,
        });
        Ok(())
    }
}

fn unparsable(path: &str, error: impl std::fmt::Display) -> Reason {
    Reason::new(ReasonCode::Unparsable, format!("read {path}: {error}"))
}
