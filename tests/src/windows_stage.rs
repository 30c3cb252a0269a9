//! The stage with a Windows host: its agent in Wine, the dashboard and the mail server on this machine.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use crate::dashboard::Dashboard;
use crate::program::Running;
use crate::stage::mail_settings;
use crate::wine::Wine;
use crate::{poll, smtp};

/// How long the first report may take on a busy machine.
const SETTLED: Duration = Duration::from_mins(2);

/// The stage. Whatever runs in Wine ends with it.
#[derive(Debug)]
pub struct WindowsStage {
    /// The host.
    pub wine: Wine,
    /// Where the mails arrive.
    pub mails: smtp::Server,
    /// The dashboard.
    pub dashboard: Dashboard,
    log: PathBuf,
    _dashboard_runs: Running,
    folder: TempDir,
}

impl WindowsStage {
    /// What it needs of the system and is missing.
    pub fn missing() -> Option<&'static str> {
        if !smtp::Server::available() {
            return Some("python3-aiosmtpd or openssl is not installed");
        }
        Wine::missing()
    }

    /// Starts mail server and dashboard. The host has no agent yet.
    pub fn set() -> Result<Self> {
        let folder = TempDir::new()?;
        let place = folder.path();
        let mails = smtp::Server::start(&place.join("mail"))?;
        mail_settings(place, &mails)?;
        let mail = place.join("mail.yaml");
        let mut dashboard = Dashboard::new(place, &["--mail", mail.to_str().context("the folder's name is text")?]);
        let dashboard_runs = dashboard.start()?;
        let log = place.join("agent.log");
        Ok(Self { wine: Wine::make()?, mails, dashboard, log, _dashboard_runs: dashboard_runs, folder })
    }

    /// Enrols the host as an administrator does at its console, with the state where it lies by default.
    pub fn enrol(&self) -> Result<()> {
        let token = self.dashboard.command(&["token"])?;
        let output = self
            .wine
            .command(Wine::agent()?)
            .args(["enrol", "--dashboard", &self.dashboard.addresses().people, "--token", &token])
            .output()?;
        if !output.status.success() {
            bail!("enrolling: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(())
    }

    /// Starts the agent at the console.
    pub fn start_agent(&self) -> Result<Running> {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(&self.log)?;
        let mut command = self.wine.command(Wine::agent()?);
        Running::start(command.arg("run").stdout(Stdio::null()).stderr(log))
    }

    /// Waits until the dashboard has a full report.
    pub fn settle(&self) -> Result<Duration> {
        let settled = || Ok(self.dashboard.command(&["status", "--quiet"]).is_ok().then_some(()));
        let ((), took) = poll::until("the dashboard knows the host", SETTLED, settled).with_context(|| self.logs())?;
        Ok(took)
    }

    /// Where logs and mails lie.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What both wrote to their logs.
    pub fn logs(&self) -> String {
        let agent = std::fs::read(&self.log).unwrap_or_default();
        format!("dashboard:\n{}\nagent:\n{}", self.dashboard.said(), String::from_utf8_lossy(&agent))
    }
}
