//! From what is written to a host.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tenken_agent::host::{BusProperty, Endpoint, Recording};
use tenken_model::{Instant, Span};

use crate::written::{Base, WrittenChange, WrittenFile, WrittenHost, WrittenNode};
use crate::{answers, made};

/// What lies at a path.
#[derive(Debug, Clone)]
pub(crate) enum Lies {
    File { bytes: Vec<u8>, access: Access },
    Folder { access: Access },
    Link(PathBuf),
    Denied,
}

/// Who may do what with it, and when it was changed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Access {
    pub(crate) mode: u32,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    pub(crate) modified: Instant,
    pub(crate) other_disk: bool,
    /// Which file it is; 0 where that does not matter.
    pub(crate) inode: u64,
}

/// A host's disk, and the rest of it.
pub(crate) struct Composed {
    pub(crate) disk: BTreeMap<PathBuf, Lies>,
    pub(crate) host: Recording,
    /// The host at a second look.
    pub(crate) later: Option<Recording>,
}

/// Puts a host together: its base, and what is written of it.
pub(crate) fn compose(corpus: &Path, written: &WrittenHost) -> Composed {
    let folder = corpus.join("bases").join(&written.on);
    let text = std::fs::read_to_string(folder.join("host.yaml"))
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let base: Base = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut disk = BTreeMap::new();
    installed(&folder.join("root"), &folder.join("root"), &base, &mut disk);
    for path in &base.folders {
        disk.insert(path.clone(), Lies::Folder { access: access(base.metadata.get(path), 0o755, base.now) });
    }
    disk.extend(base.links.iter().map(|(path, target)| (path.clone(), Lies::Link(target.clone()))));
    for gone in &written.gone {
        assert!(
            disk.keys().any(|path| path.starts_with(gone)),
            "{}: {} is not there anyway",
            written.name,
            gone.display()
        );
        disk.retain(|path, _| !path.starts_with(gone));
    }
    let running: Vec<(u32, &String)> = (100..).zip(base.running.iter().chain(&written.running)).collect();
    let place = Place { samples: corpus.with_file_name("samples"), running: &running, now: base.now };
    for (path, file) in &written.files {
        disk.insert(path.clone(), place.lies(file));
    }
    if written.then.is_some() {
        number(&mut disk);
    }
    let above: BTreeSet<PathBuf> = disk.keys().flat_map(|path| path.ancestors().skip(1)).map(Path::to_owned).collect();
    for path in above.into_iter().filter(|path| path.parent().is_some()) {
        disk.entry(path).or_insert(Lies::Folder { access: access(None, 0o755, base.now) });
    }
    let mut system = base.system.clone();
    if let Some(written) = &written.system {
        (system.os, system.os_version) = (written.os.clone(), written.os_version.clone());
    }
    let recorded = |disk: &BTreeMap<PathBuf, Lies>, now: Instant| {
        let mut host = Recording::new(now).system(system.clone());
        for (path, lies) in disk {
            host = placed(host, path, lies);
        }
        for (pid, name) in &running {
            host = host.running(*pid, *name);
        }
        answering(host, corpus, written)
    };
    let later = written.then.as_ref().map(|change| {
        let after: Span = change.after.as_deref().unwrap_or("1h").parse().expect("a length of time such as 1h");
        let place = Place { now: after.after(base.now), ..place };
        recorded(&changed(disk.clone(), change, &place), place.now)
    });
    Composed { host: recorded(&disk, base.now), disk, later }
}

/// Gives each file a number of its own, as a disk does.
fn number(disk: &mut BTreeMap<PathBuf, Lies>) {
    for (lies, inode) in disk.values_mut().zip(1..) {
        if let Lies::File { access, .. } = lies {
            access.inode = inode;
        }
    }
}

/// The disk after a change.
fn changed(mut disk: BTreeMap<PathBuf, Lies>, change: &WrittenChange, place: &Place<'_>) -> BTreeMap<PathBuf, Lies> {
    for (from, to) in &change.moved {
        let file = disk.remove(from).unwrap_or_else(|| panic!("{}: it is not there to be moved", from.display()));
        disk.insert(to.clone(), file);
    }
    for gone in &change.gone {
        assert!(disk.remove(gone).is_some(), "{}: it is not there anyway", gone.display());
    }
    let written = change.cut.iter().map(|(path, length)| (path, Some(*length), ""));
    for (path, length, text) in written.chain(change.added.iter().map(|(path, text)| (path, None, text.as_str()))) {
        let Some(Lies::File { bytes, access }) = disk.get_mut(path) else {
            panic!("{}: it is no file", path.display())
        };
        bytes.truncate(length.unwrap_or(bytes.len()));
        bytes.extend_from_slice(text.as_bytes());
        access.modified = place.now;
    }
    for ((path, file), inode) in change.files.iter().zip(1_000_000..) {
        let mut lies = place.lies(file);
        if let Lies::File { access, .. } = &mut lies {
            access.inode = inode;
        }
        disk.insert(path.clone(), lies);
    }
    disk
}

/// The services of a host, as far as they are written.
fn answering(mut host: Recording, corpus: &Path, written: &WrittenHost) -> Recording {
    for bus in &written.bus {
        let property = BusProperty {
            service: bus.service.clone(),
            path: bus.path.clone(),
            interface: bus.interface.clone(),
            name: bus.name.clone(),
        };
        host = host.bus(property, Ok(bus.value.clone()));
    }
    if let Some(reading) = written.kernel_clock {
        host = host.kernel_clock(Ok(reading));
    }
    for (server, reading) in &written.sntp {
        let Some(reading) = reading else { continue };
        host = host.sntp(server.as_str(), Ok(*reading));
    }
    for (server, reading) in &written.tls {
        let reading =
            serde_json::from_value(reading.clone()).unwrap_or_else(|error| panic!("{}: {error}", written.name));
        host = host.tls(server.as_str(), Ok(reading));
    }
    for exchange in &written.exchanges {
        let endpoint = match (&exchange.unix, exchange.tcp) {
            (Some(path), None) => Endpoint::UnixStream(path.clone()),
            (None, Some(port)) => Endpoint::LoopbackTcp(port),
            _ => panic!("{}: an exchange is at `unix` or at `tcp`", written.name),
        };
        host = host.exchange(endpoint, exchange.request.as_bytes(), Ok(exchange.answer.clone().into_bytes()));
    }
    let read = |sample: &PathBuf| {
        let sample = corpus.with_file_name("samples").join(sample);
        std::fs::read(&sample).unwrap_or_else(|error| panic!("{}: {error}", sample.display()))
    };
    for (dump, datagrams) in &written.netlink {
        host = host.netlink(*dump, datagrams.iter().map(read).collect());
    }
    if let Some(interfaces) = &written.network {
        host = answers::network(host, interfaces);
    }
    if let Some(chrony) = &written.chrony {
        host = answers::chrony(host, chrony);
    }
    for (dump, datagrams) in &written.netfilter {
        host = host.netfilter(dump.clone(), Ok(datagrams.iter().map(read).collect()));
    }
    host
}

/// The files of a base below a folder.
fn installed(root: &Path, folder: &Path, base: &Base, disk: &mut BTreeMap<PathBuf, Lies>) {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries.map(Result::unwrap) {
        let path = Path::new("/").join(entry.path().strip_prefix(root).unwrap());
        let special = base.metadata.get(&path);
        if entry.file_type().unwrap().is_dir() {
            disk.insert(path, Lies::Folder { access: access(special, 0o755, base.now) });
            installed(root, &entry.path(), base, disk);
        } else {
            let bytes = std::fs::read(entry.path()).unwrap();
            disk.insert(path, Lies::File { bytes, access: access(special, 0o644, base.now) });
        }
    }
}

fn access(written: Option<&WrittenNode>, usual: u32, now: Instant) -> Access {
    let plain = WrittenNode::default();
    let written = written.unwrap_or(&plain);
    let mode = written.mode.as_ref().map_or(usual, |mode| u32::from_str_radix(mode, 8).expect("a mode in octal"));
    let age: Span = written.age.as_deref().map_or(Span::ZERO, |age| age.parse().expect("an age such as 4d"));
    let modified = Span::from_millis(-age.millis()).after(now);
    Access { mode, uid: written.uid, gid: written.gid, modified, other_disk: written.other_disk, inode: 0 }
}

/// What the files of a host are written in regard to.
struct Place<'a> {
    samples: PathBuf,
    running: &'a [(u32, &'a String)],
    now: Instant,
}

impl Place<'_> {
    fn lies(&self, file: &WrittenFile) -> Lies {
        let node = match file {
            WrittenFile::Text(text) => {
                return Lies::File { bytes: text.clone().into_bytes(), access: access(None, 0o644, self.now) };
            }
            WrittenFile::Node(node) => node,
        };
        match &node.link {
            _ if node.denied => Lies::Denied,
            Some(target) => Lies::Link(target.clone()),
            None if node.folder => Lies::Folder { access: access(Some(node), 0o755, self.now) },
            None => {
                let mut bytes = self.bytes(node);
                bytes.truncate(node.cut.unwrap_or(usize::MAX));
                Lies::File { bytes, access: access(Some(node), 0o644, self.now) }
            }
        }
    }

    fn bytes(&self, node: &WrittenNode) -> Vec<u8> {
        let forms = [
            node.text.as_ref().map(|text| text.clone().into_bytes()),
            node.base64.as_ref().map(|base64| STANDARD.decode(base64).expect("base64")),
            node.sample.as_ref().map(|sample| {
                let path = self.samples.join(sample);
                std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
            }),
            node.wtmp.as_ref().map(|sessions| made::wtmp(sessions)),
            node.dconf.as_ref().map(made::dconf),
            node.signatures.as_ref().map(made::signatures),
            node.luks.as_ref().map(made::luks),
            node.pid_of.as_ref().map(|name| {
                let found = self.running.iter().find(|(_, running)| *running == name);
                format!("{}\n", found.unwrap_or_else(|| panic!("{name} is not running")).0).into_bytes()
            }),
        ];
        let mut given = forms.into_iter().flatten();
        let bytes = given.next().unwrap_or_default();
        assert!(given.next().is_none(), "a file is written in one form");
        bytes
    }
}

fn placed(host: Recording, path: &Path, lies: &Lies) -> Recording {
    match lies {
        Lies::File { bytes, .. } if path.starts_with("/dev") => host.device(path, bytes),
        Lies::File { bytes, access } => host.file_with(path, bytes, |metadata| {
            (metadata.mode, metadata.uid, metadata.gid) = (access.mode, access.uid, access.gid);
            metadata.modified = access.modified;
            metadata.device = device(metadata.device, access);
            metadata.inode = access.inode;
        }),
        Lies::Folder { access } => host.folder_with(path, |metadata| {
            (metadata.mode, metadata.uid, metadata.gid) = (access.mode, access.uid, access.gid);
            metadata.modified = access.modified;
            metadata.device = device(metadata.device, access);
        }),
        Lies::Link(target) => host.link(path, target),
        Lies::Denied => host.denied(path),
    }
}

/// The number of the disk; `usual` is that of the root.
fn device(usual: u64, access: &Access) -> u64 {
    usual + u64::from(access.other_disk)
}
