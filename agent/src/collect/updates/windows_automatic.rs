//! Whether Windows Update installs by itself, and how long policy puts updates off.
//!
//! A pause that policy asks for ends by itself after 35 days
//! (<https://learn.microsoft.com/en-us/windows/deployment/update/waas-configure-wufb>). What is paused is pending all the same.
//!
//! Group policy goes before the management of devices, and that before what somebody chose on the machine.
//! <https://learn.microsoft.com/en-us/windows/deployment/update/waas-wu-settings>,
//! <https://learn.microsoft.com/en-us/windows/client-management/mdm/policy-csp-update>

use chrono::{NaiveDate, NaiveTime};
use tenken_model::fact::updates::{AutomaticHindrance, AutomaticLevel, AutomaticUpdates};
use tenken_model::{Instant, Reason, ReasonCode, Span};

use crate::collect::Look;
use crate::host::windows_api::{RegistryKey, RegistryPath};

const POLICY: &str = r"SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate";
const POLICY_AUTOMATIC: &str = r"SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate\AU";
const MANAGEMENT: &str = r"SOFTWARE\Microsoft\PolicyManager\current\device\Update";
/// What sconfig and the control panel of older versions write.
const OWN: &str = r"SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update";
/// What the app of settings writes, such as a pause.
const CHOSEN: &str = r"SOFTWARE\Microsoft\WindowsUpdate\UX\Settings";
/// What Windows Update makes of policies.
const MADE_OF_POLICY: &str = r"SOFTWARE\Microsoft\WindowsUpdate\UpdatePolicy\Settings";
const SERVICE: &str = r"SYSTEM\CurrentControlSet\Services\wuauserv";
/// For how long policy can pause updates.
const PAUSED_FOR: Span = Span::from_days(35);
/// `PausedQualityStatus`: updates were paused, and go on since the time was over.
const RESUMED: u64 = 2;
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
    /// What Windows Update makes of policies.
    pub made_of_policy: RegistryKey,
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
        made_of_policy: key(MADE_OF_POLICY)?,
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

    /// What pauses security updates now: group policy, or the management of devices.
    fn paused_by_policy(&self, now: Instant) -> Result<Option<&'static str>, Reason> {
        for (key, path) in [(&self.policy, POLICY), (&self.management, MANAGEMENT)] {
            let switch = key.number("PauseQualityUpdates");
            let start = key.text("PauseQualityUpdatesStartTime").map(str::trim).filter(|start| !start.is_empty());
            let is_paused = match (switch, start) {
                (Some(0), _) | (None, None) => false,
                (_, Some(start)) => {
                    let start = pause_day(start).ok_or_else(|| {
                        let detail = format!(r"read HKLM\{path} PauseQualityUpdatesStartTime: it is no day");
                        Reason::new(ReasonCode::Unparsable, detail)
                    })?;
                    (start..PAUSED_FOR.after(start)).contains(&now)
                }
                // Since when is not told.
                (Some(_), None) => self.made_of_policy.number("PausedQualityStatus") != Some(RESUMED),
            };
            if is_paused {
                return Ok(Some(path));
            }
        }
        Ok(None)
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
    if level == AutomaticLevel::Installed
        && let Some(path) = settings.paused_by_policy(now)?
    {
        return Ok(off(at(path)));
    }
    let hindrance = (level != AutomaticLevel::Installed).then_some(AutomaticHindrance::SwitchedOff);
    Ok(AutomaticUpdates { level, hindrance, place })
}

/// The day on which a pause begins: `2026-11-20`, also with a time behind it. Whose midnight it is differs by hours.
fn pause_day(text: &str) -> Option<Instant> {
    let day: NaiveDate = text.get(..10)?.parse().ok()?;
    Some(day.and_time(NaiveTime::MIN).and_utc())
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
    fn a_pause_by_policy_counts_as_long_as_it_holds() {
        let text =
            |name: &str, text: &str| RegistryValue { name: name.to_owned(), data: RegistryData::Text(text.to_owned()) };
        let paused = |start: &str, numbers: &[(&str, u32)]| {
            let mut policy = key(numbers);
            policy.values.push(text("PauseQualityUpdatesStartTime", start));
            policy
        };
        let by_policy = |start: &str| level(&Settings { policy: paused(start, &[]), ..Settings::default() }, false);
        assert_eq!(by_policy("2026-11-20"), AutomaticLevel::Off);
        assert_eq!(by_policy("2026-11-20T09:00:00Z"), AutomaticLevel::Off);
        assert_eq!(by_policy("2026-10-20"), AutomaticLevel::Installed, "it ended after 35 days");
        assert_eq!(by_policy("2026-10-23"), AutomaticLevel::Off);
        assert_eq!(by_policy("2026-12-20"), AutomaticLevel::Installed, "it has not begun");
        assert_eq!(by_policy(" "), AutomaticLevel::Installed);
        let odd = Settings { policy: paused("20 Nov", &[]), ..Settings::default() };
        assert!(of(&odd, false, "2026-11-26T00:00:00Z".parse().unwrap()).is_err());
        let managed = |numbers: &[(&str, u32)], status: &[(&str, u32)]| {
            let settings = Settings { management: key(numbers), made_of_policy: key(status), ..Settings::default() };
            level(&settings, false)
        };
        assert_eq!(managed(&[("PauseQualityUpdates", 1)], &[]), AutomaticLevel::Off);
        assert_eq!(managed(&[("PauseQualityUpdates", 1)], &[("PausedQualityStatus", 1)]), AutomaticLevel::Off);
        let resumed = managed(&[("PauseQualityUpdates", 1)], &[("PausedQualityStatus", 2)]);
        assert_eq!(resumed, AutomaticLevel::Installed);
        assert_eq!(managed(&[("PauseQualityUpdates", 0)], &[]), AutomaticLevel::Installed);
        let taken_back =
            Settings { management: paused("2026-11-20", &[("PauseQualityUpdates", 0)]), ..Settings::default() };
        assert_eq!(level(&taken_back, false), AutomaticLevel::Installed);
        assert_eq!(Settings { policy: paused("2026-11-20", &[]), ..Settings::default() }.deferred_days(), 0);
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
