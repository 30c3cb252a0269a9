//! What a compiled dconf database says of the screen lock.
//!
//! A database is one table of values by path, and beside them a table `.locks` whose names are the locked paths. Only
//! a whole path is locked, never what is below it (`engine/dconf-engine.c` of <https://gitlab.gnome.org/GNOME/dconf>).

use std::collections::{BTreeMap, BTreeSet};

use super::gnome_key::GnomeKey;
use super::gvariant::Value;
use super::gvdb::{Gvdb, GvdbError, Item};

/// The name of the table of locks.
pub const LOCKS: &str = ".locks";

/// Values and locks of the screen lock's settings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Database {
    /// The values it sets, of whatever type.
    pub values: BTreeMap<GnomeKey, Value>,
    /// The settings it locks for the databases above it.
    pub locks: BTreeSet<GnomeKey>,
}

impl Database {
    /// It says nothing of the screen lock.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.locks.is_empty()
    }
}

/// Reads a compiled database.
pub fn parse(bytes: &[u8]) -> Result<Database, GvdbError> {
    let gvdb = Gvdb::open(bytes)?;
    let root = gvdb.root()?;
    let locked = match root.get(LOCKS) {
        Some(Item::Table(place)) => gvdb.table(*place)?,
        Some(Item::Value(_)) | None => BTreeMap::new(),
    };
    let mut database = Database::default();
    for key in GnomeKey::ALL {
        if let Some(Item::Value(place)) = root.get(key.path()) {
            database.values.insert(key, gvdb.value(*place)?);
        }
        if matches!(locked.get(key.path()), Some(Item::Value(_))) {
            database.locks.insert(key);
        }
    }
    Ok(database)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_locks_of_a_database_that_dconf_compiled() {
        let database = parse(include_bytes!("../../../tests/samples/screen_lock/local.gvdb")).unwrap();
        assert_eq!(
            database.values,
            BTreeMap::from([
                (GnomeKey::IdleDelay, Value::Unsigned(600)),
                (GnomeKey::LockEnabled, Value::Flag(true)),
                (GnomeKey::LockDelay, Value::Unsigned(0)),
                (GnomeKey::LockDisabled, Value::Flag(false)),
            ])
        );
        assert_eq!(database.locks, [GnomeKey::IdleDelay, GnomeKey::LockEnabled, GnomeKey::LockDelay].into());
    }

    #[test]
    fn a_persons_database_locks_nothing() {
        let database = parse(include_bytes!("../../../tests/samples/screen_lock/user.gvdb")).unwrap();
        assert!(!database.values.is_empty() && database.locks.is_empty());
    }

    #[test]
    fn what_is_no_database_is_an_error() {
        let whole = include_bytes!("../../../tests/samples/screen_lock/local.gvdb");
        for cut in [0, 4, 12, 23, 100, 500] {
            assert!(parse(&whole[..cut]).is_err(), "{cut}");
        }
        assert_eq!(parse(b"[org/gnome]\n"), Err(GvdbError::Signature));
    }
}
