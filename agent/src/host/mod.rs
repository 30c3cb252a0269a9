//! The only door to the machine.
//!
//! Everything the agent knows of a host comes through [`Host`], so that a recorded host can take
//! the place of a live one. Platform code, `cfg`, `unsafe` and child processes live below this
//! folder and nowhere else. Nothing here interprets what it reads: parsers are pure functions in
//! [`crate::collect`].

pub mod clocks;
pub mod error;
pub mod events;
#[cfg(target_os = "linux")]
pub mod linux;
pub mod live;
#[cfg(target_os = "macos")]
pub mod macos;
pub mod network;
pub mod ownership;
pub mod packet_filter;
pub mod recorded;
pub mod recording;
pub mod registration;
pub mod scrub;
pub mod secret;
pub mod signals;
pub mod storage;
pub mod tls;
#[cfg(unix)]
pub mod unix;
#[cfg(windows)]
pub mod windows;
pub mod windows_api;
pub mod windows_files;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tenken_model::fact::system::SystemFamily;
use tenken_model::{Instant, Size, Span};

pub use error::{ReadError, ReadErrorKind};
pub use recorded::Recording;
pub use recording::Recorder;
pub use scrub::scrub;

use self::windows_api::{NotWindows, WindowsApi};

/// Whether this program records hosts and judges recordings. Without, the only host is the one it runs on, and what reads other
/// systems is not in it.
pub const RECORDINGS: bool = cfg!(feature = "recordings");

/// A machine that can be read. What only Linux has is refused by the others.
///
/// Calls block; the scheduler runs collectors off its own thread and bounds their time.
pub trait Host: Send + Sync {
    /// The wall clock.
    fn now(&self) -> Instant;

    /// The family of its operating system.
    fn family(&self) -> SystemFamily;

    /// The interfaces that Windows alone has. On other systems each refuses.
    fn windows(&self) -> &dyn WindowsApi {
        &NotWindows
    }

    /// A whole regular file of at most `limit`. A larger file is [`ReadErrorKind::TooLarge`], never cut in
    /// silence. Devices, pipes and sockets are refused.
    fn read(&self, path: &Path, limit: Size) -> Result<Vec<u8>, ReadError>;

    /// At most `len` bytes of a regular file from `offset`; fewer at its end.
    fn read_part(&self, path: &Path, offset: u64, len: Size) -> Result<Vec<u8>, ReadError>;

    /// At most `len` bytes of a block device from `offset`; fewer at its end. Whatever is no block device is refused.
    fn read_device(&self, path: &Path, offset: u64, len: Size) -> Result<Vec<u8>, ReadError> {
        Err(no_such_thing(self.family(), format!("read {len} at {offset} of the device {}", path.display())))
    }

    /// The entries of a folder sorted by name, at most `limit` of them; more is `TooLarge`.
    fn list(&self, path: &Path, limit: usize) -> Result<Vec<Entry>, ReadError>;

    /// What a path is, following symbolic links.
    fn metadata(&self, path: &Path) -> Result<Metadata, ReadError>;

    /// The access control list of a path as the kernel keeps it (`system.posix_acl_access`), following symbolic links; nothing
    /// where it has none beside its mode.
    fn access_list(&self, path: &Path) -> Result<Option<Vec<u8>>, ReadError> {
        Err(no_such_thing(self.family(), format!("read the access list of {}", path.display())))
    }

    /// Where a symbolic link points, as it is written; not followed.
    fn read_link(&self, path: &Path) -> Result<PathBuf, ReadError>;

    /// Running processes: number and the file name of what they run.
    fn processes(&self) -> Result<Vec<Process>, ReadError>;

    /// The kernel's own view of its clock.
    fn kernel_clock(&self) -> Result<KernelClockReading, ReadError>;

    /// The raw answers (one per datagram) to a dump request on the routing netlink socket.
    fn netlink_dump(&self, dump: NetlinkDump) -> Result<Vec<Vec<u8>>, ReadError> {
        Err(no_such_thing(self.family(), format!("dump netlink {dump:?}")))
    }

    /// The raw answers (one per datagram) to a dump request on the netfilter netlink socket. The kernel gives them only to
    /// holders of CAP_NET_ADMIN; to others its helper tells them, where there is one. Who begins to read asks for the tables first.
    fn netfilter_dump(&self, dump: &NetfilterDump) -> Result<Vec<Vec<u8>>, ReadError> {
        Err(no_such_thing(self.family(), format!("dump {dump}")))
    }

    /// The raw answers (one per datagram) to a dump request for sockets that wait. Where the kernel does not tell them so, and in
    /// recordings, its tables in `/proc/net` say the same.
    fn socket_dump(&self, dump: SocketDump) -> Result<Vec<Vec<u8>>, ReadError> {
        Err(no_such_thing(self.family(), format!("dump {dump}")))
    }

    /// Sends `request` to a local service and returns its answer: for a stream until it closes or `limit`
    /// is reached, for datagrams the first one.
    fn exchange(
        &self,
        endpoint: &Endpoint,
        _request: &[u8],
        _limit: Size,
        _within: Span,
    ) -> Result<Vec<u8>, ReadError> {
        Err(no_such_thing(self.family(), format!("ask {endpoint}")))
    }

    /// One SNTP exchange with a server (`name`, `name:port` or an address).
    fn sntp(&self, server: &str, within: Span) -> Result<SntpReading, ReadError>;

    /// What servers of TLS (`name:port` or `address:port`) answer to somebody without a certificate, all asked at a time and
    /// in the order in which they are named.
    fn tls_probe(&self, servers: &[String], within: Span) -> Vec<Result<tls::TlsReading, ReadError>>;

    /// A property of a service on the system bus, as JSON. A service that does not run is not started for it: it is
    /// [`ReadErrorKind::NotThere`].
    fn bus_property(&self, property: &BusProperty) -> Result<serde_json::Value, ReadError> {
        Err(no_such_thing(self.family(), format!("read {property} on the system bus")))
    }

    /// Runs one of the vendor commands this agent knows: fixed path, fixed arguments, no shell, bounded
    /// time and output, `LC_ALL=C`, lowest priority. Times it prints without a zone are in the host's.
    fn run(&self, command: &VendorCommand) -> Result<CommandOutput, ReadError>;

    /// Name, version and kernel of the operating system.
    fn system(&self) -> Result<SystemReading, ReadError>;
}

/// Of what a system has no such thing.
fn no_such_thing(family: SystemFamily, tried: impl Into<String>) -> ReadError {
    ReadError::new(ReadErrorKind::Unsupported, tried, format!("there is no such thing on {}", family.title()))
}

/// An entry of a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The name; bytes that are no UTF-8 are replaced.
    pub name: String,
    /// What it is, symbolic links not followed.
    pub kind: EntryKind,
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// A device, pipe or socket.
    Other,
}

/// What a path is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metadata {
    /// Its kind.
    pub kind: EntryKind,
    /// Its size in bytes.
    pub size: Size,
    /// When its content was last changed.
    pub modified: Instant,
    /// Permission bits; 0 where the system has none.
    pub mode: u32,
    /// Owner; 0 where the system has none.
    pub uid: u32,
    /// Group; 0 where the system has none.
    pub gid: u32,
    /// The device (file system) it is on.
    pub device: u64,
    /// Its number on that device; 0 where the system has none, and in recordings of older agents.
    #[serde(default)]
    pub inode: u64,
}

/// A running process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Process {
    /// Its number.
    pub pid: u32,
    /// The file name of its program, without folder: `chronyd`.
    pub name: String,
    /// The whole path of its program, which Windows tells: `C:\Windows\System32\lsass.exe`. Absent where the process may not be
    /// asked, and on other systems.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

/// What adjtimex(2) tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KernelClockReading {
    /// STA_UNSYNC is set.
    pub unsynchronised: bool,
    /// Bound on the error.
    pub max_error: Span,
    /// Estimated error.
    pub estimated_error: Span,
}

/// A dump of the routing netlink socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NetlinkDump {
    /// Interfaces (RTM_GETLINK).
    Links,
    /// Neighbours of both families (RTM_GETNEIGH).
    Neighbours,
    /// Routes (RTM_GETROUTE).
    Routes,
}

/// A dump of the netfilter netlink socket, of all families where none is named.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NetfilterDump {
    /// Tables of nf_tables (NFT_MSG_GETTABLE).
    Tables,
    /// Chains (NFT_MSG_GETCHAIN).
    Chains,
    /// Rules (NFT_MSG_GETRULE).
    Rules,
    /// Elements of one set (NFT_MSG_GETSETELEM).
    Elements {
        /// The family's number (NFPROTO_*).
        family: u8,
        /// The table.
        table: String,
        /// The set.
        set: String,
    },
}

impl std::fmt::Display for NetfilterDump {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Tables => f.write_str("tables of nf_tables"),
            Self::Chains => f.write_str("chains of nf_tables"),
            Self::Rules => f.write_str("rules of nf_tables"),
            Self::Elements { family, table, set } => write!(f, "set {set} of table {table} (family {family})"),
        }
    }
}

/// A dump of the sockets of one protocol and family that wait for others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SocketDump {
    /// TCP over IPv4.
    Tcp4,
    /// TCP over IPv6.
    Tcp6,
    /// UDP over IPv4.
    Udp4,
    /// UDP over IPv6.
    Udp6,
}

impl std::fmt::Display for SocketDump {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Tcp4 => "sockets of TCP over IPv4",
            Self::Tcp6 => "sockets of TCP over IPv6",
            Self::Udp4 => "sockets of UDP over IPv4",
            Self::Udp6 => "sockets of UDP over IPv6",
        })
    }
}

/// A local service that can be asked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Endpoint {
    /// A stream socket in the file system.
    UnixStream(PathBuf),
    /// A datagram socket in the file system.
    UnixDatagram(PathBuf),
    /// UDP on the loopback address.
    LoopbackUdp(u16),
    /// TCP on the loopback address.
    LoopbackTcp(u16),
}

impl std::fmt::Display for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::UnixStream(path) | Self::UnixDatagram(path) => write!(f, "{}", path.display()),
            Self::LoopbackUdp(port) => write!(f, "127.0.0.1:{port}/udp"),
            Self::LoopbackTcp(port) => write!(f, "127.0.0.1:{port}/tcp"),
        }
    }
}

/// One SNTP exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SntpReading {
    /// How far this clock is behind (positive) or ahead (negative) of the server's, in microseconds.
    pub offset_micros: i64,
    /// Round trip without the server's own time, in microseconds.
    pub delay_micros: i64,
    /// The server's root distance (half its root delay plus its root dispersion), in microseconds.
    pub root_distance_micros: i64,
    /// The server's stratum, 1 to 15; 16 when it is not synchronised.
    pub stratum: u8,
    /// The server says that it is synchronised.
    pub synchronised: bool,
}

/// A property on the system bus.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BusProperty {
    /// Bus name: `org.freedesktop.timesync1`.
    pub service: String,
    /// Object path.
    pub path: String,
    /// Interface.
    pub interface: String,
    /// Property.
    pub name: String,
}

impl std::fmt::Display for BusProperty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.interface, self.name)
    }
}

/// The commands of vendors that alone can tell something. The list is closed: no policy can add to it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VendorCommand {
    /// `restic --no-lock --no-cache --json snapshots` on a repository, with the password file beside its register row.
    ResticSnapshots {
        /// The repository.
        repository: PathBuf,
        /// The file that holds its password.
        password_file: PathBuf,
    },
    /// `borg --bypass-lock list --json` on a repository.
    BorgList {
        /// The repository.
        repository: PathBuf,
        /// The file that holds its passphrase; absent for a repository without one.
        passphrase_file: Option<PathBuf>,
    },
    /// `btrfs subvolume list -s` on a mounted file system.
    BtrfsSnapshots {
        /// The mount point.
        mount: PathBuf,
    },
    /// `zfs list -Hp -t snapshot -o name,creation -r` on a dataset: a name, a tab and seconds since 1970 a line.
    ZfsSnapshots {
        /// The dataset.
        dataset: String,
    },
    /// `diskutil apfs list -plist`: the containers and volumes of APFS of a Mac.
    ApfsVolumes,
    /// `socketfilterfw --getglobalstate`: whether the firewall of a Mac is on.
    ApplicationFirewall,
    /// `zfs get -Hp -o value encryption` on a dataset: `off` or the name of a cipher.
    ZfsEncryption {
        /// The dataset.
        dataset: String,
    },
}

impl std::fmt::Display for VendorCommand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::ResticSnapshots { repository, .. } => write!(f, "restic snapshots of {}", repository.display()),
            Self::BorgList { repository, .. } => write!(f, "borg list of {}", repository.display()),
            Self::BtrfsSnapshots { mount } => write!(f, "btrfs subvolume list of {}", mount.display()),
            Self::ZfsSnapshots { dataset } => write!(f, "zfs list of {dataset}"),
            Self::ApfsVolumes => f.write_str("diskutil apfs list"),
            Self::ApplicationFirewall => f.write_str("socketfilterfw --getglobalstate"),
            Self::ZfsEncryption { dataset } => write!(f, "zfs get of {dataset}"),
        }
    }
}

/// What a vendor's command said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandOutput {
    /// Its exit code; absent when a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    #[serde(with = "recorded::node::base64_bytes")]
    pub stdout: Vec<u8>,
    /// The first lines of standard error.
    pub stderr: String,
}

/// What the operating system says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SystemReading {
    /// Its id: `debian`, `windows`.
    pub os: String,
    /// Its version.
    pub os_version: String,
    /// The kernel's release.
    pub kernel: String,
    /// The host's name.
    pub host_name: String,
    /// When it was started.
    pub booted_at: Instant,
}
