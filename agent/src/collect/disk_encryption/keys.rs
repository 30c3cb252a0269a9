//! The keys that open encrypted devices at start, and whether a thief finds them.

use std::path::Path;

use tenken_model::fact::disk_encryption::{Encryption, KeyKind, UnlockKey};
use tenken_model::{Read, Reason, ReasonCode, Size};

use super::crypttab::{self, CrypttabEntry};
use crate::collect::Look;
use crate::collect::devices::{Devices, Opened};

const CRYPTTAB: &str = "/etc/crypttab";
const CRYPTTAB_MAX: Size = Size::from_bytes(256 << 10);
/// Where systemd looks for `NAME.key` of a device whose entry names no key.
const KEY_FOLDERS: [&str; 2] = ["/etc/cryptsetup-keys.d", "/run/cryptsetup-keys.d"];
/// The rights of others than the owner.
const OF_OTHERS: u32 = 0o077;
const BOOT: &str = "/boot";

/// The devices that the table opens. Without a table none is.
pub fn entries(look: &Look<'_>) -> Result<Vec<CrypttabEntry>, Reason> {
    let Some(table) = look.read_text_if_there(CRYPTTAB, CRYPTTAB_MAX).map_err(|error| error.reason())? else {
        return Ok(Vec::new());
    };
    let mut entries = crypttab::parse(&table)
        .map_err(|error| Reason::new(ReasonCode::Unparsable, format!("read {CRYPTTAB}: {error}")))?;
    for entry in entries.iter_mut().filter(|entry| entry.kind() == KeyKind::Passphrase) {
        if entry.mapping.contains('/') {
            continue;
        }
        for folder in KEY_FOLDERS {
            let path = format!("{folder}/{}.key", entry.mapping);
            if entry.key.is_none() && look.exists(&path).map_err(|error| error.reason())? {
                entry.key = Some(path);
            }
        }
    }
    Ok(entries)
}

/// The keys of those devices.
pub(super) fn read(look: &Look<'_>, devices: &Devices<'_, '_>) -> Result<Vec<UnlockKey>, Reason> {
    let entries = entries(look)?;
    // Only where a file opens something does it matter what the root lies on.
    let of_root = if entries.iter().any(|entry| entry.kind() == KeyKind::File) {
        devices.holding(Path::new("/")).map_or_else(|| Ok(Vec::new()), |root| devices.opened_under(root))
    } else {
        Ok(Vec::new())
    };
    Ok(entries.iter().map(|entry| key(look, devices, entry, &of_root)).collect())
}

fn key(
    look: &Look<'_>,
    devices: &Devices<'_, '_>,
    entry: &CrypttabEntry,
    of_root: &Result<Vec<Opened>, Reason>,
) -> UnlockKey {
    let kind = entry.kind();
    let path = entry.key.as_deref().filter(|_| kind == KeyKind::File);
    let Some(path) = path else {
        let (readable_by_others, on_plain_disk) = (Read::Measured(false), Read::Measured(false));
        return UnlockKey { mapping: entry.mapping.clone(), kind, path: None, readable_by_others, on_plain_disk };
    };
    let (readable_by_others, on_plain_disk) = if path.contains(':') {
        // systemd mounts the device behind the colon for the time of reading.
        let detail = format!("look at the key {path}: it is on another device, which is attached only for opening");
        let reason = Reason::new(ReasonCode::Inconclusive, detail);
        (Read::NotRead(reason.clone()), Read::NotRead(reason))
    } else {
        let metadata = look.metadata(path).map_err(|error| error.reason());
        let readable = metadata.as_ref().map(|found| found.mode & OF_OTHERS != 0 || found.uid != 0);
        let plain = metadata.as_ref().map_err(Clone::clone).and_then(|_| on_plain_disk(devices, entry, path, of_root));
        (readable.map_err(Clone::clone).into(), plain.into())
    };
    UnlockKey { mapping: entry.mapping.clone(), kind, path: Some(path.to_owned()), readable_by_others, on_plain_disk }
}

/// Whether the file lies open. What opens the root itself must lie beside the kernel, whatever file it was copied from.
fn on_plain_disk(
    devices: &Devices<'_, '_>,
    entry: &CrypttabEntry,
    path: &str,
    of_root: &Result<Vec<Opened>, Reason>,
) -> Result<bool, Reason> {
    let opens_root = of_root.as_ref().map_err(Clone::clone)?.iter().any(|opened| opened.name == entry.mapping);
    let stored = devices.stored_at(Path::new(if opens_root { BOOT } else { path }));
    if stored.in_memory {
        return Ok(false);
    }
    match stored.encryption {
        Read::Measured(encryption) => Ok(encryption == Encryption::None),
        Read::NotRead(reason) => Err(reason),
    }
}
