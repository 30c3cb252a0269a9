//! The list of hosts, and what is wrong with how they report.

use askama::Template;
use tenken_engine::expression::show;
use tenken_model::fact::system::{System, SystemKind};
use tenken_model::report::Heartbeat;
use tenken_model::{Instant, Language, Span};

use super::Chrome;
use super::chrome::Place;
use super::moment;
use super::state::Mark;
use crate::store::{FindingCounts, Host};

/// A clock that differs by more than this from the dashboard's is told: rules compare times.
const CLOCK_MAX: Span = Span::from_secs(120);

/// What the list of hosts shows.
#[derive(Debug, Clone)]
pub struct HostsView<'a> {
    /// Every host, also revoked ones.
    pub hosts: Vec<HostRow<'a>>,
}

/// A host in the list.
#[derive(Debug, Clone, Copy)]
pub struct HostRow<'a> {
    /// The host.
    pub host: &'a Host,
    /// How many of its findings have each verdict.
    pub counts: FindingCounts,
    /// It has not reported for longer than it may.
    pub silent: bool,
}

/// Renders the list of hosts.
pub fn render(view: &HostsView<'_>, chrome: &Chrome) -> askama::Result<String> {
    HostsPage { t: chrome.language, chrome, place: Place::Hosts, view }.render()
}

#[derive(Template)]
#[template(path = "hosts.html")]
struct HostsPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a HostsView<'a>,
}

impl<'a> HostsPage<'a> {
    /// Those that count first; among them those with trouble, then by name.
    fn standing(&self) -> Vec<&HostRow<'a>> {
        let mut rows: Vec<&HostRow<'a>> = self.view.hosts.iter().filter(|row| row.host.revoked_at.is_none()).collect();
        rows.sort_by_key(|row| (!row.silent, row.counts.fail == 0, row.host.name.to_lowercase()));
        rows
    }

    fn revoked(&self) -> Vec<&HostRow<'a>> {
        self.view.hosts.iter().filter(|row| row.host.revoked_at.is_some()).collect()
    }
}

impl HostRow<'_> {
    /// Whether it reports, as a mark.
    pub(super) fn condition(&self, t: Language) -> Mark {
        match (self.host.revoked_at, self.host.last_seen, self.silent) {
            (Some(_), ..) => Mark::new("dash", "plain", t.host_revoked()),
            (None, None, _) => Mark::new("clock", "info", t.host_never()),
            (None, Some(_), true) => Mark::new("late", "warn", t.host_silent()),
            (None, Some(_), false) => Mark::new("check", "good", t.host_reporting()),
        }
    }

    pub(super) fn heartbeat(&self) -> Option<&Heartbeat> {
        self.host.heartbeat.as_ref()
    }

    pub(super) fn machine(&self) -> Option<&System> {
        self.heartbeat().and_then(|heartbeat| heartbeat.system.measured())
    }

    pub(super) fn icon(&self) -> &'static str {
        match self.machine().map(|system| system.kind) {
            Some(SystemKind::Server) => "server",
            Some(SystemKind::Pc) => "pc",
            None => "question",
        }
    }

    pub(super) fn kind(&self, t: Language) -> String {
        match self.machine().map(|system| system.kind) {
            Some(SystemKind::Server) => t.host_kind_server(),
            Some(SystemKind::Pc) => t.host_kind_pc(),
            None => t.word_unknown(),
        }
    }

    pub(super) fn system(&self) -> Option<String> {
        self.machine().map(|system| format!("{} {}", system.os, system.os_version))
    }

    pub(super) fn version(&self) -> Option<&str> {
        self.heartbeat().map(|heartbeat| heartbeat.agent_version.as_str())
    }

    /// What is wrong with the host's reports, in sentences.
    pub(super) fn problems(&self, t: Language, now: Instant) -> Vec<String> {
        if self.host.revoked_at.is_some() {
            return Vec::new();
        }
        let mut problems = Vec::new();
        if self.silent {
            problems.push(t.host_problem_silent());
        }
        if let Some(refused) = &self.host.refused {
            problems.push(t.host_problem_refused(&moment::absolute(t, refused.at), &refused.message));
        }
        if self.host.certificate_until <= now {
            problems.push(t.host_problem_certificate(&moment::day(t, self.host.certificate_until)));
        }
        let Some(heartbeat) = self.heartbeat() else { return problems };
        if let Some(why) = &heartbeat.policy_refused {
            problems.push(t.host_problem_policy(why));
        }
        if let Some(off) = self.clock_off(heartbeat) {
            problems.push(t.host_problem_clock(&show::span(off, t)));
        }
        if heartbeat.folded > 0 {
            problems.push(t.host_problem_folded(heartbeat.folded));
        }
        if let tenken_model::Read::NotRead(reason) = &heartbeat.system {
            problems.push(t.host_problem_system(&t.reason(reason.code), &reason.detail));
        }
        problems
    }

    /// By how much the host's clock differed when it reported; the way of a report takes no minutes.
    fn clock_off(&self, heartbeat: &Heartbeat) -> Option<Span> {
        let off = Span::between(heartbeat.sent_at, self.host.last_seen?);
        let off = if off.millis() < 0 { Span::from_millis(off.millis().saturating_neg()) } else { off };
        (off > CLOCK_MAX).then_some(off)
    }
}
