//! Logs as their programs keep them.

mod audit;
mod journal;
mod logrotate;
mod rsyslog;

use tenken_agent::collect::{Look, Needs, logs};
use tenken_agent::host::Recording;
use tenken_model::Instant;
use tenken_model::fact::logs::Logs;
use tenken_model::observation::Outcome;
use tenken_model::register::Registers;

/// What is read of the logs of a host.
fn fact(host: &Recording) -> Logs {
    let needs =
        Needs { registers: Registers::not_given("none"), time_references: Vec::new(), now: Instant::UNIX_EPOCH };
    match logs::collect(&Look::new(host), &needs) {
        Outcome::Known(fact) => fact,
        other => panic!("{other:?}"),
    }
}
