//! System databases that do not hold what the key files beside them say: `dconf update` was forgotten, or refused them.
//!
//! Contents are compared, not times: a file may be changed and its time set back, and a package may unpack an old file
//! later than a database was made.

use std::collections::{BTreeMap, BTreeSet};

use tenken_model::{Reason, ReasonCode};

use super::dconf::{DATABASES, KEY_FILE_MAX, compiled, unparsable};
use super::dconf_key_file;
use super::dconf_profile::Named;
use super::gnome_key::GnomeKey;
use super::gvariant_text;
use crate::collect::Look;
use crate::collect::key_file::KeyFileError;
use crate::host::{EntryKind, ReadError};

/// The most files of one database.
const FILES_MAX: usize = 1_000;

/// The outdated ones of a profile's system databases. One that surely is counts also where another was not read.
pub(super) fn among(look: &Look<'_>, profile: &[Named]) -> Result<Vec<String>, Reason> {
    let mut outdated = Vec::new();
    let mut unread = None;
    for named in profile {
        let Named::System(name) = named else { continue };
        let path = format!("{DATABASES}/{name}");
        match is_outdated(look, &path) {
            Ok(true) if !outdated.contains(&path) => outdated.push(path),
            Ok(_) => {}
            Err(reason) => unread = Some(reason),
        }
    }
    match unread {
        Some(reason) if outdated.is_empty() => Err(reason),
        _ => Ok(outdated),
    }
}

fn is_outdated(look: &Look<'_>, path: &str) -> Result<bool, Reason> {
    let folder = format!("{path}.d");
    let Some(files) = files(look, &folder)? else { return Ok(false) };
    let mut written: BTreeMap<GnomeKey, (String, String)> = BTreeMap::new();
    // Of several files that set the same the one whose name comes last counts.
    for file in files {
        let Some(bytes) = look.read_text_if_there(&file, KEY_FILE_MAX).map_err(|error| error.reason())? else {
            continue;
        };
        match dconf_key_file::values(&bytes) {
            Ok(values) => written.extend(values.into_iter().map(|(key, text)| (key, (text, file.clone())))),
            Err(KeyFileError::NotText | KeyFileError::Line(_)) => return Ok(true),
            Err(error @ KeyFileError::TooLong) => return Err(unparsable(&file, &error)),
        }
    }
    let mut locks = BTreeSet::new();
    for file in self::files(look, &format!("{folder}/locks"))?.unwrap_or_default() {
        if let Some(bytes) = look.read_text_if_there(&file, KEY_FILE_MAX).map_err(|error| error.reason())? {
            locks.extend(dconf_key_file::locks(&bytes));
        }
    }
    let database = compiled(look, path)?;
    if database.locks != locks || !database.values.keys().eq(written.keys()) {
        return Ok(true);
    }
    for (key, (text, file)) in written {
        let value = gvariant_text::parse(&text).ok_or_else(|| {
            let detail = format!("read {file}: {} has a value of another form", key.path());
            Reason::new(ReasonCode::Unsupported, detail)
        })?;
        if database.values.get(&key) != Some(&value) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The files of a folder that dconf reads, by name: hidden ones are none. `None` without the folder.
fn files(look: &Look<'_>, folder: &str) -> Result<Option<Vec<String>>, Reason> {
    let entries = match look.list(folder, FILES_MAX) {
        Ok(entries) => entries,
        Err(error) if error.is_not_there() => return Ok(None),
        Err(error) => return Err(error.reason()),
    };
    let mut files = Vec::new();
    for entry in entries.iter().filter(|entry| !entry.name.starts_with('.')) {
        let path = format!("{folder}/{}", entry.name);
        let is_file = match entry.kind {
            EntryKind::File => true,
            EntryKind::Link => is_file(look.metadata(&path).map(|found| found.kind))?,
            EntryKind::Folder | EntryKind::Other => false,
        };
        if is_file {
            files.push(path);
        }
    }
    Ok(Some(files))
}

fn is_file(kind: Result<EntryKind, ReadError>) -> Result<bool, Reason> {
    match kind {
        Ok(kind) => Ok(kind == EntryKind::File),
        Err(error) if error.is_not_there() => Ok(false),
        Err(error) => Err(error.reason()),
    }
}
