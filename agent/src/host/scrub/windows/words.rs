//! Words that collectors ask Windows for, and values from closed lists: they say nothing of anybody.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::host::windows_api::Guid;

/// Parts of registry paths, names of values, services, properties and elements, and values of closed lists, a line each.
const WORDS: &str = include_str!("words.txt");
/// GUIDs of the system: subcategories, classes of devices, settings of power.
const GUIDS: &str = include_str!("guids.txt");

static KNOWN: LazyLock<BTreeSet<String>> = LazyLock::new(|| WORDS.lines().map(str::to_lowercase).collect());
static KNOWN_GUIDS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| GUIDS.lines().collect());

/// Every Windows may have it. Case does not count.
pub(super) fn is_word(text: &str) -> bool {
    KNOWN.contains(&text.to_lowercase())
}

/// A channel of the event log that collectors look at.
pub(super) fn is_channel(name: &str) -> bool {
    name.split('/').all(is_word)
}

/// The system gave it its meaning.
pub(super) fn is_guid(guid: &Guid) -> bool {
    KNOWN_GUIDS.contains(guid.as_str())
}

// Sources are there where the agent is built.
#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;

    /// Where what collectors ask Windows for is written.
    fn sources() -> Vec<PathBuf> {
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/collect")];
        let mut found = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                let text = entry.to_string_lossy().into_owned();
                let is_rust = entry.extension().is_some_and(|extension| extension == "rs");
                let is_test = text.ends_with("tests.rs") || text.contains("/tests/");
                let asks = |source: &str| source.contains("windows_api::");
                let is_source = is_rust
                    && !is_test
                    && (text.contains("windows") || std::fs::read_to_string(&entry).is_ok_and(|source| asks(&source)));
                if entry.is_dir() {
                    folders.push(entry);
                } else if is_source {
                    found.push(entry);
                }
            }
        }
        found
    }

    /// The texts in a source, without what is a comment or a test.
    fn literals(source: &str) -> Vec<String> {
        let source = source.split("#[cfg(test)]").next().unwrap();
        let lines = source.lines().filter(|line| !line.trim_start().starts_with("//"));
        let source = lines.collect::<Vec<_>>().join("\n");
        let (mut found, mut rest) = (Vec::new(), source.as_str());
        while let Some((before, behind)) = rest.split_once('"') {
            // A character in quotes of its own.
            if before.ends_with('\'') && behind.starts_with('\'') {
                rest = behind;
                continue;
            }
            let is_raw = before.ends_with('r');
            let mut end = 0;
            let bytes = behind.as_bytes();
            while bytes.get(end).is_some_and(|byte| *byte != b'"') {
                end += if bytes[end] == b'\\' && !is_raw { 2 } else { 1 };
            }
            let text = &behind[..end];
            found.push(if is_raw { text.to_owned() } else { text.replace("\\\\", "\\") });
            rest = behind.get(end + 1..).unwrap_or_default();
        }
        found
    }

    /// The parts of a literal that stand for something of Windows: of a path of the registry or of a file, or a name. A message, and
    /// what is put together with others, are none.
    fn names(literal: &str) -> Vec<&str> {
        let parts: Vec<&str> =
            literal.split(['\\', '/']).filter(|part| !part.contains('{') && !part.is_empty()).collect();
        // Parts of the registry's paths begin as names do; what does not is put together with others.
        let is_file = literal.starts_with("C:/");
        let is_name = |part: &str| {
            part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-()$ ".contains(&byte))
                && part.len() > 1
                && (is_file || part.as_bytes()[0].is_ascii_uppercase())
                && !part.ends_with([' ', '.'])
        };
        let is_path = literal.contains('\\') || is_file;
        let is_one_word = !literal.contains([' ', '{', '%', ':']);
        if is_path || is_one_word { parts.into_iter().filter(|part| is_name(part)).collect() } else { Vec::new() }
    }

    #[test]
    fn what_collectors_ask_windows_for_is_kept() {
        let (mut count, mut missing) = (0, BTreeSet::new());
        for path in sources() {
            let source = std::fs::read_to_string(&path).unwrap();
            let file = path.file_name().unwrap().to_string_lossy().into_owned();
            for literal in literals(&source) {
                for name in names(&literal) {
                    count += 1;
                    let is_guid = name.parse::<Guid>().is_ok_and(|guid| is_guid(&guid));
                    if !is_word(name) && !is_guid && !name.starts_with("S-1-") {
                        missing.insert(format!("`{name}` of {file}"));
                    }
                }
            }
        }
        let missing: Vec<String> = missing.into_iter().collect();
        assert!(
            missing.is_empty(),
            "collectors ask Windows for what recordings do not keep; add to agent/src/host/scrub/windows/words.txt:\n{}",
            missing.join("\n")
        );
        assert!(count > 700, "{count} names were found in the sources");
    }

    #[test]
    fn names_are_found_in_a_source() {
        let source = r#"//! "Comment"
            const KEY: &str = r"SOFTWARE\Policies\Yamada Reader";
            let found = key.number("fYamada").ok_or_else(|| format!("read {path}: Nothing is there"))?;
            let letter = '"';
            #[cfg(test)] mod tests { const TEST: &str = "OfATest"; }"#;
        let found = literals(source);
        let names: Vec<&str> = found.iter().flat_map(|literal| names(literal)).collect();
        assert_eq!(names, ["SOFTWARE", "Policies", "Yamada Reader"]);
    }

    #[test]
    fn the_lists_are_in_order_and_each_word_is_there_once() {
        for list in [WORDS, GUIDS] {
            let lines: Vec<(String, &str)> = list.lines().map(|line| (line.to_lowercase(), line)).collect();
            assert!(lines.is_sorted() && !lines.iter().any(|(lower, _)| lower.is_empty()));
        }
        assert!(GUIDS.lines().all(|line| line.parse::<Guid>().is_ok_and(|guid| guid.as_str() == line)));
    }
}
