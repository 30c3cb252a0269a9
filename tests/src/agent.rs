//! A real agent that reads a folder in place of this host.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::clock::{MovedClock, Timers};
use crate::dashboard::Dashboard;
use crate::program::{Running, own};

/// How an agent is started, the same each time.
#[derive(Debug, Clone)]
pub struct Agent {
    state: PathBuf,
    root: PathBuf,
    log: PathBuf,
    clock: Option<MovedClock>,
}

impl Agent {
    /// Enrols a host whose files lie below `root`. Its state and log lie below `folder`.
    pub fn enrol(folder: &Path, root: &Path, dashboard: &Dashboard) -> Result<Self> {
        Self::enrol_with(folder, root, dashboard, &[])
    }

    /// The same under a name of its own.
    pub fn enrol_as(folder: &Path, root: &Path, dashboard: &Dashboard, name: &str) -> Result<Self> {
        Self::enrol_with(folder, root, dashboard, &["--name", name])
    }

    fn enrol_with(folder: &Path, root: &Path, dashboard: &Dashboard, more: &[&str]) -> Result<Self> {
        let agent = Self {
            state: folder.join("agent"),
            root: root.to_owned(),
            log: folder.join("agent.log"),
            clock: dashboard.clock().cloned(),
        };
        let token = dashboard.command(&["token"])?;
        let output = agent
            .program(Timers::Stay)?
            .args(["enrol", "--dashboard", &dashboard.addresses().people, "--token", &token, "--state-dir"])
            .arg(&agent.state)
            .args(more)
            .output()?;
        if !output.status.success() {
            bail!("enrolling: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(agent)
    }

    /// Starts it.
    pub fn start(&self) -> Result<Running> {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(&self.log)?;
        let mut command = self.program(Timers::Move)?;
        command.arg("run").arg("--state-dir").arg(&self.state).arg("--root").arg(&self.root);
        Running::start(command.stdin(Stdio::null()).stderr(log))
    }

    fn program(&self, timers: Timers) -> Result<Command> {
        let mut command = Command::new(own("tenken-agent")?);
        if let Some(clock) = &self.clock {
            clock.wear(&mut command, timers);
        }
        Ok(command)
    }

    /// Its state folder.
    pub fn state(&self) -> &Path {
        &self.state
    }

    /// What it wrote to its log.
    pub fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}
