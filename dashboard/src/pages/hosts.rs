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
use super::versions;
use crate::groups::{self, Division, Placement};
use crate::packages::AgentVersion;
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
    /// Which of them are shown.
    pub filter: HostsFilter,
}

/// Which hosts are shown, by group and site.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HostsFilter {
    /// The groups in use.
    pub groups: Vec<String>,
    /// The sites in use.
    pub sites: Vec<String>,
    /// Only hosts of this group; of none where it is empty.
    pub group: Option<String>,
    /// Only hosts of this site; of none where it is empty.
    pub site: Option<String>,
}

/// A way to filter hosts.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Choice {
    word: String,
    address: String,
    current: bool,
}

impl HostsFilter {
    /// Whether a host that belongs there is shown.
    pub fn shows(&self, placement: Option<&Placement>) -> bool {
        let fits = |division: Division| self.of(division).is_none_or(|name| groups::same(name, division.of(placement)));
        Division::ALL.into_iter().all(fits)
    }

    fn of(&self, division: Division) -> Option<&String> {
        match division {
            Division::Group => self.group.as_ref(),
            Division::Site => self.site.as_ref(),
        }
    }

    const fn names(&self, division: Division) -> &Vec<String> {
        match division {
            Division::Group => &self.groups,
            Division::Site => &self.sites,
        }
    }

    /// The ways to filter by one of both, the other staying as it is; none where no host is in any.
    fn choices(&self, division: Division, t: Language) -> Vec<Choice> {
        let names = self.names(division);
        if names.is_empty() {
            return Vec::new();
        }
        let choice = |word: String, name: Option<&str>| {
            let current = match (self.of(division), name) {
                (Some(own), Some(name)) => groups::same(own, name),
                (None, None) => true,
                (Some(_), None) | (None, Some(_)) => false,
            };
            Choice { word, address: self.address(division, name), current }
        };
        let all = choice(t.hosts_filter_all(), None);
        let each = names.iter().map(|name| choice(name.clone(), Some(name)));
        std::iter::once(all).chain(each).chain([choice(without(division, t), Some(""))]).collect()
    }

    /// The address of the list with another choice of one of both.
    fn address(&self, division: Division, name: Option<&str>) -> String {
        let asked = |other: Division| {
            let name = if other == division { name } else { self.of(other).map(String::as_str) };
            name.map(|name| format!("{}={}", other.field(), groups::encoded(name)))
        };
        let query: Vec<String> = Division::ALL.into_iter().filter_map(asked).collect();
        if query.is_empty() { "/hosts".to_owned() } else { format!("/hosts?{}", query.join("&")) }
    }

    /// The address of a page of the hosts that are shown, up to its number.
    pub fn pages(&self) -> String {
        let all = self.address(Division::Group, self.group.as_deref());
        format!("{all}{}page=", if all.contains('?') { "&" } else { "?" })
    }

    fn is_on(&self) -> bool {
        self.group.is_some() || self.site.is_some()
    }
}

/// What the hosts that belong to none are called.
pub(super) fn without(division: Division, t: Language) -> String {
    match division {
        Division::Group => t.group_without(),
        Division::Site => t.site_without(),
    }
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
    /// Where it belongs; absent if it has no row.
    pub placement: Option<&'a Placement>,
    /// The newest version of the agent of which there is a package.
    pub newest: Option<&'a AgentVersion>,
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
    /// The ways to filter, by group and by site.
    fn filters(&self) -> Vec<(String, Vec<Choice>)> {
        let t = self.t;
        if self.view.are_revoked {
            return Vec::new();
        }
        let filters = [(Division::Group, t.groups_by_group()), (Division::Site, t.groups_by_site())];
        let filters = filters.map(|(division, label)| (label, self.view.filter.choices(division, t)));
        filters.into_iter().filter(|(_, choices)| !choices.is_empty()).collect()
    }

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

    /// Its group and site as the register names them.
    pub(super) fn belongs(&self, t: Language) -> Option<String> {
        let placement = self.placement?;
        let named = [placement.group.as_str(), placement.site.as_str()].into_iter().filter(|name| !name.is_empty());
        let named = named.collect::<Vec<_>>().join(&t.list_join());
        (!named.is_empty()).then_some(named)
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

    /// That its agent is older than the newest package, or cannot be compared with it; of none that was revoked.
    pub(super) fn version_trouble(&self, t: Language) -> Option<Mark> {
        let version = self.version().filter(|_| self.host.revoked_at.is_none())?;
        versions::trouble(t, version, self.newest)
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
        let unread = heartbeat.rules_unread.as_deref().unwrap_or_default();
        if let Some(rule) = unread.first() {
            problems.push(t.host_problem_unread(rule.as_str(), unread.len()));
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
