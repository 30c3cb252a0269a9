//! What keeps programs and scripts from starting on Windows.

use tenken_model::fact::execution_control::{ApplicationControl, ExecutionControl, Restraint};
use tenken_model::observation::Outcome;
use tenken_model::{Reason, ReasonCode};

use super::{app_locker, attack_rules, scripts};
use crate::collect::windows_setting::number;
use crate::collect::{Look, Needs};
use crate::host::windows_api::{RegistryPath, WmiQuestion, WmiValue};

const POLICY: &str = r"SOFTWARE\Policies\Microsoft\Windows\System";
const MANAGED: &str = r"SOFTWARE\Microsoft\PolicyManager\current\device\SmartScreen";
const SHELL: &str = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Explorer";
const VERSION: &str = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion";

/// Reads it.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<ExecutionControl> {
    let [mail_programs, script_downloads] = attack_rules::read(look);
    Outcome::Known(ExecutionControl {
        application_control: application_control(look).into(),
        mail_programs,
        script_downloads,
        unknown_programs: smart_screen(look).into(),
        scripts_inert: scripts::inert(look).into(),
    })
}

/// `UsermodeCodeIntegrityPolicyEnforcementStatus` of `Win32_DeviceGuard`: 0 off, 1 audit, 2 enforced. Smart App Control is told by it,
/// too. <https://learn.microsoft.com/en-us/windows/security/hardware-security/enable-virtualization-based-protection-of-code-integrity>
fn application_control(look: &Look<'_>) -> Result<ApplicationControl, Reason> {
    let locker = app_locker::read(look);
    let status = match look.wmi(&WmiQuestion::DeviceGuard) {
        Ok(rows) => {
            let status = rows.first().and_then(|row| row.get("UsermodeCodeIntegrityPolicyEnforcementStatus"));
            status.and_then(WmiValue::number).ok_or_else(|| {
                let detail =
                    "ask WMI for Win32_DeviceGuard: it does not tell UsermodeCodeIntegrityPolicyEnforcementStatus";
                Reason::new(ReasonCode::Missing, detail)
            })
        }
        // A Windows without it has no such control.
        Err(error) if error.is_not_there() => Ok(0),
        Err(error) => Err(error.reason()),
    };
    match (status, locker) {
        (Ok(2), _) | (_, Ok(ApplicationControl::Enforced)) => Ok(ApplicationControl::Enforced),
        (Err(reason), _) | (_, Err(reason)) => Err(reason),
        (Ok(_), Ok(ApplicationControl::Programs)) => Ok(ApplicationControl::Programs),
        (Ok(1), _) | (_, Ok(ApplicationControl::Audited)) => Ok(ApplicationControl::Audited),
        (Ok(0), Ok(ApplicationControl::None)) => Ok(ApplicationControl::None),
        (Ok(other), Ok(ApplicationControl::None)) => {
            let detail = format!("ask WMI for Win32_DeviceGuard: status {other} is not known");
            Err(Reason::new(ReasonCode::Unparsable, detail))
        }
    }
}

/// Group policy goes before Intune, and that before what an administrator chose. Where nobody did, it warns (WindowsExplorer.admx,
/// "Configure Windows Defender SmartScreen"). Without a shell, as on Server Core, there is none.
fn smart_screen(look: &Look<'_>) -> Result<Restraint, Reason> {
    let policy = RegistryPath::machine(POLICY);
    let managed = RegistryPath::machine(MANAGED);
    let by_policy = number(look, "EnableSmartScreen", std::slice::from_ref(&policy));
    let by_management = number(look, "EnableSmartScreenInShell", std::slice::from_ref(&managed));
    let no_override = number(look, "PreventOverrideForFilesInShell", &[managed]);
    let level = look.registry(&policy).map_err(|error| error.reason())?.unwrap_or_default();
    let shell =
        look.registry_values(&RegistryPath::machine(SHELL)).map_err(|error| error.reason())?.unwrap_or_default();
    let version = look.registry_values(&RegistryPath::machine(VERSION)).map_err(|error| error.reason())?;
    let is_core = version
        .as_ref()
        .and_then(|key| key.text("InstallationType"))
        .is_some_and(|kind| kind.eq_ignore_ascii_case("Server Core") || kind.eq_ignore_ascii_case("Nano Server"));
    if is_core {
        return Ok(Restraint::Off);
    }
    match (by_policy?, by_management?) {
        (Some(0), _) | (None, Some(0)) => Ok(Restraint::Off),
        (Some(_), _) => {
            let blocks = level.text("ShellSmartScreenLevel").is_some_and(|level| level.eq_ignore_ascii_case("Block"));
            Ok(if blocks { Restraint::Blocked } else { Restraint::Warned })
        }
        (None, Some(_)) => Ok(if no_override? == Some(1) { Restraint::Blocked } else { Restraint::Warned }),
        (None, None) => match shell.text("SmartScreenEnabled") {
            None => Ok(Restraint::Warned),
            Some(word) if word.eq_ignore_ascii_case("Off") => Ok(Restraint::Off),
            Some(word) if word.eq_ignore_ascii_case("Block") => Ok(Restraint::Blocked),
            Some(word)
                if ["Warn", "On", "Prompt", "RequireAdmin"].iter().any(|known| word.eq_ignore_ascii_case(known)) =>
            {
                Ok(Restraint::Warned)
            }
            Some(_) => {
                let detail = format!(r"read HKLM\{SHELL} SmartScreenEnabled: it is no word that is known");
                Err(Reason::new(ReasonCode::Unparsable, detail))
            }
        },
    }
}
