//! The program as an administrator or a script starts it.
// Another disk in place of the machine's is read on Linux only.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::path::Path;
use std::process::{Command, Output};

/// Runs the program on the files below a folder; in English unless the arguments say otherwise.
fn agent(arguments: &[&str], root: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tenken-agent"));
    command.env("LC_ALL", "C.UTF-8").args(arguments).arg("--root").arg(root).output().unwrap()
}

#[test]
fn a_root_that_cannot_be_looked_into_is_an_error_and_no_verdict() {
    let scratch = tempfile::tempdir().unwrap();
    let (missing, file, output) = ["missing", "file", "recording.json"].map(|name| scratch.path().join(name)).into();
    std::fs::write(&file, "").unwrap();
    let output = output.to_str().unwrap();
    for root in [&missing, &file] {
        for arguments in [
            &["check"][..],
            &["check", "--format", "json"],
            &["check", "--format", "junit"],
            &["facts"],
            &["explain", "clock_synchronised"],
            &["record", "--output", output],
            &["run", "--state-dir", output],
        ] {
            let ended = agent(arguments, root);
            let said = String::from_utf8(ended.stderr).unwrap();
            assert_eq!(ended.status.code(), Some(3), "{arguments:?}: {said}");
            assert!(ended.stdout.is_empty(), "{arguments:?}");
            assert!(said.starts_with(&format!("tenken-agent: look below {}: ", root.display())), "{said}");
            assert_eq!(said.lines().count(), 1, "{said}");
        }
    }
    assert!(!Path::new(output).exists());
}

#[test]
fn what_is_no_token_is_said_in_both_languages() {
    let said = |language: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tenken-agent"));
        let command = command.args(["--language", language, "enrol", "--dashboard", "https://localhost:1"]);
        let ended = command.args(["--token", "tenken1", "--state-dir", "/nonexistent/x"]).output().unwrap();
        assert_eq!(ended.status.code(), Some(3));
        String::from_utf8(ended.stderr).unwrap()
    };
    assert!(said("ja").contains("登録用トークンとして読み取れません"));
    assert!(said("en").contains("not an enrolment token"));
}

#[test]
fn what_a_host_lacks_is_said_in_both_languages() {
    let scratch = tempfile::tempdir().unwrap();
    let said = |language: &str| {
        let ended = agent(&["--language", language, "explain", "screen_locks_when_idle"], scratch.path());
        String::from_utf8(ended.stdout).unwrap()
    };
    assert!(said("ja").contains("対象外です(デスクトップ環境がインストールされていません)。"), "{}", said("ja"));
    assert!(said("en").contains("nothing to judge (no graphical session is installed)."), "{}", said("en"));
}

#[test]
fn a_rule_is_explained_with_what_was_looked_at_here() {
    let scratch = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(scratch.path().join("etc")).unwrap();
    std::fs::write(scratch.path().join("etc/profile"), "TMOUT=900\n").unwrap();
    let ended = agent(&["explain", "shell_ends_when_idle"], scratch.path());
    let said = String::from_utf8(ended.stdout).unwrap();
    for part in [
        "\n  technical.4 ",
        "idle_max: Longest idle time = 15m, 1m to 1h (CIS: 900 seconds or fewer)",
        "? Unknown: ",
        "  /etc/profile: read\n",
        "  /etc/passwd: not there\n",
        "How to repair (",
        "Write to /etc/profile.d/tmout.sh",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    let read = said.find("/etc/profile: read").unwrap();
    assert!(read < said.find("/etc/environment: not there").unwrap(), "what is there comes first\n{said}");
}

#[test]
fn a_root_that_holds_little_is_judged() {
    let scratch = tempfile::tempdir().unwrap();
    let ended = agent(&["check", "--format", "json"], scratch.path());
    assert!(matches!(ended.status.code(), Some(1 | 2)), "{:?}", ended.status);
    assert!(serde_json::from_slice::<serde_json::Value>(&ended.stdout).is_ok());
    assert!(ended.stderr.is_empty());
}
