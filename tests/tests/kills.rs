//! Agent and dashboard are killed again and again in the middle of their work: nothing is lost and nothing counted
//! twice.

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::fmt::Write as _;
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::Path;
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use anyhow::{Context as _, Result, ensure};
    use tempfile::TempDir;
    use tenken_dashboard::store::{HistoryEntry, Mail, Store};
    use tenken_model::finding::VerdictKind;
    use tenken_tests::agent::Agent;
    use tenken_tests::dashboard::Dashboard;
    use tenken_tests::program::Running;
    use tenken_tests::scratch::Scratch;
    use tenken_tests::{poll, smtp};

    /// How often something is killed.
    const KILLS: u64 = 110;
    /// The latest moment after a change at which something is killed, in milliseconds: by then everything has
    /// happened that follows from it.
    const LATEST: u64 = 500;
    /// How many accounts are opened one after the other, then locked again as far as the kills go.
    const ACCOUNTS: u64 = 60;
    const RULE: &str = "maintenance_accounts_end_on_time";

    /// Numbers that look random; which they are is said when the test fails.
    struct Dice(u64);

    impl Dice {
        fn roll(&mut self, below: u64) -> u64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            self.0 % below
        }
    }

    /// Writes a host with these accounts of the maintenance vendor, of which some are open.
    fn accounts(scratch: &Scratch, open: &BTreeSet<u64>) -> Result<()> {
        let mut shadow = "root:*:20000:0:99999:7:::\n".to_owned();
        for number in 0..ACCOUNTS {
            let password = if open.contains(&number) { "$y$j9T$scratch$scratch" } else { "!" };
            writeln!(shadow, "vendor{number}:{password}:20000:0:99999:7:::")?;
        }
        scratch.write("etc/shadow", &shadow)
    }

    fn first(scratch: &Scratch) -> Result<String> {
        let mut passwd = "root:x:0:0:root:/root:/bin/bash\n".to_owned();
        let mut register = "host,account,kind,owner,ends\n".to_owned();
        for number in 0..ACCOUNTS {
            let uid = 2_000 + number;
            writeln!(passwd, "vendor{number}:x:{uid}:{uid}::/home/vendor{number}:/bin/bash")?;
            writeln!(register, "*,vendor{number},maintenance,保守会社,2026-01-31")?;
        }
        scratch.write("etc/passwd", &passwd)?;
        accounts(scratch, &BTreeSet::new())?;
        Ok(register)
    }

    struct Stage {
        scratch: Scratch,
        mails: smtp::Server,
        dashboard: Dashboard,
        agent: Agent,
        running: [Running; 2],
        folder: TempDir,
    }

    fn settings(folder: &Path, mails: &smtp::Server) -> Result<()> {
        let password = folder.join("mail-password");
        std::fs::write(&password, smtp::PASSWORD)?;
        std::fs::set_permissions(&password, std::fs::Permissions::from_mode(0o600))?;
        let settings = format!(
            "from: a@example.jp\nto: [b@example.jp]\ndashboard: https://tenken.example.jp\ntransport: {{kind: smtp, \
             host: localhost, port: {}, security: starttls, user: {}, password_file: {}, authority_file: {}}}\n",
            mails.port,
            smtp::USER,
            password.display(),
            mails.authority.display()
        );
        Ok(std::fs::write(folder.join("mail.yaml"), settings)?)
    }

    impl Stage {
        fn set() -> Result<Self> {
            let folder = TempDir::new()?;
            let place = folder.path();
            let scratch = Scratch::make(&place.join("root"))?;
            let register = first(&scratch)?;
            let mails = smtp::Server::start(&place.join("mail"))?;
            settings(place, &mails)?;
            let mail = place.join("mail.yaml");
            let mut dashboard = Dashboard::new(place, &["--mail", mail.to_str().context("the folder's name is text")?]);
            let first = dashboard.start()?;
            dashboard.register("accounts", &register)?;
            let agent = Agent::enrol(place, scratch.root(), &dashboard)?;
            let second = agent.start()?;
            let stage = Self { scratch, mails, dashboard, agent, running: [first, second], folder };
            stage.settle()?;
            Ok(stage)
        }

        /// Waits until the dashboard knows everything the agent does.
        fn settle(&self) -> Result<()> {
            let settled = || Ok(self.dashboard.command(&["status", "--quiet"]).is_ok().then_some(()));
            poll::until("the dashboard knows the host", Duration::from_mins(1), settled)
                .map(drop)
                .with_context(|| format!("{}\n{}", self.dashboard.said(), self.agent.said()))
        }

        fn kill(&mut self, dice: &mut Dice) -> Result<()> {
            let one = &mut self.running[usize::try_from(dice.roll(2))?];
            one.kill()?;
            if !self.running[0].alive() {
                self.running[0] = self.dashboard.start()?;
            }
            if !self.running[1].alive() {
                self.running[1] = self.agent.start()?;
            }
            Ok(())
        }
    }

    /// What the dashboard has in the end.
    struct Kept {
        acknowledged: u64,
        history: Vec<HistoryEntry>,
        mails: Vec<Mail>,
        open: BTreeSet<String>,
    }

    async fn kept(data: &Path) -> Result<Kept> {
        let store = Store::open_folder(data).await?;
        let mut transaction = store.read().await?;
        let host = transaction.hosts().await?.pop().context("there is one host")?;
        let mut history = transaction.history_of_host(&host.id, 1_000_000).await?;
        history.reverse();
        let mails = transaction.mails(1_000_000).await?;
        let open = transaction.open_drifts().await?;
        let of_rule = open.iter().filter(|drift| drift.finding.key.rule.as_str() == RULE);
        let open = of_rule.filter_map(|drift| Some(drift.finding.key.subject.as_ref()?.to_string())).collect();
        Ok(Kept { acknowledged: host.acknowledged, history, mails, open })
    }

    /// Every number once, and each change goes on from where the one before it ended.
    fn check_history(kept: &Kept) -> Result<usize> {
        let numbers: Vec<u64> = kept.history.iter().map(|entry| entry.change.seq).collect();
        ensure!(numbers.iter().copied().eq(1..=kept.acknowledged), "numbers are missing or doubled: {numbers:?}");
        ensure!(kept.history.iter().all(|entry| entry.change.epoch == kept.history[0].change.epoch), "one numbering");
        let mut now: BTreeMap<_, Option<VerdictKind>> = BTreeMap::new();
        let mut failures = 0;
        for entry in &kept.history {
            let after = entry.change.finding.as_ref().map(|finding| finding.verdict.kind());
            let before = now.insert(&entry.change.key, after).flatten();
            ensure!(before == entry.change.before, "{:?} does not follow", entry.change);
            failures += usize::from(entry.change.key.rule.as_str() == RULE && after == Some(VerdictKind::Fail));
        }
        Ok(failures)
    }

    /// Every mail that is marked as sent arrived, none arrived that was not written. Gives how many came again
    /// under the same name, because the dashboard was killed before it could note that the server had them.
    fn check_mails(kept: &Kept, mails: &smtp::Server) -> Result<(usize, usize)> {
        let mut arrived: BTreeMap<String, usize> = BTreeMap::new();
        for message in mails.messages()? {
            // The mail's own name comes before the dashboard's mark and the sender's domain.
            let id = smtp::message_id(&message)?;
            let (name, _) = id.rsplit_once('@').and_then(|(left, _)| left.rsplit_once('.')).context("a marked name")?;
            *arrived.entry(name.to_owned()).or_default() += 1;
        }
        let written: BTreeSet<String> = kept.mails.iter().map(|mail| mail.message_id.clone()).collect();
        ensure!(written.len() == kept.mails.len(), "each mail has its own name");
        for mail in &kept.mails {
            ensure!(mail.sent_at.is_some(), "a mail was not sent: {mail:?}");
            ensure!(arrived.contains_key(&mail.message_id), "a mail did not arrive: {mail:?}");
        }
        ensure!(arrived.keys().all(|name| written.contains(name)), "a mail arrived that nobody wrote");
        Ok((written.len(), arrived.values().map(|count| count - 1).sum()))
    }

    fn all(dice: &mut Dice) -> Result<()> {
        let mut stage = Stage::set()?;
        let begun = std::time::Instant::now();
        let mut open = BTreeSet::new();
        for round in 0..KILLS {
            let number = round % ACCOUNTS;
            if !open.remove(&number) {
                open.insert(number);
            }
            accounts(&stage.scratch, &open)?;
            std::thread::park_timeout(Duration::from_millis(dice.roll(LATEST)));
            stage.kill(dice).with_context(|| format!("round {round}\n{}", stage.dashboard.said()))?;
        }
        let killed = begun.elapsed();
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let open: BTreeSet<String> = open.iter().map(|number| format!("vendor{number}")).collect();
        let done = || {
            let kept = runtime.block_on(kept(stage.dashboard.data()))?;
            let sent = kept.mails.iter().all(|mail| mail.sent_at.is_some());
            Ok((kept.open == open && sent).then_some(kept))
        };
        // A mail that was on its way when the dashboard was killed is tried again after 90 seconds.
        let (kept, _) = poll::until("all drifts stand and all mails are sent", Duration::from_secs(150), done)
            .with_context(|| format!("{}\n{}", stage.dashboard.said(), stage.agent.said()))?;
        stage.settle()?;
        let failures = check_history(&kept)?;
        let (mails, again) = check_mails(&kept, &stage.mails)?;
        println!(
            "{KILLS} kills in {:.0} s, settled after {:.0} s: {} transitions, each once ({failures} accounts found open); {mails} mails, each \
             accepted ({again} accepted twice under one Message-ID)",
            killed.as_secs_f64(),
            begun.elapsed().as_secs_f64(),
            kept.acknowledged
        );
        let _kept_until_here = &stage.folder;
        Ok(())
    }

    #[test]
    fn a_hundred_kills_lose_and_double_nothing() {
        if !smtp::Server::available() {
            tenken_tests::skip(
                "a_hundred_kills_lose_and_double_nothing",
                "python3-aiosmtpd or openssl is not installed",
            );
            return;
        }
        let seed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
        let seed = u64::try_from(seed % u128::from(u64::MAX)).unwrap() | 1;
        all(&mut Dice(seed)).with_context(|| format!("with the dice {seed}")).unwrap();
    }
}
