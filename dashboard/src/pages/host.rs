//! One host: its findings by section, how its agent is, and what measuring costs it.

use askama::Template;
use tenken_engine::checklist::Section;
use tenken_engine::expression::show;
use tenken_model::Language;
use tenken_model::report::{CollectorCost, Heartbeat};

use super::Chrome;
use super::chrome::Place;
use super::field::{Field, FieldKind};
use super::finding::{self, FindingView};
use super::hosts::HostRow;
use super::state::Mark;
use super::versions;
use super::words::Named as _;
use crate::groups::Division;

/// What the page of a host shows.
#[derive(Debug, Clone)]
pub struct HostView<'a> {
    /// The host as in the list.
    pub row: HostRow<'a>,
    /// Its findings by section in the order of the form. A rule of several sections is in the first.
    pub sections: Vec<HostSection<'a>>,
    /// Its findings that say that a rule does not concern it: of interest to who looks for that rule.
    pub not_applicable: Vec<FindingView<'a>>,
    /// What was typed to confirm that it is to be revoked when that was not its name.
    pub confirmation: Option<String>,
}

/// Findings of a section.
#[derive(Debug, Clone)]
pub struct HostSection<'a> {
    /// The section; absent for rules that decide no item.
    pub section: Option<&'a Section>,
    /// The findings.
    pub findings: Vec<FindingView<'a>>,
}

/// Renders the page of a host.
pub fn render(view: &HostView<'_>, chrome: &Chrome) -> askama::Result<String> {
    let t = chrome.language;
    let host = view.row.host;
    let error = view.confirmation.as_ref().map(|_| t.host_revoke_differs());
    let field = Field::new("name", t.host_revoke_confirm(&host.name), FieldKind::Line)
        .required()
        .holding(view.confirmation.clone().unwrap_or_default(), error);
    HostPage { t, chrome, place: Place::Hosts, view, field, by_host: false }.render()
}

#[derive(Template)]
#[template(path = "host.html")]
struct HostPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a HostView<'a>,
    field: Field,
    by_host: bool,
}

impl<'a> HostSection<'a> {
    fn anchor(&self) -> &'a str {
        self.section.map_or("other", |section| section.id.as_str())
    }

    /// Those that fail first.
    fn sorted(&self) -> Vec<FindingView<'a>> {
        let mut findings = self.findings.clone();
        findings.sort_by_key(|finding| finding::order(finding.kind()));
        findings
    }
}

impl<'a> HostPage<'a> {
    fn heading(&self, section: &HostSection<'a>) -> String {
        section.section.map_or_else(|| self.t.host_other_rules(), |section| section.named(self.t).to_owned())
    }

    fn cpu(&self, cost: &CollectorCost) -> String {
        show::span(cost.cpu, self.t)
    }

    fn longest(&self, cost: &CollectorCost) -> String {
        show::span(cost.longest, self.t)
    }

    fn uptime(&self, heartbeat: &Heartbeat) -> String {
        show::span(heartbeat.uptime, self.t)
    }

    fn costs(&self) -> &'a [CollectorCost] {
        self.view.row.host.heartbeat.as_ref().map_or(&[], |heartbeat| heartbeat.costs.as_slice())
    }

    fn policy(&self, heartbeat: &Heartbeat) -> String {
        match heartbeat.policy_version {
            0 => self.t.host_policy_built_in(),
            version => version.to_string(),
        }
    }

    /// Its group and its site: the label, the name, and the page.
    fn belongs(&self) -> Vec<(String, &'a str, String)> {
        let (t, placement) = (self.t, self.view.row.placement);
        let both = [(Division::Group, t.column_hosts_group()), (Division::Site, t.column_hosts_site())];
        let named = both.into_iter().map(|(division, label)| (label, division, division.of(placement)));
        let named = named.filter(|(_, _, name)| !name.is_empty());
        named.map(|(label, division, name)| (label, name, division.address(name))).collect()
    }

    /// Who uses it, and whether that person can be written to.
    fn user(&self) -> Option<String> {
        let user = self.view.row.placement?.user.as_ref()?;
        let named = || self.t.host_user_without_address(&user.name);
        Some(user.email.as_ref().map_or_else(named, |_| user.name.clone()))
    }

    /// How its agent's version compares with the newest package.
    fn version_mark(&self, heartbeat: &Heartbeat) -> Option<Mark> {
        versions::mark(self.t, Some(&heartbeat.agent_version), self.view.row.newest)
    }

    fn may_revoke(&self) -> bool {
        self.chrome.admin() && self.view.row.host.revoked_at.is_none()
    }

    fn is_confirming(&self) -> bool {
        self.view.confirmation.is_some()
    }
}
