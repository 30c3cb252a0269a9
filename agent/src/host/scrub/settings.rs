//! Settings of desktops: what people keep there besides the screen lock is nobody's business and is left out.

use std::fmt::Write as _;

use super::Scrubber;
use crate::collect::key_file::KeyFileError;
use crate::collect::screen_lock::dconf_database::LOCKS;
use crate::collect::screen_lock::dconf_profile::Named;
use crate::collect::screen_lock::desktop_entry::DesktopEntryError;
use crate::collect::screen_lock::environment::{self, VARIABLE};
use crate::collect::screen_lock::gnome_key::GnomeKey;
use crate::collect::screen_lock::gvdb::{Gvdb, GvdbError, Item, Table};
use crate::collect::screen_lock::gvdb_writer::{Branch, Node, write};
use crate::collect::screen_lock::kde::{GROUP, KEYS};
use crate::collect::screen_lock::xfce;
use crate::collect::screen_lock::xfconf::Lock;
use crate::collect::screen_lock::{dconf_key_file, dconf_profile, desktop_entry, gvariant_text, kconfig, xfconf};
use tenken_model::fact::screen_lock::Desktop;

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
        let value = gvdb.at(*place)?;
        // A text where a number or a flag belongs may be anything.
        let is_text = value.ends_with(b"\0s") && !value.starts_with(b"(");
        let value = if is_text { b"x\0\0s".to_vec() } else { value.to_vec() };
        kept.insert(name.to_owned(), Node::Value(value));
    }
    Ok(())
}

/// The settings of the screen lock in a text that a database is made from.
pub(super) fn key_file(bytes: &[u8]) -> Vec<u8> {
    let values = match dconf_key_file::values(bytes) {
        Ok(values) => values,
        Err(KeyFileError::TooLong) => return vec![b'\n'; dconf_key_file::LINES_MAX + 1],
        Err(KeyFileError::NotText | KeyFileError::Line(_)) => return b"broken\n".to_vec(),
    };
    let lines = values.into_iter().filter_map(|(key, value)| {
        let (group, name) = key.path().strip_prefix('/')?.rsplit_once('/')?;
        let is_plain = value.len() <= 24 && !value.contains(['\'', '"', '#']);
        let value = match gvariant_text::parse(&value) {
            Some(_) if is_plain => value.as_str(),
            Some(_) => "'x'",
            None => "?",
        };
        Some(format!("[{group}]\n{name}={value}\n"))
    });
    lines.collect::<String>().into_bytes()
}

/// The locks of the screen lock.
pub(super) fn locks(bytes: &[u8]) -> Vec<u8> {
    dconf_key_file::locks(bytes).iter().flat_map(|key| [key.path(), "\n"]).collect::<String>().into_bytes()
}

/// The databases that a profile of dconf names.
pub(super) fn profile(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let Ok(named) = dconf_profile::parse(bytes) else { return "user-db:user\n".repeat(33).into_bytes() };
    let mut written = String::new();
    for named in named {
        let (kind, name) = match &named {
            Named::User(name) => ("user-db", scrubber.dataset(name)),
            Named::Service(name) => ("service-db", scrubber.dataset(name)),
            Named::System(name) => ("system-db", scrubber.dataset(name)),
            Named::File(path) => ("file-db", scrubber.names.path(path)),
        };
        _ = writeln!(written, "{kind}:{name}");
    }
    written.into_bytes()
}

/// The group of the screen lock in a file of KDE's, and the marks on groups.
pub(super) fn lock_of_kde(bytes: &[u8]) -> Vec<u8> {
    if kconfig::group(bytes, GROUP).is_err() {
        return vec![b'\n'; kconfig::LINES_MAX + 1];
    }
    let text = String::from_utf8_lossy(bytes);
    let mut within = false;
    let mut written = String::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') {
            let own = format!("[{GROUP}]");
            within = line == own || line == format!("{own}[$i]");
            written.push_str(if within || line == "[$i]" { line } else { "[other]" });
            written.push('\n');
        } else if within {
            let (name, value) =
                line.split_once('=').map_or((line, None), |(name, value)| (name.trim(), Some(value.trim())));
            let (key, options) = name.split_at(name.find('[').unwrap_or(name.len()));
            let Some(key) = KEYS.iter().find(|known| **known == key.trim()) else { continue };
            let sound = |option: &str| {
                option.strip_prefix('$').is_some_and(|marks| marks.chars().all(|mark| "ied".contains(mark)))
            };
            let options: String = options
                .split(['[', ']'])
                .filter(|option| !option.is_empty())
                .flat_map(|option| ["[", if sound(option) { option } else { "x" }, "]"])
                .collect();
            let value = value.map(|value| format!("={}", flag_or_number(value))).unwrap_or_default();
            _ = writeln!(written, "{key}{options}{value}");
        }
    }
    written.into_bytes()
}

fn flag_or_number(value: &str) -> &str {
    const FLAGS: [&str; 6] = ["true", "false", "yes", "no", "on", "off"];
    let is_flag = FLAGS.iter().any(|flag| value.eq_ignore_ascii_case(flag));
    if is_flag || value.len() <= 10 && value.parse::<f64>().is_ok() {
        value
    } else if value.contains('$') {
        "$x"
    } else {
        "x"
    }
}

/// The properties of the screen lock in a channel of Xfconf. A broken one stays broken.
pub(super) fn channel(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let Ok(channel) = xfconf::parse(bytes) else { return b"<x".to_vec() };
    let mut written =
        format!("<channel name=\"xfce4-screensaver\" version=\"1.0\"{}>\n", lock(scrubber, &channel.lock));
    for key in xfce::KEYS {
        let Some(property) = channel.properties.get(key) else { continue };
        let kind = match property.kind.as_str() {
            known @ ("bool" | "int" | "uint" | "int64" | "uint64" | "empty") => known,
            _ => "string",
        };
        let value = property.value.as_deref().map(|value| format!(" value=\"{}\"", flag_or_number(value)));
        let mut names: Vec<&str> = key.split('/').filter(|name| !name.is_empty()).collect();
        let last = names.pop().unwrap_or_default();
        for name in &names {
            _ = write!(written, "<property name=\"{name}\" type=\"empty\">");
        }
        let (value, lock) = (value.unwrap_or_default(), lock(scrubber, &property.lock));
        _ = write!(written, "<property name=\"{last}\" type=\"{kind}\"{value}{lock}/>");
        written.push_str(&"</property>".repeat(names.len()));
        written.push('\n');
    }
    written.push_str("</channel>\n");
    written.into_bytes()
}

/// For whom something is locked.
fn lock(scrubber: &mut Scrubber, lock: &Lock) -> String {
    let mut written = String::new();
    for (word, list) in [("locked", &lock.locked), ("unlocked", &lock.unlocked)] {
        let Some(list) = list else { continue };
        let names = list.split(';').map(|name| match name.strip_prefix('@') {
            Some(group) => format!("@{}", scrubber.names.group(group)),
            None if name == "*" => name.to_owned(),
            None => scrubber.names.account(name),
        });
        let names: Vec<String> = names.collect();
        _ = write!(written, " {word}=\"{}\"", names.join(";"));
    }
    written
}

/// A session that a login screen offers.
pub(super) fn desktop_entry(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let session = match desktop_entry::parse(bytes) {
        Ok(session) => session,
        Err(DesktopEntryError::NoGroup) => return Vec::new(),
        Err(DesktopEntryError::TooLong) => return vec![b'\n'; 20_001],
    };
    let program = match session.desktop {
        Some(Desktop::Gnome) => "gnome-session",
        Some(Desktop::Kde) => "startplasma-x11",
        Some(Desktop::Xfce) => "startxfce4",
        Some(_) => "mate-session",
        None => "default",
    };
    let needs = session.needs.map(|needs| format!("TryExec={}\n", scrubber.profile(&needs))).unwrap_or_default();
    let hidden = if session.hidden { "Hidden=true\n" } else { "" };
    format!("[Desktop Entry]\nExec={program}\n{needs}{hidden}").into_bytes()
}

/// The name of a time zone.
pub(super) fn zone_name(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let name = text.lines().next().unwrap_or_default().trim();
    let sound = name.len() <= 40 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte));
    format!("{}\n", if sound { name } else { "Unknown" }).into_bytes()
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
        let long = "# tanaka\n".repeat(60_000);
        assert_eq!(dconf_key_file::values(&key_file(long.as_bytes())), Err(KeyFileError::TooLong));
        assert!(kconfig::group(&lock_of_kde(long.as_bytes()), GROUP).is_err());
        assert_eq!(
            lock_of_kde(b"[$i]\n[Greeter]\nImage=/home/tanaka/x.png\n[Daemon][$i]\nTimeout=9\n[X][$i]\n"),
            b"[$i]\n[other]\n[Daemon][$i]\nTimeout=9\n[other]\n"
        );
        assert_eq!(variables(b"export TOKEN=abc\n# DCONF_PROFILE\n"), b"");
        assert_eq!(variables(b"export TOKEN=abc\nexport DCONF_PROFILE=mine\n"), b"DCONF_PROFILE=scrubbed\n");
    }
}
