//! The list of hosts, and what is wrong with how they report.

use askama::Template;
use tenken_engine::expression::show;
use tenken_model::fact::system::{System, SystemKind};
use tenken_model::report::Heartbeat;
use tenken_model::{Instant, Language, Span};

use super::Chrome;
use super::chrome::Place;
use super::moment;
use super::pager::Pager;
use super::state::Mark;
use crate::registers::hosts::HostKind;
use crate::status::Presence;
use crate::status::inventory::{Entry, Listed};
use crate::store::{FindingCounts, Host, HostInBrief};

/// A clock that differs by more than this from the dashboard's is told: rules compare times.
const CLOCK_MAX: Span = Span::from_secs(120);

/// The most hosts without an agent that are listed; more are counted.
const WITHOUT_AGENT_SHOWN: usize = 100;

/// What the list of hosts shows.
#[derive(Debug, Clone)]
pub struct HostsView<'a> {
    /// The hosts of this page: those that count, with trouble first, or those that were revoked.
    pub hosts: Vec<HostRow<'a>>,
    /// Which part of all they are.
    pub pager: Pager,
    /// The hosts are those that were revoked.
    pub are_revoked: bool,
    /// How many were revoked.
    pub revoked: usize,
    /// PCs and servers that the register of hosts has in use and that have no agent; none are told on further pages.
    pub without_agent: &'a [Listed],
}

/// A host in the list.
#[derive(Debug, Clone, Copy)]
pub struct HostRow<'a> {
    /// The host.
    pub host: &'a Host,
    /// How many of its findings have each verdict.
    pub counts: FindingCounts,
    /// Whether it reports.
    pub presence: Presence,
    /// How the register of hosts has it; absent while the agency does not keep it.
    pub entry: Option<Entry>,
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
    fn without_agent(&self) -> &'a [Listed] {
        let all = self.view.without_agent;
        all.get(..WITHOUT_AGENT_SHOWN).unwrap_or(all)
    }

    fn without_agent_left(&self) -> Option<String> {
        let left = self.view.without_agent.len().saturating_sub(WITHOUT_AGENT_SHOWN);
        (left > 0).then(|| self.t.rows_left(left))
    }

    /// What the register says of it, to find it by.
    fn about(&self, listed: &Listed) -> String {
        let row = &listed.row;
        let told = [row.holder.as_str(), row.place.as_str(), row.asset_number.as_str()];
        told.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(&self.t.list_join())
    }
}

/// The order of the hosts that count: silent ones first, then those on which something fails, then by name.
pub fn order(host: &HostInBrief, presence: Presence, fails: bool) -> (bool, bool, String) {
    (presence.silent_since().is_none(), !fails, host.name.to_lowercase())
}

/// The picture of a host of the register.
fn icon(listed: &Listed) -> &'static str {
    match listed.row.kind {
        HostKind::Server => "server",
        HostKind::Pc => "pc",
        HostKind::Network | HostKind::Other => "question",
    }
}

impl HostRow<'_> {
    /// Whether it reports, as a mark.
    pub(super) fn condition(&self, t: Language) -> Mark {
        match (self.host.revoked_at, self.host.last_seen, self.presence) {
            (Some(_), ..) => Mark::new("dash", "plain", t.host_revoked()),
            (None, None, _) => Mark::new("clock", "info", t.host_never()),
            (None, Some(_), Presence::Silent(_)) => Mark::new("late", "warn", t.host_silent()),
            (None, Some(_), Presence::Away(_)) => Mark::new("dash", "plain", t.host_away()),
            (None, Some(_), Presence::Reporting) => Mark::new("check", "good", t.host_reporting()),
        }
    }

    fn is_silent(&self) -> bool {
        self.presence.silent_since().is_some()
    }

    /// What the register of hosts says of it, if that does not fit.
    pub(super) fn misfit(&self, t: Language) -> Option<String> {
        match self.entry? {
            _ if self.host.revoked_at.is_some() => None,
            Entry::Missing => Some(t.host_not_listed()),
            entry if entry.is_expected() => None,
            Entry::Row(_, status) => Some(t.host_listed_as(&status.label(t))),
        }
    }

    /// How the register of hosts has it, with where its row is.
    pub(super) fn in_register(&self, t: Language) -> Option<(Option<String>, String)> {
        let said = self.misfit(t).unwrap_or_else(|| t.host_listed());
        match self.entry? {
            Entry::Missing => Some((None, said)),
            Entry::Row(id, _) => Some((Some(format!("/registers/hosts/{id}")), said)),
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
        if self.is_silent() {
            problems.push(t.host_problem_silent());
        }
        if let Some(refused) = &self.host.refused {
            problems.push(t.host_problem_refused(&moment::absolute(t, refused.at), &refused.message));
        }
        if let Some(held) = &self.host.policy_held {
            problems.push(t.host_problem_policy_held(&tenken_model::Size::from_bytes(held.bytes).to_string()));
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
