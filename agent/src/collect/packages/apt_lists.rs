//! What apt knows of repositories: /var/lib/apt/lists. See sources.list(5), apt-get(8).

use std::collections::BTreeMap;

use super::debian_version::compare;
use super::dpkg::text;
use super::paragraphs::{Line, Paragraphs};

/// The beginning that a repository's files share, by its file of release.
pub fn repository(file: &str) -> Option<&str> {
    file.strip_suffix("_InRelease").or_else(|| file.strip_suffix("_Release"))
}

/// The host that a repository is on, by the beginning of its files: apt writes its address with `_` for `/`. Empty for one on a
/// disk.
pub fn site(repository: &str) -> &str {
    let place = repository.split('_').next().unwrap_or_default();
    place.split(':').next().unwrap_or_default()
}

/// How a list of packages is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListForm {
    /// As text.
    Plain,
    /// Compressed, as `Acquire::GzipIndexes` makes it.
    Compressed,
}

/// Whether a file is a repository's list of packages, and how it is kept.
pub fn list_of(repository: &str, file: &str) -> Option<ListForm> {
    let rest = file.strip_prefix(repository)?.strip_prefix('_')?;
    // Those of one architecture lie in `binary-`; others are of sources.
    let (_, kind) = rest.rsplit_once('_').filter(|(before, _)| before.contains("binary-"))?;
    match kind.split_once('.') {
        None if kind == "Packages" => Some(ListForm::Plain),
        Some(("Packages", _)) => Some(ListForm::Compressed),
        _ => None,
    }
}

/// Takes a list of packages part by part, and keeps the newest version of those that are installed in an older one.
#[derive(Debug)]
pub struct Newer<'a> {
    paragraphs: Paragraphs,
    found: Found<'a>,
}

#[derive(Debug)]
struct Found<'a> {
    installed: &'a BTreeMap<String, String>,
    name: String,
    version: String,
    newer: BTreeMap<String, String>,
}

impl<'a> Newer<'a> {
    /// One that compares with these installed versions.
    pub fn than(installed: &'a BTreeMap<String, String>) -> Self {
        let found = Found { installed, name: String::new(), version: String::new(), newer: BTreeMap::new() };
        Self { paragraphs: Paragraphs::default(), found }
    }

    /// Takes the next part.
    pub fn take(&mut self, part: &[u8]) {
        let Self { paragraphs, found } = self;
        paragraphs.take(part, &mut |line| found.take(line));
    }

    /// The newest version of each package that is installed in an older one, once the list is over.
    pub fn finish(mut self) -> BTreeMap<String, String> {
        let Self { paragraphs, found } = &mut self;
        paragraphs.finish(&mut |line| found.take(line));
        self.found.newer
    }
}

impl Found<'_> {
    fn take(&mut self, line: Line<'_>) {
        match line {
            Line::Field(b"Package", value) => self.name = text(value),
            Line::Field(b"Version", value) => self.version = text(value),
            Line::Field(..) => {}
            Line::End => {
                let (name, version) = (std::mem::take(&mut self.name), std::mem::take(&mut self.version));
                let Some(installed) = self.installed.get(&name) else { return };
                let known = self.newer.get(&name).unwrap_or(installed);
                if compare(&version, known).is_gt() {
                    self.newer.insert(name, version);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &[u8] = include_bytes!("../../../tests/samples/updates/debian_12_security.Packages");

    #[test]
    fn files_of_a_repository() {
        let key = repository("deb.debian.org_debian-security_dists_bookworm-security_InRelease").unwrap();
        let file = |rest: &str| list_of(key, &format!("{key}{rest}"));
        assert_eq!(file("_main_binary-amd64_Packages"), Some(ListForm::Plain));
        assert_eq!(file("_non-free_binary-i386_Packages"), Some(ListForm::Plain));
        assert_eq!(file("_main_binary-amd64_Packages.lz4"), Some(ListForm::Compressed));
        for none in ["_InRelease", "_main_source_Sources", "_main_i18n_Translation-en", "-x_main_binary-amd64_Packages"]
        {
            assert_eq!(file(none), None, "{none}");
        }
        assert_eq!((repository("x_Release"), repository("x_Release.gpg")), (Some("x"), None));
    }

    #[test]
    fn a_real_list() {
        let versions = [("7zip", "22.01+dfsg-8+deb12u1"), ("activemq", "5.17.2+dfsg-2+deb12u1"), ("bash", "5.2")];
        let installed = versions.map(|(name, version)| (name.to_owned(), version.to_owned())).into();
        let mut newer = Newer::than(&installed);
        newer.take(LIST);
        let found = newer.finish();
        assert_eq!(found, [("7zip".to_owned(), "22.01+really26.02+dfsg-0+deb12u1".to_owned())].into());
    }

    #[test]
    fn of_several_versions_the_newest_counts() {
        let installed = [("a".to_owned(), "1:1-1".to_owned())].into();
        let mut newer = Newer::than(&installed);
        newer.take(b"Package: a\nVersion: 1:1-1+deb12u2\n\nPackage: a\nVersion: 1:1-1+deb12u10\n\nPackage: a\n");
        newer.take(b"Version: 2\n\nPackage: b\nVersion: 9\n");
        assert_eq!(newer.finish()["a"], "1:1-1+deb12u10");
    }
}
