//! Composing a host by hand, for tests and for the cases of rules.

use std::path::{Path, PathBuf};

use tenken_model::{Instant, Size};

use super::node::length;
use super::{Answer, Bytes, Content, Elsewhere, Node, Recording};
use crate::host::tls::TlsReading;
use crate::host::{
    BusProperty, CommandOutput, Endpoint, EntryKind, KernelClockReading, Metadata, NetfilterDump, NetlinkDump, Process,
    ReadError, ReadErrorKind, SntpReading, SystemReading, VendorCommand,
};

impl Recording {
    /// A host with an empty root folder, no process and no service, at that time.
    #[must_use]
    pub fn new(now: Instant) -> Self {
        let mut host = Self::unasked(now, Elsewhere::NotThere);
        host.processes = Some(Answer::Given(Vec::new()));
        host.folder("/")
    }

    /// Adds a regular file (mode 0644, of root, changed now) and its folders.
    #[must_use]
    pub fn file(self, path: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> Self {
        self.file_with(path, bytes, |_| {})
    }

    /// Adds a regular file whose metadata `change` sets.
    #[must_use]
    pub fn file_with(
        self,
        path: impl AsRef<Path>,
        bytes: impl AsRef<[u8]>,
        change: impl FnOnce(&mut Metadata),
    ) -> Self {
        let bytes = bytes.as_ref();
        let mut metadata = self.plain(EntryKind::File, 0o644);
        metadata.size = Size::from_bytes(length(bytes));
        change(&mut metadata);
        let content = Some(Answer::Given(Content::whole(bytes)));
        self.put(path.as_ref(), Node { metadata: Some(Answer::Given(metadata)), content, ..Node::default() })
    }

    /// Adds a folder (mode 0755, of root, changed now); what is below it stays.
    #[must_use]
    pub fn folder(self, path: impl AsRef<Path>) -> Self {
        self.folder_with(path, |_| {})
    }

    /// Adds a folder whose metadata `change` sets.
    #[must_use]
    pub fn folder_with(self, path: impl AsRef<Path>, change: impl FnOnce(&mut Metadata)) -> Self {
        let mut metadata = self.plain(EntryKind::Folder, 0o755);
        change(&mut metadata);
        self.put(path.as_ref(), Node { metadata: Some(Answer::Given(metadata)), ..Node::default() })
    }

    /// Adds a symbolic link. Its target need not exist.
    #[must_use]
    pub fn link(self, path: impl AsRef<Path>, target: impl Into<PathBuf>) -> Self {
        self.put(path.as_ref(), Node { link: Some(Answer::Given(target.into())), ..Node::default() })
    }

    /// Gives a path that is there an access control list, as the kernel keeps it.
    #[must_use]
    pub fn access_list(mut self, path: impl AsRef<Path>, list: impl Into<Vec<u8>>) -> Self {
        if let Some(Answer::Given(node)) = self.paths.get_mut(path.as_ref()) {
            node.access_list = Some(Answer::Given(Some(Bytes(list.into()))));
        }
        self
    }

    /// Adds a socket. It answers only what [`Recording::exchange`] adds.
    #[must_use]
    pub fn socket(self, path: impl AsRef<Path>) -> Self {
        let metadata = self.plain(EntryKind::Other, 0o666);
        self.put(path.as_ref(), Node { metadata: Some(Answer::Given(metadata)), ..Node::default() })
    }

    /// Adds a block device (mode 0660, of root) that begins with those bytes and ends behind them.
    #[must_use]
    pub fn device(self, path: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> Self {
        let metadata = Some(Answer::Given(self.plain(EntryKind::Other, 0o660)));
        let content = Some(Answer::Given(Content::whole(bytes.as_ref())));
        self.put(path.as_ref(), Node { metadata, content, ..Node::default() })
    }

    /// Adds a path that may not be looked at, nor anything below it.
    #[must_use]
    pub fn denied(mut self, path: impl AsRef<Path>) -> Self {
        let path = Path::new("/").join(path);
        let error =
            ReadError::new(ReadErrorKind::NotPermitted, format!("look at {}", path.display()), "permission denied");
        self.put_parents(&path);
        self.paths.insert(path, Answer::Refused(error));
        self
    }

    /// Adds a running process.
    #[must_use]
    pub fn running(self, pid: u32, name: impl Into<String>) -> Self {
        self.running_process(Process { pid, name: name.into(), path: None })
    }

    /// Adds a running process with all that is told of it.
    #[must_use]
    pub fn running_process(mut self, process: Process) -> Self {
        match &mut self.processes {
            Some(Answer::Given(processes)) => processes.push(process),
            other => *other = Some(Answer::Given(vec![process])),
        }
        self
    }

    /// Sets what the kernel says of its clock.
    #[must_use]
    pub fn kernel_clock(mut self, reading: Result<KernelClockReading, ReadError>) -> Self {
        self.kernel_clock = Some(reading.into());
        self
    }

    /// Sets what the operating system says of itself.
    #[must_use]
    pub fn system(mut self, reading: SystemReading) -> Self {
        self.system = Some(Answer::Given(reading));
        self
    }

    /// Sets what a time server answers.
    #[must_use]
    pub fn sntp(mut self, server: impl Into<String>, reading: Result<SntpReading, ReadError>) -> Self {
        self.sntp.insert(server.into(), reading.into());
        self
    }

    /// Sets what a server of TLS answers.
    #[must_use]
    pub fn tls(mut self, server: impl Into<String>, reading: Result<TlsReading, ReadError>) -> Self {
        self.tls.insert(server.into(), reading.into());
        self
    }

    /// Sets the datagrams of a netlink dump.
    #[must_use]
    pub fn netlink(mut self, dump: NetlinkDump, datagrams: Vec<Vec<u8>>) -> Self {
        self.netlink.insert(dump, Answer::Given(datagrams.into_iter().map(Bytes).collect()));
        self
    }

    /// Sets the datagrams of a netfilter dump, or why there are none.
    #[must_use]
    pub fn netfilter(mut self, dump: NetfilterDump, datagrams: Result<Vec<Vec<u8>>, ReadError>) -> Self {
        let datagrams = datagrams.map(|datagrams| datagrams.into_iter().map(Bytes).collect());
        self.netfilter.insert(dump, datagrams.into());
        self
    }

    /// Sets what a local service answers to one request. A socket in the file system is added with it.
    #[must_use]
    pub fn exchange(
        mut self,
        endpoint: Endpoint,
        request: impl Into<Vec<u8>>,
        answer: Result<Vec<u8>, ReadError>,
    ) -> Self {
        if let Endpoint::UnixStream(path) | Endpoint::UnixDatagram(path) = &endpoint
            && !self.paths.contains_key(path)
        {
            self = self.socket(path);
        }
        self.exchanges.insert((endpoint, Bytes(request.into())), answer.map(Bytes).into());
        self
    }

    /// Sets a property on the system bus.
    #[must_use]
    pub fn bus(mut self, property: BusProperty, value: Result<serde_json::Value, ReadError>) -> Self {
        self.bus.insert(property, value.into());
        self
    }

    /// Sets what a vendor's command says.
    #[must_use]
    pub fn command(mut self, command: VendorCommand, output: Result<CommandOutput, ReadError>) -> Self {
        self.commands.insert(command, output.into());
        self
    }

    fn plain(&self, kind: EntryKind, mode: u32) -> Metadata {
        Metadata { kind, size: Size::from_bytes(0), modified: self.now, mode, uid: 0, gid: 0, device: 0, inode: 0 }
    }

    fn put(mut self, path: &Path, node: Node) -> Self {
        let path = Path::new("/").join(path);
        self.put_parents(&path);
        self.paths.insert(path, Answer::Given(node));
        self
    }

    fn put_parents(&mut self, path: &Path) {
        let folder = self.plain(EntryKind::Folder, 0o755);
        for parent in path.ancestors().skip(1).filter(|parent| !parent.as_os_str().is_empty()) {
            self.paths
                .entry(parent.to_owned())
                .or_insert_with(|| Answer::Given(Node { metadata: Some(Answer::Given(folder)), ..Node::default() }));
        }
    }
}
