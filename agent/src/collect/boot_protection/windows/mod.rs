//! What stops a stranger from starting a Windows PC, or from starting something else on it.

mod passwords;

use tenken_model::fact::boot_protection::{BootProtection, MachineForm};
use tenken_model::observation::Outcome;
use tenken_model::{Read, Reason, ReasonCode};

use super::firmware::{self, VIRTUAL};
use super::smbios;
use crate::collect::disk_encryption::bitlocker;
use crate::collect::{Look, Needs};
use crate::host::windows_api::{FirmwareTable, RegistryPath, WmiQuestion, WmiRow, WmiValue};

const SECURE_BOOT: &str = r"SYSTEM\CurrentControlSet\Control\SecureBoot\State";
/// `PEFirmwareType` is 1 where the old BIOS started it, 2 for UEFI (GetFirmwareType).
const CONTROL: &str = r"SYSTEM\CurrentControlSet\Control";

/// Reads what the firmware and the encrypted volume of the system ask for at start. The boot manager of Windows asks for nothing.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<BootProtection> {
    let computer = look.wmi(&WmiQuestion::ComputerSystem).map_err(|error| error.reason());
    let computer = computer.map(|rows| rows.into_iter().next().unwrap_or_default());
    let table = look.firmware_table(FirmwareTable::Smbios).map_err(|error| error.reason());
    Outcome::Known(BootProtection {
        form: form(&computer, &table).into(),
        secure_boot: secure_boot(look).into(),
        firmware: passwords::read(look, &computer, &table),
        boot_loaders: Vec::new(),
        disk_passphrase: bitlocker::asks_at_start(look).into(),
    })
}

/// What the machine is: by its maker where that is a hypervisor, by its case, or by what the firmware says it is used for.
fn form(computer: &Result<WmiRow, Reason>, table: &Result<Vec<u8>, Reason>) -> Result<MachineForm, Reason> {
    let identity = match table {
        Ok(table) => Some(smbios::identity(table).map_err(|error| unparsable(&error))?),
        Err(_) => None,
    };
    let mut names: Vec<&str> = identity.iter().flat_map(|identity| [&*identity.maker, &*identity.product]).collect();
    if let Ok(computer) = computer {
        names.extend(["Manufacturer", "Model"].iter().filter_map(|name| computer.get(*name).and_then(WmiValue::text)));
    }
    // Microsoft makes tablets too.
    let is_virtual = |name: &&str| *name == "Virtual Machine" || VIRTUAL.iter().any(|known| name.starts_with(known));
    if names.iter().any(is_virtual) {
        return Ok(MachineForm::Virtual);
    }
    if let Some(form) = identity.as_ref().and_then(|identity| identity.case).and_then(firmware::case) {
        return Ok(form);
    }
    match (computer, table) {
        (Ok(computer), _) => Ok(by_use(computer.get("PCSystemType").and_then(WmiValue::number))),
        (Err(_), Ok(_)) => Ok(MachineForm::Unknown),
        (Err(reason), Err(_)) => Err(reason.clone()),
    }
}

/// `PCSystemType`: 1 desktop, 2 mobile, 3 workstation, 4 enterprise server, 5 small office server, 6 appliance, 7 performance
/// server, 8 slate.
fn by_use(kind: Option<i64>) -> MachineForm {
    match kind {
        Some(2 | 8) => MachineForm::Portable,
        Some(1 | 3..=7) => MachineForm::Fixed,
        Some(_) | None => MachineForm::Unknown,
    }
}

/// Whether only signed systems are started; absent where the firmware is no UEFI.
fn secure_boot(look: &Look<'_>) -> Result<Option<bool>, Reason> {
    let state = look.registry(&RegistryPath::machine(SECURE_BOOT)).map_err(|error| error.reason())?;
    if let Some(enabled) = state.as_ref().and_then(|key| key.number("UEFISecureBootEnabled")) {
        return Ok(Some(enabled == 1));
    }
    // The whole of it changes all the time and wakes nobody; the kind of firmware does not change.
    let control = look.aside().registry(&RegistryPath::machine(CONTROL)).map_err(|error| error.reason())?;
    match control.as_ref().and_then(|key| key.number("PEFirmwareType")) {
        Some(1) => Ok(None),
        Some(2) => Ok(Some(false)),
        Some(_) | None => Err(Reason::new(
            ReasonCode::Missing,
            format!(r"read HKLM\{SECURE_BOOT}: neither it nor the kind of the firmware is told"),
        )),
    }
}

fn unparsable(error: &smbios::SmbiosError) -> Reason {
    Reason::new(ReasonCode::Unparsable, format!("read the table of the firmware: {error}"))
}

/// A password that is set or not, or why that is not known.
fn told(found: Option<bool>, what: &str, whose: &str) -> Read<bool> {
    let detail = format!("ask {whose} for {what}: it does not tell");
    found.map_or_else(|| Read::not_read(ReasonCode::Unsupported, detail), Read::Measured)
}
