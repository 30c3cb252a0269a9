//! Since when this system lives on this machine. What an image went through before it was put here is not of this host's life: its
//! maker clears the logs before it is copied (<https://learn.microsoft.com/en-us/windows-hardware/manufacture/desktop/sysprep--generalize--a-windows-installation>).
//!
//! `InstallDate` is written when a system first starts from an image, and again at each feature upgrade, which keeps the logs. What it
//! was before such an upgrade Windows keeps below `SYSTEM\Setup`, in keys `Source OS (Updated on …)`. The earliest of all counts, so
//! that an upgrade takes nothing away; an image that was itself upgraded before it was copied then shows its maker's clearing.

use tenken_model::Instant;

use crate::collect::{Look, file_time};
use crate::host::windows_api::{RegistryKey, RegistryPath};

/// Of the system that runs.
const CURRENT: &str = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion";
/// What is left of those before it.
const SETUP: &str = r"SYSTEM\Setup";
/// How their keys begin. Other keys there have no such values.
const SOURCE: &str = "Source OS";
/// More keys than setup leaves.
const KEYS_MAX: usize = 200;

/// Since when; nothing where that cannot be told.
pub(super) fn began(look: &Look<'_>) -> Option<Instant> {
    let aside = look.aside();
    let current = aside.registry(&RegistryPath::machine(CURRENT)).ok().flatten()?;
    let setup = RegistryPath::machine(SETUP);
    let below = match aside.registry(&setup) {
        Ok(key) => key.unwrap_or_default().subkeys,
        Err(_) => return None,
    };
    if below.len() > KEYS_MAX {
        return None;
    }
    let mut earliest = installed(&current)?;
    for name in below {
        let key = aside.registry(&setup.join(&name)).ok().flatten()?;
        match installed(&key) {
            Some(at) => earliest = earliest.min(at),
            None if is_source(&name) => return None,
            None => {}
        }
    }
    Some(earliest)
}

/// The key of a system that was upgraded.
fn is_source(name: &str) -> bool {
    name.get(..SOURCE.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(SOURCE))
}

/// When a system was installed: by the seconds since 1970 and by the newer FILETIME, of which the earlier counts.
fn installed(key: &RegistryKey) -> Option<Instant> {
    let seconds = key.number("InstallDate").filter(|seconds| *seconds != 0);
    let date = seconds.and_then(|seconds| Instant::from_timestamp(i64::try_from(seconds).ok()?, 0));
    let time = key.number("InstallTime").and_then(file_time::instant);
    date.into_iter().chain(time).min()
}
