//! Volumes and the firmware's tables.

use serde::{Deserialize, Serialize};
use tenken_model::Size;

/// A volume with a drive letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Volume {
    /// Its letter: `C`.
    pub letter: char,
    /// Its name for programs: `\\?\Volume{…}\`; empty for a network drive.
    #[serde(default)]
    pub device: String,
    /// GetDriveType: 2 removable, 3 fixed, 4 network, 5 CD, 6 RAM.
    pub kind: u32,
    /// Its file system; empty where there is no medium.
    #[serde(default)]
    pub file_system: String,
    /// Its size; 0 where there is no medium.
    pub size: Size,
    /// Its serial number, as `dir` shows it without the dash; 0 where there is no medium.
    #[serde(default)]
    pub serial: u32,
    /// STORAGE_BUS_TYPE of its disk: 7 USB, 8 RAID, 11 SATA, 12 SD, 17 NVMe; absent where the system does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bus: Option<u32>,
    /// The disk under it says that its medium can be taken out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removable_medium: Option<bool>,
    /// The number of its disk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disk: Option<u32>,
    /// The serial number of its disk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disk_serial: Option<String>,
}

/// Tables of the firmware that are read whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FirmwareTable {
    /// The raw SMBIOS table (`RSMB`), behind its header of eight bytes.
    Smbios,
}
