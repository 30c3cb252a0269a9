//! The main job, walked through with real programs: a control of a host changes, and a page and a mail say so.

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::{Path, PathBuf};
    use std::time::{Duration, Instant};

    use anyhow::{Context as _, Result};
    use tempfile::TempDir;
    use tenken_engine::Catalog;
    use tenken_model::{Language, RuleId};
    use tenken_tests::agent::Agent;
    use tenken_tests::chrony::{self, TimeServer};
    use tenken_tests::dashboard::{Dashboard, Visitor};
    use tenken_tests::network::{Device, Stands, own_network};
    use tenken_tests::program::{Running, system};
    use tenken_tests::scratch::{BACKUP_SET, GENERATIONS, MAINTENANCE_ACCOUNT, Scratch};
    use tenken_tests::{clamav, poll, smtp};

    /// The most time from a change to the page that says so.
    const PAGE: Duration = Duration::from_secs(2);
    /// The most time from a change until a mail server has accepted the mail about it.
    const MAIL: Duration = Duration::from_secs(5);
    /// A thermometer whose use has ended.
    const RETIRED: &str = "00:22:58:aa:bb:01";

    struct Walk {
        scratch: Scratch,
        mails: smtp::Server,
        dashboard: Dashboard,
        visitor: Visitor,
        catalog: Catalog,
        agent: Agent,
        device: Device,
        server: TimeServer,
        time_service: Option<Running>,
        figures: String,
        signatures: [PathBuf; 2],
        _running: [Running; 3],
        folder: TempDir,
    }

    fn registers(dashboard: &Dashboard) -> Result<()> {
        let past = (chrono::Utc::now() - chrono::TimeDelta::days(3)).format("%Y-%m-%d");
        dashboard.register(
            "accounts",
            &format!("host,account,kind,owner,administrator,ends\n*,hanako,person,佐藤花子,false,\n*,{MAINTENANCE_ACCOUNT},maintenance,保守会社,false,{past}\n*,root,built_in,佐藤花子,true,\n"),
        )?;
        dashboard.register("devices", &format!("name,mac,status\n体温計 TH-01,{RETIRED},retired\n"))?;
        let host = std::fs::read_to_string("/proc/sys/kernel/hostname")?;
        dashboard.register(
            "backups",
            &format!(
                "host,name,system,method,location,interval,generations,isolation\n{},{BACKUP_SET},健診システム,dated_folders,/srv/backup,1d,{GENERATIONS},offsite\n",
                host.trim()
            ),
        )
    }

    fn mail_settings(folder: &Path, mails: &smtp::Server) -> Result<()> {
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

    impl Walk {
        fn begin() -> Result<Self> {
            let folder = TempDir::new()?;
            let place = folder.path();
            let scratch = Scratch::make(&place.join("root"))?;
            scratch.desktop(true)?;
            let server = TimeServer::start(&place.join("time"))?;
            let time_service = chrony::time_service(place, scratch.root(), &server)?;
            let signatures = [clamav::signatures(place, 0)?, clamav::signatures(place, 30)?];
            scratch.signatures(&signatures[0])?;
            let engine = clamav::engine(place, scratch.root())?;
            let socket = scratch.root().join("run/clamav/clamd.ctl");
            poll::until("clamd listens", Duration::from_secs(20), || Ok(socket.exists().then_some(())))?;
            let mails = smtp::Server::start(&place.join("mail"))?;
            mail_settings(place, &mails)?;
            let reference = format!("127.0.0.1:{}", server.port);
            let mail = place.join("mail.yaml");
            let mail = mail.to_str().context("the folder's name is text")?;
            let mut dashboard = Dashboard::new(place, &["--mail", mail, "--time-reference", &reference]);
            let running = dashboard.start()?;
            registers(&dashboard)?;
            let visitor = Visitor::first(&dashboard)?;
            let device = Device::plug(RETIRED)?;
            let agent = Agent::enrol(place, scratch.root(), &dashboard)?;
            let running = [running, engine, agent.start()?];
            let walk = Self {
                scratch,
                mails,
                dashboard,
                visitor,
                catalog: Catalog::embedded().map_err(|problems| anyhow::anyhow!("{problems:?}"))?,
                agent,
                device,
                server,
                time_service: Some(time_service),
                figures: String::new(),
                signatures,
                _running: running,
                folder,
            };
            poll::until("the first full report is stored", Duration::from_secs(30), || {
                Ok(walk.dashboard.command(&["status", "--quiet"]).is_ok().then_some(()))
            })
            .with_context(|| walk.logs())?;
            Ok(walk)
        }

        fn logs(&self) -> String {
            format!("dashboard:\n{}\nagent:\n{}", self.dashboard.said(), self.agent.said())
        }

        fn title(&self, rule: &str) -> Result<String> {
            let rule = self.catalog.rule(&RuleId::new(rule)?).context("there is such a rule")?;
            Ok(Language::Japanese.of(&rule.title).to_owned())
        }

        /// Whether the page of drifts lists the rule among the open ones.
        fn is_open(&self, title: &str) -> Result<bool> {
            let page = self.visitor.page("/drifts")?;
            let open = page.split("class=\"drifts past\"").next().unwrap_or_default();
            Ok(open.contains(title))
        }

        /// Changes the host, and waits until the page and a mail say that the rule is broken or holds again.
        fn step(&mut self, rule: &str, broken: bool, change: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
            let title = self.title(rule)?;
            let mark = if broken { "逸脱" } else { "解消" };
            let before = self.mails.messages()?.len();
            let stands = self.dashboard.command(&["status", "--language", "en"])?;
            assert_eq!(self.is_open(&title)?, !broken, "{rule} stands as it should before\n{stands}\n{}", self.logs());
            let begun = Instant::now();
            change(self)?;
            let on_page = poll::until(&format!("{rule}: the page says so"), PAGE.saturating_mul(5), || {
                Ok((self.is_open(&title)? == broken).then(|| begun.elapsed()))
            })
            .with_context(|| self.logs())?
            .0;
            let mailed = poll::until(&format!("{rule}: the mail is accepted"), MAIL.saturating_mul(3), || {
                let news = self.mails.messages()?.split_off(before);
                for message in news {
                    let subject = smtp::subject(&message)?;
                    if subject.contains(&title) && subject.contains(mark) {
                        return Ok(Some(begun.elapsed()));
                    }
                }
                Ok(None)
            })
            .with_context(|| self.logs())?
            .0;
            let what = if broken { "drift" } else { "resolved" };
            writeln!(
                self.figures,
                "{rule:<34} {what:<9} page {:>5} ms   mail {:>5} ms",
                on_page.as_millis(),
                mailed.as_millis()
            )?;
            assert!(on_page <= PAGE, "{rule}: the page took {on_page:?}\n{}", self.figures);
            assert!(mailed <= MAIL, "{rule}: the mail took {mailed:?}\n{}", self.figures);
            Ok(())
        }
    }

    fn all() -> Result<()> {
        let mut walk = Walk::begin()?;
        walk.step("clock_service_running", true, |walk| walk.time_service.take().context("it runs")?.end().map(drop))?;
        walk.step("clock_service_running", false, |walk| {
            walk.time_service = Some(chrony::time_service(walk.folder.path(), walk.scratch.root(), &walk.server)?);
            Ok(())
        })?;
        walk.step("screen_lock_enforced", true, |walk| walk.scratch.desktop(false))?;
        walk.step("screen_lock_enforced", false, |walk| walk.scratch.desktop(true))?;
        walk.step("antivirus_signatures_current", true, |walk| walk.scratch.signatures(&walk.signatures[1]))?;
        walk.step("antivirus_signatures_current", false, |walk| walk.scratch.signatures(&walk.signatures[0]))?;
        walk.step("maintenance_accounts_end_on_time", true, |walk| walk.scratch.maintenance_account(true))?;
        walk.step("maintenance_accounts_end_on_time", false, |walk| walk.scratch.maintenance_account(false))?;
        walk.step("retired_devices_absent", true, |walk| walk.device.appear())?;
        walk.step("retired_devices_absent", false, |walk| walk.device.vanish())?;
        walk.step("backup_generations_kept", true, |walk| walk.scratch.lose_a_generation())?;
        walk.step("backup_generations_kept", false, |walk| walk.scratch.restore_the_generation())?;
        print(&walk.figures);
        Ok(())
    }

    fn print(figures: &str) {
        println!("From the change on the host to the page and to the accepted mail (at most 2 s and 5 s):\n{figures}");
    }

    /// What it needs of the system, or what of it is missing.
    fn missing() -> Option<&'static str> {
        if !chrony::available() {
            return Some("chrony is not installed");
        }
        if !clamav::available() {
            return Some("clamd, sigtool or faketime is not installed");
        }
        if !smtp::Server::available() {
            return Some("python3-aiosmtpd or openssl is not installed");
        }
        system("dconf").is_none().then_some("dconf is not installed")
    }

    #[test]
    fn a_control_that_changes_is_on_the_page_and_in_the_mail() {
        const NAME: &str = "a_control_that_changes_is_on_the_page_and_in_the_mail";
        if let Some(why) = missing() {
            tenken_tests::skip(NAME, why);
            return;
        }
        match own_network(&format!("tests::{NAME}")).unwrap() {
            Stands::Inside => all().unwrap(),
            Stands::Passed => {}
            Stands::Not(why) => tenken_tests::skip(NAME, why),
        }
    }
}
