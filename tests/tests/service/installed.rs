//! A dashboard that is configured by its file alone.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tenken_tests::poll;
use tenken_tests::program::{Running, own};

/// How long a start may take on a busy machine.
const START: Duration = Duration::from_mins(1);

pub(crate) struct Installed {
    pub(crate) folder: TempDir,
    pub(crate) configuration: PathBuf,
}

impl Installed {
    /// One whose configuration has these lines beside those that every test needs.
    pub(crate) fn new(more: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let configuration = folder.path().join("dashboard.yaml");
        let text = format!(
            "data: {}\nagents: 127.0.0.1:0\npeople: 127.0.0.1:0\nmetrics: 127.0.0.1:0\n{more}",
            folder.path().join("data").display()
        );
        std::fs::write(&configuration, text).unwrap();
        Self { folder, configuration }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// `serve`, to be started.
    pub(crate) fn serve(&self) -> Command {
        let mut command = Command::new(own("tenken-dashboard").unwrap());
        command.args(["serve", "--config"]).arg(&self.configuration).stdin(Stdio::null());
        command.stderr(std::fs::File::create(self.log()).unwrap());
        command
    }

    /// Starts it and waits until it listens; where.
    pub(crate) fn start(&self) -> (Running, Value) {
        self.started(Running::start(&mut self.serve()).unwrap())
    }

    pub(crate) fn started(&self, mut running: Running) -> (Running, Value) {
        let (listening, _) = poll::until("the dashboard listens", START, || {
            if !running.alive() {
                anyhow::bail!("it ended:\n{}", std::fs::read_to_string(self.log())?);
            }
            Ok(listening(&self.data()))
        })
        .unwrap();
        (running, listening)
    }

    /// Runs one of its commands.
    pub(crate) fn command(&self, words: &[&str]) -> Output {
        let mut command = Command::new(own("tenken-dashboard").unwrap());
        command.args(words).arg("--config").arg(&self.configuration).output().unwrap()
    }
}

fn listening(data: &Path) -> Option<Value> {
    serde_json::from_slice(&std::fs::read(data.join("listening.json")).ok()?).ok()
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
