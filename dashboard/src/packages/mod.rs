//! The agent's packages, handed out from a folder that an administrator fills.
//!
//! They are handed to whoever asks, without signing in: a host that installs the agent has no session, packages are public
//! software, and nothing of the agency is in the folder. Only files whose names are those of packages or of a flat APT repository
//! are seen; nothing is made here, above all no signature.

mod version;

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use tenken_model::digest::{Digest, Digester};

pub use version::AgentVersion;

/// The most packages that are listed.
const LISTED: usize = 50;
/// The most entries of the folder that are looked at.
const LOOKED_AT: usize = 2_000;
/// The longest name of a file.
const NAME_BYTES_MAX: usize = 128;
/// What packages of the agent begin with.
const AGENT: &str = "tenken-agent";
/// What they end in.
const ENDINGS: [&str; 6] = [".deb", ".rpm", ".msi", ".tar.gz", ".tar.xz", ".tar.zst"];
/// The files of a flat APT repository, the list of digests, and the keys that both are signed with.
const AROUND: [&str; 11] = [
    "InRelease",
    "Release",
    "Release.gpg",
    "Packages",
    "Packages.gz",
    "Packages.xz",
    "SHA256SUMS",
    "SHA256SUMS.asc",
    "SHA256SUMS.sig",
    "tenken-archive-keyring.asc",
    "tenken-archive-keyring.gpg",
];

/// What a file in the folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A package of the agent.
    Package,
    /// A list, a signature or a key beside them.
    Around,
}

impl FileKind {
    /// What a file of that name is; absent if it is handed to nobody.
    pub fn of(name: &str) -> Option<Self> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'+' | b'~');
        if AROUND.contains(&name) {
            return Some(Self::Around);
        }
        let is_package = name.starts_with(AGENT) && ENDINGS.iter().any(|ending| name.ends_with(ending));
        (is_package && name.len() <= NAME_BYTES_MAX && name.bytes().all(plain)).then_some(Self::Package)
    }
}

/// A package of the agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// The file's name.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256.
    pub digest: Digest,
    /// The version that its name tells.
    pub version: Option<AgentVersion>,
}

/// What is in the folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// The packages, the newest first.
    pub packages: Vec<Package>,
    /// How many more there are.
    pub left: usize,
    /// It is a flat APT repository that somebody signed.
    pub is_repository: bool,
}

impl Listing {
    /// The newest version of which there is a package.
    pub fn newest(&self) -> Option<&AgentVersion> {
        self.packages.iter().filter_map(|package| package.version.as_ref()).max()
    }
}

/// A file that is handed out.
#[derive(Debug)]
pub struct Opened {
    /// It, at its beginning.
    pub file: File,
    /// Its size.
    pub bytes: u64,
    /// What it is.
    pub kind: FileKind,
}

/// What is known of a file as long as its size and time are these.
#[derive(Debug, Clone, Copy)]
struct Known {
    bytes: u64,
    modified: Option<SystemTime>,
    digest: Digest,
}

/// The folder. Clones share what is known of its files.
#[derive(Debug, Clone)]
pub struct Packages {
    folder: PathBuf,
    known: Arc<Mutex<BTreeMap<String, Known>>>,
}

impl Packages {
    /// Those of a folder.
    pub fn of(folder: PathBuf) -> Self {
        Self { folder, known: Arc::default() }
    }

    /// Where they are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What is in the folder now. It waits for the disk.
    pub fn list(&self) -> std::io::Result<Listing> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&self.folder)?.take(LOOKED_AT) {
            names.extend(entry?.file_name().into_string().ok());
        }
        let has = |name: &str| names.iter().any(|found| found == name);
        let is_repository = has("InRelease") && ["Packages", "Packages.gz", "Packages.xz"].iter().any(|name| has(name));
        let mut found: Vec<(Option<AgentVersion>, String)> = names
            .into_iter()
            .filter(|name| FileKind::of(name) == Some(FileKind::Package))
            .map(|name| (AgentVersion::of_package(&name), name))
            .collect();
        found.sort_by(|(one, name), (two, other)| two.cmp(one).then_with(|| name.cmp(other)));
        let left = found.len().saturating_sub(LISTED);
        found.truncate(LISTED);
        let mut packages = Vec::new();
        for (version, name) in found {
            // One that was removed meanwhile is not listed.
            if let Some(opened) = self.open(&name)? {
                let digest = self.digest(&name, &opened)?;
                packages.push(Package { name, bytes: opened.bytes, digest, version });
            }
        }
        Ok(Listing { packages, left, is_repository })
    }

    /// Opens a file of that name; absent if none is handed out. A link that leads out of the folder is none. It waits for
    /// the disk.
    pub fn open(&self, name: &str) -> std::io::Result<Option<Opened>> {
        let Some(kind) = FileKind::of(name) else { return Ok(None) };
        let folder = self.folder.canonicalize()?;
        let path = match folder.join(name).canonicalize() {
            Ok(path) => path,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        if !path.starts_with(&folder) || !std::fs::metadata(&path)?.is_file() {
            return Ok(None);
        }
        let file = File::open(path)?;
        let bytes = file.metadata()?.len();
        Ok(Some(Opened { file, bytes, kind }))
    }

    fn digest(&self, name: &str, opened: &Opened) -> std::io::Result<Digest> {
        let modified = opened.file.metadata()?.modified().ok();
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(name).copied();
        if let Some(known) = known
            && known.bytes == opened.bytes
            && known.modified == modified
        {
            return Ok(known.digest);
        }
        let mut digester = Writer(Digester::default());
        let mut file = &opened.file;
        std::io::copy(&mut file, &mut digester)?;
        let digest = digester.0.digest();
        let mut all = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|name, _| self.folder.join(name).exists());
        all.insert(name.to_owned(), Known { bytes: opened.bytes, modified, digest });
        Ok(digest)
    }
}

struct Writer(Digester);

impl std::io::Write for Writer {
    fn write(&mut self, piece: &[u8]) -> std::io::Result<usize> {
        self.0.add(piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_packages_and_what_a_repository_needs_are_handed_out() {
        for package in [
            "tenken-agent_0.1.0_amd64.deb",
            "tenken-agent-0.1.0-1.x86_64.rpm",
            "tenken-agent-0.1.0.msi",
            "tenken-agent_0.2.0~rc.1_arm64.deb",
        ] {
            assert_eq!(FileKind::of(package), Some(FileKind::Package), "{package}");
        }
        assert_eq!(FileKind::of("InRelease"), Some(FileKind::Around));
        for other in [
            "",
            ".",
            "..",
            "../tenken-agent.deb",
            "tenken-agent/../x.deb",
            "tenken-agent/.deb",
            "tenken-agent\\x.deb",
            "/etc/passwd",
            "private.key",
            "tenken-dashboard_0.1.0_amd64.deb",
            "inrelease",
            "tenken-agent.exe",
            "tenken-agent 0.deb",
            "tenken-agent\u{0}.deb",
            "dashboard.yaml",
        ] {
            assert_eq!(FileKind::of(other), None, "{other:?}");
        }
        assert_eq!(FileKind::of(&format!("tenken-agent{}.deb", "x".repeat(200))), None);
    }

    #[test]
    fn what_is_in_the_folder_is_told_with_its_digest_the_newest_first() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        for name in ["tenken-agent_0.9.0_amd64.deb", "tenken-agent_0.10.0_amd64.deb", "tenken-agent.msi", "notes.txt"] {
            write(name, name);
        }
        std::fs::create_dir(folder.path().join("tenken-agent-1.0.0.rpm")).unwrap();
        let packages = Packages::of(folder.path().to_owned());
        let listing = packages.list().unwrap();
        let names: Vec<&str> = listing.packages.iter().map(|package| package.name.as_str()).collect();
        assert_eq!(names, ["tenken-agent_0.10.0_amd64.deb", "tenken-agent_0.9.0_amd64.deb", "tenken-agent.msi"]);
        assert_eq!(listing.newest().unwrap().to_string(), "0.10.0");
        assert_eq!(listing.packages[0].digest, Digest::of(b"tenken-agent_0.10.0_amd64.deb"));
        assert!(!listing.is_repository);

        write("tenken-agent.msi", "another, longer one");
        write("InRelease", "signed");
        write("Packages", "");
        let listing = packages.list().unwrap();
        assert_eq!(listing.packages[2].digest, Digest::of(b"another, longer one"));
        assert!(listing.is_repository);
        assert!(Packages::of(folder.path().join("none")).list().is_err());
    }

    #[test]
    fn a_link_leads_nowhere_else() {
        let folder = tempfile::tempdir().unwrap();
        let (served, secret) = (folder.path().join("served"), folder.path().join("secret"));
        std::fs::create_dir(&served).unwrap();
        std::fs::write(&secret, "key").unwrap();
        std::fs::write(served.join("tenken-agent_0.1.0_amd64.deb"), "package").unwrap();
        std::os::unix::fs::symlink(&secret, served.join("tenken-agent-0.msi")).unwrap();
        std::os::unix::fs::symlink("tenken-agent_0.1.0_amd64.deb", served.join("tenken-agent.deb")).unwrap();
        let packages = Packages::of(served);
        assert!(packages.open("tenken-agent-0.msi").unwrap().is_none());
        assert_eq!(packages.open("tenken-agent.deb").unwrap().unwrap().bytes, 7);
        assert!(packages.open("tenken-agent-9.deb").unwrap().is_none());
    }
}
