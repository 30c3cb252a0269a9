//! What dpkg has installed: /var/lib/dpkg/status. See dpkg(1), deb822(5).

use std::collections::{BTreeMap, BTreeSet};

use super::paragraphs::{Line, Paragraphs};

/// The most packages that are read.
const PACKAGES_MAX: usize = 20_000;

/// What dpkg's file tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Installed {
    /// The version of each package that is installed, whole or in part. Where several architectures have it, the oldest.
    pub versions: BTreeMap<String, String>,
    /// There are more packages than are read.
    pub more: bool,
}

/// Takes dpkg's file part by part.
#[derive(Debug, Default)]
pub struct Reader {
    paragraphs: Paragraphs,
    found: Found,
}

#[derive(Debug, Default)]
struct Found {
    name: String,
    version: String,
    there: bool,
    installed: Installed,
}

impl Reader {
    /// Takes the next part.
    pub fn take(&mut self, part: &[u8]) {
        let Self { paragraphs, found } = self;
        paragraphs.take(part, &mut |line| found.take(line));
    }

    /// What was found, once the file is over.
    pub fn finish(mut self) -> Installed {
        let Self { paragraphs, found } = &mut self;
        paragraphs.finish(&mut |line| found.take(line));
        self.found.installed
    }
}

impl Found {
    fn take(&mut self, line: Line<'_>) {
        match line {
            Line::Field(name, value) if name.eq_ignore_ascii_case(b"Package") => self.name = text(value),
            Line::Field(name, value) if name.eq_ignore_ascii_case(b"Version") => self.version = text(value),
            Line::Field(name, value) if name.eq_ignore_ascii_case(b"Status") => self.there = is_there(value),
            Line::Field(..) => {}
            Line::End => self.end(),
        }
    }

    fn end(&mut self) {
        let (name, version) = (std::mem::take(&mut self.name), std::mem::take(&mut self.version));
        if !std::mem::take(&mut self.there) || name.is_empty() {
            return;
        }
        if self.installed.versions.len() >= PACKAGES_MAX {
            self.installed.more = true;
            return;
        }
        let known = self.installed.versions.entry(name).or_insert_with(|| version.clone());
        if super::debian_version::compare(&version, known).is_lt() {
            *known = version;
        }
    }
}

/// Whether files of a package are there by its status (what is wanted, an error flag, the state). Of a removed package only
/// settings are left (`config-files`); every state between is one in which programs lie on the disk.
fn is_there(status: &[u8]) -> bool {
    let state = status.split(u8::is_ascii_whitespace).rfind(|word| !word.is_empty()).unwrap_or_default();
    !matches!(state, b"not-installed" | b"config-files" | b"")
}

/// Names and versions are ASCII.
pub(super) fn text(value: &[u8]) -> String {
    let plain = value.iter().copied().filter(u8::is_ascii_graphic).take(200);
    plain.map(char::from).collect()
}

/// The packages that are there only because others need them: apt's `extended_states`.
#[derive(Debug, Default)]
pub struct AutomaticReader {
    paragraphs: Paragraphs,
    found: Automatic,
}

#[derive(Debug, Default)]
struct Automatic {
    name: String,
    is_set: bool,
    names: BTreeSet<String>,
}

impl AutomaticReader {
    /// Takes the next part.
    pub fn take(&mut self, part: &[u8]) {
        let Self { paragraphs, found } = self;
        paragraphs.take(part, &mut |line| found.take(line));
    }

    /// Their names, once the file is over.
    pub fn finish(mut self) -> BTreeSet<String> {
        let Self { paragraphs, found } = &mut self;
        paragraphs.finish(&mut |line| found.take(line));
        self.found.names
    }
}

impl Automatic {
    fn take(&mut self, line: Line<'_>) {
        match line {
            Line::Field(name, value) if name.eq_ignore_ascii_case(b"Package") => self.name = text(value),
            Line::Field(name, value) if name.eq_ignore_ascii_case(b"Auto-Installed") => self.is_set = value == b"1",
            Line::Field(..) => {}
            Line::End => {
                let name = std::mem::take(&mut self.name);
                if std::mem::take(&mut self.is_set) && !name.is_empty() && self.names.len() < PACKAGES_MAX {
                    self.names.insert(name);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEBIAN: &[u8] = include_bytes!("../../../tests/samples/software/debian_12.status");
    const UBUNTU: &[u8] = include_bytes!("../../../tests/samples/software/ubuntu_24_04.status");

    fn installed(text: &[u8]) -> Installed {
        let mut reader = Reader::default();
        reader.take(text);
        reader.finish()
    }

    #[test]
    fn packages_of_real_hosts() {
        let debian = installed(DEBIAN);
        assert!(debian.versions.len() > 5 && !debian.more);
        assert!(debian.versions["libc6"].starts_with("2.36-9+deb12u"), "{debian:?}");
        let ubuntu = installed(UBUNTU);
        assert_eq!(ubuntu.versions["openssl"], "3.0.13-0ubuntu3.4");
        assert!(!ubuntu.versions.contains_key("snap-store"), "removed, its settings are left");
    }

    #[test]
    fn what_is_half_installed_is_there_and_what_was_removed_is_not() {
        let text = "Package: a\nStatus: install ok installed\nVersion: 1\n\n\
            Package: b\nStatus: deinstall ok config-files\nVersion: 1\n\n\
            Package: c\nStatus: hold ok installed\nVersion: 2\n\n\
            Package: d\nStatus: install reinstreq half-installed\nVersion: 3\n\n\
            Package: e\nStatus: purge ok not-installed\n\n\
            Package: f\nVersion: 1\n\n\
            Status: install ok installed\n\n\
            package: g\nSTATUS: install ok unpacked\nVersion: 1\n\n\
            Package: i\nStatus: install ok installed\nVersion: 2\nArchitecture: amd64\n\n\
            Package: i\nStatus: install ok installed\nVersion: 1\nArchitecture: i386\n";
        let found = installed(text.as_bytes()).versions;
        assert_eq!(found.keys().collect::<Vec<_>>(), ["a", "c", "d", "g", "i"]);
        assert_eq!(found["i"], "1");
    }

    #[test]
    fn too_many_are_told() {
        let one = |number: usize| format!("Package: p{number}\nStatus: install ok installed\nVersion: 1\n\n");
        let text: String = (0..=PACKAGES_MAX).map(one).collect();
        let found = installed(text.as_bytes());
        assert!(found.more && found.versions.len() == PACKAGES_MAX);
    }

    #[test]
    fn packages_that_others_need() {
        let mut reader = AutomaticReader::default();
        reader.take(b"Package: a\nArchitecture: amd64\nAuto-Installed: 1\n\nPackage: b\nAuto-Installed: 0\n\nPack");
        reader.take(b"age: c\nAuto-Installed: 1");
        assert_eq!(reader.finish(), BTreeSet::from(["a".to_owned(), "c".to_owned()]));
    }
}
