//! Changes of registry keys.

#![expect(unsafe_code, reason = "windows-registry tells no changes")]

use std::os::windows::io::{AsRawHandle as _, OwnedHandle};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use windows_registry::Key;
use windows_sys::Win32::Foundation::{
    ERROR_FILE_NOT_FOUND, ERROR_KEY_DELETED, ERROR_PATH_NOT_FOUND, ERROR_SUCCESS, WIN32_ERROR,
};
use windows_sys::Win32::System::Registry::{
    KEY_NOTIFY, REG_NOTIFY_CHANGE_LAST_SET, REG_NOTIFY_CHANGE_NAME, REG_NOTIFY_CHANGE_SECURITY,
    REG_NOTIFY_THREAD_AGNOSTIC, RegNotifyChangeKeyValue,
};

use super::wait::{self, Times, Wait};
use crate::host::windows::{call, registry};
use crate::host::windows_api::RegistryPath;

/// How often it is looked again because a key appeared meanwhile; the next event corrects the rest.
const ROUNDS: usize = 4;

/// An open key.
struct Opened(Key);

// SAFETY: a handle of a key may be used and closed by any thread; only one at a time does, because it is behind a lock.
unsafe impl Send for Opened {}

/// What is watched in place of a key: the key with all below it, or the nearest one above it that is there.
struct Armed {
    key: Opened,
    /// How many parts of the path are missing.
    missing: usize,
}

/// How much of a key is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Its values and the names of keys in it.
    Itself,
    /// These, and all below it.
    Below,
}

struct Shared {
    path: RegistryPath,
    reach: Reach,
    event: Arc<OwnedHandle>,
    armed: Mutex<Option<Armed>>,
    over: AtomicBool,
}

/// Tells when a key, or anything below it, changes, comes or goes.
pub(super) struct KeyWatch {
    // Ends first: closing a key signals its event.
    _wait: Wait,
    shared: Arc<Shared>,
}

impl KeyWatch {
    pub(super) fn open(
        path: &RegistryPath,
        reach: Reach,
        fire: impl Fn() + Send + Sync + 'static,
    ) -> Result<Self, String> {
        let event = wait::event()?;
        let armed =
            arm(path, reach, &event, None).map_err(|code| call::failed(format!("watch {path}"), code).to_string())?;
        let shared = Arc::new(Shared {
            path: path.clone(),
            reach,
            event: Arc::clone(&event),
            armed: Mutex::new(Some(armed)),
            over: AtomicBool::new(false),
        });
        let watched = Arc::clone(&shared);
        let wait = Wait::register(event, Times::Each, move || {
            if watched.is_concerned() {
                fire();
            }
        });
        Ok(Self { _wait: wait?, shared })
    }

    pub(super) fn is_over(&self) -> bool {
        self.shared.over.load(Ordering::SeqCst)
    }
}

impl Shared {
    /// Watches on after a signal, so that what happens from now on is told again, and says whether what happened concerns the
    /// key.
    fn is_concerned(&self) -> bool {
        let mut armed = self.armed.lock().unwrap_or_else(PoisonError::into_inner);
        let before = armed.as_ref().map(|armed| armed.missing);
        if let Some(Armed { key, missing: 0 }) = armed.as_ref()
            && notify(&key.0, Some(self.reach), &self.event).is_ok()
        {
            return true;
        }
        // The key went, or something happened to the one above it.
        let Ok(anew) = arm(&self.path, self.reach, &self.event, armed.take()) else {
            self.over.store(true, Ordering::SeqCst);
            return true;
        };
        let is_concerned = before == Some(0) || before != Some(anew.missing);
        *armed = Some(anew);
        is_concerned
    }
}

/// Watches the key, or the nearest one above it that is there. What is held already is watched on where it is still that one:
/// a key that is closed while it is watched signals its event, so that one that is opened anew for each signal would bring the
/// next, without an end.
fn arm(path: &RegistryPath, reach: Reach, event: &OwnedHandle, mut held: Option<Armed>) -> Result<Armed, WIN32_ERROR> {
    let mut found = nearest(path)?;
    for _ in 0..ROUNDS {
        let missing = found.missing;
        let watched = |armed: &Armed| notify(&armed.key.0, (missing == 0).then_some(reach), event);
        let same = held.take().filter(|held| held.missing == missing && watched(held).is_ok());
        let armed = match same {
            Some(same) => same,
            None => match watched(&found) {
                Ok(()) => found,
                // It went since it was found.
                Err(ERROR_KEY_DELETED) => {
                    found = nearest(path)?;
                    continue;
                }
                Err(code) => return Err(code),
            },
        };
        // What came between the look and the watch was not told.
        found = nearest(path)?;
        if found.missing == missing {
            return Ok(armed);
        }
        held = Some(armed);
    }
    held.ok_or(ERROR_KEY_DELETED)
}

/// Opens the key, or the nearest one above it that is there, and watches it not yet.
fn nearest(path: &RegistryPath) -> Result<Armed, WIN32_ERROR> {
    let mut here = path.clone();
    let mut missing = 0;
    loop {
        match registry::open(&here, KEY_NOTIFY) {
            Err(code @ (ERROR_FILE_NOT_FOUND | ERROR_PATH_NOT_FOUND | ERROR_KEY_DELETED)) => {
                here = here.parent().ok_or(code)?;
                missing += 1;
            }
            opened => return opened.map(|key| Armed { key: Opened(key), missing }),
        }
    }
}

/// Asks for the event to be signalled once. Above a missing key, which is reached by nothing, only names of keys matter.
fn notify(key: &Key, reach: Option<Reach>, event: &OwnedHandle) -> Result<(), WIN32_ERROR> {
    let changes = if reach.is_some() {
        REG_NOTIFY_CHANGE_NAME | REG_NOTIFY_CHANGE_LAST_SET | REG_NOTIFY_CHANGE_SECURITY
    } else {
        REG_NOTIFY_CHANGE_NAME
    };
    // Otherwise it would be signalled when the thread that asks ends, and threads of the pool come and go.
    let changes = changes | REG_NOTIFY_THREAD_AGNOSTIC;
    let below = i32::from(reach == Some(Reach::Below));
    // SAFETY: key and event are open; both outlive the watch, or end it by being closed.
    let code = unsafe { RegNotifyChangeKeyValue(key.as_raw(), below, changes, event.as_raw_handle(), 1) };
    if code == ERROR_SUCCESS { Ok(()) } else { Err(code) }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use windows_sys::Win32::Foundation::WAIT_OBJECT_0;
    use windows_sys::Win32::System::Threading::WaitForSingleObject;

    use super::*;
    use crate::host::windows::registry::tests::Scratch;

    /// Whether the event is signalled within a time; it is not any more after that.
    fn comes(event: &OwnedHandle, within: Duration) -> bool {
        let millis = u32::try_from(within.as_millis()).unwrap();
        // SAFETY: the event is open.
        unsafe { WaitForSingleObject(event.as_raw_handle(), millis) == WAIT_OBJECT_0 }
    }

    #[test]
    fn watching_for_a_missing_key_does_not_signal_itself() {
        let Some(scratch) = Scratch::make("watching_for_a_missing_key") else { return };
        let (path, event) = (scratch.path.join("None").join("Deep"), wait::event().unwrap());
        let (at_once, soon) = (Duration::from_millis(50), Duration::from_secs(5));
        let armed = arm(&path, Reach::Below, &event, None).unwrap();
        assert!(armed.missing == 2 && !comes(&event, at_once));
        let armed = arm(&path, Reach::Below, &event, Some(armed)).unwrap();
        assert!(armed.missing == 2 && !comes(&event, at_once));
        scratch.key.create("Other").unwrap();
        assert!(comes(&event, soon));
        let armed = arm(&path, Reach::Below, &event, Some(armed)).unwrap();
        assert!(armed.missing == 2 && !comes(&event, at_once));
        scratch.key.create("None").unwrap();
        assert!(comes(&event, soon));
        assert_eq!(arm(&path, Reach::Below, &event, Some(armed)).unwrap().missing, 1);
    }
}
