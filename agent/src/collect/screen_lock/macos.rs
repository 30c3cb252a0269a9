//! The screen lock of a Mac. Never run on one.

use tenken_model::fact::screen_lock::{Desktop, ScreenLock, UserScreenLock};
use tenken_model::observation::Outcome;
use tenken_model::{Read, Reason, ReasonCode, Span};

use super::rows::{EVERYBODY, all, idle_delay, unread};
use crate::collect::property_list::{self, Value};
use crate::collect::{Look, Needs};

/// What a profile of device management sets, for everybody and for one person. The person's comes first.
const MANAGED: &str = "/Library/Managed Preferences";
const DOMAIN: &str = "com.apple.screensaver.plist";
const USERS: &str = "/Users";
const PEOPLE_MAX: usize = 2_000;
const OWN_MAX: usize = 2_000;

/// Reads the screen locks. Since macOS 10.13 whether a person is asked for the password stands in a keychain that no program may
/// read; only what a profile sets is known.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<ScreenLock> {
    let everybody = property_list::read(look, &format!("{MANAGED}/{DOMAIN}"));
    let mut users = vec![row(EVERYBODY, &[&everybody], &Ok(None))];
    match look.list_if_there(USERS, PEOPLE_MAX) {
        Ok(homes) => {
            for home in homes.iter().map(|home| home.name.as_str()).filter(|name| !is_no_person(name)) {
                let managed = property_list::read(look, &format!("{MANAGED}/{home}/{DOMAIN}"));
                users.push(row(home, &[&managed, &everybody], &own(look, home)));
            }
        }
        Err(error) => users.push(unread(EVERYBODY, Desktop::Macos, &error.reason())),
    }
    Outcome::Known(ScreenLock { desktops: vec![Desktop::Macos], users, outdated_databases: Read::Measured(Vec::new()) })
}

fn is_no_person(name: &str) -> bool {
    matches!(name, "Shared" | "Guest" | ".localized") || name.starts_with('.')
}

/// A property list that may be missing, or why it was not read.
type Settings = Result<Option<Value>, Reason>;

/// What a person set for this machine: `ByHost/com.apple.screensaver.<UUID>.plist`.
fn own(look: &Look<'_>, home: &str) -> Settings {
    let folder = format!("{USERS}/{home}/Library/Preferences/ByHost");
    let entries = look.list_if_there(&folder, OWN_MAX).map_err(|error| error.reason())?;
    let own = entries.iter().find(|entry| {
        let machine = entry.name.strip_prefix("com.apple.screensaver.").and_then(|rest| rest.strip_suffix(".plist"));
        machine.is_some()
    });
    own.map_or(Ok(None), |own| property_list::read(look, &format!("{folder}/{}", own.name)))
}

fn row(user: &str, managed: &[&Settings], own: &Settings) -> UserScreenLock {
    let enforced = |name: &str| -> Result<Option<Value>, Reason> {
        for settings in managed {
            let settings = settings.as_ref().map_err(Clone::clone)?;
            if let Some(value) = settings.as_ref().and_then(|settings| settings.get(name)) {
                return Ok(Some(value.clone()));
            }
        }
        Ok(None)
    };
    let number = |value: Option<Value>| value.and_then(|value| value.number());
    let idle = enforced("idleTime").map(number);
    let ask = enforced("askForPassword").map(|value| value.and_then(|value| value.truth()));
    let delay = enforced("askForPasswordDelay").map(number);
    let unknown = |what: &str| {
        Reason::new(
            ReasonCode::Unsupported,
            format!(
                "read {what} of the screen saver: no profile sets it, and macOS keeps what the person chose to itself"
            ),
        )
    };
    let set_idle = idle.clone().and_then(|enforced| match enforced {
        Some(seconds) => Ok(Some(seconds)),
        None => {
            own.as_ref().map(|own| own.as_ref().and_then(|own| own.get("idleTime")?.number())).map_err(Clone::clone)
        }
    });
    let idle_is_known = set_idle.clone().and_then(|seconds| seconds.ok_or_else(|| unknown("the idle time")));
    UserScreenLock {
        user: user.to_owned(),
        desktop: Desktop::Macos,
        idle_delay: match idle_is_known {
            Ok(seconds) => idle_delay(Read::Measured(seconds > 0), Ok(Some(Span::from_secs(seconds)))),
            Err(reason) => Read::NotRead(reason),
        },
        lock_enabled: ask
            .clone()
            .and_then(|ask| ask.ok_or_else(|| unknown("whether the password is asked for")))
            .into(),
        lock_delay: delay
            .clone()
            .and_then(|delay| delay.map(Span::from_secs).ok_or_else(|| unknown("how soon the password is asked for")))
            .into(),
        enforced: all([
            idle.map(|idle| idle.is_some()),
            ask.map(|ask| ask.is_some()),
            delay.map(|delay| delay.is_some()),
        ]),
        origin: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use tenken_model::Instant;
    use tenken_model::register::Registers;

    use super::*;
    use crate::host::Recording;

    fn rows(host: &Recording) -> Vec<UserScreenLock> {
        let needs = Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: host.now };
        let Outcome::Known(fact) = collect(&Look::new(host), &needs) else { panic!() };
        fact.users
    }

    fn profile(idle: i64) -> String {
        format!(
            "<plist><dict><key>idleTime</key><integer>{idle}</integer><key>askForPassword</key><true/>\
             <key>askForPasswordDelay</key><integer>5</integer></dict></plist>"
        )
    }

    #[test]
    fn a_profile_is_enforced_and_a_persons_choice_is_not() {
        let base = Recording::new(Instant::UNIX_EPOCH).folder("/Users/hanako").folder("/Users/Shared");
        let managed = rows(&base.clone().file(format!("{MANAGED}/{DOMAIN}"), profile(600)));
        assert_eq!(managed.len(), 2);
        for row in &managed {
            assert_eq!((&row.enforced, &row.lock_enabled), (&Read::Measured(true), &Read::Measured(true)));
            assert_eq!(row.idle_delay, Read::Measured(Some(Span::from_secs(600))));
        }
        let own = "/Users/hanako/Library/Preferences/ByHost/com.apple.screensaver.564D-1.plist";
        let chosen = rows(&base.clone().file(own, profile(300)));
        assert_eq!(chosen[1].idle_delay, Read::Measured(Some(Span::from_secs(300))));
        assert!(matches!(chosen[1].lock_enabled, Read::NotRead(_)), "what the file says of it counts no more");
        assert_eq!(chosen[1].enforced, Read::Measured(false));
        assert!(matches!(rows(&base)[1].idle_delay, Read::NotRead(_)));
        let never = rows(&base.file(format!("{MANAGED}/hanako/{DOMAIN}"), profile(0)));
        assert_eq!(never[1].idle_delay, Read::Measured(None));
    }

    #[test]
    fn what_may_not_be_looked_at_is_unknown() {
        let host = Recording::new(Instant::UNIX_EPOCH).denied(format!("{MANAGED}/{DOMAIN}")).denied("/Users");
        assert!(rows(&host).iter().all(|row| matches!(row.enforced, Read::NotRead(_))));
    }
}
