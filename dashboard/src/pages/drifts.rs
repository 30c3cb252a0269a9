//! Drifts: what contradicts the published answers now, and what did.

use askama::Template;
use tenken_engine::Rule;
use tenken_model::Language;

use super::Chrome;
use super::chrome::Place;
use super::finding::{HostRef, ItemRef, called, rule_title};
use super::moment;
use super::pager::Pager;
use super::state::Mark;
use super::words;
use crate::store::{Drift, Mail, MailKind, Resolution, Way};

/// What the list of drifts shows.
#[derive(Debug, Clone)]
pub struct DriftsView<'a> {
    /// Open ones of this page, the newest first.
    pub open: Vec<DriftRow<'a>>,
    /// Which part of all open ones they are.
    pub open_pager: Pager,
    /// Those of this page that ended, the last first.
    pub resolved: Vec<DriftRow<'a>>,
    /// Which part of all that ended they are.
    pub resolved_pager: Pager,
}

/// A drift in the list.
#[derive(Debug, Clone)]
pub struct DriftRow<'a> {
    /// The drift.
    pub drift: &'a Drift,
    /// Its host.
    pub host: HostRef<'a>,
    /// Its rule, if this dashboard knows it.
    pub rule: Option<&'a Rule>,
    /// The items the rule decides.
    pub items: Vec<ItemRef<'a>>,
    /// Its newest mail.
    pub mail: Option<&'a Mail>,
}

/// Renders the list of drifts.
pub fn render(view: &DriftsView<'_>, chrome: &Chrome) -> askama::Result<String> {
    DriftsPage { t: chrome.language, chrome, place: Place::Drifts, view }.render()
}

#[derive(Template)]
#[template(path = "drifts.html")]
struct DriftsPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a DriftsView<'a>,
}

impl DriftRow<'_> {
    pub(super) fn title(&self, t: Language) -> &str {
        rule_title(self.rule, &self.drift.finding, t)
    }

    /// What it is called by, and its subject where that is another.
    pub(super) fn called(&self) -> (&str, Option<&str>) {
        called(self.rule, self.host.name, &self.drift.finding.key)
    }

    pub(super) fn says(&self, t: Language) -> &str {
        t.of(&self.drift.finding.says)
    }

    pub(super) fn mark(&self, t: Language) -> Mark {
        match (&self.drift.resolved, &self.drift.acknowledged) {
            (Some(_), _) => Mark::new("check", "good", t.drift_resolved()),
            (None, Some(_)) => Mark::new("clock", "warn", t.drift_acknowledged()),
            (None, None) => Mark::new("cross", "bad", t.drift_open()),
        }
    }

    pub(super) fn resolution(&self, t: Language) -> Option<String> {
        self.drift.resolved.map(|(_, how)| resolution(how, t))
    }

    pub(super) fn items(&self, t: Language) -> Vec<(String, String)> {
        let link = |it: &ItemRef<'_>| (format!("/items/{}", it.item.id), words::place(it.section, it.item, t));
        self.items.iter().map(link).collect()
    }

    pub(super) fn reopened(&self, t: Language) -> Option<String> {
        (self.drift.reopened > 0).then(|| t.drift_reopened(self.drift.reopened))
    }
}

/// How a drift ended, as people read it.
pub fn resolution(how: Resolution, t: Language) -> String {
    match how {
        Resolution::Passed => t.resolution_passed(),
        Resolution::NotApplicable => t.resolution_not_applicable(),
        Resolution::Cleared => t.resolution_cleared(),
        Resolution::Revoked => t.resolution_revoked(),
        Resolution::Waived => t.drift_resolved_waived(),
    }
}

/// Whether a mail was sent, as a mark with what there is to say.
pub(super) fn mail_mark(mail: &Mail, t: Language) -> Mark {
    match (mail.sent_at, &mail.last_error) {
        (Some(_), _) => Mark::new("check", "good", t.mail_sent()),
        (None, Some(_)) => Mark::new("late", "warn", t.mail_failing()),
        (None, None) => Mark::new("clock", "info", t.mail_waiting()),
    }
}

/// Why a mail waits.
pub(super) fn mail_wait(mail: &Mail, t: Language) -> Option<String> {
    match (mail.sent_at, &mail.last_error) {
        (Some(_), _) => None,
        (None, Some(error)) => Some(t.mail_next_try(&moment::absolute(t, mail.due), error)),
        (None, None) => Some(t.mail_due(&moment::absolute(t, mail.due))),
    }
}

/// What a mail tells, and how it travels if that is not by mail.
pub(super) fn mail_words(mail: &Mail, t: Language) -> String {
    match mail.way {
        Way::Mail => mail_kind(mail.kind, t),
        Way::Webhook => t.mail_by_webhook(&mail_kind(mail.kind, t)),
    }
}

/// What a mail tells.
fn mail_kind(kind: MailKind, t: Language) -> String {
    match kind {
        MailKind::Opened => t.mail_opened(),
        MailKind::Reopened => t.mail_reopened(),
        MailKind::Reminder => t.mail_reminder(),
        MailKind::Resolved => t.mail_resolved(),
        MailKind::Waived => t.mail_waived(),
        MailKind::Escalated => t.mail_escalated(),
        MailKind::LapsesInMonth => t.mail_lapses_in_month(),
        MailKind::LapsesInWeek => t.mail_lapses_in_week(),
        MailKind::Lapsed => t.mail_lapsed(),
        MailKind::PartLapsesInMonth => t.mail_part_lapses_in_month(),
        MailKind::PartLapsesInWeek => t.mail_part_lapses_in_week(),
        MailKind::PartLapsed => t.mail_part_lapsed(),
        MailKind::Waiting => t.mail_change_waits(),
        MailKind::Daily => t.mail_daily(),
        MailKind::Monthly => t.mail_monthly(),
        MailKind::Asked => t.mail_asked(),
        MailKind::Thanked => t.mail_thanked(),
    }
}
