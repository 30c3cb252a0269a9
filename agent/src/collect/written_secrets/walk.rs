//! Looking through folders, within limits.

use tenken_model::fact::written_secrets::WrittenSecret;
use tenken_model::{Reason, ReasonCode, Size};

use super::places::{PLACES, is_entered, is_of_browsers, must_keep, style};
use super::secret_lines::{Find, Style, finds};
use super::windows_documents::{self, Document};
use crate::collect::{Look, security_descriptor};
use crate::host::windows_api::SecuredObject;
use crate::host::{EntryKind, ReadError, ReadErrorKind};

/// The most entries of one folder.
const ENTRIES_MAX: usize = 5_000;
/// The most folders, files and finds of one host.
const FOLDERS_MAX: usize = 1_500;
const FILES_MAX: usize = 4_000;
const FINDS_MAX: usize = 500;
/// The most bytes of one file; of a larger one the beginning is looked through, and the rest is counted.
const FILE_MAX: Size = Size::from_bytes(1 << 20);
/// The most bytes of all files together.
const BYTES_MAX: usize = 24 << 20;
/// Everybody may read a file.
const BY_ALL: u32 = 0o004;
/// Others than its owner have any right.
const FOR_OTHERS: u32 = 0o077;

/// What was found so far, with the passwords themselves, which are compared and dropped.
pub(super) struct Walk<'l, 'h> {
    look: &'l Look<'h>,
    found: Vec<(WrittenSecret, String)>,
    folders: usize,
    files: usize,
    bytes: usize,
    left_out: usize,
    /// What was left out first.
    first_left_out: Option<String>,
    missed: Option<Reason>,
}

/// What a walk brought.
pub(super) struct Walked {
    pub(super) found: Vec<WrittenSecret>,
    pub(super) files: usize,
    pub(super) left_out: usize,
    /// The first thing that could not be looked at.
    pub(super) missed: Option<Reason>,
}

impl<'l, 'h> Walk<'l, 'h> {
    pub(super) fn new(look: &'l Look<'h>) -> Self {
        Self {
            look,
            found: Vec::new(),
            folders: 0,
            files: 0,
            bytes: 0,
            left_out: 0,
            first_left_out: None,
            missed: None,
        }
    }

    /// Looks through every place.
    pub(super) fn places(&mut self) {
        for place in PLACES {
            self.folder(place.folder, place.depth);
        }
    }

    fn folder(&mut self, folder: &str, depth: usize) {
        self.folders += 1;
        if self.folders > FOLDERS_MAX {
            return self.leave_out(1, folder);
        }
        let entries = match self.look.list_if_there(folder, ENTRIES_MAX) {
            Ok(entries) => entries,
            Err(error) => return self.miss(&error),
        };
        for entry in entries {
            let path = format!("{folder}/{}", entry.name);
            match entry.kind {
                EntryKind::Folder if depth > 0 && is_entered(&path, &entry.name) => self.folder(&path, depth - 1),
                EntryKind::File => {
                    if let Some(style) = style(folder, &entry.name) {
                        self.file(&path, style);
                    }
                }
                EntryKind::Folder | EntryKind::Link | EntryKind::Other => {}
            }
        }
    }

    /// Looks through one file of a folder, which wakes the collector when a file in it changes: thousands of files need no
    /// watch of their own.
    fn file(&mut self, path: &str, style: Style) {
        let aside = self.look.aside();
        self.file_by(&aside, path, style);
    }

    /// Looks through one file whose folder changes for other reasons all the time, so that it wakes by itself.
    pub(super) fn watched_file(&mut self, path: &str, style: Style) {
        self.file_by(self.look, path, style);
    }

    fn file_by(&mut self, look: &Look<'_>, path: &str, style: Style) {
        if self.files >= FILES_MAX || self.bytes >= BYTES_MAX {
            return self.leave_out(1, path);
        }
        let bytes = match look.read(path, FILE_MAX) {
            Ok(bytes) => bytes,
            Err(error) if error.is_not_there() => return,
            Err(error) if error.kind == ReadErrorKind::TooLarge && is_of_browsers(path) => return,
            Err(error) if error.kind == ReadErrorKind::TooLarge => match look.read_part(path, 0, FILE_MAX) {
                Ok(part) if part.contains(&0) => return,
                Ok(mut part) => {
                    self.leave_out(1, path);
                    // The last line is not whole.
                    part.truncate(part.iter().rposition(|byte| *byte == b'\n').unwrap_or(part.len()));
                    part
                }
                Err(error) => return self.miss(&error),
            },
            Err(error) => return self.miss(&error),
        };
        self.files += 1;
        self.bytes += bytes.len();
        if bytes.contains(&0) {
            return;
        }
        let (found, more) = finds(&String::from_utf8_lossy(&bytes), style);
        self.leave_out(more, path);
        if found.is_empty() {
            return;
        }
        match look.metadata(path) {
            Ok(metadata) if must_keep(path) && metadata.uid == 0 && metadata.mode & FOR_OTHERS == 0 => {}
            Ok(metadata) => self.keep(path, found, metadata.mode & BY_ALL != 0),
            Err(error) => self.miss(&error),
        }
    }

    /// Looks through a file of Windows, if it is there.
    pub(super) fn document(&mut self, look: &Look<'_>, path: &str, document: Document) {
        if self.files >= FILES_MAX || self.bytes >= BYTES_MAX {
            return self.leave_out(1, path);
        }
        let bytes = match look.read(path, FILE_MAX) {
            Ok(bytes) => bytes,
            Err(error) if error.is_not_there() => return,
            Err(error) if error.kind == ReadErrorKind::TooLarge => return self.leave_out(1, path),
            Err(error) => return self.miss(&error),
        };
        self.files += 1;
        self.bytes += bytes.len();
        let found = windows_documents::text(&bytes).map(|text| document.finds(&text)).unwrap_or_default();
        if !found.is_empty() {
            self.found_in(look, path, &SecuredObject::File(path.into()), found);
        }
    }

    /// Keeps what was found in a file or key of Windows.
    pub(super) fn found_in(&mut self, look: &Look<'_>, shown: &str, object: &SecuredObject, found: Vec<Find>) {
        let readable_by_all = may_be_read_by_all(look, object).unwrap_or_else(|reason| {
            self.missed.get_or_insert(reason);
            false
        });
        self.keep(shown, found, readable_by_all);
    }

    /// Looks through files of a folder of Windows: those that something is found in by what is chosen for their paths.
    pub(super) fn documents(&mut self, folder: &str, depth: usize, chosen: &dyn Fn(&str) -> Option<Document>) {
        self.folders += 1;
        if self.folders > FOLDERS_MAX {
            return self.leave_out(1, folder);
        }
        let entries = match self.look.list_if_there(folder, ENTRIES_MAX) {
            Ok(entries) => entries,
            Err(error) => return self.miss(&error),
        };
        let aside = self.look.aside();
        for entry in entries {
            let path = format!("{folder}/{}", entry.name);
            match entry.kind {
                EntryKind::Folder if depth > 0 => self.documents(&path, depth - 1, chosen),
                EntryKind::File => {
                    if let Some(document) = chosen(&path) {
                        self.document(&aside, &path, document);
                    }
                }
                EntryKind::Folder | EntryKind::Link | EntryKind::Other => {}
            }
        }
    }

    pub(super) fn leave_out(&mut self, count: usize, path: &str) {
        self.left_out += count;
        if count > 0 {
            self.first_left_out.get_or_insert_with(|| path.to_owned());
        }
    }

    fn keep(&mut self, path: &str, found: Vec<Find>, readable_by_all: bool) {
        for find in found {
            if self.found.len() >= FINDS_MAX {
                self.leave_out(1, path);
                continue;
            }
            let line = i64::try_from(find.line).unwrap_or(i64::MAX);
            let secret = WrittenSecret { file: path.to_owned(), line, key: find.key, readable_by_all, repeated: false };
            self.found.push((secret, find.value));
        }
    }

    /// Something could not be looked at.
    pub(super) fn miss(&mut self, error: &ReadError) {
        self.missed.get_or_insert_with(|| error.reason());
    }

    /// What was found, with which passwords are written more than once.
    pub(super) fn finish(mut self) -> Walked {
        let mut values: Vec<String> = self.found.iter().map(|(_, value)| value.clone()).collect();
        values.sort_unstable();
        for (secret, value) in &mut self.found {
            let begin = values.partition_point(|other| other < value);
            secret.repeated = values.get(begin + 1).is_some_and(|next| next == value);
        }
        if let (Some(first), None) = (&self.first_left_out, &self.missed) {
            let (count, limit) = (self.left_out, FILE_MAX);
            let detail = format!(
                "look for written passwords: {count} files, ends of files larger than {limit}, or finds were left out, \
                 first in {first}"
            );
            self.missed = Some(Reason::new(ReasonCode::TooLarge, detail));
        }
        let found = self.found.into_iter().map(|(secret, _)| secret).collect();
        Walked { found, files: self.files, left_out: self.left_out, missed: self.missed }
    }
}

/// Whether everybody on the machine may read a file or key of Windows. The lowest bit is the right to read the values of a key too
/// (KEY_QUERY_VALUE).
fn may_be_read_by_all(look: &Look<'_>, object: &SecuredObject) -> Result<bool, Reason> {
    let bytes = look.security_descriptor(object).map_err(|error| error.reason())?;
    let unfit = |error| Reason::new(ReasonCode::Unparsable, format!("read the rights on {object}: {error}"));
    let descriptor = security_descriptor::decode(&bytes).map_err(unfit)?;
    // A descriptor without a list lets everybody in.
    Ok(descriptor.holders(security_descriptor::READ_DATA).is_none_or(|holders| {
        let all = [
            security_descriptor::EVERYONE,
            security_descriptor::USERS,
            security_descriptor::AUTHENTICATED,
            security_descriptor::INTERACTIVE,
        ];
        holders.iter().any(|holder| all.contains(&holder.as_str()) || is_of_everybody_in_a_domain(holder.as_str()))
    }))
}

/// The users of a domain (`S-1-5-21-…-513`), who are everybody there.
fn is_of_everybody_in_a_domain(holder: &str) -> bool {
    holder.starts_with("S-1-5-21-") && holder.ends_with("-513")
}
