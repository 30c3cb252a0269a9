//! The machines of a story, and what every administrator does on them.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use reqwest::Certificate;
use tempfile::TempDir;
use tenken_model::enrol::Authority;
use tenken_tests::booted::{self, Cable, HERE, Machine};
use tenken_tests::chrony::TimeServer;
use tenken_tests::dashboard::Visitor;
use tenken_tests::http::client;
use tenken_tests::network::{Stands, own_system};
use tenken_tests::{poll, smtp};

const DASHBOARD: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 2);
const HOST: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 3);
/// The dashboard as everybody here knows it.
const NAME: &str = "tenken.example.jp";
pub(crate) const ADDRESS: &str = "https://tenken.example.jp:7742";
/// How long anything may take that happens by itself.
pub(crate) const SOON: Duration = Duration::from_mins(1);
/// A version before the one that is tested.
pub(crate) const OLDER: &str = "0.0.1";

/// A dashboard and a host, each a machine with nothing on it but what its package brought.
pub(crate) struct Stage {
    pub(crate) dashboard: Machine,
    pub(crate) host: Machine,
    pub(crate) mails: smtp::Server,
    _time: TimeServer,
    _folder: TempDir,
}

impl Stage {
    pub(crate) fn set() -> Result<Self> {
        let folder = TempDir::new()?;
        let cable = Cable::lay()?;
        let time = TimeServer::start_at(&folder.path().join("time"), HERE, 123)?;
        let mails = smtp::Server::start_at(&folder.path().join("mail"), HERE)?;
        let dashboard = Machine::boot(&cable, folder.path(), "dashboard", DASHBOARD)?;
        let host = Machine::boot(&cable, folder.path(), "host", HOST)?;
        Ok(Self { dashboard, host, mails, _time: time, _folder: folder })
    }

    /// Installs the dashboard by that package as the handbook says, and returns the first administrator's link.
    pub(crate) fn install_dashboard(&self, package: &str) -> Result<String> {
        let said = install(&self.dashboard, package)?;
        let link = said.split_whitespace().find(|word| word.contains("/first-run?key="));
        let link = link.with_context(|| format!("the link is printed:\n{said}"))?.to_owned();
        self.dashboard.put("/etc/tenken-dashboard/mail-authority.pem", &std::fs::read(&self.mails.authority)?)?;
        self.dashboard.put("/etc/tenken-dashboard/mail-password", smtp::PASSWORD.as_bytes())?;
        let settings = format!(
            "names: [{NAME}]\nagency: 点検健診センター\ngrace: 0s\ntime_references: [time.example.jp]\nmail:\n  \
             from: 点検 <tenken@example.jp>\n  to: [officer@example.jp]\n  dashboard: {ADDRESS}\n  transport:\n    \
             kind: smtp\n    host: mail.example.jp\n    port: {}\n    security: starttls\n    user: {}\n    \
             password_file: /etc/tenken-dashboard/mail-password\n    \
             authority_file: /etc/tenken-dashboard/mail-authority.pem\n",
            self.mails.port,
            smtp::USER
        );
        self.dashboard.put("/etc/tenken-dashboard/dashboard.yaml", settings.as_bytes())?;
        self.dashboard.run(
            "chown tenken-dashboard /etc/tenken-dashboard/mail-password; chmod 600 /etc/tenken-dashboard/mail-password\n\
             systemctl restart tenken-dashboard",
        )?;
        Ok(link)
    }

    /// Somebody at a browser, who trusts the dashboard's authority.
    pub(crate) fn visitor(&self, link: &str) -> Result<Visitor> {
        let address = SocketAddr::from((DASHBOARD, 7742));
        let stranger = client().resolve(NAME, address).tls_danger_accept_invalid_certs(true).build()?;
        let asked = || Ok(stranger.get(format!("{ADDRESS}/v1/authority")).send().ok());
        let (answer, _) = poll::until("the dashboard answers", SOON, asked).with_context(|| self.logs())?;
        let authority = Certificate::from_pem(answer.json::<Authority>()?.certificate_pem.as_bytes())?;
        Visitor::by_link(client().resolve(NAME, address).tls_certs_only([authority]), ADDRESS, link)
    }

    pub(crate) fn token(&self) -> Result<String> {
        self.dashboard.run("runuser -u tenken-dashboard -- tenken-dashboard token")
    }

    pub(crate) fn enrol(&self) -> Result<()> {
        let token = self.token()?;
        self.host.run(&format!("tenken-agent enrol --dashboard {ADDRESS} --token {token}")).map(drop)
    }

    /// Waits until the dashboard knows everything the host's agent does.
    pub(crate) fn settle(&self) -> Result<()> {
        let settled = "runuser -u tenken-dashboard -- tenken-dashboard status --quiet";
        self.dashboard.until("the dashboard knows the host", SOON, settled).map(drop).with_context(|| self.logs())
    }

    pub(crate) fn logs(&self) -> String {
        format!("{}\n{}", self.dashboard.journal("tenken-dashboard"), self.host.journal("tenken-agent"))
    }
}

/// Installs a package as administrators do.
pub(crate) fn install(machine: &Machine, package: &str) -> Result<String> {
    machine.hear(&format!("DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends {package}"))
}

/// Makes the package of a program as it was before it is upgraded, and says where it lies.
pub(crate) fn older(machine: &Machine, name: &str) -> Result<String> {
    let package = format!("/root/{name}-{OLDER}.deb");
    machine.run(&format!(
        "cd /root; dpkg-deb -R /packages/{name}_*.deb older; sed -i 's/^Version: .*/Version: {OLDER}/' older/DEBIAN/control\n\
         dpkg-deb --root-owner-group -Znone -b older {package} > /dev/null; rm -r older"
    ))?;
    Ok(package)
}

/// Which version of a package is installed.
pub(crate) fn version(machine: &Machine, name: &str) -> Result<String> {
    machine.run(&format!("dpkg-query -W -f '${{Version}}' {name}"))
}

/// Purges a package, which leaves nothing.
pub(crate) fn purge(machine: &Machine, name: &str) -> Result<()> {
    machine.hear(&format!("apt-get purge --yes {name}"))?;
    let left = machine.run(&format!(
        "find / -xdev -iname '*tenken*' -not -path '/packages*' -not -path '/proc/*' -not -path '/root/*' -not -path '/var/log/*'; \
         getent passwd {name} || true"
    ))?;
    ensure!(left.is_empty(), "after purge there is still:\n{left}");
    // Of a unit whose file is gone systemd goes on counting starts, until it is told anew what there is.
    let units = machine.run(
        "systemctl list-units --all --no-legend --plain '*tenken*' | grep --invert-match ' not-found ' || true\n\
         find /run -name '*packet-filter*'",
    )?;
    ensure!(units.is_empty(), "after purge systemd still has:\n{units}");
    Ok(())
}

/// Runs a story in a system of its own, where machines can be booted.
pub(crate) fn boots(test: &str, story: impl FnOnce() -> Result<()>) {
    if let Some(why) =
        booted::missing().or_else(|| (!smtp::Server::available()).then_some("no SMTP server is installed"))
    {
        tenken_tests::skip(test, why);
        return;
    }
    match own_system(test).unwrap() {
        Stands::Inside => story().unwrap(),
        Stands::Passed => {}
        Stands::Not(why) => tenken_tests::skip(test, why),
    }
}
