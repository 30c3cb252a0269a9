//! Questions to Windows Management Instrumentation.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// What WMI is asked. The list is closed: no policy can add to it. `Win32_Product` is not in it, because asking for it repairs
/// installed programs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WmiQuestion {
    /// How Microsoft Defender stands (`MSFT_MpComputerStatus`).
    DefenderStatus,
    /// How Microsoft Defender is set (`MSFT_MpPreference`).
    DefenderPreference,
    /// Antivirus products that Security Center knows (`AntiVirusProduct`); there is none on Windows Server.
    AntivirusProducts,
    /// Firewalls of others that Security Center knows (`FirewallProduct`).
    FirewallProducts,
    /// Volumes that BitLocker can encrypt (`Win32_EncryptableVolume`).
    EncryptableVolumes,
    /// What opens one of those volumes (`GetKeyProtectors` and `GetKeyProtectorType`): a row with `Type` for each protector.
    KeyProtectors {
        /// Its `DeviceID`.
        volume: String,
    },
    /// Volumes with where each is mounted, also in a folder (`Win32_Volume`).
    MountedVolumes,
    /// The machine (`Win32_ComputerSystem`).
    ComputerSystem,
    /// The passwords of Dell's firmware (`PasswordObject`).
    DellPasswords,
    /// The passwords of Lenovo's firmware (`Lenovo_BiosPasswordSettings`).
    LenovoPasswords,
    /// The passwords of HP's firmware (`HPBIOS_BIOSPassword`).
    HpPasswords,
    /// Volume shadow copies (`Win32_ShadowCopy`).
    ShadowCopies,
    /// Whether code integrity is enforced (`Win32_DeviceGuard`).
    DeviceGuard,
    /// Disks by how they are attached (`MSFT_PhysicalDisk`).
    PhysicalDisks,
    /// The networks that the host is on (`MSFT_NetConnectionProfile`).
    NetworkProfiles,
    /// The table of routes (`MSFT_NetRoute`).
    Routes,
}

impl WmiQuestion {
    /// The namespace that is asked.
    pub const fn namespace(&self) -> &'static str {
        match self {
            Self::DefenderStatus | Self::DefenderPreference => r"ROOT\Microsoft\Windows\Defender",
            Self::AntivirusProducts | Self::FirewallProducts => r"ROOT\SecurityCenter2",
            Self::EncryptableVolumes | Self::KeyProtectors { .. } => r"ROOT\CIMV2\Security\MicrosoftVolumeEncryption",
            Self::MountedVolumes | Self::ComputerSystem | Self::ShadowCopies => r"ROOT\CIMV2",
            Self::DellPasswords => r"ROOT\dcim\sysman\wmisecurity",
            Self::LenovoPasswords => r"ROOT\WMI",
            Self::HpPasswords => r"ROOT\HP\InstrumentedBIOS",
            Self::DeviceGuard => r"ROOT\Microsoft\Windows\DeviceGuard",
            Self::PhysicalDisks => r"ROOT\Microsoft\Windows\Storage",
            Self::NetworkProfiles | Self::Routes => r"ROOT\StandardCimv2",
        }
    }

    /// The class whose instances answer.
    pub const fn class(&self) -> &'static str {
        match self {
            Self::DefenderStatus => "MSFT_MpComputerStatus",
            Self::DefenderPreference => "MSFT_MpPreference",
            Self::AntivirusProducts => "AntiVirusProduct",
            Self::FirewallProducts => "FirewallProduct",
            Self::EncryptableVolumes | Self::KeyProtectors { .. } => "Win32_EncryptableVolume",
            Self::MountedVolumes => "Win32_Volume",
            Self::ComputerSystem => "Win32_ComputerSystem",
            Self::DellPasswords => "PasswordObject",
            Self::LenovoPasswords => "Lenovo_BiosPasswordSettings",
            Self::HpPasswords => "HPBIOS_BIOSPassword",
            Self::ShadowCopies => "Win32_ShadowCopy",
            Self::DeviceGuard => "Win32_DeviceGuard",
            Self::PhysicalDisks => "MSFT_PhysicalDisk",
            Self::NetworkProfiles => "MSFT_NetConnectionProfile",
            Self::Routes => "MSFT_NetRoute",
        }
    }

    /// The properties that are read. Those a version of the class does not have are left out of the answer: all are asked for
    /// by `SELECT *`, and only these are kept.
    pub const fn properties(&self) -> &'static [&'static str] {
        match self {
            Self::DefenderStatus => &[
                "AMEngineVersion",
                "AMProductVersion",
                "AMRunningMode",
                "AMServiceEnabled",
                "AntispywareEnabled",
                "AntivirusEnabled",
                "AntivirusSignatureAge",
                "AntivirusSignatureLastUpdated",
                "AntivirusSignatureVersion",
                "BehaviorMonitorEnabled",
                "DefenderSignaturesOutOfDate",
                "FullScanAge",
                "FullScanEndTime",
                "IoavProtectionEnabled",
                "IsTamperProtected",
                "OnAccessProtectionEnabled",
                "QuickScanEndTime",
                "RealTimeProtectionEnabled",
            ],
            Self::DefenderPreference => &[
                "AttackSurfaceReductionRules_Actions",
                "AttackSurfaceReductionRules_Ids",
                "DisableRealtimeMonitoring",
                "DisableRemovableDriveScanning",
                "ExclusionExtension",
                "ExclusionPath",
                "ExclusionProcess",
                "SignatureUpdateInterval",
            ],
            Self::AntivirusProducts | Self::FirewallProducts => &[
                "displayName",
                "instanceGuid",
                "pathToSignedProductExe",
                "pathToSignedReportingExe",
                "productState",
                "timestamp",
            ],
            Self::EncryptableVolumes => &[
                "ConversionStatus",
                "DeviceID",
                "DriveLetter",
                "EncryptionMethod",
                "IsVolumeInitializedForProtection",
                "ProtectionStatus",
                "VolumeType",
            ],
            Self::KeyProtectors { .. } => &["Type"],
            Self::MountedVolumes => &["Capacity", "DeviceID", "DriveLetter", "DriveType", "FileSystem", "Name"],
            Self::ComputerSystem => &[
                "AdminPasswordStatus",
                "DomainRole",
                "HypervisorPresent",
                "Manufacturer",
                "Model",
                "PCSystemType",
                "PowerOnPasswordStatus",
            ],
            Self::DellPasswords => &["IsPasswordSet", "NameId"],
            Self::LenovoPasswords => &["PasswordState"],
            Self::HpPasswords => &["IsSet", "Name"],
            Self::ShadowCopies => {
                &["ClientAccessible", "DeviceObject", "ID", "InstallDate", "Persistent", "VolumeName"]
            }
            Self::DeviceGuard => &[
                "CodeIntegrityPolicyEnforcementStatus",
                "SecurityServicesRunning",
                "UsermodeCodeIntegrityPolicyEnforcementStatus",
                "VirtualizationBasedSecurityStatus",
            ],
            Self::PhysicalDisks => &["BusType", "DeviceId", "FriendlyName", "MediaType", "SerialNumber"],
            // Not the name, which is that of a wireless network.
            Self::NetworkProfiles => &["InterfaceIndex", "NetworkCategory"],
            Self::Routes => &["DestinationPrefix", "InterfaceIndex", "RouteMetric"],
        }
    }
}

impl fmt::Display for WmiQuestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.namespace(), self.class())?;
        match self {
            Self::KeyProtectors { volume } => write!(f, " key protectors of {volume}"),
            _ => Ok(()),
        }
    }
}

/// An instance: its properties by name. What is null is left out.
pub type WmiRow = BTreeMap<String, WmiValue>;

/// The value of a property.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum WmiValue {
    /// A truth value.
    Truth(bool),
    /// A number of any width.
    Number(i64),
    /// A text; also times, as CIM writes them (`20261126010203.000000+540`).
    Text(String),
    /// Several.
    List(Vec<WmiValue>),
}

impl WmiValue {
    /// The truth value, where it is one.
    pub fn truth(&self) -> Option<bool> {
        match self {
            Self::Truth(truth) => Some(*truth),
            Self::Number(_) | Self::Text(_) | Self::List(_) => None,
        }
    }

    /// The number, where it is one.
    pub fn number(&self) -> Option<i64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Truth(_) | Self::Text(_) | Self::List(_) => None,
        }
    }

    /// The text, where it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Truth(_) | Self::Number(_) | Self::List(_) => None,
        }
    }

    /// The values of a list, or the one value.
    pub fn each(&self) -> &[WmiValue] {
        match self {
            Self::List(values) => values,
            Self::Truth(_) | Self::Number(_) | Self::Text(_) => std::slice::from_ref(self),
        }
    }
}
