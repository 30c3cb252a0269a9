//! Defaults in compiled settings schemas (`gschemas.compiled`): those of the schemas, as overrides changed them.
//! See glib-compile-schemas(1).

use std::collections::BTreeMap;

use super::gnome_key::GnomeKey;
use super::gvariant::Value;
use super::gvdb::{Gvdb, GvdbError, Item};

/// A default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SchemaDefault {
    /// The same on every desktop.
    One(Value),
    /// An override gives single desktops another one.
    PerDesktop,
}

/// The defaults of those settings that the file describes.
pub fn parse(bytes: &[u8]) -> Result<BTreeMap<GnomeKey, SchemaDefault>, GvdbError> {
    let gvdb = Gvdb::open(bytes)?;
    let root = gvdb.root()?;
    let mut found = BTreeMap::new();
    for key in GnomeKey::ALL {
        let (schema, name) = key.in_schema();
        let Some(Item::Table(place)) = root.get(schema) else { continue };
        let Some(Item::Value(place)) = gvdb.table(*place)?.get(name).copied() else { continue };
        let (value, per_desktop) = gvdb.default_of_key(place)?;
        found.insert(key, if per_desktop { SchemaDefault::PerDesktop } else { SchemaDefault::One(value) });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_override_counts() {
        let found = parse(include_bytes!("../../../tests/samples/screen_lock/gschemas.compiled")).unwrap();
        assert_eq!(found.get(&GnomeKey::IdleDelay), Some(&SchemaDefault::One(Value::Unsigned(420))));
    }

    #[test]
    fn an_override_of_one_desktop_is_seen() {
        let found = parse(include_bytes!("../../../tests/samples/screen_lock/gschemas.per-desktop.compiled")).unwrap();
        assert!(found.values().any(|default| *default == SchemaDefault::PerDesktop), "{found:?}");
    }

    #[test]
    fn other_databases_describe_nothing() {
        assert_eq!(parse(include_bytes!("../../../tests/samples/screen_lock/local.gvdb")), Ok(BTreeMap::new()));
        assert!(parse(b"").is_err());
    }
}
