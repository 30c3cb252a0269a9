//! The journal of systemd, over its own protocol.

use std::io::{self, Write as _};
use std::os::fd::AsFd as _;
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::LookupSpan;

use crate::entry::{Said, native, prefixed};

/// Where the journal listens.
const SOCKET: &str = "/run/systemd/journal/socket";
/// By this variable systemd names the stream that standard error is: device and inode (systemd.exec(5)).
const STREAM: &str = "JOURNAL_STREAM";
/// A journal that is busy is waited for no longer than this, entry by entry.
const WITHIN: Duration = Duration::from_secs(1);

/// Writes each event to the journal, with its fields and those of the spans around it.
#[derive(Debug)]
pub struct Journal {
    program: &'static str,
    socket: UnixDatagram,
    path: PathBuf,
}

impl Journal {
    /// The journal that reads standard error; none where something else does.
    pub fn of_standard_error(program: &'static str) -> Option<Self> {
        let named = std::env::var(STREAM).ok()?;
        let copy = io::stderr().as_fd().try_clone_to_owned().ok()?;
        let read = std::fs::File::from(copy).metadata().ok()?;
        if !is_stream(&named, read.dev(), read.ino()) {
            return None;
        }
        Self::at(Path::new(SOCKET), program).ok()
    }

    /// The journal that listens there.
    pub fn at(path: &Path, program: &'static str) -> io::Result<Self> {
        let socket = UnixDatagram::unbound()?;
        socket.set_write_timeout(Some(WITHIN))?;
        Ok(Self { program, socket, path: path.to_owned() })
    }
}

/// Whether the variable names that file.
fn is_stream(named: &str, device: u64, inode: u64) -> bool {
    let numbers = named.split_once(':').and_then(|(device, inode)| Some((device.parse().ok()?, inode.parse().ok()?)));
    numbers == Some((device, inode))
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Journal {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut said = Said::default();
        attributes.record(&mut said);
        span.extensions_mut().insert(said);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(said) = span.extensions_mut().get_mut::<Said>() {
            values.record(said);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut said = Said::default();
        event.record(&mut said);
        for span in context.event_scope(event).into_iter().flatten() {
            if let Some(around) = span.extensions().get::<Said>() {
                said.within(around);
            }
        }
        let entry = native(self.program, event.metadata(), &said);
        // Connected for none of them, so that a journal that was started anew is reached.
        if self.socket.send_to(&entry, &self.path).is_err() {
            // A log that nobody takes is no reason to end.
            let _ = io::stderr().lock().write_all(prefixed(*event.metadata().level(), &said).as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;
    use crate::{Level, filter};

    /// The fields of an entry, as a journal reads them.
    fn parse(mut bytes: &[u8]) -> Vec<(String, String)> {
        let mut fields = Vec::new();
        while !bytes.is_empty() {
            let end = bytes.iter().position(|byte| *byte == b'\n').unwrap();
            let line = String::from_utf8(bytes[..end].to_vec()).unwrap();
            if let Some((name, value)) = line.split_once('=') {
                fields.push((name.to_owned(), value.to_owned()));
                bytes = &bytes[end + 1..];
                continue;
            }
            let len = usize::try_from(u64::from_le_bytes(bytes[end + 1..end + 9].try_into().unwrap())).unwrap();
            let value = String::from_utf8(bytes[end + 9..end + 9 + len].to_vec()).unwrap();
            assert_eq!(bytes[end + 9 + len], b'\n');
            fields.push((line, value));
            bytes = &bytes[end + 10 + len..];
        }
        fields
    }

    #[test]
    fn an_event_is_an_entry_with_its_fields() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("socket");
        let listening = UnixDatagram::bind(&path).unwrap();
        listening.set_nonblocking(true).unwrap();
        let journal = Journal::at(&path, "tenken-test").unwrap();
        let subscriber = tracing_subscriber::registry().with(filter(Level::Info)).with(journal);
        tracing::subscriber::with_default(subscriber, || {
            let span = tracing::info_span!("report", host = "h-1", later = tracing::field::Empty);
            span.record("later", 7);
            let _inside = span.enter();
            tracing::warn!(topic = "time_sync", why = "no\nanswer", "a collector did not come back");
            tracing::debug!("is not wanted");
        });
        let mut bytes = [0_u8; 4096];
        let len = listening.recv(&mut bytes).unwrap();
        let fields = parse(&bytes[..len]);
        let expected = [
            ("MESSAGE", "a collector did not come back topic=time_sync why=no\nanswer host=h-1 later=7"),
            ("PRIORITY", "4"),
            ("SYSLOG_IDENTIFIER", "tenken-test"),
            ("TENKEN_MODULE", "tenken_log::journal::tests"),
            ("TENKEN_TOPIC", "time_sync"),
            ("TENKEN_WHY", "no\nanswer"),
            ("TENKEN_HOST", "h-1"),
            ("TENKEN_LATER", "7"),
        ];
        assert_eq!(fields, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert!(listening.recv(&mut bytes).is_err(), "a second entry came");
    }

    #[test]
    fn the_largest_entry_goes_through_the_socket() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("socket");
        let listening = UnixDatagram::bind(&path).unwrap();
        listening.set_nonblocking(true).unwrap();
        let journal = Journal::at(&path, "tenken-test").unwrap();
        let long = "x".repeat(1 << 20);
        tracing::subscriber::with_default(tracing_subscriber::registry().with(journal), || {
            tracing::error!(a = long, b = long, c = long, d = long, e = long, f = long, "{long}");
        });
        let mut bytes = vec![0_u8; 1 << 20];
        let len = listening.recv(&mut bytes).unwrap();
        let fields = parse(&bytes[..len]);
        assert_eq!(fields.len(), 10);
        assert!(fields[0].1.ends_with(" bytes)"), "what was cut is said");
    }

    #[test]
    fn only_the_named_stream_is_the_journal() {
        assert!(is_stream("9:1234", 9, 1234));
        for other in ["9:1235", "8:1234", "1234", "", "9:1234:1", "a:b"] {
            assert!(!is_stream(other, 9, 1234), "{other}");
        }
    }

    #[test]
    fn a_journal_that_is_not_there_ends_nothing() {
        let scratch = tempfile::tempdir().unwrap();
        let journal = Journal::at(&scratch.path().join("none"), "tenken-test").unwrap();
        tracing::subscriber::with_default(tracing_subscriber::registry().with(journal), || {
            tracing::info!("said on standard error");
        });
    }
}
