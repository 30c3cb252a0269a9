//! New records of event channels.

#![expect(unsafe_code, reason = "nothing among the dependencies subscribes to the event log")]

use std::os::windows::io::{AsRawHandle as _, OwnedHandle};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use windows_sys::Win32::Foundation::{ERROR_NO_MORE_ITEMS, ERROR_TIMEOUT};
use windows_sys::Win32::System::EventLog::{EVT_HANDLE, EvtClose, EvtNext, EvtSubscribe, EvtSubscribeToFutureEvents};
use windows_sys::Win32::System::Threading::SetEvent;

use super::wait::{self, Times, Wait};
use crate::host::windows::call;

/// How many records are taken off at a time, and how often before others have their turn.
const TAKEN: usize = 64;
const ROUNDS: usize = 64;

struct Shared {
    subscription: EVT_HANDLE,
    event: Arc<OwnedHandle>,
    taking: Mutex<()>,
    over: AtomicBool,
}

impl Drop for Shared {
    fn drop(&mut self) {
        // SAFETY: it was opened and is closed once.
        unsafe { EvtClose(self.subscription) };
    }
}

/// Tells when a channel gets records.
pub(super) struct ChannelWatch {
    // Ends first: what it calls uses the subscription.
    _wait: Wait,
    shared: Arc<Shared>,
}

impl ChannelWatch {
    pub(super) fn open(name: &str, fire: impl Fn() + Send + Sync + 'static) -> Result<Self, String> {
        let event = wait::event()?;
        let (channel, all) = (call::wide(name), call::wide("*"));
        // SAFETY: names end with a zero, the event is open, and null stands for this machine, no bookmark and no callback.
        let subscription = unsafe {
            EvtSubscribe(
                0,
                event.as_raw_handle(),
                channel.as_ptr(),
                all.as_ptr(),
                0,
                std::ptr::null(),
                None,
                EvtSubscribeToFutureEvents,
            )
        };
        if subscription == 0 {
            return Err(call::last(format!("watch the event channel {name}")).to_string());
        }
        let shared = Arc::new(Shared {
            subscription,
            event: Arc::clone(&event),
            taking: Mutex::new(()),
            over: AtomicBool::new(false),
        });
        let watched = Arc::clone(&shared);
        let wait = Wait::register(event, Times::Each, move || {
            if watched.take() {
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
    /// Takes off what came: the event is signalled again only after all was. Says whether anything had come.
    fn take(&self) -> bool {
        let _alone = self.taking.lock().unwrap_or_else(PoisonError::into_inner);
        let mut any = false;
        for _ in 0..ROUNDS {
            let mut records = [0; TAKEN];
            let mut returned = 0;
            // SAFETY: the subscription is open, and the list is as long as is said.
            let done = unsafe {
                let room = u32::try_from(TAKEN).unwrap_or_default();
                EvtNext(self.subscription, room, records.as_mut_ptr(), 0, 0, &raw mut returned)
            };
            if done == 0 {
                if !matches!(call::last_code(), ERROR_NO_MORE_ITEMS | ERROR_TIMEOUT) {
                    // The service was restarted: it is subscribed anew when the watch is set the next time.
                    self.over.store(true, Ordering::SeqCst);
                    any = true;
                }
                return any;
            }
            any = true;
            for record in records.iter().take(usize::try_from(returned).unwrap_or_default()) {
                // SAFETY: the call gave that many handles, each closed once.
                unsafe { EvtClose(*record) };
            }
        }
        // SAFETY: the event is open.
        unsafe { SetEvent(self.event.as_raw_handle()) };
        any
    }
}
