//! How a channel is set up and what is in it.

#![expect(unsafe_code, reason = "properties come as unions of Windows")]

use std::mem::size_of;

use tenken_model::Size;
use windows_sys::Win32::System::EventLog::{
    EVT_VARIANT, EvtChannelConfigAccess, EvtChannelConfigEnabled, EvtChannelLoggingConfigAutoBackup,
    EvtChannelLoggingConfigMaxSize, EvtChannelLoggingConfigRetention, EvtGetChannelConfigProperty, EvtGetLogInfo,
    EvtLogFileSize, EvtLogFull, EvtLogNumberOfLogRecords, EvtLogOldestRecordNumber, EvtOpenChannelConfig,
    EvtOpenChannelPath, EvtOpenLog,
};

use super::handle::EventHandle;
use super::{INSUFFICIENT_BUFFER, records};
use crate::collect::event_record;
use crate::host::windows::ffi::{failed, last_error, wide, wide_array};
use crate::host::windows_api::{EventChannel, EventQuery};
use crate::host::{ReadError, ReadErrorKind};

/// The most elements that a property may fill: 64 KiB.
const ELEMENTS_MAX: usize = (64 << 10) / size_of::<EVT_VARIANT>();

const TYPE_STRING: u32 = 1;
const TYPE_UINT32: u32 = 8;
const TYPE_UINT64: u32 = 10;
const TYPE_BOOLEAN: u32 = 13;

/// See [`crate::host::windows_api::WindowsApi::event_channel`].
pub(in crate::host::windows) fn channel(name: &str) -> Result<EventChannel, ReadError> {
    let tried = format!("look at the event channel {name}");
    let path = wide(name);
    // SAFETY: the name ends with a zero and outlives the call; session 0 is this machine.
    let log = EventHandle::new(unsafe { EvtOpenLog(0, path.as_ptr(), EvtOpenChannelPath) });
    let log = log.ok_or_else(|| failed(&tried, last_error()))?;
    // SAFETY: as above; the flags are none.
    let setup = EventHandle::new(unsafe { EvtOpenChannelConfig(0, path.as_ptr(), 0) });
    let setup = setup.ok_or_else(|| failed(&tried, last_error()))?;

    let state = |property: i32| {
        value(&tried, |room, buffer, used| {
            // SAFETY: the log is open, the buffer has as many bytes as is said, and the count is a live number.
            unsafe { EvtGetLogInfo(log.raw(), property, room, buffer, used) }
        })
    };
    let set = |property: i32| {
        value(&tried, |room, buffer, used| {
            // SAFETY: the setup is open, the buffer has as many bytes as is said, and the count is a live number.
            unsafe { EvtGetChannelConfigProperty(setup.raw(), property, 0, room, buffer, used) }
        })
    };
    let odd = |what: &str| ReadError::new(ReadErrorKind::WrongKind, &tried, format!("{what} is of another type"));
    let records = state(EvtLogNumberOfLogRecords)?.number().unwrap_or_default();
    let oldest_record = if records == 0 { None } else { state(EvtLogOldestRecordNumber)?.number() };
    Ok(EventChannel {
        enabled: set(EvtChannelConfigEnabled)?.truth().ok_or_else(|| odd("whether it is enabled"))?,
        max_size: size(set(EvtChannelLoggingConfigMaxSize)?.number().ok_or_else(|| odd("its largest size"))?),
        retention: set(EvtChannelLoggingConfigRetention)?.truth().ok_or_else(|| odd("its retention"))?,
        auto_backup: set(EvtChannelLoggingConfigAutoBackup)?.truth().ok_or_else(|| odd("its backup"))?,
        access: set(EvtChannelConfigAccess)?.text().filter(|access| !access.is_empty()),
        file_size: size(state(EvtLogFileSize)?.number().unwrap_or_default()),
        oldest_record,
        oldest: if records == 0 { None } else { oldest(name)? },
        records,
        full: state(EvtLogFull)?.truth().unwrap_or_default(),
    })
}

fn size(bytes: u64) -> Size {
    Size::from_bytes(bytes)
}

/// Of so many records the oldest that can be read tells how far a channel reaches back.
const OLDEST: usize = 5;

/// When the oldest record was made, by that record itself.
fn oldest(name: &str) -> Result<Option<tenken_model::Instant>, ReadError> {
    let query = EventQuery { newest_first: false, ..EventQuery::newest(name, OLDEST) };
    let page = records(&query)?;
    Ok(page.records.iter().find_map(|record| event_record::parse(record).ok()?.time))
}

/// A property as it came.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Property {
    Number(u64),
    Truth(bool),
    Text(String),
    Other,
}

impl Property {
    fn number(&self) -> Option<u64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    fn truth(&self) -> Option<bool> {
        if let Self::Truth(truth) = self { Some(*truth) } else { None }
    }

    fn text(self) -> Option<String> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }
}

/// The value that `ask` writes into a buffer, which grows once where it was too small.
fn value(tried: &str, ask: impl Fn(u32, *mut EVT_VARIANT, *mut u32) -> i32) -> Result<Property, ReadError> {
    let mut buffer = vec![EVT_VARIANT::default(); 16];
    loop {
        let bytes = buffer.len().saturating_mul(size_of::<EVT_VARIANT>());
        let mut used = 0_u32;
        if ask(u32::try_from(bytes).unwrap_or_default(), buffer.as_mut_ptr(), &raw mut used) != 0 {
            return Ok(property(&buffer));
        }
        let code = last_error();
        let needed = usize::try_from(used).unwrap_or(usize::MAX).div_ceil(size_of::<EVT_VARIANT>());
        if code != INSUFFICIENT_BUFFER || needed <= buffer.len() || needed > ELEMENTS_MAX {
            return Err(failed(tried, code));
        }
        buffer.resize(needed, EVT_VARIANT::default());
    }
}

/// The first element, whose text may lie in the elements behind it.
pub(super) fn property(buffer: &[EVT_VARIANT]) -> Property {
    let Some(first) = buffer.first() else { return Property::Other };
    match first.Type {
        // SAFETY: the type says that this field was written.
        TYPE_UINT64 => Property::Number(unsafe { first.Anonymous.UInt64Val }),
        // SAFETY: the type says that this field was written.
        TYPE_UINT32 => Property::Number(u64::from(unsafe { first.Anonymous.UInt32Val })),
        // SAFETY: the type says that this field was written.
        TYPE_BOOLEAN => Property::Truth(unsafe { first.Anonymous.BooleanVal } != 0),
        TYPE_STRING => {
            // SAFETY: the type says that this field was written.
            let pointer = unsafe { first.Anonymous.StringVal };
            text_within(buffer, pointer)
        }
        _ => Property::Other,
    }
}

/// The text at a pointer into the buffer, as far as the buffer goes. A pointer to elsewhere is not followed.
fn text_within(buffer: &[EVT_VARIANT], pointer: *const u16) -> Property {
    let range = buffer.as_ptr_range();
    let (begin, end) = (range.start.addr(), range.end.addr());
    let at = pointer.addr();
    if at < begin || at >= end || !at.is_multiple_of(2) {
        return Property::Other;
    }
    let (before, units) = ((at - begin) / 2, (end - at) / 2);
    // SAFETY: the buffer is a live slice of elements without padding, made of zeros before it was written to; `before` units
    // into it, which is a whole number of them, `units` more reach to its end.
    let units = unsafe { std::slice::from_raw_parts(buffer.as_ptr().cast::<u16>().add(before), units) };
    Property::Text(wide_array(units))
}
