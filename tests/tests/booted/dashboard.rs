//! A dashboard in the years that follow its installation, and hosts that are added to it without anybody at their keyboards.

use anyhow::{Context as _, Result, ensure};
use tenken_tests::dashboard::Visitor;
use tenken_tests::program::system;

use crate::stage::{ADDRESS, OLDER, SOON, Stage, boots, install, older, purge, version};

const PACKAGE: &str = "/packages/tenken-dashboard_*.deb";
const AGENTS_PACKAGE: &str = "/packages/tenken-agent_*.deb";
/// The name that a host is given in the file that is left for it.
const GIVEN_NAME: &str = "reception-07";
/// By which an administrator stops the dashboard so that nobody's connection starts it again.
const STOP: &str = "systemctl stop 'tenken-dashboard*.socket' tenken-dashboard";
const BACKUP: &str = "/root/tenken.backup";

impl Stage {
    /// An account appears on the host, and the dashboard learns of it.
    fn news(&self, account: &str) -> Result<()> {
        self.host.run(&format!("useradd --shell /bin/bash {account}; passwd --quiet --delete {account}"))?;
        let known = format!("runuser -u tenken-dashboard -- tenken-dashboard status --language en | grep -w {account}");
        let what = format!("the dashboard learns of {account}");
        self.dashboard.until(&what, SOON, &known).map(drop).with_context(|| self.logs())
    }

    /// Waits until the host has used what was left for it to enrol with.
    fn enrolled_by_itself(&self) -> Result<()> {
        let used = "test -e /var/lib/tenken-agent/identity.json; test ! -e /etc/tenken-agent/enrolment.yaml";
        self.host.until("the host enrols by itself", SOON, used).with_context(|| self.logs())?;
        self.settle()
    }
}

/// What installs programs on many PCs answers the package's questions before they are asked.
fn by_debconf(stage: &Stage) -> Result<()> {
    let token = stage.token()?;
    stage.host.run(&format!(
        "echo 'tenken-agent tenken-agent/dashboard string {ADDRESS}' | debconf-set-selections\n\
         echo 'tenken-agent tenken-agent/token password {token}' | debconf-set-selections"
    ))?;
    install(&stage.host, AGENTS_PACKAGE)?;
    stage.enrolled_by_itself()?;
    let kept = stage.host.run(&format!("grep -rlF '{token}' /etc /var/cache /var/lib /var/log || true"))?;
    ensure!(kept.is_empty(), "the token is still in\n{kept}");
    purge(&stage.host, "tenken-agent")
}

/// What configures hosts lays a file before the package is there.
fn by_a_file(stage: &Stage, visitor: &Visitor) -> Result<()> {
    let token = stage.token()?;
    stage.host.run(&format!(
        "install -d /etc/tenken-agent; umask 077\n\
         printf 'dashboard: {ADDRESS}\\ntoken: {token}\\nname: {GIVEN_NAME}\\n' > /etc/tenken-agent/enrolment.yaml"
    ))?;
    install(&stage.host, AGENTS_PACKAGE)?;
    stage.enrolled_by_itself()?;
    ensure!(visitor.page("/hosts")?.contains(GIVEN_NAME), "the host has the name that it was given");
    stage.news("hanako")
}

/// A newer package takes the place of an older one, and nothing is lost: neither hosts nor people notice.
fn upgrade(stage: &Stage, visitor: &Visitor) -> Result<()> {
    const KEPT: &str = "cd /var/lib/tenken-dashboard/authority && sha256sum *; sha256sum /etc/tenken-dashboard/*";
    ensure!(version(&stage.dashboard, "tenken-dashboard")? == OLDER, "there is something to upgrade");
    let before = stage.dashboard.run(KEPT)?;
    install(&stage.dashboard, PACKAGE)?;
    let version = version(&stage.dashboard, "tenken-dashboard")?;
    ensure!(version != OLDER, "{version}");
    ensure!(stage.dashboard.run(KEPT)? == before, "keys and configuration stay");
    // Its sockets were open all the while, so that this waits for its start and is not refused.
    ensure!(visitor.page("/hosts")?.contains(GIVEN_NAME), "who was signed in still is, and the host is there");
    stage.news("taro")
}

/// The machine is lost. On a new one the dashboard is installed, and what was backed up takes the place of the empty state.
fn restore(stage: &Stage) -> Result<()> {
    let timer = "systemctl is-enabled tenken-dashboard-backup.timer || true";
    ensure!(stage.dashboard.run(timer)? == "disabled", "where backups go is the administrator's to say");
    stage.dashboard.run("systemctl enable --now tenken-dashboard-backup.timer")?;
    stage.dashboard.run(&format!("tenken-dashboard backup {BACKUP}"))?;
    purge(&stage.dashboard, "tenken-dashboard")?;
    stage.install_dashboard(PACKAGE)?;
    stage
        .dashboard
        .run(&format!("{STOP}; tenken-dashboard restore --replace {BACKUP}; systemctl start tenken-dashboard"))?;
    let sockets = "systemctl is-active tenken-dashboard-agents.socket tenken-dashboard-people.socket";
    stage.dashboard.run(sockets).context("the sockets are open again")?;
    stage.news("jiro")
}

/// A database of a newer program is left alone, and the log says what to do; the right program goes on with it.
fn refuse_newer(stage: &Stage) -> Result<()> {
    const SCHEMA: &str = "import sqlite3, sys\nd = sqlite3.connect(sys.argv[1])\n\
                          d.execute('UPDATE schema_version SET version = version + ' + sys.argv[2])\nd.commit()\n";
    let python = system("python3").context("python3 is not installed")?;
    let database = stage.dashboard.disk().join("var/lib/tenken-dashboard/tenken.db");
    let later = |steps: &str| -> Result<()> {
        let mut command = std::process::Command::new(&python);
        let status = command.args(["-c", SCHEMA]).arg(&database).arg(steps).status()?;
        ensure!(status.success(), "changing the schema: {status}");
        Ok(())
    };
    stage.dashboard.run(STOP)?;
    later("9000")?;
    let refused = stage.dashboard.run("systemctl start tenken-dashboard");
    ensure!(refused.is_err(), "it must not start on a database that it does not know");
    let log = stage.dashboard.journal("tenken-dashboard");
    ensure!(log.contains("Nothing was changed. Install Tenken"), "{log}");
    let told = stage.dashboard.run("tenken-dashboard doctor --language ja || true")?;
    ensure!(told.contains("より新しくなっています"), "{told}");
    // systemd does not start again what would be refused again; a host that reports may have.
    let again = stage.dashboard.run("systemctl show -P NRestarts tenken-dashboard")?;
    ensure!(again == "0", "systemd started it again, {again} times");
    stage.dashboard.run(STOP)?;
    later("-9000")?;
    // Hosts that report may have made systemd give up, which it forgets in ten seconds, or when it is told to.
    stage.dashboard.run("systemctl reset-failed 'tenken-dashboard*'; systemctl start tenken-dashboard")?;
    stage.news("saburo")
}

fn years_of_a_dashboard() -> Result<()> {
    let stage = Stage::set()?;
    let link = stage.install_dashboard(&older(&stage.dashboard, "tenken-dashboard")?)?;
    let visitor = stage.visitor(&link)?;
    by_debconf(&stage)?;
    by_a_file(&stage, &visitor)?;
    upgrade(&stage, &visitor)?;
    restore(&stage)?;
    refuse_newer(&stage)
}

#[test]
fn a_dashboard_is_rolled_out_upgraded_backed_up_and_restored() {
    boots("dashboard::a_dashboard_is_rolled_out_upgraded_backed_up_and_restored", years_of_a_dashboard);
}
