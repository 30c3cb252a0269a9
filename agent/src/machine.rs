//! The state folder belongs to one machine. An image or a copied disk carries it to others, which would all report as one
//! host and hide each other's findings.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tenken_model::Size;
use tenken_model::digest::Digest;
use tenken_model::fact::system::SystemFamily;
use thiserror::Error;

use crate::durable::{self, DurableError};
use crate::host::Host;
use crate::host::windows_api::{Guid, RegistryPath};

/// What tells this installation from others; no program is told it as it is: machine-id(5).
const MACHINE_ID: &str = "/etc/machine-id";
/// The same on Windows, where setting up the system, and Sysprep, make it anew.
const CRYPTOGRAPHY: &str = r"SOFTWARE\Microsoft\Cryptography";
const MACHINE_GUID: &str = "MachineGuid";
const MACHINE_ID_BYTES: Size = Size::from_bytes(256);
const MARK_BYTES: Size = Size::from_bytes(4 << 10);
/// Keeps the digest from being one of another program's.
const PURPOSE: &[u8] = b"tenken state folder";

/// Why the state folder is not used.
#[derive(Debug, Error)]
pub enum MachineError {
    /// The mark could not be kept or read.
    #[error(transparent)]
    Durable(#[from] DurableError),
    /// The mark is of another machine.
    #[error(
        "compare {} with the id of this machine: this folder was begun on another machine and came here with an image or a copied \
         disk; delete the folder and enrol this host with a new token (if only the machine id was made anew, delete that \
         file)",
        .0.display()
    )]
    Another(PathBuf),
}

/// What is kept.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    machine: Digest,
}

fn path(state_dir: &Path) -> PathBuf {
    state_dir.join("machine.json")
}

/// Makes the state folder this machine's, whoever had it before.
pub fn take(state_dir: &Path, host: &impl Host) -> Result<(), MachineError> {
    let path = path(state_dir);
    match of(host) {
        Some(machine) => {
            let written = format!("{{\"machine\":\"{machine}\"}}\n");
            Ok(durable::replace(&path, written.as_bytes())?)
        }
        None => Ok(durable::remove(&path)?),
    }
}

/// Whose machine's a state folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// This one's.
    Same,
    /// Another's.
    Another,
    /// It is not known: there is no mark, or it is damaged.
    Unmarked,
    /// It is not known: this machine has no id, as a container may.
    NoId,
}

/// Whose machine's the state folder is. Nothing is changed.
pub fn standing(state_dir: &Path, host: &impl Host) -> Result<Standing, DurableError> {
    let Some(machine) = of(host) else { return Ok(Standing::NoId) };
    let kept = durable::read(&path(state_dir), MARK_BYTES)?;
    // A mark that is damaged says nothing.
    Ok(match kept.and_then(|bytes| serde_json::from_slice::<Mark>(&bytes).ok()) {
        Some(kept) if kept.machine != machine => Standing::Another,
        Some(_) => Standing::Same,
        None => Standing::Unmarked,
    })
}

/// Fails where the state folder is another machine's. One that is nobody's yet becomes this machine's. A machine that has
/// no id is not told apart.
pub fn check(state_dir: &Path, host: &impl Host) -> Result<(), MachineError> {
    match standing(state_dir, host)? {
        Standing::Another => Err(MachineError::Another(path(state_dir))),
        Standing::Same | Standing::NoId => Ok(()),
        Standing::Unmarked => take(state_dir, host),
    }
}

fn of(host: &impl Host) -> Option<Digest> {
    if host.family() == SystemFamily::Windows {
        let key = host.windows().registry_key(&RegistryPath::machine(CRYPTOGRAPHY)).ok()?;
        let id = key.text(MACHINE_GUID)?.parse::<Guid>().ok()?;
        return Some(Digest::of_parts([PURPOSE, id.as_str().as_bytes()]));
    }
    let bytes = host.read(Path::new(MACHINE_ID), MACHINE_ID_BYTES).ok()?;
    let id = bytes.trim_ascii();
    // An image that was made ready has `uninitialized` here, or nothing.
    let is_one = id.len() == 32 && id.iter().all(u8::is_ascii_hexdigit);
    is_one.then(|| Digest::of_parts([PURPOSE, id]))
}

#[cfg(test)]
mod tests {
    use tenken_model::Instant;

    use super::*;
    use crate::host::Recording;

    fn machine(id: &str) -> Recording {
        Recording::new(Instant::UNIX_EPOCH).file(MACHINE_ID, format!("{id}\n"))
    }

    #[test]
    fn a_copied_state_folder_is_not_used_on_another_machine() {
        let scratch = tempfile::tempdir().unwrap();
        let (first, clone) = (machine(&"1".repeat(32)), machine(&"2".repeat(32)));
        check(scratch.path(), &first).unwrap();
        check(scratch.path(), &first).unwrap();
        let error = check(scratch.path(), &clone).unwrap_err().to_string();
        assert!(error.contains("another machine") && error.contains("new token") && !error.contains('\n'), "{error}");
        assert!(!std::fs::read_to_string(path(scratch.path())).unwrap().contains(&"1".repeat(32)), "no id is kept");
        check(scratch.path(), &first).unwrap();
        take(scratch.path(), &clone).unwrap();
        check(scratch.path(), &clone).unwrap();
    }

    #[test]
    fn a_machine_without_an_id_is_not_told_apart() {
        let scratch = tempfile::tempdir().unwrap();
        for id in ["", "uninitialized", "1234"] {
            check(scratch.path(), &machine(id)).unwrap();
            assert!(!path(scratch.path()).exists(), "{id}");
        }
        check(scratch.path(), &Recording::new(Instant::UNIX_EPOCH)).unwrap();
        check(scratch.path(), &machine(&"a".repeat(32))).unwrap();
        check(scratch.path(), &machine("uninitialized")).unwrap();
        assert!(check(scratch.path(), &machine(&"b".repeat(32))).is_err());
        std::fs::write(path(scratch.path()), "damaged").unwrap();
        check(scratch.path(), &machine(&"b".repeat(32))).unwrap();
    }
}
