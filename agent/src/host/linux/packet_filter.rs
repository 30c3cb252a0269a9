//! The packet filter by way of a helper that may ask the kernel for it, for an agent that may not.
//!
//! systemd starts the helper for each connection to its socket. It is believed only if the socket is root's, in the file system and
//! as the process that listens.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use tenken_model::{Size, Span};

use super::exchange;
use super::netlink::netfilter;
use super::root::Root;
use crate::host::packet_filter::{DOCUMENT_MAX, Told};
use crate::host::{NetfilterDump, ReadError, ReadErrorKind};

/// Where the helper is asked.
const SOCKET: &str = "/run/tenken-agent-packet-filter.socket";
/// Whose it must be.
const ROOT: u32 = 0;
/// systemd ends a helper that takes longer.
const WITHIN: Span = Span::from_secs(10);

/// Asks the kernel, with this process's own rights alone.
pub fn dump(dump: &NetfilterDump) -> Result<Vec<Vec<u8>>, ReadError> {
    netfilter::dump(dump)
}

/// Whether the helper tells the packet filter to whoever asks here. It is nothing where no packet filter needs a helper.
pub fn helper() -> Option<Result<(), ReadError>> {
    let tables = ask(&Root::Machine, &Place::default()).and_then(|mut told| {
        // That the kernel refuses the helper is no matter of who asks the helper.
        let refused = |error: ReadError| ReadError { kind: ReadErrorKind::Failed, ..error };
        told.give(&NetfilterDump::Tables, SOCKET).map_err(refused)
    });
    Some(tables.map(drop))
}

/// Where the helper is, and how much is taken from it.
#[derive(Debug, Clone, Copy)]
struct Place {
    owner: u32,
    limit: Size,
    within: Span,
}

impl Default for Place {
    fn default() -> Self {
        Self { owner: ROOT, limit: DOCUMENT_MAX, within: WITHIN }
    }
}

fn ask(root: &Root, place: &Place) -> Result<Told, ReadError> {
    let document = exchange::hear(root, Path::new(SOCKET), place.owner, place.limit, place.within)?;
    Told::parse(&document, &format!("ask {SOCKET}"))
}

/// The helper, with what it told last.
#[derive(Debug, Clone, Default)]
pub(super) struct Helper {
    place: Place,
    told: Arc<Mutex<Option<Told>>>,
}

impl Helper {
    /// The dump of which the kernel said that this process may not take it. Where no helper may be asked, that is what stands. Who
    /// asks for the tables begins to read, and makes the helper ask anew.
    pub(super) fn dump(
        &self,
        root: &Root,
        dump: &NetfilterDump,
        refused: ReadError,
    ) -> Result<Vec<Vec<u8>>, ReadError> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if *dump == NetfilterDump::Tables {
            *told = None;
        }
        let told = match told.as_mut() {
            Some(told) => told,
            None => match ask(root, &self.place) {
                Ok(answered) => told.insert(answered),
                Err(error) if matches!(error.kind, ReadErrorKind::NotThere | ReadErrorKind::NotPermitted) => {
                    return Err(refused);
                }
                Err(error) => return Err(error),
            },
        };
        told.give(dump, &format!("ask {SOCKET}"))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::os::unix::net::UnixListener;
    use std::path::PathBuf;
    use std::thread::JoinHandle;

    use super::*;

    /// A folder in place of the machine, and who owns what this test makes.
    struct Stage {
        folder: tempfile::TempDir,
        helper: Helper,
    }

    impl Stage {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            std::fs::create_dir(folder.path().join("run")).unwrap();
            let owner = rustix::process::geteuid().as_raw();
            let place = Place { owner, limit: Size::from_bytes(64 << 10), within: Span::from_secs(10) };
            Self { folder, helper: Helper { place, ..Helper::default() } }
        }

        fn path(&self) -> PathBuf {
            self.folder.path().join(SOCKET.trim_start_matches('/'))
        }

        /// A helper that answers each connection with these bytes, that many times.
        fn answers(&self, answer: Vec<u8>, times: usize) -> JoinHandle<()> {
            let listener = UnixListener::bind(self.path()).unwrap();
            std::thread::spawn(move || {
                for _ in 0..times {
                    let (mut stream, _) = listener.accept().unwrap();
                    // Who has enough goes away.
                    let _gone = stream.write_all(&answer);
                }
            })
        }

        fn dump(&self, dump: &NetfilterDump) -> Result<Vec<Vec<u8>>, ReadError> {
            self.helper.dump(&Root::Below(self.folder.path().to_owned()), dump, refused())
        }

        #[track_caller]
        fn assert_unknown(&self, kind: ReadErrorKind, word: &str) {
            let error = self.dump(&NetfilterDump::Tables).unwrap_err();
            assert!(error.kind == kind && error.to_string().contains(word), "{error:?}");
        }
    }

    fn refused() -> ReadError {
        ReadError::new(ReadErrorKind::NotPermitted, "dump tables of nf_tables", "not permitted")
    }

    fn told(tables: usize) -> Vec<u8> {
        let mut told = Told::default();
        told.add(NetfilterDump::Tables, &Ok(vec![vec![1; tables]]));
        told.add(NetfilterDump::Chains, &Ok(vec![vec![2]]));
        told.document().unwrap()
    }

    #[test]
    fn one_question_answers_all_dumps_until_the_tables_are_asked_for_again() {
        let stage = Stage::new();
        let helper = stage.answers(told(3), 2);
        for _ in 0..2 {
            assert_eq!(stage.dump(&NetfilterDump::Tables).unwrap(), [vec![1; 3]]);
            assert_eq!(stage.dump(&NetfilterDump::Chains).unwrap(), [vec![2]]);
        }
        helper.join().unwrap();
    }

    #[test]
    fn without_a_helper_the_kernels_refusal_stands() {
        assert_eq!(Stage::new().dump(&NetfilterDump::Tables), Err(refused()));
    }

    #[test]
    fn answers_that_are_none_are_said() {
        for (answer, kind, word) in [
            (Vec::new(), ReadErrorKind::NoAnswer, "without an answer"),
            (told(3).split_at(40).0.to_vec(), ReadErrorKind::WrongKind, "cut off"),
            (b"220 mail.example.jp ESMTP\r\n".to_vec(), ReadErrorKind::WrongKind, "what is none"),
            (told(64 << 10), ReadErrorKind::TooLarge, "larger than"),
        ] {
            let stage = Stage::new();
            let helper = stage.answers(answer, 1);
            stage.assert_unknown(kind, word);
            helper.join().unwrap();
        }
    }

    #[test]
    fn a_helper_that_is_silent_is_not_waited_for() {
        let mut stage = Stage::new();
        stage.helper.place.within = Span::from_millis(100);
        let _silent = UnixListener::bind(stage.path()).unwrap();
        stage.assert_unknown(ReadErrorKind::TimedOut, "no whole answer");
    }

    #[test]
    fn a_socket_on_which_nobody_listens_is_no_answer() {
        let stage = Stage::new();
        drop(UnixListener::bind(stage.path()).unwrap());
        stage.assert_unknown(ReadErrorKind::NoAnswer, "refused");
    }

    #[test]
    fn a_socket_of_somebody_else_is_not_believed() {
        let mut stage = Stage::new();
        stage.helper.place.owner += 1;
        let _listener = UnixListener::bind(stage.path()).unwrap();
        stage.assert_unknown(ReadErrorKind::WrongKind, "belongs to user");
    }

    #[test]
    fn a_process_of_somebody_else_behind_the_socket_is_not_believed() {
        let mut stage = Stage::new();
        let _listener = UnixListener::bind(stage.path()).unwrap();
        stage.helper.place.owner += 1;
        // Only root can give a file away.
        if std::os::unix::fs::chown(stage.path(), Some(stage.helper.place.owner), None).is_err() {
            println!(
                "SKIPPED a_process_of_somebody_else_behind_the_socket_is_not_believed: no right to give a file away"
            );
            return;
        }
        stage.assert_unknown(ReadErrorKind::WrongKind, "listens as user");
    }

    #[test]
    fn a_file_in_place_of_the_socket_is_not_believed() {
        let stage = Stage::new();
        std::fs::write(stage.path(), told(3)).unwrap();
        stage.assert_unknown(ReadErrorKind::WrongKind, "no socket");
    }
}
