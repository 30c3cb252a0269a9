//! A live Linux machine.

mod authorities;
mod bus;
mod clock;
mod command;
pub mod events;
mod exchange;
mod files;
pub mod memory;
pub mod netlink;
pub mod owner;
pub mod packet_filter;
pub mod processes;
mod reply_socket;
mod root;
pub mod service;
mod system;

use std::path::{Path, PathBuf};

use chrono::Utc;
use tenken_model::fact::system::SystemFamily;
use tenken_model::{Instant, Size, Span};

use self::packet_filter::Helper;
use self::root::Root;
use super::tls::TlsReading;
use super::{
    BusProperty, CommandOutput, Endpoint, Entry, Host, KernelClockReading, Metadata, NetfilterDump, NetlinkDump,
    Process, ReadError, ReadErrorKind, SntpReading, SocketDump, SystemReading, VendorCommand, network,
};

/// The family of systems that this program runs on.
pub const FAMILY: SystemFamily = SystemFamily::Linux;

/// This machine.
#[derive(Debug, Clone)]
pub struct LiveHost {
    root: Root,
    helper: Helper,
}

impl LiveHost {
    /// This machine as it is.
    pub fn new() -> Self {
        Self { root: Root::Machine, helper: Helper::default() }
    }

    /// This machine with all files and sockets looked up below a folder, as after chroot(2): symbolic links
    /// and `..` never leave it. `/proc`, the clock, the network and vendors' commands stay the machine's.
    pub fn with_root(root: PathBuf) -> Self {
        Self { root: Root::Below(root), helper: Helper::default() }
    }

    /// The same, for whoever typed the folder.
    pub fn below(root: &Path) -> Result<Self, ReadError> {
        Ok(Self::with_root(root.to_owned()))
    }

    /// The folder all paths but those of `/proc` are looked up below.
    fn root_folder(&self) -> PathBuf {
        match &self.root {
            Root::Machine => PathBuf::from("/"),
            Root::Below(folder) => folder.clone(),
        }
    }
}

impl Default for LiveHost {
    fn default() -> Self {
        Self::new()
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
        files::read(&self.root, path, limit)
    }

    fn read_part(&self, path: &Path, offset: u64, len: Size) -> Result<Vec<u8>, ReadError> {
        files::read_part(&self.root, path, offset, len)
    }

    fn read_device(&self, path: &Path, offset: u64, len: Size) -> Result<Vec<u8>, ReadError> {
        files::read_device(&self.root, path, offset, len)
    }

    fn list(&self, path: &Path, limit: usize) -> Result<Vec<Entry>, ReadError> {
        files::list(&self.root, path, limit)
    }

    fn metadata(&self, path: &Path) -> Result<Metadata, ReadError> {
        files::metadata(&self.root, path)
    }

    fn access_list(&self, path: &Path) -> Result<Option<Vec<u8>>, ReadError> {
        files::access_list(&self.root, path)
    }

    fn read_link(&self, path: &Path) -> Result<PathBuf, ReadError> {
        files::read_link(&self.root, path)
    }

    fn processes(&self) -> Result<Vec<Process>, ReadError> {
        processes::list()
    }

    fn kernel_clock(&self) -> Result<KernelClockReading, ReadError> {
        clock::kernel_clock()
    }

    fn netlink_dump(&self, dump: NetlinkDump) -> Result<Vec<Vec<u8>>, ReadError> {
        netlink::dump(dump)
    }

    fn netfilter_dump(&self, dump: &NetfilterDump) -> Result<Vec<Vec<u8>>, ReadError> {
        match packet_filter::dump(dump) {
            Err(error) if error.kind == ReadErrorKind::NotPermitted => self.helper.dump(&self.root, dump, error),
            answered => answered,
        }
    }

    fn socket_dump(&self, dump: SocketDump) -> Result<Vec<Vec<u8>>, ReadError> {
        netlink::sockets::dump(dump)
    }

    fn exchange(&self, endpoint: &Endpoint, request: &[u8], limit: Size, within: Span) -> Result<Vec<u8>, ReadError> {
        exchange::exchange(&self.root, endpoint, request, limit, within)
    }

    fn sntp(&self, server: &str, within: Span) -> Result<SntpReading, ReadError> {
        network::sntp::ask(server, within)
    }

    fn tls_probe(&self, servers: &[String], within: Span) -> Vec<Result<TlsReading, ReadError>> {
        if servers.is_empty() {
            return Vec::new();
        }
        network::tls::probe(&authorities::authorities(&self.root), servers, within, self.now())
    }

    fn bus_property(&self, property: &BusProperty) -> Result<serde_json::Value, ReadError> {
        bus::property(&self.root, property)
    }

    fn run(&self, command: &VendorCommand) -> Result<CommandOutput, ReadError> {
        command::run(command)
    }

    fn system(&self) -> Result<SystemReading, ReadError> {
        system::system()
    }
}

#[cfg(test)]
mod tests;
