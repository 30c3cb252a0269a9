//! Folders from which files are handed to another party, and whether the files are encrypted themselves.
//!
//! Which folders these are is a parameter of the rule. Names of files do not leave this module: they may be names of people.
//! Recordings hold none of these files, because a host is recorded with the rules as they come.

pub mod archive;
pub mod envelope;
#[cfg(test)]
mod tests;
pub mod windows;

use tenken_model::fact::outbox::{FileForm, Outbox, OutboxFiles, OutboxFolder, Protection};
use tenken_model::observation::Outcome;
use tenken_model::{Language, Read, Reason, ReasonCode, Size, Span, Topic};

use super::{Look, Needs};
use crate::host::{Entry, EntryKind, Metadata, ReadError};

/// The most folders.
const FOLDERS_MAX: usize = 20;
/// How many folders below one.
const DEPTH: usize = 4;
/// The most entries of one folder, and the most files below one of those that are named.
const ENTRIES_MAX: usize = 5_000;
const FILES_MAX: usize = 1_000;
/// The most bytes of the directory of an archive.
const DIRECTORY_MAX: u64 = 2 << 20;
/// The most bytes of the directory of an office document.
const OFFICE_DIRECTORY: u64 = 4_096;
/// A file that changed so short a time ago may still be written. The next look judges it.
const WRITING: Span = Span::from_secs(60);
/// What file managers leave.
const OF_FILE_MANAGERS: [&str; 4] = [".DS_Store", "Thumbs.db", "desktop.ini", ".directory"];

/// Looks at the folders that are named.
pub fn collect(look: &Look<'_>, needs: &Needs) -> Outcome<Outbox> {
    let folders = &needs.registers.outbox_folders;
    if folders.is_empty() {
        return Outcome::Absent(Language::English.absent(Topic::Outbox));
    }
    let path = |folder: &str| {
        let trimmed = folder.trim_end_matches('/');
        trimmed.starts_with('/').then(|| trimmed.to_owned())
    };
    let folders = folders.iter().take(FOLDERS_MAX).map(|folder| read(look, needs, folder, path(folder))).collect();
    Outcome::Known(Outbox { folders })
}

/// Looks at one folder as it is named; `path` is where it is, or nothing where that cannot be told of its name.
fn read(look: &Look<'_>, needs: &Needs, folder: &str, path: Option<String>) -> OutboxFolder {
    let mut found = Found { look, needs, files: Vec::new(), looked_at: 0, told: empty(folder) };
    let Some(path) = path else {
        found.miss(Reason::new(ReasonCode::NotConfigured, format!("look at {folder}: it is no absolute path")));
        return found.told;
    };
    match look.list(&path, ENTRIES_MAX) {
        Ok(entries) => found.folder(&path, &entries, DEPTH),
        Err(error) if error.is_not_there() => found.told.present = false,
        Err(error) => found.miss(error.reason()),
    }
    OutboxFolder { files: found.files, ..found.told }
}

fn empty(folder: &str) -> OutboxFolder {
    OutboxFolder {
        folder: folder.to_owned(),
        present: true,
        files: Vec::new(),
        open: 0,
        unknown: 0,
        unfinished: 0,
        open_since: None,
        complete: Read::Measured(true),
    }
}

/// What was found of one folder so far.
struct Found<'l, 'h> {
    look: &'l Look<'h>,
    needs: &'l Needs,
    files: Vec<OutboxFiles>,
    looked_at: usize,
    told: OutboxFolder,
}

impl Found<'_, '_> {
    fn folder(&mut self, folder: &str, entries: &[Entry], depth: usize) {
        for entry in entries {
            let path = format!("{folder}/{}", entry.name);
            match entry.kind {
                EntryKind::Folder if depth == 0 => self.miss(Reason::new(
                    ReasonCode::TooLarge,
                    format!("look below {}: folders more than {DEPTH} deep were left out", self.told.folder),
                )),
                EntryKind::Folder => match self.look.list(&path, ENTRIES_MAX) {
                    Ok(entries) => self.folder(&path, &entries, depth - 1),
                    Err(error) if error.is_not_there() => {}
                    Err(error) => self.refused(&error),
                },
                EntryKind::File if OF_FILE_MANAGERS.contains(&entry.name.as_str()) => {}
                EntryKind::File => self.file(&path),
                // What a link leads to is handed over with it.
                EntryKind::Link => self.count(FileForm::Other, Protection::Unknown),
                EntryKind::Other => {}
            }
        }
    }

    fn file(&mut self, path: &str) {
        self.looked_at += 1;
        if self.looked_at > FILES_MAX {
            let detail = format!("look below {}: more than {FILES_MAX} files", self.told.folder);
            return self.miss(Reason::new(ReasonCode::TooLarge, detail));
        }
        let aside = self.look.aside();
        let metadata = match aside.metadata(path) {
            Ok(metadata) => metadata,
            Err(error) if error.is_not_there() => return,
            Err(error) => return self.refused(&error),
        };
        let age = Span::between(metadata.modified, self.needs.now);
        if age.abs() < WRITING {
            self.told.unfinished += 1;
            return;
        }
        if metadata.size.bytes() == 0 {
            return;
        }
        match form(&aside, path, &metadata) {
            Ok((form, protection)) => {
                self.count(form, protection);
                if protection == Protection::Open {
                    let since = self.told.open_since.map_or(metadata.modified, |since| since.min(metadata.modified));
                    self.told.open_since = Some(since);
                }
            }
            Err(error) if error.is_not_there() => {}
            Err(error) => self.refused(&error),
        }
    }

    fn count(&mut self, form: FileForm, protection: Protection) {
        match protection {
            Protection::Encrypted => {}
            Protection::Open => self.told.open += 1,
            Protection::Unknown => self.told.unknown += 1,
        }
        match self.files.iter_mut().find(|files| files.form == form && files.protection == protection) {
            Some(files) => files.count += 1,
            None => self.files.push(OutboxFiles { form, protection, count: 1 }),
        }
    }

    /// Something could not be looked at. Its name is not told.
    fn refused(&mut self, error: &ReadError) {
        let detail = format!("look below {}: {}", self.told.folder, error.why);
        self.miss(Reason::new(error.reason().code, detail));
    }

    fn miss(&mut self, reason: Reason) {
        if self.told.complete == Read::Measured(true) {
            self.told.complete = Read::NotRead(reason);
        }
    }
}

/// The form of a file and how it is protected. What has none of the known forms is not encrypted for another party.
fn form(look: &Look<'_>, path: &str, metadata: &Metadata) -> Result<(FileForm, Protection), ReadError> {
    let size = metadata.size.bytes();
    let part = |offset: u64, length: u64| look.read_part(path, offset, Size::from_bytes(length));
    let begin = part(0, u64::try_from(envelope::BEGINNING).unwrap_or(0))?;
    if begin.starts_with(b"PK") {
        let tail = size.min(u64::try_from(archive::TAIL).unwrap_or(0));
        let directory = archive::directory(&part(size - tail, tail)?);
        let protection = match directory.filter(|directory| directory.length <= DIRECTORY_MAX) {
            Some(directory) => archive::zip(&part(directory.offset, directory.length)?, directory.entries),
            None => Protection::Unknown,
        };
        return Ok((FileForm::Zip, protection));
    }
    if begin.starts_with(archive::SEVEN_ZIP) {
        let header = archive::seven_zip_header(&begin).filter(|header| header.length <= DIRECTORY_MAX);
        let protection = match header {
            Some(header) => archive::seven_zip(&part(header.offset, header.length)?),
            None => Protection::Unknown,
        };
        return Ok((FileForm::SevenZip, protection));
    }
    if let Some(directory) = envelope::office_directory(&begin) {
        return Ok((FileForm::Office, envelope::office(&part(directory, OFFICE_DIRECTORY)?)));
    }
    Ok(envelope::of(&begin).unwrap_or((FileForm::Other, Protection::Open)))
}
