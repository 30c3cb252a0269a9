//! The screen lock of GNOME, as its shell decides it from dconf's databases.

use tenken_model::fact::screen_lock::{Desktop, UserScreenLock};
use tenken_model::{Read, Reason, Span};

use super::dconf::Dconf;
use super::dconf_layers::Layers;
use super::dconf_profile::{self, Named};
use super::gnome_key::GnomeKey;
use super::gvariant::Value;
use super::people::Person;
use super::rows::{self, EVERYBODY};
use super::schema_defaults::Defaults;
use super::{dconf_outdated, environment};
use crate::collect::Look;

/// What was found of GNOME.
pub(super) struct Found {
    /// What everybody gets, and each person with settings of their own.
    pub(super) users: Vec<UserScreenLock>,
    /// System databases that do not hold what their key files say.
    pub(super) outdated: Read<Vec<String>>,
}

/// Reads the locks of people.
pub(super) fn read(look: &Look<'_>, people: &[Person]) -> Found {
    let mut gnome =
        Gnome { look, dconf: Dconf::new(look), defaults: Defaults::read(look), named: environment::of_everybody(look) };
    let common = gnome.common();
    let everybody = match &common {
        Ok(profile) => row(EVERYBODY, &gnome.dconf.layers(profile, None), &gnome.defaults),
        Err(reason) => rows::unread(EVERYBODY, Desktop::Gnome, reason),
    };
    let mut users = Vec::new();
    for person in people {
        let (row, has_own) = gnome.person(person, &common);
        if has_own || !rows::alike(&row, &everybody) {
            users.push(row);
        }
    }
    users.insert(0, everybody);
    Found { users, outdated: common.and_then(|profile| dconf_outdated::among(look, &profile)).into() }
}

struct Gnome<'a, 'h> {
    look: &'a Look<'h>,
    dconf: Dconf<'a, 'h>,
    defaults: Defaults,
    /// The profile that the environment names for everybody.
    named: Result<Option<String>, Reason>,
}

impl Gnome<'_, '_> {
    /// The profile of who has none of their own. One that is named and missing gives no database at all.
    fn common(&self) -> Result<Vec<Named>, Reason> {
        match self.named.clone()? {
            Some(name) => Ok(self.dconf.profile(&name)?.unwrap_or_default()),
            None => Ok(self.dconf.profile("user")?.unwrap_or_else(dconf_profile::fallback)),
        }
    }

    /// A person's row, and whether the person has settings of their own.
    fn person(&mut self, person: &Person, common: &Result<Vec<Named>, Reason>) -> (UserScreenLock, bool) {
        let profile = match self.profile(person, common) {
            Ok(profile) => profile,
            Err(reason) => return (rows::unread(&person.name, Desktop::Gnome, &reason), false),
        };
        let layers = self.dconf.layers(&profile, Some(person));
        let has_own = profile.iter().zip(&layers.layers).any(|(named, layer)| {
            named.is_persons() && layer.content.as_ref().map_or(true, |database| !database.is_empty())
        });
        (row(&person.name, &layers, &self.defaults), has_own)
    }

    /// The profile that counts for a person: the forced one, one named in the environment, one of the session, then
    /// everybody's.
    fn profile(&self, person: &Person, common: &Result<Vec<Named>, Reason>) -> Result<Vec<Named>, Reason> {
        if let Some(profile) = self.dconf.forced_on(person)? {
            return Ok(profile);
        }
        environment::of_a_person(self.look, person)?;
        if self.named.as_ref().is_ok_and(Option::is_none)
            && let Some(profile) = self.dconf.of_session(person)?
        {
            return Ok(profile);
        }
        common.clone()
    }
}

fn row(user: &str, layers: &Layers, defaults: &Defaults) -> UserScreenLock {
    let mut origin = Vec::new();
    let mut value = |key: GnomeKey| {
        let (value, path) = effective(key, layers, defaults)?;
        origin.extend(path);
        origin.extend(layers.locking(key).map(str::to_owned));
        Ok(value)
    };
    let seconds = |value: Value| match value {
        Value::Unsigned(seconds) => Span::from_secs(i64::from(seconds)),
        _ => Span::ZERO,
    };
    let idle_delay =
        value(GnomeKey::IdleDelay).map(seconds).map(|delay| Some(delay).filter(|delay| *delay > Span::ZERO));
    let enabled = value(GnomeKey::LockEnabled).map(|value| value == Value::Flag(true));
    let lock_delay = value(GnomeKey::LockDelay).map(seconds);
    let allowed = value(GnomeKey::LockDisabled).map(|value| value == Value::Flag(false));
    UserScreenLock {
        user: user.to_owned(),
        desktop: Desktop::Gnome,
        idle_delay: idle_delay.into(),
        lock_enabled: rows::all([enabled, allowed]),
        lock_delay: lock_delay.into(),
        enforced: rows::all(GnomeKey::ALL.map(|key| layers.locked(key))),
        origin: rows::distinct(origin),
    }
}

/// The value in force and where it is from. One of another type is passed over for the default, as GSettings does:
/// `idle-delay=600` in a key file, without `uint32`, sets nothing.
fn effective(key: GnomeKey, layers: &Layers, defaults: &Defaults) -> Result<(Value, Option<String>), Reason> {
    match layers.value(key)? {
        Some((value, path)) if key.fits(value) => Ok((value.clone(), Some(path.to_owned()))),
        Some(_) | None => defaults.of(key).map(|(value, path)| (value, path.map(str::to_owned))),
    }
}
