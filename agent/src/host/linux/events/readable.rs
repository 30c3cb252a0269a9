//! Descriptors whose readiness is waited for.

#![expect(unsafe_code, reason = "registering a descriptor with tokio asks for a promise the type system does not give")]

use std::os::fd::OwnedFd;

use tokio::io::Interest;
use tokio::io::unix::{AsyncFd, AsyncFdReadyGuard};

/// A descriptor that is waited for until it can be read.
pub(super) struct Readable(AsyncFd<OwnedFd>);

impl Readable {
    pub(super) fn new(descriptor: OwnedFd) -> Result<Self, String> {
        // SAFETY: an `OwnedFd` is open and names the same descriptor as long as it lives; the `AsyncFd` owns it, is
        // private here, and is never asked to give it out for change.
        let registered = unsafe { AsyncFd::register_with_interest(descriptor, Interest::READABLE) };
        registered.map(Self).map_err(|error| format!("watch a descriptor: {error}"))
    }

    /// Waits until it can be read. An error means that the runtime ends.
    pub(super) async fn ready(&self) -> std::io::Result<AsyncFdReadyGuard<'_, OwnedFd>> {
        self.0.readable().await
    }
}
