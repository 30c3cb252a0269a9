//! Running processes, from /proc.

use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use tenken_model::Size;

use super::files::{self, from_errno};
use super::root::Root;
use crate::host::{EntryKind, Process, ReadError, ReadErrorKind};

/// More processes than any host of an agency has; beyond it the list is refused rather than cut.
const PROCESSES: usize = 65_536;
const STAT: usize = 4_096;
const COMMAND_LINE: Size = Size::from_bytes(4_096);
/// The kernel keeps that many bytes of a name (TASK_COMM_LEN less its end).
const SHORT_NAME: usize = 15;
/// A thread of the kernel (PF_KTHREAD in linux/sched.h).
const KERNEL_THREAD: u64 = 0x0020_0000;

/// What one line of /proc/PID/stat says (proc_pid_stat(5)).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stat {
    /// The name, as the kernel cut it.
    pub name: String,
    /// It is neither a thread of the kernel nor has it ended.
    pub runs_a_program: bool,
}

/// See [`crate::host::Host::processes`]. Threads of the kernel and ended processes run no program.
pub(super) fn list() -> Result<Vec<Process>, ReadError> {
    let proc = Path::new("/proc");
    let failed = |errno| from_errno("list /proc".to_owned(), errno);
    let proc_folder = Root::Machine.locate(proc, OFlags::DIRECTORY).map_err(failed)?;
    let mut buffer = vec![0; STAT];
    let mut processes = Vec::new();
    let mut sees_the_first = false;
    for entry in files::list(&Root::Machine, proc, PROCESSES)? {
        let Some(pid) = entry.name.parse::<u32>().ok().filter(|_| entry.kind == EntryKind::Folder) else { continue };
        let tried = || format!("read /proc/{pid}/stat");
        let length = match read_stat(&proc_folder, pid, &mut buffer) {
            Ok(length) => length,
            // It may end between being listed and being read.
            Err(Errno::NOENT | Errno::SRCH) => continue,
            Err(errno) => return Err(from_errno(tried(), errno)),
        };
        sees_the_first |= pid == 1;
        let stat = buffer.get(..length).and_then(parse_stat);
        let stat = stat.ok_or_else(|| ReadError::new(ReadErrorKind::Failed, tried(), "not of the known form"))?;
        if stat.runs_a_program {
            let folder = || proc.join(&entry.name);
            let name = if stat.name.len() < SHORT_NAME { stat.name } else { full_name(&folder(), stat.name) };
            processes.push(Process { pid, name, path: None });
        }
    }
    if !sees_the_first {
        // Mounted with hidepid, /proc shows only our own: a list that looks whole and is not.
        return Err(ReadError::new(
            ReadErrorKind::NotPermitted,
            "list /proc",
            "processes of others are hidden (hidepid or ProtectProc)",
        ));
    }
    processes.sort_by_key(|process| process.pid);
    Ok(processes)
}

/// Reads the line, which the kernel gives at once, without asking first what kind of file it is: this is most of what listing costs.
fn read_stat(proc: &File, pid: u32, buffer: &mut [u8]) -> Result<usize, Errno> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC;
    let file = rustix::fs::openat(proc, format!("{pid}/stat"), flags, Mode::empty())?;
    rustix::io::retry_on_intr(|| rustix::io::read(&file, &mut *buffer))
}

/// Reads the line; `None` when it is cut off or of another form.
pub fn parse_stat(text: &[u8]) -> Option<Stat> {
    let open = text.iter().position(|byte| *byte == b'(')?;
    // The name may hold anything, also parentheses and blanks; what follows cannot.
    let close = text.iter().rposition(|byte| *byte == b')')?;
    let name = String::from_utf8_lossy(text.get(open + 1..close)?).into_owned();
    let rest = std::str::from_utf8(text.get(close + 1..)?).ok()?;
    let mut fields = rest.split_ascii_whitespace();
    let state = fields.next()?;
    let flags: u64 = fields.nth(5)?.parse().ok()?;
    let ended = matches!(state, "Z" | "X" | "x");
    Some(Stat { name, runs_a_program: !ended && flags & KERNEL_THREAD == 0 })
}

/// The whole of a name the kernel may have cut: from the program's file, or from what it was started as.
fn full_name(folder: &Path, short: String) -> String {
    let program = std::fs::read_link(folder.join("exe")).ok();
    let program = program.as_deref().and_then(Path::file_name).map(without_deleted);
    let started_as = || {
        let line = files::read(&Root::Machine, &folder.join("cmdline"), COMMAND_LINE).ok()?;
        let first = line.split(|byte| *byte == 0).next()?;
        let path = PathBuf::from(OsStr::from_bytes(first));
        path.file_name().map(|name| name.to_string_lossy().into_owned())
    };
    let continues = |name: &String| name.starts_with(&short);
    program.filter(continues).or_else(|| started_as().filter(continues)).unwrap_or(short)
}

/// The kernel appends a word when the file was replaced, as an update does.
fn without_deleted(name: &OsStr) -> String {
    let name = name.to_string_lossy();
    name.strip_suffix(" (deleted)").unwrap_or(&name).to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn stat(name: &str, state: char, flags: u64) -> Vec<u8> {
        format!("42 ({name}) {state} 1 42 42 0 -1 {flags} 100 0 0 0 1 2 3\n").into_bytes()
    }

    #[test]
    fn names_with_blanks_and_parentheses() {
        for name in ["chronyd", "tmux: server", "(sd-pam)", "a) S 1 (b", ""] {
            assert_eq!(parse_stat(&stat(name, 'S', 0x40_0100)).unwrap().name, name);
        }
    }

    #[test]
    fn kernel_threads_and_ended_processes_run_no_program() {
        assert!(parse_stat(&stat("clamd", 'R', 0)).unwrap().runs_a_program);
        assert!(!parse_stat(&stat("clamd", 'Z', 0)).unwrap().runs_a_program);
        assert!(!parse_stat(&stat("kthreadd", 'S', KERNEL_THREAD | 0x40)).unwrap().runs_a_program);
    }

    #[test]
    fn cut_off_text_is_refused() {
        let whole = stat("chronyd", 'S', 0);
        for end in 0..28 {
            assert_eq!(parse_stat(whole.get(..end).unwrap()), None, "{end}");
        }
    }

    #[test]
    fn a_replaced_program_keeps_its_name() {
        assert_eq!(without_deleted(OsStr::new("chronyd (deleted)")), "chronyd");
        assert_eq!(without_deleted(OsStr::new("chronyd")), "chronyd");
    }

    proptest! {
        #[test]
        fn never_panics(text in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse_stat(&text);
        }
    }
}
