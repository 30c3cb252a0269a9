//! What sources of events have in common on every system.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::collect::Wake;

/// Something that cannot be watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unwatched {
    /// What.
    pub wake: Wake,
    /// What was tried and why it failed, in one line.
    pub why: String,
}

/// The wakes that happened and were not taken yet.
#[derive(Debug, Default)]
pub(in crate::host) struct Fired {
    wakes: Mutex<BTreeSet<Wake>>,
    news: Notify,
}

impl Fired {
    /// They happened.
    pub(in crate::host) fn fire(&self, wakes: impl IntoIterator<Item = Wake>) {
        self.wakes().extend(wakes);
        self.news.notify_one();
    }

    /// All that happened, which are taken thereby.
    pub(in crate::host) fn take(&self) -> BTreeSet<Wake> {
        std::mem::take(&mut *self.wakes())
    }

    /// Waits until something happens.
    pub(in crate::host) async fn news(&self) {
        self.news.notified().await;
    }

    fn wakes(&self) -> MutexGuard<'_, BTreeSet<Wake>> {
        self.wakes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
