//! After which time the screen of a person locks on Windows, of all that may lock it.
//!
//! Where the administrator sets a limit, that one is told, because it holds whatever the person does; without it the person's own.

use tenken_model::Span;

use crate::host::windows_api::RegistryKey;

/// What Windows waits for input after the screen saver began before it asks for a password, unless told otherwise.
pub const GRACE: Span = Span::from_secs(5);
/// The value that names the screen saver.
pub const PROGRAM: &str = "SCRNSAVE.EXE";
/// Windows takes no longer one.
const SECONDS_MAX: u64 = 599_940;

/// Something that locks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// After so long without input.
    pub idle: Span,
    /// And so long behind it.
    pub delay: Span,
    /// The person cannot change it.
    pub enforced: bool,
    /// The key that sets it.
    pub origin: String,
}

/// The limit that is told of several: the shortest that is enforced, or the shortest.
pub fn told(limits: &[Limit]) -> Option<&Limit> {
    let shortest =
        |enforced: bool| limits.iter().filter(|limit| limit.enforced || !enforced).min_by_key(|limit| limit.idle);
    shortest(true).or_else(|| shortest(false))
}

/// The limit of the machine, `InactivityTimeoutSecs`: "Interactive logon: Machine inactivity limit". 0 is none.
pub fn of_machine(policies: &RegistryKey, origin: String) -> Option<Limit> {
    let seconds = policies.number("InactivityTimeoutSecs").filter(|seconds| (1..=SECONDS_MAX).contains(seconds))?;
    let idle = Span::from_secs(i64::try_from(seconds).ok()?);
    Some(Limit { idle, delay: Span::ZERO, enforced: true, origin })
}

/// The limit of the management of devices, in minutes. It takes effect only where a password is asked of the device, which
/// `DevicePasswordEnabled` says with 0.
/// <https://learn.microsoft.com/en-us/windows/client-management/mdm/policy-csp-devicelock>
pub fn of_management(device_lock: &RegistryKey, origin: String) -> Option<Limit> {
    let minutes = device_lock.number("MaxInactivityTimeDeviceLock").filter(|minutes| (1..=999).contains(minutes))?;
    if device_lock.number("DevicePasswordEnabled") != Some(0) {
        return None;
    }
    let idle = Span::from_secs(i64::try_from(minutes).ok()?.saturating_mul(60));
    Some(Limit { idle, delay: Span::ZERO, enforced: true, origin })
}

/// The screen saver of a person: what policy says goes before what the person set, value by value. It locks where it is switched
/// on, asks for a password and there is one to start.
pub fn of_screen_saver(policy: &RegistryKey, own: &RegistryKey, grace: Span, origins: [String; 2]) -> Option<Limit> {
    let mut enforced = true;
    let mut value = |name: &str| {
        let by_policy = policy.text(name);
        enforced &= by_policy.is_some();
        by_policy.or_else(|| own.text(name)).map(str::to_owned)
    };
    let is_on = |text: Option<String>| text.is_some_and(|text| text.trim() == "1");
    let active = is_on(value("ScreenSaveActive"));
    let secure = is_on(value("ScreenSaverIsSecure"));
    let seconds =
        value("ScreenSaveTimeOut").and_then(|text| text.trim().parse::<u32>().ok()).filter(|seconds| *seconds > 0);
    // Without a screen saver none starts, and nothing asks for a password.
    let program = value(PROGRAM).filter(|program| !program.trim().is_empty());
    let (true, true, Some(seconds), Some(_)) = (active, secure, seconds, program) else { return None };
    let [of_policy, of_person] = origins;
    let origin = if enforced { of_policy } else { of_person };
    Some(Limit { idle: Span::from_secs(i64::from(seconds)), delay: grace, enforced, origin })
}

/// How long a screen saver may run before it asks (`ScreenSaverGracePeriod`, seconds as text or number).
pub fn grace(winlogon: &RegistryKey) -> Span {
    let text = winlogon.text("ScreenSaverGracePeriod").and_then(|text| text.trim().parse::<u64>().ok());
    let seconds = text.or_else(|| winlogon.number("ScreenSaverGracePeriod"));
    seconds.and_then(|seconds| i64::try_from(seconds).ok()).map_or(GRACE, Span::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::windows_api::{RegistryData, RegistryValue};

    fn key(values: &[(&str, RegistryData)]) -> RegistryKey {
        let values = values.iter().map(|(name, data)| RegistryValue { name: (*name).to_owned(), data: data.clone() });
        RegistryKey { values: values.collect(), ..RegistryKey::default() }
    }

    fn texts(values: &[(&str, &str)]) -> RegistryKey {
        let values: Vec<_> =
            values.iter().map(|(name, text)| (*name, RegistryData::Text((*text).to_owned()))).collect();
        key(&values)
    }

    fn saver(policy: &[(&str, &str)], own: &[(&str, &str)]) -> Option<(i64, bool)> {
        let limit = of_screen_saver(&texts(policy), &texts(own), GRACE, ["policy".into(), "own".into()]);
        limit.map(|limit| (limit.idle.millis() / 1_000, limit.enforced))
    }

    const ON: [(&str, &str); 4] = [
        ("ScreenSaveActive", "1"),
        ("ScreenSaverIsSecure", "1"),
        ("ScreenSaveTimeOut", "600"),
        ("SCRNSAVE.EXE", r"C:\Windows\system32\scrnsave.scr"),
    ];

    #[test]
    fn a_screen_saver_locks_when_all_its_parts_are_there() {
        assert_eq!(saver(&ON, &[]), Some((600, true)));
        assert_eq!(saver(&[], &ON), Some((600, false)));
        for (part, _) in ON {
            let some: Vec<_> = ON.into_iter().filter(|(name, _)| *name != part).collect();
            assert_eq!(saver(&some, &[]), None, "without {part}");
            assert_eq!(saver(&some, &ON), Some((600, false)), "{part} is the person's own");
        }
    }

    #[test]
    fn policy_goes_before_what_a_person_set() {
        assert_eq!(saver(&[("ScreenSaveTimeOut", "300")], &ON), Some((300, false)));
        assert_eq!(saver(&[("ScreenSaveActive", "0")], &ON), None);
        assert_eq!(saver(&[("ScreenSaverIsSecure", "0")], &ON), None);
        for odd in ["0", "", "-1", "ten", "99999999999"] {
            assert_eq!(saver(&[("ScreenSaveTimeOut", odd)], &ON), None, "{odd}");
        }
    }

    #[test]
    fn limits_of_the_machine_have_bounds() {
        let machine =
            |seconds| of_machine(&key(&[("InactivityTimeoutSecs", RegistryData::Number(seconds))]), String::new());
        assert_eq!(machine(900).unwrap().idle, Span::from_secs(900));
        assert_eq!((machine(0), machine(600_000)), (None, None));
        assert_eq!(of_machine(&texts(&[("InactivityTimeoutSecs", "900")]), String::new()), None, "the type is wrong");
        let device = |minutes, disabled| {
            let values = [
                ("MaxInactivityTimeDeviceLock", RegistryData::Number(minutes)),
                ("DevicePasswordEnabled", RegistryData::Number(disabled)),
            ];
            of_management(&key(&values), String::new()).map(|limit| limit.idle)
        };
        assert_eq!(device(10, 0), Some(Span::from_secs(600)));
        assert_eq!((device(10, 1), device(0, 0), device(1_000, 0)), (None, None, None));
    }

    #[test]
    fn what_is_told_holds_whatever_the_person_does() {
        let limit = |seconds, enforced| Limit {
            idle: Span::from_secs(seconds),
            delay: Span::ZERO,
            enforced,
            origin: String::new(),
        };
        let idle = |limits: &[Limit]| told(limits).map(|limit| (limit.idle.millis() / 1_000, limit.enforced));
        assert_eq!(idle(&[limit(300, false), limit(900, true), limit(1_800, true)]), Some((900, true)));
        assert_eq!(idle(&[limit(300, false), limit(200, false)]), Some((200, false)));
        assert_eq!(idle(&[]), None);
    }

    #[test]
    fn the_grace_is_a_text_or_a_number() {
        assert_eq!(grace(&RegistryKey::default()), GRACE);
        assert_eq!(grace(&texts(&[("ScreenSaverGracePeriod", "0")])), Span::ZERO);
        assert_eq!(grace(&key(&[("ScreenSaverGracePeriod", RegistryData::Number(60))])), Span::from_secs(60));
        assert_eq!(grace(&texts(&[("ScreenSaverGracePeriod", "soon")])), GRACE);
    }
}
