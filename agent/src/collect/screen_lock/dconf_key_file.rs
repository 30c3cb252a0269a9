//! The texts that compiled dconf databases are made from: key files and lists of locks. See dconf(7).

use std::collections::{BTreeMap, BTreeSet};

use super::gnome_key::GnomeKey;
use crate::collect::key_file::{self, KeyFileError};

/// The most lines of one file.
pub const LINES_MAX: usize = 50_000;

/// Reads the settings of the screen lock in a key file, as they are written. Of two of one path the last counts. What is no key
/// file `dconf update` refuses too, and leaves the compiled database as it was.
pub fn values(bytes: &[u8]) -> Result<BTreeMap<GnomeKey, String>, KeyFileError> {
    let mut found = BTreeMap::new();
    for (group, entries) in key_file::parse_lines(bytes, LINES_MAX)? {
        for (name, value) in entries {
            if let Some(key) = GnomeKey::of_path(&format!("/{group}/{name}")) {
                found.insert(key, value.trim_end_matches(|sign: char| sign.is_ascii_whitespace()).to_owned());
            }
        }
    }
    Ok(found)
}

/// Reads the settings of the screen lock in a list of locks. A line is a path to its last byte: one that ends in a
/// blank or in a carriage return locks nothing.
pub fn locks(bytes: &[u8]) -> BTreeSet<GnomeKey> {
    let lines = bytes.split(|byte| *byte == b'\n');
    lines.filter_map(|line| std::str::from_utf8(line).ok()).filter_map(GnomeKey::of_path).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn settings_of_the_screen_lock_only() {
        let text = b"# comment\n\n[org/gnome/desktop/session]\n idle-delay = uint32 600 \nsession-name='gnome'\r\n\
            [org/gnome/desktop/screensaver]\nlock-enabled=false\nlock-enabled=true\nlock-delay[ja]=uint32 9\n\
            [org/gnome/desktop/lockdown/]\ndisable-lock-screen=true\n[org/gnome/desktop/session]\nx=a=b\n";
        assert_eq!(
            values(text).unwrap(),
            BTreeMap::from([
                (GnomeKey::IdleDelay, "uint32 600".to_owned()),
                (GnomeKey::LockEnabled, "true".to_owned()),
            ])
        );
        assert_eq!(values(b"").unwrap(), BTreeMap::new());
    }

    #[test]
    fn what_dconf_refuses() {
        assert_eq!(values(b"a=b\n"), Err(KeyFileError::Line(1)));
        assert_eq!(values(b"[a]\nb\n"), Err(KeyFileError::Line(2)));
        assert_eq!(values(b"[a\nb=c\n"), Err(KeyFileError::Line(1)));
        assert_eq!(values(b"[a]\nb=\xff\n"), Err(KeyFileError::NotText));
        assert_eq!(values("\n".repeat(LINES_MAX + 1).as_bytes()), Err(KeyFileError::TooLong));
    }

    #[test]
    fn a_lock_is_a_whole_line() {
        let text = b"# locks\n/org/gnome/desktop/session/idle-delay\n /org/gnome/desktop/screensaver/lock-enabled\n\
            /org/gnome/desktop/screensaver/lock-delay \n/org/gnome/desktop/lockdown/disable-lock-screen\r\n\xff";
        assert_eq!(locks(text), [GnomeKey::IdleDelay].into());
        assert_eq!(locks(b"/org/gnome/desktop/screensaver/lock-delay"), [GnomeKey::LockDelay].into());
        assert_eq!(locks(b"/org/gnome/desktop/screensaver/"), BTreeSet::new());
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = (values(&bytes), locks(&bytes));
        }

        #[test]
        fn never_panics_on_text(text in "([\\[\\]=#\n /]|org/gnome/desktop/session|idle-delay|uint32 5){0,60}") {
            let _ = (values(text.as_bytes()), locks(text.as_bytes()));
        }
    }
}
