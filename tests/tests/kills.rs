//! Agent and dashboard are killed again and again while controls of the host change: nothing is lost and nothing
//! counted twice.

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::fmt::Write as _;
    use std::path::Path;
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use anyhow::{Context as _, Result, ensure};
    use tenken_dashboard::store::{HistoryEntry, Mail, Store};
    use tenken_model::finding::VerdictKind;
    use tenken_tests::controls::{Control, Register};
    use tenken_tests::network::{Stands, own_network};
    use tenken_tests::scratch::Scratch;
    use tenken_tests::stage::Stage;
    use tenken_tests::{poll, smtp};
    use tokio::runtime::Runtime;

    /// How often something is killed.
    const KILLS: u64 = 110;
    /// The latest moment after a change at which something is killed, in milliseconds: by then everything has
    /// happened that follows from it.
    const LATEST: u64 = 900;
    /// How many accounts of the maintenance vendor are opened, one after the other, between the other controls; a drift each,
    /// where the same control again and again is one drift that flaps.
    const ACCOUNTS: u64 = 40;

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

    fn first(scratch: &Scratch, registers: &mut [Register]) -> Result<()> {
        let mut passwd = "root:x:0:0:root:/root:/bin/bash\n".to_owned();
        let mut rows = "host,account,kind,owner,ends\n".to_owned();
        for number in 0..ACCOUNTS {
            let uid = 2_000 + number;
            writeln!(passwd, "vendor{number}:x:{uid}:{uid}::/home/vendor{number}:/bin/bash")?;
            writeln!(rows, "*,vendor{number},maintenance,保守会社,2026-01-31")?;
        }
        scratch.write("etc/passwd", &passwd)?;
        accounts(scratch, &BTreeSet::new())?;
        let (_, declared) =
            registers.iter_mut().find(|(name, _)| *name == "accounts").context("accounts are declared")?;
        *declared = rows;
        Ok(())
    }

    /// What of the host is broken.
    #[derive(Default)]
    struct Broken {
        controls: BTreeSet<Control>,
        accounts: BTreeSet<u64>,
    }

    /// Adds what is not in the set, removes what is; says whether it is in it now.
    fn toggle<T: Ord + Copy>(set: &mut BTreeSet<T>, one: T) -> bool {
        let removed = set.remove(&one);
        if !removed {
            set.insert(one);
        }
        !removed
    }

    impl Broken {
        /// Changes something: an account, and between two of them one of the other controls in turn.
        fn change(&mut self, stage: &mut Stage, round: u64) -> Result<()> {
            let turn = round / 2;
            if round.is_multiple_of(2) {
                toggle(&mut self.accounts, turn % ACCOUNTS);
                return accounts(stage.host.scratch(), &self.accounts);
            }
            let others = Control::ALL.into_iter().filter(|control| *control != Control::MaintenanceAccount);
            let control = others.cycle().nth(usize::try_from(turn)?).context("they go round")?;
            stage.host.set(control, toggle(&mut self.controls, control))
        }

        /// Rule and subject of each drift there must be.
        fn drifts(&self) -> BTreeSet<(String, Option<String>)> {
            let rule = |control: Control| control.rule().to_owned();
            let accounts =
                self.accounts.iter().map(|number| (rule(Control::MaintenanceAccount), Some(format!("vendor{number}"))));
            self.controls.iter().map(|control| (rule(*control), None)).chain(accounts).collect()
        }
    }

    /// What the dashboard has in the end.
    struct Kept {
        acknowledged: u64,
        history: Vec<HistoryEntry>,
        mails: Vec<Mail>,
        open: BTreeSet<(String, Option<String>)>,
    }

    async fn kept(data: &Path) -> Result<Kept> {
        let store = Store::open_folder(data).await?;
        let mut transaction = store.read().await?;
        let host = transaction.hosts().await?.pop().context("there is one host")?;
        let mut history = transaction.history_of_host(&host.id, 1_000_000).await?;
        history.reverse();
        let mails = transaction.mails(1_000_000).await?;
        let open = transaction.open_drifts().await?;
        let open = open.iter().filter_map(|drift| {
            let key = &drift.finding.key;
            let control = Control::ALL.into_iter().find(|control| control.rule() == key.rule.as_str())?;
            let account = key.subject.as_ref().filter(|_| control == Control::MaintenanceAccount);
            Some((key.rule.as_str().to_owned(), account.map(ToString::to_string)))
        });
        let open = open.collect();
        Ok(Kept { acknowledged: host.acknowledged, history, mails, open })
    }

    /// Every number once, and each change goes on from where the one before it ended.
    fn check_history(kept: &Kept) -> Result<usize> {
        let told: Vec<_> = kept.history.iter().filter_map(|entry| entry.change.number).collect();
        let numbers: Vec<u64> = told.iter().map(|number| number.seq).collect();
        ensure!(numbers.iter().copied().eq(1..=kept.acknowledged), "numbers are missing or doubled: {numbers:?}");
        ensure!(told.iter().all(|number| number.epoch == told[0].epoch), "one numbering");
        let mut now: BTreeMap<_, Option<VerdictKind>> = BTreeMap::new();
        let mut failures = 0;
        for entry in &kept.history {
            let after = entry.change.finding.as_ref().map(|finding| finding.verdict.kind());
            let before = now.insert(&entry.change.key, after).flatten();
            ensure!(before == entry.change.before, "{:?} does not follow", entry.change);
            let of_control = Control::ALL.iter().any(|control| control.rule() == entry.change.key.rule.as_str());
            failures += usize::from(of_control && after == Some(VerdictKind::Fail));
        }
        Ok(failures)
    }

    /// It should have been sent. One about a drift that flaps waits for a time of rest.
    fn is_owed(mail: &Mail) -> bool {
        mail.sent_at.is_none() && (mail.attempts > 0 || mail.due <= chrono::Utc::now())
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
            ensure!(!is_owed(mail), "a mail was not sent: {mail:?}");
            ensure!(
                mail.sent_at.is_some() == arrived.contains_key(&mail.message_id),
                "a mail did not arrive: {mail:?}"
            );
        }
        ensure!(arrived.keys().all(|name| written.contains(name)), "a mail arrived that nobody wrote");
        Ok((arrived.len(), arrived.values().map(|count| count - 1).sum()))
    }

    /// What is not as it should be.
    fn stands(runtime: &Runtime, data: &Path, expected: &BTreeSet<(String, Option<String>)>) -> String {
        match runtime.block_on(kept(data)) {
            Ok(kept) => {
                let unsent: Vec<&Mail> = kept.mails.iter().filter(|mail| is_owed(mail)).collect();
                let missing: Vec<_> = expected.difference(&kept.open).collect();
                let more: Vec<_> = kept.open.difference(expected).collect();
                format!("missing: {missing:?}\nopen for nothing: {more:?}\nnot sent: {unsent:?}")
            }
            Err(error) => format!("{error:#}"),
        }
    }

    fn all(dice: &mut Dice) -> Result<()> {
        let mut stage = Stage::set(None, |host, registers| first(host.scratch(), registers))?;
        let begun = std::time::Instant::now();
        let mut broken = Broken::default();
        for round in 0..KILLS {
            broken.change(&mut stage, round)?;
            std::thread::park_timeout(Duration::from_millis(dice.roll(LATEST)));
            let killed = if dice.roll(2) == 0 { stage.kill_dashboard() } else { stage.kill_agent() };
            killed.with_context(|| format!("round {round}\n{}", stage.logs()))?;
        }
        let killed = begun.elapsed();
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let expected = broken.drifts();
        let done = || {
            let kept = runtime.block_on(kept(stage.dashboard.data()))?;
            let owed = kept.mails.iter().any(is_owed);
            Ok((kept.open == expected && !owed).then_some(kept))
        };
        // A mail that was on its way when the dashboard was killed is tried again after 90 seconds.
        let (kept, _) = poll::until("all drifts stand and all mails are sent", Duration::from_secs(150), done)
            .with_context(|| stands(&runtime, stage.dashboard.data(), &expected))
            .with_context(|| stage.logs())?;
        stage.settle()?;
        let failures = check_history(&kept)?;
        let (mails, again) = check_mails(&kept, &stage.mails)?;
        println!(
            "{KILLS} kills in {:.0} s, settled after {:.0} s: {} transitions, each once ({failures} failures of the controls); {mails} mails, \
             each accepted ({again} accepted twice under one Message-ID)",
            killed.as_secs_f64(),
            begun.elapsed().as_secs_f64(),
            kept.acknowledged
        );
        Ok(())
    }

    #[test]
    fn a_hundred_kills_lose_and_double_nothing() {
        const NAME: &str = "a_hundred_kills_lose_and_double_nothing";
        if let Some(why) = Stage::missing() {
            tenken_tests::skip(NAME, why);
            return;
        }
        match own_network(&format!("tests::{NAME}")).unwrap() {
            Stands::Inside => {
                let seed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
                let seed = u64::try_from(seed % u128::from(u64::MAX)).unwrap() | 1;
                all(&mut Dice(seed)).with_context(|| format!("with the dice {seed}")).unwrap();
            }
            Stands::Passed => {}
            Stands::Not(why) => tenken_tests::skip(NAME, why),
        }
    }
}
