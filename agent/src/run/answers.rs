//! What follows from the dashboard's answers.

use tenken_model::policy::SignedPolicy;
use tenken_model::report::ReportAnswer;

use super::calling::Called;
use super::keeping::{Next, Sent};
use super::link::Call;
use super::resident::{RENEW_PAUSE, Resident};
use super::standing::Standing;
use crate::enrol::EnrolError;
use crate::identity::Identity;
use crate::policy::{self, InForce, PolicyError};
use crate::spool::SpoolError;
use crate::transport::{CallError, Transport};

/// The most characters of a refusal that a heartbeat repeats.
const REFUSED_CHARS: usize = 1_000;

impl Resident {
    /// Takes what a call brought.
    pub(super) fn answered(&mut self, called: Called) {
        if matches!(called, Called::Policy(_)) {
            self.judging.policy_was_asked_for();
        }
        if matches!(called, Called::Report(..)) {
            self.dashboard_time.answered(&*self.clock, self.transport.answered(), &self.identity.report_url);
        }
        match called {
            Called::Report(sent, Ok(answer)) => self.reported(sent, &answer),
            Called::Report(_, Err(error)) => self.not_reported(&error),
            Called::Policy(Ok(signed)) => self.offered(&signed),
            Called::Policy(Err(error)) => self.call_failed(Call::Policy, &error),
            Called::Renew(renewed) => self.renewed(*renewed),
        }
    }

    fn reported(&mut self, sent: Sent, answer: &ReportAnswer) {
        let now = self.clock.uptime();
        if self.complaints.is_over(about(Call::Report)) {
            tracing::info!("the dashboard takes reports again");
        }
        let heartbeat_within = answer.heartbeat_within.to_std();
        let lacks_facts = self.telling.answered(answer.facts_wanted.as_deref(), now);
        match self.keeping.answered(sent, answer, self.clock.wall()) {
            Ok(Next::Rest) => {
                self.link.reported(heartbeat_within, now);
                self.settled();
            }
            Ok(Next::More) => {
                self.link.reported(heartbeat_within, now);
                self.link.wanted(Call::Report, now);
            }
            // It failed as if nothing had been answered: each time in a row waits longer.
            Ok(Next::Later(why)) => {
                self.link.failed(Call::Report, now);
                if self.complaints.is_news("spool", why) {
                    tracing::warn!(why, "reporting again later");
                }
            }
            Err(error) => {
                self.link.reported(heartbeat_within, now);
                self.spool_failed(&error);
            }
        }
        self.reported_at = Some(self.clock.wall());
        self.say_standing(None);
        if lacks_facts {
            self.link.wanted(Call::Report, now);
        }
        if answer.policy_version > self.judging.in_force().version {
            self.link.wanted(Call::Policy, now);
        } else {
            // Nothing newer is offered, also no longer what was refused.
            self.policy_refused = None;
            self.link.succeeded(Call::Policy);
        }
    }

    /// Tells who started the agent how it stands.
    pub(super) fn say_standing(&self, failed: Option<&str>) {
        let policy = self.judging.in_force().version;
        let waiting = self.keeping.spool().pending();
        self.manager.status(&Standing { policy, reported_at: self.reported_at, waiting, failed }.line());
    }

    fn settled(&mut self) {
        if self.complaints.is_over("spool") {
            tracing::info!("the dashboard has everything again");
        }
    }

    fn spool_failed(&mut self, error: &SpoolError) {
        if self.complaints.is_news("spool", &error.to_string()) {
            tracing::error!(%error, "the spool fails; trying again");
        }
    }

    fn not_reported(&mut self, error: &CallError) {
        self.call_failed(Call::Report, error);
        let code = error.refusal().map(|refusal| refusal.code.as_str());
        self.telling.failed(matches!(code, Some("fact" | "malformed" | "limit" | "too_large")));
        // The dashboard counts in a later epoch: this state folder is an earlier copy.
        if let Some(refusal) = error.refusal().filter(|refusal| refusal.code == "old_epoch")
            && let Err(error) = self.keeping.begin_epoch(refusal.epoch.unwrap_or(0), self.clock.wall())
        {
            self.spool_failed(&error);
        }
    }

    fn offered(&mut self, signed: &SignedPolicy) {
        let now = self.clock.uptime();
        let in_force = self.judging.in_force().version;
        let taken = policy::accept(signed, &self.identity, in_force).and_then(|offered| {
            // In force only once it is kept, so that the next start does not fall back behind it.
            if offered.version > in_force {
                policy::store(&self.state_dir, signed)?;
            }
            Ok(offered)
        });
        match taken {
            Ok(offered) => self.take_policy(offered),
            Err(error) => self.refuse_policy(&error),
        }
        if self.policy_refused.is_none() {
            self.complaints.is_over(about(Call::Policy));
            self.link.succeeded(Call::Policy);
        } else {
            self.link.failed(Call::Policy, now);
        }
    }

    fn take_policy(&mut self, offered: InForce) {
        self.policy_refused = None;
        if offered.version <= self.judging.in_force().version {
            return;
        }
        let now = self.clock.uptime();
        tracing::info!(version = offered.version, rules = offered.catalog.rules().len(), "a policy is in force");
        if let Some((rule, why)) = offered.catalog.unread().first_key_value() {
            let count = offered.catalog.unread().len();
            tracing::warn!(count, %rule, why, "rules are unknown here until this agent is updated");
        }
        self.judging.take(offered);
        self.schedule.all_due(now);
        self.set_intervals(now);
    }

    fn refuse_policy(&mut self, error: &PolicyError) {
        let why: String = error.to_string().chars().take(REFUSED_CHARS).collect();
        if self.complaints.is_news(about(Call::Policy), &why) {
            tracing::warn!(why, "a policy is refused; the one before stays in force");
            // People are to see it now, not with the next heartbeat.
            self.link.wanted(Call::Report, self.clock.uptime());
        }
        self.policy_refused = Some(why);
    }

    fn renewed(&mut self, renewed: Result<Identity, EnrolError>) {
        let now = self.clock.uptime();
        let used = renewed.and_then(|identity| {
            // Stored before it is used: its first use ends the one before.
            let transport = Transport::new(&identity, self.patience)?;
            let renew_at = identity.validity().map_err(EnrolError::Answer)?.renew_at();
            identity.store(&self.state_dir).map_err(EnrolError::Answer)?;
            Ok((identity, transport, renew_at))
        });
        match used {
            Ok((identity, transport, renew_at)) => {
                (self.identity, self.transport, self.renew_at) = (identity, transport, renew_at);
                self.not_renewed_before = now.saturating_add(RENEW_PAUSE);
                self.link.succeeded(Call::Renew);
                self.complaints.is_over(about(Call::Renew));
                tracing::info!(next = %renew_at, "the certificate was renewed");
            }
            Err(EnrolError::Call(error)) => self.call_failed(Call::Renew, &error),
            Err(error) => {
                self.link.failed(Call::Renew, now);
                if self.complaints.is_news(about(Call::Renew), &error.to_string()) {
                    tracing::error!(%error, "the certificate could not be renewed; trying again");
                }
            }
        }
    }

    fn call_failed(&mut self, call: Call, error: &CallError) {
        let now = self.clock.uptime();
        self.link.failed(call, now);
        let shut_out = is_shut_out(error);
        if shut_out {
            self.link.shut_out(now);
        }
        if !self.complaints.is_news(about(call), &error.to_string()) {
            return;
        }
        if call == Call::Report {
            self.say_standing(Some(&error.to_string()));
        }
        if shut_out {
            tracing::error!(%error, "the dashboard will not have this host any more; findings are kept, enrol it again");
        } else {
            tracing::warn!(%error, "a call failed; trying again");
        }
    }
}

/// Neither time nor trying again helps; a person has to enrol this host anew.
fn is_shut_out(error: &CallError) -> bool {
    matches!(
        error.refusal().map(|refusal| refusal.code.as_str()),
        Some("revoked" | "wrong_host" | "replaced_certificate" | "expired_certificate")
    )
}

const fn about(call: Call) -> &'static str {
    match call {
        Call::Report => "report",
        Call::Policy => "policy",
        Call::Renew => "renew",
    }
}
