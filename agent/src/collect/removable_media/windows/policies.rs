//! Policies of removable storage: of a group, of device management, or written by hand. Each denies for itself, so that no order
//! is to be followed: what one of them denies is denied.
//!
//! RemovableStorage.admx, VolumeEncryption.admx, DeviceInstallation.admx, AutoPlay.admx; Policy CSP System/AllowStorageCard and
//! Storage/RemovableDiskDenyWriteAccess. Policies of single people count for nothing here, because others have none.
//!
//! Policies of device installation are for what is new: a stick that was installed before goes on working. Only lists of ids and of
//! classes can be for those as well ("Also apply to matching devices that are already installed"), and count where they name what
//! every disk on USB is. <https://learn.microsoft.com/en-us/windows/client-management/mdm/policy-csp-deviceinstallation>

use tenken_model::fact::removable_media::{MediaPolicies, StorageDriver};
use tenken_model::{Read, Reason};

use crate::collect::Look;
use crate::host::windows_api::{RegistryPath, ServiceState};

const ACCESS: &str = r"SOFTWARE\Policies\Microsoft\Windows\RemovableStorageDevices";
/// Removable disks.
const DISKS: &str = "{53f5630d-b6bf-11d0-94f2-00a0c91efb8b}";
/// Telephones, cameras and players (WPD), which are of two classes that a policy sets together.
const PHONES: [&str; 2] = ["{6ac27878-a6fa-4155-ba85-f98f491d4f33}", "{f33fdc04-d1ac-4e8e-9a30-19bbd4b108ae}"];
/// CD and DVD.
const DISCS: &str = "{53f56308-b6bf-11d0-94f2-00a0c91efb8b}";
const BITLOCKER: &str = r"SYSTEM\CurrentControlSet\Policies\Microsoft\FVE";
const INSTALLATION: &str = r"SOFTWARE\Policies\Microsoft\Windows\DeviceInstall\Restrictions";
/// Classes of which every disk on USB is: disks (DiskDrive), and USB itself.
const CLASSES: [&str; 2] = ["{4d36e967-e325-11ce-bfc1-08002be10318}", "{36fc9e60-c465-11cf-8056-444553540000}"];
/// Ids that all storage on USB has; the last two are of the two ways in which it is spoken to, and count together.
const STORAGE_IDS: [&str; 4] = [
    r"usb\class_08",
    r"usb\class_08&subclass_06",
    r"usb\class_08&subclass_06&prot_50",
    r"usb\class_08&subclass_06&prot_62",
];
/// Ids that disks of any maker have.
const DISKS_OF_ANY: [&str; 6] =
    ["gendisk", r"usbstor\disk", r"usbstor\gendisk", r"usbstor\raw", r"scsi\disk", r"scsi\raw"];
const EXPLORER: &str = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\Explorer";
const MANAGED: &str = r"SOFTWARE\Microsoft\PolicyManager\current\device";
/// Bits of NoDriveTypeAutoRun for what is removable, for what is fixed, as external disks are, and for discs, as which some sticks
/// show a part of theirs.
const AUTORUN_OFF: u64 = 0x04 | 0x08 | 0x20;
/// SERVICE_DISABLED.
const DISABLED: u64 = 4;
/// Drivers of storage on USB: the old way and the fast one.
const DRIVERS: [&str; 2] = ["USBSTOR", "UASPStor"];

/// Reads them all.
pub(super) fn read(look: &Look<'_>) -> MediaPolicies {
    let disks = format!(r"{ACCESS}\{DISKS}");
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
    let all_denied = any(&[is(ACCESS, "Deny_All", 1), is(&managed_system, "AllowStorageCard", 0)]);
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
        installed_denied: Some(installed_denied(look).into()),
        phone_writes_denied: Some(both(PHONES.map(|class| writes_denied(look, class)))),
        disc_writes_denied: Some(writes_denied(look, DISCS).into()),
        autorun_off: any(&[
            number(look, EXPLORER, "NoDriveTypeAutoRun")
                .map(|kinds| kinds.is_some_and(|kinds| kinds & AUTORUN_OFF == AUTORUN_OFF)),
            is(EXPLORER, "NoAutorun", 1),
        ]),
    }
}

/// Writing to what is of a class is denied.
fn writes_denied(look: &Look<'_>, class: &str) -> Result<bool, Reason> {
    number(look, &format!(r"{ACCESS}\{class}"), "Deny_Write").map(|found| found == Some(1))
}

fn both(conditions: [Result<bool, Reason>; 2]) -> Read<bool> {
    if conditions.contains(&Ok(false)) {
        return Read::Measured(false);
    }
    let refused = conditions.into_iter().find_map(Result::err);
    refused.map_or(Read::Measured(true), Read::NotRead)
}

/// A list denies every disk on USB, those that are installed as well. Where policies are in layers an id that is allowed goes before
/// a class that is denied.
fn installed_denied(look: &Look<'_>) -> Result<bool, Reason> {
    let is_on = |value: &str| number(look, INSTALLATION, value).map(|found| found == Some(1));
    let list = |name: &str| -> Result<Vec<String>, Reason> {
        if !is_on(name)? {
            return Ok(Vec::new());
        }
        let path = RegistryPath::machine(format!(r"{INSTALLATION}\{name}"));
        let key = look.registry(&path).map_err(|error| error.reason())?.unwrap_or_default();
        Ok(key.values.iter().filter_map(|value| value.data.text()).map(|text| text.trim().to_lowercase()).collect())
    };
    if is_on("DenyDeviceIDsRetroactive")? {
        let denied = list("DenyDeviceIDs")?;
        let [all, all_disks, old_way, fast_way] = STORAGE_IDS.map(|id| denied.iter().any(|denied| denied == id));
        if all || all_disks || old_way && fast_way {
            return Ok(true);
        }
    }
    if !is_on("DenyDeviceClassesRetroactive")? {
        return Ok(false);
    }
    let is_denied = list("DenyDeviceClasses")?.iter().any(|class| CLASSES.contains(&class.as_str()));
    let is_of_any = |id: &String| id.starts_with(STORAGE_IDS[0]) || DISKS_OF_ANY.contains(&id.as_str());
    let is_let_in = is_on("AllowDenyLayered")? && list("AllowDeviceIDs")?.iter().any(is_of_any);
    Ok(is_denied && !is_let_in)
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
