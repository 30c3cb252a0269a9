//! The end of processes.

#![expect(unsafe_code, reason = "the standard library opens only processes that it started")]

use std::os::windows::io::{FromRawHandle as _, OwnedHandle};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use windows_sys::Win32::Foundation::ERROR_INVALID_PARAMETER;
use windows_sys::Win32::System::Threading::{OpenProcess, PROCESS_SYNCHRONIZE};

use super::wait::{Times, Wait};
use crate::host::windows::call;

/// Tells when a process ends.
pub(super) struct ExitWatch {
    _wait: Wait,
    over: Arc<AtomicBool>,
}

impl ExitWatch {
    /// It is opened with no right but to wait for it.
    pub(super) fn open(pid: u32, fire: impl Fn() + Send + Sync + 'static) -> Result<Self, String> {
        let tried = format!("watch process {pid}");
        // SAFETY: it takes numbers and gives a handle that nobody else owns.
        let process = unsafe { OpenProcess(PROCESS_SYNCHRONIZE, 0, pid) };
        if process.is_null() {
            return Err(match call::last_code() {
                ERROR_INVALID_PARAMETER => format!("{tried}: there is no such process"),
                code => call::failed(tried, code).to_string(),
            });
        }
        // SAFETY: as above.
        let process = Arc::new(unsafe { OwnedHandle::from_raw_handle(process) });
        let over = Arc::new(AtomicBool::new(false));
        let ended = Arc::clone(&over);
        let wait = Wait::register(process, Times::Once, move || {
            ended.store(true, Ordering::SeqCst);
            fire();
        });
        Ok(Self { _wait: wait?, over })
    }

    pub(super) fn is_over(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }
}
