//! Whether Windows Update installs by itself, and how long policy puts updates off.
//!
//! Group policy goes before the management of devices, and that before what somebody chose on the machine.
//! <https://learn.microsoft.com/en-us/windows/deployment/update/waas-wu-settings>,
//! <https://learn.microsoft.com/en-us/windows/client-management/mdm/policy-csp-update>

use tenken_model::fact::updates::{AutomaticHindrance, AutomaticLevel, AutomaticUpdates};
use tenken_model::{Instant, Reason};

use crate::collect::Look;
use crate::host::windows_api::{RegistryKey, RegistryPath};

const POLICY: &str = r"SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate";
const POLICY_AUTOMATIC: &str = r"SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate\AU";
const MANAGEMENT: &str = r"SOFTWARE\Microsoft\PolicyManager\current\device\Update";
/// What sconfig and the control panel of older versions write.
const OWN: &str = r"SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update";
/// What the app of settings writes, such as a pause.
const CHOSEN: &str = r"SOFTWARE\Microsoft\WindowsUpdate\UX\Settings";
const SERVICE: &str = r"SYSTEM\CurrentControlSet\Services\wuauserv";
/// SERVICE_DISABLED.
const DISABLED: u64 = 4;
/// Windows puts security updates off no longer than this.
const DEFERRED_MAX: u64 = 30;

/// What the registry says of Windows Update.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Group policy: where updates come from, and what is put off.
    pub policy: RegistryKey,
    /// Group policy: automatic updates.
    pub policy_automatic: RegistryKey,
    /// The management of devices.
    pub management: RegistryKey,
    /// The machine's own.
    pub own: RegistryKey,
    /// What somebody chose in the app of settings.
    pub chosen: RegistryKey,
    /// How the service starts.
    pub service: RegistryKey,
}

/// Reads them.
pub fn settings(look: &Look<'_>) -> Result<Settings, Reason> {
    let key = |path: &str| -> Result<RegistryKey, Reason> {
        Ok(look.registry(&RegistryPath::machine(path)).map_err(|error| error.reason())?.unwrap_or_default())
    };
    Ok(Settings {
        policy: key(POLICY)?,
        policy_automatic: key(POLICY_AUTOMATIC)?,
        management: key(MANAGEMENT)?,
        own: key(OWN)?,
        chosen: key(CHOSEN)?,
        service: key(SERVICE)?,
    })
}

impl Settings {
    /// For how many days policy puts security updates off.
    pub fn deferred_days(&self) -> u32 {
        let by_policy = self.policy.number("DeferQualityUpdatesPeriodInDays");
        let by_policy = by_policy.filter(|_| self.policy.number("DeferQualityUpdates") == Some(1));
        let days = by_policy.or_else(|| self.management.number("DeferQualityUpdatesPeriodInDays")).unwrap_or(0);
        u32::try_from(days.min(DEFERRED_MAX)).unwrap_or(0)
    }

    /// Until when a pause that was asked for holds, which is written as `2026-12-01T00:00:00Z`.
    fn paused_until(&self) -> Option<Instant> {
        let names = ["PauseQualityUpdatesEndTime", "PauseUpdatesExpiryTime"];
        names.iter().filter_map(|name| self.chosen.text(name)?.parse().ok()).max()
    }
}

/// What Windows Update does by itself.
pub fn of(settings: &Settings, is_server: bool, now: Instant) -> Result<AutomaticUpdates, Reason> {
    let at = |path: &str| RegistryPath::machine(path).to_string();
    let off = |place: String| AutomaticUpdates {
        level: AutomaticLevel::Off,
        hindrance: Some(AutomaticHindrance::SwitchedOff),
        place,
    };
    if settings.service.number("Start") == Some(DISABLED) {
        return Ok(off(at(SERVICE)));
    }
    // "Turn off access to all Windows Update features" ends automatic updates, too. A server of updates has a say of its own.
    let is_kept_away = settings.policy.number("DisableWindowsUpdateAccess") == Some(1);
    if is_kept_away && settings.policy_automatic.number("UseWUServer") != Some(1) {
        return Ok(off(at(POLICY)));
    }
    let (level, place) = if settings.policy_automatic.number("NoAutoUpdate") == Some(1) {
        (AutomaticLevel::Off, at(POLICY_AUTOMATIC))
    } else if let Some(option) = settings.policy_automatic.number("AUOptions") {
        (of_option(option), at(POLICY_AUTOMATIC))
    } else if let Some(choice) = settings.management.number("AllowAutoUpdate") {
        (of_management(choice), at(MANAGEMENT))
    } else if let Some(option) = settings.own.number("AUOptions").filter(|_| is_server) {
        (of_option(option), at(OWN))
    } else if is_server {
        // Servers fetch, and wait for an administrator.
        (AutomaticLevel::Fetched, at(OWN))
    } else {
        (AutomaticLevel::Installed, at(CHOSEN))
    };
    if level == AutomaticLevel::Installed && settings.paused_until().is_some_and(|until| until > now) {
        return Ok(off(at(CHOSEN)));
    }
    let hindrance = (level != AutomaticLevel::Installed).then_some(AutomaticHindrance::SwitchedOff);
    Ok(AutomaticUpdates { level, hindrance, place })
}

/// `AUOptions`: 2 tells before it fetches, 3 fetches and tells, 4 installs, 5 leaves it to the machine's administrator, 7 fetches
/// and tells before installing and restarting.
fn of_option(option: u64) -> AutomaticLevel {
    match option {
        4 => AutomaticLevel::Installed,
        2 | 3 | 5 | 7 => AutomaticLevel::Fetched,
        _ => AutomaticLevel::Off,
    }
}

/// `AllowAutoUpdate`: 0 tells before it fetches, 1 to 4 install, 5 is off.
fn of_management(choice: u64) -> AutomaticLevel {
    match choice {
        1..=4 => AutomaticLevel::Installed,
        0 => AutomaticLevel::Fetched,
        _ => AutomaticLevel::Off,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::windows_api::{RegistryData, RegistryValue};

    fn key(values: &[(&str, u32)]) -> RegistryKey {
        let value = |(name, number): &(&str, u32)| RegistryValue {
            name: (*name).to_owned(),
            data: RegistryData::Number(*number),
        };
        RegistryKey { values: values.iter().map(value).collect(), ..RegistryKey::default() }
    }

    fn level(settings: &Settings, is_server: bool) -> AutomaticLevel {
        of(settings, is_server, "2026-11-26T00:00:00Z".parse().unwrap()).unwrap().level
    }

    #[test]
    fn pcs_install_and_servers_wait_unless_told() {
        let none = Settings::default();
        assert_eq!((level(&none, false), level(&none, true)), (AutomaticLevel::Installed, AutomaticLevel::Fetched));
        let own = Settings { own: key(&[("AUOptions", 4)]), ..Settings::default() };
        assert_eq!(level(&own, true), AutomaticLevel::Installed);
    }

    #[test]
    fn policy_goes_first() {
        for (option, expected) in [
            (2, AutomaticLevel::Fetched),
            (3, AutomaticLevel::Fetched),
            (4, AutomaticLevel::Installed),
            (1, AutomaticLevel::Off),
        ] {
            let settings = Settings {
                policy_automatic: key(&[("AUOptions", option)]),
                management: key(&[("AllowAutoUpdate", 5)]),
                ..Settings::default()
            };
            assert_eq!(level(&settings, false), expected, "{option}");
        }
        let off = Settings { policy_automatic: key(&[("NoAutoUpdate", 1), ("AUOptions", 4)]), ..Settings::default() };
        assert_eq!(level(&off, false), AutomaticLevel::Off);
        let managed = Settings { management: key(&[("AllowAutoUpdate", 5)]), ..Settings::default() };
        assert_eq!(level(&managed, false), AutomaticLevel::Off);
    }

    #[test]
    fn a_pause_and_a_service_that_is_switched_off_count() {
        let pause = |until: &str| {
            let data = RegistryData::Text(until.to_owned());
            let value = RegistryValue { name: "PauseUpdatesExpiryTime".to_owned(), data };
            Settings { chosen: RegistryKey { values: vec![value], ..RegistryKey::default() }, ..Settings::default() }
        };
        assert_eq!(level(&pause("2026-12-01T00:00:00Z"), false), AutomaticLevel::Off);
        assert_eq!(level(&pause("2026-11-01T00:00:00Z"), false), AutomaticLevel::Installed);
        assert_eq!(level(&pause("soon"), false), AutomaticLevel::Installed);
        let disabled = Settings { service: key(&[("Start", 4)]), ..Settings::default() };
        assert_eq!(level(&disabled, false), AutomaticLevel::Off);
        let kept_away = Settings {
            policy: key(&[("DisableWindowsUpdateAccess", 1)]),
            policy_automatic: key(&[("AUOptions", 4)]),
            ..Settings::default()
        };
        assert_eq!(level(&kept_away, false), AutomaticLevel::Off);
        let of_a_server =
            Settings { policy_automatic: key(&[("AUOptions", 4), ("UseWUServer", 1)]), ..kept_away.clone() };
        assert_eq!(level(&of_a_server, false), AutomaticLevel::Installed);
    }

    #[test]
    fn what_is_put_off_has_a_bound() {
        let policy = |values: &[(&str, u32)]| Settings { policy: key(values), ..Settings::default() }.deferred_days();
        assert_eq!(policy(&[("DeferQualityUpdates", 1), ("DeferQualityUpdatesPeriodInDays", 14)]), 14);
        assert_eq!(policy(&[("DeferQualityUpdatesPeriodInDays", 14)]), 0, "it is not switched on");
        assert_eq!(policy(&[("DeferQualityUpdates", 1), ("DeferQualityUpdatesPeriodInDays", 365)]), 30);
        let managed = Settings { management: key(&[("DeferQualityUpdatesPeriodInDays", 7)]), ..Settings::default() };
        assert_eq!(managed.deferred_days(), 7);
    }
}
