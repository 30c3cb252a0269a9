//! Which lease files are there, and what they say.

use std::path::{Path, PathBuf};

use tenken_model::fact::neighbours::Sighting;
use tenken_model::{Instant, Read, Reason, ReasonCode, Size};

use super::devices::Devices;
use super::lease_places;
use super::leases::{Lease, LeaseError, dhcpd, dnsmasq, kea};
use crate::collect::Look;

/// A file of the largest network that can be leased has some megabytes.
const FILE_MAX: Size = Size::from_bytes(16 * 1024 * 1024);
const FOLDER_MAX: usize = 1_000;

const DNSMASQ: &[&str] =
    &["/var/lib/misc/dnsmasq.leases", "/var/lib/dnsmasq/dnsmasq.leases", "/var/lib/dnsmasq/dnsmasq/dnsmasq.leases"];
/// libvirt and NetworkManager run a dnsmasq of their own for each of their networks.
const DNSMASQ_FOLDERS: &[&str] = &["/var/lib/libvirt/dnsmasq", "/var/lib/NetworkManager"];
const DHCPD: &[&str] = &["/var/lib/dhcp/dhcpd.leases", "/var/lib/dhcpd/dhcpd.leases"];
const KEA: &str = "/var/lib/kea/kea-leases4.csv";

/// What reading came to.
pub(super) struct Files {
    /// Those that were read.
    pub(super) files: Vec<String>,
    /// All that are there were.
    pub(super) whole: Read<bool>,
}

/// Adds every lease. A file that is not there is that of a server that does not run here; of one that runs, its leases were
/// not read.
pub(super) fn read(look: &Look<'_>, now: Instant, devices: &mut Devices) -> Files {
    let mut found = Files { files: Vec::new(), whole: Read::Measured(true) };
    let processes = found.noted(look.processes().map_err(|error| error.reason())).unwrap_or_default();
    let running = |name: &str| processes.iter().filter(|process| process.name == name).count();
    let mut leases = found.dnsmasq(look, now, running("dnsmasq"));
    leases.extend(found.dhcpd(look, now, running("dhcpd")));
    leases.extend(found.kea(look, now, running("kea-dhcp4")));
    for Lease { address, hardware, name, last_seen } in leases {
        if hardware.is_device() {
            let mut device = devices.entry(hardware, address, Sighting::DhcpLease);
            device.name(name);
            device.alive(last_seen);
        }
    }
    found
}

/// Where a server's leases are: where it was told to put them, else where distributions do.
fn places(configured: Option<String>, usual: &[&str]) -> Vec<PathBuf> {
    configured.map_or_else(|| usual.iter().map(PathBuf::from).collect(), |path| vec![PathBuf::from(path)])
}

impl Files {
    fn dnsmasq(&mut self, look: &Look<'_>, now: Instant, running: usize) -> Vec<Lease> {
        let configured = if running > 0 { self.noted(lease_places::dnsmasq(look)).flatten() } else { None };
        let lease_file = configured.as_ref().and_then(|configured| configured.lease_file.clone());
        // One that answers for names only has no leases. Of several, some have another configuration.
        let leases_none = running == 1 && configured.is_some_and(|configured| !configured.leases);
        let mut paths = places(lease_file, DNSMASQ);
        for folder in DNSMASQ_FOLDERS {
            let entries = self.noted(look.list_if_there(folder, FOLDER_MAX).map_err(|error| error.reason()));
            let names = entries.unwrap_or_default().into_iter().map(|entry| entry.name);
            paths.extend(names.filter(|name| name.ends_with(".leases")).map(|name| PathBuf::from(folder).join(name)));
        }
        let mut leases = Vec::new();
        let mut any = false;
        for path in paths {
            let read = self.file(look, &path, |bytes| dnsmasq::leases(bytes, now));
            any |= read.is_some();
            leases.extend(read.unwrap_or_default());
        }
        self.expected("dnsmasq", any || running == 0 || leases_none);
        leases
    }

    fn dhcpd(&mut self, look: &Look<'_>, now: Instant, running: usize) -> Vec<Lease> {
        let configured = if running > 0 { self.noted(lease_places::dhcpd(look)).flatten() } else { None };
        let mut leases = Vec::new();
        let mut any = false;
        for path in places(configured, DHCPD) {
            let read = self.file(look, &path, |bytes| dhcpd::leases(bytes, now));
            any |= read.is_some();
            leases.extend(read.unwrap_or_default());
        }
        self.expected("dhcpd", any || running == 0);
        leases
    }

    fn kea(&mut self, look: &Look<'_>, now: Instant, running: usize) -> Vec<Lease> {
        let configured = if running > 0 { self.noted(lease_places::kea(look)).flatten() } else { None };
        let name = configured.unwrap_or_else(|| KEA.to_owned());
        let mut lines = kea::Lines::new();
        let mut any = false;
        for suffix in kea::SUFFIXES {
            let path = PathBuf::from(format!("{name}{suffix}"));
            any |= self.file(look, &path, |bytes| kea::read(bytes, now, &mut lines)).is_some();
        }
        self.expected("kea-dhcp4", any || running == 0);
        lines.into_values().flatten().collect()
    }

    /// What was read of it; what was not makes the whole unread.
    fn noted<T>(&mut self, read: Result<T, Reason>) -> Option<T> {
        read.map_err(|reason| self.whole = Read::NotRead(reason)).ok()
    }

    fn expected(&mut self, server: &str, read: bool) {
        if !read && self.whole.measured().is_some() {
            let detail = format!("read leases: {server} runs, and its lease file is not where it is looked for");
            self.whole = Read::not_read(ReasonCode::Missing, detail);
        }
    }

    fn file<T>(
        &mut self,
        look: &Look<'_>,
        path: &Path,
        parse: impl FnOnce(&[u8]) -> Result<T, LeaseError>,
    ) -> Option<T> {
        let shown = path.display().to_string();
        let bytes = match look.read_if_there(path, FILE_MAX) {
            Ok(bytes) => bytes?,
            Err(error) => {
                self.whole = Read::NotRead(error.reason());
                return None;
            }
        };
        match parse(&bytes) {
            Ok(value) => {
                self.files.push(shown);
                Some(value)
            }
            Err(error) => {
                let code = match error {
                    LeaseError::TooMany => ReasonCode::TooLarge,
                    LeaseError::Line(_) => ReasonCode::Unparsable,
                };
                self.whole = Read::NotRead(Reason::new(code, format!("read {shown}: {error}")));
                None
            }
        }
    }
}
