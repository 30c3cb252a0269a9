//! Whether Windows asks who wakes it from sleep for a password.
//!
//! - Sleep and hibernation: the setting CONSOLELOCK of the power scheme in force, for mains and for batteries. Policy goes before the
//!   scheme; what neither sets is as the scheme came, and what nothing sets is asked for.
//!   <https://learn.microsoft.com/en-us/windows-hardware/customize/power-settings/no-subgroup-settings-prompt-for-password-on-resume>
//! - Modern Standby: the screen may be off for so long (`DelayLockInterval`, seconds; all ones is for ever) before a password is asked
//!   for. On a member of a domain it counts only where policy lets people choose, elsewhere unless policy forbids it.
//!   <https://learn.microsoft.com/en-us/windows/client-management/mdm/policy-csp-admx-credentialproviders>
//!
//! Whether a machine has Modern Standby is not kept in the registry, but that somebody switched it off is.

use tenken_model::{Reason, ReasonCode, Span};

use crate::collect::Look;
use crate::collect::windows_people::Person;
use crate::host::windows_api::{Guid, JoinKind, RegistryKey, RegistryPath};

/// CONSOLELOCK, below policy, schemes and settings.
const CONSOLE_LOCK: &str = "0e796bdb-100d-47d6-a2d5-f7d2daa51f51";
/// The group of settings that are in no group (SUB_NONE).
const NO_GROUP: &str = "fea3413e-7e05-4911-9a71-700331f1c294";
/// What is in force where nothing says which: "Balanced".
const BALANCED: &str = "381b4222-f694-41f0-9685-ff5bb260df2e";
const POLICY: &str = r"SOFTWARE\Policies\Microsoft\Power\PowerSettings";
const POWER: &str = r"SYSTEM\CurrentControlSet\Control\Power";
const SIGN_IN_POLICY: &str = r"SOFTWARE\Policies\Microsoft\Windows\System";
const DESKTOP: &str = r"Control Panel\Desktop";
/// Mains and batteries.
const SOURCES: [&str; 2] = ["ACSettingIndex", "DCSettingIndex"];

/// Where it says that whoever wakes the machine is asked for no password; nothing where one is asked for.
pub fn open_place(look: &Look<'_>) -> Result<Option<String>, Reason> {
    let policy = key(look, &format!(r"{POLICY}\{CONSOLE_LOCK}"))?;
    let scheme = scheme(look)?;
    let mut places = vec![(format!(r"{POLICY}\{CONSOLE_LOCK}"), policy)];
    for place in [
        format!(r"{POWER}\User\PowerSchemes\{scheme}\{CONSOLE_LOCK}"),
        format!(r"{POWER}\User\PowerSchemes\{scheme}\{NO_GROUP}\{CONSOLE_LOCK}"),
        format!(r"{POWER}\PowerSettings\{CONSOLE_LOCK}\DefaultPowerSchemeValues\{scheme}"),
    ] {
        let found = key(look, &place)?;
        places.push((place, found));
    }
    Ok(open_by(&places))
}

/// For how long the screen of that person may be off before a password is asked for, where that counts: nothing where it is asked for
/// at once. And where it says so.
pub fn delay(look: &Look<'_>, person: &Person) -> Result<Option<(Delay, String)>, Reason> {
    let path = person.key(DESKTOP);
    let desktop = look.registry(&path).map_err(|error| error.reason())?.unwrap_or_default();
    match of_person(&desktop) {
        Some(delay) if delay_counts(look)? => Ok(Some((delay, format!(r"{path}!DelayLockInterval")))),
        Some(_) | None => Ok(None),
    }
}

/// How long a screen may be off before a password is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delay {
    /// So long.
    For(Span),
    /// It is never asked for.
    ForEver,
}

fn of_person(desktop: &RegistryKey) -> Option<Delay> {
    match desktop.number("DelayLockInterval")? {
        0 => None,
        seconds if seconds >= u64::from(u32::MAX) => Some(Delay::ForEver),
        seconds => Some(Delay::For(Span::from_secs(i64::try_from(seconds).ok()?))),
    }
}

/// The place that lets the machine wake without a password, for mains or for batteries: the first that sets it counts.
fn open_by(places: &[(String, RegistryKey)]) -> Option<String> {
    SOURCES.iter().find_map(|source| {
        let (place, index) = places.iter().find_map(|(place, key)| Some((place, key.number(source)?)))?;
        (index == 0).then(|| format!(r"{}!{source}", RegistryPath::machine(place)))
    })
}

/// The scheme in force: policy before what somebody chose.
fn scheme(look: &Look<'_>) -> Result<Guid, Reason> {
    let mut named = Vec::new();
    for place in [POLICY.to_owned(), format!(r"{POWER}\User\PowerSchemes")] {
        let found = look.registry_values(&RegistryPath::machine(&place)).map_err(|error| error.reason())?;
        named.extend(found.and_then(|key| key.text("ActivePowerScheme")?.trim().parse::<Guid>().ok()));
    }
    let balanced = || BALANCED.parse().map_err(|why: String| Reason::new(ReasonCode::Failed, why));
    named.into_iter().next().map_or_else(balanced, Ok)
}

/// People may choose a delay here, and Modern Standby is not switched off.
fn delay_counts(look: &Look<'_>) -> Result<bool, Reason> {
    let power = look.registry_values(&RegistryPath::machine(POWER)).map_err(|error| error.reason())?;
    if power.is_some_and(|power| power.number("PlatformAoAcOverride") == Some(0)) {
        return Ok(false);
    }
    match key(look, SIGN_IN_POLICY)?.number("AllowDomainDelayLock") {
        Some(allowed) => Ok(allowed != 0),
        None => Ok(look.membership().map_err(|error| error.reason())?.kind != JoinKind::Domain),
    }
}

fn key(look: &Look<'_>, path: &str) -> Result<RegistryKey, Reason> {
    Ok(look.registry(&RegistryPath::machine(path)).map_err(|error| error.reason())?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::windows_api::{RegistryData, RegistryValue};

    fn indexes(values: &[(&str, u32)]) -> RegistryKey {
        let value = |(name, index): &(&str, u32)| RegistryValue {
            name: (*name).to_owned(),
            data: RegistryData::Number(*index),
        };
        RegistryKey { values: values.iter().map(value).collect(), ..RegistryKey::default() }
    }

    fn open(places: &[&[(&str, u32)]]) -> bool {
        let places: Vec<_> = places.iter().map(|values| ("x".to_owned(), indexes(values))).collect();
        open_by(&places).is_some()
    }

    const AC: &str = SOURCES[0];
    const DC: &str = SOURCES[1];

    #[test]
    fn the_first_that_sets_it_counts_for_mains_and_for_batteries() {
        assert!(!open(&[]), "it is asked for unless something says otherwise");
        assert!(open(&[&[], &[(AC, 0)]]), "policy is silent, and the scheme is open");
        assert!(open(&[&[], &[(AC, 1), (DC, 0)]]));
        assert!(!open(&[&[(AC, 1), (DC, 1)], &[(AC, 0), (DC, 0)]]), "policy goes first");
        assert!(open(&[&[(AC, 1)], &[(AC, 0), (DC, 0)]]), "policy speaks of mains alone");
        assert!(open(&[&[(AC, 0)], &[(AC, 1), (DC, 1)]]));
        assert!(open(&[&[], &[], &[], &[(AC, 0)]]), "as the maker of the machine left it");
        assert!(!open(&[&[], &[(AC, 1)], &[], &[(AC, 0)]]));
    }

    #[test]
    fn a_delay_is_in_seconds_and_all_ones_is_for_ever() {
        let of = |seconds| of_person(&indexes(&[("DelayLockInterval", seconds)]));
        assert_eq!((of(0), of_person(&RegistryKey::default())), (None, None));
        assert_eq!(of(60), Some(Delay::For(Span::from_secs(60))));
        assert_eq!(of(u32::MAX), Some(Delay::ForEver));
    }
}
