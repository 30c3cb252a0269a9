//! KDE's configuration files, and what a later file may still change. See
//! `src/core/kconfigini.cpp` of <https://invent.kde.org/frameworks/kconfig> and
//! <https://develop.kde.org/docs/administration/kiosk/introduction/>.

use std::collections::BTreeMap;

use thiserror::Error;

/// The most lines of one file.
pub const LINES_MAX: usize = 20_000;

/// Why a file is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("it has more than {LINES_MAX} lines")]
pub struct KConfigError;

/// An entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// Its value; `None` where the file deletes it, so that the program's default holds.
    pub value: Option<String>,
    /// Marked `[$i]`: no later file changes it.
    pub immutable: bool,
    /// Marked `[$e]`: variables and commands in the value are expanded.
    pub expanded: bool,
}

/// What a file says of one group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// The file begins with `[$i]`: no later file counts.
    pub file_immutable: bool,
    /// The group is marked `[$i]`: no later file adds to it or changes it.
    pub immutable: bool,
    /// Its entries by key. Translations are left out.
    pub entries: BTreeMap<String, Entry>,
}

/// Reads a group of a file.
pub fn group(bytes: &[u8], name: &str) -> Result<Group, KConfigError> {
    let text = String::from_utf8_lossy(bytes);
    let mut group = Group::default();
    let (mut within, mut entries_immutable) = (false, false);
    for (number, line) in text.lines().enumerate() {
        if number >= LINES_MAX {
            return Err(KConfigError);
        }
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if line.starts_with('[') {
            let Some(header) = Header::of(line) else { continue };
            group.file_immutable |= header.immutable && header.names.is_empty();
            within = header.names == [name];
            entries_immutable = group.file_immutable || header.immutable;
            group.immutable |= within && entries_immutable;
        } else if within && let Some((key, entry)) = entry(line, entries_immutable) {
            // What was marked earlier in the same file stays.
            let known = group.entries.entry(key.to_owned()).or_default();
            if !known.immutable {
                *known = entry;
            }
        }
    }
    Ok(group)
}

/// A line `[Group][Subgroup][$i]`.
struct Header<'a> {
    names: Vec<&'a str>,
    immutable: bool,
}

impl<'a> Header<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let mut header = Self { names: Vec::new(), immutable: false };
        let mut rest = line;
        while let Some(begun) = rest.strip_prefix('[') {
            let (name, behind) = begun.split_once(']')?;
            // The mark counts at the end of the line only.
            if name == "$i" && behind.is_empty() {
                header.immutable = true;
            } else {
                header.names.push(name);
            }
            rest = behind;
        }
        Some(header)
    }
}

/// A line `Key[$ie]=value` or `Key[$d]`.
fn entry(line: &str, immutable: bool) -> Option<(&str, Entry)> {
    let (name, value) = match line.split_once('=') {
        Some((name, value)) => (name.trim(), Some(value.trim().to_owned())),
        None => (line, None),
    };
    let (key, mut options) = name.split_at(name.find('[').unwrap_or(name.len()));
    let mut entry = Entry { value, immutable, expanded: false };
    let mut deleted = false;
    while let Some(begun) = options.strip_prefix('[') {
        let (option, behind) = begun.split_once(']')?;
        // Anything else in brackets is a language.
        let flags = option.strip_prefix('$')?;
        entry.immutable |= flags.contains('i');
        entry.expanded |= flags.contains('e');
        deleted |= flags.contains('d');
        options = behind;
    }
    if deleted {
        // What is deleted is not there to be immutable: a later file may set it, whatever marks it had.
        entry = Entry::default();
    } else {
        entry.value.as_ref()?;
    }
    (!key.trim().is_empty()).then_some((key.trim(), entry))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(text: &str) -> Group {
        group(text.as_bytes(), "Daemon").unwrap()
    }

    /// The value and whether it is immutable; `-` where it is deleted.
    fn entry_of(text: &str, key: &str) -> Option<(String, bool)> {
        let group = of(text);
        let entry = group.entries.get(key)?;
        Some((entry.value.clone().unwrap_or_else(|| "-".to_owned()), entry.immutable))
    }

    fn is(text: &str, value: &str, immutable: bool) {
        assert_eq!(entry_of(text, "Timeout"), Some((value.to_owned(), immutable)), "{text}");
    }

    #[test]
    fn entries_of_the_group() {
        let text = "Timeout=1\n[Daemon]\n# x\n Timeout = 10 \nAutolock=false\nTimeout=15\n[Greeter]\nTimeout=2\n[Daemon][Sub]\nTimeout=3\n";
        is(text, "15", false);
        assert_eq!(entry_of(text, "Autolock"), Some(("false".to_owned(), false)));
        assert_eq!(entry_of(text, "LockGrace"), None);
        assert_eq!(entry_of("[daemon]\nTimeout=1", "Timeout"), None, "names are case sensitive");
    }

    #[test]
    fn marks_on_a_key() {
        is("[Daemon]\nTimeout[$i]=10\nTimeout=99", "10", true);
        is("[Daemon]\nTimeout[$ie]=$X", "$X", true);
        assert!(of("[Daemon]\nTimeout[$e]=$X").entries["Timeout"].expanded);
        is("[Daemon]\nTimeout[$d]", "-", false);
        is("[Daemon]\nTimeout[$di]=5", "-", false);
        is("[Daemon][$i]\nTimeout[$d]", "-", false);
        assert_eq!(entry_of("[Daemon]\nTimeout[de]=5", "Timeout"), None);
        assert_eq!(entry_of("[Daemon]\nTimeout[de][$i]=5", "Timeout"), None);
    }

    #[test]
    fn marks_on_the_group_and_on_the_file() {
        let group = of("[Daemon][$i]\nTimeout=10\n[Other]\nX=1\n");
        assert!(group.immutable && !group.file_immutable && group.entries["Timeout"].immutable);
        let file = of("[$i]\n[Other]\nX=1\n");
        assert!(file.file_immutable && !file.immutable);
        let both = of("[$i]\n[Daemon]\nTimeout=10\n");
        assert!(both.file_immutable && both.immutable && both.entries["Timeout"].immutable);
        assert!(!of("[Other][$i]\n[Daemon]\nTimeout=1\n").immutable);
        assert!(!of("[Daemon][$i][Sub]\nTimeout=1\n").immutable);
    }

    /// Each as `kreadconfig5` of KDE Frameworks 5.103 reads it.
    #[test]
    fn odd_headers() {
        let late = of("[Daemon]\nTimeout=3\n[$i]\n");
        assert!(late.file_immutable && late.entries.contains_key("Timeout"));
        assert!(of("[Daemon]\n[Daemon][$i]\n[Daemon]\nTimeout=3\n").immutable);
        is("[Daemon]x\nTimeout=3\n", "3", false);
        assert_eq!(entry_of("x[Daemon]\nTimeout=3\n", "Timeout"), None);
        assert!(!of("[Daemon] [$i]\nTimeout=3\n").immutable);
        is("[Daemon]\nTimeout[$i]=3\n[Daemon]\nTimeout=5\n", "3", true);
        is("[Daemon]\nTimeout=3 # x\n", "3 # x", false);
        assert_eq!(entry_of("[Daemon]\nTimeout[$i]\n", "Timeout"), None);
    }

    #[test]
    fn broken_lines_are_passed_over() {
        let text = "[Daemon\nTimeout=1\n[Daemon]\nTimeout\n=5\nTimeout[$i=7\n[\nLock=true\n";
        assert_eq!(entry_of(text, "Timeout"), None);
        assert_eq!(entry_of(text, "Lock"), Some(("true".to_owned(), false)));
        assert_eq!(group("\n".repeat(LINES_MAX + 1).as_bytes(), "x"), Err(KConfigError));
        assert_eq!(of("\u{fffd}"), Group::default());
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = group(&bytes, "Daemon");
        }

        #[test]
        fn never_panics_on_text(text in "([\\[\\]=#$ied\n ]|Daemon|Timeout|é){0,60}") {
            let _ = group(text.as_bytes(), "Daemon");
        }
    }
}
