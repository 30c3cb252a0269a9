//! The event log of applications: where the service says what happens.

#![expect(unsafe_code, reason = "the event log's own interface")]

use std::io;
use std::ptr::{null, null_mut};
use std::sync::Arc;

use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;
use windows_registry::LOCAL_MACHINE;
use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::System::EventLog::{
    DeregisterEventSource, EVENTLOG_ERROR_TYPE, EVENTLOG_INFORMATION_TYPE, EVENTLOG_WARNING_TYPE, RegisterEventSourceW,
    ReportEventW,
};

use crate::host::registration::{EVENT_SOURCE, one_line};

const SOURCES: &str = r"SYSTEM\CurrentControlSet\Services\EventLog\Application";
/// Has a text that is just what was reported for every id from 1 to 1000, in every Windows. So the agent needs none of its own,
/// whose file an update would have to replace while the event log holds it open.
const MESSAGES: &str = r"%SystemRoot%\System32\EventCreate.exe";
/// Errors, warnings and information.
const TYPES: u32 = 7;
/// A text of the event log ends at 31,839 characters (MS-EVEN6); nobody reads that much.
const CHARS_MAX: usize = 2_000;

/// By these ids an administrator filters.
const ERROR_ID: u32 = 101;
const WARNING_ID: u32 = 102;
const INFORMATION_ID: u32 = 103;

/// Makes the source known, so that the log shows texts and not only their parts.
pub(super) fn register() -> Result<(), String> {
    let key = LOCAL_MACHINE.create(format!(r"{SOURCES}\{EVENT_SOURCE}")).map_err(|error| error.message())?;
    key.set_expand_string("EventMessageFile", MESSAGES)
        .and_then(|()| key.set_u32("TypesSupported", TYPES))
        .map_err(|error| error.message())
}

/// Takes the source away, if it is there.
pub(super) fn unregister() -> Result<(), String> {
    let Ok(sources) = LOCAL_MACHINE.options().read().write().open(SOURCES) else { return Ok(()) };
    if sources.open(EVENT_SOURCE).is_err() {
        return Ok(());
    }
    sources.remove_tree(EVENT_SOURCE).map_err(|error| error.message())
}

/// Where log lines go.
#[derive(Debug, Clone)]
pub(super) struct EventLog {
    source: Arc<EventSource>,
}

impl EventLog {
    /// Opens it. A log that cannot be opened takes nothing, and the agent runs on.
    pub(super) fn open() -> Self {
        let name: Vec<u16> = EVENT_SOURCE.encode_utf16().chain(std::iter::once(0)).collect();
        // SAFETY: the name ends with 0; the handle is closed when it is dropped.
        let handle = unsafe { RegisterEventSourceW(null(), name.as_ptr()) };
        Self { source: Arc::new(EventSource(handle)) }
    }
}

impl<'a> MakeWriter<'a> for EventLog {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        self.line(Level::INFO)
    }

    fn make_writer_for(&'a self, meta: &Metadata<'_>) -> Line {
        self.line(*meta.level())
    }
}

impl EventLog {
    fn line(&self, level: Level) -> Line {
        Line { source: Arc::clone(&self.source), level, text: Vec::new() }
    }
}

#[derive(Debug)]
struct EventSource(HANDLE);

// SAFETY: the handle of an event source may be used by any thread.
unsafe impl Send for EventSource {}
// SAFETY: as above; the log takes one record after the other.
unsafe impl Sync for EventSource {}

impl EventSource {
    fn report(&self, level: Level, text: &str) {
        let (kind, id) = match level {
            Level::ERROR => (EVENTLOG_ERROR_TYPE, ERROR_ID),
            Level::WARN => (EVENTLOG_WARNING_TYPE, WARNING_ID),
            _ => (EVENTLOG_INFORMATION_TYPE, INFORMATION_ID),
        };
        let line: Vec<u16> = one_line(text, CHARS_MAX).encode_utf16().chain(std::iter::once(0)).collect();
        let lines = [line.as_ptr()];
        if !self.0.is_null() {
            // A full log is no reason to end.
            // SAFETY: the source is open, and there is one text, which ends with 0.
            unsafe { ReportEventW(self.0, kind, 0, id, null_mut(), 1, 0, lines.as_ptr(), null()) };
        }
    }
}

impl Drop for EventSource {
    fn drop(&mut self) {
        if !self.0.is_null() {
            // SAFETY: opened by this, closed once.
            unsafe { DeregisterEventSource(self.0) };
        }
    }
}

/// One line of the log, reported when it is whole.
#[derive(Debug)]
pub(super) struct Line {
    source: Arc<EventSource>,
    level: Level,
    text: Vec<u8>,
}

impl io::Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if !self.text.is_empty() {
            self.source.report(self.level, &String::from_utf8_lossy(&self.text));
        }
    }
}
