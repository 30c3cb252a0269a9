//! Where DHCP servers that run here keep their leases.

use tenken_model::{Reason, ReasonCode, Size};

use super::lease_configuration::{self, Dnsmasq, KeaError};
use crate::collect::Look;

const CONFIGURATION_MAX: Size = Size::from_bytes(1 << 20);
/// How many files a configuration may take in.
const FILES_MAX: usize = 64;
const FOLDER_MAX: usize = 1_000;

const DNSMASQ: &str = "/etc/dnsmasq.conf";
/// Debian's service names this folder on the command line.
const DNSMASQ_FOLDER: &str = "/etc/dnsmasq.d";
const DHCPD: &[&str] = &["/etc/dhcp/dhcpd.conf", "/etc/dhcpd.conf"];
const KEA: &str = "/etc/kea/kea-dhcp4.conf";

/// What dnsmasq's configuration says; `None` where it is not there.
pub(super) fn dnsmasq(look: &Look<'_>) -> Result<Option<Dnsmasq>, Reason> {
    let mut whole = Dnsmasq::default();
    let mut there = false;
    let mut left = vec![DNSMASQ.to_owned()];
    left.extend(folder(look, DNSMASQ_FOLDER)?);
    let mut seen: Vec<String> = Vec::new();
    while let Some(path) = left.pop() {
        if seen.contains(&path) {
            continue;
        }
        let Some(text) = file(look, &path, seen.len())? else { continue };
        there = true;
        seen.push(path);
        let found = lease_configuration::dnsmasq(&text);
        whole.leases |= found.leases;
        whole.lease_file = found.lease_file.or(whole.lease_file);
        left.extend(found.files);
        for named in found.folders {
            left.extend(folder(look, named.split(',').next().unwrap_or_default())?);
        }
    }
    Ok(there.then_some(whole))
}

/// Where dhcpd's configuration puts the lease file, if it does.
pub(super) fn dhcpd(look: &Look<'_>) -> Result<Option<String>, Reason> {
    let mut left: Vec<String> = DHCPD.iter().map(|path| (*path).to_owned()).collect();
    let mut seen: Vec<String> = Vec::new();
    let mut lease_file = None;
    while let Some(path) = left.pop() {
        if seen.contains(&path) {
            continue;
        }
        let Some(text) = file(look, &path, seen.len())? else { continue };
        seen.push(path);
        let found = lease_configuration::dhcpd(&text);
        lease_file = found.lease_file.or(lease_file);
        left.extend(found.files);
    }
    Ok(lease_file)
}

/// Where Kea's configuration puts the lease file, if it does.
pub(super) fn kea(look: &Look<'_>) -> Result<Option<String>, Reason> {
    let Some(text) = file(look, KEA, 0)? else { return Ok(None) };
    let name = lease_configuration::kea(&text).map_err(|error| {
        let code = match error {
            KeaError::Form(_) => ReasonCode::Unparsable,
            KeaError::Include | KeaError::NoFile(_) => ReasonCode::Unsupported,
        };
        Reason::new(code, format!("read {KEA}: {error}"))
    })?;
    Ok(name.map(|name| lease_configuration::kea_path(&name)))
}

fn file(look: &Look<'_>, path: &str, seen: usize) -> Result<Option<String>, Reason> {
    if seen >= FILES_MAX {
        let detail = format!("read {path}: the configuration takes in more than {FILES_MAX} files");
        return Err(Reason::new(ReasonCode::TooLarge, detail));
    }
    let bytes = look.read_if_there(path, CONFIGURATION_MAX).map_err(|error| error.reason())?;
    Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}

/// The files of a folder of dnsmasq's, without what editors and packages leave there.
fn folder(look: &Look<'_>, path: &str) -> Result<Vec<String>, Reason> {
    let entries = look.list_if_there(path, FOLDER_MAX).map_err(|error| error.reason())?;
    let left_behind = |name: &str| name.starts_with(['.', '#']) || name.ends_with('~') || name.contains(".dpkg-");
    let names = entries.into_iter().map(|entry| entry.name).filter(|name| !left_behind(name) && name != "README");
    Ok(names.map(|name| format!("{}/{name}", path.trim_end_matches('/'))).collect())
}
