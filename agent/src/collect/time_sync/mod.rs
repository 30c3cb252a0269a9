//! The clock: every time service, the kernel, and the agent's own measurement.

mod chrony;
pub mod chrony_conf;
pub mod chrony_packet;
pub mod chrony_sources;
pub mod control_message;
pub mod macos;
mod measured;
pub mod ntpd;
mod running;
pub mod timesyncd;
pub mod w32time;
pub mod windows;
pub mod zone;

use tenken_model::fact::time_sync::{KernelClock, TimeService, TimeServiceKind, TimeSync};
use tenken_model::observation::Outcome;
use tenken_model::{Read, Reason};

use super::{Look, Needs, Wake};

/// Reads the clock's state. It is never absent: a host without any time service has none, which is a fact.
pub fn collect(look: &Look<'_>, needs: &Needs) -> Outcome<TimeSync> {
    look.wake_on(Wake::ClockStep);
    let mut services: Vec<TimeService> = Vec::new();
    services.extend(chrony::read(look));
    services.extend(timesyncd::read(look));
    services.extend(ntpd::read(look));
    let kernel = look
        .kernel_clock()
        .map(|reading| KernelClock {
            synchronised: !reading.unsynchronised,
            max_error: reading.max_error,
            estimated_error: reading.estimated_error,
        })
        .map_err(|error| error.reason())
        .into();
    Outcome::Known(TimeSync { services, kernel, measured: measured::read(look, needs), time_zone: zone::read(look) })
}

/// Names without those that came before.
fn each_once(names: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for name in names {
        if !kept.contains(&name) {
            kept.push(name);
        }
    }
    kept
}

/// A service that does not run and so follows nobody.
fn idle(kind: TimeServiceKind, configured: Read<Vec<String>>) -> TimeService {
    TimeService {
        kind,
        running: Read::Measured(false),
        synchronised: Read::Measured(false),
        source: Read::Measured(None),
        stratum: Read::Measured(None),
        last_sync: Read::Measured(None),
        offset: Read::Measured(None),
        configured,
    }
}

/// A service that does not tell how it stands.
fn untold(kind: TimeServiceKind, running: Read<bool>, configured: Read<Vec<String>>, reason: &Reason) -> TimeService {
    TimeService {
        kind,
        running,
        synchronised: Read::NotRead(reason.clone()),
        source: Read::NotRead(reason.clone()),
        stratum: Read::NotRead(reason.clone()),
        last_sync: Read::NotRead(reason.clone()),
        offset: Read::NotRead(reason.clone()),
        configured,
    }
}

#[cfg(test)]
mod tests;
