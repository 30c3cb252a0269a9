//! The files of one of systemd's daemons: its own, and drop-ins.

use std::collections::BTreeMap;
use std::path::Path;

use tenken_model::{Reason, ReasonCode, Size};

use super::values;
use crate::collect::Look;
use crate::collect::glob::ENTRIES_MAX;
use crate::collect::glob::wildcard::fits;
use crate::host::EntryKind;

/// The most bytes of one configuration file.
const FILE_MAX: Size = Size::from_bytes(256 * 1024);

/// Folders of configuration; an earlier one hides a file of the same name in a later one.
const FOLDERS: &[&str] = &["/etc/systemd", "/run/systemd", "/usr/local/lib/systemd", "/usr/lib/systemd"];

/// The files of a daemon in the order in which they count, the last one most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files(Vec<(String, Vec<u8>)>);

impl Files {
    /// Reads those of `name`, such as `logind.conf`, and of the folders `name.d`.
    pub fn read(look: &Look<'_>, name: &str) -> Result<Self, Reason> {
        let mut files = Vec::new();
        for path in main_file(look, name)?.into_iter().chain(drop_ins(look, name)?) {
            if let Some(bytes) = look.read_text_if_there(&path, FILE_MAX).map_err(|error| error.reason())? {
                files.push((path, bytes));
            }
        }
        Ok(Self(files))
    }

    /// Every value of `key` in `[section]`, in order. A value that systemd refuses leaves the one before in force.
    pub fn values(&self, section: &str, key: &str) -> Result<Vec<String>, Reason> {
        let mut found = Vec::new();
        for (path, bytes) in &self.0 {
            let values = values(bytes, section, key)
                .map_err(|error| Reason::new(ReasonCode::Unparsable, format!("read {path}: {error}")))?;
            found.extend(values);
        }
        Ok(found)
    }
}

fn main_file(look: &Look<'_>, name: &str) -> Result<Option<String>, Reason> {
    for folder in FOLDERS {
        let path = format!("{folder}/{name}");
        if look.exists(&path).map_err(|error| error.reason())? {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// The drop-in files in the order of their names over all folders. A link to /dev/null hides and says nothing.
fn drop_ins(look: &Look<'_>, name: &str) -> Result<Vec<String>, Reason> {
    let mut by_name: BTreeMap<String, Option<String>> = BTreeMap::new();
    for folder in FOLDERS {
        let folder = format!("{folder}/{name}.d");
        for entry in look.list_if_there(&folder, ENTRIES_MAX).map_err(|error| error.reason())? {
            if !fits(b"*.conf", entry.name.as_bytes())
                || entry.name.starts_with('.')
                || by_name.contains_key(&entry.name)
            {
                continue;
            }
            let path = format!("{folder}/{}", entry.name);
            let masked = entry.kind == EntryKind::Link
                && look.read_link(&path).map_err(|error| error.reason())? == Path::new("/dev/null");
            by_name.insert(entry.name, (!masked).then_some(path));
        }
    }
    Ok(by_name.into_values().flatten().collect())
}
