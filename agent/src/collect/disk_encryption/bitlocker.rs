//! BitLocker, as `Win32_EncryptableVolume` tells of it.
//!
//! Numbers: [GetProtectionStatus](https://learn.microsoft.com/windows/win32/secprov/getprotectionstatus-win32-encryptablevolume),
//! GetConversionStatus, GetEncryptionMethod and GetKeyProtectorType of the same class.

use tenken_model::fact::disk_encryption::Encryption;
use tenken_model::{Read, Reason, ReasonCode};

use crate::collect::{Look, Wake};
use crate::host::ReadError;
use crate::host::windows_api::{RegistryPath, WmiQuestion, WmiRow, WmiValue};

/// The service, which every Windows has that knows BitLocker or device encryption.
const SERVICE: &str = r"SYSTEM\CurrentControlSet\Services\BDESVC";
/// What BitLocker keeps of how volumes stand; only its change is of interest.
const STATUS: &str = r"SYSTEM\CurrentControlSet\Control\BitLockerStatus";
const OFF: i64 = 0;
const ON: i64 = 1;
const LOCKED: i64 = 2;
const DECRYPTED: i64 = 0;
const ENCRYPTED: i64 = 1;
/// HARDWARE_ENCRYPTION: the drive does it.
const BY_DRIVE: i64 = 5;
/// VolumeType of the volume that the system runs from, and of those that are pulled out.
const OF_SYSTEM: i64 = 0;
const PORTABLE: i64 = 2;

/// A volume that BitLocker can encrypt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BitlockerVolume {
    /// What it is asked for by.
    pub id: String,
    /// Its letter; absent where it has none.
    pub letter: Option<char>,
    /// The system runs from it.
    pub of_system: bool,
    /// It is on something that is pulled out; absent where BitLocker does not tell.
    pub removable: Option<bool>,
    /// By what it is encrypted.
    pub encryption: Read<Encryption>,
}

/// The volumes of one machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bitlocker {
    /// This Windows has no BitLocker.
    None,
    /// It has, and knows these.
    Volumes(Vec<BitlockerVolume>),
}

/// Asks for every volume.
pub fn read(look: &Look<'_>) -> Result<Bitlocker, Reason> {
    look.wake_on(Wake::Registry(RegistryPath::machine(STATUS)));
    match look.wmi(&WmiQuestion::EncryptableVolumes) {
        Ok(rows) => Ok(Bitlocker::Volumes(rows.iter().map(volume).collect())),
        Err(error) if error.is_not_there() => without_namespace(look, &error),
        Err(error) => Err(error.reason()),
    }
}

/// Windows Server without the feature has neither class nor service. Where the service is there, WMI is broken.
fn without_namespace(look: &Look<'_>, error: &ReadError) -> Result<Bitlocker, Reason> {
    match look.registry(&RegistryPath::machine(SERVICE)) {
        Ok(None) => Ok(Bitlocker::None),
        Ok(Some(_)) => Err(error.reason()),
        Err(error) => Err(error.reason()),
    }
}

fn volume(row: &WmiRow) -> BitlockerVolume {
    let number = |property: &str| row.get(property).and_then(WmiValue::number);
    let text = |property: &str| row.get(property).and_then(WmiValue::text).unwrap_or_default();
    BitlockerVolume {
        id: text("DeviceID").to_owned(),
        letter: text("DriveLetter").chars().next().map(|letter| letter.to_ascii_uppercase()),
        of_system: number("VolumeType") == Some(OF_SYSTEM),
        removable: number("VolumeType").map(|kind| kind == PORTABLE),
        encryption: encryption(number("ProtectionStatus"), number("ConversionStatus"), number("EncryptionMethod")),
    }
}

/// By what a volume is encrypted. Protection is off where it is plain, where it is encrypted in part, and where its key lies in
/// the open beside it: suspended, or never begun because device encryption waits for somebody to keep its recovery key.
pub fn encryption(protection: Option<i64>, conversion: Option<i64>, method: Option<i64>) -> Read<Encryption> {
    let is_by_drive = method == Some(BY_DRIVE);
    match (protection, conversion) {
        (Some(ON), _) if is_by_drive => Read::Measured(Encryption::BitlockerHardware),
        (Some(ON | LOCKED), _) => Read::Measured(Encryption::Bitlocker),
        (Some(OFF), Some(ENCRYPTED)) => Read::Measured(Encryption::BitlockerSuspended),
        (Some(OFF), Some(DECRYPTED | 2..=5)) => Read::Measured(Encryption::None),
        (Some(OFF), None) if method == Some(0) => Read::Measured(Encryption::None),
        (protection, conversion) => {
            let shown = |number: Option<i64>| number.map_or_else(|| "none".to_owned(), |number| number.to_string());
            let detail = format!(
                "ask BitLocker: protection {}, conversion {} and method {} tell nothing",
                shown(protection),
                shown(conversion),
                shown(method)
            );
            Read::not_read(ReasonCode::Inconclusive, detail)
        }
    }
}

/// Whether somebody is asked before the volume of the system is opened: for a PIN beside the TPM, or a passphrase. A TPM alone
/// opens it without asking.
pub fn asks_at_start(look: &Look<'_>) -> Result<bool, Reason> {
    let Bitlocker::Volumes(volumes) = read(look)? else { return Ok(false) };
    let missing = || Reason::new(ReasonCode::Missing, "ask BitLocker for the volume of the system: it tells of none");
    let system = volumes.iter().find(|volume| volume.of_system).ok_or_else(missing)?;
    match &system.encryption {
        Read::Measured(Encryption::Bitlocker | Encryption::BitlockerHardware) => {}
        Read::Measured(_) => return Ok(false),
        Read::NotRead(reason) => return Err(reason.clone()),
    }
    let question = WmiQuestion::KeyProtectors { volume: system.id.clone() };
    let rows = look.wmi(&question).map_err(|error| error.reason())?;
    let kinds: Vec<i64> = rows.iter().filter_map(|row| row.get("Type").and_then(WmiValue::number)).collect();
    Ok(asks(&kinds))
}

/// Whether protectors of these kinds ask: 1 TPM, 2 a key on a stick, 3 the recovery password, 4 TPM and PIN, 5 TPM and a stick,
/// 6 TPM, PIN and a stick, 8 a passphrase.
pub fn asks(kinds: &[i64]) -> bool {
    kinds.iter().any(|kind| matches!(kind, 4 | 6 | 8)) && !kinds.contains(&1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_numbers_mean_together() {
        for (numbers, expected) in [
            ((Some(1), Some(1), Some(6)), Some(Encryption::Bitlocker)),
            ((Some(1), Some(1), Some(5)), Some(Encryption::BitlockerHardware)),
            ((Some(1), None, None), Some(Encryption::Bitlocker)),
            ((Some(2), None, None), Some(Encryption::Bitlocker)),
            ((Some(0), Some(1), Some(6)), Some(Encryption::BitlockerSuspended)),
            ((Some(0), Some(1), Some(5)), Some(Encryption::BitlockerSuspended)),
            ((Some(0), Some(0), Some(0)), Some(Encryption::None)),
            ((Some(0), Some(2), Some(6)), Some(Encryption::None)),
            ((Some(0), Some(5), Some(6)), Some(Encryption::None)),
            ((Some(0), None, Some(0)), Some(Encryption::None)),
            ((Some(0), None, Some(6)), None),
            ((Some(0), Some(9), Some(6)), None),
            ((None, Some(1), Some(6)), None),
            ((Some(7), None, None), None),
        ] {
            let (protection, conversion, method) = numbers;
            assert_eq!(encryption(protection, conversion, method).measured(), expected.as_ref(), "{numbers:?}");
        }
    }

    #[test]
    fn who_is_asked() {
        for kinds in [&[4, 3][..], &[6], &[8, 3], &[4, 2, 3]] {
            assert!(asks(kinds), "{kinds:?}");
        }
        for kinds in [&[][..], &[1, 3], &[3], &[5], &[2], &[1, 4], &[10]] {
            assert!(!asks(kinds), "{kinds:?}");
        }
    }
}
