//! A handle of the event log.

#![expect(unsafe_code, reason = "handles of Windows are closed by hand")]

use windows_sys::Win32::System::EventLog::{EVT_HANDLE, EvtClose};

/// A handle that is open, and is closed when this is dropped.
pub(super) struct EventHandle(EVT_HANDLE);

impl EventHandle {
    /// Owns the handle that a function gave; nothing for null.
    pub(super) fn new(raw: EVT_HANDLE) -> Option<Self> {
        (raw != 0).then_some(Self(raw))
    }

    /// For a call.
    pub(super) fn raw(&self) -> EVT_HANDLE {
        self.0
    }
}

impl Drop for EventHandle {
    fn drop(&mut self) {
        // SAFETY: the handle is open and owned by this alone.
        let _closed = unsafe { EvtClose(self.0) };
    }
}
