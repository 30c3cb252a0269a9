//! The dconf databases of this host and of its people.

use std::collections::BTreeMap;

use tenken_model::{Reason, ReasonCode, Size};

use super::dconf_database::{self, Database};
use super::dconf_key_file;
use super::dconf_layers::{Layer, Layers};
use super::dconf_profile::{self, Named};
use super::gvariant_text;
use super::gvdb;
use super::people::Person;
use crate::collect::Look;

/// Where compiled databases are, and beside each in `NAME.d` what it is made from.
pub(super) const DATABASES: &str = "/etc/dconf/db";

/// Where the profile of that name is looked for, the first found counts: `SYSCONFDIR`, then `XDG_DATA_DIRS`.
const PROFILES: [&str; 3] = ["/etc/dconf/profile", "/usr/local/share/dconf/profile", "/usr/share/dconf/profile"];

/// The largest profile.
const PROFILE_MAX: Size = Size::from_bytes(64 * 1024);

/// The largest compiled database, also of schemas.
pub(super) const DATABASE_MAX: Size = Size::from_bytes(gvdb::FILE_MAX);

/// The largest key file.
pub(super) const KEY_FILE_MAX: Size = Size::from_bytes(1 << 20);

/// The databases that were read so far.
pub(super) struct Dconf<'a, 'h> {
    look: &'a Look<'h>,
    shared: BTreeMap<String, Result<Database, Reason>>,
}

impl<'a, 'h> Dconf<'a, 'h> {
    /// Nothing was read yet.
    pub(super) fn new(look: &'a Look<'h>) -> Self {
        Self { look, shared: BTreeMap::new() }
    }

    /// The profile of that name, `None` where there is no such file. One by an absolute path is that file.
    pub(super) fn profile(&self, name: &str) -> Result<Option<Vec<Named>>, Reason> {
        if name.starts_with('/') {
            return self.profile_at(name);
        }
        for folder in PROFILES {
            if let Some(profile) = self.profile_at(&format!("{folder}/{name}"))? {
                return Ok(Some(profile));
            }
        }
        Ok(None)
    }

    /// The profile that the system forces on one person.
    pub(super) fn forced_on(&self, person: &Person) -> Result<Option<Vec<Named>>, Reason> {
        person.uid.map_or(Ok(None), |uid| self.profile_at(&format!("/run/dconf/user/{uid}")))
    }

    /// The profile of a person's present session.
    pub(super) fn of_session(&self, person: &Person) -> Result<Option<Vec<Named>>, Reason> {
        person.uid.map_or(Ok(None), |uid| self.profile_at(&format!("/run/user/{uid}/dconf/profile")))
    }

    fn profile_at(&self, path: &str) -> Result<Option<Vec<Named>>, Reason> {
        let Some(bytes) = self.look.read_text_if_there(path, PROFILE_MAX).map_err(|error| error.reason())? else {
            return Ok(None);
        };
        let profile = dconf_profile::parse(&bytes);
        profile.map(Some).map_err(|error| Reason::new(ReasonCode::TooLarge, format!("read {path}: {error}")))
    }

    /// The databases of a person by a profile; those of nobody in particular have nothing in the person's own.
    pub(super) fn layers(&mut self, profile: &[Named], person: Option<&Person>) -> Layers {
        let writable = profile.first().is_some_and(Named::is_persons);
        let layers = profile.iter().map(|named| self.layer(named, person)).collect();
        Layers { layers, writable }
    }

    fn layer(&mut self, named: &Named, person: Option<&Person>) -> Layer {
        match (named, person) {
            (Named::System(name), _) => self.shared(format!("{DATABASES}/{name}")),
            (Named::File(path), _) => self.shared(path.clone()),
            (Named::User(name), None) => nothing(format!("~/.config/dconf/{name}")),
            (Named::Service(name), None) => nothing(name.clone()),
            (Named::User(name), Some(person)) => {
                let path = person.configuration(&format!("dconf/{name}"));
                Layer { content: compiled(self.look, &path), path }
            }
            (Named::Service(name), Some(person)) => kept_by_service(self.look, name, person),
        }
    }

    fn shared(&mut self, path: String) -> Layer {
        let look = self.look;
        let content = self.shared.entry(path.clone()).or_insert_with(|| compiled(look, &path)).clone();
        Layer { path, content }
    }
}

/// The database of a person that a service keeps: only `keyfile/NAME` is in a file that outlasts the session.
fn kept_by_service(look: &Look<'_>, name: &str, person: &Person) -> Layer {
    if let Some(name) = name.strip_prefix("keyfile/") {
        let path = person.configuration(&format!("dconf/{name}.txt"));
        return Layer { content: text(look, &path), path };
    }
    let detail = format!("read the settings of {}: the service {name} keeps them", person.name);
    Layer { path: name.to_owned(), content: Err(Reason::new(ReasonCode::Unsupported, detail)) }
}

fn nothing(path: String) -> Layer {
    Layer { path, content: Ok(Database::default()) }
}

/// Reads a compiled database. One that is missing has no settings.
pub(super) fn compiled(look: &Look<'_>, path: &str) -> Result<Database, Reason> {
    match look.read_if_there(path, DATABASE_MAX).map_err(|error| error.reason())? {
        Some(bytes) => dconf_database::parse(&bytes).map_err(|error| unparsable(path, &error)),
        None => Ok(Database::default()),
    }
}

/// Reads the text that a service keeps a person's database in.
fn text(look: &Look<'_>, path: &str) -> Result<Database, Reason> {
    let Some(bytes) = look.read_text_if_there(path, KEY_FILE_MAX).map_err(|error| error.reason())? else {
        return Ok(Database::default());
    };
    let mut database = Database::default();
    for (key, text) in dconf_key_file::values(&bytes).map_err(|error| unparsable(path, &error))? {
        let value = gvariant_text::parse(&text).ok_or_else(|| {
            let detail = format!("read {path}: {} has a value of another form", key.path());
            Reason::new(ReasonCode::Unparsable, detail)
        })?;
        database.values.insert(key, value);
    }
    Ok(database)
}

pub(super) fn unparsable(path: &str, error: &impl std::fmt::Display) -> Reason {
    Reason::new(ReasonCode::Unparsable, format!("read {path}: {error}"))
}
