//! Waiting for objects of the kernel, many at a time, by the threads of Windows' own pool: one for each 63 of them.

#![expect(unsafe_code, reason = "nothing among the dependencies waits for many objects")]

use std::ffi::c_void;
use std::os::windows::io::{AsRawHandle as _, FromRawHandle as _, OwnedHandle};
use std::ptr::null_mut;
use std::sync::Arc;

use windows_sys::Win32::Foundation::{HANDLE, INVALID_HANDLE_VALUE};
use windows_sys::Win32::System::Threading::{
    CreateEventW, INFINITE, RegisterWaitForSingleObject, UnregisterWaitEx, WT_EXECUTEDEFAULT, WT_EXECUTEONLYONCE,
};

use crate::host::windows::call;

type Callback = Box<dyn Fn() + Send + Sync>;

/// An event that is reset by whoever waited for it.
pub(super) fn event() -> Result<Arc<OwnedHandle>, String> {
    // SAFETY: it takes numbers and null, and gives a handle that nobody else owns.
    let event = unsafe { CreateEventW(std::ptr::null(), 0, 0, std::ptr::null()) };
    if event.is_null() {
        return Err(call::last("make an event").to_string());
    }
    // SAFETY: as above.
    Ok(Arc::new(unsafe { OwnedHandle::from_raw_handle(event) }))
}

/// How often an object is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Times {
    /// Each time it is signalled. Calls may overlap.
    Each,
    /// The first time: what stays signalled would be told without an end.
    Once,
}

/// Calls back when an object is signalled. With its end that has ended too: its drop waits for a call that goes on, and so
/// must not come from within one.
pub(super) struct Wait {
    registered: HANDLE,
    callback: *mut Callback,
    _object: Arc<OwnedHandle>,
}

// SAFETY: the registration may be ended by any thread, and the callback is shared between threads, as its type allows.
unsafe impl Send for Wait {}
// SAFETY: as above; a shared reference gives access to nothing.
unsafe impl Sync for Wait {}

impl Wait {
    /// `call` comes from threads of the pool and must not block for long.
    pub(super) fn register(
        object: Arc<OwnedHandle>,
        times: Times,
        call: impl Fn() + Send + Sync + 'static,
    ) -> Result<Self, String> {
        let callback: *mut Callback = Box::into_raw(Box::new(Box::new(call)));
        let flags = match times {
            Times::Each => WT_EXECUTEDEFAULT,
            Times::Once => WT_EXECUTEDEFAULT | WT_EXECUTEONLYONCE,
        };
        let mut registered = null_mut();
        // SAFETY: the object is open and kept so as long as this is registered; the callback lives until the registration has
        // ended, see `drop`.
        let done = unsafe {
            RegisterWaitForSingleObject(
                &raw mut registered,
                object.as_raw_handle(),
                Some(signalled),
                callback.cast::<c_void>().cast_const(),
                INFINITE,
                flags,
            )
        };
        if done == 0 {
            let why = call::last("wait for an event").to_string();
            // SAFETY: it was not registered, so that this is the callback's only owner.
            drop(unsafe { Box::from_raw(callback) });
            return Err(why);
        }
        Ok(Self { registered, callback, _object: object })
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        // SAFETY: it is registered and ended once. With that value it returns when no call goes on any more and none will come.
        let ended = unsafe { UnregisterWaitEx(self.registered, INVALID_HANDLE_VALUE) } != 0;
        if ended {
            // SAFETY: nobody calls it any more, and it was made by `Box::into_raw`. Where the wait could not be ended it is left.
            drop(unsafe { Box::from_raw(self.callback) });
        }
    }
}

/// # Safety
///
/// The context is the callback of a [`Wait`] that has not ended.
unsafe extern "system" fn signalled(context: *mut c_void, _timed_out: bool) {
    // SAFETY: see above.
    let callback = unsafe { &*context.cast::<Callback>() };
    callback();
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::{Duration, Instant};

    use windows_sys::Win32::System::Threading::{GetCurrentProcess, GetProcessHandleCount, SetEvent};

    use super::*;

    fn signal(event: &OwnedHandle) {
        // SAFETY: the event is open.
        assert_ne!(unsafe { SetEvent(event.as_raw_handle()) }, 0);
    }

    fn until(done: impl Fn() -> bool) {
        let begun = Instant::now();
        while !done() {
            assert!(begun.elapsed() < Duration::from_secs(10));
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    #[test]
    fn many_events_are_waited_for_and_none_is_told_after_its_end() {
        let counted: Arc<Vec<AtomicUsize>> = Arc::new((0..150).map(|_| AtomicUsize::new(0)).collect());
        let mut waits = Vec::new();
        for index in 0..counted.len() {
            let (event, counted) = (event().unwrap(), Arc::clone(&counted));
            let count = move || {
                let _before = counted[index].fetch_add(1, Ordering::SeqCst);
            };
            waits.push((Arc::clone(&event), Wait::register(event, Times::Each, count).unwrap()));
        }
        for round in 1..4 {
            for (event, _) in &waits {
                signal(event);
            }
            until(|| counted.iter().all(|count| count.load(Ordering::SeqCst) == round));
        }
        let events: Vec<_> = waits.into_iter().map(|(event, _)| event).collect();
        for event in &events {
            signal(event);
        }
        std::thread::sleep(Duration::from_millis(20));
        assert!(counted.iter().all(|count| count.load(Ordering::SeqCst) == 3));
        assert_eq!(Arc::strong_count(&counted), 1, "callbacks are gone");
    }

    #[test]
    fn no_handle_is_left() {
        let handles = || {
            let mut count = 0;
            // SAFETY: the pointer is to a live variable.
            assert_ne!(unsafe { GetProcessHandleCount(GetCurrentProcess(), &raw mut count) }, 0);
            count
        };
        let some = || {
            let waits = (0..100).map(|_| Wait::register(event().unwrap(), Times::Once, || {}).unwrap());
            drop(waits.collect::<Vec<_>>());
        };
        some();
        let before = handles();
        (0..10).for_each(|_| some());
        // Other tests open handles meanwhile.
        assert!(handles() < before + 500, "{before} {}", handles());
    }
}
