//! What inetd and xinetd begin with a connection, by their files.

use tenken_model::{Read, Reason, ReasonCode, Size};

use super::super::Look;
use super::inetd::{self, Service, Xinetd};
use super::started::Started;
use crate::host::EntryKind;

const FILE_MAX: Size = Size::from_bytes(64 * 1024);
const ENTRIES_MAX: usize = 1_024;

/// Whether inetd or xinetd begins with the system or runs.
pub(super) fn inetd_begins(started: &Started<'_, '_>) -> Result<bool, Reason> {
    match started.is_running(&inetd::PROCESSES) {
        _ if started.is_enabled(&inetd::UNITS)? => Ok(true),
        Read::Measured(runs) => Ok(runs),
        Read::NotRead(reason) => Err(reason),
    }
}

/// The services that inetd and xinetd are told of and that are on.
pub(super) fn services(look: &Look<'_>) -> Result<Vec<Service>, Reason> {
    let mut files = vec![(inetd::INETD.to_owned(), false), (inetd::XINETD.to_owned(), true)];
    for (folder, is_xinetd) in [(inetd::INETD_FOLDER, false), (inetd::XINETD_FOLDER, true)] {
        let entries = look.list_if_there(folder, ENTRIES_MAX).map_err(|error| error.reason())?;
        let read = entries.into_iter().filter(|entry| {
            // xinetd passes over what editors and packages leave behind, inetd does not.
            let is_passed_over = is_xinetd && (entry.name.contains('.') || entry.name.ends_with('~'));
            entry.kind != EntryKind::Folder && !is_passed_over
        });
        files.extend(read.map(|entry| (format!("{folder}/{}", entry.name), is_xinetd)));
    }
    let mut found = Vec::new();
    let mut of_xinetd = Xinetd::default();
    for (path, is_xinetd) in files {
        let Some(bytes) = look.read_text_if_there(&path, FILE_MAX).map_err(|error| error.reason())? else { continue };
        let text = String::from_utf8_lossy(&bytes);
        if is_xinetd {
            of_xinetd.add(inetd::xinetd(&text));
        } else {
            found.extend(inetd::services(&text));
        }
    }
    if of_xinetd.reads_elsewhere() {
        let detail = format!("xinetd is told to read more than {}, which is not followed", inetd::XINETD_FOLDER);
        return Err(Reason::new(ReasonCode::Unsupported, detail));
    }
    found.extend(of_xinetd.on());
    Ok(found)
}
