//! How Microsoft Defender is set: by `MSFT_MpPreference`, which tells what holds of policies, of Intune and of what was set on the
//! machine. Where WMI does not tell it, the registry is read, in the order in which Defender takes it: group policy, Intune
//! (`Policy Manager`), the machine's own.

use tenken_model::fact::antivirus::AntivirusSettings;
use tenken_model::{Instant, Reason, ReasonCode};

use super::exclusions::{self, Kind};
use crate::collect::{Look, cim_time, windows_setting};
use crate::host::windows_api::{RegistryPath, WmiQuestion, WmiRow, WmiValue};

const OWN: &str = r"SOFTWARE\Microsoft\Windows Defender";
const POLICY: &str = r"SOFTWARE\Policies\Microsoft\Windows Defender";
const MANAGED: &str = r"SOFTWARE\Policies\Microsoft\Windows Defender\Policy Manager";
/// Exclusions by kind: the property of WMI, the key below `Exclusions`, the value of Intune, which separates them by `|`.
pub const EXCLUSIONS: [(Kind, &str, &str, &str); 3] = [
    (Kind::Path, "ExclusionPath", "Paths", "ExcludedPaths"),
    (Kind::Extension, "ExclusionExtension", "Extensions", "ExcludedExtensions"),
    (Kind::Process, "ExclusionProcess", "Processes", "ExcludedProcesses"),
];
/// The most exclusions that are told of.
const TOLD_MAX: usize = 20;
/// `FullScanAge` where everything was never scanned.
const NEVER: i64 = 0xffff_ffff;

/// Reads the settings of Defender, of which `status` is what it says of itself.
pub(super) fn read(look: &Look<'_>, status: Option<&WmiRow>) -> AntivirusSettings {
    let asked = look.wmi(&WmiQuestion::DefenderPreference).map_err(|error| error.reason());
    let preference = asked.as_ref().ok().and_then(|rows| rows.first());
    AntivirusSettings {
        tamper_protected: tamper_protected(look, status).into(),
        wide_exclusions: wide_exclusions(look, preference).into(),
        removable_drives_scanned: removable_drives_scanned(look, preference).into(),
        full_scan: full_scan(status).into(),
    }
}

fn truth(row: Option<&WmiRow>, property: &str) -> Option<bool> {
    row?.get(property).and_then(WmiValue::truth)
}

/// `TamperProtection` is not documented; seen are 5 where it is on, 4 where somebody switched it off, and 0.
fn tamper_protected(look: &Look<'_>, status: Option<&WmiRow>) -> Result<bool, Reason> {
    let features = RegistryPath::machine(OWN).join("Features");
    let kept = windows_setting::number(look, "TamperProtection", std::slice::from_ref(&features));
    match (truth(status, "IsTamperProtected"), kept?) {
        (Some(told), _) => Ok(told),
        (None, Some(5)) => Ok(true),
        (None, Some(0 | 4)) => Ok(false),
        (None, kept) => {
            let kept = kept.map_or_else(|| "not there".to_owned(), |kept| format!("{kept}, which is not known"));
            let detail = format!(
                "ask WMI for Microsoft Defender: no IsTamperProtected, and {features} TamperProtection is {kept}"
            );
            Err(Reason::new(ReasonCode::Missing, detail))
        }
    }
}

/// Nobody but a policy scans them: where nothing is set, a full scan leaves them out (WindowsDefender.admx, "Scan removable drives").
fn removable_drives_scanned(look: &Look<'_>, preference: Option<&WmiRow>) -> Result<bool, Reason> {
    let disabled = "DisableRemovableDriveScanning";
    let of = |key: RegistryPath, name: &str| windows_setting::number(look, name, &[key]);
    let policy = of(RegistryPath::machine(POLICY).join("Scan"), disabled);
    let managed = of(RegistryPath::machine(MANAGED), "AllowFullScanRemovableDriveScanning");
    let own = of(RegistryPath::machine(OWN).join("Scan"), disabled);
    if let Some(disabled) = truth(preference, disabled) {
        return Ok(!disabled);
    }
    match (policy?, managed?) {
        (Some(disabled), _) => Ok(disabled == 0),
        (None, Some(allowed)) => Ok(allowed == 1),
        (None, None) => Ok(own?.is_some_and(|disabled| disabled == 0)),
    }
}

fn full_scan(status: Option<&WmiRow>) -> Result<Option<Instant>, Reason> {
    let ended = status.and_then(|row| row.get("FullScanEndTime")).and_then(WmiValue::text);
    if let Some(ended) = ended.and_then(|ended| cim_time::parse(ended).ok()) {
        // A FILETIME of 0 is the first day of 1601.
        return Ok(Some(ended).filter(|ended| *ended > Instant::UNIX_EPOCH));
    }
    if status.and_then(|row| row.get("FullScanAge")).and_then(WmiValue::number) == Some(NEVER) {
        return Ok(None);
    }
    let detail = "ask WMI for Microsoft Defender: it tells no FullScanEndTime, and no FullScanAge that means never";
    Err(Reason::new(ReasonCode::Missing, detail))
}

/// Exclusions that open a hole. WMI tells those that hold; where it hides them or does not answer, those of the registry count.
fn wide_exclusions(look: &Look<'_>, preference: Option<&WmiRow>) -> Result<Vec<String>, Reason> {
    let hides = is_set(look, "HideExclusionsFromLocalAdmins");
    let written = written(look);
    let mut told: Vec<(Kind, String)> = Vec::new();
    let mut is_hidden = preference.is_none() || hides?;
    for (kind, property, ..) in EXCLUSIONS {
        let values = preference.and_then(|row| row.get(property)).map(WmiValue::each).unwrap_or_default();
        for text in values.iter().filter_map(WmiValue::text) {
            if exclusions::is_hidden(text) {
                is_hidden = true;
            } else {
                told.push((kind, text.to_owned()));
            }
        }
    }
    let mut wide: Vec<String> = Vec::new();
    let refused = match written {
        Ok(written) if is_hidden => {
            told.extend(written);
            None
        }
        Err(reason) if is_hidden => Some(reason),
        Ok(_) | Err(_) => None,
    };
    for (kind, text) in told {
        if exclusions::is_wide(kind, &text) && !wide.contains(&text) {
            wide.push(text);
        }
    }
    match refused {
        // What was seen is a hole, whatever else there is.
        Some(reason) if wide.is_empty() => Err(reason),
        _ => Ok(bounded(wide)),
    }
}

fn bounded(mut wide: Vec<String>) -> Vec<String> {
    let more = wide.len().saturating_sub(TOLD_MAX);
    if more > 0 {
        wide.truncate(TOLD_MAX);
        wide.push(format!("+{more}"));
    }
    wide
}

/// A policy is set, by a group policy or by Intune.
fn is_set(look: &Look<'_>, name: &str) -> Result<bool, Reason> {
    let places = [RegistryPath::machine(POLICY), RegistryPath::machine(MANAGED)];
    Ok(windows_setting::number(look, name, &places)?.is_some_and(|value| value != 0))
}

/// What the registry leaves out: policies and, unless a policy says otherwise (`DisableLocalAdminMerge`), the machine's own.
fn written(look: &Look<'_>) -> Result<Vec<(Kind, String)>, Reason> {
    let mut found = Vec::new();
    let own_count = !is_set(look, "DisableLocalAdminMerge")?;
    let managed = look.registry(&RegistryPath::machine(MANAGED)).map_err(|error| error.reason())?.unwrap_or_default();
    for (kind, _, below, name) in EXCLUSIONS {
        let several = managed.text(name).unwrap_or_default();
        found.extend(several.split('|').filter(|one| !one.trim().is_empty()).map(|one| (kind, one.to_owned())));
        for (root, counts) in [(POLICY, true), (OWN, own_count)] {
            let path = RegistryPath::machine(root).join("Exclusions").join(below);
            let key = look.registry(&path).map_err(|error| error.reason())?.unwrap_or_default();
            if counts {
                found.extend(key.values.into_iter().map(|value| (kind, value.name)));
            }
        }
    }
    Ok(found)
}
