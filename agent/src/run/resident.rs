//! The loop that joins collecting, judging, keeping and reporting.
//!
//! Waits are counted by the clock that runs on while the machine sleeps. The timers below it may not, so that no
//! wait is longer than [`LONGEST_WAIT`]; a machine that wakes up also speaks as a step of the clock.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tenken_model::finding::Change;
use tenken_model::policy::SignedPolicy;
use tenken_model::report::ReportAnswer;
use tenken_model::{Instant, Span, Topic};

use super::Settings;
use super::calls::{Answer, Calls};
use super::collecting::{COLLECT_WITHIN, Collecting, Ended};
use super::judgement::Judgement;
use super::link::{Call, Link};
use super::report::{self, Present};
use crate::collect::{Needs, Wake};
use crate::gather::{Costs, RunCost, span};
use crate::host::Host as _;
use crate::host::clocks::{awake_since_boot, since_boot};
use crate::host::linux::events::Events;
use crate::identity::Identity;
use crate::policy::{self, InForce};
use crate::schedule::{Schedule, Uptime};
use crate::spool::{Acknowledged, Spool};
use crate::state;
use crate::transport::{CallError, Transport};

/// No wait is longer, so that waking from sleep is noticed soon by itself.
const LONGEST_WAIT: Duration = Duration::from_mins(5);
/// What could not be kept is tried again after this.
const KEEP_AGAIN: Duration = Duration::from_secs(15);
/// Runs that cost less are repeated once when they name new things to watch, for what changed in between.
const CHEAP: Duration = Duration::from_millis(250);

/// What a resident agent is made of.
pub(super) struct Parts {
    pub(super) identity: Identity,
    pub(super) in_force: InForce,
    pub(super) spool: Spool,
    pub(super) transport: Transport,
}

/// What was said last of each trouble, so that the log says it once.
#[derive(Debug, Default)]
struct Said {
    call: Option<String>,
    keep: Option<String>,
    unwatched: BTreeSet<String>,
}

/// The resident agent.
pub(super) struct Resident {
    settings: Settings,
    parts: Parts,
    events: Events,
    watched: BTreeSet<Wake>,
    schedule: Schedule,
    collecting: Collecting,
    judgement: Judgement,
    /// The dashboard has been asked for the first policy. Before it came or failed to, nothing is concluded, so
    /// that the built-in rules, which know no register, say nothing that the policy takes back at once.
    asked_for_policy: bool,
    /// The spool's state is that of the findings.
    in_step: bool,
    /// When to judge again though nothing was read.
    judge_at: Option<Uptime>,
    link: Link,
    calls: Calls,
    costs: Costs,
    policy_refused: Option<String>,
    renew_at: Option<Instant>,
    said: Said,
}

impl Resident {
    pub(super) fn new(settings: Settings, parts: Parts) -> Self {
        let seed = u64::from_be_bytes(seed(&parts.identity));
        let mut resident = Self {
            events: Events::new(&settings.host),
            watched: BTreeSet::new(),
            schedule: Schedule::new(settings.pace, policy::COLLECT_WITHIN, seed),
            collecting: Collecting::new(Arc::new(settings.host.clone()), COLLECT_WITHIN),
            judgement: Judgement::new(),
            asked_for_policy: parts.in_force.version > 0,
            in_step: false,
            judge_at: None,
            link: Link::new(settings.bounds, seed),
            calls: Calls::default(),
            costs: Costs::default(),
            policy_refused: None,
            renew_at: None,
            said: Said::default(),
            settings,
            parts,
        };
        if resident.parts.in_force.version == 0 {
            resident.link.wanted(Call::Policy, since_boot());
        }
        resident.plan_renewal();
        resident.set_intervals();
        resident
    }

    /// Runs until `stop` comes.
    pub(super) async fn run(mut self, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        loop {
            self.begin_what_is_due();
            let wait = self.wait();
            tokio::select! {
                () = &mut stop => return,
                wakes = self.events.next() => self.woken(&wakes),
                ended = self.collecting.ended() => self.collected(ended).await,
                answer = self.calls.answered() => self.answered(answer),
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    fn now(&self) -> Instant {
        self.settings.host.now()
    }

    /// A snapshot holds the findings, so that it is only made while they are what the spool knows.
    fn may_report(&self) -> bool {
        self.in_step || !self.parts.spool.needs_snapshot()
    }

    fn wait(&self) -> Duration {
        let collect = if self.collecting.is_running() { None } else { self.schedule.next_at() };
        let call = if self.calls.is_busy() { None } else { self.link.next_at(self.may_report()) };
        let next = [collect, call, self.judge_at].into_iter().flatten().min();
        next.map_or(LONGEST_WAIT, |next| next.saturating_sub(since_boot())).min(LONGEST_WAIT)
    }

    fn begin_what_is_due(&mut self) {
        let now = since_boot();
        while !self.collecting.is_running() {
            let Some(topic) = self.schedule.due(now) else { break };
            self.schedule.began(topic, now);
            let needs = Needs {
                registers: self.parts.in_force.registers.clone(),
                time_references: self.parts.in_force.time_references.clone(),
                now: self.now(),
            };
            if let Some(ended) = self.collecting.begin(topic, needs) {
                self.took_in(ended);
            }
        }
        // What is being read may settle what would be judged as too old.
        if self.judge_at.is_some_and(|at| at <= now) && !self.collecting.is_running() {
            self.judge_at = None;
            if self.judgement.is_whole() {
                self.judgement.judge_all(&self.parts.in_force, self.now());
                self.conclude();
            }
        }
        if self.renew_at.is_some_and(|at| at <= self.now()) {
            self.renew_at = None;
            self.link.wanted(Call::Renew, now);
        }
        if !self.calls.is_busy()
            && let Some(call) = self.link.due(now, self.may_report())
        {
            self.call(call, now);
        }
    }

    fn call(&mut self, call: Call, now: Uptime) {
        let transport = self.parts.transport.clone();
        match call {
            Call::Policy => self.calls.policy(transport),
            Call::Renew => self.calls.renew(transport, self.parts.identity.clone()),
            Call::Report => {
                let present = Present {
                    now: self.now(),
                    uptime: now,
                    awake: awake_since_boot(),
                    policy_version: self.parts.in_force.version,
                    policy_refused: self.policy_refused.clone(),
                    system: report::system(self.judgement.facts()),
                    costs: self.costs.report(),
                };
                match report::report(&self.parts.spool, self.judgement.findings(), present) {
                    Ok(report) => self.calls.report(transport, report),
                    Err(error) => {
                        tracing::error!(%error, "the spool could not be read");
                        self.link.failed(Call::Report, now);
                    }
                }
            }
        }
    }

    fn woken(&mut self, wakes: &[Wake]) {
        let now = since_boot();
        if wakes.contains(&Wake::ClockStep) {
            // By the new clock everything that was read looks too old or yet to come.
            tracing::info!("the clock was set, or the machine slept: everything is read again");
            self.judgement.await_all();
            self.in_step = false;
            self.schedule.all_due(now);
        }
        self.schedule.woken(wakes, now);
    }

    async fn collected(&mut self, ended: Ended) {
        let (topic, cheap) = match &ended {
            Ended::Gathered(topic, gathered) => (*topic, gathered.cost.wall < CHEAP),
            Ended::Failed(topic, _) => (*topic, false),
        };
        self.took_in(ended);
        self.watch(topic, cheap).await;
    }

    /// Takes in what a collector brought.
    fn took_in(&mut self, ended: Ended) {
        let (now, uptime) = (self.now(), since_boot());
        let in_force = &self.parts.in_force;
        match ended {
            Ended::Gathered(topic, gathered) => {
                self.costs.count(topic, gathered.cost);
                self.schedule.ended(topic, uptime, gathered.cost.cpu, Some(gathered.wakes));
                self.judgement.observed(gathered.observation, in_force, now);
            }
            Ended::Failed(topic, reason) => {
                tracing::warn!(topic = topic.name(), %reason, "a collector failed");
                let took = RunCost { wall: COLLECT_WITHIN, cpu: Duration::ZERO, failed: true };
                self.costs.count(topic, took);
                self.schedule.ended(topic, uptime, Duration::ZERO, None);
                self.judgement.failed(topic, span(COLLECT_WITHIN), reason, in_force, now);
            }
        }
        self.conclude();
    }

    /// Keeps what the findings say, once they say how the host is.
    fn conclude(&mut self) {
        if self.judgement.is_whole() && self.asked_for_policy {
            self.keep();
        }
    }

    /// Watches what wakes collectors now. What a topic watches for the first time may have changed since it was
    /// read, so that it is read once more.
    async fn watch(&mut self, topic: Topic, cheap: bool) {
        let watched = self.schedule.watched();
        if watched == self.watched {
            return;
        }
        let fresh: Vec<Wake> = watched.difference(&self.watched).cloned().collect();
        for unwatched in self.events.watch(watched.clone()).await {
            let what = format!("{:?}: {}", unwatched.wake, unwatched.why);
            if self.said.unwatched.insert(what.clone()) {
                tracing::info!(topic = topic.name(), what, "not watched; the timer finds changes");
            }
        }
        self.watched = watched;
        if cheap && !fresh.is_empty() {
            self.schedule.woken(&fresh, since_boot());
        }
    }

    /// Keeps what changed, and sees to it that it is sent.
    fn keep(&mut self) {
        let (now, uptime) = (self.now(), since_boot());
        let changes: Vec<Change> = state::changes(self.parts.spool.state(), self.judgement.findings());
        let count = changes.len();
        match self.parts.spool.append(now, changes) {
            Ok(()) => {
                self.said.keep = None;
                self.in_step = true;
                let stale = self.judgement.stale_at(&self.parts.in_force, now);
                self.judge_at = stale.map(|at| uptime.saturating_add(Span::between(now, at).to_std()));
                if count > 0 {
                    tracing::info!(count, last = self.parts.spool.last_seq(), "findings changed");
                    self.link.wanted(Call::Report, uptime);
                }
            }
            Err(error) => {
                let error = error.to_string();
                if self.said.keep.as_ref() != Some(&error) {
                    tracing::error!(error, "what changed could not be kept; it is tried again");
                    self.said.keep = Some(error);
                }
                self.in_step = false;
                self.judge_at = Some(uptime.saturating_add(KEEP_AGAIN));
            }
        }
    }

    fn answered(&mut self, answer: Answer) {
        let now = since_boot();
        match answer {
            Answer::Report(snapshot, Ok(answer)) => self.reported(snapshot, &answer, now),
            Answer::Report(_, Err(error)) => self.call_failed(Call::Report, &error, now),
            Answer::Policy(answer) => {
                self.offered(answer, now);
                self.asked_for_policy = true;
                self.conclude();
            }
            Answer::Renewed(renewed) => self.renewed(renewed.map_err(|error| error.to_string()), now),
        }
    }

    fn offered(&mut self, answer: Result<SignedPolicy, CallError>, now: Uptime) {
        match answer {
            Err(error) => self.call_failed(Call::Policy, &error, now),
            Ok(signed) => {
                let taken = policy::accept(&signed, &self.parts.identity, self.parts.in_force.version)
                    .and_then(|in_force| policy::store(&self.settings.state_dir, &signed).map(|()| in_force));
                match taken {
                    Ok(in_force) => self.adopt(in_force, now),
                    Err(error) => {
                        tracing::error!(%error, "a policy was refused; the one before stays in force");
                        self.policy_refused = Some(error.to_string());
                        self.link.failed(Call::Policy, now);
                    }
                }
            }
        }
    }

    fn call_failed(&mut self, call: Call, error: &CallError, now: Uptime) {
        let failures = self.link.failed(call, now);
        let error = error.to_string();
        if self.said.call.as_ref() != Some(&error) {
            tracing::warn!(failures, error, "a call failed; what is to be told waits in the spool");
            self.said.call = Some(error);
        }
    }

    fn reported(&mut self, snapshot: Option<u64>, answer: &ReportAnswer, now: Uptime) {
        if self.said.call.take().is_some() {
            tracing::info!("the dashboard answers again");
        }
        self.link.reported(answer.heartbeat_within.to_std(), now);
        let settles = snapshot.is_some_and(|up_to| up_to <= answer.acknowledged);
        match self.parts.spool.acknowledge(answer.epoch, answer.acknowledged, settles, self.now()) {
            Ok(Acknowledged::Taken | Acknowledged::OtherEpoch) => {}
            Ok(Acknowledged::Ahead) => {
                tracing::warn!(epoch = self.parts.spool.epoch(), "the dashboard knows more than the spool: begun anew");
                self.link.wanted(Call::Report, now);
            }
            Err(error) => {
                tracing::error!(%error, "an acknowledgement could not be kept; it will be given again");
                return;
            }
        }
        if answer.resync {
            self.parts.spool.want_snapshot();
        }
        // A dashboard that wants one snapshot after another gets one with each heartbeat, not more.
        if self.parts.spool.pending() > 0 || (answer.resync && snapshot.is_none()) {
            self.link.wanted(Call::Report, now);
        }
        if answer.policy_version > self.parts.in_force.version {
            self.link.wanted(Call::Policy, now);
        }
    }

    fn adopt(&mut self, in_force: InForce, now: Uptime) {
        tracing::info!(version = in_force.version, rules = in_force.catalog.rules().len(), "a policy is in force");
        self.link.succeeded(Call::Policy);
        self.policy_refused = None;
        self.parts.in_force = in_force;
        self.set_intervals();
        self.judgement.await_all();
        self.in_step = false;
        self.schedule.all_due(now);
    }

    fn set_intervals(&mut self) {
        for topic in Topic::ALL {
            self.schedule.set_interval(*topic, self.parts.in_force.interval(*topic), since_boot());
        }
    }

    fn renewed(&mut self, renewed: Result<Box<Identity>, String>, now: Uptime) {
        let taken = renewed.and_then(|identity| {
            identity.store(&self.settings.state_dir).map_err(|error| error.to_string())?;
            let transport = Transport::new(&identity, self.settings.patience).map_err(|error| error.to_string())?;
            Ok((identity, transport))
        });
        match taken {
            Ok((identity, transport)) => {
                tracing::info!("the certificate was renewed");
                self.link.succeeded(Call::Renew);
                self.parts.identity = *identity;
                self.parts.transport = transport;
                self.plan_renewal();
            }
            Err(error) => {
                tracing::warn!(error, "the certificate could not be renewed yet");
                self.link.failed(Call::Renew, now);
            }
        }
    }

    fn plan_renewal(&mut self) {
        match self.parts.identity.validity() {
            Ok(validity) => self.renew_at = Some(validity.renew_at()),
            Err(error) => tracing::error!(%error, "when to renew the certificate is not known"),
        }
    }
}

/// A number that differs from host to host, so that hosts do not call in step.
fn seed(identity: &Identity) -> [u8; 8] {
    let digest = tenken_model::digest::Digest::of(identity.host.as_str().as_bytes());
    let mut seed = [0; 8];
    seed.copy_from_slice(&digest.bytes()[..8]);
    seed
}
