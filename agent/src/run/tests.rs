//! The loop against a real TLS server that answers as a dashboard does.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant as Stopwatch};

use tenken_model::enrol::{RenewAnswer, RenewRequest};
use tenken_model::finding::{Change, VerdictKind, state_digest};
use tenken_model::policy::{Policy, SignedPolicy};
use tenken_model::report::{Refusal, Report, ReportAnswer};
use tenken_model::{Instant, Span, Transition};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::*;
use crate::policy::tests::{Signer, policy};
use crate::state::{self, State};
use crate::transport::server::{Authority, Request};

/// How long anything may take on a busy machine.
const WITHIN: Duration = Duration::from_secs(20);

/// What the dashboard of a test knows.
struct Dashboard {
    authority: Arc<Authority>,
    renewals: usize,
    signer: Signer,
    down: bool,
    resync: bool,
    snapshots: usize,
    reports: usize,
    epoch: u64,
    acknowledged: u64,
    transitions: Vec<Transition>,
    state: State,
    offered: Option<SignedPolicy>,
    offered_version: u64,
    refused: Option<String>,
    policy_in_force: u64,
}

type Shared = Arc<Mutex<Dashboard>>;

impl Dashboard {
    fn answer(&mut self, request: &Request) -> (u16, Vec<u8>) {
        let json = |value: serde_json::Value| (200, value.to_string().into_bytes());
        if self.down {
            let refusal = Refusal { code: "internal".into(), message: "down".into() };
            return (500, serde_json::to_vec(&refusal).unwrap());
        }
        match request.line.as_str() {
            "POST /v1/report" => json(serde_json::to_value(self.report(&request.body)).unwrap()),
            "GET /v1/policy" => match &self.offered {
                Some(policy) => json(serde_json::to_value(policy).unwrap()),
                None => (404, br#"{"code":"none","message":"none"}"#.to_vec()),
            },
            "POST /v1/renew" => {
                self.renewals += 1;
                let request: RenewRequest = serde_json::from_slice(&request.body).unwrap();
                let answer = RenewAnswer {
                    certificate_pem: self.authority.sign(&request.request_pem, "h-1"),
                    authority_pem: self.authority.pem.clone(),
                    expires_at: Instant::UNIX_EPOCH,
                };
                json(serde_json::to_value(answer).unwrap())
            }
            other => panic!("{other}"),
        }
    }

    fn report(&mut self, body: &[u8]) -> ReportAnswer {
        let report: Report = serde_json::from_slice(body).unwrap();
        self.reports += 1;
        if report.epoch > self.epoch {
            (self.epoch, self.acknowledged) = (report.epoch, 0);
        }
        if let Some(snapshot) = report.snapshot {
            self.snapshots += 1;
            self.state = snapshot.findings.into_iter().map(|finding| (finding.key.clone(), finding.digest())).collect();
            self.acknowledged = snapshot.seq;
            self.resync = false;
        }
        for transition in report.transitions {
            if transition.seq > self.acknowledged {
                assert_eq!(transition.seq, self.acknowledged + 1, "none is missing");
                state::apply(&mut self.state, &transition.change);
                self.acknowledged = transition.seq;
                self.transitions.push(transition);
            }
        }
        if report.heartbeat.state_seq == self.acknowledged && !self.resync {
            assert_eq!(report.heartbeat.state_digest, state_digest(&self.state));
        }
        self.refused = report.heartbeat.policy_refused;
        self.policy_in_force = report.heartbeat.policy_version;
        ReportAnswer {
            epoch: self.epoch,
            acknowledged: self.acknowledged,
            resync: self.resync,
            policy_version: self.offered_version,
            heartbeat_within: Span::from_secs(5),
        }
    }

    fn offer(&mut self, policy: &Policy) {
        self.offered_version = policy.version;
        self.offered = Some(self.signer.sign(policy));
    }
}

struct Stage {
    folder: tempfile::TempDir,
    identity: Identity,
    dashboard: Shared,
}

struct Running {
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), RunError>>,
}

impl Stage {
    async fn set() -> Self {
        let authority = Arc::new(Authority::make());
        let signer = Signer::make();
        let key = signer.key();
        let dashboard = Dashboard {
            authority: Arc::clone(&authority),
            renewals: 0,
            signer,
            down: false,
            resync: false,
            snapshots: 0,
            reports: 0,
            epoch: 0,
            acknowledged: 0,
            transitions: Vec::new(),
            state: State::new(),
            offered: None,
            offered_version: 0,
            refused: None,
            policy_in_force: 0,
        };
        let dashboard = Arc::new(Mutex::new(dashboard));
        let answering = Arc::clone(&dashboard);
        let url = authority.serve(true, move |request| answering.lock().unwrap().answer(request)).await;
        let folder = tempfile::tempdir().unwrap();
        let identity = Identity { policy_key: key, ..authority.identity("h-1", &url) };
        let state = folder.path().join("state");
        std::fs::create_dir(&state).unwrap();
        identity.store(&state).unwrap();
        Self { folder, identity, dashboard }
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("root")
    }

    fn state_dir(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    /// The time zone, which one rule judges.
    fn zone(&self, name: &str) {
        let etc = self.root().join("etc");
        std::fs::create_dir_all(&etc).unwrap();
        let (beside, link) = (etc.join(".localtime"), etc.join("localtime"));
        std::os::unix::fs::symlink(format!("/usr/share/zoneinfo/{name}"), &beside).unwrap();
        std::fs::rename(beside, link).unwrap();
    }

    fn start(&self) -> Running {
        let mut settings = Settings::new(self.state_dir(), LiveHost::with_root(self.root()));
        settings.bounds.first_wait = Duration::from_millis(50);
        settings.bounds.longest_wait = Duration::from_millis(200);
        settings.bounds.heartbeat_min = Duration::from_millis(100);
        settings.bounds.heartbeat_max = Duration::from_millis(200);
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(run(settings, async { drop(stopped.await) }));
        Running { stop, task }
    }

    async fn until<T>(&self, what: &str, mut condition: impl FnMut(&mut Dashboard) -> Option<T>) -> T {
        let begun = Stopwatch::now();
        loop {
            if let Some(value) = condition(&mut self.dashboard.lock().unwrap()) {
                return value;
            }
            assert!(begun.elapsed() < WITHIN, "{what}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    async fn whole(&self) {
        self.until("the whole state comes", |dashboard| (!dashboard.state.is_empty()).then_some(())).await;
    }
}

impl Running {
    async fn end(self) {
        self.stop.send(()).unwrap();
        self.task.await.unwrap().unwrap();
    }
}

/// The verdict that a transition gives the rule on the time zone.
fn zone_verdict(transition: &Transition) -> Option<VerdictKind> {
    match &transition.change {
        Change::Set { finding, .. } if finding.key.rule.as_str() == "clock_in_japan_time" => {
            Some(finding.verdict.kind())
        }
        Change::Set { .. } | Change::Cleared { .. } => None,
    }
}

#[tokio::test]
async fn a_change_of_a_file_is_told_once_and_without_a_timer() {
    let stage = Stage::set().await;
    stage.zone("Asia/Tokyo");
    let running = stage.start();
    stage.whole().await;
    let before = stage.dashboard.lock().unwrap().transitions.len();
    stage.zone("Europe/Paris");
    let fails = |dashboard: &mut Dashboard| {
        let found = dashboard.transitions[before..].iter().find_map(zone_verdict);
        (found == Some(VerdictKind::Fail)).then_some(())
    };
    stage.until("the change is told", fails).await;
    stage.zone("Asia/Tokyo");
    let passes = |dashboard: &mut Dashboard| {
        let told: Vec<_> = dashboard.transitions[before..].iter().filter_map(zone_verdict).collect();
        (told == [VerdictKind::Fail, VerdictKind::Pass]).then_some(())
    };
    stage.until("and that it is right again", passes).await;
    running.end().await;
}

#[tokio::test]
async fn what_happens_while_the_dashboard_is_down_waits_in_order() {
    let stage = Stage::set().await;
    stage.zone("Asia/Tokyo");
    let running = stage.start();
    stage.whole().await;
    stage.dashboard.lock().unwrap().down = true;
    let spooled = || std::fs::metadata(stage.state_dir().join("spool/log")).unwrap().len();
    for zone in ["Europe/Paris", "Asia/Tokyo", "Europe/Rome"] {
        let before = spooled();
        stage.zone(zone);
        stage.until("it is kept", |_| (spooled() > before).then_some(())).await;
    }
    let before = {
        let mut dashboard = stage.dashboard.lock().unwrap();
        dashboard.down = false;
        dashboard.transitions.len()
    };
    let wanted = [VerdictKind::Fail, VerdictKind::Pass, VerdictKind::Fail];
    let told = |dashboard: &mut Dashboard| {
        let told: Vec<_> = dashboard.transitions[before..].iter().filter_map(zone_verdict).collect();
        (told == wanted).then_some(())
    };
    stage.until("all of it is told, in order", told).await;
    running.end().await;
}

#[tokio::test]
async fn an_agent_that_is_started_again_tells_only_what_changed_meanwhile() {
    let stage = Stage::set().await;
    stage.zone("Asia/Tokyo");
    let running = stage.start();
    stage.whole().await;
    running.end().await;
    stage.zone("Europe/Paris");
    let (before, reports) = {
        let dashboard = stage.dashboard.lock().unwrap();
        (dashboard.transitions.len(), dashboard.reports)
    };
    let running = stage.start();
    let told = |dashboard: &mut Dashboard| (dashboard.transitions.len() > before).then_some(());
    stage.until("the change is told", told).await;
    stage.until("a heartbeat follows", |dashboard| (dashboard.reports > reports + 2).then_some(())).await;
    running.end().await;
    let dashboard = stage.dashboard.lock().unwrap();
    let zones = dashboard.transitions[before..].iter().filter(|transition| zone_verdict(transition).is_some()).count();
    assert_eq!((zones, dashboard.snapshots), (1, 0));
}

#[tokio::test]
async fn a_dashboard_that_lost_the_state_gets_all_of_it() {
    let stage = Stage::set().await;
    stage.zone("Asia/Tokyo");
    let running = stage.start();
    stage.whole().await;
    {
        let mut dashboard = stage.dashboard.lock().unwrap();
        dashboard.state.clear();
        dashboard.resync = true;
    }
    stage.until("a snapshot comes", |dashboard| (dashboard.snapshots > 0).then_some(())).await;
    let reports = stage.dashboard.lock().unwrap().reports;
    stage.until("and the states agree", |dashboard| (dashboard.reports > reports + 2).then_some(())).await;
    running.end().await;
    let dashboard = stage.dashboard.lock().unwrap();
    assert_eq!(dashboard.snapshots, 1);
    assert!(!dashboard.state.is_empty());
}

#[tokio::test]
async fn a_newer_policy_is_taken_and_one_of_another_key_is_refused_and_said() {
    let stage = Stage::set().await;
    stage.zone("Asia/Tokyo");
    let running = stage.start();
    stage.whole().await;
    let reduced = |version| {
        let mut reduced = policy(version);
        reduced.rules.retain(|id, _| id.as_str() == "clock_in_japan_time");
        reduced
    };
    stage.dashboard.lock().unwrap().offer(&reduced(3));
    stage.until("it is in force", |dashboard| (dashboard.policy_in_force == 3).then_some(())).await;
    stage.until("other rules are gone", |dashboard| (dashboard.state.len() == 1).then_some(())).await;
    {
        let mut dashboard = stage.dashboard.lock().unwrap();
        dashboard.offered = Some(Signer::make().sign(&reduced(4)));
        dashboard.offered_version = 4;
    }
    let said = stage.until("the refusal is said", |dashboard| dashboard.refused.clone()).await;
    assert!(said.contains("signature"), "{said}");
    assert_eq!(stage.dashboard.lock().unwrap().policy_in_force, 3);
    stage.dashboard.lock().unwrap().offer(&reduced(5));
    stage.until("the next good one is taken", |dashboard| (dashboard.policy_in_force == 5).then_some(())).await;
    running.end().await;
    assert_eq!(policy::restore(&stage.state_dir(), &stage.identity).unwrap().0.version, 5, "and kept");
}

#[tokio::test]
async fn a_host_that_is_not_enrolled_is_told_what_to_do() {
    let scratch = tempfile::tempdir().unwrap();
    let settings = Settings::new(scratch.path().to_owned(), LiveHost::with_root(scratch.path().to_owned()));
    let error = run(settings, std::future::pending()).await.unwrap_err().to_string();
    assert!(error.contains("enrol"), "{error}");
}

#[tokio::test]
async fn a_second_agent_with_the_same_state_does_not_start() {
    let stage = Stage::set().await;
    stage.zone("Asia/Tokyo");
    let running = stage.start();
    stage.whole().await;
    let settings = Settings::new(stage.state_dir(), LiveHost::with_root(stage.root()));
    let error = run(settings, std::future::pending()).await.unwrap_err().to_string();
    assert!(error.contains("another agent"), "{error}");
    running.end().await;
}

#[tokio::test]
async fn a_certificate_past_two_thirds_of_its_life_is_renewed_and_kept() {
    let stage = Stage::set().await;
    stage.zone("Asia/Tokyo");
    let made = crate::identity::KeyRequest::make("h-1").unwrap();
    let certificate_pem = stage.dashboard.lock().unwrap().authority.sign_old(&made.request_pem, "h-1");
    let old = Identity { certificate_pem, key_pem: made.key_pem, ..stage.identity.clone() };
    old.store(&stage.state_dir()).unwrap();
    let running = stage.start();
    stage.until("it is asked for", |dashboard| (dashboard.renewals > 0).then_some(())).await;
    let reports = stage.dashboard.lock().unwrap().reports;
    stage.until("reports go on", |dashboard| (dashboard.reports > reports + 2).then_some(())).await;
    running.end().await;
    let kept = Identity::load(&stage.state_dir()).unwrap().unwrap();
    assert_ne!((&kept.certificate_pem, &kept.key_pem), (&old.certificate_pem, &old.key_pem));
    assert_eq!(stage.dashboard.lock().unwrap().renewals, 1);
}
