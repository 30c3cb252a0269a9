//! A collector's view of the host: what it looks at is remembered.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use tenken_model::fact::system::SystemFamily;
use tenken_model::observation::{Source, SourceOutcome};
use tenken_model::{Size, Span};

use super::watched_path::WatchedPath;
use crate::host::live::FAMILY;
use crate::host::tls::TlsReading;
use crate::host::windows_api::{RegistryPath, WindowsApi};
use crate::host::{
    BusProperty, CommandOutput, Endpoint, Entry, Host, KernelClockReading, Metadata, NetfilterDump, NetlinkDump,
    Process, RECORDINGS, ReadError, ReadErrorKind, SntpReading, SocketDump, SystemReading, VendorCommand,
};

/// What can change a fact.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wake {
    /// A file or folder appears, changes or goes.
    Path(WatchedPath),
    /// The kernel's neighbour table changes.
    NeighbourEvents,
    /// A process ends.
    ProcessExit(u32),
    /// The wall clock is stepped.
    ClockStep,
    /// A property on the system bus changes. In a box: there are few of them, and thousands of the others.
    BusProperty(Box<BusProperty>),
    /// A registry key, or anything below it, appears, changes or goes.
    Registry(RegistryPath),
    /// The values of a registry key change, or a key in it appears or goes; of what is in those nothing is told.
    RegistryValues(RegistryPath),
    /// A record is added to an event channel.
    EventChannel(String),
}

/// The host as one collector sees it during one run.
pub struct Look<'a> {
    host: &'a dyn Host,
    /// With the number of the place, in the order in which they were looked at first.
    sources: RefCell<BTreeMap<String, (usize, SourceOutcome)>>,
    wakes: RefCell<BTreeSet<Wake>>,
    /// The bus gave no answer in time.
    bus_is_silent: Cell<bool>,
    /// Listing them takes longer than most collectors do beside it.
    processes: OnceCell<Result<Vec<Process>, ReadError>>,
}

impl<'a> Look<'a> {
    /// A fresh view of that host.
    pub fn new(host: &'a dyn Host) -> Self {
        Self {
            host,
            sources: RefCell::default(),
            wakes: RefCell::default(),
            bus_is_silent: Cell::new(false),
            processes: OnceCell::new(),
        }
    }

    /// What was looked at, and what wakes the collector again.
    pub fn finish(self) -> (Vec<Source>, BTreeSet<Wake>) {
        let mut sources: Vec<_> = self.sources.into_inner().into_iter().collect();
        sources.sort_unstable_by_key(|(_, (number, _))| *number);
        let source = |(place, (_, outcome))| Source { place, outcome };
        (sources.into_iter().map(source).collect(), self.wakes.into_inner())
    }

    /// Asks to be woken by something that is not a path looked at.
    pub fn wake_on(&self, wake: Wake) {
        self.wakes.borrow_mut().insert(wake);
    }

    /// A view of the same host whose readings are neither remembered nor wake: for the many files below a place that is
    /// looked at itself.
    #[must_use]
    pub fn aside(&self) -> Self {
        Self::new(self.host)
    }

    /// The family of the host's system. Where it can only be one, the collectors of the others are not in the program.
    pub fn family(&self) -> SystemFamily {
        if RECORDINGS { self.host.family() } else { FAMILY }
    }

    pub(super) fn windows(&self) -> &dyn WindowsApi {
        self.host.windows()
    }

    pub(super) fn note<T>(&self, place: String, result: Result<T, ReadError>) -> Result<T, ReadError> {
        let outcome = match &result {
            Ok(_) => SourceOutcome::Read,
            Err(error) if error.is_not_there() => SourceOutcome::NotThere,
            Err(error) => SourceOutcome::Refused(error.reason()),
        };
        let mut sources = self.sources.borrow_mut();
        let number = sources.len();
        sources.entry(place).or_insert((number, SourceOutcome::Read)).1 = outcome;
        result
    }

    fn note_path<T>(&self, path: &Path, result: Result<T, ReadError>) -> Result<T, ReadError> {
        self.wake_on(Wake::Path(path.into()));
        self.note(path.display().to_string(), result)
    }

    /// See [`Host::read`].
    pub fn read(&self, path: impl AsRef<Path>, limit: Size) -> Result<Vec<u8>, ReadError> {
        self.note_path(path.as_ref(), self.host.read(path.as_ref(), limit))
    }

    /// A file that may be missing: `None` when it is.
    pub fn read_if_there(&self, path: impl AsRef<Path>, limit: Size) -> Result<Option<Vec<u8>>, ReadError> {
        match self.read(path, limit) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.is_not_there() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A file of text, as configuration is. One that holds a NUL byte is something else in its place, such as a program,
    /// and whatever a parser would still find in it means nothing.
    pub fn read_text(&self, path: impl AsRef<Path>, limit: Size) -> Result<Vec<u8>, ReadError> {
        let path = path.as_ref();
        let text = self.host.read(path, limit).and_then(|bytes| match bytes.iter().position(|byte| *byte == 0) {
            None => Ok(bytes),
            Some(at) => {
                let why = format!("it is no text: byte {at} is NUL");
                Err(ReadError::new(ReadErrorKind::WrongKind, format!("read {}", path.display()), why))
            }
        });
        self.note_path(path, text)
    }

    /// A file of text that may be missing: `None` when it is.
    pub fn read_text_if_there(&self, path: impl AsRef<Path>, limit: Size) -> Result<Option<Vec<u8>>, ReadError> {
        match self.read_text(path, limit) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.is_not_there() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// See [`Host::read_part`].
    pub fn read_part(&self, path: impl AsRef<Path>, offset: u64, len: Size) -> Result<Vec<u8>, ReadError> {
        self.note_path(path.as_ref(), self.host.read_part(path.as_ref(), offset, len))
    }

    /// See [`Host::read_device`]. It does not wake: a device is written to without an end, and what changes its beginning while
    /// it is in use shows itself in `/dev/mapper`.
    pub fn read_device(&self, path: impl AsRef<Path>, offset: u64, len: Size) -> Result<Vec<u8>, ReadError> {
        let path = path.as_ref();
        self.note(path.display().to_string(), self.host.read_device(path, offset, len))
    }

    /// See [`Host::list`].
    pub fn list(&self, path: impl AsRef<Path>, limit: usize) -> Result<Vec<Entry>, ReadError> {
        self.note_path(path.as_ref(), self.host.list(path.as_ref(), limit))
    }

    /// The entries of a folder that may be missing: empty when it is.
    pub fn list_if_there(&self, path: impl AsRef<Path>, limit: usize) -> Result<Vec<Entry>, ReadError> {
        match self.list(path, limit) {
            Err(error) if error.is_not_there() => Ok(Vec::new()),
            other => other,
        }
    }

    /// See [`Host::metadata`].
    pub fn metadata(&self, path: impl AsRef<Path>) -> Result<Metadata, ReadError> {
        self.note_path(path.as_ref(), self.host.metadata(path.as_ref()))
    }

    /// See [`Host::access_list`].
    pub fn access_list(&self, path: impl AsRef<Path>) -> Result<Option<Vec<u8>>, ReadError> {
        self.note_path(path.as_ref(), self.host.access_list(path.as_ref()))
    }

    /// See [`Host::read_link`].
    pub fn read_link(&self, path: impl AsRef<Path>) -> Result<PathBuf, ReadError> {
        self.note_path(path.as_ref(), self.host.read_link(path.as_ref()))
    }

    /// Whether a path is there at all.
    pub fn exists(&self, path: impl AsRef<Path>) -> Result<bool, ReadError> {
        match self.metadata(path) {
            Ok(_) => Ok(true),
            Err(error) if error.is_not_there() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// See [`Host::processes`]. Those that ran when the collector asked first.
    pub fn processes(&self) -> Result<Vec<Process>, ReadError> {
        self.note("processes".to_owned(), self.processes.get_or_init(|| self.host.processes()).clone())
    }

    /// See [`Host::kernel_clock`].
    pub fn kernel_clock(&self) -> Result<KernelClockReading, ReadError> {
        self.note("adjtimex(2)".to_owned(), self.host.kernel_clock())
    }

    /// See [`Host::netlink_dump`].
    pub fn netlink_dump(&self, dump: NetlinkDump) -> Result<Vec<Vec<u8>>, ReadError> {
        self.note(format!("netlink {dump:?}"), self.host.netlink_dump(dump))
    }

    /// See [`Host::netfilter_dump`].
    pub fn netfilter_dump(&self, dump: &NetfilterDump) -> Result<Vec<Vec<u8>>, ReadError> {
        self.note(format!("netfilter {dump}"), self.host.netfilter_dump(dump))
    }

    /// See [`Host::socket_dump`]. `None` where the kernel does not tell, of which nothing is noted: its tables are read then.
    pub fn socket_dump(&self, dump: SocketDump) -> Option<Vec<Vec<u8>>> {
        let datagrams = self.host.socket_dump(dump).ok()?;
        self.note(format!("netlink {dump}"), Ok(datagrams)).ok()
    }

    /// See [`Host::exchange`].
    pub fn exchange(
        &self,
        endpoint: &Endpoint,
        request: &[u8],
        limit: Size,
        within: Span,
    ) -> Result<Vec<u8>, ReadError> {
        let place = match endpoint {
            Endpoint::UnixStream(path) | Endpoint::UnixDatagram(path) => {
                self.wake_on(Wake::Path(path.as_path().into()));
                path.display().to_string()
            }
            Endpoint::LoopbackUdp(port) => format!("127.0.0.1:{port}/udp"),
            Endpoint::LoopbackTcp(port) => format!("127.0.0.1:{port}/tcp"),
        };
        self.note(place, self.host.exchange(endpoint, request, limit, within))
    }

    /// See [`Host::sntp`].
    pub fn sntp(&self, server: &str, within: Span) -> Result<SntpReading, ReadError> {
        self.note(format!("sntp {server}"), self.host.sntp(server, within))
    }

    /// See [`Host::tls_probe`].
    pub fn tls_probe(&self, servers: &[String], within: Span) -> Vec<Result<TlsReading, ReadError>> {
        let answers = self.host.tls_probe(servers, within).into_iter();
        servers.iter().zip(answers).map(|(server, answer)| self.note(format!("tls {server}"), answer)).collect()
    }

    /// See [`Host::bus_property`]. A bus that gave no answer once is not waited for again in the same run.
    pub fn bus_property(&self, property: &BusProperty) -> Result<serde_json::Value, ReadError> {
        self.wake_on(Wake::BusProperty(Box::new(property.clone())));
        let answer = if self.bus_is_silent.get() {
            let why = "the system bus gave no answer to the question before";
            Err(ReadError::new(ReadErrorKind::TimedOut, format!("read {property} on the system bus"), why))
        } else {
            self.host.bus_property(property)
        };
        let is_silent = matches!(&answer, Err(error) if error.kind == ReadErrorKind::TimedOut);
        self.bus_is_silent.set(is_silent || self.bus_is_silent.get());
        self.note(format!("{} {}", property.interface, property.name), answer)
    }

    /// See [`Host::run`].
    pub fn run(&self, command: &VendorCommand) -> Result<CommandOutput, ReadError> {
        self.note(format!("{command:?}"), self.host.run(command))
    }

    /// See [`Host::system`].
    pub fn system(&self) -> Result<SystemReading, ReadError> {
        self.note("operating system".to_owned(), self.host.system())
    }
}

#[cfg(test)]
mod tests {
    use tenken_model::Instant;

    use super::*;
    use crate::host::Recording;

    #[test]
    fn places_are_told_once_in_the_order_of_the_first_look() {
        let host = Recording::new(Instant::UNIX_EPOCH).file("/etc/b", "").denied("/etc/a");
        let look = Look::new(&host);
        for place in ["/etc/c", "/etc/b", "/etc/a", "/etc/b"] {
            _ = look.exists(place);
            _ = look.read(place, Size::from_bytes(10));
        }
        assert_eq!(look.socket_dump(SocketDump::Tcp4), None, "its tables are read instead");
        let (sources, _) = look.finish();
        let told: Vec<&str> = sources.iter().map(|source| source.place.as_str()).collect();
        assert_eq!(told, ["/etc/c", "/etc/b", "/etc/a"]);
        assert_eq!(sources[0].outcome, SourceOutcome::NotThere);
        assert_eq!(sources[1].outcome, SourceOutcome::Read);
        assert!(matches!(sources[2].outcome, SourceOutcome::Refused(_)));
    }

    #[test]
    fn a_silent_bus_is_waited_for_once() {
        let property = |name: &str| BusProperty {
            service: "org.freedesktop.timesync1".into(),
            path: "/org/freedesktop/timesync1".into(),
            interface: "org.freedesktop.timesync1.Manager".into(),
            name: name.into(),
        };
        let silent = ReadError::new(ReadErrorKind::TimedOut, "read B on the system bus", "no answer within 5 s");
        let host = Recording::new(Instant::UNIX_EPOCH)
            .bus(property("A"), Ok(true.into()))
            .bus(property("B"), Err(silent))
            .bus(property("C"), Ok(true.into()));
        let look = Look::new(&host);
        assert!(look.bus_property(&property("Gone")).unwrap_err().is_not_there());
        assert!(look.bus_property(&property("A")).is_ok(), "what is not there was an answer");
        assert_eq!(look.bus_property(&property("B")).unwrap_err().kind, ReadErrorKind::TimedOut);
        let unasked = look.bus_property(&property("C")).unwrap_err();
        assert_eq!(unasked.kind, ReadErrorKind::TimedOut);
        assert!(unasked.tried.contains(" C "), "{unasked}");
        let (sources, wakes) = look.finish();
        assert_eq!((sources.len(), wakes.len()), (4, 4), "it is looked at again when it changes");
        assert!(Look::new(&host).bus_property(&property("C")).is_ok(), "the next run asks again");
    }
}
