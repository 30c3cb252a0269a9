//! One drift: what was found, what to do, who knows of it.

use askama::Template;
use tenken_model::{Finding, Instant, Language};

use super::Chrome;
use super::chrome::Place;
use super::drifts::DriftRow;
use super::finding::FindingView;
use super::moment;
use super::remedy::{Passage, passages};
use crate::groups::User;
use crate::store::Mail;

/// What the page of a drift shows.
#[derive(Debug, Clone)]
pub struct DriftView<'a> {
    /// The drift as in the list.
    pub row: DriftRow<'a>,
    /// The finding as it is now, with since when; absent if there is none any more.
    pub now: Option<(&'a Finding, Instant)>,
    /// Its mails, the oldest first.
    pub mails: Vec<&'a Mail>,
    /// What the person who uses the PC is asked; absent where the register has no PC of that name.
    pub owner: Option<OwnerPart<'a>>,
    /// The id of the host's system; absent where the host never told it.
    pub os: Option<&'a str>,
}

/// What the person who uses a PC is asked about a drift.
#[derive(Debug, Clone)]
pub struct OwnerPart<'a> {
    /// The person; absent if the register names nobody.
    pub user: Option<&'a User>,
    /// The mails to that person, the oldest first.
    pub mails: Vec<&'a Mail>,
    /// When the person was asked, if that is less than a day ago.
    pub lately: Option<Instant>,
    /// The person can repair it without an administrator.
    pub repairable: bool,
}

/// Renders the page of a drift.
pub fn render(view: &DriftView<'_>, chrome: &Chrome) -> askama::Result<String> {
    DriftPage { t: chrome.language, chrome, place: Place::Drifts, view, by_host: true }.render()
}

#[derive(Template)]
#[template(path = "drift.html")]
struct DriftPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a DriftView<'a>,
    by_host: bool,
}

impl<'a> DriftPage<'a> {
    /// The finding as it is; once there is none, as it was when it failed.
    fn finding(&self) -> FindingView<'a> {
        let row = &self.view.row;
        let (finding, since) = match self.view.now {
            Some((finding, since)) => (finding, Some(since)),
            None => (&row.drift.finding, None),
        };
        FindingView { finding, host: row.host, rule: row.rule, since, drift: None }
    }

    fn remedy(&self) -> Vec<Passage<'a>> {
        self.view.row.rule.map_or_else(Vec::new, |rule| passages(self.t.of(rule.remedy.for_system(self.view.os))))
    }

    fn why(&self) -> Option<&'a str> {
        self.view.row.rule.map(|rule| self.t.of(&rule.why))
    }

    fn may_acknowledge(&self) -> bool {
        let drift = self.view.row.drift;
        self.chrome.officer() && drift.resolved.is_none() && drift.acknowledged.is_none()
    }

    /// What is said beside the mails to the person who uses the PC, and whether an officer can ask that person now.
    fn owner(&self) -> Option<(Vec<String>, bool)> {
        let (t, owner) = (self.t, self.view.owner.as_ref()?);
        if self.view.row.drift.resolved.is_some() {
            return (!owner.mails.is_empty()).then(|| (Vec::new(), false));
        }
        let Some(user) = owner.user.filter(|user| user.email.is_some()) else {
            return Some((vec![t.owner_nobody()], false));
        };
        if let Some(at) = owner.lately {
            return Some((vec![t.owner_asked_lately(&moment::absolute(t, at))], false));
        }
        let mut said = vec![t.owner_ask_help(&user.name)];
        if !owner.repairable {
            said.push(t.owner_ask_administrator());
        }
        Some((said, self.chrome.officer()))
    }

    fn owner_mails(&self) -> &[&'a Mail] {
        self.view.owner.as_ref().map_or(&[], |owner| owner.mails.as_slice())
    }

    fn may_waive(&self) -> bool {
        self.chrome.officer() && self.view.row.drift.resolved.is_none()
    }

    /// The drift on another host in whose thread people are told of it, and what says so.
    fn told_by(&self) -> Option<(String, String)> {
        let elder = self.view.row.drift.told_by?;
        Some((format!("/drifts/{elder}"), self.t.drift_told_by()))
    }

    fn acknowledged(&self) -> Option<(&'a Instant, String)> {
        let (at, person) = self.view.row.drift.acknowledged.as_ref()?;
        Some((at, self.t.drift_acknowledged_by(person)))
    }
}
