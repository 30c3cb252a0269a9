//! A live Windows machine.
//!
//! Each file is one interface of Windows; all `unsafe` of it is there. Nothing starts a process.

mod api;
mod authorities;
mod call;
pub(in crate::host) mod clock;
mod descriptor;
mod directory;
mod event_log;
mod event_source;
pub mod events;
mod ffi;
mod files;
pub(in crate::host) mod folders;
pub mod installer;
pub mod memory;
mod network;
mod open;
pub(in crate::host) mod private;
mod registry;
mod revival;
pub mod secret;
mod security;
pub mod service;
mod services;
mod storage;
mod system;
pub mod terminal;
mod wmi;

use std::path::{Path, PathBuf};

use chrono::Utc;
use tenken_model::fact::system::SystemFamily;
use tenken_model::{Instant, Size, Span};

pub(in crate::host) use self::storage::free_space;
use super::tls::TlsReading;
use super::windows_api::WindowsApi;
use super::{
    CommandOutput, Entry, Host, KernelClockReading, Metadata, Process, ReadError, SntpReading, SystemReading,
    VendorCommand, no_such_thing,
};

/// The family of systems that this program runs on.
pub const FAMILY: SystemFamily = SystemFamily::Windows;

/// This machine.
#[derive(Debug, Clone, Default)]
pub struct LiveHost;

impl LiveHost {
    /// This machine as it is.
    pub fn new() -> Self {
        Self
    }

    /// Another disk in place of this machine's: not on Windows, where most of what is read is no file.
    pub fn below(root: &Path) -> Result<Self, ReadError> {
        Err(no_such_thing(SystemFamily::Windows, format!("read the disk below {}", root.display())))
    }
}

impl Host for LiveHost {
    fn now(&self) -> Instant {
        Utc::now()
    }

    fn family(&self) -> SystemFamily {
        FAMILY
    }

    fn windows(&self) -> &dyn WindowsApi {
        self
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
        files::read_link(path)
    }

    fn processes(&self) -> Result<Vec<Process>, ReadError> {
        system::processes()
    }

    fn kernel_clock(&self) -> Result<KernelClockReading, ReadError> {
        clock::kernel_clock()
    }

    fn sntp(&self, server: &str, within: Span) -> Result<SntpReading, ReadError> {
        super::network::sntp::ask(server, within)
    }

    fn tls_probe(&self, servers: &[String], within: Span) -> Vec<Result<TlsReading, ReadError>> {
        if servers.is_empty() {
            return Vec::new();
        }
        let now = self.now();
        super::network::tls::probe(&authorities::authorities(now), servers, within, now)
    }

    fn run(&self, command: &VendorCommand) -> Result<CommandOutput, ReadError> {
        Err(no_such_thing(SystemFamily::Windows, format!("run {command}")))
    }

    fn system(&self) -> Result<SystemReading, ReadError> {
        system::system()
    }
}
