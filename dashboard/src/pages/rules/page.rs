//! The page of one rule: what is checked and why, what it bears on, and what hosts found.

use askama::Template;
use tenken_engine::Rule;
use tenken_engine::checklist::{Item, Section};
use tenken_engine::rule::remedy::SystemLine;
use tenken_model::finding::Bilingual;
use tenken_model::{Language, RuleId};

use super::super::Chrome;
use super::super::chrome::Place;
use super::super::finding::{FindingView, HostRef};
use super::super::pager::Pager;
use super::super::remedy::{Passage, passages};
use super::super::rule::counts;
use super::super::state::Mark;
use super::super::words::{self as checklist_words, Named as _};
use super::parameters::ParameterRow;
use super::{OwnStanding, words};
use crate::auth::role::Ability;
use crate::store::{FindingCounts, OwnRule, OwnVersion, RuleHosts, VersionState};

/// How many hosts that wait for an update are named.
const BEHIND_SHOWN: usize = 10;

/// What the page of a rule shows.
#[derive(Debug, Clone)]
pub struct RuleView<'a> {
    /// Its id.
    pub id: &'a RuleId,
    /// The rule as it is in force, or as it was last written; absent if that cannot be read.
    pub rule: Option<&'a Rule>,
    /// The items it bears on.
    pub items: Vec<(&'a Section, &'a Item)>,
    /// How many of its findings have each verdict.
    pub counts: FindingCounts,
    /// On how many hosts it fails or is unknown.
    pub hosts: RuleHosts,
    /// The hosts on which it waits until their agents are updated, by name.
    pub behind: Vec<HostRef<'a>>,
    /// The findings of this page, those that fail first.
    pub findings: Vec<FindingView<'a>>,
    /// Which part of all they are.
    pub pager: Pager,
    /// Its parameters with what is set.
    pub parameters: Vec<ParameterRow<'a>>,
    /// What there is beside, if it is an own rule.
    pub own: Option<OwnPart<'a>>,
}

/// What there is of an own rule beside the rule.
#[derive(Debug, Clone)]
pub struct OwnPart<'a> {
    /// The rule.
    pub rule: &'a OwnRule,
    /// How far it is.
    pub standing: OwnStanding,
    /// Its newest versions, the newest first.
    pub versions: &'a [OwnVersion],
    /// Who looks at it has confirmed the session.
    pub confirmed: bool,
    /// Why it was not withdrawn.
    pub refused: Option<String>,
}

/// Renders the page of a rule.
pub fn render(view: &RuleView<'_>, chrome: &Chrome) -> askama::Result<String> {
    RulePage { t: chrome.language, chrome, place: Place::Rules, view, by_host: true }.render()
}

#[derive(Template)]
#[template(path = "rule_page.html")]
struct RulePage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a RuleView<'a>,
    by_host: bool,
}

impl<'a> RulePage<'a> {
    fn title(&self) -> &'a str {
        self.view.rule.map_or_else(|| self.view.id.as_str(), |rule| self.t.of(&rule.title))
    }

    fn counts(&self) -> Vec<(Mark, u64)> {
        counts(self.view.counts, self.t)
    }

    /// The hosts that wait and are named, and how many there are beside.
    fn behind(&self) -> (&'a [HostRef<'a>], usize) {
        let behind = &self.view.behind;
        let shown = behind.get(..BEHIND_SHOWN).unwrap_or(behind);
        (shown, behind.len().saturating_sub(shown.len()))
    }

    fn remedy(&self, rule: &'a Rule) -> Vec<Passage<'a>> {
        passages(self.t.of(&rule.remedy.general))
    }

    /// The steps of systems that are repaired in a way of their own, with the names of these.
    fn remedies(&self, rule: &'a Rule) -> Vec<(String, Vec<Passage<'a>>)> {
        let own = |(systems, text): &'a (Vec<SystemLine>, Bilingual)| {
            let names: Vec<String> = systems.iter().map(|system| self.system(*system)).collect();
            (names.join(" / "), passages(self.t.of(text)))
        };
        rule.remedy.on.iter().map(own).collect()
    }

    fn system(&self, system: SystemLine) -> String {
        match system {
            SystemLine::Debian => self.t.rule_on_debian(),
            SystemLine::Redhat => self.t.rule_on_redhat(),
            SystemLine::Suse => self.t.rule_on_suse(),
            SystemLine::Windows => self.t.rule_on_windows(),
            SystemLine::Macos => self.t.rule_on_macos(),
        }
    }

    fn kind(&self) -> String {
        if self.view.own.is_some() { self.t.rule_kind_own() } else { self.t.rule_kind_built_in() }
    }

    fn judged(&self, rule: &Rule) -> String {
        if rule.telling().is_some() { self.t.rule_judged_by_dashboard() } else { self.t.rule_judged_by_agent() }
    }

    fn topics(&self, rule: &Rule) -> Option<String> {
        rule.condition().map(|condition| words::topics(&condition.topics, self.t))
    }

    fn item_place(&self, section: &Section, item: &Item) -> String {
        checklist_words::place(section, item, self.t)
    }

    fn standing(&self, own: &OwnPart<'_>) -> String {
        match &own.rule.rolled_out {
            Some(out) => self.t.own_rule_in_force_line(out.version, &words::scopes(&out.scopes, self.t)),
            None => self.t.own_rule_nowhere(),
        }
    }

    fn may_write(&self, own: &OwnPart<'_>) -> bool {
        self.chrome.officer() && own.standing.newest != VersionState::Waiting
    }

    fn may_withdraw(&self, own: &OwnPart<'_>) -> bool {
        self.chrome.may(Ability::Approve) && own.rule.rolled_out.is_some()
    }
}

impl OwnPart<'_> {
    fn is_in_force(&self, version: &OwnVersion) -> bool {
        self.rule.rolled_out.as_ref().is_some_and(|out| out.version == version.written.version)
    }
}
