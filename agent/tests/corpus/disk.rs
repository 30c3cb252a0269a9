//! A host laid out on a real disk: files are read through the live host, everything else is answered as it is written.

use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
use std::path::{Path, PathBuf};

use tenken_agent::host::linux::LiveHost;
use tenken_agent::host::tls::TlsReading;
use tenken_agent::host::{
    BusProperty, CommandOutput, Endpoint, Entry, Host, KernelClockReading, Metadata, NetfilterDump, NetlinkDump,
    Process, ReadError, Recording, SntpReading, SystemReading, VendorCommand,
};
use tenken_model::{Instant, Size, Span};

use crate::compose::{Access, Composed, Lies};

/// The host on disk; its folder goes with it.
pub(crate) struct OnDisk {
    _folder: tempfile::TempDir,
    files: LiveHost,
    rest: Recording,
}

impl OnDisk {
    /// Lays a host out. `None` where it holds what a disk cannot: a path that root may not look at, one on another disk, or
    /// the kernel's own, and where it is looked at twice: numbers of files are the disk's.
    pub(crate) fn lay_out(composed: &Composed) -> Option<Self> {
        let elsewhere = |lies: &Lies| match lies {
            Lies::Denied => true,
            Lies::File { access, .. } | Lies::Folder { access } => access.other_disk,
            Lies::Link(_) => false,
        };
        let kernels = |path: &PathBuf| path.starts_with("/proc") || path.starts_with("/sys");
        if composed.later.is_some() || composed.disk.iter().any(|(path, lies)| elsewhere(lies) || kernels(path)) {
            return None;
        }
        let folder = tempfile::tempdir_in(place()).unwrap();
        for (path, lies) in &composed.disk {
            put(folder.path(), path, lies);
        }
        // Folders last: what is put into one changes its time.
        for (path, lies) in composed.disk.iter().rev() {
            if let Lies::Folder { access } = lies {
                give(&below(folder.path(), path), access);
            }
        }
        let files = LiveHost::with_root(folder.path().to_owned());
        Some(Self { _folder: folder, files, rest: composed.host.clone() })
    }

    fn files(&self, path: &Path) -> &dyn Host {
        if path.starts_with("/proc") { &self.rest } else { &self.files }
    }
}

/// A file system in memory where there is one: many small files are laid out and taken away again.
fn place() -> PathBuf {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() }
}

fn below(root: &Path, path: &Path) -> PathBuf {
    root.join(path.strip_prefix("/").unwrap())
}

fn put(root: &Path, path: &Path, lies: &Lies) {
    let place = below(root, path);
    std::fs::create_dir_all(place.parent().unwrap()).unwrap();
    match lies {
        Lies::File { bytes, access } => {
            std::fs::write(&place, bytes).unwrap();
            give(&place, access);
        }
        Lies::Folder { .. } => std::fs::create_dir_all(&place).unwrap(),
        Lies::Link(target) => symlink(target, &place).unwrap(),
        Lies::Denied => {}
    }
}

fn give(place: &Path, access: &Access) {
    chown(place, Some(access.uid), Some(access.gid)).unwrap();
    std::fs::set_permissions(place, std::fs::Permissions::from_mode(access.mode)).unwrap();
    std::fs::File::open(place).unwrap().set_modified(access.modified.into()).unwrap();
}

impl Host for OnDisk {
    fn family(&self) -> tenken_model::fact::system::SystemFamily {
        self.files.family()
    }

    fn now(&self) -> Instant {
        Host::now(&self.rest)
    }

    fn read(&self, path: &Path, limit: Size) -> Result<Vec<u8>, ReadError> {
        self.files(path).read(path, limit)
    }

    fn read_part(&self, path: &Path, offset: u64, len: Size) -> Result<Vec<u8>, ReadError> {
        self.files(path).read_part(path, offset, len)
    }

    fn read_device(&self, path: &Path, offset: u64, len: Size) -> Result<Vec<u8>, ReadError> {
        Host::read_device(&self.rest, path, offset, len)
    }

    fn list(&self, path: &Path, limit: usize) -> Result<Vec<Entry>, ReadError> {
        self.files(path).list(path, limit)
    }

    fn metadata(&self, path: &Path) -> Result<Metadata, ReadError> {
        self.files(path).metadata(path)
    }

    fn access_list(&self, path: &Path) -> Result<Option<Vec<u8>>, ReadError> {
        self.files(path).access_list(path)
    }

    fn read_link(&self, path: &Path) -> Result<PathBuf, ReadError> {
        self.files(path).read_link(path)
    }

    fn processes(&self) -> Result<Vec<Process>, ReadError> {
        Host::processes(&self.rest)
    }

    fn kernel_clock(&self) -> Result<KernelClockReading, ReadError> {
        Host::kernel_clock(&self.rest)
    }

    fn netlink_dump(&self, dump: NetlinkDump) -> Result<Vec<Vec<u8>>, ReadError> {
        Host::netlink_dump(&self.rest, dump)
    }

    fn netfilter_dump(&self, dump: &NetfilterDump) -> Result<Vec<Vec<u8>>, ReadError> {
        Host::netfilter_dump(&self.rest, dump)
    }

    fn exchange(&self, endpoint: &Endpoint, request: &[u8], limit: Size, within: Span) -> Result<Vec<u8>, ReadError> {
        Host::exchange(&self.rest, endpoint, request, limit, within)
    }

    fn sntp(&self, server: &str, within: Span) -> Result<SntpReading, ReadError> {
        Host::sntp(&self.rest, server, within)
    }

    fn tls_probe(&self, servers: &[String], within: Span) -> Vec<Result<TlsReading, ReadError>> {
        Host::tls_probe(&self.rest, servers, within)
    }

    fn bus_property(&self, property: &BusProperty) -> Result<serde_json::Value, ReadError> {
        Host::bus_property(&self.rest, property)
    }

    fn run(&self, command: &VendorCommand) -> Result<CommandOutput, ReadError> {
        Host::run(&self.rest, command)
    }

    fn system(&self) -> Result<SystemReading, ReadError> {
        Host::system(&self.rest)
    }
}
