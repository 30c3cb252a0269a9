//! The screen lock of XFCE: the channel of xfce4-screensaver.
//!
//! Defaults, limits and meaning are those of `src/xfce4-screensaver.h`, `src/gs-prefs.c` and `src/gs-listener-x11.c` in
//! <https://gitlab.xfce.org/apps/xfce4-screensaver>.

use tenken_model::fact::screen_lock::{Desktop, UserScreenLock};
use tenken_model::{Reason, ReasonCode, Size, Span};

use super::dconf::unparsable;
use super::people::Person;
use super::rows::{self, EVERYBODY};
use super::sessions::program_is_there;
use super::xfconf::{self, Channel, Property};
use crate::collect::Look;
use crate::collect::accounts::group;

/// The program whose settings these are.
const PROGRAM: &str = "xfce4-screensaver";

/// The channel's file, below a folder for configuration.
const FILE: &str = "xfce4/xfconf/xfce-perchannel-xml/xfce4-screensaver.xml";

/// Where the system's is. A distribution that sets XDG_CONFIG_DIRS adds folders that are not read.
const SYSTEM: &str = "/etc/xdg";
const GROUPS: &str = "/etc/group";
const FILE_MAX: Size = Size::from_bytes(1 << 20);
const GROUPS_MAX: Size = Size::from_bytes(4 << 20);

const SAVER: &str = "/saver/enabled";
const IDLE: &str = "/saver/idle-activation/enabled";
const IDLE_DELAY: &str = "/saver/idle-activation/delay";
const LOCK: &str = "/lock/enabled";
const LOCK_WITH_SAVER: &str = "/lock/saver-activation/enabled";
const LOCK_DELAY: &str = "/lock/saver-activation/delay";

/// The settings that together make the lock. Who may set any one of them can loosen it.
pub(crate) const KEYS: [&str; 6] = [SAVER, IDLE, IDLE_DELAY, LOCK, LOCK_WITH_SAVER, LOCK_DELAY];

/// Minutes until the screen blanks: where nothing is set, where less than one is set, and at most.
const IDLE_DEFAULT: i64 = 5;
const IDLE_OF_NONE: i64 = 10;
const MINUTES_MAX: i64 = 480;

/// Reads the locks of people.
pub(super) fn read(look: &Look<'_>, people: &[Person]) -> Vec<UserScreenLock> {
    let system_path = format!("{SYSTEM}/{FILE}");
    let ready = locker_is_there(look).and_then(|()| Ok((channel(look, &system_path)?, Groups::read(look)?)));
    let (system, groups) = match ready {
        Ok(ready) => ready,
        Err(reason) => return vec![rows::unread(EVERYBODY, Desktop::Xfce, &reason)],
    };
    let system = system.unwrap_or_default();
    let nobody = |_: &str| false;
    let everybody = Settings { system: (&system, &system_path), own: Ok(None), belongs: &nobody }.row(EVERYBODY);
    let mut users = Vec::new();
    for person in people {
        let path = person.configuration(FILE);
        let own = channel(look, &path);
        let has_own = own.as_ref().map_or(true, |own| own.as_ref().is_some_and(says_something));
        let belongs = |name: &str| name == person.name || groups.has(name, &person.name);
        let own = own.as_ref().map(|own| own.as_ref().map(|own| (own, path.as_str()))).map_err(Clone::clone);
        let row = Settings { system: (&system, &system_path), own, belongs: &belongs }.row(&person.name);
        if has_own || !rows::alike(&row, &everybody) {
            users.push(row);
        }
    }
    users.insert(0, everybody);
    users
}

/// Whether it is this program that locks. XFCE runs whichever locker is installed, and the others keep their settings
/// elsewhere.
fn locker_is_there(look: &Look<'_>) -> Result<(), Reason> {
    if program_is_there(look, PROGRAM)? {
        return Ok(());
    }
    let detail = format!("read the screen lock of XFCE: {PROGRAM} is not installed, and other lockers are not read");
    Err(Reason::new(ReasonCode::Unsupported, detail))
}

fn channel(look: &Look<'_>, path: &str) -> Result<Option<Channel>, Reason> {
    let bytes = look.read_text_if_there(path, FILE_MAX).map_err(|error| error.reason())?;
    bytes.map(|bytes| xfconf::parse(&bytes)).transpose().map_err(|error| unparsable(path, &error))
}

fn says_something(channel: &Channel) -> bool {
    KEYS.iter().any(|key| channel.properties.contains_key(*key))
}

/// Who is in which group, as far as `/etc/group` lists it: Xfconf looks at nothing else.
struct Groups(Vec<group::Group>);

impl Groups {
    fn read(look: &Look<'_>) -> Result<Self, Reason> {
        let bytes = look.read_text_if_there(GROUPS, GROUPS_MAX).map_err(|error| error.reason())?;
        let groups = group::parse(&bytes.unwrap_or_default());
        if groups.cut > 0 {
            let detail = format!("read {GROUPS}: {} groups were not read", groups.cut);
            return Err(Reason::new(ReasonCode::TooLarge, detail));
        }
        Ok(Self(groups.rows))
    }

    /// Whether a name is `@` and a group of which that account is a member.
    fn has(&self, name: &str, account: &str) -> bool {
        let wanted = name.strip_prefix('@');
        let mut groups = self.0.iter().filter(|group| Some(group.name.as_str()) == wanted);
        groups.any(|group| group.members.iter().any(|member| member == account))
    }
}

/// The settings of one person.
struct Settings<'a> {
    system: (&'a Channel, &'a str),
    own: Result<Option<(&'a Channel, &'a str)>, Reason>,
    belongs: &'a dyn Fn(&str) -> bool,
}

impl Settings<'_> {
    fn fixed(&self, key: &str) -> bool {
        let (system, _) = self.system;
        let of_property = system.properties.get(key).is_some_and(|property| property.lock.holds(self.belongs));
        of_property || system.lock.holds(self.belongs)
    }

    /// A property that has a value, and the file it is from.
    fn property(&self, key: &str) -> Result<Option<(&Property, &str)>, Reason> {
        let in_channel =
            |channel: &'_ Channel| channel.properties.get(key).is_some_and(|property| property.value.is_some());
        if !self.fixed(key)
            && let Some((channel, path)) = self.own.as_ref().map_err(Clone::clone)?.filter(|(own, _)| in_channel(own))
        {
            return Ok(channel.properties.get(key).map(|property| (property, path)));
        }
        let (channel, path) = self.system;
        Ok(channel.properties.get(key).filter(|property| property.value.is_some()).map(|property| (property, path)))
    }

    fn flag(&self, key: &str) -> Result<bool, Reason> {
        self.value(key, true, |kind, text| match (kind, text) {
            ("bool", "true") => Some(true),
            ("bool", "false") => Some(false),
            _ => None,
        })
    }

    fn minutes(&self, key: &str, default: i64) -> Result<i64, Reason> {
        self.value(key, default, |kind, text| if kind.contains("int") { text.parse().ok() } else { None })
    }

    fn value<T>(&self, key: &str, default: T, read: impl Fn(&str, &str) -> Option<T>) -> Result<T, Reason> {
        let Some((property, path)) = self.property(key)? else { return Ok(default) };
        let text = property.value.as_deref().unwrap_or_default();
        let found = read(&property.kind, text);
        found.ok_or_else(|| unparsable(path, &format!("{key} is not of its type")))
    }

    fn row(&self, user: &str) -> UserScreenLock {
        let idle = self.minutes(IDLE_DELAY, IDLE_DEFAULT).map(|minutes| {
            let minutes = if minutes < 1 { IDLE_OF_NONE } else { minutes.min(MINUTES_MAX) };
            Some(Span::from_secs(minutes * 60))
        });
        let lock = self.minutes(LOCK_DELAY, 0).map(|minutes| Span::from_secs(minutes.clamp(0, MINUTES_MAX) * 60));
        let files = KEYS.iter().filter_map(|key| self.property(key).ok().flatten()).map(|(_, path)| path);
        let (_, system_path) = self.system;
        let locks = KEYS.iter().filter(|key| self.fixed(key)).map(|_| system_path);
        UserScreenLock {
            user: user.to_owned(),
            desktop: Desktop::Xfce,
            idle_delay: rows::idle_delay(rows::all([self.flag(SAVER), self.flag(IDLE)]), idle),
            lock_enabled: rows::all([self.flag(LOCK), self.flag(LOCK_WITH_SAVER)]),
            lock_delay: lock.into(),
            enforced: rows::all(KEYS.map(|key| Ok(self.fixed(key)))),
            origin: rows::distinct(files.chain(locks).map(str::to_owned)),
        }
    }
}
