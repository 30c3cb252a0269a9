//! From a host to facts: one folder per topic.
//!
//! A collector chooses sources and puts a fact together; every format it meets has a pure parser
//! beside it, from bytes to typed values. What a collector looks at through [`Look`] is recorded as
//! the fact's sources, and each path it looked at wakes it again when it changes.
//!
//! Every topic's folder has one `pub fn collect(look: &Look<'_>, needs: &Needs) -> Outcome<Fact>`.
//! What topics read alike is beside them: [`glob`] finds the files of a pattern, [`ssh_daemon`] those of sshd, [`pam`] those of
//! PAM, [`systemd_config`] those of systemd's daemons; [`devices`] what a file system lies on, [`packages`] what package managers
//! keep, [`systemd_unit`] how a unit starts, [`sqlite`] databases, [`event_record`] the event log of Windows,
//! [`certificate_blob`] certificates of its stores, [`windows_people`] whose settings are loaded there, [`windows_path`] its paths,
//! [`file_time`] and [`cim_time`] its times, [`security_descriptor`] who may do what there.
//!
//! How a topic is read on Windows is in `windows.rs` or `windows/` of its folder; [`crate::gather`] asks by the family of the host.

pub mod account_events;
pub mod accounts;
pub mod antivirus;
pub mod automatic_sign_in;
pub mod backups;
pub mod boot_protection;
pub mod certificate_blob;
pub mod certificates;
pub mod cim_time;
pub mod devices;
pub mod disk_encryption;
pub mod event_record;
pub mod exchange_endpoints;
pub mod execution_control;
pub mod file_time;
pub mod firewall;
pub mod forwarding;
pub mod glob;
pub mod ipsec;
pub mod key_file;
pub mod listeners;
pub mod logs;
pub mod look;
mod look_windows;
pub mod memory;
pub mod neighbours;
pub mod network_protocols;
pub mod office_macros;
pub mod outbox;
pub mod packages;
pub mod pam;
pub mod password_policy;
pub mod password_storage;
pub mod property_list;
pub mod remote_access;
pub mod removable_media;
pub mod screen_lock;
pub mod security_descriptor;
pub mod session_timeout;
pub mod sessions;
pub mod shares;
pub mod software;
pub mod sqlite;
pub mod ssh_daemon;
pub mod system;
pub mod systemd_config;
pub mod systemd_unit;
pub mod time_sync;
pub mod updates;
pub mod watched_path;
pub mod windows_network_use;
pub mod windows_path;
pub mod windows_people;
pub mod windows_setting;
pub mod wireless;
pub mod written_secrets;
mod xml_reference;

pub use look::{Look, Wake};
pub use watched_path::WatchedPath;

use tenken_model::observation::Outcome;
use tenken_model::register::Registers;
use tenken_model::{Instant, Reason, ReasonCode};

/// What a collector needs to know beyond the host itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Needs {
    /// Register rows that bear on this host.
    pub registers: Registers,
    /// Time servers to measure against; empty means none were given.
    pub time_references: Vec<String>,
    /// The wall clock when collecting began.
    pub now: Instant,
}

/// That a topic is not read on the host's system.
pub fn unread<T>(look: &Look<'_>) -> Outcome<T> {
    let system = look.family().title();
    Outcome::Failed(Reason::new(ReasonCode::Unsupported, format!("read it on {system}: not by this version")))
}
