//! Tenken's agent: reads a host, judges it, and reports what changed.
//!
//! The path of data: [`host`] (the only door to the machine) -> [`collect`] (one fact per topic)
//! -> judging by `tenken-engine` -> spool -> transport. It reads; it never changes the host.

pub mod collect;
pub mod command;
pub mod doctor;
pub mod durable;
pub mod enrol;
pub mod first_start;
pub mod gather;
pub mod host;
pub mod identity;
pub mod jitter;
pub mod machine;
pub mod policy;
pub mod run;
pub mod schedule;
pub mod show;
pub mod spool;
pub mod state;
pub mod transport;
