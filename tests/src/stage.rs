//! The main job's whole stage: a host, its agent, a dashboard and a mail server, all real.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tempfile::TempDir;

use crate::agent::Agent;
use crate::controls::{ControlledHost, Register};
use crate::dashboard::Dashboard;
use crate::program::Running;
use crate::{poll, smtp};

/// How long the first report may take on a busy machine.
const SETTLED: Duration = Duration::from_mins(1);

/// The stage. The two programs under test can be killed and started again.
#[derive(Debug)]
pub struct Stage {
    /// The host.
    pub host: ControlledHost,
    /// Where the mails arrive.
    pub mails: smtp::Server,
    /// The dashboard.
    pub dashboard: Dashboard,
    /// The host's agent.
    pub agent: Agent,
    dashboard_runs: Running,
    agent_runs: Running,
    _folder: TempDir,
}

pub(crate) fn mail_settings(folder: &Path, mails: &smtp::Server) -> Result<()> {
    let password = folder.join("mail-password");
    std::fs::write(&password, smtp::PASSWORD)?;
    std::fs::set_permissions(&password, std::fs::Permissions::from_mode(0o600))?;
    let settings = format!(
        "from: 点検 <tenken@example.jp>\nto: [officer@example.jp]\ndashboard: https://tenken.example.jp\n\
         transport:\n  kind: smtp\n  host: localhost\n  port: {}\n  security: starttls\n  user: {}\n  \
         password_file: {}\n  authority_file: {}\n",
        mails.port,
        smtp::USER,
        password.display(),
        mails.authority.display()
    );
    Ok(std::fs::write(folder.join("mail.yaml"), settings)?)
}

impl Stage {
    /// What it needs of the system and is missing.
    pub fn missing() -> Option<&'static str> {
        if !smtp::Server::available() {
            return Some("python3-aiosmtpd or openssl is not installed");
        }
        ControlledHost::missing()
    }

    /// Sets it, in a network of the test's own, and waits until the dashboard knows the host. `database` is where the dashboard
    /// keeps its state, in place of a file; `prepare` may change the host and what is declared of it before it is judged.
    pub fn set(
        database: Option<&str>,
        prepare: impl FnOnce(&ControlledHost, &mut [Register]) -> Result<()>,
    ) -> Result<Self> {
        let folder = TempDir::new()?;
        let place = folder.path();
        let host = ControlledHost::make(place)?;
        let mut registers = host.registers()?;
        prepare(&host, &mut registers)?;
        let mails = smtp::Server::start(&place.join("mail"))?;
        mail_settings(place, &mails)?;
        let mail = place.join("mail.yaml");
        let mail = mail.to_str().context("the folder's name is text")?;
        let reference = host.time_reference();
        let mut dashboard = Dashboard::new(place, &["--mail", mail, "--time-reference", &reference]);
        if let Some(database) = database {
            dashboard = dashboard.with_database(database);
        }
        let dashboard_runs = dashboard.start()?;
        for (register, rows) in &registers {
            dashboard.register(register, rows)?;
        }
        let agent = Agent::enrol(place, host.scratch().root(), &dashboard)?;
        let agent_runs = agent.start()?;
        let stage = Self { host, mails, dashboard, agent, dashboard_runs, agent_runs, _folder: folder };
        stage.settle()?;
        Ok(stage)
    }

    /// Waits until the dashboard knows everything the agent does.
    pub fn settle(&self) -> Result<()> {
        let settled = || Ok(self.dashboard.command(&["status", "--quiet"]).is_ok().then_some(()));
        poll::until("the dashboard knows the host", SETTLED, settled).map(drop).with_context(|| self.logs())
    }

    /// Kills the dashboard and starts it again.
    pub fn kill_dashboard(&mut self) -> Result<()> {
        self.dashboard_runs.kill()?;
        self.dashboard_runs = self.dashboard.start()?;
        Ok(())
    }

    /// Kills the agent and starts it again.
    pub fn kill_agent(&mut self) -> Result<()> {
        self.agent_runs.kill()?;
        self.agent_runs = self.agent.start()?;
        Ok(())
    }

    /// What both wrote to their logs.
    pub fn logs(&self) -> String {
        format!("dashboard:\n{}\nagent:\n{}", self.dashboard.said(), self.agent.said())
    }
}
