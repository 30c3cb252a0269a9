//! Volumes that are mounted in a folder and have no letter (`C:\Data`), as `Win32_Volume` tells of them.

use tenken_model::fact::disk_encryption::{Volume, VolumePurpose};
use tenken_model::{Read, Reason, ReasonCode, Size};

use super::{FIXED, encryption_of};
use crate::collect::Look;
use crate::collect::disk_encryption::bitlocker::{Bitlocker, BitlockerVolume};
use crate::host::windows_api::{WmiQuestion, WmiRow, WmiValue};

/// How the name of a volume begins that is mounted nowhere: those of the firmware and of the recovery of Windows.
const UNMOUNTED: &str = r"\\?\";

/// The volumes of fixed disks that have a folder and no letter.
pub(super) fn read(
    look: &Look<'_>,
    bitlocker: &Result<Bitlocker, Reason>,
    other: &Read<Option<&'static str>>,
) -> Result<Vec<Volume>, Reason> {
    let rows = look.wmi(&WmiQuestion::MountedVolumes).map_err(|error| error.reason())?;
    Ok(rows.iter().filter(|row| is_in_a_folder(row)).map(|row| told(row, bitlocker, other)).collect())
}

fn text<'a>(row: &'a WmiRow, property: &str) -> &'a str {
    row.get(property).and_then(WmiValue::text).unwrap_or_default()
}

fn is_in_a_folder(row: &WmiRow) -> bool {
    let is_fixed = row.get("DriveType").and_then(WmiValue::number) == Some(i64::from(FIXED));
    let name = text(row, "Name");
    is_fixed && text(row, "DriveLetter").is_empty() && !name.is_empty() && !name.starts_with(UNMOUNTED)
}

fn told(row: &WmiRow, bitlocker: &Result<Bitlocker, Reason>, other: &Read<Option<&'static str>>) -> Volume {
    let (place, device) = (text(row, "Name").to_owned(), text(row, "DeviceID").to_owned());
    let untold = |what: &str| Reason::new(ReasonCode::Unsupported, format!("look at {place}: {what} is not told"));
    let is_it = |volume: &BitlockerVolume| volume.id.eq_ignore_ascii_case(&device);
    let removable = match bitlocker {
        Ok(Bitlocker::Volumes(volumes)) => {
            volumes.iter().find(|volume| is_it(volume)).and_then(|volume| volume.removable)
        }
        Ok(Bitlocker::None) | Err(_) => None,
    };
    Volume {
        encryption: encryption_of(bitlocker, other, &place, is_it),
        file_system: text(row, "FileSystem").to_ascii_lowercase(),
        purpose: VolumePurpose::Data,
        removable: removable.ok_or_else(|| untold("how its disk is attached")).into(),
        // CIM gives numbers of 64 bits as texts.
        size: (row.get("Capacity").and_then(WmiValue::number).and_then(|size| u64::try_from(size).ok()))
            .or_else(|| text(row, "Capacity").parse().ok())
            .map(Size::from_bytes)
            .ok_or_else(|| untold("its size"))
            .into(),
        place,
        device,
    }
}
