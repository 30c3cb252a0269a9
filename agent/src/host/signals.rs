//! What a service manager tells of the machine beside starting and stopping: that it woke from sleep, that somebody signed in.
//!
//! Only Windows has such a manager. Its service raises signals from a thread of the system; [`Events`](super::live::Events) of
//! Windows takes them together with what it watches itself and makes wakes of them by [`wakes_of`].

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::windows_api::Hive;
use crate::collect::Wake;

/// What happened to the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Signal {
    /// It came back from sleep or hibernation.
    Resumed,
    /// The wall clock was set.
    ClockSet,
    /// Somebody signed in or out, so that a hive of a person was loaded or unloaded.
    PersonCameOrWent,
}

/// The signals of this process. A service has one service manager, so there is one of these.
pub static SIGNALS: Signals = Signals::new();

/// The signals that were raised and not taken yet. They have one taker.
#[derive(Debug)]
pub struct Signals {
    raised: Mutex<BTreeSet<Signal>>,
    news: Notify,
}

impl Signals {
    /// None was raised.
    pub const fn new() -> Self {
        Self { raised: Mutex::new(BTreeSet::new()), news: Notify::const_new() }
    }

    /// It happened. From any thread, also one without a runtime; never waits for the taker.
    pub fn raise(&self, signal: Signal) {
        self.raised().insert(signal);
        self.news.notify_one();
    }

    /// Waits until something was raised, and takes it. What was raised before is not lost, and dropping the future loses
    /// nothing.
    pub async fn next(&self) -> BTreeSet<Signal> {
        loop {
            let raised = std::mem::take(&mut *self.raised());
            if !raised.is_empty() {
                return raised;
            }
            self.news.notified().await;
        }
    }

    fn raised(&self) -> MutexGuard<'_, BTreeSet<Signal>> {
        self.raised.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Signals {
    fn default() -> Self {
        Self::new()
    }
}

/// What of the watched is woken by a signal.
///
/// After sleep the loop has to turn, which looks at its clocks: [`Wake::ClockStep`] is watched whatever collectors look at. A
/// hive that is loaded is not a change of a key that was watched before, so everything of people's hives is looked at anew.
pub fn wakes_of(signal: Signal, watched: &BTreeSet<Wake>) -> Vec<Wake> {
    match signal {
        Signal::Resumed | Signal::ClockSet => vec![Wake::ClockStep],
        Signal::PersonCameOrWent => {
            let of_people = |wake: &&Wake| matches!(wake, Wake::Registry(path) | Wake::RegistryValues(path) if path.hive() == Hive::Users);
            watched.iter().filter(of_people).cloned().collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::windows_api::RegistryPath;

    #[tokio::test]
    async fn signals_are_taken_once_whenever_they_were_raised() {
        let signals = Signals::new();
        signals.raise(Signal::Resumed);
        signals.raise(Signal::Resumed);
        signals.raise(Signal::ClockSet);
        assert_eq!(signals.next().await, BTreeSet::from([Signal::Resumed, Signal::ClockSet]));
        let (taken, ()) = tokio::join!(signals.next(), async { signals.raise(Signal::PersonCameOrWent) });
        assert_eq!(taken, BTreeSet::from([Signal::PersonCameOrWent]));
        let nothing = futures_util::FutureExt::now_or_never(signals.next());
        assert_eq!(nothing, None, "nothing is told twice");
    }

    #[test]
    fn somebody_who_signs_in_wakes_what_looks_at_people_and_sleep_wakes_the_clock() {
        let machine = Wake::Registry(RegistryPath::machine(r"SOFTWARE\Policies"));
        let people =
            [r"", r"S-1-5-21-1-2-3-1001\Control Panel\Desktop"].map(|key| Wake::Registry(RegistryPath::users(key)));
        let watched: BTreeSet<Wake> = people.iter().cloned().chain([machine, Wake::ClockStep]).collect();
        let woken: BTreeSet<Wake> = wakes_of(Signal::PersonCameOrWent, &watched).into_iter().collect();
        assert_eq!(woken, BTreeSet::from(people));
        assert_eq!(wakes_of(Signal::Resumed, &watched), [Wake::ClockStep]);
        assert_eq!(wakes_of(Signal::ClockSet, &BTreeSet::new()), [Wake::ClockStep]);
    }
}
