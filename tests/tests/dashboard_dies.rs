//! A dashboard that is killed in the middle of its work loses nothing and counts nothing twice.

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::process::{Command, Stdio};
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use reqwest::blocking::Client;
    use serde_json::Value;
    use tempfile::TempDir;
    use tenken_dashboard::store::Store;
    use tenken_model::digest::Digest;
    use tenken_model::enrol::{Authority, EnrolAnswer, EnrolRequest, EnrolToken};
    use tenken_model::finding::{Bilingual, Change, Evidence, state_digest};
    use tenken_model::report::{Heartbeat, PROTOCOL, Report, ReportAnswer};
    use tenken_model::{Finding, FindingKey, HostId, Instant, Read, ReasonCode, RuleId, Span, Transition, Verdict};
    use tenken_tests::poll;
    use tenken_tests::program::{Running, own, system};

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

    /// An agent's certificate and the authority, as reqwest takes them.
    struct Enrolled {
        host: HostId,
        authority: reqwest::Certificate,
        identity: reqwest::Identity,
    }

    fn enrol(folder: &Path, dashboard: &Dashboard) -> Enrolled {
        let token = Command::new(own("tenken-dashboard").unwrap())
            .args(["token", "--data"])
            .arg(folder.join("data"))
            .output()
            .unwrap();
        let token: EnrolToken = String::from_utf8(token.stdout).unwrap().lines().last().unwrap().parse().unwrap();
        let made = Command::new("openssl")
            .current_dir(folder)
            .args(["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"])
            .args(["-subj", "/CN=x", "-keyout", "host.key", "-out", "host.csr"])
            .output()
            .unwrap();
        assert!(made.status.success());
        let stranger = Client::builder().no_proxy().tls_danger_accept_invalid_certs(true).build().unwrap();
        let authority: Authority =
            stranger.get(format!("{}/v1/authority", dashboard.people)).send().unwrap().json().unwrap();
        let authority = reqwest::Certificate::from_pem(authority.certificate_pem.as_bytes()).unwrap();
        let client = Client::builder().no_proxy().tls_certs_only([authority.clone()]).build().unwrap();
        let request = EnrolRequest {
            secret: token.secret,
            request_pem: std::fs::read_to_string(folder.join("host.csr")).unwrap(),
            host_name: "受付PC".into(),
        };
        let answer: EnrolAnswer =
            client.post(format!("{}/v1/enrol", dashboard.people)).json(&request).send().unwrap().json().unwrap();
        let key = std::fs::read_to_string(folder.join("host.key")).unwrap();
        let identity = reqwest::Identity::from_pem(format!("{}{key}", answer.certificate_pem).as_bytes()).unwrap();
        Enrolled { host: answer.host, authority, identity }
    }

    /// Fails and passes in turn.
    fn transition(seq: u64) -> (Transition, Digest) {
        let finding = Finding {
            key: FindingKey { rule: RuleId::new("screen_lock_enforced").unwrap(), subject: None },
            verdict: if seq % 2 == 1 { Verdict::Fail } else { Verdict::Pass },
            says: Bilingual::default(),
            branch: None,
            evidence: vec![Evidence { path: "n".into(), value: seq.to_string(), volatile: false }],
            observed_at: chrono::Utc::now(),
        };
        let digest = state_digest([(&finding.key, &finding.digest())]);
        let change = Change::Set { digest: finding.digest(), finding };
        (Transition { seq, at: chrono::Utc::now(), change }, digest)
    }

    fn report(spool: &[Transition], last: u64, state: Digest) -> Report {
        let now: Instant = chrono::Utc::now();
        let heartbeat = Heartbeat {
            sent_at: now,
            agent_version: "0.1.0".into(),
            uptime: Span::ZERO,
            awake: Span::ZERO,
            state_digest: state,
            state_seq: last,
            policy_version: 0,
            policy_refused: None,
            folded: 0,
            system: Read::not_read(ReasonCode::Failed, "x"),
            costs: Vec::new(),
        };
        Report { protocol: PROTOCOL, epoch: 1, transitions: spool.to_vec(), snapshot: None, heartbeat }
    }

    /// Reports until told to stop, forgetting only what was acknowledged; the last number.
    fn agent(enrolled: &Enrolled, address: &std::sync::Mutex<String>, stop: &AtomicBool) -> u64 {
        let builder = || Client::builder().no_proxy().timeout(Duration::from_secs(5));
        let client =
            builder().tls_certs_only([enrolled.authority.clone()]).identity(enrolled.identity.clone()).build().unwrap();
        let (mut last, mut spool): (u64, Vec<Transition>) = (0, Vec::new());
        let mut state = state_digest([]);
        while !stop.load(Ordering::Relaxed) || !spool.is_empty() {
            if spool.len() < 50 && !stop.load(Ordering::Relaxed) {
                last += 1;
                let (transition, digest) = transition(last);
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

    fn in_folder(folder: &Path) -> usize {
        let entries = std::fs::read_dir(folder.join("mail")).unwrap().flatten();
        entries.filter(|entry| entry.path().extension().is_some_and(|extension| extension == "eml")).count()
    }

    #[test]
    fn what_was_acknowledged_is_stored_once() {
        if system("openssl").is_none() {
            tenken_tests::skip("dashboard_dies", "openssl is not installed");
            return;
        }
        let _first = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let folder = TempDir::new().unwrap();
        let folder = folder.path();
        let settings = format!(
            "from: a@example.jp\nto: [b@example.jp]\ndashboard: https://localhost\ntransport: {{kind: folder, folder: {}}}\n",
            folder.join("mail").display()
        );
        std::fs::write(folder.join("mail.yaml"), settings).unwrap();
        let mut dashboard = start(folder);
        let enrolled = enrol(folder, &dashboard);
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
        dashboard.running.end().unwrap();

        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let store = Store::open_folder(&folder.join("data")).await.unwrap();
            let mut transaction = store.read().await.unwrap();
            let host = transaction.host(&enrolled.host).await.unwrap().unwrap();
            assert_eq!(host.acknowledged, last);
            let history = transaction.history_of_host(&enrolled.host, 1_000_000).await.unwrap();
            let told: Vec<(u64, u64)> =
                history.iter().rev().map(|entry| (entry.change.seq, entry.change.part)).collect();
            assert!(told.iter().copied().eq((1..=last).map(|seq| (seq, 0))), "each number once: {told:?}");
            let mails = transaction.mails(1_000_000).await.unwrap();
            let sent: Vec<_> = mails.iter().filter(|mail| mail.sent_at.is_some()).collect();
            assert!(!sent.is_empty() && sent.len() <= in_folder(folder), "what is marked as sent was sent");
            let open = transaction.open_drifts().await.unwrap().len();
            assert_eq!(open, usize::from(last % 2 == 1), "the drift is as the last finding is");
        });
    }
}
