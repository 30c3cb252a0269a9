//! The commands of vendors that alone can tell something: the only child processes of the agent.

use std::ffi::OsString;
use std::io::Read;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal};
use tenken_model::{Size, Span};

use super::files;
use super::root::Root;
use crate::host::network::Deadline;
use crate::host::{CommandOutput, ReadError, ReadErrorKind, VendorCommand};

/// A backup's list of snapshots comes from disk; a minute is long for it.
const WITHIN: Span = Span::from_secs(60);
const STDOUT: usize = 16 * 1024 * 1024;
const STDERR: usize = 4_096;
const PASSPHRASE: Size = Size::from_bytes(4_096);
const LOWEST_PRIORITY: i32 = 19;
/// Reads in a row, so that a command that never stops talking does not keep us from its deadline. Together they take
/// more than the system keeps for one pipe.
const READS: usize = 128;
/// Search path for what the command itself starts.
const PATH: &str = "/usr/bin:/bin:/usr/sbin:/sbin";

const ZFS: &[&str] = &["/usr/sbin/zfs", "/sbin/zfs", "/usr/bin/zfs"];

static NEXT: AtomicU32 = AtomicU32::new(0);

/// What is run, all fixed but the names of what is asked about.
#[derive(Debug, Default)]
struct Plan {
    /// Where the vendor's packages put the program.
    programs: &'static [&'static str],
    arguments: Vec<OsString>,
    environment: Vec<(&'static str, OsString)>,
    /// The variable that names a folder the program may write to.
    scratch: Option<&'static str>,
}

/// See [`crate::host::Host::run`].
pub(super) fn run(command: &VendorCommand) -> Result<CommandOutput, ReadError> {
    let tried = format!("run {command}");
    let plan = plan(command, &tried)?;
    let program = program(&plan, &tried)?;
    let scratch =
        plan.scratch.map(|_| Scratch::new()).transpose().map_err(|error| ReadError::from_io(&tried, &error))?;
    let mut started = Command::new(program);
    started
        .args(&plan.arguments)
        .env_clear()
        .env("LC_ALL", "C")
        .env("PATH", PATH)
        .envs(plan.environment.iter().map(|(name, value)| (name, value)))
        .current_dir("/")
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if let (Some(name), Some(scratch)) = (plan.scratch, &scratch) {
        started.env(name, &scratch.0);
    }
    let child = started.spawn().map_err(|error| ReadError::from_io(&tried, &error))?;
    Running::new(child, &tried)?.finish(WITHIN, STDOUT)
}

/// A name that cannot be taken for an option.
fn is_dataset(name: &str) -> bool {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "_-.:/ ".contains(letter);
    name.starts_with(|letter: char| letter.is_ascii_alphanumeric()) && name.chars().all(allowed)
}

fn plan(command: &VendorCommand, tried: &str) -> Result<Plan, ReadError> {
    let refuse = |why: &str| Err(ReadError::new(ReadErrorKind::Failed, tried, why));
    match command {
        VendorCommand::ResticSnapshots { repository, password_file } => {
            if !repository.is_absolute() || !password_file.is_absolute() {
                return refuse("repository and password file must be absolute paths");
            }
            let mut arguments: Vec<OsString> = ["--no-lock", "--no-cache", "--json", "--repo"].map(Into::into).into();
            arguments.extend([repository.into(), "--password-file".into(), password_file.into(), "snapshots".into()]);
            let programs = &["/usr/bin/restic", "/usr/local/bin/restic"];
            Ok(Plan { programs, arguments, ..Plan::default() })
        }
        VendorCommand::BorgList { repository, passphrase_file } => {
            if !repository.is_absolute() {
                return refuse("the repository must be an absolute path");
            }
            let mut environment = vec![
                // Borg asks whether a repository it sees first is the right one; it is registered, so it is.
                ("BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK", "yes".into()),
                ("BORG_RELOCATED_REPO_ACCESS_IS_OK", "yes".into()),
            ];
            if let Some(file) = passphrase_file {
                environment.push(("BORG_PASSPHRASE", passphrase(file)?));
            }
            let mut arguments: Vec<OsString> = ["--bypass-lock", "list", "--json", "--"].map(Into::into).into();
            arguments.push(repository.into());
            let programs = &["/usr/bin/borg", "/usr/local/bin/borg"];
            Ok(Plan { programs, arguments, environment, scratch: Some("BORG_BASE_DIR") })
        }
        VendorCommand::BtrfsSnapshots { mount } => {
            if !mount.is_absolute() {
                return refuse("the mount point must be an absolute path");
            }
            let mut arguments: Vec<OsString> = ["subvolume", "list", "-s"].map(Into::into).into();
            arguments.push(mount.into());
            let programs = &["/usr/bin/btrfs", "/usr/sbin/btrfs", "/bin/btrfs", "/sbin/btrfs"];
            Ok(Plan { programs, arguments, ..Plan::default() })
        }
        VendorCommand::ZfsSnapshots { dataset } => {
            if !is_dataset(dataset) {
                return refuse("that is no name of a dataset");
            }
            let mut arguments: Vec<OsString> =
                ["list", "-Hp", "-t", "snapshot", "-o", "name,creation"].map(Into::into).into();
            arguments.extend(["-r".into(), dataset.into()]);
            Ok(Plan { programs: ZFS, arguments, ..Plan::default() })
        }
        VendorCommand::ApfsVolumes | VendorCommand::ApplicationFirewall => refuse("there is no such thing on Linux"),
        VendorCommand::ZfsEncryption { dataset } => {
            if !is_dataset(dataset) {
                return refuse("that is no name of a dataset");
            }
            let mut arguments: Vec<OsString> = ["get", "-Hp", "-o", "value", "encryption"].map(Into::into).into();
            arguments.push(dataset.into());
            Ok(Plan { programs: ZFS, arguments, ..Plan::default() })
        }
    }
}

fn passphrase(file: &Path) -> Result<OsString, ReadError> {
    use std::os::unix::ffi::OsStringExt;

    let mut bytes = files::read(&Root::Machine, file, PASSPHRASE)?;
    while matches!(bytes.last(), Some(b'\n' | b'\r')) {
        bytes.pop();
    }
    Ok(OsString::from_vec(bytes))
}

/// The installed program. One that others than its owner root may change is not run.
fn program(plan: &Plan, tried: &str) -> Result<&'static Path, ReadError> {
    for program in plan.programs.iter().map(Path::new) {
        match std::fs::metadata(program) {
            Ok(found) if found.uid() != 0 || found.mode() & 0o022 != 0 => {
                let why = format!("{} can be changed by others than root", program.display());
                return Err(ReadError::new(ReadErrorKind::Failed, tried, why));
            }
            Ok(_) => return Ok(program),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(ReadError::from_io(tried, &error)),
        }
    }
    Err(ReadError::new(ReadErrorKind::NotThere, tried, format!("none of {} is installed", plan.programs.join(", "))))
}

/// A folder of our own that goes when the command has ended.
#[derive(Debug)]
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> std::io::Result<Self> {
        let parent = std::env::var_os("RUNTIME_DIRECTORY").map_or_else(std::env::temp_dir, PathBuf::from);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = parent.join(format!("tenken-{}-{number}", std::process::id()));
        // Fails if there is anything of that name, also a link laid by somebody.
        std::fs::DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What stays is empty of secrets and goes with the runtime folder.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A command under way. Ends with all it started when it is dropped.
struct Running<'a> {
    child: Child,
    exit: OwnedFd,
    group: Pid,
    tried: &'a str,
    has_been_waited_for: bool,
}

impl<'a> Running<'a> {
    fn new(mut child: Child, tried: &'a str) -> Result<Self, ReadError> {
        let group = Pid::from_child(&child);
        let exit = rustix::process::pidfd_open(group, PidfdFlags::empty());
        // A command that has ended already needs no priority.
        let _ = rustix::process::setpriority_process(Some(group), LOWEST_PRIORITY);
        match exit {
            Ok(exit) => Ok(Self { child, exit, group, tried, has_been_waited_for: false }),
            Err(errno) => {
                let _ = child.kill();
                let _ = child.wait();
                Err(files::from_errno(tried.to_owned(), errno))
            }
        }
    }

    fn finish(mut self, within: Span, limit: usize) -> Result<CommandOutput, ReadError> {
        let deadline = Deadline::within(within);
        let mut stdout = Pipe::new(self.child.stdout.take().map(OwnedFd::from), limit);
        let mut stderr = Pipe::new(self.child.stderr.take().map(OwnedFd::from), STDERR);
        loop {
            let Some(left) = deadline.left() else {
                return Err(ReadError::new(ReadErrorKind::TimedOut, self.tried, format!("not done within {within}")));
            };
            let has_ended = self.wait_for(&stdout, &stderr, left).map_err(|errno| self.failed(errno))?;
            stdout.drain().map_err(|error| ReadError::from_io(self.tried, &error))?;
            stderr.drain().map_err(|error| ReadError::from_io(self.tried, &error))?;
            if stdout.overflowed {
                let limit = Size::from_bytes(u64::try_from(limit).unwrap_or(u64::MAX));
                return Err(ReadError::new(ReadErrorKind::TooLarge, self.tried, format!("it says more than {limit}")));
            }
            if has_ended {
                let status = self.end().map_err(|error| ReadError::from_io(self.tried, &error))?;
                let stderr = String::from_utf8_lossy(&stderr.bytes).into_owned();
                return Ok(CommandOutput { code: status.code(), stdout: std::mem::take(&mut stdout.bytes), stderr });
            }
        }
    }

    /// Waits for output or the end; true when it has ended.
    fn wait_for(&self, stdout: &Pipe, stderr: &Pipe, left: std::time::Duration) -> Result<bool, Errno> {
        let mut watched = vec![PollFd::new(&self.exit, PollFlags::IN)];
        watched.extend(
            [stdout, stderr]
                .into_iter()
                .filter_map(Pipe::open_end)
                .map(|end| PollFd::from_borrowed_fd(end, PollFlags::IN)),
        );
        let timeout = Timespec::try_from(left).map_err(|_| Errno::INVAL)?;
        match rustix::event::poll(&mut watched, Some(&timeout)) {
            Ok(_) | Err(Errno::INTR) => Ok(watched.first().is_some_and(|exit| !exit.revents().is_empty())),
            Err(errno) => Err(errno),
        }
    }

    /// Ends all it started and waits for it. In this order: once waited for, its number may be another's.
    fn end(&mut self) -> std::io::Result<std::process::ExitStatus> {
        // Fails when nothing of it is left running, which is the ordinary case.
        let _ = rustix::process::kill_process_group(self.group, Signal::KILL);
        self.has_been_waited_for = true;
        self.child.wait()
    }

    fn failed(&self, errno: Errno) -> ReadError {
        files::from_errno(self.tried.to_owned(), errno)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if !self.has_been_waited_for {
            // Nothing is left to tell it to.
            let _ = self.end();
        }
    }
}

/// One output of a command, read without waiting.
struct Pipe {
    end: Option<std::fs::File>,
    bytes: Vec<u8>,
    limit: usize,
    overflowed: bool,
}

impl Pipe {
    fn new(end: Option<OwnedFd>, limit: usize) -> Self {
        let end = end.filter(|end| rustix::io::ioctl_fionbio(end, true).is_ok()).map(std::fs::File::from);
        Self { end, bytes: Vec::new(), limit, overflowed: false }
    }

    fn open_end(&self) -> Option<BorrowedFd<'_>> {
        self.end.as_ref().map(AsFd::as_fd)
    }

    /// Takes what is there; what is over the limit is dropped, and that it was there is kept.
    fn drain(&mut self) -> std::io::Result<()> {
        let mut buffer = [0_u8; 16 * 1024];
        for _ in 0..READS {
            let Some(end) = &mut self.end else { break };
            match end.read(&mut buffer) {
                Ok(0) => self.end = None,
                Ok(got) => {
                    let room = self.limit.saturating_sub(self.bytes.len());
                    self.overflowed |= got > room;
                    self.bytes.extend_from_slice(buffer.get(..got.min(room)).unwrap_or_default());
                }
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
