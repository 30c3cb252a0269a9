//! Programs of the system.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Where a program of the system lies, also in the folders that only root's path has.
pub(crate) fn installed(name: &str) -> Option<PathBuf> {
    ["/usr/bin", "/usr/sbin", "/bin", "/sbin", "/lib/systemd"]
        .iter()
        .map(|folder| Path::new(folder).join(name))
        .find(|path| path.is_file())
}

/// A program that a test is about; where it is not installed, that is said.
pub(crate) fn wanted(test: &str, name: &str) -> Option<PathBuf> {
    let found = installed(name);
    if found.is_none() {
        skip(test, &format!("{name} is not installed"));
    }
    found
}

/// Says on standard error why a test does less than it could.
pub(crate) fn skip(test: &str, why: &str) {
    let _closed = writeln!(std::io::stderr().lock(), "SKIPPED {test}: {why}");
}

/// A shell that sees mounts of its own, so that files can stand where programs look for them, and has to itself what else is
/// named. `None` where that is not permitted, which is said.
pub(crate) fn with_own_mounts(test: &str, also: &[&str]) -> Option<Command> {
    let own = |command: &mut Command| {
        if !is_root() {
            command.arg("--map-root-user");
        }
        command.args(also).args(["--mount", "--"]);
    };
    let mut tried = Command::new("unshare");
    own(&mut tried);
    let tried = tried.args(["mount", "-t", "tmpfs", "none", "/run"]).stderr(Stdio::null()).status();
    if !tried.is_ok_and(|status| status.success()) {
        skip(test, "mounts of its own are not permitted here");
        return None;
    }
    let mut command = Command::new("unshare");
    own(&mut command);
    command.args(["sh", "-e", "-u"]);
    Some(command)
}

/// Whether the test runs as root.
pub(crate) fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|metadata| std::os::unix::fs::MetadataExt::uid(&metadata) == 0)
}

/// What a program printed that came out well.
pub(crate) fn printed(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command.stdin(Stdio::null()).output().unwrap();
    assert!(status.success(), "{command:?}: {status}: {}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).unwrap()
}
