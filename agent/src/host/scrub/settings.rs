//! Settings of desktops: what people keep there besides the screen lock is nobody's business and is left out.

use crate::collect::screen_lock::dconf_database::LOCKS;
use crate::collect::screen_lock::dconf_key_file;
use crate::collect::screen_lock::environment::{self, VARIABLE};
use crate::collect::screen_lock::gnome_key::GnomeKey;
use crate::collect::screen_lock::gvdb::{Gvdb, GvdbError, Item, Table};
use crate::collect::screen_lock::gvdb_writer::{Branch, Node, write};
use crate::collect::screen_lock::kde::GROUP;

/// How such databases begin.
const SIGNATURES: [&[u8]; 2] = [b"GVariant", b"raVGtnai"];

/// Whether bytes are a compiled database of settings or schemas, wherever they are.
pub(super) fn is_database(bytes: &[u8]) -> bool {
    SIGNATURES.iter().any(|signature| bytes.starts_with(signature))
}

/// A database of the settings, locks and defaults of the screen lock alone. A broken one stays broken.
pub(super) fn database(bytes: &[u8]) -> Vec<u8> {
    let kept = Gvdb::open(bytes).and_then(|gvdb| Ok((kept(&gvdb)?, gvdb.order())));
    let written = kept.ok().and_then(|(kept, order)| write(&kept, order));
    written.unwrap_or_else(|| bytes.get(..8).unwrap_or_default().to_vec())
}

fn kept(gvdb: &Gvdb<'_>) -> Result<Branch, GvdbError> {
    let root = gvdb.root()?;
    let mut kept = Branch::new();
    for key in GnomeKey::ALL {
        keep(gvdb, &root, key.path(), &mut kept)?;
        let (schema, name) = key.in_schema();
        for (table, name) in [(LOCKS, key.path()), (schema, name)] {
            let Some(Item::Table(place)) = root.get(table) else { continue };
            let inner = kept.entry(table.to_owned()).or_insert_with(|| Node::Table(Branch::new()));
            if let Node::Table(inner) = inner {
                keep(gvdb, &gvdb.table(*place)?, name, inner)?;
            }
        }
    }
    Ok(kept)
}

fn keep(gvdb: &Gvdb<'_>, table: &Table, name: &str, kept: &mut Branch) -> Result<(), GvdbError> {
    if let Some(Item::Value(place)) = table.get(name) {
        kept.insert(name.to_owned(), Node::Value(gvdb.at(*place)?.to_vec()));
    }
    Ok(())
}

/// The settings of the screen lock in a text that a service keeps a person's database in.
pub(super) fn key_file(bytes: &[u8]) -> Vec<u8> {
    let Ok(values) = dconf_key_file::values(bytes) else { return b"broken\n".to_vec() };
    let lines = values.into_iter().filter_map(|(key, value)| {
        let (group, name) = key.path().strip_prefix('/')?.rsplit_once('/')?;
        Some(format!("[{group}]\n{name}={value}\n"))
    });
    lines.collect::<String>().into_bytes()
}

/// The group of the screen lock in a file of KDE's, and the marks on groups.
pub(super) fn kconfig(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let mut within = false;
    let kept = text.lines().filter(|line| {
        let line = line.trim();
        if line.starts_with('[') {
            within = line.starts_with(&format!("[{GROUP}]"));
            return within || line == "[$i]";
        }
        within
    });
    kept.flat_map(|line| [line, "\n"]).collect::<String>().into_bytes()
}

/// Of a file that sets variables, whether it sets the one that matters.
pub(super) fn variables(bytes: &[u8]) -> Vec<u8> {
    if environment::mentioned(bytes) { format!("{VARIABLE}=scrubbed\n").into_bytes() } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::screen_lock::{dconf_database, schemas};

    const LOCAL: &[u8] = include_bytes!("../../../tests/samples/screen_lock/local.gvdb");
    const SCHEMAS: &[u8] = include_bytes!("../../../tests/samples/screen_lock/gschemas.compiled");
    const PER_DESKTOP: &[u8] = include_bytes!("../../../tests/samples/screen_lock/gschemas.per-desktop.compiled");

    #[test]
    fn a_database_says_the_same_of_the_screen_lock_and_nothing_else() {
        let scrubbed = database(LOCAL);
        assert!(is_database(&scrubbed));
        assert_eq!(dconf_database::parse(&scrubbed), dconf_database::parse(LOCAL));
        let text = String::from_utf8_lossy(&scrubbed);
        assert!(String::from_utf8_lossy(LOCAL).contains("picture-uri"));
        assert!(!text.contains("picture-uri") && !text.contains("backgrounds") && !text.contains("xkb"));
        assert_eq!(database(&scrubbed), scrubbed, "scrubbing twice changes nothing");
    }

    #[test]
    fn defaults_of_schemas_stay() {
        for file in [SCHEMAS, PER_DESKTOP] {
            assert_eq!(schemas::parse(&database(file)), schemas::parse(file));
        }
    }

    #[test]
    fn a_broken_database_stays_broken() {
        for end in [8, 30, 200, 700] {
            let scrubbed = database(&LOCAL[..end]);
            assert!(dconf_database::parse(&scrubbed).is_err(), "{end}");
            assert_eq!(scrubbed, b"GVariant");
        }
        let mut swapped = LOCAL.to_vec();
        swapped[..8].copy_from_slice(b"raVGtnai");
        assert_eq!(dconf_database::parse(&database(&swapped)), dconf_database::parse(&swapped));
    }

    #[test]
    fn texts_keep_the_screen_lock() {
        let text =
            b"[org/gnome/desktop/session]\nidle-delay=uint32 0\n[org/gnome/shell]\nfavorite-apps=['tanaka.desktop']\n";
        let scrubbed = key_file(text);
        assert_eq!(dconf_key_file::values(&scrubbed), dconf_key_file::values(text));
        assert!(!String::from_utf8_lossy(&scrubbed).contains("favorite"));
        assert!(dconf_key_file::values(&key_file(b"no group\n")).is_err());
        assert_eq!(
            kconfig(b"[$i]\n[Greeter]\nImage=/home/tanaka/x.png\n[Daemon][$i]\nTimeout=9\n[X][$i]\n"),
            b"[$i]\n[Daemon][$i]\nTimeout=9\n"
        );
        assert_eq!(variables(b"export TOKEN=abc\n# DCONF_PROFILE\n"), b"");
        assert_eq!(variables(b"export TOKEN=abc\nexport DCONF_PROFILE=mine\n"), b"DCONF_PROFILE=scrubbed\n");
    }
}
