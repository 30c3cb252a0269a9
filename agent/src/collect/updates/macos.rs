//! Updates of a Mac. Never run on one.

use tenken_model::fact::updates::{
    AutomaticHindrance, AutomaticLevel, AutomaticUpdates, Pending, PendingUpdate, Updates,
};
use tenken_model::observation::Outcome;
use tenken_model::{Instant, Read, Reason, ReasonCode};

use super::first_named;
use crate::collect::property_list::{self, Value};
use crate::collect::{Look, Needs};

const VERSION: &str = "/System/Library/CoreServices/SystemVersion.plist";
const SETTINGS: &str = "/Library/Preferences/com.apple.SoftwareUpdate.plist";
/// What a profile of device management sets, which comes first.
const MANAGED: &str = "/Library/Managed Preferences/com.apple.SoftwareUpdate.plist";
/// The switches that all must be on, in the order in which they keep updates back.
const SWITCHES: [(&str, AutomaticHindrance); 4] = [
    ("AutomaticCheckEnabled", AutomaticHindrance::ListsNotFetched),
    ("AutomaticDownload", AutomaticHindrance::SwitchedOff),
    ("AutomaticallyInstallMacOSUpdates", AutomaticHindrance::SwitchedOff),
    ("CriticalUpdateInstall", AutomaticHindrance::SwitchedOff),
];

/// Reads the version, what is known to be newer, and what is installed of itself.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<Updates> {
    let version = match property_list::read(look, VERSION) {
        Ok(Some(version)) => version,
        Ok(None) => return Outcome::Failed(Reason::new(ReasonCode::Missing, format!("read {VERSION}: there is none"))),
        Err(reason) => return Outcome::Failed(reason),
    };
    let text = |name: &str| version.get(name).and_then(Value::text).unwrap_or_default().to_owned();
    let settings = property_list::read(look, SETTINGS);
    let fetched = settings.clone().map(|settings| settings.and_then(|settings| fetched(&settings)));
    let pending = settings.clone().and_then(|settings| pending(settings.as_ref(), &text("ProductVersion")));
    let managed = property_list::read(look, MANAGED);
    let automatic = settings.and_then(|settings| Ok(automatic(managed?.as_ref(), settings.as_ref())));
    Outcome::Known(Updates {
        name: format!("{} {}", text("ProductName"), text("ProductVersion")),
        support: Read::not_read(
            ReasonCode::Unsupported,
            "look up until when macOS is supported: Apple publishes no date",
        ),
        pending: pending.into(),
        lists_fetched: fetched.into(),
        lists_valid_until: None,
        restart: Read::not_read(ReasonCode::Unsupported, "ask whether a restart is due: not on macOS"),
        automatic: automatic.into(),
        office: None,
    })
}

fn fetched(settings: &Value) -> Option<Instant> {
    settings.get("LastFullSuccessfulDate").or_else(|| settings.get("LastSuccessfulDate")).and_then(Value::time)
}

/// Updates that were found and are not installed. Apple does not say of which of them security depends.
fn pending(settings: Option<&Value>, installed: &str) -> Result<Pending, Reason> {
    let missing = || Reason::new(ReasonCode::Missing, format!("read {SETTINGS}: updates were never looked for"));
    let settings = settings.ok_or_else(missing)?;
    let found_by = fetched(settings).ok_or_else(missing)?;
    let updates = settings.get("RecommendedUpdates").map(Value::list).unwrap_or_default();
    let text = |update: &Value, name: &str| update.get(name).and_then(Value::text).unwrap_or_default().to_owned();
    let named = updates.iter().map(|update| PendingUpdate {
        name: text(update, "Display Name"),
        installed: installed.to_owned(),
        available: text(update, "Display Version"),
        published_by: found_by,
        severity: None,
    });
    Ok(Pending {
        count: u32::try_from(updates.len()).unwrap_or(u32::MAX),
        first: first_named(named.collect()),
        unread: None,
    })
}

/// A switch that nobody set is taken for off: some are on by default, and which of them depends on the version.
fn automatic(managed: Option<&Value>, settings: Option<&Value>) -> AutomaticUpdates {
    let switch = |name: &str| {
        let of = |settings: Option<&Value>| settings?.get(name)?.truth();
        of(managed).or_else(|| of(settings)).unwrap_or(false)
    };
    let hindrance = SWITCHES.into_iter().find(|(name, _)| !switch(name)).map(|(_, hindrance)| hindrance);
    let level = match hindrance {
        None => AutomaticLevel::Installed,
        Some(_) if switch("AutomaticCheckEnabled") => AutomaticLevel::Fetched,
        Some(_) => AutomaticLevel::Off,
    };
    AutomaticUpdates { level, hindrance, place: if managed.is_some() { MANAGED } else { SETTINGS }.to_owned() }
}

#[cfg(test)]
mod tests {
    use tenken_model::register::Registers;

    use super::*;
    use crate::host::Recording;

    const SYSTEM: &str = "<plist><dict><key>ProductName</key><string>macOS</string><key>ProductVersion</key>\
        <string>15.1</string></dict></plist>";

    fn fact(host: &Recording) -> Updates {
        let needs = Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: host.now };
        let Outcome::Known(fact) = collect(&Look::new(host), &needs) else { panic!() };
        fact
    }

    fn settings(switches: &str) -> String {
        format!(
            "<plist><dict>{switches}<key>LastSuccessfulDate</key><date>2026-11-20T00:00:00Z</date>\
             <key>RecommendedUpdates</key><array><dict><key>Display Name</key><string>macOS Sequoia 15.2</string>\
             <key>Display Version</key><string>15.2</string></dict></array></dict></plist>"
        )
    }

    #[test]
    fn what_was_found_and_not_installed_is_pending() {
        let base = Recording::new(Instant::UNIX_EPOCH).file(VERSION, SYSTEM);
        let read = fact(&base.clone().file(SETTINGS, settings("")));
        let Read::Measured(pending) = &read.pending else { panic!() };
        assert_eq!((pending.count, pending.first[0].available.as_str(), read.name.as_str()), (1, "15.2", "macOS 15.1"));
        assert_eq!(read.lists_fetched, Read::Measured(Some("2026-11-20T00:00:00Z".parse().unwrap())));
        let never = fact(&base);
        assert!(matches!(never.pending, Read::NotRead(_)) && never.lists_fetched == Read::Measured(None));
    }

    #[test]
    fn every_switch_must_be_on_and_a_profile_comes_first() {
        let all = SWITCHES.map(|(name, _)| format!("<key>{name}</key><true/>")).concat();
        let base = Recording::new(Instant::UNIX_EPOCH).file(VERSION, SYSTEM);
        let level = |host: &Recording| {
            let Read::Measured(automatic) = fact(host).automatic else { panic!() };
            (automatic.level, automatic.hindrance)
        };
        let on = base.clone().file(SETTINGS, settings(&all));
        assert_eq!(level(&on), (AutomaticLevel::Installed, None));
        let off = "<plist><dict><key>AutomaticDownload</key><false/></dict></plist>";
        assert_eq!(level(&on.file(MANAGED, off)), (AutomaticLevel::Fetched, Some(AutomaticHindrance::SwitchedOff)));
        let none = base.file(SETTINGS, settings(""));
        assert_eq!(level(&none), (AutomaticLevel::Off, Some(AutomaticHindrance::ListsNotFetched)));
    }
}
