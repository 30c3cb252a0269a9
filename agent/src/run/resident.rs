//! The loop.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tenken_model::fact::AnyObservation;
use tenken_model::{Instant, Span, Topic};

use super::calling::{Called, Calling};
use super::clock::{Clock, Jumps};
use super::collecting::{Collecting, Ended};
use super::complaints::Complaints;
use super::dashboard_time::DashboardTime;
use super::judging::Judging;
use super::keeping::Keeping;
use super::link::{Call, Link};
use super::remembering::Remembering;
use super::report::{Present, system};
use super::resting::{Rest, Resting};
use super::setup::{RunError, Setup, say_opened, seed};
use super::telling::Telling;
use super::watching::Watching;
use crate::collect::memory::Memory;
use crate::collect::{Needs, Wake};
use crate::durable::DurableError;
use crate::gather::{Costs, RunCost};
use crate::host::Host as _;
use crate::host::live::Events;
use crate::host::live::memory;
use crate::host::live::service::Manager;
use crate::host::storage;
use crate::identity::Identity;
use crate::policy;
use crate::schedule::{Schedule, Uptime};
use crate::spool::{SPOOL_BYTES, Spool};
use crate::transport::{Patience, Transport};

/// The loop turns at least this often, so that waking from sleep and a stepped clock are noticed.
const TURN_WITHIN: Duration = Duration::from_mins(1);
/// The least time between looks at what happened, so that a storm of events costs a bounded share.
const LISTEN_PAUSE: Duration = Duration::from_millis(50);
/// What could not be kept is tried again after this.
const KEEP_AGAIN: Duration = Duration::from_secs(10);
/// A collector that took less runs once more when it names places that were not watched before.
const CHEAP: Duration = Duration::from_millis(250);
/// A renewed certificate is not renewed again before this, whatever the wall clock says.
pub(super) const RENEW_PAUSE: Duration = Duration::from_hours(1);

/// The agent of one host. Dropping it at any moment is like a power cut: see [`super`].
pub struct Resident {
    pub(super) state_dir: PathBuf,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) patience: Patience,
    pub(super) identity: Identity,
    pub(super) transport: Transport,
    pub(super) renew_at: Instant,
    pub(super) not_renewed_before: Uptime,
    pub(super) judging: Judging,
    pub(super) keeping: Keeping,
    pub(super) telling: Telling,
    pub(super) schedule: Schedule,
    pub(super) link: Link,
    pub(super) complaints: Complaints,
    pub(super) policy_refused: Option<String>,
    calling: Calling,
    collecting: Collecting,
    remembering: Remembering,
    began_at: Instant,
    costs: Costs,
    watching: Watching,
    jumps: Jumps,
    pub(super) dashboard_time: DashboardTime,
    judge_at: Uptime,
    listen_at: Uptime,
    sign_at: Uptime,
    resting: Resting,
    program: memory::Program,
    pub(super) reported_at: Option<Instant>,
    pub(super) manager: Manager,
}

/// What the loop waited for.
enum Happened {
    Ended(Ended),
    Called(Called),
    Woken(Vec<Wake>),
    Time,
}

impl Resident {
    /// Opens everything the agent rests on. Inside a tokio runtime.
    pub fn open(setup: Setup) -> Result<Self, RunError> {
        let Setup {
            state_dir,
            host,
            machine,
            clock,
            pace,
            collect_within,
            bounds,
            patience,
            first_report_within,
            manager,
        } = setup;
        storage::check_private_folder(&state_dir).map_err(|error| DurableError::from_io("use", &state_dir, error))?;
        let identity = Identity::load(&state_dir)?.ok_or_else(|| RunError::NotEnrolled(Identity::path(&state_dir)))?;
        crate::machine::check(&state_dir, &machine)?;
        let (spool, opened) = Spool::open(&state_dir.join("spool"), SPOOL_BYTES, clock.wall())?;
        say_opened(&opened, &spool);
        let (in_force, refused) = policy::restore(&state_dir, &identity)?;
        if let Some(error) = &refused {
            tracing::warn!(%error, "the kept policy is not in force; the built-in rules are");
        }
        let transport = Transport::new(&identity, patience)?;
        let (now, seed) = (clock.uptime(), seed(&identity.host));
        tracing::info!(
            host = identity.host.as_str(),
            version = env!("CARGO_PKG_VERSION"),
            policy = in_force.version,
            waiting = spool.pending(),
            "the agent watches this host"
        );
        let mut link = Link::new(bounds, seed, now.saturating_add(first_report_within));
        let unasked = in_force.version == 0;
        if unasked {
            link.wanted(Call::Policy, now);
        }
        let mut resident = Self {
            renew_at: identity.validity()?.renew_at(),
            not_renewed_before: Uptime::ZERO,
            schedule: Schedule::new(pace, in_force.collect_within, seed),
            collecting: Collecting::new(Arc::new(host.clone()), collect_within),
            remembering: Remembering::open(&state_dir),
            watching: Watching::new(Events::new(&host)),
            jumps: Jumps::since_now(&*clock),
            dashboard_time: DashboardTime::default(),
            judging: Judging::new(in_force, unasked, host.family()),
            keeping: Keeping::new(spool),
            telling: Telling::default(),
            policy_refused: refused.map(|error| error.to_string()),
            calling: Calling::default(),
            complaints: Complaints::default(),
            costs: Costs::default(),
            began_at: clock.wall(),
            judge_at: now,
            listen_at: now,
            sign_at: now,
            resting: Resting::since(now),
            program: memory::Program::default(),
            reported_at: None,
            state_dir,
            clock,
            patience,
            identity,
            transport,
            link,
            manager,
        };
        resident.set_intervals(now);
        resident.manager.ready();
        resident.say_standing(None);
        Ok(resident)
    }

    /// Runs until it is asked to end. What is spooled then is safe; what is on its way is told again at the next
    /// start.
    pub async fn run(mut self, stop: impl Future<Output = ()>) {
        tokio::select! {
            () = stop => tracing::info!(waiting = self.keeping.spool().pending(), "the agent ends as it was asked to"),
            () = async { loop { self.turn().await } } => {}
        }
        self.manager.stopping();
    }

    async fn turn(&mut self) {
        self.begin_what_is_due().await;
        let now = self.clock.uptime();
        let wait = self.rest(now, self.next_at(now)).saturating_sub(now);
        let listening = now >= self.listen_at;
        let happened = tokio::select! {
            biased;
            called = self.calling.ended() => Happened::Called(called),
            ended = self.collecting.ended() => Happened::Ended(ended),
            wakes = self.watching.next(), if listening => Happened::Woken(wakes),
            () = tokio::time::sleep(wait) => Happened::Time,
        };
        self.resting.woke();
        match happened {
            Happened::Called(called) => {
                self.resting.worked();
                self.answered(called);
            }
            Happened::Ended(ended) => self.collected(ended).await,
            Happened::Woken(wakes) => {
                let now = self.clock.uptime();
                self.schedule.woken(&wakes, now);
                self.listen_at = now.saturating_add(LISTEN_PAUSE);
            }
            Happened::Time => {}
        }
    }

    /// Before nothing is to be done until `next`, gives back the memory that work took. Returns when to turn again.
    fn rest(&mut self, now: Uptime, next: Uptime) -> Uptime {
        if self.collecting.is_running() || self.calling.is_running() {
            return next;
        }
        match self.resting.before_waiting(now, next) {
            Rest::GiveBack => self.program = memory::give_back(),
            Rest::GiveBackAgain => self.program.give_back_again(),
            Rest::AskAt(at) => return at,
            Rest::Wait => {}
        }
        next
    }

    async fn begin_what_is_due(&mut self) {
        let now = self.clock.uptime();
        if let Some(jump) = self.jumps.look(&*self.clock) {
            tracing::info!(?jump, "time was not continuous; looking at everything anew");
            self.schedule.all_due(now);
            self.judging.begin_round();
            self.dashboard_time.forget();
        }
        if self.manager.wants_sign_every().is_some() && now >= self.sign_at {
            self.manager.alive();
            self.sign_at = now.saturating_add(self.manager.wants_sign_every().unwrap_or(TURN_WITHIN));
        }
        if !self.collecting.is_running()
            && let Some(topic) = self.schedule.due(now)
        {
            self.begin_collecting(topic, now).await;
        }
        if self.judging.is_ready() && now >= self.judge_at {
            self.judging.judge_all(self.clock.wall());
            self.keep();
            self.resting.worked();
        }
        if now >= self.not_renewed_before && self.clock.wall() >= self.renew_at {
            self.link.wanted(Call::Renew, now);
        }
        if !self.calling.is_running()
            && let Some(call) = self.link.due(now)
        {
            self.begin_call(call);
        }
    }

    /// When there is something to do although nothing happens.
    fn next_at(&self, now: Uptime) -> Uptime {
        let collect = if self.collecting.is_running() { None } else { self.schedule.next_at() };
        let call = if self.calling.is_running() { None } else { self.link.next_at() };
        let judge = self.judging.is_ready().then_some(self.judge_at);
        let listen = (now < self.listen_at).then_some(self.listen_at);
        let sign = self.manager.wants_sign_every().map(|_| self.sign_at);
        let turn = now.saturating_add(TURN_WITHIN);
        [collect, call, judge, listen, sign].into_iter().flatten().fold(turn, Uptime::min)
    }

    async fn begin_collecting(&mut self, topic: Topic, now: Uptime) {
        self.began_at = self.clock.wall();
        let in_force = self.judging.in_force();
        let needs = Needs {
            registers: in_force.registers.clone(),
            time_references: in_force.time_references.clone(),
            now: self.began_at,
        };
        self.schedule.began(topic, now);
        self.judging.began(topic);
        let before = self.remembering.memory(topic);
        if let Some(ended) = self.collecting.begin(topic, needs, before) {
            self.collected(ended).await;
        }
    }

    async fn collected(&mut self, ended: Ended) {
        let now = self.clock.uptime();
        let cheap = matches!(&ended, Ended::Gathered(_, gathered) if gathered.cost.wall < CHEAP);
        self.resting.worked();
        match ended {
            Ended::Gathered(topic, mut gathered) => {
                if let Some(memory) = gathered.memory.take() {
                    self.remember(memory, now);
                }
                self.costs.count(topic, gathered.cost);
                self.schedule.ended(topic, now, gathered.cost.cpu, Some(gathered.wakes));
                self.dashboard_time.stand_in(&mut gathered.observation, now);
                self.tell(&gathered.observation, now);
                self.judging.observed(gathered.observation, self.began_at);
                self.complaints.is_over(topic.name());
            }
            Ended::Failed(topic, reason) => {
                let took = Span::between(self.began_at, self.clock.wall()).abs();
                self.costs.count(topic, RunCost { wall: took.to_std(), cpu: Duration::ZERO, failed: true });
                self.schedule.ended(topic, now, Duration::ZERO, None);
                if self.complaints.is_news(topic.name(), &reason.detail) {
                    tracing::warn!(topic = topic.name(), why = reason.detail, "a collector did not come back");
                }
                self.tell(&AnyObservation::failed(topic, self.began_at, took, reason.clone()), now);
                self.judging.failed(topic, self.began_at, took, reason);
            }
        }
        let first = self.judging.findings().is_none();
        if self.judging.judge(self.clock.wall()) {
            self.keep();
            if first {
                self.link.wanted(Call::Report, now);
            }
        }
        let fresh = self.watching.watch(&mut self.schedule).await;
        if cheap {
            self.schedule.woken(&fresh, now);
        }
    }

    /// Remembers what was seen. If it cannot be written, a loss of logs is found anew after a start, and a backup that is away
    /// and programs of people who are not signed in are not known.
    fn remember(&mut self, memory: Memory, now: Uptime) {
        match self.remembering.remember(memory, now) {
            Ok(()) => _ = self.complaints.is_over("remember"),
            Err(error) => {
                if self.complaints.is_news("remember", &error.to_string()) {
                    tracing::error!(%error, "what is remembered cannot be kept; trying again");
                }
            }
        }
    }

    /// Wants a fact reported if the dashboard is to have it now.
    fn tell(&mut self, observation: &AnyObservation, now: Uptime) {
        if self.telling.observed(observation, now) {
            self.link.wanted(Call::Report, now);
        }
    }

    /// Keeps what changed, and wants it reported.
    fn keep(&mut self) {
        let (now, wall) = (self.clock.uptime(), self.clock.wall());
        self.judging.doubt(self.keeping.spool().state().keys());
        let Some(findings) = self.judging.findings() else { return };
        match self.keeping.keep(findings, wall) {
            Ok(changes) => {
                self.judge_at = now.saturating_add(self.judging.hold_for(wall));
                if self.complaints.is_over("keep") {
                    tracing::info!("findings can be kept again");
                    self.link.wanted(Call::Report, now);
                }
                if changes > 0 {
                    tracing::info!(changes, last = self.keeping.spool().last_seq(), "findings changed");
                    self.link.wanted(Call::Report, now);
                }
            }
            Err(error) => {
                self.judge_at = now.saturating_add(KEEP_AGAIN);
                if self.complaints.is_news("keep", &error.to_string()) {
                    tracing::error!(%error, "findings cannot be kept; trying again, and silent meanwhile");
                }
            }
        }
    }

    fn begin_call(&mut self, call: Call) {
        match call {
            Call::Report => self.begin_report(),
            Call::Policy => self.calling.policy(self.transport.clone()),
            Call::Renew => self.calling.renew(self.transport.clone(), self.identity.clone()),
        }
    }

    fn begin_report(&mut self) {
        let present = Present {
            now: self.clock.wall(),
            uptime: self.clock.uptime(),
            awake: self.clock.awake(),
            policy_version: self.judging.judged_by(),
            policy_refused: self.policy_refused.clone(),
            rules_unread: self.judging.in_force().rules_unread(),
            system: system(self.judging.facts()),
            costs: self.costs.report(),
        };
        match self.keeping.report(self.judging.findings(), present) {
            Ok(Some((sent, mut report))) => {
                self.telling.tell(&mut report, self.judging.facts(), self.clock.uptime());
                self.dashboard_time.asked(&*self.clock);
                self.calling.report(self.transport.clone(), sent, report);
            }
            Ok(None) => self.link.reported(KEEP_AGAIN, self.clock.uptime()),
            Err(error) => {
                self.link.failed(Call::Report, self.clock.uptime());
                if self.complaints.is_news("spool", &error.to_string()) {
                    tracing::error!(%error, "no report can be made; trying again");
                }
            }
        }
    }

    /// Collects as often as the policy in force wants.
    pub(super) fn set_intervals(&mut self, now: Uptime) {
        for topic in Topic::ALL {
            self.schedule.set_interval(*topic, self.judging.in_force().interval(*topic), now);
        }
    }
}
