//! How many connections one certificate holds: few, so that no host takes the places of the others.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustls::pki_types::CertificateDer;
use tenken_model::digest::Digest;
use tokio::sync::oneshot;

/// The connections of each certificate, the oldest first.
#[derive(Debug)]
pub(super) struct Held {
    most: usize,
    connections: Mutex<Connections>,
}

#[derive(Debug, Default)]
struct Connections {
    last: u64,
    of: HashMap<Digest, VecDeque<(u64, oneshot::Sender<()>)>>,
}

/// The place of one connection. Dropping it gives it up.
#[derive(Debug)]
pub(super) struct Place {
    held: Arc<Held>,
    certificate: Digest,
    number: u64,
    taken: oneshot::Receiver<()>,
}

impl Held {
    /// None yet; each certificate may hold at most so many.
    pub(super) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { most, connections: Mutex::default() })
    }

    /// A place for a new connection. Where a certificate holds all of its own, the oldest is taken from it: that of an agent
    /// whose network went away without a word is as good as gone.
    pub(super) fn enter(self: &Arc<Self>, certificate: &CertificateDer<'_>) -> Place {
        let certificate = Digest::of(certificate);
        let (given, taken) = oneshot::channel();
        let mut connections = self.connections();
        connections.last += 1;
        let number = connections.last;
        let own = connections.of.entry(certificate).or_default();
        own.push_back((number, given));
        while own.len() > self.most {
            own.pop_front();
        }
        Place { held: Arc::clone(self), certificate, number, taken }
    }

    fn connections(&self) -> MutexGuard<'_, Connections> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// Waits until a newer connection has taken it.
    pub(super) async fn taken(&mut self) {
        // Nothing is ever sent: the other end is dropped.
        let _dropped = (&mut self.taken).await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut connections = self.held.connections();
        if let Some(own) = connections.of.get_mut(&self.certificate) {
            own.retain(|(number, _)| *number != self.number);
            if own.is_empty() {
                connections.of.remove(&self.certificate);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[test]
    fn the_oldest_connection_gives_way_to_the_newest_of_its_own_certificate() {
        let held = Held::new(2);
        let [one, other] = [[1], [2]].map(|bytes| CertificateDer::from(bytes.to_vec()));
        let mut places: Vec<Place> = [&one, &other, &one, &one].map(|certificate| held.enter(certificate)).into();
        let taken: Vec<bool> = places.iter_mut().map(|place| place.taken().now_or_never().is_some()).collect();
        assert_eq!(taken, [true, false, false, false]);
        places.truncate(3);
        let mut next = held.enter(&one);
        assert!(places.iter_mut().skip(1).all(|place| place.taken().now_or_never().is_none()), "one had ended");
        assert!(next.taken().now_or_never().is_none());
        drop((places, next));
        assert!(held.connections().of.is_empty(), "nothing is remembered of who left");
    }
}
