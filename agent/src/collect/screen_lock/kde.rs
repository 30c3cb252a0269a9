//! The screen lock of KDE Plasma: `kscreenlockerrc`, the system's below the person's.
//!
//! Defaults and meaning are those of `kscreenlockersettings.kcfg` and `ksldapp.cpp` in
//! <https://invent.kde.org/plasma/kscreenlocker>. Which file may still change what, KConfig decides.

use std::collections::{BTreeMap, BTreeSet};

use tenken_model::fact::screen_lock::{Desktop, UserScreenLock};
use tenken_model::{Read, Reason, ReasonCode, Size, Span};

use super::dconf::unparsable;
use super::kconfig::{self, Entry, Group};
use super::people::Person;
use super::rows::{self, EVERYBODY};
use crate::collect::Look;

/// The group of the settings.
pub(crate) const GROUP: &str = "Daemon";

/// What every program of KDE reads first, then what the screen locker reads.
const FILES: [&str; 2] = ["kdeglobals", "kscreenlockerrc"];

/// Where the system's are. A distribution that sets XDG_CONFIG_DIRS adds folders that are not read.
const SYSTEM: &str = "/etc/xdg";

const FILE_MAX: Size = Size::from_bytes(1 << 20);

/// The settings that together make the lock. Who may set any one of them can loosen it: `Lock=false` and
/// `RequirePassword=false` let anybody in who moves the mouse.
const AUTOLOCK: &str = "Autolock";
const TIMEOUT: &str = "Timeout";
const GRACE: &str = "LockGrace";
const LOCK: &str = "Lock";
const PASSWORD: &str = "RequirePassword";
pub(crate) const KEYS: [&str; 5] = [AUTOLOCK, TIMEOUT, GRACE, LOCK, PASSWORD];

/// Minutes until the lock, and seconds within which it opens without a password.
const TIMEOUT_DEFAULT: f64 = 5.0;
const GRACE_DEFAULT: f64 = 5.0;

/// Reads the locks of people.
pub(super) fn read(look: &Look<'_>, people: &[Person]) -> Vec<UserScreenLock> {
    let system: Vec<Layer> = FILES.iter().map(|name| Layer::read(look, format!("{SYSTEM}/{name}"), true)).collect();
    let everybody = Cascade::of(&system).row(EVERYBODY);
    let mut users = Vec::new();
    for person in people {
        let mut layers = Vec::new();
        for (name, of_system) in FILES.iter().zip(&system) {
            layers.push(of_system.clone());
            layers.push(Layer::read(look, person.configuration(name), false));
        }
        let has_own = layers.iter().any(|layer| !layer.of_system && layer.says_something());
        let row = Cascade::of(&layers).row(&person.name);
        if has_own || !rows::alike(&row, &everybody) {
            users.push(row);
        }
    }
    users.insert(0, everybody);
    users
}

/// One file.
#[derive(Clone)]
struct Layer {
    path: String,
    of_system: bool,
    group: Result<Group, Reason>,
}

impl Layer {
    fn read(look: &Look<'_>, path: String, of_system: bool) -> Self {
        let group = match look.read_text_if_there(&path, FILE_MAX) {
            Ok(Some(bytes)) => kconfig::group(&bytes, GROUP).map_err(|error| unparsable(&path, &error)),
            Ok(None) => Ok(Group::default()),
            Err(error) => Err(error.reason()),
        };
        Self { path, of_system, group }
    }

    fn says_something(&self) -> bool {
        let of_the_lock = |group: &Group| KEYS.iter().any(|key| group.entries.contains_key(*key));
        self.group.as_ref().map_or(true, of_the_lock)
    }
}

/// The settings after all files.
#[derive(Default)]
struct Cascade {
    entries: BTreeMap<&'static str, (Entry, String)>,
    /// Settings that no later file changes, and those of them that the administrator fixed.
    fixed: BTreeSet<&'static str>,
    fixed_by_system: BTreeSet<&'static str>,
    /// Why the settings that were not fixed before are not known.
    unread: Option<Reason>,
    /// Why it is not known whether the administrator fixed them.
    system_unread: Option<Reason>,
    origin: Vec<String>,
}

impl Cascade {
    fn of(layers: &[Layer]) -> Self {
        let mut cascade = Self::default();
        for layer in layers {
            match &layer.group {
                Ok(group) => {
                    cascade.merge(group, layer);
                    // After an immutable file KConfig opens no other of the same name; `kdeglobals` fixes only what
                    // it names.
                    if group.file_immutable && layer.path.ends_with("/kscreenlockerrc") {
                        cascade.fix(KEYS, layer.of_system);
                        break;
                    }
                }
                Err(reason) => {
                    cascade.unread = Some(reason.clone());
                    if layer.of_system {
                        cascade.system_unread = Some(reason.clone());
                    }
                }
            }
        }
        cascade
    }

    fn merge(&mut self, group: &Group, layer: &Layer) {
        for key in KEYS {
            let Some(entry) = group.entries.get(key).filter(|_| !self.fixed.contains(key)) else { continue };
            self.entries.insert(key, (entry.clone(), layer.path.clone()));
            self.origin.push(layer.path.clone());
            if entry.immutable {
                self.fix([key], layer.of_system);
            }
        }
        if group.immutable {
            self.origin.push(layer.path.clone());
            self.fix(KEYS, layer.of_system);
        }
    }

    fn fix(&mut self, keys: impl IntoIterator<Item = &'static str>, by_system: bool) {
        for key in keys {
            if self.fixed.insert(key) && by_system {
                self.fixed_by_system.insert(key);
            }
        }
    }

    /// A setting's text, or nothing where the default holds.
    fn text(&self, key: &str) -> Result<Option<&str>, Reason> {
        if let Some(reason) = self.unread.as_ref().filter(|_| !self.fixed.contains(key)) {
            return Err(reason.clone());
        }
        let Some((entry, path)) = self.entries.get(key) else { return Ok(None) };
        let value = entry.value.as_deref();
        if entry.expanded && value.is_some_and(|value| value.contains('$')) {
            let detail = format!("read {path}: the value of {key} is expanded");
            return Err(Reason::new(ReasonCode::Unsupported, detail));
        }
        Ok(value)
    }

    /// A flag: whatever does not deny is true.
    fn flag(&self, key: &str) -> Result<bool, Reason> {
        let denies = |text: &str| ["false", "no", "off", "0"].iter().any(|word| text.eq_ignore_ascii_case(word));
        Ok(!self.text(key)?.is_some_and(denies))
    }

    /// A number; what is none leaves the default.
    fn number(&self, key: &str, default: f64) -> Result<f64, Reason> {
        let number = self.text(key)?.and_then(|text| text.parse::<f64>().ok()).filter(|number| number.is_finite());
        Ok(number.unwrap_or(default))
    }

    fn fixed_for_good(&self, key: &str) -> Result<bool, Reason> {
        match &self.system_unread {
            _ if self.fixed_by_system.contains(key) => Ok(true),
            Some(reason) => Err(reason.clone()),
            None => Ok(false),
        }
    }

    fn row(&self, user: &str) -> UserScreenLock {
        let minutes = self.number(TIMEOUT, TIMEOUT_DEFAULT).map(|minutes| span(minutes, 60_000.0));
        let delay = minutes.map(|delay| Some(delay).filter(|delay| *delay > Span::ZERO));
        UserScreenLock {
            user: user.to_owned(),
            desktop: Desktop::Kde,
            idle_delay: rows::idle_delay(self.flag(AUTOLOCK).into(), delay),
            lock_enabled: rows::all([self.flag(AUTOLOCK), self.flag(LOCK), self.flag(PASSWORD)]),
            lock_delay: Read::from(self.number(GRACE, GRACE_DEFAULT).map(|seconds| span(seconds, 1_000.0))),
            enforced: rows::all(KEYS.map(|key| self.fixed_for_good(key))),
            origin: rows::distinct(self.origin.iter().cloned()),
        }
    }
}

/// A length of time from a number of units of so many milliseconds; never negative.
fn span(number: f64, unit: f64) -> Span {
    // Longer than this no screen waits; it keeps what follows within whole numbers.
    const YEAR: f64 = 365.0 * 86_400_000.0;
    let millis = (number * unit).clamp(0.0, YEAR).round();
    Span::from_millis(format!("{millis:.0}").parse().unwrap_or(i64::MAX))
}
