//! Looking through the places of keys, within limits.

use std::collections::BTreeSet;

use tenken_model::fact::certificates::KeyPlace;
use tenken_model::{Reason, ReasonCode, Size};

use super::access::{Access, Reach};
use super::contents::{self, Contents, FoundKey};
use super::pem_blocks::Wiped;
use super::places::{self, Files, OF_A_HOME, OF_A_PROFILE, Place};
use super::x509::CertificateShape;
use crate::collect::Look;
use crate::collect::screen_lock::people::Person;
use crate::host::{Entry, EntryKind, ReadError, ReadErrorKind};

/// The most entries of one folder.
const ENTRIES_MAX: usize = 5_000;
/// The most folders, files, keys and certificates of one host.
const FOLDERS_MAX: usize = 600;
const FILES_MAX: usize = 2_000;
const KEYS_MAX: usize = 300;
const CERTIFICATES_MAX: usize = 500;
/// The most bytes of a file. A key with its chain has a few thousand.
const FILE_MAX: Size = Size::from_bytes(128 << 10);
/// A file with more certificates is a trust store, which holds those of others.
const OWN_CERTIFICATES_MAX: usize = 16;
/// The most links one after the other.
const LINKS_MAX: usize = 8;

/// Who can get at files, as the system keeps it.
pub(super) trait Reaches {
    /// What a person is known by.
    type Person;
    /// What links lead to is looked at.
    const LINKS: bool;

    /// Who can get at a file whose path has no links. `person` is whose home it lies in. A change of its rights wakes.
    fn of(&mut self, look: &Look<'_>, path: &str, person: Option<&Self::Person>) -> Result<Reach, ReadError>;
}

/// A key that was found.
pub(super) struct KeyFile {
    pub(super) file: String,
    pub(super) place: KeyPlace,
    pub(super) key: FoundKey,
    pub(super) reach: Reach,
}

/// A certificate that was found.
pub(super) struct CertificateFile {
    pub(super) file: String,
    pub(super) place: KeyPlace,
    pub(super) shape: CertificateShape,
}

/// What was found so far.
pub(super) struct Walk<'l, 'h, A> {
    look: &'l Look<'h>,
    pub(super) access: A,
    pub(super) keys: Vec<KeyFile>,
    pub(super) certificates: Vec<CertificateFile>,
    /// Names of keys without their endings.
    stems: BTreeSet<String>,
    /// Files that were looked at, without links.
    seen: BTreeSet<String>,
    folders: usize,
    pub(super) files: usize,
    pub(super) left_out: usize,
    /// The first thing that could not be looked at.
    pub(super) missed: Option<Reason>,
}

impl<'l, 'h, A: Reaches> Walk<'l, 'h, A> {
    pub(super) fn new(look: &'l Look<'h>, access: A) -> Self {
        Self {
            look,
            access,
            keys: Vec::new(),
            certificates: Vec::new(),
            stems: BTreeSet::new(),
            seen: BTreeSet::new(),
            folders: 0,
            files: 0,
            left_out: 0,
            missed: None,
        }
    }

    /// Looks through those places.
    pub(super) fn places(&mut self, places: &[Place]) {
        for place in places {
            // On Red Hat and its relatives it is a link to another place.
            if place.files == Files::BesideKeys && self.look.aside().read_link(place.folder).is_ok() {
                continue;
            }
            self.folder(place, place.folder, place.depth);
        }
    }

    fn folder(&mut self, place: &Place, folder: &str, depth: usize) {
        self.folders += 1;
        if self.folders > FOLDERS_MAX {
            return self.leave_out(folder);
        }
        let entries = match self.look.list_if_there(folder, ENTRIES_MAX) {
            Ok(entries) => entries,
            Err(error) => return self.miss(&error),
        };
        let (mut own, mut beside): (Vec<&Entry>, Vec<&Entry>) = (entries.iter().collect(), Vec::new());
        if place.files == Files::BesideKeys {
            // Keys first, so that what stands beside them is known.
            (own, beside) = own.into_iter().partition(|entry| places::is_key(&entry.name));
        }
        // The root of a drive ends so already.
        let folder = folder.trim_end_matches('/');
        for entry in own {
            let path = format!("{folder}/{}", entry.name);
            match entry.kind {
                EntryKind::Folder if depth > 0 && places::is_entered(&entry.name) => {
                    self.folder(place, &path, depth - 1);
                }
                EntryKind::Link if !A::LINKS => {}
                EntryKind::File | EntryKind::Link if is_chosen(place.files, entry) => {
                    self.file(place.kind, &path, None);
                }
                EntryKind::File | EntryKind::Folder | EntryKind::Link | EntryKind::Other => {}
            }
        }
        for entry in beside {
            if entry.kind == EntryKind::File && self.stems.contains(places::stem(&entry.name)) {
                self.file(place.kind, &format!("{folder}/{}", entry.name), None);
            }
        }
    }

    /// Looks through the folder of a person on Windows, not deep.
    pub(super) fn home_folders(&mut self, profile: &str, person: &A::Person) {
        // The profile itself changes with every setting: it wakes nothing.
        match self.look.aside().list_if_there(profile, ENTRIES_MAX) {
            Ok(entries) => self.home_files(profile, &entries, person),
            Err(error) => return self.miss(&error),
        }
        for folder in OF_A_PROFILE {
            let folder = format!("{profile}/{folder}");
            match self.look.list_if_there(&folder, ENTRIES_MAX) {
                Ok(entries) => self.home_files(&folder, &entries, person),
                Err(error) => self.miss(&error),
            }
        }
    }

    fn home_files(&mut self, folder: &str, entries: &[Entry], owner: &A::Person) {
        for entry in entries.iter().filter(|entry| entry.kind == EntryKind::File && places::is_named(&entry.name)) {
            self.file(KeyPlace::Home, &format!("{folder}/{}", entry.name), Some(owner));
        }
    }

    /// Looks at one file. Its folder wakes the collector when it changes, and so does what a link leads to.
    fn file(&mut self, place: KeyPlace, shown: &str, person: Option<&A::Person>) {
        if self.files >= FILES_MAX {
            return self.leave_out(shown);
        }
        let path = if A::LINKS { self.without_links(shown) } else { Ok(shown.to_owned()) };
        let path = match path {
            Ok(path) => path,
            Err(error) if error.is_not_there() => return,
            Err(error) => return self.miss(&error),
        };
        if !self.seen.insert(path.clone()) {
            return;
        }
        let aside = self.look.aside();
        let bytes = match aside.read(&path, FILE_MAX) {
            Ok(bytes) => Wiped(bytes),
            // A link to a folder, or to nothing.
            Err(error) if error.is_not_there() || error.kind == ReadErrorKind::WrongKind => return,
            Err(error) if error.kind == ReadErrorKind::TooLarge => {
                // A setting or page of that size holds no key; a file that is named like one may.
                if places::is_named(shown) && place != KeyPlace::WebRoot {
                    self.leave_out(shown);
                }
                return;
            }
            Err(error) => return self.miss(&error),
        };
        self.files += 1;
        let found = contents::read(&bytes.0);
        if !found.is_empty() {
            self.keep(place, shown, &path, person, found);
        }
    }

    fn keep(&mut self, place: KeyPlace, shown: &str, path: &str, person: Option<&A::Person>, found: Contents) {
        if found.broken > 0 {
            let detail = format!("read {shown}: {} certificates in it are broken", found.broken);
            self.missed.get_or_insert_with(|| Reason::new(ReasonCode::Unparsable, detail));
        }
        if !found.keys.is_empty() {
            let reach = match self.access.of(self.look, path, person) {
                Ok(reach) => reach,
                Err(error) => return self.miss(&error),
            };
            let name = shown.rsplit_once('/').map_or(shown, |(_, name)| name);
            self.stems.insert(places::stem(name).to_owned());
            for key in found.keys {
                if self.keys.len() >= KEYS_MAX {
                    self.leave_out(shown);
                    continue;
                }
                self.keys.push(KeyFile { file: shown.to_owned(), place, key, reach: reach.clone() });
            }
        }
        if found.certificates.len() > OWN_CERTIFICATES_MAX {
            return;
        }
        for shape in found.certificates {
            if self.certificates.len() >= CERTIFICATES_MAX {
                self.leave_out(shown);
                continue;
            }
            self.certificates.push(CertificateFile { file: shown.to_owned(), place, shape });
        }
    }

    /// Where a path leads whose last part may be a link.
    fn without_links(&self, path: &str) -> Result<String, ReadError> {
        let mut path = path.to_owned();
        for _ in 0..LINKS_MAX {
            match self.look.aside().read_link(&path) {
                Ok(target) => {
                    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                    path = joined(folder, &target.to_string_lossy());
                }
                // It is no link.
                Err(error) if error.kind == ReadErrorKind::WrongKind => return Ok(path),
                Err(error) => return Err(error),
            }
        }
        Err(ReadError::new(ReadErrorKind::TooLarge, format!("follow {path}"), format!("more than {LINKS_MAX} links")))
    }

    fn leave_out(&mut self, path: &str) {
        self.left_out += 1;
        self.missed.get_or_insert_with(|| {
            let detail = format!("look for private keys: too many or too large, first left out {path}");
            Reason::new(ReasonCode::TooLarge, detail)
        });
    }

    /// Something could not be looked at.
    pub(super) fn miss(&mut self, error: &ReadError) {
        self.missed.get_or_insert_with(|| error.reason());
    }
}

impl Walk<'_, '_, Access> {
    /// Looks through a home, not deep.
    pub(super) fn home(&mut self, person: &Person) {
        let home = person.home.trim_end_matches('/');
        // A home changes with every command that a shell remembers: it wakes nothing.
        let owner = match self.look.aside().metadata(home) {
            Ok(metadata) => person.uid.unwrap_or(metadata.uid),
            Err(error) if error.is_not_there() => return,
            Err(error) => return self.miss(&error),
        };
        match self.look.aside().list_if_there(home, ENTRIES_MAX) {
            Ok(entries) => self.home_files(home, &entries, &owner),
            Err(error) => return self.miss(&error),
        }
        for folder in OF_A_HOME {
            let folder = person.file(folder);
            match self.look.list_if_there(&folder, ENTRIES_MAX) {
                Ok(entries) => self.home_files(&folder, &entries, &owner),
                Err(error) => self.miss(&error),
            }
        }
    }
}

fn is_chosen(files: Files, entry: &Entry) -> bool {
    let is_file = entry.kind == EntryKind::File;
    match files {
        Files::Every => true,
        Files::EveryOwn => (is_file || places::is_named(&entry.name)) && !places::is_trust_store(&entry.name),
        Files::Named => is_file && places::is_named(&entry.name),
        Files::BesideKeys => is_file,
    }
}

/// The path that a link in a folder means.
fn joined(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = if target.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
    for part in target.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    format!("/{}", parts.join("/"))
}
