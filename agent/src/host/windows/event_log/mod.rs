//! The event log.

#![expect(unsafe_code, reason = "the event log is read by handles of Windows")]

mod channel;
mod handle;

use std::time::{Duration, Instant};

use windows_sys::Win32::System::EventLog::{
    EvtNext, EvtQuery, EvtQueryChannelPath, EvtQueryForwardDirection, EvtQueryReverseDirection, EvtRender,
    EvtRenderEventXml,
};

use self::handle::EventHandle;
use super::ffi::{failed, last_error, wide};
use crate::host::windows_api::{EventPage, EventQuery};
use crate::host::{ReadError, ReadErrorKind};

pub(super) use channel::channel;

/// The longest that one question may take.
const WITHIN: Duration = Duration::from_secs(10);
/// Records that are fetched at a time.
const BATCH: usize = 32;
/// The longest record, in units of UTF-16. The event log itself refuses to write longer ones.
const RECORD_MAX: usize = 64 << 10;
/// The most bytes of one answer.
const PAGE_MAX: usize = 8 << 20;

const INSUFFICIENT_BUFFER: u32 = 122;
const NO_MORE_ITEMS: u32 = 259;

/// See [`crate::host::windows_api::WindowsApi::events`]. A record that is longer than [`RECORD_MAX`] or cannot be rendered is
/// left out, and `more` tells that there is something that is not in the answer; so it does where the answer became too large.
pub(super) fn records(query: &EventQuery) -> Result<EventPage, ReadError> {
    let tried = format!("read events of {}", query.channel);
    let deadline = Instant::now() + WITHIN;
    let (path, xpath) = (wide(&query.channel), wide(&query.xpath()));
    let direction = if query.newest_first { EvtQueryReverseDirection } else { EvtQueryForwardDirection };
    // SAFETY: both texts end with a zero and outlive the call; session 0 is this machine.
    let result = unsafe { EvtQuery(0, path.as_ptr(), xpath.as_ptr(), EvtQueryChannelPath | direction) };
    let result = EventHandle::new(result).ok_or_else(|| failed(&tried, last_error()))?;

    let mut page = EventPage::default();
    let mut size = 0_usize;
    let mut buffer = vec![0_u16; 4 << 10];
    while let Some(batch) = next(&result, deadline, &tried)? {
        for event in batch {
            if page.records.len() >= query.limit {
                page.more = true;
                return Ok(page);
            }
            let Some(record) = render(&event, &mut buffer) else {
                page.more = true;
                continue;
            };
            size = size.saturating_add(record.len());
            if size > PAGE_MAX {
                page.more = true;
                return Ok(page);
            }
            page.records.push(record);
        }
    }
    Ok(page)
}

/// The next records; nothing at the end.
fn next(result: &EventHandle, deadline: Instant, tried: &str) -> Result<Option<Vec<EventHandle>>, ReadError> {
    let late = || ReadError::new(ReadErrorKind::TimedOut, tried, format!("no end within {} s", WITHIN.as_secs()));
    let left = deadline.checked_duration_since(Instant::now()).ok_or_else(late)?;
    let millis = u32::try_from(left.as_millis()).unwrap_or(u32::MAX);
    let mut events = [0_isize; BATCH];
    let room = u32::try_from(events.len()).unwrap_or_default();
    let mut count = 0_u32;
    // SAFETY: the result is open; there is room for as many handles as is said, and the count is written to a live number.
    let more = unsafe { EvtNext(result.raw(), room, events.as_mut_ptr(), millis, 0, &raw mut count) };
    let code = if more == 0 { last_error() } else { 0 };
    let count = usize::try_from(count).unwrap_or_default().min(BATCH);
    // Each is closed by its owner, also where the call failed half-way.
    let found: Vec<EventHandle> = events.iter().take(count).filter_map(|raw| EventHandle::new(*raw)).collect();
    match (more, code) {
        (0, NO_MORE_ITEMS) => Ok(None),
        (0, code) => Err(failed(tried, code)),
        _ if found.is_empty() => Ok(None),
        _ => Ok(Some(found)),
    }
}

/// A record as XML; nothing where it is too long or the system cannot write it.
fn render(event: &EventHandle, buffer: &mut Vec<u16>) -> Option<String> {
    for _ in 0..2 {
        let room = u32::try_from(buffer.len().saturating_mul(2)).ok()?;
        let (mut used, mut properties) = (0_u32, 0_u32);
        // SAFETY: the record is open; the buffer has as many bytes as is said; both counts are live numbers.
        let done = unsafe {
            EvtRender(
                0,
                event.raw(),
                EvtRenderEventXml,
                room,
                buffer.as_mut_ptr().cast(),
                &raw mut used,
                &raw mut properties,
            )
        };
        let units = usize::try_from(used).ok()?.div_ceil(2);
        if done != 0 {
            return buffer.get(..units.min(buffer.len())).map(super::ffi::wide_array);
        }
        if last_error() != INSUFFICIENT_BUFFER || units > RECORD_MAX || units <= buffer.len() {
            return None;
        }
        buffer.resize(units, 0);
    }
    None
}

#[cfg(test)]
mod tests;
