//! A live Mac. It type-checks and was never run: there is no Mac among the machines it is built on.

mod command;
pub mod events;
mod files;
pub mod memory;
pub mod service;
mod system;

use std::path::{Path, PathBuf};

use chrono::Utc;
use tenken_model::fact::system::SystemFamily;
use tenken_model::{Instant, Reason, ReasonCode, Size, Span};

use super::tls::TlsReading;
use super::{
    CommandOutput, Entry, Host, KernelClockReading, Metadata, Process, ReadError, SntpReading, SystemReading,
    VendorCommand, network, no_such_thing,
};

/// The family of systems that this program runs on.
pub const FAMILY: SystemFamily = SystemFamily::Macos;

/// This machine.
#[derive(Debug, Clone, Default)]
pub struct LiveHost;

impl LiveHost {
    /// This machine as it is.
    pub fn new() -> Self {
        Self
    }

    /// Another disk in place of this machine's: not on macOS, whose system lies on several volumes.
    pub fn below(root: &Path) -> Result<Self, ReadError> {
        Err(no_such_thing(SystemFamily::Macos, format!("read the disk below {}", root.display())))
    }
}

impl Host for LiveHost {
    fn now(&self) -> Instant {
        Utc::now()
    }

    fn family(&self) -> SystemFamily {
        FAMILY
    }

    fn read(&self, path: &Path, limit: Size) -> Result<Vec<u8>, ReadError> {
        files::read(path, limit)
    }

    fn read_part(&self, path: &Path, offset: u64, len: Size) -> Result<Vec<u8>, ReadError> {
        files::read_part(path, offset, len)
    }

    fn list(&self, path: &Path, limit: usize) -> Result<Vec<Entry>, ReadError> {
        files::list(path, limit)
    }

    fn metadata(&self, path: &Path) -> Result<Metadata, ReadError> {
        files::metadata(path)
    }

    fn read_link(&self, path: &Path) -> Result<PathBuf, ReadError> {
        std::fs::read_link(path).map_err(|error| ReadError::from_io(format!("read link {}", path.display()), &error))
    }

    fn processes(&self) -> Result<Vec<Process>, ReadError> {
        system::processes()
    }

    fn kernel_clock(&self) -> Result<KernelClockReading, ReadError> {
        Err(no_such_thing(SystemFamily::Macos, "ask the kernel's clock"))
    }

    fn sntp(&self, server: &str, within: Span) -> Result<SntpReading, ReadError> {
        network::sntp::ask(server, within)
    }

    fn tls_probe(&self, servers: &[String], within: Span) -> Vec<Result<TlsReading, ReadError>> {
        if servers.is_empty() {
            return Vec::new();
        }
        // The keychain of the system gives them to programs of Apple's frameworks only.
        let detail = "read the authorities that this host trusts: not on macOS";
        let authorities = Err(Reason::new(ReasonCode::Unsupported, detail));
        network::tls::probe(&authorities, servers, within, self.now())
    }

    fn run(&self, command: &VendorCommand) -> Result<CommandOutput, ReadError> {
        command::run(command)
    }

    fn system(&self) -> Result<SystemReading, ReadError> {
        system::system()
    }
}
