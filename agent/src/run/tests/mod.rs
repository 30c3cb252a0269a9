//! The whole loop: a real host below a scratch folder, a real spool, real TLS, and a small dashboard.

mod board;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use tenken_model::policy::Policy;
use tenken_model::report::{Refusal, Report};
use tenken_model::{Instant, Size, Span};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::clock::tests::MovedClock;
use super::link::Bounds;
use super::resident::Resident;
use super::setup::{RunError, Setup};
use crate::host::live::LiveHost;
use crate::identity::Identity;
use crate::policy::tests::{Signer, policy};
use crate::schedule::Pace;
use crate::spool::Spool;
use crate::transport::server::Authority;
use board::{Board, Served};

const RULE: &str = "clock_in_japan_time";
const DEADLINE: Duration = Duration::from_secs(20);

/// A host with its agent and dashboard.
struct Walk {
    scratch: TempDir,
    board: Served,
    signer: Signer,
    clock: Arc<MovedClock>,
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

impl Walk {
    /// An enrolled host whose dashboard has a policy; the agent does not run yet.
    async fn new() -> Self {
        let authority = Arc::new(Authority::make());
        let (board, url) = Served::serve(&authority).await;
        let signer = Signer::make();
        let scratch = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(scratch.path().join("root/etc/profile.d")).unwrap();
        let walk = Self { scratch, board, signer, clock: Arc::default(), running: None };
        walk.keep_japan_time(false);
        let identity = Identity { policy_key: walk.signer.key(), ..authority.identity("h-1", &url) };
        std::fs::create_dir(walk.state()).unwrap();
        identity.store(&walk.state()).unwrap();
        walk.offer(1);
        walk
    }

    /// One whose first state the dashboard has.
    async fn in_step() -> Self {
        let mut walk = Self::new().await;
        walk.start();
        walk.until("the first state is there", |board| board.is_in_step() && board.acknowledged > 0).await;
        walk
    }

    fn state(&self) -> std::path::PathBuf {
        self.scratch.path().join("state")
    }

    fn setup(&self) -> Setup {
        let host = LiveHost::with_root(self.scratch.path().join("root"));
        let millis = Duration::from_millis;
        Setup {
            clock: Arc::<MovedClock>::clone(&self.clock),
            pace: Pace { quiet: millis(20), pause: millis(20), pause_per_cpu: 1, pause_per_wall: 1, ..Pace::default() },
            bounds: Bounds {
                first_wait: millis(20),
                longest_wait: millis(100),
                heartbeat_min: millis(20),
                ..Bounds::default()
            },
            ..Setup::new(self.state(), host)
        }
    }

    fn start(&mut self) {
        let resident = Resident::open(self.setup()).unwrap();
        let (stop, stopped) = oneshot::channel();
        let running = tokio::spawn(resident.run(async {
            let _dropped = stopped.await;
        }));
        self.running = Some((stop, running));
    }

    async fn stop(&mut self) {
        let (stop, running) = self.running.take().unwrap();
        stop.send(()).unwrap();
        tokio::time::timeout(DEADLINE, running).await.unwrap().unwrap();
    }

    fn small(version: u64) -> Policy {
        // No time servers: tests leave this machine alone.
        Policy { time_references: Vec::new(), ..policy(version) }
    }

    fn offer(&self, version: u64) {
        let mut board = self.board.lock();
        board.policy = Some(self.signer.sign(&Self::small(version)));
        board.policy_version = version;
    }

    fn keep_japan_time(&self, kept: bool) {
        let etc = self.scratch.path().join("root/etc");
        let (beside, link) = (etc.join(".localtime"), etc.join("localtime"));
        let zone = if kept { "Asia/Tokyo" } else { "Europe/Paris" };
        let file = self.scratch.path().join("root/usr/share/zoneinfo").join(zone);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, "TZif2").unwrap();
        std::os::unix::fs::symlink(format!("/usr/share/zoneinfo/{zone}"), &beside).unwrap();
        std::fs::rename(beside, link).unwrap();
    }

    async fn until(&self, what: &str, done: impl Fn(&Board) -> bool) {
        let begun = std::time::Instant::now();
        while !done(&self.board.lock()) {
            let board = self.board.lock();
            assert!(begun.elapsed() < DEADLINE, "{what}; taken {}, last {:?}", board.taken.len(), board.heard.last());
            drop(board);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

fn reopened(state: &Path) -> Spool {
    Spool::open(&state.join("spool"), Size::from_bytes(1 << 20), Instant::UNIX_EPOCH).unwrap().0
}

#[tokio::test]
async fn the_first_report_holds_the_full_state() {
    let mut walk = Walk::in_step().await;
    walk.stop().await;
    let board = walk.board.lock();
    let first = &board.heard[0];
    assert_eq!((first.heartbeat.policy_version, first.heartbeat.policy_refused.as_deref()), (1, None));
    assert_eq!(first.transitions.len(), board.held.len());
    assert!(first.heartbeat.system.measured().is_some() && first.heartbeat.costs.len() > 3);
    let rules: std::collections::BTreeSet<_> = board.held.keys().map(|key| key.rule.clone()).collect();
    assert_eq!(rules.len(), Walk::small(1).rules.len(), "every rule has a finding");
}

#[tokio::test]
async fn a_changed_file_is_one_transition_and_a_restart_none() {
    let mut walk = Walk::in_step().await;
    assert_eq!(walk.board.lock().numbers_of(RULE).len(), 1);
    walk.keep_japan_time(true);
    walk.until("the change is there", |board| board.numbers_of(RULE).len() == 2).await;
    walk.stop().await;
    let heard = walk.board.lock().heard.len();
    walk.start();
    walk.until("it reports again", |board| board.heard.len() > heard + 2 && board.is_in_step()).await;
    assert_eq!(walk.board.lock().numbers_of(RULE).len(), 2, "nothing changed meanwhile");
    walk.stop().await;
    walk.keep_japan_time(false);
    walk.start();
    walk.until("what changed while it did not run is found", |board| board.numbers_of(RULE).len() == 3).await;
    walk.stop().await;
}

/// A record of wtmp: somebody sits down.
fn sign_in(user: &str, seconds: u32) -> Vec<u8> {
    let mut record = vec![0; 384];
    record[0] = 7;
    record[8..12].copy_from_slice(b"tty2");
    record[44..44 + user.len()].copy_from_slice(user.as_bytes());
    record[340..344].copy_from_slice(&seconds.to_le_bytes());
    record
}

#[tokio::test]
async fn facts_reach_a_dashboard_that_keeps_them_and_no_other() {
    let mut walk = Walk::in_step().await;
    let heard = walk.board.lock().heard.len();
    walk.until("some heartbeats are heard", |board| board.heard.len() > heard + 3).await;
    assert!(walk.board.lock().heard.iter().all(|report| report.facts.is_empty()), "it keeps none");
    // It is updated.
    walk.board.lock().facts = Some(std::collections::BTreeMap::new());
    let kept = tenken_model::Topic::ALL.iter().filter(|topic| topic.is_kept()).count();
    walk.until("it has what was read", |board| board.facts.as_ref().is_some_and(|facts| facts.len() == kept)).await;
    walk.until("nothing more is sent", |board| board.heard.iter().rev().take(3).all(|report| report.facts.is_empty()))
        .await;
    let now = u32::try_from(chrono::Utc::now().timestamp()).unwrap();
    std::fs::create_dir_all(walk.scratch.path().join("root/var/log")).unwrap();
    std::fs::write(walk.scratch.path().join("root/var/log/wtmp"), sign_in("hanako", now)).unwrap();
    let has_hanako = |board: &Board| {
        let sessions = board.facts.as_ref().and_then(|facts| facts.get("sessions"));
        sessions.is_some_and(|fact| fact.wire().to_string().contains("hanako"))
    };
    walk.until("the session is told", has_hanako).await;
    walk.stop().await;
    let before = walk.board.lock().heard.len();
    walk.start();
    walk.until("it reports again", |board| board.heard.len() > before + 3 && board.is_in_step()).await;
    let again = |report: &Report| report.facts.contains_key("sessions");
    assert!(!walk.board.lock().heard[before..].iter().any(again), "nothing changed meanwhile");
    walk.stop().await;
}

/// What is remembered of the logs outlives the agent.
#[tokio::test]
async fn a_log_that_is_deleted_while_the_agent_does_not_run_is_told() {
    let mut walk = Walk::new().await;
    walk.board.lock().facts = Some(std::collections::BTreeMap::new());
    let folder = walk.scratch.path().join("root/var/log");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("auth.log"), "2026-11-20T09:00:00+09:00 sv1 sshd[1]: x\n").unwrap();
    walk.start();
    let told = |board: &Board, text: &str| {
        let logs = board.facts.as_ref().and_then(|facts| facts.get("logs"));
        logs.is_some_and(|fact| fact.wire().to_string().contains(text))
    };
    walk.until("the log is told", |board| told(board, "/var/log/auth.log")).await;
    assert!(!told(&walk.board.lock(), "noticed_at"));
    walk.stop().await;
    std::fs::remove_file(folder.join("auth.log")).unwrap();
    walk.start();
    walk.until("its loss is told", |board| told(board, "\"kind\":\"gone\"")).await;
    walk.stop().await;
}

#[tokio::test]
async fn what_happens_while_the_dashboard_is_down_arrives_in_order() {
    let mut walk = Walk::in_step().await;
    let offered = |board: &Board| {
        let last = board.heard.last().map(|report| report.transitions.as_slice()).unwrap_or_default();
        last.iter().filter(|one| one.change.key().rule.as_str() == RULE).count()
    };
    {
        let mut board = walk.board.lock();
        board.down = true;
        board.heard.clear();
    }
    for (count, limited) in [(1, true), (2, false)] {
        walk.keep_japan_time(limited);
        walk.until("it is offered", |board| offered(board) == count).await;
    }
    // Also across a restart.
    walk.stop().await;
    walk.start();
    walk.keep_japan_time(true);
    walk.until("it is offered", |board| offered(board) == 3).await;
    assert_eq!(walk.board.lock().numbers_of(RULE).len(), 1);
    walk.board.lock().down = false;
    walk.until("all are there", |board| board.numbers_of(RULE).len() == 4 && board.is_in_step()).await;
    walk.until("it is acknowledged", |board| board.heard.last().is_some_and(|report| report.transitions.is_empty()))
        .await;
    walk.stop().await;
    let numbers: Vec<u64> = walk.board.lock().taken.iter().map(|one| one.seq).collect();
    assert!(numbers.iter().copied().eq(1..=u64::try_from(numbers.len()).unwrap()), "{numbers:?}");
    assert_eq!(reopened(&walk.state()).pending(), 0);
}

#[tokio::test]
async fn lost_answers_double_nothing() {
    let mut walk = Walk::in_step().await;
    walk.board.lock().mute = true;
    walk.keep_japan_time(true);
    walk.until("it is taken without an answer", |board| board.numbers_of(RULE).len() == 2).await;
    let heard = walk.board.lock().heard.len();
    walk.until("it is sent again", |board| {
        board.heard.len() > heard && board.heard.last().is_some_and(|report| !report.transitions.is_empty())
    })
    .await;
    walk.board.lock().mute = false;
    walk.until("it is settled", |board| board.heard.last().is_some_and(|report| report.transitions.is_empty())).await;
    assert_eq!(walk.board.lock().numbers_of(RULE).len(), 2);
    walk.stop().await;
}

#[tokio::test]
async fn a_dashboard_that_differs_gets_a_snapshot() {
    let mut walk = Walk::in_step().await;
    let before = walk.board.lock().held.clone();
    walk.board.lock().held.clear();
    walk.until("it is in step again", |board| board.snapshots > 0 && board.is_in_step()).await;
    assert!(walk.board.lock().held.keys().eq(before.keys()));
    walk.stop().await;
}

#[tokio::test]
async fn a_state_folder_that_was_put_back_begins_anew() {
    let mut walk = Walk::in_step().await;
    walk.stop().await;
    let epoch = walk.board.lock().epoch;
    // The dashboard has numbers this spool never gave out.
    walk.board.lock().acknowledged += 50;
    walk.start();
    walk.until("a new epoch is in step", |board| board.epoch > epoch && board.snapshots > 0 && board.is_in_step())
        .await;
    walk.stop().await;
}

#[tokio::test]
async fn a_newer_policy_is_taken_and_one_that_others_signed_is_not() {
    let mut walk = Walk::in_step().await;
    walk.offer(2);
    let says = |board: &Board, version| board.heard.last().unwrap().heartbeat.policy_version == version;
    walk.until("version 2 is in force", |board| says(board, 2)).await;
    let strange = Signer::make().sign(&Walk::small(3));
    {
        let mut board = walk.board.lock();
        (board.policy, board.policy_version) = (Some(strange), 3);
    }
    walk.until("the refusal is said", |board| {
        let heartbeat = &board.heard.last().unwrap().heartbeat;
        heartbeat.policy_version == 2
            && heartbeat.policy_refused.as_ref().is_some_and(|why| why.contains("the policy's signature"))
    })
    .await;
    walk.offer(4);
    walk.until("version 4 is in force", |board| {
        says(board, 4) && board.heard.last().unwrap().heartbeat.policy_refused.is_none()
    })
    .await;
    walk.stop().await;
    walk.board.lock().heard.clear();
    walk.start();
    walk.until("it is in force from the start", |board| board.heard.first().is_some_and(|_| says(board, 4))).await;
    walk.stop().await;
}

#[tokio::test]
async fn a_certificate_is_renewed_in_time_stored_and_not_renewed_again() {
    let mut walk = Walk::in_step().await;
    let before = Identity::load(&walk.state()).unwrap().unwrap();
    // The certificates of the test last until the year 4096, of which two thirds are over in 3389.
    walk.clock.step(Span::from_days(365 * 1_400));
    walk.until("it is renewed", |board| board.renewals == 1).await;
    let heard = walk.board.lock().heard.len();
    walk.until("it reports on", |board| board.heard.len() > heard + 5).await;
    walk.stop().await;
    assert_eq!(walk.board.lock().renewals, 1, "whatever the clock says");
    let after = Identity::load(&walk.state()).unwrap().unwrap();
    assert_ne!(after.certificate_pem, before.certificate_pem);
    assert_eq!((after.host, after.policy_key), (before.host, before.policy_key));
}

#[tokio::test]
async fn a_revoked_host_keeps_what_it_finds_and_asks_seldom() {
    let mut walk = Walk::in_step().await;
    walk.board.lock().refusal = Some(Refusal::new("revoked", "this host was revoked"));
    let heard = walk.board.lock().heard.len();
    walk.until("it is told", |board| board.heard.len() == heard + 1).await;
    walk.keep_japan_time(true);
    let begun = std::time::Instant::now();
    // The state changes on the disk, which the log of the spool shows.
    let log = walk.state().join("spool/log");
    let changed = || String::from_utf8_lossy(&std::fs::read(&log).unwrap()).matches("\"seq\":").count();
    let before = changed();
    while changed() == before {
        assert!(begun.elapsed() < DEADLINE, "the change is kept");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    walk.stop().await;
    assert_eq!(walk.board.lock().heard.len(), heard + 1);
    assert!(reopened(&walk.state()).pending() > 0);
}

#[tokio::test]
async fn the_next_epoch_is_larger_than_what_the_dashboard_counts_in() {
    let mut walk = Walk::in_step().await;
    // Counted by a clock that was years ahead.
    let known = 9_000_000_000_000;
    walk.board.lock().refusal = Some(Refusal { epoch: Some(known), ..Refusal::new("old_epoch", "begin a new epoch") });
    let heard = walk.board.lock().heard.len();
    walk.until("it is told", |board| board.heard.len() > heard).await;
    walk.board.lock().refusal = None;
    let tells_all = |report: &Report| report.epoch > known && report.snapshot.is_some();
    walk.until("it counts anew and tells all", |board| board.heard.iter().any(tells_all)).await;
    walk.stop().await;
}

#[tokio::test]
async fn it_ends_when_asked_to_although_a_call_hangs() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", silent.local_addr().unwrap());
    let mut walk = Walk::new().await;
    let identity = Authority::make().identity("h-1", &url);
    identity.store(&walk.state()).unwrap();
    walk.start();
    let called = tokio::time::timeout(DEADLINE, silent.accept()).await.unwrap().unwrap();
    walk.stop().await;
    drop(called);
}

#[tokio::test]
async fn a_host_that_is_not_enrolled_is_told_what_to_do() {
    let walk = Walk::new().await;
    std::fs::remove_file(Identity::path(&walk.state())).unwrap();
    let Err(error) = Resident::open(walk.setup()) else { panic!("it runs") };
    assert!(matches!(error, RunError::NotEnrolled(_)));
    let said = error.to_string();
    assert!(said.contains("tenken-agent enrol") && !said.contains('\n'), "{said}");
}

#[tokio::test]
async fn a_clone_of_an_enrolled_machine_does_not_report_as_that() {
    let mut walk = Walk::new().await;
    let id = walk.scratch.path().join("root/etc/machine-id");
    std::fs::write(&id, "11111111111111111111111111111111\n").unwrap();
    walk.start();
    walk.until("the first state is there", |board| board.is_in_step() && board.acknowledged > 0).await;
    walk.stop().await;
    // The image is started elsewhere, where systemd gives the machine another id.
    std::fs::write(&id, "22222222222222222222222222222222\n").unwrap();
    let heard = walk.board.lock().heard.len();
    let Err(error) = Resident::open(walk.setup()) else { panic!("it runs") };
    assert!(matches!(error, RunError::Machine(_)), "{error}");
    assert_eq!(walk.board.lock().heard.len(), heard);
    std::fs::write(&id, "11111111111111111111111111111111\n").unwrap();
    walk.start();
    walk.until("the machine itself goes on", |board| board.heard.len() > heard).await;
    walk.stop().await;
}
