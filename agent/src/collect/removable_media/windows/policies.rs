//! Policies of removable storage: of a group, of device management, or written by hand. Each denies for itself, so that no order
//! is to be followed: what one of them denies is denied.
//!
//! RemovableStorage.admx, VolumeEncryption.admx, DeviceInstallation.admx, AutoPlay.admx; Policy CSP System/AllowStorageCard and
//! Storage/RemovableDiskDenyWriteAccess. Policies of single people count for nothing here, because others have none.

use tenken_model::fact::removable_media::{MediaPolicies, StorageDriver};
use tenken_model::{Read, Reason};

use crate::collect::Look;
use crate::host::windows_api::{RegistryPath, ServiceState};

const STORAGE: &str = r"SOFTWARE\Policies\Microsoft\Windows\RemovableStorageDevices";
/// Removable disks.
const DISKS: &str = "{53f5630d-b6bf-11d0-94f2-00a0c91efb8b}";
const BITLOCKER: &str = r"SYSTEM\CurrentControlSet\Policies\Microsoft\FVE";
const INSTALLATION: &str = r"SOFTWARE\Policies\Microsoft\Windows\DeviceInstall\Restrictions";
const EXPLORER: &str = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\Explorer";
const MANAGED: &str = r"SOFTWARE\Microsoft\PolicyManager\current\device";
/// Bits of NoDriveTypeAutoRun for what is removable and for what is fixed, as external disks are.
const AUTORUN_OFF: u64 = 0x04 | 0x08;
/// SERVICE_DISABLED.
const DISABLED: u64 = 4;
/// Drivers of storage on USB: the old way and the fast one.
const DRIVERS: [&str; 2] = ["USBSTOR", "UASPStor"];

/// Reads them all.
pub(super) fn read(look: &Look<'_>) -> MediaPolicies {
    let disks = format!(r"{STORAGE}\{DISKS}");
    let managed_system = format!(r"{MANAGED}\System");
    let managed_storage = format!(r"{MANAGED}\Storage");
    let is = |key: &str, value: &str, wanted: u64| number(look, key, value).map(|found| found == Some(wanted));
    let any = |conditions: &[Result<bool, Reason>]| -> Read<bool> {
        if conditions.contains(&Ok(true)) {
            return Read::Measured(true);
        }
        let refused = conditions.iter().find_map(|condition| condition.as_ref().err());
        refused.map_or(Read::Measured(false), |reason| Read::NotRead(reason.clone()))
    };
    let all_denied = any(&[is(STORAGE, "Deny_All", 1), is(&managed_system, "AllowStorageCard", 0)]);
    MediaPolicies {
        disk_writes_denied: any(&[
            is(&disks, "Deny_Write", 1),
            is(&managed_storage, "RemovableDiskDenyWriteAccess", 1),
        ]),
        disk_reads_denied: any(&[is(&disks, "Deny_Read", 1)]),
        all_denied,
        plain_writes_denied: any(&[is(BITLOCKER, "RDVDenyWriteAccess", 1)]),
        installation_denied: any(&[
            is(INSTALLATION, "DenyRemovableDevices", 1),
            is(INSTALLATION, "DenyUnspecified", 1),
        ]),
        autorun_off: any(&[
            number(look, EXPLORER, "NoDriveTypeAutoRun")
                .map(|kinds| kinds.is_some_and(|kinds| kinds & AUTORUN_OFF == AUTORUN_OFF)),
            is(EXPLORER, "NoAutorun", 1),
        ]),
    }
}

fn number(look: &Look<'_>, key: &str, value: &str) -> Result<Option<u64>, Reason> {
    let key = look.registry(&RegistryPath::machine(key)).map_err(|error| error.reason())?;
    Ok(key.and_then(|key| key.number(value)))
}

/// The drivers of storage on USB. One without a key is not installed, and nothing uses it.
pub(super) fn drivers(look: &Look<'_>) -> Vec<StorageDriver> {
    let services = look.services().map_err(|error| error.reason());
    let driver = |module: &str| {
        let path = format!(r"SYSTEM\CurrentControlSet\Services\{module}");
        let origin = Some(format!(r"HKLM\{path}"));
        let key = match look.registry(&RegistryPath::machine(path)) {
            Ok(None) => return None,
            Ok(Some(key)) => Ok(key),
            Err(error) => Err(error.reason()),
        };
        let loaded = services.as_ref().map_err(Clone::clone).map(|services| {
            let own = services.iter().find(|service| service.name.eq_ignore_ascii_case(module));
            own.is_some_and(|service| service.state != ServiceState::Stopped)
        });
        Some(StorageDriver {
            module: module.to_owned(),
            blocked: key.map(|key| key.number("Start") == Some(DISABLED)).into(),
            loaded: loaded.into(),
            origin,
        })
    };
    DRIVERS.into_iter().filter_map(driver).collect()
}
