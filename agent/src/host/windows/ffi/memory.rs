//! Memory that an interface of Windows allocated, and lists that come in such memory.

#![expect(unsafe_code, reason = "what Windows allocated is read by pointers")]

use std::ffi::c_void;
use std::mem::size_of;
use std::ptr::null_mut;

use windows_sys::Win32::NetworkManagement::NetManagement::NetApiBufferFree;

use super::failed;
use crate::host::{ReadError, ReadErrorKind};

/// The most calls that one list is asked for in parts.
const CALLS_MAX: usize = 1_024;
/// The most rows that one answer is believed to hold.
const ROWS_MAX: u32 = 1 << 20;

/// Memory that Windows allocated. It is given back when this is dropped.
pub(in crate::host::windows) struct Owned {
    pointer: *mut c_void,
    free: unsafe fn(*mut c_void),
}

impl Owned {
    /// # Safety
    ///
    /// The pointer is null, or of memory that nobody else frees and that `free` frees.
    pub(in crate::host::windows) unsafe fn new(pointer: *mut c_void, free: unsafe fn(*mut c_void)) -> Self {
        Self { pointer, free }
    }

    /// Where it begins; null where Windows gave none.
    pub(in crate::host::windows) fn pointer(&self) -> *const c_void {
        self.pointer.cast_const()
    }

    /// Copies of the rows that begin `offset` bytes into it.
    ///
    /// # Safety
    ///
    /// The memory is null or holds `count` rows of `T` from there, and any bytes are a `T`.
    pub(in crate::host::windows) unsafe fn rows<T: Copy>(&self, offset: usize, count: u32) -> Vec<T> {
        if self.pointer.is_null() || count > ROWS_MAX {
            return Vec::new();
        }
        let count = usize::try_from(count).unwrap_or_default();
        let rows = (0..count).map(|row| {
            let at = offset.wrapping_add(row.wrapping_mul(size_of::<T>()));
            // SAFETY: the caller promises that rows of `T` are there; they are read as they lie, aligned or not.
            unsafe { self.pointer.byte_add(at).cast::<T>().read_unaligned() }
        });
        rows.collect()
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        if !self.pointer.is_null() {
            // SAFETY: whoever made this promised that `free` frees the memory, and nobody does after this.
            unsafe { (self.free)(self.pointer) }
        }
    }
}

/// Gives back what the interfaces of LAN Manager allocated.
///
/// # Safety
///
/// The pointer is from one of the `Net…` functions and is not used after this.
pub(in crate::host::windows) unsafe fn free_net(pointer: *mut c_void) {
    // SAFETY: as the caller promises.
    let _freed = unsafe { NetApiBufferFree(pointer) };
}

/// Memory of the `Net…` function that `ask` calls, which writes where it is; the error has its number.
pub(in crate::host::windows) fn net_memory(
    tried: &str,
    ask: impl FnOnce(*mut *mut u8) -> u32,
) -> Result<Owned, (u32, ReadError)> {
    let mut pointer: *mut c_void = null_mut();
    let code = ask((&raw mut pointer).cast());
    // SAFETY: the function left null or memory that is freed by NetApiBufferFree.
    let memory = unsafe { Owned::new(pointer, free_net) };
    match code {
        0 if pointer.is_null() => Err((0, failed(tried, 0))),
        0 => Ok(memory),
        code => Err((code, failed(tried, code))),
    }
}

/// Where a `Net…Enum` function writes: the memory, how many rows are in it, and how many there are in all.
pub(in crate::host::windows) struct Part {
    pub(in crate::host::windows) memory: *mut *mut u8,
    pub(in crate::host::windows) read: *mut u32,
    pub(in crate::host::windows) total: *mut u32,
}

/// A whole list of a `Net…Enum` function, part by part; more than `limit` rows are refused. `ask` keeps the handle by which the
/// function goes on; `row` turns a row into what is kept while the memory, to which it may point, is still there.
///
/// # Safety
///
/// The function that `ask` calls fills memory of its own with rows of `T`, for which any bytes are a value.
pub(in crate::host::windows) unsafe fn enumerate<T: Copy, R>(
    tried: &str,
    limit: usize,
    mut ask: impl FnMut(Part) -> u32,
    mut row: impl FnMut(&T) -> R,
) -> Result<Vec<R>, ReadError> {
    const MORE_DATA: u32 = 234;
    let mut found = Vec::new();
    for _ in 0..CALLS_MAX {
        let mut pointer: *mut c_void = null_mut();
        let (mut read, mut total) = (0_u32, 0_u32);
        let part = Part { memory: (&raw mut pointer).cast(), read: &raw mut read, total: &raw mut total };
        let code = ask(part);
        // SAFETY: the function left null or memory that is freed by NetApiBufferFree.
        let memory = unsafe { Owned::new(pointer, free_net) };
        if code != 0 && code != MORE_DATA {
            return Err(failed(tried, code));
        }
        if usize::try_from(read).is_ok_and(|read| read > limit) {
            break;
        }
        // SAFETY: the caller promises rows of `T`; the function says how many it wrote.
        found.extend(unsafe { memory.rows::<T>(0, read) }.iter().map(&mut row));
        if found.len() > limit {
            break;
        }
        if code == 0 {
            return Ok(found);
        }
        if read == 0 {
            return Err(failed(tried, MORE_DATA));
        }
    }
    Err(ReadError::new(ReadErrorKind::TooLarge, tried, format!("there are more than {limit}")))
}
