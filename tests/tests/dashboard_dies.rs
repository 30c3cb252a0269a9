//! A dashboard that is killed in the middle of its work loses nothing and counts nothing twice.

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::process::{Command, Stdio};
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use serde_json::Value;
    use tempfile::TempDir;
    use tenken_dashboard::store::Store;
    use tenken_model::Transition;
    use tenken_model::finding::state_digest;
    use tenken_model::report::ReportAnswer;
    use tenken_tests::enrolled::{self, Enrolled, report, transition};
    use tenken_tests::poll;
    use tenken_tests::program::{Running, own};

    /// How often the dashboard is killed.
    const DEATHS: u64 = 12;

    struct Dashboard {
        running: Running,
        agents: String,
        people: String,
    }

    fn start(folder: &Path) -> Dashboard {
        let data = folder.join("data");
        let listening = data.join("listening.json");
        let _none_yet = std::fs::remove_file(&listening);
        let mut command = Command::new(own("tenken-dashboard").unwrap());
        command.args(["serve", "--agents", "127.0.0.1:0", "--people", "127.0.0.1:0", "--grace", "0s", "--data"]);
        command.arg(&data).arg("--mail").arg(folder.join("mail.yaml")).stderr(Stdio::null());
        let running = Running::start(&mut command).unwrap();
        let read = || Ok(std::fs::read(&listening).ok().and_then(|text| serde_json::from_slice::<Value>(&text).ok()));
        let (addresses, _) = poll::until("the dashboard listens", Duration::from_secs(30), read).unwrap();
        let address = |name: &str| {
            let port = addresses[name].as_str().unwrap().rsplit_once(':').unwrap().1.to_owned();
            format!("https://localhost:{port}")
        };
        Dashboard { running, agents: address("agents"), people: address("people") }
    }

    /// Reports until told to stop, forgetting only what was acknowledged; the last number.
    fn agent(enrolled: &Enrolled, address: &std::sync::Mutex<String>, stop: &AtomicBool) -> u64 {
        let client = enrolled.client().unwrap();
        let (mut last, mut spool): (u64, Vec<Transition>) = (0, Vec::new());
        let mut state = state_digest([]);
        while !stop.load(Ordering::Relaxed) || !spool.is_empty() {
            if spool.len() < 50 && !stop.load(Ordering::Relaxed) {
                last += 1;
                let (transition, digest) = transition(last).unwrap();
                spool.push(transition);
                state = digest;
            }
            let url = format!("{}/v1/report", address.lock().unwrap());
            let sent = client.post(url).json(&report(&spool, last, state)).send();
            let Ok(answer) = sent.and_then(reqwest::blocking::Response::json::<ReportAnswer>) else { continue };
            assert!(!answer.resync, "nothing is missing");
            spool.retain(|transition| transition.seq > answer.acknowledged);
        }
        last
    }

    /// The mails delivered; the folder is made with the first of them, and no dashboard may have lived to deliver one.
    fn in_folder(folder: &Path) -> usize {
        let entries = match std::fs::read_dir(folder.join("mail")) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return 0,
            Err(error) => panic!("{error}"),
        };
        entries.flatten().filter(|entry| entry.path().extension().is_some_and(|extension| extension == "eml")).count()
    }

    #[test]
    fn what_was_acknowledged_is_stored_once() {
        if !enrolled::available() {
            tenken_tests::skip("dashboard_dies", "openssl is not installed");
            return;
        }
        let folder = TempDir::new().unwrap();
        let folder = folder.path();
        let settings = format!(
            "from: a@example.jp\nto: [b@example.jp]\ndashboard: https://localhost\ntransport: {{kind: folder, folder: {}}}\n",
            folder.join("mail").display()
        );
        std::fs::write(folder.join("mail.yaml"), settings).unwrap();
        let mut dashboard = start(folder);
        let token = Command::new(own("tenken-dashboard").unwrap())
            .args(["token", "--data"])
            .arg(folder.join("data"))
            .output()
            .unwrap();
        let token = String::from_utf8(token.stdout).unwrap();
        let enrolled = Enrolled::new(folder, &dashboard.people, &token).unwrap();
        let (address, stop) = (std::sync::Mutex::new(dashboard.agents.clone()), AtomicBool::new(false));
        let last = std::thread::scope(|scope| {
            let agent = scope.spawn(|| agent(&enrolled, &address, &stop));
            for death in 0..DEATHS {
                std::thread::park_timeout(Duration::from_millis(40 + death * 37 % 160));
                dashboard.running.kill().unwrap();
                dashboard = start(folder);
                address.lock().unwrap().clone_from(&dashboard.agents);
            }
            stop.store(true, Ordering::Relaxed);
            agent.join().unwrap()
        });
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let store = runtime.block_on(Store::open_folder(&folder.join("data"))).unwrap();
        // A mail that a dashboard took with it when it was killed is tried again later than this test waits, and those
        // behind it wait too.
        let first_mail = || {
            let mails = runtime.block_on(async { store.read().await?.mails(1_000_000).await })?;
            Ok(mails.iter().any(|mail| mail.sent_at.is_some() || mail.attempts > 0).then_some(()))
        };
        poll::until("a mail is taken from the outbox", Duration::from_mins(2), first_mail).unwrap();
        dashboard.running.end().unwrap();

        runtime.block_on(async {
            let mut transaction = store.read().await.unwrap();
            let host = transaction.host(&enrolled.host).await.unwrap().unwrap();
            assert_eq!(host.acknowledged, last);
            let history = transaction.history_of_host(&enrolled.host, 1_000_000).await.unwrap();
            let told: Vec<(u64, u64)> =
                history.iter().rev().filter_map(|entry| entry.change.number).map(|of| (of.seq, of.part)).collect();
            assert!(told.iter().copied().eq((1..=last).map(|seq| (seq, 0))), "each number once: {told:?}");
            let mails = transaction.mails(1_000_000).await.unwrap();
            let sent: Vec<_> = mails.iter().filter(|mail| mail.sent_at.is_some()).collect();
            assert!(sent.len() <= in_folder(folder), "what is marked as sent was sent");
            let open = transaction.open_drifts().await.unwrap().len();
            assert_eq!(open, usize::from(last % 2 == 1), "the drift is as the last finding is");
        });
    }
}
