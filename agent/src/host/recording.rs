//! Recording a host while it is read, so that what was found there can be looked at again elsewhere.

mod windows;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tenken_model::fact::system::SystemFamily;
use tenken_model::{Instant, Size, Span};

use super::recorded::{Answer, Bytes, Content, Elsewhere, Node, Recording};
use super::tls::TlsReading;
use super::windows_api::WindowsApi;
use super::{
    BusProperty, CommandOutput, Endpoint, Entry, Host, KernelClockReading, Metadata, NetfilterDump, NetlinkDump,
    Process, ReadError, SntpReading, SystemReading, VendorCommand,
};

/// A host that keeps every answer it passes on. Its clock stands still, so that the recording judges alike.
pub struct Recorder<'a> {
    host: &'a dyn Host,
    kept: Mutex<Recording>,
}

impl<'a> Recorder<'a> {
    /// Begins to record that host.
    pub fn new(host: &'a dyn Host) -> Self {
        Self {
            host,
            kept: Mutex::new(Recording {
                family: host.family(),
                ..Recording::unasked(host.now(), Elsewhere::NotRecorded)
            }),
        }
    }

    /// What was recorded. What was not asked is answered by an error that says so.
    pub fn finish(self) -> Recording {
        self.kept.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn kept(&self) -> MutexGuard<'_, Recording> {
        // A panic elsewhere leaves whole answers behind: each is put in by one call.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep_at<T>(
        &self,
        path: &Path,
        answer: Result<T, ReadError>,
        keep: impl FnOnce(&mut Node, &Result<T, ReadError>),
    ) -> Result<T, ReadError> {
        let mut kept = self.kept();
        let node = kept.paths.entry(path.to_owned()).or_insert_with(|| Answer::Given(Node::default()));
        if let Answer::Given(node) = node {
            keep(node, &answer);
        }
        answer
    }
}

/// Keeps an answer about content beside what other readings of the same file gave: a failure, such as being
/// larger than one reader's limit, does not undo what another one read.
fn keep_content(
    kept: &mut Option<Answer<Content>>,
    answer: &Result<Vec<u8>, ReadError>,
    add: impl FnOnce(Content, &[u8]) -> Content,
) {
    match answer {
        Ok(bytes) => {
            let before = match kept.take() {
                Some(Answer::Given(content)) => content,
                Some(Answer::Refused(_)) | None => Content::default(),
            };
            *kept = Some(Answer::Given(add(before, bytes)));
        }
        Err(error) => {
            kept.get_or_insert_with(|| Answer::Refused(error.clone()));
        }
    }
}

impl Host for Recorder<'_> {
    fn now(&self) -> Instant {
        self.kept().now
    }

    fn family(&self) -> SystemFamily {
        self.host.family()
    }

    fn windows(&self) -> &dyn WindowsApi {
        self
    }

    fn read(&self, path: &Path, limit: Size) -> Result<Vec<u8>, ReadError> {
        self.keep_at(path, self.host.read(path, limit), |node, answer| {
            keep_content(&mut node.content, answer, |_, bytes| Content::whole(bytes));
        })
    }

    fn read_part(&self, path: &Path, offset: u64, len: Size) -> Result<Vec<u8>, ReadError> {
        self.keep_at(path, self.host.read_part(path, offset, len), |node, answer| {
            keep_content(&mut node.content, answer, |mut content, bytes| {
                if content.all().is_none() {
                    content.add(offset, len, bytes);
                }
                content
            });
        })
    }

    fn read_device(&self, path: &Path, offset: u64, len: Size) -> Result<Vec<u8>, ReadError> {
        self.keep_at(path, self.host.read_device(path, offset, len), |node, answer| {
            keep_content(&mut node.content, answer, |mut content, bytes| {
                content.add(offset, len, bytes);
                content
            });
        })
    }

    fn list(&self, path: &Path, limit: usize) -> Result<Vec<Entry>, ReadError> {
        self.keep_at(path, self.host.list(path, limit), |node, answer| match (&node.entries, answer) {
            (Some(Answer::Given(_)), Err(_)) => {}
            _ => node.entries = Some(Answer::keep(answer)),
        })
    }

    fn metadata(&self, path: &Path) -> Result<Metadata, ReadError> {
        self.keep_at(path, self.host.metadata(path), |node, answer| node.metadata = Some(Answer::keep(answer)))
    }

    fn access_list(&self, path: &Path) -> Result<Option<Vec<u8>>, ReadError> {
        self.keep_at(path, self.host.access_list(path), |node, answer| {
            let bytes = answer.clone().map(|list| list.map(Bytes));
            node.access_list = Some(Answer::keep(&bytes));
        })
    }

    fn read_link(&self, path: &Path) -> Result<PathBuf, ReadError> {
        self.keep_at(path, self.host.read_link(path), |node, answer| node.link = Some(Answer::keep(answer)))
    }

    fn processes(&self) -> Result<Vec<Process>, ReadError> {
        // Listed once: of a process that ends between two collectors each would be judged by what the other one saw.
        if let Some(Answer::Given(processes)) = &self.kept().processes {
            return Ok(processes.clone());
        }
        let answer = self.host.processes();
        self.kept().processes = Some(Answer::keep(&answer));
        answer
    }

    fn kernel_clock(&self) -> Result<KernelClockReading, ReadError> {
        let answer = self.host.kernel_clock();
        self.kept().kernel_clock = Some(Answer::keep(&answer));
        answer
    }

    fn netlink_dump(&self, dump: NetlinkDump) -> Result<Vec<Vec<u8>>, ReadError> {
        let answer = self.host.netlink_dump(dump);
        let bytes = answer.clone().map(|datagrams| datagrams.into_iter().map(Bytes).collect());
        self.kept().netlink.insert(dump, bytes.into());
        answer
    }

    fn netfilter_dump(&self, dump: &NetfilterDump) -> Result<Vec<Vec<u8>>, ReadError> {
        let answer = self.host.netfilter_dump(dump);
        let bytes = answer.clone().map(|datagrams| datagrams.into_iter().map(Bytes).collect());
        self.kept().netfilter.insert(dump.clone(), bytes.into());
        answer
    }

    fn exchange(&self, endpoint: &Endpoint, request: &[u8], limit: Size, within: Span) -> Result<Vec<u8>, ReadError> {
        let answer = self.host.exchange(endpoint, request, limit, within);
        let question = (endpoint.clone(), Bytes(request.to_vec()));
        self.kept().exchanges.insert(question, answer.clone().map(Bytes).into());
        answer
    }

    fn sntp(&self, server: &str, within: Span) -> Result<SntpReading, ReadError> {
        let answer = self.host.sntp(server, within);
        self.kept().sntp.insert(server.to_owned(), Answer::keep(&answer));
        answer
    }

    fn tls_probe(&self, servers: &[String], within: Span) -> Vec<Result<TlsReading, ReadError>> {
        let answers = self.host.tls_probe(servers, within);
        let kept = servers.iter().cloned().zip(answers.iter().map(Answer::keep));
        self.kept().tls.extend(kept);
        answers
    }

    fn bus_property(&self, property: &BusProperty) -> Result<serde_json::Value, ReadError> {
        let answer = self.host.bus_property(property);
        self.kept().bus.insert(property.clone(), Answer::keep(&answer));
        answer
    }

    fn run(&self, command: &VendorCommand) -> Result<CommandOutput, ReadError> {
        let answer = self.host.run(command);
        self.kept().commands.insert(command.clone(), Answer::keep(&answer));
        answer
    }

    fn system(&self) -> Result<SystemReading, ReadError> {
        let answer = self.host.system();
        self.kept().system = Some(Answer::keep(&answer));
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::ReadErrorKind;

    const LIMIT: Size = Size::from_bytes(1_000);
    const WITHIN: Span = Span::from_secs(1);

    fn original() -> Recording {
        let now = "2026-11-24T00:00:00Z".parse().unwrap();
        let socket = Endpoint::UnixStream("/run/clamd.ctl".into());
        Recording::new(now)
            .file("/etc/passwd", "root:x:0:0::/root:/bin/sh\n")
            .file("/var/log/wtmp", [7; 100])
            .link("/etc/localtime", "/etc/passwd")
            .denied("/etc/shadow")
            .running(1, "init")
            .netlink(NetlinkDump::Links, vec![vec![1]])
            .exchange(socket, *b"PING", Ok(b"PONG".to_vec()))
            .command(
                VendorCommand::ZfsSnapshots { dataset: "tank".into() },
                Ok(CommandOutput { code: Some(0), stdout: Vec::new(), stderr: String::new() }),
            )
    }

    /// Asks a host everything these tests know to ask.
    fn ask(host: &dyn Host) -> String {
        let property =
            BusProperty { service: "org.x".into(), path: "/".into(), interface: "org.x".into(), name: "X".into() };
        let path = Path::new;
        let socket = Endpoint::UnixStream("/run/clamd.ctl".into());
        format!(
            "{:?}",
            (
                (
                    host.now(),
                    host.read(path("/etc/passwd"), LIMIT),
                    host.read(path("/etc/localtime"), LIMIT),
                    host.read(path("/etc/shadow"), LIMIT),
                    host.read(path("/none"), LIMIT),
                    host.read_part(path("/var/log/wtmp"), 90, LIMIT),
                    host.read_part(path("/var/log/wtmp"), 10, Size::from_bytes(10)),
                    host.list(path("/etc"), 10),
                    host.list(path("/etc"), 1).map_err(|error| error.kind),
                ),
                (
                    host.metadata(path("/etc/passwd")),
                    host.read_link(path("/etc/localtime")),
                    host.read_link(path("/none")),
                    host.processes(),
                    host.kernel_clock(),
                    host.system(),
                    host.netlink_dump(NetlinkDump::Links),
                    host.netlink_dump(NetlinkDump::Routes),
                ),
                (
                    host.exchange(&socket, b"PING", LIMIT, WITHIN),
                    host.exchange(&socket, b"OTHER", LIMIT, WITHIN),
                    host.sntp("ntp", WITHIN),
                    host.tls_probe(&["portal.example.jp:443".to_owned(), "gone:1".to_owned()], WITHIN),
                    host.bus_property(&property),
                    host.run(&VendorCommand::ZfsSnapshots { dataset: "tank".into() }),
                ),
            )
        )
    }

    #[test]
    fn the_recording_answers_as_the_host_did() {
        let original = original();
        let recorder = Recorder::new(&original);
        let asked = ask(&recorder);
        assert_eq!(asked, ask(&original), "recording changes no answer");
        let kept = recorder.finish();
        assert_eq!(ask(&kept), asked);
        let text = kept.to_json().unwrap();
        assert_eq!(ask(&Recording::from_json(text.as_bytes()).unwrap()), asked);
    }

    #[test]
    fn processes_are_those_of_one_time() {
        let original = original();
        let recorder = Recorder::new(&original);
        recorder.processes().unwrap();
        recorder.kept().processes = Some(Answer::Given(Vec::new()));
        assert_eq!(recorder.processes(), Ok(Vec::new()), "the host is not asked again");
    }

    #[test]
    fn what_was_not_asked_is_not_made_up() {
        let original = original();
        let recorder = Recorder::new(&original);
        recorder.read(Path::new("/etc/passwd"), LIMIT).unwrap();
        let kept = recorder.finish();
        let host: &dyn Host = &kept;
        for error in [
            host.read(Path::new("/none"), LIMIT).unwrap_err(),
            host.metadata(Path::new("/etc/passwd")).unwrap_err(),
            host.processes().unwrap_err(),
        ] {
            assert_eq!(error.why, "not recorded");
        }
    }

    #[test]
    fn one_readers_limit_does_not_undo_what_another_read() {
        let original = original();
        let recorder = Recorder::new(&original);
        let path = Path::new("/etc/passwd");
        let small = Size::from_bytes(3);
        assert!(recorder.read(path, small).is_err());
        assert!(recorder.read(path, LIMIT).is_ok());
        assert!(recorder.read(path, small).is_err());
        assert!(recorder.read_part(path, 5, small).is_ok());
        let kept = recorder.finish();
        let host: &dyn Host = &kept;
        assert_eq!(host.read(path, LIMIT).unwrap().len(), 26);
        assert_eq!(host.read(path, small).unwrap_err().kind, ReadErrorKind::TooLarge);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_live_machine_is_recorded() {
        let live = crate::host::linux::LiveHost::new();
        let recorder = Recorder::new(&live);
        let passwd = recorder.read(Path::new("/etc/passwd"), Size::from_bytes(1 << 20)).unwrap();
        let status = recorder.read(Path::new("/proc/self/status"), Size::from_bytes(1 << 20)).unwrap();
        let processes = recorder.processes().unwrap();
        let kept = recorder.finish();
        let host: &dyn Host = &kept;
        assert_eq!(host.read(Path::new("/etc/passwd"), Size::from_bytes(1 << 20)).unwrap(), passwd);
        assert_eq!(host.read(Path::new("/proc/self/status"), Size::from_bytes(1 << 20)).unwrap(), status);
        assert_eq!(host.processes().unwrap(), processes);
    }
}
