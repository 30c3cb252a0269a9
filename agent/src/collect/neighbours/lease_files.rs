//! Which lease files are there, and what they say.

use std::path::{Path, PathBuf};

use tenken_model::fact::neighbours::Sighting;
use tenken_model::{Instant, Read, Reason, ReasonCode, Size};

use super::devices::Devices;
use super::leases::{Lease, LeaseError, dhcpd, dnsmasq, kea};
use crate::collect::Look;

/// A file of the largest network that can be leased has some megabytes.
const FILE_MAX: Size = Size::from_bytes(16 * 1024 * 1024);
const FOLDER_MAX: usize = 1_000;

const DNSMASQ: &[&str] =
    &["/var/lib/misc/dnsmasq.leases", "/var/lib/dnsmasq/dnsmasq.leases", "/var/lib/dnsmasq/dnsmasq/dnsmasq.leases"];
/// libvirt runs a dnsmasq of its own for each of its networks.
const DNSMASQ_FOLDER: &str = "/var/lib/libvirt/dnsmasq";
const DHCPD: &[&str] = &["/var/lib/dhcp/dhcpd.leases", "/var/lib/dhcpd/dhcpd.leases"];
/// Older first. Kea puts its file aside as `.1` while it cleans up, writes `.completed` from it and `.2`, and keeps that as
/// `.2`: read alone, its own file lacks every lease that was not renewed since.
const KEA: &[&str] = &[
    "/var/lib/kea/kea-leases4.csv.2",
    "/var/lib/kea/kea-leases4.csv.1",
    "/var/lib/kea/kea-leases4.csv.completed",
    "/var/lib/kea/kea-leases4.csv",
];

/// What reading came to.
pub(super) struct Files {
    /// Those that were read.
    pub(super) files: Vec<String>,
    /// All that are there were.
    pub(super) whole: Read<bool>,
}

/// Adds every lease; a file that is not there is a server that does not run here.
pub(super) fn read(look: &Look<'_>, now: Instant, devices: &mut Devices) -> Files {
    let mut found = Files { files: Vec::new(), whole: Read::Measured(true) };
    let mut dnsmasq_files: Vec<PathBuf> = DNSMASQ.iter().map(PathBuf::from).collect();
    match look.list_if_there(DNSMASQ_FOLDER, FOLDER_MAX) {
        Ok(entries) => dnsmasq_files.extend(
            entries
                .iter()
                .filter(|entry| entry.name.ends_with(".leases"))
                .map(|entry| PathBuf::from(DNSMASQ_FOLDER).join(&entry.name)),
        ),
        Err(error) => found.whole = Read::NotRead(error.reason()),
    }
    let mut leases = Vec::new();
    for path in dnsmasq_files {
        leases.extend(found.file(look, &path, |bytes| dnsmasq::leases(bytes, now)).unwrap_or_default());
    }
    for path in DHCPD {
        leases.extend(found.file(look, Path::new(path), |bytes| dhcpd::leases(bytes, now)).unwrap_or_default());
    }
    let mut lines = kea::Lines::new();
    for path in KEA {
        found.file(look, Path::new(path), |bytes| kea::read(bytes, now, &mut lines));
    }
    leases.extend(lines.into_values().flatten());
    for Lease { address, hardware, name, last_seen } in leases {
        if hardware.is_device() {
            let mut device = devices.entry(hardware, address, Sighting::DhcpLease);
            device.name(name);
            device.alive(last_seen);
        }
    }
    found
}

impl Files {
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
