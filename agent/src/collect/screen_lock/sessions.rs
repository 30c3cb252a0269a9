//! Which desktops are installed: those that a login screen offers.

use std::collections::BTreeSet;

use tenken_model::fact::screen_lock::Desktop;
use tenken_model::{Reason, ReasonCode, Size};

use super::desktop_entry;
use crate::collect::Look;
use crate::host::EntryKind;

/// Where session files are.
const FOLDERS: [&str; 4] = [
    "/usr/share/xsessions",
    "/usr/share/wayland-sessions",
    "/usr/local/share/xsessions",
    "/usr/local/share/wayland-sessions",
];

/// Where programs are that session files name without a folder.
const PROGRAMS: [&str; 3] = ["/usr/local/bin", "/usr/bin", "/bin"];

const FILE_MAX: Size = Size::from_bytes(256 * 1024);
const ENTRIES_MAX: usize = 256;

/// The installed desktops; none on a host without a graphical session.
pub(super) fn installed(look: &Look<'_>) -> Result<BTreeSet<Desktop>, Reason> {
    let mut desktops = BTreeSet::new();
    for folder in FOLDERS {
        for entry in look.list_if_there(folder, ENTRIES_MAX).map_err(|error| error.reason())? {
            if !entry.name.ends_with(".desktop") || !matches!(entry.kind, EntryKind::File | EntryKind::Link) {
                continue;
            }
            let path = format!("{folder}/{}", entry.name);
            let Some(bytes) = look.read_text_if_there(&path, FILE_MAX).map_err(|error| error.reason())? else {
                continue;
            };
            let session = desktop_entry::parse(&bytes)
                .map_err(|error| Reason::new(ReasonCode::Unparsable, format!("read {path}: {error}")))?;
            let offered = !session.hidden && is_there(look, session.needs.as_deref())?;
            desktops.extend(session.desktop.filter(|_| offered));
        }
    }
    Ok(desktops)
}

/// Whether a program that a session needs is there; one that needs none is offered always.
fn is_there(look: &Look<'_>, program: Option<&str>) -> Result<bool, Reason> {
    match program {
        None => Ok(true),
        Some(path) if path.starts_with('/') => look.exists(path).map_err(|error| error.reason()),
        Some(name) => program_is_there(look, name),
    }
}

/// Whether a program is in one of the folders for programs.
pub(super) fn program_is_there(look: &Look<'_>, name: &str) -> Result<bool, Reason> {
    for folder in PROGRAMS {
        if look.exists(format!("{folder}/{name}")).map_err(|error| error.reason())? {
            return Ok(true);
        }
    }
    Ok(false)
}
