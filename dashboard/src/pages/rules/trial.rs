//! What an own rule would find.

use askama::Template;
use tenken_model::finding::VerdictKind;
use tenken_model::{Language, RuleId, Subject};

use super::super::Chrome;
use super::super::chrome::Place;
use super::super::field::{Field, FieldKind};
use super::super::pager::Pager;
use super::super::state::{Mark, verdict};
use super::words;
use crate::groups::HostScope;
use crate::own_rules::trial::{FINDINGS_TOLD, Tally, Trial, Tried};

/// What the page of a trial shows.
#[derive(Debug, Clone)]
pub struct TrialView<'a> {
    /// The rule.
    pub id: &'a RuleId,
    /// What the rule is called.
    pub title: &'a str,
    /// The version.
    pub version: i64,
    /// The hosts it is tried on.
    pub scope: &'a HostScope,
    /// The sites in use.
    pub sites: Vec<String>,
    /// The groups in use.
    pub groups: Vec<String>,
    /// What it would find; absent if the text cannot be read.
    pub tried: Option<(&'a [Tried], Tally)>,
    /// Which part of the hosts was tried.
    pub pager: Pager,
}

/// Renders the page of a trial.
pub fn render(view: &TrialView<'_>, chrome: &Chrome) -> askama::Result<String> {
    let t = chrome.language;
    let choices = words::choices(&view.sites, &view.groups, std::slice::from_ref(view.scope), t);
    let field = Field::new("scope", t.trial_scope(), FieldKind::Choice(choices)).holding(view.scope.word(), None);
    TrialPage { t, chrome, place: Place::Rules, view, field }.render()
}

#[derive(Template)]
#[template(path = "rule_trial.html")]
struct TrialPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a TrialView<'a>,
    field: Field,
}

impl TrialPage<'_> {
    fn tally(&self, tally: Tally) -> Vec<(Mark, usize)> {
        let counts = [
            (VerdictKind::Fail, tally.failing),
            (VerdictKind::Unknown, tally.unknown),
            (VerdictKind::Pass, tally.passing),
            (VerdictKind::NotApplicable, tally.not_applicable),
        ];
        counts.into_iter().filter(|(_, count)| *count > 0).map(|(kind, count)| (verdict(kind, self.t), count)).collect()
    }

    fn of(&self) -> String {
        self.t.trial_of(self.view.pager.range().len(), self.view.pager.total())
    }

    fn mark(&self, tried: &Tried) -> Mark {
        verdict(tried.verdict(), self.t)
    }

    /// What is said of a host, each with what it is about.
    fn says(&self, tried: &Tried) -> Vec<(String, String)> {
        let whole = |text: String| vec![(String::new(), text)];
        match &tried.trial {
            Trial::StaysOnHost(topics) => whole(self.t.trial_stays(&words::topics(topics, self.t))),
            Trial::NotHeard => whole(self.t.trial_not_heard()),
            Trial::Judged(_) => {
                let told = tried.told().into_iter().take(FINDINGS_TOLD).map(|finding| {
                    let says = self.t.of(&finding.says);
                    let why = finding.verdict.reason().map(|reason| reason.detail.as_str()).unwrap_or_default();
                    let subject = finding.key.subject.as_ref().map_or("", Subject::as_str).to_owned();
                    let says = if why.is_empty() { says.to_owned() } else { format!("{says} ({why})") };
                    (subject, says)
                });
                told.collect()
            }
        }
    }

    fn more(&self, tried: &Tried) -> Option<String> {
        let left = tried.told().len().saturating_sub(FINDINGS_TOLD);
        (left > 0).then(|| self.t.trial_more(left))
    }

    fn stays(&self) -> bool {
        let any = |tried: &[Tried]| tried.iter().any(|one| matches!(one.trial, Trial::StaysOnHost(_)));
        self.view.tried.is_some_and(|(tried, _)| any(tried))
    }
}
