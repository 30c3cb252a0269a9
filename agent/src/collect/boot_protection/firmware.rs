//! The firmware: its passwords, Secure Boot, and what machine it is.

use tenken_model::fact::boot_protection::{FirmwarePasswords, MachineForm};
use tenken_model::{Read, Reason, ReasonCode, Size};

use super::smbios::{self, PasswordStatus};
use crate::collect::Look;

/// The kernel's interface to settings of the firmware (sysfs-class-firmware-attributes), by driver.
const ATTRIBUTES: &str = "/sys/class/firmware-attributes";
const TABLE: &str = "/sys/firmware/dmi/tables/DMI";
const TABLE_MAX: Size = Size::from_bytes(4 << 20);
const ATTRIBUTE_MAX: Size = Size::from_bytes(4_096);
const ENTRIES_MAX: usize = 200;
const UEFI: &str = "/sys/firmware/efi";
const VARIABLES: &str = "/sys/firmware/efi/efivars";
const SECURE_BOOT: &str = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
/// shim's own switch: `mokutil --disable-validation` leaves Secure Boot on in the firmware and looks at no kernel.
const NOT_VALIDATING: &str = "/sys/firmware/efi/efivars/MokSBStateRT-605dab50-e046-4300-abb6-3dd810dd8b23";
const VARIABLES_MAX: usize = 5_000;
/// Four bytes of attributes stand before a variable's value.
const VALUE_AT: usize = 4;
const IDENTITY: &str = "/sys/class/dmi/id";
const PROCESSORS: &str = "/proc/cpuinfo";
/// What is told of one processor is shorter; a machine may have hundreds, all alike.
const FIRST_PROCESSOR: Size = Size::from_bytes(8 << 10);
const POWER: &str = "/sys/class/power_supply";
/// Firmwares and vendors of virtual machines, as systemd-detect-virt(1) knows them.
pub(crate) const VIRTUAL: [&str; 15] = [
    "KVM",
    "QEMU",
    "VMware",
    "VMW",
    "innotek GmbH",
    "VirtualBox",
    "Xen",
    "Bochs",
    "Parallels",
    "BHYVE",
    "Hyper-V",
    "Amazon EC2",
    "Google Compute Engine",
    "Apple Virtualization",
    "OpenStack",
];

/// The firmware's passwords: by the kernel's driver for this maker, or by the firmware's own description.
pub(super) fn passwords(look: &Look<'_>) -> FirmwarePasswords {
    match by_driver(look) {
        Ok(Some(found)) => found,
        Ok(None) => by_table(look),
        Err(reason) => FirmwarePasswords {
            power_on: Read::NotRead(reason.clone()),
            administrator: Read::NotRead(reason),
            origin: ATTRIBUTES.to_owned(),
        },
    }
}

/// By role: a driver may tell of several passwords of one.
fn by_driver(look: &Look<'_>) -> Result<Option<FirmwarePasswords>, Reason> {
    let mut power_on = None;
    let mut administrator = None;
    for driver in look.list_if_there(ATTRIBUTES, ENTRIES_MAX).map_err(|error| error.reason())? {
        let folder = format!("{ATTRIBUTES}/{}/authentication", driver.name);
        for password in look.list_if_there(&folder, ENTRIES_MAX).map_err(|error| error.reason())? {
            let read = |name: &str| {
                let path = format!("{folder}/{}/{name}", password.name);
                let text = look.read(path, ATTRIBUTE_MAX).map_err(|error| error.reason())?;
                Ok::<_, Reason>(String::from_utf8_lossy(&text).trim().to_owned())
            };
            let (role, is_set) = (read("role")?, read("is_enabled")? == "1");
            match role.as_str() {
                "power-on" => power_on = Some(power_on.unwrap_or(false) || is_set),
                "bios-admin" => administrator = Some(administrator.unwrap_or(false) || is_set),
                _ => {}
            }
        }
    }
    if power_on.is_none() && administrator.is_none() {
        return Ok(None);
    }
    let told = |found: Option<bool>, role: &str| {
        let detail = format!("look for a password of role {role} in {ATTRIBUTES}: the firmware's driver tells of none");
        found.map_or_else(|| Read::not_read(ReasonCode::Unsupported, detail), Read::Measured)
    };
    Ok(Some(FirmwarePasswords {
        power_on: told(power_on, "power-on"),
        administrator: told(administrator, "bios-admin"),
        origin: ATTRIBUTES.to_owned(),
    }))
}

fn by_table(look: &Look<'_>) -> FirmwarePasswords {
    let found = look.read(TABLE, TABLE_MAX).map_err(|error| error.reason()).and_then(|table| {
        let security = smbios::hardware_security(&table)
            .map_err(|error| Reason::new(ReasonCode::Unparsable, format!("read {TABLE}: {error}")))?;
        security.ok_or_else(|| {
            Reason::new(ReasonCode::Unsupported, format!("read {TABLE}: the firmware says nothing of its passwords"))
        })
    });
    let is_set = |status: PasswordStatus| match status {
        PasswordStatus::Enabled => Ok(true),
        PasswordStatus::Disabled => Ok(false),
        PasswordStatus::NotImplemented | PasswordStatus::Unknown => {
            let detail = format!("read {TABLE}: the firmware does not say whether this password is set");
            Err(Reason::new(ReasonCode::Unsupported, detail))
        }
    };
    FirmwarePasswords {
        power_on: found.clone().and_then(|found| is_set(found.power_on)).into(),
        administrator: found.and_then(|found| is_set(found.administrator)).into(),
        origin: TABLE.to_owned(),
    }
}

/// Whether only signed systems are started; absent where the firmware is no UEFI.
pub(super) fn secure_boot(look: &Look<'_>) -> Read<Option<bool>> {
    read_secure_boot(look).into()
}

fn read_secure_boot(look: &Look<'_>) -> Result<Option<bool>, Reason> {
    if !look.exists(UEFI).map_err(|error| error.reason())? {
        return Ok(None);
    }
    let value = |path: &str| {
        let variable = look.read_if_there(path, ATTRIBUTE_MAX).map_err(|error| error.reason())?;
        Ok::<_, Reason>(variable.map(|bytes| bytes.get(VALUE_AT).copied() == Some(1)))
    };
    match value(SECURE_BOOT)? {
        Some(true) => Ok(Some(value(NOT_VALIDATING)? != Some(true))),
        // Where variables can be read and this is none of them, the firmware knows no Secure Boot.
        None if look.list_if_there(VARIABLES, VARIABLES_MAX).map_err(|error| error.reason())?.is_empty() => Err(
            Reason::new(ReasonCode::Missing, format!("read {SECURE_BOOT}: the firmware's variables are not mounted")),
        ),
        Some(false) | None => Ok(Some(false)),
    }
}

/// What the machine is.
pub(super) fn form(look: &Look<'_>) -> Read<MachineForm> {
    read_form(look).into()
}

fn read_form(look: &Look<'_>) -> Result<MachineForm, Reason> {
    let identity = |name: &str| {
        let text = look.read_if_there(format!("{IDENTITY}/{name}"), ATTRIBUTE_MAX).map_err(|error| error.reason())?;
        Ok::<_, Reason>(text.map(|text| String::from_utf8_lossy(&text).trim().to_owned()))
    };
    for name in ["product_name", "sys_vendor", "board_vendor", "bios_vendor"] {
        let named = identity(name)?.unwrap_or_default();
        let is_virtual = VIRTUAL.iter().any(|known| named.starts_with(known));
        // Microsoft makes tablets too.
        if is_virtual || name == "product_name" && named == "Virtual Machine" {
            return Ok(MachineForm::Virtual);
        }
    }
    if look.exists("/sys/hypervisor/type").map_err(|error| error.reason())? {
        return Ok(MachineForm::Virtual);
    }
    match identity("chassis_type")?.and_then(|text| text.parse::<u8>().ok()).and_then(case) {
        Some(form) => Ok(form),
        None if runs_on_a_hypervisor(look)? => Ok(MachineForm::Virtual),
        None if has_battery(look)? => Ok(MachineForm::Portable),
        None => Ok(MachineForm::Unknown),
    }
}

/// What the processor says, where the firmware names neither maker nor case: hypervisors set this flag for their guests.
fn runs_on_a_hypervisor(look: &Look<'_>) -> Result<bool, Reason> {
    match look.read_part(PROCESSORS, 0, FIRST_PROCESSOR) {
        Ok(bytes) => Ok(has_hypervisor_flag(&bytes)),
        Err(error) if error.is_not_there() => Ok(false),
        Err(error) => Err(error.reason()),
    }
}

/// Whether the first processor's flags in `/proc/cpuinfo` have it. Others than x86 have no such flag.
pub(crate) fn has_hypervisor_flag(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let flags = text.lines().filter_map(|line| line.split_once(':')).find(|(name, _)| name.trim() == "flags");
    flags.is_some_and(|(_, flags)| flags.split_ascii_whitespace().any(|flag| flag == "hypervisor"))
}

/// A case by its number (SMBIOS 7.4.1); the bit above is its lock. Nothing for those that say nothing.
pub(super) fn case(number: u8) -> Option<MachineForm> {
    match number & 0x7f {
        8..=11 | 14 | 30..=32 => Some(MachineForm::Portable),
        3..=7 | 13 | 15..=29 | 33..=36 => Some(MachineForm::Fixed),
        _ => None,
    }
}

/// A battery of the machine and not of a mouse or keyboard.
fn has_battery(look: &Look<'_>) -> Result<bool, Reason> {
    for supply in look.list_if_there(POWER, ENTRIES_MAX).map_err(|error| error.reason())? {
        let read = |name: &str| {
            let path = format!("{POWER}/{}/{name}", supply.name);
            let text = look.read_if_there(path, ATTRIBUTE_MAX).map_err(|error| error.reason())?;
            Ok::<_, Reason>(text.map(|text| String::from_utf8_lossy(&text).trim().to_owned()))
        };
        if read("type")?.as_deref() == Some("Battery") && read("scope")?.as_deref() != Some("Device") {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases() {
        for portable in [8, 9, 10, 11, 14, 30, 31, 32, 0x8a] {
            assert_eq!(case(portable), Some(MachineForm::Portable), "{portable}");
        }
        for fixed in [3, 4, 6, 7, 13, 17, 23, 28, 35, 0x83] {
            assert_eq!(case(fixed), Some(MachineForm::Fixed), "{fixed}");
        }
        for silent in [0, 1, 2, 12, 37, 0x81] {
            assert_eq!(case(silent), None, "{silent}");
        }
    }
}
