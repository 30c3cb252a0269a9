//! The program as systemd starts it: what it tells its manager, and how it waits to be enrolled.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where it fails")]

use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const WITHIN: Duration = Duration::from_mins(1);

/// A service manager of one test.
struct Manager {
    folder: tempfile::TempDir,
    socket: UnixDatagram,
}

/// An agent that is ended with the test.
struct Service(Child);

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Manager {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let socket = UnixDatagram::bind(folder.path().join("notify")).unwrap();
        socket.set_read_timeout(Some(WITHIN)).unwrap();
        Self { folder, socket }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn start(&self) -> Service {
        let mut command = program(self.folder.path());
        command.env("NOTIFY_SOCKET", self.path("notify")).env("WATCHDOG_USEC", "2000000");
        Service(command.stderr(std::fs::File::create(self.path("log")).unwrap()).spawn().unwrap())
    }

    /// Waits until the agent says something that holds `word`.
    #[track_caller]
    fn hears(&self, word: &str) -> String {
        let end = Instant::now() + WITHIN;
        let mut heard = Vec::new();
        while Instant::now() < end {
            let mut bytes = [0; 4096];
            let len = self.socket.recv(&mut bytes).unwrap_or_else(|error| panic!("{word}: {error}; heard {heard:#?}"));
            let said = String::from_utf8_lossy(&bytes[..len]).into_owned();
            if said.contains(word) {
                return said;
            }
            heard.push(said);
        }
        panic!("{word} was not said: {heard:#?}");
    }

    fn leave(&self, text: &str, mode: u32) {
        let path = self.path("enrolment.yaml");
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.path("log")).unwrap()
    }
}

/// `run` with a state folder and a place for a token below `folder`.
fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tenken-agent"));
    command.args(["--language", "en", "run", "--state-dir"]).arg(folder.join("state"));
    command.arg("--enrolment").arg(folder.join("enrolment.yaml")).stdin(Stdio::null());
    for variable in ["NOTIFY_SOCKET", "WATCHDOG_USEC", "JOURNAL_STREAM", "TENKEN_LOG"] {
        command.env_remove(variable);
    }
    command
}

#[test]
fn a_service_waits_to_be_enrolled_and_says_so() {
    let manager = Manager::new();
    let mut service = manager.start();
    assert!(manager.hears("EXTEND_TIMEOUT_USEC=").contains("STATUS=starting"));
    manager.hears("READY=1");
    assert!(manager.hears("STATUS=not enrolled").contains("tenken-agent enrol"));
    manager.hears("WATCHDOG=1");
    manager.leave("dashboard: https://127.0.0.1:1\ntoken: tenken1.s3cret\n", 0o644);
    manager.hears("chmod 0600");
    manager.leave("dashboard: https://127.0.0.1:1\ntoken: tenken1.s3cret\n", 0o600);
    manager.hears("it is not one");
    assert!(!manager.path("enrolment.yaml").exists(), "what is no token is removed");
    let pid = rustix::process::Pid::from_child(&service.0);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    manager.hears("STOPPING=1");
    assert!(service.0.wait().unwrap().success());
    let log = manager.log();
    assert!(log.contains("this host is not enrolled") && !log.contains("s3cret"), "{log}");
}

#[test]
fn run_by_hand_it_ends_with_what_to_do() {
    let scratch = tempfile::tempdir().unwrap();
    let output = program(scratch.path()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("not enrolled") && said.contains("tenken-agent enrol"), "{said}");
    std::fs::write(scratch.path().join("enrolment.yaml"), "token: x\n").unwrap();
    let output = program(scratch.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn a_level_that_is_none_is_refused() {
    let scratch = tempfile::tempdir().unwrap();
    for (option, variable) in [(Some("loud"), None), (None, Some("loud"))] {
        let mut command = program(scratch.path());
        command.args(option.map(|level| format!("--log={level}")));
        let output = command.envs(variable.map(|level| ("TENKEN_LOG", level))).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(3) && said.contains("no level of logging"), "{said}");
    }
}

#[test]
fn the_doctor_tells_of_a_host_that_is_not_enrolled() {
    let scratch = tempfile::tempdir().unwrap();
    let doctor = |more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tenken-agent"));
        command.args(["doctor", "--state-dir"]).arg(scratch.path().join("none")).args(more).output().unwrap()
    };
    let output = doctor(&["--language", "ja"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("[問題あり] 登録: 登録されていません。"), "{said}");
    let output = doctor(&["--format", "json"]);
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((value["result"].as_str(), value["checks"][0]["check"].as_str()), (Some("problem"), Some("enrolled")));
}
